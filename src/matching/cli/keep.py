"""Commands on a store: what is kept, decided and recorded."""

import argparse
import json

from matching.cli.files import print_counts, print_problems, read_records, serious
from matching.cli.parser import now
from matching.errors import CallError, UnreadableFileError
from matching.labels import label
from matching.planning import SavedPlan, read_feedback
from matching.records import Community
from matching.roster import check_strict, read_dispatch, write_folder, write_workbook
from matching.store import open_store
from matching.store import restore as restore_store


def init(options: argparse.Namespace) -> int:
    """Make an empty store, or bring an older one up to date.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    with open_store(options.store, create=not options.migrate, migrate=options.migrate):
        _say("cli.store_ready", options, store=options.store)
    return 0


def import_(options: argparse.Namespace) -> int:
    """Read files into a store.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 clean, 1 if odd cells were reported.
    """
    records = read_records(options)
    if options.strict:
        check_strict(records)
    with open_store(options.store) as store:
        stated = {"by": options.by, "at": now(), "retire_missing": options.retire_missing}
        if isinstance(records, Community):
            summary = store.import_community(records, **stated)
        else:
            summary = store.import_training(records, **stated)
    print_counts(records, options)
    print_problems(records.problems, most=20, language=options.language)
    print(summary.text(language=options.language))
    return 1 if serious(records.problems) else 0


def export(options: argparse.Namespace) -> int:
    """Write a store out as a workbook or a folder of CSV files.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    if options.show_phones and not options.by:
        raise CallError(label("cli.phones_need_who", language=options.language))
    with open_store(options.store) as store:
        if options.show_phones:
            store.disclose("导出联系电话与证件号", by=options.by, at=now(), reason=str(options.output))
        records = store.load_training() if options.subject == "training" else store.load_community()
    write = write_workbook if options.output.suffix.lower() == ".xlsx" else write_folder
    write(records, options.output, show_personal=options.show_phones, language=options.language)
    _say("cli.written", options, path=options.output)
    return 0


def accept(options: argparse.Namespace) -> int:
    """Accept a plan that `matching match` wrote.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    try:
        document = json.loads(options.input.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableFileError(f"{options.input} is not a plan that `matching match` wrote: {error}") from error
    plan = SavedPlan.from_document(document)
    with open_store(options.store) as store:
        summary = store.accept(plan, by=options.by, at=now(), reason=options.reason)
    print(summary.text(language=options.language))
    return 0


def undo(options: argparse.Namespace) -> int:
    """Undo the acceptance of a plan; both stay in the store.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    with open_store(options.store) as store:
        store.undo(options.plan_id, by=options.by, at=now(), reason=options.reason)
    _say("cli.undone", options, plan=options.plan_id, by=options.by)
    return 0


def plans(options: argparse.Namespace) -> int:
    """List the accepted plans.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    with open_store(options.store) as store:
        for each in store.plans():
            status = label(f"store.status.{each.status}", language=options.language)
            print(f"{each.plan_id}\t{each.at:%Y-%m-%d %H:%M}\t{each.by}\t{each.pairs}\t{status}")
    return 0


def record(options: argparse.Namespace) -> int:
    """Read a filled-in dispatch sheet back as facts.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 clean, 1 if lines were reported.
    """
    rows, odd = read_dispatch(options.input, stated_year=options.year)
    with open_store(options.store) as store:
        feedback = read_feedback(rows, store.load_community().services, by=options.by, file=options.input.name)
        problems = (*odd, *feedback.problems)
        told = serious(problems)
        if not (options.strict and told):
            store.append(feedback.facts, by=options.by, at=now())
    print_problems(problems, most=50, language=options.language)
    key = "cli.not_recorded" if options.strict and told else "cli.recorded"
    _say(key, options, new=len(feedback.facts), same=feedback.unchanged, blank=feedback.blank)
    return 1 if told else 0


def merge(options: argparse.Namespace) -> int:
    """Say that two records are one person.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    with open_store(options.store) as store:
        store.merge(options.kept, options.merged, by=options.by, at=now(), reason=options.reason)
    _say("cli.merged", options, kept=options.kept, merged=options.merged)
    return 0


def withdraw(options: argparse.Namespace) -> int:
    """Freeze a person who withdraws consent.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    with open_store(options.store) as store:
        store.withdraw_consent(options.partner, by=options.by, at=now(), reason=options.reason)
    _say("cli.withdrawn", options, partner=options.partner)
    return 0


def backup(options: argparse.Namespace) -> int:
    """Write a checked copy of a store.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    with open_store(options.store) as store:
        summary = store.backup(options.output)
    print(summary.text(language=options.language))
    return 0


def restore(options: argparse.Namespace) -> int:
    """Make a store from a checked copy.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0.
    """
    summary = restore_store(options.input, options.store, overwrite=options.overwrite)
    print(summary.text(language=options.language, is_restore=True))
    return 0


def _say(key: str, options: argparse.Namespace, **values: object) -> None:
    print(label(key, language=options.language, **values))
