"""How many people a notice wants: numbers told apart by the words around them."""

import dataclasses
import re
from typing import Literal

from matching.affinity.notice_text import TO, Found, NoticeText
from matching.records import chinese_number

Per = Literal["", "day", "session", "place", "group"]
_N = r"(?:\d{1,5}|[一二两三四五六七八九十]{1,3})"
_UNIT = r"(?:余?(?:名|位|个人|人)(?!次|类|一组|工|民|口|均|行|生|家|气|员)|个(?=(?:志愿者|义工|人)))"
_WHO = r"(?:名|位|个)?\s*(?:青年|大学生|社会|党员|热心|学生|女|男|专业)?(?:志愿者|义工|社工|工作人员|青年志愿|人员|队员|教师|老师|医生|护士|讲师|律师|爱心人士|热心人士|同学|小伙伴|volunteers?|people|helpers|tutors?|drivers?|persons?|students?|adults?)"
_LEAST = r"(?:不少于|至少|不低于|最少|at least|minimum(?: of)?|no fewer than)"
_MOST = r"(?:不超过|不多于|至多|最多|限额?|上限|仅限|控制在|up to|at most|max(?:imum)?(?: of)?|no more than|limited to)"
_WORDS = r"(?:招募|招聘|招收|招|需要?|须|需求|征集|名额|人数|安排|计划|邀请|组织|数量|规模|共|共计|各|每[一-鿿]{1,4}|限|限额|约|大约|拟|额满|派|出动|need(?:ed|s)?|looking for|seeking|want(?:ed)?|recruiting|spots?|openings?|capacity|headcount|volunteers?)"
_COUNT = re.compile(
    rf"(?P<bound>{_LEAST}|{_MOST})?\s*[::]?\s*(?:约|大约|about|around)?\s*(?<![\d./\-~第])(?<!\d:)(?P<low>{_N})(?:\s?(?:名|人|位))?(?:{TO}(?P<high>{_N}))?\s?(?:(?P<unit>{_UNIT})|(?=\s?{_WHO}))(?P<after>以上|以下|以内|之内|左右|及以上|起|\+)?"
)
_BARE = re.compile(
    rf"(?:人数|名额|人员数量|headcount|spots?|openings?|capacity|volunteers? needed|number of volunteers)(?:要求|限制|上限|available)?\s*(?:\([^()]*\))?\s*[::为是]\s*(?P<bound>{_LEAST}|{_MOST})?\s*(?:约|共|about)?\s*(?P<low>{_N})(?:{TO}(?P<high>{_N}))?(?P<after>以上|以下|以内|左右|\+)?(?![\d:.点时月年/])"
)
_PER: tuple[tuple[Per, str], ...] = (
    ("day", r"每天|每日|每晚|per day|each day|a day|daily"),
    ("session", r"每场次?|每次|每个?时间?段|每班次?|每个?班次|每期|每周|每周末|per (?:shift|session)|each (?:shift|session)|上午|下午"),
    ("place", r"每个?(?:点位?|站点|社区|小区|校区|路口|网格|岗位?|地点|楼|门|卡口)|各(?!类|种|自|项|级|位)|per site|each site"),
    ("group", r"每组|每个?小组|每队|per team|each team"),
)  # fmt: skip
_PER_AFTER: tuple[tuple[Per, str], ...] = (
    ("day", r"(?:/|per|each|a|一|每)\s?(?:天|日|day)"),
    ("session", r"(?:/|per|each|一|每)\s?(?:班次?|场次?|次|时段|shift|session)"),
    ("group", r"(?:/|per|each|一|每)\s?(?:组|队|team|group)"),
    ("place", r"(?:/|per|each|每)\s?(?:点位?|站|处|岗|site|location)"),
)
# A clause that is nothing but a number of people, with or without their trade: 护士2名.
_ALONE = re.compile(r"[\s\d.、)(]*[一-鿿]{0,8}?[::]?\s*$")
_TOTAL = re.compile(r"共计?|合计|总共|总计|一共|总人数|in total|altogether|\btotal\b")
_SERVED = re.compile(
    r"服务(?:群众|居民|老人|对象|市民|学生|儿童)?[^,。;\n]{0,6}$|惠及[^,。;\n]{0,6}$|(?:参加|参与)(?:活动)?(?:的)?(?:人数|群众|居民|人员)[^,。;\n]{0,6}$|预计[^,。;\n]{0,4}$|吸引[^,。;\n]{0,4}$|帮助[^,。;\n]{0,4}$|慰问[^,。;\n]{0,4}$|为[^,。;\n]{0,4}$|走访[^,。;\n]{0,4}$|已有?[^,。;\n]{0,6}$|现有[^,。;\n]{0,6}$"
    r"|(?:serve|serving|helped|reach(?:ing)?|feed(?:ing)?)\s+(?:about |over |some )?$"
)
_SERVED_AFTER = re.compile(
    r"\s*(?:以上)?的?(?:老人|老年|儿童|孩子|居民|群众|学员|患者|困难|住户|市民|户|残疾|观众|游客|小朋友|参加活动|guests|seniors|residents|families|children|kids|patients)"
)
_ROLE = re.compile(
    r"(?:组|岗|点|区|处|志愿者|引导|登记|维护|队|人员|劝导|分类|侧|幢|员|门|棚|台|负责人|组长)\s*[::]?\s*$"
)
_HELPERS = re.compile(r"(?:志愿者|义工|人员|助教|volunteers?)\s*[::]?\s*$")
_SOME = re.compile(r"若干名?|一批|数名|多名(?=志愿)|several volunteers|some volunteers|不限名额|名额不限|人数不限")
_SEXES = re.compile(r"男女\s*各\s*$|男、?女生?各\s*$")


@dataclasses.dataclass(frozen=True, slots=True)
class HeadCount:
    """How many people are wanted.

    Attributes
    ----------
    least, most : int or None
        On each occasion where `per` says which, else in all.
    per : {"", "day", "session", "place", "group"}
        What the numbers are for; empty where the notice does not say.
    total : int or None
        In all, where the notice states it beside a number for each occasion.
    """

    least: int | None
    most: int | None
    per: Per = ""
    total: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Count:
    least: int | None
    most: int | None
    per: Per
    is_total: bool
    is_role: bool
    is_sure: bool
    rank: int
    stretch: tuple[int, int]


def read_number(text: str) -> int | None:
    """Return a number in figures or in Chinese.

    Parameters
    ----------
    text : str
        Of either.

    Returns
    -------
    number : int or None
    """
    return int(text) if text.isdigit() else chinese_number(text)


def read_people(notice: NoticeText) -> Found[HeadCount]:
    """Read the head-count of a notice.

    Parameters
    ----------
    notice : NoticeText
        Cut.

    Returns
    -------
    people : Found of HeadCount
    """
    counts = [each for each in (_count(found, notice) for found in _candidates(notice.text)) if each]
    wanted = [each for each in counts if not each.is_role]
    if not wanted:
        return _roles(counts, notice)
    wanted = [each for each in wanted if each.rank == min(other.rank for other in wanted)]
    totals = [each for each in wanted if each.is_total]
    single = [each for each in wanted if not each.is_total]
    values = dict.fromkeys((each.least, each.most, each.per) for each in single)
    stretches = tuple(each.stretch for each in wanted)
    total = totals[0].most if totals else None
    if not single:
        differ = len({(each.least, each.most) for each in totals}) > 1
        return Found(HeadCount(totals[0].least, totals[0].most), stretches, ("people_conflict",) if differ else ())
    doubts: tuple[str, ...] = () if all(each.is_sure for each in single) else ("people_unsure",)
    best = next((each for each in single if each.per), single[0])
    whole = next((each for each in single if not each.per), None)
    if whole is not None and best.per and len(values) == 2:
        # 30人（分3组，每组10人): the whole beside its parts; 每天8人，24人: the occasion beside the whole
        if best.per in {"group", "place"}:
            return Found(HeadCount(whole.least, whole.most), stretches, doubts)
        total = total or whole.most
    elif len(values) > 1:
        doubts = (*doubts, "people_conflict")
    if best.per in {"place", "group"}:
        doubts = (*doubts, "people_per_place")
    return Found(HeadCount(best.least, best.most, best.per, total), stretches, doubts)


def _candidates(text: str) -> list[re.Match[str]]:
    bare = list(_BARE.finditer(text))
    taken = [found.span() for found in bare]
    return sorted(
        [
            *bare,
            *(each for each in _COUNT.finditer(text) if not any(a < each.end() and each.start() < b for a, b in taken)),
        ],
        key=lambda found: found.start(),
    )


def _count(found: re.Match[str], notice: NoticeText) -> _Count | None:
    low, high = read_number(found["low"]), read_number(found["high"] or found["low"])
    start, end = notice.clause(found.start("low"))
    before, after = notice.text[start : found.start("low")], notice.text[found.end() : end]
    topic = notice.topic_at(found.start("low"))
    if low is None or high is None or not 0 < low <= high or topic in {"served", "contact", "rules"}:
        return None
    if _SERVED.search(before) or _SERVED_AFTER.match(after) or re.match(r"\s*[一1]组|\s*(?:为|一)(?:组|队)", after):
        return None
    least, most = _bounded(low, high, found["bound"] or "", found["after"] or "")
    if _SEXES.search(before):
        least, most = (least * 2 if least else None), (most * 2 if most else None)
        per: Per = ""
    else:
        per = _per(before) or _per_after(notice.text[found.end("low") : end])
    said_people = topic == "people"
    said = (
        said_people
        or ("low" not in before and re.search(_WORDS, before))
        or re.match(rf"\s?{_WHO}", notice.text[found.end("low") : end])
    )
    is_bare = found.re is _BARE
    is_total = bool(_TOTAL.search(before[-6:])) and not per
    has_verb = bool(re.search(r"招募|招聘|需要|需|安排|征集|need|seek|looking for|recruit|want", before[-14:]))
    is_role = (
        not is_bare and not per and not is_total and not has_verb and _is_role(before, after, said_people=said_people)
    )
    is_alone = topic not in {"rules", "require", "when"} or "\n" not in after
    is_alone = is_alone and _ALONE.fullmatch(before) is not None and not re.search("[一-鿿a-z]", after)
    if not (said or is_bare or is_role or is_total or is_alone or found["bound"]):
        return None
    approximate = (found["after"] or "") == "左右" or re.search("约|about|around", before[-4:] + found.group()[:6])
    # A number under its heading says most, then one that is asked for, then one beside the word for helpers.
    rank = 0 if is_bare or said_people else 1 if has_verb else 2
    return _Count(least, most, per, is_total, is_role, not approximate, rank, (found.start("low"), found.end()))


def _is_role(before: str, after: str, *, said_people: bool) -> bool:
    if said_people:
        return _ROLE.search(before) is not None and _HELPERS.fullmatch(before.strip()) is None
    if re.fullmatch(r"\s*负责.*", after, re.DOTALL):
        return True
    return _ROLE.search(before) is not None and _HELPERS.fullmatch(before.strip(" \n需招募要求:")) is None


def _bounded(low: int, high: int, bound: str, after: str) -> tuple[int | None, int | None]:
    if low == high:
        if re.fullmatch(_LEAST, bound) or after in {"以上", "及以上", "起", "+"}:
            return low, None
        if re.fullmatch(_MOST, bound) or after in {"以下", "以内", "之内"}:
            return None, high
    return low, high


def _per(before: str) -> Per:
    for per, words in _PER:
        found = None
        for found in re.finditer(words, before):  # noqa: B007  the last one is meant
            pass
        if found and len(before) - found.end() <= (
            3 if words.startswith("每场") and found.group() in {"上午", "下午"} else 12
        ):
            return per
    return ""


def _per_after(after: str) -> Per:
    for per, words in _PER_AFTER:
        if re.match(rf"\s?(?:{TO}\d+)?\s?(?:名|人|位)?\s?(?:志愿者|volunteers?|people|helpers)?\s?{words}", after):
            return per
    return ""


def _roles(counts: list[_Count], notice: NoticeText) -> Found[HeadCount]:
    """Where only the roles have numbers, their sum is a proposal that is asked about."""
    if not counts:
        some = _SOME.search(notice.text)
        return Found(None, (some.span(),), ("people_some",)) if some else Found(None)
    least = sum(each.least or each.most or 0 for each in counts)
    most = sum(each.most or each.least or 0 for each in counts)
    return Found(
        HeadCount(least, most), tuple(each.stretch for each in counts), ("people_of_roles",) if len(counts) > 1 else ()
    )
