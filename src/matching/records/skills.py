"""Skills: the entries of the taxonomy, and what a person claims or a need asks of one."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from matching.records.choices import Level
from matching.records.columns import CellType, Personal, Record, column


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class SkillClaim:
    """A skill in the words of whoever wrote it, with a level where one was stated.

    Attributes
    ----------
    name : str
        As written: a name of the taxonomy, an everyday word, or a phrase.
    level : Level or None
        None where nothing was said, which is not the same as a low level.
    """

    name: str
    level: Level | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Record):
    """An entry of the skill taxonomy."""

    skill_id: str = column("技能编号", "Skill ID", CellType.CODE, key=True, example="S-0101")
    name: str = column("技能名称", "Skill", required=True, aliases=("技能", "名称"), example="水管维修")
    family: str = column("技能类别", "Family", required=True, aliases=("类别", "大类"), example="水电维修")
    english: str | None = column("英文名称", "English name", aliases=("英文", "英文名"), example="Plumbing repair")
    aliases: tuple[str, ...] = column(
        "常用说法", "Aliases", CellType.TEXTS, aliases=("别名", "俗称"), example="修水管、水管爆了、水龙头漏水"
    )
    related: tuple[str, ...] = column("相关技能", "Related skills", CellType.TEXTS, example="S-0102")
    part_of: str | None = column("上级技能", "Part of", CellType.CODE, example="S-0100")
    licence: tuple[str, ...] = column(
        "所需资质", "Licence needed", CellType.TEXTS, aliases=("所需证书",), example="低压电工作业证"
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SkillWord(Record):
    """Somebody decided which skill a word of the district means; later readings remember. A reversal takes it back."""

    word_id: str = column("说法编号", "Word ID", CellType.CODE, key=True)
    word: str = column("说法", "Word", required=True, example="跑腿儿")
    skill_id: str = column("技能编号", "Skill ID", CellType.CODE, required=True, example="S-0102")
    by: str = column("认定人", "By", required=True, personal=Personal.NAME)
    at: dt.datetime = column("认定时间", "At", CellType.MOMENT, required=True)
    reason: str | None = column("理由", "Reason")
    reverses: str | None = column("撤销认定", "Reverses", CellType.CODE)


def accepted_words(words: Iterable[SkillWord]) -> dict[str, str]:
    """Return the words that hold now, with the skill that each means.

    Parameters
    ----------
    words : iterable of SkillWord
        All decisions, in any order.

    Returns
    -------
    accepted : dict of str to str
        Number of the skill by word; of several decisions on one word the latest that was not taken back.
    """
    every = sorted(words, key=lambda each: each.at)
    reversed_ids = {each.reverses for each in every if each.reverses}
    return {each.word: each.skill_id for each in every if each.reverses is None and each.word_id not in reversed_ids}
