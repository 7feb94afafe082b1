"""The tables that the records want: registers as dated versions, facts as they are, plans, and who wrote when.

Each write is one *batch*, numbered in the order of commits, and every row names its batch. What was known at a moment
is therefore everything up to one number.
"""

import dataclasses
import datetime as dt
import functools
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from matching.records import ALL_REGISTERS, CHINA, CellType, Register
from matching.records import Column as Field
from matching.store.cells import CODE_LENGTH

VERSION_TABLE = "store_version"


class Moment(TypeDecorator[dt.datetime]):
    """A moment, kept in UTC and read with the offset of China."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Return a moment as the database keeps it.

        Parameters
        ----------
        value : datetime or None
            With an offset.
        dialect : Dialect
            Of the database; SQLite knows no offsets.

        Returns
        -------
        kept : datetime or None
        """
        if value is None:
            return None
        utc = value.astimezone(dt.UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002  # the base class names it
        """Return a moment with the offset of China.

        Parameters
        ----------
        value : datetime or None
            As the database keeps it.
        dialect : Dialect
            Of the database.

        Returns
        -------
        moment : datetime or None
        """
        return None if value is None else _in_china(value)


@dataclasses.dataclass(frozen=True, slots=True)
class Schema:
    """All tables of a store.

    Attributes
    ----------
    metadata : MetaData
        Of all tables, in an order in which each comes after those it refers to.
    batches, plans, orders, drafts : Table
        Who wrote when; accepted plans; the order in which rows were handed in, where it changed; unfinished work.
    by_register : dict of str to Table
        The table of each register.
    """

    metadata: MetaData
    batches: Table
    plans: Table
    orders: Table
    drafts: Table
    by_register: dict[str, Table]

    def table(self, register: Register) -> Table:
        """Return the table of a register.

        Parameters
        ----------
        register : Register
            One of the registers.

        Returns
        -------
        table : Table
        """
        return self.by_register[register.name]


@functools.cache
def store_schema(registers: tuple[Register, ...] = ALL_REGISTERS) -> Schema:
    """Return the tables that the records want.

    Parameters
    ----------
    registers : tuple of Register, default=ALL_REGISTERS
        One table each.

    Returns
    -------
    schema : Schema
    """
    metadata = MetaData()
    batches = Table(
        "batches",
        metadata,
        Column("batch_id", _whole(), primary_key=True, autoincrement=False),
        Column("recorded_at", Moment(), nullable=False),
        Column("stated_at", Moment(), nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("reason", Text),
    )
    by_register = {register.name: _register_table(metadata, register) for register in registers}
    plans = Table(
        "plans",
        metadata,
        Column("row_seq", _whole(), primary_key=True, autoincrement=False),
        _batch(),
        Column("plan_id", Text, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("pair_count", Integer, nullable=False),
        Column("document", Text, nullable=False),
        UniqueConstraint("plan_id", name="uq_plans_plan_id"),
        CheckConstraint(f"length(plan_id) BETWEEN 1 AND {CODE_LENGTH}", name="ck_plans_plan_id_length"),
    )
    orders = Table(
        "row_orders",
        metadata,
        Column("row_seq", _whole(), primary_key=True, autoincrement=False),
        _batch(),
        Column("register", Text, nullable=False),
        Column("keys", Text, nullable=False),
    )
    # drafts name no batch: they are no facts, and keeping one must not make anybody's plan a stale one
    drafts = Table(
        "drafts",
        metadata,
        Column("row_seq", _whole(), primary_key=True, autoincrement=False),
        Column("desk", Text, nullable=False),
        Column("saved_at", Moment(), nullable=False),
        Column("document", Text, nullable=False),
    )
    return Schema(metadata, batches, plans, orders, drafts, by_register)


def unique_columns(table: Table) -> list[list[str]]:
    """Return the columns of each unique constraint of a table, the primary key first.

    Parameters
    ----------
    table : Table
        Any table.

    Returns
    -------
    keys : list of list of str
    """
    stated = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return [list(table.primary_key.columns.keys()), *sorted(list(each.columns.keys()) for each in stated)]


@functools.lru_cache(maxsize=4096)
def _in_china(value: dt.datetime) -> dt.datetime:
    return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).astimezone(CHINA)


def _register_table(metadata: MetaData, register: Register) -> Table:
    own = [Column("row_seq", _whole(), primary_key=True, autoincrement=False), _batch()]
    unique = [register.key]
    rules: list[Any] = [
        CheckConstraint(
            f"length({register.key}) BETWEEN 1 AND {CODE_LENGTH}", name=f"ck_{register.name}_{register.key}_length"
        )
    ]
    if not register.is_fact:
        own.append(Column("row_version", Integer, nullable=False))
        own.append(Column("row_is_retired", _flag(register, "row_is_retired"), nullable=False))
        unique.append("row_version")
        rules.append(CheckConstraint("row_version >= 1", name=f"ck_{register.name}_row_version"))
    rules.append(UniqueConstraint(*unique, name=f"uq_{register.name}_{register.key}"))
    rules.extend(_choice_rule(register, each) for each in register.columns if each.cell_type is CellType.CHOICE)
    fields = [
        Column(each.name, _type_of(register, each), nullable=not (each.required or each.is_many))
        for each in register.columns
    ]
    # One person's growth file is read by itself, from among those of a city.
    lookups = [
        Index(f"ix_{register.name}_{each.name}", each.name)
        for each in register.columns
        if register.is_fact and each.refers_to in {"people", "placements"} and each.required
    ]
    return Table(register.name, metadata, *own, *fields, *rules, *lookups)


def _type_of(register: Register, column: Field) -> TypeEngine[Any]:
    match column.cell_type:
        case CellType.INTEGER:
            return BigInteger()
        case CellType.DECIMAL:
            return Double()
        case CellType.FLAG:
            return _flag(register, column.name)
        case CellType.DATE:
            return Date()
        case CellType.MOMENT:
            return Moment()
        case _:
            return Text()


def _choice_rule(register: Register, column: Field) -> CheckConstraint:
    # A check rather than the database's own type of enumeration, which PostgreSQL alone has.
    values = ", ".join(f"'{each.value}'" for each in column.choices or ())
    return CheckConstraint(f"{column.name} IN ({values})", name=f"ck_{register.name}_{column.name}")


def _flag(register: Register, name: str) -> Boolean:
    return Boolean(create_constraint=True, name=f"ck_{register.name}_{name}")


def _whole() -> TypeEngine[int]:
    return BigInteger().with_variant(Integer(), "sqlite")


def _batch() -> Column[int]:
    return Column("row_batch", _whole(), ForeignKey("batches.batch_id"), nullable=False)
