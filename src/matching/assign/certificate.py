"""The proof: an upper bound on every choice, computed from row prices in plain arithmetic."""

from dataclasses import replace

import numpy as np

from matching.assign.model import Model
from matching.assign.problem import FloatArray
from matching.assign.structure import activity


def dual_bound(model: Model, dual: FloatArray) -> float:
    """Bound the value of every feasible point of a model by weak duality.

    For any prices ``y`` of the rows, ``w @ x = y @ (A @ x) + (w - A.T @ y) @ x``; the first term is largest at the
    limit that the sign of ``y`` names and the second at the column limit that the sign of the reduced weight names.
    The bound holds for *any* ``y``: wrong prices make it loose, never false.

    Parameters
    ----------
    model : Model
    dual : ndarray of float, shape (n_rows,)
        Positive prices lean on the upper limit, negative ones on the lower.

    Returns
    -------
    bound : float
        In the unit of the weights; exact up to the rounding of a float64 sum.

    References
    ----------
    D. Bertsimas and J. Tsitsiklis, *Introduction to Linear Optimization*, 1997, theorem 4.3 (weak duality).
    """
    price = leaning(model, dual)
    reduced = model.weight - model.matrix.T @ price
    limit = np.where(price > 0, model.high, np.where(price < 0, model.low, 0.0))
    terms = np.concatenate([price * limit, np.where(reduced > 0, reduced * model.ceiling, reduced * model.floor)])
    return float(np.sum(terms))


def leaning(model: Model, dual: FloatArray) -> FloatArray:
    """Drop prices that lean on a limit that does not exist.

    Parameters
    ----------
    model : Model
    dual : ndarray of float, shape (n_rows,)

    Returns
    -------
    price : ndarray of float, shape (n_rows,)
    """
    against = ((dual > 0) & ~np.isfinite(model.high)) | ((dual < 0) & ~np.isfinite(model.low))
    return np.where(against | ~np.isfinite(dual), 0.0, dual)


def is_impossible(model: Model, ray: FloatArray) -> bool:
    """Prove that a model has no point: a row that no columns can bring within its limits, or prices at which nothing is too much for nothing.

    Parameters
    ----------
    model : Model
    ray : ndarray of float, shape (n_rows,), or of size 0
        Prices of either sign that may prove it (Farkas); those that do not are no proof of the contrary.

    Returns
    -------
    impossible : bool
        False where it is not proved.
    """
    least, most = activity(model)
    room = 1e-6 * np.maximum(1.0, np.abs(most))
    if ((model.low > most + room) | (model.high < least - room) | (model.low > model.high + room)).any():
        return True
    size = float(np.abs(ray).max(initial=0.0))
    if ray.size != model.low.size or not 0 < size < np.inf:
        return False
    nothing = replace(model, weight=np.zeros(model.weight.size))
    return min(dual_bound(nothing, ray / size), dual_bound(nothing, -ray / size)) < -1e-6
