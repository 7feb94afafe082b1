"""Column generation: the relaxation over whole bundles of work per partner, far tighter than the one over edges."""

from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp

from matching.assign.bundles import FIT, MOST_BUNDLES, Block, near_best
from matching.assign.certificate import leaning
from matching.assign.deadline import NEVER, Deadline
from matching.assign.highs import Outcome, solve_lp
from matching.assign.model import CAPACITY, CONFLICT, Model
from matching.assign.problem import FloatArray, IntArray
from matching.assign.simplex import Growing, is_available
from matching.assign.structure import activity

CHOICE = -2  # kind of the rows that give each partner one bundle at most
ROUNDS = 40
JUMPY = 2  # rounds in which prices still jump
SLACK, SLACK_WARM = 0.04, 0.06  # how far from the best bundles are listed at first, relative to the largest weight

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
        Columns: kept ones, slacks, bundles. Rows: joint ones, one choice per block.
    spread : csc_array of shape (n_columns of the edge model, n_columns of `model`)
        Turns a point of `model` into one of the edge model.
    slack : slice
        Which columns say how far a lower limit falls short.
    """

    model: Model
    spread: sp.csc_array
    slack: slice

    @property
    def first_bundle(self) -> int:
        """From which column on each is a bundle."""
        return int(self.slack.stop)


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
        Columns of each bundle known -> its block, in the order of the relaxation.
    growing : Growing or None
        The last relaxation, where it can be solved again from its basis.
    """

    frame: Frame
    master: Master
    outcome: Outcome
    bound: float
    price: FloatArray
    bundles: Bundles = field(repr=False)
    growing: Growing | None


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
    frame: Frame, price: FloatArray, slack: float, *, most: int = MOST_BUNDLES, deadline: Deadline = NEVER
) -> tuple[float, Bundles, bool]:
    """Bound the edge model at given prices of the joint rows, and list the bundles that are near the best there.

    Parameters
    ----------
    frame : Frame
    price : ndarray of float, shape (n_rows of joint,)
    slack : float
        How far below a partner's best a listed bundle may be.
    most : int
        How many bundles of one partner are listed.
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
        offer = near_best(block, profit, slack, most=most)
        bound += offer.value
        complete = complete and offer.complete
        for bundle in offer.bundles:
            if bundle:
                bundles[tuple(sorted(bundle))] = at
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
        Its bundles are in the order of the dict.
    """
    joint, kept, n_blocks = frame.joint, frame.kept, len(frame.blocks)
    least, _ = activity(joint)
    short = np.flatnonzero(joint.low > least)
    chosen, worth, entries = _bundle_columns(frame, bundles)
    n_kept, n_bundles = kept.size, worth.size
    n_edges, n_rows = joint.weight.size, joint.low.size
    alone = sp.csc_array((np.ones(n_kept), (kept, np.arange(n_kept))), shape=(n_edges, n_kept))
    slack = sp.csc_array((np.ones(short.size), (short, np.arange(short.size))), shape=(n_rows + n_blocks, short.size))
    first = sp.vstack([joint.matrix @ alone, sp.csc_array((n_blocks, n_kept))])
    model = Model(
        weight=np.concatenate([joint.weight[kept], np.full(short.size, -frame.penalty), worth]),
        floor=np.concatenate([joint.floor[kept], np.zeros(short.size + n_bundles)]),
        ceiling=np.concatenate([joint.ceiling[kept], (joint.low - least)[short], np.ones(n_bundles)]),
        whole=np.concatenate([joint.whole[kept], np.zeros(short.size, np.bool_), np.ones(n_bundles, np.bool_)]),
        owner=np.full(n_kept + short.size + n_bundles, -1),
        matrix=sp.csr_array(sp.hstack([first, slack, entries])),
        low=np.concatenate([joint.low, np.full(n_blocks, -np.inf)]),
        high=np.concatenate([joint.high, np.ones(n_blocks)]),
        lifted=np.concatenate([joint.lifted, np.zeros(n_blocks)]),
        kind=np.concatenate([joint.kind, np.full(n_blocks, CHOICE)]),
        index=np.concatenate([joint.index, np.arange(n_blocks)]),
        n_edges=0,
    )
    spread = sp.csc_array(sp.hstack([alone, sp.csc_array((n_edges, short.size)), chosen]))
    return Master(model, spread, slice(n_kept, n_kept + short.size))


def _bundle_columns(frame: Frame, bundles: Bundles) -> tuple[sp.csc_array, FloatArray, sp.csc_array]:
    """Return the edges of each bundle, its weight, and its column of the relaxation."""
    joint = frame.joint
    size = np.fromiter((len(bundle) for bundle in bundles), np.int64, len(bundles))
    members = np.fromiter((edge for bundle in bundles for edge in bundle), np.int64, int(size.sum()))
    block = np.fromiter(bundles.values(), np.int64, size.size)
    pointer = np.concatenate([[0], np.cumsum(size)])
    chosen = sp.csc_array((np.ones(members.size), members, pointer), shape=(joint.weight.size, size.size))
    choice = sp.csc_array((np.ones(size.size), block, np.arange(size.size + 1)), shape=(len(frame.blocks), size.size))
    return chosen, np.asarray(joint.weight @ chosen), sp.csc_array(sp.vstack([joint.matrix @ chosen, choice]))


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
    edges = frame.model.owner >= 0
    # prices of an earlier plan are off where limits are new: more bundles from the first save rounds
    slack = (SLACK if known is None else SLACK_WARM) * float(np.abs(frame.model.weight[edges]).max(initial=0.0))
    bound, bundles, _ = lagrangian(frame, price, slack, deadline=deadline)
    bundles |= known or {}
    growing = Growing(build_master(frame, bundles).model) if is_available() else None
    return _continued(frame, (bound, price), bundles, growing, slack=slack, gap=gap, jumpy=JUMPY, deadline=deadline)


def tightened(columns: Columns, *, gap: float, deadline: Deadline = NEVER) -> Columns:
    """Go on until bound and relaxation are closer to each other.

    Parameters
    ----------
    columns : Columns
    gap : float
        Relative.
    deadline : Deadline, optional

    Returns
    -------
    columns : Columns
    """
    edges = columns.frame.model.owner >= 0
    slack = 0.25 * SLACK * float(np.abs(columns.frame.model.weight[edges]).max(initial=0.0))
    best = columns.bound, columns.price
    found = _continued(
        columns.frame, best, columns.bundles, columns.growing, slack=slack, gap=gap, jumpy=0, deadline=deadline
    )
    return columns if found is None else found


def enriched(columns: Columns, slack: float, *, deadline: Deadline = NEVER) -> Columns:
    """Add every bundle that comes near to its partner's best at the best prices.

    Parameters
    ----------
    columns : Columns
    slack : float
        How far below the best it may be.
    deadline : Deadline, optional

    Returns
    -------
    columns : Columns
    """
    _, found, _ = lagrangian(columns.frame, columns.price, slack, deadline=deadline)
    more = {bundle: block for bundle, block in found.items() if bundle not in columns.bundles}
    if columns.growing is None or not more:
        return columns
    columns.growing.add(*_bundle_columns(columns.frame, more)[1:])
    outcome, bundles = columns.growing.solve(deadline), columns.bundles | more
    if outcome is None or outcome.x is None:
        return replace(columns, growing=None)
    return replace(columns, master=build_master(columns.frame, bundles), outcome=outcome, bundles=bundles)


def _continued(
    frame: Frame,
    best: tuple[float, FloatArray],
    bundles: Bundles,
    growing: Growing | None,
    *,
    slack: float,
    gap: float,
    jumpy: int,
    deadline: Deadline,
) -> Columns | None:
    """Add bundles in rounds, of which the first `jumpy` show prices that jump."""
    latest: tuple[Outcome, Bundles] | None = None
    for at in range(ROUNDS):
        outcome = None if growing is None else growing.solve(deadline)
        if outcome is None:
            growing, outcome = None, solve_lp(build_master(frame, bundles).model, deadline=deadline)
        if outcome.x is None or outcome.dual is None:
            break
        latest, slack = (outcome, bundles), slack / 2
        corner = outcome.dual[: best[1].size]
        between = 0.5 * (corner + best[1])
        # a point between the corner and the best prices so far is a better bound at first
        trials = (between, corner) if at < jumpy else (corner, between)
        best, more = _tried(frame, trials, slack, bundles, best, deadline)
        if best[0] - outcome.bound <= gap * abs(best[0]) or not more:
            break
        bundles = bundles | more
        if growing is not None:
            growing.add(*_bundle_columns(frame, more)[1:])
    if latest is None:
        return None
    outcome, bundles = latest
    return Columns(frame, build_master(frame, bundles), outcome, *best, bundles, growing)


def _tried(
    frame: Frame,
    trials: tuple[FloatArray, ...],
    slack: float,
    bundles: Bundles,
    best: tuple[float, FloatArray],
    deadline: Deadline,
) -> tuple[tuple[float, FloatArray], Bundles]:
    """Try prices until some show bundles that are new; return the best bound with its prices, and these bundles."""
    more: Bundles = {}
    for trial in trials:
        bound, found, _ = lagrangian(frame, trial, slack, deadline=deadline)
        best = (bound, trial) if bound < best[0] else best
        more = {bundle: block for bundle, block in found.items() if bundle not in bundles}
        if more:
            break
    return best, more
