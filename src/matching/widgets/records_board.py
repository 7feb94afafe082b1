"""The board of records: enter an assessment, a day's log, a form or an outcome; correct or take back any entry of anybody."""

from collections.abc import Callable, Mapping

from matching.errors import MatchingError
from matching.labels import Language, label
from matching.records import Record, TrainingRecords, register
from matching.store import Store
from matching.widgets.board import Block, Board, button, choice, heading, paragraph, side_by_side
from matching.widgets.correcting_board import CorrectingBoard
from matching.widgets.correction_forms import (
    RECORDED,
    entry_words,
    record_form,
    register_of,
    standing_entries,
    take_back,
)
from matching.widgets.form import Clock, EntryForm, new_token

_MOST = 200


class RecordsBoard(CorrectingBoard):
    """The board of all that is recorded of cadres, on a store.

    Parameters
    ----------
    store : Store
        That is read and written.
    by : str
        Who sits before it.
    kind : str, default="assessments"
        The register that is open first, one of `RECORDED`.
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
        kind: str = "assessments",
        now: Clock | None = None,
        tokens: Callable[[], str] = new_token,
        language: Language = "zh",
    ) -> None:
        super().__init__(store, by=by, now=now, tokens=tokens, language=language)
        self._kind, self._person = kind, ""
        training = store.load_training()
        self._form = self._new(training)
        self._top = Board(self._page(training), self._do)
        self._show()

    def __repr__(self) -> str:
        return f"【{self._words('title')}】{register(self._kind).sheet}"

    def choose(self, kind: str, person_id: str = "") -> "RecordsBoard":
        """Look at another register, or at one person's entries.

        Parameters
        ----------
        kind : str
            One of `RECORDED`.
        person_id : str, optional
            Whose; everybody's by default.

        Returns
        -------
        board : RecordsBoard
            Itself.

        Raises
        ------
        MatchingError
            If there is no such register here.
        """
        if kind not in RECORDED:
            raise MatchingError(f"There is no {kind!r} here. There are: {', '.join(RECORDED)}.")
        self._kind, self._person, self._entry, self._correction, self._said = kind, person_id, "", None, ""
        self._form = self._new(self._store.load_training())
        self._show()
        return self

    def correct(self, key: str) -> EntryForm:
        """Open the form that corrects an entry.

        Parameters
        ----------
        key : str
            Of the entry.

        Returns
        -------
        form : EntryForm

        Raises
        ------
        MatchingError
            If no such entry stands.
        """
        return self._open(self._standing(key), key)

    def take_back(self, key: str) -> tuple[str, ...]:
        """Take an entry back without another in its place.

        Parameters
        ----------
        key : str
            Of the entry.

        Returns
        -------
        keys : tuple of str
            Of the facts that undo it.

        Raises
        ------
        MatchingError
            If no such entry stands, or a mentorship's rules are in the way.
        """
        fact = self._standing(key)
        keys = take_back(
            self._store, self._store.load_training, fact, by=self._by, at=self._now(), language=self._language
        )
        self._entry, self._correction = "", None
        self._said, self._is_refused = self._words("taken_back", key=key), False
        self._show()
        return keys

    def _standing(self, key: str) -> Record:
        home = register(self._kind)
        for each in standing_entries(self._store.load_training(), self._kind):
            if getattr(each, home.key) == key:
                return each
        raise MatchingError(label("widgets.records.no_entry", language=self._language, entry=key))

    def _do(self, name: str, value: str, inputs: Mapping[str, str]) -> None:
        del inputs
        acts: dict[str, Callable[[], object]] = {
            "kind": lambda: self.choose(value, self._person),
            "person": lambda: self.choose(self._kind, value),
            "entry": lambda: setattr(self, "_entry", value),
        }
        if self._entry:
            acts |= {"correct": lambda: self.correct(self._entry), "take_back": lambda: self.take_back(self._entry)}
        self._attempt(acts.get(name, lambda: None))

    def _new(self, training: TrainingRecords) -> EntryForm | None:
        if self._kind == "mentorship_notes":
            return None
        form = record_form(
            self._store, training, self._kind, by=self._by, now=self._now, tokens=self._tokens, language=self._language
        )
        form.when_saved(self._saved)
        return form

    def _show(self) -> None:
        self._top.page = self._page(self._store.load_training())
        self.children = [each for each in (self._top, self._correction, self._form) if each is not None]

    def _words(self, name: str, **values: object) -> str:
        return label(f"widgets.records.{name}", language=self._language, **values)

    def _page(self, training: TrainingRecords) -> dict[str, object]:
        entries = standing_entries(training, self._kind, about=self._person)[-_MOST:]
        kinds = [
            (name, register(name).sheet if self._language == "zh" else register(name).english) for name in RECORDED
        ]
        people = [("", self._words("everybody")), *((each.person_id, f"{each.name} {each.person_id}") for each in training.people.values())]  # fmt: skip
        blocks: list[Block] = [
            heading(self._words("title")),
            self._status(),
            side_by_side(
                choice("kind", self._words("kind"), kinds, self._kind),
                choice("person", self._words("person"), people, self._person),
            ),
        ]
        if entries:
            names = [
                (getattr(each, register_of(each).key), entry_words(each, training, language=self._language))
                for each in reversed(entries)
            ]
            self._entry = self._entry if self._entry in dict(names) else names[0][0]
            blocks += [
                side_by_side(choice("entry", self._words("entry"), names, self._entry)),
                side_by_side(button("correct", self._words("correct")), button("take_back", self._words("take_back"))),
            ]
        else:
            blocks.append(paragraph(self._words("none"), tone="quiet"))
        return self._page_of(self._words("title"), blocks)
