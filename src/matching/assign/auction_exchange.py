"""Give a few needs of a solved problem new rows: a new market and a book that stays exact."""

from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from matching.assign.auction_input import MOST
from matching.assign.auction_result import AuctionState
from matching.assign.auction_state import Book, Floats, Given, Ints, Ints32, Market, frozen, lengthened
from matching.errors import InvalidProblemError

# Places of no use, as a share of all places, from which on the edges are laid out anew.
WASTE = 1 / 3


def read_changed(changed_needs: ArrayLike, n_rows: int, n_needs: int) -> Ints:
    """Check which needs the new rows belong to.

    Parameters
    ----------
    changed_needs : array-like of int, shape (n_rows,)
    n_rows : int
    n_needs : int
        Needs before the change.

    Returns
    -------
    needs : ndarray of shape (n_rows,)

    Raises
    ------
    InvalidProblemError
        If there is not one number a row, one stands twice, or new numbers leave a gap.
    """
    numbers = np.asarray(changed_needs)
    if numbers.size == 0:
        numbers = np.zeros(numbers.shape, dtype=np.int64)
    if numbers.shape != (n_rows,) or not np.issubdtype(numbers.dtype, np.integer):
        raise InvalidProblemError(
            f"changed_needs has one whole number for each of {n_rows} rows; got shape {numbers.shape} of "
            f"{numbers.dtype}; name the need of each row."
        )
    needs = np.ascontiguousarray(numbers, dtype=np.int64)
    ordered = np.sort(needs)
    twice = np.flatnonzero(ordered[1:] == ordered[:-1])
    if twice.size:
        raise InvalidProblemError(f"A need changes once; got need {ordered[twice[0]]} twice; keep its last row.")
    if n_rows and ordered[0] < 0:
        raise InvalidProblemError(f"A need is an index of at least 0; got {ordered[0]}; number needs from 0.")
    new = ordered[ordered >= n_needs]
    if new.size and new[-1] != n_needs + new.size - 1:
        raise InvalidProblemError(
            f"New needs are numbered on from {n_needs}; got {new.size} up to {new[-1]}; leave out no number."
        )
    return needs


def is_same_rows(loops: ModuleType, state: AuctionState, needs: Ints, rows: Given) -> bool:
    """Tell whether all needs are known and have the partners that they had, in the same order.

    Parameters
    ----------
    loops : module
        The compiled loops.
    state : AuctionState
    needs : ndarray of shape (n_rows,)
    rows : Given

    Returns
    -------
    is_same : bool
    """
    old = state.market
    return bool(
        int(needs.max(initial=-1)) < old.demand.size
        and loops.are_same_partners(needs, rows.need_ptr, rows.partner, old.row_from, old.row_to, old.partner)
    )


def mean_positive(weight: Floats) -> float:
    """Return the mean of the positive weights, 0 if there is none.

    Parameters
    ----------
    weight : ndarray of float

    Returns
    -------
    mean : float
    """
    positive = weight[weight > 0.0]
    return float(np.mean(positive)) if positive.size else 0.0


def exchange_rows(
    loops: ModuleType, state: AuctionState, needs: Ints, rows: Given, *, is_same: bool, every: Floats | None = None
) -> tuple[Market, Book, Ints, float]:
    """Take the people of `needs` back and give them their new rows.

    Parameters
    ----------
    loops : module
        The compiled loops.
    state : AuctionState
    needs : ndarray of shape (n_rows,)
    rows : Given
    is_same : bool
        Whether no need has other partners than before.
    every : ndarray of float, optional
        Weights of all edges as they are now, taken as they are where these lie as the edges of the state do.

    Returns
    -------
    market : Market
    book : Book
        Exact, with the changed needs missing everybody.
    degree : ndarray of shape (n_partners,)
        The very array of the state where no need has other partners than before.
    kept : float
        What the people of all other needs weigh.
    """
    n_needs = max(state.market.demand.size, int(needs.max(initial=-1)) + 1)
    book = _copy_book(state.book, n_needs)
    known = needs[needs < state.market.demand.size]
    kept = state.total - loops.release_needs(state.market, book, known)
    old = state.market
    degree = state.degree
    if is_same:
        market = old._replace(weight=frozen(_new_weights(loops, old, needs, rows, every)))
    else:
        market = _lay_rows(loops, old, needs, rows, n_needs)
        degree = degree.copy()
        loops.count_edges(known, old.row_from, old.row_to, old.partner, degree, -1)
        loops.count_edges(needs, market.row_from, market.row_to, market.partner, degree, 1)
        market, book = _seat_more(loops, market, book, state.capacity, degree, rows.partner)
        book = book._replace(chosen=lengthened(book.chosen, market.partner.size))
    demand = lengthened(old.demand, n_needs)
    demand[needs] = np.minimum(rows.demand, np.diff(rows.need_ptr))
    market = market._replace(demand=frozen(demand))
    closed = state.capacity[rows.partner] == 0
    np.maximum.at(book.price, rows.partner[closed], rows.weight[closed])
    loops.open_needs(market, book, needs)
    return market, book, degree, kept


def _new_weights(loops: ModuleType, old: Market, needs: Ints, rows: Given, every: Floats | None) -> Floats:
    """Return all weights with those of the changed rows."""
    if every is not None and every.size == old.weight.size and is_packed(old):
        return every
    weight = old.weight.copy()
    loops.write_weights(needs, rows.need_ptr, rows.weight, old.row_from, weight)
    return weight


def repack(loops: ModuleType, market: Market, book: Book) -> tuple[Market, Book]:
    """Lay the edges out by need without places of no use.

    Parameters
    ----------
    loops : module
        The compiled loops.
    market : Market
    book : Book

    Returns
    -------
    market : Market
    book : Book
    """
    ptr, number = loops.pack_places(market.row_from, market.row_to, market.partner.size)
    used = np.flatnonzero(number >= 0)
    at = number[used]
    partner, weight = np.empty(at.size, dtype=np.int32), np.empty(at.size)
    chosen = np.empty(at.size, dtype=np.uint8)
    partner[at], weight[at], chosen[at] = market.partner[used], market.weight[used], book.chosen[used]
    ptr = frozen(ptr)
    packed = market._replace(row_from=ptr[:-1], row_to=ptr[1:], partner=frozen(partner), weight=frozen(weight))
    # A free seat may hold the number of a place that is gone; nobody reads it.
    return packed, book._replace(chosen=chosen, slot_edge=number[book.slot_edge] if at.size else book.slot_edge)


def is_wasteful(market: Market) -> bool:
    """Tell whether too many places are of no use.

    Parameters
    ----------
    market : Market

    Returns
    -------
    is_wasteful : bool
    """
    used = int((market.row_to - market.row_from).sum())
    return market.partner.size - used > WASTE * market.partner.size


def is_packed(market: Market) -> bool:
    """Tell whether the rows follow each other without gaps in the order of needs.

    Parameters
    ----------
    market : Market

    Returns
    -------
    is_packed : bool
    """
    starts, ends, places = market.row_from, market.row_to, market.partner.size
    if not starts.size:
        return places == 0
    return bool(starts[0] == 0 and ends[-1] == places and (starts[1:] == ends[:-1]).all())


def _copy_book(book: Book, n_needs: int) -> Book:
    return Book(
        price=book.price.copy(),
        level=lengthened(book.level, n_needs),
        chosen=book.chosen.copy(),
        missing=lengthened(book.missing, n_needs),
        room=book.room.copy(),
        slot_edge=book.slot_edge.copy(),
        slot_need=book.slot_need.copy(),
        # Zeros that nobody writes to take no memory.
        slot_bid=np.zeros(book.slot_edge.size),
    )


def _lay_rows(loops: ModuleType, old: Market, needs: Ints, rows: Given, n_needs: int) -> Market:
    """Write new rows over the old ones where they fit, else behind all rows."""
    row_from, row_to = lengthened(old.row_from, n_needs), lengthened(old.row_to, n_needs)
    length = np.diff(rows.need_ptr)
    behind = np.flatnonzero(length > (row_to - row_from)[needs])
    ends = old.partner.size + np.cumsum(length[behind])
    row_from[needs[behind]] = ends - length[behind]
    row_to[needs] = row_from[needs] + length
    places = int(ends[-1]) if ends.size else old.partner.size
    if 2 * places > MOST:
        raise InvalidProblemError(
            f"At most {MOST // 2} edges fit; got {places} with the new rows; solve the whole problem anew."
        )
    partner: Ints32 = lengthened(old.partner, places)
    weight = lengthened(old.weight, places)
    loops.write_rows(needs, rows.need_ptr, rows.partner, rows.weight, row_from, partner, weight)
    return old._replace(
        row_from=frozen(row_from), row_to=frozen(row_to), partner=frozen(partner), weight=frozen(weight)
    )


def _seat_more(
    loops: ModuleType, market: Market, book: Book, capacity: Ints, degree: Ints, ends: Ints32
) -> tuple[Market, Book]:
    seats = market.slot_ptr[ends + np.int64(1)] - market.slot_ptr[ends]
    if not (np.minimum(capacity[ends], degree[ends] + 1) > seats).any():
        return market, book
    slot_ptr, room, slot_edge, slot_need = loops.widen_seats(
        capacity, degree, market.slot_ptr, book.room, book.slot_edge, book.slot_need
    )
    wider = book._replace(room=room, slot_edge=slot_edge, slot_need=slot_need, slot_bid=np.zeros(slot_edge.size))
    return market._replace(slot_ptr=frozen(slot_ptr)), wider
