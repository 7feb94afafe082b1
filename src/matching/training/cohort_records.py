"""From the records of a programme, and the work of the district, to a cohort that can be planned."""

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path

from matching.records import CHINA, Course
from matching.training.cohort_model import Cohort, Offer, OfferKind, Trainee, read_cohort_policy
from matching.training.competence import names_or_ids, present_cadres
from matching.training.facts import TrainingFacts
from matching.training.hosting import Host, rank_hosts
from matching.training.hours import courses_on_offer, standings_of
from matching.training.live_work import LiveWork
from matching.training.pairing_fit import PairFit, fit_pairs
from matching.training.pairing_people import People
from matching.training.pairing_policy import PairingPolicy, read_pairing_policy
from matching.training.pairing_records import people_to_pair
from matching.training.pairing_words import broken_words
from matching.training.policy import TrainingPolicy, read_training_policy

MENTOR, HOST = "M", "H"
"""How identifiers of offers begin that are a mentor or a host: ``M:D-01``, ``H:D-01``."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All policies that a cohort's plan goes by.

    Attributes
    ----------
    training : TrainingPolicy
    pairing : PairingPolicy
    cohort : mapping of str to float
    """

    training: TrainingPolicy
    pairing: PairingPolicy
    cohort: Mapping[str, float]


def read_rules(*, overlay: Path | None = None) -> Rules:
    """Read the policies, with a district's own rows laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/``.

    Returns
    -------
    rules : Rules
    """
    return Rules(
        training=read_training_policy(overlay=overlay),
        pairing=read_pairing_policy(overlay=overlay),
        cohort=read_cohort_policy(overlay=overlay),
    )


def cohort_of(
    facts: TrainingFacts,
    *,
    until: dt.date,
    budget: float = math.inf,
    work: LiveWork | None = None,
    rules: Rules | None = None,
) -> Cohort:
    """Read from a programme who is to be trained and what is on offer.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    until : date
        The end of the period that is planned.
    budget : float, default=inf
        Money for all.
    work : LiveWork, optional
        Where competencies are exercised: ranks the hosts; without it hosts are not on offer.
    rules : Rules, optional
        Policies.

    Returns
    -------
    cohort : Cohort
        Courses to come, mentors with a seat, and hosts.
    """
    rules = rules or read_rules()
    people = people_to_pair(facts, policy=rules.training, pairing=rules.pairing)
    fit = fit_pairs(people, rules.pairing)
    courses = [_course(each, facts, rules.cohort) for each in courses_on_offer(facts, until=until)]
    mentors = _mentors(fit)
    hosts = [] if work is None else _hosts(people, work, until, rules.cohort)
    return Cohort(
        trainees=tuple(_trainees(facts, people, fit, rules)),
        offers=(*courses, *mentors, *hosts),
        as_of=facts.as_of,
        until=until,
        budget=budget,
        competencies=people.competencies,
    )


def hosts_of(people: People) -> tuple[Host, ...]:
    """Return the mentors as hosts of placements.

    Parameters
    ----------
    people : People
        Of the programme.

    Returns
    -------
    hosts : tuple of Host
    """
    return tuple(
        Host(host_id=each.mentor_id, name=each.name, community=each.community, shown=each.shown)
        for each in people.mentors
    )


def _course(course: Course, facts: TrainingFacts, policy: Mapping[str, float]) -> Offer:
    level = course.reaches or int(policy["course_level"])
    last = max(window.end for window in course.windows).astimezone(CHINA).date()
    seats = int(policy["course_seats"]) if course.seats is None else course.seats
    return Offer(
        offer_id=course.course_id, title=course.name, kind=OfferKind.COURSE, who=course.teacher or "",
        leads_to=dict.fromkeys(names_or_ids(course.competencies, facts.training.competencies), level),
        hours=course.hours or 0.0, seats=seats, least=min(int(policy["course_least"]), seats), cost=course.cost or 0.0,
        windows=course.windows, until=last,
    )  # fmt: skip


def _mentors(fit: PairFit) -> list[Offer]:
    score = fit.score()
    return [
        Offer(
            offer_id=f"{MENTOR}:{mentor.mentor_id}", title=mentor.name, kind=OfferKind.MENTOR, who=mentor.name,
            leads_to=mentor.shown, seats=mentor.seats,
            fits={each.cadre_id: float(score[row, column]) for row, each in enumerate(fit.people.mentees)},
        )
        for column, mentor in enumerate(fit.people.mentors)
    ]  # fmt: skip


def _hosts(people: People, work: LiveWork, until: dt.date, policy: Mapping[str, float]) -> list[Offer]:
    hosts = hosts_of(people)
    fits: dict[str, dict[str, float]] = {host.host_id: {} for host in hosts}
    for mentee in people.mentees:
        for rank in rank_hosts(mentee.lacks, hosts, work):
            fits[rank.host.host_id][mentee.cadre_id] = rank.score
    return [
        Offer(
            offer_id=f"{HOST}:{host.host_id}", title=host.community or host.name, kind=OfferKind.PLACEMENT, who=host.name,
            leads_to=host.shown, hours=policy["placement_hours"], seats=int(policy["host_seats"]), until=until,
            fits=fits[host.host_id],
        )
        for host in hosts
    ]  # fmt: skip


def _trainees(facts: TrainingFacts, people: People, fit: PairFit, rules: Rules) -> list[Trainee]:
    rows = {each.cadre_id: at for at, each in enumerate(people.mentees)}
    found = []
    for cadre in present_cadres(facts):
        row = rows[cadre.person_id]
        short = [each.short for each in standings_of(facts, cadre, policy=rules.training) if each.rule.category is None]
        kept: dict[str, str] = {}
        for column, mentor in enumerate(people.mentors):
            broken = broken_words(fit, row, column)
            if broken:
                kept[f"{MENTOR}:{mentor.mentor_id}"] = broken[0][1]
            elif not people.mentees[row].wanted:
                kept[f"{MENTOR}:{mentor.mentor_id}"] = ""
        found.append(
            Trainee(
                cadre_id=cadre.person_id, name=cadre.name, lacks=people.mentees[row].lacks, hours_short=max(short, default=0.0),
                had=frozenset(each.course_id for each in facts.attendances.get(cadre.person_id, ())), kept_from=kept,
            )
        )  # fmt: skip
    return found
