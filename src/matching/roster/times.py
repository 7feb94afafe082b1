"""Windows on the calendar and weekly slots, as people write them."""

import dataclasses
import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import Any

from matching.records import CellType, Column, Severity, WeeklySlot, Window, china_moment
from matching.roster.dates import EARLIEST_YEAR
from matching.roster.readings import Oddity, Reading, Setting, left_empty, words
from matching.roster.texts import as_text, canonical_text
from matching.roster.time_words import Piece, TimeWord, UnreadTimeError, cut_time, in_half

MOST_WINDOWS = 400
_CANONICAL_WINDOW = re.compile(
    r"(\d{4})-(\d\d)-(\d\d) ([01]\d|2[0-3]):([0-5]\d)-(?:(\d{4})-(\d\d)-(\d\d) )?([01]\d|2[0-4]):([0-5]\d)"
)
_CANONICAL_SLOT = re.compile(r"周([一二三四五六日]) ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_WEEK = "一二三四五六日"
_WHOLE_DAY = "全天"


@dataclasses.dataclass(slots=True)
class _Group:
    """Days and hours that belong together: each of the days has each of the stretches."""

    days: list[dt.date] = dataclasses.field(default_factory=list)
    weekdays: list[int] = dataclasses.field(default_factory=list)
    stretches: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    spans: list[Window] = dataclasses.field(default_factory=list)


def read_windows(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of windows.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        A tuple of `Window`; one a day where a range of dates has hours.
    """
    if isinstance(raw, (int, float, dt.time, dt.timedelta)):
        return left_empty("not_a_time", ())
    if isinstance(raw, dt.datetime):
        if raw.year < EARLIEST_YEAR:
            return left_empty("destroyed_date", ())
        if raw.time() != dt.time():
            return left_empty("time_without_end", ())
        raw = raw.date()
    text = raw.isoformat() if isinstance(raw, dt.date) else as_text(raw)
    if (canonical := _canonical(text, CellType.WINDOWS)) is not None:
        return Reading(canonical)
    return _read(text, column, setting)


def read_slots(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of weekly slots.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        A tuple of `WeeklySlot`.
    """
    if not isinstance(raw, str):
        return left_empty("not_a_time", ())
    if (canonical := _canonical(canonical_text(raw), CellType.SLOTS)) is not None:
        return Reading(canonical)
    return _read(canonical_text(raw), column, setting)


def _canonical(text: str, kind: CellType) -> tuple[Any, ...] | None:
    """Read the form in which values are written, quickly and to the letter."""
    pattern, build = (_CANONICAL_WINDOW, _window) if kind is CellType.WINDOWS else (_CANONICAL_SLOT, _slot)
    values = []
    for piece in text.split("、"):
        found = pattern.fullmatch(piece)
        if found is None:
            return None
        try:
            values.append(build(found))
        except ValueError:
            return None
    return tuple(values)


def _window(found: re.Match[str]) -> Window:
    first = dt.date(int(found[1]), int(found[2]), int(found[3]))
    last = dt.date(int(found[6]), int(found[7]), int(found[8])) if found[6] else first
    return Window(
        china_moment(first, int(found[4]) * 60 + int(found[5])), china_moment(last, int(found[9]) * 60 + int(found[10]))
    )


def _slot(found: re.Match[str]) -> WeeklySlot:
    return WeeklySlot(_WEEK.index(found[1]), int(found[2]) * 60 + int(found[3]), int(found[4]) * 60 + int(found[5]))


def _read(text: str, column: Column, setting: Setting) -> Reading:
    oddities: list[Oddity] = []
    try:
        pieces = cut_time(text, year=setting.year)
        groups = _groups(pieces, oddities)
        build = _windows if column.cell_type is CellType.WINDOWS else _slots
        values = tuple(itertools.chain.from_iterable(build(group, oddities) for group in groups))
    except UnreadTimeError as unread:
        return left_empty(str(unread), ())
    if not values:
        return left_empty("not_a_time", ())
    if setting.year_source and column.cell_type is CellType.WINDOWS and not re.search(r"\d{4}", text):
        values_read = {"year": setting.year, "source": setting.year_source, "read": str(values[0])}
        oddities.append(Oddity("year_assumed", Severity.NOTE, values_read))
    return Reading(values, tuple({(each.rule, str(each.values)): each for each in oddities}.values()))


def _groups(pieces: Sequence[Piece], oddities: list[Oddity]) -> list[_Group]:
    """Gather days and the hours that follow them; a day after an hour begins the next group."""
    groups = [_Group()]
    at = 0
    pieces = [piece for piece in pieces if piece.word is not TimeWord.BREAK]
    while at < len(pieces):
        piece, group = pieces[at], groups[-1]
        if piece.word in {TimeWord.DAY, TimeWord.WEEKDAY} and (group.stretches or group.spans):
            group = _Group()
            groups.append(group)
        match piece.word:
            case TimeWord.DAY:
                at = _take_days(pieces, at, group, oddities)
            case TimeWord.WEEKDAY:
                at = _take_weekdays(pieces, at, group)
            case TimeWord.HOUR:
                at = _take_hours(pieces, at, group)
            case TimeWord.PART:
                at = _take_part(pieces, at, group, oddities)
            case _:
                raise UnreadTimeError("not_a_time")
    return [group for group in groups if group.days or group.weekdays or group.stretches or group.spans]


def _word(pieces: Sequence[Piece], at: int) -> TimeWord | None:
    return pieces[at].word if at < len(pieces) else None


def _take_days(pieces: Sequence[Piece], at: int, group: _Group, oddities: list[Oddity]) -> int:
    first = pieces[at].value
    if not isinstance(first, dt.date):
        raise UnreadTimeError("not_a_time")
    days, at = [first], at + 1
    if _word(pieces, at) is TimeWord.DASH and _word(pieces, at + 1) is TimeWord.DAY:
        last = pieces[at + 1].value
        if not isinstance(last, dt.date) or last < first:
            raise UnreadTimeError("time_order")
        if (last - first).days >= MOST_WINDOWS:
            raise UnreadTimeError("too_many_days")
        days = [first + dt.timedelta(days=each) for each in range((last - first).days + 1)]
        at += 2
    elif _word(pieces, at) is TimeWord.WEEKDAY:
        weekdays = pieces[at].value
        if isinstance(weekdays, tuple) and first.weekday() not in weekdays:
            oddities.append(Oddity("weekday_differs", Severity.WARNING, {"date": first.isoformat()}))
        at += 1
    group.days.extend(days)
    return at


def _take_weekdays(pieces: Sequence[Piece], at: int, group: _Group) -> int:
    weekdays, at = pieces[at].value, at + 1
    if not isinstance(weekdays, tuple) or group.days:
        raise UnreadTimeError("not_a_time")
    if _word(pieces, at) is TimeWord.DASH and _word(pieces, at + 1) is TimeWord.WEEKDAY:
        last = pieces[at + 1].value
        if not isinstance(last, tuple) or len(last) != 1 or len(weekdays) != 1 or last[0] < weekdays[0]:
            raise UnreadTimeError("not_a_time")
        weekdays = tuple(range(weekdays[0], last[0] + 1))
        at += 2
    group.weekdays.extend(weekdays)
    return at


def _take_hours(pieces: Sequence[Piece], at: int, group: _Group) -> int:
    start = pieces[at]
    if _word(pieces, at + 1) is not TimeWord.DASH:
        raise UnreadTimeError("time_without_end")
    if _word(pieces, at + 2) is TimeWord.DAY and _word(pieces, at + 3) is TimeWord.HOUR and group.days:
        last, end = pieces[at + 2].value, pieces[at + 3]
        if not isinstance(last, dt.date) or len(group.days) > 1:
            raise UnreadTimeError("not_a_time")
        begins = china_moment(group.days[-1], _minute(start, start.half))
        ends = china_moment(last, _minute(end, end.half))
        if ends <= begins:
            raise UnreadTimeError("time_order")
        group.days.pop()
        group.spans.append(Window(begins, ends))
        return at + 4
    if _word(pieces, at + 2) is not TimeWord.HOUR:
        raise UnreadTimeError("time_without_end")
    end = pieces[at + 2]
    first = _minute(start, start.half or (end.half if end.half.isascii() else ""))
    carried = start.half if start.half not in words("half_day", "morning") else ""
    last_minute = _minute(end, end.half or carried)
    if last_minute <= first:
        raise UnreadTimeError("time_order")
    if not (start.half or end.half) and not start.is_exact:
        raise UnreadTimeError("time_ambiguous")
    group.stretches.append((first, last_minute))
    return at + 3


def _minute(hour: Piece, half: str) -> int:
    return in_half(hour.value, half) if isinstance(hour.value, int) else 0


def _take_part(pieces: Sequence[Piece], at: int, group: _Group, oddities: list[Oddity]) -> int:
    part = pieces[at]
    if not isinstance(part.value, tuple):
        raise UnreadTimeError("not_a_time")
    start, end = part.value
    if _word(pieces, at + 1) is TimeWord.DASH and _word(pieces, at + 2) is TimeWord.PART:
        later = pieces[at + 2].value
        if not isinstance(later, tuple) or later[1] <= start:
            raise UnreadTimeError("time_order")
        end, at = later[1], at + 2
    group.stretches.append((start, end))
    _note_part(part.text, start, end, oddities)
    return at + 1


def _note_part(word: str, start: int, end: int, oddities: list[Oddity]) -> None:
    read = f"{start // 60:02d}:{start % 60:02d}–{end // 60:02d}:{end % 60:02d}"
    rule = "day_part_read" if word else "whole_day_read"
    oddities.append(Oddity(rule, Severity.WARNING, {"word": word, "read": read}))


def _stretches(group: _Group, oddities: list[Oddity]) -> list[tuple[int, int]]:
    if group.stretches or not (group.days or group.weekdays):
        return group.stretches
    start, end = words("day_part", _WHOLE_DAY)
    _note_part("", start, end, oddities)
    return [(start, end)]


def _windows(group: _Group, oddities: list[Oddity]) -> list[Window]:
    if group.weekdays:
        raise UnreadTimeError("time_without_date")
    if not group.days and not group.spans:
        raise UnreadTimeError("time_without_date")
    stretches = _stretches(group, oddities)
    if len(group.days) * len(stretches) > MOST_WINDOWS:
        raise UnreadTimeError("too_many_days")
    windows = [
        Window(china_moment(day, start), china_moment(day, end)) for day in group.days for start, end in stretches
    ]
    return group.spans + windows


def _slots(group: _Group, oddities: list[Oddity]) -> list[WeeklySlot]:
    if group.days or group.spans:
        raise UnreadTimeError("date_in_week")
    if not group.weekdays:
        oddities.append(Oddity("every_day_assumed", Severity.WARNING))
    stretches = _stretches(group, oddities)
    return [WeeklySlot(day, start, end) for day in group.weekdays or range(7) for start, end in stretches]
