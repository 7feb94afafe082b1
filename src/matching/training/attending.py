"""Attendance as facts: each line of a sheet once; a line that was corrected reverses the one before it."""

import hashlib
from collections.abc import Iterable

from matching.records import Attendance, AttendanceEntry, TrainingRecords
from matching.records.reversals import standing_facts

_MARK = "SH-"


def attendance_facts(
    entries: Iterable[AttendanceEntry], training: TrainingRecords, *, recorder: str
) -> tuple[tuple[Attendance, ...], tuple[AttendanceEntry, ...]]:
    """Return what has to be appended so that the facts say what a sheet says.

    Parameters
    ----------
    entries : iterable of AttendanceEntry
        As `matching.roster.read_attendance` returns them.
    training : TrainingRecords
        What is recorded already.
    recorder : str
        Who records; nobody records their own hours.

    Returns
    -------
    facts : tuple of Attendance
        Empty where the same sheet was recorded before. A line with other hours than before reverses the old line.
    own : tuple of AttendanceEntry
        Lines of the recorder's own attendance, which are left out.
    """
    standing = {
        (each.course_id, each.person_id, each.date): each
        for each in standing_facts(training.attendances)
        if each.attendance_id.startswith(_MARK)
    }
    known = {each.attendance_id for each in training.attendances}
    facts: dict[str, Attendance] = {}
    own = []
    for entry in entries:
        if training.person(entry.person_id).name == recorder.strip():
            own.append(entry)
            continue
        before = standing.get((entry.course_id, entry.person_id, entry.date))
        if before is not None and (before.hours, before.leave_hours or 0.0) == (entry.hours, entry.leave_hours):
            continue
        fact = _fact(entry, recorder, before, known)
        facts[fact.attendance_id] = fact
        standing[entry.course_id, entry.person_id, entry.date] = fact
    return tuple(facts.values()), tuple(own)


def _fact(entry: AttendanceEntry, recorder: str, before: Attendance | None, known: set[str]) -> Attendance:
    text = f"{entry.course_id}|{entry.person_id}|{entry.date}|{entry.hours:g}|{entry.leave_hours:g}"
    attempt = 0
    while True:
        # going back to what an earlier sheet said is a new line, and the old one may not be written again
        digest = hashlib.sha256(f"{text}|{attempt}".encode()).hexdigest()[:10].upper()
        if f"{_MARK}{digest}" not in known:
            break
        attempt += 1
    return Attendance(
        attendance_id=f"{_MARK}{digest}",
        course_id=entry.course_id,
        person_id=entry.person_id,
        date=entry.date,
        hours=entry.hours,
        leave_hours=entry.leave_hours or None,
        evidence=entry.where,
        recorder=recorder,
        reverses=None if before is None else before.attendance_id,
        note=entry.note or None,
    )
