"""The numbers that a district may set for itself: limits, defaults and rates of scoring and planning, read from tables."""

import dataclasses
import functools
import math
from collections.abc import Mapping
from pathlib import Path

from matching.errors import CallError, UnknownNameError
from matching.records import Kind
from matching.tables import Row, read_table

_TABLE = "policies/matching.csv"
_KINDS = "policies/kinds.csv"
_OPEN = "policies/open_skills.csv"
_YES = frozenset({"yes", "是", "1", "true", "y"})
_NO = frozenset({"no", "否", "0", "false", "n", ""})
# Policies that are shares: a slip of the finger here (34 for 0.34) would block everybody in silence.
_SHARES = frozenset({"share", "cosine"})


@dataclasses.dataclass(frozen=True, slots=True)
class KindPolicy:
    """What holds for a kind of partner unless its own row says otherwise.

    Attributes
    ----------
    most_needs : int
        Needs served per round.
    hours : float
        Hours per round.
    has_licence_by_claim : bool
        Whether the level 持证 of a skill stands for the licence: units answer for their staff.
    is_insured_unless_stated : bool
        Whether silence about insurance counts as insured.
    has_age : bool
        Whether age limits apply.
    """

    most_needs: int
    hours: float
    has_licence_by_claim: bool
    is_insured_unless_stated: bool
    has_age: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """All policies of matching, by name.

    Attributes
    ----------
    numbers : mapping of str to float
        The rows of ``matching.csv``.
    kinds : mapping of Kind to KindPolicy
        The rows of ``kinds.csv``.
    open_skills : frozenset of str
        Names of skills that anyone can lend a hand with.
    """

    numbers: Mapping[str, float]
    kinds: Mapping[Kind, KindPolicy]
    open_skills: frozenset[str]

    def __getitem__(self, name: str) -> float:
        if name not in self.numbers:
            raise UnknownNameError(f"There is no policy {name!r}. There are: {sorted(self.numbers)}")
        return self.numbers[name]

    def replace(self, **numbers: float) -> "Policy":
        """Return the policies with some numbers changed.

        Parameters
        ----------
        **numbers : float
            New values by name.

        Returns
        -------
        policy : Policy

        Raises
        ------
        UnknownNameError
            If there is no policy of a name.
        """
        for name in numbers:
            self[name]
        return dataclasses.replace(self, numbers={**self.numbers, **numbers})


@functools.cache
def read_policy(*, overlay: Path | None = None) -> Policy:
    """Read the policies, with a district's own rows laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/matching.csv`` and the like.

    Returns
    -------
    policy : Policy

    Raises
    ------
    CallError
        If a value is not a number or out of range.
    """
    numbers = {row["name"]: _number(_TABLE, row, "value") for row in read_table(_TABLE, overlay=overlay)}
    kinds = {Kind(row["kind"]): _kind(row) for row in read_table(_KINDS, overlay=overlay)}
    rows = read_table(_OPEN, overlay=overlay)
    return Policy(numbers, kinds, frozenset(row["skill"] for row in rows if _flag(_OPEN, row, "open")))


def _kind(row: Row) -> KindPolicy:
    return KindPolicy(
        most_needs=int(_number(_KINDS, row, "most_needs")),
        hours=_number(_KINDS, row, "hours"),
        has_licence_by_claim=_flag(_KINDS, row, "licence_by_claim"),
        is_insured_unless_stated=_flag(_KINDS, row, "insured_unless_stated"),
        has_age=_flag(_KINDS, row, "has_age"),
    )


def _number(table: str, row: Row, column: str) -> float:
    first = next(iter(row.values()))
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = math.nan
    most = 1.0 if row.get("unit") in _SHARES else math.inf
    if not 0 <= value <= most or math.isinf(value):
        raise CallError(
            f"{table}: {column} must be a number from 0 to {most:g}; {first!r} has {row[column]!r}. Correct the table."
        )
    return value


def _flag(table: str, row: Row, column: str) -> bool:
    word = (row[column] or "").strip().casefold()
    if word not in _YES | _NO:
        first = next(iter(row.values()))
        raise CallError(f"{table}: {column} must be yes or no; {first!r} has {row[column]!r}. Correct the table.")
    return word in _YES
