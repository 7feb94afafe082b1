"""The cohort at a glance: hours, gaps, mentor and what is overdue, a row a cadre."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from matching.labels import Language, label
from matching.records import Cadre, TrainingRecords, mask_text
from matching.records.collector import collector_at_rest
from matching.records.training_columns import TrainingColumns
from matching.training.cohort_hours import cohort_standings
from matching.training.cohort_levels import cohort_levels
from matching.training.competence import leaf_competencies, present_cadres, required_matrix
from matching.training.facts import TrainingFacts
from matching.training.hours_terms import HoursStanding
from matching.training.mentorship_life import Due, Life, State, lives_of
from matching.training.policy import TrainingPolicy, read_training_policy

REGISTERS = (
    "cadres", "mentors", "competencies", "requirements", "courses", "placements", "mentorship_notes",
)  # fmt: skip
"""What the progress of a cohort is worked out from besides the columns of `TrainingColumns`."""

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
    programme: TrainingRecords | TrainingColumns, *, as_of: dt.date, policy: TrainingPolicy | None = None
) -> tuple[Progress, ...]:
    """Work out where every cadre of a programme stands.

    Parameters
    ----------
    programme : TrainingRecords or TrainingColumns
        Registers and facts; of a city, as columns (`Store.load_training_columns`).
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
    columns = programme if isinstance(programme, TrainingColumns) else TrainingColumns.of(programme)
    with collector_at_rest():
        return _progress(columns, as_of, used)


def _progress(columns: TrainingColumns, as_of: dt.date, policy: TrainingPolicy) -> tuple[Progress, ...]:
    facts = TrainingFacts(columns.training, as_of)
    cadres = present_cadres(facts)
    ids = [each.competency_id for each in leaf_competencies(columns.training.competencies)]
    levels = cohort_levels(columns.assessments, cadres, ids, as_of=as_of)
    missing = np.maximum(required_matrix(facts, cadres, ids) - levels, 0).sum(axis=1).tolist()
    standings = cohort_standings(columns, cadres, as_of=as_of, policy=policy)
    by_cadre = _latest_lives(lives_of(facts, policy=policy))
    rows = []
    for cadre, mine, short in zip(cadres, standings, missing, strict=True):
        life = by_cadre.get(cadre.person_id)
        overdue = life.overdue(as_of) if life else ()
        rows.append(Progress(cadre=cadre, standings=mine, levels_missing=short, life=life, overdue=overdue))
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
    mask = functools.cache(mask_text)  # communities, posts and mentors are named again and again
    return pd.DataFrame([_cells(row, training, states, mask, language) for row in rows], columns=headers)


def _cells(
    row: Progress,
    training: TrainingRecords,
    states: Mapping[State, str],
    mask: Callable[[str], str],
    language: Language,
) -> tuple[object, ...]:
    tight, cadre, life = row.tightest, row.cadre, row.life
    mentor = training.people.get(life.mentor_id) if life and life.is_open else None
    return (
        cadre.person_id,
        mask(cadre.name),
        mask(cadre.community or ""),
        mask(cadre.post_kind or ""),
        round(tight.done, 1) if tight else None,
        round(tight.owed, 1) if tight else None,
        round(tight.forecast, 1) if tight else None,
        round(tight.short_at_end, 1) if tight else None,
        row.levels_missing,
        mask(mentor.name) if mentor else "",
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
        if known is None or (life.is_open, life.since) > (known.is_open, known.since):
            found[life.person_id] = life
    return found
