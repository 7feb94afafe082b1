"""The ledger of a training programme (培养台账): one workbook with everything that is known of its cadres."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from matching.labels import Language, label
from matching.records import ServiceRecord, TrainingRecords
from matching.roster import Sheet, write_sheets
from matching.training.competence import present_cadres
from matching.training.evaluation import evaluate_courses, evaluation_table
from matching.training.facts import TrainingFacts
from matching.training.policy import TrainingPolicy, read_training_policy
from matching.training.progress import progress_table, read_progress
from matching.training.tables import (
    competence_table,
    credit_table,
    mentorship_table,
    outcome_table,
    placement_table,
    standing_table,
)


def write_training_ledger(
    training: TrainingRecords,
    path: str | Path,
    *,
    as_of: dt.date,
    services: Sequence[ServiceRecord] = (),
    policy: TrainingPolicy | None = None,
    language: Language = "zh",
) -> Path:
    """Write the ledger as a workbook.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts.
    path : str or Path
        Of the workbook.
    as_of : date
        Later facts do not count.
    services : sequence of ServiceRecord, optional
        Of the district, for the service of cadres before and after a course.
    policy : TrainingPolicy, optional
        The packaged one by default.
    language : {"zh", "en"}, default="zh"
        Of sheets, headers and words.

    Returns
    -------
    path : Path

    Raises
    ------
    CallError
        If the place cannot be written.
    """
    used = policy or read_training_policy()
    facts = TrainingFacts(training, as_of)
    cadres = present_cadres(facts)
    evaluations = evaluate_courses(training, as_of=as_of, services=services, policy=used)
    tables = {
        "progress": progress_table(read_progress(training, as_of=as_of, policy=used), training, language=language),
        "standing": standing_table(facts, cadres, policy=used, language=language),
        "credit": credit_table(facts, cadres, policy=used, language=language),
        "competence": competence_table(facts, cadres, language=language),
        "placement": placement_table(facts, cadres, language=language),
        "mentorship": mentorship_table(facts, cadres, policy=used, language=language),
        "evaluation": evaluation_table(evaluations, policy=used, language=language),
        "outcome": outcome_table(facts, training.cadres, language=language),
        "rules": _rules_table(used, language),
    }
    made = label("reports.ledger.made", language=language, day=as_of.isoformat(), cadres=len(cadres))
    write_sheets(path, [_sheet(name, table, made, language) for name, table in tables.items()])
    return Path(path)


def _rules_table(policy: TrainingPolicy, language: Language) -> pd.DataFrame:
    rows = [(rule.title(language), rule.post_kind, rule.hours, rule.days or "", rule.source) for rule in policy.hours]
    names = ("rule", "post_kind", "hours", "days", "source")
    return pd.DataFrame(rows, columns=[label(f"reports.ledger.{name}", language=language) for name in names])


def _sheet(name: str, table: pd.DataFrame, made: str, language: Language) -> Sheet:
    return Sheet(
        title=label(f"reports.ledger.sheet.{name}", language=language),
        headers=[str(column) for column in table.columns],
        rows=[
            [cell.item() if hasattr(cell, "item") else cell for cell in row] for row in table.itertuples(index=False)
        ],
        notes=[made, label(f"reports.ledger.about.{name}", language=language)],
        landscape=True,
    )
