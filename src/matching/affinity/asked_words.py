"""Which words of a long description say what is wanted: the title of a letter, the tasks of a notice."""

import dataclasses
import re
from collections.abc import Sequence

import numpy as np

from matching.affinity.notice_matter import matter_of, without_callers
from matching.affinity.notice_text import cut_notice
from matching.affinity.skill_reader import SkillMention

# A description of this length or less is all matter.
SHORT = 80
# A first sentence longer than this is no title.
TITLE = 60
# What the title says of a skill counts this much more than once: it is about one thing, where a letter goes on to others.
TITLE_WEIGHT = 1.0
# The topic that a long text says most of counts as if it had this score and the others in proportion: what is repeated
# for pages makes every topic all but certain, and would make them equal.
EVEN_SCORE = 1.0
# Two words of recruiting, or headings, make a notice.
_RECRUITING = re.compile(
    r"招募|志愿者|志愿服务|志愿活动|义工|签到|报名|活动(?:时间|地点|内容|主题)|服务(?:时间|地点|内容)"
    r"|\bvolunteers?\b|\bsign up\b|\bregister\b"
)
_CALLED = re.compile(
    r"青年志愿者?|志愿者们?|义工|志愿服务|志愿队?|招募|学校|学院|大学生?|校区|同学们?|协会|社会组织|微信群?|qq群?|app"
    r"|(?:学习?)?雷锋(?:精神|纪念日|日|月)?|弘扬|践行|精神|(?<!社会)工作(?![室站])|活动(?![室中])|体育[馆场]|[一-鿿]{2,4}(?:车站|公园)"
)
_FIRST = re.compile(r"\s*([^。！？!?\n]+)[。！？!?\n]")
# A room is borrowed, not skilled: 开会得借个能坐八十人的地方 asks nobody to chair a meeting.
_ROOM = re.compile(
    r"[^,，。;；!！?？\n]*(?:"
    r"(?:借|租|腾|找|要|缺|没有?|哪里?有)[^,，。;；!！?？\n]{0,10}(?:地方|场地|场所|会议室|礼堂|大?厅|活动室|教室|屋子|房间)"
    r"|(?:坐|容|站)(?:得下|下|纳)?[一二三四五六七八九十百两几\d]+来?多?(?:个|号|位)?人|(?:地方|场地)(?:宽敞|大)"
    r")[^,，。;；!！?？\n]*"
)
_GREETING = re.compile(
    r"(?:尊敬的|敬爱的)?[一-鿿]{0,8}?(?:书记|市长|县长|区长|镇长|领导|同志|政府)们?[:：,，、]?\s*(?:您好|你好|你们好)[!！,，。:：]?|_x000D_"
)


@dataclasses.dataclass(frozen=True, slots=True)
class AskedWords:
    """What of a description is read for skills.

    Attributes
    ----------
    matter : str
        All that says what is wanted; never blank where the description is not.
    title : str
        What stands above a long one; empty where there is none.
    is_long : bool
        Whether it goes on for so long that it may have several topics.
    """

    matter: str
    title: str = ""
    is_long: bool = False


def asked_words(description: str) -> AskedWords:
    """Take from a description what says what is wanted.

    Parameters
    ----------
    description : str
        A resident's sentence, a letter or a notice.

    Returns
    -------
    asked : AskedWords

    Examples
    --------
    >>> asked_words("水管爆了")
    AskedWords(matter='水管爆了', title='', is_long=False)
    """
    if len(description) <= SHORT:
        return AskedWords(description)
    found = _FIRST.match(description)
    title = found[1] if found and len(found[1]) <= TITLE else ""
    notice = cut_notice(description)
    if len({each.group() for each in _RECRUITING.finditer(notice.text)}) > 1:
        tasks = "\n".join(_tasks(notice.text[start:end]) for start, end in matter_of(notice))
        return AskedWords(tasks if tasks.strip() else description, _tasks(title), is_long=True)
    plain = _GREETING.sub(" ", description)
    return AskedWords(plain if plain.strip() else description, title, is_long=True)


def without_rooms(description: str) -> str:
    """Take away the clauses that ask for a room: what it is wanted for is no skill that is asked of anybody.

    Parameters
    ----------
    description : str
        Of a need that states what is to be lent.

    Returns
    -------
    description : str
        Blank where a room is all that it asks for.

    Examples
    --------
    >>> without_rooms("开会得借个能坐八十人的地方")
    ''
    >>> without_rooms("借个活动室，还要人教剪纸")
    '还要人教剪纸'
    """
    return _ROOM.sub("", description).strip(" ,，。;；!！?？\n")


def _tasks(text: str) -> str:
    """Blank those who call and those who are called: in a notice they are everybody, and never the work."""
    return _CALLED.sub("\n", without_callers(text))


def weigh_topics(mentions: Sequence[SkillMention], titled: Sequence[SkillMention]) -> tuple[SkillMention, ...]:
    """Tell the topics of a long text apart: what is repeated for pages makes every one of them all but certain.

    Parameters
    ----------
    mentions : sequence of SkillMention
        Read from the whole.
    titled : sequence of SkillMention
        Read from the title alone, which speaks once more for them.

    Returns
    -------
    mentions : tuple of SkillMention
        The same skills, the surest first and as sure as it was; the others less sure in the proportion of their scores.
    """
    more = {each.skill_id: score_of(each.confidence) for each in titled}
    scores = np.array([score_of(each.confidence) + TITLE_WEIGHT * more.get(each.skill_id, 0.0) for each in mentions])
    most = float(scores.max(initial=0.0))
    if most <= 0:
        return tuple(mentions)
    shares = np.expm1(-scores * min(1.0, EVEN_SCORE / most)) / np.expm1(-min(most, EVEN_SCORE))
    surest = -float(np.expm1(-most))
    weighed = [
        dataclasses.replace(each, confidence=float(surest * share))
        for each, share in zip(mentions, shares, strict=True)
    ]
    return tuple(sorted(weighed, key=lambda each: -each.confidence))


def score_of(confidence: float) -> float:
    """Return the score that a confidence stands for.

    Parameters
    ----------
    confidence : float in [0, 1]
        As of `SkillMention`.

    Returns
    -------
    score : float >= 0
        Finite, also where the confidence has come out as 1.
    """
    return -float(np.log1p(-min(confidence, 1 - 1e-15)))
