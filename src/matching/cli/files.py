"""Commands on files alone: check, template."""

import argparse

from matching.cli.progress import progress_bar
from matching.community import read_community
from matching.labels import label
from matching.records import REGISTERS, Community, Register, Severity
from matching.roster import summary_lines, write_problems, write_template


def check(options: argparse.Namespace) -> int:
    """Read a file and report every odd cell.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 if nothing is wrong, 1 if anything was reported above a note (with ``--strict``: even a note).
    """
    with progress_bar() as progress:
        community = read_community(options.input, stated_year=options.year, progress=progress)
    print_counts(community, options)
    print("\n".join(summary_lines(community.problems, most=options.most, language=options.language)))
    if options.out:
        write_problems(community.problems, options.out, language=options.language)
        print(label("cli.written", language=options.language, path=options.out))
    counted = community.problems if options.strict else tuple(serious(community))
    return 1 if counted else 0


def template(options: argparse.Namespace) -> int:
    """Write an empty workbook to fill in.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    write_template(options.output, language=options.language)
    print(label("cli.written", language=options.language, path=options.output))
    return 0


def serious(community: Community) -> list[object]:
    """Return the problems that are more than notes.

    Parameters
    ----------
    community : Community
        As it was read.

    Returns
    -------
    problems : list of CellProblem
    """
    return [problem for problem in community.problems if problem.severity is not Severity.NOTE]


def print_counts(community: Community, options: argparse.Namespace) -> None:
    """Print how many rows of each register were loaded.

    Parameters
    ----------
    community : Community
        As it was read.
    options : Namespace
        Of the command line.
    """

    def name(each: Register) -> str:
        return each.sheet if options.language == "zh" else each.english

    counts = [f"{name(each)} {len(community.rows(each.name))}" for each in REGISTERS if community.rows(each.name)]
    print(label("cli.loaded", language=options.language, counts="，".join(counts) or "0"))
