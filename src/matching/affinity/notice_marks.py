"""Marks of time in running text: dates, days of the week, hours, and what stands between two of them."""

import dataclasses
import datetime as dt
import enum
import re

from matching.records import EN_MONTHS, chinese_number, day_of


class MarkKind(enum.StrEnum):
    """What a mark of time is."""

    DAY = "day"
    ONLY = "only"  # a day whose month stands before it
    RELATIVE = "relative"
    WEEKDAYS = "weekdays"
    HOUR = "hour"
    PART = "part"  # 上午 without an hour
    VAGUE = "vague"  # 下周, 第四周, 农历: a time, but none that can be read


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """One mark of time.

    Attributes
    ----------
    kind : MarkKind
        What it is.
    start, end : int
        Half-open stretch of the folded text.
    year, month, day : int or None
        Of a date; the day alone for `ONLY`; for `RELATIVE` the day holds how many days after publication.
    weekdays : tuple of int
        0 is Monday; of a date: the day of the week written with it.
    minute : int
        Of an hour: minutes since midnight as written.
    half : str
        Of an hour: the part of the day before or behind it (``"am"``, ``"pm"``, ``"night"``, ``"noon"``), else empty.
    is_sure : bool
        Whether the text leaves no doubt that this is a time and which one.
    """

    kind: MarkKind
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekdays: tuple[int, ...] = ()
    minute: int = 0
    half: str = ""
    is_sure: bool = True


_HALVES = {
    "am": "凌晨 早上 早晨 清晨 上午 早 明早 a.m. am morning",
    "noon": "中午 noon",
    "pm": "下午 午后 傍晚 pm afternoon",
    "night": "晚上 晚间 夜间 夜晚 今晚 明晚 当晚 晚 evening",
}
_HALF_OF = {word: half for half, words in _HALVES.items() for word in words.split()}
_HALF = "凌晨|早上|早晨|清晨|上午|中午|下午|午后|傍晚|晚上|晚间|夜间|夜晚|[今明当]晚|明早|早|晚"
_CN = "[一二两三四五六七八九十]{1,3}"
_EN_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_EN_DAY = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_NOT_COUNT = r"(?!\d| ?(?:人|名|位|个|岁|周岁|元|%|倍|分(?!\b)|小时|公里|米|万|千|次|期|届|度|kg|km|级|项|栋|幢|楼))"
_DASH = r"(?:-+|~+|[—–―‐−─]+|至|到|to|until|till)"
_HOUR_SIGN = r"(?:点|时(?!代|段|候|间|长|数|常|效|令|而|有|刻|许))"
_NOT_POINTS = r"(?!要求|建议|意见|注意|说明|内容|希望|原则|理由|原因|式|多|事项|以上|以下|感受|心)"

_DAY_PATTERNS = (
    rf"(?P<y>(?:19|20)\d{{2}}) ?(?:年|[-./]) ?(?P<m>\d{{1,2}}) ?(?:月|[-./]) ?(?P<d>\d{{1,2}})(?: ?[日号]|{_NOT_COUNT})",
    rf"(?<!\d)(?P<yy>\d{{2}}) ?年 ?(?P<ym>\d{{1,2}}) ?月 ?(?P<yd>\d{{1,2}})(?: ?[日号]|{_NOT_COUNT})",
    r"(?P<cy>[〇零一二三四五六七八九]{4})年(?P<cm>[一二三四五六七八九十]{1,3})月(?P<cd>[一二三四五六七八九十]{1,3})[日号]",
    r"(?<!\d)(?P<k>(?:19|20)\d{2}[01]\d[0-3]\d)(?!\d)",
    r"(?P<ky>(?:今|本|明)年) ?(?P<km>\d{1,2}) ?月 ?(?P<kd>\d{1,2}) ?[日号]",
    rf"(?<![\d.])(?P<sm>\d{{1,2}}) ?月 ?(?P<sd>\d{{1,2}})(?: ?[日号]|{_NOT_COUNT})",
    r"(?<![一二三四五六七八九十])(?P<xm>[一二三四五六七八九十]{1,2})月(?P<xd>[一二三四五六七八九十]{1,3})[日号]",
    rf"(?P<wd>{_EN_DAY},? +)?(?P<em>{_EN_MONTH})\.? +(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?(?:,? +(?P<ey>20\d{{2}})(?!\d))?(?![\d:])",
    rf"(?P<wd2>{_EN_DAY},? +)?(?<!\d)(?P<fd>\d{{1,2}})(?:st|nd|rd|th)? +(?:of +)?(?P<fm>{_EN_MONTH})\b\.?(?:,? +(?P<fy>20\d{{2}})(?!\d))?",
    r"(?<![\d/])(?P<u1>\d{1,2})/(?P<u2>\d{1,2})/(?P<uy>20\d{2})(?![\d/])",
    rf"(?<![\d./])(?<!\d:)(?P<dm>\d{{1,2}})(?P<dot>[./])(?P<dd>\d{{1,2}})(?![.:/]\d|学分|[)\]、]){_NOT_COUNT}",
)
_OTHER_PATTERNS = (
    r"(?P<month_word>本月|当月|这个月|下月|下个月) ?(?P<rd>\d{1,2}) ?[日号](?!楼)",
    r"(?P<rel>今天|今日|明天|明日|后天|(?:今|明)(?=晚|早)|\btoday\b|\btonight\b|\btomorrow\b)",
    r"(?P<relweek>(?:本|这|下|下个)(?:周|星期|礼拜))(?P<relday>[一二三四五六日天末])",
    r"(?P<vague>农历|正月|腊月|下个?(?:周|星期|月)(?![一二三四五六日天末\d])|第[一二三四五六七八九十\d]{1,3}周|本周(?![一二三四五六日天末])|近期|月底|月初|月中|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|底|初|中旬|上旬|下旬)|每月第?[一二三四]个?|\bnext (?:week|month|"
    + _EN_DAY
    + r")\b|\bmonthly\b)",
    (
        r"(?P<week>(?:每个?|逢)?(?:法定)?(?:工作日|双休日)|每天|每日|每晚|天天|每周末|(?:逢|每)?周末|(?:每周)?(?:每个?|逢)?(?:周|星期|礼拜)[一二三四五六日天](?:(?: ?(?:、|,|和|及|与|/) ?)?(?:周|星期|礼拜)?[一二三四五六日天](?![点时月\d]))*"
        rf"(?: ?{_DASH} ?(?:周|星期|礼拜)?[一二三四五六日天](?![点时月\d]))?)"
    ),
    rf"(?P<eweek>\b(?:every |each )?(?:weekdays?|weekends?|daily|every day|{_EN_DAY})\b(?: ?(?:{_DASH}|through|thru) ?{_EN_DAY}\b|(?:,? (?:and|&) {_EN_DAY}\b)|(?:, {_EN_DAY}\b)+(?:,? and {_EN_DAY}\b)?)?)",
    rf"(?:(?P<half>{_HALF})[ :,(]{{0,3}})?(?<!\d)(?<!\d[:.])(?P<h>\d{{1,2}})(?: ?: ?(?P<mi>[0-5]\d)(?!\d)(?::[0-5]\d)?| ?{_HOUR_SIGN}{_NOT_POINTS}(?:(?P<hh>半)|(?P<q>[一三])刻|(?P<mj>\d{{1,2}}) ?分?(?!\d|:))?(?:钟|整)?)(?: ?(?P<ap>[ap]m)\b)?",
    rf"(?:(?P<chalf>{_HALF})[ :,(]{{0,3}})?(?<![第几以共这那些有])(?P<ch>{_CN}){_HOUR_SIGN}{_NOT_POINTS}(?:(?P<chh>半)|(?P<cq>[一三])刻|(?P<cmi>{_CN})分)?(?P<whole>钟|整)?",
    rf"(?P<dhalf>{_HALF}) ?(?P<dh>\d{{1,2}})\.(?P<dmi>[0-5]\d)(?!\d)",
    r"(?<![\d.:])(?P<eh>\d{1,2})(?::(?P<emi>[0-5]\d))? ?(?P<eap>[ap]m)\b",
    rf"(?:(?P<bhalf>{_HALF}) ?)?(?<![\d.:])(?P<bh>\d{{1,2}})(?= ?{_DASH} ?(?:{_HALF})? ?\d{{1,2}}(?: ?{_HOUR_SIGN}| ?:[0-5]\d ?[ap]m| ?[ap]m\b))(?::(?P<bmi>[0-5]\d))?",
    r"(?P<word>\b(?:noon|midnight)\b|正午|零点|午夜)",
    r"(?<!\d)(?P<only>\d{1,2}) ?(?P<sign>日(?!内|前|常|间|语|志|期|报|均|后|记|程|托|式|杂)|号(?!楼|院|线|门|公寓|馆|厅|教|桥|机|店|台|岗|窗|桌|口|路|出|码|地|宿|展|会|仓|车|棚|广))",
    rf"(?P<part>{_HALF})(?!餐|饭|会|自习|读|教|课|报|场|安|期|年|婚|辈|市|高峰)(?<!最早)(?<!尽早)(?<!及早)|全天|整天|\b(?:morning|afternoon|evening)s?\b",
)
_PATTERN = re.compile("|".join((*_DAY_PATTERNS, *_OTHER_PATTERNS)))
_WEEK = "一二三四五六日"
_EN_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RELATIVE = {"今": 0, "明": 1, "后": 2, "today": 0, "tonight": 0, "tomorrow": 1}
ALL_DAYS, WORKDAYS, WEEKEND = tuple(range(7)), tuple(range(5)), (5, 6)


def find_marks(text: str) -> list[Mark]:
    """Find every mark of time in a text.

    Parameters
    ----------
    text : str
        Folded, numbers that are only names masked.

    Returns
    -------
    marks : list of Mark
        In the order of the text.

    Examples
    --------
    >>> [(mark.kind.value, text[mark.start:mark.end]) for text in ["4月2日下午2点半"] for mark in find_marks(text)]
    [('day', '4月2日'), ('hour', '下午2点半')]
    """
    return [mark for found in _PATTERN.finditer(text) if (mark := _mark(found))]


def _mark(found: re.Match[str]) -> Mark | None:
    parts = {name: value for name, value in found.groupdict().items() if value is not None}
    place = found.span()
    for read in (_read_day, _read_relative, _read_week, _read_hour):
        if (mark := read(parts, place)) is not None:
            return mark
    if "only" in parts:
        return Mark(MarkKind.ONLY, *place, day=int(parts["only"]), is_sure=parts["sign"] == "日")
    if "vague" in parts:
        return Mark(MarkKind.VAGUE, *place)
    if found.group().startswith(("全", "整", "morning", "afternoon", "evening")) or "part" in parts:
        return Mark(MarkKind.PART, *place, half=_HALF_OF.get(parts.get("part", ""), ""))
    return None


def _read_day(parts: dict[str, str], place: tuple[int, int]) -> Mark | None:
    if "k" in parts:
        numbers: tuple[int | None, int, int] = (int(parts["k"][:4]), int(parts["k"][4:6]), int(parts["k"][6:]))
    elif "y" in parts:
        numbers = int(parts["y"]), int(parts["m"]), int(parts["d"])
    elif "yy" in parts:
        numbers = 2000 + int(parts["yy"]), int(parts["ym"]), int(parts["yd"])
    elif "cy" in parts:
        year = int("".join(str("〇一二三四五六七八九".index(sign.replace("零", "〇"))) for sign in parts["cy"]))
        numbers = year, chinese_number(parts["cm"]) or 0, chinese_number(parts["cd"]) or 0
    elif "km" in parts:
        numbers = None, int(parts["km"]), int(parts["kd"])
    elif "xm" in parts:
        numbers = None, chinese_number(parts["xm"]) or 0, chinese_number(parts["xd"]) or 0
    elif "sm" in parts:
        numbers = None, int(parts["sm"]), int(parts["sd"])
    else:
        return _read_other_day(parts, place)
    return _day_mark(numbers, place)


def _read_other_day(parts: dict[str, str], place: tuple[int, int]) -> Mark | None:
    if "em" in parts or "fm" in parts:
        month, day, year = (parts.get(f"{'e' if 'em' in parts else 'f'}{name}", "") for name in "mdy")
        mark = _day_mark((int(year) if year else None, EN_MONTHS.index(month[:3]) + 1, int(day)), place)
        weekday = parts.get("wd") or parts.get("wd2")
        return (
            mark if mark is None or weekday is None else dataclasses.replace(mark, weekdays=_english_weekdays(weekday))
        )
    if "uy" in parts:
        first, second, year_number = int(parts["u1"]), int(parts["u2"]), int(parts["uy"])
        if first > 12:
            return _day_mark((year_number, second, first), place)
        return _day_mark((year_number, first, second), place, is_sure=second > 12 or first == second)
    if "dm" in parts:
        # 3.14 may be a date or a number: the words around it decide, so it is never sure by itself.
        return _day_mark((None, int(parts["dm"]), int(parts["dd"])), place, is_sure=False)
    return None


def _day_mark(numbers: tuple[int | None, int, int], place: tuple[int, int], *, is_sure: bool = True) -> Mark | None:
    year, month, day = numbers
    if day_of(year or 2024, month, day) is None:  # a leap year: 29 February may exist
        return None
    return Mark(MarkKind.DAY, *place, year=year, month=month, day=day, is_sure=is_sure)


def _read_relative(parts: dict[str, str], place: tuple[int, int]) -> Mark | None:
    if "rel" in parts:
        word = parts["rel"]
        return Mark(MarkKind.RELATIVE, *place, day=_RELATIVE[word if word.isascii() else word[0]])
    if "relweek" in parts:
        later = 7 if parts["relweek"].startswith("下") else 0
        days = WEEKEND if parts["relday"] == "末" else (_WEEK.index(parts["relday"].replace("天", "日")),)
        return Mark(MarkKind.RELATIVE, *place, day=later, weekdays=days)
    if "month_word" in parts:
        return Mark(MarkKind.RELATIVE, *place, month=int(parts["month_word"].startswith("下")), day=int(parts["rd"]))
    return None


def _read_week(parts: dict[str, str], place: tuple[int, int]) -> Mark | None:
    word = parts.get("week") or parts.get("eweek")
    if word is None:
        return None
    if "eweek" in parts:
        return Mark(MarkKind.WEEKDAYS, *place, weekdays=_english_weekdays(word))
    if "工作日" in word:
        days = WORKDAYS
    elif "双休" in word or "周末" in word:
        days = WEEKEND
    elif word in {"每天", "每日", "每晚", "天天"}:
        return Mark(MarkKind.WEEKDAYS, *place, weekdays=ALL_DAYS, half="night" if word == "每晚" else "")
    else:
        signs = [_WEEK.index(sign.replace("天", "日")) for sign in re.findall("[一二三四五六日天]", word)]
        days = _spread(signs, is_range=re.search(rf"{_DASH} ?(?:周|星期|礼拜)?[一二三四五六日天]$", word) is not None)
    return Mark(MarkKind.WEEKDAYS, *place, weekdays=days)


def _spread(signs: list[int], *, is_range: bool) -> tuple[int, ...]:
    if is_range and len(signs) >= 2:
        first, last = signs[-2], signs[-1]
        signs = [
            *signs[:-2],
            *range(first, last + 1 if last >= first else 7),
            *(range(last + 1) if last < first else ()),
        ]
    return tuple(sorted(set(signs)))


def _english_weekdays(word: str) -> tuple[int, ...]:
    if "weekend" in word:
        return WEEKEND
    if "weekday" in word:
        return WORKDAYS
    if "daily" in word or "every day" in word:
        return ALL_DAYS
    signs = [_EN_WEEK.index(name) for name in re.findall("mon|tue|wed|thu|fri|sat|sun", word)]
    return _spread(signs, is_range=re.search(rf"\w ?(?:{_DASH}|through|thru) ?\w", word) is not None)


def _read_hour(parts: dict[str, str], place: tuple[int, int]) -> Mark | None:
    if "word" in parts:
        is_noon = parts["word"] in {"noon", "正午"}
        return Mark(MarkKind.HOUR, *place, minute=12 * 60 if is_noon else 0, half="noon" if is_noon else "midnight")
    for prefix in ("", "d", "e", "b"):
        if f"{prefix}h" in parts:
            hour = int(parts[f"{prefix}h"])
            minute = int(parts.get(f"{prefix}mi") or parts.get("mj") or 0)
            if "hh" in parts or "q" in parts:
                minute = 30 if "hh" in parts else {"一": 15, "三": 45}[parts["q"]]
            break
    else:
        return _read_chinese_hour(parts, place)
    half = _HALF_OF.get(parts.get(f"{prefix}half", ""), "") or parts.get("ap") or parts.get("eap") or ""
    if hour > 24 or minute > 59:
        return None
    written = parts.get("h", "")
    # 08:30 and 13 leave no doubt, 2:30 does; 6 to 12 are taken as written.
    return Mark(
        MarkKind.HOUR, *place, minute=hour * 60 + minute, half=half, is_sure=hour >= 6 or written.startswith("0")
    )


def _read_chinese_hour(parts: dict[str, str], place: tuple[int, int]) -> Mark | None:
    hour = chinese_number(parts.get("ch", ""))
    if (
        hour is None
        or hour > 24
        or (parts["ch"] in {"一", "两"} and not (parts.keys() & {"chalf", "chh", "cq", "cmi", "whole"}))
    ):
        return None
    minute = 30 if "chh" in parts else {"一": 15, "三": 45}.get(parts.get("cq", ""), 0)
    if "cmi" in parts:
        minute = chinese_number(parts["cmi"]) or 0
    half = _HALF_OF.get(parts.get("chalf", ""), "")
    return Mark(MarkKind.HOUR, *place, minute=hour * 60 + minute, half=half, is_sure=hour >= 6)


def resolve_relative(mark: Mark, published: dt.date) -> tuple[dt.date, ...]:
    """Return the days that 明天, 下周六 or 本月15日 mean on a day.

    Parameters
    ----------
    mark : Mark
        Of the kind `RELATIVE`.
    published : date
        The day on which the notice was written.

    Returns
    -------
    days : tuple of date
        Empty where the calendar has no such day.

    Examples
    --------
    >>> [str(day) for mark in find_marks("下周六") for day in resolve_relative(mark, dt.date(2024, 7, 31))]
    ['2024-08-10']
    """
    if mark.month is not None:
        first = published.replace(day=1)
        month = (first + dt.timedelta(days=31)).replace(day=1) if mark.month else first
        found = day_of(month.year, month.month, mark.day or 0)
        return (found,) if found else ()
    if mark.weekdays:
        monday = published - dt.timedelta(days=published.weekday()) + dt.timedelta(days=mark.day or 0)
        return tuple(monday + dt.timedelta(days=each) for each in mark.weekdays)
    return (published + dt.timedelta(days=mark.day or 0),)
