"""A plan as tables for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from matching import frames as pd
from matching.labels import Language, label
from matching.planning.proposal import Proposal, dispatch_id_of
from matching.planning.shortfall import read_service
from matching.records import (
    DispatchRow,
    Need,
    Partner,
    Personal,
    Urgency,
    Window,
    mask_text,
    mask_value,
    show_choice,
)


def frame(columns: Sequence[str], rows: Sequence[Sequence[object]], language: Language) -> pd.DataFrame:
    """Make a table with the headers that people read.

    Parameters
    ----------
    columns : sequence of str
        Names of columns; their words are ``planning.column.<name>``.
    rows : sequence of sequence of object
        Values.
    language : {"zh", "en"}
        Of the headers.

    Returns
    -------
    table : DataFrame
    """
    return pd.DataFrame(rows, columns=[label(f"planning.column.{name}", language=language) for name in columns])


def when(window: Window | None, language: Language) -> str:
    """Say when work is done.

    Parameters
    ----------
    window : Window or None
        None where it is still to be agreed.
    language : {"zh", "en"}
        Which words.

    Returns
    -------
    words : str
    """
    return str(window) if window else label("planning.to_be_agreed", language=language)


def plan_table(plan: Proposal, *, language: Language = "zh") -> pd.DataFrame:
    """Return who does what, when and why: one row a pair.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Of headers and choices.

    Returns
    -------
    table : DataFrame
    """
    columns = (
        "need_id", "need", "community", "partner_id", "partner", "kind", "role", "when", "hours", "score", "reason",
    )  # fmt: skip
    needs, partners = _by_id(plan)
    rows = []
    for each in plan.assignments:
        need, partner = needs[each.need_id], partners[each.partner_id]
        rows.append(
            (
                each.need_id, mask_text(need.description), need.community or "", each.partner_id, mask_text(partner.name),
                show_choice(partner.kind, language=language), each.role, when(each.window, language), each.hours,
                round(each.score, 4), each.reason,
            )
        )  # fmt: skip
    return frame(columns, rows, language)


def unmet_table(
    plan: Proposal, *, competing: Mapping[str, str] | None = None, language: Language = "zh"
) -> pd.DataFrame:
    """Return what is not served, or not as it asks, and why.

    Parameters
    ----------
    plan : Proposal
        Any.
    competing : mapping of str to str, optional
        With whom a need competes for the same people, said after its reason.
    language : {"zh", "en"}, default="zh"
        Of headers and choices.

    Returns
    -------
    table : DataFrame
    """
    columns = ("need_id", "need", "community", "urgency", "status", "wanted", "got", "missing", "cause", "why")
    needs, _ = _by_id(plan)
    rows = [
        (
            each.need_id,
            mask_text(needs[each.need_id].description),
            needs[each.need_id].community or "",
            show_choice(needs[each.need_id].urgency or Urgency.NORMAL, language=language),
            label(f"planning.status.{each.status}", language=language),
            each.wanted,
            each.got,
            each.missing,
            label(f"planning.rule.{each.causes[0][0]}", language=language) if each.causes else "",
            label("planning.semicolon", language=language).join(
                filter(None, (each.reason, (competing or {}).get(each.need_id)))
            ),
        )
        for each in plan.unmet
    ]
    return frame(columns, rows, language)


def coverage_table(plan: Proposal, *, language: Language = "zh") -> pd.DataFrame:
    """Return how far each community's needs are met.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Of the headers.

    Returns
    -------
    table : DataFrame
        One row a community that has an open need; the share counts needs met among open ones.
    """
    columns = ("community", "needs", "met", "partial", "unmet", "share", "wanted", "people", "mean_score")
    working = plan.working
    status = read_service(working.candidates, working.model, working.choice).status
    scores: dict[str, list[float]] = defaultdict(list)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wanted: Counter[str] = Counter()
    needs, _ = _by_id(plan)
    for row, need in enumerate(working.candidates.profiles.needs):
        if status[row] == "closed":
            continue
        where = need.community or ""
        counts[where][{"bundle": "partial"}.get(status[row], status[row])] += 1
        wanted[where] += int(working.model.least[row])
    for each in plan.assignments:
        scores[needs[each.need_id].community or ""].append(each.score)
    rows = []
    for where in sorted(counts):
        count, total = counts[where], sum(counts[where].values())
        mean = round(float(np.mean(scores[where])), 4) if scores[where] else 0.0
        share = round(count["met"] / total, 4)
        rows.append(
            (
                where,
                total,
                count["met"],
                count["partial"],
                count["unmet"],
                share,
                wanted[where],
                len(scores[where]),
                mean,
            )
        )
    return frame(columns, rows, language)


def load_table(plan: Proposal, *, language: Language = "zh") -> pd.DataFrame:
    """Return how much each partner does.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Of headers and choices.

    Returns
    -------
    table : DataFrame
        One row a partner with work, most hours first; the share used is that of hours or of needs, whichever is larger.
    """
    columns = ("partner_id", "partner", "kind", "community", "needs", "hours", "most_needs", "most_hours", "used")
    needs: Counter[str] = Counter(each.partner_id for each in plan.assignments)
    hours: Counter[str] = Counter()
    for each in plan.assignments:
        hours[each.partner_id] += each.hours  # type: ignore[assignment]  # a Counter adds up floats just as well
    _, partners = _by_id(plan)
    heads, positions = plan.candidates.sides.heads, plan.candidates.profiles.positions
    rows = []
    for partner_id in sorted(needs, key=lambda each: (-hours[each], each)):
        at, partner = positions[partner_id], partners[partner_id]
        most_needs, most_hours = int(heads.most_needs[at]), float(heads.hours[at])
        used = max(needs[partner_id] / max(most_needs, 1), hours[partner_id] / max(most_hours, 1e-9))
        kind = show_choice(partner.kind, language=language)
        rows.append(
            (partner_id, mask_text(partner.name), kind, partner.community or "", needs[partner_id],
             round(float(hours[partner_id]), 2), most_needs, most_hours, round(used, 4))
        )  # fmt: skip
    return frame(columns, rows, language)


def dispatch_rows(plan: Proposal, *, show_phones: bool = False) -> tuple[DispatchRow, ...]:
    """Return the lines of the dispatch sheet, by partner.

    Parameters
    ----------
    plan : Proposal
        Any.
    show_phones : bool, default=False
        Whether phones stand in full; whoever asks should record a disclosure.

    Returns
    -------
    rows : tuple of DispatchRow
        Units first, then specialists, community partners and volunteers; each partner's work in order of time.
    """
    needs, partners = _by_id(plan)
    positions = plan.candidates.profiles.positions
    ordered = sorted(
        plan.assignments,
        key=lambda each: (positions[each.partner_id], each.window is None, str(each.window or ""), each.need_id),
    )
    rows = []
    for each in ordered:
        need, partner = needs[each.need_id], partners[each.partner_id]
        phone = partner.phone
        rows.append(
            DispatchRow(
                dispatch_id=dispatch_id_of(plan.plan_id, each.need_id, each.partner_id),
                plan_id=plan.plan_id,
                partner_id=each.partner_id,
                partner_name=partner.name,
                phone=phone if show_phones or not phone else mask_value(phone, Personal.PHONE),
                need_id=each.need_id,
                task=mask_text(need.description),
                window=(each.window,) if each.window else (),
                planned_hours=each.hours,
                community=need.community,
                place=need.place,
                reason=each.reason,
            )
        )
    return tuple(rows)


def _by_id(plan: Proposal) -> tuple[dict[str, Need], dict[str, Partner]]:
    profiles = plan.candidates.profiles
    return {n.need_id: n for n in profiles.needs}, {p.partner_id: p for p in profiles.partners}
