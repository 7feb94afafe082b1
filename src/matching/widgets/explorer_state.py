"""How the explorer moves: what people ask for, solving, undoing. Values and functions, without a browser and without a store.

Undoing goes back to an earlier work and leaves the view alone.
"""

import dataclasses
from collections.abc import Iterable

from matching.errors import CallError, UnknownNameError
from matching.labels import Language
from matching.planning import Candidates, Override, Plan, solve
from matching.records import Urgency
from matching.widgets.explorer_facts import read_plan
from matching.widgets.explorer_looking import choose_need
from matching.widgets.explorer_plans import fitting, plan_for
from matching.widgets.explorer_values import ACTIONS, ExplorerState, Settings, View, Work

_MOST_PAST = 100


def start_explorer(base: Candidates, *, plan: Plan | None = None, language: Language = "zh") -> ExplorerState:
    """Return the explorer as it opens.

    Parameters
    ----------
    base : Candidates
        Scored with the weights of the table.
    plan : Plan, optional
        Made from them without any wish; made here by default.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    state : ExplorerState
        With the first need chosen that is not met, or is.
    """
    settings = Settings(objective=plan.proof.objective if plan else "total")
    plan = plan or solve(base)
    state = ExplorerState(Work(base, settings, plan, read_plan(plan), settings), View(language=language))
    first = _most_pressing(state.work)
    return choose_need(state, first) if first else state


def set_weights(state: ExplorerState, weights: Iterable[tuple[str, float]], *, what: str) -> ExplorerState:
    """Return the explorer with sliders moved.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    weights : iterable of (str, float)
        Parts of the score, and where their sliders stand now, in [0, 1].
    what : str
        What is being done: one slider that is dragged is one step to undo.

    Returns
    -------
    state : ExplorerState

    Raises
    ------
    CallError
        If a weight is outside [0, 1], or all are zero.
    """
    moved = {name: float(weight) for name, weight in weights}
    for name, weight in moved.items():
        if not 0 <= weight <= 1:
            raise CallError(f"The weight of {name!r} must be from 0 to 1; got {weight!r}.")
    table = state.work.base.weights
    stand = {**dict(table), **dict(state.work.settings.weights), **moved}
    table.replace(stand)  # refuses unknown parts, and weights that are all zero
    changed = () if stand == dict(table) else tuple(stand.items())
    settings = dataclasses.replace(state.work.settings, weights=changed)
    is_same_drag = bool(state.past) and state.past[-1][:2] == ("weights", what) and what != ""
    return _ask(state, settings, "weights", what, is_merged=is_same_drag)


def set_objective(state: ExplorerState, objective: str) -> ExplorerState:
    """Return the explorer asking for another objective.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    objective : {"total", "fair"}
        What is to be made as large as can be.

    Returns
    -------
    state : ExplorerState
    """
    if objective not in {"total", "fair"}:
        raise CallError(f"objective must be 'total' or 'fair'; got {objective!r}")
    return _ask(state, dataclasses.replace(state.work.settings, objective=objective), "objective", "")


def add_wishes(state: ExplorerState, wishes: Iterable[Override]) -> ExplorerState:
    """Return the explorer with more wishes; each takes the place of what it contradicts.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    wishes : iterable of Override
        What is asked for, by whom and why; together they are one step to undo.

    Returns
    -------
    state : ExplorerState

    Raises
    ------
    CallError
        If an exclusion states no reason, or there is no such action.
    UnknownNameError
        If a need or a partner is unknown.
    """
    held, asked = list(state.work.settings.wishes), list(wishes)
    for wish in asked:
        _check_wish(state.work.base, wish)
        held = [each for each in held if not _contradicts(wish, each)] + [wish]
    if not asked:
        return state
    what = " ".join(filter(None, (asked[0].need_id, asked[0].partner_id)))
    what += f" +{len(asked) - 1}" if len(asked) > 1 else ""
    return _ask(state, dataclasses.replace(state.work.settings, wishes=tuple(held)), asked[0].action, what)


def drop_wish(
    state: ExplorerState, action: str, *, need_id: str | None = None, partner_id: str | None = None
) -> ExplorerState:
    """Return the explorer without a wish.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    action : str
        ``"pin"``, ``"forbid"``, ``"urgent"`` or ``"absent"``.
    need_id, partner_id : str, optional
        What it was about.

    Returns
    -------
    state : ExplorerState

    Raises
    ------
    UnknownNameError
        If there is no such wish.
    """
    wishes = state.work.settings.wishes
    kept = tuple(w for w in wishes if (w.action, w.need_id, w.partner_id) != (action, need_id, partner_id))
    if len(kept) == len(wishes):
        raise UnknownNameError(f"There is no {action} of {need_id or ''} {partner_id or ''} to take back.")
    what = " ".join(filter(None, (need_id, partner_id)))
    return _ask(state, dataclasses.replace(state.work.settings, wishes=kept), "release", what)


def solve_again(state: ExplorerState, base: Candidates | None = None, *, is_step: bool = True) -> ExplorerState:
    """Return the explorer with the plan made anew, as people asked for it.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    base : Candidates, optional
        New data.
    is_step : bool, default=True
        Whether this can be undone.

    Returns
    -------
    state : ExplorerState
        Wishes about needs and partners that the new data no longer hold are left out.

    Raises
    ------
    CallError
        If a pin breaks a hard rule or contradicts others.
    """
    work = state.work
    settings = work.settings if base is None else fitting(work.settings, base)
    plan = plan_for(base or work.base, settings)
    done = Work(base or work.base, settings, plan, read_plan(plan), settings, work.plan, work.accepted)
    past = (*state.past, ("solve", "", work))[-_MOST_PAST:] if is_step else state.past
    return dataclasses.replace(state, work=done, past=past)


def restart(
    state: ExplorerState, base: Candidates, *, settings: Settings | None = None, view: View | None = None
) -> ExplorerState:
    """Return the explorer on other data, or with other settings, without a step that can be undone.

    Parameters
    ----------
    state : ExplorerState
        As it was.
    base : Candidates
        The data.
    settings : Settings, optional
        What people asked for; by default what they asked for so far, as far as it fits the data.
    view : View, optional
        What is looked at; by default the same as before, where that is still there.

    Returns
    -------
    state : ExplorerState
    """
    work = state.work
    asked = fitting(work.settings if settings is None else settings, base)
    same = base is work.base and asked == work.solved
    plan = work.plan if same else plan_for(base, asked)
    before = work.before if same else work.plan
    done = Work(base, asked, plan, read_plan(plan), asked, before, work.accepted)
    seen = view or state.view
    needs = {need.need_id for need in base.profiles.needs}
    kept = dataclasses.replace(
        seen,
        need_id=seen.need_id if seen.need_id in needs else "",
        partner_id=seen.partner_id if seen.partner_id in base.profiles.positions else "",
    )
    return dataclasses.replace(state, work=done, view=kept)


def undo(state: ExplorerState) -> ExplorerState:
    """Return the explorer as it was before the last step; what is looked at stays.

    Parameters
    ----------
    state : ExplorerState
        As it is.

    Returns
    -------
    state : ExplorerState
        The same where nothing was done.
    """
    if not state.past:
        return state
    back, now = state.past[-1][2], state.work
    if back.base is not now.base:
        # the data have moved on since: what was asked for comes back, the data do not
        settings = fitting(back.settings, now.base)
        plan = plan_for(now.base, settings)
        back = Work(now.base, settings, plan, read_plan(plan), settings, now.plan)
    return dataclasses.replace(state, work=back, past=state.past[:-1])


def _most_pressing(work: Work) -> str:
    """Name the need to begin with: unmet before partly met, urgent before others; any where all are met."""
    needs = {need.need_id: need.urgency or Urgency.NORMAL for need in work.base.profiles.needs}
    ranks = [*Urgency]
    pressing = sorted(work.plan.unmet, key=lambda each: (each.status != "unmet", ranks.index(needs[each.need_id])))
    return pressing[0].need_id if pressing else next(iter(work.facts.placed), "")


def _ask(state: ExplorerState, settings: Settings, action: str, what: str, *, is_merged: bool = False) -> ExplorerState:
    if settings == state.work.settings:
        return state
    past = state.past if is_merged else (*state.past, (action, what, state.work))[-_MOST_PAST:]
    return dataclasses.replace(state, work=dataclasses.replace(state.work, settings=settings), past=past)


def _check_wish(base: Candidates, wish: Override) -> None:
    if wish.action not in ACTIONS:
        raise UnknownNameError(f"There is no action {wish.action!r}. There are: {list(ACTIONS)}")
    has_need, has_partner = wish.action != "absent", wish.action != "urgent"
    if bool(wish.need_id) != has_need or bool(wish.partner_id) != has_partner:
        raise CallError(f"{wish.action} wants {'a need' * has_need} {'a partner' * has_partner}; got {wish!r}")
    if wish.need_id:
        base.need_index(wish.need_id)
    if wish.partner_id:
        base.partner_index(wish.partner_id)
    if wish.action == "forbid" and not wish.reason.strip():
        raise CallError("To exclude somebody, say why: people may ask for the reason.")


def _contradicts(new: Override, old: Override) -> bool:
    """Whether a wish takes the place of an older one."""
    same_pair = (new.need_id, new.partner_id) == (old.need_id, old.partner_id)
    if same_pair and {new.action, old.action} <= {"pin", "forbid"}:
        return True
    if new.action == old.action and same_pair:
        return True
    actions = {new.action, old.action}
    return actions == {"pin", "absent"} and new.partner_id == old.partner_id
