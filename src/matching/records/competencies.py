"""The competency framework: what a cadre should be able to do, level by level, and what a post asks for."""

import dataclasses
import datetime as dt

from matching.records.columns import Breach, CellType, Personal, Record, column

LEVELS = (1, 2, 3, 4, 5)
"""Levels of a competency, from first steps to being able to teach it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Competency(Record):
    """A competency of the framework, with the behaviour that shows each level."""

    competency_id: str = column("能力编号", "Competency ID", CellType.CODE, key=True, aliases=("编号",), example="C-01")
    name: str = column("能力名称", "Competency", required=True, aliases=("能力", "能力项"), example="矛盾调解")
    part_of: str | None = column(
        "上级能力编号", "Part of", CellType.CODE, aliases=("上级能力",), refers_to="competencies", example="C-00"
    )
    description: str | None = column("能力说明", "Description", aliases=("说明",), example="把邻里、物业纠纷谈拢")
    level_1: str | None = column(
        "一级表现", "Behaviour at level 1", aliases=("1级表现",), example="能跟着老同志一起上门"
    )
    level_2: str | None = column("二级表现", "Behaviour at level 2", aliases=("2级表现",), example="能独立处理简单纠纷")
    level_3: str | None = column(
        "三级表现", "Behaviour at level 3", aliases=("3级表现",), example="能处理多户、反复的纠纷"
    )
    level_4: str | None = column("四级表现", "Behaviour at level 4", aliases=("4级表现",), example="能牵头部门联合调处")
    level_5: str | None = column("五级表现", "Behaviour at level 5", aliases=("5级表现",), example="能带出会调解的徒弟")
    skills: tuple[str, ...] = column(
        "对应技能", "Skills that exercise it", CellType.TEXTS, aliases=("相关技能",), example="邻里纠纷调解、物业收费纠纷调解",
        help_zh="技能目录里的名称：哪些需求和服务练这项能力", help_en="Names in the skill taxonomy: which needs and services exercise it",
    )  # fmt: skip

    def behaviour(self, level: int) -> str:
        """Return what somebody does who has reached a level.

        Parameters
        ----------
        level : int in 1..5
            The level.

        Returns
        -------
        words : str
            Empty where the framework says nothing.
        """
        return getattr(self, f"level_{level}") or ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Record):
    """The level of a competency that a kind of post asks for."""

    requirement_id: str = column(
        "要求编号", "Requirement ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="Q-01"
    )
    post_kind: str = column("岗位类别", "Kind of post", required=True, aliases=("人员类别",), example="社区工作者")
    competency_id: str = column(
        "能力编号", "Competency", CellType.CODE, required=True, refers_to="competencies", example="C-01"
    )
    level: int = column(
        "要求等级",
        "Level wanted",
        CellType.INTEGER,
        required=True,
        minimum=1,
        maximum=5,
        aliases=("要求级别",),
        example="3",
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Record):
    """An assessor's judgement of one person's level, with the evidence that it stands on."""

    assessment_id: str = column(
        "评定编号", "Assessment ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="A-0001"
    )
    person_id: str = column(
        "人员编号", "Person", CellType.CODE, required=True, aliases=("干部编号",), refers_to="people", example="K-01"
    )
    competency_id: str = column(
        "能力编号", "Competency", CellType.CODE, required=True, refers_to="competencies", example="C-01"
    )
    level: int = column(
        "评定等级", "Level", CellType.INTEGER, required=True, minimum=1, maximum=5, aliases=("等级",), example="2"
    )
    date: dt.date | None = column("评定日期", "Date", CellType.DATE, aliases=("日期",), example="2024-06-20")
    evidence: str | None = column(
        "依据", "Evidence", aliases=("评定依据", "佐证"), example="独立调处两起楼上漏水纠纷",
        help_zh="等级要上升，必须写依据", help_en="A level rises only with evidence",
    )  # fmt: skip
    assessor: str | None = column(
        "评定人", "Assessor", personal=Personal.NAME, aliases=("考评人",), example="带教书记王敏"
    )
    reverses: str | None = column("更正记录", "Reverses", CellType.CODE, aliases=("冲正",))
    note: str | None = column("备注", "Note")

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        return () if self.date else (Breach("date", "date_wanted", {"value": self.assessment_id}),)
