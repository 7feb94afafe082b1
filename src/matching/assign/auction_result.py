"""What an auction answers, and what it keeps so that the next one need not start anew."""

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from matching.assign.auction_scratch import Scratch
from matching.assign.auction_stages import relative_gap
from matching.assign.auction_state import Book, Bytes, Columns, Floats, Ints, Market, frozen


@dataclass(frozen=True, slots=True)
class AuctionState:
    """A solved problem with everything that `auction_reassign` starts from. All arrays are read-only.

    Attributes
    ----------
    market : Market
        The edges and limits.
    capacity, degree : ndarray of shape (n_partners,)
        Needs a partner may serve, and its edges.
    book : Book
        Prices, levels and seats; `slot_bid` is empty.
    columns : Columns or None
        Edges grouped by partner, as they were before the rows of `moved` needs changed; None if nobody needed them yet.
    moved : ndarray of shape (n_needs,), values 0 or 1
    largest, scale : float
        Greatest absolute weight and mean positive weight of the first problem.
    total : float
        Sum of the chosen weights.
    is_loose : bool
        Whether the book is complementary to within a step only.
    scratch : Scratch
        For the searches of whoever goes on from here; shared with the states before and after.
    """

    market: Market
    capacity: Ints
    degree: Ints
    book: Book
    columns: Columns | None
    moved: NDArray[np.uint8]
    largest: float
    scale: float
    total: float
    is_loose: bool = False
    scratch: Scratch = field(default_factory=Scratch, repr=False)

    @property
    def nbytes(self) -> int:
        """Memory of all arrays in bytes; arrays shared with an earlier state or with the caller are counted too."""
        values = [getattr(self, each.name) for each in fields(self)]
        arrays = [value for value in values if isinstance(value, np.ndarray)]
        for group in (self.market, self.book, self.columns or ()):
            arrays.extend(group)
        return sum(array.nbytes for array in arrays) + self.scratch.nbytes


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
    state : AuctionState or None
        What `auction_reassign` starts from, if it was asked for.
    """

    chosen: NDArray[np.bool_]
    partner_price: Floats
    need_price: Floats
    total: float
    bound: float
    gap: float
    edges_looked_at: int
    state: AuctionState | None = None


def answer(
    book: Book, chosen: Bytes, need_price: Floats, total: float, bound: float, looked: int, state: AuctionState | None
) -> AuctionResult:
    """Put an answer together; what a state goes on from is read-only.

    Parameters
    ----------
    book : Book
    chosen : ndarray of shape (n_edges,), values 0 or 1
        The choice on the edges by need.
    need_price : ndarray of shape (n_needs,)
    total, bound : float
    looked : int
    state : AuctionState or None

    Returns
    -------
    result : AuctionResult
    """
    kept, partner_price = chosen.view(np.bool_), book.price
    if state is not None:
        kept, partner_price, need_price = frozen(kept), frozen(partner_price), frozen(need_price)
    return AuctionResult(kept, partner_price, need_price, total, bound, relative_gap(total, bound), looked, state)
