"""Solve again after a few needs changed, from all that the solution before left standing.

Only the rows of changed needs are read. Their people are taken back, which leaves every other margin as it was, so
that the book stays exact; then the stages that repair a book run from there. Total and bound are
then computed from all edges.
"""

from collections.abc import Callable
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from matching.assign import auction_stages as stages
from matching.assign.auction_exchange import (
    exchange_rows,
    is_packed,
    is_same_rows,
    is_wasteful,
    mean_positive,
    read_changed,
    repack,
)
from matching.assign.auction_input import check_edges, read_arrays
from matching.assign.auction_result import AuctionResult, AuctionState, answer
from matching.assign.auction_state import (
    Book,
    Bytes,
    Columns,
    Floats,
    Ints,
    Market,
    Survey,
    clear_book,
    freeze_book,
    frozen,
    lengthened,
)

# Needs with other partners than when the edges were grouped by partner, as a share of all, before they are regrouped.
MOST_LATE = 1 / 8


def auction_reassign(
    state: AuctionState,
    *,
    changed_needs: ArrayLike,
    need_ptr: ArrayLike,
    partner: ArrayLike,
    weight: ArrayLike,
    demand_hi: ArrayLike,
    gap: float = 0.0,
    every_weight: Floats | None = None,
) -> AuctionResult:
    """Choose anew after the edges, weights or head-counts of some needs changed.

    Parameters
    ----------
    state : AuctionState
        ``auction_assign(..., keep_state=True).state`` or the state of an earlier `auction_reassign`. It is not changed
        and may be gone on from more than once.
    changed_needs : array-like of int, shape (n_changed,)
        Numbers of the needs that changed, each once, in any order. A need that vanishes keeps its number and gets no
        edges; needs that appear are numbered on from the number of needs.
    need_ptr : array-like of int, shape (n_changed + 1,)
        All edges of need ``changed_needs[q]`` are now ``need_ptr[q]:need_ptr[q + 1]`` of `partner` and `weight`.
    partner : array-like of int, shape (n_new_edges,)
    weight : array-like of float, shape (n_new_edges,)
    demand_hi : array-like of int, shape (n_changed,)
    gap : float, default=0.0
        As in `auction_assign`.
    every_weight : ndarray of float, optional
        Weights of all edges as they are now, in the order of needs, that nobody changes any more: where no need has other
        partners they are kept instead of a copy. They must be those of the state but for the changed rows.

    Returns
    -------
    result : AuctionResult
        Of the whole problem as it now stands: `chosen` is in the order of needs and, within a need, of its row. The
        result always carries a state.

    Raises
    ------
    InvalidProblemError
        As `auction_assign`; or if `changed_needs` names a need twice or leaves out a number.
    MissingExtraError
        If Numba (the extra ``large``) is not installed.

    Notes
    -----
    Total and bound are summed over all edges at the final prices, so that nothing adds up over many changes. The same
    state and rows give the same result on every run. Where many choices are equally good, a result may be another one
    than that of `auction_assign` on the whole problem; total and bound agree.

    Examples
    --------
    >>> from matching.assign.auction import auction_assign
    >>> first = auction_assign([0, 2, 4], [0, 1, 0, 1], [0.9, 0.8, 0.7, 0.1], [1, 1], [1, 1], keep_state=True)
    >>> again = auction_reassign(
    ...     first.state, changed_needs=[1], need_ptr=[0, 1], partner=[1], weight=[0.5], demand_hi=[1]
    ... )
    >>> again.chosen.tolist(), again.total
    ([True, False, True], 1.4)
    """
    loops = stages.load_loops()
    stages.check_gap(gap)
    rows = read_arrays(need_ptr, partner, weight, demand_hi, state.capacity)
    needs = read_changed(changed_needs, rows.demand.size, state.market.demand.size)
    is_same = is_same_rows(loops, state, needs, rows)
    survey = (
        Survey(state.degree, float(np.abs(rows.weight).max(initial=0.0)), mean_positive(rows.weight), -1)
        if is_same
        else loops.survey_edges(rows.need_ptr, rows.partner, rows.weight, state.capacity.size)
    )
    # Written so that a weight that is not finite stays.
    largest = max(survey.largest, state.largest)
    check_edges(rows, survey._replace(largest=largest), numbers=needs, n_before=state.market.partner.size)
    market, book, degree, others = exchange_rows(loops, state, needs, rows, is_same=is_same, every=every_weight)
    moved = lengthened(state.moved, market.demand.size)
    if degree is not state.degree:
        moved[needs] = 1
    columns = cache(lambda: _regroup(loops, state.columns, market, moved, degree))
    whole = cache(lambda: _without_late(loops, columns(), market, moved, degree))
    scale = state.scale or survey.mean_positive
    # what all others have is about what is reached at least; should it not be, the proof repairs the rest
    enough = gap * max(others, 0.0) if scale > 0.0 else 0.0
    proof = _touch_up(loops, market, book, columns, enough, state) if enough > 0.0 else None
    is_loose = proof is not None and stages.relative_gap(proof[1], proof[2]) <= gap
    if proof is None or not is_loose:
        if enough > 0.0 or state.is_loose:
            _make_exact(loops, market, book, largest)
        least = enough if enough > 0.0 else -np.inf
        looked = _repair(loops, market, book, (columns, whole), scale, least) if scale > 0.0 else 0
        proof = stages.prove(loops, market, book, columns, gap)
        proof = (*proof[:3], proof[3] + looked)
    need_price, total, bound, looked = proof
    grouped = state.columns
    if columns.cache_info().currsize and not (grouped is not None and _is_few(moved)):
        grouped, moved = columns(), np.zeros_like(moved)
    if is_wasteful(market):
        market, book = repack(loops, market, book)
        grouped, moved = None, np.zeros_like(moved)
    kept = AuctionState(
        market=market,
        capacity=state.capacity,
        degree=frozen(degree),
        book=freeze_book(book),
        columns=grouped,
        moved=frozen(moved),
        largest=largest,
        scale=scale,
        total=total,
        is_loose=is_loose,
        scratch=state.scratch,
    )
    chosen = book.chosen if is_packed(market) else loops.gather_rows(market.row_from, market.row_to, book.chosen)
    return answer(book, chosen, need_price, total, bound, looked, kept)


def _regroup(loops: ModuleType, old: Columns | None, market: Market, moved: Bytes, degree: Ints) -> Columns:
    if old is None:
        return Columns(*map(frozen, loops.group_by_partner(market, frozen(degree))))
    if not moved.any():
        return old
    if _is_few(moved):
        late = loops.list_late(np.flatnonzero(moved), market, degree.size)
        return Columns(*old[:3], frozen(moved), *map(frozen, late))
    return Columns(*map(frozen, loops.merge_columns(market, old, moved, frozen(degree))))


def _without_late(loops: ModuleType, columns: Columns, market: Market, moved: Bytes, degree: Ints) -> Columns:
    """Regroup also the few: offers know of no edges listed apart, and what is listed for stale needs lies elsewhere now."""
    if not columns.stale.any():
        return columns
    return Columns(*map(frozen, loops.merge_columns(market, columns, moved, frozen(degree))))


def _is_few(moved: Bytes) -> bool:
    return int(moved.sum()) <= MOST_LATE * moved.size


def _touch_up(
    loops: ModuleType, market: Market, book: Book, columns: Callable[[], Columns], enough: float, before: AuctionState
) -> tuple[Floats, float, float, int]:
    """Repair the book roughly and prove how well; return prices of needs, total, bound and edges looked at."""
    looked = stages.touch_up(loops, market, book, columns, enough, before.book.room, before.scratch)
    need_price = np.zeros(market.demand.size)
    total, bound = loops.prove_total(market, book, need_price)
    return need_price, total, bound, looked


def _repair(
    loops: ModuleType,
    market: Market,
    book: Book,
    grouped: tuple[Callable[[], Columns], Callable[[], Columns]],
    scale: float,
    enough: float,
) -> int:
    """Fill the book again, until its dual value lies above the total by at most `enough`; return edges looked at.

    `grouped` gives the edges by partner, then the same with none listed apart.
    """
    columns, whole = grouped
    waiting = np.flatnonzero(book.missing)
    looked = stages.bid_exactly(loops, market, book, scale, waiting[book.level[waiting] > 0.0])
    work, is_done = stages.place_rest(loops, market, book, columns, enough)
    looked += work
    if not is_done:
        looked += stages.bid_finely(loops, market, book, whole, scale)
        looked += stages.place_rest(loops, market, book, columns, enough)[0]
    return looked


def _make_exact(loops: ModuleType, market: Market, book: Book, largest: float) -> None:
    """Take away what is not best at the prices, so that the book is exact but for people missing and seats unsold."""
    earlier = book.chosen.copy()
    clear_book(market, book)
    loops.seat_earlier(market, book, earlier, loops.ROUNDING * largest)
