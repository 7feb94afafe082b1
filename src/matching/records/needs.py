"""Needs and the events that they belong to."""

import dataclasses
import datetime as dt

from matching.records.choices import Kind, NeedStatus, Recurrence, Urgency
from matching.records.columns import Breach, CellType, Personal, Record, column
from matching.records.skills import SkillClaim
from matching.records.times import Window


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Need(Record):
    """Something that a community or a resident wants done: skill, people, place, time.

    A head is one assignee: one person, or the crew of one unit. A need that wants several kinds of help at once
    (a specialist, a crew and a room) is several rows with one `bundle`, served all together or reported as partial.
    """

    need_id: str = column(
        "需求编号",
        "Need ID",
        CellType.CODE,
        key=True,
        aliases=("编号", "诉求编号", "工单编号", "留言编号", "工单号"),
        example="N-001",
    )
    description: str = column(
        "需求内容", "Description", required=True,
        aliases=("需求", "诉求", "诉求内容", "需求描述", "服务需求", "内容", "活动内容", "问题描述", "留言详情", "留言内容", "事项描述"),
        example="楼道灯又坏了，老人晚上不敢下楼",
    )  # fmt: skip
    community: str | None = column("所属社区", "Community", aliases=("社区", "社区名称", "小区"), example="光耀路社区")
    grid: str | None = column("所属网格", "Grid", aliases=("网格",), example="第一网格")
    place: str | None = column("服务地点", "Place", aliases=("地点", "地址", "活动地点"), example="3号楼2单元")
    skills: tuple[SkillClaim, ...] = column(
        "所需技能", "Skills wanted", CellType.SKILLS, aliases=("技能要求", "技能", "专业要求"), example="电灯维修（熟练）",
        help_zh="不填则从需求内容里读出", help_en="Read from the description when empty",
    )  # fmt: skip
    is_team: bool | None = column(
        "技能合起来够即可", "Team covers skills", CellType.FLAG, aliases=("团队覆盖",), help_zh="填“是”：几个人合起来会这些技能即可",
        help_en="Yes: the members cover the skills together",
    )  # fmt: skip
    kinds: tuple[Kind, ...] = column(
        "可承接对象", "Kinds allowed", CellType.CHOICES, choices=Kind, aliases=("承接对象", "合伙人类别", "对象类别"), example="志愿者、专业人才合伙人",
        help_zh="不填表示四类都可以", help_en="Empty means all four",
    )  # fmt: skip
    people_min: int | None = column(
        "最少人数",
        "People, at least",
        CellType.INTEGER,
        minimum=0,
        maximum=100_000,
        aliases=("人数下限", "最少"),
        example="1",
    )
    people_max: int | None = column(
        "最多人数", "People, at most", CellType.INTEGER, minimum=1, maximum=100_000,
        aliases=("人数", "需要人数", "所需人数", "人数上限", "招募人数"), example="2",
    )  # fmt: skip
    crew: int | None = column(
        "单位出动人数", "Crew of a unit", CellType.INTEGER, minimum=1, maximum=100_000, aliases=("每队人数",), example="5",
        help_zh="由单位承接时，每个单位至少出几个人", help_en="How many people a unit sends at least",
    )  # fmt: skip
    windows: tuple[Window, ...] = column(
        "服务时间", "Time windows", CellType.WINDOWS, aliases=("时间", "活动时间", "需求时间", "日期"), example="2024-08-03 09:00-11:00",
        help_zh="多个时间任选其一", help_en="Several are alternatives",
    )  # fmt: skip
    hours: float | None = column(
        "预计时长",
        "Hours",
        CellType.DECIMAL,
        minimum=0,
        maximum=1000,
        unit="小时",
        aliases=("时长", "服务时长", "小时数"),
        example="2",
    )
    urgency: Urgency | None = column(
        "紧急程度", "Urgency", CellType.CHOICE, choices=Urgency, aliases=("紧急度", "缓急", "优先级"), example="紧急"
    )
    licences: tuple[str, ...] = column(
        "所需资质",
        "Licences needed",
        CellType.TEXTS,
        aliases=("资质要求", "所需证书", "证书要求"),
        example="低压电工作业证",
    )
    minimum_age: int | None = column(
        "最低年龄",
        "Minimum age",
        CellType.INTEGER,
        minimum=0,
        maximum=120,
        unit="周岁",
        aliases=("年龄要求", "年龄下限"),
        example="18",
    )
    maximum_age: int | None = column(
        "最高年龄",
        "Maximum age",
        CellType.INTEGER,
        minimum=0,
        maximum=120,
        unit="周岁",
        aliases=("年龄上限",),
        example="65",
    )
    languages: tuple[str, ...] = column(
        "语言要求", "Languages wanted", CellType.TEXTS, aliases=("语言", "方言"), example="安阳话"
    )
    resources: tuple[str, ...] = column(
        "所需场地设备",
        "Rooms and equipment",
        CellType.TEXTS,
        aliases=("所需设备", "所需场地", "所需物资"),
        example="音响",
    )
    is_risky: bool | None = column(
        "有人身风险",
        "Risky",
        CellType.FLAG,
        aliases=("风险", "是否有风险"),
        help_zh="填“是”则只派已投保的人",
        help_en="Yes: insured people only",
    )
    recurrence: Recurrence | None = column(
        "频次", "Recurrence", CellType.CHOICE, choices=Recurrence, aliases=("周期", "是否长期"), example="一次"
    )
    event_id: str | None = column(
        "活动编号", "Event ID", CellType.CODE, aliases=("所属活动",), refers_to="events", example="E-01"
    )
    bundle: str | None = column(
        "联办编号", "Bundle", CellType.CODE, aliases=("联办",), example="B-01", help_zh="同一件事的几行填同一个号，要么都办成，要么报为部分",
        help_en="Rows of one job share it: all are served or it is reported as partial",
    )  # fmt: skip
    beneficiary: str | None = column(
        "服务对象", "Who is served", aliases=("受益人", "对象"), personal=Personal.NAME, example="独居老人"
    )
    phone: str | None = column(
        "联系电话",
        "Phone",
        CellType.PHONE,
        personal=Personal.PHONE,
        aliases=("电话", "联系方式", "手机", "手机号", "诉求人电话"),
    )
    reported_on: dt.date | None = column(
        "提出日期",
        "Reported on",
        CellType.DATE,
        aliases=("登记日期", "受理日期", "留言时间", "登记时间", "受理时间"),
        example="2024-07-29",
    )
    status: NeedStatus | None = column(
        "状态", "Status", CellType.CHOICE, choices=NeedStatus, aliases=("办理状态",), example="待匹配"
    )
    note: str | None = column("备注", "Note", aliases=("说明",))

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        found = []
        if self.people_min is not None and self.people_max is not None and self.people_min > self.people_max:
            found.append(Breach("people_min", "least_above_most", {"least": self.people_min, "most": self.people_max}))
        if self.minimum_age is not None and self.maximum_age is not None and self.minimum_age > self.maximum_age:
            found.append(
                Breach("minimum_age", "least_above_most", {"least": self.minimum_age, "most": self.maximum_age})
            )
        longest = max((window.hours for window in self.windows), default=None)
        if self.hours is not None and longest is not None and self.hours > longest + 1e-9:
            found.append(Breach("hours", "longer_than_window", {"hours": self.hours, "window": longest}))
        return tuple(found)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """An event that several needs belong to: a market with stalls, a film night."""

    event_id: str = column("活动编号", "Event ID", CellType.CODE, key=True, aliases=("编号",), example="E-01")
    name: str = column("活动名称", "Event", required=True, aliases=("名称", "主题"), example="邻里百家宴暨便民集市")
    community: str | None = column("举办社区", "Community", aliases=("社区", "所属社区"), example="光耀路社区")
    place: str | None = column("活动地点", "Place", aliases=("地点",), example="光耀路文化广场")
    windows: tuple[Window, ...] = column(
        "活动时间", "Time", CellType.WINDOWS, aliases=("时间",), example="2024-08-10 08:30-11:30"
    )
    expected: int | None = column(
        "预计人数",
        "Expected people",
        CellType.INTEGER,
        minimum=0,
        maximum=10_000_000,
        aliases=("预计参加人数",),
        example="300",
    )
    organiser: str | None = column("主办方", "Organiser", aliases=("主办单位",), example="灯塔路街道")
