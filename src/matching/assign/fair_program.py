"""The relaxation of a floor over whole sets of partners: each need takes one set that brings it up, as far as limits allow."""

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from matching.assign.certificate import leaning
from matching.assign.deadline import NEVER, Deadline
from matching.assign.fair_ranked import Ranked
from matching.assign.fair_sets import Cheapest, cheapest_sets
from matching.assign.hulls import Hulls
from matching.assign.model import Model
from matching.assign.problem import BoolArray, FloatArray, IntArray
from matching.assign.simplex import Growing

CHOICE, HULL = -2, -4  # kinds of rows: one set for each need, and what whole choices of a partner keep
EACH = 4  # sets of a need that are listed at a time
ROUNDING = 1e-9
EFFORT = 300_000_000  # pivots times rows that the bound, the floor and the total may take each: about half a minute
NEVER_TAKEN = 1e6  # what an edge costs that no limit leaves room for


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """An optimum of the relaxation over the sets that there are.

    Attributes
    ----------
    z : ndarray of float, shape (n_sets,)
        How much of each set is taken.
    kept : ndarray of float, shape (n_kept,)
    short : float
        How many needs have no set, and by how much joint rows stay below their lower limits.
    value : float
    price : ndarray of float, shape (n_joint_rows,)
    worth : ndarray of float, shape (n_needs that want somebody,)
        What a set of each need may cost at most to be of use.
    """

    z: FloatArray
    kept: FloatArray
    short: float
    value: float
    price: FloatArray
    worth: FloatArray


@dataclass(slots=True, eq=False)
class SetProgram:
    """Sets, and the relaxation over them kept in the simplex method.

    Attributes
    ----------
    ranked : Ranked
    model : Model
        Over edges, without what each set keeps by itself, its rows those that needs share.
    rows : ndarray of int
        Which rows of the model that was given are joint.
    kept : ndarray of int
        Columns of the model that are no edges.
    sure : ndarray of float, shape (n_columns,)
        1 at the edges that are chosen anyhow.
    hulls : Hulls
        Of what partners can take on together.
    n_slack : int
        How many columns say that a need has no set, or how far a joint row stays below its lower limit.
    edges : ndarray of int, shape (n_sets, most)
        Of each set, beside the sure ones; -1 beyond the last.
    row : ndarray of int, shape (n_sets,)
        Whose set it is.
    level : ndarray of float, shape (n_sets,)
        Weight per head wanted.
    until : float
        How much effort may be spent.
    """

    ranked: Ranked
    model: Model
    rows: IntArray
    kept: IntArray
    sure: FloatArray
    hulls: Hulls
    n_slack: int
    growing: Growing
    weight: FloatArray
    edges: IntArray
    row: IntArray
    level: FloatArray
    until: float = EFFORT
    _known: set[bytes] = field(default_factory=set, repr=False)
    _profit: FloatArray = field(default_factory=lambda: np.zeros(0), repr=False)

    def allow(self, effort: float = EFFORT) -> None:
        """Allow so much effort from now on.

        Parameters
        ----------
        effort : float, optional
        """
        self.until = self.growing.effort + effort

    def is_spent(self, deadline: Deadline) -> bool:
        """Tell whether the effort that is allowed has been spent, or time is over.

        Parameters
        ----------
        deadline : Deadline

        Returns
        -------
        is_spent : bool
        """
        return self.growing.effort > self.until or deadline.is_over()

    @property
    def first_set(self) -> int:
        """From which column of the relaxation on each is a set."""
        return int(self.kept.size + self.n_slack)

    def cheapest(self, cost: FloatArray, floor: float, limit: FloatArray, *, each: int = EACH) -> Cheapest:
        """List the cheapest sets for a floor (see `cheapest_sets`).

        Parameters
        ----------
        cost : ndarray of float, shape (n_columns,)
        floor : float
        limit : ndarray of float, shape (n_rows of `ranked`,)
        each : int, optional

        Returns
        -------
        cheapest : Cheapest
        """
        return cheapest_sets(self.ranked, cost, floor, limit, each=each)

    def costs(self, cost: FloatArray) -> FloatArray:
        """Add up what each set costs beside the sure edges.

        Parameters
        ----------
        cost : ndarray of float, shape (n_columns,)

        Returns
        -------
        costs : ndarray of float, shape (n_sets,)
        """
        return np.asarray(np.where(self.edges >= 0, cost[self.edges], 0.0).sum(axis=1))

    def known(self, cost: FloatArray, floor: float) -> FloatArray:
        """Return what the cheapest set that is there costs each need.

        Parameters
        ----------
        cost : ndarray of float, shape (n_columns,)
        floor : float

        Returns
        -------
        known : ndarray of float, shape (n_rows of `ranked`,)
            ``inf`` where there is none.
        """
        known = np.full(self.ranked.need.size, np.inf)
        open_ = self.level >= floor - ROUNDING * max(1.0, abs(floor))
        np.minimum.at(known, self.row[open_], self.costs(cost)[open_])
        return known

    def add(self, found: Cheapest, keep: BoolArray) -> int:
        """Add sets that are not known yet.

        Parameters
        ----------
        found : Cheapest
        keep : ndarray of bool, shape (n_found,)
            Which of them.

        Returns
        -------
        n_added : int
        """
        edges, row = np.sort(found.edges[keep], axis=1)[:, ::-1], found.row[keep]
        fresh = []
        for at, key in enumerate(np.column_stack([row, edges])):
            name = key.tobytes()
            if name not in self._known:
                self._known.add(name)
                fresh.append(at)
        if not fresh:
            return 0
        edges, row = edges[fresh], row[fresh]
        members = self.members(edges)
        self.edges, self.row = np.vstack([self.edges, edges]), np.concatenate([self.row, row])
        got = np.asarray(self.weight @ members) + self.ranked.sure[row]
        self.level = np.concatenate([self.level, got / self.ranked.wanted[row]])
        choice = sp.csc_array(
            (np.ones(row.size), row, np.arange(row.size + 1)), shape=(self.ranked.need.size, row.size)
        )
        self.growing.add(
            np.asarray(self._profit @ members), sp.csc_array(sp.vstack([choice, self.model.matrix @ members]))
        )
        return len(fresh)

    def aim(self, floor: float) -> None:
        """Leave open only the sets that reach a floor, none of them taken yet.

        Parameters
        ----------
        floor : float
        """
        self.open(np.arange(self.level.size), floor)

    def open(self, sets: IntArray, floor: float) -> None:
        """Let sets be taken or not, those of them that reach a floor.

        Parameters
        ----------
        sets : ndarray of int
        floor : float
        """
        most = np.where(self.level[sets] >= floor - ROUNDING * max(1.0, abs(floor)), np.inf, 0.0)
        self.growing.limit(self.first_set + sets, np.zeros(sets.size), most)

    def fix(self, sets: IntArray, taken: float) -> None:
        """Take sets, or leave them out.

        Parameters
        ----------
        sets : ndarray of int
        taken : float
            1 or 0.
        """
        self.growing.limit(self.first_set + sets, np.full(sets.size, taken), np.full(sets.size, taken))

    def weigh(self, profit: FloatArray, penalty: float) -> None:
        """Ask for the highest sum over the edges of what is taken, less a penalty for what is short.

        Parameters
        ----------
        profit : ndarray of float, shape (n_columns,)
        penalty : float
        """
        self._profit = profit
        slack = np.full(self.n_slack, -penalty)
        weight = np.concatenate([profit[self.kept], slack, self.costs(profit)])
        self.growing.weigh(np.arange(weight.size), weight)

    def solve(self, deadline: Deadline = NEVER) -> Point | None:
        """Solve the relaxation over the sets that there are.

        Parameters
        ----------
        deadline : Deadline, optional

        Returns
        -------
        point : Point or None
            None where there is none, or it did not come to an end.
        """
        outcome = self.growing.solve(deadline)
        if outcome is None or outcome.x is None or outcome.dual is None:
            return None
        n_wants = self.ranked.need.size
        slack = outcome.x[self.kept.size : self.first_set]  # of rows and of needs
        return Point(
            outcome.x[self.first_set :],
            outcome.x[: self.kept.size],
            float(slack.sum()),
            outcome.bound,
            outcome.dual[n_wants:],
            -outcome.dual[:n_wants],
        )

    def spread(self, taken: IntArray, kept: FloatArray) -> FloatArray:
        """Turn sets that are taken into a point over edges.

        Parameters
        ----------
        taken : ndarray of int
            Sets.
        kept : ndarray of float, shape (n_kept,)

        Returns
        -------
        x : ndarray of float, shape (n_columns,)
        """
        x = self.sure.copy()
        x[self.kept] = kept
        chosen = self.edges[taken]
        x[chosen[chosen >= 0]] = 1.0
        return x

    def priced(self, price: FloatArray, profit: FloatArray) -> tuple[FloatArray, float]:
        """Price every edge by what it takes of the joint rows.

        Parameters
        ----------
        price : ndarray of float, shape (n_joint_rows or fewer,)
            Rows that were added since cost nothing.
        profit : ndarray of float, shape (n_columns,)

        Returns
        -------
        cost : ndarray of float, shape (n_columns,)
            Less what the edge is worth.
        rest : float
            What the joint rows and the columns that are no edges add at most: any choice is worth no more than this less
            what its sets cost.
        """
        price = leaning(self.model, self.padded(price))
        cost = self.model.matrix.T @ price - profit
        limit = np.where(price > 0, self.model.high, np.where(price < 0, self.model.low, 0.0))
        at = -cost[self.kept]
        columns = np.where(at > 0, at * self.model.ceiling[self.kept], at * self.model.floor[self.kept])
        return cost, float(np.sum(price * limit) + np.sum(columns) - np.sum(cost * self.sure))

    def padded(self, price: FloatArray) -> FloatArray:
        """Let joint rows that were added since cost nothing.

        Parameters
        ----------
        price : ndarray of float, shape (n_joint_rows or fewer,)

        Returns
        -------
        price : ndarray of float, shape (n_joint_rows,)
        """
        return np.concatenate([price, np.zeros(self.model.low.size - price.size)])

    def cut(self, point: Point, deadline: Deadline = NEVER) -> int:
        """Add joint rows that whole choices of partners keep and a point breaks.

        Parameters
        ----------
        point : Point
        deadline : Deadline, optional

        Returns
        -------
        n_added : int
        """
        if not self.hulls.blocks:
            return 0
        x = self.sure + self.members(self.edges[: point.z.size]) @ point.z
        rows = self.hulls.broken(x, deadline=deadline)
        n_more = rows.shape[0]
        if n_more:
            limits = np.full(n_more, -np.inf), np.full(n_more, 1.0 + ROUNDING)
            self.model = self.model.with_rows(rows, limits, HULL, np.full(n_more, -1))
            parts = sp.csr_array((n_more, self.first_set)), rows @ self.members(self.edges)
            self.growing.add_rows(sp.csr_array(sp.hstack(parts)), limits[0], limits[1] - rows @ self.sure)
        return n_more

    def members(self, edges: IntArray) -> sp.csc_array:
        """Return the edges of sets as columns.

        Parameters
        ----------
        edges : ndarray of int, shape (n, most)
            -1 beyond the last of each.

        Returns
        -------
        members : csc_array of shape (n_columns, n)
        """
        there = edges >= 0
        pointer = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        entries = np.ones(int(pointer[-1])), edges[there], pointer
        return sp.csc_array(entries, shape=(self.model.weight.size, edges.shape[0]))
