"""Values that name a row of another register, checked when everything has been read."""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from matching.records import ALL_REGISTERS, GROUPS, CellProblem, Record, Severity
from matching.roster.duplicates import Entry
from matching.roster.rows import Loaded

_PLACES, _PLACE_FIELD = "grids", "community"  # the register of places, and the field by which others name a place


def unknown_references(entries: Mapping[str, Sequence[Entry]]) -> list[CellProblem]:
    """Report identifiers that name no row of the register that they refer to.

    Parameters
    ----------
    entries : mapping of str to sequence of (Loaded, Record)
        Rows of each register by its name.

    Returns
    -------
    problems : list of CellProblem
        A warning a cell; one note a column where the register referred to has no rows at all, as in a file that
        holds only part of the district.
    """
    problems = []
    keys = {
        each.name: {str(getattr(record, each.key)) for _, record in entries.get(each.name, ())}
        for each in ALL_REGISTERS
    }
    sheets = {each.name: each.sheet for each in ALL_REGISTERS}
    for group, members in GROUPS.items():
        keys[group] = set().union(*(keys[each.name] for each in members))
        sheets[group] = "、".join(each.sheet for each in members)
    absent: dict[tuple[str, str], list[Loaded]] = {}
    for row, record in (entry for rows in entries.values() for entry in rows):
        for column in row.register.columns:
            value = getattr(record, column.name) if column.refers_to else None
            if value is None or value in keys[column.refers_to]:
                continue
            if not keys[column.refers_to]:
                absent.setdefault((row.register.name, column.name), []).append(row)
                continue
            nearest = difflib.get_close_matches(value, sorted(keys[column.refers_to]), n=1, cutoff=0.6)
            values = {"target": sheets[column.refers_to], "nearest": nearest[0] if nearest else "—"}
            problems.append(row.place.problem(column.name, "unknown_reference", value, Severity.WARNING, values))
    for (_, name), rows in absent.items():
        column = rows[0].register.column(name)
        values = {"target": sheets[column.refers_to], "count": len(rows), "header": column.header}
        value = str(rows[0].values.get(name, ""))
        problems.append(rows[0].place.problem(name, "reference_target_absent", value, Severity.NOTE, values))
    return problems


def unknown_communities(entries: Mapping[str, Sequence[Entry]]) -> list[CellProblem]:
    """Report communities that the register of streets, communities and grids does not hold.

    Parameters
    ----------
    entries : mapping of str to sequence of (Loaded, Record)
        Rows of each register by its name.

    Returns
    -------
    problems : list of CellProblem
        One for each unknown name and sheet, with how often it occurs there. None where the register is empty.
    """
    known = {str(getattr(record, _PLACE_FIELD)) for _, record in entries.get(_PLACES, ())}
    if not known:
        return []
    counts: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], tuple[Loaded, Record]] = {}
    for row, record in _named(entries):
        name = getattr(record, _PLACE_FIELD)
        if name not in known:
            key = (row.place.file, row.place.sheet, name)
            counts[key] += 1
            first.setdefault(key, (row, record))
    problems = []
    for key, (row, _) in first.items():
        nearest = difflib.get_close_matches(key[2], sorted(known), n=1, cutoff=0.4)
        values = {"count": counts[key], "nearest": nearest[0] if nearest else "—"}
        problems.append(row.place.problem(_PLACE_FIELD, "unknown_community", key[2], Severity.WARNING, values))
    return problems


def _named(entries: Mapping[str, Sequence[Entry]]) -> Iterator[Entry]:
    for register in ALL_REGISTERS:
        if (
            register.name == _PLACES
            or register.is_fact
            or all(column.name != _PLACE_FIELD for column in register.columns)
        ):
            continue
        yield from (entry for entry in entries.get(register.name, ()) if getattr(entry[1], _PLACE_FIELD))
