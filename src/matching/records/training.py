"""The bundle of all registers of the training of cadres, as one value."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from typing import Any

from matching import frames as pd
from matching.errors import UnknownNameError
from matching.labels import Language
from matching.records.cadres import Cadre, Mentor, Trained
from matching.records.columns import Record, Register
from matching.records.competencies import Assessment, Competency, Requirement
from matching.records.courses import Attendance, Course, CourseReview
from matching.records.display import records_table
from matching.records.mentorships import MentorshipNote
from matching.records.outcomes import Outcome
from matching.records.placements import Placement, PlacementNote
from matching.records.problems import CellProblem
from matching.records.registers import TRAINING_REGISTERS, register


@dataclasses.dataclass(frozen=True)
class TrainingRecords:
    """What is known of a training programme: registers, facts, and what was odd about the files they came from.

    They stand apart from the `Community`: a plan of who serves whom does not become stale because somebody attended a course.
    """

    cadres: tuple[Cadre, ...] = ()
    mentors: tuple[Mentor, ...] = ()
    competencies: tuple[Competency, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    courses: tuple[Course, ...] = ()
    placements: tuple[Placement, ...] = ()
    attendances: tuple[Attendance, ...] = ()
    course_reviews: tuple[CourseReview, ...] = ()
    placement_notes: tuple[PlacementNote, ...] = ()
    mentorship_notes: tuple[MentorshipNote, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[CellProblem, ...] = dataclasses.field(default=(), compare=False)
    source: str = dataclasses.field(default="", compare=False)

    @classmethod
    def of(
        cls, rows: Mapping[str, Iterable[Record]], *, problems: Iterable[CellProblem] = (), source: str = ""
    ) -> TrainingRecords:
        """Bundle rows by the names of their registers.

        Parameters
        ----------
        rows : mapping of str to iterable of Record
            Rows of each register; a register that is not named is empty.
        problems : iterable of CellProblem
            What was odd.
        source : str
            Where the rows came from.

        Returns
        -------
        training : TrainingRecords

        Raises
        ------
        UnknownNameError
            If a register of that name is not one of the training of cadres.
        """
        unknown = set(rows) - {each.name for each in TRAINING_REGISTERS}
        if unknown:
            raise UnknownNameError(
                f"Training has no registers {sorted(unknown)}. It has: {[each.name for each in TRAINING_REGISTERS]}"
            )
        bundled: dict[str, Any] = {name: tuple(records) for name, records in rows.items()}
        return cls(**bundled, problems=tuple(problems), source=source)

    @property
    def registers(self) -> tuple[Register, ...]:
        """The registers of the training of cadres, in the order of their sheets."""
        return TRAINING_REGISTERS

    def rows(self, name: str) -> tuple[Record, ...]:
        """Return the rows of a register.

        Parameters
        ----------
        name : str
            Name of the register, for example ``"courses"``.

        Returns
        -------
        rows : tuple of Record
        """
        rows: tuple[Record, ...] = getattr(self, register(name).name)
        return rows

    def person(self, person_id: str) -> Cadre | Mentor:
        """Return one cadre or mentor.

        Parameters
        ----------
        person_id : str
            Identifier.

        Returns
        -------
        person : Cadre or Mentor

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        found = self.people.get(person_id)
        if found is None:
            raise UnknownNameError(f"There is no cadre or mentor {person_id!r}. Look the ID up in the workbook.")
        return found

    @functools.cached_property
    def people(self) -> Mapping[str, Cadre | Mentor]:
        """All cadres and mentors by identifier."""
        everyone: tuple[Cadre | Mentor, ...] = (*self.cadres, *self.mentors)
        return {each.person_id: each for each in everyone}

    def table(self, name: str, *, show_personal: bool = False, language: Language = "zh") -> pd.DataFrame:
        """Return a register as a table for people.

        Parameters
        ----------
        name : str
            Name of the register.
        show_personal : bool, default=False
            Whether phones are shown unmasked. Whoever asks should record a `Disclosure`.
        language : {"zh", "en"}, default="zh"
            Of headers and choices.

        Returns
        -------
        table : DataFrame
            One row a record; every value is text.
        """
        columns = register(name).columns
        return records_table(self.rows(name), columns, show_personal=show_personal, language=language)

    def replace(self, **changes: Any) -> TrainingRecords:
        """Return training records in which some registers are others.

        Parameters
        ----------
        **changes : tuple of Record
            New rows by name of register.

        Returns
        -------
        training : TrainingRecords
        """
        return dataclasses.replace(self, **changes)


def chain_above(person: Trained, people: Mapping[str, Trained]) -> tuple[str, ...]:
    """Return the superiors of a person, the nearest first; a circle is walked once.

    Parameters
    ----------
    person : Cadre or Mentor
        Whose.
    people : mapping of str to Cadre or Mentor
        Everyone by identifier.

    Returns
    -------
    superiors : tuple of str
    """
    chain: list[str] = []
    above = person.reports_to
    while above and above not in chain and above != person.person_id:
        chain.append(above)
        above = people[above].reports_to if above in people else None
    return tuple(chain)
