"""The first step of a plan: the least head-count of every need, each as it asks or not at all."""

import dataclasses
from typing import Any

import numpy as np

from matching.assign import Problem, Solution
from matching.assign import solve as solve_problem
from matching.assign.again import Ground, NoBetter, Settled, footing_of, settle, solve_again, solve_better, written
from matching.assign.nearly import Relaxed, relax, settle_nearly
from matching.assign.pins import with_pins_apart
from matching.planning.least_asked import LeastAsked
from matching.planning.model import Bools, Ints, Model

_SLACK = 1e-9
_MOST_NODES = 200  # of a search that the relaxation does not end, where only a gap is asked for


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FirstStep(LeastAsked):
    """The least head-counts, solved: each need as it asks or not at all."""

    def solve(self, forced: frozenset[str], footing: Ground | None) -> tuple[Solution, Ground | None]:
        """Solve the step.

        Parameters
        ----------
        forced : frozenset of str
            Bundles that are served whole.
        footing : Ground or None
            Of the same pairs, to solve again from.

        Returns
        -------
        solution : Solution
        footing : Ground or None
        """
        low, high, optional = self.demand(forced)
        settled = self._nearly(forced, footing) if self.gap else self._settled(low, high, optional, footing)
        found = settled.solution if settled else self._solved(self._problem(low, high, optional))
        fair = not found.violations and self.objective == "fair"
        return self._fair(found, low, high) if fair else found, settled.footing if settled else footing

    def tried(
        self, forced: frozenset[str], footing: Ground | None, *, above: float = -np.inf
    ) -> tuple[Solution, Ground | None] | None:
        """Solve the step where everything that it asks for can be kept, if that may be worth more than is known.

        Parameters
        ----------
        forced : frozenset of str
            Bundles that are served whole.
        footing : Ground or None
            Of the same pairs, to solve again from.
        above : float, default=-inf
            What is known to be worth, as `worth` counts it.

        Returns
        -------
        solved : (Solution, Ground or None) or None
            None where limits contradict each other, or nothing is worth more.
        """
        if self.gap and self.relaxed(forced, footing) is None:
            return None
        if footing is not None and not self.gap:
            # whoever is pinned beside the least is in every total and counts for nothing
            idle = 0.0 if self.beside is None else float(self.value[self.beside].sum())
            better = solve_better(footing, self._change(*self.demand(forced)), above=above + idle)
            if isinstance(better, NoBetter):
                return None
            if better is not None and self.objective != "fair":
                return better
        found, its = self.solve(forced, footing)
        return None if found.violations else (found, its)

    def relaxed(self, forced: frozenset[str], footing: Ground | None) -> Relaxed | None:
        """Solve the relaxation of the step.

        Parameters
        ----------
        forced : frozenset of str
            Bundles that are served whole.
        footing : Ground or None
            Of the same pairs, to solve again from.

        Returns
        -------
        relaxed : Relaxed or None
            None where limits contradict each other.
        """
        low, high, optional = self.demand(forced)
        change = self._change(low, high, optional)
        # a need that asks for more than when the rows were written has to be written again
        known = None if footing is None else written(footing)
        if known is not None and (low > np.maximum(known.least, 1)).any():
            known = None
        return relax(self._open(low, high, optional) if known is None else None, change, footing=known)

    def _nearly(self, forced: frozenset[str], footing: Ground | None) -> Settled | None:
        relaxed = self.relaxed(forced, footing)
        return settle_nearly(relaxed, gap=self.gap) if relaxed else None

    def _solved(self, problem: Problem, **options: Any) -> Solution:
        """Solve without a footing; pinned pairs stand whether or not their need is served."""
        if self.gap:
            options = {**options, "gap": self.gap, "node_limit": _MOST_NODES}
        found = solve_problem(with_pins_apart(problem, self.beside), **options)
        n_needs = problem.shape[0]
        return dataclasses.replace(found, need_price=found.need_price[:n_needs])

    def again(self, forced: frozenset[str], footing: Ground) -> Solution | None:
        """Solve the step from a footing or not at all.

        Parameters
        ----------
        forced : frozenset of str
            Bundles that are served whole.
        footing : Ground
            Of the same pairs.

        Returns
        -------
        solution : Solution or None
            None where that takes a long search.
        """
        settled = solve_again(footing, self._change(*self.demand(forced)))
        return settled.solution if settled else None

    def footing(self, forced: frozenset[str], chosen: Bools) -> Ground | None:
        """Make the step ready to be solved again from a choice that is known to be the best.

        Parameters
        ----------
        forced : frozenset of str
            Bundles that are served whole.
        chosen : ndarray of bool, shape (n_edges,)
            Of this step.

        Returns
        -------
        footing : Ground or None
        """
        low, high, optional = self.demand(forced)
        change = self._change(low, high, optional)
        return None if change.groups else footing_of(self._open(low, high, optional), change, chosen)

    def _settled(self, low: Ints, high: Ints, optional: Bools, footing: Ground | None) -> Settled | None:
        change = self._change(low, high, optional)
        again = solve_again(footing, change) if footing else None
        return again or settle(self._open(low, high, optional), change)

    def _fair(self, served: Solution, low: Ints, high: Ints) -> Solution:
        """Raise the worst-served of the needs that the highest total serves; which these are stays as it is.

        Were needs free to fall out, the floor would be zero wherever two of them compete for one person.
        """
        model = self.model
        got = np.bincount(model.need[served.chosen & (self._counted | ~self.pinned)], minlength=model.shape[0])
        is_short = got < low
        low, high = np.where(got > 0, np.minimum(low, got), 0), np.where(is_short, got, np.where(got > 0, high, 0))
        if self.fair_depth == 1:
            quick = self._at_highest_floor(low, high)
            if quick is not None:
                return quick
        return self._solved(self._problem(low, high, got == 0), objective="fair", fair_depth=self.fair_depth)

    def _at_highest_floor(self, low: Ints, high: Ints) -> Solution | None:
        """Try the floor that no choice can exceed: what the best pairs of each need alone would give it.

        Pairs that are out of the question at that floor are left out. If what is then best in total keeps the floor,
        it is the fair choice; else nothing is known and the search has to decide.
        """
        model, value = self.model, self.value
        floor, keep = np.inf, np.ones(model.need.size, dtype=np.bool_)
        rows = [row for row in np.flatnonzero(high > 0) if not self.pinned[model.need == row].any()]
        tops = {}
        for row in rows:
            edges = np.flatnonzero((model.need == row) & ~self.wishes.forbidden)
            tops[row] = edges, np.sort(value[edges])[::-1][: high[row]]
            floor = min(floor, float(tops[row][1].sum()) / float(high[row]))
        for row, (edges, best) in tops.items():
            others = float(best[: high[row] - 1].sum())
            keep[edges] = value[edges] + others >= floor * high[row] - _SLACK
        problem = self._problem(low, high, high == 0, keep=keep | self.pinned)
        found = self._solved(problem)
        got = np.bincount(model.need[found.chosen], weights=value[found.chosen], minlength=model.shape[0])
        if found.violations or any(got[row] < floor * high[row] - _SLACK for row in rows):
            return None
        return dataclasses.replace(found, method=f"fair: highest floor {floor:.6g} reached; {found.method}")

    def asked_in_vain(self, found: Solution) -> tuple[int, ...]:
        """List the needs that somebody is pinned to and that are not served as they ask, though they could be.

        Parameters
        ----------
        found : Solution
            Of the step.

        Returns
        -------
        rows : tuple of int
        """
        model = self.model
        asked = np.unique(model.need[self.wishes.pinned & ~model.locked & self._counted])
        is_whole = whole_needs(model, self.fills_least(found.chosen))
        return tuple(row for row in asked.tolist() if not is_whole[row] and self.can_be_whole[row])

    def worth(self, found: Solution) -> float:
        """Return what a solution is worth: pinned people count only where they help to serve a need as it asks.

        Parameters
        ----------
        found : Solution
            Of the step.

        Returns
        -------
        worth : float
        """
        filled = self.fills_least(found.chosen)
        counts = found.chosen & (~self.pinned | whole_needs(self.model, filled)[self.model.need])
        counts = counts if self.beside is None else counts & ~self.beside
        return float(self.value[counts].sum())

    def fills_least(self, chosen: Bools) -> Bools:
        """Tell which pairs of the step fill the least head-counts, rather than places that an earlier plan had beyond them.

        Parameters
        ----------
        chosen : ndarray of bool, shape (n_edges,)
            In this step.

        Returns
        -------
        fills : ndarray of bool, shape (n_edges,)
            Of those who were told of a further place, as many as are wanted, the best first; all where a team needs them.
        """
        model, wishes = self.model, self.wishes
        further = chosen & wishes.kept & wishes.extra
        if self.beside is not None:
            chosen, further = chosen & ~self.beside, further & ~self.beside
        fills = chosen & ~further
        is_covered = np.ones(model.shape[0], dtype=np.bool_)
        for edges, least in model.teams:
            if fills[edges].sum() < least <= chosen[edges].sum():
                is_covered[model.need[edges[0]]] = False
        got = np.bincount(model.need[fills], minlength=model.shape[0])
        # the best first, need by need
        theirs = np.flatnonzero(further)
        theirs = theirs[np.lexsort((-model.value[theirs], model.need[theirs]))]
        need = model.need[theirs]
        has = np.bincount(need, minlength=model.shape[0])
        short = np.where(is_covered, np.maximum(model.least - got, 0), has)
        # too few all the same: they help, as they did before, and the need is not served as it asks
        short[(got + has < model.least) | model.lacking] = 0
        rank = np.arange(need.size) - np.searchsorted(need, np.arange(model.shape[0]))[need]
        fills[theirs[rank < short[need]]] = True
        return fills


def whole_needs(model: Model, chosen: Bools) -> Bools:
    """Tell which needs are served as they ask.

    Parameters
    ----------
    model : Model
        With head-counts and teams.
    chosen : ndarray of bool, shape (n_edges,)
        A choice.

    Returns
    -------
    whole : ndarray of bool, shape (n_needs,)
    """
    got = np.bincount(model.need[chosen], minlength=model.shape[0])
    whole: Bools = (got >= model.least) & (model.least > 0) & ~model.lacking
    for edges, least in model.teams:
        if chosen[edges].sum() < least:
            whole[model.need[edges[0]]] = False
    return whole
