"""Young cadres in training and the mentors who lead them."""

import dataclasses
import datetime as dt

from matching.records.choices import Gender
from matching.records.columns import Breach, CellType, Personal, Record, column
from matching.records.times import WeeklySlot


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trained(Record):
    """What cadres and mentors have in common: a person of the training programme, with a post and a superior."""

    person_id: str = column(
        "人员编号", "Person ID", CellType.CODE, key=True, aliases=("编号", "干部编号", "工号"), example="K-01"
    )
    name: str = column(
        "姓名", "Name", required=True, personal=Personal.NAME, aliases=("名字", "干部姓名"), example="周小苗"
    )
    gender: Gender | None = column("性别", "Gender", CellType.CHOICE, choices=Gender, example="女")
    post: str | None = column(
        "现任职务", "Post", aliases=("职务", "职务岗位", "现任职务岗位"), example="社区党委副书记"
    )
    community: str | None = column(
        "所属社区", "Community", aliases=("社区", "所在社区", "工作社区"), example="光耀路社区"
    )
    street: str | None = column("所属街道", "Street", aliases=("街道", "所在街道"), example="灯塔路街道")
    reports_to: str | None = column(
        "直接上级编号", "Reports to", CellType.CODE, aliases=("上级编号", "直接上级"), refers_to="people", example="D-01",
        help_zh="填干部或导师的编号；上下级之间按政策不结对", help_en="ID of a cadre or mentor; policy may forbid pairs in one chain",
    )  # fmt: skip
    phone: str | None = column(
        "联系电话", "Phone", CellType.PHONE, personal=Personal.PHONE, aliases=("电话", "联系方式", "手机", "手机号")
    )
    available: tuple[WeeklySlot, ...] = column(
        "可见面时间", "Available", CellType.SLOTS, aliases=("可交流时间",), example="周三 14:00-17:00",
        help_zh="不填表示没有说，不是没有空", help_en="Empty means not stated, not never",
    )  # fmt: skip
    partner_id: str | None = column(
        "合伙人编号", "Partner ID", CellType.CODE, aliases=("志愿者编号",), example="V-001",
        help_zh="本人也登记为合伙人时填，用来看培训后的服务记录", help_en="Where the person is registered as a partner too",
    )  # fmt: skip
    left_on: dt.date | None = column("离开日期", "Left on", CellType.DATE, aliases=("调离日期", "离岗日期"))
    note: str | None = column("备注", "Note", aliases=("说明",))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cadre(Trained):
    """A young cadre in training."""

    birth_date: dt.date | None = column(
        "出生日期", "Birth date", CellType.DATE, aliases=("出生年月", "生日"), example="1996-05-18"
    )
    post_kind: str | None = column(
        "岗位类别", "Kind of post", aliases=("人员类别", "干部类别"), example="社区工作者",
        help_zh="学时要求按岗位类别查政策表", help_en="Hours required go by the policy table for this kind",
    )  # fmt: skip
    grade: str | None = column("职级", "Grade", aliases=("级别", "职务层次"), example="乡科级以下")
    is_party_member: bool | None = column("是否党员", "Party member", CellType.FLAG, aliases=("党员",), example="是")
    joined_on: dt.date | None = column(
        "入职日期", "Joined on", CellType.DATE, aliases=("入职时间", "到岗日期", "参加工作时间"), example="2021-07-01"
    )

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        found = []
        if self.joined_on and self.left_on and self.left_on < self.joined_on:
            found.append(Breach("left_on", "ends_before_it_starts", {"start": self.joined_on, "end": self.left_on}))
        if self.reports_to == self.person_id:
            found.append(Breach("reports_to", "reports_to_itself", {"value": self.person_id}))
        return tuple(found)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mentor(Trained):
    """A mentor: mostly an outstanding secretary with a workshop."""

    workshop: str | None = column(
        "工作室", "Workshop", aliases=("书记工作室", "所在工作室"), example="光耀路社区书记工作室"
    )
    strengths: tuple[str, ...] = column(
        "擅长能力", "Strengths", CellType.TEXTS, aliases=("带教方向", "专长"), example="群众工作、矛盾调解",
        help_zh="写能力名称；评定过的等级以评定记录为准", help_en="Names of competencies; assessed levels go before these",
    )  # fmt: skip
    most_mentees: int | None = column(
        "最多带几人",
        "Most mentees",
        CellType.INTEGER,
        minimum=0,
        maximum=100,
        aliases=("带教上限", "最多带教人数"),
        example="3",
    )

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        if self.reports_to == self.person_id:
            return (Breach("reports_to", "reports_to_itself", {"value": self.person_id}),)
        return ()
