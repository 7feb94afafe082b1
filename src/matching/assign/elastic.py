"""When not every limit can be kept: the choice that breaks as little as possible, and among those the best."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from matching.assign.certificate import leaning
from matching.assign.model import BALANCE, SERVED, TEAM, TOGETHER, Model
from matching.assign.problem import BoolArray, FloatArray
from matching.assign.structure import activity, row_step


def loosen(model: Model) -> Model:
    """Let every row give way at a cost of one per unit, the weights set aside.

    Upper limits are raised only as far as pinned edges force: leaving more undone is preferred to asking more of a
    person than they offer. Lower limits get a slack column each.

    Parameters
    ----------
    model : Model

    Returns
    -------
    loose : Model
        Always feasible; its best value is minus the least total violation of lower limits.
    """
    least, most = activity(model)
    model = replace(model, high=np.maximum(model.high, np.where(_one_signed(model), least, -np.inf)))
    # whole loads may jump over the whole span: then the most that fits is asked
    model = lowered(model, np.minimum(model.low, model.high))
    short = np.flatnonzero((model.low > least) & (model.kind != BALANCE))
    over = np.flatnonzero((model.kind == TOGETHER) & (model.high < most))
    room, step = (model.low - least)[short], np.where(model.lifted > 0, row_step(model), np.inf)[short]
    # of a limit that was rounded up to whole loads, the last one is only partly missed
    last, cheap = np.minimum(room, step), np.where(np.isfinite(step), 1.0 - model.lifted[short] / step, 1.0)
    more = np.flatnonzero(room > last)
    rows = np.concatenate([short, short[more], over])
    signs = np.where(np.arange(rows.size) < short.size + more.size, 1.0, -1.0)
    width = np.concatenate([last, (room - last)[more], (most - model.high)[over]])
    slack = sp.csr_array((signs, (rows, np.arange(rows.size))), shape=(model.low.size, rows.size))
    # people who go together stay together and an optional need is served as it asks or not at all, unless pinned edges
    # forbid that: dearer than all shortfalls at once
    firm = ((model.kind == TOGETHER) | np.isin(model.kind, (TEAM, SERVED)) & ~_one_signed(model))[rows]
    cost = np.concatenate([cheap, np.ones(rows.size - short.size)])
    cost[firm] = 1.0 + float(np.sum(width[~firm]))
    return replace(
        model,
        weight=np.concatenate([np.zeros(model.weight.size), -cost]),
        floor=np.concatenate([model.floor, np.zeros(rows.size)]),
        ceiling=np.concatenate([model.ceiling, width]),
        whole=np.concatenate([model.whole, np.zeros(rows.size, dtype=np.bool_)]),
        owner=np.concatenate([model.owner, np.full(rows.size, -1)]),
        matrix=sp.csr_array(sp.hstack([model.matrix, slack])),
    )


def lowered(model: Model, low: FloatArray) -> Model:
    """Ask less of some rows, what was only rounded up first.

    Parameters
    ----------
    model : Model
    low : ndarray of float, shape (n_rows,)
        Lower limits, none above those of the model.

    Returns
    -------
    model : Model
    """
    lifted = model.lifted.copy()
    np.subtract(model.lifted + low, model.low, out=lifted, where=low < model.low)
    return replace(model, low=low, lifted=np.maximum(lifted, 0.0))


def optimal_face(model: Model, dual: FloatArray, weight: FloatArray) -> Model:
    """Keep only the points that are best under the present weights, and give them new weights.

    By complementary slackness the best points are those where every column of non-zero reduced weight sits at its
    limit and every priced row is tight. Only limits change, so a network stays a network.

    Parameters
    ----------
    model : Model
    dual : ndarray of float, shape (n_rows,)
        Optimal prices of the linear relaxation.
    weight : ndarray of float, shape (n_columns,)
        The weights of the next stage.

    Returns
    -------
    model : Model
    """
    price = leaning(model, dual)
    reduced = model.weight - model.matrix.T @ price
    firm = 1e-7
    return replace(
        model,
        weight=weight,
        floor=np.where(reduced > firm, model.ceiling, model.floor),
        ceiling=np.where(reduced < -firm, model.floor, model.ceiling),
        low=np.where(price > firm, model.high, model.low),
        high=np.where(price < -firm, model.low, model.high),
    )


def capped(model: Model, weight: FloatArray, least: float) -> Model:
    """Ask for at least a value under the present weights, and give the model new weights.

    Parameters
    ----------
    model : Model
    weight : ndarray of float, shape (n_columns,)
        The weights of the next stage.
    least : float
        Value under the present weights that must be kept.

    Returns
    -------
    model : Model
    """
    row = sp.csr_array(model.weight[None, :])
    limits = np.array([least]), np.array([np.inf])
    return replace(model.with_rows(row, limits, -1, np.zeros(1, dtype=np.int64)), weight=weight)


def _one_signed(model: Model) -> BoolArray:
    """Tell the rows without negative coefficients."""
    return np.asarray(model.matrix.minimum(0) @ np.ones(model.weight.size)) >= 0
