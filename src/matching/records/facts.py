"""Facts: what happened and what was decided. They are appended and never changed; a correction reverses the old one."""

import dataclasses
import datetime as dt

from matching.records.choices import Action, Result
from matching.records.columns import Breach, CellType, Personal, Record, column


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord(Record):
    """One confirmed piece of service, or one answer to a dispatch.

    The fields follow the service group of the 2012 rules on recording volunteer service: activity, date, place, who
    was served, content, hours, quality, leader, recorder. Hours exclude travel.
    """

    record_id: str = column(
        "记录编号", "Record ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="R-0001"
    )
    partner_id: str = column(
        "合伙人编号",
        "Partner",
        CellType.CODE,
        required=True,
        aliases=("志愿者编号", "人员编号"),
        refers_to="partners",
        example="V-001",
    )
    need_id: str | None = column(
        "需求编号", "Need", CellType.CODE, aliases=("诉求编号",), refers_to="needs", example="N-001"
    )
    plan_id: str | None = column("方案编号", "Plan", CellType.CODE, example="P-3F9A")
    activity: str | None = column("活动名称", "Activity", aliases=("活动", "服务项目"), example="楼道灯维修")
    date: dt.date | None = column("服务日期", "Date", CellType.DATE, aliases=("日期",), example="2024-05-11")
    community: str | None = column("服务社区", "Community", aliases=("社区", "所属社区"), example="光耀路社区")
    place: str | None = column("服务地点", "Place", aliases=("地点",), example="3号楼")
    beneficiary: str | None = column(
        "服务对象", "Who was served", aliases=("受益人",), personal=Personal.NAME, example="独居老人"
    )
    content: str | None = column("服务内容", "Content", aliases=("内容",), example="更换声控灯两盏")
    result: Result | None = column(
        "结果", "Result", CellType.CHOICE, choices=Result, required=True, aliases=("反馈",), example="完成"
    )
    hours: float | None = column(
        "实际工时",
        "Hours",
        CellType.DECIMAL,
        minimum=0,
        maximum=24,
        unit="小时",
        aliases=("服务时长", "工时", "时长"),
        example="2",
    )
    satisfaction: int | None = column(
        "满意度", "Satisfaction", CellType.INTEGER, minimum=1, maximum=5, aliases=("评价", "满意度（1-5）"), example="5"
    )
    leader: str | None = column("带队人", "Leader", aliases=("负责人",), personal=Personal.NAME)
    recorder: str | None = column(
        "记录人", "Recorder", aliases=("登记人",), personal=Personal.NAME, example="网格员小周"
    )
    reverses: str | None = column(
        "更正记录",
        "Reverses",
        CellType.CODE,
        aliases=("冲正",),
        help_zh="填被更正的记录编号",
        help_en="Record it undoes",
    )
    note: str | None = column("备注", "Note", aliases=("说明",))

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        if self.hours and self.result in {Result.DECLINED, Result.NO_SHOW}:
            return (Breach("hours", "hours_without_service", {"hours": self.hours}),)
        return ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    """One decision of a person about a plan: who, when, what, why."""

    decision_id: str = column("决定编号", "Decision ID", CellType.CODE, key=True)
    plan_id: str = column("方案编号", "Plan", CellType.CODE, required=True)
    action: Action = column("决定", "Action", CellType.CHOICE, choices=Action, required=True)
    need_id: str | None = column("需求编号", "Need", CellType.CODE, refers_to="needs")
    partner_id: str | None = column("合伙人编号", "Partner", CellType.CODE, refers_to="partners")
    by: str = column("决定人", "By", required=True, personal=Personal.NAME)
    at: dt.datetime = column("决定时间", "At", CellType.MOMENT, required=True)
    reason: str | None = column("理由", "Reason")
    reverses: str | None = column("撤销决定", "Reverses", CellType.CODE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Record):
    """A person gives or withdraws consent to the use of personal data (个人信息保护法 art. 15, 47)."""

    consent_id: str = column("授权记录编号", "Consent ID", CellType.CODE, key=True)
    partner_id: str = column("合伙人编号", "Partner", CellType.CODE, required=True, refers_to="partners")
    is_given: bool = column("是否授权", "Given", CellType.FLAG, required=True)
    by: str = column("经办人", "By", required=True, personal=Personal.NAME)
    at: dt.datetime = column("时间", "At", CellType.MOMENT, required=True)
    reason: str | None = column("原因", "Reason")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Record):
    """Two records turn out to be one person: from now on `merged_id` reads as `kept_id`, and both histories stay."""

    merge_id: str = column("合并编号", "Merge ID", CellType.CODE, key=True)
    kept_id: str = column("保留编号", "Kept", CellType.CODE, required=True, refers_to="partners")
    merged_id: str = column("并入编号", "Merged", CellType.CODE, required=True, refers_to="partners")
    by: str = column("经办人", "By", required=True, personal=Personal.NAME)
    at: dt.datetime = column("时间", "At", CellType.MOMENT, required=True)
    reason: str | None = column("原因", "Reason")

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        if self.kept_id == self.merged_id:
            return (Breach("merged_id", "merged_with_itself", {"value": self.kept_id}),)
        return ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure(Record):
    """Somebody asked to see phones or ID numbers unmasked: who, when, what for."""

    disclosure_id: str = column("查看编号", "Disclosure ID", CellType.CODE, key=True)
    what: str = column("查看内容", "What", required=True, example="派单表联系电话")
    by: str = column("查看人", "By", required=True, personal=Personal.NAME)
    at: dt.datetime = column("时间", "At", CellType.MOMENT, required=True)
    reason: str | None = column("用途", "Purpose")
