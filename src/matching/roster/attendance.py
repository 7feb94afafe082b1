"""Reads an attendance sheet as it comes back from a course: names and ticks, several names in a cell, the course in the title."""

import dataclasses
import datetime as dt
import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from matching.errors import UnreadableFileError
from matching.records import (
    AttendanceEntry,
    Cadre,
    CellProblem,
    Course,
    Mentor,
    Severity,
    TrainingRecords,
    chinese_number,
    day_of,
    mask_text,
)
from matching.roster.dates import stated_year_in
from matching.roster.headers import normal_header
from matching.roster.open_source import open_source
from matching.roster.readings import word_set
from matching.roster.sources import SourceSheet
from matching.roster.texts import as_text, fold, split_values

_FULL_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# A numeral in Chinese counts with its unit alone: 一 by itself is a stroke as often as a one.
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]+)个?(?:半)?(?:学时|课时|小时|h|hours?)")
_MOST_HEADER_ROWS = 30


@dataclasses.dataclass(frozen=True, slots=True)
class _Block:
    """The columns that belong to one column of names: sheets often have two or three side by side."""

    name: int
    days: Mapping[int, dt.date]
    ticks: tuple[int, ...]
    hours: int | None
    leave: int | None
    note: int | None


def read_attendance(
    path: str | Path, training: TrainingRecords, *, course_id: str | None = None, stated_year: int | None = None
) -> tuple[tuple[AttendanceEntry, ...], tuple[CellProblem, ...]]:
    """Read a filled-in attendance sheet.

    Parameters
    ----------
    path : str or Path
        A workbook or a CSV file; every sheet with a column of names is read.
    training : TrainingRecords
        Whose courses and people are meant.
    course_id : str, optional
        The course, where the sheet does not name it in its title.
    stated_year : int, optional
        The year meant by dates that name none; by default a year in the title, else that of the course.

    Returns
    -------
    entries : tuple of AttendanceEntry
        Who was there or on leave; who was simply absent is no entry.
    problems : tuple of CellProblem
        Everything odd: names that nobody has with the nearest, marks that mean nothing, courses that are not named.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read, or no sheet of it has a column of names.
    """
    file = Path(path)
    if file.is_dir() or not file.exists():
        raise UnreadableFileError(f"{file}：找不到这个文件。 No such file. 请选填好的签到表。")
    reader = _Reader(training, course_id, stated_year)
    found = [reader.read(sheet) for sheet in open_source(file)]
    if not any(each is not None for each in found):
        raise UnreadableFileError(
            f"{file.name}：没有找到签到表。 No attendance sheet found. 表头里须有“姓名”一列，以及“签到”或“学时”。"
        )
    entries = [entry for each in found if each is not None for entry in each]
    return tuple(entries), tuple(reader.problems)


class _Reader:
    """Reads sheets against the registers, collecting what is odd."""

    def __init__(self, training: TrainingRecords, course_id: str | None, stated_year: int | None) -> None:
        self.problems: list[CellProblem] = []
        self._courses = {each.course_id.casefold(): each for each in training.courses}
        self._stated, self._year = course_id, stated_year
        self._people: dict[str, list[Cadre | Mentor]] = defaultdict(list)
        for person in training.people.values():
            self._people[_folded(person.name)].append(person)
            self._people[person.person_id.casefold()].append(person)

    def read(self, sheet: SourceSheet) -> list[AttendanceEntry] | None:
        """Return the entries of one sheet; None where it has no column of names."""
        header = _header_of(sheet)
        if header is None:
            return None
        above = [
            sheet.title,
            *(as_text(c) for n, cells in sheet.rows.items() if n < header for c in cells if c),
            sheet.file,
        ]
        course = self._course(above)
        if course is None:
            self._odd(
                sheet, "", "course_not_named", " ".join(above)[:60], Severity.ROW_LEFT_OUT, count=len(self._courses)
            )
            return []
        year = self._year or stated_year_in(above) or (course.windows[0].start.year if course.windows else None)
        titled = _date_in(" ".join(above[:-1]), year)
        entries: list[AttendanceEntry] = []
        for block in _blocks([as_text(cell) for cell in sheet.rows[header]], year):
            for number, cells in sheet.rows.items():
                if number > header:
                    entries += self._row(sheet, number, cells, block, course, titled)
        return entries

    def _course(self, above: Sequence[str]) -> Course | None:
        if self._stated is not None:
            return self._courses.get(self._stated.casefold())
        text = _folded(" ".join(above))
        named = [
            each for code, each in self._courses.items() if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text)
        ]
        named = named or [each for each in self._courses.values() if _folded(each.name) in text]
        return max(named, key=lambda each: len(each.name)) if named else None

    def _row(
        self,
        sheet: SourceSheet,
        number: int,
        cells: Sequence[Any],
        block: _Block,
        course: Course,
        titled: dt.date | None,
    ) -> Iterator[AttendanceEntry]:
        raw = _cell(cells, block.name)
        text = "" if raw is None else as_text(raw).strip()
        if not text or normal_header(text) in {normal_header(word) for word in word_set("attendance", "total")}:
            return
        cell = f"{get_column_letter(block.name + 1)}{number}"
        # 李 青 is one name, spaced out to the width of three characters
        for name in (text,) if _folded(text) in self._people else split_values(text):
            person = self._person(sheet, cell, name)
            if person is not None:
                yield from self._marks(sheet, number, cells, block, course, titled, person)

    def _person(self, sheet: SourceSheet, cell: str, name: str) -> Cadre | Mentor | None:
        found = list({each.person_id: each for each in self._people.get(_folded(name), ())}.values())
        if len(found) == 1:
            return found[0]
        if found:
            keys = "、".join(each.person_id for each in found)
            self._odd(sheet, cell, "ambiguous_name", name, Severity.ROW_LEFT_OUT, count=len(found), keys=keys)
            return None
        nearest = difflib.get_close_matches(_folded(name), list(self._people), n=1, cutoff=0.5)
        known = self._people[nearest[0]][0] if nearest else None
        if known is None:
            self._odd(sheet, cell, "person_unlike_any", name, Severity.ROW_LEFT_OUT)
        else:
            nearest_words = f"{known.name}（{known.person_id}）"
            self._odd(sheet, cell, "person_unknown", name, Severity.ROW_LEFT_OUT, nearest=nearest_words)
        return None

    def _marks(
        self,
        sheet: SourceSheet,
        number: int,
        cells: Sequence[Any],
        block: _Block,
        course: Course,
        titled: dt.date | None,
        person: Cadre | Mentor,
    ) -> Iterator[AttendanceEntry]:
        said = _cell(cells, block.note)
        note = "" if said is None else as_text(said).strip()
        stated = self._number(sheet, number, cells, block.hours)
        leave = self._number(sheet, number, cells, block.leave)
        columns: list[tuple[int, dt.date | None]] = [(at, day) for at, day in block.days.items()]
        if not columns:
            columns = [(at, titled) for at in block.ticks[:1]] or [(block.name, titled)]
        for at, day in columns:
            when = day or _only_day(course)
            cell = f"{get_column_letter(at + 1)}{number}"
            if when is None:
                self._odd(sheet, cell, "attendance_date_unknown", course.name, Severity.ROW_LEFT_OUT)
                continue
            whole = _hours_of(course, when)
            is_ticked = at != block.name
            present, away = self._mark(sheet, cell, _cell(cells, at), whole, person) if is_ticked else (whole, 0.0)
            if len(columns) == 1:
                away = leave if leave is not None else away
                present = stated if stated is not None else max(present - (leave or 0.0), 0.0)
            if present or away:
                yield AttendanceEntry(
                    course_id=course.course_id, person_id=person.person_id, date=when, hours=present, leave_hours=away,
                    note=note, where=" ".join(part for part in (sheet.file, sheet.title, cell) if part),
                )  # fmt: skip

    def _mark(
        self, sheet: SourceSheet, cell: str, raw: Any, whole: float, person: Cadre | Mentor
    ) -> tuple[float, float]:
        """Return hours present and of leave that a mark stands for."""
        if isinstance(raw, bool):
            return (whole, 0.0) if raw else (0.0, 0.0)
        if isinstance(raw, int | float):
            return min(float(raw), whole) if raw > 1 or whole < 1 else whole * float(raw), 0.0
        text = "" if raw is None else _folded(as_text(raw))
        if not text or text in _words("absent"):
            return 0.0, 0.0
        if text in _words("present") or text == _folded(person.name):
            return whole, 0.0
        if any(word in text for word in _words("leave")):
            stated = _stated_hours(text)
            away = whole if stated is None else min(stated, whole)
            return whole - away, away
        if _NUMBER.fullmatch(text):
            return min(float(text), whole), 0.0
        if _WITH_UNIT.fullmatch(text) and (stated := _stated_hours(text)) is not None:
            return min(stated, whole), 0.0
        self._odd(sheet, cell, "mark_not_read", as_text(raw), Severity.CELL_LEFT_EMPTY)
        return 0.0, 0.0

    def _number(self, sheet: SourceSheet, number: int, cells: Sequence[Any], column: int | None) -> float | None:
        raw = None if column is None else _cell(cells, column)
        if raw is None or column is None:
            return None
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return float(raw)
        found = _stated_hours(_folded(as_text(raw)))
        if found is None:
            cell = f"{get_column_letter(column + 1)}{number}"
            self._odd(sheet, cell, "mark_not_read", as_text(raw), Severity.CELL_LEFT_EMPTY)
            return None
        return found

    def _odd(self, sheet: SourceSheet, cell: str, rule: str, value: str, severity: Severity, **values: object) -> None:
        problem = CellProblem(
            file=sheet.file, sheet=sheet.title, cell=cell, rule=rule, value=mask_text(value), severity=severity,
            values=values,
        )  # fmt: skip
        if problem not in self.problems:  # one cell may stand for several people
            self.problems.append(problem)


def _stated_hours(text: str) -> float | None:
    """Return the hours that a text states: 2, 1.5学时, 请假两学时, 三个半小时."""
    united = _WITH_UNIT.search(text)
    if united is None:
        found = _NUMBER.search(text)
        return float(found.group()) if found else None
    number = united[1]
    whole = float(number) if number[0].isdigit() else chinese_number(number)
    return None if whole is None else whole + (0.5 if "半" in united[0] else 0.0)


def _folded(text: str) -> str:
    return "".join(fold(text).split()).casefold()


def _words(kind: str) -> frozenset[str]:
    return frozenset(_folded(word) for word in word_set("attendance", kind))


def _cell(cells: Sequence[Any], at: int | None) -> Any:
    return cells[at] if at is not None and at < len(cells) else None


def _header_of(sheet: SourceSheet) -> int | None:
    names = {normal_header(word) for word in word_set("attendance", "name")}
    for number in list(sheet.rows)[:_MOST_HEADER_ROWS]:
        if any(normal_header(as_text(cell)) in names for cell in sheet.rows[number] if cell is not None):
            return number
    return None


def _blocks(headers: Sequence[str], year: int | None) -> Iterator[_Block]:
    kinds = {
        kind: {normal_header(word) for word in word_set("attendance", kind)}
        for kind in ("name", "tick", "hours", "away", "note")
    }
    at_names = [at for at, text in enumerate(headers) if normal_header(text) in kinds["name"]]
    for start, end in zip(at_names, [*at_names[1:], len(headers)], strict=True):
        columns = range(start + 1, end)

        def first(kind: str, within: range = columns) -> int | None:
            return next((at for at in within if normal_header(headers[at]) in kinds[kind]), None)

        days = {at: day for at in columns if (day := _date_in(headers[at], year)) is not None}
        ticks = tuple(at for at in columns if normal_header(headers[at]) in kinds["tick"])
        yield _Block(start, days, ticks, first("hours"), first("away"), first("note"))


def _date_in(text: str, year: int | None) -> dt.date | None:
    folded = fold(text)
    if found := _FULL_DATE.search(folded):
        return day_of(*(int(part) for part in found.groups()))
    if year is not None and (found := _SHORT_DATE.search(folded)):
        return day_of(year, int(found[1]), int(found[2]))
    return None


def _only_day(course: Course) -> dt.date | None:
    days = {window.start.date() for window in course.windows}
    return days.pop() if len(days) == 1 else None


def _hours_of(course: Course, day: dt.date) -> float:
    """Return the hours that a course gives on a day: its share of the sessions, or an equal share where none are stated."""
    total = sum(window.hours for window in course.windows)
    there = sum(window.hours for window in course.windows if window.start.date() == day)
    whole = course.hours if course.hours is not None else total
    return round(whole * there / total, 2) if total and there else whole
