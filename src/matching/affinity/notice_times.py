"""When a notice wants help: which marks of time speak of the service, and which days go with which hours."""

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from typing import Literal

from matching.affinity.notice_marks import ALL_DAYS, Mark, MarkKind, find_marks
from matching.affinity.notice_spans import Calendar, ClockSpan, DateSpan, ReadDays, ReadHours, read_days, read_hours
from matching.affinity.notice_text import NoticeText

Use = Literal["service", "gather", "other"]
_OTHER = (
    r"(?:报名(?!志愿|者|成功|后|的|参加)|截止|截至|公示|公布|面试|岗前培训|培训(?!活动|班志愿)|体检|领取|缴费|例会|说明会|动员会|录取|录用|审核|咨询|请假|退出|取消报名|提前|超过|迟于"
    r"|appl(?:y|ication)|regist(?:er|ration)|sign ?up|rsvp|deadline|orientation|training|interview|founded|since|established|posted)"
)
_BEFORE = re.compile(
    rf"(?P<other>{_OTHER}(?:截止|起止)?(?:时间|日期)?)"
    r"|(?P<gather>集合|签到(?!/签退)|报到|到岗|arrive|check[- ]in|meet)"
    r"|(?P<service>(?:活动|服务|工作|执勤|值勤|值班|上岗|开始|举办|具体)(?:/结束)?(?:时间|日期|周期)|定于|将于|拟于|计划于|安排在|when|date|held|shift)"
)
_AFTER_OTHER = re.compile(
    r"\s*[)\]]?\s*(?:\d{1,2}[:点时]\d{0,2}分?)?\s*(?:前(?!往|来|台|期|后|门|去|排|言|面|厅|线)|之前|以前|截止|止(?!损)|公布|公示|(?:进行)?面试|(?:开始|起)?接?受?报名(?!参加)|(?:进行|参加|统一|开展)?(?:岗前)?培训(?!班|活动)|出生|生人|成立|创立|印发|发布|开通|以来"
    r"|(?:是|为)[^,。;\n]{0,14}[日节]|deadline)"
    r"|[^,。;\n]{0,10}(?:截止|(?<!已)公布名单)"
)
_AFTER_GATHER = re.compile(r"[^,。;\n]{0,14}?(?:集合|签到|报到|到岗|到场|到达|集中)")
_LATE_TOPICS = frozenset({"require", "rules"})
_NEVER_TOPICS = frozenset({"signup", "contact", "organiser"})
_BY = re.compile(r"(?:\bby|\bbefore|\bsince|\bfounded in|不晚于|不迟于|最迟|最晚)\s*$")
_NEAR = re.compile(r"[\s(\[,、:的是为]{0,4}")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?= ?(?:年|[-./]\d))")
_SHIFTS = re.compile("轮班|轮流|排班|分批|或者?|任选|均可|shifts?|或")


@dataclasses.dataclass(frozen=True, slots=True)
class Session:
    """Days and the hours on each of them.

    Attributes
    ----------
    dates : tuple of DateSpan
        Empty where the notice names none.
    weekdays : tuple of int
        Days of the week where no dates are named; empty otherwise.
    windows : tuple of ClockSpan
        Empty where the notice names none.
    """

    dates: tuple[DateSpan, ...]
    weekdays: tuple[int, ...]
    windows: tuple[ClockSpan, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Times:
    """When a notice wants help.

    Attributes
    ----------
    sessions : tuple of Session
        In the order of the text.
    days : tuple of ReadDays
        Every date of the service with its place.
    hours : tuple of ReadHours
        Every stretch of hours with its place.
    weekdays : tuple of (int, int)
        Places of the days of the week.
    doubts : tuple of (str, int, int)
        Questions about the whole with the place that raises each: vague words, parts of the day, contradictions.
    """

    sessions: tuple[Session, ...]
    days: tuple[ReadDays, ...]
    hours: tuple[ReadHours, ...]
    weekdays: tuple[tuple[int, int], ...]
    doubts: tuple[tuple[str, int, int], ...]


@dataclasses.dataclass(slots=True)
class _Group:
    days: list[ReadDays] = dataclasses.field(default_factory=list)
    weekdays: tuple[int, ...] = ()
    hours: list[ReadHours] = dataclasses.field(default_factory=list)
    gather: list[ReadHours] = dataclasses.field(default_factory=list)


def read_times(notice: NoticeText, *, published: dt.date | None, stated_year: int | None) -> Times:
    """Read when a notice wants help.

    Parameters
    ----------
    notice : NoticeText
        Cut.
    published : date or None
        When it was put up.
    stated_year : int or None
        The year of dates that name none.

    Returns
    -------
    times : Times
    """
    marks, uses = _serving(notice)
    years = {int(year) for year in _YEAR.findall(notice.text)}
    calendar = Calendar(published, stated_year, years.pop() if len(years) == 1 else None)
    groups, weekdays, doubts = _group(marks, uses, notice.text, calendar)
    sessions = _sessions(groups)
    days = tuple(each for group in groups for each in group.days)
    hours = _hours_of(groups)
    return Times(sessions, days, hours, tuple(weekdays), (*doubts, *_conflicts(sessions, days, hours)))


def _serving(notice: NoticeText) -> tuple[list[Mark], list[Use]]:
    """Keep the marks that speak of the service, with what each is for."""
    found = find_marks(notice.text)
    found = [mark for at, mark in enumerate(found) if _is_time(found, at, notice)]
    used: list[tuple[Mark, Use]] = []
    for at, mark in enumerate(found):
        use = _use(mark, notice, found[at - 1] if at else None, used[-1] if used else None)
        used.append((mark, use))
    _drop_signature(used, notice)
    kept = [(mark, use) for mark, use in used if use != "other"]
    early = [pair for pair in kept if notice.topic_at(pair[0].start) not in _LATE_TOPICS]
    if any(mark.kind in {MarkKind.DAY, MarkKind.HOUR, MarkKind.WEEKDAYS, MarkKind.RELATIVE} for mark, _ in early):
        kept = early
    return [mark for mark, _ in kept], [use for _, use in kept]


def _is_time(marks: Sequence[Mark], at: int, notice: NoticeText) -> bool:
    """Take a number such as 3.14 for a date only where a heading, a dash to another date or an hour says so."""
    mark = marks[at]
    if mark.kind is not MarkKind.DAY or mark.is_sure or mark.year is not None:
        return True
    if notice.topic_at(mark.start) in {"when", "title", "gather", "signup"}:
        return True
    for other in marks[max(0, at - 1) : at + 2]:
        if other is not mark:
            gap = (
                notice.text[mark.end : other.start] if other.start >= mark.end else notice.text[other.end : mark.start]
            )
            if re.fullmatch(r"[\s\-~—–至到,、()每天日周]{0,6}", gap):
                return True
    return False


def _use(mark: Mark, notice: NoticeText, before: Mark | None, last: tuple[Mark, Use] | None) -> Use:
    topic = notice.topic_at(mark.start)
    if topic in _NEVER_TOPICS or (topic == "served" and mark.kind is not MarkKind.DAY):
        return "other"
    start, end = notice.clause(mark.start)
    prefix, suffix = notice.text[start : mark.start], notice.text[mark.end : max(end, mark.end)]
    if _AFTER_OTHER.match(suffix) or _BY.search(prefix):
        return "other"
    words = list(_BEFORE.finditer(prefix))
    if mark.kind is MarkKind.HOUR and _AFTER_GATHER.match(suffix):
        return "gather"
    if (
        not words
        and before is not None
        and last is not None
        and re.fullmatch(r"[\s,、\-~—–至到()每天周]{0,5}", notice.text[before.end : mark.start])
    ):
        # in one run with the mark before: of the same use
        return last[1] if last[0] is before and not (last[1] == "gather" and mark.kind is MarkKind.DAY) else "service"
    kind = words[-1].lastgroup if words else None
    if kind == "other":
        return "other"
    is_hour = mark.kind is MarkKind.HOUR
    if is_hour and (topic == "gather" or kind == "gather"):
        return "gather"
    return "service"


def _drop_signature(used: list[tuple[Mark, Use]], notice: NoticeText) -> None:
    """Leave out a date alone on the last line, which is that of the notice, not of the service."""
    body = notice.text.rstrip()
    line = body.rfind("\n")
    if line < 0 or not used or len(body.splitlines()) < 3:
        return
    mark, _ = used[-1]
    others = any(use == "service" and each.kind is MarkKind.DAY for each, use in used[:-1])
    alone = body[line:].strip() == notice.text[mark.start : mark.end].strip()
    if mark.kind is MarkKind.DAY and alone and (others or notice.topic_at(mark.start) not in {"when", "gather"}):
        used[-1] = (mark, "other")


def _group(
    marks: Sequence[Mark], uses: Sequence[Use], text: str, calendar: Calendar
) -> tuple[list[_Group], list[tuple[int, int]], list[tuple[str, int, int]]]:
    groups, weekdays, doubts = [_Group()], [], []
    latest: dt.date | None = None
    half, half_end = "", -1
    at = 0
    while at < len(marks):
        mark, group = marks[at], groups[-1]
        used = 1
        match mark.kind:
            case MarkKind.DAY | MarkKind.RELATIVE | MarkKind.ONLY:
                if mark.kind is MarkKind.ONLY and not _follows_day(marks, at, text):
                    at += 1
                    continue
                if group.hours and group.days:
                    group = _Group()
                    groups.append(group)
                days, used = read_days(marks, at, text, calendar, latest=latest)
                group.days += days
                latest = next((each.span.last for each in reversed(days) if each.span), latest)
            case MarkKind.WEEKDAYS:
                weekdays.append((mark.start, mark.end))
                _take_weekdays(groups, mark, marks[at - 1] if at else None, text)
                if mark.half:
                    half, half_end = mark.half, mark.end
            case MarkKind.HOUR:
                near = half if half and len(text[half_end : mark.start].strip(" :(,-")) <= 1 else ""
                hours, used = read_hours(marks, at, text, half=near)
                is_gather = uses[at] == "gather" and (used == 1 or "gather" in uses[at : at + used])
                (group.gather if is_gather else group.hours).append(hours)
            case MarkKind.PART:
                if mark.half:
                    half, half_end = mark.half, mark.end
                doubts.append(("part_only", mark.start, mark.end))
            case _:
                doubts.append(("vague_time", mark.start, mark.end))
        at += used
    return groups, weekdays, doubts


def _follows_day(marks: Sequence[Mark], at: int, text: str) -> bool:
    before = marks[at - 1] if at else None
    if before is None or before.kind not in {MarkKind.DAY, MarkKind.ONLY}:
        return False
    return (
        re.fullmatch(
            r"[\s日号(周一二三四五六)]*(?:、|,|和|及|与|以及|-|~|—|–|至|到|&|and)\s*",
            text[before.end : marks[at].start],
        )
        is not None
    )


def _take_weekdays(groups: list[_Group], mark: Mark, before: Mark | None, text: str) -> None:
    group = groups[-1]
    if before is not None and before.kind is MarkKind.DAY and len(mark.weekdays) == 1 and group.days:
        is_beside = _NEAR.fullmatch(text, before.end, mark.start) is not None
        if is_beside and group.days[-1].span and group.days[-1].span.first == group.days[-1].span.last:
            return  # 3月15日(周二): said of the one day, and checked where the day was read
    if group.hours:
        long = [each for each in group.days if each.span and (each.span.last - each.span.first).days >= 6]
        group = _Group(days=long)
        groups.append(group)
    if set(mark.weekdays) != set(ALL_DAYS) or not group.days:
        group.weekdays = tuple(sorted({*group.weekdays, *mark.weekdays}))


def _sessions(groups: Sequence[_Group]) -> tuple[Session, ...]:
    """Join days that stand apart from their hours, and drop what is said twice."""
    dated = [group for group in groups if any(each.span for each in group.days)]
    all_days = _spans([each for group in dated for each in group.days], ())
    with_hours = any(each.span for group in groups for each in (*group.hours, *group.gather))
    sessions: dict[Session, None] = {}
    for group in groups:
        windows = tuple(dict.fromkeys(each.span for each in (group.hours or group.gather) if each.span))
        spans = _spans(group.days, group.weekdays)
        if not windows and (with_hours or not (spans or group.weekdays)):
            continue
        if not spans and all_days:
            restricted = group.weekdays
            spans = tuple(dataclasses.replace(each, weekdays=restricted or each.weekdays) for each in all_days)
        sessions[Session(spans, () if spans else group.weekdays, windows)] = None
    return tuple(sessions)


def _spans(days: Sequence[ReadDays], weekdays: tuple[int, ...]) -> tuple[DateSpan, ...]:
    spans = dict.fromkeys(each.span for each in days if each.span)
    if not weekdays:
        return tuple(spans)
    return tuple(dataclasses.replace(each, weekdays=weekdays) if each.first != each.last else each for each in spans)


def _hours_of(groups: Sequence[_Group]) -> tuple[ReadHours, ...]:
    """Hours of the service; where none are named, the hour at which people gather."""
    hours = tuple(each for group in groups for each in group.hours)
    return hours or tuple(each for group in groups for each in group.gather)


def _conflicts(
    sessions: Sequence[Session], days: Sequence[ReadDays], hours: Sequence[ReadHours]
) -> list[tuple[str, int, int]]:
    """Find hours that overlap without being equal on one day, and dates of which one lies inside another."""
    found: list[tuple[str, int, int]] = []
    seen: dict[DateSpan, set[ClockSpan]] = {}
    for session in sessions:
        for span in session.dates or (DateSpan(dt.date.min, dt.date.min),):
            seen.setdefault(span, set()).update(session.windows)
    if any(_overlap(one, other) for windows in seen.values() for one in windows for other in windows if one < other):
        found.append(("hours_conflict", hours[0].start, hours[-1].end))
    spans = sorted({each.span for each in days if each.span})
    clash = any(one != other and one.first <= other.first <= one.last for one in spans for other in spans)
    if clash:
        found.append(("dates_conflict", days[0].start, days[-1].end))
    return found


def _overlap(one: ClockSpan, other: ClockSpan) -> bool:
    if one.end is None or other.end is None:
        return one.start == other.start
    return one.start < other.end and other.start < one.end
