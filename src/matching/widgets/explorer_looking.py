"""What moves only the view of the explorer: which need, which candidate, which page, which language."""

import dataclasses

import numpy as np

from matching.errors import CallError, UnknownNameError
from matching.labels import LANGUAGES
from matching.widgets.explorer_plans import weights_of
from matching.widgets.explorer_values import ORDERS, PAGES, ExplorerState, Work


def choose_need(state: ExplorerState, need_id: str) -> ExplorerState:
    """Return the explorer with a need chosen.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    need_id : str
        A need of the register.

    Returns
    -------
    state : ExplorerState
        Looking at the first partner whom the plan proposes for it, or else at the best who may do it.
    """
    row = state.work.base.need_index(need_id)
    placed = state.work.facts.placed.get(need_id, ())
    return look(state, need_id=need_id, partner_id=placed[0] if placed else _best_partner(state.work, row))


def look_at(state: ExplorerState, partner_id: str) -> ExplorerState:
    """Return the explorer looking at a partner.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    partner_id : str
        A partner, also one that was merged into another.

    Returns
    -------
    state : ExplorerState
    """
    column = state.work.base.partner_index(partner_id)
    return look(state, partner_id=state.work.base.profiles.partners[column].partner_id)


def filter_needs(state: ExplorerState, **filters: str) -> ExplorerState:
    """Return the explorer with other needs listed.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    **filters : str
        Any of ``search``, ``community``, ``skill``, ``urgency`` and ``order``.

    Returns
    -------
    state : ExplorerState

    Raises
    ------
    CallError
        If there is no such filter or order.
    """
    known = {"search", "community", "skill", "urgency", "order"}
    if set(filters) - known:
        raise CallError(f"Needs are filtered by {sorted(known)}; got {sorted(set(filters) - known)}.")
    if filters.get("order", "unmet") not in ORDERS:
        raise CallError(f"order must be one of {ORDERS}; got {filters['order']!r}")
    return look(state, **filters)


def open_page(state: ExplorerState, page: str) -> ExplorerState:
    """Return the explorer with another page open.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    page : str
        One of `PAGES`.

    Returns
    -------
    state : ExplorerState
    """
    if page not in PAGES:
        raise UnknownNameError(f"There is no page {page!r}. There are: {list(PAGES)}")
    return look(state, page=page)


def show_blocked(state: ExplorerState, *, is_on: bool) -> ExplorerState:
    """Return the explorer with or without partners whom a rule blocks.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    is_on : bool
        Whether they are listed.

    Returns
    -------
    state : ExplorerState
    """
    return look(state, with_blocked=bool(is_on))


def speak(state: ExplorerState, language: str) -> ExplorerState:
    """Return the explorer in another language.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    state : ExplorerState
    """
    if language not in LANGUAGES:
        raise CallError(f"language must be one of {LANGUAGES}; got {language!r}")
    return look(state, language=language)


def show_changes(state: ExplorerState) -> ExplorerState:
    """Return the explorer with the page of changes open, where there are any.

    Parameters
    ----------
    state : ExplorerState
        After solving again.

    Returns
    -------
    state : ExplorerState
        The pages of charts and of shortages stay open: they are live.
    """
    changes = state.work.changes
    is_live = state.view.page in {"charts", "shortages"}
    return look(state, page="changes") if changes is not None and len(changes) and not is_live else state


def _best_partner(work: Work, need: int) -> str:
    base = work.base
    columns = np.flatnonzero(base.masks[need] == 0)
    if not columns.size:
        return ""
    best = columns[int(np.argmax(base.pairs_of(need, columns).values @ weights_of(base, work.settings).vector))]
    return base.profiles.partners[int(best)].partner_id


def look(state: ExplorerState, **changes: object) -> ExplorerState:
    """Return the explorer with some of what is looked at changed.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    **changes : object
        Fields of `View`.

    Returns
    -------
    state : ExplorerState
    """
    return dataclasses.replace(state, view=dataclasses.replace(state.view, **changes))  # type: ignore[arg-type]
