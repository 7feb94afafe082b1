"""One person's facts of training, read by themselves from a store that may hold a whole city's."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Connection, func, select

from matching.records import (
    CHINA,
    Attendance,
    Cadre,
    MentorshipNote,
    Placement,
    Record,
    Register,
    TrainingRecords,
    register,
)
from matching.records.collector import collector_at_rest
from matching.store.cells import decode_rows
from matching.store.schema import Schema
from matching.store.versions import read_facts, read_records, read_shelf

_OF_A_PERSON = ("attendances", "course_reviews", "mentorship_notes", "assessments", "outcomes")
_SMALL = ("competencies", "requirements")


def read_person(
    connection: Connection, schema: Schema, person_id: str, *, upto: int, since: dt.date | None = None
) -> TrainingRecords:
    """Read what a growth file needs: one person's facts, and the courses and people that they name.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    person_id : str
        Whose.
    upto : int
        The last batch that counts.
    since : date, optional
        Courses that begin on this day or later are read too, as what may still be attended; by default those after the
        person's last fact.

    Returns
    -------
    training : TrainingRecords
    """
    with collector_at_rest():
        rows: dict[str, list[Record]] = {
            name: read_facts(connection, schema, register(name), upto=upto, column="person_id", values=(person_id,))
            for name in _OF_A_PERSON
        }
        rows |= {name: read_records(connection, schema, register(name), upto=upto) for name in _SMALL}
        placed = _current(connection, schema, register("placements"), _named(connection, schema, person_id), upto)
        own = [each for each in placed if isinstance(each, Placement) and each.person_id == person_id]
        rows["placements"] = list(own)
        notes, placement_ids = register("placement_notes"), {each.placement_id for each in own}
        if placement_ids:
            rows[notes.name] = read_facts(
                connection, schema, notes, upto=upto, column="placement_id", values=placement_ids
            )
        attended = [each for each in rows["attendances"] if isinstance(each, Attendance)]
        begin = since or max((each.date for each in attended if each.date), default=dt.date.min)
        courses = {each.course_id for each in attended} | _coming(connection, schema, begin)
        rows["courses"] = _current(connection, schema, register("courses"), courses, upto)
        rows["cadres"] = _current(connection, schema, register("cadres"), {person_id}, upto)
        named = {each.mentor_id for each in rows["mentorship_notes"] if isinstance(each, MentorshipNote)}
        named |= {each.host_id for each in own if each.host_id}
        named |= {each.reports_to for each in rows["cadres"] if isinstance(each, Cadre) and each.reports_to}
        rows["mentors"] = _current(connection, schema, register("mentors"), named, upto)
    return TrainingRecords.of(rows)


def last_day(connection: Connection, schema: Schema, *, until: dt.date) -> dt.date | None:
    """Return the last day that the facts of training speak of.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    until : date
        Later days do not count.

    Returns
    -------
    day : date or None
        None where there is none.
    """
    days: list[dt.date | None] = []
    for name in ("attendances", "assessments"):
        date = schema.by_register[name].c.date
        days.append(connection.execute(select(func.max(date)).where(date <= until)).scalar())
    at = schema.by_register["mentorship_notes"].c.at
    end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), CHINA)
    moment = connection.execute(select(func.max(at)).where(at < end)).scalar()
    days.append(None if moment is None else moment.astimezone(CHINA).date())
    return max((day for day in days if day is not None), default=None)


def _current(connection: Connection, schema: Schema, home: Register, keys: Collection[str], upto: int) -> list[Record]:
    return decode_rows(home, read_shelf(connection, schema, home, upto=upto, keys=keys).rows.values())


def _named(connection: Connection, schema: Schema, person_id: str) -> set[str]:
    """Return the placements of which some version names a person."""
    table = schema.by_register["placements"]
    return set(connection.execute(select(table.c.placement_id).where(table.c.person_id == person_id)).scalars())


def _coming(connection: Connection, schema: Schema, day: dt.date) -> set[str]:
    """Return the courses whose first session is on a day or later: the text of the sessions begins with that moment."""
    table = schema.by_register["courses"]
    return set(
        connection.execute(select(table.c.course_id).where(table.c.windows >= f'[["{day.isoformat()}')).scalars()
    )
