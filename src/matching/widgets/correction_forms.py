"""Forms made from any register of training facts: a new entry, a correction by reversal, an entry taken back."""

import collections
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from matching.errors import MatchingError
from matching.labels import Language, label
from matching.records import CHINA, Column, MentorshipNote, Record, Register, TrainingRecords, register, show_value
from matching.records.reversals import standing_facts, undo_of
from matching.training.facts import TrainingFacts
from matching.training.mentorship_life import lives_of
from matching.training.policy import read_training_policy
from matching.widgets.form import Clock, EntryForm, Guard, Keeper, new_token
from matching.widgets.form_state import FormSpec

RECORDED = ("attendances", "assessments", "placement_notes", "course_reviews", "outcomes", "mentorship_notes")
"""Registers of facts that are entered and corrected by hand."""

Load = Callable[[], TrainingRecords]
Tokens = Callable[[], str]
_RECORDERS = frozenset({"recorder", "by"})
_PREFIX = {
    "attendances": "S", "assessments": "A", "placement_notes": "J", "course_reviews": "F", "outcomes": "O", "mentorship_notes": "M",
}  # fmt: skip


def record_form(
    keeper: Keeper,
    training: TrainingRecords,
    name: str,
    *,
    by: str,
    now: Clock | None = None,
    tokens: Tokens = new_token,
    language: Language = "zh",
) -> EntryForm:
    """Return a form for a new fact of a register: every column is asked for, people and courses are picked by name.

    Parameters
    ----------
    keeper : Keeper
        The store.
    training : TrainingRecords
        With whom and what may be picked.
    name : str
        Of the register, one of `RECORDED`.
    by : str
        Who records.
    now : callable, optional
        The clock.
    tokens : callable, optional
        Names of entries.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    form : EntryForm
    """
    home = register(name)
    clock = now or (lambda: dt.datetime.now(CHINA))
    asked = [each for each in home.columns if each.name not in {home.key, "reverses"} | _RECORDERS]
    picks = {each.name: found for each in asked if each.refers_to and (found := _known(training, each.refers_to))}
    title = label("widgets.records.new", language=language, what=_sheet(home, language))
    spec = FormSpec(
        name=f"new-{name}", register=home, prefix=_PREFIX[name], title=title, fields=tuple(each.name for each in asked),
        fixed=_recorder(home, by), picks=picks,
    )  # fmt: skip
    shared = {"date": str(clock().astimezone(CHINA).date())} if any(each.name == "date" for each in asked) else {}
    return EntryForm(spec, keeper, by=by, now=now, tokens=tokens, shared=shared, language=language)


def correction_form(
    keeper: Keeper,
    load: Load,
    fact: Record,
    *,
    by: str,
    now: Clock | None = None,
    tokens: Tokens = new_token,
    language: Language = "zh",
) -> EntryForm:
    """Return a form that corrects a fact: it stays, and a new one that reverses it says what is right.

    Reversing a reversal restores what it had undone. A correction that is corrected is therefore undone by an entry of
    its own, and the new entry reverses what it had reversed.

    Parameters
    ----------
    keeper : Keeper
        The store.
    load : callable
        Returns the records as they are when somebody saves; a step of a mentorship is held against the rules.
    fact : Record
        What was recorded, of one of the registers in `RECORDED`.
    by : str
        Who corrects.
    now : callable, optional
        The clock.
    tokens : callable, optional
        Names of entries.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    form : EntryForm
        With what was recorded typed in already. Whom and what it is about stays; an entry about somebody else is taken back.
    """
    home = register_of(fact)
    key, reverses = getattr(fact, home.key), getattr(fact, "reverses", None)
    asked = [each for each in home.columns if not _stays(home, each)]
    texts = {
        each.name: show_value(getattr(fact, each.name), each, show_personal=True, language=language) for each in asked
    }
    kept = {
        each.name: str(getattr(fact, each.name))
        for each in home.columns
        if _is_about(each) and getattr(fact, each.name)
    }
    spec = FormSpec(
        name=f"correction-{key}", register=home, prefix="X", fields=tuple(each.name for each in asked),
        title=label("widgets.training.correction", language=language, key=key),
        fixed={**kept, **_recorder(home, by), "reverses": reverses or key},
    )  # fmt: skip

    def along(facts: tuple[Record, ...]) -> tuple[Record, ...]:
        if not reverses:
            return ()
        name = getattr(facts[0], home.key)
        undone = [undo_of(fact, f"{name}-U")]
        first = next((each for each in load().rows(home.name) if getattr(each, home.key) == reverses), None)
        if first is not None and undo_of(first, name) == facts[0]:
            undone.append(undo_of(facts[0], f"{name}-V"))  # the words before the first correction: they stand again
        return tuple(undone)

    def refuse(facts: tuple[Record, ...]) -> str:
        if _says_the_same(home, facts[0], fact):
            return label("widgets.records.unchanged", language=language)
        return _refusal(load(), (*facts, *along(facts)), language)

    return EntryForm(
        spec, keeper, by=by, now=now, tokens=tokens, shared=texts, guard=Guard(refuse=refuse, along=along), language=language
    )  # fmt: skip


def take_back(
    keeper: Keeper, load: Load, fact: Record, *, by: str, at: dt.datetime, language: Language = "zh"
) -> tuple[str, ...]:
    """Take a fact back without another in its place; both stay in the store.

    Parameters
    ----------
    keeper : Keeper
        The store.
    load : callable
        Returns the records as they are.
    fact : Record
        What was recorded and stands.
    by : str
        Who takes it back.
    at : datetime
        When, with an offset.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    keys : tuple of str
        Of the facts that undo it: one, and one more where it was a correction, since what it had corrected was wrong too.

    Raises
    ------
    MatchingError
        If a mentorship would be left with steps that its rules refuse: the later ones are taken back first.
    """
    home, training = register_of(fact), load()
    rows = training.rows(home.name)
    before = {getattr(each, home.key): each for each in rows}
    wrong = [fact]
    while (target := before.get(getattr(wrong[-1], "reverses", None) or "")) is not None and target not in wrong:
        wrong.append(target)
    named = collections.Counter(getattr(each, "reverses", None) for each in rows)
    keys = (getattr(each, home.key) for each in wrong)
    undone = tuple(undo_of(each, f"{key}-U{named[key] + 1}") for each, key in zip(wrong, keys, strict=True))
    refused = _refusal(training, undone, language)
    if refused:
        raise MatchingError(refused)
    keeper.append(undone, by=by, at=at)
    return tuple(getattr(each, home.key) for each in undone)


def standing_entries(training: TrainingRecords, name: str, *, about: str = "") -> tuple[Record, ...]:
    """Return the facts of a register that stand, the latest last.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts.
    name : str
        Of the register.
    about : str, optional
        Only facts about this person; those of a person's placements are.

    Returns
    -------
    entries : tuple of Record
        Entries of attendance that only undo another one, without a day, are left out.
    """
    placements = {each.placement_id for each in training.placements if each.person_id == about}
    found = [
        each
        for each in standing_facts(training.rows(name))
        if not about or getattr(each, "person_id", None) == about or getattr(each, "placement_id", None) in placements
    ]
    return tuple(
        each for each in found if not (getattr(each, "reverses", None) and getattr(each, "date", each) is None)
    )


def entry_words(fact: Record, training: TrainingRecords, *, language: Language = "zh") -> str:
    """Say what a fact records, in one line.

    Parameters
    ----------
    fact : Record
        Of one of the registers in `RECORDED`.
    training : TrainingRecords
        For names.
    language : {"zh", "en"}, default="zh"
        Of choices.

    Returns
    -------
    words : str
    """
    home = register_of(fact)
    shown = []
    for each in home.columns:
        value = getattr(fact, each.name)
        if each.name in {home.key, "reverses"} | _RECORDERS or value in {None, ""}:
            continue
        known = _known(training, each.refers_to) if each.refers_to else {}
        shown.append(known.get(value) or show_value(value, each, language=language))
    return " · ".join((*shown, getattr(fact, home.key)))


def register_of(fact: Record) -> Register:
    """Return the register that a fact belongs to.

    Parameters
    ----------
    fact : Record
        Of one of the registers in `RECORDED`.

    Returns
    -------
    register : Register

    Raises
    ------
    MatchingError
        If facts of its kind are not corrected by hand.
    """
    for name in RECORDED:
        if register(name).record is type(fact):
            return register(name)
    raise MatchingError(f"Facts of {', '.join(RECORDED)} are corrected here; got {type(fact).__name__}.")


def _is_about(column: Column) -> bool:
    """Tell whether a column says whom or what a fact is about."""
    return bool(column.refers_to) or column.name == "mentorship_id"


def _stays(home: Register, column: Column) -> bool:
    return column.name in {home.key, "reverses"} | _RECORDERS or _is_about(column)


def _says_the_same(home: Register, one: Record, other: Record) -> bool:
    names = (each.name for each in home.columns if each.name not in {home.key, "reverses"} | _RECORDERS)
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _recorder(home: Register, by: str) -> Mapping[str, str]:
    return {each.name: by for each in home.columns if each.name in _RECORDERS}


def _sheet(home: Register, language: Language) -> str:
    return home.sheet if language == "zh" else home.english


def _known(training: TrainingRecords, name: str) -> Mapping[str, str]:
    rows: Mapping[str, Iterable[tuple[str, str]]] = {
        "people": ((each.person_id, each.name) for each in training.people.values()),
        "courses": ((each.course_id, each.name) for each in training.courses),
        "competencies": ((each.competency_id, each.name) for each in training.competencies),
        "placements": ((each.placement_id, each.workshop or each.community or "") for each in training.placements),
    }
    return dict(rows.get(name, ()))


def _refusal(training: TrainingRecords, more: Sequence[Record], language: Language) -> str:
    """Say which steps of a mentorship the rules would refuse that they do not refuse now."""
    notes = [each for each in more if isinstance(each, MentorshipNote)]
    if not notes:
        return ""
    policy, kept = read_training_policy(), {note.note_id for note in training.mentorship_notes}
    added = tuple(note for note in notes if note.note_id not in kept)
    names = {note.mentorship_id for note in notes}

    def refused(records: TrainingRecords) -> dict[str, str]:
        lives = lives_of(TrainingFacts(records, dt.date.max), policy=policy)
        found = [each for name in names if name in lives for each in lives[name].refused]
        return {each.note.note_id: each.text(language=language) for each in found}

    after = refused(training.replace(mentorship_notes=(*training.mentorship_notes, *added)))
    before = refused(training)
    return "；".join(words for note_id, words in after.items() if note_id not in before)
