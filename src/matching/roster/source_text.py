"""Reads text files of cells: CSV in the encodings and with the delimiters that offices use."""

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

from matching.errors import UnreadableFileError
from matching.records import Severity
from matching.roster.readings import Oddity
from matching.roster.sources import MOST_CELLS, MOST_ROWS, SourceSheet, trimmed

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES = 60
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_OR_HIGH = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_MARKED = re.compile(r"'[=+\-@'\t\r0-9]")  # what the writer, or an export that feared Excel, put an apostrophe before
TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})


def read_text_file(path: Path, content: bytes) -> list[SourceSheet]:
    """Read a text file as one sheet.

    Parameters
    ----------
    path : Path
        The file, for its name.
    content : bytes
        All of it.

    Returns
    -------
    sheets : list of SourceSheet
        One sheet.

    Raises
    ------
    UnreadableFileError
        If the bytes are not text in any of the encodings, or a cell is too long to be one.
    """
    text = _decoded(path, content)
    oddities = []
    if path.suffix.lower() not in TEXT_SUFFIXES:
        oddities.append(Oddity("read_as_text", Severity.NOTE))
    if "\x00" in text:
        text = text.replace("\x00", "")
        oddities.append(Oddity("control_characters_removed", Severity.NOTE))
    delimiter = _delimiter(text)
    rows, is_well_quoted = _rows(path, text, delimiter)
    if not is_well_quoted:
        oddities.append(Oddity("quotes_not_closed", Severity.WARNING))
    if not rows:
        raise UnreadableFileError(f"{path.name}：文件里没有内容。 The file holds no cell. 请选有内容的文件。")
    return [SourceSheet(path.name, "", rows, oddities=tuple(oddities))]


def _decoded(path: Path, content: bytes) -> str:
    encodings: list[tuple[str, re.Pattern[str] | None]]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = [("utf-16", _CONTROL)]
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = [("utf-8-sig", None)]
    else:  # GB18030 takes almost any bytes for text, so that what it gives must look like text
        encodings = [("utf-8", _CONTROL), ("gb18030", _CONTROL_OR_HIGH)]
    for encoding, unlikely in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if unlikely is None or len(unlikely.findall(text[:100_000])) <= len(text[:100_000]) / 100 + 1:
            return text
    raise UnreadableFileError(
        f"{path.name}：不是 Excel 文件，也不是 UTF-8 或 GBK 编码的文本。 Neither a workbook nor text in UTF-8 or GBK."
        " 请用 Excel 打开后另存为 xlsx。"
    )


def _delimiter(text: str) -> str:
    """Choose the delimiter that cuts most of the first lines into the same number of cells, and more than one."""
    lines = [line for line in text[:200_000].split("\n")[: _SAMPLE_LINES * 2] if line.strip()][:_SAMPLE_LINES]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(_width(line, delimiter) for line in lines)
        widths.pop(1, None)
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            score = count + min(width, 50) / 100
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _width(line: str, delimiter: str) -> int:
    return sum(1 for part in re.sub(r'"[^"]*"', "", line).split(delimiter)) if delimiter in line else 1


def _rows(path: Path, text: str, delimiter: str) -> tuple[dict[int, list[Any]], bool]:
    try:
        return _parsed(path, text, delimiter, is_strict=True), True
    except csv.Error:
        try:
            return _parsed(path, text, delimiter, is_strict=False), False
        except csv.Error as error:
            raise UnreadableFileError(
                f"{path.name}：有一格长得不像一格，多半是少了一个引号（{error}）。 A cell is too long, a quote is probably missing."
                " 请用 Excel 打开检查后另存为 xlsx。"
            ) from error


def _parsed(path: Path, text: str, delimiter: str, *, is_strict: bool) -> dict[int, list[Any]]:
    rows, cells = {}, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=is_strict)
    for number, record in enumerate(reader, start=1):
        row = trimmed([_unmarked(value) for value in record])
        cells += len(row)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise UnreadableFileError(f"{path.name}：文件太大。 The file is too large. 请分成几个文件。")
        if row:
            rows[number] = row
    return rows


def _unmarked(value: str) -> str:
    return value[1:] if _MARKED.match(value) else value
