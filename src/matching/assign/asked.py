"""What may change about a problem when somebody asks what one more would add: who comes, who goes, who has or takes more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.assign.problem import FloatArray, IntArray, Problem
from matching.errors import CallError


@dataclass(frozen=True, slots=True, eq=False)
class Newcomer:
    """One more partner, who belongs to no group and no team, and is bound to nobody.

    Attributes
    ----------
    need : array-like of int, shape (k,)
        What the newcomer could serve.
    weight : array-like of float, shape (k,)
    load : float or array-like of float, shape (k,), default=1
    capacity : float, default=1
        In the unit of loads.
    """

    need: npt.ArrayLike
    weight: npt.ArrayLike
    load: npt.ArrayLike = 1.0
    capacity: float = 1.0


@dataclass(frozen=True, slots=True)
class MoreCapacity:
    """More capacity for one partner.

    Attributes
    ----------
    partner : int
    amount : float, default=1
        In the unit of loads, not negative.
    """

    partner: int
    amount: float = 1.0


@dataclass(frozen=True, slots=True)
class MoreDemand:
    """More heads that a need may have; how many it must have stays.

    Attributes
    ----------
    need : int
    amount : int, default=1
        Not negative.
    """

    need: int
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Without:
    """One partner gone, with what was pinned to him and what he had to carry at least; who serves only beside him serves nothing.

    Attributes
    ----------
    partner : int
    """

    partner: int


Asked = Newcomer | MoreCapacity | MoreDemand | Without


def changed_by(problem: Problem, asked: Asked) -> Problem:
    """Return the problem with a change.

    Parameters
    ----------
    problem : Problem
    asked : Newcomer, MoreCapacity, MoreDemand or Without

    Returns
    -------
    changed : Problem
        A newcomer is the last partner, his edges the last ones.

    Raises
    ------
    CallError
        When there is no such need or partner, an amount is negative, or arrays differ in length.
    """
    if isinstance(asked, Newcomer):
        return with_newcomers(problem, [asked])
    if isinstance(asked, MoreCapacity):
        return with_capacity(problem, asked.partner, _amount(asked.amount))
    if isinstance(asked, MoreDemand):
        high = problem.demand[1].copy()
        high[_position("need", asked.need, problem.shape[0])] += int(_amount(asked.amount, whole=True))
        return replace(problem, demand=(problem.demand[0], high))
    if isinstance(asked, Without):
        his = problem.partner == _position("partner", asked.partner, problem.shape[1])
        low = problem.capacity[0].copy()
        low[asked.partner] = 0.0
        return replace(
            problem,
            pinned=problem.pinned & ~his,
            forbidden=problem.forbidden | his,
            capacity=(low, problem.capacity[1]),
        )
    raise CallError(
        f"a change must be a Newcomer, MoreCapacity, MoreDemand or Without; got {type(asked).__name__}. Give one of these."
    )


def with_capacity(problem: Problem, partner: int, amount: float = 1.0) -> Problem:
    """Return the problem with more capacity for one partner.

    Parameters
    ----------
    problem : Problem
    partner : int
    amount : float, default=1
        In the unit of capacity.

    Returns
    -------
    changed : Problem

    Raises
    ------
    CallError
        When there is no such partner.
    """
    high = problem.capacity[1].copy()
    high[_position("partner", partner, problem.shape[1])] += amount
    return replace(problem, capacity=(problem.capacity[0], high))


def with_newcomer(
    problem: Problem,
    need: npt.ArrayLike,
    weight: npt.ArrayLike,
    *,
    load: npt.ArrayLike = 1.0,
    capacity: float = 1.0,
) -> Problem:
    """Return the problem with one more partner, the last, whose edges are appended.

    Parameters
    ----------
    problem : Problem
    need : array-like of int, shape (k,)
        What the newcomer could serve.
    weight : array-like of float, shape (k,)
    load : float or array-like of float, shape (k,), default=1
    capacity : float, default=1

    Returns
    -------
    changed : Problem
        Groups and teams stay as they are: the newcomer belongs to none.

    Raises
    ------
    CallError
        When the arrays differ in length.
    """
    return with_newcomers(problem, [Newcomer(need, weight, load, capacity)])


def with_newcomers(problem: Problem, newcomers: Sequence[Newcomer]) -> Problem:
    """Return the problem with more partners, the last ones, whose edges are appended one partner after the other.

    Parameters
    ----------
    problem : Problem
    newcomers : sequence of Newcomer

    Returns
    -------
    changed : Problem

    Raises
    ------
    CallError
        When the arrays of one differ in length.
    """
    edges = [_edges(each) for each in newcomers]
    need = np.concatenate([problem.need, *(each[0] for each in edges)])
    more = need.size - problem.n_edges
    whose = problem.shape[1] + np.repeat(np.arange(len(edges)), [each[0].size for each in edges])
    none = np.zeros(more, dtype=np.bool_)
    low, high = problem.capacity
    return replace(
        problem,
        need=need,
        partner=np.concatenate([problem.partner, whose]),
        weight=np.concatenate([problem.weight, *(each[1] for each in edges)]),
        load=np.concatenate([problem.load, *(each[2] for each in edges)]),
        pinned=np.concatenate([problem.pinned, none]),
        forbidden=np.concatenate([problem.forbidden, none]),
        capacity=(
            np.append(low, np.zeros(len(edges))),
            np.append(high, [float(each.capacity) for each in newcomers]),
        ),
        shape=(problem.shape[0], problem.shape[1] + len(edges)),
    )


def _edges(newcomer: Newcomer) -> tuple[IntArray, FloatArray, FloatArray]:
    needs = np.asarray(newcomer.need, dtype=np.int64).reshape(-1)
    found = []
    for name, values in (("weight", newcomer.weight), ("load", newcomer.load)):
        if np.shape(values) not in ((), needs.shape):
            raise CallError(f"{name} must have shape {needs.shape}; got {np.shape(values)}. Give one entry per need.")
        found.append(np.broadcast_to(np.asarray(values, dtype=np.float64), needs.shape))
    return needs, found[0], found[1]


def _position(name: str, at: int, size: int) -> int:
    if not 0 <= at < size or at != int(at):
        raise CallError(f"{name} must be in [0, {size}); got {at}. Use a position on the {name} axis.")
    return int(at)


def _amount(amount: float, *, whole: bool = False) -> float:
    if not amount >= 0 or (whole and amount != int(amount)):
        raise CallError(
            f"amount must be {'whole and ' * whole}not negative; got {amount}. Ask what one more would add."
        )
    return float(amount)
