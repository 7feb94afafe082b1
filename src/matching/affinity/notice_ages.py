"""Which age, and which sex, a notice asks of those who help."""

import dataclasses
import re

from matching.affinity.notice_people import read_number
from matching.affinity.notice_text import TO, Found, NoticeText
from matching.records import Gender

_AGE_RANGE = re.compile(
    rf"(?P<low>\d{{1,2}}|[一二三四五六七八九十]{{2,3}})\s?(?:周?岁)?{TO}(?P<high>\d{{1,2}}|[一二三四五六七八九十]{{2,3}})\s?(?:周?岁|years?(?: old)?|(?<=\d)(?= ?(?:y/?o|yrs)))(?P<tail>之间|以内|以下)?"
)
_AGE_LABELLED = re.compile(
    rf"(?:年龄|\bages?\b|\baged\b)[^,。;\n\d]{{0,8}}?(?P<low>\d{{1,2}})\s?(?:周?岁)?(?:{TO}|\s?(?:and|至)\s?)(?P<high>\d{{1,2}})(?![\d:])"
)
_AGE_MIN = re.compile(
    r"(?:年满|已满|须满|需满|满|不低于|不小于|大于|至少|最低年龄[::]?)\s?(?P<a>\d{1,2}|[一二三四五六七八九十]{2,3})\s?周?岁"
    r"|(?P<b>\d{1,2}|[一二三四五六七八九十]{2,3})\s?周?岁\s?(?:\(含\)|含)?\s?(?:及其?|或)?\s?(?:以上|往上|起)"
    r"|(?<!\d)(?P<c>\d{1,2})\s?(?:\+|(?:years? (?:old |of age )?)?(?:and|or) (?:over|older|up|above))"
    r"|(?:at least|minimum age:?(?: of)?|over|must be)\s(?P<d>\d{1,2})(?= ?(?:years|yrs|\b)(?! ?(?:people|volunteers|hours|minutes|%)))(?=\s?(?:years|yrs|or|,|\.|$|\n|to (?:join|volunteer)))"
)
_AGE_MAX = re.compile(
    r"(?:不超过|不大于|不高于|最高年龄[::]?|小于|未满|至多|限)\s?(?P<a>\d{1,2}|[一二三四五六七八九十]{2,3})\s?周?岁(?!以上|至|到|-|~|—|–)"
    r"|(?P<b>\d{1,2}|[一二三四五六七八九十]{2,3})\s?周?岁\s?(?:\(含\)|含)?\s?(?:及|或)?\s?(?:以下|以内|之内|往下)"
    r"|\b(?:under|below|no older than|up to age)\s(?P<c>\d{1,2})\b"
)
_BORN = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:以后|之后|后|以前|之前|前)出生")
_NOT_HELPER = re.compile(
    r"\s*(?:的|之间的)?(?:独居|高龄|困难|失能|空巢|孤寡|留守)?(?:老人|老年|长者|儿童|孩子|少儿|小朋友|幼儿|婴|青少年学生|患者|居民|群众|妇女(?!志愿)|宝宝|seniors|children|kids|students who|residents)"
)
_BRING = re.compile(r"(?:禁止|不得|请勿|谢绝|不能)[^,。;\n]{0,6}$|携带\s*$")
_GUARDIAN = re.compile(
    r"\s*(?:的)?[^,。;\n\d]{0,8},?[^,。;\n\d]{0,8}(?:监护人|家长|父母|陪同|陪伴|guardian|parent|accompanied)"
)
_PREFERRED = re.compile(r"[^,。;\n]{0,6}优先|preferred")
_WOMEN = re.compile(
    r"(?:限|必须是|必须为|须为|仅限|只限|要求)(?:为)?(?:女性|女士|女生|女)(?!子|儿)|(?:性别[::]\s*女(?!士优先))|女性志愿者\d|\bwomen only\b|\bfemale only\b"
)
_MEN = re.compile(
    r"(?:限|必须是|必须为|须为|仅限|只限|要求)(?:为)?(?:男性|男士|男生|男)(?!女)|性别[::]\s*男(?!女)|\bmen only\b|\bmale only\b"
)


@dataclasses.dataclass(frozen=True, slots=True)
class AgeRange:
    """Age limits in completed years, both included; None where there is none."""

    least: int | None
    most: int | None


@dataclasses.dataclass(slots=True)
class _Limits:
    """What has been found so far: each limit with its place, the stretches used up, the questions."""

    least: dict[int, tuple[int, int]] = dataclasses.field(default_factory=dict)
    most: dict[int, tuple[int, int]] = dataclasses.field(default_factory=dict)
    taken: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    doubts: dict[str, tuple[int, int]] = dataclasses.field(default_factory=dict)

    def is_taken(self, found: re.Match[str]) -> bool:
        return any(start < found.end() and found.start() < end for start, end in self.taken)


def read_ages(notice: NoticeText) -> Found[AgeRange]:
    """Read the age limits for those who help; ages of those who are helped are passed over.

    Parameters
    ----------
    notice : NoticeText
        Cut.

    Returns
    -------
    ages : Found of AgeRange
    """
    limits = _Limits()
    for pattern in (_AGE_RANGE, _AGE_LABELLED):
        for found in pattern.finditer(notice.text):
            if not limits.is_taken(found):
                _take_range(limits, found, notice)
    for found in _AGE_MIN.finditer(notice.text):
        if not limits.is_taken(found) and not _is_other(found, notice):
            limits.least.setdefault(_first_number(found), found.span())
    for found in _AGE_MAX.finditer(notice.text):
        if not limits.is_taken(found) and not _is_other(found, notice):
            _take_most(limits, found, notice)
    if born := _BORN.search(notice.text):
        limits.doubts["age_born"] = born.span()
    return _age_range(limits)


def _take_range(limits: _Limits, found: re.Match[str], notice: NoticeText) -> None:
    limits.taken.append(found.span())
    low, high = read_number(found["low"]), read_number(found["high"])
    if low is None or high is None or not 0 < low <= high <= 120 or _is_other(found, notice):
        return
    if _GUARDIAN.match(notice.text, found.end()):
        limits.doubts["age_guardian"] = found.span()
        return
    limits.least.setdefault(low, found.span())
    limits.most.setdefault(high, found.span())


def _take_most(limits: _Limits, found: re.Match[str], notice: NoticeText) -> None:
    """Tell 60岁以下 from 未满18岁不能参加, which sets the least age."""
    words, number = found.group(), _first_number(found)
    if _GUARDIAN.match(notice.text, found.end()):
        limits.doubts["age_guardian"] = found.span()
    elif words.startswith(("未满", "小于")):
        limits.least.setdefault(number, found.span())
    else:
        limits.most.setdefault(number - words.startswith(("under", "below")), found.span())


def _first_number(found: re.Match[str]) -> int:
    return next(number for value in found.groups() if value and (number := read_number(value)) is not None)


def _is_other(found: re.Match[str], notice: NoticeText) -> bool:
    """Say whether an age is that of the people helped, or only a preference."""
    start, end = notice.clause(found.start())
    before, after = notice.text[start : found.start()], notice.text[found.end() : max(end, found.end())]
    if notice.topic_at(found.start()) == "served" or re.search(r"服务对象|帮助|关爱|慰问|看望|针对|为$", before):
        return True
    return bool(_NOT_HELPER.match(after) or _BRING.search(before) or _PREFERRED.match(after))


def _age_range(limits: _Limits) -> Found[AgeRange]:
    doubts = tuple(limits.doubts)
    stretches = tuple(dict.fromkeys([*limits.least.values(), *limits.most.values(), *limits.doubts.values()]))
    if not limits.least and not limits.most:
        return Found(None, stretches, doubts)
    if len(limits.least) > 1 or len(limits.most) > 1:
        doubts = (*doubts, "age_conflict")
    low, high = min(limits.least, default=None), max(limits.most, default=None)
    if low is not None and high is not None and low > high:
        return Found(None, stretches, (*doubts, "age_conflict"))
    return Found(AgeRange(low, high), stretches, doubts)


def read_gender(notice: NoticeText) -> Found[Gender]:
    """Read whether only women or only men are wanted.

    Parameters
    ----------
    notice : NoticeText
        Cut.

    Returns
    -------
    gender : Found of Gender
    """
    women, men = _WOMEN.search(notice.text), _MEN.search(notice.text)
    if women and men:
        return Found(None, (women.span(), men.span()), ("gender_conflict",))
    for found, gender in ((women, Gender.FEMALE), (men, Gender.MALE)):
        if found and not _PREFERRED.match(notice.text, found.end()):
            return Found(gender, (found.span(),))
    return Found(None)
