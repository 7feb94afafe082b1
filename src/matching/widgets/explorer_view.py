"""What the explorer shows, as plain values in sections: only a section whose ground has moved is worked out and sent."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from matching.affinity.weights import FEATURES
from matching.labels import label, labels_under
from matching.widgets.explorer_needs import (
    NeedIndex,
    asked_about,
    filter_choices,
    find_people,
    list_needs,
    need_card,
    need_rows,
)
from matching.widgets.explorer_pages import build_page
from matching.widgets.explorer_plans import weights_of
from matching.widgets.explorer_presets import read_presets
from matching.widgets.explorer_ranking import Ranking, candidate_card, marks_of, rank_candidates
from matching.widgets.explorer_reviews import say_reviews
from matching.widgets.explorer_values import ExplorerState

Section = dict[str, Any]

_PROVED = 1e-9
"""Gap up to which a plan is called the best: what sums of floating-point numbers differ by."""


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """Where the explorer stands, beside its state.

    Attributes
    ----------
    has_store : bool
        Whether a plan can be accepted.
    by : str
        Who works here.
    notice : tuple of (str, str)
        Kind (``"done"``, ``"accepted"``, ``"refused"`` or ``"stale"``) and words of what was said last.
    stamp : int
        Grows with each notice, so that the same words are said again.
    """

    has_store: bool = False
    by: str = ""
    notice: tuple[str, str] = ("", "")
    stamp: int = 0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What sections are drawn from.

    Attributes
    ----------
    state : ExplorerState
    index : NeedIndex
        Of the data.
    ranking : Ranking
        Of the chosen need.
    desk : Desk
        Whose explorer it is.
    """

    state: ExplorerState
    index: NeedIndex
    ranking: Ranking
    desk: Desk


def ground_of(state: ExplorerState, index: NeedIndex, desk: Desk) -> Ground:
    """Gather what sections are drawn from.

    Parameters
    ----------
    state : ExplorerState
        What to show.
    index : NeedIndex
        Of its data.
    desk : Desk
        Whose explorer it is.

    Returns
    -------
    ground : Ground
    """
    return Ground(state, index, rank_candidates(state.work, state.view, state.work.facts), desk)


def _words(ground: Ground) -> Section:
    return {
        "lang": "zh-CN" if ground.state.view.language == "zh" else "en",
        **labels_under("widgets.explorer", language=ground.state.view.language),
    }


def _needs(ground: Ground) -> Section:
    state = ground.state
    language = state.view.language
    return {
        "rows": need_rows(state.work.base, ground.index, language),
        "choices": filter_choices(ground.index, language),
    }


def _status(ground: Ground) -> Section:
    facts, ids = ground.state.work.facts, ground.index.ids
    return {
        "status": [facts.status.get(each, "closed") for each in ids],
        "placed": [len(facts.placed.get(each, ())) for each in ids],
        "urgent": sorted(_urgent(ground.state)),
    }


def _listed(ground: Ground) -> Section:
    state, view = ground.state, ground.state.view
    rows = list_needs(ground.index, state.work.facts, view, _urgent(state), asked_about(state.work))
    return {
        "rows": rows,
        "people": [] if rows else find_people(ground.index, state.work.facts, view),
        "filters": {name: getattr(view, name) for name in ("search", "community", "skill", "urgency", "order")},
    }


def _chosen(ground: Ground) -> Section:
    state = ground.state
    card = need_card(state.work.base, state.work.facts, ground.index, state.view)
    return card | {"isUrgent": state.view.need_id in _urgent(state)} if card else {}


def _cards(ground: Ground) -> Section:
    base, view = ground.state.work.base, ground.state.view
    if not view.need_id:
        return {}
    need = base.need_index(view.need_id)
    cards = [candidate_card(base, need, column, view.language) for column in ground.ranking.columns]
    return {card["id"]: card for card in cards}


def _ranking(ground: Ground) -> Section:
    view, ranking = ground.state.view, ground.ranking
    partners = ground.state.work.base.profiles.partners
    return {
        "order": [partners[column].partner_id for column in ranking.columns],
        "scores": [round(score, 4) for score in ranking.scores],
        "eligible": ranking.eligible,
        "blocked": ranking.blocked,
        "withBlocked": view.with_blocked,
        "looked": view.partner_id,
    }


def _marks(ground: Ground) -> Section:
    state = ground.state
    partners = state.work.base.profiles.partners
    ids = [partners[column].partner_id for column in ground.ranking.columns]
    marks = marks_of(state.work, state.work.facts, state.view.need_id, ids)
    said = say_reviews(ground.index.reviews.get(state.view.need_id, ()), language=state.view.language)
    return {who: [*own, said.get(who, [])] for who, own in marks.items()}


def _weights(ground: Ground) -> Section:
    state, language = ground.state, ground.state.view.language
    table = state.work.base.weights
    shares = weights_of(state.work.base, state.work.settings)
    stand = {**dict(table), **dict(state.work.settings.weights)}
    presets = read_presets(overlay=state.work.base.overlay)
    is_at = {name: {**dict(table), **dict(each.weights)} == stand for name, each in presets.items()}
    return {
        "names": list(FEATURES),
        "titles": [table.title(name, language=language) for name in FEATURES],
        "stand": [round(stand[name], 4) for name in FEATURES],
        "table": [round(table[name], 4) for name in FEATURES],
        "shares": [round(shares[name], 4) for name in FEATURES],
        "presets": [[name, each.zh if language == "zh" else each.en, is_at[name]] for name, each in presets.items()],
        "objective": state.work.settings.objective,
    }


def _page(ground: Ground) -> Section:
    state = ground.state
    return {"page": state.view.page, **build_page(state, ground.ranking)}


def _plan(ground: Ground) -> Section:
    state, desk = ground.state, ground.desk
    plan, facts, language = state.work.plan, state.work.facts, state.view.language
    last = state.past[-1] if state.past else None
    undo = "" if last is None else label(f"widgets.explorer.step.{last[0]}", language=language, what=last[1])
    changes = state.work.changes
    return {
        "id": plan.plan_id,
        "asOf": plan.as_of.isoformat(),
        "counts": {status: facts.count(status) for status in ("met", "partial", "unmet")},
        "people": len(plan.assignments),
        "partners": len(facts.load),
        "score": f"{plan.proof.score_total:.2f}",
        "gap": f"{plan.proof.gap:.2%}",
        "isProved": plan.proof.gap <= _PROVED,
        "isBehind": state.work.is_behind,
        "toAccept": sum(not each.is_locked for each in plan.assignments),
        "changed": len(changes) if changes is not None else 0,
        "wishes": len(state.work.settings.wishes),
        "undo": undo.strip(),
        "undoKind": last[0] if last else "",
        "hasStore": desk.has_store,
        "by": desk.by,
    }


def _notice(ground: Ground) -> Section:
    kind, words = ground.desk.notice
    return {"kind": kind, "words": words, "stamp": ground.desk.stamp}


def _urgent(state: ExplorerState) -> frozenset[str]:
    return frozenset(w.need_id for w in state.work.settings.wishes if w.action == "urgent" and w.need_id)


Key = Callable[[Ground], tuple[object, ...]]


def _data(ground: Ground) -> tuple[object, ...]:
    return (ground.state.work.base, ground.state.view.language)


def _solved(ground: Ground) -> tuple[object, ...]:
    return (*_data(ground), ground.state.work.facts)


def _listing(ground: Ground) -> tuple[object, ...]:
    view = ground.state.view
    filters = (view.search, view.community, view.skill, view.urgency, view.order)
    return (*_solved(ground), *filters, _urgent(ground.state), asked_about(ground.state.work))


def _ranked(ground: Ground) -> tuple[object, ...]:
    state = ground.state
    return (*_solved(ground), state.view.need_id, ground.ranking, state.view.with_blocked, state.view.partner_id)


def _asked(ground: Ground) -> tuple[object, ...]:
    return (*_ranked(ground), ground.state.work.settings)


def _marked(ground: Ground) -> tuple[object, ...]:
    state = ground.state
    return (*_solved(ground), state.view.need_id, frozenset(ground.ranking.columns), state.work.settings.wishes)


def _proposed(ground: Ground) -> tuple[object, ...]:
    work, past = ground.state.work, ground.state.past
    step = past[-1][:2] if past else ()
    return (
        *_solved(ground),
        work.settings.wishes,
        work.is_behind,
        work.before,
        work.accepted,
        len(past),
        step,
        ground.desk,
    )


def _paged(ground: Ground) -> tuple[object, ...]:
    state = ground.state
    if state.view.page == "weights":
        return (state.view.page,)  # drawn from the weights alone
    return (*_asked(ground), state.view.page, state.view.priced, state.work.before)


SECTIONS: Mapping[str, tuple[Callable[[Ground], Section], Key]] = {
    "words": (_words, lambda ground: (ground.state.view.language,)),
    "needs": (_needs, _data),
    "status": (_status, lambda ground: (*_solved(ground), _urgent(ground.state))),
    "listed": (_listed, _listing),
    "chosen": (_chosen, lambda ground: (*_solved(ground), ground.state.view.need_id, _urgent(ground.state))),
    "cards": (_cards, lambda ground: (*_data(ground), ground.state.view.need_id, frozenset(ground.ranking.columns))),
    "ranking": (_ranking, _ranked),
    "marks": (_marks, _marked),
    "weights": (_weights, lambda ground: (*_data(ground), ground.state.work.settings)),
    "page": (_page, _paged),
    "proposal": (_plan, _proposed),
    "notice": (_notice, lambda ground: (ground.desk.stamp,)),
}
"""What the browser is sent: how each section is drawn, and what it depends on."""


def draw_sections(
    ground: Ground, keys: Mapping[str, tuple[object, ...]]
) -> tuple[dict[str, Section], dict[str, tuple[object, ...]]]:
    """Draw the sections whose ground has moved.

    Parameters
    ----------
    ground : Ground
        What to draw from.
    keys : mapping of str to tuple
        What each section was drawn from last.

    Returns
    -------
    drawn : dict of str to dict
        The sections that were drawn anew.
    keys : dict of str to tuple
        What each stands on now.
    """
    now = {name: key(ground) for name, (_, key) in SECTIONS.items()}
    drawn = {name: SECTIONS[name][0](ground) for name, key in now.items() if keys.get(name) != key}
    return drawn, now
