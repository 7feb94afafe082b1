"""Notices in, needs out: a workbook of needs ready to be checked, with the words they came from and what to ask."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from matching.affinity.notice import NoticeReading, read_notices
from matching.affinity.notice_spans import ClockSpan
from matching.affinity.skill_reader import SkillReader
from matching.errors import UnreadableFileError
from matching.labels import Language, label
from matching.records import (
    Community,
    Level,
    Need,
    NeedStatus,
    Recurrence,
    SkillClaim,
    Window,
    china_moment,
    mask_text,
    register,
    show_choice,
)
from matching.records.times import DAY_MINUTES
from matching.roster import Sheet, register_sheet, write_sheets
from matching.roster.open_source import open_source
from matching.roster.readings import Setting
from matching.roster.values import read_value

MOST_ROWS = 62
"""A notice that would make more rows (two months of days) becomes one row that is asked about."""
DESCRIPTION = 500
_SURE_SKILL = 0.6
_FIELDS = ("dates", "weekdays", "windows", "people", "ages", "gender", "place", "skills", "licences")
_HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("id", "编号", "序号", "通知编号", "活动编号", "no"),
    "title": ("title", "标题", "名称", "主题", "活动名称", "活动标题", "项目名称", "subject", "name"),
    "body": ("detail", "details", "内容", "正文", "详情", "活动内容", "活动详情", "通知内容", "活动描述", "text", "description", "notice", "body"),
    "require": ("requiretext", "要求", "招募要求", "报名要求", "条件", "招募条件", "requirements"),
    "published": ("startat", "发布时间", "发布日期", "日期", "published", "publishedat", "date", "created", "发布"),
    "place": ("地点", "活动地点", "服务地点", "place", "location"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as it stands in a file.

    Attributes
    ----------
    number : str
        What it is called in the tables; the row where the file gives no number.
    text : str
        Title, requirements and body, one below the other.
    published : date or None
    """

    number: str
    text: str
    published: dt.date | None = None


def read_notice_file(path: Path) -> tuple[Notice, ...]:
    """Read notices from a table with a header, a text file, or a folder of them.

    Parameters
    ----------
    path : Path
        A workbook or CSV with columns such as 标题, 内容, 发布时间; a ``.txt`` file, which is one notice; or a folder.

    Returns
    -------
    notices : tuple of Notice

    Raises
    ------
    UnreadableFileError
        If a file cannot be read, or a table has no column that could hold a notice.
    """
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix.lower() in {".txt", ".csv", ".xlsx", ".xls"})
        return tuple(notice for each in files for notice in read_notice_file(each))
    if path.suffix.lower() == ".txt":
        return (Notice(number=path.stem, text=_plain_text(path)),)
    notices: list[Notice] = []
    for sheet in open_source(path):
        rows = [sheet.rows[number] for number in sorted(sheet.rows)]
        for at, row in enumerate(rows):
            columns = _columns(row)
            if "body" in columns or "title" in columns:
                notices += [
                    each for n, cells in enumerate(rows[at + 1 :], 1) if (each := _notice(cells, columns, str(n)))
                ]
                break
    if not notices:
        raise UnreadableFileError(
            f"{path.name}：没有找到通知。表头要有“标题”或“内容”一列（也可用 title、detail）；纯文本请存成 .txt。"
            " No notices found: a table needs a column 标题/title or 内容/detail; plain text goes into a .txt file."
        )
    return tuple(notices)


def _plain_text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path.name}：打不开（{error.strerror}）。 The file cannot be opened.") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(f"{path.name}：不是 UTF-8 或 GBK 文本。 Neither UTF-8 nor GBK text. 请另存为 UTF-8。")


def _columns(row: Sequence[Any]) -> dict[str, int]:
    names = {"".join(str(cell).split()).lower().replace("_", ""): at for at, cell in enumerate(row) if cell is not None}
    return {field: names[alias] for field, aliases in _HEADERS.items() for alias in reversed(aliases) if alias in names}


def _notice(cells: Sequence[Any], columns: dict[str, int], row: str) -> Notice | None:
    def cell(field: str) -> Any:
        at = columns.get(field)
        return cells[at] if at is not None and at < len(cells) else None

    parts = [str(value).strip() for field in ("title", "require", "body") if (value := cell(field)) is not None]
    if (place := cell("place")) is not None:
        parts.append(f"地点：{place}")
    if not any(parts):
        return None
    published = cell("published")
    day = None if published is None else read_value(published, register("needs").column("reported_on"), Setting()).value
    return Notice(number=str(cell("number") or row).strip(), text="\n".join(parts), published=day)


def needs_from_notice(reading: NoticeReading, *, number: str, published: dt.date | None = None) -> tuple[Need, ...]:
    """Turn a reading into rows of the register of needs: one for each day and stretch of hours.

    Parameters
    ----------
    reading : NoticeReading
        Of `read_notice`.
    number : str
        Of the notice; the rows are called ``T-<number>`` with a letter where there are several.
    published : date, optional
        When it was put up.

    Returns
    -------
    needs : tuple of Need
        What is asked about is left empty or noted, never filled by guess.
    """
    windows = _windows(reading)
    if len(windows) > MOST_ROWS:
        windows = [None]
    people = reading.people.value
    is_clear = people is not None and (bool(people.per) or len(windows) == 1) and not reading.questions_about("people")
    ages = reading.ages.value
    skills = [each for each in reading.skills.value if each.confidence >= _SURE_SKILL][:1]
    template = Need(
        need_id="T",
        description=mask_text(" ".join(reading.text.split())[:DESCRIPTION]) or number,
        place=reading.place.value,
        skills=tuple(SkillClaim(each.name, each.level if each.level is Level.LICENSED else None) for each in skills),
        people_min=people.least if people is not None and is_clear else None,
        people_max=(people.most or people.least) if people is not None and is_clear else None,
        licences=reading.licences.value,
        minimum_age=ages.least if ages and not reading.questions_about("ages") else None,
        maximum_age=ages.most if ages and not reading.questions_about("ages") else None,
        recurrence=_recurrence(reading),
        reported_on=published,
        status=NeedStatus.OPEN,
        note="；".join(each.ask() for each in reading.questions) or None,
    )
    return tuple(
        dataclasses.replace(
            template,
            need_id=f"T-{number}" if len(windows) == 1 else f"T-{number}-{at}",
            windows=() if window is None else (window,),
        )
        for at, window in enumerate(windows, 1)
    )


def _windows(reading: NoticeReading) -> list[Window | None]:
    found: set[Window] = {
        window
        for session in reading.sessions
        for span in session.dates
        for day in span.days()
        for clock in session.windows
        if (window := _window(day, clock)) is not None
    }
    if reading.windows.certainty < 0.9 and reading.questions_about("windows"):
        return [None]
    return [*sorted(found)] or [None]


def _window(day: dt.date, clock: ClockSpan) -> Window | None:
    if clock.end is None:
        return None
    later, minute = divmod(clock.end, DAY_MINUTES)
    return Window(china_moment(day, clock.start), china_moment(day + dt.timedelta(days=later), minute))


def _recurrence(reading: NoticeReading) -> Recurrence | None:
    days = reading.weekdays.value
    if not days:
        return None
    return Recurrence.DAILY if len(days) == 7 else Recurrence.WEEKLY


def write_notice_needs(
    notices: Sequence[Notice],
    path: Path,
    *,
    stated_year: int | None = None,
    reader: SkillReader | None = None,
    language: Language = "zh",
) -> tuple[NoticeReading, ...]:
    """Read notices and write a workbook: the needs, the words that each field came from, and what to ask.

    Parameters
    ----------
    notices : sequence of Notice
        Of `read_notice_file`.
    path : Path
        The workbook; a file there is replaced.
    stated_year : int, optional
        The year of dates that name none.
    reader : SkillReader, optional
        With a taxonomy of its own.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    readings : tuple of NoticeReading
        In the order of the notices.
    """
    readings = read_notices(
        [each.text for each in notices],
        published=[each.published for each in notices],
        stated_year=stated_year,
        reader=reader,
    )
    needs = [
        need
        for notice, reading in zip(notices, readings, strict=True)
        for need in needs_from_notice(reading, number=notice.number, published=notice.published)
    ]
    pairs = list(zip(notices, readings, strict=True))
    sheets = [
        register_sheet("needs", Community(needs=tuple(needs)), language=language),
        _sheet("questions", pairs, language=language),
        _sheet("evidence", pairs, language=language),
    ]
    write_sheets(path, sheets)
    return readings


def _sheet(kind: str, pairs: Iterable[tuple[Notice, NoticeReading]], *, language: Language) -> Sheet:
    def word(key: str) -> str:
        return label(f"planning.notices.{key}", language=language)

    headers = word(f"{kind}_headers").split("|")
    make: Callable[[Notice, NoticeReading, Language], list[list[Any]]] = (
        _question_rows if kind == "questions" else _evidence_rows
    )
    rows = [row for notice, reading in pairs for row in make(notice, reading, language)]
    return Sheet(title=word(kind), headers=headers, rows=rows, notes=(word(f"{kind}_note"),), landscape=True)


def _question_rows(notice: Notice, reading: NoticeReading, language: Language) -> list[list[str]]:
    return [
        [
            notice.number,
            reading.title,
            label(f"planning.notices.field.{each.field}", language=language),
            each.ask(language=language),
            "",
        ]
        for each in reading.questions
    ]


def _evidence_rows(notice: Notice, reading: NoticeReading, language: Language) -> list[list[Any]]:
    rows = []
    for name in _FIELDS:
        field = getattr(reading, name)
        if field.evidence:
            words = "、".join(dict.fromkeys(each.words.strip() for each in field.evidence))
            name_shown = label(f"planning.notices.field.{name}", language=language)
            rows.append(
                [notice.number, name_shown, show_field(name, field.value, language=language), words, field.certainty]
            )
    return rows


def show_field(name: str, value: Any, *, language: Language = "zh") -> str:
    """Return a value of a notice in words.

    Parameters
    ----------
    name : str
        A field of `NoticeReading`.
    value : object
        Its value.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
        Empty where there is no value.
    """
    if value is None or value == ():
        return ""
    if name == "people":
        per = label(f"planning.notices.per.{value.per}", language=language) if value.per else ""
        total = f"/{value.total}" if value.total else ""
        return f"{_ends(value.least, value.most)}{total} {per}".strip()
    if name == "ages":
        return _ends(value.least, value.most)
    if name == "gender":
        return show_choice(value, language=language)
    if name == "weekdays":
        return "、".join(label(f"planning.notices.weekday.{day}", language=language) for day in value)
    if name == "skills":
        return "、".join(f"{each.name}（{each.confidence:.2f}）" for each in value)
    return str(value) if isinstance(value, str) else "、".join(str(each) for each in value)


def _ends(least: int | None, most: int | None) -> str:
    if least == most:
        return str(least)
    return f"{'' if least is None else least}–{'' if most is None else most}"
