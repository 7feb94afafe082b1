"""Reads a dispatch sheet that came back filled in by hand."""

import dataclasses
from pathlib import Path

from matching.errors import UnreadableFileError
from matching.records import DISPATCH, CellProblem, DispatchRow, Severity
from matching.roster.duplicates import drop_repeated
from matching.roster.headers import normal_header
from matching.roster.keys import final_keys
from matching.roster.open_source import open_source
from matching.roster.rows import build
from matching.roster.tables import read_sheet


def read_dispatch(
    path: str | Path, *, stated_year: int | None = None
) -> tuple[tuple[DispatchRow, ...], tuple[CellProblem, ...]]:
    """Read a filled-in dispatch sheet from whichever sheets of a file hold one.

    Parameters
    ----------
    path : str or Path
        A workbook or a CSV file.
    stated_year : int, optional
        The year meant by dates that name none.

    Returns
    -------
    rows : tuple of DispatchRow
        Also those on which no result was written.
    problems : tuple of CellProblem
        Everything odd. That phones were masked when the sheet was printed is no more than a note a sheet.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read, or no sheet of it is a dispatch sheet.
    """
    file = Path(path)
    if file.is_dir() or not file.exists():
        raise UnreadableFileError(f"{file}：找不到这个文件。 No such file. 请选填好的派单表文件。")
    found = [read_sheet(sheet, (DISPATCH,), stated_year=stated_year) for sheet in open_source(file)]
    loaded = [row for each in found for row in each.rows]
    problems = _without_masks([problem for each in found for problem in each.problems])
    if loaded:
        problems = [_other_sheet(problem) for problem in problems]
    if not loaded and not any(each.is_recognised and each.problems for each in found):
        needed = "、".join(column.header for column in DISPATCH.columns if column.required)
        raise UnreadableFileError(
            f"{file.name}：没有找到派单表。 No dispatch sheet found. 表头里须有：{needed}；请用程序导出的派单表填写。"
        )
    kept, repeated = drop_repeated(loaded)
    problems += repeated
    rows = []
    for row, key in zip(kept, final_keys(kept), strict=True):
        record, breaches = build(row, key)
        if isinstance(record, DispatchRow):
            rows.append(record)
        problems += breaches
    return tuple(rows), tuple(problems)


def _other_sheet(problem: CellProblem) -> CellProblem:
    """Make a note of a sheet that only resembles a dispatch sheet: the plan beside it has the same headers."""
    titles = {normal_header(title) for title in (DISPATCH.sheet, DISPATCH.english, *DISPATCH.aliases)}
    if problem.rule == "missing_required_column" and normal_header(problem.sheet) not in titles:
        return dataclasses.replace(problem, severity=Severity.NOTE)
    return problem


def _without_masks(problems: list[CellProblem]) -> list[CellProblem]:
    """Keep one note a sheet of the values that were masked when the sheet was printed: nobody filled them in."""
    kept, noted = [], set()
    for problem in problems:
        if problem.rule not in {"masked_value", "masked_inside_text"}:
            kept.append(problem)
        elif problem.sheet not in noted:
            noted.add(problem.sheet)
            kept.append(dataclasses.replace(problem, severity=Severity.NOTE))
    return kept
