"""The explorer's unfinished work as a document that a store keeps: a reloaded page is a new kernel and goes on from it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from matching.errors import MatchingError
from matching.labels import LANGUAGES
from matching.planning import Candidates, Override
from matching.widgets.explorer_plans import fitting
from matching.widgets.explorer_values import ACTIONS, ORDERS, PAGES, ExplorerState, Settings, View

_VERSION = 1
_FILTERS = ("search", "community", "skill", "urgency")


def draft_of(state: ExplorerState) -> dict[str, Any]:
    """Return what is worth keeping of the explorer.

    Parameters
    ----------
    state : ExplorerState
        Any.

    Returns
    -------
    document : dict
        Weights, wishes with who and why, what is chosen, filters, language.
    """
    settings, view = state.work.settings, state.view
    return {
        "version": _VERSION,
        "weights": dict(settings.weights),
        "objective": settings.objective,
        "wishes": [dataclasses.asdict(wish) for wish in settings.wishes],
        "view": dataclasses.asdict(view),
    }


def take_draft(base: Candidates, document: Mapping[str, Any], view: View) -> tuple[Settings, View]:
    """Read a draft; whatever in it no longer fits is left out.

    Parameters
    ----------
    base : Candidates
        The data as they are now.
    document : mapping
        As `draft_of` made it, perhaps long ago.
    view : View
        What is looked at where the draft says nothing usable.

    Returns
    -------
    settings : Settings
    view : View
    """
    settings = Settings(
        weights=_weights(base, document.get("weights")),
        wishes=tuple(wish for each in _list(document.get("wishes")) if (wish := _wish(each)) is not None),
        objective="fair" if document.get("objective") == "fair" else "total",
    )
    return fitting(settings, base), _view(base, _mapping(document.get("view")), view)


def _weights(base: Candidates, found: object) -> tuple[tuple[str, float], ...]:
    table = dict(base.weights)
    stand = {name: weight for name, weight in _mapping(found).items() if name in table}
    if not stand:
        return ()
    try:
        merged = {**table, **{name: float(weight) for name, weight in stand.items()}}
        base.weights.replace(merged)
    except (MatchingError, TypeError, ValueError):
        return ()
    return () if merged == table or any(not 0 <= weight <= 1 for weight in merged.values()) else tuple(merged.items())


def _wish(found: object) -> Override | None:
    row = _mapping(found)
    action = str(row.get("action"))
    need_id, partner_id = (str(row[name]) if row.get(name) else None for name in ("need_id", "partner_id"))
    if action not in ACTIONS or bool(need_id) is (action == "absent") or bool(partner_id) is (action == "urgent"):
        return None
    by, reason = (str(row.get(name) or "") for name in ("by", "reason"))
    return Override(action=action, need_id=need_id, partner_id=partner_id, by=by, reason=reason)


def _view(base: Candidates, found: Mapping[str, Any], view: View) -> View:
    said = {name: value for name, value in found.items() if isinstance(value, str)}
    kept: dict[str, Any] = {name: said.get(name, "") for name in _FILTERS}
    choices = {
        "need_id": {need.need_id for need in base.profiles.needs},
        "partner_id": base.profiles.positions,
        "order": ORDERS,
        "page": PAGES,
        "language": LANGUAGES,
    }
    kept |= {name: said[name] for name, known in choices.items() if said.get(name) in known}
    kept["with_blocked"] = found.get("with_blocked") is True
    return dataclasses.replace(view, **kept)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
