"""The monthly report as files: a page, a PDF, a workbook, and what it takes to make them again."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from matching.errors import CallError, MissingBrowserError, UnreadableFileError
from matching.labels import Language, label
from matching.records import CHINA
from matching.reports.month_notebook import render_month_page, run_month_notebook
from matching.reports.month_report import MonthReport, read_month_report
from matching.reports.month_sections import Section
from matching.reports.pdf import browser_version, find_browser, write_pdf
from matching.roster import Sheet, write_sheets
from matching.service import Month

PAGE, PDF, WORKBOOK, DOCUMENT = "月报.html", "月报.pdf", "月报.xlsx", "report.json"
_VERSION = 1
_WIDE = 46.0


@dataclasses.dataclass(frozen=True, slots=True)
class MonthFiles:
    """What was written.

    Attributes
    ----------
    folder : Path
    document : mapping
        What ``report.json`` holds.
    no_pdf : str
        Why there is no PDF; empty where there is one, or none was wanted.
    """

    folder: Path
    document: Mapping[str, Any]
    no_pdf: str


def write_month_report(
    source: str | Path,
    month: Month,
    folder: Path,
    *,
    known_at: dt.datetime | None = None,
    policies: Path | None = None,
    language: Language = "zh",
    has_pdf: bool = True,
) -> MonthFiles:
    """Run the notebook of the month and write page, PDF, workbook and document.

    Parameters
    ----------
    source : str or Path
        A store, or files.
    month : Month
        The month.
    folder : Path
        Where to write; files of an earlier report there are replaced.
    known_at : datetime, optional
        For a store: what had been recorded by then counts; by default all.
    policies : Path, optional
        Folder with the district's own policy tables.
    language : {"zh", "en"}, default="zh"
        Of words.
    has_pdf : bool, default=True
        Whether a PDF is wanted. Where no browser can print it, everything else is written all the same.

    Returns
    -------
    files : MonthFiles

    Raises
    ------
    CallError
        If the notebook fails, or the data change while it runs.
    """
    report = read_month_report(source, month, known_at=known_at, policies=policies)
    sections = report.sections(language=language)
    return write_report(report, sections, source, folder, policies=policies, language=language, has_pdf=has_pdf)


def write_report(
    report: MonthReport,
    sections: tuple[Section, ...],
    source: str | Path,
    folder: Path,
    *,
    policies: Path | None = None,
    language: Language = "zh",
    has_pdf: bool = True,
) -> MonthFiles:
    """Write a report that has been read.

    Parameters
    ----------
    report : MonthReport
        As it was read from the source.
    sections : tuple of Section
        Of the report, in the language.
    source : str or Path
        What it was read from: the notebook reads it too.
    folder : Path
        Where to write.
    policies : Path, optional
        Folder with the district's own policy tables.
    language : {"zh", "en"}, default="zh"
        Of words.
    has_pdf : bool, default=True
        Whether a PDF is wanted.

    Returns
    -------
    files : MonthFiles

    Raises
    ------
    CallError
        If the notebook fails, or the data change while it runs.
    """
    notebook = run_month_notebook(source, report.month, known_at=report.known_at, policies=policies, language=language)
    page = render_month_page(notebook, report, sections, language=language)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (DOCUMENT, PDF):  # a document beside files that it does not speak of would vouch for the wrong ones
        (folder / name).unlink(missing_ok=True)
    (folder / PAGE).write_text(page, encoding="utf-8", newline="\n")
    write_sheets(folder / WORKBOOK, _sheets(sections))
    no_pdf, browser = "", ""
    if has_pdf:
        try:
            write_pdf(page, folder / PDF, made_at=pdf_moment(report))
            program = find_browser()
            browser = browser_version(program) if program else ""
        except MissingBrowserError as error:
            no_pdf = str(error)
    document = describe(report, sections, language=language, browser=browser)
    names = [name for name in (PAGE, PDF, WORKBOOK) if (folder / name).exists()]
    document["files"] = {name: hash_file(folder / name) for name in names}
    words = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / DOCUMENT).write_text(words + "\n", encoding="utf-8", newline="\n")
    return MonthFiles(folder, document, no_pdf)


def describe(
    report: MonthReport, sections: tuple[Section, ...], *, language: Language, browser: str = ""
) -> dict[str, Any]:
    """Return what it takes to make a report again, and every figure in it.

    Parameters
    ----------
    report : MonthReport
        Any.
    sections : tuple of Section
        Of the report.
    language : {"zh", "en"}
        Of words.
    browser : str
        That printed the PDF.

    Returns
    -------
    document : dict
        Plain values that JSON can hold.
    """
    return {
        "format": _VERSION,
        "month": str(report.month),
        "known_at": report.known_at.isoformat() if report.known_at else None,
        "fingerprint": report.fingerprint,
        "policy": dataclasses.asdict(report.policy),
        "language": language,
        "version": metadata.version("linli-matching"),
        "browser": browser,
        "sections": {
            each.name: [
                {"columns": [str(name) for name in table.columns], "rows": [_plain(row) for row in _rows(table)]}
                for table in each.tables
            ]
            for each in sections
        },
    }


def read_document(folder: Path) -> dict[str, Any]:
    """Read what a report says of itself.

    Parameters
    ----------
    folder : Path
        That `write_month_report` wrote to.

    Returns
    -------
    document : dict

    Raises
    ------
    UnreadableFileError
        If there is none, or it is no document of a monthly report.
    CallError
        If a newer version wrote it.
    """
    path = folder / DOCUMENT
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = document["format"]
        Month.read(document["month"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnreadableFileError(
            f"{path} is not the document of a monthly report ({error}). Name the folder of one."
        ) from error
    if version != _VERSION:
        raise CallError(
            f"{path} has format {version}; this version reads {_VERSION}. Upgrade, or make the report again."
        )
    return document


def pdf_moment(report: MonthReport) -> dt.datetime:
    """Return the moment that the PDF says it was made at: that of the data.

    Parameters
    ----------
    report : MonthReport
        Any.

    Returns
    -------
    moment : datetime
        The end of the month where the source knows no moment.
    """
    return report.known_at or dt.datetime.combine(report.month.last, dt.time(23, 59, 59), CHINA)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file.

    Parameters
    ----------
    path : Path
        Of the file.

    Returns
    -------
    digest : str
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sheets(sections: tuple[Section, ...]) -> list[Sheet]:
    sheets = []
    for section in sections:
        for number, table in enumerate(section.tables, start=1):
            title = section.title if number == 1 else f"{section.title} {number}"
            rows = [_plain(row) for row in _rows(table)]
            lengths = [max((len(str(cell)) for cell in column), default=0) for column in zip(*rows, strict=True)]
            headers = [str(name) for name in table.columns]
            wide = {name: _WIDE for name, length in zip(headers, lengths, strict=False) if length > _WIDE / 2}
            sheets.append(
                Sheet(title=title, headers=headers, rows=rows, notes=[section.about], widths=wide, landscape=True)
            )
    return sheets


def _rows(table: Any) -> Any:
    return table.itertuples(index=False, name=None)


def _plain(row: tuple[object, ...]) -> list[object]:
    return [cell if cell is None or isinstance(cell, int | float) else str(cell) for cell in row]


def no_browser_words(language: Language) -> str:
    """Say how to print the page by hand.

    Parameters
    ----------
    language : {"zh", "en"}
        Which words.

    Returns
    -------
    words : str
    """
    return label("reports.month.print_it", language=language, page=PAGE, pdf=PDF)
