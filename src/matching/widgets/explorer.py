"""The organizer's explorer: every step that can be made in the browser can be made from Python, and goes the same way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Self, TypeAlias

import matching.store as stores
from matching import frames as pd
from matching.community import is_store, read_community
from matching.errors import CallError
from matching.labels import LANGUAGES, Language, label
from matching.planning import Candidates, Conflict, Explanation, Plan, default_as_of, list_conflicts, score
from matching.planning.changes import Changes
from matching.planning.explanation import explain_pair
from matching.records import CHINA, Community
from matching.records.collector import collector_at_rest
from matching.widgets.explorer_model import Clock, ExplorerModel
from matching.widgets.explorer_plans import candidates_of
from matching.widgets.explorer_state import start_explorer
from matching.widgets.explorer_tables import candidate_table, need_table, say_state

Source: TypeAlias = "Community | stores.Store | Candidates | Plan | str | Path"


class Explorer(ExplorerModel):
    """The explorer of a district's matches, in a notebook or on a page. Get one from `explore`."""

    def __str__(self) -> str:
        return say_state(self._state)

    def __repr__(self) -> str:
        return str(self)

    @property
    def plan(self) -> Plan:
        """The plan that is shown: a proposal until it is accepted."""
        return self._state.work.plan

    @property
    def is_behind(self) -> bool:
        """Whether something was asked for that the plan does not know of; `solve` makes it anew."""
        return self._state.work.is_behind

    @property
    def changes(self) -> Changes | None:
        """What solving changed last; None before the first time."""
        return self._state.work.changes

    @property
    def explanation(self) -> Explanation:
        """Why the pair that is looked at fits, in parts that add up, by the weights as they stand."""
        view, work = self._state.view, self._state.work
        candidates = candidates_of(work.base, work.settings)
        return explain_pair(candidates, view.need_id, view.partner_id, language=view.language)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What to know of the pair that is looked at before anybody is asked."""
        view = self._state.view
        return list_conflicts(self.plan, view.need_id, view.partner_id, language=view.language)

    def needs_table(self) -> pd.DataFrame:
        """Return the needs that are listed, in their order.

        Returns
        -------
        table : DataFrame
        """
        return need_table(self._state, self._index)

    def candidates_table(self) -> pd.DataFrame:
        """Return the candidates of the chosen need, ranked by the weights as they stand.

        Returns
        -------
        table : DataFrame
        """
        return candidate_table(self._state)

    def choose(self, need_id: str, partner_id: str = "") -> Self:
        """Choose a need, and look at one of its candidates.

        Parameters
        ----------
        need_id : str
            The need.
        partner_id : str, optional
            The candidate; by default the one whom the plan proposes.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("choose", need=need_id)
        if partner_id:
            self._do("look", partner=partner_id)
        return self

    def filter(self, **filters: str) -> Self:
        """List other needs.

        Parameters
        ----------
        **filters : str
            Any of ``search``, ``community``, ``skill``, ``urgency`` and ``order``; an empty one lets all through.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("filter", **filters)
        return self

    def open_page(self, page: str) -> Self:
        """Open a page below the candidates.

        Parameters
        ----------
        page : {"why", "network", "weights", "changes", "charts", "shortages", "record"}
            Which one.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("page", page=page)
        return self

    def set_weight(self, part: str, value: float) -> Self:
        """Move the slider of a part of the score; candidates are ranked anew at once, the plan by `solve`.

        Parameters
        ----------
        part : str
            One of `matching.affinity.FEATURES`.
        value : float in [0, 1]
            Where the slider stands.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("weight", part=part, value=value)
        return self

    def use_preset(self, preset: str) -> Self:
        """Set all sliders at once.

        Parameters
        ----------
        preset : str
            A row of ``policies/weight_presets.csv``.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("preset", preset=preset)
        return self

    def pin(self, need_id: str, partner_id: str, *, by: str = "", reason: str = "") -> Self:
        """Ask that a partner serve a need.

        Parameters
        ----------
        need_id, partner_id : str
            The pair.
        by, reason : str
            Who asks, and why.

        Returns
        -------
        explorer : Explorer
            Itself.

        Raises
        ------
        CallError
            If a hard rule blocks the pair.
        """
        return self._wish("pin", need_id, partner_id, by, reason)

    def forbid(self, need_id: str, partner_id: str, *, reason: str, by: str = "") -> Self:
        """Ask that a partner not serve a need.

        Parameters
        ----------
        need_id, partner_id : str
            The pair.
        reason : str
            Why: people may ask.
        by : str
            Who asks.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        return self._wish("forbid", need_id, partner_id, by, reason)

    def mark_absent(self, *partner_ids: str, by: str = "", reason: str = "") -> Self:
        """Say that partners cannot come at all; several at once are one step to undo.

        Parameters
        ----------
        *partner_ids : str
            Who: identifiers or names.
        by, reason : str
            Who says so, and why.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("absent", who="、".join(partner_ids), by=by or self._desk.by, reason=reason)
        return self

    def mark_urgent(self, need_id: str, *, by: str = "", reason: str = "") -> Self:
        """Say that a need comes first now.

        Parameters
        ----------
        need_id : str
            Which one.
        by, reason : str
            Who says so, and why.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        return self._wish("urgent", need_id, "", by, reason)

    def release(self, action: str, *, need_id: str = "", partner_id: str = "") -> Self:
        """Take one wish back.

        Parameters
        ----------
        action : {"pin", "forbid", "urgent", "absent"}
            Which kind.
        need_id, partner_id : str
            What it was about.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("release", action=action, need=need_id, partner=partner_id)
        return self

    def solve(self, *, objective: str | None = None) -> Plan:
        """Make the plan anew, as people asked for it.

        Parameters
        ----------
        objective : {"total", "fair"}, optional
            What is made as large as can be; as before by default.

        Returns
        -------
        plan : Plan
        """
        if objective is not None:
            self._do("objective", objective=objective)
        self._do("solve")
        return self.plan

    def accept(self, *, by: str, reason: str = "") -> Plan:
        """Accept the plan into the store.

        Parameters
        ----------
        by : str
            Who accepts it.
        reason : str
            Why.

        Returns
        -------
        plan : Plan
            As it was accepted.

        Raises
        ------
        CallError
            If there is no store, or the plan is behind what was asked for.
        StalePlanError
            If the data have changed since.
        """
        plan = self.plan
        self._accept({"by": by, "reason": reason})
        return plan

    def undo(self, *, by: str = "") -> Self:
        """Go back one step; a plan that was accepted is taken back by a fact that reverses it.

        Parameters
        ----------
        by : str
            Who takes an accepted plan back.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._act("undo", {"by": by})
        return self

    def refresh(self) -> Self:
        """Take in what others wrote into the store, and make the plan anew on it.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._refresh({})
        return self

    def speak(self, language: Language) -> Self:
        """Show everything in another language.

        Parameters
        ----------
        language : {"zh", "en"}
            Which one.

        Returns
        -------
        explorer : Explorer
            Itself.
        """
        self._do("speak", language=language)
        return self

    def export(self, path: str | Path) -> Path:
        """Write the plan into a file, as the page offers it for download.

        Parameters
        ----------
        path : str or Path
            Ending in ``.xlsx`` or ``.html``. Phones are masked.

        Returns
        -------
        path : Path
        """
        path = Path(path)
        _, content = self._file(path.suffix.removeprefix("."))
        path.write_bytes(content)
        return path

    def _wish(self, action: str, need_id: str, partner_id: str, by: str, reason: str) -> Self:
        self._do("wish", action=action, need=need_id, partner=partner_id, by=by or self._desk.by, reason=reason)
        return self


def explore(
    source: Source,
    *,
    as_of: dt.date | None = None,
    by: str = "",
    language: Language = "zh",
    policies: Path | None = None,
    now: Clock | None = None,
) -> Explorer:
    """Open the explorer on a district.

    Parameters
    ----------
    source : Community, Store, Candidates, Plan, str or Path
        Where the data are: read already, a store, scored, solved, or the name of a workbook, folder or store.
        With a store plans can be accepted, and unfinished work outlives the kernel.
    as_of : date or datetime, optional
        The day of the plan; by default the last one on which the data name a need or a service.
    by : str, optional
        Who works here. Unfinished work is kept under this name; by default under the browser's.
    language : {"zh", "en"}, default="zh"
        Of words.
    policies : Path, optional
        Folder with a district's own ``policies/*.csv``.
    now : callable, optional
        Returns the moment of acceptance; the clock by default.

    Returns
    -------
    explorer : Explorer
        A widget; put it on the last line of a cell.

    Raises
    ------
    CallError
        If the language is unknown.
    UnreadableFileError, StoreError
        If the source cannot be opened.
    """
    if language not in LANGUAGES:
        raise CallError(label("widgets.explorer.refused.language", language="en", languages=LANGUAGES, got=language))
    now = now or (lambda: dt.datetime.now(CHINA))
    if isinstance(source, str | Path):
        source = stores.open_store(source) if is_store(source) else read_community(source)
    is_read = isinstance(source, Community | Candidates | Plan)  # asked first: then no database is loaded
    store = source if not is_read and isinstance(source, stores.Store) else None
    plan = source if isinstance(source, Plan) else None
    with collector_at_rest():  # hundreds of thousands of values that stay
        base = _scored(source, as_of=as_of, today=now().date(), policies=policies)
        state = start_explorer(base, plan=plan, language=language)
        return Explorer(state, store=store, by=by, now=now, as_of=as_of)


def _scored(source: Source, *, as_of: dt.date | None, today: dt.date, policies: Path | None) -> Candidates:
    if isinstance(source, Candidates):
        return source
    if isinstance(source, Plan):
        return source.candidates
    if isinstance(source, Community):
        community = source
    elif isinstance(source, stores.Store):
        community = source.load_community()
    else:
        raise CallError(f"The explorer opens a Community, a Store, Candidates, a Plan or a name; got {source!r}.")
    return score(community, as_of=as_of or default_as_of(community, today=today), policies=policies)
