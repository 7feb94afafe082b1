"""Invented names, and phone numbers that nobody can have."""

import random

from matching.records import Gender
from matching.samples.texts import read_texts

_SURNAMES = (
    *"王李张刘陈杨赵郭马宋孙周吴徐朱胡高林何梁郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白",
    *"崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文申路牛原桑桂元靳",
    "申屠",
    "欧阳",
)
# The first surnames are the common ones: how many extra tickets each holds in the draw.
_TICKETS: list[str] = [name for i, name in enumerate(_SURNAMES) for _ in range(max(1, 14 - i))]
_GIVEN = {
    of: (first.split(), second.split())
    for of, (first, second) in {
        (Gender.MALE, 0): ("建 国 志 长 永 新 福 保 德 玉 金 广 文 学 庆 振 清 兴 全 天", "民 军 明 山 林 海 生 顺 喜 中 河 州 江 贵 成 忠 才 田 祥 来"),
        (Gender.FEMALE, 0): ("秀 桂 玉 淑 凤 素 爱 春 翠 月 金 兰 瑞 巧 银 改 书 香 彩 慧", "英 兰 珍 芳 荣 梅 云 香 花 枝 平 霞 琴 娥 莲 芬 菊 琴 玲 仙"),
        (Gender.MALE, 1): ("志 海 文 晓 建 永 红 学 卫 利 保 向 振 新 长 少 景 庆 国 亚", "峰 涛 波 刚 勇 伟 斌 辉 杰 鹏 亮 军 强 东 飞 超 宾 钢 磊 玺"),
        (Gender.FEMALE, 1): ("晓 丽 红 海 艳 雪 文 亚 春 爱 俊 彦 玉 瑞 利 小 会 慧 志 静", "霞 娜 敏 燕 芳 丽 红 玲 娟 萍 艳 莉 平 云 梅 珍 琴 华 婷 英"),
        (Gender.MALE, 2): ("子 浩 宇 俊 泽 博 一 梓 明 嘉 昊 思 承 书 天 家 铭 景 奕 睿", "轩 然 涵 宇 辰 豪 航 阳 霖 哲 凯 洋 瑞 鑫 远 恒 泽 帆 朗 安"),
        (Gender.FEMALE, 2): ("雨 欣 诗 梦 佳 子 思 若 梓 晨 语 雅 怡 静 可 一 书 嘉 紫 沐", "涵 怡 彤 琪 萱 瑶 妍 婷 雯 悦 宁 菲 莹 蕾 琳 溪 桐 雪 曦 禾"),
    }.items()
}  # fmt: skip


def impossible_phone(number: int) -> str:
    """Return a phone number of eleven digits that no operator issues.

    Parameters
    ----------
    number : int in [0, 10**8)
        Serial number; different numbers have different phones.

    Returns
    -------
    phone : str
        Starts with 100, while a mobile phone of China starts with 13 to 19.

    Examples
    --------
    >>> impossible_phone(0)
    '10000000017'
    """
    # A multiplier that shares no factor with 10**8 permutes the numbers, so they look scattered and never repeat.
    return f"100{(number * 48_271_837 + 17) % 10**8:08d}"


class Names:
    """Gives names out, each only once in a district."""

    def __init__(self) -> None:
        # Names that a reader would take for somebody in particular are taken from the start.
        self._taken = {row["name"] for row in read_texts("well_known")}

    def take(self, rng: random.Random, gender: Gender, birth_year: int, *, surname: str | None = None) -> str:
        """Return a name that nobody has yet.

        Parameters
        ----------
        rng : random.Random
            Stream of random numbers.
        gender : Gender
            Of the person.
        birth_year : int
            Names follow the fashion of the years.
        surname : str, optional
            Where the person shares it with the family.

        Returns
        -------
        name : str
        """
        generation = 0 if birth_year < 1966 else 1 if birth_year < 1991 else 2
        first, second = _GIVEN[gender, generation]
        attempt = 0
        while True:
            family = surname if surname and attempt < 20 else rng.choice(_TICKETS)
            name = family + rng.choice(first) + rng.choice(second)
            if attempt > 30:  # a large city uses up the plain names
                name = rng.choice(_SURNAMES) + rng.choice(first) + rng.choice(_GIVEN[gender, attempt % 3][1])
            attempt += 1
            if name[-1] != name[-2] and name not in self._taken:
                self._taken.add(name)
                return name


def draw_surname(rng: random.Random) -> str:
    """Return a surname, the common ones more often.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.

    Returns
    -------
    surname : str
    """
    return rng.choice(_TICKETS)
