"""Which limits a choice of edges breaks, read from the problem itself and not from any solver's model."""

from collections.abc import Iterator

import numpy as np

from matching.assign.model import shared_edges
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.solution import Violation
from matching.errors import CallError

SLACK = 1e-9


def check_choice(problem: Problem, chosen: BoolArray) -> tuple[Violation, ...]:
    """List every limit that a choice breaks.

    Parameters
    ----------
    problem : Problem
    chosen : ndarray of bool, shape (n_edges,)

    Returns
    -------
    violations : tuple of Violation
        Empty when the choice is feasible. Pinned and forbidden edges are listed under ``"pinned"`` and
        ``"forbidden"`` with the edge as index.

    Raises
    ------
    CallError
        When there is not one flag per edge.
    """
    x = np.asarray(chosen, dtype=np.bool_)
    if x.shape != (problem.n_edges,):
        raise CallError(f"chosen must have shape ({problem.n_edges},); got {x.shape}. Give one flag per edge.")
    low, high = problem.demand[0].astype(np.float64), problem.demand[1].astype(np.float64)
    at = np.flatnonzero(x)  # in large problems few of many
    heads = np.bincount(problem.need[at], minlength=problem.shape[0]).astype(float)
    carried = np.bincount(problem.partner[at], weights=problem.load[at], minlength=problem.shape[1]).astype(np.float64)
    served = ~problem.optional | (heads > 0)
    low = np.where(served, low, 0.0)
    strict = np.where(problem.optional, 0.0, low)
    return tuple(
        violation
        for found in (
            _outside("demand", heads, strict, high),
            _outside("optional", heads, np.where(problem.optional, low, 0.0), np.full(low.size, np.inf)),
            _outside("capacity", carried, problem.capacity[0], problem.capacity[1]),
            _groups(problem, x),
            _teams(problem, x, served),
            _pairs(problem, x),
            _fixed("pinned", problem.pinned & ~x),
            _fixed("forbidden", problem.forbidden & x),
        )
        for violation in found
    )


def _outside(rule: str, got: FloatArray, low: FloatArray, high: FloatArray | IntArray) -> Iterator[Violation]:
    scale = SLACK * np.maximum(1.0, np.abs(got))
    for at in np.flatnonzero(got < low - scale):
        name = rule if rule == "optional" else f"{rule}_lo"
        yield Violation(name, int(at), float(low[at]), float(got[at]), float(low[at] - got[at]))
    for at in np.flatnonzero(got > high + scale):
        yield Violation(f"{rule}_hi", int(at), float(high[at]), float(got[at]), float(got[at] - high[at]))


def _groups(problem: Problem, x: BoolArray) -> Iterator[Violation]:
    if problem.groups:
        got = np.array([x[edges].sum() for edges, _, _ in problem.groups], float)
        low, high = (np.array([group[k] for group in problem.groups]) for k in (1, 2))
        yield from _outside("group", got, low, high)


def _teams(problem: Problem, x: BoolArray, served: BoolArray) -> Iterator[Violation]:
    for k, (edges, least) in enumerate(problem.teams):
        got = int(x[edges].sum())
        if got < least and served[problem.need[edges[0]]]:
            yield Violation("team", k, float(least), float(got), float(least - got))


def _pairs(problem: Problem, x: BoolArray) -> Iterator[Violation]:
    for rule, pairs, of in (("conflict", problem.conflicts, "need"), ("apart", problem.apart, "partner")):
        pair, first, second = shared_edges(problem, pairs, of=of)
        both = (first >= 0) & (second >= 0) & x[first] & x[second] if pair.size else np.zeros(0, dtype=np.bool_)
        yield from _counted(rule, pair[both])
    pair, first, second = shared_edges(problem, problem.together, of="partner")
    if pair.size:
        yield from _counted("together", pair[((first >= 0) & x[first]) != ((second >= 0) & x[second])])


def _counted(rule: str, pair: IntArray) -> Iterator[Violation]:
    for at, times in zip(*np.unique(pair, return_counts=True), strict=True):
        yield Violation(rule, int(at), 0.0, float(times), float(times))


def _fixed(rule: str, wrong: BoolArray) -> Iterator[Violation]:
    for edge in np.flatnonzero(wrong):
        yield Violation(rule, int(edge), float(rule == "pinned"), float(rule == "forbidden"), 1.0)
