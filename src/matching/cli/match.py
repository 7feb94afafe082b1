"""The main job: a workbook in; a proved, explained plan out."""

import argparse
import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path

from matching.cli.files import print_counts, serious
from matching.cli.parser import now
from matching.cli.progress import progress_bar
from matching.community import is_store, read_community
from matching.errors import CallError
from matching.labels import label
from matching.planning import Plan, default_as_of, score, solve
from matching.records import Community
from matching.reports import write_match_report
from matching.roster import check_strict, write_problems
from matching.store import open_store
from matching.tables import data_path

PLAN_WORKBOOK, REPORT, PLAN_DOCUMENT, PROBLEMS = "方案.xlsx", "报告.html", "plan.json", "问题.xlsx"


def match(options: argparse.Namespace) -> int:
    """Read, score, solve, explain and write.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 if the input was clean, 1 if odd cells were reported; the plan is written in both cases.
    """
    if options.show_phones and not (options.by and (options.store or is_store(options.input))):
        raise CallError(label("cli.phones_need_who", language=options.language))
    with progress_bar() as progress:
        community = read_community(options.input, stated_year=options.year, progress=progress)
    if options.strict:
        check_strict(community)
    as_of = options.as_of or default_as_of(community, today=now().date())
    if options.show_phones:
        _disclose(options, as_of)
    write_results(community, as_of=as_of, policies=options.weights, options=options)
    return 1 if serious(community.problems) else 0


def demo(options: argparse.Namespace) -> int:
    """Run the main job on the sample district and say where the results are.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    sample = data_path("district/district.xlsx")
    with progress_bar() as progress:
        community = read_community(sample, progress=progress)
    defaults = {"fair": False, "show_phones": False, "by": None}
    values = argparse.Namespace(**defaults | vars(options))
    write_results(community, as_of=default_as_of(community, today=now().date()), policies=None, options=values)
    print(label("cli.demo_next", language=options.language, sample=sample))
    return 0


def write_results(community: Community, *, as_of: dt.date, policies: Path | None, options: argparse.Namespace) -> Plan:
    """Make the plan and write the workbook, the report, the document and the problems.

    Parameters
    ----------
    community : Community
        As it was read.
    as_of : date
        The day on which the plan is made.
    policies : Path, optional
        Folder with the district's own policy tables.
    options : Namespace
        With ``out``, ``fair``, ``show_phones``, ``by`` and ``language``.

    Returns
    -------
    plan : Plan
    """
    out: Path = options.out
    language = options.language
    out.mkdir(parents=True, exist_ok=True)
    print_counts(community, options)
    started = time.perf_counter()
    with progress_bar() as progress:
        progress(0, 2, label("cli.scoring", language=language))
        candidates = score(community, as_of=as_of, policies=policies)
        progress(1, 2, label("cli.solving", language=language))
        plan = solve(candidates, objective="fair" if options.fair else "total")
    seconds = time.perf_counter() - started
    written: list[tuple[str, Callable[[Path], object]]] = [
        (PLAN_WORKBOOK, lambda path: plan.to_excel(path, show_phones=options.show_phones, asked_by=options.by)),
        (REPORT, lambda path: write_match_report(plan, community, path, language=language)),
        (PLAN_DOCUMENT, lambda path: path.write_text(json.dumps(plan.document, ensure_ascii=False, indent=1), "utf-8")),
    ]
    if community.problems:
        written.append((PROBLEMS, lambda path: write_problems(community.problems, path, language=language)))
    with progress_bar() as progress:
        for done, (name, write) in enumerate(written):
            progress(done, len(written), name)
            write(out / name)
    print(plan.summary(language=language))
    print(label("cli.timed", language=language, seconds=f"{seconds:.2f}", as_of=as_of.isoformat()))
    if community.problems:
        print(label("cli.problems_found", language=language, count=len(community.problems), path=out / PROBLEMS))
    print(
        label(
            "cli.results_are",
            language=language,
            workbook=out / PLAN_WORKBOOK,
            report=out / REPORT,
            plan=out / PLAN_DOCUMENT,
        )
    )
    return plan


def _disclose(options: argparse.Namespace, as_of: dt.date) -> None:
    """Append who asked for phones before any is shown."""
    with open_store(options.store or options.input) as store:
        store.disclose(f"派单表联系电话 {as_of.isoformat()}", by=options.by, at=now(), reason=str(options.out))
