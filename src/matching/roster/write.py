"""Writes records as a workbook or a folder of CSV files that reads back as the same records."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matching.errors import CallError
from matching.labels import LANGUAGES, Language, label
from matching.records import CellType, Column, Community, Record, Register, TrainingRecords, show_choice, show_value
from matching.records import register as find_register
from matching.roster.dates import EARLIEST_YEAR
from matching.roster.numbers import lost_digits
from matching.roster.sheets import MOST_TEXT, Sheet, write_bytes, write_sheets
from matching.roster.texts import canonical_text

Bundle = Community | TrainingRecords

_NUMBERS = frozenset({CellType.INTEGER, CellType.DECIMAL})
_MARKED_SIGNS = frozenset("=+-@\t\r")
_DIGITS = frozenset("0123456789")
_SPARE_ROWS = 200


def write_workbook(
    records: Bundle, path: str | Path, *, show_personal: bool = False, language: Language = "zh"
) -> None:
    """Write records as a workbook, one sheet a register.

    With ``show_personal=True`` the workbook reads back as equal records, provided that its text is canonical
    (see `canonical_text`) and no two rows of a register share an identifier.

    Parameters
    ----------
    records : Community or TrainingRecords
        What to write.
    path : str or Path
        Where to; a file there is replaced.
    show_personal : bool, default=False
        Whether phones, ID numbers and addresses are written unmasked. Masked ones are not read back.
    language : {"zh", "en"}, default="zh"
        Of titles, headers, choices and flags. Both are read back.

    Raises
    ------
    CallError
        If a text is longer than a cell of Excel, or the place cannot be written.
    """
    _check_language(language)
    filled = [each for each in records.registers if records.rows(each.name)] or list(records.registers)
    write_sheets(path, [_sheet(each, records, show_personal=show_personal, language=language) for each in filled])


def write_folder(records: Bundle, path: str | Path, *, show_personal: bool = False, language: Language = "zh") -> None:
    """Write records as a folder of CSV files in UTF-8 with a byte order mark, one a register.

    Parameters
    ----------
    records : Community or TrainingRecords
        What to write.
    path : str or Path
        The folder; it is made where it does not exist. A file of a register that is empty now is emptied too.
    show_personal : bool, default=False
        Whether phones, ID numbers and addresses are written unmasked.
    language : {"zh", "en"}, default="zh"
        Of file names, headers, choices and flags.

    Raises
    ------
    CallError
        If the folder cannot be made or written.
    """
    _check_language(language)
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CallError(
            f"{folder}：建不了文件夹（{error.strerror}）。 The folder cannot be made. 请换一个位置。"
        ) from error
    is_empty = not any(records.rows(each.name) for each in records.registers)
    for register in records.registers:
        target = folder / f"{_title(register, language)}.csv"
        if not (records.rows(register.name) or target.exists() or is_empty):
            continue
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        writer.writerow(_headers(register, language))
        for row in _cells(register, records, show_personal=show_personal, language=language):
            writer.writerow([_safe(value) for value in row])
        write_bytes(target, b"\xef\xbb\xbf" + lines.getvalue().encode("utf-8"))


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise CallError(f"language must be one of {LANGUAGES}; got {language!r}")


def _title(register: Register, language: Language) -> str:
    return register.sheet if language == "zh" else register.english


def _headers(register: Register, language: Language) -> list[str]:
    return [column.header if language == "zh" else column.english for column in register.columns]


def _cells(register: Register, records: Bundle, *, show_personal: bool, language: Language) -> Iterator[list[str]]:
    for record in records.rows(register.name):
        yield [
            canonical_text(show_value(getattr(record, c.name), c, show_personal=show_personal, language=language))
            for c in register.columns
        ]


def _safe(text: str) -> str:
    """Mark text that a spreadsheet would take for a formula, and text that itself begins like such a mark."""
    looks_marked = text[:1] == "'" and (text[1:2] in _MARKED_SIGNS or text[1:2] in _DIGITS or text[1:2] == "'")
    return f"'{text}" if text[:1] in _MARKED_SIGNS or (looks_marked and text[1:2]) else text


def register_sheet(name: str, community: Community, *, language: Language = "zh") -> Sheet:
    """Return one register of a community as a sheet, to stand in a workbook beside other ones.

    Parameters
    ----------
    name : str
        Of the register, for example ``"needs"``.
    community : Community
        What to write.
    language : {"zh", "en"}, default="zh"
        Of title, headers, choices and flags.

    Returns
    -------
    sheet : Sheet
        Phones, ID numbers and addresses are masked.
    """
    _check_language(language)
    return _sheet(find_register(name), community, show_personal=False, language=language)


def _sheet(register: Register, records: Bundle, *, show_personal: bool, language: Language) -> Sheet:
    columns = register.columns
    texts = _cells(register, records, show_personal=show_personal, language=language)
    rows = [
        [_typed(getattr(record, c.name), c, text, register, record) for c, text in zip(columns, row, strict=True)]
        for record, row in zip(records.rows(register.name), texts, strict=True)
    ]
    return Sheet(
        title=_title(register, language),
        headers=_headers(register, language),
        rows=rows,
        landscape=True,
        dropdowns=dropdowns(register, language),
        spare_rows=_SPARE_ROWS,
    )


def _typed(value: Any, column: Column, text: str, register: Register, record: Record) -> Any:
    """Return numbers and dates as Excel knows them, and everything else as text."""
    if column.cell_type in _NUMBERS and value is not None and not lost_digits(value) and _is_kept(value):
        return value
    if column.cell_type is CellType.DATE and value is not None and value.year >= EARLIEST_YEAR:
        return value
    if len(text) > MOST_TEXT:
        raise CallError(
            f"“{column.header}”（{register.sheet} {getattr(record, register.key)}）有 {len(text)} 个字，Excel 一格最多 {MOST_TEXT} 个。"
            " A text is too long for a cell of Excel. 请缩短，或导出为 CSV 文件夹。"
        )
    return text


def _is_kept(number: float) -> bool:
    """Return whether a workbook keeps the number to the last bit: openpyxl writes sixteen digits."""
    return float(f"{number:.16g}") == number


def dropdowns(register: Register, language: Language) -> dict[str, list[str]]:
    """Return what may be chosen in the columns of a register.

    Parameters
    ----------
    register : Register
        The register.
    language : {"zh", "en"}
        Of headers and choices.

    Returns
    -------
    dropdowns : dict of str to list of str
        By header: the members of a closed list, and yes or no.
    """
    found = {}
    for column in register.columns:
        header = column.header if language == "zh" else column.english
        if column.cell_type is CellType.CHOICE and column.choices is not None:
            found[header] = [show_choice(member, language=language) for member in column.choices]
        elif column.cell_type is CellType.FLAG:
            found[header] = [label(f"records.flag.{name}", language=language) for name in ("yes", "no")]
    return found
