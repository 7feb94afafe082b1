"""The choice itself, in two proved steps: first the least head-count of every need, then further people."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from matching.assign import Problem, Solution
from matching.assign import solve as solve_problem
from matching.assign.again import Change, Footing, Settled, settle, solve_again
from matching.planning.candidates import Candidates
from matching.planning.model import Bools, Floats, Ints, Model, as_problem

_LEAST_WORTH = 0.1
_SLACK = 1e-9


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """What people have asked for beyond the data.

    Attributes
    ----------
    pinned, forbidden : ndarray of bool, shape (n_edges,)
    kept : ndarray of bool, shape (n_edges,)
        Pairs of an earlier plan that people have been told of.
    extra : ndarray of bool, shape (n_edges,)
        Those of them that were beyond the least head-count.
    change_cost : float
        What telling one person something new costs: each kept pair that is dropped and each new pair. A change is
        never so dear that a place stays empty: a new pair keeps at least a tenth of its value.
    """

    pinned: Bools
    forbidden: Bools
    kept: Bools
    extra: Bools
    change_cost: float = 0.0

    @classmethod
    def none(cls, n_edges: int) -> "Wishes":
        """Return no wishes at all.

        Parameters
        ----------
        n_edges : int
            Number of pairs.

        Returns
        -------
        wishes : Wishes
        """
        nothing = np.zeros(n_edges, dtype=np.bool_)
        return cls(nothing, nothing, nothing, nothing)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Which pairs were chosen, with the proof of each step.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_edges,)
    is_first : ndarray of bool, shape (n_edges,)
        Those chosen in the first step, for the least head-counts.
    first, second : Solution
        Of the two steps.
    bundles : frozenset of str
        Bundles of which not everything can be served.
    footings : pair of Footing or None
        From which each step can be solved again quickly.
    """

    chosen: Bools
    is_first: Bools
    first: Solution
    second: Solution
    bundles: frozenset[str]
    footings: tuple[Footing | None, Footing | None] = (None, None)

    def value(self, model: Model) -> tuple[float, float]:
        """Return what the choice is worth.

        Parameters
        ----------
        model : Model
            With the values of the pairs.

        Returns
        -------
        first, further : float
            Of the pairs for the least head-counts, and of the others.
        """
        return float(model.value[self.is_first].sum()), float(model.value[self.chosen & ~self.is_first].sum())


def choose(
    candidates: Candidates,
    model: Model,
    wishes: Wishes,
    *,
    objective: str = "total",
    fair_depth: int = 1,
    start: Choice | None = None,
) -> Choice:
    """Choose pairs in two steps.

    The first step serves needs at their least head-count, each as it asks or not at all, at the highest total value. The
    second keeps that and adds people up to the most each need can use, and whoever can help a need that could not be
    served as it asks. So nobody is a third pair of hands while another need has none.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    model : Model
        The same as a problem.
    wishes : Wishes
        What people asked for.
    objective : {"total", "fair"}, default="total"
        Of the first step.
    fair_depth : int, default=1
        How many of the worst-served needs are raised.
    start : Choice, optional
        An earlier choice over the same pairs, to start from.

    Returns
    -------
    choice : Choice
    """
    step = FirstStep(candidates, model, wishes, objective, fair_depth)
    first, footing = step.solve(frozenset(), start.footings[0] if start else None)
    open_bundles = _incomplete(step.bundles, first, model)
    forced: frozenset[str] = frozenset()
    for name in sorted(open_bundles):
        if not step.can_complete(name):
            continue
        tried, its = step.solve(forced | {name}, footing)
        if not tried.violations:
            forced, first, footing = forced | {name}, tried, its
    second, further = _second_step(model, wishes, first, start.footings[1] if start else None)
    broken = _incomplete(step.bundles, first, model)
    chosen = second.chosen
    return Choice(chosen, chosen & first.chosen, first, second, frozenset(broken), (footing, further))


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
    """

    candidates: Candidates
    model: Model
    wishes: Wishes
    objective: str
    fair_depth: int

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

    def demand(self, forced: Iterable[str], *, with_teams: bool = True) -> tuple[Ints, Ints, Bools]:
        """Return the head-counts of the step.

        Parameters
        ----------
        forced : iterable of str
            Bundles that are served whole.
        with_teams : bool, default=True
            Whether needs of which somebody is pinned keep their team.

        Returns
        -------
        low, high : ndarray of int, shape (n_needs,)
        optional : ndarray of bool, shape (n_needs,)
            Needs that are served as they ask or not at all.
        """
        model, wishes = self.model, self.wishes
        pins = np.bincount(model.need[self.pinned], minlength=model.shape[0])
        kept = np.bincount(model.need[wishes.kept & wishes.extra], minlength=model.shape[0])
        usable = np.bincount(model.need[~wishes.forbidden], minlength=model.shape[0])
        hopeless = model.lacking | (usable < model.least)
        low = np.where(hopeless, 0, model.least)
        high = np.maximum(low, pins)
        high = np.maximum(high, np.minimum(high + kept, model.most))
        with_team = self._teamed() if with_teams else self._teamed() & ~self._pinned_teams()
        # a team may need more heads than the least to bring everything, one for each part and no more
        parts = np.array([len(each) for each in self.candidates.parts], dtype=np.int64)
        whole = np.minimum(np.maximum(model.least, parts), model.most)
        high = np.where(with_team & ~hopeless & (model.least > 0), np.maximum(high, whole), high)
        optional = np.ones(model.shape[0], dtype=np.bool_)
        # whoever has accepted comes, even if the others of the team cannot be found
        soft = (pins > 0) & ~with_team
        low, optional = np.where(soft, np.minimum(pins, low), low), optional & ~soft
        for name in forced:
            rows = self.bundles[name]
            low[rows], optional[rows] = np.maximum(model.least[rows], 0), False
        return low, np.maximum(high, low), optional

    def solve(self, forced: frozenset[str], footing: Footing | None) -> tuple[Solution, Footing | None]:
        """Solve the step.

        Parameters
        ----------
        forced : frozenset of str
            Bundles that are served whole.
        footing : Footing or None
            Of the same pairs, to solve again from.

        Returns
        -------
        solution : Solution
        footing : Footing or None
        """
        low, high, optional = self.demand(forced)
        settled = self._settled(low, high, optional, footing)
        found = settled.solution if settled else solve_problem(self._problem(low, high, optional))
        if found.violations and not forced and self._pinned_teams().any():
            # whoever has accepted comes, even where the rest of the team cannot be had beside all other settled work
            low, high, optional = self.demand(forced, with_teams=False)
            found = solve_problem(self._problem(low, high, optional, with_teams=False))
        fair = not found.violations and self.objective == "fair"
        return self._fair(found, low, high) if fair else found, settled.footing if settled else footing

    def solve_like(self, footing: Footing | None) -> Solution:
        """Solve the step for a problem with more partners than the one whose prices are known.

        Parameters
        ----------
        footing : Footing or None
            Of the smaller problem.

        Returns
        -------
        solution : Solution
        """
        low, high, optional = self.demand(frozenset())
        problem = self._problem(low, high, optional, with_places=False)
        settled = settle(problem, like=footing, groups=self._places_beyond(low))
        return settled.solution if settled else solve_problem(self._problem(low, high, optional))

    def _settled(self, low: Ints, high: Ints, optional: Bools, footing: Footing | None) -> Settled | None:
        change = Change(
            weight=self._value(),
            demand=(low, high),
            optional=optional,
            pinned=self.pinned,
            forbidden=self.wishes.forbidden & ~self.pinned,
            groups=self._places_beyond(low),
        )
        again = solve_again(footing, change) if footing else None
        if again is not None:
            return again
        problem = self._problem(low, high, optional, with_places=False)
        return settle(problem, groups=self._places_beyond(low))

    def _teamed(self) -> Bools:
        with_team = np.zeros(self.model.shape[0], dtype=np.bool_)
        with_team[[int(self.model.need[edges[0]]) for edges, _ in self.model.teams]] = True
        return with_team

    def _pinned_teams(self) -> Bools:
        return self._teamed() & (np.bincount(self.model.need[self.pinned], minlength=self.model.shape[0]) > 0)

    def _fair(self, served: Solution, low: Ints, high: Ints) -> Solution:
        """Raise the worst-served of the needs that the highest total serves; which these are stays as it is.

        Were needs free to fall out, the floor would be zero wherever two of them compete for one person.
        """
        model = self.model
        got = np.bincount(model.need[served.chosen], minlength=model.shape[0])
        low, high = np.where(got > 0, np.minimum(low, got), 0), np.where(got > 0, high, 0)
        if self.fair_depth == 1:
            quick = self._at_highest_floor(low, high)
            if quick is not None:
                return quick
        problem = self._problem(low, high, got == 0)
        return solve_problem(problem, objective="fair", fair_depth=self.fair_depth)

    def _at_highest_floor(self, low: Ints, high: Ints) -> Solution | None:
        """Try the floor that no choice can exceed: what the best pairs of each need alone would give it.

        Pairs that are out of the question at that floor are left out. If what is then best in total keeps the floor,
        it is the fair choice; else nothing is known and the search has to decide.
        """
        model, value = self.model, self._value()
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
        found = solve_problem(problem)
        got = np.bincount(model.need[found.chosen], weights=value[found.chosen], minlength=model.shape[0])
        if found.violations or any(got[row] < floor * high[row] - _SLACK for row in rows):
            return None
        return dataclasses.replace(found, method=f"fair: highest floor {floor:.6g} reached; {found.method}")

    def _value(self) -> Floats:
        value, wishes = with_change_cost(self.model.value, self.wishes), self.wishes
        # a place beyond the least is no claim in this step: only the cost of taking it away again counts
        return np.where(wishes.kept & wishes.extra, wishes.change_cost, value)

    def _problem(
        self,
        low: Ints,
        high: Ints,
        optional: Bools,
        *,
        keep: Bools | None = None,
        with_teams: bool = True,
        with_places: bool = True,
    ) -> Problem:
        loose = self._pinned_teams() & (not with_teams)
        teams = [team for team in self.model.teams if not loose[self.model.need[team[0][0]]]]
        forbidden = self.wishes.forbidden if keep is None else self.wishes.forbidden | ~keep
        return as_problem(
            dataclasses.replace(self.model, teams=tuple(teams)),
            value=self._value(),
            demand=(low, high),
            pinned=self.pinned,
            forbidden=forbidden & ~self.pinned,
            optional=optional,
            more_groups=self._places_beyond(low) if with_places else (),
        )

    def _places_beyond(self, low: Ints) -> list[tuple[Ints, float, float]]:
        """Leave the places beyond the least, where an earlier plan had them, to those who were told so."""
        extra = self.wishes.kept & self.wishes.extra
        groups = []
        for row in np.unique(self.model.need[extra]):
            others = np.flatnonzero((self.model.need == row) & ~extra)
            pins = int(self.pinned[others].sum())
            groups.append((others, 0.0, float(max(int(low[row]), pins))))
        return groups


def with_change_cost(value: Floats, wishes: Wishes) -> Floats:
    """Return what pairs are worth when telling people something new has its price.

    Parameters
    ----------
    value : ndarray of float, shape (n_edges,)
        Of the pairs alone.
    wishes : Wishes
        With the pairs that people have been told of.

    Returns
    -------
    value : ndarray of float, shape (n_edges,)
        ``value + cost`` for kept pairs, ``max(value - cost, value / 10)`` for new ones.
    """
    cost = wishes.change_cost
    if not cost:
        return value
    return np.where(wishes.kept, value + cost, np.maximum(value - cost, _LEAST_WORTH * value))


def _incomplete(bundles: Mapping[str, Ints], solution: Solution, model: Model) -> set[str]:
    got = np.bincount(model.need[solution.chosen], minlength=model.shape[0])
    return {name for name, rows in bundles.items() if (got[rows] < model.least[rows]).any()}


def _second_step(
    model: Model, wishes: Wishes, first: Solution, footing: Footing | None
) -> tuple[Solution, Footing | None]:
    nothing = np.zeros(model.shape[0], dtype=np.int64)
    got = np.bincount(model.need[first.chosen], minlength=model.shape[0])
    value, demand = with_change_cost(model.value, wishes), (nothing, np.maximum(model.most, got))
    forbidden = wishes.forbidden & ~first.chosen
    if footing is not None:
        nobody = np.zeros(model.shape[0], dtype=np.bool_)
        change = Change(weight=value, demand=demand, optional=nobody, pinned=first.chosen, forbidden=forbidden)
        settled = solve_again(footing, change)
        if settled is not None:
            return settled
    problem = as_problem(model, value=value, demand=demand, pinned=first.chosen, forbidden=forbidden, with_teams=False)
    settled = settle(problem)
    return settled or (solve_problem(problem), None)


def edges_mask(model: Model, edges: Iterable[int]) -> NDArray[np.bool_]:
    """Return a mask over the pairs.

    Parameters
    ----------
    model : Model
        With its pairs.
    edges : iterable of int
        Positions.

    Returns
    -------
    mask : ndarray of bool, shape (n_edges,)
    """
    mask = np.zeros(model.need.size, dtype=np.bool_)
    mask[list(edges)] = True
    return mask
