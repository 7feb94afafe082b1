"""What one more person would change: the plan's first step solved again with somebody who is not on the register."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from matching.assign import Solution
from matching.planning.candidates import Candidates
from matching.planning.first_step import FirstStep, whole_needs
from matching.planning.licensing import fold_licence, stated_requirements
from matching.planning.model import Ints, Model, capacities_of, teams_of, urgency_weights
from matching.planning.priced import is_large
from matching.planning.proposal import Proposal
from matching.planning.teams import TeamPart
from matching.planning.wishes import Wishes
from matching.records import Kind, NeedStatus

# Solving the first step anew takes seconds where more pairs are allowed.
QUICK_PAIRS = 10_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """One more person: what he can do, and at which needs he could do it.

    Attributes
    ----------
    place : int or None
        Skill, on the axis of the taxonomy; None for work that asks for none.
    licences : tuple of str
        That he holds.
    """

    place: int | None
    licences: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Unlocked:
    """What a newcomer changes.

    Attributes
    ----------
    needs : tuple of int
        Rows that are served as they ask with him and were not.
    gain : float
        What the first step is worth more.
    """

    needs: tuple[int, ...]
    gain: float


class Recruiting:
    """The first step of a plan, ready to be solved again with one more person.

    Parameters
    ----------
    plan : Proposal
        Any.
    """

    def __init__(self, plan: Proposal) -> None:
        working = plan.working
        self._plan, self._model = plan, working.model
        self._wishes = dataclasses.replace(
            working.wishes, pinned=working.wishes.pinned | (working.model.locked & ~working.wishes.forbidden)
        )
        self._worth = plan.proof.score_total / max(len(plan.assignments), 1) or 1.0
        step = FirstStep(working.candidates, working.model, self._wishes, "total", 1)
        # what is whole stays whole
        self._forced = frozenset(step.bundles) - working.choice.bundles
        # a large district's first step is never solved again here: its prices are what there is
        is_known = is_large(working.model) or (working.objective == "total" and not working.choice.asked)
        footing = working.choice.footings[0]
        self._before = working.choice.first if is_known else step.solve(self._forced, footing)[0]
        self._met = whole_needs(working.model, self._before.chosen)

    def rows_for(self, newcomer: Newcomer, always: Sequence[int] = ()) -> tuple[int, ...]:
        """List the needs that a newcomer could serve.

        Parameters
        ----------
        newcomer : Newcomer
            With his skill and licences.
        always : sequence of int
            Needs that he is wanted for.

        Returns
        -------
        rows : tuple of int
        """
        candidates, held = self._plan.candidates, {fold_licence(name) for name in newcomer.licences}
        rows = set(always)
        for row, need in enumerate(candidates.profiles.needs):
            places = {found.place for found in candidates.profiles.wanted[row]}
            stated = () if need.is_team else stated_requirements(need, candidates.sides.licence_names)
            is_open = need.status not in {NeedStatus.DONE, NeedStatus.CANCELLED} and not candidates.works[row].is_over
            brings = int(self._model.most[row]) > 1 or not need.resources
            if newcomer.place in places and is_open and brings and all(held & set(names) for names in stated):
                rows.add(row)
        return tuple(sorted(row for row in rows if self._model.most[row] > 0))

    def estimate(self, rows: Sequence[int]) -> float:
        """Return what a newcomer would add by the prices alone.

        Parameters
        ----------
        rows : sequence of int
            Needs that he could serve.

        Returns
        -------
        gain : float
            His best needs at what they are worth above the price of a head; overlaps and teams are left out.
        """
        value = self._worth * urgency_weights(self._plan.candidates)[list(rows)]
        above = np.sort(np.maximum(value - np.maximum(self._before.need_price[list(rows)], 0.0), 0.0))[::-1]
        most = self._plan.candidates.policy.kinds[Kind.VOLUNTEER].most_needs
        return float(above[:most].sum())

    def unlocked_by_each(self, kinds: Sequence[tuple[Newcomer, Sequence[int]]]) -> tuple[Unlocked | None, ...]:
        """Solve the first step again with each of several newcomers.

        Parameters
        ----------
        kinds : sequence of (newcomer, rows)
            One more person of a kind, free whenever he is wanted, who takes on what the policy allows a volunteer; and the
            needs that he could serve, each at the plan's mean score.

        Returns
        -------
        unlocked : tuple of (Unlocked or None)
            Of each alone. Exact: others move where that helps; bundles that are whole stay so. None where many pairs are
            allowed and prices leave too many of them to look at.
        """
        asked = [(newcomer, np.array(rows, dtype=np.int64)) for newcomer, rows in kinds]
        model, candidates = self._with_people(asked)
        n_old, sizes = self._model.need.size, [rows.size for _, rows in asked]
        whose = np.concatenate([np.full(n_old, -1), np.repeat(np.arange(len(asked)), sizes)])
        # all stand in one problem from the first: to let one of them in is then to lift a ban
        nobody = self._step(model, candidates, whose, -1)
        known = np.concatenate([self._before.chosen, np.zeros(whose.size - n_old, dtype=np.bool_)])
        footing = nobody.footing(self._forced, known)
        found: list[Unlocked | None] = []
        for at in range(len(asked)):
            if not sizes[at]:
                found.append(Unlocked((), 0.0))
                continue
            step = self._step(model, candidates, whose, at)
            solution = step.again(self._forced, footing) if footing else None
            if solution is None and n_old <= QUICK_PAIRS:
                solution, _ = step.solve(self._forced, None)
            found.append(None if solution is None else self._unlocked(model, solution))
        return tuple(found)

    def _unlocked(self, model: Model, solution: Solution) -> Unlocked:
        met = whole_needs(model, solution.chosen)
        gain = max(0.0, float(solution.total) - float(self._before.total))
        return Unlocked(tuple(np.flatnonzero(met & ~self._met).tolist()), gain)

    def _step(self, model: Model, candidates: Candidates, whose: Ints, at: int) -> FirstStep:
        """State the first step with one of the newcomers."""
        nothing = np.zeros(whose.size - self._model.need.size, dtype=np.bool_)
        wishes = Wishes(
            pinned=np.concatenate([self._wishes.pinned, nothing]),
            forbidden=np.concatenate([self._wishes.forbidden, nothing]) | ((whose >= 0) & (whose != at)),
            kept=np.concatenate([self._wishes.kept, nothing]),
            extra=np.concatenate([self._wishes.extra, nothing]),
            change_cost=self._wishes.change_cost,
        )
        return FirstStep(candidates, model, wishes, "total", 1)

    def _with_people(self, asked: Sequence[tuple[Newcomer, Ints]]) -> tuple[Model, Candidates]:
        candidates, old = self._plan.candidates, self._model
        kind = candidates.policy.kinds[Kind.VOLUNTEER]
        rows = np.concatenate([theirs for _, theirs in asked])
        who = np.repeat(np.arange(len(asked)), [theirs.size for _, theirs in asked])
        hours = np.array([candidates.works[row].hours for row in rows])
        many = np.full(len(asked), kind.most_needs), np.full(len(asked), kind.hours)
        load, capacity, groups = capacities_of(who, hours, *many)
        first, n_old = old.need.size, old.shape[1]
        parts = tuple(
            tuple(
                dataclasses.replace(
                    part,
                    covers=np.append(part.covers, [_covers(candidates, row, part, newcomer) for newcomer, _ in asked]),
                )
                for part in each
            )
            for row, each in enumerate(candidates.parts)
        )
        need, partner = np.concatenate([old.need, rows]), np.concatenate([old.partner, n_old + who])
        teams, lacking = teams_of(parts, need, partner)
        model = dataclasses.replace(
            old,
            need=need,
            partner=partner,
            value=np.concatenate([old.value, self._worth * urgency_weights(candidates)[rows]]),
            load=np.concatenate([old.load, load]),
            capacity=np.concatenate([old.capacity, capacity]),
            groups=(*old.groups, *((first + edges, low, high) for edges, low, high in groups)),
            teams=teams,
            lacking=lacking,
            locked=np.concatenate([old.locked, np.zeros(rows.size, dtype=np.bool_)]),
        )
        return model, dataclasses.replace(candidates, parts=parts)


def _covers(candidates: Candidates, row: int, part: TeamPart, newcomer: Newcomer) -> bool:
    if part.kind == "licence":
        return fold_licence(part.name) in {fold_licence(name) for name in newcomer.licences}
    asked = candidates.profiles.fit.asked[row]
    return part.kind == "skill" and newcomer.place in {found.place for found in asked if found.words == part.name}
