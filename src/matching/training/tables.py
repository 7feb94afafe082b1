"""What is known of cadres as tables for people: the sheets of the ledger and the sections of a growth file alike."""

from collections.abc import Iterable, Sequence

import pandas as pd

from matching.labels import Language, label
from matching.records import Cadre, PlacementEntry, mask_text, show_choice, worded_table
from matching.training.competence import gaps_of, level_histories, required_levels
from matching.training.facts import TrainingFacts
from matching.training.hours import Credit, credits_of, standings_of
from matching.training.mentorship_life import lives_of
from matching.training.policy import TrainingPolicy
from matching.training.progress import due_words

_MOST_WORDS = 200


def standing_table(
    facts: TrainingFacts, cadres: Sequence[Cadre], *, policy: TrainingPolicy, language: Language = "zh"
) -> pd.DataFrame:
    """Return where cadres stand against each rule on hours.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadres : sequence of Cadre
        Whom.
    policy : TrainingPolicy
        Rules on hours.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
        A row a cadre and rule.
    """
    rows = []
    for cadre in cadres:
        for each in standings_of(facts, cadre, policy=policy):
            state = "met" if each.is_met else "short_state" if each.short_at_end > 0 else "on_pace"
            rows.append(
                (
                    *_who(cadre),
                    each.rule.title(language),
                    f"{each.start:%Y-%m} – {each.end:%Y-%m}",
                    round(each.owed, 1),
                    round(each.done, 1),
                    round(each.days_done, 1),
                    round(each.forecast, 1),
                    round(each.short_at_end, 1),
                    label(f"training.table.{state}", language=language),
                )
            )
    names = ("person_id", "name", "rule", "period", "owed", "done", "days_done", "forecast", "short", "state")
    return _table(rows, names, language)


def credit_table(
    facts: TrainingFacts, cadres: Sequence[Cadre], *, policy: TrainingPolicy, language: Language = "zh"
) -> pd.DataFrame:
    """Return what counted for hours, and what did not and why.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadres : sequence of Cadre
        Whom.
    policy : TrainingPolicy
        Rules on hours.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
        A row a course or placement, in the order of days.
    """
    rows = [
        (
            *_who(cadre),
            each.date.isoformat(),
            each.source_id,
            mask_text(each.name),
            each.category or "",
            round(each.recorded, 1),
            round(each.hours, 1),
            round(each.leave_hours, 1),
            left_out_words(each, language=language),
        )
        for cadre in cadres
        for each in credits_of(facts, cadre.person_id, policy=policy)
    ]
    names = ("person_id", "name", "on", "source_id", "source", "category", "recorded", "counted", "leave", "left_out")
    return _table(rows, names, language)


def competence_table(facts: TrainingFacts, cadres: Sequence[Cadre], *, language: Language = "zh") -> pd.DataFrame:
    """Return levels asked for and shown, with the evidence of the last and what comes next.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadres : sequence of Cadre
        Whom.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
        A row a cadre and competency that the post asks for or that was assessed.
    """
    known = {each.competency_id: each for each in facts.training.competencies}
    rows = []
    for cadre in cadres:
        required, histories = required_levels(facts, cadre), level_histories(facts, cadre.person_id)
        gaps = {gap.competency_id: gap for gap in gaps_of(facts, cadre)}
        for competency_id in sorted({*required, *histories} & set(known)):
            history = histories.get(competency_id)
            last = history.steps[-1] if history and history.steps else None
            gap = gaps.get(competency_id)
            rows.append(
                (
                    *_who(cadre),
                    known[competency_id].name,
                    required.get(competency_id, 0) or "",
                    history.level if history else 0,
                    gap.size if gap else "",
                    last.date.isoformat() if last and last.date else "",
                    _short(last.evidence) if last else "",
                    len(history.refused) if history and history.refused else "",
                    _short(gap.behaviour) if gap else "",
                )
            )
    names = ("person_id", "name", "competency", "required", "level", "gap", "on", "evidence", "refused", "next")
    return _table(rows, names, language)


def placement_table(facts: TrainingFacts, cadres: Sequence[Cadre], *, language: Language = "zh") -> pd.DataFrame:
    """Return placements with how many days were logged and what the host says.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadres : sequence of Cadre
        Whom.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
        A row a placement.
    """
    rows = []
    for cadre in cadres:
        for each in facts.placements.get(cadre.person_id, ()):
            notes = facts.placement_notes.get(each.placement_id, ())
            logs = [note for note in notes if note.entry is PlacementEntry.LOG]
            review = next((note for note in reversed(notes) if note.entry is PlacementEntry.HOST_REVIEW), None)
            host = facts.training.people.get(each.host_id or "")
            rows.append(
                (
                    *_who(cadre),
                    each.placement_id,
                    mask_text(each.workshop or each.community or ""),
                    mask_text(host.name) if host else "",
                    f"{each.start or ''} – {each.end or ''}",
                    len(logs),
                    round(sum(note.hours or 0.0 for note in logs), 1),
                    review.rating if review and review.rating else "",
                    _short(review.text) if review else "",
                )
            )
    names = ("person_id", "name", "placement", "workshop", "host", "period", "logs", "log_hours", "rating", "review")
    return _table(rows, names, language)


def mentorship_table(
    facts: TrainingFacts, cadres: Sequence[Cadre], *, policy: TrainingPolicy, language: Language = "zh"
) -> pd.DataFrame:
    """Return mentorships with their state, meetings and what is due.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadres : sequence of Cadre
        Whom.
    policy : TrainingPolicy
        Deadlines.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
        A row a mentorship, in the order in which they began.
    """
    wanted = {cadre.person_id: cadre for cadre in cadres}
    lives = [life for life in lives_of(facts, policy=policy).values() if life.person_id in wanted]
    rows = []
    for life in sorted(
        lives, key=lambda each: (each.person_id, each.notes[0].at if each.notes else "", each.mentorship_id)
    ):
        mentor = facts.training.people.get(life.mentor_id)
        overdue = life.overdue(facts.as_of)
        coming = [due for due in life.due if due not in overdue]
        rows.append(
            (
                *_who(wanted[life.person_id]),
                life.mentorship_id,
                mask_text(mentor.name) if mentor else life.mentor_id,
                label(f"training.state.{life.state}", language=language),
                life.since.isoformat(),
                life.meetings,
                "、".join(due_words(due, language=language) for due in overdue),
                "、".join(due_words(due, language=language) for due in coming[:2]),
            )
        )
    names = ("person_id", "name", "mentorship", "mentor", "state", "since", "meetings", "overdue", "due")
    return _table(rows, names, language)


def outcome_table(facts: TrainingFacts, cadres: Sequence[Cadre], *, language: Language = "zh") -> pd.DataFrame:
    """Return what became of cadres.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadres : sequence of Cadre
        Whom.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
        A row an outcome, in the order of days.
    """
    rows = [
        (
            *_who(cadre),
            each.date.isoformat() if each.date else "",
            show_choice(each.kind, language=language),
            _short(each.detail),
            _short(each.evidence),
        )
        for cadre in cadres
        for each in facts.outcomes.get(cadre.person_id, ())
    ]
    return _table(rows, ("person_id", "name", "on", "kind", "detail", "evidence"), language)


def left_out_words(credit: Credit, *, language: Language = "zh") -> str:
    """Say why hours that were recorded do not count.

    Parameters
    ----------
    credit : Credit
        For one course or placement.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
        Empty where all of them count.
    """
    return "、".join(label(f"training.left_out.{why}", language=language) for why in credit.left_out)


def _who(cadre: Cadre) -> tuple[str, str]:
    return cadre.person_id, mask_text(cadre.name)


def _short(text: str | None) -> str:
    words = mask_text(text or "")
    return words if len(words) <= _MOST_WORDS else words[: _MOST_WORDS - 1] + "…"


def _table(rows: Iterable[tuple[object, ...]], names: Sequence[str], language: Language) -> pd.DataFrame:
    return worded_table("training.table", names, rows, language=language, dtype=None)
