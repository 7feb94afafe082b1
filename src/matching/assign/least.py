"""Where limits contradict each other in a model that is no network: fall short by least, then the highest total."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from matching.assign.bundles import find_blocks, with_exclusive_sets
from matching.assign.certificate import dual_bound
from matching.assign.deadline import Deadline
from matching.assign.elastic import capped, loosen
from matching.assign.greedy import greedy
from matching.assign.highs import solve_mip
from matching.assign.model import BALANCE, Model
from matching.assign.problem import FloatArray
from matching.assign.solution import relative_gap

NODES = 2_000  # that a step on a large model may open where the caller sets no limit
FEW = 200  # columns; up to there every step is finished
EXACT = 1e-6
LEAST = "least violating"
STOPPED = "stopped when time ran out"
LEFT = "the search was long and left"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The answer to one model.

    Attributes
    ----------
    x : ndarray of float, shape (n_columns,)
    bound : float
        Upper bound on every feasible point (on every least-violating one, when not feasible).
    dual : ndarray of float, shape (n_rows,)
        Prices of the rows of the model; those of its relaxation where a search was needed.
    feasible : bool
    note : str
        How it was solved.
    """

    x: FloatArray
    bound: float
    dual: FloatArray
    feasible: bool
    note: str


class Enough(NamedTuple):
    """When a search may stop: where so little is missing, or so little of the bound."""

    missing: float
    gap: float


Search = Callable[[Model, Deadline, Enough, FloatArray | None], Found | None]


def unfinished(model: Model, dual: FloatArray, bound: float = np.inf) -> Found:
    """Answer with a quick choice where time has run out.

    Parameters
    ----------
    model : Model
    dual : ndarray of float, shape (n_rows,)
        Any prices; the better they are, the tighter the bound.
    bound : float, default=inf
        What is known of feasible choices.

    Returns
    -------
    found : Found
    """
    x = greedy(model)
    short = (np.asarray(model.matrix @ x) < model.low - 1e-9) & (model.kind != BALANCE)
    # a bound on choices that fall short as well may lean on upper limits only
    bound = dual_bound(model, np.maximum(dual, 0.0)) if short.any() else min(bound, dual_bound(model, dual))
    return Found(
        x, bound, dual, feasible=not short.any(), note=f"{STOPPED}: quick choice, nothing proved but its bound"
    )


def least_violating(model: Model, *, deadline: Deadline, gap: float, search: Search) -> Found:
    """Find the choice that falls least short of lower limits, and the best of those.

    First as little as possible falls short, all weights set aside; then the total is raised among choices that fall as
    short, in large models among bundles. Where the first leaves a doubt, a search among bundles weighs a shortfall
    against the total at a price above any total: of ``value = w @ x - M * short`` a bound proves
    ``short >= (least w @ x - bound) / M``.

    Parameters
    ----------
    model : Model
    deadline : Deadline
        Where it is never, each step on a large model opens at most `NODES`; the note says what is not proved then.
    gap : float
    search : callable
        Solves a large model until enough is proved, before a deadline, given a point of it if one is known; returns
        None where it does not fit.

    Returns
    -------
    found : Found
        Feasible only if nothing had to give way.
    """
    loose = loosen(model)
    weight = np.concatenate([model.weight, np.zeros(loose.weight.size - model.weight.size)])
    task = _Task(loose, weight, deadline, gap, search)
    step = _least_short(task)
    if step is None:
        return unfinished(model, np.zeros(model.low.size))
    x, bound = _highest(task, step)
    is_least = step.short <= step.fewest + EXACT
    missing = relative_gap(float(weight @ x), bound)
    doubts = [
        "" if is_least else f", shortfall {step.short:g} not proved least: at least {step.fewest:g}",
        ""
        if missing <= max(gap, EXACT)
        else f", {STOPPED if deadline.is_over() else LEFT} before the total was proved highest",
    ]
    note = f"{LEAST}{''.join(doubts)}"
    return Found(x[: model.weight.size], bound, np.zeros(model.low.size), step.short <= EXACT, note)


class _Task(NamedTuple):
    """A loosened model with the weights of its second stage, and how it may be searched."""

    loose: Model
    weight: FloatArray
    deadline: Deadline
    gap: float
    search: Search

    def limit(self, part: float) -> Deadline:
        """Return when a step has to end: after a part of the time that is left, or where there is no limit, after some nodes."""
        if self.deadline.seconds() is None:
            return self.deadline if self.loose.weight.size <= FEW else replace(self.deadline, nodes=NODES)
        return self.deadline.share(part)


class _Step(NamedTuple):
    """A point that falls short, and by how much every point does; `bound` is one on the total of all as short as it."""

    x: FloatArray
    short: float
    fewest: float
    bound: float


def _least_short(task: _Task) -> _Step | None:
    """Fall short by as little as possible: over edges without weights, at a price among bundles where that leaves a doubt."""
    step = _by_edges(task)
    if step is not None and step.short <= step.fewest + EXACT:
        return step
    other = _by_price(task)
    if step is None or other is None:
        return step or other
    fewest = max(step.fewest, other.fewest)
    return (other if other.short < step.short - EXACT else step)._replace(fewest=fewest)


def _by_edges(task: _Task) -> _Step | None:
    blocks, _ = find_blocks(task.loose)
    strong, _ = with_exclusive_sets(task.loose, blocks)
    outcome = solve_mip(strong, deadline=task.limit(0.4))
    if outcome.x is None:
        return None
    short = max(0.0, -float(task.loose.weight @ outcome.x))
    return _Step(outcome.x, short, _counted(task.loose, -outcome.bound), np.inf)


def _by_price(task: _Task) -> _Step | None:
    loose, weight = task.loose, task.weight
    most, least = float(np.sum(np.maximum(weight, 0.0))), float(np.sum(np.minimum(weight, 0.0)))
    price = 1.0 + most - least
    # where whole heads are counted, less than one decides how much falls short; the total is for the second search
    enough = 0.2 if _counts(loose) else 1e-7
    priced = replace(loose, weight=weight + price * loose.weight)
    found = task.search(priced, task.limit(0.5), Enough(enough * price, 0.0), None)
    if found is None or not found.feasible:
        return None
    short = max(0.0, -float(loose.weight @ found.x))
    return _Step(found.x, short, _counted(loose, (least - found.bound) / price), found.bound + price * short)


def _counted(loose: Model, fewest: float) -> float:
    """Round a bound on the shortfall up where it is counted."""
    fewest = max(0.0, fewest)
    return float(np.ceil(fewest - EXACT)) if _counts(loose) and np.isfinite(fewest) else fewest


def _highest(task: _Task, step: _Step) -> tuple[FloatArray, float]:
    """Raise the total among points that fall as short; return the best with a bound."""
    weight = task.weight
    # room for rounding would let whole edges be chosen by a billionth, which a bound on large weights shows
    is_whole = _counts(task.loose) and bool((task.loose.weight == np.round(task.loose.weight)).all())
    short = np.round(step.short) if is_whole else step.short + 1e-9
    kept = capped(task.loose, weight, -float(short))
    x, bound = step.x, step.bound
    found = task.search(kept, task.limit(0.7), Enough(0.0, task.gap), x)
    if found is not None:
        bound = min(bound, found.bound)
        x = found.x if found.feasible and weight @ found.x > weight @ x else x
    if relative_gap(float(weight @ x), bound) > max(task.gap, EXACT):
        outcome = solve_mip(kept, deadline=task.limit(1.0), gap=task.gap)
        bound = min(bound, outcome.bound)
        x = outcome.x if outcome.x is not None and weight @ outcome.x > weight @ x else x
    # every weight bounds what no search did
    return x, min(bound, float(np.sum(np.maximum(weight * task.loose.ceiling, weight * task.loose.floor))))


def _counts(loose: Model) -> bool:
    """Tell whether every shortfall is a whole number."""
    slack = (loose.owner < 0) & (loose.weight < 0)
    rows = np.asarray(abs(loose.matrix) @ slack.astype(float)) > 0
    entry = np.repeat(rows, np.diff(loose.matrix.indptr)) & ~slack[loose.matrix.indices]
    value, column = loose.matrix.data[entry], loose.matrix.indices[entry]
    whole = bool((value == np.round(value)).all() and loose.whole[column].all())
    return whole and bool((loose.low[rows] == np.round(loose.low[rows])).all())
