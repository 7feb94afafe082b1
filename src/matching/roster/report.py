"""What was odd about files, as a table, a workbook and a few lines."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import CellProblem, Severity
from matching.roster.sheets import Sheet, write_sheets

_FIELDS = ("file", "sheet", "cell", "rule", "value", "severity", "remedy")


def problem_table(problems: Sequence[CellProblem], *, language: Language = "zh") -> pd.DataFrame:
    """Return problems as a table for people.

    Parameters
    ----------
    problems : sequence of CellProblem
        For example `Community.problems`.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    table : DataFrame
        One row a problem: file, sheet, cell, rule, value, what became of it, what to do.
    """
    headers = [label(f"roster.problem.{name}", language=language) for name in _FIELDS]
    return pd.DataFrame([_row(problem, language) for problem in problems], columns=headers, dtype=object)


def _row(problem: CellProblem, language: Language) -> list[str]:
    return [
        problem.file,
        problem.sheet,
        problem.cell,
        problem.explain_rule(language=language),
        problem.value,
        label(f"records.severity.{problem.severity}", language=language),
        problem.explain_remedy(language=language),
    ]


def write_problems(problems: Sequence[CellProblem], path: str | Path, *, language: Language = "zh") -> None:
    """Write problems as a workbook, to be worked through with the files open beside it.

    Parameters
    ----------
    problems : sequence of CellProblem
        For example `Community.problems`.
    path : str or Path
        Where to.
    language : {"zh", "en"}, default="zh"
        Which words.

    Raises
    ------
    CallError
        If the place cannot be written.
    """
    table = problem_table(problems, language=language)
    headers = [str(header) for header in table.columns]
    widths = dict(zip(headers, (18, 14, 8, 46, 24, 16, 46), strict=True))
    title = label("roster.report.title", language=language)
    notes = [title, *summary_lines(problems, language=language, most=6)]
    sheet = Sheet(
        title=title, headers=headers, rows=table.to_numpy().tolist(), widths=widths, notes=notes, landscape=True
    )
    write_sheets(path, [sheet])


def summary_lines(problems: Sequence[CellProblem], *, language: Language = "zh", most: int = 10) -> tuple[str, ...]:
    """Return the gist of problems: totals, then each rule with its count, the gravest and most frequent first.

    Parameters
    ----------
    problems : sequence of CellProblem
        For example `Community.problems`.
    language : {"zh", "en"}, default="zh"
        Which words.
    most : int, default=10
        At most so many lines, and one more that says how many rules are not shown.

    Returns
    -------
    lines : tuple of str

    Raises
    ------
    CallError
        If `most` is less than 1.
    """
    if most < 1:
        raise CallError(f"most must be 1 or more; got {most}")
    if not problems:
        return (label("roster.report.none", language=language),)
    by_severity = Counter(problem.severity for problem in problems)
    totals = "，".join(
        f"{label(f'records.severity.{severity}', language=language)} {by_severity[severity]}"
        for severity in Severity
        if by_severity[severity]
    )
    counts = Counter((problem.severity, problem.rule) for problem in problems)
    gravest = {severity: at for at, severity in enumerate(Severity)}
    ordered = sorted(counts.items(), key=lambda item: (gravest[item[0][0]], -item[1], item[0][1]))
    first = {(problem.severity, problem.rule): problem for problem in reversed(problems)}
    lines = [label("roster.report.total", language=language, count=len(problems), totals=totals)]
    for key, count in ordered[: most - 1]:
        example = first[key]
        where = " ".join(part for part in (example.file, example.sheet, example.cell) if part)
        lines.append(
            label(
                "roster.report.line", language=language, count=count, where=where,
                rule=example.explain_rule(language=language), remedy=example.explain_remedy(language=language),
            )
        )  # fmt: skip
    left = len(ordered) - (most - 1)
    if left > 0:
        hidden = sum(count for _, count in ordered[most - 1 :])
        lines.append(label("roster.report.more", language=language, rules=left, count=hidden))
    return tuple(lines)
