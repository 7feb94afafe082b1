"""As few partners as possible whose edges change, within a quality that is asked for: a mixed-integer program by HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matching.assign.deadline import Deadline
from matching.assign.highs import solve_mip
from matching.assign.model import GROUP, Model, build_model
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.search import is_feasible

_SLACK = 1e-8  # relative; what is asked of the quality is a sum of floats
_HALF = 0.5
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Fewest:
    """What was found.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_edges,), or None
        A choice that changes as few partners as can be, where one within the limits is known.
    is_proved : bool
        Whether no choice within the limits changes fewer; without a choice: whether there is none.
    """

    chosen: BoolArray | None
    is_proved: bool


def fewest_changed(
    problem: Problem,
    *,
    pair: IntArray,
    kept: BoolArray,
    may: BoolArray,
    free: BoolArray,
    quality: Sequence[tuple[FloatArray, float]],
    most: int,
    nodes: int | None = None,
) -> Fewest:
    """Choose edges of at least a quality so that as few partners as possible have other pairs than before.

    Parameters
    ----------
    problem : Problem
        Several edges may stand for one pair of a need and a partner, of which one at most is chosen.
    pair : ndarray of int, shape (n_edges,)
        For which pair each edge stands.
    kept : ndarray of bool, shape (n_pairs,)
        Pairs that were chosen before.
    may : ndarray of bool, shape (n_partners,)
        Partners who may have other pairs than before; for all others nothing changes.
    free : ndarray of bool, shape (n_partners,)
        Partners whose changes do not count.
    quality : sequence of (weight, least)
        Sums over the edges, and what each must reach.
    most : int
        Partners who may change at most, those who are free left out.
    nodes : int, optional
        How long the search may be.

    Returns
    -------
    fewest : Fewest
    """
    if not problem.n_edges:
        reached = not kept.any() and all(least <= 0 for _, least in quality)
        return Fewest(np.zeros(0, dtype=np.bool_) if reached else None, is_proved=True)
    model = _linked(build_model(problem), problem, (pair, kept), (may, free), most)
    for weight, least in quality:
        row = np.zeros(model.weight.size)
        row[: problem.n_edges] = weight
        slack = _SLACK * max(1.0, abs(least))
        model = model.with_rows(sp.csr_array(row[None, :]), (np.array([least - slack]), np.array([np.inf])), GROUP, np.array([-1]))  # fmt: skip
    # of the choices that change as few, a better one: worth less than half a partner in all
    worth = np.sum([weight for weight, _ in quality], axis=0)
    weight = np.zeros(model.weight.size)
    weight[: problem.n_edges] = _HALF * worth / max(float(np.abs(worth).sum()), 1e-300)
    weight[model.n_edges + _flags(model, problem) :] = -1.0
    model = replace(model, weight=weight)
    outcome = solve_mip(model, deadline=Deadline(nodes=nodes))
    if outcome.x is None:
        return Fewest(None, is_proved=outcome.infeasible)
    chosen = outcome.x[: problem.n_edges] > _HALF if is_feasible(model, outcome.x) else None
    told = outcome.x[model.n_edges + _flags(model, problem) :].sum()
    # what a choice is worth only takes away from what it costs: no choice changes fewer than the bound says
    return Fewest(chosen, bool(np.ceil(-outcome.bound - _ROUNDING) >= told))


def _flags(model: Model, problem: Problem) -> int:
    """Count the columns between the edges and the partners."""
    return int(model.weight.size - problem.n_edges - problem.shape[1])


def _linked(
    model: Model, problem: Problem, pairs: tuple[IntArray, BoolArray], who: tuple[BoolArray, BoolArray], most: int
) -> Model:
    """Add a column for each partner that says whether he has other pairs than before, and the rows that make it say so."""
    (pair, kept), (may, free) = pairs, who
    n_pairs, n_partners, first = kept.size, problem.shape[1], model.weight.size
    owner = np.zeros(n_pairs, dtype=np.int64)
    owner[pair] = problem.partner
    ceiling = np.where(may, 1.0, 0.0)
    model = replace(
        model,
        weight=np.append(model.weight, np.zeros(n_partners)),
        floor=np.append(model.floor, np.zeros(n_partners)),
        ceiling=np.append(model.ceiling, ceiling),
        whole=np.append(model.whole, np.ones(n_partners, dtype=np.bool_)),
        owner=np.append(model.owner, np.full(n_partners, -1)),
        matrix=sp.csr_array(sp.hstack([model.matrix, sp.csr_array((model.low.size, n_partners))])),
    )
    edges = np.arange(problem.n_edges)
    member = sp.coo_array((np.ones(edges.size), (pair, edges)), shape=(n_pairs, model.weight.size))
    at = (np.arange(n_pairs), first + owner)
    counted = ~free[owner]
    # chosen before: at least 1 - t; not chosen before: at most t; of those who are free: at most once
    link = sp.coo_array((np.where(~counted, 0.0, np.where(kept, 1.0, -1.0)), at), shape=member.shape)
    rows = sp.csr_array(member + link)
    low = np.where(counted & kept, 1.0, 0.0)
    low = np.where(counted & ~kept, -np.inf, low)
    high = np.where(counted, np.where(kept, np.inf, 0.0), 1.0)
    model = model.with_rows(rows, (low, high), GROUP, np.arange(n_pairs))
    once = np.flatnonzero(counted & kept & (np.bincount(pair, minlength=n_pairs) > 1))
    if once.size:
        model = model.with_rows(
            sp.csr_array(member)[once], (np.full(once.size, -np.inf), np.ones(once.size)), GROUP, once
        )
    total = np.zeros(model.weight.size)
    total[first:] = ~free
    return model.with_rows(
        sp.csr_array(total[None, :]), (np.array([0.0]), np.array([float(most)])), GROUP, np.array([-1])
    )
