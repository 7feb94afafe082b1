"""What was decided, with its proof: the chosen edges, the bound, the prices and what could not be kept."""

from dataclasses import dataclass, field

import numpy as np

from matching.assign.problem import BoolArray, FloatArray, IntArray

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Violation:
    """One limit that the solution could not keep.

    Attributes
    ----------
    rule : str
        ``"demand_lo"``, ``"demand_hi"``, ``"capacity_lo"``, ``"capacity_hi"``, ``"group_lo"``, ``"group_hi"``,
        ``"team"``, ``"optional"``, ``"conflict"``, ``"apart"`` or ``"together"``.
    index : int
        Which one: the need (demand, optional), the partner (capacity), the position in ``groups``, ``teams``,
        ``conflicts``, ``apart`` or ``together``.
    limit : float
        What was asked.
    got : float
        What the solution has.
    amount : float
        How far off, > 0: heads, hours or edges.
    """

    rule: str
    index: int
    limit: float
    got: float
    amount: float


@dataclass(frozen=True, slots=True, eq=False)
class RowPrices:
    """Prices of the limits of a model, by what they limit.

    Attributes
    ----------
    kind, index : ndarray of int, shape (n_priced,)
        Which rule, and which entry of it.
    price : ndarray of float, shape (n_priced,)
    """

    kind: IntArray
    index: IntArray
    price: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A choice of edges with its proof.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_edges,)
    total : float
        Sum of the chosen weights, less the cost of balance if the problem has one.
    bound : float
        No choice that keeps the limits (that violates no more, when there are violations) has a higher total.
    gap : float
        The part of the bound that the total falls short of, never negative.
    worst : float
        The least served need: total weight of its chosen edges / head-count it wants; needs that want nobody do
        not count. ``nan`` when no need wants anybody.
    need_price : ndarray of float, shape (n_needs,)
        Shadow price of one more head of demand; that of the relaxation where the method is a MIP.
    partner_price : ndarray of float, shape (n_partners,)
        Shadow price of one more unit of capacity, likewise.
    method : str
        How it was solved, and why.
    violations : tuple of Violation
        Empty when every limit is kept.
    row_prices : RowPrices or None
        Prices of all limits, from which a warm start of a similar problem begins.
    kept : object or None
        What ``solve(..., keep=True)`` keeps for a start that reads only what changed.
    worst_bound : float
        No choice serves the worst-served need better; the same as `worst`, but for rounding, where the floor is proved
        highest, and ``inf`` where nothing was asked about it (``objective="total"``).
    """

    chosen: BoolArray
    total: float
    bound: float
    gap: float
    worst: float
    need_price: FloatArray
    partner_price: FloatArray
    method: str
    violations: tuple[Violation, ...] = ()
    row_prices: RowPrices | None = field(default=None, repr=False)
    kept: object | None = field(default=None, repr=False)
    worst_bound: float = float("inf")


def relative_gap(total: float, bound: float) -> float:
    """How far a total can be from the optimum, relative to the bound.

    Parameters
    ----------
    total, bound : float

    Returns
    -------
    gap : float, >= 0
    """
    return max(0.0, bound - total) / max(abs(bound), TINY) if np.isfinite(bound) else float("inf")
