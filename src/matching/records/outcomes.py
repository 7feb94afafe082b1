"""What became of a cadre: an exam passed, a promotion, an award."""

import dataclasses
import datetime as dt

from matching.records.choices import OutcomeKind
from matching.records.columns import CellType, Personal, Record, column


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Record):
    """One outcome of one cadre."""

    outcome_id: str = column(
        "成果编号", "Outcome ID", CellType.CODE, key=True, aliases=("编号", "序号"), example="O-01"
    )
    person_id: str = column(
        "人员编号", "Person", CellType.CODE, required=True, aliases=("干部编号",), refers_to="people", example="K-01"
    )
    kind: OutcomeKind = column(
        "成果种类",
        "Kind",
        CellType.CHOICE,
        choices=OutcomeKind,
        required=True,
        aliases=("种类",),
        example="考入事业编制",
    )
    date: dt.date | None = column("取得日期", "Date", CellType.DATE, aliases=("日期",), example="2024-06-01")
    detail: str | None = column("成果说明", "Detail", aliases=("说明",), example="考入区社区事务中心")
    evidence: str | None = column("依据", "Evidence", aliases=("佐证",), example="录用公示")
    recorder: str | None = column("记录人", "Recorder", personal=Personal.NAME, aliases=("登记人",))
    reverses: str | None = column("更正记录", "Reverses", CellType.CODE, aliases=("冲正",))
