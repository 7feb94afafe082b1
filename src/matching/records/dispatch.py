"""The dispatch sheet: what one partner is asked to do, and what the organizer writes on it afterwards."""

import dataclasses

from matching.records.choices import Result
from matching.records.columns import CellType, Personal, Record, Register, column
from matching.records.times import Window


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRow(Record):
    """One line of the 派单表: printed, signed, filled in by hand, and read back as a fact."""

    dispatch_id: str = column(
        "派单编号", "Dispatch ID", CellType.CODE, key=True, help_zh="请勿改动", help_en="Do not change"
    )
    plan_id: str = column("方案编号", "Plan", CellType.CODE, required=True, help_zh="请勿改动", help_en="Do not change")
    partner_id: str = column("合伙人编号", "Partner ID", CellType.CODE, required=True, refers_to="partners")
    partner_name: str | None = column("姓名", "Name", aliases=("合伙人", "名称"), personal=Personal.NAME)
    phone: str | None = column("联系电话", "Phone", CellType.PHONE, aliases=("电话",), personal=Personal.PHONE)
    need_id: str = column("需求编号", "Need ID", CellType.CODE, required=True, refers_to="needs")
    task: str | None = column("任务", "Task", aliases=("需求内容",))
    window: tuple[Window, ...] = column("时间", "When", CellType.WINDOWS, aliases=("服务时间",))
    planned_hours: float | None = column(
        "预计时长", "Planned hours", CellType.DECIMAL, minimum=0, maximum=1000, unit="小时"
    )
    community: str | None = column("社区", "Community", aliases=("所属社区",))
    place: str | None = column("地点", "Place", aliases=("服务地点",))
    reason: str | None = column("推荐理由", "Reason")
    signature: str | None = column("签名", "Signature", aliases=("签字",))
    result: Result | None = column(
        "结果", "Result", CellType.CHOICE, choices=Result, aliases=("反馈", "接受/拒绝/未到/完成")
    )
    hours: float | None = column(
        "实际工时", "Hours served", CellType.DECIMAL, minimum=0, maximum=24, unit="小时", aliases=("工时", "实际时长")
    )
    satisfaction: int | None = column(
        "满意度", "Satisfaction", CellType.INTEGER, minimum=1, maximum=5, aliases=("满意度（1-5）", "评价")
    )
    note: str | None = column("备注", "Note", aliases=("说明",))


DISPATCH = Register("dispatch", "派单表", "Dispatch", DispatchRow, aliases=("派单", "任务单"))
