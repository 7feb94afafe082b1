"""Where a notice wants help, what for, and which licence it asks for."""

import re

from matching.affinity.notice_text import MASK, Found, NoticeText

MATTER_LENGTH = 400
"""Characters of a notice that say what is to be done; what comes later is repetition."""
# Names of those who call: 计算机学院, 志愿者服务中心. They name places of work and study, not the work.
_CALLERS = re.compile(
    r"[一-鿿a-z0-9“”\"]{0,12}?(?:大学|学院|学校|中学|小学|幼儿园|协会|服务中心|服务队|志愿队|志愿者大队|服务大队|服务总队|联合会|基金会|发展中心|工作室|管委会|委员会|青志|团委|学生会|党支部)(?:的)?"
    r"|(?:新时代文明实践)?(?:志愿|公益)(?:服务)?(?:活动|项目|行动)?|招募(?:通知|公告|令|启事)?|报名|签到/?签退|签到|签退|通知|公告|身体健康|奉献|责任心|服从[一-鿿]{0,6}(?:安排|管理)|遵守[一-鿿]{0,10}"
)
_PLACE_END = re.compile(r"[;。!?\n\t]|,(?=[^()]*$)| {2,}|(?<=\S)\s(?=[一-鿿]{2,6}:)|\s(?=\d[.、)])")
_IN_PROSE = re.compile(
    r"(?:前往|到|在|赴|去|至)(?P<place>(?!达|位|场|时|岗|期|下午|上午|本|我|此|该|活动(?!中心|室)|服务(?!中心|站|点)|报名|志愿|开展|工作(?!站)|现场|第|校|职)[一-鿿a-z0-9()\-·#]{2,24}?)"
    r"(?:集合|集中|开展|举行|进行|举办|展开|协助|参加|参与|提供|维持|清点|报到|签到|清扫|打扫|打捞|值守|执勤|举办|帮忙|服务(?!中心|站|点)|等候|见面|,|。|$)"
)
_EN_PLACE = re.compile(
    r"\b(?:at|in) (?:the )?(?P<place>[a-z0-9][a-z0-9'&.\- ]{2,50}?)(?=\s*(?:[,;\n(]|\.(?:\s|$)|$| on | from | to | every | between ))"
)
_PLACE_LIKE = re.compile(
    r"(?:院|馆|场|站|园|区|村|厅|室|楼|口|路|街|巷|中心|广场|公园|学校|门|处|点|河|江|湖|岸|山|社区|小区|基地|所|大厅|校|大学|学院|家园|公寓|仓|店|寺|桥|码头|花园|苑|里|庄|镇|乡|栋|号|幢|庭|活动室|驿站|食堂|大院|阵地|沿线)(?:\([^()]*\))?[东西南北内外]?(?:侧|面|边|门前|门口|区域|附近|周边|周围|一带|四周)?(?<![一二三四五六七八九十\d]点)$"
)
_TIME_WORD = re.compile(
    r"\d{1,2}[:点时]|上午|下午|晚上|\d{1,2}月|^\s*\d|岁|学期|期间|过程|范围|条件|情况|基础|时间|同时|来之际|之际|the (?:morning|afternoon|evening)"
)
_LICENCE = re.compile(
    r"(?P<ask>持有?|具有|具备|拥有|取得|须有|需有|需要有|必须有|要有|有|携带|with an?|hold(?:ing)? an?|valid|must have an?|requires? an?|need an?)\s?(?:有效的?|相关的?|本人|[a-z]{0,8} ?)?"
    r"(?P<name>[一-鿿a-z0-9]{0,12}?(?:资格证书|执业证书|资格证|执业证|驾驶证|驾照|上岗证|作业证|教师证|电工证|护士证|医师证|律师证|救护员证|急救证|健康证|证书|职业证|从业证)|(?:[a-z]+ ){0,2}(?:licen[cs]e|certificat(?:e|ion)))"
)
_NO_LICENCE = re.compile(r"(?:无需|不需要?|不要求|不用|无须|没有|no )[^,。;\n]{0,6}$")
_PREFERRED = re.compile(r"[^,。;\n]{0,10}(?:优先|更佳|为佳|尤佳|preferred|a plus)")
_GIVES = re.compile(r"(?:发放?|颁发|开具|提供|统一|获得?|可得|发给)[^,。;\n]{0,8}$")


def read_place(notice: NoticeText) -> Found[str]:
    """Read where help is wanted.

    Parameters
    ----------
    notice : NoticeText
        Cut.

    Returns
    -------
    place : Found of str
        The folded words; the stretch says where they stand in the original.
    """
    gathering: Found[str] | None = None
    for stretch in notice.stretches:
        if stretch.topic not in {"place", "gather", "when"}:
            continue
        found = _first_place(notice.text, stretch.start, stretch.end, is_mixed=stretch.topic != "place")
        if found is None:
            continue
        if stretch.topic == "place":
            return Found(notice.text[found[0] : found[1]], (found,))
        if stretch.topic == "gather" and gathering is None:
            gathering = Found(notice.text[found[0] : found[1]], (found,), ("place_gather",))
    return gathering or _place_in_prose(notice)


def _first_place(text: str, start: int, end: int, *, is_mixed: bool) -> tuple[int, int] | None:
    """Take the first line of a stretch, or up to the end of a bracket that opens in it."""
    while start < end and text[start] in " \n\t:[":
        start += 1
    stop = _PLACE_END.search(text, start, end)
    last = stop.start() if stop else end
    if text[start:last].count("(") > text[start:last].count(")") and (closing := text.find(")", last, end)) >= 0:
        last = closing + 1
    words = text[start:last].rstrip(" \n\t,])")
    if (
        not words.strip()
        or MASK in words
        or (is_mixed and _TIME_WORD.search(words))
        or re.search("另行通知|待定|tbd|届时", words)
    ):
        return None
    if text[start : start + len(words)].count("(") > words.count(")"):
        words = text[start : start + len(words) + 1]
    return start, start + len(words)


def _place_in_prose(notice: NoticeText) -> Found[str]:
    for pattern in (_IN_PROSE, _EN_PLACE):
        for found in pattern.finditer(notice.text):
            words = found["place"]
            topic = notice.topic_at(found.start())
            if pattern is _IN_PROSE and not _PLACE_LIKE.search(words):
                continue
            if topic in {"rules", "contact", "organiser", "signup", "require"} or _TIME_WORD.search(words):
                continue
            return Found(words.strip(), (found.span("place"),), ("place_unsure",))
    return Found(None)


def read_licences(notice: NoticeText) -> Found[tuple[str, ...]]:
    """Read the licences that helpers must hold; a licence that is only welcome is asked about.

    Parameters
    ----------
    notice : NoticeText
        Cut.

    Returns
    -------
    licences : Found of tuple of str
    """
    names: dict[str, tuple[int, int]] = {}
    preferred: list[tuple[int, int]] = []
    for found in _LICENCE.finditer(notice.text):
        start, end = notice.clause(found.start())
        before = notice.text[start : found.start()]
        name = re.sub(r"^(?:有效的?|相关的?|本人|以上|及|的)+", "", found["name"]).strip()
        if (
            _NO_LICENCE.search(before)
            or _GIVES.search(before)
            or len(name) < 2
            or name in {"证书", "资格证书", "资格证"}
        ):
            continue
        if _PREFERRED.match(notice.text[found.end() : end]):
            preferred.append(found.span())
        else:
            names.setdefault(name, found.span())
    doubts = ("licence_preferred",) if preferred else ()
    return Found(tuple(names) or None, (*names.values(), *preferred), doubts)


def matter_of(notice: NoticeText) -> tuple[tuple[int, int], ...]:
    """Return the stretches of a notice that say what is to be done: its title and what stands under such headings.

    Parameters
    ----------
    notice : NoticeText
        Cut.

    Returns
    -------
    stretches : tuple of (int, int)
        Half-open, of the folded text; where no heading announces the work, the parts without a heading.
    """
    wanted = [each for each in notice.stretches if each.topic in {"title", "theme"}]
    content = [
        each for each in notice.stretches if each.topic == "content" and notice.text[each.start : each.end].strip()
    ]
    plain = [each for each in notice.stretches if not each.topic]
    found, left = [], MATTER_LENGTH
    for each in [*wanted, *(content or plain)]:
        stop = min(each.end, each.start + left)
        if notice.text[each.start : stop].strip():
            found.append((each.start, stop))
            left -= stop - each.start
        if left <= 0:
            break
    return tuple(sorted(found))


def without_callers(text: str) -> str:
    """Blank the names of those who call and the frame of every call, so that they are not taken for the work.

    Parameters
    ----------
    text : str
        Folded.

    Returns
    -------
    text : str
        Of the same length.

    Examples
    --------
    >>> without_callers("计算机学院图书整理志愿服务").strip()
    '图书整理'
    """
    return _CALLERS.sub(lambda found: "\n" * len(found.group()), text)
