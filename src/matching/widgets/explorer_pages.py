"""The pages below the candidates: why, network, changes, charts, shortages, record."""

import collections
from collections.abc import Callable, Mapping
from typing import Any

from matching.labels import label
from matching.planning import list_conflicts, list_shortages
from matching.planning.explanation import explain_pair
from matching.records import show_choice
from matching.views import (
    Coverage,
    Link,
    NeedNode,
    PartnerNode,
    coverage_chart,
    coverage_of,
    explanation_chart,
    load_chart,
    load_of,
    network_chart,
)
from matching.views.palette import Status
from matching.views.svg import clean_text
from matching.widgets.explorer_needs import describe_need
from matching.widgets.explorer_plans import candidates_of
from matching.widgets.explorer_ranking import Ranking
from matching.widgets.explorer_reviews import list_reviews, say_reviews
from matching.widgets.explorer_values import ExplorerState

Page = dict[str, Any]

PRICED_AT_ONCE = 50_000
"""Eligible pairs up to which the price of a pair is worked out unasked."""

_MOST_RIVALS = 8
_MOST_RECORDS = 300
_MOST_TOLD = 20


def why_page(state: ExplorerState) -> Page:
    """Explain the pair that is looked at: parts that add up, what to know before asking, its price.

    Parameters
    ----------
    state : ExplorerState
        With a need and a partner chosen.

    Returns
    -------
    page : dict
        Empty where no pair is looked at.
    """
    view, plan, facts = state.view, state.work.plan, state.work.facts
    if not (view.need_id and view.partner_id):
        return {}
    base = state.work.base
    told = explain_pair(candidates_of(base, state.work.settings), view.need_id, view.partner_id, language=view.language)
    partner = base.profiles.partners[base.partner_index(view.partner_id)]
    is_placed = (view.need_id, view.partner_id) in facts.pairs
    conflicts = [] if is_placed else list_conflicts(plan, view.need_id, view.partner_id, language=view.language)
    is_cheap = plan.working.model.need.size <= PRICED_AT_ONCE or state.view.priced == view.partner_id
    price = "" if told.blocked or is_placed or not is_cheap else str(_price(state))
    return {
        "partner": view.partner_id,
        "name": clean_text(partner.name, most=200),
        "kind": show_choice(partner.kind, language=view.language),
        "sentence": clean_text(told.sentence),
        "svg": explanation_chart(told, language=view.language),
        "isPlaced": is_placed,
        "isBlocked": bool(told.blocked),
        "reviewed": _reviewed(state),
        "conflicts": [[each.is_hard, clean_text(each.words)] for each in conflicts],
        "price": clean_text(price),
        "canPrice": not (price or told.blocked or is_placed),
    }


def _reviewed(state: ExplorerState) -> list[str]:
    view = state.view
    about = [each for each in list_reviews(state.work.base.community) if each.need_id == view.need_id]
    return say_reviews(about, language=view.language).get(view.partner_id, [])


def _price(state: ExplorerState) -> str:
    view = state.view
    return str(state.work.plan.why_not(view.need_id, view.partner_id, language=view.language))


def network_page(state: ExplorerState, ranking: Ranking) -> Page:
    """Draw the network around the chosen need: who is placed, who else could, and what those do elsewhere.

    Parameters
    ----------
    state : ExplorerState
        With a need chosen.
    ranking : Ranking
        The need's candidates.

    Returns
    -------
    page : dict
        Empty where no need is chosen.
    """
    base, view, facts = state.work.base, state.view, state.work.facts
    if not view.need_id:
        return {}
    partners = base.profiles.partners
    score = {partners[c].partner_id: s for c, s in zip(ranking.columns, ranking.scores, strict=True)}
    near = [*facts.placed.get(view.need_id, ()), *([view.partner_id] if view.partner_id else [])]
    shown = list(dict.fromkeys([*near, *score]))[: len(set(near)) + _MOST_RIVALS]
    links = [Link(view.need_id, who, score.get(who, 0.0), (view.need_id, who) in facts.pairs) for who in shown]
    for (need_id, who), each in facts.pairs.items():
        if who in shown and need_id != view.need_id:
            links.append(Link(need_id, who, each.score, is_placed=True))
    rows = {each.need_id: row for row, each in enumerate(base.profiles.needs)}
    needs = list(dict.fromkeys([view.need_id, *(link.need_id for link in links)]))
    nodes = [_need_node(state, rows[need_id]) for need_id in needs]
    ends = [partners[base.profiles.positions[who]] for who in shown]
    svg = network_chart(
        nodes,
        [PartnerNode(each.partner_id, each.name, each.kind) for each in ends],
        links,
        place=view.need_id,
        language=view.language,
    )
    return {"svg": svg}


def _need_node(state: ExplorerState, row: int) -> NeedNode:
    base, facts = state.work.base, state.work.facts
    need = base.profiles.needs[row]
    status: Status = facts.status.get(need.need_id, "unmet")  # type: ignore[assignment]
    least = int(base.sides.heads.least[row])
    return NeedNode(need.need_id, need.description, least, len(facts.placed.get(need.need_id, ())), status)


def changes_page(state: ExplorerState) -> Page:
    """Say what was asked for and what the plan changes by it: who is told what, before and after.

    Parameters
    ----------
    state : ExplorerState
        After solving again.

    Returns
    -------
    page : dict
    """
    language, work = state.view.language, state.work
    changes = work.changes
    table = changes.table(language=language) if changes is not None else None
    return {
        "wishes": [_wish(state, index) for index in range(len(work.settings.wishes))],
        "headline": clean_text(changes.summary(language=language).split("\n")[0]) if changes is not None else "",
        "columns": [str(name) for name in table.columns] if table is not None else [],
        "rows": [[clean_text(cell) for cell in row] for row in table.itertuples(index=False)] if table is not None else [],
        "told": _told(state) if changes is not None else [],
        "warnings": [clean_text(each) for each in work.plan.warnings],
    }  # fmt: skip


def _told(state: ExplorerState) -> list[list[str]]:
    """Say need by need what solving changed: who takes over from whom, what is met now, and what no longer is."""
    work, language = state.work, state.view.language
    changes, base = work.changes, work.base
    if changes is None or work.before is None:
        return []
    names = {each.partner_id: clean_text(each.name, most=60) for each in base.profiles.partners}
    was: dict[str, list[str]] = collections.defaultdict(list)
    now: dict[str, list[str]] = collections.defaultdict(list)
    old, new = set(work.before.pairs), set(work.plan.pairs)
    for by_need, pairs, others in ((was, work.before.pairs, new), (now, work.plan.pairs, old)):
        for need_id, partner_id in pairs:
            if (need_id, partner_id) not in others:
                by_need[need_id].append(names.get(partner_id, partner_id))
    kinds = [("over", n) for n in was if n in now]
    kinds += [("unmet", n) for n in changes.now_unmet] + [("met", n) for n in changes.now_met]
    known = {need.need_id: need for need in base.profiles.needs}
    said = []
    for kind, need_id in kinds[:_MOST_TOLD]:
        who = {"before": "、".join(was[need_id]) or "—", "after": "、".join(now[need_id]) or "—"}
        words = label(f"widgets.explorer.changes.{kind}", language=language, **who)
        said.append([kind, need_id, describe_need(known[need_id]) if need_id in known else need_id, words])
    return said


def _wish(state: ExplorerState, index: int) -> Page:
    wish, base = state.work.settings.wishes[index], state.work.base
    who = base.profiles.partners[base.partner_index(wish.partner_id)].name if wish.partner_id else ""
    what = describe_need(base.profiles.needs[base.need_index(wish.need_id)]) if wish.need_id else ""
    return {
        "action": wish.action,
        "words": label(f"widgets.explorer.wish.{wish.action}", language=state.view.language),
        "need": wish.need_id or "",
        "partner": wish.partner_id or "",
        "about": " · ".join(filter(None, (clean_text(who, most=60), what))),
        "by": clean_text(wish.by, most=60),
        "reason": clean_text(wish.reason, most=200),
    }


def charts_page(state: ExplorerState) -> Page:
    """Draw how far each community is covered, and how much each partner does.

    Parameters
    ----------
    state : ExplorerState
        Any.

    Returns
    -------
    page : dict
    """
    language, plan = state.view.language, state.work.plan
    elsewhere = label("views.district.elsewhere", language=language)
    rows = [Coverage(row.place or elsewhere, row.met, row.partial, row.unmet) for row in coverage_of(plan)]
    return {"svg": coverage_chart(rows, language=language), "load": load_chart(load_of(plan), language=language)}


def shortages_page(state: ExplorerState) -> Page:
    """Say what is missing, and what one more person would unlock.

    Parameters
    ----------
    state : ExplorerState
        Any.

    Returns
    -------
    page : dict
    """
    language = state.view.language
    names = ("skill", "people_short", "unlocks", "licences", "advice")
    return {
        "columns": [label(f"planning.column.{name}", language=language) for name in names],
        "rows": [
            [
                clean_text(each.skill, most=80),
                str(each.people_short),
                str(len(each.unlocks)),
                clean_text("、".join(each.licences)),
                clean_text(each.words),
            ]
            for each in list_shortages(state.work.plan, language=language)
        ],
    }


def record_page(state: ExplorerState) -> Page:
    """List which pairs have been reviewed: accepted, ruled out, declined, done; those of the chosen need first.

    Parameters
    ----------
    state : ExplorerState
        Any.

    Returns
    -------
    page : dict
    """
    language, community = state.view.language, state.work.base.community
    names = {partner.partner_id: partner.name for partner in community.partners}
    rows = [
        [
            each.on,
            each.need_id,
            f"{names.get(each.partner_id, '')} {each.partner_id}",
            show_choice(each.what, language=language),
            each.by,
            each.reason,
        ]
        for each in list_reviews(community)
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    rows.sort(key=lambda row: row[1] != state.view.need_id)
    heads = ("on", "need", "partner", "what", "by", "reason")
    return {
        "columns": [label(f"widgets.explorer.record.{name}", language=language) for name in heads],
        "rows": [[clean_text(cell, most=200) for cell in row] for row in rows[:_MOST_RECORDS]],
        "more": max(len(rows) - _MOST_RECORDS, 0),
    }


_BUILD: Mapping[str, Callable[[ExplorerState], Page]] = {
    "why": why_page,
    "changes": changes_page,
    "charts": charts_page,
    "shortages": shortages_page,
    "record": record_page,
}


def build_page(state: ExplorerState, ranking: Ranking) -> Page:
    """Return the page that is open.

    Parameters
    ----------
    state : ExplorerState
        Any.
    ranking : Ranking
        Candidates of the chosen need.

    Returns
    -------
    page : dict
        The page of weights is drawn from the weights alone and holds nothing more.
    """
    if state.view.page == "network":
        return network_page(state, ranking)
    build = _BUILD.get(state.view.page)
    return build(state) if build is not None else {}
