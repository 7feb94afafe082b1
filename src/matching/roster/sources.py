"""A file as sheets of cells, whatever its format; the content decides, not the ending of the name."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matching.errors import UnreadableFileError
from matching.roster.readings import Oddity

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""The size of an Excel sheet; a file that names a cell beyond it is broken."""
MOST_CELLS = 20_000_000
"""Cells that one file may take up in memory, gaps within rows included."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|meta|table|body|style|script)", re.IGNORECASE
)
_XML = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<\?xml", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class SourceSheet:
    """One sheet as it stands in the file.

    Attributes
    ----------
    file : str
        Name of the file, without its folder.
    title : str
        Title of the sheet; empty for a text file.
    rows : mapping of int to list
        Cells of each row that holds any, by its number from 1; the first column is at 0. An empty cell is None; the
        others are str, int, float, bool, dates and times, `Broken` or `Formula`.
    merges : tuple of (row, column, row, column)
        Merged cells: first and last, rows from 1 and columns from 0.
    formulas : tuple of (row, column)
        Cells whose value is the saved result of a formula.
    is_1904 : bool
        Whether serial numbers of dates count from 1904.
    is_hidden : bool
        Whether the sheet is hidden.
    oddities : tuple of Oddity
        What was odd about the file as a whole.
    """

    file: str
    title: str
    rows: Mapping[int, list[Any]]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    formulas: tuple[tuple[int, int], ...] = ()
    is_1904: bool = False
    is_hidden: bool = False
    oddities: tuple[Oddity, ...] = ()


def kind_of(path: Path, head: bytes) -> str:
    """Return how a file is to be read, by its first bytes.

    Parameters
    ----------
    path : Path
        The file, for the message.
    head : bytes
        Its first few hundred bytes.

    Returns
    -------
    kind : str
        ``"xlsx"``, ``"xls"`` or ``"text"``.

    Raises
    ------
    UnreadableFileError
        If the file is empty, a web page, or an XML table.
    """
    if not head.strip():
        raise UnreadableFileError(f"{path.name}：文件是空的。 The file is empty. 请选有内容的 xlsx、xls 或 csv 文件。")
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(OLE) or head[:4] in {b"\x09\x08\x10\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00"}:
        return "xls"
    if _WEB_PAGE.match(head):
        raise UnreadableFileError(
            f"{path.name}：这是网页，不是 Excel 文件（系统导出时常见）。 A web page, not a workbook. 请用 Excel 打开后另存为 xlsx。"
        )
    if _XML.match(head):
        raise UnreadableFileError(
            f"{path.name}：这是 XML 表格。 An XML table, not a workbook. 请用 Excel 打开后另存为 xlsx。"
        )
    return "text"


def is_blank(value: Any) -> bool:
    """Return whether a cell holds nothing that can be seen.

    Parameters
    ----------
    value : object
        A value as the file gives it.

    Returns
    -------
    blank : bool
    """
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def trimmed(cells: list[Any]) -> list[Any]:
    """Return a row without the empty cells at its end, and with blank text made None.

    Parameters
    ----------
    cells : list
        Values of one row.

    Returns
    -------
    cells : list
        Empty where the whole row is blank.
    """
    row = [None if is_blank(value) else value for value in cells]
    while row and row[-1] is None:
        row.pop()
    return row
