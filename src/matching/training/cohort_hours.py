"""Hours of a whole cohort at once, on arrays: the same figures as `training.hours` gives person by person."""

import dataclasses
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.records import Cadre, Course, PlacementEntry, Window
from matching.records.training_columns import TrainingColumns
from matching.training.hours import LEAVE_SLACK, PLACEMENT_CATEGORY
from matching.training.hours_day import day_hours, day_leave, united_windows
from matching.training.hours_terms import HoursStanding, Terms, period_of, post_kinds, terms_of
from matching.training.policy import HoursRule, TrainingPolicy

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Sessions = Mapping[dt.date, Sequence[Window]]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Earned:
    """What a cohort is credited with, an entry a person and course or placement.

    Attributes
    ----------
    person : ndarray of int, shape (n,)
        Row of the cadre.
    day : ndarray of int, shape (n,)
        Ordinal of the last day that counts.
    hours, days : ndarray of float, shape (n,)
    category : ndarray of object, shape (n,)
        Of hours; None where none is stated.
    """

    person: Ints
    day: Ints
    hours: Floats
    days: Floats
    category: NDArray[np.object_]


def cohort_standings(
    columns: TrainingColumns, cadres: Sequence[Cadre], *, as_of: dt.date, policy: TrainingPolicy
) -> list[tuple[HoursStanding, ...]]:
    """Return where each cadre stands against each rule that holds for the post.

    Parameters
    ----------
    columns : TrainingColumns
        Of the programme.
    cadres : sequence of Cadre, length n
        The cohort.
    as_of : date
        Later facts do not count.
    policy : TrainingPolicy
        Rules by kind of post.

    Returns
    -------
    standings : list of tuple of HoursStanding, length n
        The same as `standings_of` gives for each, up to the rounding of floats.
    """
    earned = earned_of(columns, cadres, as_of=as_of, policy=policy)
    at_once = [
        (rule.post_kind, period_of(rule, as_of)[0], *_sums(earned, rule, len(cadres), as_of)) for rule in policy.hours
    ]
    known: dict[tuple[int, dt.date | None], Terms] = {}
    made = []
    for row, cadre in enumerate(cadres):
        kinds, joined, mine = post_kinds(cadre), cadre.joined_on, []
        for number, (kind, start, done, days_done) in enumerate(at_once):
            if kind in kinds:
                # who joined before the period owes the same as everybody else who did
                key = number, None if joined is None or joined <= start else joined
                if key not in known:
                    known[key] = terms_of(policy.hours[number], key[1], as_of=as_of, policy=policy)
                mine.append(known[key].standing(done[row], days_done[row]))
        made.append(tuple(mine))
    return made


def earned_of(columns: TrainingColumns, cadres: Sequence[Cadre], *, as_of: dt.date, policy: TrainingPolicy) -> Earned:
    """Return what a cohort is credited with.

    Parameters
    ----------
    columns : TrainingColumns
        Of the programme.
    cadres : sequence of Cadre
        The cohort.
    as_of : date
        Later facts do not count.
    policy : TrainingPolicy
        ``leave_share``.

    Returns
    -------
    earned : Earned
    """
    row_of = {cadre.person_id: row for row, cadre in enumerate(cadres)}
    parts = (_from_courses(columns, row_of, as_of, policy), _from_placements(columns, row_of, as_of))
    return Earned(
        *(np.concatenate([getattr(part, each.name) for part in parts]) for each in dataclasses.fields(Earned))
    )


def _sums(earned: Earned, rule: HoursRule, count: int, as_of: dt.date) -> tuple[list[float], list[float]]:
    start, end = period_of(rule, as_of)
    inside = (earned.day >= start.toordinal()) & (earned.day <= end.toordinal())
    if rule.category is not None:
        inside &= earned.category == rule.category
    who = earned.person[inside]
    return tuple(
        np.bincount(who, weights=each[inside], minlength=count).tolist() for each in (earned.hours, earned.days)
    )


def _from_courses(
    columns: TrainingColumns, row_of: Mapping[str, int], as_of: dt.date, policy: TrainingPolicy
) -> Earned:
    courses = sorted(columns.training.courses, key=lambda each: each.course_id)
    number_of = {each.course_id: number for number, each in enumerate(courses)}
    facts = columns.attendances
    person = number_values(facts["person_id"], row_of)
    course = number_values(facts["course_id"], number_of)
    day = ordinals(facts["date"])
    kept = (person >= 0) & (course >= 0) & (day > 0) & (day <= as_of.toordinal())
    person, course, day = person[kept], course[kept], day[kept]
    hours, leave = (_floats(facts[name])[kept] for name in ("hours", "leave_hours"))
    order = np.lexsort((day, course, person))
    person, course, day = (each[order] for each in (person, course, day))
    hours, leave = hours[order], leave[order]
    if not len(person):
        return _nothing()

    # one group a person, course and day; one pair a person and course
    first = _first_of_each(person, course, day)
    pair = _first_of_each(person[first], course[first])
    days = _Days(person[first], course[first], day[first], np.repeat(day[first][pair], _lengths(pair, len(first))))
    counted = _counted(days, np.append(first, len(person)), hours, leave, courses)
    return _credits(days, pair, counted, np.add.reduceat(hours, first), courses, policy)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """Who was at which course on which day, and the first day on which they were at that course; arrays of one length."""

    person: Ints
    course: Ints
    day: Ints
    begun: Ints


def _counted(
    days: _Days, bounds: Ints, hours: Floats, leave: Floats, courses: Sequence[Course]
) -> tuple[Floats, Floats]:
    """Return hours and leave that count for each group: plain sums, but where a day needs to be looked at."""
    starts, sizes = bounds[:-1], np.diff(bounds)
    counted, leaves = np.add.reduceat(hours, starts), np.add.reduceat(leave, starts)
    sessions: dict[int, Sessions] = {}

    def windows(group: int) -> Sequence[Window]:
        number = int(days.course[group])
        if number not in sessions:
            sessions[number] = _sessions(courses[number])
        return sessions[number].get(dt.date.fromordinal(int(days.day[group])), ())

    for group in np.flatnonzero(sizes > 1).tolist():
        inside = slice(bounds[group], bounds[group + 1])
        entries = sorted(hours[inside].tolist(), reverse=True)
        counted[group] = day_hours(entries, windows(group), (), [])
        leaves[group] = day_leave(leave[inside].tolist(), windows(group))

    for groups in _shared_days(days):
        # the course that began earlier keeps the time, as in `credits_of`
        taken: list[Window] = []
        for group in sorted(groups, key=lambda at: (days.begun[at], days.course[at])):
            inside = slice(bounds[group], bounds[group + 1])
            entries = sorted(hours[inside].tolist(), reverse=True)
            counted[group] = day_hours(entries, windows(group), taken, [])
            if any(entries):
                taken = united_windows([*taken, *windows(group)])
    return counted, leaves


def _shared_days(days: _Days) -> Iterable[list[int]]:
    """Return the groups of each person who was at more than one course on a day."""
    order = np.lexsort((days.course, days.day, days.person))
    first = _first_of_each(days.person[order], days.day[order])
    lengths = _lengths(first, len(order))
    for start, length in zip(first[lengths > 1].tolist(), lengths[lengths > 1].tolist(), strict=True):
        yield order[start : start + length].tolist()


def _credits(
    days: _Days,
    pair: Ints,
    counted: tuple[Floats, Floats],
    recorded: Floats,
    courses: Sequence[Course],
    policy: TrainingPolicy,
) -> Earned:
    number = days.course[pair]
    hours, leave, all_recorded = (np.add.reduceat(each, pair) for each in (*counted, recorded))
    most = np.array([np.inf if each.hours is None else each.hours for each in courses])[number]
    hours = np.where(hours > most + 1e-9, most, hours)
    stated = np.array([each.hours or 0.0 for each in courses])[number]
    whole = np.where(stated > 0, stated, all_recorded + leave)
    hours = np.where(leave > policy["leave_share"] * whole + LEAVE_SLACK, 0.0, hours)
    share = np.divide(hours, whole, out=np.zeros_like(hours), where=whole != 0)
    last = np.append(pair[1:], len(days.day)) - 1
    return Earned(
        person=days.person[pair],
        day=days.day[last],
        hours=hours,
        days=np.array([each.days or 0.0 for each in courses])[number] * np.minimum(share, 1.0),
        category=_objects([each.category for each in courses])[number],
    )


def _from_placements(columns: TrainingColumns, row_of: Mapping[str, int], as_of: dt.date) -> Earned:
    notes = columns.placement_notes
    reviewed = {
        placement_id
        for placement_id, entry, day in zip(notes["placement_id"], notes["entry"], notes["date"], strict=True)
        if entry is PlacementEntry.HOST_REVIEW and (day is None or day <= as_of)
    }
    over = [
        each
        for each in columns.training.placements
        if each.placement_id in reviewed and each.person_id in row_of and each.end is not None and each.end <= as_of
        and (each.start is None or each.start <= as_of)
    ]  # fmt: skip
    return Earned(
        person=np.array([row_of[each.person_id] for each in over], dtype=np.int64),
        day=np.array([each.end.toordinal() for each in over if each.end], dtype=np.int64),
        hours=np.array([each.hours or 0.0 for each in over], dtype=np.float64),
        days=np.zeros(len(over)),
        category=_objects([PLACEMENT_CATEGORY] * len(over)),
    )


def _sessions(course: Course) -> Sessions:
    found: dict[dt.date, list[Window]] = defaultdict(list)
    for window in course.windows:
        found[window.start.date()].append(window)
    return found


def _nothing() -> Earned:
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Earned(whole, whole, real, real, _objects([]))


def _first_of_each(*keys: Ints) -> Ints:
    """Return where each run of equal keys begins, in sorted arrays of one length."""
    changes = np.ones(len(keys[0]), dtype=bool)
    if len(keys[0]):
        changes[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(changes)


def _lengths(first: Ints, count: int) -> Ints:
    return np.diff(np.append(first, count))


def number_values(values: Sequence[str], number_of: Mapping[str, int]) -> Ints:
    """Return the numbers of names.

    Parameters
    ----------
    values : sequence of str
        Names.
    number_of : mapping of str to int
        Numbers of those that are known.

    Returns
    -------
    numbers : ndarray of int
        -1 where a name is not known.
    """
    return np.fromiter(map(number_of.get, values, itertools.repeat(-1)), dtype=np.int64, count=len(values))


def ordinals(days: Sequence[dt.date | None]) -> Ints:
    """Return days as ordinals.

    Parameters
    ----------
    days : sequence of date or None
        Many of them the same.

    Returns
    -------
    ordinals : ndarray of int
        0 where no day is stated.
    """
    known = {day: 0 if day is None else day.toordinal() for day in set(days)}
    return np.fromiter(map(known.__getitem__, days), dtype=np.int64, count=len(days))


def _floats(values: tuple[Any, ...]) -> Floats:
    return np.nan_to_num(np.array(values, dtype=np.float64))


def _objects(values: Sequence[Any]) -> NDArray[np.object_]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made
