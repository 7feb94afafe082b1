"""What a text says about a skill that it names: can, cannot, wants to learn; a little, for years, with a licence."""

import re
from typing import Literal

from matching.records import Level

Purpose = Literal["offer", "need"]
PURPOSES: tuple[Purpose, ...] = ("offer", "need")

# What may stand between a word of denial and the skill: 不太会做…, 没有学过…, 不会弄什么…
_BETWEEN = (
    r"(?:再|太|怎么|大|是|去|做|弄|搞|干|学过?|碰过?|任何|什么|相关的?|这种|这些|那些|用|帮人?|给人|能|会|懂|有|得?了"
    r"|过|考|取得|拿到|具备|从事|参加|接触|擅长|打算|准备|想|愿意|熟悉|懂得|[到的地]|\s)*"
)
_CANNOT = r"(?:不会|不懂|不能|不敢|不太会|不擅长|不熟悉|不想|不愿|不做|不接|不干|没有|没学|没做|没|未|无法|无|并非|不是|不具备|除了|除|[做干教修弄搬开][不没](?:了|动|成)|(?<![会能得要])不再?)"
_CANNOT_EN = (
    r"(?:\b(?:cannot|can't|can ?not|don't|do not|does not|doesn't|not|no|never|without|unable to)\b"
    r"(?:\s+(?:do|done|did|know|learned|learnt|tried|studied|have|had|any|a|an|the|very|much|really|good at|able to|work with|experience in|experience with|how to|want to))*\s*)"
)
_NO_WISH = r"(?:不需要|无需|不必|不用|用不着|不再需要|不想要)"
_NO_WISH_EN = r"(?:\b(?:no need (?:for|of)|(?:do not|don't|does not|doesn't) need|not looking for|no longer need)\b(?:\s+(?:a|an|any|the))*\s*)"
# 不是不会 and 没有不会的 affirm; 不光会, 不但会, 不仅会 do too and match nothing here.
_AFFIRMED_BEFORE = re.compile(r"(?:不是|没有|没|并非|无)$")

_DENIED_OFFER = re.compile(rf"(?P<word>{_CANNOT}){_BETWEEN}$|(?P<english>{_CANNOT_EN})$")
_DENIED_NEED = re.compile(rf"(?P<word>{_NO_WISH}){_BETWEEN}$|(?P<english>{_NO_WISH_EN})$")
_DENIED_AFTER = re.compile(
    r"(?:我|本人)?(?:也|都|还|真的|可|就|倒|根本|完全|实在)*"
    r"(?:不会|不懂|不行|不擅长|不熟|没学过|没做过|没有(?!问题|困难|意见|压力)|做不了|干不了|搬不了|开不了|教不了|弄不了|不敢|不能做|不做|不接|除外|暂不)"
    r"|(?:很|非常|特别)?感兴趣,?\s*(?:但|可|就是)?(?:想学|不会|没学)|,?(?:但|可)?我(?:自己)?(?:不会|不行)(?=$|[。;!])"
)
# The wish must come right before the skill: 想学摄影 is a wish, 想学生放学有人管 is not.
_WISH = re.compile(
    r"(?:(?:想|希望|需要?|盼着?|求|请)(?:请|找|有|能有|来)?(?:个|位|一个|一位)?(?:人|师傅|老师|志愿者|好心人|哪位)(?:来|能|给|帮我?|帮忙|教我?|教教我|上门)*"
    r"|(?:looking for|(?<!you )need|needs?|seeking) (?:a |an |some |someone for )?"
    r"|报名学|(?:想|希望|打算|准备|愿意|正在|在)(?:要|能|跟着|报名)*学(?:习|会|一下|点)?|想请教|求教"
    r"|(?:want|wants|would like|hope|like) to learn(?: about| how to)?|learning)\s*$"
)
# 以前会理发,现在手抖做不了: what is over is no offer; 曾经是木工,退休十年 says nothing of being unable.
_ONCE = re.compile(r"(?:以前|从前|过去|曾经?|早年|年轻时|原来|\bused to\b|\bformerly\b)[^。;!]*$")
_OVER = re.compile(
    r"^[^。;!]*?(?:(?:现在|如今|现|已经?|后来|眼下)[^。;!]{0,8}?(?:不会|不能|不做|不干|不行|不了|不动|放弃|忘了)|no longer|not any ?more|gave it up)"
)
# 会开车、理发: what is said of the first is said of the second, if nothing but a comma of enumeration parts them.
_ENUMERATION = re.compile(r"(?:\s*[、/和或及与跟,]\s*|\s*(?:也?不会|以及|或者|还有| or | nor | and )\s*)")
# 除了不会开车,理发都行: the exception ends at its comma.
_EXCEPTION = re.compile(r"除了?[^,。;!]*$")
_STARTS_DENIED = re.compile(
    r"不会|不能|没有|没人|没学|不懂|没(?=[一-鿿])|(?:can't|cannot|won't|doesn't|don't|didn't|no|not|nobody|never)\b"
)
_STARTS_ABLE = re.compile(r"会(?!计|议|员|场|所|展)|有|能|懂")
_TURN = "但却可而"

_LEVELS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (Level.LICENSED, re.compile(
        r"持(?:有)?证|持[一-鿿]{0,8}证|有[一-鿿]{0,10}(?<!保)证(?!明|据|券|件|人)|执业|持有|证书|资格证|上岗证|注册[一-鿿]{1,6}师|取得[一-鿿]{0,8}资格"
        r"|考(?:了|过|取|到)[一-鿿]{0,8}证|师[一二三]级|[一二三]级[一-鿿]{2,6}[师员工]|\blicen[sc]ed?\b|\bcertified\b|\bcertificate\b")),
    (Level.KNOWS, re.compile(
        r"略懂|懂一点|懂一些|懂点|会一点|会一些|会点|一点点|略知|略会|了解|爱好|喜欢|初学|入门|业余|知道(?:一点|一些)|刚学|学过|看过|皮毛|不太熟|水平一般|一般般|马马虎虎|凑合"
        r"|\bbasic\b|\bbeginner\b|\bsome knowledge\b|\ba little\b|\bhobby\b")),
    (Level.PRACTISES, re.compile(
        r"精通|擅长|熟练|熟悉|多年|几十年|[一二两三四五六七八九十百0-9]+\s*(?:多|来)?年|专业|老师傅|从事|教过|能教|有经验|经验丰富|拿手|骨干|教练"
        r"|\bexperienced\b|\bprofessional\b|\byears\b|\bskilled\b|\bexpert\b|\bfluent\b")),
)  # fmt: skip
_LICENCE_NAME = re.compile(r"证$|执业|licen[sc]e")
_DENIES_ALL = {
    "offer": re.compile(
        r"(?<!不是)(?:不会|不懂|不能|不敢|不擅长|没做|没学|没干|没搞|从没|从来没|从未|没有(?!问题|困难|意见|压力)|无法)|想学|希望学|除了?"
        r"|\b(?:cannot|can't|don't|never|not|no|without|unable|want to learn|learn to)\b"
    ),
    "need": re.compile(rf"{_NO_WISH}|{_NO_WISH_EN}"),
}
_CLAUSE_END = re.compile(r"[，。；！？,;!?\n]|\.(?=\s|$)")
_PHRASE_END = re.compile(r"[，。；！？、,;!?\n]|\.(?=\s|$)")
# What somebody who offers says of who they are or when they come: in a need the same words say what is wanted.
_BACKGROUND_WORDS = (
    "退休 在职 党员 高中 大专 中专 技校 学历 校长 学院 研究生 毕业生 应届毕业生 双休 周末 加班 休假 年休假 调休 上班 职位 岗位 待业 下岗 退伍 退役 转业 "
    "村委 村委会 城管 警察 民警 公务员 事业单位 事业编 学校 中学 小学 商户 国企 银行 户籍 户口 籍贯 旅游 干部职工 教育局 公安局 农村 编制 "
    "少数民族 港澳 物业 物业公司 人社局 公益 热心 乐于助人 单位 志愿服务"
)
BACKGROUND = frozenset(_BACKGROUND_WORDS.split())
# A turn ("但会做饭", "but I can cook") starts a new phrase, for which the denial before it does not hold.
_BACKGROUND = re.compile("|".join([*sorted(BACKGROUND, key=len, reverse=True), "但是?", "不过", "可是", r"\bbut\b"]))
# Farther away than this a word of denial or of level is about something else.
REACH = 28


def is_denied(text: str, start: int, end: int, *, purpose: Purpose) -> bool:
    """Say whether a text denies the skill that one of its stretches names.

    Parameters
    ----------
    text : str
        Folded.
    start, end : int
        Where the skill is named.
    purpose : {"offer", "need"}
        Who cannot drive offers no driving; who has nobody to drive needs a driver.

    Returns
    -------
    denied : bool

    Examples
    --------
    >>> is_denied("不会开车", 2, 4, purpose="offer"), is_denied("没人会修灯", 3, 5, purpose="need")
    (True, False)
    """
    before, after = text[max(0, start - REACH) : start], text[end : end + REACH]
    if purpose == "need":
        return _is_denied_before(before, _DENIED_NEED)
    named = text[start:end]
    if _STARTS_DENIED.match(named):
        return True
    able = _STARTS_ABLE.match(named)
    if able:
        before += able.group()
    if _ONCE.search(text[max(0, start - REACH) : start]) and _OVER.search(after):
        return True
    return (
        _is_denied_before(before, _DENIED_OFFER) or _WISH.search(before) is not None or bool(_DENIED_AFTER.match(after))
    )


def denies_all(phrase: str, *, purpose: Purpose) -> bool:
    """Say whether a phrase denies or wishes somewhere, so that nothing should be guessed from the rest of it.

    Parameters
    ----------
    phrase : str
        Folded, between two commas.
    purpose : {"offer", "need"}
        See `is_denied`.

    Returns
    -------
    denied : bool

    Examples
    --------
    >>> denies_all("从来没做过饭", purpose="offer"), denies_all("从来没做过饭", purpose="need")
    (True, False)
    """
    return _DENIES_ALL[purpose].search(phrase) is not None


def _is_denied_before(before: str, pattern: re.Pattern[str]) -> bool:
    clause = _CLAUSE_END.split(before)[-1]
    found = pattern.search(clause)
    if found is None:
        return False
    return _AFFIRMED_BEFORE.search(clause[: found.start()]) is None and not any(turn in found.group() for turn in _TURN)


def without_background(phrase: str, *, purpose: Purpose) -> str:
    r"""Blank the words of a phrase that say who somebody is rather than what they offer, and words of turning.

    Parameters
    ----------
    phrase : str
        Folded.
    purpose : {"offer", "need"}
        In a need nothing is blanked.

    Returns
    -------
    phrase : str
        Of the same length.

    Examples
    --------
    >>> without_background("退休电工", purpose="offer")
    '\n\n电工'
    """
    return _BACKGROUND.sub(lambda found: "\n" * len(found.group()), phrase) if purpose == "offer" else phrase


def continues(text: str, end: int, start: int) -> bool:
    """Say whether two namings are joined as in an enumeration, so that one denial holds for both.

    Parameters
    ----------
    text : str
        Folded.
    end : int
        Where the first naming ends.
    start : int
        Where the second begins.

    Returns
    -------
    joined : bool

    Examples
    --------
    >>> continues("不会开车、理发", 4, 5), continues("不会开车，会理发", 4, 6)
    (True, False)
    """
    if "," in text[end:start] and _EXCEPTION.search(text[max(0, end - REACH) : end]):
        return False
    return start <= end or _ENUMERATION.fullmatch(text[end:start]) is not None


def read_level(text: str, start: int, end: int) -> Level | None:
    """Read how well somebody says to know the skill that a stretch of the text names.

    Parameters
    ----------
    text : str
        Folded.
    start, end : int
        Where the skill is named.

    Returns
    -------
    level : Level or None
        None where nothing is said in the same clause.

    Examples
    --------
    >>> read_level("干了20年木工", 5, 7).value, read_level("有电工证", 1, 4).value, read_level("会理发", 1, 3)
    ('practises', 'licensed', None)
    """
    if _LICENCE_NAME.search(text[start:end]):
        return Level.LICENSED
    before = _PHRASE_END.split(text[max(0, start - REACH) : start])[-1]
    after = _PHRASE_END.split(text[end : end + REACH])[0]
    clause = before + text[start:end] + after
    for level, pattern in _LEVELS:
        found = pattern.search(clause)
        if found and not re.search(r"(?:没有?|无|未)$", clause[: found.start()]):
            return level
    return None
