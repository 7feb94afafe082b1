"""What a course brought, on four levels: reaction, learning, behaviour, results. No rate without its denominator."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from matching.labels import Language, label
from matching.records import Course, Outcome, Result, ServiceRecord, TrainingRecords, mask_text
from matching.records.reversals import standing_facts
from matching.training.competence import names_or_ids
from matching.training.facts import TrainingFacts
from matching.training.hours import credits_of
from matching.training.policy import TrainingPolicy, read_training_policy

_GOOD = 4  # a form of at least this much out of five speaks well of a course


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """So many of so many.

    Attributes
    ----------
    count, of : int
        ``0 <= count <= of``.
    """

    count: int
    of: int

    def text(self, *, small: float) -> str:
        """Write the share: with a percentage only where there are enough people to speak of one.

        Parameters
        ----------
        small : float
            With fewer people than this there is no percentage.

        Returns
        -------
        words : str

        Examples
        --------
        >>> Share(3, 4).text(small=5), Share(6, 8).text(small=5), Share(0, 0).text(small=5)
        ('3/4', '6/8（75%）', '—')
        """
        if not self.of:
            return "—"
        written = f"{self.count}/{self.of}"
        return written if self.of < small else f"{written}（{self.count / self.of:.0%}）"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CourseEvaluation:
    """A course on Kirkpatrick's four levels, as far as the facts tell.

    Attributes
    ----------
    course : Course
    attended : int
        People credited with hours of it.
    answered : Share
        Forms of those who attended.
    pleased : Share
        Forms of at least four out of five.
    rose : Share
        Of those assessed before and after in a competency that the course exercises: whose level is higher afterwards.
    serves_more : Share
        Of those who are partners too and whose time after the course is over: who served more often in the days after than before.
    services : tuple of int
        Services of those people before and after.
    outcomes : Share
        Of those who attended: who has an outcome since.

    References
    ----------
    D. L. Kirkpatrick, J. D. Kirkpatrick, "Evaluating Training Programs: The Four Levels", 3rd ed., Berrett-Koehler 2006.
    """

    course: Course
    attended: int
    answered: Share
    pleased: Share
    rose: Share
    serves_more: Share
    services: tuple[int, int]
    outcomes: Share


def evaluate_courses(
    training: TrainingRecords,
    *,
    as_of: dt.date,
    services: Sequence[ServiceRecord] = (),
    policy: TrainingPolicy | None = None,
) -> tuple[CourseEvaluation, ...]:
    """Evaluate every course that is over.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts.
    as_of : date
        Later facts do not count.
    services : sequence of ServiceRecord, optional
        Of the district, for the level of behaviour.
    policy : TrainingPolicy, optional
        ``behaviour_days``; the packaged one by default.

    Returns
    -------
    evaluations : tuple of CourseEvaluation
        The latest course first.
    """
    used = policy or read_training_policy()
    facts = TrainingFacts(training, as_of)
    attended = _attended(facts, policy=used)
    days = _service_days(services, as_of)
    over = [each for each in training.courses if each.windows and _last_day(each) <= as_of]
    made = [_evaluate(facts, each, attended.get(each.course_id, ()), days, used) for each in over]
    return tuple(sorted(made, key=lambda each: (_last_day(each.course), each.course.course_id), reverse=True))


def evaluation_table(
    evaluations: Sequence[CourseEvaluation], *, policy: TrainingPolicy | None = None, language: Language = "zh"
) -> pd.DataFrame:
    """Return evaluations for people to read.

    Parameters
    ----------
    evaluations : sequence of CourseEvaluation
        As `evaluate_courses` returns them.
    policy : TrainingPolicy, optional
        ``small_number``; the packaged one by default.
    language : {"zh", "en"}, default="zh"
        Of the headers.

    Returns
    -------
    table : DataFrame
        Every rate with its denominator; a percentage only where there are enough people.
    """
    small = (policy or read_training_policy())["small_number"]
    names = (
        "course_id",
        "course",
        "on",
        "attended",
        "answered",
        "pleased",
        "rose",
        "serves_more",
        "services",
        "outcomes",
    )
    rows = [
        (
            each.course.course_id,
            mask_text(each.course.name),
            _last_day(each.course).isoformat(),
            each.attended,
            *(s.text(small=small) for s in (each.answered, each.pleased, each.rose, each.serves_more)),
            f"{each.services[0]} → {each.services[1]}" if each.serves_more.of else "—",
            each.outcomes.text(small=small),
        )
        for each in evaluations
    ]
    return pd.DataFrame(rows, columns=[label(f"training.evaluation.{name}", language=language) for name in names])


def _last_day(course: Course) -> dt.date:
    return max(window.start.date() for window in course.windows)


def _first_day(course: Course) -> dt.date:
    return min(window.start.date() for window in course.windows)


def _attended(facts: TrainingFacts, *, policy: TrainingPolicy) -> Mapping[str, tuple[str, ...]]:
    people: dict[str, list[str]] = defaultdict(list)
    for person_id in facts.attendances:
        for credit in credits_of(facts, person_id, policy=policy):
            if credit.hours > 0:
                people[credit.source_id].append(person_id)
    return {course_id: tuple(sorted(each)) for course_id, each in people.items()}


def _service_days(services: Iterable[ServiceRecord], as_of: dt.date) -> Mapping[str, list[dt.date]]:
    days: dict[str, list[dt.date]] = defaultdict(list)
    for each in standing_facts(services):
        if each.result is Result.COMPLETED and each.date is not None and each.date <= as_of:
            days[each.partner_id].append(each.date)
    return days


def _evaluate(
    facts: TrainingFacts,
    course: Course,
    people: Sequence[str],
    days: Mapping[str, list[dt.date]],
    policy: TrainingPolicy,
) -> CourseEvaluation:
    forms = facts.course_reviews.get(course.course_id, ())
    serves_more, services = _behaviour(facts, course, people, days, policy)
    return CourseEvaluation(
        course=course,
        attended=len(people),
        answered=Share(min(len(forms), len(people)), len(people)),
        pleased=Share(sum(form.overall >= _GOOD for form in forms), len(forms)),
        rose=_learning(facts, course, people),
        serves_more=serves_more,
        services=services,
        outcomes=Share(sum(bool(_since(facts.outcomes.get(who, ()), course)) for who in people), len(people)),
    )


def _since(outcomes: Sequence[Outcome], course: Course) -> list[Outcome]:
    return [each for each in outcomes if each.date is not None and each.date > _last_day(course)]


def _learning(facts: TrainingFacts, course: Course, people: Sequence[str]) -> Share:
    """Compare the last level before a course with the last one after it, in what the course exercises."""
    exercised = set(names_or_ids(course.competencies, facts.training.competencies))
    rose = known = 0
    for who in people:
        before: dict[str, int] = {}
        after: dict[str, int] = {}
        for each in facts.assessments.get(who, ()):
            if each.competency_id in exercised and each.date is not None:
                if each.date < _first_day(course):
                    before[each.competency_id] = each.level
                elif each.date > _last_day(course) and (each.evidence or "").strip():
                    after[each.competency_id] = each.level
        both = before.keys() & after.keys()
        known += bool(both)
        rose += any(after[name] > before[name] for name in both)
    return Share(rose, known)


def _behaviour(
    facts: TrainingFacts,
    course: Course,
    people: Sequence[str],
    days: Mapping[str, list[dt.date]],
    policy: TrainingPolicy,
) -> tuple[Share, tuple[int, int]]:
    span = dt.timedelta(days=int(policy["behaviour_days"]))
    first, last = _first_day(course), _last_day(course)
    if last + span > facts.as_of:
        return Share(0, 0), (0, 0)
    known = more = total_before = total_after = 0
    for who in people:
        person = facts.training.people.get(who)
        if person is None or not person.partner_id:
            continue
        served = days.get(person.partner_id, [])
        before = sum(first - span <= day < first for day in served)
        after = sum(last < day <= last + span for day in served)
        known += 1
        more += after > before
        total_before, total_after = total_before + before, total_after + after
    return Share(more, known), (total_before, total_after)
