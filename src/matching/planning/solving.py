"""The choice itself, in two proved steps: first the least head-count of every need, then further people."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from matching.assign import Problem, Solution
from matching.assign import solve as solve_problem
from matching.assign.again import Ground, settle, solve_again
from matching.assign.footing import Change
from matching.planning.candidates import Candidates
from matching.planning.consistency import keep_consistent
from matching.planning.first_step import FirstStep, whole_needs
from matching.planning.model import Bools, Model, as_problem
from matching.planning.wishes import Wishes, with_change_cost

_SLACK = 1e-9


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
    footings : pair of Ground or None
        From which each step can be solved again quickly.
    asked : tuple of (edge, is_beside)
        Pinned pairs that need not fill the least head-count of their need, and whether they are further people.
    is_fewest : bool or None
        Whether it is proved that no plan worth as much tells fewer people something new; None where nobody was asked.
    """

    chosen: Bools
    is_first: Bools
    first: Solution
    second: Solution
    bundles: frozenset[str]
    footings: tuple[Ground | None, Ground | None] = (None, None)
    asked: tuple[tuple[int, bool], ...] = ()
    is_fewest: bool | None = None

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
    is_stricter: bool = False,
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
    is_stricter : bool, default=False
        Whether nothing is different from `start` but that more is pinned: then no first step is worth more than its own.

    Returns
    -------
    choice : Choice
    """
    step = FirstStep(candidates, model, wishes, objective, fair_depth)
    least = choose_least(step, start, is_stricter=is_stricter)
    second, further = _second_step(model, wishes, least.solution, start.footings[1] if start else None)
    is_first = second.chosen & least.step.fills_least(least.solution.chosen)
    footings = least.footing, further
    return Choice(second.chosen, is_first, least.solution, second, least.broken, footings, tuple(least.asked.items()))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Least:
    """The first step as it was chosen.

    Attributes
    ----------
    step : FirstStep
        With the pinned pairs that turned out to be further people, and the needs that have to be whole.
    solution : Solution
    footing : Ground or None
        From which it can be solved again.
    asked : mapping of int to bool
        Pinned pairs that need not fill the least head-count of their need, and whether they are further people.
    forced : frozenset of str
        Bundles that are served whole.
    broken : frozenset of str
        Bundles of which not everything can be served.
    """

    step: FirstStep
    solution: Solution
    footing: Ground | None
    asked: Mapping[int, bool]
    forced: frozenset[str]
    broken: frozenset[str]


def choose_least(step: FirstStep, start: Choice | None = None, *, is_stricter: bool = False) -> Least:
    """Choose pairs for the least head-counts, bundles whole where that can be.

    Parameters
    ----------
    step : FirstStep
        What is asked.
    start : Choice, optional
        An earlier choice over the same pairs, to start from.
    is_stricter : bool, default=False
        Whether nothing is different from `start` but that more is pinned.

    Returns
    -------
    least : Least
    """
    step, first, footing, asked = _placed(step, start, is_stricter=is_stricter)
    open_bundles = _incomplete(step, first)
    forced = frozenset(step.bundles) - open_bundles
    for name in sorted(open_bundles):
        if not step.can_complete(name):
            continue
        # what is whole stays whole: one job is not broken for another
        tried = step.tried(forced | {name}, footing)
        if tried and name not in _incomplete(step, tried[0]):
            forced, (first, footing) = forced | {name}, tried
    return Least(step, first, footing, asked, forced, _incomplete(step, first))


def _placed(
    step: FirstStep, start: Choice | None, *, is_stricter: bool
) -> tuple[FirstStep, Solution, Ground | None, dict[int, bool]]:
    """Solve the first step, each pinned pair a further person where that leaves more to the least head-counts.

    What accepted people do fills the least head-count first. What a person pins need not: to ask for a seventh where six
    are wanted takes nobody's place. Pins are gone through one after the other; what was found for a pin stays.

    Pinned people come whether or not their need is served as it asks, but help this step only if it is. Where it is not, the step
    is solved again with that need served, and the better of the two is taken. Nothing is searched where the relaxation shows
    that it is no better.
    """
    known, footing = dict(start.asked) if start else {}, start.footings[0] if start else None
    asked = {edge: known.get(edge, True) for edge in step.may_be_beside()}
    now = dataclasses.replace(step, beside=_beside(step.model, asked))
    if start and is_stricter and _fits_beside(now, start):
        return now, dataclasses.replace(start.first, chosen=start.first.chosen | step.pinned), footing, asked
    found, its = now.solve(frozenset(), footing)
    most = step.worth(start.first) if start and is_stricter else np.inf
    for edge in [edge for edge in asked if edge not in known]:
        if not found.violations and now.worth(found) >= most - _SLACK:
            break
        row = int(step.model.need[edge])
        if not step.can_be_whole[row]:
            continue
        other = dataclasses.replace(step, beside=_beside(step.model, {**asked, edge: False}), whole=now.whole)
        if other.can_be_whole[row]:
            # where the need is not served as it asks, all that is possible so is possible with the pair beside it
            other = dataclasses.replace(other, whole=other.whole | {row})
        known_worth = -np.inf if found.violations else now.worth(found) + _SLACK
        tried = other.tried(frozenset(), its, above=known_worth)
        if tried and (found.violations or other.worth(tried[0]) > now.worth(found) + _SLACK):
            asked[edge], now, (found, its) = False, other, tried
    for row in now.asked_in_vain(found):
        other = dataclasses.replace(now, whole=now.whole | {row})
        known_worth = -np.inf if found.violations else now.worth(found) + _SLACK
        tried = other.tried(frozenset(), its, above=known_worth)
        if tried and (found.violations or other.worth(tried[0]) > now.worth(found) + _SLACK):
            now, (found, its) = other, tried
    return now, found, its, asked


def _fits_beside(step: FirstStep, start: Choice) -> bool:
    """Tell whether what is pinned in addition are further people who take nobody from the first step as it was."""
    more = step.pinned & ~start.first.chosen
    if start.first.violations or step.beside is None or (more & ~step.beside).any():
        return False
    edges = np.flatnonzero(start.first.chosen).tolist()
    _, dropped = keep_consistent(step.model, [*edges, *np.flatnonzero(more).tolist()])
    return not dropped


def _beside(model: Model, asked: Mapping[int, bool]) -> Bools | None:
    if not any(asked.values()):
        return None
    mask = np.zeros(model.need.size, dtype=np.bool_)
    mask[[edge for edge, is_beside in asked.items() if is_beside]] = True
    return mask


def _incomplete(step: FirstStep, found: Solution) -> frozenset[str]:
    """Name the bundles of which a need is not served as it asks."""
    whole = whole_needs(step.model, found.chosen)
    return frozenset(name for name, rows in step.bundles.items() if not whole[rows].all())


def _second_step(
    model: Model, wishes: Wishes, first: Solution, footing: Ground | None
) -> tuple[Solution, Ground | None]:
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
    problem = further_problem(model, wishes, first.chosen)
    settled = settle(problem)
    return settled or (solve_problem(problem), None)


def further_problem(model: Model, wishes: Wishes, chosen: Bools) -> Problem:
    """State the second step: what was chosen stays, and people are added up to the most that each need can use.

    Parameters
    ----------
    model : Model
        With the pairs.
    wishes : Wishes
        Over the same pairs.
    chosen : ndarray of bool, shape (n_edges,)
        In the first step.

    Returns
    -------
    problem : Problem
    """
    got = np.bincount(model.need[chosen], minlength=model.shape[0])
    return as_problem(
        model,
        value=with_change_cost(model.value, wishes),
        demand=(np.zeros(model.shape[0], dtype=np.int64), np.maximum(model.most, got)),
        pinned=chosen,
        forbidden=wishes.forbidden & ~chosen,
        with_teams=False,
    )
