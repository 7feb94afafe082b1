"""The first step of a plan: the least head-count of every need, each as it asks or not at all."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from matching.assign import Problem, Solution
from matching.assign import solve as solve_problem
from matching.assign.again import Ground, NoBetter, Settled, footing_of, settle, solve_again, solve_better, written
from matching.assign.footing import Change
from matching.assign.nearly import Relaxed, relax, settle_nearly
from matching.assign.pins import with_pins_apart
from matching.planning.candidates import Candidates
from matching.planning.model import Bools, Floats, Ints, Model, as_problem
from matching.planning.wishes import Wishes, with_change_cost

_SLACK = 1e-9
_TIE = 1e-7  # far below what weighs in a choice, far above what a solver cannot see
_MOST_NODES = 200  # of a search that the relaxation does not end, where only a gap is asked for


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FirstStep:
    """The least head-counts: each need as it asks or not at all.

    Attributes
    ----------
    candidates : Candidates
    model : Model
    wishes : Wishes
    objective : {"total", "fair"}
    fair_depth : int
    beside : ndarray of bool, shape (n_edges,), optional
        Pinned pairs that are further people: they do not fill the least head-count of their need.
    whole : frozenset of int, default=frozenset()
        Rows of needs that must be served as they ask.
    gap : float, default=0
        How near to the best choice is near enough, relative to it; 0 asks for the best.
    """

    candidates: Candidates
    model: Model
    wishes: Wishes
    objective: str
    fair_depth: int
    beside: Bools | None = None
    whole: frozenset[int] = frozenset()
    gap: float = 0.0

    @property
    def pinned(self) -> Bools:
        """What must be chosen, shape (n_edges,)."""
        return (self.model.locked & ~self.wishes.forbidden) | self.wishes.pinned

    @property
    def bundles(self) -> Mapping[str, Ints]:
        """Needs of each bundle that wants something."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row, need in enumerate(self.candidates.profiles.needs):
            if need.bundle and self.model.least[row] > 0:
                rows[need.bundle].append(row)
        return {name: np.array(needs, dtype=np.int64) for name, needs in rows.items() if len(needs) > 1}

    def can_complete(self, bundle: str) -> bool:
        """Tell whether each need of a bundle has as many people as it asks for, looked at alone.

        Parameters
        ----------
        bundle : str
            Its number.

        Returns
        -------
        can : bool
        """
        rows = self.bundles[bundle]
        usable = np.bincount(self.model.need[~self.wishes.forbidden], minlength=self.model.shape[0])
        return bool((usable[rows] >= self.model.least[rows]).all() and not self.model.lacking[rows].any())

    def demand(self, forced: Iterable[str]) -> tuple[Ints, Ints, Bools]:
        """Return the head-counts of the step.

        Parameters
        ----------
        forced : iterable of str
            Bundles that are served whole.

        Returns
        -------
        low, high : ndarray of int, shape (n_needs,)
        optional : ndarray of bool, shape (n_needs,)
            Needs that are served as they ask or not at all.
        """
        model, wishes = self.model, self.wishes
        pins = np.bincount(model.need[self._counted], minlength=model.shape[0])
        further = wishes.kept & wishes.extra & (True if self.beside is None else ~self.beside)
        kept = np.bincount(model.need[further], minlength=model.shape[0])
        usable = np.bincount(model.need[~wishes.forbidden], minlength=model.shape[0])
        hopeless = model.lacking | (usable < model.least)
        low = np.where(hopeless, 0, model.least)
        high = np.maximum(low, pins)
        high = np.maximum(high, np.minimum(high + kept, model.most))
        # a team may need more heads than the least to bring everything, one for each part and no more
        parts = np.array([len(each) for each in self.candidates.parts], dtype=np.int64)
        whole = np.minimum(np.maximum(model.least, parts), model.most)
        high = np.where(self._teamed() & ~hopeless & (model.least > 0), np.maximum(high, whole), high)
        low, high = self._beside_others(low, high, pins)
        optional = np.ones(model.shape[0], dtype=np.bool_)
        for rows in [*(self.bundles[name] for name in forced), np.array(sorted(self.whole), dtype=np.int64)]:
            low[rows], optional[rows] = np.maximum(model.least[rows], 0), False
        return low, np.maximum(high, low), optional

    def _beside_others(self, low: Ints, high: Ints, counted: Ints) -> tuple[Ints, Ints]:
        """Leave room for those who are beside the least; nobody else comes where that leaves too little."""
        if self.beside is None:
            return low, high
        beside = np.bincount(self.model.need[self.beside], minlength=low.size)
        high = np.where(beside > 0, np.minimum(high, np.maximum(self.model.most - beside, counted)), high)
        is_short = low > high
        return np.where(is_short, 0, low), np.where(is_short, counted, high)

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

    def _change(self, low: Ints, high: Ints, optional: Bools) -> Change:
        return Change(
            weight=self.value,
            demand=(low, high),
            optional=optional,
            pinned=self.pinned,
            forbidden=self.wishes.forbidden & ~self.pinned,
            beside=self.beside,
            groups=self._places_beyond(low),
        )

    def _open(self, low: Ints, high: Ints, optional: Bools) -> Problem:
        """State the step with nothing pinned or ruled out: what it is solved again from."""
        nothing = np.zeros(self.model.need.size, dtype=np.bool_)
        return as_problem(
            self.model,
            value=self.value,
            demand=(low, high),
            pinned=nothing,
            forbidden=nothing,
            optional=optional,
        )

    @property
    def _counted(self) -> Bools:
        return self.pinned if self.beside is None else self.pinned & ~self.beside

    def _teamed(self) -> Bools:
        with_team = np.zeros(self.model.shape[0], dtype=np.bool_)
        with_team[[int(self.model.need[edges[0]]) for edges, _ in self.model.teams]] = True
        return with_team

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

    @property
    def value(self) -> Floats:
        """What each pair is worth in this step, shape (n_edges,)."""
        value, wishes = with_change_cost(self.model.value, self.wishes), self.wishes
        # a place beyond the least is no claim in this step: only the cost of taking it away again counts
        # ... and of those that cost the same the better ones stay
        return np.where(wishes.kept & wishes.extra, wishes.change_cost + _TIE * self.model.value, value)

    def _problem(self, low: Ints, high: Ints, optional: Bools, *, keep: Bools | None = None) -> Problem:
        forbidden = self.wishes.forbidden if keep is None else self.wishes.forbidden | ~keep
        return as_problem(
            self.model,
            value=self.value,
            demand=(low, high),
            pinned=self.pinned,
            forbidden=forbidden & ~self.pinned,
            optional=optional,
            more_groups=self._places_beyond(low),
        )

    def may_be_beside(self) -> tuple[int, ...]:
        """List the pinned pairs whose need has places beyond its least head-count, and is not filled by accepted people.

        Returns
        -------
        edges : tuple of int
        """
        model = self.model
        pins = np.bincount(model.need[self.pinned], minlength=model.shape[0])
        has_room = (model.most > np.maximum(model.least, pins - 1)) & (model.least > 0)
        asked = self.wishes.pinned & ~model.locked
        return tuple(np.flatnonzero(asked & has_room[model.need]).tolist())

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

    @property
    def can_be_whole(self) -> Bools:
        """Needs that may be served as they ask beside those who are further people, each looked at alone, shape (n_needs,)."""
        model = self.model
        usable = np.bincount(model.need[~self.wishes.forbidden | self.pinned], minlength=model.shape[0])
        taken = 0 if self.beside is None else np.bincount(model.need[self.beside], minlength=model.shape[0])
        can: Bools = ~model.lacking & (usable >= model.least) & (model.least > 0) & (model.least + taken <= model.most)
        return can

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

    def _places_beyond(self, low: Ints) -> list[tuple[Ints, float, float]]:
        """Leave the places beyond the least, where an earlier plan had them, to those who were told so."""
        extra = self.wishes.kept & self.wishes.extra
        rows = np.unique(self.model.need[extra])
        order = np.argsort(self.model.need, kind="stable")
        begin, end = (np.searchsorted(self.model.need[order], rows, side=side) for side in ("left", "right"))
        counted, pinned = self._counted, self.pinned
        groups = []
        for row, first, last in zip(rows.tolist(), begin.tolist(), end.tolist(), strict=True):
            theirs = order[first:last]
            others = theirs[~extra[theirs]]
            filling = int(counted[others].sum())
            further = int(pinned[others].sum()) - filling
            groups.append((others, 0.0, float(max(int(low[row]), filling) + further)))
        return groups


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
