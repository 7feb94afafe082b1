"""Facts of training by person, as they stand on a day: what was reversed or happened later is left out."""

import dataclasses
import datetime as dt
import functools
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from matching.records import (
    Assessment,
    Attendance,
    Course,
    CourseReview,
    MentorshipNote,
    Outcome,
    Placement,
    PlacementNote,
    Record,
    TrainingRecords,
    Window,
    key_of,
)
from matching.records.reversals import standing_facts

Fact = TypeVar("Fact", bound=Record)
Item = TypeVar("Item")
Name = TypeVar("Name")


@dataclasses.dataclass(frozen=True)
class TrainingFacts:
    """What stands on a day, sorted by whom or what it is about; each index is made when first asked for.

    Attributes
    ----------
    training : TrainingRecords
        Registers and facts.
    as_of : date
        Facts of later days are left out.
    """

    training: TrainingRecords
    as_of: dt.date

    @functools.cached_property
    def courses(self) -> Mapping[str, Course]:
        """Courses by identifier."""
        return {course.course_id: course for course in self.training.courses}

    @functools.cached_property
    def sessions(self) -> Mapping[str, Mapping[dt.date, tuple[Window, ...]]]:
        """Sessions of each course by day."""
        return {
            course.course_id: _by(course.windows, lambda window: window.start.date())
            for course in self.training.courses
        }

    @functools.cached_property
    def attendances(self) -> Mapping[str, tuple[Attendance, ...]]:
        """Attendance by person, in the order of days."""
        return _by(self._dated(self.training.attendances), lambda fact: fact.person_id)

    @functools.cached_property
    def assessments(self) -> Mapping[str, tuple[Assessment, ...]]:
        """Assessments by person, in the order of days."""
        return _by(self._dated(self.training.assessments), lambda fact: fact.person_id)

    @functools.cached_property
    def outcomes(self) -> Mapping[str, tuple[Outcome, ...]]:
        """Outcomes by person, in the order of days."""
        return _by(self._dated(self.training.outcomes), lambda fact: fact.person_id)

    @functools.cached_property
    def course_reviews(self) -> Mapping[str, tuple[CourseReview, ...]]:
        """Forms by course, in the order of days."""
        return _by(self._dated(self.training.course_reviews), lambda fact: fact.course_id)

    @functools.cached_property
    def placements(self) -> Mapping[str, tuple[Placement, ...]]:
        """Placements that have begun, by person."""
        begun = [each for each in self.training.placements if each.start is None or each.start <= self.as_of]
        return _by(begun, lambda each: each.person_id)

    @functools.cached_property
    def placement_notes(self) -> Mapping[str, tuple[PlacementNote, ...]]:
        """Entries by placement, in the order of days."""
        return _by(self._dated(self.training.placement_notes), lambda fact: fact.placement_id)

    @functools.cached_property
    def mentorships(self) -> Mapping[str, tuple[MentorshipNote, ...]]:
        """Entries by mentorship, in the order of moments; of one moment, by identifier."""
        standing = [each for each in standing_facts(self.training.mentorship_notes) if each.at.date() <= self.as_of]
        return _by(sorted(standing, key=lambda each: (each.at, each.note_id)), lambda fact: fact.mentorship_id)

    def _dated(self, facts: Iterable[Fact]) -> list[Fact]:
        # sorted by the key first and by the day then: both sorts are stable, and of days that nobody wrote there are few
        standing = [each for each in standing_facts(facts) if (_day(each) or dt.date.min) <= self.as_of]
        if standing:
            standing.sort(key=operator.attrgetter(key_of(type(standing[0]))))
        standing.sort(key=lambda each: _day(each) or dt.date.min)
        return standing


def _day(fact: Record) -> dt.date | None:
    day: dt.date | None = getattr(fact, "date", None)
    return day


def _by(facts: Iterable[Item], key: Callable[[Item], Name]) -> dict[Name, tuple[Item, ...]]:
    found: dict[Name, list[Item]] = defaultdict(list)
    for fact in facts:
        found[key(fact)].append(fact)
    return {name: tuple(rows) for name, rows in found.items()}
