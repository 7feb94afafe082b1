"""Large head-counts solved again and again: keep what bidding leaves, and read only the needs that changed."""

import weakref
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from matching.assign.auction import auction_assign, auction_reassign
from matching.assign.auction_result import AuctionResult, AuctionState
from matching.assign.auction_stages import load_loops
from matching.assign.auction_state import frozen
from matching.assign.check import check_choice
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.solution import Solution, relative_gap
from matching.errors import CallError, MissingExtraError

Values = TypeVar("Values", IntArray, FloatArray)
ROUNDING = 1e-14  # a gap below it is the rounding of sums
NEARLY = 1e-9  # what rounding may come to over many changes, relative to the best served need
MOST_CHANGED = 0.3  # of the needs; beyond that bidding anew is as quick


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What a choice comes to, need by need and partner by partner.

    Attributes
    ----------
    heads : ndarray of int, shape (n_needs,)
    carried : ndarray of int, shape (n_partners,)
    got : ndarray of float, shape (n_needs,)
        Total weight of each need's people.
    is_within : bool
        Whether no limit is broken.
    """

    heads: IntArray
    carried: npt.NDArray[np.int32]
    got: FloatArray
    is_within: bool


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A solved problem and what the auction keeps of it.

    Attributes
    ----------
    problem : Problem
        Its edges sorted by need, none pinned, no lower limits.
    pointer : ndarray of int, shape (n_needs + 1,)
        Where the edges of each need start.
    state : AuctionState
    chosen : ndarray of bool, shape (n_edges,)
    tally : Tally
        Of the choice.
    """

    problem: Problem
    pointer: IntArray
    state: AuctionState
    chosen: BoolArray
    tally: Tally


class Changed(Problem):
    """A problem that tells in which weights alone it differs from another.

    Attributes
    ----------
    edges : ndarray of int
        Where weights may differ.
    before : weak reference to ndarray
        The weights of the other problem.
    """

    __slots__ = ("before", "edges")

    edges: IntArray
    before: weakref.ref[FloatArray]


def with_changes(
    problem: Problem,
    *,
    edges: npt.ArrayLike | None = None,
    weight: npt.ArrayLike | None = None,
    needs: npt.ArrayLike | None = None,
    demand: npt.ArrayLike | None = None,
) -> Problem:
    """Return the problem with other weights for some edges and other head-counts for some needs.

    Everything else is shared with the problem and not checked again, so that in a city this takes milliseconds.

    Parameters
    ----------
    problem : Problem
    edges : array-like of int, shape (k,), optional
        Positions of the edges whose weights change.
    weight : array-like of float, shape (k,), optional
        Their new weights, finite.
    needs : array-like of int, shape (m,), optional
        Needs whose head-counts change.
    demand : array-like of int, shape (m,), optional
        The most people each of them can have now, not less than it must have.

    Returns
    -------
    changed : Problem

    Raises
    ------
    CallError
        When arrays differ in length, a position does not exist, a weight is not finite or a head-count is impossible.
    """
    at, worth = _pairs("edges", edges, "weight", weight, problem.n_edges)
    who, heads = _pairs("needs", needs, "demand", demand, problem.shape[0])
    if worth.size and (worth.dtype.kind not in "iuf" or not np.isfinite(worth).all()):
        raise CallError("weight must hold finite numbers. Give an edge that must not be chosen the weight 0.")
    if heads.size and (heads.dtype.kind not in "iu" or (heads < problem.demand[0][who]).any()):
        raise CallError("demand must hold whole numbers, none below what a need must have at least. Lower that first.")
    values = {"weight": _patched(problem.weight, at, worth)} if at.size else {}
    changed = object.__new__(Changed)
    for name in (field.name for field in fields(problem)):
        object.__setattr__(changed, name, values.get(name, getattr(problem, name)))
    if who.size:
        object.__setattr__(changed, "demand", (problem.demand[0], _patched(problem.demand[1], who, heads)))
    object.__setattr__(changed, "edges", at)
    object.__setattr__(changed, "before", weakref.ref(problem.weight))
    return changed


def _pairs(
    name: str, where: npt.ArrayLike | None, other: str, values: npt.ArrayLike | None, size: int
) -> tuple[IntArray, npt.NDArray[Any]]:
    at, new = np.asarray([] if where is None else where), np.asarray([] if values is None else values)
    if at.shape != new.shape or at.ndim != 1:
        raise CallError(f"{name} and {other} must have one length; got {at.shape} and {new.shape}. Give one for each.")
    if at.size and (at.dtype.kind not in "iu" or at.min() < 0 or at.max() >= size):
        raise CallError(f"{name} must be positions in [0, {size}); got {at.dtype} from {at.min()} to {at.max()}.")
    return at.astype(np.int64), new


def _patched(array: Values, at: IntArray, values: npt.NDArray[Any]) -> Values:
    new = array.copy()
    new[at] = values
    new.flags.writeable = False
    return new


def solve_kept(problem: Problem, *, gap: float) -> Solution | None:
    """Solve a large problem of head-counts and keep what the next solution can start from.

    Parameters
    ----------
    problem : Problem
        For which `is_plain` holds.
    gap : float

    Returns
    -------
    solution : Solution or None
        None where it cannot be kept: edges pinned or not sorted by need, lower limits, Numba missing.
    """
    if not _can_keep(problem) or (np.diff(problem.need) < 0).any():
        return None
    pointer = _pointer(problem)
    try:
        result = auction_assign(
            pointer,
            problem.partner,
            _open_weight(problem),
            problem.demand[1],
            _seats(problem),
            gap=gap,
            keep_state=True,
        )
    except MissingExtraError:
        return None
    note = f"auction: only head-counts limit, {problem.n_edges} edges; kept for changes"
    return _answer(problem, pointer, result, note, _tallied(problem, result.chosen))


def solve_again(problem: Problem, kept: object, *, gap: float) -> Solution | None:
    """Solve a problem from what the solution of a similar one kept, reading only the needs that changed.

    Parameters
    ----------
    problem : Problem
        For which `is_plain` holds.
    kept : Kept or other
    gap : float

    Returns
    -------
    solution : Solution or None
        None where nothing was kept that fits: other partners or capacities, needs that vanished, too much changed.
    """
    if not isinstance(kept, Kept):
        return None
    old = kept.problem
    if not (problem.pinned is old.pinned and problem.demand[0] is old.demand[0]) and not _can_keep(problem):
        return None
    if (
        problem.shape[1] != old.shape[1]
        or problem.shape[0] < old.shape[0]
        or not _same(problem.capacity[1], old.capacity[1])
    ):
        return None
    is_same = _same(problem.need, old.need) and _same(problem.partner, old.partner)
    if not is_same and (np.diff(problem.need) < 0).any():
        return None
    pointer = kept.pointer if is_same and problem.shape == old.shape else _pointer(problem)
    needs = _changed_needs(problem, pointer, kept, is_same=is_same)
    if needs.size > MOST_CHANGED * problem.shape[0]:
        return None
    length = np.diff(pointer)[needs]
    rows = np.concatenate([[0], np.cumsum(length)])
    edges = np.repeat(pointer[needs] - rows[:-1], length) + np.arange(rows[-1])
    weight = np.where(problem.forbidden[edges], 0.0, problem.weight[edges])
    result = auction_reassign(
        kept.state,
        changed_needs=needs,
        need_ptr=rows,
        partner=problem.partner[edges],
        weight=weight,
        demand_hi=problem.demand[1][needs],
        gap=gap,
        every_weight=None if problem.forbidden.any() else problem.weight,
    )
    note = f"auction: {needs.size} of {problem.shape[0]} needs changed, all else was kept"
    is_alike = is_same and problem.shape == old.shape and kept.tally.is_within
    tally = _tallied_again(problem, result.chosen, kept, needs) if is_alike else _tallied(problem, result.chosen)
    return _answer(problem, pointer, result, note, tally)


def _tallied(problem: Problem, chosen: BoolArray) -> Tally:
    at = np.flatnonzero(chosen)
    need, worth = problem.need[at], problem.weight[at]  # each read once: they are spread over all edges
    heads = np.bincount(need, minlength=problem.shape[0])
    carried = np.bincount(problem.partner[at], minlength=problem.shape[1]).astype(np.int32)
    got = np.bincount(need, weights=worth, minlength=problem.shape[0]).astype(np.float64)
    is_within = bool((heads <= problem.demand[1]).all() and (carried <= problem.capacity[1]).all())
    return Tally(heads, carried, got, is_within)


def _tallied_again(problem: Problem, chosen: BoolArray, kept: Kept, needs: IntArray) -> Tally:
    """Count only what is chosen otherwise; the weights of every need in which anything changed are summed anew."""
    loops = load_loops()
    moved = loops.list_moves(chosen, kept.chosen, _words(chosen), _words(kept.chosen))
    heads, carried, got = kept.tally.heads.copy(), kept.tally.carried.copy(), kept.tally.got.copy()
    edges = problem.need, problem.partner, problem.weight
    partner = loops.count_moves(moved, chosen, *edges, heads, carried, got)
    # whatever has other weights, and whoever may be the least served, is summed anew: rounding adds up nowhere
    _summed(problem, kept.pointer, chosen, got, needs)
    wants = np.flatnonzero(problem.demand[1])
    share = got[wants] / problem.demand[1][wants]
    nearly = share.min(initial=np.inf) + NEARLY * np.abs(share).max(initial=0.0)
    _summed(problem, kept.pointer, chosen, got, wants[share <= nearly])
    is_within = bool((heads <= problem.demand[1]).all() and (carried[partner] <= problem.capacity[1][partner]).all())
    return Tally(heads, carried, got, is_within)


def _words(flags: BoolArray) -> IntArray:
    """Return flags eight at a time, without what is left over."""
    return frozen(flags[: flags.size // 8 * 8]).view(np.int64)


def is_known(problem: Problem, start: Solution | None) -> bool:
    """Tell whether a problem shares everything but weights, bans and upper demands with the one that a solution kept.

    Parameters
    ----------
    problem : Problem
    start : Solution or None

    Returns
    -------
    is_known : bool
        What holds of all else in that problem need not be looked up in this one.
    """
    kept = None if start is None else start.kept
    if not isinstance(kept, Kept):
        return False
    old = kept.problem
    others = "load", "capacity", "pinned", "groups", "teams", "conflicts", "apart", "together", "balance", "optional"
    return problem.demand[0] is old.demand[0] and all(getattr(problem, name) is getattr(old, name) for name in others)


def _summed(problem: Problem, pointer: IntArray, chosen: BoolArray, got: FloatArray, needs: IntArray) -> None:
    load_loops().weigh_rows(needs, pointer, problem.weight, chosen, got)


def _answer(problem: Problem, pointer: IntArray, result: AuctionResult, note: str, tally: Tally) -> Solution:
    """Put the answer together without a pass over all edges: limits are checked where anything is chosen otherwise."""
    wants = problem.demand[1] > 0
    bound = max(result.bound, result.total) if result.gap > ROUNDING else result.total
    kept = None if result.state is None else Kept(problem, pointer, result.state, result.chosen, tally)
    return Solution(
        chosen=result.chosen,
        total=result.total,
        bound=bound,
        gap=relative_gap(result.total, bound),
        worst=float(np.min(tally.got[wants] / problem.demand[1][wants])) if wants.any() else float("nan"),
        need_price=result.need_price,
        partner_price=result.partner_price,
        method=note,
        violations=() if tally.is_within else check_choice(problem, result.chosen),
        kept=kept,
    )


def _can_keep(problem: Problem) -> bool:
    return not problem.pinned.any() and not problem.demand[0].any()


def _changed_needs(problem: Problem, now: IntArray, kept: Kept, *, is_same: bool) -> IntArray:
    """List the needs whose rows or head-counts differ."""
    old, before = kept.problem, kept.problem.shape[0]
    other = np.ones(problem.shape[0], dtype=np.bool_)
    other[:before] = problem.demand[1][:before] != old.demand[1]
    if is_same:
        other[problem.need[_changed_weights(problem, old)]] = True
        if problem.forbidden is not old.forbidden:
            other[problem.need[np.flatnonzero(problem.forbidden != old.forbidden)]] = True
        return np.flatnonzero(other)
    then = kept.pointer
    other[:before] |= np.diff(now)[:before] != np.diff(then)
    edges = np.flatnonzero(~other[problem.need])
    need = problem.need[edges]
    twin = edges - now[need] + then[need]
    differs = problem.partner[edges] != old.partner[twin]
    differs |= (problem.weight[edges] != old.weight[twin]) | (problem.forbidden[edges] != old.forbidden[twin])
    other[need[differs]] = True
    return np.flatnonzero(other)


def _changed_weights(problem: Problem, old: Problem) -> IntArray:
    """List the edges whose weights differ, by what the problem knows of where it comes from, else by comparing all."""
    if problem.weight is old.weight:
        return np.zeros(0, dtype=np.int64)
    edges, before = getattr(problem, "edges", None), getattr(problem, "before", None)
    if edges is None or before is None or before() is not old.weight:
        return np.flatnonzero(problem.weight != old.weight)
    at: IntArray = edges[problem.weight[edges] != old.weight[edges]]
    return at


def _same(one: FloatArray | IntArray, other: FloatArray | IntArray) -> bool:
    return one is other or (one.shape == other.shape and bool((one == other).all()))


def _pointer(problem: Problem) -> IntArray:
    return np.searchsorted(problem.need, np.arange(problem.shape[0] + 1))


def _seats(problem: Problem) -> IntArray:
    return np.minimum(np.floor(problem.capacity[1] + 1e-9), float(2**31)).astype(np.int64)


def _open_weight(problem: Problem) -> FloatArray:
    return np.where(problem.forbidden, 0.0, problem.weight) if problem.forbidden.any() else problem.weight
