"""The relaxation over listed bundles, that grows by bundles and moves with the limits while its basis is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from matching.assign.branching import Branched, Parts, best_whole, parts_of
from matching.assign.bundles import FIT, Block
from matching.assign.columns import Bundles, Frame, build_master
from matching.assign.model import Model
from matching.assign.near import held_where_priced, view_at
from matching.assign.problem import FloatArray, IntArray
from matching.assign.search import is_feasible
from matching.assign.simplex import Simplex, Vertex, basis_over
from matching.assign.structure import part

NODES = 2_000
NOTHING = Block((), (), (), (), 0.0, 0)


class Changed(NamedTuple):
    """A problem with a change.

    Attributes
    ----------
    joint : Model
        Rows that partners share, over edges.
    blocks : tuple of Block
        What each partner keeps by himself; `NOTHING` of whom is not there.
    """

    joint: Model
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Master:
    """The relaxation over bundles, and where it ended.

    Attributes
    ----------
    model : Model
        Columns: kept ones, what lower limits may fall short by (dearly), then bundles.
    parts : Parts
    kept : ndarray of int
        Columns over edges that are no bundles.
    bundles : dict
        Edges of each bundle -> its block, in the order of the columns.
    block : ndarray of int, shape (n_bundles,)
    load : ndarray of float, shape (n_bundles,)
        What each bundle takes of its partner's capacity.
    simplex : Simplex
    place : mapping
        Column of each bundle.
    basis : object
    """

    model: Model
    parts: Parts
    kept: IntArray
    bundles: Bundles
    block: IntArray
    load: FloatArray
    simplex: Simplex
    place: Mapping[tuple[int, ...], int]
    basis: object = None

    def widened(self, frame: Frame, more: Bundles, basis: object) -> "Master":
        """Return the relaxation with further bundles, beginning where it ended.

        Parameters
        ----------
        frame : Frame
            With the blocks of these bundles.
        more : dict
            Edges of each bundle -> its block; known ones change nothing.
        basis : object
            Of this relaxation.

        Returns
        -------
        master : Master
        """
        if all(bundle in self.bundles for bundle in more):
            return replace(self, basis=basis)
        wider = master_of(frame, self.bundles | more)
        return replace(wider, basis=basis_over(basis, self.places(wider)))

    def places(self, other: "Master") -> IntArray:
        """Find the columns of another relaxation in this one.

        Parameters
        ----------
        other : Master
            Of the same frame.

        Returns
        -------
        places : ndarray of int, shape (n_columns of other,)
            -1 for bundles that are not listed here.
        """
        first = self.model.weight.size - len(self.bundles)
        found = np.array([self.place.get(bundle, -1) for bundle in other.bundles], dtype=np.int64)
        return np.append(np.arange(first), found)


def master_of(frame: Frame, bundles: Bundles) -> Master:
    """Write the relaxation over some bundles.

    Parameters
    ----------
    frame : Frame
    bundles : dict
        Edges of each bundle -> its block.

    Returns
    -------
    master : Master
        Not solved yet.
    """
    built = build_master(frame, bundles)
    spread = sp.csr_array(built.spread)
    loads = np.zeros(frame.model.weight.size)
    for block in frame.blocks:
        loads[list(block.edges)] = block.load
    first = built.first_bundle
    return Master(
        model=built.model,
        parts=parts_of(built.model, spread, frame.model.whole, frame.model.n_edges),
        kept=frame.kept,
        bundles=bundles,
        block=np.fromiter(bundles.values(), np.int64, len(bundles)),
        load=np.asarray(spread.T @ loads)[first:],
        simplex=Simplex(built.model),
        place={bundle: first + at for at, bundle in enumerate(bundles)},
    )


def with_limits(master: Master, now: Changed, *, may_fall_short: bool = True) -> Model:
    """Put limits to the relaxation: bundles that are too much for their partner now are closed.

    Parameters
    ----------
    master : Master
    now : Changed
    may_fall_short : bool, default=True
        While bundles that lower limits need may be missing.

    Returns
    -------
    model : Model
    """
    n_joint = now.joint.low.size
    most = np.array([-1.0 if block is NOTHING else block.capacity for block in now.blocks])[master.block]
    fits = master.load <= most + FIT * np.maximum(1.0, np.where(np.isfinite(most), most, 1.0))
    short = master.model.ceiling[master.kept.size : -fits.size or None] * may_fall_short
    return replace(
        master.model,
        ceiling=np.concatenate([now.joint.ceiling[master.kept], short, fits]),
        low=np.append(now.joint.low, master.model.low[n_joint:]),
        high=np.append(now.joint.high, master.model.high[n_joint:]),
    )


def best_among(
    master: Master, frame: Frame, now: Changed, near: Bundles, root: Vertex, limits: tuple[float, float]
) -> Branched:
    """Find the best choice among bundles near their price, kept columns further off standing where their price says.

    Parameters
    ----------
    master : Master
        That ended at `root`.
    frame : Frame
        Of the relaxation, with the blocks of the change.
    now : Changed
    near : dict
        Bundles that may be taken.
    root : Vertex
    limits : pair of float
        How far from its price a kept column is let go; what a choice must be worth more than.

    Returns
    -------
    branched : Branched
        Its point is over the parts (edges and flags), not over bundles; None where none is worth more.
    """
    few, (reach, known) = master_of(frame, near), limits
    model = with_limits(few, now, may_fall_short=False)
    reduced = view_at(model, root.dual).reduced
    free = (model.floor < model.ceiling) & ((np.arange(reduced.size) >= few.kept.size) | (np.abs(reduced) <= reach))
    held = held_where_priced(model, reduced, free)
    cut, rows = part(held, free)
    columns = np.flatnonzero(free)
    basis = basis_over(root.basis, master.places(few)[columns], rows)
    parts = parts_of(cut, few.parts.spread[:, columns], few.parts.whole, few.parts.first_flag)
    value = float(model.weight @ np.where(free, 0.0, held.floor))
    found = best_whole(Simplex(cut), cut, basis, parts, most_nodes=NODES, known=known - value)
    found = replace(found, bound=found.bound + value)
    if found.x is None:
        return found
    point = held.floor.copy()
    point[free] = found.x
    if not is_feasible(model, point):  # what stands where its price says breaks a limit
        return replace(found, x=None)
    return replace(found, x=np.asarray(few.parts.spread @ point))
