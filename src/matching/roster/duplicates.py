"""Rows that state one thing twice: the same identifier, or the same person under two."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from matching.records import CellProblem, Column, Record, Register, Severity, show_value
from matching.roster.rows import Loaded, shown

Entry = tuple[Loaded, Record]


def drop_repeated(rows: Sequence[Loaded]) -> tuple[list[Loaded], list[CellProblem]]:
    """Leave out rows that repeat another to the letter, and report identifiers that two different rows have.

    Parameters
    ----------
    rows : sequence of Loaded
        All rows of one register, in order.

    Returns
    -------
    kept : list of Loaded
    problems : list of CellProblem
        Each shows both rows side by side.
    """
    first: dict[str, Loaded] = {}
    kept: list[Loaded] = []
    problems = []
    for row in rows:
        known = first.get(row.key) if row.key else None
        if known is None:
            if row.key:
                first[row.key] = row
            kept.append(row)
            continue
        register = row.register
        differing = [c for c in register.columns if _differs(known.values.get(c.name), row.values.get(c.name))]
        where = {"other": _where(known), "register": register.sheet}
        if not differing:
            problems.append(row.place.problem("", "same_row_twice", row.key, Severity.ROW_LEFT_OUT, where))
            continue
        kept.append(row)
        values = {**where, "differences": _side_by_side(known.values, row.values, differing)}
        problems.append(row.place.problem(register.key, "key_twice", row.key, Severity.WARNING, values))
    return kept, problems


def _differs(one: Any, other: Any) -> bool:
    empty = (None, ())
    return not (one in empty and other in empty) and one != other


def _where(row: Loaded) -> str:
    return " ".join(part for part in (row.place.file, row.place.sheet, f"第{row.place.row}行") if part)


def _side_by_side(one: Mapping[str, Any], other: Mapping[str, Any], columns: Iterable[Column]) -> str:
    def text(value: Any, column: Column) -> str:
        return shown(show_value(value or None, column), column) or "（空）"

    pairs = [f"{c.header}：{text(one.get(c.name), c)} ↔ {text(other.get(c.name), c)}" for c in columns]
    return "；".join(pairs) or "—"


def same_people(entries: Sequence[Entry]) -> list[CellProblem]:
    """Report people who stand in the registers twice; both rows stay.

    Parameters
    ----------
    entries : sequence of (Loaded, Record)
        All partners, of every register that has names.

    Returns
    -------
    problems : list of CellProblem
        One for each later row: the same ID number, the same name and phone, or the same name, birth date and
        community as an earlier one.
    """
    problems = []
    seen: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        earlier = None
        clues = list(_clues(entry[1]))
        for clue in clues:
            earlier = earlier or seen.get(clue)
        if earlier is not None:
            problems.append(_same_person(earlier, entry))
        for clue in clues:
            seen.setdefault(clue, entry)
    return problems


def _clues(record: Record) -> Iterator[tuple[str, ...]]:
    def field(name: str) -> str:
        return str(getattr(record, name, None) or "")

    name = "".join(field("name").split())
    if field("id_number"):
        yield "id", field("id_number")
    if name and field("phone"):
        yield "phone", name, field("phone")
    if name and field("birth_date"):
        yield "birth", name, field("birth_date"), field("community")


def _same_person(earlier: Entry, later: Entry) -> CellProblem:
    (known, one), (row, other) = earlier, later
    shared = [c for c in row.register.columns if c in known.register.columns and c.name != row.register.key]
    one_values = {c.name: getattr(one, c.name) for c in shared}
    other_values = {c.name: getattr(other, c.name) for c in shared}
    differing = [c for c in shared if _differs(one_values[c.name], other_values[c.name])]
    values = {
        "other": _where(known),
        "key": _key(row.register, other),
        "other_key": _key(known.register, one),
        "differences": _side_by_side(one_values, other_values, differing),
    }
    field = "name" if "name" in row.place.columns else ""
    return row.place.problem(field, "same_person_twice", shown(getattr(other, "name", "")), Severity.WARNING, values)


def _key(register: Register, record: Record) -> str:
    return str(getattr(record, register.key))
