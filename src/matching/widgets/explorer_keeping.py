"""The explorer and its store: accepting, taking back, what others wrote meanwhile, exports."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

import matching.store as stores
from matching import reports
from matching.labels import Language, label
from matching.planning import Candidates, Plan, default_as_of, score
from matching.records import CHINA, Action, Decision
from matching.widgets.explorer_facts import read_plan
from matching.widgets.explorer_plans import plan_for
from matching.widgets.explorer_values import ExplorerState, Settings, Work

_FILES = {"xlsx": "方案.xlsx", "html": "报告.html"}
_SHOWN = 5


def score_store(store: stores.Store, *, as_of: dt.date | None, today: dt.date, overlay: Path | None) -> Candidates:
    """Score what a store holds now.

    Parameters
    ----------
    store : Store
        Any.
    as_of : date or datetime, optional
        The day of the plan; by default the one that the data speak of.
    today : date
        Nothing later than this is believed.
    overlay : Path, optional
        Folder with the district's own policies.

    Returns
    -------
    candidates : Candidates
    """
    community = store.load_community()
    return score(community, as_of=as_of or default_as_of(community, today=today), policies=overlay)


def accept_plan(store: stores.Store, plan: Plan, *, by: str, at: dt.datetime, reason: str | None) -> None:
    """Accept a plan, and keep its exclusions as decisions so that the next plan knows of them.

    Parameters
    ----------
    store : Store
        Into which.
    plan : Plan
        Made on what the store holds now.
    by : str
        Who accepts it.
    at : datetime
        When.
    reason : str or None
        Why.

    Raises
    ------
    StalePlanError
        If the data have changed since the plan was made.
    """
    store.accept(plan, by=by, at=at, reason=reason)
    excluded = exclusions_of(plan, by=by, at=at)
    if excluded:
        store.append(excluded, by=by, at=at)


def take_back(store: stores.Store, plan_id: str, *, by: str, at: dt.datetime, reason: str | None = None) -> None:
    """Undo an accepted plan and the exclusions that came with it; both stay on record.

    Parameters
    ----------
    store : Store
        In which it was accepted.
    plan_id : str
        The plan.
    by : str
        Who takes it back.
    at : datetime
        When.
    reason : str or None
        Why.
    """
    store.undo(plan_id, by=by, at=at, reason=reason)
    known = store.load_community().decisions
    reversed_ids = {each.reverses for each in known}
    facts = [
        dataclasses.replace(
            each, decision_id=stores.make_id("D", "undo", each.decision_id), action=Action.UNDO, by=by, at=at, reason=reason,
            reverses=each.decision_id,
        )
        for each in known
        if each.plan_id == plan_id and each.action is Action.FORBID and each.decision_id not in reversed_ids
    ]  # fmt: skip
    if facts:
        store.append(facts, by=by, at=at)


def exclusions_of(plan: Plan, *, by: str, at: dt.datetime) -> tuple[Decision, ...]:
    """Return the exclusions that a plan keeps to as decisions.

    Parameters
    ----------
    plan : Plan
        Any.
    by : str
        Who accepted it; stands in where an exclusion names nobody.
    at : datetime
        When.

    Returns
    -------
    decisions : tuple of Decision
    """
    return tuple(
        Decision(
            decision_id=stores.make_id("D", "forbid", plan.plan_id, each.need_id, each.partner_id),
            plan_id=plan.plan_id,
            action=Action.FORBID,
            need_id=each.need_id,
            partner_id=each.partner_id,
            by=each.by.strip() or by,
            at=at,
            reason=each.reason or None,
        )
        for each in plan.overrides
        if each.action == "forbid"
    )


def after_accepting(state: ExplorerState, base: Candidates) -> ExplorerState:
    """Return the explorer after its plan was accepted: what was decided is data now and no wish any more.

    Parameters
    ----------
    state : ExplorerState
        As the plan was accepted.
    base : Candidates
        Scored on what the store holds now.

    Returns
    -------
    state : ExplorerState
    """
    work = state.work
    wishes = tuple(wish for wish in work.settings.wishes if wish.action in {"urgent", "absent"})
    settings = Settings(work.settings.weights, wishes, work.settings.objective)
    plan = plan_for(base, settings)
    done = Work(base, settings, plan, read_plan(plan), settings, accepted=work.plan)
    return dataclasses.replace(state, work=done, past=(*state.past, ("accept", work.plan.plan_id, work)))


def say_writes(batches: Sequence[stores.Batch], since: int, language: Language) -> str:
    """Say what others wrote since some moment: who, when, what.

    Parameters
    ----------
    batches : sequence of Batch
        All writes of a store.
    since : int
        Number of the last batch that is known here.
    language : {"zh", "en"}
        Which words.

    Returns
    -------
    words : str
        Empty where nothing was written.
    """
    new = [batch for batch in batches if batch.batch_id > since]
    told = [
        label(
            "widgets.explorer.wrote",
            language=language,
            by=batch.by,
            at=f"{batch.recorded_at.astimezone(CHINA):%m-%d %H:%M}",
            what=_what(batch.what, language),
        )
        for batch in new[-_SHOWN:]
    ]
    return label("planning.semicolon", language=language).join(told)


def _what(what: str, language: Language) -> str:
    known = {"import", "accept", "undo", "append", "merge", "withdraw_consent", "give_consent", "disclose"}
    return label(f"widgets.explorer.wrote_{what}", language=language) if what in known else what


def export_plan(
    plan: Plan, kind: str, *, language: Language, show_phones: bool = False, asked_by: str | None = None
) -> tuple[str, bytes]:
    """Return a plan as a file to download.

    Parameters
    ----------
    plan : Plan
        Any.
    kind : {"xlsx", "html"}
        The workbook with the dispatch sheet, or the report.
    language : {"zh", "en"}
        Of words.
    show_phones : bool, default=False
        Whether phones stand in full.
    asked_by : str, optional
        Who asked to see them.

    Returns
    -------
    name : str
        Of the file.
    content : bytes
    """
    if kind == "html":
        community = plan.candidates.community
        page = reports.render_match_report(plan, community, language=language, show_phones=show_phones)
        return f"{plan.plan_id}-{_FILES[kind]}", page.encode()
    with tempfile.TemporaryDirectory(prefix="matching-") as folder:
        path = plan.to_excel(
            Path(folder) / _FILES["xlsx"], show_phones=show_phones, asked_by=asked_by, language=language
        )
        return f"{plan.plan_id}-{_FILES['xlsx']}", path.read_bytes()
