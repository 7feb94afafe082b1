"""The figures of a month: pure functions of registers and facts."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

from matching.records import CHINA, Action, Community, Need, NeedStatus, Result, ServiceRecord, Unit
from matching.records.reversals import standing_facts
from matching.service.month import Month
from matching.service.month_policy import MonthPolicy

DoubtRule = Literal["self_recorded", "long_day", "no_hours"]


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """A share with the cases it is of."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The share; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclasses.dataclass(frozen=True, slots=True)
class Doubt:
    """A record that somebody should look at again."""

    record_id: str
    rule: DoubtRule
    hours: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFigures:
    """What was done in one community."""

    place: str
    reported: int = 0
    services: int = 0
    hours: float = 0.0
    partners: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """What a month came to.

    Attributes
    ----------
    month : Month
    services : int
        Services that were completed.
    hours : float
        Of those, without hours that the one who served recorded.
    hours_by_partner : mapping of str to float
        Of all who served, by identifier after merges.
    services_by_partner : mapping of str to int
        The same, counted in services.
    newcomers : int
        Partners whose first completed service lies in the month.
    accepted : Rate
        Of all who were asked: those who did not decline.
    came : Rate
        Of those who were expected: those who came.
    satisfied : Rate
        Of services that were rated: those that satisfied.
    answered, done : Rate
        Of the needs reported in the month: those that somebody was asked for or placed at, and those that were served or
        are closed as done.
    days_to_answer : tuple of int
        From report to first answer, of each need that has both.
    places : tuple of PlaceFigures
        By community, in the order of the grids; ``""`` for none.
    doubts : tuple of Doubt
        Records that somebody should look at again.
    """

    month: Month
    services: int
    hours: float
    hours_by_partner: Mapping[str, float]
    services_by_partner: Mapping[str, int]
    newcomers: int
    accepted: Rate
    came: Rate
    satisfied: Rate
    answered: Rate
    done: Rate
    days_to_answer: tuple[int, ...]
    places: tuple[PlaceFigures, ...]
    doubts: tuple[Doubt, ...]

    @property
    def partners(self) -> int:
        """How many served."""
        return len(self.hours_by_partner)

    @property
    def shares(self) -> tuple[float, ...]:
        """Hours of each who has any: a crew that its unit pays has none, and says nothing of how even the work is."""
        return tuple(hours for hours in self.hours_by_partner.values() if hours)


def count_month(community: Community, month: Month, *, policy: MonthPolicy) -> MonthFigures:
    """Count what was done in a month.

    Parameters
    ----------
    community : Community
        With its facts. A service counts in the month of its date, whenever it was recorded; a record that another one
        reverses does not count; nor does anything of a partner who withdrew consent.
    month : Month
        The month.
    policy : MonthPolicy
        What satisfies, and which days are long.

    Returns
    -------
    figures : MonthFigures
    """
    kept = [each for each in standing_facts(community.services) if each.partner_id not in community.frozen_ids]
    own = [each for each in kept if month.holds(each.date)]
    results = Counter(each.result for each in own)
    completed = [each for each in own if each.result is Result.COMPLETED]
    doubts = _doubts(community, completed, policy)
    unconfirmed = {each.record_id for each in doubts if each.rule == "self_recorded"}
    hours, services = _by_partner(community, completed, unconfirmed)
    rated = [each.satisfaction for each in own if each.satisfaction is not None]
    asked = sum(results.values())
    expected = results[Result.COMPLETED] + results[Result.NO_SHOW]
    answered, done, days = _needs(community, month, kept)
    return MonthFigures(
        month=month,
        services=len(completed),
        hours=sum(hours.values()),
        hours_by_partner=hours,
        services_by_partner=services,
        newcomers=_newcomers(community, kept, month),
        accepted=Rate(asked - results[Result.DECLINED], asked),
        came=Rate(results[Result.COMPLETED], expected),
        satisfied=Rate(sum(each >= policy.satisfied_from for each in rated), len(rated)),
        answered=answered,
        done=done,
        days_to_answer=days,
        places=_places(community, month, completed, unconfirmed),
        doubts=doubts,
    )


def _reported(community: Community, month: Month) -> list[Need]:
    """Return the needs that were reported in a month and not cancelled."""
    return [n for n in community.needs if month.holds(n.reported_on) and n.status is not NeedStatus.CANCELLED]


def _hours(record: ServiceRecord, unconfirmed: Iterable[str]) -> float:
    return 0.0 if record.record_id in unconfirmed else record.hours or 0.0


def _by_partner(
    community: Community, completed: Iterable[ServiceRecord], unconfirmed: set[str]
) -> tuple[dict[str, float], dict[str, int]]:
    hours: defaultdict[str, float] = defaultdict(float)
    services: Counter[str] = Counter()
    for record in completed:
        who = community.resolve(record.partner_id)
        hours[who] += _hours(record, unconfirmed)
        services[who] += 1
    return dict(hours), dict(services)


def _newcomers(community: Community, kept: Iterable[ServiceRecord], month: Month) -> int:
    """Count those whose first completed service lies in the month."""
    firsts: dict[str, list[ServiceRecord]] = defaultdict(list)
    for each in kept:
        if each.result is Result.COMPLETED and each.date:
            firsts[community.resolve(each.partner_id)].append(each)
    return sum(month.holds(min(each.date for each in records if each.date)) for records in firsts.values())


def _needs(community: Community, month: Month, kept: Iterable[ServiceRecord]) -> tuple[Rate, Rate, tuple[int, ...]]:
    reported = {need.need_id: need for need in _reported(community, month)}
    answers = [(each.need_id, each.date) for each in kept]
    taken = [each for each in standing_facts(community.decisions) if each.action in {Action.ACCEPT, Action.PIN}]
    answers += [(each.need_id, each.at.astimezone(CHINA).date()) for each in taken]
    first: dict[str, int] = {}
    touched = set()
    for need_id, day in answers:
        if need_id not in reported:
            continue
        touched.add(need_id)
        since = reported[need_id].reported_on
        if day and since and day >= since:
            first[need_id] = min(first.get(need_id, (day - since).days), (day - since).days)
    served = {each.need_id for each in kept if each.result is Result.COMPLETED}
    closed = {need_id for need_id, need in reported.items() if need.status is NeedStatus.DONE or need_id in served}
    whole = len(reported)
    return Rate(len(touched | closed), whole), Rate(len(closed), whole), tuple(sorted(first.values()))


def _places(
    community: Community, month: Month, completed: Iterable[ServiceRecord], unconfirmed: set[str]
) -> tuple[PlaceFigures, ...]:
    reported = Counter(need.community or "" for need in _reported(community, month))
    services: Counter[str] = Counter()
    hours: defaultdict[str, float] = defaultdict(float)
    partners: defaultdict[str, set[str]] = defaultdict(set)
    for record in completed:
        place = record.community or ""
        services[place] += 1
        hours[place] += _hours(record, unconfirmed)
        partners[place].add(community.resolve(record.partner_id))
    listed = dict.fromkeys(grid.community for grid in community.grids)
    others = sorted({*reported, *services} - set(listed), key=lambda place: (not place, place))
    return tuple(
        PlaceFigures(
            place=place,
            reported=reported[place],
            services=services[place],
            hours=hours[place],
            partners=len(partners[place]),
        )
        for place in (*listed, *others)
    )


def _doubts(community: Community, completed: Iterable[ServiceRecord], policy: MonthPolicy) -> tuple[Doubt, ...]:
    """Find hours that the one who served recorded, hours that were not stated, and days too long to be true."""
    people = {each.partner_id: each for each in community.partners}
    days: defaultdict[tuple[str, object], float] = defaultdict(float)
    found = []
    for record in completed:
        who = people.get(community.resolve(record.partner_id))
        name = None if who is None or isinstance(who, Unit) else who.name
        if name and record.recorder and record.recorder.strip() == name.strip():
            found.append(Doubt(record.record_id, "self_recorded", record.hours or 0.0))
        if name and not record.hours:
            found.append(Doubt(record.record_id, "no_hours", 0.0))
        if name:
            days[record.partner_id, record.date] += record.hours or 0.0
            if days[record.partner_id, record.date] > policy.most_hours_a_day:
                found.append(Doubt(record.record_id, "long_day", days[record.partner_id, record.date]))
    return tuple(found)
