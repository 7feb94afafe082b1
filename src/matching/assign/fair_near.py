"""Raising the worst-served needs of a choice: the worst ones and some that compete with them are decided anew, in turn."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matching.assign.deadline import Deadline
from matching.assign.fair_exchange import exchanged, is_exchangeable
from matching.assign.highs import solve_mip
from matching.assign.model import Model
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.search import is_feasible
from matching.assign.structure import part, tighten

ROUNDS = 400  # neighbourhoods that are searched in all
TOTALS = 300  # the same for the total
PATIENCE = 40  # of them without getting nearer, until less is aimed at
SIZE, FEWEST = 12, 3  # needs in a neighbourhood
COLUMNS = 180  # edges that are open to them: more take the solver seconds
NODES = 60  # that the search of one may open
NEAR = 1e-6  # relative gap at which it ends
AMBITION = 0.1  # how far below its bound the first floor lies that is aimed at
FINEST = 5e-4
SURE = 1e-9
ROOM = 1e-3
LEVEL = -3  # kind of the rows that hold a level of service


@dataclass(slots=True)
class _Search:
    """The choice at hand, the best so far and what helps to change it.

    Attributes
    ----------
    service : csr_array of shape (n_needs, n_columns)
        Weight that each need gets.
    need_of : ndarray of int, shape (n_columns,)
        -1 for columns that belong to no need.
    counted : ndarray of int
        The needs whose service counts.
    """

    problem: Problem
    model: Model
    service: sp.csr_array
    need_of: IntArray
    counted: IntArray
    x: FloatArray
    best: FloatArray
    random: np.random.Generator


def raised_nearby(
    problem: Problem,
    model: Model,
    x: FloatArray,
    most: float,
    *,
    counted: BoolArray,
    deadline: Deadline,
    rounds: int = ROUNDS,
) -> FloatArray:
    """Raise the worst-served need of a choice, as far as deciding some needs at a time gets.

    A floor is aimed at; a need below it and some that compete with it for partners are decided anew so that together they
    fall short of it by as little as can be. When nobody falls short a higher one is aimed at, when nothing helps a lower.

    Parameters
    ----------
    problem : Problem
    model : Model
        Of the problem; further columns may follow.
    x : ndarray of float, shape (n_columns,)
        A point of it.
    most : float
        No choice has a higher floor.
    counted : ndarray of bool, shape (n_needs,)
        The needs of which the worst-served one is raised; each wants somebody.
    deadline : Deadline
    rounds : int, default=400
        How many neighbourhoods are searched at most.

    Returns
    -------
    x : ndarray of float, shape (n_columns,)
        A point of the model with at least the floor that the first has.

    References
    ----------
    P. Shaw, "Using constraint programming and local search methods to solve vehicle routing problems", 1998, for
    neighbourhoods of related decisions.
    """
    search = _begin(problem, model, x, counted)
    wanted = problem.demand[1][search.counted]
    worst = _worst(search, x)
    scale = max(abs(most), abs(worst), 1e-12)
    aim, stale, closest = most - min(AMBITION * scale, 0.5 * (most - worst)), 0, np.inf
    can_pass_on = is_exchangeable(problem) and model.weight.size == problem.n_edges
    tried = np.nan
    for _ in range(rounds):
        if can_pass_on and aim != tried:
            tried = aim
            _pass_partners_on(search, aim, deadline)
        got = np.asarray(search.service @ search.x)[search.counted]
        short = np.maximum(0.0, aim * wanted - got - SURE * scale)
        missing = float(short.sum())
        if 0 < missing < closest - SURE * scale:
            stale, closest = 0, missing
        stale += 1
        if missing <= 0 or stale > PATIENCE:
            worst = _worst(search, search.best)
            if most - worst <= FINEST * scale or (missing > 0 and aim - worst <= FINEST * scale):
                break
            aim, stale, closest = 0.5 * (worst + (most if missing <= 0 else aim)), 0, np.inf
        elif deadline.is_over():
            break
        else:
            first = int(search.random.choice(search.counted, p=short / missing))
            _fall_less_short(search, _neighbourhood(search, first), aim, deadline)
    return search.best


def _pass_partners_on(search: _Search, aim: float, deadline: Deadline) -> None:
    """Start towards an aim by passing single partners on."""
    problem = search.problem
    target = np.full(problem.shape[0], -np.inf)
    target[search.counted] = aim * problem.demand[1][search.counted]
    chosen, _ = exchanged(problem, search.x > 0.5, target, search.random, deadline=deadline)
    _take(search, chosen.astype(float))


def _take(search: _Search, x: FloatArray) -> None:
    """Go on from a point, if it is one of the model."""
    if is_feasible(search.model, x):
        search.x = x
        if _worst(search, x) > _worst(search, search.best):
            search.best = x


def total_nearby(
    problem: Problem, model: Model, x: FloatArray, most: float, *, deadline: Deadline, rounds: int = TOTALS
) -> FloatArray:
    """Raise the total of a choice within its limits, as far as deciding some needs at a time gets.

    Parameters
    ----------
    problem : Problem
    model : Model
        Floors included.
    x : ndarray of float, shape (n_columns,)
        A point of it.
    most : float
        No point is worth more.
    deadline : Deadline
    rounds : int, default=300
        How many neighbourhoods are searched at most.

    Returns
    -------
    x : ndarray of float, shape (n_columns,)
        A point worth at least as much.
    """
    search = _begin(problem, model, x, problem.demand[1] > 0)
    levels = model.rows(model.kind == LEVEL)
    # whoever is at the floor keeps what they have: the solver would find rows that leave no room at all infeasible
    room = np.asarray(levels.matrix @ x) - levels.low
    firm = np.zeros(problem.shape[0], dtype=np.bool_)
    firm[levels.index[room < 1e-3]] = True
    n_passes = -(-rounds // max(1, search.counted.size))
    order = np.concatenate([search.random.permutation(search.counted) for _ in range(n_passes)])
    for first in order[:rounds].tolist():
        worth = float(model.weight @ search.x)
        if deadline.is_over() or most - worth <= SURE * max(1.0, abs(most)):
            break
        held, free = _held(search, _neighbourhood(search, first) & ~firm)
        if not free.any():
            continue
        cut, _ = part(held, free)
        trial = _searched(search, cut, free, deadline)
        if trial is not None and float(model.weight @ trial) > worth:
            search.x = trial
    return search.x


def _begin(problem: Problem, model: Model, x: FloatArray, counted: BoolArray) -> _Search:
    n = problem.n_edges
    service = sp.csr_array((problem.weight, (problem.need, np.arange(n))), shape=(problem.shape[0], model.weight.size))
    need_of = np.full(model.weight.size, -1)
    need_of[:n] = problem.need
    # a column whose rows hold edges of one need alone (is it served at all?) is decided with them
    entries = model.matrix.tocoo()
    lowest, highest = np.full(model.low.size, problem.shape[0]), np.full(model.low.size, -1)
    edge = entries.col < n
    np.minimum.at(lowest, entries.row[edge], problem.need[entries.col[edge]])
    np.maximum.at(highest, entries.row[edge], problem.need[entries.col[edge]])
    own = ~edge & (lowest == highest)[entries.row]
    need_of[entries.col[own]] = lowest[entries.row[own]]
    return _Search(problem, model, service, need_of, np.flatnonzero(counted), x, x, np.random.default_rng(0))


def _worst(search: _Search, x: FloatArray) -> float:
    return float(np.min((search.service @ x)[search.counted] / search.problem.demand[1][search.counted]))


def _neighbourhood(search: _Search, first: int) -> BoolArray:
    """Walk from a need to those who hold partners that it could have, and on from these."""
    problem, random = search.problem, search.random
    chosen = np.flatnonzero(search.x[: problem.n_edges] > 0.5)
    holders = sp.csr_array(
        (np.ones(chosen.size), (problem.partner[chosen], problem.need[chosen])), shape=problem.shape[::-1]
    )
    near, inside = [first], np.zeros(problem.shape[0], dtype=np.bool_)
    inside[first] = True
    for _ in range(6 * SIZE):
        if len(near) >= SIZE:
            break
        start = near[int(random.integers(min(len(near), SIZE // 2)))]
        edges = np.flatnonzero(problem.need == start)
        partner = problem.partner[edges[int(random.integers(edges.size))]] if edges.size else -1
        held = holders.indices[holders.indptr[partner] : holders.indptr[partner + 1]] if partner >= 0 else edges
        if held.size:
            other = int(held[int(random.integers(held.size))])
            if not inside[other]:
                inside[other] = True
                near.append(other)
    while len(near) > FEWEST and _n_open(problem, chosen, inside) > COLUMNS:
        inside[near.pop()] = False
    return inside


def _n_open(problem: Problem, chosen: IntArray, inside: BoolArray) -> int:
    """Count the edges that some needs could have while the others keep what they have."""
    kept = chosen[~inside[problem.need[chosen]]]
    carried = np.bincount(problem.partner[kept], weights=problem.load[kept], minlength=problem.shape[1])
    edges = np.flatnonzero(inside[problem.need] & ~problem.forbidden)
    fits = carried[problem.partner[edges]] + problem.load[edges] <= problem.capacity[1][problem.partner[edges]] + SURE
    return int(np.count_nonzero(fits))


def _held(search: _Search, needs: BoolArray) -> tuple[Model, BoolArray]:
    """Hold what other needs have; return the model and its free columns."""
    model = search.model
    free = ((search.need_of < 0) | needs[search.need_of]) & (model.floor < model.ceiling)
    floor, ceiling = np.where(free, model.floor, search.x), np.where(free, model.ceiling, search.x)
    return replace(model, floor=floor, ceiling=ceiling), free


def _searched(search: _Search, cut: Model, free: BoolArray, deadline: Deadline) -> FloatArray | None:
    """Search a small model; return the point of the whole one, if it is one."""
    nodes = NODES if deadline.nodes is None else min(NODES, deadline.nodes)
    found = solve_mip(tighten(cut), deadline=replace(deadline, nodes=nodes), gap=NEAR)
    if found.x is None:
        return None
    trial = search.x.copy()
    trial[free] = found.x[: int(free.sum())]
    return trial if is_feasible(search.model, trial) else None


def _fall_less_short(search: _Search, needs: BoolArray, aim: float, deadline: Deadline) -> None:
    """Let some needs fall short of the aim by as little as can be, the others keeping what they have."""
    held, free = _held(search, needs)
    cut, _ = part(held, free)
    members = search.counted[needs[search.counted]]
    got = np.asarray(search.service @ search.x)[members]
    asked = aim * search.problem.demand[1][members]
    fixed = np.asarray(search.service @ np.where(free, 0.0, search.x))[members]
    n, k = cut.weight.size, members.size
    wide = replace(
        cut,
        weight=np.concatenate([np.zeros(n), np.full(k, -1.0)]),
        floor=np.concatenate([cut.floor, np.zeros(k)]),
        # nobody needs to fall further short than all together do now; with room, or rounding leaves no point
        ceiling=np.concatenate([cut.ceiling, np.full(k, 2.0 * float(np.maximum(0.0, asked - got).sum()) + ROOM)]),
        whole=np.concatenate([cut.whole, np.zeros(k, dtype=np.bool_)]),
        owner=np.concatenate([cut.owner, np.full(k, -1)]),
        matrix=sp.csr_array((cut.matrix.data, cut.matrix.indices, cut.matrix.indptr), shape=(cut.low.size, n + k)),
    )
    rows = sp.csr_array(sp.hstack([search.service[members][:, np.flatnonzero(free)], sp.eye_array(k)]))
    trial = _searched(search, wide.with_rows(rows, (asked - fixed, np.full(k, np.inf)), LEVEL, members), free, deadline)
    if trial is None:
        return
    now = np.asarray(search.service @ trial)[members]
    if np.maximum(0.0, asked - now).sum() <= np.maximum(0.0, asked - got).sum() + SURE:
        _take(search, trial)
