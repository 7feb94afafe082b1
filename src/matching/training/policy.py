"""What a district may set for itself about training: hours by kind of post, deadlines, limits."""

import dataclasses
import functools
import math
from collections.abc import Mapping
from pathlib import Path

from matching.errors import CallError, UnknownNameError
from matching.labels import Language
from matching.tables import Row, read_table

_NUMBERS = "policies/training.csv"
_HOURS = "policies/training_hours.csv"
MEMBER = "党员"
"""Kind of post under which what every party member owes stands in the table, whatever their post."""


@dataclasses.dataclass(frozen=True, slots=True)
class HoursRule:
    """How many hours a kind of post owes in a period.

    Attributes
    ----------
    name : str
    post_kind : str
        As the register of cadres writes it.
    years : int
        Length of a period; it begins with January.
    first_year : int or None
        A year in which a period of several years begins; None for single years.
    hours : float
        学时 owed in a period.
    days : float or None
        Days that do instead.
    category : str or None
        Hours of this category only; None for all.
    zh, en : str
        What people read.
    source : str
        Where the number comes from.
    """

    name: str
    post_kind: str
    years: int
    first_year: int | None
    hours: float
    days: float | None
    category: str | None
    zh: str
    en: str
    source: str

    def title(self, language: Language = "zh") -> str:
        """Return what people read.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return self.zh if language == "zh" else self.en


@dataclasses.dataclass(frozen=True, slots=True)
class TrainingPolicy:
    """All policies of training.

    Attributes
    ----------
    numbers : mapping of str to float
        The rows of ``training.csv``.
    hours : tuple of HoursRule
        The rows of ``training_hours.csv``.
    """

    numbers: Mapping[str, float]
    hours: tuple[HoursRule, ...]

    def __getitem__(self, name: str) -> float:
        if name not in self.numbers:
            raise UnknownNameError(f"There is no policy of training {name!r}. There are: {sorted(self.numbers)}")
        return self.numbers[name]

    def replace(self, **numbers: float) -> "TrainingPolicy":
        """Return the policies with some numbers changed.

        Parameters
        ----------
        **numbers : float
            New values by name.

        Returns
        -------
        policy : TrainingPolicy

        Raises
        ------
        UnknownNameError
            If there is no policy of a name.
        """
        for name in numbers:
            self[name]
        return dataclasses.replace(self, numbers={**self.numbers, **numbers})


@functools.cache
def read_training_policy(*, overlay: Path | None = None) -> TrainingPolicy:
    """Read the tables, with a district's own rows laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/training.csv`` and ``policies/training_hours.csv``.

    Returns
    -------
    policy : TrainingPolicy

    Raises
    ------
    CallError
        If a value is not a number or out of range.
    """
    numbers = {row["name"]: read_number(_NUMBERS, row, "value") for row in read_table(_NUMBERS, overlay=overlay)}
    return TrainingPolicy(numbers, tuple(_rule(row) for row in read_table(_HOURS, overlay=overlay)))


def _rule(row: Row) -> HoursRule:
    years = int(read_number(_HOURS, row, "years"))
    first = row["first_year"].strip()
    if years < 1 or (years > 1 and not first):
        raise CallError(
            f"{_HOURS}: {row['name']!r} needs years of at least 1, and first_year where more; got {dict(row)}."
        )
    return HoursRule(
        name=row["name"],
        post_kind=row["post_kind"].strip(),
        years=years,
        first_year=int(read_number(_HOURS, row, "first_year")) if first else None,
        hours=read_number(_HOURS, row, "hours"),
        days=read_number(_HOURS, row, "days") if row["days"].strip() else None,
        category=row["category"].strip() or None,
        zh=row["zh"],
        en=row["en"],
        source=row["source"],
    )


def read_number(table: str, row: Row, column: str, *, most: float | None = None) -> float:
    """Read a number of a policy table.

    Parameters
    ----------
    table : str
        Name of the table, for the message.
    row : mapping of str to str
        A row with a ``name`` and perhaps a ``unit``.
    column : str
        Where the number stands.
    most : float, optional
        The highest that makes sense; 1 for shares and flags, else none, by default.

    Returns
    -------
    number : float
        0 or more.

    Raises
    ------
    CallError
        If it is no number or out of range.
    """
    if most is None:
        most = 1.0 if row.get("unit") in {"share", "flag"} else math.inf
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = math.nan
    if not 0 <= value <= most or math.isinf(value):
        raise CallError(
            f"{table}: {column} of {row['name']!r} must be a number from 0 to {most:g}; got {row[column]!r}. Correct the table."
        )
    return value
