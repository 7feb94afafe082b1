"""One row typed by hand: read cell by cell with the very rules that files are read with."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from matching.records import CellProblem, CellType, Column, Record, Register, Severity
from matching.roster.readings import Setting
from matching.roster.rows import Loaded, Place, build, shown
from matching.roster.texts import canonical_code
from matching.roster.values import read_value

Texts = Mapping[str, str]
Picks = Mapping[str, Mapping[str, str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What a typed row says.

    Attributes
    ----------
    record : Record or None
        None while something required is missing or cannot be read.
    problems : tuple of (str, CellProblem)
        What is odd, each with the field to mend; `Severity.ROW_LEFT_OUT` stands in the way of the record.
    """

    record: Record | None
    problems: tuple[tuple[str, CellProblem], ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether there is a record."""
        return self.record is not None


def read_entry(
    register: Register,
    texts: Texts,
    *,
    key: str,
    row: int = 1,
    picks: Picks | None = None,
    setting: Setting | None = None,
) -> Entry:
    """Read a row as somebody types it.

    Parameters
    ----------
    register : Register
        What the row is to become.
    texts : mapping of str to str
        What stands in each field; blank ones count as not filled in.
    key : str
        Identifier of the record.
    row : int, default=1
        Number of the row, for its problems.
    picks : mapping of str to (mapping of str to str), optional
        For fields that name a row of another register: its identifiers and how people know them. Either may be typed.
    setting : Setting, optional
        What surrounds the row.

    Returns
    -------
    entry : Entry
        Unlike a file, which loads what it can, a typed row waits until every filled cell can be read.

    Raises
    ------
    UnknownNameError
        If a text belongs to no column of the register.
    """
    place = Place("", register.sheet, row, {})
    values: dict[str, Any] = {}
    also: dict[str, Any] = {}
    problems: list[tuple[str, CellProblem]] = []
    for name, text in texts.items():
        column = register.column(name)
        if not text.strip() or name == register.key:
            continue
        value, more, found = _read_cell(text, column, (picks or {}).get(name), place, setting or Setting())
        values[name] = value
        also |= more
        problems += found
    for name, value in also.items():
        if values.get(name) is None:
            values[name] = value
    problems += _missing(register, values, problems, place)
    if any(problem.severity is Severity.ROW_LEFT_OUT for _, problem in problems):
        return Entry(None, tuple(problems))
    record, breaches = build(Loaded(register, values, place, key), key)
    fields = [breach.field for breach in record.breaches()]
    return Entry(record, (*problems, *zip(fields, breaches, strict=True)))


def _read_cell(
    text: str, column: Column, picks: Mapping[str, str] | None, place: Place, setting: Setting
) -> tuple[Any, Mapping[str, Any], list[tuple[str, CellProblem]]]:
    """Read one cell; what cannot be read stands in the way instead of being left empty."""
    if picks is not None and column.cell_type is CellType.CODE:
        code, problem = _picked(text, column, picks, place)
        return code, {}, [] if problem is None else [(column.name, problem)]
    reading = read_value(text, column, setting)
    found = []
    for oddity in reading.oddities:
        is_lost = oddity.severity is Severity.CELL_LEFT_EMPTY
        severity = Severity.ROW_LEFT_OUT if is_lost else oddity.severity
        found.append(
            (column.name, place.problem(column.name, oddity.rule, shown(text, column), severity, oddity.values))
        )
    return reading.value, reading.also, found


def _picked(text: str, column: Column, picks: Mapping[str, str], place: Place) -> tuple[str | None, CellProblem | None]:
    """Return the identifier that was typed, or that of the one row that is known by what was typed."""
    code = canonical_code(text)
    if code in picks:
        return code, None
    wanted = text.strip()
    named = [key for key, words in picks.items() if wanted in {words, words.split(" ")[0]}]
    if len(named) == 1:
        return named[0], None
    if named:
        values: dict[str, object] = {"count": len(named), "keys": "、".join(named[:5])}
        return None, place.problem(column.name, "ambiguous_name", shown(text, column), Severity.ROW_LEFT_OUT, values)
    values = {"target": column.header, "nearest": _nearest(code, wanted, picks)}
    return None, place.problem(column.name, "unknown_reference", shown(text, column), Severity.ROW_LEFT_OUT, values)


def _nearest(code: str, wanted: str, picks: Mapping[str, str]) -> str:
    by_words = {words: f"{key} {words}" for key, words in picks.items()} | {key: f"{key} {picks[key]}" for key in picks}
    for each in (code, wanted):
        found = difflib.get_close_matches(each, by_words, n=1, cutoff=0.5)
        if found:
            return by_words[found[0]]
    return "—"


def _missing(
    register: Register, values: Mapping[str, Any], found: list[tuple[str, CellProblem]], place: Place
) -> Iterator[tuple[str, CellProblem]]:
    """Name what is required and neither there nor explained already."""
    explained = {name for name, problem in found if problem.severity is Severity.ROW_LEFT_OUT}
    for column in register.columns:
        is_open = column.required and column.name != register.key and column.name not in explained
        if is_open and values.get(column.name) in (None, ()):
            words = {"header": column.header}
            yield column.name, place.problem(column.name, "required_missing", "", Severity.ROW_LEFT_OUT, words)
