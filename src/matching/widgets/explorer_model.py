"""What the explorer's browser and kernel say to each other: sections out, events in, and what only a store can do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

import matching.store as stores
from matching.errors import CallError, MatchingError, StalePlanError
from matching.labels import Language, label
from matching.planning import Candidates
from matching.records import CHINA
from matching.widgets.assets import read_assets
from matching.widgets.explorer_draft import draft_of, take_draft
from matching.widgets.explorer_events import happen, read_text
from matching.widgets.explorer_keeping import (
    accept_plan,
    after_accepting,
    export_plan,
    say_writes,
    score_store,
    take_back,
)
from matching.widgets.explorer_needs import index_needs
from matching.widgets.explorer_state import restart, solve_again
from matching.widgets.explorer_values import ExplorerState
from matching.widgets.explorer_view import Desk, draw_sections, ground_of

Clock = Callable[[], dt.datetime]
"""Returns the moment, with an offset."""


class ExplorerModel(anywidget.AnyWidget):
    """What the browser and the kernel say to each other: sections out, events in.

    Parameters
    ----------
    state : ExplorerState
        What to show.
    store : Store, optional
        Where plans are accepted and unfinished work is kept.
    by : str, optional
        Who works here.
    now : callable, optional
        Returns the moment; the clock by default.
    as_of : date or datetime, optional
        The day of plans; by default the one that the data speak of.
    """

    _esm, _css = read_assets("explorer", "explorer_sender", "explorer_acts", "explorer_pages")
    words = traitlets.Dict().tag(sync=True)
    needs = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    listed = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    cards = traitlets.Dict().tag(sync=True)
    ranking = traitlets.Dict().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    weights = traitlets.Dict().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)
    proposal = traitlets.Dict().tag(sync=True)
    notice = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        state: ExplorerState,
        *,
        store: stores.Store | None = None,
        by: str = "",
        now: Clock | None = None,
        as_of: dt.date | None = None,
    ) -> None:
        self._state, self._store, self._as_of = state, store, as_of
        self._now = now or (lambda: dt.datetime.now(CHINA))
        self._batch = _last_number(store)
        self._place = by.strip()  # where unfinished work is kept; a browser names one where nobody is named
        self._desk = Desk(has_store=store is not None, by=by.strip())
        self._index = index_needs(state.work.base)
        self._keys: dict[str, tuple[object, ...]] = {}
        super().__init__(**self._draw())
        self.on_msg(self._hear)
        self._resume()

    @property
    def state(self) -> ExplorerState:
        """What is shown, as a value."""
        return self._state

    def _draw(self) -> dict[str, dict[str, Any]]:
        drawn, self._keys = draw_sections(ground_of(self._state, self._index, self._desk), self._keys)
        return drawn

    def _put(self, state: ExplorerState) -> None:
        """Show a state: only sections that changed are sent."""
        if state.work.base is not self._state.work.base:
            self._index = index_needs(state.work.base)
        self._state = state
        with self.hold_sync():
            for name, section in self._draw().items():
                setattr(self, name, section)

    def _say(self, kind: str, words: str) -> None:
        desk = self._desk
        self._desk = Desk(desk.has_store, desk.by, (kind, words), desk.stamp + 1)

    def _do(self, name: str, **values: Any) -> None:
        self._put(happen(self._state, name, values))
        self._keep()

    def _hear(self, _: object, message: Mapping[str, Any], __: object) -> None:
        """Do what the browser asks; what it sends is material to judge, never trusted."""
        name, values = str(message.get("name")), message.get("values")
        try:
            self._act(name, values if isinstance(values, Mapping) else {})
        except StalePlanError:
            self._say("stale", label("widgets.explorer.stale", language=self._language, writes=self._written()))
            self._put(self._state)
        except MatchingError as error:
            self._say("refused", str(error))
            self._put(self._state)
        finally:
            self.send({"kind": "done", "number": message.get("number")})

    def _act(self, name: str, values: Mapping[str, Any]) -> None:
        own = _OWN_ACTS.get(name)
        if own is not None:
            own(self, values)
            return
        if name == "undo" and self._has_accepted:
            self._take_back(read_text(values, "by") or self._desk.by)
            return
        self._put(happen(self._state, name, values))
        if values.get("isMoving") is not True:
            self._keep()

    @property
    def _language(self) -> Language:
        return self._state.view.language

    @property
    def _has_accepted(self) -> bool:
        return bool(self._state.past) and self._state.past[-1][0] == "accept"

    def _written(self) -> str:
        batches = self._store.batches() if self._store is not None else ()
        return say_writes(batches, self._batch, self._language)

    def _keep(self) -> None:
        if self._store is not None and self._place:
            self._store.save_draft(self._place, draft_of(self._state), at=self._now())

    def _score(self) -> Candidates:
        if self._store is None:
            raise CallError(label("widgets.explorer.refused.no_store", language=self._language))
        self._batch = _last_number(self._store)
        overlay = self._state.work.base.overlay
        return score_store(self._store, as_of=self._as_of, today=self._now().date(), overlay=overlay)

    def _open(self, values: Mapping[str, Any]) -> None:
        """Take in what was written since, and go on where this desk left off: a page was opened."""
        if self._store is None:
            return
        if _last_number(self._store) != self._batch:
            self._put(restart(self._state, self._score()))
        if not self._place:
            self._place = read_text(values, "desk")
            self._resume()

    def _resume(self) -> None:
        draft = self._store.load_draft(self._place) if self._store is not None and self._place else None
        if draft is None:
            return
        base = self._state.work.base
        settings, view = take_draft(base, draft, self._state.view)
        self._put(restart(self._state, base, settings=settings, view=view))

    def _refresh(self, _values: Mapping[str, Any]) -> None:
        state = solve_again(self._state, self._score())
        self._say("done", label("widgets.explorer.refreshed", language=self._language))
        self._put(state)
        self._keep()

    def _accept(self, values: Mapping[str, Any]) -> None:
        by, reason = read_text(values, "by"), read_text(values, "reason") or None
        if self._store is None:
            raise CallError(label("widgets.explorer.refused.no_store", language=self._language))
        if not by:
            raise CallError(label("widgets.explorer.refused.no_name", language=self._language))
        if self._state.work.is_behind:
            raise CallError(label("widgets.explorer.refused.behind", language=self._language))
        plan = self._state.work.plan
        accept_plan(self._store, plan, by=by, at=self._now(), reason=reason)
        state = after_accepting(self._state, self._score())
        self._desk = Desk(self._desk.has_store, by, self._desk.notice, self._desk.stamp)
        said = {"plan": plan.plan_id, "count": len(plan.pairs), "by": by}
        self._say("accepted", label("widgets.explorer.accepted", language=self._language, **said))
        self._put(state)
        self._keep()

    def _take_back(self, by: str) -> None:
        if self._store is None or not by:
            raise CallError(label("widgets.explorer.refused.no_name", language=self._language))
        plan_id = self._state.past[-1][1]
        take_back(self._store, plan_id, by=by, at=self._now())
        fresh = restart(self._state, self._score())
        self._say("done", label("widgets.explorer.taken_back", language=self._language, plan=plan_id))
        self._put(happen(fresh, "undo", {}))
        self._keep()

    def _export(self, values: Mapping[str, Any]) -> None:
        name, content = self._file(read_text(values, "format"), read_text(values, "phonesFor"))
        self.send({"kind": "file", "name": name}, [content])

    def _file(self, kind: str, phones_for: str = "") -> tuple[str, bytes]:
        if kind not in {"xlsx", "html"}:
            raise CallError(f"A plan is exported as 'xlsx' or 'html'; got {kind!r}")
        if phones_for and self._store is None:
            raise CallError(label("widgets.explorer.refused.phones", language=self._language))
        if phones_for and self._store is not None:
            what = label("widgets.explorer.phones_of", language="zh", plan=self._state.work.plan.plan_id)
            self._store.disclose(what, by=phones_for, at=self._now())
            self._put(restart(self._state, self._score()))  # that somebody looked is a fact too
        shows = bool(phones_for)
        plan = self._state.work.agreed
        return export_plan(plan, kind, language=self._language, show_phones=shows, asked_by=phones_for or None)


def _last_number(store: stores.Store | None) -> int:
    batch = store.last_batch() if store is not None else None
    return batch.batch_id if batch else 0


_OWN_ACTS: Mapping[str, Callable[[ExplorerModel, Mapping[str, Any]], None]] = {
    "open": ExplorerModel._open,  # noqa: SLF001  # what only a widget with a store can do
    "refresh": ExplorerModel._refresh,  # noqa: SLF001
    "accept": ExplorerModel._accept,  # noqa: SLF001
    "export": ExplorerModel._export,  # noqa: SLF001
}
