"""What the organizer wrote on the dispatch sheet, turned into facts that may be appended any number of times."""

import dataclasses
from collections.abc import Iterable, Sequence

from matching.records import CellProblem, DispatchRow, Result, ServiceRecord, Severity

_ANSWERS = frozenset({Result.ACCEPTED, Result.DECLINED})
_COMPARED = ("result", "date", "hours", "satisfaction", "note")


@dataclasses.dataclass(frozen=True, slots=True)
class Feedback:
    """What a dispatch sheet says.

    Attributes
    ----------
    facts : tuple of ServiceRecord
        To be appended; empty when the sheet says nothing that is not known.
    unchanged : int
        Lines that say what is known already.
    blank : int
        Lines on which nothing has been written yet.
    problems : tuple of CellProblem
        Lines that contradict themselves or a rule.
    """

    facts: tuple[ServiceRecord, ...]
    unchanged: int
    blank: int
    problems: tuple[CellProblem, ...]


def read_feedback(rows: Iterable[DispatchRow], known: Sequence[ServiceRecord], *, by: str, file: str = "") -> Feedback:
    """Turn dispatch lines into service records, against those that are known.

    A line has two stages: the answer (接受, 拒绝) and the outcome (完成, 未到). A stage that says the same as before is
    left alone; one that says something else becomes a new record that reverses the old one, so that nothing is
    overwritten and reading a sheet twice changes nothing.

    Parameters
    ----------
    rows : iterable of DispatchRow
        Lines of the sheet.
    known : sequence of ServiceRecord
        All service records so far.
    by : str
        Who recorded it. May not be the one who served (志愿服务记录办法: whoever records an hour is not the one who served).
    file : str
        Name of the sheet's file, for the problems.

    Returns
    -------
    feedback : Feedback
    """
    by_id = {record.record_id: record for record in known}
    facts: list[ServiceRecord] = []
    problems: list[CellProblem] = []
    unchanged = blank = 0
    for row in rows:
        found = _problem(row, by=by, file=file)
        if found is not None:
            problems.append(found)
        if found is not None and found.severity is Severity.ROW_LEFT_OUT:
            continue
        if row.result is None:
            blank += 1
            continue
        fact = _fact(row, by_id, by=by)
        if fact is None:
            unchanged += 1
            continue
        facts.append(fact)
        by_id[fact.record_id] = fact
    return Feedback(tuple(facts), unchanged, blank, tuple(problems))


def _fact(row: DispatchRow, by_id: dict[str, ServiceRecord], *, by: str) -> ServiceRecord | None:
    stage = "A" if row.result in _ANSWERS else "O"
    revision, latest = 1, None
    while (record_id := f"{row.dispatch_id}-{stage}{revision}") in by_id:
        latest = by_id[record_id]
        revision += 1
    window = row.window[0] if row.window else None
    fact = ServiceRecord(
        record_id=record_id,
        partner_id=row.partner_id,
        need_id=row.need_id,
        plan_id=row.plan_id,
        activity=row.task,
        date=window.start.date() if window else None,
        community=row.community,
        place=row.place,
        result=row.result,
        hours=row.hours if row.result is Result.COMPLETED else None,
        satisfaction=row.satisfaction,
        recorder=by,
        reverses=latest.record_id if latest else None,
        note=row.note,
    )
    if latest is not None and all(getattr(latest, name) == getattr(fact, name) for name in _COMPARED):
        return None
    return fact


def _problem(row: DispatchRow, *, by: str, file: str) -> CellProblem | None:
    served = row.result is Result.COMPLETED
    cases = (
        (row.result is None and row.hours is not None, "hours_without_result", row.hours, Severity.ROW_LEFT_OUT),
        (row.result in {Result.DECLINED, Result.NO_SHOW} and bool(row.hours), "hours_without_service", row.hours,
         Severity.ROW_LEFT_OUT),
        (served and row.partner_name == by, "recorder_is_server", by, Severity.ROW_LEFT_OUT),
        (served and row.hours is None, "completed_without_hours", row.dispatch_id, Severity.WARNING),
    )  # fmt: skip
    for applies, rule, value, severity in cases:
        if applies:
            values = {"hours": value} if rule == "hours_without_service" else {}
            return CellProblem(
                file=file,
                sheet="派单表",
                cell=row.dispatch_id,
                rule=rule,
                value=str(value),
                severity=severity,
                values=values,
            )
    return None
