"""How a monthly report writes its figures and words."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from matching.labels import Language, label
from matching.service import MonthPolicy, Rate
from matching.views.svg import clean_text

NOTHING = "–"
"""Stands where there is nothing to divide by."""


def say_month(key: str, language: Language, **values: object) -> str:
    """Return words of the monthly report.

    Parameters
    ----------
    key : str
        Below ``reports.month``.
    language : {"zh", "en"}
        Which words.
    **values : object
        What the placeholders stand for.

    Returns
    -------
    words : str
    """
    return label(f"reports.month.{key}", language=language, **values)


def make_table(names: Sequence[str], rows: Sequence[Sequence[object]], language: Language) -> pd.DataFrame:
    """Make a table with the titles of its columns.

    Parameters
    ----------
    names : sequence of str
        Keys of the columns.
    rows : sequence of sequence
        Cells.
    language : {"zh", "en"}
        Of the titles.

    Returns
    -------
    table : DataFrame
    """
    return pd.DataFrame(rows, columns=[say_month(f"column.{name}", language) for name in names])


def fit_to_show(table: pd.DataFrame) -> pd.DataFrame:
    """Make every text of a table fit to be shown: masked, on one line, without marks that turn its direction.

    Parameters
    ----------
    table : DataFrame
        Any.

    Returns
    -------
    table : DataFrame
        Numbers as they were.
    """

    def fit(value: Any) -> Any:
        # the plan's own tables hold NumPy's numbers; an identifier of our own is no phone, whatever its digits
        plain = value.item() if hasattr(value, "item") else value
        return plain if plain is None or isinstance(plain, int | float | Markup) else clean_text(plain)

    return pd.DataFrame(
        [[fit(value) for value in row] for row in table.itertuples(index=False, name=None)], columns=table.columns
    )


def show_change(change: float) -> str:
    """Write how much more or less.

    Parameters
    ----------
    change : float
        The later figure less the earlier.

    Returns
    -------
    words : str
        With its sign.
    """
    rounded = round(change, 3)
    return f"+{rounded:g}" if rounded > 0 else f"−{-rounded:g}" if rounded < 0 else "±0"


def show_rate(rate: Rate, policy: MonthPolicy) -> str:
    """Write a rate with the cases it is of.

    Parameters
    ----------
    rate : Rate
        Any.
    policy : MonthPolicy
        From how many cases on a percentage is written.

    Returns
    -------
    words : str
    """
    if not rate.whole or rate.share is None:
        return NOTHING
    cases = f"{rate.part}/{rate.whole}"
    return f"{rate.share:.1%} ({cases})" if rate.whole >= policy.least_for_share else cases
