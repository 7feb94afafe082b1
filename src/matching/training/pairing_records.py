"""From the records of a programme to a pairing, and from an agreed pairing to the facts that keep it."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from matching.records import CHINA, Grid, MentorshipNote, MentorshipStep
from matching.training.competence import gaps_of, level_histories, names_or_ids, present_cadres
from matching.training.facts import TrainingFacts
from matching.training.mentorship_life import Life, State, lives_of
from matching.training.pairing import Pairing
from matching.training.pairing_choice import Pair
from matching.training.pairing_people import Mentee, Mentor, PastEnd, People
from matching.training.pairing_policy import PairingPolicy, read_pairing_policy
from matching.training.policy import TrainingPolicy, read_training_policy

_ENDED = {State.CLOSED: PastEnd.KEPT, State.REMATCHED: PastEnd.PARTED, State.DECLINED: PastEnd.DECLINED}


def people_to_pair(
    facts: TrainingFacts, *, policy: TrainingPolicy | None = None, pairing: PairingPolicy | None = None
) -> People:
    """Read from a programme who is to be paired.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    policy : TrainingPolicy, optional
        Of mentorships; the packaged one by default.
    pairing : PairingPolicy, optional
        Of pairing; the packaged one by default.

    Returns
    -------
    people : People
        Cadres and mentors who have not left. Open mentorships (proposed ones too) take a seat and a wish;
        those of somebody who has left do not, whether or not anybody closed them.
    """
    rules = pairing or read_pairing_policy()
    training = facts.training
    lives = tuple(lives_of(facts, policy=policy or read_training_policy()).values())
    open_ = [life for life in lives if life.is_open]
    has = _count(open_, "person_id")
    leads = _count(open_, "mentor_id")
    mentees = tuple(
        Mentee(
            cadre_id=cadre.person_id, name=cadre.name, community=cadre.community,
            lacks={gap.competency_id: (gap.level, gap.required) for gap in gaps_of(facts, cadre)},
            free=cadre.available, wanted=max(int(rules["mentors_each"]) - has.get(cadre.person_id, 0), 0),
        )
        for cadre in present_cadres(facts)
    )  # fmt: skip
    mentors = tuple(
        Mentor(
            mentor_id=each.person_id, name=each.name, community=each.community, shown=shown_levels(facts, each.person_id, rules),
            free=each.available, most=int(rules["mentees_most"]) if each.most_mentees is None else each.most_mentees,
            carried=leads.get(each.person_id, 0),
        )
        for each in training.mentors
        if each.left_on is None or each.left_on > facts.as_of
    )  # fmt: skip
    return People(
        mentees=mentees,
        mentors=mentors,
        reports_to={person.person_id: person.reports_to for person in training.people.values() if person.reports_to},
        past={(life.person_id, life.mentor_id): _ENDED[life.state] for life in lives if life.state in _ENDED},
        together=frozenset((life.person_id, life.mentor_id) for life in open_),
        competencies={each.competency_id: each.name for each in training.competencies},
        grids=_streets(facts),
    )


def shown_levels(facts: TrainingFacts, mentor_id: str, policy: PairingPolicy) -> Mapping[str, int]:
    """Return the level that a mentor has shown in each competency.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    mentor_id : str
        Who.
    policy : PairingPolicy
        ``strength_level`` stands in for a stated strength that nobody assessed.

    Returns
    -------
    levels : mapping of str to int
    """
    stated = next((each.strengths for each in facts.training.mentors if each.person_id == mentor_id), ())
    levels = {name: int(policy["strength_level"]) for name in names_or_ids(stated, facts.training.competencies)}
    return levels | {
        name: history.level for name, history in level_histories(facts, mentor_id).items() if history.level
    }


def proposal_notes(
    pairing: Pairing, *, by: str, at: dt.datetime, step: MentorshipStep = MentorshipStep.PROPOSED
) -> tuple[MentorshipNote, ...]:
    """Return the facts that put a pairing on record.

    Parameters
    ----------
    pairing : Pairing
        What is proposed.
    by : str
        Who proposes.
    at : datetime
        When, with an offset.
    step : MentorshipStep, default=PROPOSED
        Which step is recorded.

    Returns
    -------
    notes : tuple of MentorshipNote
        One a pair; the same pairs on the same day give the same keys, so that saving them again keeps nothing twice.
    """
    return tuple(note_of_pair(pair, step, by=by, at=at, text=_reason(pairing, pair, step)) for pair in pairing.pairs)


def note_of_pair(
    pair: Pair, step: MentorshipStep, *, by: str, at: dt.datetime, text: str | None = None, mentorship_id: str = ""
) -> MentorshipNote:
    """Return one step of a mentorship as a fact.

    Parameters
    ----------
    pair : (cadre_id, mentor_id)
        Who.
    step : MentorshipStep
        What happened.
    by : str
        Who records it.
    at : datetime
        When, with an offset.
    text : str, optional
        Words.
    mentorship_id : str, optional
        Of a mentorship there is; a new one is named by its pair and the day.

    Returns
    -------
    note : MentorshipNote
    """
    day = at.astimezone(CHINA)
    name = mentorship_id or f"P-{pair[0]}-{pair[1]}-{day:%Y%m%d}"
    return MentorshipNote(
        note_id=f"{name}-{step.value.upper()}-{day:%Y%m%d%H%M}".replace("_", "-"), mentorship_id=name, person_id=pair[0], mentor_id=pair[1],
        step=step, at=at, by=by, text=text,
    )  # fmt: skip


def with_mentors_each(people: People, number: int) -> People:
    """Return the same people, every cadre wanting so many mentors in all.

    Parameters
    ----------
    people : People
        Who takes part.
    number : int
        Mentors of one cadre, those there are included.

    Returns
    -------
    people : People
    """
    has = {cadre: sum(pair[0] == cadre for pair in people.together) for cadre, _ in people.together}
    mentees = tuple(
        dataclasses.replace(each, wanted=max(number - has.get(each.cadre_id, 0), 0)) for each in people.mentees
    )
    return dataclasses.replace(people, mentees=mentees)


def _reason(pairing: Pairing, pair: Pair, step: MentorshipStep) -> str | None:
    return pairing.explain(*pair).sentence if step is MentorshipStep.PROPOSED else None


def _count(lives: list[Life], side: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for life in lives:
        name = getattr(life, side)
        found[name] = found.get(name, 0) + 1
    return found


def _streets(facts: TrainingFacts) -> tuple[Grid, ...]:
    """Say which community lies in which street, as far as the people of the programme tell."""
    known = {each.community: each.street for each in facts.training.people.values() if each.community and each.street}
    return tuple(
        Grid(grid_id=f"G-{at}", community=community, street=street or "")
        for at, (community, street) in enumerate(sorted(known.items()))
    )
