"""Pinned edges that stand whether or not their need is served as it asks."""

from dataclasses import replace

import numpy as np

from matching.assign.problem import BoolArray, IntArray, Problem
from matching.errors import CallError


def with_pins_apart(problem: Problem, beside: BoolArray | None = None) -> Problem:
    """Give pinned edges of optional needs a need of their own, so that others come only if all that is asked for come.

    Parameters
    ----------
    problem : Problem
        In it an optional need with a pinned edge is served as it asks, or the problem has no answer.
    beside : ndarray of bool, shape (n_edges,), optional
        Pinned edges that do not count as one of those whom their need asks for.

    Returns
    -------
    problem : Problem
        Over the same edges. Its first needs are those of `problem`, which ask for as many fewer as are pinned; one more
        follows for each edge that was moved.

    Raises
    ------
    CallError
        If partners are to be kept apart or together: say so by groups of edges.
    """
    n_needs = problem.shape[0]
    asks = problem.optional & (problem.demand[0] > 1)
    asks[[problem.need[edges[0]] for edges, _ in problem.teams if problem.optional[problem.need[edges[0]]]]] = True
    beside = np.zeros(problem.n_edges, dtype=np.bool_) if beside is None else beside
    moved = problem.pinned & (asks[problem.need] | beside)
    if not moved.any():
        return problem
    if problem.apart.size or problem.together.size:
        raise CallError("Pins stand apart only where `apart` and `together` are empty. Write them as groups of edges.")
    edges = np.flatnonzero(moved)
    own = n_needs + np.arange(edges.size)
    need = problem.need.copy()
    need[edges] = own
    counted = np.bincount(problem.need[moved & ~beside], minlength=n_needs)
    one = np.ones(edges.size, dtype=np.int64)
    return replace(
        problem,
        need=need,
        demand=(
            np.concatenate([np.maximum(problem.demand[0] - counted, 0), one]),
            np.concatenate([problem.demand[1] - counted, one]),
        ),
        optional=np.concatenate([problem.optional, np.zeros(edges.size, dtype=np.bool_)]),
        shape=(n_needs + edges.size, problem.shape[1]),
        conflicts=_with_copies(problem.conflicts, problem.need[edges], own),
        # whoever is pinned covers what he covers
        teams=tuple((team, least) for team, least in _uncovered(problem, moved) if least > 0),
    )


def _with_copies(conflicts: IntArray, original: IntArray, copy: IntArray) -> IntArray:
    """Let what clashes with a need clash with its copies too."""
    if not conflicts.size:
        return conflicts
    same: dict[int, list[int]] = {}
    for need, own in zip(original.tolist(), copy.tolist(), strict=True):
        same.setdefault(need, [need]).append(own)
    pairs = [
        (left, right)
        for one, other in conflicts.tolist()
        for left in same.get(one, [one])
        for right in same.get(other, [other])
    ]
    return np.array(pairs, dtype=np.int64)


def _uncovered(problem: Problem, moved: BoolArray) -> list[tuple[IntArray, int]]:
    return [(team[~moved[team]], least - int(moved[team].sum())) for team, least in problem.teams]
