"""What the boards share on which facts are entered, corrected by reversal and taken back."""

import datetime as dt
from collections.abc import Callable

import ipywidgets

from matching.errors import MatchingError
from matching.labels import Language, label
from matching.records import CHINA, Record
from matching.store import Store
from matching.widgets.board import Block, status
from matching.widgets.correction_forms import correction_form
from matching.widgets.form import Clock, EntryForm, new_token


class CorrectingBoard(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """A board on a store with a form for new entries and one that corrects the chosen entry.

    A board of this kind says what it shows in `_show`, which is called whenever something was kept or refused.

    Parameters
    ----------
    store : Store
        That is read and written.
    by : str
        Who sits before it.
    now : callable, optional
        The clock.
    tokens : callable, optional
        Names of entries.
    language : {"zh", "en"}, default="zh"
        Of words.
    """

    def __init__(
        self,
        store: Store,
        *,
        by: str,
        now: Clock | None = None,
        tokens: Callable[[], str] = new_token,
        language: Language = "zh",
    ) -> None:
        super().__init__()
        self._store, self._by, self._tokens, self._language = store, by, tokens, language
        self._now = now or (lambda: dt.datetime.now(CHINA))
        self._said, self._is_refused, self._entry = "", False, ""
        self._form: EntryForm | None = None
        self._correction: EntryForm | None = None

    @property
    def form(self) -> EntryForm | None:
        """The form for new entries; None where there is nothing to enter."""
        return self._form

    @property
    def correction(self) -> EntryForm | None:
        """The form that corrects the chosen entry."""
        return self._correction

    @property
    def said(self) -> str:
        """What was done last, in words."""
        return self._said

    def _show(self) -> None:
        # a widget's metaclass leaves no room for an abstract class: a board that draws nothing fails where it is first drawn
        raise NotImplementedError(f"{type(self).__name__} must say in _show how it is drawn")

    def _open(self, fact: Record, key: str) -> EntryForm:
        """Show the form that corrects a fact."""
        self._entry = key
        form = correction_form(
            self._store, self._store.load_training, fact, by=self._by, now=self._now, tokens=self._tokens,
            language=self._language,
        )  # fmt: skip
        form.when_saved(self._saved)
        self._correction = form
        self._show()
        return form

    def _saved(self, keys: tuple[str, ...]) -> None:
        self._said, self._is_refused = label("widgets.training.saved", language=self._language, count=len(keys)), False
        self._entry = keys[-1] if keys else self._entry
        self._show()

    def _attempt(self, act: Callable[[], object]) -> None:
        """Do what was clicked; say so where a rule refuses it."""
        try:
            act()
        except MatchingError as error:
            self._said, self._is_refused = str(error), True
            self._show()

    def _status(self) -> Block:
        return status(self._said, tone="alarm" if self._is_refused else "")

    def _page_of(self, title: str, blocks: list[Block]) -> dict[str, object]:
        return {"title": title, "lang": "zh-CN" if self._language == "zh" else "en", "blocks": blocks}
