"""Commands for trainers: attendance sheets in, the ledger and growth files out."""

import argparse
import datetime as dt
from collections.abc import Mapping

from matching.cli.files import print_problems, read_records, serious
from matching.cli.parser import now
from matching.cli.progress import progress_bar
from matching.community import is_store, read_community
from matching.labels import label
from matching.records import CHINA, ServiceRecord, TrainingRecords
from matching.reports import write_growth_file, write_pdf, write_training_ledger
from matching.roster import read_attendance
from matching.store import open_store
from matching.training.attending import attendance_facts
from matching.training.competence import present_cadres
from matching.training.facts import TrainingFacts
from matching.training.policy import TrainingPolicy, read_training_policy


def attend(options: argparse.Namespace) -> int:
    """Read an attendance sheet and append what is new.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 clean, 1 if odd cells were reported.
    """
    with open_store(options.store) as store:
        training = store.load_training()
        entries, problems = read_attendance(options.input, training, course_id=options.course, stated_year=options.year)
        odd = serious(problems)
        print_problems(problems, most=20, language=options.language)
        if odd and options.strict:
            print(label("cli.not_attended", language=options.language))
            return 1
        facts, own = attendance_facts(entries, training, recorder=options.by)
        if facts:
            store.append(facts, by=options.by, at=now())
    if own:
        print(label("cli.own_hours", language=options.language, count=len(own)))
    print(label("cli.attended", language=options.language, read=len(entries), new=len(facts)))
    return 1 if odd or own else 0


def ledger(options: argparse.Namespace) -> int:
    """Write the ledger of a training programme.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 clean, 1 if odd cells were reported.
    """
    training = _training(options)
    path = write_training_ledger(
        training,
        options.out,
        as_of=options.as_of or _day_of(training),
        services=_services(options),
        policy=read_training_policy(overlay=options.weights),
        language=options.language,
    )
    print(label("cli.written", language=options.language, path=path))
    return 1 if serious(training.problems) else 0


def growth(options: argparse.Namespace) -> int:
    """Write growth files, one page a cadre.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 clean, 1 if odd cells were reported.
    """
    policy = read_training_policy(overlay=options.weights)
    if options.person and is_store(options.input):
        with open_store(options.input) as store:
            as_of = options.as_of or store.last_training_day(until=now().date()) or now().date()
            each_of = {person_id: store.load_training(person_id=person_id) for person_id in options.person}
        _write_growth_files(options, each_of, as_of, policy)
        return 0
    training = _training(options)
    as_of = options.as_of or _day_of(training)
    cadres = present_cadres(TrainingFacts(training, as_of))
    wanted = options.person or [cadre.person_id for cadre in cadres]
    _write_growth_files(options, dict.fromkeys(wanted, training), as_of, policy)
    return 1 if serious(training.problems) else 0


def _write_growth_files(
    options: argparse.Namespace, wanted: Mapping[str, TrainingRecords], as_of: dt.date, policy: TrainingPolicy
) -> None:
    """Write a page a person, from records that hold at least those of the person."""
    options.out.mkdir(parents=True, exist_ok=True)
    with progress_bar() as progress:
        for done, (person_id, training) in enumerate(wanted.items()):
            progress(done, len(wanted), person_id)
            path = options.out / f"{training.person(person_id).person_id}.html"
            write_growth_file(training, person_id, path, as_of=as_of, policy=policy, language=options.language)
            if options.pdf:
                write_pdf(path.read_text(encoding="utf-8"), path.with_suffix(".pdf"), made_at=_midnight(as_of))
    print(label("cli.written", language=options.language, path=options.out))


def _training(options: argparse.Namespace) -> TrainingRecords:
    options.subject = "training"
    training = read_records(options)
    if not isinstance(training, TrainingRecords):
        raise TypeError(f"training records were wanted; got {type(training).__name__}")
    print_problems(training.problems, most=20, language=options.language)
    return training


def _services(options: argparse.Namespace) -> tuple[ServiceRecord, ...]:
    source = options.district or (options.input if is_store(options.input) else None)
    return read_community(source).services if source else ()


def _midnight(day: dt.date) -> dt.datetime:
    """Return the moment that a PDF says it was made: the day that it speaks of, so that it is made the same again."""
    return dt.datetime.combine(day, dt.time(), CHINA)


def _day_of(training: TrainingRecords) -> dt.date:
    """Return the last day that the facts speak of, at most today."""
    today = now().date()
    days = [each.date for each in training.attendances if each.date]
    days += [each.date for each in training.assessments if each.date]
    days += [each.at.date() for each in training.mentorship_notes]
    return max((day for day in days if day <= today), default=today)
