"""Forms of a training programme: an attendance sheet, a step of a mentorship."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from matching.errors import UnknownNameError
from matching.labels import Language, label
from matching.records import CHINA, MentorshipNote, Record, TrainingRecords, register
from matching.records.reversals import standing_facts
from matching.training.competence import present_cadres
from matching.training.facts import TrainingFacts
from matching.training.mentorship_life import check_step
from matching.training.pairing_policy import read_pairing_policy
from matching.training.policy import read_training_policy
from matching.widgets.form import Clock, EntryForm, Guard, Keeper, new_token
from matching.widgets.form_state import FormSpec, SheetRow

Tokens = Callable[[], str]


def attendance_form(
    keeper: Keeper,
    training: TrainingRecords,
    course_id: str,
    *,
    day: dt.date,
    by: str,
    now: Clock | None = None,
    tokens: Tokens = new_token,
    language: Language = "zh",
) -> EntryForm:
    """Return the attendance sheet of a course on a day: one row a cadre, hours filled in where they are typed.

    Parameters
    ----------
    keeper : Keeper
        The store.
    training : TrainingRecords
        As they are in it.
    course_id : str
        Which course.
    day : date
        Of the session.
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

    Raises
    ------
    UnknownNameError
        If there is no such course.
    """
    course = next((each for each in training.courses if each.course_id == course_id), None)
    if course is None:
        raise UnknownNameError(f"There is no course {course_id!r}. Look the ID up in the register of courses.")
    recorded = {
        each.person_id
        for each in standing_facts(training.attendances)
        if each.course_id == course_id and each.date == day
    }
    mark = label("widgets.training.recorded", language=language)
    rows = tuple(
        SheetRow(
            name=cadre.person_id,
            title=f"{cadre.name} {cadre.person_id}" + (mark if cadre.person_id in recorded else ""),
            fixed={"person_id": cadre.person_id},
        )
        for cadre in present_cadres(TrainingFacts(training, day))
    )
    hours = "" if course.hours is None else f"{course.hours:g}"
    title = label("widgets.training.attendance", language=language, course=course.name, hours=hours)
    spec = FormSpec(
        name=f"attendance-{course_id}", register=register("attendances"), title=title, prefix=f"S-{course_id}",
        fields=("date", "evidence", "recorder"), row_fields=("hours", "leave_hours", "note"), rows=rows,
        fixed={"course_id": course_id},
    )  # fmt: skip
    shared = {"date": str(day), "recorder": by}
    return EntryForm(spec, keeper, by=by, now=now, tokens=tokens, shared=shared, language=language)


def mentorship_form(
    keeper: Keeper,
    load: Callable[[], TrainingRecords],
    mentorship_id: str,
    pair: tuple[str, str],
    *,
    by: str,
    now: Clock | None = None,
    tokens: Tokens = new_token,
    language: Language = "zh",
) -> EntryForm:
    """Return a form for the next step of a mentorship; a step that the rules refuse is not saved.

    Parameters
    ----------
    keeper : Keeper
        The store.
    load : callable
        Returns the records as they are when somebody saves.
    mentorship_id : str
        Which mentorship.
    pair : (cadre_id, mentor_id)
        Whose.
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
    people = load().people
    names = [people[each].name if each in people else each for each in pair]
    title = label("widgets.training.step", language=language, cadre=names[0], mentor=names[1])
    clock = now or (lambda: dt.datetime.now(CHINA))
    spec = FormSpec(
        name=f"mentorship-{mentorship_id}", register=register("mentorship_notes"), prefix="M", title=title,
        fields=("step", "at", "by", "rating", "due_on", "text"),
        fixed={"mentorship_id": mentorship_id, "person_id": pair[0], "mentor_id": pair[1]},
    )  # fmt: skip

    def refuse(facts: Sequence[Record]) -> str:
        return refusals_of(load(), facts, language=language)

    shared = {"at": f"{clock().astimezone(CHINA):%Y-%m-%dT%H:%M}", "by": by}
    return EntryForm(
        spec, keeper, by=by, now=now, tokens=tokens, shared=shared, guard=Guard(refuse=refuse), language=language
    )


def refusals_of(training: TrainingRecords, facts: Sequence[Any], *, language: Language = "zh") -> str:
    """Say why steps of mentorships may not be taken.

    Parameters
    ----------
    training : TrainingRecords
        As they are.
    facts : sequence of MentorshipNote
        The steps; others are let through.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
        Empty where nothing stands in the way; a step that is kept already is let through.
    """
    rules = read_pairing_policy()
    known = {note.note_id: note for note in training.mentorship_notes}
    said = [
        refusal.text(language=language)
        for note in facts
        if isinstance(note, MentorshipNote) and known.get(note.note_id) != note
        for refusal in check_step(
            training, note, policy=read_training_policy(), most_default=int(rules["mentees_most"]),
            chain_forbidden=bool(rules["chain_forbidden"]),
        )
    ]  # fmt: skip
    return "；".join(said)
