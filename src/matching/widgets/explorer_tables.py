"""The explorer as tables and text for a notebook's next cell: what the browser shows, without one."""

from __future__ import annotations

from matching import frames as pd
from matching.labels import Language, label
from matching.records import show_choice
from matching.widgets.explorer_needs import NeedIndex, asked_about, list_needs
from matching.widgets.explorer_ranking import candidate_card, marks_of, rank_candidates
from matching.widgets.explorer_values import ExplorerState


def _frame(names: tuple[str, ...], rows: list[list[object]], language: Language) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[label(f"widgets.explorer.column.{name}", language=language) for name in names])


def need_table(state: ExplorerState, index: NeedIndex) -> pd.DataFrame:
    """Return the needs that are listed, in their order.

    Parameters
    ----------
    state : ExplorerState
        With its filters.
    index : NeedIndex
        Of its data.

    Returns
    -------
    table : DataFrame
    """
    language, facts = state.view.language, state.work.facts
    urgent = frozenset(w.need_id for w in state.work.settings.wishes if w.action == "urgent" and w.need_id)
    rows: list[list[object]] = [
        [
            index.ids[row],
            index.texts[row],
            index.communities[row],
            show_choice(index.urgencies[row], language=language),
            label(f"widgets.explorer.status.{facts.status.get(index.ids[row], 'closed')}", language=language),
            len(facts.placed.get(index.ids[row], ())),
        ]
        for row in list_needs(index, facts, state.view, urgent, asked_about(state.work))
    ]
    return _frame(("need", "text", "community", "urgency", "status", "placed"), rows, language)


def candidate_table(state: ExplorerState) -> pd.DataFrame:
    """Return the candidates of the chosen need as they rank now.

    Parameters
    ----------
    state : ExplorerState
        With a need chosen; otherwise the table is empty.

    Returns
    -------
    table : DataFrame
    """
    work, view = state.work, state.view
    ranking = rank_candidates(work, view, work.facts)
    ids = [work.base.profiles.partners[column].partner_id for column in ranking.columns]
    marks = marks_of(work, work.facts, view.need_id, ids)
    rows: list[list[object]] = []
    for who, column, score in zip(ids, ranking.columns, ranking.scores, strict=True):
        card = candidate_card(work.base, work.base.need_index(view.need_id), column, view.language)
        said = "、".join(label(f"widgets.explorer.mark.{mark}", language=view.language) for mark in marks[who][0])
        rows.append([who, card["name"], card["kindWords"], round(score, 4), said, card["place"], card["reason"]])
    return _frame(("id", "name", "kind", "score", "marks", "place", "reason"), rows, view.language)


def say_state(state: ExplorerState) -> str:
    """Say on a few lines what the explorer shows.

    Parameters
    ----------
    state : ExplorerState
        Any.

    Returns
    -------
    words : str
        The same for the same state.
    """
    work, language = state.work, state.view.language
    lines = [
        label(
            "widgets.explorer.says.plan",
            language=language,
            plan=work.plan.plan_id,
            needs=len(work.facts.status),
            met=work.facts.count("met"),
            partial=work.facts.count("partial"),
            unmet=work.facts.count("unmet"),
        )
    ]
    if state.view.need_id:
        placed = "、".join(work.facts.placed.get(state.view.need_id, ())) or "—"
        lines.append(label("widgets.explorer.says.need", language=language, need=state.view.need_id, placed=placed))
    if work.settings.wishes:
        lines.append(label("widgets.explorer.says.wishes", language=language, count=len(work.settings.wishes)))
    if work.is_behind:
        lines.append(label("widgets.explorer.says.behind", language=language))
    return "\n".join(lines)
