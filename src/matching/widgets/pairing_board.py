"""The board on which mentors are paired: propose, look at a pair, forbid or pin it, agree, log a meeting, see what is overdue."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping

import ipywidgets
import pandas as pd

from matching.errors import MatchingError
from matching.labels import Language, label
from matching.records import CHINA, MentorshipStep, worded_table
from matching.store import Store
from matching.training.facts import TrainingFacts
from matching.training.mentorship_life import OPEN, Life, State, lives_of
from matching.training.pairing import pair_mentors
from matching.training.pairing_choice import OBJECTIVES, Pair
from matching.training.pairing_records import note_of_pair, people_to_pair, proposal_notes
from matching.training.pairing_why_not import why_not_pair
from matching.training.policy import read_training_policy
from matching.views import pairs_of
from matching.widgets.board import (
    Block,
    Board,
    button,
    choice,
    heading,
    paragraph,
    picture,
    side_by_side,
    status,
    table,
    text_input,
)
from matching.widgets.form import Clock, EntryForm
from matching.widgets.pairing_state import PairingState, change, look_at, step_back
from matching.widgets.training_forms import mentorship_form, refusals_of


def overdue_table(facts: TrainingFacts, *, language: Language = "zh") -> pd.DataFrame:
    """Return what mentorships should have done by now, the longest overdue first.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
    """
    people = facts.training.people
    rows = []
    for life in lives_of(facts, policy=read_training_policy()).values():
        for due in life.overdue(facts.as_of):
            names = [people[each].name if each in people else each for each in (life.person_id, life.mentor_id)]
            what = label(f"training.due.{due.what}", language=language, text=due.text)
            days = (facts.as_of - due.on).days
            rows.append((days, [life.mentorship_id, *names, what, str(due.on), days]))
    rows.sort(key=lambda row: (-row[0], row[1][0]))
    columns = ("mentorship", "cadre", "mentor", "what", "due_on", "days")
    return worded_table("widgets.pairing.column", columns, (cells for _, cells in rows), language=language)


class PairingBoard(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """The board of mentors, on a store.

    Parameters
    ----------
    store : Store
        That is read and written.
    by : str
        Who sits before it.
    now : callable, optional
        The clock.
    language : {"zh", "en"}, default="zh"
        Of words.
    """

    def __init__(self, store: Store, *, by: str, now: Clock | None = None, language: Language = "zh") -> None:
        self._store, self._by, self._language = store, by, language
        self._now = now or (lambda: dt.datetime.now(CHINA))
        self._said = ""
        self._chosen = ""
        self._state = self._fresh()
        self._top = Board(self._top_page(), self._do)
        self._bottom = Board(self._bottom_page(), self._do)
        self._form: EntryForm | None = None
        super().__init__([self._top, self._bottom])
        self._show()

    def __repr__(self) -> str:
        return f"【{self._words('title')}】{self._state.pairing.headline(language=self._language)}"

    @property
    def state(self) -> PairingState:
        """What stands on the board."""
        return self._state

    @property
    def form(self) -> EntryForm | None:
        """The form for the mentorship that is chosen."""
        return self._form

    def look_at(self, cadre: str, mentor: str = "") -> str:
        """Look at a pair.

        Parameters
        ----------
        cadre : str
            Who.
        mentor : str, optional
            With whom; by default the mentor proposed.

        Returns
        -------
        words : str
            Why it is proposed, or why not.
        """
        self._put(look_at(self._state, cadre=cadre, mentor=mentor))
        return str(why_not_pair(self._state.pairing, *self._state.pair, language=self._language))

    def change(self, what: str, *, reason: str = "") -> str:
        """Forbid, pin or free the pair looked at, or take another aim.

        Parameters
        ----------
        what : str
            As for `change`.
        reason : str, optional
            Why.

        Returns
        -------
        words : str
            What changed.
        """
        self._put(change(self._state, what, reason=reason, language=self._language))
        return self._state.said

    def undo(self) -> None:
        """Take the last change back."""
        self._put(step_back(self._state, language=self._language))

    def record(self, step: MentorshipStep, *, pairs: tuple[Pair, ...] | None = None) -> str:
        """Put a step on record for pairs of the proposal; a step that the rules refuse is not written.

        Parameters
        ----------
        step : MentorshipStep
            Proposed, agreed, activated or declined.
        pairs : tuple of (cadre_id, mentor_id), optional
            Which; for a proposal all pairs by default.

        Returns
        -------
        words : str
            What was kept.
        """
        at = self._now()
        if step is MentorshipStep.PROPOSED and pairs is None:
            notes = proposal_notes(self._state.pairing, by=self._by, at=at)
        else:
            lives = {(life.person_id, life.mentor_id): life for life in self._lives() if life.state in OPEN}
            notes = tuple(
                note_of_pair(
                    pair, step, by=self._by, at=at,
                    mentorship_id=lives[pair].mentorship_id if pair in lives else "",
                )
                for pair in pairs or ()
            )  # fmt: skip
        refused = refusals_of(self._store.load_training(), notes, language=self._language)
        if refused:
            return self._say(refused)
        done = self._store.append(notes, by=self._by, at=at)
        return self._say(
            label("widgets.pairing.kept", language=self._language, added=len(done.added), known=len(done.known)),
            is_fresh=True,
        )

    def _do(self, name: str, value: str, inputs: Mapping[str, str]) -> None:
        acts: dict[str, Callable[[], object]] = {
            "cadre": lambda: self.look_at(value),
            "mentor": lambda: self.look_at(self._state.pair[0], value),
            "undo": self.undo,
            "propose": lambda: self._propose(inputs.get("by", "")),
            "mentorship": lambda: self._choose(value),
            "aim": lambda: self.change(value),
        }
        for what in ("forbid", "pin", "free"):
            acts[what] = lambda what=what: self.change(what, reason=inputs.get("reason", ""))  # type: ignore[misc]
        try:
            acts.get(name, lambda: None)()
        except MatchingError as error:
            self._say(str(error))

    def _propose(self, by: str) -> None:
        self._by = by.strip() or self._by
        self.record(MentorshipStep.PROPOSED)

    def _choose(self, mentorship_id: str) -> None:
        self._chosen = mentorship_id
        self._show()

    def _fresh(self) -> PairingState:
        pairing = pair_mentors(people_to_pair(self._facts()))
        first = (
            pairing.pairs[0]
            if pairing.pairs
            else (pairing.people.mentees[0].cadre_id, pairing.people.mentors[0].mentor_id)
        )
        return PairingState(pairing=pairing, pair=first)

    def _facts(self) -> TrainingFacts:
        return TrainingFacts(self._store.load_training(), self._now().astimezone(CHINA).date())

    def _lives(self) -> tuple[Life, ...]:
        return tuple(lives_of(self._facts(), policy=read_training_policy()).values())

    def _say(self, words: str, *, is_fresh: bool = False) -> str:
        state = self._fresh() if is_fresh else self._state
        self._put(dataclasses.replace(state, said=words, is_refused=not is_fresh))
        return words

    def _put(self, state: PairingState) -> None:
        self._state = state
        self._show()

    def _show(self) -> None:
        lives = {life.mentorship_id: life for life in self._lives() if life.state in OPEN}
        if lives and self._chosen not in lives:
            self._chosen = next(iter(lives))
        if self._chosen in lives and (self._form is None or not self._form.spec.name.endswith(self._chosen)):
            life = lives[self._chosen]
            self._form = mentorship_form(
                self._store, self._store.load_training, life.mentorship_id, (life.person_id, life.mentor_id), by=self._by,
                now=self._now, language=self._language,
            )  # fmt: skip
            self._form.when_saved(lambda _: self._show())
        self._top.page = self._top_page()
        self._bottom.page = self._bottom_page()
        self.children = [self._top, self._bottom, *([self._form] if self._form is not None else [])]

    def _words(self, name: str, **values: object) -> str:
        return label(f"widgets.pairing.{name}", language=self._language, **values)

    def _page(self, title: str, blocks: list[Block]) -> dict[str, object]:
        return {"title": title, "lang": "zh-CN" if self._language == "zh" else "en", "blocks": blocks}

    def _top_page(self) -> dict[str, object]:
        state, pairing = self._state, self._state.pairing
        frame = pairing.table(language=self._language)
        marked = [at for at, pair in enumerate(pairing.pairs) if pair == state.pair]
        blocks = [
            heading(self._words("title")),
            paragraph(pairing.headline(language=self._language)),
            side_by_side(
                choice(
                    "aim",
                    self._words("aim"),
                    [(aim, self._words(f"aim_{aim}")) for aim in OBJECTIVES],
                    pairing.objective,
                ),
                button("undo", self._words("undo"), is_off=not state.earlier),
                text_input("by", self._words("by"), self._by),
                button("propose", self._words("propose"), is_main=True, is_off=not pairing.pairs),
            ),
            status(state.said, tone="alarm" if state.is_refused else ""),
            table(frame, self._words("proposed"), marked=marked),
        ]
        if pairing.unmatched:
            blocks.append(table(pairing.unmatched_table(language=self._language), self._words("alone")))
        return self._page(
            self._words("title"),
            [
                *blocks,
                *self._pair_blocks(),
                picture(pairs_of(pairing, language=self._language), self._words("picture")),
            ],
        )

    def _pair_blocks(self) -> list[Block]:
        pairing, (cadre, mentor) = self._state.pairing, self._state.pair
        told = pairing.explain(cadre, mentor, language=self._language)
        columns = [self._words(f"column.{name}") for name in ("part", "value", "weight", "contribution", "evidence")]
        rows = [
            [part.words, f"{part.value:.2f}", f"{part.weight:.2f}", f"{part.contribution:.3f}", part.evidence]
            for part in told.parts
        ]
        rows.append([self._words("sum"), "", "", f"{told.score:.3f}", ""])
        people = pairing.people
        is_blocked = bool(told.blocked)
        is_pinned = (cadre, mentor) in pairing.wishes.pinned
        return [
            heading(self._words("look")),
            side_by_side(
                choice("cadre", self._words("cadre"), [(m.cadre_id, f"{m.name} {m.cadre_id}") for m in people.mentees], cadre),
                choice("mentor", self._words("mentor"), [(m.mentor_id, f"{m.name} {m.mentor_id}") for m in people.mentors], mentor),
            ),
            paragraph(str(why_not_pair(pairing, cadre, mentor, language=self._language)), tone="alarm" if is_blocked else ""),
            table(pd.DataFrame(rows, columns=columns, dtype=object), self._words("parts")),
            side_by_side(
                text_input("reason", self._words("reason")),
                button("forbid", self._words("forbid"), is_off=is_blocked or (cadre, mentor) in pairing.wishes.forbidden),
                button("pin", self._words("pin"), is_off=is_blocked or is_pinned),
                button("free", self._words("free"), is_off=not is_pinned and (cadre, mentor) not in pairing.wishes.forbidden),
            ),
        ]  # fmt: skip

    def _bottom_page(self) -> dict[str, object]:
        facts = self._facts()
        open_ = [life for life in self._lives() if life.state in OPEN]
        people = facts.training.people
        names = [
            (
                life.mentorship_id,
                f"{_name(people, life.person_id)} ← {_name(people, life.mentor_id)}（{_state(life.state, self._language)}）",
            )
            for life in open_
        ]
        late = overdue_table(facts, language=self._language)
        blocks = [
            heading(self._words("life")),
            paragraph(self._words("overdue", count=len(late), day=facts.as_of), tone="alarm" if len(late) else "quiet"),
            table(late, self._words("overdue_table")),
        ]
        if names:
            blocks.append(choice("mentorship", self._words("which"), names, self._chosen))
        return self._page(self._words("life"), blocks)


def _name(people: Mapping[str, object], person_id: str) -> str:
    return str(getattr(people.get(person_id), "name", person_id))


def _state(state: State, language: Language) -> str:
    return label(f"training.state.{state}", language=language)


def pairing_board(
    store: Store, *, by: str, now: Clock | None = None, language: Language = "zh"
) -> PairingBoard | Board:
    """Return the board of mentors, or a board that says what is lacking for one.

    Parameters
    ----------
    store : Store
        That is read and written.
    by : str
        Who sits before it.
    now : callable, optional
        The clock.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    board : PairingBoard or Board
    """
    training = store.load_training()
    if training.cadres and training.mentors:
        return PairingBoard(store, by=by, now=now, language=language)
    title = label("widgets.pairing.title", language=language)
    blocks = [heading(title), paragraph(label("widgets.pairing.nobody", language=language), tone="alarm")]
    page = {"title": title, "lang": "zh-CN" if language == "zh" else "en", "blocks": blocks}
    return Board(page, lambda _name, _value, _inputs: None)
