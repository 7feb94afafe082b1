"""What can happen to the explorer: each event is a function from a state and some plain values to a state."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from matching.errors import CallError, UnknownNameError
from matching.labels import label
from matching.planning import Override, list_conflicts
from matching.widgets import explorer_looking as looking
from matching.widgets import explorer_state as states
from matching.widgets.explorer_people import people_named
from matching.widgets.explorer_presets import weights_of_preset
from matching.widgets.explorer_values import ExplorerState

Values = Mapping[str, Any]
Event = Callable[[ExplorerState, Values], ExplorerState]

_LONGEST = 500
_LONGEST_LIST = 4000


def happen(state: ExplorerState, name: str, values: Values) -> ExplorerState:
    """Return the explorer after an event.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    name : str
        One of `EVENTS`.
    values : mapping of str to object
        What the event says: material to judge, never trusted.

    Returns
    -------
    state : ExplorerState

    Raises
    ------
    UnknownNameError
        If there is no such event, need, partner, page or preset.
    CallError
        If a value breaks its rule.
    """
    if name not in EVENTS:
        raise UnknownNameError(f"The explorer knows no event {name!r}. It knows: {sorted(EVENTS)}")
    return EVENTS[name](state, values)


def read_text(values: Values, name: str, *, most: int = _LONGEST) -> str:
    """Return a text of an event.

    Parameters
    ----------
    values : mapping of str to object
        What the event says.
    name : str
        Of the text.
    most : int, default=500
        Characters that are kept.

    Returns
    -------
    text : str
        Empty where it is missing.
    """
    found = values.get(name)
    return found.strip()[:most] if isinstance(found, str) else ""


def _choose(state: ExplorerState, values: Values) -> ExplorerState:
    return looking.choose_need(state, read_text(values, "need"))


def _look(state: ExplorerState, values: Values) -> ExplorerState:
    return looking.look_at(state, read_text(values, "partner"))


def _filter(state: ExplorerState, values: Values) -> ExplorerState:
    names = ("search", "community", "skill", "urgency", "order")
    return looking.filter_needs(state, **{name: read_text(values, name) for name in names if name in values})


def _weight(state: ExplorerState, values: Values) -> ExplorerState:
    name = read_text(values, "part")
    return states.set_weights(state, [(name, _number(values.get("value")))], what=name)


def _preset(state: ExplorerState, values: Values) -> ExplorerState:
    name, base = read_text(values, "preset"), state.work.base
    return states.set_weights(state, weights_of_preset(name, base.weights, overlay=base.overlay), what="")


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CallError(f"A weight is a number from 0 to 1; got {value!r}")
    return float(value)


def _wish(state: ExplorerState, values: Values) -> ExplorerState:
    action = read_text(values, "action")
    need_id, partner_id = read_text(values, "need"), read_text(values, "partner")
    wish = Override(
        action=action,
        need_id=need_id or None if action != "absent" else None,
        partner_id=partner_id or None if action != "urgent" else None,
        by=read_text(values, "by"),
        reason=read_text(values, "reason"),
    )
    if action == "pin" and need_id and partner_id:
        _check_pin(state, need_id, partner_id)
    return states.add_wishes(state, [wish])


def _absent(state: ExplorerState, values: Values) -> ExplorerState:
    """Mark several people as away at once: one step to undo."""
    who = people_named(state.work.base, read_text(values, "who", most=_LONGEST_LIST), language=state.view.language)
    by, reason = read_text(values, "by"), read_text(values, "reason")
    return states.add_wishes(
        state, [Override(action="absent", need_id=None, partner_id=each, by=by, reason=reason) for each in who]
    )


def _check_pin(state: ExplorerState, need_id: str, partner_id: str) -> None:
    """Refuse a pin that a rule blocks before anybody waits for a solver to find out."""
    base, language = state.work.base, state.view.language
    if base.blocking_rules(need_id, partner_id):
        found = list_conflicts(state.work.plan, need_id, partner_id, language=language)
        evidence = label("planning.semicolon", language=language).join(each.words for each in found if each.is_hard)
        raise CallError(label("widgets.explorer.refused.pin", language=language, evidence=evidence))


def _release(state: ExplorerState, values: Values) -> ExplorerState:
    need_id, partner_id = read_text(values, "need") or None, read_text(values, "partner") or None
    return states.drop_wish(state, read_text(values, "action"), need_id=need_id, partner_id=partner_id)


def _price(state: ExplorerState, _values: Values) -> ExplorerState:
    return dataclasses.replace(state, view=dataclasses.replace(state.view, priced=state.view.partner_id))


EVENTS: Mapping[str, Event] = {
    "choose": _choose,
    "look": _look,
    "filter": _filter,
    "page": lambda state, values: looking.open_page(state, read_text(values, "page")),
    "blocked": lambda state, values: looking.show_blocked(state, is_on=values.get("isOn") is True),
    "speak": lambda state, values: looking.speak(state, read_text(values, "language")),
    "weight": _weight,
    "preset": _preset,
    "objective": lambda state, values: states.set_objective(state, read_text(values, "objective")),
    "wish": _wish,
    "absent": _absent,
    "release": _release,
    "price": _price,
    "solve": lambda state, _values: looking.show_changes(states.solve_again(state)),
    "undo": lambda state, _values: states.undo(state),
}
"""Everything that happens without a store."""
