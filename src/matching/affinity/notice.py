"""Reading needs from prose: when, where, how many, who, which skill; what is not sure is asked, not guessed."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from matching.affinity.notice_ages import AgeRange, read_ages, read_gender
from matching.affinity.notice_matter import matter_of, read_licences, read_place, without_callers
from matching.affinity.notice_people import HeadCount, read_people
from matching.affinity.notice_spans import ClockSpan, DateSpan
from matching.affinity.notice_text import Found, NoticeText, cut_notice
from matching.affinity.notice_times import Session, Times, read_times
from matching.affinity.profiles import reader_for
from matching.affinity.skill_reader import Evidence, SkillMention, SkillReader
from matching.errors import CallError
from matching.labels import Language, label
from matching.records import Gender

T = TypeVar("T")
SURE, DOUBTFUL, ABSENT = 0.95, 0.5, 0.0
SKILLS_KEPT = 3
LEAST_SKILL = 0.3


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeField(Generic[T]):
    """One field read from a notice.

    Attributes
    ----------
    value : object
        None, or an empty tuple, where the notice says nothing that can be used.
    evidence : tuple of Evidence
        The words that it was read from, in the order of the text.
    certainty : float in [0, 1]
        0.95 where nothing speaks against it, 0.5 where a question is asked about it, 0 where there is no value.
    """

    value: T
    evidence: tuple[Evidence, ...]
    certainty: float


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Question:
    """Something that an organizer must say before a need can be trusted.

    Attributes
    ----------
    field : str
        The field of `NoticeReading` that it is about.
    rule : str
        Its name; the words are ``affinity.notice.question.<rule>``.
    words : str
        The words of the notice that raise it; empty where something is missing.
    """

    field: str
    rule: str
    words: str = ""

    def ask(self, *, language: Language = "zh") -> str:
        """Return the question in words.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return label(f"affinity.notice.question.{self.rule}", language=language, words=self.words)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReading:
    """What a notice says of the help that it wants.

    Attributes
    ----------
    text : str
        The notice as written.
    title : str
        Its first line.
    dates : NoticeField of tuple of DateSpan
    weekdays : NoticeField of tuple of int
        Days of the week, 0 is Monday; empty where the notice names none.
    windows : NoticeField of tuple of ClockSpan
        Hours of a day.
    sessions : tuple of Session
        Which days go with which hours.
    people : NoticeField of HeadCount or None
    ages : NoticeField of AgeRange or None
    gender : NoticeField of Gender or None
    place : NoticeField of str or None
    skills : NoticeField of tuple of SkillMention
    licences : NoticeField of tuple of str
    questions : tuple of Question
        What is missing or doubtful, in the order of the fields.
    """

    text: str
    title: str
    dates: NoticeField[tuple[DateSpan, ...]]
    weekdays: NoticeField[tuple[int, ...]]
    windows: NoticeField[tuple[ClockSpan, ...]]
    sessions: tuple[Session, ...]
    people: NoticeField[HeadCount | None]
    ages: NoticeField[AgeRange | None]
    gender: NoticeField[Gender | None]
    place: NoticeField[str | None]
    skills: NoticeField[tuple[SkillMention, ...]]
    licences: NoticeField[tuple[str, ...]]
    questions: tuple[Question, ...]

    def questions_about(self, field: str) -> tuple[Question, ...]:
        """Return the questions about one field.

        Parameters
        ----------
        field : str
            For example ``"dates"``.

        Returns
        -------
        questions : tuple of Question
        """
        return tuple(each for each in self.questions if each.field == field)


def read_notice(
    text: str,
    *,
    published: dt.date | None = None,
    stated_year: int | None = None,
    reader: SkillReader | None = None,
) -> NoticeReading:
    r"""Read the need that a notice describes.

    Parameters
    ----------
    text : str
        In Chinese or English; the first line is its title.
    published : date, optional
        When it was put up. Dates without a year are placed by it, and a question says so.
    stated_year : int, optional
        The year of dates that name none.
    reader : SkillReader, optional
        With a taxonomy of its own; by default the packaged one.

    Returns
    -------
    reading : NoticeReading

    Raises
    ------
    CallError
        If the text is no text, or the year is not one of four digits.

    Examples
    --------
    >>> reading = read_notice("社区义剪\n时间：2024年8月3日上午9:00-11:00\n招募志愿者3-5名，18-60周岁")
    >>> [str(span) for span in reading.dates.value], [str(span) for span in reading.windows.value]
    (['2024-08-03'], ['09:00-11:00'])
    >>> reading.people.value.least, reading.people.value.most, reading.ages.value.least
    (3, 5, 18)
    >>> [question.ask(language="en") for question in reading.questions]
    ['Where is it?']
    """
    return read_notices([text], published=[published], stated_year=stated_year, reader=reader)[0]


def read_notices(
    texts: Iterable[str],
    *,
    published: Sequence[dt.date | None] | None = None,
    stated_year: int | None = None,
    reader: SkillReader | None = None,
) -> tuple[NoticeReading, ...]:
    """Read many notices.

    Parameters
    ----------
    texts : iterable of str, length n_notices
        See `read_notice`.
    published : sequence of date or None, length n_notices, optional
        When each was put up.
    stated_year : int, optional
        The year of dates that name none.
    reader : SkillReader, optional
        With a taxonomy of its own; by default the packaged one.

    Returns
    -------
    readings : tuple of NoticeReading, length n_notices

    Raises
    ------
    CallError
        If a text is no text, the numbers of texts and dates differ, or the year is not one of four digits.
    """
    written = list(texts)
    if any(not isinstance(text, str) for text in written):
        raise CallError("A notice is a text · got something else among the texts · write '' for an empty one.")
    if stated_year is not None and not 1900 <= stated_year <= 2200:
        raise CallError(f"stated_year has four digits, 1900 to 2200 · got {stated_year!r} · leave it out if unknown.")
    days = list(published) if published is not None else [None] * len(written)
    if len(days) != len(written):
        raise CallError(f"published holds one date a notice · got {len(days)} dates for {len(written)} notices.")
    cut = [cut_notice(text) for text in written]
    skills = _read_skills(cut, reader or reader_for(()))
    return tuple(
        _read(text, notice, mentions, published=day, stated_year=stated_year)
        for text, notice, mentions, day in zip(written, cut, skills, days, strict=True)
    )


def _read_skills(cut: Sequence[NoticeText], reader: SkillReader) -> list[tuple[SkillMention, ...]]:
    """Read the skills of what is to be done, and put their words back where they stand in the whole notice."""
    matters = []
    for notice in cut:
        kept = [" "] * len(notice.text)
        for start, end in matter_of(notice):
            kept[start:end] = without_callers(notice.text[start:end])
        matters.append("".join(kept))
    starts = [len(matter) - len(matter.lstrip()) for matter in matters]
    read = reader.read_many(
        [matter.strip() for matter in matters], purpose="need", least=LEAST_SKILL, limit=SKILLS_KEPT
    )
    return [
        tuple(dataclasses.replace(each, evidence=_moved(each.evidence, notice, start)) for each in mentions)
        for mentions, notice, start in zip(read, cut, starts, strict=True)
    ]


def _moved(evidence: Sequence[Evidence], notice: NoticeText, by: int) -> tuple[Evidence, ...]:
    spans = [notice.folded.span(each.start + by, each.end + by) for each in evidence]
    return tuple(Evidence(*span, each.words) for span, each in zip(spans, evidence, strict=True))


def _read(
    text: str,
    notice: NoticeText,
    mentions: tuple[SkillMention, ...],
    *,
    published: dt.date | None,
    stated_year: int | None,
) -> NoticeReading:
    times = read_times(notice, published=published, stated_year=stated_year)
    people, ages, gender = read_people(notice), read_ages(notice), read_gender(notice)
    place, licences = read_place(notice), read_licences(notice)
    questions = [*_questions_of_times(text, notice, times)]
    sides: dict[str, Found[Any]] = {
        "people": people,
        "ages": ages,
        "gender": gender,
        "place": place,
        "licences": licences,
    }
    for name, found in sides.items():
        questions += [Question(name, rule, _words(text, notice, found.stretches)) for rule in found.doubts]
    if people.value is None and not people.doubts:
        questions.append(Question("people", "people_missing"))
    elif (
        people.value is not None and not people.value.per and not people.value.total and _occasions(times.sessions) > 1
    ):
        questions.append(Question("people", "people_each", _words(text, notice, people.stretches)))
    if place.value is None:
        questions.append(Question("place", "place_missing"))
    if not mentions:
        questions.append(Question("skills", "skills_missing"))
    asked = {each.field for each in questions}
    cited = tuple(each for mention in mentions for each in mention.evidence)
    surest = max((each.confidence for each in mentions), default=ABSENT)
    return NoticeReading(
        text=text,
        title=text.strip().partition("\n")[0].strip(),
        dates=_times_field(text, notice, "dates", times, asked),
        weekdays=_weekdays_field(text, notice, times, asked),
        windows=_windows_field(text, notice, times, asked),
        sessions=times.sessions,
        people=_field(text, notice, "people", people, asked),
        ages=_field(text, notice, "ages", ages, asked),
        gender=_field(text, notice, "gender", gender, asked),
        place=_place_field(text, notice, place, asked),
        skills=NoticeField(mentions, tuple(sorted(set(cited))), surest),
        licences=NoticeField(
            licences.value or (),
            _evidence(text, notice, licences.stretches),
            _certainty("licences", licences.value, asked),
        ),
        questions=tuple(dict.fromkeys(questions)),
    )


def _occasions(sessions: Sequence[Session]) -> int:
    return sum(
        max(sum(len(span.days()) for span in each.dates), len(each.weekdays), 1) * max(len(each.windows), 1)
        for each in sessions
    )


def _questions_of_times(text: str, notice: NoticeText, times: Times) -> Iterable[Question]:
    yield from _questions_of_days(text, notice, times)
    for hours in times.hours:
        words = _words(text, notice, [(hours.start, hours.end)])
        yield from (Question("windows", rule, words) for rule in hours.doubts)
        if hours.span is not None and hours.span.end is None and "hour_order" not in hours.doubts:
            yield Question("windows", "end_missing", words)
    if times.hours:
        if any(rule == "hours_conflict" for rule, *_ in times.doubts):
            words = _words(text, notice, [(each.start, each.end) for each in times.hours])
            yield Question("windows", "hours_conflict", words)
        return
    parts = [(start, end) for rule, start, end in times.doubts if rule == "part_only"]
    yield (
        Question("windows", "part_only", _words(text, notice, parts))
        if parts
        else Question("windows", "window_missing")
    )


def _questions_of_days(text: str, notice: NoticeText, times: Times) -> Iterable[Question]:
    for days in times.days:
        words = _words(text, notice, [(days.start, days.end)])
        yield from (Question("dates", rule, words) for rule in days.doubts)
    if any(rule == "dates_conflict" for rule, *_ in times.doubts):
        yield Question("dates", "dates_conflict", _words(text, notice, [(each.start, each.end) for each in times.days]))
    if any(each.span for each in times.days):
        return
    vague = [(start, end) for rule, start, end in times.doubts if rule == "vague_time"]
    if vague:
        yield Question("dates", "vague_time", _words(text, notice, vague[:1]))
    elif times.weekdays:
        yield Question("dates", "weekdays_only", _words(text, notice, times.weekdays))
    elif not times.days:
        yield Question("dates", "date_missing")


def _evidence(text: str, notice: NoticeText, stretches: Iterable[tuple[int, int]]) -> tuple[Evidence, ...]:
    spans = sorted({notice.folded.span(*each) for each in stretches})
    return tuple(Evidence(start, end, text[start:end]) for start, end in spans)


def _words(text: str, notice: NoticeText, stretches: Iterable[tuple[int, int]]) -> str:
    return "、".join(dict.fromkeys(each.words.strip() for each in _evidence(text, notice, stretches)))


def _certainty(name: str, value: object, asked: set[str]) -> float:
    if value is None or value == ():
        return ABSENT
    return DOUBTFUL if name in asked else SURE


def _field(text: str, notice: NoticeText, name: str, found: Found[T], asked: set[str]) -> NoticeField[T | None]:
    return NoticeField(found.value, _evidence(text, notice, found.stretches), _certainty(name, found.value, asked))


def _place_field(text: str, notice: NoticeText, found: Found[str], asked: set[str]) -> NoticeField[str | None]:
    evidence = _evidence(text, notice, found.stretches)
    value = evidence[0].words.strip() if found.value is not None else None
    return NoticeField(value, evidence, _certainty("place", value, asked))


def _times_field(
    text: str, notice: NoticeText, name: str, times: Times, asked: set[str]
) -> NoticeField[tuple[DateSpan, ...]]:
    spans = tuple(sorted({span for session in times.sessions for span in session.dates}))
    return NoticeField(
        spans, _evidence(text, notice, [(d.start, d.end) for d in times.days]), _certainty(name, spans, asked)
    )


def _weekdays_field(text: str, notice: NoticeText, times: Times, asked: set[str]) -> NoticeField[tuple[int, ...]]:
    days = {day for session in times.sessions for day in session.weekdays}
    days |= {day for session in times.sessions for span in session.dates for day in span.weekdays}
    value = tuple(sorted(days))
    return NoticeField(value, _evidence(text, notice, times.weekdays), _certainty("weekdays", value, asked))


def _windows_field(text: str, notice: NoticeText, times: Times, asked: set[str]) -> NoticeField[tuple[ClockSpan, ...]]:
    spans = tuple(
        sorted(
            {span for session in times.sessions for span in session.windows},
            key=lambda each: (each.start, each.end or 0),
        )
    )
    return NoticeField(
        spans, _evidence(text, notice, [(h.start, h.end) for h in times.hours]), _certainty("windows", spans, asked)
    )
