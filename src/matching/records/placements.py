"""Placements (跟班): a cadre works beside a host secretary for some weeks, with a log and a review."""

import dataclasses
import datetime as dt

from matching.records.choices import PlacementEntry
from matching.records.columns import Breach, CellType, Personal, Record, column


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placement(Record):
    """A cadre at a host's workshop from one day to another."""

    placement_id: str = column(
        "跟班编号", "Placement ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="B-01"
    )
    person_id: str = column(
        "人员编号", "Cadre", CellType.CODE, required=True, aliases=("干部编号",), refers_to="people", example="K-01"
    )
    host_id: str | None = column(
        "带班书记编号", "Host", CellType.CODE, aliases=("导师编号", "带班人编号"), refers_to="people", example="D-01"
    )
    workshop: str | None = column("工作室", "Workshop", aliases=("跟班单位",), example="光耀路社区书记工作室")
    community: str | None = column("跟班社区", "Community", aliases=("社区", "所属社区"), example="光耀路社区")
    start: dt.date | None = column("开始日期", "From", CellType.DATE, aliases=("起始日期",), example="2024-04-01")
    end: dt.date | None = column("结束日期", "To", CellType.DATE, aliases=("截止日期",), example="2024-04-30")
    hours: float | None = column(
        "认定学时",
        "Hours credited",
        CellType.DECIMAL,
        minimum=0,
        maximum=1000,
        unit="学时",
        aliases=("折算学时",),
        example="24",
    )
    competencies: tuple[str, ...] = column(
        "锻炼能力", "Competencies exercised", CellType.TEXTS, aliases=("对应能力",), example="矛盾调解"
    )
    note: str | None = column("备注", "Note")

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        if self.start and self.end and self.end < self.start:
            return (Breach("end", "ends_before_it_starts", {"start": self.start, "end": self.end}),)
        return ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlacementNote(Record):
    """One entry of a placement: a day's log, or the host's review."""

    note_id: str = column("日志编号", "Entry ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="J-0001")
    placement_id: str = column(
        "跟班编号", "Placement", CellType.CODE, required=True, refers_to="placements", example="B-01"
    )
    entry: PlacementEntry = column(
        "记录种类",
        "Entry",
        CellType.CHOICE,
        choices=PlacementEntry,
        required=True,
        aliases=("种类",),
        example="跟班日志",
    )
    date: dt.date | None = column("日期", "Date", CellType.DATE, aliases=("记录日期",), example="2024-04-02")
    text: str | None = column("内容", "Text", aliases=("日志内容", "评语"), example="随书记走访三户独居老人")
    hours: float | None = column(
        "时长", "Hours", CellType.DECIMAL, minimum=0, maximum=24, unit="小时", aliases=("小时",), example="4"
    )
    rating: int | None = column(
        "评分", "Rating", CellType.INTEGER, minimum=1, maximum=5, aliases=("带班评分",), example="4"
    )
    author: str | None = column("填写人", "Author", personal=Personal.NAME, aliases=("记录人",), example="周小苗")
    reverses: str | None = column("更正记录", "Reverses", CellType.CODE, aliases=("冲正",))
