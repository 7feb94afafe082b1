"""Records of every register with any text, in the canonical form that files keep."""

import datetime as dt
import enum

from hypothesis import strategies as st

from matching.records import (
    CHINA,
    REGISTERS,
    CellType,
    Community,
    Level,
    Personal,
    SkillClaim,
    WeeklySlot,
    Window,
    china_moment,
    show_value,
)
from matching.roster.contacts import is_masked
from matching.roster.readings import Setting
from matching.roster.texts import canonical_code, canonical_text, fold
from matching.roster.values import read_value

HOSTILE = [
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'=x", "''", "'5", '"quoted"', "a\nb", "a,b;c\td", "<script>alert(1)</script>",
    "_x000D_", "_x005F_x0041_", "_x0041_", "x005F_", "😀👍🏽", "\u202eevil", "مرحبا", "\u200b", "０１２", "007", "1.0", "1E5", "2024-01-02",
    "TRUE", "长" * 2_500, " 两头空格 ", "　全角空格　", "\ufeffBOM", "\r\n", "a\rb", "{value}", "%s", "\x00\x01", "\ud800", "\uffff", "是",
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=12), st.text(alphabet="张三李四电工、；/ （）()-=", max_size=12)
)
days = st.dates(dt.date(1800, 1, 1), dt.date(2200, 12, 31))
moments = st.integers(0, 150 * 366 * 86_400).map(
    lambda seconds: dt.datetime(1950, 1, 1, tzinfo=CHINA) + dt.timedelta(seconds=seconds)
)


@st.composite
def windows(draw):
    start, minutes = draw(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))), draw(st.integers(0, 1439))
    begins = china_moment(start, minutes)
    return Window(begins, begins + dt.timedelta(minutes=draw(st.integers(1, 4000))))


@st.composite
def slots(draw):
    start = draw(st.integers(0, 1439))
    return WeeklySlot(draw(st.integers(0, 6)), start, draw(st.integers(start + 1, 1440)))


phones = st.one_of(
    st.integers(0, 99_999_999).map(lambda each: f"100{each:08d}"),
    st.integers(2_000_000, 89_999_999).map(lambda each: f"0372-{each}"),
)
id_numbers = st.integers(0, 10**12).map(lambda each: f"00000019{each % 10**9:09d}X")


def values_of(column):
    plain = {
        CellType.CODE: texts.map(canonical_code),
        CellType.TEXT: texts.map(canonical_text),
        CellType.TEXTS: st.lists(texts.map(canonical_text), max_size=3).map(tuple),
        CellType.FLAG: st.booleans(),
        CellType.DATE: days,
        CellType.MOMENT: moments,
        CellType.WINDOWS: st.lists(windows(), max_size=3).map(tuple),
        CellType.SLOTS: st.lists(slots(), max_size=3).map(tuple),
        CellType.SKILLS: st.lists(
            st.builds(SkillClaim, texts.map(canonical_text), st.none() | st.sampled_from(Level)), max_size=3
        ).map(tuple),
        CellType.PHONE: phones,
        CellType.ID_NUMBER: id_numbers,
    }
    low, high = column.minimum, column.maximum
    if column.cell_type is CellType.INTEGER:
        return st.integers(int(low or 0), int(min(high or 10**9, 10**14)))
    if column.cell_type is CellType.DECIMAL:
        return st.floats(low, high, allow_nan=False, allow_infinity=False, width=64)
    if column.cell_type is CellType.CHOICE:
        return st.sampled_from(column.choices)
    if column.cell_type is CellType.CHOICES:
        return st.lists(st.sampled_from(column.choices), max_size=3).map(tuple)
    return plain[column.cell_type]


def canonical_value(value, column):
    """The value as a file gives it back; None where the file cannot hold it (an Excel error, stars, a word for empty)."""
    if isinstance(value, (dt.date, enum.Enum, bool, int, float)) or value in (None, ()):
        return value
    while True:
        text = canonical_text(show_value(value, column, show_personal=True))
        if not text:
            return () if column.is_many else None
        read = read_value(text, column, Setting()).value
        if read == value:
            return value
        value = read
        if value in (None, ()):
            return value


@st.composite
def records(draw, register, key):
    values = {}
    for column in register.columns:
        if column.name == register.key:
            values[column.name] = key
            continue
        value = draw(values_of(column)) if column.required or draw(st.booleans()) else None
        value = canonical_value(value, column) if value is not None else None
        if value in (None, ()) and column.required:
            value = f"必填{column.name.upper()}"
        values[column.name] = () if value is None and column.is_many else value
        if column.personal is Personal.ADDRESS and isinstance(value, str):
            assert not is_masked(fold(value))
    return register.record(**values)


@st.composite
def communities(draw):
    rows = {}
    for register in draw(
        st.lists(st.sampled_from(REGISTERS), min_size=1, max_size=4, unique_by=lambda each: each.name)
    ):
        prefix = register.column(register.key).example.partition("-")[0] or "K"
        count = draw(st.integers(1, 2))
        rows[register.name] = [draw(records(register, f"{prefix}-{number:03d}")) for number in range(1, count + 1)]
    return Community.of(rows)
