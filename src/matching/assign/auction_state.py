"""The arrays an auction works on: what is given (`Market`) and what changes (`Book`)."""

from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Ints32: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]

Scalar = TypeVar("Scalar", bound=np.generic)


class Market(NamedTuple):
    """What is given: edges grouped by need, and how many each side wants. All arrays are read-only views.

    Attributes
    ----------
    row_from, row_to : ndarray of shape (n_needs,)
        Edges of need ``i`` are ``row_from[i]:row_to[i]``. Rows do not overlap; between them may be places of no use.
    partner : ndarray of shape (n_edges,)
    weight : ndarray of shape (n_edges,)
    demand : ndarray of shape (n_needs,)
        People wanted, never more than the need has edges.
    slot_ptr : ndarray of shape (n_partners + 1,)
        Partner ``j`` has the seats ``slot_ptr[j]:slot_ptr[j + 1]``, at most one more than it has edges.
    """

    row_from: Ints
    row_to: Ints
    partner: Ints32
    weight: Floats
    demand: Ints32
    slot_ptr: Ints


class Book(NamedTuple):
    """What changes while bids are made. `price` and `level` are the dual solution.

    Attributes
    ----------
    price : ndarray of shape (n_partners,)
        Price of one seat, never negative.
    level : ndarray of shape (n_needs,)
        What a need could still get elsewhere: no unchosen edge has a better margin (weight - price), no chosen a worse.
        Infinite for a need that wants nobody.
    chosen : ndarray of shape (n_edges,), values 0 or 1
    missing : ndarray of shape (n_needs,)
        People wanted and not yet found.
    room : ndarray of shape (n_partners,)
        Free seats; the taken ones come first.
    slot_edge, slot_need : ndarray of shape (n_slots,)
        The edge and the need that hold a seat.
    slot_bid : ndarray of shape (n_slots,)
        The price at which a holder would leave its seat (used by `bid_with_step` only).
    """

    price: Floats
    level: Floats
    chosen: Bytes
    missing: Ints32
    room: Ints32
    slot_edge: Ints32
    slot_need: Ints32
    slot_bid: Floats


class Columns(NamedTuple):
    """Edges grouped by partner, those of a few needs that changed since in linked lists.

    Attributes
    ----------
    partner_ptr : ndarray of shape (n_partners + 1,)
    edge, need : ndarray of shape (n_edges,)
    stale : ndarray of shape (n_needs,), values 0 or 1
        Needs whose edges changed since: what is listed for them no longer holds, what they have now is listed apart.
    first : ndarray of shape (n_partners,)
        Where the late edges of a partner start in the next three, -1 for none.
    later : ndarray of shape (n_late,)
        The next late edge of the same partner, -1 for none.
    late_edge, late_need : ndarray of shape (n_late,)
    """

    partner_ptr: Ints
    edge: Ints32
    need: Ints32
    stale: Bytes
    first: Ints32
    later: Ints32
    late_edge: Ints32
    late_need: Ints32


class Given(NamedTuple):
    """The arrays of a call, of the right types and lengths, with indices in range.

    Attributes
    ----------
    need_ptr : ndarray of shape (n_needs + 1,)
    partner : ndarray of shape (n_edges,)
    weight : ndarray of shape (n_edges,)
    demand : ndarray of shape (n_needs,)
    capacity : ndarray of shape (n_partners,)
    """

    need_ptr: Ints
    partner: Ints32
    weight: Floats
    demand: Ints
    capacity: Ints


class Survey(NamedTuple):
    """What one look at all edges tells.

    Attributes
    ----------
    degree : ndarray of shape (n_partners,)
        Edges of each partner.
    largest : float
        Greatest absolute weight; not finite if a weight is not.
    mean_positive : float
        Mean of the positive weights, 0 if there is none.
    twice : int
        An edge whose partner its need has already, -1 if there is none.
    """

    degree: Ints
    largest: float
    mean_positive: float
    twice: int


def open_market(given: Given, slot_ptr: Ints) -> Market:
    """Cut demand down to what the edges allow.

    Parameters
    ----------
    given : Given
    slot_ptr : ndarray of shape (n_partners + 1,)

    Returns
    -------
    market : Market
    """
    wanted = np.minimum(given.demand, np.diff(given.need_ptr)).astype(np.int32)
    return Market(
        given.need_ptr[:-1], given.need_ptr[1:], given.partner, given.weight, frozen(wanted), frozen(slot_ptr)
    )


def open_book(market: Market, price: Floats, room: Ints32) -> Book:
    """Start with nothing chosen at the given prices.

    Parameters
    ----------
    market : Market
    price : ndarray of shape (n_partners,)
        Becomes part of the book and is changed by it.
    room : ndarray of shape (n_partners,)
        Seats of each partner; becomes part of the book and is changed by it.

    Returns
    -------
    book : Book
    """
    slots = int(market.slot_ptr[-1])
    return Book(
        price=price,
        level=np.where(market.demand > 0, 0.0, np.inf),
        chosen=np.zeros(market.partner.size, dtype=np.uint8),
        missing=market.demand.copy(),
        room=room,
        slot_edge=np.zeros(slots, dtype=np.int32),
        slot_need=np.zeros(slots, dtype=np.int32),
        slot_bid=np.zeros(slots),
    )


def clear_book(market: Market, book: Book) -> None:
    """Take every seat back and keep the prices.

    Parameters
    ----------
    market : Market
    book : Book
        Changed in place.
    """
    book.chosen[:] = 0
    book.room[:] = np.diff(market.slot_ptr)
    book.missing[:] = market.demand


def freeze_book(book: Book) -> Book:
    """Return read-only views of a book, without the bids that only rounds with a step need.

    Parameters
    ----------
    book : Book

    Returns
    -------
    kept : Book
    """
    return Book(
        price=frozen(book.price),
        level=frozen(book.level),
        chosen=frozen(book.chosen),
        missing=frozen(book.missing),
        room=frozen(book.room),
        slot_edge=frozen(book.slot_edge),
        slot_need=frozen(book.slot_need),
        slot_bid=frozen(np.zeros(0)),
    )


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return a read-only view.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    view : ndarray
    """
    # Numba compiles a loop anew for each mix of writable and read-only arrays: one kind, one compilation.
    view = array.view()
    view.flags.writeable = False
    return view


def lengthened(array: NDArray[Scalar], size: int) -> NDArray[Scalar]:
    """Return a copy with zeros behind.

    Parameters
    ----------
    array : ndarray of at most `size` values
    size : int

    Returns
    -------
    longer : ndarray of shape (size,)
    """
    longer = np.zeros(size, dtype=array.dtype)
    longer[: array.size] = array
    return longer
