"""Whether a published monthly report can be made again: the same data, figures, page, workbook and PDF."""

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from matching.labels import Language, label
from matching.reports.month_files import (
    DOCUMENT,
    PAGE,
    PDF,
    describe,
    hash_file,
    pdf_moment,
    read_document,
    write_report,
)
from matching.reports.month_report import read_month_report
from matching.reports.pdf_check import check_pdf
from matching.service import Month

_SAME = ("fingerprint", "policy")
_MOST = 40


@dataclasses.dataclass(frozen=True, slots=True)
class MonthCheck:
    """What a check found.

    Attributes
    ----------
    differences : tuple of str
        Empty where all is the same.
    compared : tuple of str
        What was compared and how; a PDF is compared to the byte only where the same version of the same browser is here.
    """

    differences: tuple[str, ...]
    compared: tuple[str, ...] = ()


def check_month_report(
    source: str | Path, folder: Path, *, policies: Path | None = None, language: Language = "zh"
) -> MonthCheck:
    """Make a report again from its store and compare.

    Parameters
    ----------
    source : str or Path
        The store, or the files, that it was made from.
    folder : Path
        Of the report.
    policies : Path, optional
        Folder with the district's own policy tables, as it was made with.
    language : {"zh", "en"}, default="zh"
        Of the differences.

    Returns
    -------
    check : MonthCheck
        Files that were changed since; data, policies and figures that differ now, each with what is published and what
        comes out; and files that come out otherwise. A PDF is always compared with what the page says, and to the byte
        where the browser is the same one.

    Raises
    ------
    UnreadableFileError
        If there is no report in the folder.
    """
    published = read_document(folder)
    month, known_at = Month.read(published["month"]), published["known_at"]
    found = list(_changed_files(published, folder, language))
    report = read_month_report(source, month, known_at=known_at, policies=policies)
    own: Language = published["language"]
    sections = report.sections(language=own)
    again = describe(report, sections, language=own)
    found += _differences(published, again, language)
    if found:
        return MonthCheck(_cut(found, language))
    has_pdf = PDF in published["files"]
    with tempfile.TemporaryDirectory() as place:
        files = write_report(report, sections, source, Path(place), policies=policies, language=own, has_pdf=has_pdf)
        browser = files.document["browser"] if PDF in files.document["files"] else ""
        same = [name for name in published["files"] if name != PDF or (browser and browser == published["browser"])]
        for name in same:
            if hash_file(Path(place) / name) != published["files"][name]:
                found.append(label("reports.month.check.file_differs", language=language, name=name))
    if has_pdf:
        page = (folder / PAGE).read_text(encoding="utf-8")
        found += check_pdf(folder / PDF, page, made_at=pdf_moment(report), language=language)
    compared = [label("reports.month.check.compared", language=language, names=", ".join(same))]
    if has_pdf and PDF not in same:
        none = label("reports.month.check.no_browser", language=language)
        words = {"was": published["browser"] or "?", "now": browser or none}
        compared.append(label("reports.month.check.compared_pdf", language=language, **words))
    return MonthCheck(_cut(found, language), tuple(compared))


def _cut(found: list[str], language: Language) -> tuple[str, ...]:
    if len(found) <= _MOST:
        return tuple(found)
    more = label("reports.month.check.more", language=language, count=len(found) - _MOST)
    return (*found[:_MOST], more)


def _changed_files(published: Mapping[str, Any], folder: Path, language: Language) -> Iterator[str]:
    for name, digest in published["files"].items():
        path = folder / Path(name).name
        if not path.is_file():
            yield label("reports.month.check.file_gone", language=language, name=name)
        elif hash_file(path) != digest:
            yield label("reports.month.check.file_changed", language=language, name=name, document=DOCUMENT)


def _differences(published: Mapping[str, Any], again: Mapping[str, Any], language: Language) -> Iterator[str]:
    for name in (*_SAME, "version"):
        if published[name] != again[name]:
            yield label(f"reports.month.check.{name}", language=language, was=published[name], now=again[name])
    for section, tables in again["sections"].items():
        for old, new in zip_longest(published["sections"].get(section, []), tables):
            yield from _table_differences(section, old or {}, new or {}, language)


def _table_differences(
    section: str, old: Mapping[str, Any], new: Mapping[str, Any], language: Language
) -> Iterator[str]:
    title = label(f"reports.month.{section}.title", language=language)
    columns = new.get("columns", [])
    if old.get("columns") != columns:
        yield label("reports.month.check.columns", language=language, title=title)
        return
    for number, (was, now) in enumerate(zip_longest(old["rows"], new["rows"]), start=1):
        for at, column in enumerate(columns):
            first, second = (row[at] if row else "–" for row in (was, now))
            if first != second:
                yield label(
                    "reports.month.check.cell",
                    language=language,
                    title=title,
                    row=number,
                    column=column,
                    was=first,
                    now=second,
                )
