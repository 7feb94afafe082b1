"""When not every limit can be kept: the choice that breaks as little as possible, and among those the best."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from matching.assign.certificate import leaning
from matching.assign.model import BALANCE, SERVED, TEAM, TOGETHER, Model
from matching.assign.problem import BoolArray, FloatArray
from matching.assign.structure import activity


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
    high, low = np.maximum(model.high, np.where(_one_signed(model), least, -np.inf)), model.low
    low = np.minimum(low, high)  # whole loads may jump over the whole span: then the most that fits is asked
    short = np.flatnonzero((low > least) & (model.kind != BALANCE))
    over = np.flatnonzero((model.kind == TOGETHER) & (model.high < most) & ~_one_signed(model))
    n_rows, n_slack = low.size, short.size + over.size
    rows, signs = np.concatenate([short, over]), np.repeat([1.0, -1.0], [short.size, over.size])
    slack = sp.csr_array((signs, (rows, np.arange(n_slack))), shape=(n_rows, n_slack))
    room = np.concatenate([(low - least)[short], (most - model.high)[over]])
    # people who go together stay together and an optional need is served as it asks or not at all, unless pinned edges
    # forbid that: dearer than all shortfalls at once
    firm = ((model.kind == TOGETHER) | np.isin(model.kind, (TEAM, SERVED)) & ~_one_signed(model))[rows]
    cost = np.where(firm, 1.0 + float(np.sum(room[~firm])), 1.0)
    return replace(
        model,
        weight=np.concatenate([np.zeros(model.weight.size), -cost]),
        floor=np.concatenate([model.floor, np.zeros(n_slack)]),
        ceiling=np.concatenate([model.ceiling, room]),
        whole=np.concatenate([model.whole, np.zeros(n_slack, dtype=np.bool_)]),
        owner=np.concatenate([model.owner, np.full(n_slack, -1)]),
        matrix=sp.csr_array(sp.hstack([model.matrix, slack])),
        low=low,
        high=high,
    )


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
    return replace(
        model,
        weight=weight,
        matrix=sp.csr_array(sp.vstack([model.matrix, row])),
        low=np.append(model.low, least),
        high=np.append(model.high, np.inf),
        kind=np.append(model.kind, -1),
        index=np.append(model.index, 0),
    )


def _one_signed(model: Model) -> BoolArray:
    """Tell the rows without negative coefficients."""
    return np.asarray(model.matrix.minimum(0) @ np.ones(model.weight.size)) >= 0
