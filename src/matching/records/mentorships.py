"""Mentorship (导师帮带) as a chain of facts: each step, meeting and review is one row."""

import dataclasses
import datetime as dt

from matching.records.choices import MentorshipStep
from matching.records.columns import Breach, CellType, Personal, Record, column


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipNote(Record):
    """One step of a mentorship, or something that happened in it."""

    note_id: str = column(
        "帮带记录编号", "Entry ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="M-0001"
    )
    mentorship_id: str = column(
        "结对编号", "Mentorship", CellType.CODE, required=True, aliases=("帮带编号",), example="P-01",
        help_zh="同一对师徒的各条记录填同一个号", help_en="All entries of one pair share it",
    )  # fmt: skip
    person_id: str = column(
        "人员编号", "Cadre", CellType.CODE, required=True, aliases=("干部编号",), refers_to="people", example="K-01"
    )
    mentor_id: str = column("导师编号", "Mentor", CellType.CODE, required=True, refers_to="people", example="D-01")
    step: MentorshipStep = column(
        "步骤", "Step", CellType.CHOICE, choices=MentorshipStep, required=True, aliases=("事项",), example="提出结对"
    )
    at: dt.datetime = column(
        "时间", "At", CellType.MOMENT, required=True, aliases=("日期",), example="2024-03-01 09:00"
    )
    by: str | None = column("记录人", "By", personal=Personal.NAME, aliases=("经办人",), example="街道组织办小陈")
    text: str | None = column("内容", "Text", aliases=("谈话内容", "目标", "评语"), example="学会开居民议事会")
    rating: int | None = column("评分", "Rating", CellType.INTEGER, minimum=1, maximum=5, example="4")
    due_on: dt.date | None = column("应完成日期", "Due on", CellType.DATE, aliases=("期限",), example="2024-09-01")
    reverses: str | None = column("更正记录", "Reverses", CellType.CODE, aliases=("冲正",))

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        if self.person_id == self.mentor_id:
            return (Breach("mentor_id", "mentor_of_oneself", {"value": self.mentor_id}),)
        return ()
