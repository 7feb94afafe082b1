"""One cadre's growth file (个人成长档案): a page that prints on one or two sheets of paper."""

import dataclasses
import datetime as dt
from pathlib import Path

import pandas as pd

from matching.errors import UnknownNameError
from matching.labels import Language, label
from matching.records import Cadre, TrainingRecords, register, show_value
from matching.reports.match_page import Grid, Heading
from matching.reports.page import render_page
from matching.training.facts import TrainingFacts
from matching.training.hours import courses_to_close, standings_of
from matching.training.policy import TrainingPolicy, read_training_policy
from matching.training.tables import (
    competence_table,
    credit_table,
    mentorship_table,
    outcome_table,
    placement_table,
    standing_table,
)

_SHOWN = (
    "person_id", "gender", "birth_date", "post", "post_kind", "is_party_member", "community", "street", "joined_on", "left_on", "phone",
)  # fmt: skip
_MOST_CREDITS = 8  # the last ones; the others are added up, so that a file is a page and not a book
_WHO = 2  # columns that name the cadre, who is named at the head of the page already


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPage:
    """Everything that the page shows, in the order in which it is read."""

    lang: str
    day: str
    name: str
    facts: tuple[tuple[str, str], ...]
    advice: tuple[str, ...]
    sections: tuple[tuple[str, Grid], ...]


def render_growth_file(
    training: TrainingRecords,
    person_id: str,
    *,
    as_of: dt.date,
    policy: TrainingPolicy | None = None,
    language: Language = "zh",
) -> str:
    """Set one cadre's growth file into a page.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts; those of this person and of the mentors are enough.
    person_id : str
        Whose.
    as_of : date
        Later facts do not count.
    policy : TrainingPolicy, optional
        The packaged one by default.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    html : str
        Self-contained; the phone is masked.

    Raises
    ------
    UnknownNameError
        If there is no such cadre.
    """
    cadre = next((each for each in training.cadres if each.person_id == person_id), None)
    if cadre is None:
        raise UnknownNameError(f"There is no cadre {person_id!r}. Look the ID up in the ledger.")
    used, facts = policy or read_training_policy(), TrainingFacts(training, as_of)
    one = (cadre,)
    tables = {
        "standing": standing_table(facts, one, policy=used, language=language),
        "competence": competence_table(facts, one, language=language),
        "credit": _recent(credit_table(facts, one, policy=used, language=language), language),
        "placement": placement_table(facts, one, language=language),
        "mentorship": mentorship_table(facts, one, policy=used, language=language),
        "outcome": outcome_table(facts, one, language=language),
    }
    page = GrowthPage(
        lang="zh-CN" if language == "zh" else "en",
        day=as_of.isoformat(),
        name=cadre.name,
        facts=_facts(cadre, language),
        advice=_advice(facts, cadre, used, language),
        sections=tuple(
            (label(f"reports.ledger.sheet.{name}", language=language), _grid(t)) for name, t in tables.items()
        ),
    )
    return render_page("growth", page, is_live=False, language=language)


def write_growth_file(
    training: TrainingRecords,
    person_id: str,
    path: str | Path,
    *,
    as_of: dt.date,
    policy: TrainingPolicy | None = None,
    language: Language = "zh",
) -> Path:
    """Write one cadre's growth file.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts.
    person_id : str
        Whose.
    path : str or Path
        Of the file.
    as_of : date
        Later facts do not count.
    policy : TrainingPolicy, optional
        The packaged one by default.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    path : Path

    Raises
    ------
    UnknownNameError
        If there is no such cadre.
    """
    html = render_growth_file(training, person_id, as_of=as_of, policy=policy, language=language)
    Path(path).write_text(html, encoding="utf-8")
    return Path(path)


def _facts(cadre: Cadre, language: Language) -> tuple[tuple[str, str], ...]:
    columns = {column.name: column for column in register("cadres").columns}
    shown = ((columns[name], show_value(getattr(cadre, name), columns[name], language=language)) for name in _SHOWN)
    return tuple((column.header if language == "zh" else column.english, value) for column, value in shown if value)


def _advice(facts: TrainingFacts, cadre: Cadre, policy: TrainingPolicy, language: Language) -> tuple[str, ...]:
    """Say what will be missing and which courses on offer would close it."""
    lines = []
    for each in standings_of(facts, cadre, policy=policy):
        if each.short_at_end > 0:
            values = {
                "rule": each.rule.title(language),
                "short": f"{round(each.short_at_end, 1):g}",
                "end": each.end.isoformat(),
            }
            lines.append(label("reports.growth.short", language=language, **values))
            courses = courses_to_close(facts, each)
            if courses:
                named = "、".join(
                    f"{course.name}（{min(w.start for w in course.windows):%m-%d}，{course.hours:g}）"
                    for course in courses
                )
                lines.append(label("reports.growth.attend", language=language, courses=named))
    return tuple(lines)


def _recent(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Keep the last credits and add the earlier ones up in one row above them."""
    if len(table) <= _MOST_CREDITS:
        return table
    early, late = table.iloc[:-_MOST_CREDITS], table.iloc[-_MOST_CREDITS:]
    figures = [label(f"training.table.{name}", language=language) for name in ("recorded", "counted", "leave")]
    row = dict.fromkeys(table.columns, "") | {name: round(float(early[name].sum()), 1) for name in figures}
    row[label("training.table.source", language=language)] = label(
        "reports.growth.earlier", language=language, count=len(early)
    )
    row[label("training.table.on", language=language)] = "…"
    return pd.concat([pd.DataFrame([row], columns=table.columns), late], ignore_index=True)


def _grid(table: pd.DataFrame) -> Grid:
    kept = table.iloc[:, _WHO:]
    heads = tuple(
        Heading(str(name), is_figure=bool(len(kept)) and all(isinstance(v, int | float) or v == "" for v in kept[name]))
        for name in kept.columns
    )
    return Grid(heads, tuple(tuple(row) for row in kept.itertuples(index=False, name=None)))
