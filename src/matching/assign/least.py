"""Where limits contradict each other in a model that is no network: fall short by least, then the highest total."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.assign.elastic import capped, loosen
from matching.assign.highs import solve_mip
from matching.assign.model import Model
from matching.assign.problem import FloatArray

SECONDS = 3.0  # for each search among bundles where the caller sets no limit


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


Search = Callable[[Model, float, float], Found | None]


def least_violating(model: Model, *, time_limit: float | None, gap: float, search: Search) -> Found:
    """Find the choice that falls least short of lower limits, and the best of those.

    In large models a search among bundles weighs a shortfall against the total at a price above any total: with
    ``value = w @ x - M * short``, a bound on the value proves ``short >= (least w @ x - bound) / M``. A second one
    finds the highest total among choices that fall as short.

    Parameters
    ----------
    model : Model
    time_limit : float or None
    gap : float
    search : callable
        Solves a large model to an absolute gap within seconds for each step, or returns None where it does not fit.

    Returns
    -------
    found : Found
        Feasible only if nothing had to give way.
    """
    loose = loosen(model)
    n = model.weight.size
    weight = np.concatenate([model.weight, np.zeros(loose.weight.size - n)])
    quick = _priced(model, loose, weight, (SECONDS if time_limit is None else time_limit, gap), search)
    return quick or _in_two_stages(model, loose, weight, time_limit, gap)


def _priced(
    model: Model, loose: Model, weight: FloatArray, limits: tuple[float, float], search: Search
) -> Found | None:
    n, (limit, gap) = model.weight.size, limits
    most, least = float(np.sum(np.maximum(weight, 0.0))), float(np.sum(np.minimum(weight, 0.0)))
    price = 1.0 + most - least
    # a fifth of a head decides how much falls short; the total is for the second search
    first = search(replace(loose, weight=weight + price * loose.weight), limit, 0.2 * price)
    if first is None or not first.feasible:
        return None
    short = -float(loose.weight @ first.x)
    fewest = max(0.0, (least - first.bound) / price)
    if _counts(loose):
        fewest = float(np.ceil(fewest - 1e-6))
    best, bound = first, first.bound + price * short
    second = search(capped(loose, weight, -short - 1e-9), limit, gap * abs(float(weight @ first.x)))
    if second is not None:
        bound = min(bound, second.bound)
        best = second if second.feasible and weight @ second.x > weight @ first.x else first
    doubt = "" if short <= fewest + 1e-6 else f", shortfall {short:g} not proved least: at least {fewest:g}"
    note = f"least violating by bundles{doubt}"
    return Found(best.x[:n], bound, np.zeros(model.low.size), short <= 1e-6, note)


def _counts(loose: Model) -> bool:
    """Tell whether every shortfall is a whole number."""
    slack = (loose.owner < 0) & (loose.weight < 0)
    rows = np.asarray(abs(loose.matrix) @ slack.astype(float)) > 0
    entry = np.repeat(rows, np.diff(loose.matrix.indptr)) & ~slack[loose.matrix.indices]
    value, column = loose.matrix.data[entry], loose.matrix.indices[entry]
    whole = bool((value == np.round(value)).all() and loose.whole[column].all())
    return whole and bool((loose.low[rows] == np.round(loose.low[rows])).all())


def _in_two_stages(model: Model, loose: Model, weight: FloatArray, time_limit: float | None, gap: float) -> Found:
    n, dual = model.weight.size, np.zeros(model.low.size)
    least = solve_mip(loose, time_limit=time_limit)
    if least.x is None:
        return Found(model.floor, np.inf, dual, feasible=False, note="nothing found in time")
    kept = capped(loose, weight, float(loose.weight @ least.x) - 1e-9)
    best = solve_mip(kept, time_limit=time_limit, gap=gap)
    x = least.x if best.x is None else best.x
    return Found(x[:n], best.bound, dual, feasible=False, note="least violating")
