"""The monthly report: written from a store, or made again and compared with what was published."""

import argparse
import datetime as dt
from pathlib import Path

from matching.cli.progress import progress_bar
from matching.errors import CallError
from matching.labels import label
from matching.records import CHINA
from matching.reports.month_check import check_month_report
from matching.reports.month_files import no_browser_words, write_month_report
from matching.service import Month


def report(options: argparse.Namespace) -> int:
    """Write a monthly report, or check one.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 if all was written, or all is the same; 1 if a PDF was wanted and none could be printed, or anything differs.
    """
    is_check = options.check is not None
    if is_check == bool(options.month) or is_check == bool(options.out):
        raise CallError(label("cli.report_needs", language=options.language))
    return _check(options) if is_check else _write(options)


def _write(options: argparse.Namespace) -> int:
    with progress_bar() as progress:
        progress(0, 1, label("cli.report_running", language=options.language))
        files = write_month_report(
            options.input,
            Month.read(options.month),
            options.out,
            known_at=dt.datetime.combine(options.as_of, dt.time.max, CHINA) if options.as_of else None,
            policies=options.weights,
            language=options.language,
            has_pdf=not options.no_pdf,
        )
    for name in files.document["files"]:
        print(label("cli.written", language=options.language, path=files.folder / name))
    if files.no_pdf:
        print(no_browser_words(options.language))
        print(f"({files.no_pdf})")
    return 1 if files.no_pdf else 0


def _check(options: argparse.Namespace) -> int:
    folder: Path = options.check
    with progress_bar() as progress:
        progress(0, 1, label("cli.report_running", language=options.language))
        check = check_month_report(options.input, folder, policies=options.weights, language=options.language)
    if not check.differences:
        print(label("cli.report_same", language=options.language, folder=folder, source=options.input))
        print("\n".join(check.compared))
        return 0
    print(label("cli.report_differs", language=options.language, count=len(check.differences)))
    for each in check.differences:
        print(f"  {each}")
    return 1
