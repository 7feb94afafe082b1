"""What reading one cell gives: a value, and what was odd about the cell."""

import dataclasses
import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from matching.records import Severity


@dataclasses.dataclass(frozen=True, slots=True)
class Oddity:
    """A rule that a cell breaks, without its place in the file.

    Attributes
    ----------
    rule : str
        Name of the rule.
    severity : Severity
        What becomes of the value.
    values : mapping of str to object
        What the words of the rule are filled with.
    """

    rule: str
    severity: Severity
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """The value of a cell in the type of its column, and what was odd.

    Attributes
    ----------
    value : object
        None or an empty tuple where nothing could be read.
    oddities : tuple of Oddity
        Empty for a plain cell.
    also : mapping of str to object
        Values for other fields that the same cell states: ``3-5人`` gives the least beside the most.
    """

    value: Any
    oddities: tuple[Oddity, ...] = ()
    also: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a cell and decides how it is read.

    Attributes
    ----------
    year : int or None
        The year meant by dates that name none.
    year_source : str
        Where the year was found when nobody stated it: a title or a file name.
    is_1904 : bool
        Whether serial numbers of dates count from 1904, as in workbooks of old Macs.
    """

    year: int | None = None
    year_source: str = ""
    is_1904: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """A cell that holds an error instead of a value."""

    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula whose result was never saved."""

    text: str


def left_empty(rule: str, value: Any = None, /, **values: object) -> Reading:
    """Return a reading that leaves the cell empty.

    Parameters
    ----------
    rule : str
        Name of the rule that the cell breaks.
    value : object
        The empty value of the column: None or an empty tuple.
    **values : object
        What the words of the rule are filled with.

    Returns
    -------
    reading : Reading
    """
    return Reading(value, (Oddity(rule, Severity.CELL_LEFT_EMPTY, values),))


def warned(value: Any, rule: str, /, **values: object) -> Reading:
    """Return a reading that keeps the value and asks for a look.

    Parameters
    ----------
    value : object
        What was read.
    rule : str
        Name of the rule.
    **values : object
        What the words of the rule are filled with.

    Returns
    -------
    reading : Reading
    """
    return Reading(value, (Oddity(rule, Severity.WARNING, values),))


def noted(value: Any, rule: str, /, **values: object) -> Reading:
    """Return a reading that keeps the value and says how it was read.

    Parameters
    ----------
    value : object
        What was read.
    rule : str
        Name of the rule.
    **values : object
        What the words of the rule are filled with.

    Returns
    -------
    reading : Reading
    """
    return Reading(value, (Oddity(rule, Severity.NOTE, values),))


@functools.cache
def words(*path: str) -> Any:
    """Return a table or a list of the words that people type.

    Parameters
    ----------
    *path : str
        Keys of `words.toml`, from the outside in.

    Returns
    -------
    entry : mapping, list or None
        None where there is no such entry.
    """
    entry: Any = _table()
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry


@functools.cache
def word_set(*path: str) -> frozenset[str]:
    """Return a list of words as a set, for quick look-up.

    Parameters
    ----------
    *path : str
        Keys of `words.toml`, from the outside in.

    Returns
    -------
    words : frozenset of str
    """
    return frozenset(words(*path) or ())


@functools.cache
def _table() -> dict[str, Any]:
    source = resources.files("matching") / "roster" / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
