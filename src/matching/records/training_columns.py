"""A programme whose many facts are columns: what the figures of a whole cohort need, without an object for each fact."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

from matching.records.reversals import standing_facts
from matching.records.training import TrainingRecords

Columns = Mapping[str, tuple[Any, ...]]

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "attendances": ("course_id", "person_id", "date", "hours", "leave_hours"),
    "assessments": ("assessment_id", "person_id", "competency_id", "level", "date", "evidence"),
    "placement_notes": ("placement_id", "entry", "date"),
}
"""Registers that are kept as columns, and which columns of theirs."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainingColumns:
    """Registers and the rarer facts as records, the many facts as columns.

    Attributes
    ----------
    training : TrainingRecords
        Everything else; the registers of `COLUMN_NAMES` are empty in it.
    attendances, assessments, placement_notes : mapping of str to tuple
        Values by column, each of one length: only facts that count, in the order in which they were entered.
    """

    training: TrainingRecords
    attendances: Columns
    assessments: Columns
    placement_notes: Columns

    @classmethod
    def of(cls, training: TrainingRecords) -> Self:
        """Turn the records of a programme into columns.

        Parameters
        ----------
        training : TrainingRecords
            Registers and facts.

        Returns
        -------
        columns : TrainingColumns
        """
        made: dict[str, Columns] = {}
        for register, names in COLUMN_NAMES.items():
            facts = standing_facts(training.rows(register))
            made[register] = {name: tuple(getattr(fact, name) for fact in facts) for name in names}
        return cls(training=training.replace(**dict.fromkeys(COLUMN_NAMES, ())), **made)
