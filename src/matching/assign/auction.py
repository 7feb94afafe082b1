"""The largest assignments: people for needs by bidding, finished and proved exactly.

Two rounds of bidding with a shrinking step find prices that are nearly right, a third at those prices chooses
without error, and shortest chains of changes place whoever is left. Every stage is bounded by a budget of work: bids
that ties and scarcity make slow are left to the chains, and where whole cities like the same people equally well, so
that each chain runs through all of them, bidding goes on in many rounds with ever smaller steps instead.
"""

from collections.abc import Callable
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from matching.assign import auction_stages as stages
from matching.assign.auction_input import (
    check_edges,
    own_arrays,
    price_out,
    read_arrays,
    read_earlier,
    read_prices,
)
from matching.assign.auction_reassign import auction_reassign
from matching.assign.auction_result import AuctionResult, AuctionState, answer
from matching.assign.auction_state import (
    Book,
    Columns,
    Ints,
    Market,
    Survey,
    freeze_book,
    frozen,
    open_book,
    open_market,
)

__all__ = ["AuctionResult", "AuctionState", "auction_assign", "auction_reassign"]


def auction_assign(  # noqa: PLR0913 - the columns of a problem and what may be known of it
    need_ptr: ArrayLike,
    partner: ArrayLike,
    weight: ArrayLike,
    demand_hi: ArrayLike,
    capacity: ArrayLike,
    *,
    gap: float = 0.0,
    start_partner_price: ArrayLike | None = None,
    start_chosen: ArrayLike | None = None,
    keep_state: bool = False,
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
    keep_state : bool, default=False
        Whether the result carries the state from which `auction_reassign` goes on when a few needs change. Its arrays
        take 21 bytes an edge, 44 a partner, 8 a seat and 33 a need (`AuctionState.nbytes`).

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
    loops = stages.load_loops()
    given = read_arrays(need_ptr, partner, weight, demand_hi, capacity)
    stages.check_gap(gap)
    survey = loops.survey_edges(given.need_ptr, given.partner, given.weight, given.capacity.size)
    check_edges(given, survey)
    price = np.zeros(given.capacity.size)
    if start_partner_price is not None:
        price = read_prices(start_partner_price, price.size, survey.largest)
    earlier = read_earlier(start_chosen, given.partner.size)
    if keep_state:
        given = own_arrays(given)
    slot_ptr, room, closed = loops.lay_seats(given.capacity, survey.degree, price)
    market = open_market(given, slot_ptr)
    if closed:
        price_out(market, price)
    book = open_book(market, price, room)
    columns = cache(lambda: Columns(*map(frozen, loops.group_by_partner(market, frozen(survey.degree)))))
    looked = 0
    if survey.mean_positive > 0.0:
        if start_partner_price is not None and earlier is not None:
            loops.seat_earlier(market, book, earlier, loops.ROUNDING * survey.largest)
        looked = _choose(loops, market, book, columns, survey.mean_positive, gap, is_cold=start_partner_price is None)
    else:
        price[:] = 0.0
    need_price, total, bound, work = stages.prove(loops, market, book, columns, gap)
    state = None
    if keep_state:
        grouped = columns() if columns.cache_info().currsize else None
        state = _keep(market, given.capacity, survey, book, grouped, total)
    return answer(book, book.chosen, need_price, total, bound, looked + work, state)


def _keep(
    market: Market, capacity: Ints, survey: Survey, book: Book, columns: Columns | None, total: float
) -> AuctionState:
    return AuctionState(
        market=market,
        capacity=capacity,
        degree=frozen(survey.degree),
        book=freeze_book(book),
        columns=columns,
        moved=frozen(np.zeros(market.demand.size, dtype=np.uint8)),
        largest=survey.largest,
        scale=survey.mean_positive,
        total=total,
    )


def _choose(
    loops: ModuleType,
    market: Market,
    book: Book,
    columns: Callable[[], Columns],
    scale: float,
    gap: float,
    *,
    is_cold: bool,
) -> int:
    """Fill the book; return edges looked at."""
    first_price = None
    if is_cold:
        first_price, looked = stages.bid_cold(loops, market, book, scale)
    else:
        looked = stages.bid_exactly(loops, market, book, scale, np.flatnonzero(book.missing))
    enough = gap * loops.weigh_total(market, book) if gap > 0.0 else -np.inf
    work, is_done = stages.place_rest(loops, market, book, columns, enough)
    looked += work
    if not is_done:
        looked += stages.bid_finely(loops, market, book, columns, scale, first_price)
        enough = gap * loops.weigh_total(market, book) if gap > 0.0 else -np.inf
        looked += stages.place_rest(loops, market, book, columns, enough)[0]
    return looked
