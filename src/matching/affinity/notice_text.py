"""A notice cut into stretches: which words stand under which heading, and what is a number that means nothing here."""

import bisect
import dataclasses
import re
from typing import Generic, Literal, TypeVar

from matching.affinity.skill_reader_words import Folded, fold_text

Topic = Literal[
    "title", "when", "signup", "place", "gather", "people", "require", "content", "rules", "contact", "organiser",
    "served", "theme", "",
]  # fmt: skip
T = TypeVar("T")
TO = r"\s?(?:-+|~+|[—–―‐−─]+|至|到|to)\s?"
"""What stands between the two ends of a range of numbers."""
MASK = "▇"
"""Stands for each sign of a phone number or another number that is only a name."""

# "1XXXXXXXXXX" is a phone that somebody hid; eight digits may be a date, which the pattern of dates decides.
_NAMES = re.compile(
    r"(?<![\d.])(?:(?!(?:19|20)\d\d[01]\d[0-3]\d(?!\d))\d{7,}|1x{6,}|0\d{2,3}-\d{7,8}|\d{3}[- ]\d{3,4}[- ]\d{4})(?!\d)"
    r"|https?://\S+|[\w.]+@[\w.]+"
)
_MERIDIAN = re.compile(r"\b([ap])\.\s?m\.?(?![a-z])")
_ITEM = r"(?:[(\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[①-⑳])[)\]、.．:,]*\s*)?"
_TOPICS: tuple[tuple[Topic, str], ...] = (
    ("signup", (r"(?:活动|志愿者?)?(?:报名|招募|截止|公示|面试|培训|录用|录取|咨询|审核|领取|发布|公布|岗前培训)(?:截止|起止)?(?:时间|日期|时限|方式|方法|流程|须知|渠道|通道|入口|链接|地址|地点|截止)+(?:及方式)?|截止|报名"
               r"|(?:application |registration |sign-?up )?deadline|how to (?:apply|register|sign up|join)|registration|rsvp|apply by|training(?: date)?|orientation")),
    ("gather", r"(?:集合|签到|报到|到岗)(?:时间|地点|点|时间地点|时间及地点)|(?:meeting|check-in|arrival) (?:point|time|place)|meet(?: at)?"),
    ("when", (r"(?:(?:志愿|志愿者|本次|具体)?(?:活动|服务|工作|执勤|值勤|值班|上岗|岗位|志愿服务|培训班|演出|举办|开展|实施|任务|需求|排班|志愿活动|帮扶|授课|上课)?(?:的)?(?:开始/结束|签到/签退|起止|具体|举办)?(?:时间|日期|周期|时段|时间段|时间表)(?:安排|要求|地点|及地点|和地点|与地点|、地点)?)"
             r"|when|dates?(?: ?(?:and|&) ?times?)?|times?|schedule|shifts?|hours")),
    ("place", r"(?:活动|服务|工作|执勤|值班|上岗|具体|志愿服务|举办|志愿活动)?(?:的)?(?:具体)?(?:地点|地址|位置|场所|区域|地段|场地)|where|location|address|venue|place|site"),
    ("people", r"(?:拟)?(?:招募|招聘|需求|需要|活动|志愿者|计划|报名|岗位|服务|所需|参与|名额|限定)?(?:志愿者|人员|招募)?(?:人数|名额|数量|规模)(?:要求|限制|上限)?|(?:volunteers? needed|number of volunteers|spots?|openings?|positions?|headcount|capacity)"),
    ("require", r"(?:招募|报名|基本|志愿者|参与|岗位|人员|任职|参加|应聘|招聘|服务)?(?:要求|条件|资格)|(?:招募|招聘|报名|参与|活动|面向)(?:对象|范围|人群)|年龄(?:要求|限制|范围)?|requirements?|eligibility|who can (?:join|volunteer|apply)|qualifications?|age(?:s| limit| requirement)?|minimum age"),
    ("content", r"(?:活动|服务|工作|志愿服务|岗位|具体|主要|志愿者|任务)?(?:内容|职责|项目|任务|分工|流程|安排|介绍|简介)|具体活动|岗位|what(?: you(?:'ll| will) do)?|description|duties|tasks?|responsibilities|role|activities"),
    ("rules", r"(?:活动|服务|其他|相关|特别|温馨)?(?:注意事项|温馨提示|提示|提醒|备注|须知|保障|纪律|说明|要求及保障|服务保障|志愿者保障|激励|福利)|相关要求|具体要求|其他要求|notes?|please note|benefits|remarks?"),
    ("contact", r"(?:报名)?(?:联系人|联系方式|联系电话|咨询电话|联系|电话|负责人|微信|qq群?|邮箱)|contact|phone|email"),
    ("organiser", r"(?:主办|承办|协办|指导|组织|发起|招募)(?:单位|方|机构|社区)|organi[sz]er|hosted by|organi[sz]ation"),
    ("served", r"(?:服务|帮扶|受益|活动)(?:对象|人群)|受众|who (?:is|are) served|beneficiaries"),
    ("theme", r"(?:活动|项目|服务)?(?:主题|名称|标题)|title|event"),
)  # fmt: skip
_LABEL = re.compile(
    rf"(?:^|(?<=[\n\s。;!,,】)\].、\d]))\s*{_ITEM}[【\[]?(?:"
    + "|".join(f"(?P<t{at}>{words})" for at, (_, words) in enumerate(_TOPICS))
    + r")(?:\([^()\n]{0,12}\))?(?:[】\]]\s*:?|\s*:|(?=[ \t]*(?:\n|$)))"
)
_ENDS_AT_LINE = frozenset({"place", "people", "contact", "organiser", "theme", "gather"})
_SENTENCE = re.compile(r"[。;!?\n]|(?<=[a-z\d])\.(?=\s|$)")
_CLAUSE = re.compile(r"[,。;!?\n]|(?<=[a-z\d])\.(?=\s|$)")


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a notice that stands under one heading.

    Attributes
    ----------
    start, end : int
        Half-open stretch of the folded text, heading excluded.
    topic : str
        What the heading announces; empty where there is none.
    """

    start: int
    end: int
    topic: Topic


@dataclasses.dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value with the stretches that it was read from and the questions that it raises.

    Attributes
    ----------
    value : object
        None where nothing was found, or nothing certain.
    stretches : tuple of (int, int)
        Half-open, of the folded text.
    doubts : tuple of str
        Names of questions.
    """

    value: T | None
    stretches: tuple[tuple[int, int], ...] = ()
    doubts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice, folded and cut.

    Attributes
    ----------
    folded : Folded
        Tells where each sign stood in the original.
    text : str
        Folded, numbers that are only names masked; as long as ``folded.text``.
    stretches : tuple of Stretch
        In order, without gaps but for the headings.
    sentences, clauses : tuple of int
        Where each begins.
    """

    folded: Folded
    text: str
    stretches: tuple[Stretch, ...]
    sentences: tuple[int, ...]
    clauses: tuple[int, ...]

    def topic_at(self, place: int) -> Topic:
        """Return what the heading above a place announces.

        Parameters
        ----------
        place : int
            In the folded text.

        Returns
        -------
        topic : str
        """
        for each in self.stretches:
            if each.start <= place < each.end:
                return each.topic
        return ""

    def sentence(self, place: int) -> tuple[int, int]:
        """Return the sentence around a place.

        Parameters
        ----------
        place : int
            In the folded text.

        Returns
        -------
        start, end : int
            Half-open.
        """
        return _around(self.sentences, place, len(self.text))

    def clause(self, place: int) -> tuple[int, int]:
        """Return the part of a sentence around a place, between two commas.

        Parameters
        ----------
        place : int
            In the folded text.

        Returns
        -------
        start, end : int
            Half-open.
        """
        return _around(self.clauses, place, len(self.text))


def _around(starts: tuple[int, ...], place: int, length: int) -> tuple[int, int]:
    at = bisect.bisect_right(starts, place)
    return starts[at - 1], starts[at] if at < len(starts) else length


def cut_notice(text: str) -> NoticeText:
    r"""Fold a notice and find the headings in it.

    Parameters
    ----------
    text : str
        As written; the first line is its title.

    Returns
    -------
    notice : NoticeText

    Examples
    --------
    >>> notice = cut_notice("植树\n活动时间：3月12日\n集合地点：南门")
    >>> [(each.topic, notice.text[each.start:each.end].strip()) for each in notice.stretches]
    [('title', '植树'), ('', ''), ('when', '3月12日'), ('gather', '南门')]
    """
    folded = fold_text(text)
    masked = _NAMES.sub(lambda found: MASK * len(found.group()), folded.text.replace("\r", "\n"))
    masked = _MERIDIAN.sub(lambda found: f"{found[1]}m".ljust(len(found.group())), masked)
    title_end = masked.find("\n", len(masked) - len(masked.lstrip()))
    title_end = len(masked) if title_end < 0 else title_end
    labels = list(_LABEL.finditer(masked))
    stretches: list[Stretch] = []
    at, topic = 0, _title_topic(masked, title_end)
    for found in labels:
        _close(stretches, masked, at, found.start(), topic, title_end)
        at, topic = found.end(), _TOPICS[int((found.lastgroup or "t0")[1:])][0]
    _close(stretches, masked, at, len(masked), topic, title_end)
    return NoticeText(
        folded,
        masked,
        tuple(stretches),
        (0, *(each.end() for each in _SENTENCE.finditer(masked))),
        (0, *(each.end() for each in _CLAUSE.finditer(masked))),
    )


def _title_topic(masked: str, title_end: int) -> Topic:
    return "title" if title_end <= 80 and masked[:title_end].strip() else ""


def _close(stretches: list[Stretch], masked: str, start: int, end: int, topic: Topic, title_end: int) -> None:
    """Add the stretch under a heading, which ends where a blank line or, for some, the line does."""
    body = masked[start:end]
    stop = end
    if topic == "title":
        stop = min(end, max(title_end, start))
    elif topic in _ENDS_AT_LINE and body.strip():
        first = len(body) - len(body.lstrip())
        line = body.find("\n", first)
        stop = end if line < 0 else start + line
    elif topic and body.strip():
        first = len(body) - len(body.lstrip())
        blank = re.search(r"\n\s*\n", body[first:])
        stop = end if blank is None else start + first + blank.start()
    stretches.append(Stretch(start, stop, topic))
    if stop < end:
        stretches.append(Stretch(stop, end, ""))
