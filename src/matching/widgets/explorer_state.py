"""What the explorer holds and how it moves: values and functions, without a browser and without a store.

*Work* is what a decision rests on: the data, what people asked for, the plan. *View* is what somebody looks at. Undoing
goes back to an earlier work and leaves the view alone.
"""

import dataclasses
from collections.abc import Iterable

import numpy as np

from matching.errors import CallError, UnknownNameError
from matching.labels import LANGUAGES, Language
from matching.planning import Candidates, Override, Plan, solve
from matching.planning.changes import Changes
from matching.records import Urgency
from matching.widgets.explorer_facts import PlanFacts, read_plan

PAGES = ("why", "network", "weights", "changes", "charts", "shortages", "record")
"""The pages below the candidates."""

ORDERS = ("unmet", "urgency", "register")
"""Ways to order the needs."""

ACTIONS = ("pin", "forbid", "urgent", "absent")
_MOST_PAST = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What people asked for; with the data it makes the plan.

    Attributes
    ----------
    weights : tuple of (str, float)
        Where the slider of each part of the score stands, in [0, 1]; they need not sum to one. Empty for the table.
    wishes : tuple of Override
        Pins, exclusions, urgent needs, absent partners: by whom and why.
    objective : {"total", "fair"}
        What is made as large as can be.
    """

    weights: tuple[tuple[str, float], ...] = ()
    wishes: tuple[Override, ...] = ()
    objective: str = "total"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What a decision rests on.

    Attributes
    ----------
    base : Candidates
        Scored with the weights of the table.
    settings : Settings
        As asked for now.
    plan : Plan
        Made with `solved`.
    facts : PlanFacts
        What it says.
    solved : Settings
        What the plan was made with; other than `settings` where something was changed since.
    before : Plan or None
        What was shown before it.
    accepted : Plan or None
        What was accepted last from here.
    """

    base: Candidates
    settings: Settings
    plan: Plan
    facts: PlanFacts
    solved: Settings
    before: Plan | None = None
    accepted: Plan | None = None

    @property
    def agreed(self) -> Plan:
        """What is handed out: the accepted plan itself while the plan still says the same, or else the plan."""
        is_same = self.accepted is not None and set(self.accepted.pairs) == set(self.plan.pairs)
        return self.accepted if is_same and self.accepted is not None else self.plan

    @property
    def is_behind(self) -> bool:
        """Whether something was asked for that the plan does not know of."""
        return self.settings != self.solved

    @property
    def changes(self) -> Changes | None:
        """What the plan changes against the one before; None where there was none."""
        return self.plan.changes_from(self.before) if self.before is not None else None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What somebody looks at.

    Attributes
    ----------
    need_id, partner_id : str
        What is chosen; empty for nothing.
    search, community, skill, urgency : str
        Filters of the needs; empty for all.
    order : str
        One of `ORDERS`.
    with_blocked : bool
        Whether partners whom a rule blocks are listed too.
    priced : str
        Partner whose price was asked for; small districts show it unasked.
    page : str
        One of `PAGES`.
    language : {"zh", "en"}
    """

    need_id: str = ""
    partner_id: str = ""
    search: str = ""
    community: str = ""
    skill: str = ""
    urgency: str = ""
    order: str = "unmet"
    with_blocked: bool = False
    priced: str = ""
    page: str = "why"
    language: Language = "zh"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ExplorerState:
    """Everything that the explorer shows.

    Attributes
    ----------
    work : Work
    view : View
    past : tuple of (str, str, Work)
        What was done, to what, and the work before it; the last is undone first.
    """

    work: Work
    view: View = dataclasses.field(default_factory=View)
    past: tuple[tuple[str, str, Work], ...] = ()


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
    return _look(state, need_id=need_id, partner_id=placed[0] if placed else _best_partner(state.work, row))


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
    return _look(state, partner_id=state.work.base.profiles.partners[column].partner_id)


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
    return _look(state, **filters)


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
    return _look(state, page=page)


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
    return _look(state, with_blocked=bool(is_on))


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
    return _look(state, language=language)


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
        What is asked for, by whom and why.

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
    return _look(state, page="changes") if changes is not None and len(changes) and not is_live else state


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


def plan_for(base: Candidates, settings: Settings) -> Plan:
    """Make the plan that belongs to data and wishes: the same whatever was asked for in between.

    Parameters
    ----------
    base : Candidates
        Scored with the weights of the table.
    settings : Settings
        What people asked for.

    Returns
    -------
    plan : Plan
        Where there are wishes, the one that changes as little as possible against the plan without them.

    Raises
    ------
    CallError
        If a pin breaks a hard rule or contradicts others.
    """
    plan = solve(candidates_of(base, settings), objective=settings.objective)
    if not settings.wishes:
        return plan
    urgent = [wish.need_id for wish in settings.wishes if wish.action == "urgent" and wish.need_id]
    asked = dataclasses.replace(plan, overrides=settings.wishes)
    return asked.replan(urgent=urgent) if urgent else asked.replan()


def candidates_of(base: Candidates, settings: Settings) -> Candidates:
    """Return candidates scored with the weights as they stand.

    Parameters
    ----------
    base : Candidates
        Scored with the weights of the table.
    settings : Settings
        Where the sliders stand.

    Returns
    -------
    candidates : Candidates
        Sliders leave the values of the unknown alone, so nothing has to be worked out anew.
    """
    if not settings.weights:
        return base
    weights = base.weights.replace(dict(settings.weights))
    return dataclasses.replace(base, pairs=dataclasses.replace(base.pairs, weights=weights))


def fitting(settings: Settings, base: Candidates) -> Settings:
    """Leave out what no longer fits the data.

    Parameters
    ----------
    settings : Settings
        What people asked for.
    base : Candidates
        The data as they are now.

    Returns
    -------
    settings : Settings
        Without wishes about needs and partners that are not there any more, and pins that a rule blocks now.
    """
    needs = {need.need_id for need in base.profiles.needs}
    kept = tuple(
        wish
        for wish in settings.wishes
        if (wish.need_id is None or wish.need_id in needs)
        and (wish.partner_id is None or base.community.resolve(wish.partner_id) in base.profiles.positions)
        and not (wish.action == "pin" and base.blocking_rules(wish.need_id or "", wish.partner_id or ""))
    )
    return dataclasses.replace(settings, wishes=kept)


def _most_pressing(work: Work) -> str:
    """Name the need to begin with: unmet before partly met, urgent before others; any where all are met."""
    needs = {need.need_id: need.urgency or Urgency.NORMAL for need in work.base.profiles.needs}
    ranks = [*Urgency]
    pressing = sorted(work.plan.unmet, key=lambda each: (each.status != "unmet", ranks.index(needs[each.need_id])))
    return pressing[0].need_id if pressing else next(iter(work.facts.placed), "")


def _best_partner(work: Work, need: int) -> str:
    base, n_partners = work.base, work.base.masks.shape[1]
    columns = np.flatnonzero(base.masks[need] == 0)
    if not columns.size:
        return ""
    rows = base.pairs.values[need * n_partners + columns]  # an array, not a table
    best = columns[int(np.argmax(rows @ candidates_of(base, work.settings).weights.vector))]
    return base.profiles.partners[int(best)].partner_id


def _look(state: ExplorerState, **changes: object) -> ExplorerState:
    return dataclasses.replace(state, view=dataclasses.replace(state.view, **changes))  # type: ignore[arg-type]


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
