"""Column generation: the relaxation over whole bundles of work per partner, far tighter than the one over edges."""

from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp

from matching.assign.bundles import FIT, Block, near_best
from matching.assign.certificate import leaning
from matching.assign.deadline import NEVER, Deadline
from matching.assign.highs import Outcome, solve_lp
from matching.assign.model import CAPACITY, CONFLICT, Model
from matching.assign.problem import FloatArray, IntArray
from matching.assign.structure import activity

CHOICE = -2  # kind of the rows that give each partner one bundle at most
ROUNDS = 40

Bundles = dict[tuple[int, ...], int]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What stays the same while bundles are added.

    Attributes
    ----------
    model : Model
        Over edges.
    blocks : tuple of Block
    kept : ndarray of int
        Columns of the model outside the blocks.
    joint : Model
        The model without the rules that each block keeps by itself.
    rows : ndarray of int
        Which rows of the model are joint.
    penalty : float
        Cost of a unit short on a lower limit while bundles that could fill it are still missing.
    """

    model: Model
    blocks: tuple[Block, ...]
    kept: IntArray
    joint: Model
    rows: IntArray
    penalty: float


@dataclass(frozen=True, slots=True, eq=False)
class Master:
    """The relaxation over the bundles known so far.

    Attributes
    ----------
    model : Model
        Columns: kept ones, bundles, slacks. Rows: joint ones, one choice per block.
    spread : csc_array of shape (n_columns of the edge model, n_columns of `model`)
        Turns a point of `model` into one of the edge model.
    first_slack : int
    """

    model: Model
    spread: sp.csc_array
    first_slack: int


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Where column generation ended.

    Attributes
    ----------
    frame : Frame
    master : Master
    outcome : Outcome
        Of the last relaxation.
    bound : float
        Proven upper bound on the edge model.
    price : ndarray of float, shape (n_rows of joint,)
        Prices that prove it.
    bundles : dict
        Columns of each bundle -> its block.
    """

    frame: Frame
    master: Master
    outcome: Outcome
    bound: float
    price: FloatArray
    bundles: Bundles = field(repr=False)


def make_frame(model: Model, blocks: tuple[Block, ...], block_of: IntArray) -> Frame:
    """Set apart what blocks keep by themselves from what they share.

    Parameters
    ----------
    model : Model
    blocks : tuple of Block
    block_of : ndarray of int, shape (n_columns,)

    Returns
    -------
    frame : Frame
    """
    size = np.diff(model.matrix.indptr)
    first = np.where(size > 0, model.matrix.indices[np.minimum(model.matrix.indptr[:-1], model.matrix.nnz - 1)], 0)
    own = (size > 0) & (block_of[first] >= 0) & np.isin(model.kind, (CAPACITY, CONFLICT))
    least, _ = activity(model)
    shared = np.flatnonzero(~own | (model.low > least))
    joint = replace(model, high=np.where(own, np.inf, model.high)).rows(shared)
    penalty = 4.0 * float(np.abs(model.weight).max(initial=1.0)) + 1.0
    return Frame(model, blocks, np.flatnonzero(block_of < 0), joint, shared, penalty)


def lagrangian(
    frame: Frame, price: FloatArray, slack: float, *, deadline: Deadline = NEVER
) -> tuple[float, Bundles, bool]:
    """Bound the edge model at given prices of the joint rows, and list the bundles that are near the best there.

    Parameters
    ----------
    frame : Frame
    price : ndarray of float, shape (n_rows of joint,)
    slack : float
        How far below a partner's best a listed bundle may be.
    deadline : Deadline, optional
        Beyond it nothing is listed, and the bound is ``inf``.

    Returns
    -------
    bound : float
        Valid whatever the prices are.
    bundles : dict
    complete : bool
        True when no bundle within the slack is missing.

    References
    ----------
    A. M. Geoffrion, "Lagrangean relaxation for integer programming", 1974.
    """
    joint = frame.joint
    price = leaning(joint, price)
    reduced = joint.weight - joint.matrix.T @ price
    limit = np.where(price > 0, joint.high, np.where(price < 0, joint.low, 0.0))
    at_kept = reduced[frame.kept]
    kept = np.where(at_kept > 0, at_kept * joint.ceiling[frame.kept], at_kept * joint.floor[frame.kept])
    bound, complete = float(np.sum(price * limit) + np.sum(kept)), True
    bundles: Bundles = {}
    profit = reduced.tolist()
    for at, block in enumerate(frame.blocks):
        if deadline.is_over():
            return np.inf, bundles, False
        offer = near_best(block, profit, slack)
        bound += offer.value
        complete = complete and offer.complete
        for bundle in offer.bundles:
            if bundle:
                bundles[bundle] = at
    return bound, bundles, complete


def taken_bundles(frame: Frame, x: FloatArray) -> Bundles:
    """List the bundles that a point takes, those of them that still fit.

    Parameters
    ----------
    frame : Frame
    x : ndarray of float, shape (n_columns of the edge model,)

    Returns
    -------
    bundles : dict
    """
    found: Bundles = {}
    for at, block in enumerate(frame.blocks):
        taken = [i for i, edge in enumerate(block.edges) if x[edge] > 0.5]
        mask = sum(1 << i for i in taken)
        hours = sum(block.load[i] for i in taken)
        if taken and hours <= block.capacity * (1 + FIT) and not any(block.overlap[i] & mask for i in taken):
            found[tuple(block.edges[i] for i in taken)] = at
    return found


def build_master(frame: Frame, bundles: Bundles) -> Master:
    """Write the relaxation over bundles as a model.

    Parameters
    ----------
    frame : Frame
    bundles : dict
        Columns of each bundle -> its block.

    Returns
    -------
    master : Master
    """
    joint, kept = frame.joint, frame.kept
    listed = sorted(bundles)
    size = np.array([len(bundle) for bundle in listed], dtype=np.int64)
    members = np.fromiter((edge for bundle in listed for edge in bundle), np.int64, int(size.sum()))
    n_kept, n_bundles, n_blocks = kept.size, size.size, len(frame.blocks)
    rows = np.concatenate([kept, members])
    columns = np.concatenate([np.arange(n_kept), n_kept + np.repeat(np.arange(n_bundles), size)])
    shape = (joint.weight.size, n_kept + n_bundles)
    spread = sp.csc_array((np.ones(rows.size), (rows, columns)), shape=shape)
    least, _ = activity(joint)
    short = np.flatnonzero(joint.low > least)
    slack = sp.csr_array((np.ones(short.size), (short, np.arange(short.size))), shape=(joint.low.size, short.size))
    owner = np.array([bundles[bundle] for bundle in listed], dtype=np.int64)
    choice = sp.csr_array(
        (np.ones(n_bundles), (owner, n_kept + np.arange(n_bundles))), shape=(n_blocks, shape[1] + short.size)
    )
    top = sp.hstack([joint.matrix @ spread, slack])
    worth = joint.weight @ spread
    spread = sp.csc_array(sp.hstack([spread, sp.csc_array((joint.weight.size, short.size))]))
    model = Model(
        weight=np.concatenate([worth, np.full(short.size, -frame.penalty)]),
        floor=np.concatenate([joint.floor[kept], np.zeros(n_bundles + short.size)]),
        ceiling=np.concatenate([joint.ceiling[kept], np.ones(n_bundles), (joint.low - least)[short]]),
        whole=np.concatenate([joint.whole[kept], np.ones(n_bundles, np.bool_), np.zeros(short.size, np.bool_)]),
        owner=np.full(shape[1] + short.size, -1),
        matrix=sp.csr_array(sp.vstack([top, choice])),
        low=np.concatenate([joint.low, np.full(n_blocks, -np.inf)]),
        high=np.concatenate([joint.high, np.ones(n_blocks)]),
        lifted=np.concatenate([joint.lifted, np.zeros(n_blocks)]),
        kind=np.concatenate([joint.kind, np.full(n_blocks, CHOICE)]),
        index=np.concatenate([joint.index, np.arange(n_blocks)]),
        n_edges=0,
    )
    return Master(model, spread, shape[1])


def generate(
    frame: Frame, price: FloatArray, *, gap: float, known: Bundles | None = None, deadline: Deadline = NEVER
) -> Columns | None:
    """Add bundles until the relaxation over bundles is proven to within a gap.

    Parameters
    ----------
    frame : Frame
    price : ndarray of float, shape (n_rows of joint,)
        Prices to start from, those of the relaxation over edges.
    gap : float
        Relative gap between bound and relaxation at which to stop.
    known : dict, optional
        Bundles to start with, those of an earlier plan.
    deadline : Deadline, optional

    Returns
    -------
    columns : Columns or None
        None when the relaxation could not be solved (in time).
    """
    # prices of an earlier plan are nearly right: fewer bundles will do, but too few cost rounds
    edges = frame.model.owner >= 0
    slack = (0.08 if known is None else 0.06) * float(np.abs(frame.model.weight[edges]).max(initial=0.0))
    best, bundles, _ = lagrangian(frame, price, slack, deadline=deadline)
    best_price = price
    bundles |= known or {}
    master, latest = build_master(frame, bundles), None
    for _ in range(ROUNDS):
        outcome = solve_lp(master.model, deadline=deadline)
        if outcome.x is None or outcome.dual is None:
            break
        latest = Columns(frame, master, outcome, best, best_price, bundles)
        slack, before = slack / 2, len(bundles)
        corner = outcome.dual[: price.size]
        # the corner jumps; a point between it and the best prices so far is often a better bound
        for trial in (corner, 0.5 * (corner + best_price)):
            bound, found, _ = lagrangian(frame, trial, slack, deadline=deadline)
            bundles |= found
            if bound < best:
                best, best_price = bound, trial
        if best - outcome.bound <= gap * abs(best) or len(bundles) == before:
            break
        master = build_master(frame, bundles)
    return None if latest is None else replace(latest, bound=best, price=best_price)
