"""The largest assignments: people for needs by bidding, finished and proved exactly.

Two rounds of bidding with a shrinking step find prices that are nearly right, a third at those prices chooses
without error, and shortest chains of changes place whoever is left. Every stage but the last is bounded by a budget
of work, so that ties and scarcity, which make bidding slow, fall to the chains instead.
"""

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.assign.auction_input import (
    check_weights,
    price_out,
    read_arrays,
    read_earlier,
    read_prices,
)
from matching.assign.auction_state import Book, Floats, Ints, Market, clear_book, open_book, open_market
from matching.errors import InvalidProblemError, MissingExtraError

# Steps of the rounds as shares of the mean positive weight; the last one only decides what is left to the chains.
STEPS = (0.05, 0.005)
EXACT_STEP = 2e-4
# How far prices are lowered before the next round: what a round overshoots by.
LOWERED_STEPS = 2.0
# Edges looked at, as multiples of the number of edges, before a round gives up.
ROUND_BUDGET = 60


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
        If lengths or indices contradict each other, a number is negative or a weight or price is not finite.
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
    survey = loops.survey_edges(given.partner, given.weight, given.capacity.size)
    check_weights(given.weight, survey.largest)
    price = np.zeros(given.capacity.size)
    if start_partner_price is not None:
        price = read_prices(start_partner_price, price.size, survey.largest)
    earlier = read_earlier(start_chosen, given.partner.size)
    slot_ptr, room, closed = loops.lay_seats(given.capacity, survey.degree, price)
    market = open_market(given, slot_ptr)
    if closed:
        price_out(market, price)
    book = open_book(market, price, room)
    scale, budget, looked = survey.mean_positive, ROUND_BUDGET * market.partner.size, 0
    if scale > 0.0:
        if start_partner_price is None:
            looked += _find_prices(loops, market, book, scale)
        elif earlier is not None:
            loops.seat_earlier(market, book, earlier, loops.ROUNDING * survey.largest)
        looked += loops.bid_exactly(market, book, EXACT_STEP * scale, budget)
    looked += _place_rest(loops, market, book, survey.degree, gap)
    need_price = np.zeros(market.demand.size)
    total, bound = loops.prove_total(market, book, need_price)
    if _relative_gap(total, bound) > gap > 0.0:
        # The running estimate of the gap may stop a hair too soon.
        looked += _place_rest(loops, market, book, survey.degree, 0.0)
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


def _find_prices(loops: ModuleType, market: Market, book: Book, scale: float) -> int:
    looked = 0
    open_partners = np.diff(market.slot_ptr) > 0
    for share in STEPS:
        step = share * scale
        looked += loops.bid_with_step(market, book, step, ROUND_BUDGET * market.partner.size)
        np.subtract(book.price, LOWERED_STEPS * step, out=book.price, where=open_partners)
        np.maximum(book.price, 0.0, out=book.price)
        clear_book(market, book)
    return looked


def _place_rest(loops: ModuleType, market: Market, book: Book, degree: Ints, gap: float) -> int:
    """Repair what bidding left, until the dual value lies above the total by a share of `gap`; return edges looked at."""
    total, excess = loops.weigh_book(market, book)
    enough = gap * total if gap > 0.0 else -np.inf
    if excess <= enough:
        return 0
    reach = loops.open_reach(market.demand.size + book.price.size)
    excess, looked = loops.place_missing(market, book, reach, excess, enough)
    if excess > enough and ((book.room > 0) & (book.price > 0.0)).any():
        columns = loops.group_by_partner(market, degree)
        excess, work = loops.sell_free(market, book, reach, columns, excess, enough)
        looked += work
    return int(looked)


def _relative_gap(total: float, bound: float) -> float:
    return max(0.0, bound - total) / max(abs(bound), np.finfo(np.float64).tiny)


def _load_loops() -> ModuleType:
    try:
        # Numba takes seconds to load or compile and is an extra: small work never comes here.
        from matching.assign import auction_loops  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "Assignments this large are solved by compiled loops and Numba is not installed; "
            "install the extra: pip install 'linli-matching[large]'."
        ) from error
    return auction_loops
