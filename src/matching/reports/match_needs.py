"""The needs of a plan as the page shows them: who is proposed for each, why, and what is missing."""

import collections
from collections.abc import Mapping

from markupsafe import Markup

from matching.labels import Language, label
from matching.planning import Assignment, Plan, Unmet, list_bottlenecks
from matching.planning.explanation import reason_for, role_for
from matching.planning.shortfall import list_unmet, read_service
from matching.records import Need, Partner, Urgency, show_choice
from matching.reports.match_page import Grid, Heading, Line, NeedBlock
from matching.reports.page import as_it_is, picture
from matching.views import explanation_chart
from matching.views.palette import Status

_URGENCY = {urgency: rank for rank, urgency in enumerate(Urgency)}


def need_blocks(
    plan: Plan, status: Mapping[str, Status], *, show_phones: bool, language: Language
) -> tuple[NeedBlock, ...]:
    """Return every open need with the partners proposed for it.

    Parameters
    ----------
    plan : Plan
        Any.
    status : mapping of str to {"met", "partial", "unmet"}
        How far each open need is met.
    show_phones : bool
        Whether phones of partners stand in full.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    blocks : tuple of NeedBlock
        In the order of the plan's needs.
    """
    profiles = plan.candidates.profiles
    lines: dict[str, list[Line]] = collections.defaultdict(list)
    for each in plan.assignments:
        partner = profiles.partners[profiles.positions[each.partner_id]]
        lines[each.need_id].append(_line(plan, each, partner, show_phones=show_phones, language=language))
    unmet = {each.need_id: each for each in unmet_needs(plan, language=language)}
    least = plan.working.model.least
    return tuple(
        _block(
            need, int(least[row]), tuple(lines[need.need_id]), status[need.need_id], unmet.get(need.need_id), language
        )
        for row, need in enumerate(profiles.needs)
        if need.need_id in status
    )


def unmet_needs(plan: Plan, *, language: Language) -> tuple[Unmet, ...]:
    """Return what is not served, with reasons in the language of the page.

    Parameters
    ----------
    plan : Plan
        Its own reasons are Chinese.
    language : {"zh", "en"}
        Of the reasons.

    Returns
    -------
    unmet : tuple of Unmet
    """
    if language == "zh":
        return plan.unmet
    working = plan.working
    service = read_service(working.candidates, working.model, working.choice)
    return list_unmet(working.candidates, working.model, working.choice, service, language=language)


def unmet_grid(plan: Plan, *, language: Language) -> Grid:
    """Return the table of needs that are not met.

    Parameters
    ----------
    plan : Plan
        Any.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
        Without rows where every need is met.
    """
    names = ("need", "community", "words", "urgency", "status", "missing", "why")
    short = {"need", "community", "urgency", "status"}
    headings = tuple(
        Heading(label(f"reports.column.{name}", language=language), name == "missing", name in short) for name in names
    )
    needs = {need.need_id: need for need in plan.candidates.profiles.needs}
    rows = []
    for each in unmet_needs(plan, language=language):
        need = needs[each.need_id]
        urgency = show_choice(need.urgency or Urgency.NORMAL, language=language)
        state = label(f"planning.status.{each.status}", language=language)
        place = need.community or label("views.district.elsewhere", language=language)
        rows.append((each.need_id, place, need.description, urgency, state, each.missing, each.reason))
    return Grid(headings, tuple(rows))


def bottleneck_grid(plan: Plan, *, language: Language) -> Grid:
    """Return the table of needs that compete for the same few people, each row a proof that not all of them can be met.

    Parameters
    ----------
    plan : Plan
        Any.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
        Without rows where no group of needs is the cause.
    """
    names, figures = ("needs", "unmet", "people", "why"), {"people"}
    headings = tuple(Heading(label(f"reports.column.{name}", language=language), name in figures) for name in names)
    rows = tuple(
        ("、".join(each.need_ids), "、".join(each.unmet), len(each.partner_ids), each.sentence)
        for each in list_bottlenecks(plan, language=language)
    )
    return Grid(headings, rows)


def _block(
    need: Need, least: int, lines: tuple[Line, ...], status: Status, unmet: Unmet | None, language: Language
) -> NeedBlock:
    urgency = need.urgency or Urgency.NORMAL
    place = need.community or label("views.district.elsewhere", language=language)
    heads = label("reports.need.heads", language=language, least=least, placed=len(lines))
    missing = ""
    if unmet is not None:
        key = "missing" if unmet.missing else "incomplete"
        missing = label(f"reports.need.{key}", language=language, count=unmet.missing)
    return NeedBlock(
        need_id=need.need_id,
        words=need.description,
        community=place,
        urgency="" if urgency is Urgency.NORMAL else urgency.value,
        urgency_words=show_choice(urgency, language=language),
        urgency_rank=_URGENCY[urgency],
        status=status,
        facts=(place, *([need.grid] if need.grid else []), heads),
        best=max([line.score for line in lines], default="0"),
        lines=lines,
        missing=missing,
        reason=unmet.reason if unmet else "",
    )


def _line(plan: Plan, each: Assignment, partner: Partner, *, show_phones: bool, language: Language) -> Line:
    role, reason = each.role, each.reason
    if language == "en":
        row, column = plan.candidates.need_index(each.need_id), plan.candidates.partner_index(each.partner_id)
        role = role_for(plan.candidates, row, column, language=language)
        reason = reason_for(plan.candidates, row, column, language=language)
    explanation = plan.explain(each.need_id, each.partner_id, language=language)
    phone: Markup | str = as_it_is(partner.phone) if show_phones and partner.phone else ""
    return Line(
        partner_id=each.partner_id,
        name=partner.name,
        kind=partner.kind,
        kind_words=show_choice(partner.kind, language=language),
        role=role,
        phone=phone,
        is_locked=each.is_locked,
        when=str(each.window) if each.window else label("planning.to_be_agreed", language=language),
        hours=f"{each.hours:g}",
        score=f"{each.score:.3f}",
        reason=reason,
        chart=picture(explanation_chart(explanation, language=language)),
    )
