"""The trainer's board: the cohort at a glance, today's attendance, the correction of what was entered, the plan for each cadre."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from matching.errors import MatchingError
from matching.labels import Language, label
from matching.records import CHINA, Attendance, Course, TrainingRecords, worded_table
from matching.records.reversals import standing_facts
from matching.store import Store
from matching.training.cohort_plan import plan_cohort
from matching.training.cohort_records import cohort_of
from matching.training.competence import present_cadres
from matching.training.facts import TrainingFacts
from matching.training.hours import credits_of, standings_of
from matching.training.policy import read_training_policy
from matching.views import hours_of, levels_of
from matching.views.training_pictures import main_standing
from matching.widgets.board import Board, button, choice, heading, paragraph, picture, side_by_side, table
from matching.widgets.correcting_board import CorrectingBoard
from matching.widgets.form import Clock, EntryForm, new_token
from matching.widgets.training_forms import attendance_form

_SHOWN = 12
_COLUMN = "widgets.training.column"


def behind_table(facts: TrainingFacts, *, language: Language = "zh") -> pd.DataFrame:
    """Return who will be short of hours at the pace so far, by most first.

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
    policy = read_training_policy()
    rows = []
    for cadre in present_cadres(facts):
        standing = main_standing(standings_of(facts, cadre, policy=policy))
        if standing is not None and standing.short_at_end > 1e-9:
            short = round(standing.short_at_end, 1)
            words = [cadre.person_id, cadre.name, standing.rule.title(language)]
            rows.append(
                (-short, [*words, f"{standing.done:g}", f"{standing.owed:.4g}", f"{short:g}", str(standing.end)])
            )
    rows.sort(key=lambda row: (row[0], row[1][0]))
    names = ("cadre_id", "cadre", "rule", "done", "owed", "short", "until")
    return worded_table(_COLUMN, names, (cells for _, cells in rows), language=language)


def entries_table(training: TrainingRecords, course_id: str, *, language: Language = "zh") -> pd.DataFrame:
    """Return the attendance of a course that stands: corrections in, what they replaced out.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts.
    course_id : str
        Which course.
    language : {"zh", "en"}, default="zh"
        Of headers.

    Returns
    -------
    table : DataFrame
    """
    rows = [
        [each.attendance_id, _person(training, each), str(each.date or ""), _number(each.hours), _number(each.leave_hours), each.reverses or ""]
        for each in entries_of(training, course_id)
    ]  # fmt: skip
    names = ("entry", "cadre", "date", "hours", "leave", "replaces")
    return worded_table(_COLUMN, names, rows, language=language)


def credits_table(
    facts: TrainingFacts, course_id: str, person_ids: Sequence[str], *, language: Language = "zh"
) -> pd.DataFrame:
    """Return what a course counts for: hours recorded, hours credited, and why some do not count.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    course_id : str
        Which course.
    person_ids : sequence of str
        Whose.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
    """
    rows = []
    for person_id in person_ids:
        for each in credits_of(facts, person_id, policy=read_training_policy()):
            if each.source_id == course_id:
                reasons = "；".join(
                    label(f"widgets.training.left_out.{name}", language=language) for name in each.left_out
                )
                name = facts.training.person(person_id).name
                rows.append(
                    [person_id, name, f"{each.recorded:g}", f"{each.leave_hours:g}", f"{each.hours:g}", reasons]
                )
    names = ("cadre_id", "cadre", "hours", "leave", "credited", "why")
    return worded_table(_COLUMN, names, rows, language=language)


def entries_of(training: TrainingRecords, course_id: str) -> tuple[Attendance, ...]:
    """Return the attendance of a course that stands.

    Parameters
    ----------
    training : TrainingRecords
        Registers and facts.
    course_id : str
        Which course.

    Returns
    -------
    entries : tuple of Attendance
        Entries that only undo another one are left out.
    """
    standing = (each for each in standing_facts(training.attendances) if each.course_id == course_id)
    return tuple(each for each in standing if not each.reverses or each.date is not None)


class TrainingBoard(CorrectingBoard):
    """The board of a cohort, on a store.

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
        super().__init__(store, by=by, now=now, tokens=tokens, language=language)
        training = store.load_training()
        self._course = _course_of(training, self._day())
        self._form = self._attendance(training)
        self._top = Board(self._top_page(training), self._do)
        self._middle = Board(self._middle_page(training), self._do)
        self._bottom = Board(self._bottom_page(training), self._do)
        self._show()

    def __repr__(self) -> str:
        return f"【{self._words('board')}】{self._day()} {self._course}"

    def choose_course(self, course_id: str) -> None:
        """Take the attendance of another course.

        Parameters
        ----------
        course_id : str
            Which.
        """
        self._course, self._entry, self._correction = course_id, "", None
        self._form = self._attendance(self._store.load_training())
        self._show()

    def correct(self, attendance_id: str) -> EntryForm:
        """Open the form that corrects an entry.

        Parameters
        ----------
        attendance_id : str
            Which.

        Returns
        -------
        form : EntryForm

        Raises
        ------
        MatchingError
            If there is no such entry that stands.
        """
        training = self._store.load_training()
        fact = next((each for each in entries_of(training, self._course) if each.attendance_id == attendance_id), None)
        if fact is None:
            raise MatchingError(label("widgets.training.no_entry", language=self._language, entry=attendance_id))
        return self._open(fact, attendance_id)

    def _do(self, name: str, value: str, inputs: Mapping[str, str]) -> None:
        del inputs
        acts: dict[str, Callable[[], object]] = {
            "course": lambda: self.choose_course(value),
            "entry": lambda: setattr(self, "_entry", value),
        }
        if self._entry:
            acts["correct"] = lambda: self.correct(self._entry)
        self._attempt(acts.get(name, lambda: None))

    def _day(self) -> dt.date:
        return self._now().astimezone(CHINA).date()

    def _attendance(self, training: TrainingRecords) -> EntryForm | None:
        if not self._course:
            return None
        form = attendance_form(
            self._store, training, self._course, day=self._day(), by=self._by, now=self._now, tokens=self._tokens,
            language=self._language,
        )  # fmt: skip
        form.when_saved(self._saved)
        return form

    def _show(self) -> None:
        training = self._store.load_training()
        self._top.page = self._top_page(training)
        self._middle.page = self._middle_page(training)
        self._bottom.page = self._bottom_page(training)
        parts = [self._top, self._form, self._middle, self._correction, self._bottom]
        self.children = [each for each in parts if each is not None]

    def _words(self, name: str, **values: object) -> str:
        return label(f"widgets.training.{name}", language=self._language, **values)

    def _page(self, blocks: list[dict[str, object]]) -> dict[str, object]:
        return self._page_of(self._words("board"), blocks)

    def _top_page(self, training: TrainingRecords) -> dict[str, object]:
        facts = TrainingFacts(training, self._day())
        policy = read_training_policy()
        behind = behind_table(facts, language=self._language)
        courses = [
            (each.course_id, f"{each.course_id} {each.name}") for each in _recent_first(training.courses, facts.as_of)
        ]
        return self._page([
            heading(self._words("board")),
            paragraph(self._words("counts", day=facts.as_of, people=len(present_cadres(facts)), behind=len(behind))),
            picture(levels_of(facts, language=self._language), self._words("levels")),
            heading(self._words("hours")),
            picture(hours_of(facts, policy=policy, language=self._language), self._words("hours")),
            heading(self._words("behind")),
            table(behind, self._words("behind")),
            heading(self._words("today")),
            self._status(),
            *([side_by_side(choice("course", self._words("course"), courses, self._course))] if courses else []),
        ])  # fmt: skip

    def _middle_page(self, training: TrainingRecords) -> dict[str, object]:
        entries = entries_of(training, self._course)
        blocks = [
            heading(self._words("entries")),
            table(entries_table(training, self._course, language=self._language), self._words("entries")),
        ]
        if entries:
            names = [
                (each.attendance_id, f"{_person(training, each)} {each.date or ''} {each.attendance_id}")
                for each in entries
            ]
            chosen = self._entry if self._entry in dict(names) else names[-1][0]
            self._entry = chosen
            blocks.append(
                side_by_side(
                    choice("entry", self._words("entry"), names, chosen), button("correct", self._words("correct"))
                )
            )
        return self._page(blocks)

    def _bottom_page(self, training: TrainingRecords) -> dict[str, object]:
        day = self._day()
        facts = TrainingFacts(training, day)
        plan = plan_cohort(cohort_of(facts, until=dt.date(day.year, 12, 31)))
        return self._page([
            heading(self._words("plan")),
            paragraph(plan.headline(language=self._language)),
            table(plan.table(language=self._language), self._words("plan")),
            heading(self._words("left")),
            table(plan.left_table(language=self._language).head(_SHOWN), self._words("left")),
        ])  # fmt: skip


def _recent_first(courses: tuple[Course, ...], day: dt.date) -> list[Course]:
    """Order courses by how near to a day they are: today's first."""

    def distance(course: Course) -> tuple[int, str]:
        days = [abs((window.start.astimezone(CHINA).date() - day).days) for window in course.windows]
        return min(days, default=10**6), course.course_id

    return sorted(courses, key=distance)


def _course_of(training: TrainingRecords, day: dt.date) -> str:
    nearest = _recent_first(training.courses, day)
    return nearest[0].course_id if nearest else ""


def _person(training: TrainingRecords, fact: Attendance) -> str:
    found = training.people.get(fact.person_id)
    return fact.person_id if found is None else f"{found.name} {fact.person_id}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
