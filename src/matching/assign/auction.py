"""The largest assignments: people for needs by bidding, finished and proved exactly.

Two rounds of bidding with a shrinking step find prices that are nearly right, a third at those prices chooses
without error, and shortest chains of changes place whoever is left. Every stage is bounded by a budget of work: bids
that ties and scarcity make slow are left to the chains, and where whole cities like the same people equally well, so
that each chain runs through all of them, bidding goes on in many rounds with ever smaller steps instead.
"""

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.assign.auction_input import (
    check_edges,
    price_out,
    read_arrays,
    read_earlier,
    read_prices,
)
from matching.assign.auction_state import Book, Floats, Ints, Market, Survey, clear_book, open_book, open_market
from matching.errors import InvalidProblemError, MissingExtraError

# Steps of the rounds as shares of the mean positive weight; the last one only decides what is left to the chains.
STEPS = (0.05, 0.005)
EXACT_STEP = 2e-4
# How far prices are lowered before the next round: what a round overshoots by.
LOWERED_STEPS = 2.0
# Edges looked at, as multiples of the number of edges, before a round of bids, the chains that place people or the
# chains that sell free seats give up. A chain that runs through a whole city shows early, selling goes on steadily.
ROUND_BUDGET = 60
PLACE_BUDGET = 16
SELL_BUDGET = 60
# Chains on small problems are always followed to the end.
LEAST_BUDGET = 5_000_000
# The many rounds: each step a quarter of the one before, as deep as the gap that they leave.
FINE_RATIO = 0.25
FINEST_STEP = 1e-7


@dataclass(frozen=True, slots=True)
class AuctionResult:
    """A choice with its prices and its proof.

    Attributes
    ----------
    chosen : ndarray of shape (n_edges,), bool
    partner_price : ndarray of shape (n_partners,)
        What one seat of a partner is worth, at least 0.
    need_price : ndarray of shape (n_needs,)
        What one more person is worth to a need at these prices, at least 0.
    total : float
        Sum of the chosen weights.
    bound : float
        No choice has a greater total (up to rounding): the dual value of `partner_price`.
    gap : float
        ``(bound - total) / max(|bound|, tiny)``, at least 0.
    edges_looked_at : int
        Work done, the same on every machine.
    """

    chosen: NDArray[np.bool_]
    partner_price: Floats
    need_price: Floats
    total: float
    bound: float
    gap: float
    edges_looked_at: int


def auction_assign(
    need_ptr: ArrayLike,
    partner: ArrayLike,
    weight: ArrayLike,
    demand_hi: ArrayLike,
    capacity: ArrayLike,
    *,
    gap: float = 0.0,
    start_partner_price: ArrayLike | None = None,
    start_chosen: ArrayLike | None = None,
) -> AuctionResult:
    """Choose edges of greatest total weight, at most `demand_hi` a need and `capacity` a partner.

    Parameters
    ----------
    need_ptr : array-like of int, shape (n_needs + 1,)
        Edges of need ``i`` are ``need_ptr[i]:need_ptr[i + 1]``; no partner twice in a need.
    partner : array-like of int, shape (n_edges,)
    weight : array-like of float, shape (n_edges,)
        Finite; an edge whose weight is not positive is never chosen.
    demand_hi : array-like of int, shape (n_needs,)
        People a need may have, at least 0.
    capacity : array-like of int, shape (n_partners,)
        Needs a partner may serve, at least 0.
    gap : float, default=0.0
        Stop as soon as a relative gap of at most this is proved; 0 goes on to the optimum (the gap is then rounding).
        Only on large problems where very many choices are equally good does work end before, at about 1e-7.
    start_partner_price : array-like of float, shape (n_partners,), optional
        Prices of an earlier, similar problem: with them the rounds of bidding are left out.
    start_chosen : array-like of bool, shape (n_edges,), optional
        The earlier choice on the present edges; what breaks a limit or is no longer best at the prices is dropped.
        Without `start_partner_price` it is not used.

    Returns
    -------
    result : AuctionResult

    Raises
    ------
    InvalidProblemError
        If lengths or indices contradict each other, a number is negative, a weight or price is not finite, or a need
        has a partner twice.
    MissingExtraError
        If Numba (the extra ``large``) is not installed.

    Notes
    -----
    The bound is ``sum_i (best demand_i of (weight - price)^+) + sum_j capacity_j * price_j``, the value of a feasible
    solution of the dual linear programme. The same arrays give the same result on every run.

    Examples
    --------
    >>> result = auction_assign([0, 2, 4], [0, 1, 0, 1], [0.9, 0.8, 0.7, 0.1], [1, 1], [1, 1])
    >>> result.chosen.tolist(), result.total
    ([False, True, True, False], 1.5)
    """
    loops = _load_loops()
    given = read_arrays(need_ptr, partner, weight, demand_hi, capacity)
    if not 0.0 <= gap < np.inf:
        raise InvalidProblemError(f"gap is a share of at least 0; got {gap!r}; give for example 1e-5.")
    survey = loops.survey_edges(given.need_ptr, given.partner, given.weight, given.capacity.size)
    check_edges(given, survey)
    price = np.zeros(given.capacity.size)
    if start_partner_price is not None:
        price = read_prices(start_partner_price, price.size, survey.largest)
    earlier = read_earlier(start_chosen, given.partner.size)
    slot_ptr, room, closed = loops.lay_seats(given.capacity, survey.degree, price)
    market = open_market(given, slot_ptr)
    if closed:
        price_out(market, price)
    book = open_book(market, price, room)
    looked = 0
    if survey.mean_positive > 0.0:
        if start_partner_price is not None and earlier is not None:
            loops.seat_earlier(market, book, earlier, loops.ROUNDING * survey.largest)
        looked = _choose(loops, market, book, survey, gap, is_cold=start_partner_price is None)
    else:
        price[:] = 0.0
    return _prove(loops, market, book, survey.degree, gap, looked)


def _choose(loops: ModuleType, market: Market, book: Book, survey: Survey, gap: float, *, is_cold: bool) -> int:
    """Fill the book; return edges looked at."""
    scale, looked = survey.mean_positive, 0
    if is_cold:
        looked += _bid_in_rounds(loops, market, book, [share * scale for share in STEPS])
    first_price = book.price.copy() if is_cold else np.zeros_like(book.price)
    looked += loops.bid_exactly(market, book, EXACT_STEP * scale, ROUND_BUDGET * market.partner.size)
    work, is_done = _place_rest(loops, market, book, survey.degree, gap)
    looked += work
    if not is_done:
        np.copyto(book.price, first_price, where=np.diff(market.slot_ptr) > 0)
        looked += _bid_finely(loops, market, book, scale, is_fresh=not is_cold)
        looked += _place_rest(loops, market, book, survey.degree, gap)[0]
    return int(looked)


def _prove(loops: ModuleType, market: Market, book: Book, degree: Ints, gap: float, looked: int) -> AuctionResult:
    need_price = np.zeros(market.demand.size)
    total, bound = loops.prove_total(market, book, need_price)
    if _relative_gap(total, bound) > gap > 0.0:
        # The running estimate of the gap may stop a hair too soon.
        looked += _place_rest(loops, market, book, degree, 0.0)[0]
        total, bound = loops.prove_total(market, book, need_price)
    return AuctionResult(
        chosen=book.chosen.view(np.bool_),
        partner_price=book.price,
        need_price=need_price,
        total=total,
        bound=bound,
        gap=_relative_gap(total, bound),
        edges_looked_at=looked,
    )


def _bid_in_rounds(loops: ModuleType, market: Market, book: Book, steps: list[float]) -> int:
    """Bid with each step in turn and lower prices after it by what it overshoots; return edges looked at."""
    looked = 0
    for step in steps:
        looked += loops.bid_with_step(market, book, step, ROUND_BUDGET * market.partner.size)
        _lower_prices(market, book, LOWERED_STEPS * step)
    return looked


def _bid_finely(loops: ModuleType, market: Market, book: Book, scale: float, *, is_fresh: bool) -> int:
    """Bid in many rounds; the book is then exact but for the finest step. Return edges looked at."""
    clear_book(market, book)
    share = STEPS[0] if is_fresh else STEPS[-1] * FINE_RATIO
    steps = []
    while share > FINEST_STEP:
        steps.append(share * scale)
        share *= FINE_RATIO
    looked = _bid_in_rounds(loops, market, book, steps)
    looked += loops.bid_with_step(market, book, share * scale, ROUND_BUDGET * market.partner.size)
    loops.settle_levels(market, book)
    return int(looked)


def _lower_prices(market: Market, book: Book, by: float) -> None:
    """Take every seat back and lower the prices of those who have seats; whoever was not sold out starts from 0 again."""
    np.subtract(book.price, by, out=book.price, where=np.diff(market.slot_ptr) > 0)
    # One bid lifts such a price to where it belongs; left above that, it would stay unsold to the end.
    book.price[book.room > 0] = 0.0
    np.maximum(book.price, 0.0, out=book.price)
    clear_book(market, book)


def _place_rest(loops: ModuleType, market: Market, book: Book, degree: Ints, gap: float) -> tuple[int, bool]:
    """Repair what bidding left, until the dual value lies above the total by a share of `gap`.

    Returns the number of edges looked at, and whether that was done within the budget.
    """
    total, excess = loops.weigh_book(market, book)
    enough = gap * total if gap > 0.0 else -np.inf
    if excess <= enough:
        return 0, True
    place_budget, sell_budget = (
        max(share * market.partner.size, LEAST_BUDGET) for share in (PLACE_BUDGET, SELL_BUDGET)
    )
    reach = loops.open_reach(market.demand.size + book.price.size)
    excess, looked = loops.place_missing(market, book, reach, excess, enough, place_budget)
    is_done = looked < place_budget
    if is_done and excess > enough and ((book.room > 0) & (book.price > 0.0)).any():
        columns = loops.group_by_partner(market, degree)
        excess, work = loops.sell_free(market, book, reach, columns, excess, enough, sell_budget)
        looked += work
        is_done = work < sell_budget
    return int(looked), bool(is_done or excess <= enough)


def _relative_gap(total: float, bound: float) -> float:
    return max(0.0, bound - total) / max(abs(bound), np.finfo(np.float64).tiny)


def _load_loops() -> ModuleType:
    try:
        # Numba takes seconds to load or compile and is an extra: small work never comes here.
        import matching.assign.auction_loops as loops  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"numba", "llvmlite"}:
            raise
        raise MissingExtraError(
            "Assignments this large are solved by compiled loops and Numba is not installed; "
            "install the extra: pip install 'linli-matching[large]'."
        ) from error
    return loops
