"""What is to be decided, as arrays: edges with weights, and the limits that a choice of edges must keep."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from matching.errors import InvalidProblemError

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Group = tuple[IntArray, float, float]
Team = tuple[IntArray, int]
Frozen = TypeVar("Frozen", IntArray, FloatArray, BoolArray)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """An assignment problem over pairs (need, partner), called edges.

    Every array is copied and made read-only. Axes are always (needs, partners).

    Parameters
    ----------
    need, partner : array-like of int, shape (n_edges,)
        The ends of each edge; no pair may occur twice.
    weight : array-like of float, shape (n_edges,)
        What choosing the edge is worth; any finite number.
    demand : pair (lo, hi) of scalars or array-likes of int, shape (n_needs,), default=(0, 1)
        How many people a need must have at least and can have at most.
    capacity : pair (lo, hi) of scalars or array-likes of float, shape (n_partners,), default=(0, 1)
        How much load a partner must carry at least and can carry at most; ``inf`` is no limit.
    shape : pair of int, optional
        (n_needs, n_partners); by default what the array limits say, else the largest index + 1.
    load : array-like of float, shape (n_edges,), optional
        What choosing the edge takes from the partner's capacity (hours); 1 by default.
    conflicts : array-like of int, shape (m, 2), optional
        Pairs of needs that one partner cannot both serve.
    pinned, forbidden : array-like of bool, shape (n_edges,), optional
        Edges that must, and that must not, be chosen.
    groups : sequence of (edge indices, lo, hi), default=()
        Between ``lo`` and ``hi`` edges of each group are chosen. ``hi`` may be ``inf``.
    teams : sequence of (edge indices, least), default=()
        The edges of one team belong to one need. When that need is served at all, at least ``least`` of
        them are chosen: a skill that must be covered, a specialist beside the crew.
    optional : array-like of bool, shape (n_needs,), optional
        Needs that may be left wholly unserved, their lower demand and their teams then not counting:
        such a need is served as it asks or not at all. By default no need is optional: its teams and its
        lower demand always hold.
    apart : array-like of int, shape (m, 2), optional
        Pairs of partners who never serve the same need.
    together : array-like of int, shape (m, 2), optional
        Pairs of partners of whom neither serves a need without the other.
    balance : array-like of float, shape (k,), optional
        Non-decreasing, non-negative cost of the 1st, 2nd, ... unit of load that one partner carries (the last
        holds for all further units): evens out the load. The total is then weights minus this cost.

    Raises
    ------
    InvalidProblemError
        When arrays contradict each other or hold impossible values.

    Examples
    --------
    >>> problem = Problem([0, 0, 1], [0, 1, 1], [0.9, 0.5, 0.8])
    >>> problem.shape
    (2, 2)
    """

    need: IntArray
    partner: IntArray
    weight: FloatArray
    _: KW_ONLY
    demand: tuple[IntArray, IntArray] = (0, 1)  # type: ignore[assignment]  # widened to arrays in __post_init__
    capacity: tuple[FloatArray, FloatArray] = (0.0, 1.0)  # type: ignore[assignment]  # widened likewise
    shape: tuple[int, int] = None  # type: ignore[assignment]  # deduced in __post_init__
    load: FloatArray = None  # type: ignore[assignment]  # ones by default
    conflicts: IntArray = None  # type: ignore[assignment]  # empty by default
    pinned: BoolArray = None  # type: ignore[assignment]  # all False by default
    forbidden: BoolArray = None  # type: ignore[assignment]  # all False by default
    groups: tuple[Group, ...] = ()
    teams: tuple[Team, ...] = ()
    optional: BoolArray = None  # type: ignore[assignment]  # all False by default
    apart: IntArray = None  # type: ignore[assignment]  # empty by default
    together: IntArray = None  # type: ignore[assignment]  # empty by default
    balance: FloatArray = None  # type: ignore[assignment]  # empty by default

    def __post_init__(self) -> None:
        """Copy, check and freeze every array."""
        put = _setter(self)
        put("need", _indices("need", self.need))
        put("partner", _indices("partner", self.partner))
        put("weight", _floats("weight", self.weight, self.need.size))
        if self.partner.size != self.need.size:
            raise InvalidProblemError(
                f"need and partner must have one length; got {self.need.size} and {self.partner.size}. "
                "Give one entry of each per edge."
            )
        put("shape", _shape(self))
        _check_ends(self)
        put("demand", _demand(self.demand, self.shape[0]))
        put("capacity", _limits("capacity", self.capacity, self.shape[1]))
        load = _given(self, "load", np.ones(self.need.size))
        put("load", _floats("load", load, self.need.size))
        if (self.load < 0).any():
            edge = int(np.flatnonzero(self.load < 0)[0])
            raise InvalidProblemError(f"load must not be negative; edge {edge} has {self.load[edge]}. Give hours >= 0.")
        for name in ("pinned", "forbidden"):
            put(name, _mask(name, getattr(self, name), self.need.size))
        put("optional", _mask("optional", self.optional, self.shape[0]))
        both = np.flatnonzero(self.pinned & self.forbidden)
        if both.size:
            raise InvalidProblemError(
                f"an edge cannot be both pinned and forbidden; edge {both[0]} is. Drop one of the two."
            )
        put("conflicts", _pairs("conflicts", self.conflicts, self.shape[0]))
        for name in ("apart", "together"):
            put(name, _pairs(name, getattr(self, name), self.shape[1]))
        put("groups", tuple(_group(self, k, group) for k, group in enumerate(_listed("groups", self.groups))))
        put("teams", tuple(_team(self, k, team) for k, team in enumerate(_listed("teams", self.teams))))
        put("balance", _balance(self.balance))

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return int(self.need.size)


def _setter(problem: Problem) -> Any:
    def put(name: str, value: Any) -> None:
        object.__setattr__(problem, name, value)

    return put


def _given(problem: Problem, name: str, default: Any = None) -> Any:
    """Read a field as it was passed, which may not be what it is annotated to become."""
    value = getattr(problem, name)
    return default if value is None else value


def _frozen(array: Frozen) -> Frozen:
    array.flags.writeable = False
    return array


def _array(name: str, values: Any) -> npt.NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise InvalidProblemError(
            f"{name} must be a plain array; got a ragged one ({error}). Give one row each."
        ) from error
    if array.dtype.kind not in "biuf" and array.size:
        raise InvalidProblemError(f"{name} must hold numbers; got dtype {array.dtype}. Encode names as indices first.")
    return array


def _whole(name: str, values: Any) -> IntArray:
    array = _array(name, values)
    if array.dtype.kind == "f":
        wrong = ~np.isfinite(array) | (array != np.round(np.where(np.isfinite(array), array, 0)))
        if wrong.any():
            raise InvalidProblemError(f"{name} must hold whole numbers; got {array[wrong].flat[0]}. Round it first.")
    return np.array(array, dtype=np.int64)


def _indices(name: str, values: Any) -> IntArray:
    array = _whole(name, values)
    if array.ndim != 1:
        raise InvalidProblemError(f"{name} must be one-dimensional; got shape {array.shape}. Give one entry per edge.")
    if array.size and array.min() < 0:
        raise InvalidProblemError(f"{name} must hold indices >= 0; got {array.min()}. Drop unknown pairs first.")
    return _frozen(array)


def _floats(name: str, values: Any, size: int) -> FloatArray:
    array = np.array(_array(name, values), dtype=np.float64)
    if array.ndim == 0:
        array = np.full(size, float(array))
    if array.shape != (size,):
        raise InvalidProblemError(f"{name} must have shape ({size},); got {array.shape}. Give one entry per edge.")
    wrong = np.flatnonzero(~np.isfinite(array))
    if wrong.size:
        raise InvalidProblemError(
            f"{name} must be finite; edge {wrong[0]} has {array[wrong[0]]}. Mark impossible edges as forbidden instead."
        )
    return _frozen(array)


def _mask(name: str, values: Any, size: int) -> BoolArray:
    if values is None:
        return _frozen(np.zeros(size, dtype=np.bool_))
    array = _array(name, values)
    if array.size and array.dtype.kind != "b":
        raise InvalidProblemError(f"{name} must be a boolean mask; got dtype {array.dtype}. Give True/False per entry.")
    if array.shape != (size,):
        raise InvalidProblemError(f"{name} must have shape ({size},); got {array.shape}. Give one flag per entry.")
    return _frozen(np.array(array, dtype=np.bool_))


def _two(name: str, limits: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    try:
        low, high = limits
    except (TypeError, ValueError) as error:
        raise InvalidProblemError(
            f"{name} must be a pair (lo, hi); got {limits!r}. Give (0, hi) for a maximum."
        ) from error
    return _array(name, low), _array(name, high)


def _shape(problem: Problem) -> tuple[int, int]:
    found = []
    for name, ends, limits in (
        ("needs", problem.need, problem.demand),
        ("partners", problem.partner, problem.capacity),
    ):
        sizes = {array.shape[0] for array in _two(name, limits) if array.ndim == 1}
        found.append(max(sizes) if sizes else int(ends.max(initial=-1)) + 1)
    given = _given(problem, "shape")
    if given is None:
        return found[0], found[1]
    try:
        rows, columns = (_count(size) for size in given)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidProblemError(
            f"shape must be (n_needs, n_partners); got {problem.shape!r}. Give two whole numbers."
        ) from error
    if rows < 0 or columns < 0:
        raise InvalidProblemError(f"shape must not be negative; got {problem.shape!r}. Give two whole numbers >= 0.")
    return rows, columns


def _count(value: Any) -> int:
    """Read a whole number; a fraction is no count."""
    count = int(value)
    if count != value:
        raise ValueError(f"{value} is no whole number")
    return count


def _listed(name: str, values: Any) -> tuple[Any, ...]:
    try:
        return tuple(values)
    except TypeError as error:
        raise InvalidProblemError(
            f"{name} must be a sequence; got {values!r}. Give one entry per rule, or ()."
        ) from error


def _check_ends(problem: Problem) -> None:
    for name, ends, size in (("need", problem.need, problem.shape[0]), ("partner", problem.partner, problem.shape[1])):
        if ends.size and ends.max() >= size:
            edge = int(np.argmax(ends))
            raise InvalidProblemError(
                f"{name} must be below {size}; edge {edge} has {ends[edge]}. Enlarge shape or drop the edge."
            )
    key = problem.need * max(1, problem.shape[1]) + problem.partner
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(np.diff(key[order]) == 0)
    if again.size:
        edge = int(order[again[0] + 1])
        raise InvalidProblemError(
            f"a pair may occur once; edge {edge} repeats need {problem.need[edge]}, partner {problem.partner[edge]}. "
            "Keep the better of the two."
        )


def _limits(name: str, limits: Any, size: int) -> tuple[FloatArray, FloatArray]:
    out = []
    for array in _two(name, limits):
        try:
            values = np.array(np.broadcast_to(array, (size,)), dtype=np.float64)
        except ValueError as error:
            raise InvalidProblemError(
                f"{name} limits must have shape ({size},); got {array.shape}. Give one number, or one per entry."
            ) from error
        if np.isnan(values).any() or (values < 0).any():
            at = int(np.flatnonzero(np.isnan(values) | (values < 0))[0])
            raise InvalidProblemError(
                f"{name} limits must be >= 0; entry {at} has {values[at]}. Use 0 or a positive number."
            )
        out.append(_frozen(values))
    low, high = out
    wrong = np.flatnonzero(~(low <= high) | np.isinf(low))
    if wrong.size:
        at = int(wrong[0])
        raise InvalidProblemError(
            f"{name} needs a finite lo <= hi; entry {at} has lo {low[at]} and hi {high[at]}. Lower lo or raise hi."
        )
    return low, high


def _demand(limits: Any, size: int) -> tuple[IntArray, IntArray]:
    low, high = _limits("demand", limits, size)
    bounded = np.minimum(high, float(2**31))
    return _frozen(_whole("demand", low)), _frozen(_whole("demand", bounded))


def _pairs(name: str, values: Any, size: int) -> IntArray:
    array = _whole(name, [] if values is None else values)
    if array.size == 0:
        array = array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise InvalidProblemError(f"{name} must have shape (m, 2); got {array.shape}. Give one pair per row.")
    if array.size and (array.min() < 0 or array.max() >= size):
        raise InvalidProblemError(
            f"{name} must hold indices in [0, {size}); got {array.min()}..{array.max()}. Drop unknown ones."
        )
    if (array[:, 0] == array[:, 1]).any():
        raise InvalidProblemError(
            f"{name} pairs two different entries; got {array[array[:, 0] == array[:, 1]][0]}. Drop such rows."
        )
    return _frozen(np.unique(np.sort(array, axis=1), axis=0))


def _edges(problem: Problem, name: str, values: Any) -> IntArray:
    edges = _indices(name, values)
    if edges.size and edges.max() >= problem.n_edges:
        raise InvalidProblemError(
            f"{name} must hold edge indices below {problem.n_edges}; got {edges.max()}. Use positions in `need`."
        )
    unique = np.unique(edges)
    if unique.size != edges.size:
        raise InvalidProblemError(
            f"{name} must name each edge once; got {edges.size - unique.size} repeats. Drop repeats."
        )
    return _frozen(unique)


def _group(problem: Problem, k: int, group: Sequence[Any]) -> Group:
    try:
        edges, low, high = group
        low, high = float(low), float(high)
    except (TypeError, ValueError) as error:
        raise InvalidProblemError(
            f"group {k} must be (edge indices, lo, hi); got {group!r}. Give all three."
        ) from error
    if not low <= high or high < 0 or np.isinf(low):
        raise InvalidProblemError(
            f"group {k} needs a finite lo <= hi, hi >= 0; got lo {low}, hi {high}. Lower lo or raise hi."
        )
    return _edges(problem, f"group {k}", edges), max(low, 0.0), high


def _team(problem: Problem, k: int, team: Sequence[Any]) -> Team:
    try:
        values, least = team
        least = _count(least)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidProblemError(
            f"team {k} must be (edge indices, least), least a whole number; got {team!r}. Give both."
        ) from error
    edges = _edges(problem, f"team {k}", values)
    if edges.size == 0 or least < 1:
        raise InvalidProblemError(
            f"team {k} needs edges and least >= 1; got {edges.size} and {least}. Drop empty teams."
        )
    needs = np.unique(problem.need[edges])
    if needs.size != 1:
        raise InvalidProblemError(f"team {k} must lie in one need; got needs {needs[:5].tolist()}. Split it per need.")
    return edges, least


def _balance(values: Any) -> FloatArray:
    if values is None:
        return _frozen(np.zeros(0))
    array = np.array(_array("balance", values), dtype=np.float64)
    if array.ndim != 1 or not np.isfinite(array).all() or (array < 0).any() or (np.diff(array) < 0).any():
        raise InvalidProblemError(
            f"balance must be finite, >= 0 and non-decreasing; got {array!r}. A falling cost is not convex: sort it."
        )
    return _frozen(array)
