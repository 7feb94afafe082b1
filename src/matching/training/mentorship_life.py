"""The life of a mentorship: proposed, agreed, active, reviewed, closed or rematched; what is overdue; what is not allowed."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence

from matching.labels import Language, label
from matching.planning.shown import shown
from matching.records import MentorshipNote, MentorshipStep, TrainingRecords, chain_above
from matching.training.facts import TrainingFacts
from matching.training.policy import TrainingPolicy


class State(enum.StrEnum):
    """Where a mentorship stands."""

    NEW = "new"
    PROPOSED = "proposed"
    DECLINED = "declined"
    AGREED = "agreed"
    ACTIVE = "active"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    REMATCHED = "rematched"


_S, _T = MentorshipStep, State
AFTER: Mapping[tuple[State, MentorshipStep], State] = {
    (_T.NEW, _S.PROPOSED): _T.PROPOSED,
    (_T.PROPOSED, _S.AGREED): _T.AGREED,
    (_T.PROPOSED, _S.DECLINED): _T.DECLINED,
    (_T.AGREED, _S.DECLINED): _T.DECLINED,
    (_T.AGREED, _S.GOAL): _T.AGREED,
    (_T.AGREED, _S.ACTIVATED): _T.ACTIVE,
    (_T.ACTIVE, _S.GOAL): _T.ACTIVE,
    (_T.ACTIVE, _S.MEETING): _T.ACTIVE,
    (_T.ACTIVE, _S.MID_REVIEW): _T.ACTIVE,
    (_T.ACTIVE, _S.END_REVIEW): _T.REVIEWED,
    (_T.REVIEWED, _S.CLOSED): _T.CLOSED,
    (_T.REVIEWED, _S.REMATCHED): _T.REMATCHED,
}
"""The steps that are allowed: state before and step, and the state after."""

OPEN = frozenset({State.PROPOSED, State.AGREED, State.ACTIVE, State.REVIEWED})
TAKES_A_PLACE = frozenset({State.AGREED, State.ACTIVE, State.REVIEWED})
"""States in which a mentor's place is taken, while both are there."""


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A step that is not allowed, and the rule that forbids it.

    Attributes
    ----------
    rule : str
        ``"order"``, ``"other_pair"``, ``"review_wanted"``, ``"full"``, ``"chain"``, ``"unknown_person"``, ``"earlier"`` or ``"repeated"``.
    note : MentorshipNote
        The step.
    values : mapping of str to object
        What the words of the rule are filled with.
    """

    rule: str
    note: MentorshipNote
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def text(self, *, language: Language = "zh") -> str:
        """Say why the step is not allowed, and what to do.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        step = label(f"records.choice.MentorshipStep.{self.note.step}", language=language)
        words = {
            name: label(f"training.state.{value}", language=language) if isinstance(value, State) else value
            for name, value in self.values.items()
        }
        return label(f"training.life.{self.rule}", language=language, pair=self.note.mentorship_id, step=step, **words)

    def __str__(self) -> str:
        return self.text()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that a mentorship wants done by a day.

    Attributes
    ----------
    what : str
        ``"answer"``, ``"start"``, ``"meeting"``, ``"mid_review"``, ``"end_review"``, ``"close"``, ``"goal"``, or ``"left"``: to be
        closed because one of the two has left.
    on : date
        The last day for it.
    text : str
        The goal, where it is one.
    """

    what: str
    on: dt.date
    text: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A mentorship as it stands on a day.

    Attributes
    ----------
    mentorship_id, person_id, mentor_id : str
    state : State
    since : date
        When it came to be in this state.
    notes : tuple of MentorshipNote
        Steps that count, in order.
    refused : tuple of Refusal
        Steps that were recorded though not allowed; they change nothing.
    due : tuple of Due
        What comes next, the earliest first.
    left_on : date or None
        When the first of the two left, where one has.
    """

    mentorship_id: str
    person_id: str
    mentor_id: str
    state: State
    since: dt.date
    notes: tuple[MentorshipNote, ...]
    refused: tuple[Refusal, ...]
    due: tuple[Due, ...]
    left_on: dt.date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on: neither ended nor left by one of the two."""
        return self.state in OPEN and self.left_on is None

    @property
    def takes_a_place(self) -> bool:
        """Whether a place of the mentor is taken. Who has left takes none, closed or not."""
        return self.state in TAKES_A_PLACE and self.left_on is None

    def overdue(self, as_of: dt.date) -> tuple[Due, ...]:
        """Return what should have been done by now.

        Parameters
        ----------
        as_of : date
            Today.

        Returns
        -------
        due : tuple of Due
        """
        return tuple(each for each in self.due if each.on < as_of)

    @property
    def meetings(self) -> int:
        """Meetings held."""
        return sum(each.step is MentorshipStep.MEETING for each in self.notes)


def lives_of(facts: TrainingFacts, *, policy: TrainingPolicy) -> Mapping[str, Life]:
    """Replay all mentorships up to the day.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    policy : TrainingPolicy
        Deadlines.

    Returns
    -------
    lives : mapping of str to Life
        By mentorship; the same whatever order the facts were entered in.
    """
    gone = _gone(facts)
    return {
        name: replay(notes, policy=policy, left_on=_first_to_leave(notes, gone))
        for name, notes in facts.mentorships.items()
    }


def _gone(facts: TrainingFacts) -> Mapping[str, dt.date]:
    return {
        each.person_id: each.left_on
        for each in facts.training.people.values()
        if each.left_on is not None and each.left_on <= facts.as_of
    }


def _first_to_leave(notes: Sequence[MentorshipNote], gone: Mapping[str, dt.date]) -> dt.date | None:
    return min((gone[each] for each in (notes[0].person_id, notes[0].mentor_id) if each in gone), default=None)


def replay(notes: Sequence[MentorshipNote], *, policy: TrainingPolicy, left_on: dt.date | None = None) -> Life:
    """Go through the entries of one mentorship.

    Parameters
    ----------
    notes : sequence of MentorshipNote
        In the order of moments, at least one.
    policy : TrainingPolicy
        Deadlines.
    left_on : date, optional
        When the first of the two left: from then on it may be closed, or the cadre rematched, from every state.

    Returns
    -------
    life : Life
    """
    state, since = State.NEW, notes[0].at.date()
    kept: list[MentorshipNote] = []
    refused: list[Refusal] = []
    for note in notes:
        refusal = _refuse_order(state, note, kept, left_on)
        if refusal is not None:
            refused.append(refusal)
            continue
        kept.append(note)
        after = _after(state, note, left_on) or state
        if after is not state:
            state, since = after, note.at.date()
    first = kept[0] if kept else notes[0]
    return Life(
        mentorship_id=first.mentorship_id,
        person_id=first.person_id,
        mentor_id=first.mentor_id,
        state=state,
        since=since,
        notes=tuple(kept),
        refused=tuple(refused),
        due=_due(state, since, kept, policy) if left_on is None else _due_after_leaving(state, left_on),
        left_on=left_on,
    )


def check_step(
    training: TrainingRecords,
    note: MentorshipNote,
    *,
    policy: TrainingPolicy,
    most_default: int,
    chain_forbidden: bool = True,
) -> tuple[Refusal, ...]:
    """Return why a new step may not be taken; a form asks this before it saves.

    Parameters
    ----------
    training : TrainingRecords
        As they are now.
    note : MentorshipNote
        The new step.
    policy : TrainingPolicy
        Deadlines.
    most_default : int
        Cadres whom a mentor leads at most, where the mentor's own row says nothing.
    chain_forbidden : bool, default=True
        Whether a pair inside one chain of command is forbidden.

    Returns
    -------
    refusals : tuple of Refusal
        Empty where the step is allowed.
    """
    facts = TrainingFacts(training, dt.date.max)
    earlier = facts.mentorships.get(note.mentorship_id, ())
    life = replay(earlier, policy=policy, left_on=_first_to_leave(earlier, _gone(facts))) if earlier else None
    refusals = [
        Refusal(rule="unknown_person", note=note, values={"person": who})
        for who in (note.person_id, note.mentor_id)
        if who not in training.people
    ]
    if refusals:
        return tuple(refusals)
    if life is not None and life.notes and note.at < life.notes[-1].at:
        return (Refusal(rule="earlier", note=note, values={"last": f"{life.notes[-1].at:%Y-%m-%d %H:%M}"}),)
    order = _refuse_order(
        life.state if life else State.NEW, note, life.notes if life else (), life.left_on if life else None
    )
    if order is not None:
        return (order,)
    if note.step is MentorshipStep.PROPOSED and chain_forbidden and _in_chain(training, note):
        refusals.append(Refusal(rule="chain", note=note))
    if note.step is MentorshipStep.AGREED:
        refusals += _refuse_full(training, facts, note, policy=policy, most_default=most_default)
    return tuple(refusals)


_ENDS: Mapping[MentorshipStep, State] = {_S.CLOSED: _T.CLOSED, _S.REMATCHED: _T.REMATCHED}


def _after(state: State, note: MentorshipNote, left_on: dt.date | None) -> State | None:
    """Return the state after a step; None where the step is not allowed."""
    after = AFTER.get((state, note.step))
    if after is None and left_on is not None and state in OPEN and note.at.date() >= left_on:
        return _ENDS.get(note.step)
    return after


def _refuse_order(
    state: State, note: MentorshipNote, kept: Sequence[MentorshipNote], left_on: dt.date | None
) -> Refusal | None:
    if kept and (note.person_id, note.mentor_id) != (kept[0].person_id, kept[0].mentor_id):
        values = {"person": kept[0].person_id, "mentor": kept[0].mentor_id}
        return Refusal(rule="other_pair", note=note, values=values)
    if _after(state, note, left_on) is None:
        if state is State.ACTIVE and note.step in {MentorshipStep.CLOSED, MentorshipStep.REMATCHED}:
            return Refusal(rule="review_wanted", note=note)
        return Refusal(rule="order", note=note, values={"state": state})
    if note.step is MentorshipStep.MID_REVIEW and any(each.step is note.step for each in kept):
        return Refusal(rule="repeated", note=note)
    return None


def _refuse_full(
    training: TrainingRecords, facts: TrainingFacts, note: MentorshipNote, *, policy: TrainingPolicy, most_default: int
) -> list[Refusal]:
    stated = [each.most_mentees for each in training.mentors if each.person_id == note.mentor_id]
    most = next((each for each in stated if each is not None), most_default)
    led = {
        life.person_id
        for life in lives_of(facts, policy=policy).values()
        if life.mentor_id == note.mentor_id and life.takes_a_place and life.mentorship_id != note.mentorship_id
    }
    full = len(led - {note.person_id}) >= most
    return [Refusal(rule="full", note=note, values={"led": len(led), "most": most})] if full else []


def _in_chain(training: TrainingRecords, note: MentorshipNote) -> bool:
    cadre, mentor = training.people[note.person_id], training.people[note.mentor_id]
    above_cadre, above_mentor = chain_above(cadre, training.people), chain_above(mentor, training.people)
    return note.mentor_id in above_cadre or note.person_id in above_mentor


def _due_after_leaving(state: State, left_on: dt.date) -> tuple[Due, ...]:
    """Who has left is met and reviewed no more: what is wanted is that the mentorship be closed."""
    return (Due(what="left", on=left_on),) if state in OPEN else ()


def _due(state: State, since: dt.date, kept: Iterable[MentorshipNote], policy: TrainingPolicy) -> tuple[Due, ...]:
    def after(day: dt.date, name: str) -> dt.date:
        return day + dt.timedelta(days=int(policy[name]))

    if state is State.PROPOSED:
        return (Due(what="answer", on=after(since, "days_to_agree")),)
    if state is State.AGREED:
        return (Due(what="start", on=after(since, "days_to_start")),)
    if state is State.REVIEWED:
        return (Due(what="close", on=after(since, "days_to_close")),)
    if state is not State.ACTIVE:
        return ()
    done = list(kept)
    met = [each.at.date() for each in done if each.step in {MentorshipStep.ACTIVATED, MentorshipStep.MEETING}]
    found = [
        Due(what="meeting", on=after(max(met), "days_between_meetings")),
        Due(what="end_review", on=after(since, "days_to_end_review")),
    ]
    if not any(each.step is MentorshipStep.MID_REVIEW for each in done):
        found.append(Due(what="mid_review", on=after(since, "days_to_mid_review")))
    goals = [each for each in done if each.step is MentorshipStep.GOAL and each.due_on is not None]
    found += [Due(what="goal", on=each.due_on, text=each.text or "") for each in goals if each.due_on]
    return tuple(sorted(found, key=lambda each: (each.on, each.what)))
