"""The cohort at a glance: hours, gaps, mentor and what is overdue, a row a cadre."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from matching.labels import Language, label
from matching.records import Cadre, TrainingRecords, mask_text
from matching.training.competence import competence_matrix, present_cadres
from matching.training.facts import TrainingFacts
from matching.training.hours import HoursStanding, standings_of
from matching.training.mentorship_life import OPEN, Due, Life, State, lives_of
from matching.training.policy import TrainingPolicy, read_training_policy

REGISTERS = (
    "cadres", "mentors", "competencies", "requirements", "courses", "placements", "attendances", "placement_notes",
    "mentorship_notes", "assessments",
)  # fmt: skip
"""What the progress of a cohort is worked out from; a city's store need not read its course reviews for it."""

COLUMNS = (
    "person_id", "name", "community", "post_kind", "hours", "owed", "forecast", "short", "gaps", "mentor", "state", "overdue",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where one cadre stands on a day.

    Attributes
    ----------
    cadre : Cadre
    standings : tuple of HoursStanding
        Against each rule that holds for the post.
    levels_missing : int
        Levels below what the post asks for, over all competencies.
    life : Life or None
        The mentorship that is open, or the last one; None where there was none.
    overdue : tuple of Due
        What the mentorship should have had done by now.
    """

    cadre: Cadre
    standings: tuple[HoursStanding, ...]
    levels_missing: int
    life: Life | None
    overdue: tuple[Due, ...]

    @property
    def tightest(self) -> HoursStanding | None:
        """The rule by which most will be missing at the end of its period; None where no rule holds."""
        return max(self.standings, key=lambda each: (each.short_at_end, each.owed), default=None)

    @property
    def is_behind(self) -> bool:
        """Whether hours will be missing at the pace so far."""
        return any(each.short_at_end > 0 for each in self.standings)


def read_progress(
    training: TrainingRecords, *, as_of: dt.date, policy: TrainingPolicy | None = None
) -> tuple[Progress, ...]:
    """Work out where every cadre of a programme stands.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts.
    as_of : date
        Later facts do not count.
    policy : TrainingPolicy, optional
        The packaged one by default.

    Returns
    -------
    rows : tuple of Progress
        Of all who have not left, in the order of the register.
    """
    used = policy or read_training_policy()
    facts = TrainingFacts(training, as_of)
    cadres = present_cadres(facts)
    missing = competence_matrix(facts, cadres).gaps.sum(axis=1).tolist()
    by_cadre = _latest_lives(lives_of(facts, policy=used))
    rows = []
    for cadre, levels in zip(cadres, missing, strict=True):
        life = by_cadre.get(cadre.person_id)
        rows.append(
            Progress(
                cadre=cadre,
                standings=standings_of(facts, cadre, policy=used),
                levels_missing=levels,
                life=life,
                overdue=life.overdue(as_of) if life else (),
            )
        )
    return tuple(rows)


def progress_table(rows: Sequence[Progress], training: TrainingRecords, *, language: Language = "zh") -> pd.DataFrame:
    """Return the progress of a cohort for people to read.

    Parameters
    ----------
    rows : sequence of Progress
        As `read_progress` returns them.
    training : TrainingRecords
        For the names of mentors.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
        Hours are those of the rule by which most will be missing.
    """
    headers = [label(f"training.progress.{name}", language=language) for name in COLUMNS]
    states = {state: label(f"training.state.{state}", language=language) for state in State}
    return pd.DataFrame([_cells(row, training, states, language) for row in rows], columns=headers)


def _cells(
    row: Progress, training: TrainingRecords, states: Mapping[State, str], language: Language
) -> tuple[object, ...]:
    tight, cadre, life = row.tightest, row.cadre, row.life
    mentor = training.people.get(life.mentor_id) if life and life.state in OPEN else None
    return (
        cadre.person_id,
        mask_text(cadre.name),
        mask_text(cadre.community or ""),
        mask_text(cadre.post_kind or ""),
        round(tight.done, 1) if tight else None,
        round(tight.owed, 1) if tight else None,
        round(tight.forecast, 1) if tight else None,
        round(tight.short_at_end, 1) if tight else None,
        row.levels_missing,
        mask_text(mentor.name) if mentor else "",
        states[life.state] if life else "",
        "、".join(due_words(each, language=language) for each in row.overdue),
    )


def due_words(due: Due, *, language: Language = "zh") -> str:
    """Say what is due and by when.

    Parameters
    ----------
    due : Due
        Of a mentorship.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
    """
    words = label(f"training.due.{due.what}", language=language, text=mask_text(due.text))
    return label("training.due_on", language=language, what=words, on=due.on.isoformat())


def _latest_lives(lives: Mapping[str, Life]) -> dict[str, Life]:
    """Return for each cadre the mentorship that is open, else the one that ended last."""
    found: dict[str, Life] = {}
    for life in lives.values():
        known = found.get(life.person_id)
        if known is None or (life.state in OPEN, life.since) > (known.state in OPEN, known.since):
            found[life.person_id] = life
    return found
