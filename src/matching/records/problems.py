"""What is wrong with a cell, as a value: where it is, which rule it breaks, what was found and what to do."""

import dataclasses
import enum
from collections.abc import Mapping

from matching.labels import Language, label


class Severity(enum.StrEnum):
    """What became of the row."""

    ROW_LEFT_OUT = "row_left_out"  # the row could not be loaded
    CELL_LEFT_EMPTY = "cell_left_empty"  # the row loads without this value
    WARNING = "warning"  # the value loads, and a person should look at it
    NOTE = "note"  # nothing is lost: something was read in a way worth knowing


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CellProblem:
    """One odd cell, row, sheet or file.

    Attributes
    ----------
    file : str
        Name of the file, without its folder.
    sheet : str
        Title of the sheet; empty for a CSV file.
    cell : str
        For example ``"C7"``; ``"7"`` for a whole row; empty for a whole sheet.
    rule : str
        Name of the rule; its words are ``records.rule.<rule>`` and ``records.remedy.<rule>`` in the locale.
    value : str
        What was found, masked where it is personal.
    severity : Severity
        What became of it.
    values : mapping of str to object
        What the words of rule and remedy are filled with, besides the value.
    """

    file: str
    sheet: str
    cell: str
    rule: str
    value: str
    severity: Severity
    values: Mapping[str, object] = dataclasses.field(default_factory=dict, compare=False)

    def explain_rule(self, *, language: Language = "zh") -> str:
        """Say which rule is broken.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return label(f"records.rule.{self.rule}", language=language, **{"value": self.value, **self.values})

    def explain_remedy(self, *, language: Language = "zh") -> str:
        """Say what to do.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return label(f"records.remedy.{self.rule}", language=language, **{"value": self.value, **self.values})

    def explain(self, *, language: Language = "zh") -> str:
        """Say everything on one line: where, rule, value, what became of it, remedy.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return label(
            "records.problem",
            language=language,
            where=" ".join(part for part in (self.file, self.sheet, self.cell) if part),
            rule=self.explain_rule(language=language),
            value=self.value,
            severity=label(f"records.severity.{self.severity}", language=language),
            remedy=self.explain_remedy(language=language),
        )
