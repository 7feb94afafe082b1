"""Reads workbooks: xlsx and xlsm through openpyxl, xls through xlrd. Formulas and macros never run."""

import io
import re
import warnings
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import iterparse

import openpyxl
import xlrd
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.merge import MergeCells
from openpyxl.xml.constants import SHEET_MAIN_NS

from matching.errors import UnreadableFileError
from matching.roster.readings import Broken, Formula
from matching.roster.sources import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, SourceSheet, is_blank

MOST_BYTES = 300_000_000
"""Size to which the parts of a workbook that are read may unpack."""
_FORMULA = f"{{{SHEET_MAIN_NS}}}f"
_ROW, _MERGES = f"{{{SHEET_MAIN_NS}}}row", f"{{{SHEET_MAIN_NS}}}mergeCells"
_TEXT = f"{{{SHEET_MAIN_NS}}}t"
_ESCAPED_UNDERSCORE = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")


class _Parser(WorkSheetParser):
    """openpyxl's own reader of cells, which also remembers formulas, and skips whatever is not a cell or a merge."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.formulas: list[tuple[int, int, str, bool]] = []

    def parse(self) -> Generator[Any, None, None]:
        # Twice as fast as the parent, and looks, links and rules that openpyxl cannot understand do no harm.
        element: Any
        for _, element in iterparse(self.source):  # noqa: S314 - _sheet has refused entities, and expat bounds them
            if element.tag == _ROW:
                yield self.parse_row(element)
                element.clear()
            elif element.tag == _MERGES:
                self.merged_cells = MergeCells.from_tree(element)

    def parse_cell(self, element: Any) -> dict[str, Any]:
        inline = element[0] if len(element) == 1 and element.get("t") == "inlineStr" else None
        coordinate = element.get("r")
        if coordinate and inline is not None and len(inline) == 1 and inline[0].tag == _TEXT:
            # The plain case by hand: the general one takes five times as long, and our own files are full of it.
            row, self.col_counter = coordinate_to_tuple(coordinate)
            return {"row": row, "column": self.col_counter, "value": inline[0].text, "data_type": "s"}
        cell: dict[str, Any] = super().parse_cell(element)
        formula = element.find(_FORMULA)
        if formula is not None:
            self.formulas.append((cell["row"], cell["column"], formula.text or "", cell["value"] is not None))
        return cell


def read_xlsx(path: Path, content: bytes) -> list[SourceSheet]:
    """Read a workbook in the format of Excel 2007 and later.

    Parameters
    ----------
    path : Path
        The file, for its name.
    content : bytes
        All of it.

    Returns
    -------
    sheets : list of SourceSheet
        Chart sheets are left out.

    Raises
    ------
    UnreadableFileError
        If it is damaged, is not a workbook, or unpacks to more than can be read.
    """
    _check_archive(path, content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of looks (styles, extensions) that nobody reads here
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheets = [_sheet(path, sheet, book) for sheet in book.worksheets]
            book.close()
        except UnreadableFileError:
            raise
        except Exception as error:
            raise _damaged(path) from error
    return sheets


def _damaged(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name}：文件已损坏，打不开。 The workbook is damaged. 请用 Excel 打开并修复后另存，或重新导出。"
    )


def _check_archive(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise _damaged(path) from error
    names = {entry.filename.lower() for entry in entries}
    if "xl/workbook.bin" in names:
        raise UnreadableFileError(f"{path.name}：是 xlsb 格式。 A binary workbook. 请用 Excel 另存为 xlsx。")
    if not any(re.match(r"(?:xl/)?workbook\d*\.xml$", name) for name in names):
        raise UnreadableFileError(
            f"{path.name}：是压缩包，但里面没有 Excel 工作簿。 A zip file without a workbook. 请选 xlsx、xls 或 csv 文件。"
        )
    if sum(entry.file_size for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))) > MOST_BYTES:
        raise UnreadableFileError(f"{path.name}：解开后太大，可能有问题。 It unpacks to too much. 请分成几个文件。")


def _sheet(path: Path, sheet: Any, book: Any) -> SourceSheet:
    # Merged cells and formulas are not to be had from openpyxl's quick reader, and its thorough one builds every
    # cell of the sheet as an object; the parser under both gives all three in one pass, and only cells that exist.
    with sheet._get_source() as source:  # noqa: SLF001 - see above
        content = source.read()
        if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
            raise _damaged(path)
        parser = _Parser(
            io.BytesIO(content),
            sheet._shared_strings,  # noqa: SLF001 - see above
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 - see above
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001 - see above
        )
        rows = dict(_rows_of(path, parser))
    formulas = []
    for row, column, text, has_value in parser.formulas:
        if has_value:
            formulas.append((row, column - 1))
        else:
            _put(rows, row, column - 1, Formula(f"={text}"))
    merges = () if parser.merged_cells is None else tuple(_merges(parser.merged_cells.mergeCell))
    return SourceSheet(
        path.name,
        str(sheet.title),
        dict(sorted(rows.items())),
        merges,
        tuple(formulas),
        is_1904=book.epoch == CALENDAR_MAC_1904,
        is_hidden=sheet.sheet_state != "visible",
    )


def _rows_of(path: Path, parser: _Parser) -> Iterator[tuple[int, list[Any]]]:
    cells = 0
    for number, found in parser.parse():
        filled = [cell for cell in found if not is_blank(cell["value"])]
        if not filled:
            continue
        width = max(cell["column"] for cell in filled)
        cells += width
        if not 1 <= number <= MOST_ROWS or width > MOST_COLUMNS or cells > MOST_CELLS:
            raise UnreadableFileError(
                f"{path.name}：第 {number} 行第 {width} 列超出了 Excel 的大小。 The sheet is larger than Excel allows."
                " 请用 Excel 打开并另存后再试。"
            )
        row: list[Any] = [None] * width
        for cell in filled:
            row[cell["column"] - 1] = _xlsx_value(cell)
        yield number, row


def _xlsx_value(cell: dict[str, Any]) -> Any:
    value = cell["value"]
    if cell["data_type"] == "e":
        return Broken(str(value))
    if isinstance(value, str) and "_x005F_" in value:
        return _ESCAPED_UNDERSCORE.sub("_", value)
    return value


def _put(rows: dict[int, list[Any]], row: int, column: int, value: Any) -> None:
    cells = rows.setdefault(row, [])
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = value


def _merges(ranges: Any) -> Iterator[tuple[int, int, int, int]]:
    for each in ranges:
        left, top, right, bottom = range_boundaries(each.ref)
        if left and top and right and bottom:
            yield top, left - 1, bottom, right - 1


def read_xls(path: Path, content: bytes) -> list[SourceSheet]:
    """Read a workbook in the format of Excel 97 to 2003.

    Parameters
    ----------
    path : Path
        The file, for its name.
    content : bytes
        All of it.

    Returns
    -------
    sheets : list of SourceSheet
        Formulas cannot be told from their saved results in this format.

    Raises
    ------
    UnreadableFileError
        If it is damaged, protected by a password, or not a workbook.
    """
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content:
        raise _protected(path)
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True)
        return [_xls_sheet(path, sheet, book.datemode) for sheet in book.sheets()]
    except Exception as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise _protected(path) from error
        raise _damaged(path) from error


def _protected(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name}：文件有打开密码。 The workbook is protected by a password. 请在 Excel 里去掉密码后另存。"
    )


def _xls_sheet(path: Path, sheet: Any, datemode: int) -> SourceSheet:
    rows: dict[int, list[Any]] = {}
    for number in range(sheet.nrows):
        values = [
            _xls_value(kind, value, datemode)
            for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True)
        ]
        while values and values[-1] is None:
            values.pop()
        if values:
            rows[number + 1] = values
    merges = tuple((top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return SourceSheet(path.name, sheet.name, rows, merges, is_1904=datemode == 1, is_hidden=sheet.visibility != 0)


def _xls_value(kind: int, value: Any, datemode: int) -> Any:
    match kind:
        case xlrd.XL_CELL_DATE:
            try:
                return xlrd.xldate.xldate_as_datetime(value, datemode)
            except (ValueError, OverflowError):
                return Broken("#VALUE!")
        case xlrd.XL_CELL_ERROR:
            return Broken(xlrd.error_text_from_code.get(value, "#VALUE!"))
        case xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        case _:
            return None if is_blank(value) else value
