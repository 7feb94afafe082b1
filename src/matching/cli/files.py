"""Commands on files alone: check, template."""

import argparse
from collections.abc import Iterable, Sequence

from matching.affinity.skill_words import unknown_words
from matching.cli.progress import progress_bar
from matching.cli.skills import community_taxonomy, unknown_lines
from matching.community import is_store, read_community
from matching.labels import Language, label
from matching.records import (
    REGISTERS,
    TRAINING_REGISTERS,
    CellProblem,
    Community,
    Register,
    Severity,
    TrainingRecords,
)
from matching.roster import read_training_files, summary_lines, write_problems, write_template
from matching.store import open_store


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
    records = read_records(options)
    print_counts(records, options)
    print_problems(records.problems, most=options.most, language=options.language)
    if isinstance(records, Community):
        words = unknown_words(records, community_taxonomy(records))
        for line in unknown_lines(words, most=options.most, language=options.language):
            print(line)
    if options.out:
        write_problems(records.problems, options.out, language=options.language)
        print(label("cli.written", language=options.language, path=options.out))
    counted = records.problems if options.strict else serious(records.problems)
    return 1 if counted else 0


def read_records(options: argparse.Namespace) -> Community | TrainingRecords:
    """Read the records that the command line is about, with a bar of progress.

    Parameters
    ----------
    options : Namespace
        With ``input``, ``year`` and ``subject``: ``"district"`` or ``"training"``.

    Returns
    -------
    records : Community or TrainingRecords
    """
    with progress_bar() as progress:
        if options.subject == "district":
            return read_community(options.input, stated_year=options.year, progress=progress)
        if is_store(options.input):
            with open_store(options.input) as store:
                return store.load_training()
        return read_training_files(options.input, stated_year=options.year, progress=progress)


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
    registers = TRAINING_REGISTERS if options.subject == "training" else REGISTERS
    write_template(options.output, registers=registers, language=options.language)
    print(label("cli.written", language=options.language, path=options.output))
    return 0


def serious(problems: Iterable[CellProblem]) -> tuple[CellProblem, ...]:
    """Return the problems that are more than notes, the gravest first.

    Parameters
    ----------
    problems : iterable of CellProblem
        In the order of the files.

    Returns
    -------
    problems : tuple of CellProblem
    """
    gravity = list(Severity)
    told = [problem for problem in problems if problem.severity is not Severity.NOTE]
    return tuple(sorted(told, key=lambda problem: gravity.index(problem.severity)))


def print_problems(problems: Sequence[CellProblem], *, most: int, language: Language) -> None:
    """Print the gist, then every problem that is more than a note by its place, rule, value and remedy.

    Parameters
    ----------
    problems : sequence of CellProblem
        As the files were read.
    most : int
        How many are printed one by one.
    language : {"zh", "en"}
        Which words.
    """
    print("\n".join(summary_lines(problems, language=language)))
    told = serious(problems)
    for problem in told[:most]:
        print(f"  {problem.explain(language=language)}")
    if len(told) > most:
        print(label("cli.more_problems", language=language, count=len(told) - most))


def print_counts(records: Community | TrainingRecords, options: argparse.Namespace) -> None:
    """Print how many rows of each register were loaded.

    Parameters
    ----------
    records : Community or TrainingRecords
        As they were read.
    options : Namespace
        Of the command line.
    """

    def name(each: Register) -> str:
        return each.sheet if options.language == "zh" else each.english

    counts = [f"{name(each)} {len(records.rows(each.name))}" for each in records.registers if records.rows(each.name)]
    print(label("cli.loaded", language=options.language, counts="，".join(counts) or "0"))
