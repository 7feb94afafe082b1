"""Hours of training: what counts, what is owed, and whether the pace will do."""

import dataclasses
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from matching.records import Attendance, Cadre, Course, PlacementEntry, Window
from matching.training.facts import TrainingFacts
from matching.training.hours_day import day_hours, day_leave, united_windows
from matching.training.hours_terms import HoursStanding, period_of, post_kinds, terms_of
from matching.training.policy import TrainingPolicy

PLACEMENT_CATEGORY = "跟班学习"
LEAVE_SLACK = 1e-6
"""The table holds a seventh as a decimal; exactly a seventh of leave does not void a course."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What one person is credited with for one course or placement.

    Attributes
    ----------
    source_id : str
        Of the course or placement.
    name : str
    category : str or None
    date : date
        The last day that counts.
    hours : float
        学时 credited; no hour twice.
    days : float
    leave_hours : float
    left_out : tuple of str
        Why hours that were recorded do not count: ``"leave"`` (beyond the share that voids a course), ``"repeated"`` (the same
        day on two sheets), ``"beyond_course"`` (more than the course has), ``"overlap"`` (at the same time as another course),
        ``"not_over"`` (a placement that is not over or not reviewed yet).
    recorded : float
        Hours as recorded, before anything was left out.
    """

    source_id: str
    name: str
    category: str | None
    date: dt.date
    hours: float
    days: float
    leave_hours: float
    left_out: tuple[str, ...]
    recorded: float


def credits_of(facts: TrainingFacts, person_id: str, *, policy: TrainingPolicy) -> tuple[Credit, ...]:
    """Return what a person is credited with, course by course and placement by placement.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    person_id : str
        Whose.
    policy : TrainingPolicy
        ``leave_share``.

    Returns
    -------
    credits : tuple of Credit
        In the order of days; the same whatever order the facts were entered in.

    References
    ----------
    干部教育培训工作条例 (2023): leave beyond a seventh of a course counts as withdrawal.
    """
    by_course: dict[str, list[Attendance]] = defaultdict(list)
    for each in facts.attendances.get(person_id, ()):
        if each.date is not None and each.course_id in facts.courses:
            by_course[each.course_id].append(each)
    taken: dict[dt.date, list[Window]] = {}
    found = [
        _course_credit(facts.courses[course_id], rows, facts.sessions[course_id], taken, policy)
        for course_id, rows in sorted(by_course.items(), key=lambda pair: (_first_day(pair[1]), pair[0]))
    ]
    found += _placement_credits(facts, person_id)
    return tuple(sorted(found, key=lambda each: (each.date, each.source_id)))


def standings_of(
    facts: TrainingFacts, cadre: Cadre, *, policy: TrainingPolicy, earned: Sequence[Credit] | None = None
) -> tuple[HoursStanding, ...]:
    """Return where a cadre stands against each rule that holds for the post.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadre : Cadre
        Who.
    policy : TrainingPolicy
        Rules by kind of post.
    earned : sequence of Credit, optional
        As `credits_of` returns them, where they are known already.

    Returns
    -------
    standings : tuple of HoursStanding
        In the order of the table; empty where no rule names the kind of post.

    Notes
    -----
    ``forecast = done * days of the period / days so far``, both counted from the day on which the person joined where that is later
    than the period's first day.
    """
    rules = [rule for rule in policy.hours if rule.post_kind in post_kinds(cadre)]
    if not rules:
        return ()
    known = credits_of(facts, cadre.person_id, policy=policy) if earned is None else earned
    found = []
    for rule in rules:
        start, end = period_of(rule, facts.as_of)
        inside = [each for each in known if start <= each.date <= end and rule.category in {None, each.category}]
        done, days_done = sum(each.hours for each in inside), sum(each.days for each in inside)
        terms = terms_of(rule, cadre.joined_on, as_of=facts.as_of, policy=policy)
        found.append(terms.standing(done, days_done))
    return tuple(found)


def courses_on_offer(facts: TrainingFacts, *, until: dt.date, category: str | None = None) -> tuple[Course, ...]:
    """Return the courses that are still to come in a period.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    until : date
        The last day that counts.
    category : str, optional
        Of hours; all by default.

    Returns
    -------
    courses : tuple of Course
        The earliest first.
    """
    coming = [
        (min(window.start for window in course.windows), course)
        for course in facts.training.courses
        if course.windows and (category is None or course.category == category)
    ]
    kept = [(start, course) for start, course in coming if facts.as_of < start.date() <= until]
    return tuple(course for _, course in sorted(kept, key=lambda pair: (pair[0], pair[1].course_id)))


def courses_to_close(facts: TrainingFacts, standing: HoursStanding) -> tuple[Course, ...]:
    """Return the earliest courses that would close what is missing at the end of the period.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    standing : HoursStanding
        What is missing.

    Returns
    -------
    courses : tuple of Course
        No more than are needed; all on offer where they are not enough, none where nothing is missing.
    """
    missing, chosen = standing.short_at_end, []
    for course in courses_on_offer(facts, until=standing.end, category=standing.rule.category):
        if missing <= 0:
            break
        if course.hours:
            chosen.append(course)
            missing -= course.hours
    return tuple(chosen)


def _first_day(rows: Iterable[Attendance]) -> dt.date:
    return min(each.date for each in rows if each.date is not None)


def _course_credit(
    course: Course,
    rows: Sequence[Attendance],
    sessions: Mapping[dt.date, Sequence[Window]],
    taken: dict[dt.date, list[Window]],
    policy: TrainingPolicy,
) -> Credit:
    recorded = sum(each.hours or 0.0 for each in rows)
    left_out: list[str] = []
    hours = leave = 0.0
    ordered = rows if len(rows) == 1 else sorted(rows, key=_day_order)
    for day, group in itertools.groupby(ordered, key=lambda each: each.date):
        if day is not None:
            entries = list(group)
            windows = sessions.get(day, ())
            leave += day_leave([each.leave_hours or 0.0 for each in entries], windows)
            hours += day_hours([each.hours or 0.0 for each in entries], windows, taken.get(day, ()), left_out)
            if any(each.hours for each in entries):
                taken[day] = united_windows([*taken.get(day, ()), *windows])
    if course.hours is not None and hours > course.hours + 1e-9:
        hours = course.hours
        left_out.append("beyond_course")
    whole = course.hours or recorded + leave
    if leave > policy["leave_share"] * whole + LEAVE_SLACK:
        hours = 0.0
        left_out.append("leave")
    share = hours / whole if whole else 0.0
    return Credit(
        source_id=course.course_id,
        name=course.name,
        category=course.category,
        date=ordered[-1].date or dt.date.min,
        hours=hours,
        days=(course.days or 0.0) * min(share, 1.0),
        leave_hours=leave,
        left_out=tuple(dict.fromkeys(left_out)),
        recorded=recorded,
    )


def _day_order(each: Attendance) -> tuple[dt.date, float, str]:
    return each.date or dt.date.min, -(each.hours or 0.0), each.attendance_id


def _placement_credits(facts: TrainingFacts, person_id: str) -> list[Credit]:
    found = []
    for each in facts.placements.get(person_id, ()):
        notes = facts.placement_notes.get(each.placement_id, ())
        is_over = each.end is not None and each.end <= facts.as_of
        is_reviewed = any(note.entry is PlacementEntry.HOST_REVIEW for note in notes)
        counts = is_over and is_reviewed
        hours = each.hours or 0.0
        found.append(
            Credit(
                source_id=each.placement_id,
                name=each.workshop or each.community or each.placement_id,
                category=PLACEMENT_CATEGORY,
                date=min(each.end or facts.as_of, facts.as_of),
                hours=hours if counts else 0.0,
                days=0.0,
                leave_hours=0.0,
                left_out=() if counts else ("not_over",),
                recorded=hours,
            )
        )
    return found


def hours_by_category(earned: Iterable[Credit]) -> Mapping[str | None, float]:
    """Add up hours by category.

    Parameters
    ----------
    earned : iterable of Credit
        As `credits_of` returns them.

    Returns
    -------
    hours : mapping of str or None to float
        None where a course states no category.
    """
    total: dict[str | None, float] = defaultdict(float)
    for each in earned:
        total[each.category] += each.hours
    return dict(total)
