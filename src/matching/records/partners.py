"""Partners: units, specialists, community partners and volunteers."""

import dataclasses
import datetime as dt
from typing import ClassVar

from matching.records.choices import Gender, Kind
from matching.records.columns import Breach, CellType, Personal, Record, column
from matching.records.skills import SkillClaim
from matching.records.times import WeeklySlot


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Record):
    """Anyone who offers help: what the four kinds have in common."""

    kind: ClassVar[Kind]

    partner_id: str = column(
        "编号",
        "ID",
        CellType.CODE,
        key=True,
        aliases=("合伙人编号", "志愿者编号", "人员编号", "单位编号", "工号"),
        example="V-001",
    )
    name: str = column(
        "姓名", "Name", required=True, personal=Personal.NAME,
        aliases=("名字", "名称", "单位名称", "企业名称", "合伙人", "志愿者姓名", "商户名称", "人员姓名", "机构名称"), example="周小梅",
    )  # fmt: skip
    community: str | None = column(
        "所属社区",
        "Community",
        aliases=("社区", "服务社区", "所在社区", "社区名称", "结对社区", "小区"),
        example="光耀路社区",
    )
    grid: str | None = column("所属网格", "Grid", aliases=("网格", "网格名称"), example="第一网格")
    phone: str | None = column(
        "联系电话", "Phone", CellType.PHONE, personal=Personal.PHONE,
        aliases=("电话", "联系方式", "手机", "手机号", "手机号码", "联系手机", "电话号码"),
    )  # fmt: skip
    skills: tuple[SkillClaim, ...] = column(
        "技能特长", "Skills", CellType.SKILLS, example="水电维修（持证）、开车",
        aliases=("特长", "技能", "专长", "个人特长", "服务技能", "擅长", "专业技能", "职业技能", "职业技能证", "职业资格专业"),
        help_zh="多项用顿号隔开；可在括号里写 了解/熟练/持证", help_en="Several with 、 between; level in brackets",
    )  # fmt: skip
    offer: str | None = column(
        "可提供服务", "Offer", aliases=("服务内容", "服务意向", "可提供资源", "服务项目", "愿意做什么"), example="周末能帮老人修灯换水龙头",
    )  # fmt: skip
    available: tuple[WeeklySlot, ...] = column(
        "可服务时间", "Available", CellType.SLOTS, aliases=("服务时间", "空闲时间", "时间", "可参与时间"), example="周六 09:00-12:00、周日 14:00-17:00",
        help_zh="不填表示没有说，不是没有空", help_en="Empty means not stated, not never",
    )  # fmt: skip
    hours: float | None = column(
        "每期可服务小时", "Hours per round", CellType.DECIMAL, minimum=0, maximum=1000, unit="小时",
        aliases=("可服务小时", "服务时长上限", "每周可服务小时"), example="6",
    )  # fmt: skip
    most_needs: int | None = column(
        "每期最多承接",
        "Most needs per round",
        CellType.INTEGER,
        minimum=0,
        maximum=10_000,
        aliases=("最多承接", "承接上限"),
        example="2",
    )
    is_insured: bool | None = column(
        "已投保险", "Insured", CellType.FLAG, aliases=("保险", "是否投保", "志愿者保险"), example="是"
    )
    consent: bool | None = column(
        "信息使用授权", "Consent to use data", CellType.FLAG, aliases=("授权", "同意使用信息", "知情同意"), example="是",
        help_zh="填“否”即冻结：只保存，不匹配、不显示", help_en="No freezes the record: stored, never matched or shown",
    )  # fmt: skip
    note: str | None = column("备注", "Note", aliases=("说明", "其他"))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Partner):
    """A partner unit: an organisation that offers staff, rooms, equipment or money."""

    kind: ClassVar[Kind] = Kind.UNIT

    name: str = column(
        "单位名称", "Unit", required=True, personal=Personal.NAME,
        aliases=("名称", "单位", "姓名", "企业名称", "机构名称", "合伙人", "单位合伙人"), example="灯塔路第二小学",
    )  # fmt: skip
    unit_type: str | None = column(
        "单位性质", "Type of unit", aliases=("单位类别", "性质", "单位类型"), example="事业单位"
    )
    contact: str | None = column(
        "联系人", "Contact", aliases=("负责人", "联络员", "单位联系人"), personal=Personal.NAME
    )
    staff: int | None = column(
        "可出动人数",
        "Staff available",
        CellType.INTEGER,
        minimum=0,
        maximum=100_000,
        aliases=("可派人数", "人数", "志愿队人数"),
        example="12",
    )
    rooms: tuple[str, ...] = column(
        "可用场地", "Rooms", CellType.TEXTS, aliases=("场地", "场所"), example="会议室、操场"
    )
    equipment: tuple[str, ...] = column(
        "可用设备", "Equipment", CellType.TEXTS, aliases=("设备", "物资", "设备物资"), example="音响、投影仪"
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Person(Partner):
    """What is known of a partner who is one person."""

    gender: Gender | None = column("性别", "Gender", CellType.CHOICE, choices=Gender, example="女")
    birth_date: dt.date | None = column(
        "出生日期", "Birth date", CellType.DATE, aliases=("出生年月", "出生年月日", "生日"), example="1985-03-12"
    )
    id_number: str | None = column(
        "身份证号",
        "ID number",
        CellType.ID_NUMBER,
        aliases=("身份证号码", "身份证", "证件号码"),
        personal=Personal.ID_NUMBER,
    )
    address: str | None = column(
        "家庭住址", "Address", aliases=("住址", "地址", "居住地址", "家庭地址"), personal=Personal.ADDRESS
    )
    employer: str | None = column("工作单位", "Employer", aliases=("所在单位", "用工公司", "服务单位", "单位"))
    languages: tuple[str, ...] = column(
        "语言方言", "Languages", CellType.TEXTS, aliases=("语言", "方言"), example="普通话、安阳话"
    )

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        stated = self.id_number[6:14] if self.id_number else ""
        if self.birth_date and stated.isdigit() and stated != f"{self.birth_date:%Y%m%d}":
            return (Breach("birth_date", "birth_date_differs_from_id_number", {"value": self.birth_date.isoformat()}),)
        return ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Specialist(Person):
    """A specialist: a person with a licensed or trained profession."""

    kind: ClassVar[Kind] = Kind.SPECIALIST

    profession: str | None = column(
        "职业", "Profession", aliases=("专业", "岗位名称", "从事专业", "专业领域", "岗位"), example="园林工程师"
    )
    title: str | None = column("职称", "Title", aliases=("职称等级", "技术职称"), example="高级工程师")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CommunityPartner(Partner):
    """A community partner: a shop, a group or a resident who backs a community."""

    kind: ClassVar[Kind] = Kind.COMMUNITY_PARTNER

    name: str = column(
        "名称", "Name", required=True, personal=Personal.NAME,
        aliases=("姓名", "商户名称", "名字", "组织名称", "单位名称", "合伙人", "社区合伙人"), example="一剪美造型",
    )  # fmt: skip
    partner_type: str | None = column("合伙人类别", "Type", aliases=("类别", "商户类别", "性质"), example="商户")
    contact: str | None = column("联系人", "Contact", aliases=("负责人", "店主"), personal=Personal.NAME)
    address: str | None = column("地址", "Address", aliases=("经营地址", "住址"))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Volunteer(Person):
    """A registered volunteer."""

    kind: ClassVar[Kind] = Kind.VOLUNTEER

    household: str | None = column(
        "户号", "Household", CellType.CODE, aliases=("家庭编号", "户编号"), example="H-0031", help_zh="同一户的人填同一个号",
        help_en="People of one household share a number",
    )  # fmt: skip
    occupation: str | None = column("职业", "Occupation", aliases=("从业情况", "身份", "岗位名称"), example="退休教师")
    volunteer_number: str | None = column("志愿者注册号", "Volunteer number", aliases=("注册号", "志愿者号"))
    registered_on: dt.date | None = column(
        "注册日期", "Registered on", CellType.DATE, aliases=("登记日期", "入队时间", "入职时间"), example="2023-05-04"
    )
    guardian_consent: bool | None = column(
        "监护人同意",
        "Guardian's consent",
        CellType.FLAG,
        aliases=("监护人是否同意",),
        help_zh="未满14周岁须填",
        help_en="Needed under 14",
    )
