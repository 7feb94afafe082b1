"""An entry form in a notebook or on a page: draws what `form_state` decides and appends to the store, once."""

import dataclasses
import datetime as dt
import re
import secrets
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Protocol

import anywidget
import traitlets

from matching.errors import ChangedFactError, MatchingError
from matching.labels import Language
from matching.records import Record
from matching.roster.entry import Texts
from matching.widgets.form_state import (
    ALONE,
    FormSpec,
    FormState,
    Phase,
    ask_to_save,
    key_of_row,
    mark_conflict,
    mark_failed,
    mark_saved,
    renew_token,
    start_form,
    take_draft,
    type_text,
)
from matching.widgets.form_view import describe_form, form_text, show_state

Clock = Callable[[], dt.datetime]
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_ASSETS = resources.files("matching") / "widgets"


class Appended(Protocol):
    """What appending says: which facts are new and which were there."""

    @property
    def added(self) -> tuple[str, ...]:
        """Keys of new facts."""

    @property
    def known(self) -> tuple[str, ...]:
        """Keys of facts that were there."""


class Keeper(Protocol):
    """Whatever facts are appended to: a `matching.store.Store`."""

    def append(self, facts: tuple[Record, ...], *, by: str, at: dt.datetime) -> Appended:
        """Append facts, each once.

        Parameters
        ----------
        facts : tuple of Record
            What to keep.
        by : str
            Who records them.
        at : datetime
            When.

        Returns
        -------
        appended : Appended
        """


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What is asked before the facts of a form are appended.

    Attributes
    ----------
    refuse : callable
        Is shown the facts and says why not, or nothing.
    along : callable
        Is shown the facts and returns others that are appended with them.
    """

    refuse: Callable[[tuple[Record, ...]], str] = lambda _: ""
    along: Callable[[tuple[Record, ...]], tuple[Record, ...]] = lambda _: ()


def new_token() -> str:
    """Return a token that no other form has.

    Returns
    -------
    token : str of 10 signs
    """
    return secrets.token_hex(5).upper()


class EntryForm(anywidget.AnyWidget):
    """A form for facts of one register.

    Parameters
    ----------
    spec : FormSpec
        What it asks for.
    keeper : Keeper
        The store that is written to.
    by : str
        Who records.
    now : callable, optional
        Returns the moment of saving; the clock by default.
    tokens : callable, optional
        Returns a new token for each entry; random by default.
    shared : mapping of str to str, optional
        What is typed in beforehand.
    guard : Guard, optional
        What is asked before facts are appended.
    language : {"zh", "en"}, default="zh"
        Of words.
    """

    _esm = (_ASSETS / "form.js").read_text(encoding="utf-8")
    _css = (_ASSETS / "form.css").read_text(encoding="utf-8")
    form = traitlets.Dict().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        spec: FormSpec,
        keeper: Keeper,
        *,
        by: str,
        now: Clock | None = None,
        tokens: Callable[[], str] = new_token,
        shared: Texts | None = None,
        guard: Guard | None = None,
        language: Language = "zh",
    ) -> None:
        self._spec = spec
        self._keeper = keeper
        self._by = by
        self._now = now or (lambda: dt.datetime.now(dt.UTC))
        self._tokens = tokens
        self._prepared = dict(shared or {})
        self._guard = guard or Guard()
        self._language = language
        self._watchers: list[Callable[[tuple[str, ...]], None]] = []
        self._state = start_form(spec, tokens(), shared=self._prepared)
        super().__init__(form=describe_form(spec, language=language), view=self._shown())
        self.on_msg(self._hear)

    @property
    def state(self) -> FormState:
        """What stands in the form."""
        return self._state

    @property
    def spec(self) -> FormSpec:
        """What the form asks for."""
        return self._spec

    def type(self, field: str, text: str, *, row: str = ALONE) -> "EntryForm":
        """Type in a field, as the browser does.

        Parameters
        ----------
        field : str
            Name of a field.
        text : str
            What to type.
        row : str, optional
            Name of a row of a sheet.

        Returns
        -------
        form : EntryForm
            Itself.
        """
        self._put(type_text(self._spec, self._state, field, text, row=row))
        return self

    def save(self) -> tuple[str, ...]:
        """Save what stands in the form, once however often it is asked for.

        Returns
        -------
        keys : tuple of str
            Of the facts that are kept now; empty while something stands in the way.
        """
        state, facts = ask_to_save(self._spec, self._state)
        if facts:
            state = self._append(state, facts)
        self._put(state)
        if facts and state.phase is Phase.SAVED:
            for tell in self._watchers:
                tell(state.keys)
        return state.keys if state.phase is Phase.SAVED else ()

    def again(self) -> "EntryForm":
        """Begin another entry; what stood in the form is let go.

        Returns
        -------
        form : EntryForm
            Itself.
        """
        self._put(start_form(self._spec, self._tokens(), shared=self._prepared))
        return self

    def renew(self) -> "EntryForm":
        """Turn a draft in conflict into a new entry with the same words.

        Returns
        -------
        form : EntryForm
            Itself.
        """
        self._put(renew_token(self._state, self._tokens()))
        return self

    def when_saved(self, tell: Callable[[tuple[str, ...]], None]) -> None:
        """Have something done after each save.

        Parameters
        ----------
        tell : callable
            Is handed the keys of the facts.
        """
        self._watchers.append(tell)

    def __str__(self) -> str:
        return form_text(self._spec, self._state, language=self._language)

    def __repr__(self) -> str:
        return str(self)

    def _append(self, state: FormState, facts: tuple[Record, ...]) -> FormState:
        reason = self._guard.refuse(facts)
        if reason:
            return mark_failed(state, reason)
        try:
            more = self._guard.along(facts)
            done = self._keeper.append((*facts, *more), by=self._by, at=self._now())
        except ChangedFactError as error:
            return mark_conflict(state, keys=error.keys)
        except MatchingError as error:
            return mark_failed(state, str(error))
        keys = {getattr(fact, self._spec.register.key) for fact in facts}
        return mark_saved(state, keys=sorted(keys, key=self._row_order), was_there=not done.added)

    def _row_order(self, key: str) -> int:
        names = [row.name for row in self._spec.rows] if self._spec.is_sheet else [ALONE]
        order = {key_of_row(self._spec, self._state, name): at for at, name in enumerate(names)}
        return order.get(key, len(order))

    def _put(self, state: FormState) -> None:
        self._state = state
        self.view = self._shown()

    def _shown(self) -> dict[str, Any]:
        return show_state(self._spec, self._state, language=self._language)

    def _hear(self, _: object, message: Mapping[str, Any], __: object) -> None:
        """Do what the browser asks; what it sends is material to judge, never trusted."""
        kind = message.get("kind")
        if kind in {"type", "save", "restore"}:
            self._take(message, is_restored=kind == "restore")
        if kind == "save":
            self.save()
        elif kind == "again":
            self.again()
        elif kind == "renew":
            self.renew()

    def _take(self, message: Mapping[str, Any], *, is_restored: bool) -> None:
        token = str(message.get("token"))
        if not _TOKEN.fullmatch(token):
            return
        if not is_restored and token != self._state.token:
            return  # typed before the form moved on to another entry
        if self._state.phase is not Phase.DRAFT and not is_restored:
            return
        drafted = take_draft(
            self._spec,
            self._state,
            token=token,
            shared=_texts(message.get("shared")),
            rows={str(name): _texts(texts) for name, texts in _mapping(message.get("rows")).items()},
        )
        self._put(drafted)


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in _mapping(value).items() if text is not None}
