"""A tiny district, plans on it, and strategies for districts that nobody would think of."""

import dataclasses
import datetime as dt
import math

from hypothesis import strategies as st

from matching.records import (
    CHINA,
    REGISTERS,
    CellType,
    Community,
    Level,
    Need,
    Result,
    ServiceRecord,
    SkillClaim,
    Unit,
    Volunteer,
    WeeklySlot,
    Window,
)

AT = dt.datetime(2024, 7, 31, 9, 30, tzinfo=CHINA)
WHO = {"by": "网格员小周", "at": AT}


def later(minutes):
    return {"by": "网格员小周", "at": AT + dt.timedelta(minutes=minutes)}


def volunteer(number, **changes):
    fields = {
        "partner_id": f"V-{number:03d}",
        "name": f"志愿者{number}",
        "community": "光耀路社区",
        "skills": (SkillClaim("修灯", Level.PRACTISES), SkillClaim("开车")),
        "available": (WeeklySlot(5, 540, 720),),
        "hours": 6.0,
        "birth_date": dt.date(1985, 3, 12),
        "consent": True,
    }
    return Volunteer(**{**fields, **changes})


def need(number, **changes):
    start = AT.replace(hour=14, minute=0)
    fields = {
        "need_id": f"N-{number:03d}",
        "description": "楼道灯又坏了，老人晚上不敢下楼",
        "windows": (Window(start, start + dt.timedelta(hours=2)),),
        "people_max": 2,
    }
    return Need(**{**fields, **changes})


def service(number, **changes):
    fields = {
        "record_id": f"R-{number:04d}",
        "partner_id": "V-001",
        "need_id": "N-001",
        "date": dt.date(2024, 5, 11),
        "result": Result.COMPLETED,
        "hours": 1.5,
    }
    return ServiceRecord(**{**fields, **changes})


def district(*, volunteers=4, needs=3, services=2):
    return Community.of(
        {
            "units": [Unit(partner_id="U-001", name="供电所", rooms=("会议室", "操场"))],
            "volunteers": [volunteer(number) for number in range(1, volunteers + 1)],
            "needs": [need(number) for number in range(1, needs + 1)],
            "services": [service(number) for number in range(1, services + 1)],
        }
    )


@dataclasses.dataclass(frozen=True)
class Plan:
    """The least that a plan must be to be accepted."""

    plan_id: str
    fingerprint: str
    pairs: tuple[tuple[str, str], ...]
    document: dict


def plan_on(store, plan_id="P-1", pairs=(("N-001", "V-001"), ("N-002", "V-002")), **document):
    return Plan(plan_id, store.load_community().fingerprint(), tuple(pairs), {"方案": plan_id, **document})


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
# Inside the limits of the calendar, because the offset of China moves a moment and a window ends later.
FIRST, LAST = dt.datetime(1, 1, 2), dt.datetime(9999, 12, 1)  # noqa: DTZ001  # Hypothesis asks for naive bounds
MOMENTS = st.datetimes(FIRST, LAST).map(lambda each: each.replace(fold=0, tzinfo=CHINA))
DATES = st.dates()
SLOTS = st.builds(
    lambda weekday, start, length: WeeklySlot(weekday, start, min(start + length, 1440)),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
WINDOWS = st.builds(
    lambda start, minutes: Window(start, start + dt.timedelta(minutes=minutes)), MOMENTS, st.integers(1, 10_000)
)
CLAIMS = st.builds(SkillClaim, TEXTS, st.none() | st.sampled_from(Level))

ONE = {
    CellType.CODE: KEYS,
    CellType.INTEGER: st.integers(-(2**63) + 1, 2**63 - 1),
    CellType.DECIMAL: st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x or math.copysign(1, x) > 0),
    CellType.FLAG: st.booleans(),
    CellType.DATE: DATES,
    CellType.MOMENT: MOMENTS,
}
MANY = {CellType.TEXTS: TEXTS, CellType.SLOTS: SLOTS, CellType.WINDOWS: WINDOWS, CellType.SKILLS: CLAIMS}


def values_of(column):
    if column.cell_type is CellType.CHOICES:
        return st.lists(st.sampled_from(column.choices), max_size=3).map(tuple)
    if column.is_many:
        return st.lists(MANY[column.cell_type], max_size=3).map(tuple)
    one = st.sampled_from(column.choices) if column.cell_type is CellType.CHOICE else ONE.get(column.cell_type, TEXTS)
    return one if column.required else st.none() | one


def records_of(register):
    return st.builds(register.record, **{column.name: values_of(column) for column in register.columns})


def rows_of(register, *, most=4):
    # Merges have rules of their own across rows, which are tested where they are.
    if register.name == "merges":
        return st.just(())
    return st.lists(records_of(register), max_size=most, unique_by=lambda row: getattr(row, register.key)).map(tuple)


@st.composite
def communities(draw, registers=REGISTERS, most=3):
    return Community.of({each.name: draw(rows_of(each, most=most)) for each in registers})
