"""Rows of a table become records; everything odd becomes a problem with its place."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from matching.records import CellProblem, Column, Personal, Record, Register, Severity, mask_value
from matching.roster.headers import Placed, normal_header
from matching.roster.layouts import Layout
from matching.roster.readings import Broken, Formula, Reading, Setting, word_set
from matching.roster.sources import SourceSheet
from matching.roster.texts import as_text
from matching.roster.values import read_value

MOST_SHOWN = 60
_LONGEST_MARK = 30
_NUMBERS = frozenset({Personal.PHONE, Personal.ID_NUMBER})
_TELLING_DIGITS = 5
Cells = Sequence[Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a record came from.

    Attributes
    ----------
    file, sheet : str
        Name of the file and title of the sheet.
    row : int
        Number of the row.
    columns : mapping of str to int
        Column of the sheet, from 0, of each field.
    """

    file: str
    sheet: str
    row: int
    columns: Mapping[str, int]

    def cell(self, field: str) -> str:
        """Return the name of the cell of a field, or of the row where the field has no column.

        Parameters
        ----------
        field : str
            Name of a field.

        Returns
        -------
        cell : str
            For example ``"C7"``.
        """
        return f"{get_column_letter(self.columns[field] + 1)}{self.row}" if field in self.columns else str(self.row)

    def problem(
        self, field: str, rule: str, value: str, severity: Severity, values: Mapping[str, object] | None = None
    ) -> CellProblem:
        """Return a problem at the cell of a field.

        Parameters
        ----------
        field : str
            Name of a field; empty for the whole row.
        rule : str
            Name of the rule.
        value : str
            What was found, masked where it is personal.
        severity : Severity
            What became of it.
        values : mapping of str to object, optional
            What the words of the rule are filled with.

        Returns
        -------
        problem : CellProblem
        """
        return CellProblem(
            file=self.file, sheet=self.sheet, cell=self.cell(field), rule=rule, value=value, severity=severity,
            values=values or {},
        )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """A record and where it came from; the key is empty where the file gives none."""

    register: Register
    values: Mapping[str, Any]
    place: Place
    key: str


def shown(raw: Any, column: Column | None = None) -> str:
    """Return what a cell holds as a problem shows it: on one line, not too long, masked where it is personal.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column, optional
        What the record says of the field.

    Returns
    -------
    text : str
    """
    if isinstance(raw, Broken):
        return raw.text
    text = raw.text if isinstance(raw, Formula) else "" if raw is None else as_text(raw)
    text = " ".join(text[: MOST_SHOWN * 20].split())
    personal = Personal.NO if column is None else column.personal
    # What is wanted as a number and has hardly a digit gives nobody away, and its reader must see what it is.
    is_harmless = personal in _NUMBERS and sum(sign.isdigit() for sign in text) < _TELLING_DIGITS
    text = mask_value(text, Personal.NO if is_harmless or personal is Personal.NAME else personal)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


class RowReader:
    """Reads the rows of one table, remembering what equal cells were read as.

    Parameters
    ----------
    sheet : SourceSheet
        The sheet.
    layout : Layout
        How its columns were understood.
    setting : Setting
        What surrounds the cells.
    """

    def __init__(self, sheet: SourceSheet, layout: Layout, setting: Setting) -> None:
        self._sheet = sheet
        self._layout = layout
        self._setting = setting
        self._places = {placed.column.name: placed.at[0] for placed in layout.columns.placed}
        self._columns = {at: placed.column for placed in layout.columns.placed for at in placed.at}
        self._remembered: dict[tuple[str, type, Any], Reading] = {}
        self._key = layout.register.key
        self._required = tuple(c.name for c in layout.register.columns if c.required and c.name != self._key)
        self._named = frozenset(normal_header(header) for header in layout.headers if header)
        self.problems: list[CellProblem] = []

    def read(self, number: int, cells: Cells) -> Loaded | None:
        """Read one row.

        Parameters
        ----------
        number : int
            Number of the row.
        cells : sequence
            Its cells.

        Returns
        -------
        loaded : Loaded or None
            None where the row is left out or is no record; `problems` says why.
        """
        place = Place(self._sheet.file, self._sheet.title, number, self._places)
        aside = self._not_a_record(cells)
        if aside is not None:
            self.problems.append(
                place.problem("", aside, shown(_first(cells)), Severity.NOTE, {"row": self._row_text(cells)})
            )
            return None
        values: dict[str, Any] = {}
        also: dict[str, Any] = {}
        found: list[CellProblem] = []
        for placed in self._layout.columns.placed:
            raw = _raw(placed, cells)
            if raw is None:
                continue
            reading = self._reading(placed, raw)
            values[placed.column.name] = reading.value
            also.update(reading.also)
            found.extend(self._problems(place, placed.column, raw, reading))
        if not values:
            return None
        for field, value in also.items():
            if values.get(field) is None:
                values[field] = value
        missing = [name for name in self._required if values.get(name) in (None, ())]
        self.problems.extend(_without_required(found, missing))
        if missing:
            explained = {p.cell for p in found if p.severity is Severity.CELL_LEFT_EMPTY}
            unexplained = [name for name in missing if place.cell(name) not in explained]
            self.problems.extend(self._left_out(place, name, cells) for name in unexplained)
            return None
        return Loaded(self._layout.register, values, place, values.get(self._key) or "")

    def _reading(self, placed: Placed, raw: Any) -> Reading:
        key = (placed.column.name, type(raw), raw)
        known = self._remembered.get(key)
        if known is None:
            known = read_value(raw, placed.column, self._setting)
            if len(self._remembered) < 200_000:
                self._remembered[key] = known
        return known

    def _problems(self, place: Place, column: Column, raw: Any, reading: Reading) -> Iterator[CellProblem]:
        for oddity in reading.oddities:
            yield place.problem(column.name, oddity.rule, shown(raw, column), oddity.severity, oddity.values)

    def _left_out(self, place: Place, name: str, cells: Cells) -> CellProblem:
        header = self._layout.register.column(name).header
        return place.problem(name, "required_missing", self._row_text(cells), Severity.ROW_LEFT_OUT, {"header": header})

    def _row_text(self, cells: Cells) -> str:
        texts = [shown(cell, self._columns.get(at)) for at, cell in enumerate(cells) if cell is not None]
        text = " | ".join(texts)
        return text if len(text) <= 2 * MOST_SHOWN else f"{text[: 2 * MOST_SHOWN - 1]}…"

    def _not_a_record(self, cells: Cells) -> str | None:
        """Return the name of the note for a row that is no record: example, subtotal, remark, repeated header."""
        text = next((cell for cell in cells if isinstance(cell, str)), None)
        if text is None:
            return None
        first = normal_header(text) if len(text) <= _LONGEST_MARK else ""
        if first in word_set("sheet", "example"):
            return "example_row"
        filled = sum(cell is not None for cell in cells)
        if first in self._named and filled > 1 and self._is_header(cells):
            return "repeated_header"
        at = self._places.get("name", -1)
        name = cells[at] if 0 <= at < len(cells) else None
        if first in word_set("sheet", "subtotal") and (not isinstance(name, str) or name == text):
            return "subtotal_row"
        if filled == 1 and len(self._layout.columns.placed) > 1 and self._is_remark(text, cells):
            return "remark_row"
        return None

    def _is_header(self, cells: Cells) -> bool:
        return all(isinstance(cell, str) and normal_header(cell) in self._named for cell in cells if cell is not None)

    def _is_remark(self, text: str, cells: Cells) -> bool:
        before, colon, _ = text.replace("：", ":").partition(":")
        if colon and normal_header(before) in word_set("sheet", "remark"):
            return True
        at = next(at for at, cell in enumerate(cells) if cell is not None)
        required = {self._places.get(c.name) for c in self._layout.register.columns if c.required}
        return at not in required


def _without_required(found: list[CellProblem], missing: Sequence[str]) -> Iterator[CellProblem]:
    """Raise what left a required cell empty to what it means: the row is left out."""
    for problem in found:
        is_fatal = bool(missing) and problem.severity is Severity.CELL_LEFT_EMPTY
        yield dataclasses.replace(problem, severity=Severity.ROW_LEFT_OUT) if is_fatal else problem


def _raw(placed: Placed, cells: Cells) -> Any:
    if len(placed.at) == 1:
        return cells[placed.at[0]] if placed.at[0] < len(cells) else None
    parts = {
        role: as_text(cells[at])
        for at, role in zip(placed.at, placed.roles, strict=True)
        if at < len(cells) and cells[at] is not None
    }
    return _joined(parts) or None


def _joined(parts: Mapping[str, str]) -> str:
    """Return a time that is spread over columns as one text."""
    day = parts.get("date", "").removesuffix(" 00:00:00")
    hours = parts.get("whole", "")
    if "start" in parts or "end" in parts:
        hours = f"{parts.get('start', '')}-{parts.get('end', '')}"
    return f"{day} {hours}".strip()


def _first(cells: Cells) -> Any:
    return next((cell for cell in cells if cell is not None), None)


def build(loaded: Loaded, key: str) -> tuple[Record, tuple[CellProblem, ...]]:
    """Build the record of a row under its final identifier, and say which rules the row breaks.

    Parameters
    ----------
    loaded : Loaded
        The values of the row.
    key : str
        Its identifier.

    Returns
    -------
    record : Record
    problems : tuple of CellProblem
    """
    record = loaded.register.record(**{**loaded.values, loaded.register.key: key})
    problems = []
    for breach in record.breaches():
        column = loaded.register.column(breach.field)
        value = getattr(record, breach.field)
        words = {name: str(each) for name, each in breach.values.items() if name != "value"}
        text = str(breach.values.get("value", "")) if value is None else shown(_plain(value), column)
        problems.append(loaded.place.problem(breach.field, breach.rule, text, Severity.WARNING, words))
    return record, tuple(problems)


def _plain(value: Any) -> str:
    return "、".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
