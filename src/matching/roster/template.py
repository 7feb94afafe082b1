"""Writes an empty workbook to be filled in: headers with help, drop-downs, an example row, a help sheet."""

from collections.abc import Sequence
from pathlib import Path

from matching.labels import Language, label
from matching.records import REGISTERS, CellType, Column, Register, show_choice
from matching.roster.readings import words
from matching.roster.sheets import Sheet, write_sheets
from matching.roster.write import dropdowns

_SPARE_ROWS = 500
REQUIRED_MARK = "*"


def write_template(path: str | Path, *, registers: Sequence[Register] = REGISTERS, language: Language = "zh") -> None:
    """Write an empty workbook with one sheet for each register that people fill in.

    Its first column of each example row says 示例 (or Example); such a row is skipped when the workbook is read.
    A register is for people to fill in where its identifier has an example; the others the program keeps itself.

    Parameters
    ----------
    path : str or Path
        Where to.
    registers : sequence of Register, default=REGISTERS
        Those of the district, or those of the training of cadres.
    language : {"zh", "en"}, default="zh"
        Of titles, headers, help and choices.

    Raises
    ------
    CallError
        If the place cannot be written.
    """
    filled = [each for each in registers if each.column(each.key).example]
    write_sheets(path, [_help_sheet(filled, language), *(_sheet(each, language) for each in filled)])


def _header(column: Column, language: Language) -> str:
    header = column.header if language == "zh" else column.english
    return f"{header}{REQUIRED_MARK}" if column.required else header


def _sheet(register: Register, language: Language) -> Sheet:
    example = words("sheet", "example")[0 if language == "zh" else 1]
    headers = [_header(column, language) for column in register.columns]
    marked = dict(zip([c.header if language == "zh" else c.english for c in register.columns], headers, strict=True))
    return Sheet(
        title=register.sheet if language == "zh" else register.english,
        headers=headers,
        rows=[[example if column.name == register.key else column.example for column in register.columns]],
        landscape=True,
        dropdowns={marked[header]: values for header, values in dropdowns(register, language).items()},
        comments={_header(column, language): _comment(column, language) for column in register.columns},
        spare_rows=_SPARE_ROWS,
    )


def _comment(column: Column, language: Language) -> str:
    parts = [
        label("roster.template.required", language=language) if column.required else "",
        _how(column, language),
        column.help_zh if language == "zh" else column.help_en,
        label("roster.template.example", language=language, example=column.example) if column.example else "",
    ]
    return "\n".join(part for part in parts if part)


def _how(column: Column, language: Language) -> str:
    how = label(f"roster.template.type.{column.cell_type}", language=language)
    if column.choices is not None:
        separator = "、" if language == "zh" else ", "
        how += separator.join(show_choice(member, language=language) for member in column.choices)
    if column.unit and column.cell_type in {CellType.INTEGER, CellType.DECIMAL}:
        how += f"（{column.unit}）" if language == "zh" else f" ({column.unit})"
    return how


def _help_sheet(registers: list[Register], language: Language) -> Sheet:
    names = ("sheet", "header", "required", "how", "example", "note")
    headers = [label(f"roster.template.help.{name}", language=language) for name in names]
    yes = label("records.flag.yes", language=language)
    rows = [
        [
            register.sheet if language == "zh" else register.english,
            column.header if language == "zh" else column.english,
            yes if column.required else "",
            _how(column, language),
            column.example,
            column.help_zh if language == "zh" else column.help_en,
        ]
        for register in registers
        for column in register.columns
    ]
    notes = [label(f"roster.template.note_{number}", language=language) for number in range(1, 7)]
    title = words("sheet", "help")[0 if language == "zh" else 1]
    widths = dict(zip(headers, (16, 18, 8, 40, 28, 40), strict=True))
    return Sheet(title=title, headers=headers, rows=rows, notes=[title, *notes], widths=widths, landscape=True)
