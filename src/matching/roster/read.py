"""Reads a folder, a workbook or a CSV file as a community, with a problem for everything odd."""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from matching.errors import ProblemsFoundError, UnreadableFileError
from matching.records import (
    DISPATCH,
    PARTNER_REGISTERS,
    REGISTERS,
    TRAINING_REGISTERS,
    CellProblem,
    Community,
    Record,
    Register,
    Severity,
    TrainingRecords,
)
from matching.roster.duplicates import Entry, drop_repeated, same_people
from matching.roster.keys import final_keys
from matching.roster.open_source import SUFFIXES, open_source
from matching.roster.references import unknown_communities, unknown_references
from matching.roster.rows import Loaded, build
from matching.roster.sources import SourceSheet
from matching.roster.tables import read_sheet

Progress = Callable[[int, int, str], None]
_NOT_OURS = ("~$", ".")  # what Excel and file systems leave beside the files that people made
MOST_NAMED = 5


def read_files(path: str | Path, *, stated_year: int | None = None, progress: Progress | None = None) -> Community:
    """Read whatever files a district keeps its records in.

    Parameters
    ----------
    path : str or Path
        A ``.xlsx``, ``.xlsm``, ``.xls`` or ``.csv`` file, or a folder of them.
    stated_year : int, optional
        The year meant by dates that name none, such as ``7月3日``. Without it, a year in a title or in the name of
        the file counts, with a note; else such dates are reported.
    progress : callable of (done, total, what), optional
        Called before each file and once at the end.

    Returns
    -------
    community : Community
        Good rows are loaded; `problems` names every odd cell and everything that was not read.

    Raises
    ------
    UnreadableFileError
        If nothing can be read at all, in one line with what to do.
    """
    found = _read(Path(path), REGISTERS, (DISPATCH, *TRAINING_REGISTERS), stated_year, progress)
    order = {id(row): at for at, row in enumerate(found.rows)}
    everyone = itertools.chain.from_iterable(found.entries[each.name] for each in PARTNER_REGISTERS)
    partners = sorted(everyone, key=lambda entry: order[id(entry[0])])
    problems = [*found.problems, *same_people(partners), *unknown_references(found.entries)]
    problems += unknown_communities(found.entries)
    return Community.of(found.records, problems=_in_order(problems, found.sheets), source=str(path))


def read_training_files(
    path: str | Path, *, stated_year: int | None = None, progress: Progress | None = None
) -> TrainingRecords:
    """Read whatever files a training programme keeps its records in.

    Parameters
    ----------
    path : str or Path
        A ``.xlsx``, ``.xlsm``, ``.xls`` or ``.csv`` file, or a folder of them; sheets of the district's own registers are
        set aside.
    stated_year : int, optional
        The year meant by dates that name none.
    progress : callable of (done, total, what), optional
        Called before each file and once at the end.

    Returns
    -------
    training : TrainingRecords
        Good rows are loaded; `problems` names every odd cell and everything that was not read.

    Raises
    ------
    UnreadableFileError
        If nothing can be read at all, in one line with what to do.
    """
    found = _read(Path(path), TRAINING_REGISTERS, (DISPATCH, *REGISTERS), stated_year, progress)
    problems = [*found.problems, *unknown_references(found.entries)]
    return TrainingRecords.of(found.records, problems=_in_order(problems, found.sheets), source=str(path))


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """What files hold: sheets, rows in their order, rows as records by register, what was odd."""

    sheets: list[SourceSheet]
    rows: list[Loaded]
    entries: dict[str, list[Entry]]
    problems: list[CellProblem]

    @property
    def records(self) -> dict[str, list[Record]]:
        return {name: [record for _, record in each] for name, each in self.entries.items()}


def _read(
    path: Path,
    registers: tuple[Register, ...],
    aside: tuple[Register, ...],
    stated_year: int | None,
    progress: Progress | None,
) -> _Found:
    sheets, problems = _open(path, progress or (lambda _done, _total, _what: None))
    found = [read_sheet(sheet, registers, aside=aside, stated_year=stated_year) for sheet in sheets]
    problems += itertools.chain.from_iterable(each.problems for each in found)
    if not any(each.rows or each.is_recognised for each in found):
        problems = [_nothing_was_read(problem) for problem in problems]
    rows = list(itertools.chain.from_iterable(each.rows for each in found))
    entries = {}
    for register in registers:
        entries[register.name], more = _records([row for row in rows if row.register is register])
        problems += more
    return _Found(sheets, rows, entries, problems)


def check_strict(records: Community | TrainingRecords) -> None:
    """Refuse records whose files had anything wrong in them.

    Parameters
    ----------
    records : Community or TrainingRecords
        As read.

    Raises
    ------
    ProblemsFoundError
        If there is any problem above a note; it names the first few.
    """
    serious = [problem for problem in records.problems if problem.severity is not Severity.NOTE]
    if serious:
        named = "\n".join(problem.explain() for problem in serious[:MOST_NAMED])
        more = f"\n……还有 {len(serious) - MOST_NAMED} 处" if len(serious) > MOST_NAMED else ""
        raise ProblemsFoundError(
            f"严格模式：发现 {len(serious)} 处问题，没有采用这些文件。 Strict reading found {len(serious)} problems."
            f" 请改正后重试，或去掉 --strict。\n{named}{more}"
        )


def _open(path: Path, tell: Progress) -> tuple[list[SourceSheet], list[CellProblem]]:
    if not path.exists():
        raise UnreadableFileError(f"{path}：找不到这个文件或文件夹。 No such file or folder. 请检查路径。")
    if not path.is_dir():
        tell(0, 1, path.name)
        sheets = open_source(path)
        tell(1, 1, path.name)
        return sheets, []
    everything = sorted(each for each in path.iterdir() if not each.name.startswith(_NOT_OURS))
    files = [each for each in everything if each.is_file() and each.suffix.lower() in SUFFIXES]
    problems = [
        _file_problem(each, "file_skipped", each.name, Severity.NOTE) for each in everything if each not in files
    ]
    if not files:
        raise UnreadableFileError(
            f"{path}：文件夹里没有 xlsx、xls 或 csv 文件。 The folder holds no table. 请选放有表格的文件夹。"
        )
    sheets, errors = [], []
    for done, file in enumerate(files):
        tell(done, len(files), file.name)
        try:
            sheets.extend(open_source(file))
        except UnreadableFileError as error:
            errors.append(error)
            problems.append(_file_problem(file, "file_unreadable", str(error), Severity.ROW_LEFT_OUT))
    tell(len(files), len(files), path.name)
    if len(errors) == len(files):
        raise errors[0]
    return sheets, problems


def _file_problem(path: Path, rule: str, value: str, severity: Severity) -> CellProblem:
    return CellProblem(file=path.name, sheet="", cell="", rule=rule, value=value, severity=severity)


def _nothing_was_read(problem: CellProblem) -> CellProblem:
    """Raise the note on a sheet that fits no register: it is no aside where nothing else was read either."""
    if problem.rule not in {"sheet_not_recognised", "sheet_set_aside"}:
        return problem
    return CellProblem(
        file=problem.file, sheet=problem.sheet, cell=problem.cell, rule=problem.rule, value=problem.value,
        severity=Severity.ROW_LEFT_OUT, values=problem.values,
    )  # fmt: skip


def _records(rows: Sequence[Loaded]) -> tuple[list[Entry], list[CellProblem]]:
    kept, problems = drop_repeated(rows)
    entries: list[tuple[Loaded, Record]] = []
    for row, key in zip(kept, final_keys(kept), strict=True):
        record, breaches = build(row, key)
        entries.append((row, record))
        problems.extend(breaches)
    return entries, problems


def _in_order(problems: Iterable[CellProblem], sheets: Sequence[SourceSheet]) -> list[CellProblem]:
    """Sort problems by file, sheet and row, as somebody goes through them with the files open."""
    order = {(sheet.file, sheet.title): at for at, sheet in enumerate(sheets)}

    def place(problem: CellProblem) -> tuple[int, int, str]:
        digits = "".join(sign for sign in problem.cell if sign.isdigit())
        return order.get((problem.file, problem.sheet), -1), int(digits or 0), problem.cell

    return sorted(problems, key=place)
