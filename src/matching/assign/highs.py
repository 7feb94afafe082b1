"""SciPy's HiGHS behind two small functions: a linear program with its duals, a mixed-integer program with its bound."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matching.assign.deadline import NEVER, Deadline
from matching.assign.model import Model
from matching.assign.problem import FloatArray

OPTIMAL, FAILED = (
    0,
    4,
)  # SciPy's status where it found the optimum, and where HiGHS gave up for no reason of the model's


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What HiGHS found.

    Attributes
    ----------
    x : ndarray of float, shape (n_columns,), or None
        The best point known, if any.
    bound : float
        No point has a higher value.
    dual : ndarray of float, shape (n_rows,), or None
        Prices of the rows: positive where the upper limit binds, negative where the lower does. LP only.
    infeasible : bool
        Proven to have no point at all.
    """

    x: FloatArray | None
    bound: float
    dual: FloatArray | None
    infeasible: bool


def solve_lp(model: Model, *, deadline: Deadline = NEVER) -> Outcome:
    """Solve the linear relaxation of a model at a vertex.

    Parameters
    ----------
    model : Model
    deadline : Deadline, optional

    Returns
    -------
    outcome : Outcome
        Without a point where there is none, or where time ran out.
    """
    if deadline.is_over():
        return Outcome(None, np.inf, None, infeasible=False)
    if not model.weight.size:
        return _nothing(model)
    equal = model.low == model.high
    upper = np.isfinite(model.high) & ~equal
    lower = np.isfinite(model.low) & ~equal & (model.low > _least_activity(model))
    below = model.matrix[upper], -model.matrix[lower]
    a_ub, b_ub = sp.vstack(below, format="csc"), np.concatenate([model.high[upper], -model.low[lower]])

    def ask(options: dict[str, Any]) -> Any:
        return linprog(  # type: ignore[call-overload]  # the stub's TypedDict of options cannot be built up
            -model.weight,
            A_ub=a_ub if b_ub.size else None,
            b_ub=b_ub if b_ub.size else None,
            A_eq=model.matrix[equal].tocsc() if equal.any() else None,
            b_eq=model.low[equal] if equal.any() else None,
            bounds=np.stack([model.floor, model.ceiling], axis=1),
            method="highs-ds",  # ends at a vertex: whole wherever the matrix is totally unimodular
            options=options,
        )

    result = _answer(ask, {}, deadline)
    if result.status != 0:
        return Outcome(None, np.inf, None, result.status == 2)
    dual = np.zeros(model.low.size)
    n_upper = int(upper.sum())
    if b_ub.size:
        dual[upper] = -result.ineqlin.marginals[:n_upper]
        dual[lower] += result.ineqlin.marginals[n_upper:]
    if equal.any():
        dual[equal] = -result.eqlin.marginals
    return Outcome(result.x, -result.fun, dual, infeasible=False)


def solve_mip(model: Model, *, deadline: Deadline = NEVER, gap: float = 0.0) -> Outcome:
    """Solve a model with its whole columns whole.

    Parameters
    ----------
    model : Model
    deadline : Deadline, optional
    gap : float, default=0
        Relative gap at which the search may stop.

    Returns
    -------
    outcome : Outcome
    """
    if deadline.is_over():
        return Outcome(None, np.inf, None, infeasible=False)
    if not model.weight.size:
        return _nothing(model)
    given: dict[str, Any] = {"mip_rel_gap": float(gap)}
    if deadline.nodes is not None:
        given["node_limit"] = deadline.nodes
    constraints = LinearConstraint(model.matrix.tocsc(), model.low, model.high) if model.low.size else None

    def ask(options: dict[str, Any]) -> Any:
        return milp(
            -model.weight,
            constraints=constraints,
            bounds=Bounds(model.floor, model.ceiling),
            integrality=model.whole.astype(np.int64),
            options=options,  # type: ignore[arg-type]  # as above
        )

    result = _answer(ask, given, deadline)
    # where no column has to be whole SciPy names no bound: then the optimum is one
    proof = result.fun if result.mip_dual_bound is None and result.status == OPTIMAL else result.mip_dual_bound
    bound = np.inf if proof is None else -float(proof)
    if result.x is None:
        return Outcome(None, bound, None, result.status == 2)
    x = np.where(model.whole, np.round(result.x), result.x)
    return Outcome(x, bound, None, infeasible=False)


def _answer(ask: Callable[[dict[str, Any]], Any], options: dict[str, Any], deadline: Deadline) -> Any:
    """Ask HiGHS, and once more without its presolve where it failed: it fails on some models that it solves as they are."""
    result = None
    for further in ({}, {"presolve": False}):
        left = deadline.seconds()
        result = ask(options | further | ({} if left is None else {"time_limit": left}))
        if result.status != FAILED or result.x is not None or deadline.is_over():
            break
    return result


def _nothing(model: Model) -> Outcome:
    """Answer for a model without columns."""
    fits = bool((model.low <= 0).all() and (model.high >= 0).all())
    x = np.zeros(0)
    return Outcome(x, 0.0, np.zeros(model.low.size), infeasible=False) if fits else Outcome(None, -np.inf, None, True)


def _least_activity(model: Model) -> FloatArray:
    """Return what each row reaches at worst: a lower limit at or below it asks nothing."""
    positive, negative = model.matrix.maximum(0), model.matrix.minimum(0)
    return np.asarray(positive @ model.floor + negative @ model.ceiling)
