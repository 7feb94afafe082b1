"""Licences, and pairs that must be kept apart."""

import dataclasses
import datetime as dt

from matching.records.columns import Breach, CellType, Record, column


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Licence(Record):
    """A dated permission to do regulated work. An expired licence is no licence."""

    licence_id: str = column(
        "证照编号", "Licence ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="L-001"
    )
    partner_id: str = column(
        "持证人编号",
        "Holder",
        CellType.CODE,
        required=True,
        aliases=("合伙人编号", "人员编号"),
        refers_to="partners",
        example="P-007",
    )
    name: str = column(
        "证书名称",
        "Licence",
        required=True,
        aliases=("资质", "证书", "资质名称", "职业资格证书"),
        example="低压电工作业证",
    )
    number: str | None = column("证书号", "Number", aliases=("证书编号", "证号"))
    valid_from: dt.date | None = column(
        "发证日期", "Valid from", CellType.DATE, aliases=("生效日期",), example="2022-03-01"
    )
    valid_until: dt.date | None = column(
        "有效期至", "Valid until", CellType.DATE, aliases=("到期日期", "证件到期日", "到期日", "有效期"), example="2028-02-29",
        help_zh="当天仍有效；长期有效则不填", help_en="Valid on that day too; empty means for life",
    )  # fmt: skip
    issuer: str | None = column("发证机关", "Issuer", aliases=("发证单位",), example="应急管理局")

    def is_valid(self, on: dt.date) -> bool:
        """Return whether the licence holds on a day.

        Parameters
        ----------
        on : date
            The day of the work.

        Returns
        -------
        valid : bool
        """
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            return (
                Breach("valid_until", "ends_before_it_starts", {"start": self.valid_from, "end": self.valid_until}),
            )
        return ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Block(Record):
    """A partner who must not serve a need, a community, or beside another partner."""

    block_id: str = column("回避编号", "Block ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="X-01")
    partner_id: str = column(
        "合伙人编号",
        "Partner",
        CellType.CODE,
        required=True,
        aliases=("人员编号",),
        refers_to="partners",
        example="V-012",
    )
    need_id: str | None = column(
        "回避需求", "Need", CellType.CODE, aliases=("需求编号",), refers_to="needs", example="N-004"
    )
    other_partner_id: str | None = column(
        "回避人员", "Other partner", CellType.CODE, refers_to="partners", example="V-013"
    )
    community: str | None = column("回避社区", "Community", aliases=("社区",), example="平原社区")
    until: dt.date | None = column("截止日期", "Until", CellType.DATE, aliases=("有效期至",), example="2024-12-31")
    reason: str | None = column("原因", "Reason", aliases=("回避原因",), example="邻里纠纷未了")
    decided_by: str | None = column("决定人", "Decided by", aliases=("经办人",))

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        if not (self.need_id or self.other_partner_id or self.community):
            return (Breach("need_id", "blocks_nothing", {"value": self.partner_id}),)
        return ()
