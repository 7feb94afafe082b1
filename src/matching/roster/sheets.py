"""Writes workbooks that are safe to open: text is never a formula, and the same content gives the same bytes."""

import copy
import dataclasses
import datetime as dt
import enum
import io
import math
import os
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from matching.errors import CallError
from matching.roster.sources import MOST_ROWS
from matching.roster.texts import canonical_text

MOST_TEXT = 32_767
"""Characters that Excel keeps in one cell."""
LINE_POINTS, MOST_POINTS = 15.0, 409.0
"""Height of a line of 11 points, and the highest row that Excel knows."""
HEADER_FONT, BODY_FONT = "微软雅黑", "宋体"
OPTIONS_SHEET = "下拉选项"
DATE_FORMAT = "yyyy-mm-dd"
_FIXED_MOMENT = (1980, 1, 1, 0, 0, 0)
_ESCAPABLE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_BAD_TITLE = re.compile(r"[\\/*?:\[\]]")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_LINE = Side(style="thin", color="FFBFBFBF")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADER_FILL = PatternFill("solid", fgColor="FFDDEBF7")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook to be written: a table with notes above it.

    Attributes
    ----------
    title : str
        Title of the sheet; signs that Excel forbids are replaced and 31 characters kept.
    headers : sequence of str
        The header row.
    rows : sequence of sequence
        Cells: text, int, float, bool, date, naive or offset datetime, or None.
    widths : mapping of str to float, optional
        Widths of columns by header, in characters; the others follow their content.
    notes : sequence of str
        Lines above the header.
    number_formats : mapping of str to str, optional
        Excel formats by header, for example ``{"得分": "0.00"}``.
    freeze : bool, default=True
        Whether the header stays in view.
    print_title_rows : bool, default=True
        Whether the header is printed on every page.
    landscape : bool, default=False
        Whether the page lies on its side.
    printed : int, optional
        How many columns are printed, from the left: the fewer, the larger their letters. All by default.
    dropdowns : mapping of str to sequence of str, optional
        What may be chosen in a column, by header.
    comments : mapping of str to str, optional
        What shows when the pointer rests on a header.
    spare_rows : int, default=0
        Empty rows below the table that have drop-downs too.
    """

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Mapping[str, float] | None = None
    notes: Sequence[str] = ()
    number_formats: Mapping[str, str] | None = None
    freeze: bool = True
    print_title_rows: bool = True
    landscape: bool = False
    printed: int | None = None
    dropdowns: Mapping[str, Sequence[str]] | None = None
    comments: Mapping[str, str] | None = None
    spare_rows: int = 0


def write_sheets(path: str | Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook.

    Parameters
    ----------
    path : str or Path
        Where to; a file there is replaced at once or not at all.
    sheets : sequence of Sheet
        At least one.

    Raises
    ------
    CallError
        If there is no sheet, two have one title, a row is longer than the headers, or the place cannot be written.
    """
    if not sheets:
        raise CallError("A workbook needs at least one sheet; got none. Pass one Sheet or more.")
    book = Workbook()
    book.remove(book.worksheets[0])
    titles: set[str] = set()
    options = _Options(book)
    for sheet in sheets:
        title = _title(sheet.title)
        if title.lower() in titles:
            raise CallError(f"Two sheets have the title {title!r}. Give each a title of its own (31 characters count).")
        titles.add(title.lower())
        _write(book.create_sheet(title), sheet, options)
    options.finish()
    write_bytes(path, _fixed(book))


def write_bytes(path: str | Path, content: bytes) -> None:
    """Replace a file at once: whoever reads it sees the old one or the new one, never half of it.

    Parameters
    ----------
    path : str or Path
        Where to.
    content : bytes
        All of it.

    Raises
    ------
    CallError
        If the folder does not exist or the file cannot be written.
    """
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CallError(
            f"{target}：写不进去（{error.strerror}）。 The file cannot be written. 请检查文件夹是否存在、文件是否正在 Excel 里打开。"
        ) from error


def _title(text: str) -> str:
    return _BAD_TITLE.sub("_", canonical_text(text)).strip("'")[:31] or "Sheet"


class _Options:
    """The lists of drop-downs that are too long for a cell rule; they get a hidden sheet of their own."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._lists: list[tuple[str, ...]] = []

    def formula(self, values: Sequence[str]) -> str:
        """Return the formula of a rule that offers the values."""
        plain = ",".join(values)
        if len(plain) <= 250 and not any(sign in value for value in values for sign in ',"'):
            return f'"{plain}"'
        if tuple(values) not in self._lists:
            self._lists.append(tuple(values))
        letter = get_column_letter(self._lists.index(tuple(values)) + 1)
        return f"'{OPTIONS_SHEET}'!${letter}$1:${letter}${len(values)}"

    def finish(self) -> None:
        """Write the hidden sheet, where there is any list for it."""
        if not self._lists:
            return
        sheet = self._book.create_sheet(OPTIONS_SHEET)
        sheet.sheet_state = "hidden"
        for at, values in enumerate(self._lists, start=1):
            for row, value in enumerate(values, start=1):
                _fill(sheet.cell(row, at), value)


def _write(sheet: Worksheet, content: Sheet, options: _Options) -> None:
    header_row = len(content.notes) + 1
    if len(content.rows) + header_row > MOST_ROWS:
        raise CallError(
            f"Sheet {content.title!r} has {len(content.rows)} rows; Excel holds {MOST_ROWS}. Write CSV files."
        )
    title_font, note_font = Font(name=HEADER_FONT, size=14, bold=True), Font(name=BODY_FONT, size=10)
    for number, note in enumerate(content.notes, start=1):
        cell = sheet.cell(number, 1)
        _fill(cell, note)
        cell.font = title_font if number == 1 else note_font
    _write_header(sheet, content, header_row)
    _write_body(sheet, content, header_row)
    _set_heights(sheet, content, header_row, widths=_set_widths(sheet, content))
    last = header_row + max(len(content.rows) + content.spare_rows, 1)
    for header, values in (content.dropdowns or {}).items():
        letter = get_column_letter(_at(content, header) + 1)
        rule = DataValidation("list", formula1=options.formula(values), allow_blank=True, showErrorMessage=False)
        rule.add(f"{letter}{header_row + 1}:{letter}{last}")
        sheet.add_data_validation(rule)
    if content.freeze:
        sheet.freeze_panes = f"A{header_row + 1}"
    _set_page(sheet, content, header_row)


def _at(content: Sheet, header: str) -> int:
    if header not in content.headers:
        raise CallError(f"Sheet {content.title!r} has no header {header!r}; it has {list(content.headers)}.")
    return list(content.headers).index(header)


def _write_header(sheet: Worksheet, content: Sheet, header_row: int) -> None:
    font = Font(name=HEADER_FONT, size=11, bold=True)
    centred = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for at, header in enumerate(content.headers, start=1):
        cell = sheet.cell(header_row, at)
        _fill(cell, header)
        cell.font, cell.fill, cell.border, cell.alignment = font, _HEADER_FILL, _FRAME, centred
        note = (content.comments or {}).get(header)
        if note:
            cell.comment = Comment(canonical_text(note), "邻里", height=90, width=260)


def _write_body(sheet: Worksheet, content: Sheet, header_row: int) -> None:
    model: Any = sheet.cell(header_row + 1, 1)
    model.font, model.border = Font(name=BODY_FONT, size=11), _FRAME
    model.alignment = Alignment(vertical="center", wrap_text=True)
    style = model._style  # noqa: SLF001 - openpyxl looks a style up anew for every cell, which takes most of the time
    formats = {_at(content, header): text for header, text in (content.number_formats or {}).items()}
    for number, row in enumerate(content.rows, start=header_row + 1):
        if len(row) > len(content.headers):
            raise CallError(
                f"Row {number - header_row} of sheet {content.title!r} has {len(row)} cells for {len(content.headers)} headers."
            )
        for at, value in enumerate(row):
            cell: Any = sheet.cell(number, at + 1)
            cell._style = copy.copy(style)  # noqa: SLF001 - see above
            _fill(cell, value)
            if at in formats and value is not None:
                cell.number_format = formats[at]


def _fill(cell: Any, value: Any) -> None:
    """Put a value into a cell: text as text, whatever it begins with or spells."""
    if isinstance(value, enum.Enum):
        value = value.value
    if value is None or value == "":
        return
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    if not isinstance(value, str):
        plain = value.item() if hasattr(value, "item") else value  # numpy scalars
        cell.value = plain
        if isinstance(plain, dt.date):
            cell.number_format = f"{DATE_FORMAT} hh:mm" if isinstance(plain, dt.datetime) else DATE_FORMAT
        return
    text = canonical_text(value)
    if len(text) > MOST_TEXT:
        text = f"{text[: MOST_TEXT - 10]}…（后略）"
    cell.value = _ESCAPABLE.sub("_x005F_", text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True


def display_width(text: str) -> int:
    """Return how many half-width characters a text takes, its longest line.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    width : int

    Examples
    --------
    >>> display_width("合伙人 A")
    8
    """
    return max(sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in line) for line in text.split("\n"))


def _set_widths(sheet: Worksheet, content: Sheet) -> list[float]:
    widths = []
    for at, header in enumerate(content.headers):
        stated = (content.widths or {}).get(header)
        texts = [str(row[at])[:80] for row in content.rows[:200] if at < len(row) and row[at] is not None]
        fitting = max([display_width(header) + 2, *(display_width(text) + 1 for text in texts)])
        widths.append(float(stated or min(max(fitting, 6), 42)))
        sheet.column_dimensions[get_column_letter(at + 1)].width = widths[-1]
    return widths


def _set_heights(sheet: Worksheet, content: Sheet, header_row: int, *, widths: Sequence[float]) -> None:
    """State the height of rows whose text wraps: not every program works it out when it opens a file."""
    rows = [content.headers, *content.rows]
    for number, row in enumerate(rows, start=header_row):
        lines = max((_lines(value, width) for value, width in zip(row, widths, strict=False)), default=1)
        if lines > 1:
            sheet.row_dimensions[number].height = min(lines * LINE_POINTS + 3, MOST_POINTS)


def _lines(value: object, width: float) -> int:
    if not isinstance(value, str):
        return 1
    room = max(width - 1, 2)
    return sum(max(1, math.ceil(display_width(line) / room)) for line in value.split("\n"))


def _set_page(sheet: Worksheet, content: Sheet, header_row: int) -> None:
    setup = sheet.page_setup
    setup.paperSize = 9  # A4
    setup.orientation = "landscape" if content.landscape else "portrait"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.6
    margins.header = margins.footer = 0.3
    if content.printed is not None:
        last = get_column_letter(min(content.printed, len(content.headers)))
        sheet.print_area = f"A1:{last}{sheet.max_row}"
    sheet.print_options.horizontalCentered = True
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    if content.print_title_rows:
        sheet.print_title_rows = f"{header_row}:{header_row}"


def _fixed(book: Workbook) -> bytes:
    """Return the bytes of a workbook without the moment at which it was saved."""
    book.properties.creator = "邻里"
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            fixed = zipfile.ZipInfo(entry.filename, _FIXED_MOMENT)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, content)
    return out.getvalue()
