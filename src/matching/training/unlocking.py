"""What training would make possible: a trainee with a new skill or licence is a candidate at once, and the plan is solved again."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import pandas as pd

from matching.labels import Language, label
from matching.planning import Plan, Shortage, list_shortages, score, solve
from matching.planning.shown import shown
from matching.records import Community, Course, Level, Licence, Partner, SkillClaim, Specialist, Volunteer, worded_table

Taught = TypeVar("Taught", bound=Partner)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Who learns what.

    Attributes
    ----------
    person_id, name : str
        The trainee; one who is no partner yet becomes one of that identifier: a specialist with a licence, else a volunteer.
    skills, licences : tuple of str
        What is learned, by name.
    community : str or None
        Where the trainee works.
    birth_date : date or None
        Some needs ask for an age.
    """

    person_id: str
    name: str
    skills: tuple[str, ...]
    licences: tuple[str, ...] = ()
    community: str | None = None
    birth_date: dt.date | None = None


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """What training changes, by solving the whole district again.

    Attributes
    ----------
    gains : tuple of Gain
        Who learned what.
    candidates : tuple of (person_id, need_id)
        Open needs for which no rule blocks the trainee now, and did before.
    now_met, now_unmet : tuple of str
        Needs that are met now and were not, and the other way round.
    met_before, met_after : int
        Needs met.
    value_before, value_after : float
        Total value of the plan.
    before, after : Plan
        Both plans.
    """

    gains: tuple[Gain, ...]
    candidates: tuple[tuple[str, str], ...]
    now_met: tuple[str, ...]
    now_unmet: tuple[str, ...]
    met_before: int
    met_after: int
    value_before: float
    value_after: float
    before: Plan
    after: Plan

    def sentence(self, *, language: Language = "zh") -> str:
        """Say in one sentence what training would make possible.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return label(
            "training.unlocking.sentence",
            language=language,
            people=len({each.person_id for each in self.gains}),
            candidates=len({need for _, need in self.candidates}),
            before=self.met_before,
            after=self.met_after,
            now_met="、".join(self.now_met) or "—",
            gain=f"{self.value_after - self.value_before:+.2f}",
        )

    def __str__(self) -> str:
        return self.sentence()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainingWish:
    """A shortage of the district and how training could meet it.

    Attributes
    ----------
    shortage : Shortage
        What is missing.
    courses : tuple of Course
        Courses in the register that teach the skill or lead to the licence; empty where one has to be opened.
    """

    shortage: Shortage
    courses: tuple[Course, ...]


def wish_training(plan: Plan, courses: Iterable[Course]) -> tuple[TrainingWish, ...]:
    """List the training that would remove most shortages first.

    Parameters
    ----------
    plan : Plan
        Of the district.
    courses : iterable of Course
        The register.

    Returns
    -------
    wishes : tuple of TrainingWish
        In the order of what one more person would add.
    """
    catalogue = tuple(courses)
    return tuple(
        TrainingWish(shortage=each, courses=tuple(course for course in catalogue if _teaches(course, each)))
        for each in list_shortages(plan)
    )


def wishes_table(wishes: Sequence[TrainingWish], *, language: Language = "zh") -> pd.DataFrame:
    """Return wished training as a table.

    Parameters
    ----------
    wishes : sequence of TrainingWish
        As `wish_training` returns them.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
    """
    to_open = label("training.unlocking.to_open", language=language)
    rows = [
        [
            each.shortage.skill, "、".join(each.shortage.licences), each.shortage.people_short, len(each.shortage.unlocks),
            f"{each.shortage.gain:.2f}", "、".join(course.name for course in each.courses) or to_open,
        ]
        for each in wishes
    ]  # fmt: skip
    columns = ("skill", "licences", "people_short", "unlocks", "gain", "courses")
    return worded_table("training.unlocking.column", columns, rows, language=language)


def unlock_needs(plan: Plan, gains: Iterable[Gain], *, valid_from: dt.date | None = None) -> Unlocked:
    """Solve the district again as if trainees had what a training leads to.

    Parameters
    ----------
    plan : Plan
        As it is without the training.
    gains : iterable of Gain
        Who learns what.
    valid_from : date, optional
        From when the licences hold; the day of the plan by default.

    Returns
    -------
    unlocked : Unlocked
        With both plans; the district itself is not changed.
    """
    learned = tuple(gains)
    old = plan.candidates
    community = with_gains(old.community, learned, valid_from=valid_from or plan.as_of)
    candidates = score(community, as_of=plan.as_of, weights=old.weights, policy=old.policy)
    after = solve(candidates)
    met_before, met_after = _met(plan), _met(after)
    found = []
    for person_id in dict.fromkeys(each.person_id for each in learned):
        column = candidates.partner_index(person_id)
        known = person_id in old.profiles.positions
        for row, need in enumerate(candidates.profiles.needs):
            was = known and bool(old.is_eligible[old.need_index(need.need_id), old.partner_index(person_id)])
            if candidates.is_eligible[row, column] and not was:
                found.append((person_id, need.need_id))
    return Unlocked(
        gains=learned,
        candidates=tuple(found),
        now_met=tuple(sorted(met_after - met_before)),
        now_unmet=tuple(sorted(met_before - met_after)),
        met_before=len(met_before),
        met_after=len(met_after),
        value_before=plan.proof.total,
        value_after=after.proof.total,
        before=plan,
        after=after,
    )


def _met(plan: Plan) -> frozenset[str]:
    """Return the needs that are served as they ask."""
    served = {each.need_id for each in plan.assignments}
    return frozenset(served - {each.need_id for each in plan.unmet})


def with_gains(community: Community, gains: Iterable[Gain], *, valid_from: dt.date) -> Community:
    """Return the district as it would be if trainees had what a training leads to.

    Parameters
    ----------
    community : Community
        The district.
    gains : iterable of Gain
        Who learns what.
    valid_from : date
        From when the licences hold.

    Returns
    -------
    community : Community
        With new licences, and with skills added to partners or new volunteers.
    """
    volunteers = {each.partner_id: each for each in community.volunteers}
    specialists = {each.partner_id: each for each in community.specialists}
    licences = list(community.licences)
    for gain in gains:
        claims = tuple(SkillClaim(name, Level.LICENSED if gain.licences else Level.PRACTISES) for name in gain.skills)
        if gain.person_id in volunteers:
            volunteers[gain.person_id] = _taught(volunteers[gain.person_id], claims)
        elif gain.person_id in specialists:
            specialists[gain.person_id] = _taught(specialists[gain.person_id], claims)
        else:
            known: dict[str, Any] = {
                "partner_id": gain.person_id, "name": gain.name, "community": gain.community, "skills": claims,
                "consent": True, "is_insured": True, "birth_date": gain.birth_date,
            }  # fmt: skip
            if gain.licences:
                specialists[gain.person_id] = Specialist(**known)
            else:
                volunteers[gain.person_id] = Volunteer(**known)
        for number, name in enumerate(gain.licences, start=1):
            key = f"LT-{gain.person_id}-{len(licences)}-{number}"
            licences.append(Licence(licence_id=key, partner_id=gain.person_id, name=name, valid_from=valid_from))
    return community.replace(
        volunteers=tuple(volunteers.values()), specialists=tuple(specialists.values()), licences=tuple(licences)
    )


def _taught(person: Taught, claims: tuple[SkillClaim, ...]) -> Taught:
    names = {claim.name for claim in claims}
    kept = tuple(claim for claim in person.skills if claim.name not in names)
    return dataclasses.replace(person, skills=(*kept, *claims))


def _teaches(course: Course, shortage: Shortage) -> bool:
    by_licence = course.licence is not None and course.licence in shortage.licences
    return by_licence or (shortage.skill in course.skills and not shortage.licences)
