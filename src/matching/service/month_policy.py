"""What a district may set for itself about its monthly report."""

import dataclasses
import math
from pathlib import Path

from matching.errors import CallError
from matching.tables import Row, read_table

_TABLE = "policies/month_report.csv"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MonthPolicy:
    """The rows of ``month_report.csv``.

    Attributes
    ----------
    least_for_share : float
        Fewest cases for which a percentage is written.
    satisfied_from : float
        Satisfaction, from 1 to 5, from which somebody counts as satisfied.
    most_loaded_share : float
        Share of partners, from 0 to 1, that counts as the busiest.
    most_hours_a_day : float
        Hours of one person on one day above which somebody should look again.
    months_shown : float
        Months that the table of months shows.
    """

    least_for_share: float
    satisfied_from: float
    most_loaded_share: float
    most_hours_a_day: float
    months_shown: float


def read_month_policy(*, overlay: Path | None = None) -> MonthPolicy:
    """Read the table, with a district's own rows laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/month_report.csv``.

    Returns
    -------
    policy : MonthPolicy

    Raises
    ------
    CallError
        If a row is unknown, or its value is no number or out of range.
    """
    rows = {row["name"]: row for row in read_table(_TABLE, overlay=overlay)}
    names = {field.name for field in dataclasses.fields(MonthPolicy)}
    if unknown := set(rows) - names:
        raise CallError(f"{_TABLE}: there are no policies {sorted(unknown)}. There are: {sorted(names)}.")
    return MonthPolicy(**{name: _number(row) for name, row in rows.items()})


def _number(row: Row) -> float:
    most = 1.0 if row["unit"] == "share" else 10_000.0
    try:
        value = float(row["value"])
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise CallError(
            f"{_TABLE}: {row['name']!r} must be a number from 0 to {most:g}; got {row['value']!r}. Correct it."
        )
    return value
