"""Setting the relaxation over whole sets of partners up: what needs share are its rows, and no set is there yet."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from matching.assign.fair_program import CHOICE, ROUNDING, SetProgram
from matching.assign.fair_ranked import asking_rows, ranked_edges, rows_of_one_need
from matching.assign.hulls import hulls_of
from matching.assign.model import DEMAND, Model
from matching.assign.problem import FloatArray, IntArray, Problem
from matching.assign.simplex import Growing, is_available
from matching.assign.structure import activity


def build_program(problem: Problem, model: Model) -> SetProgram | None:
    """Set the program up, without any set.

    Parameters
    ----------
    problem : Problem
    model : Model
        Of the problem, edges first.

    Returns
    -------
    program : SetProgram or None
        None where it would be too large, or SciPy's solver cannot be kept warm.
    """
    ranked = ranked_edges(problem, model) if is_available() else None
    if ranked is None:
        return None
    sure = np.where(np.arange(model.weight.size) < problem.n_edges, model.floor, 0.0)
    own = rows_of_one_need(problem, model)
    kept_by_sets = (own >= 0) & (problem.demand[1][own] > 0)
    joint_rows = np.flatnonzero(asking_rows(model) & ~kept_by_sets)
    high = np.where(model.kind == DEMAND, np.inf, model.high)
    joint = replace(model, high=high).rows(joint_rows)
    kept = np.arange(problem.n_edges, model.weight.size)
    n_wants, (least, _) = ranked.need.size, activity(joint)
    growing, n_slack = _empty_master(joint, kept, sure, np.flatnonzero(joint.low > least + ROUNDING), n_wants)
    most_heads = int(ranked.most.max())
    return SetProgram(
        ranked,
        joint,
        joint_rows,
        kept,
        sure,
        hulls_of(model),
        n_slack,
        growing,
        np.where(np.arange(model.weight.size) < problem.n_edges, model.weight, 0.0),
        np.zeros((0, most_heads), dtype=np.int64),
        np.zeros(0, dtype=np.int64),
        np.zeros(0),
        _profit=np.zeros(model.weight.size),
    )


def _empty_master(
    joint: Model, kept: IntArray, sure: FloatArray, asking: IntArray, n_wants: int
) -> tuple[Growing, int]:
    """Write the relaxation over no set at all, where everything that is asked for is short; return how many columns say so."""
    fixed, n_joint = np.asarray(joint.matrix @ sure), joint.low.size
    short = np.concatenate([n_wants + asking, np.arange(n_wants)])
    columns = kept.size + short.size
    first = sp.vstack([sp.csr_array((n_wants, kept.size)), joint.matrix[:, kept]])
    slack = sp.csr_array((np.ones(short.size), (short, np.arange(short.size))), shape=(n_joint + n_wants, short.size))
    least, _ = activity(joint)
    master = Model(
        weight=np.concatenate([np.zeros(kept.size), np.full(short.size, -1.0)]),
        floor=np.concatenate([joint.floor[kept], np.zeros(short.size)]),
        ceiling=np.concatenate([joint.ceiling[kept], (joint.low - least)[asking], np.ones(n_wants)]),
        whole=np.zeros(columns, dtype=np.bool_),
        owner=np.full(columns, -1),
        matrix=sp.csr_array(sp.hstack([first, slack])),
        low=np.concatenate([np.ones(n_wants), joint.low - fixed]),
        high=np.concatenate([np.ones(n_wants), joint.high - fixed]),
        lifted=np.zeros(n_joint + n_wants),
        kind=np.concatenate([np.full(n_wants, CHOICE), joint.kind]),
        index=np.concatenate([np.arange(n_wants), joint.index]),
        n_edges=0,
    )
    return Growing(master, by_primal=True), short.size
