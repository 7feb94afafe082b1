"""One sheet becomes rows of registers, with a note for every cell that is not read."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from matching.records import CellProblem, Register, Severity
from matching.roster.dates import stated_year_in
from matching.roster.headers import all_headers, normal_header
from matching.roster.layouts import Layout, find_layout, header_texts, nearest_column, nearest_register
from matching.roster.readings import Setting, word_set
from matching.roster.rows import Loaded, RowReader, shown
from matching.roster.sources import SourceSheet
from matching.roster.texts import as_text

_TWO_TABLES = 3  # headers that a later row must share with a register to be the header of another table
_LONGEST_HEADER = 20
MOST_FILLED = 2_000_000


@dataclasses.dataclass(slots=True)
class SheetRows:
    """What one sheet gave."""

    rows: list[Loaded] = dataclasses.field(default_factory=list)
    problems: list[CellProblem] = dataclasses.field(default_factory=list)
    is_recognised: bool = False


def read_sheet(
    sheet: SourceSheet,
    registers: tuple[Register, ...],
    *,
    aside: tuple[Register, ...] = (),
    stated_year: int | None = None,
) -> SheetRows:
    """Read all tables of one sheet.

    Parameters
    ----------
    sheet : SourceSheet
        The sheet.
    registers : tuple of Register
        What the sheet may be.
    aside : tuple of Register
        What else it may be: such a sheet is recognised, noted and not read.
    stated_year : int, optional
        The year meant by dates that name none; without it a year in the titles counts.

    Returns
    -------
    found : SheetRows
    """
    found = SheetRows()
    for oddity in sheet.oddities:
        found.problems.append(_sheet_problem(sheet, oddity.rule, sheet.file, oddity.severity, oddity.values))
    if normal_header(sheet.title) in {normal_header(word) for word in word_set("sheet", "help")}:
        found.problems.append(_sheet_problem(sheet, "help_sheet", sheet.title, Severity.NOTE))
        found.is_recognised = True
        return found
    numbers = list(sheet.rows)
    if not numbers:
        return found
    titles = [sheet.title or sheet.file, sheet.file]
    known = all_headers(registers)
    while numbers:
        layout = find_layout(sheet, numbers, (*registers, *aside), titles=titles)
        if layout is None:
            _note_unread(sheet, numbers, registers, found)
            return found
        if layout.register in aside:
            values = {"register": layout.register.sheet, "count": len(numbers)}
            cell = str(layout.header_rows[0])
            found.problems.append(_sheet_problem(sheet, "sheet_set_aside", sheet.title, Severity.NOTE, values, cell))
            return found
        last_header = layout.header_rows[-1]
        above = [number for number in numbers if number < layout.header_rows[0]]
        below = [number for number in numbers if number > last_header]
        end = _next_table(sheet, layout, below, registers, known)
        _read_table(sheet, layout, above, below[:end], stated_year, found)
        numbers = below[end:]
    return found


def _sheet_problem(
    sheet: SourceSheet,
    rule: str,
    value: str,
    severity: Severity,
    values: Mapping[str, object] | None = None,
    cell: str = "",
) -> CellProblem:
    return CellProblem(
        file=sheet.file, sheet=sheet.title, cell=cell, rule=rule, value=value, severity=severity, values=values or {}
    )


def _note_unread(sheet: SourceSheet, numbers: Sequence[int], registers: tuple[Register, ...], found: SheetRows) -> None:
    """Say of rows that fit no register which headers were seen and what they come nearest to."""
    number = max(numbers[:10], key=lambda each: sum(isinstance(cell, str) for cell in sheet.rows[each]))
    headers = [text for text in header_texts(sheet, number) if text]
    nearest, missing = nearest_register(headers, registers)
    values = {
        "headers": _listed(headers), "nearest": nearest.sheet, "count": len(numbers),
        "missing": "、".join(missing) or nearest.columns[0].header,
    }  # fmt: skip
    found.problems.append(
        _sheet_problem(sheet, "sheet_not_recognised", _listed(headers), Severity.NOTE, values, str(number))
    )


def _listed(texts: Iterable[Any], most: int = 12) -> str:
    texts = [shown(text) for text in texts]
    return "、".join(texts[:most]) + (f"…（共{len(texts)}列）" if len(texts) > most else "")


def _next_table(
    sheet: SourceSheet, layout: Layout, below: Sequence[int], registers: tuple[Register, ...], known: frozenset[str]
) -> int:
    """Return where in the rows below a header another table begins."""
    firsts = known | {normal_header(word) for word in word_set("sheet", "running_number")}
    mine = {normal_header(header) for header in layout.headers if header}
    for position, number in enumerate(below):
        cells = sheet.rows[number]
        first = next(cell for cell in cells if cell is not None)
        if not isinstance(first, str) or len(first) > _LONGEST_HEADER or normal_header(first) not in firsts:
            continue
        texts = [
            normal_header(as_text(cell))
            for cell in cells[:60]
            if isinstance(cell, str) and len(cell) <= _LONGEST_HEADER
        ]
        hits = [text for text in texts if text in known]
        if len(hits) >= _TWO_TABLES and len(hits) >= 0.6 * len(texts) and not set(texts) <= mine:
            other = find_layout(sheet, [number], registers)
            if other is not None and not other.missing:
                return position
    return len(below)


def _read_table(
    sheet: SourceSheet,
    layout: Layout,
    above: Sequence[int],
    numbers: Sequence[int],
    stated_year: int | None,
    found: SheetRows,
) -> None:
    found.is_recognised = True
    titles = [" ".join(as_text(cell) for cell in sheet.rows[number] if isinstance(cell, str)) for number in above]
    for number, title in zip(above, titles, strict=True):
        cell = str(number)
        found.problems.append(_sheet_problem(sheet, "title_row", shown(title), Severity.NOTE, cell=cell))
    if layout.missing:
        headers = "、".join(layout.register.column(name).header for name in layout.missing)
        values = {"register": layout.register.sheet, "missing": headers, "count": len(numbers)}
        found.problems.append(
            _sheet_problem(
                sheet, "missing_required_column", _listed(header for header in layout.headers if header),
                Severity.ROW_LEFT_OUT, values, str(layout.header_rows[0]),
            )
        )  # fmt: skip
        return
    setting = _setting(sheet, titles, stated_year)
    cells = _filled_down(sheet, layout.header_rows[-1], found)
    _note_columns(sheet, layout, numbers, found)
    reader = RowReader(sheet, layout, setting)
    rows = [reader.read(number, cells[number]) for number in numbers]
    found.problems.extend(reader.problems)
    loaded = [row for row in rows if row is not None]
    found.rows.extend(loaded)
    _note_rows(sheet, layout, numbers, loaded, found)


def _setting(sheet: SourceSheet, titles: Sequence[str], stated_year: int | None) -> Setting:
    if stated_year is not None:
        return Setting(stated_year, "", sheet.is_1904)
    for texts in (titles, [sheet.title], [sheet.file]):
        year = stated_year_in(texts)
        if year is not None:
            source = next(text for text in texts if str(year) in text)
            return Setting(year, shown(source), sheet.is_1904)
    return Setting(None, "", sheet.is_1904)


def _filled_down(sheet: SourceSheet, header_row: int, found: SheetRows) -> Mapping[int, list[Any]]:
    """Give every row of a cell that is merged downwards the value of the cell."""
    spans = [merge for merge in sheet.merges if merge[0] > header_row and merge[2] > merge[0]]
    if not spans:
        return sheet.rows
    cells = dict(sheet.rows)
    filled = work = 0
    first = ""
    numbers = sorted(cells)
    for top, left, bottom, _ in spans:
        source = sheet.rows.get(top, ())
        value = source[left] if left < len(source) else None
        if value is None:
            continue
        for number in range(top + 1, bottom + 1) if bottom - top < len(numbers) else numbers:
            work += 1
            if work > MOST_FILLED:
                return cells
            if not top < number <= bottom or number not in cells:
                continue
            row = [*cells[number]] + [None] * (left + 1 - len(cells[number]))
            if row[left] is None:
                row[left], filled = value, filled + 1
                first = first or f"{get_column_letter(left + 1)}{top}"
                cells[number] = row
    if filled:
        values = {"count": filled}
        found.problems.append(_sheet_problem(sheet, "merged_filled", str(filled), Severity.NOTE, values, first))
    return cells


def _note_columns(sheet: SourceSheet, layout: Layout, numbers: Sequence[int], found: SheetRows) -> None:
    """Note every column that is not read, with how many cells that leaves out, and say if the register is unsure."""
    counts: Counter[int] = Counter()
    firsts: dict[int, int] = {}
    for number in numbers:
        for at, cell in enumerate(sheet.rows[number]):
            if cell is not None:
                counts[at] += 1
                firsts.setdefault(at, number)
    read = {at for placed in layout.columns.placed for at in placed.at}
    fields = dict(layout.columns.twice)
    for at in sorted(set(range(len(layout.headers))) | set(counts)):
        header = layout.headers[at] if at < len(layout.headers) else ""
        if at in read or not (header or counts[at]):
            continue
        cell = f"{get_column_letter(at + 1)}{layout.header_rows[-1]}"
        values: dict[str, object] = {"count": counts[at]}
        if not header:
            rule, header, cell = "cells_without_header", str(counts[at]), f"{get_column_letter(at + 1)}{firsts[at]}"
        elif at in fields:
            rule, values["field"] = "column_fits_twice", layout.register.column(fields[at]).header
        elif normal_header(header) in word_set("sheet", "running_number"):
            rule = "running_number"
        else:
            rule, values["nearest"] = "column_not_recognised", nearest_column(header, layout.register) or "—"
        found.problems.append(_sheet_problem(sheet, rule, shown(header), Severity.NOTE, values, cell))
    if layout.rival is not None:
        values = {"register": layout.register.sheet, "rival": layout.rival.sheet}
        found.problems.append(_sheet_problem(sheet, "register_unsure", sheet.title, Severity.WARNING, values))


def _note_rows(
    sheet: SourceSheet, layout: Layout, numbers: Sequence[int], loaded: Sequence[Loaded], found: SheetRows
) -> None:
    """Note blank rows inside the table, saved results of formulas, and identifiers that had to be made."""
    cell = str(layout.header_rows[-1])
    blank = numbers[-1] - layout.header_rows[-1] - len(numbers) if numbers else 0
    if blank:
        found.problems.append(_sheet_problem(sheet, "blank_rows", str(blank), Severity.NOTE, {"count": blank}, cell))
    rows = set(numbers)
    computed = [(row, at) for row, at in sheet.formulas if row in rows]
    if computed:
        row, at = computed[0]
        values = {"count": len(computed)}
        place = f"{get_column_letter(at + 1)}{row}"
        found.problems.append(
            _sheet_problem(sheet, "formula_read_as_value", shown(sheet.rows[row][at]), Severity.NOTE, values, place)
        )
    without = [row for row in loaded if not row.key]
    if without:
        made: dict[str, object] = {"count": len(without), "header": layout.register.column(layout.register.key).header}
        found.problems.append(
            _sheet_problem(sheet, "key_made", str(len(without)), Severity.NOTE, made, str(without[0].place.row))
        )
    if sheet.is_hidden:
        found.problems.append(_sheet_problem(sheet, "hidden_sheet", sheet.title, Severity.NOTE))
