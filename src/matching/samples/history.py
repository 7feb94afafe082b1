"""A year of service: series of activities with their regulars, who come, decline or stay away each in their own way."""

import bisect
import dataclasses
import datetime as dt
import itertools
import random
from collections.abc import Sequence

from matching.records import Need, Result, ServiceRecord, Unit, Volunteer
from matching.samples.places import Places, draw_public_place
from matching.samples.profile import Profile, leader_of
from matching.samples.texts import Row, read_texts, some, split

PER_PARTNER = 3.7
_YEAR = 365
_DECLINED = ("单位临时加班", "孩子发烧走不开", "身体不舒服", "在外地", "没看到通知", "时间对不上", "太远了")
_AWAY = ("电话没人接", "答应了没到", "记错日子了")
_WORKING_DAYS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class _Member:
    """A partner with the habits that the records will show."""

    profile: Profile
    keeps_word: float  # chance to come after having accepted
    quality: float  # chance of full marks


@dataclasses.dataclass(slots=True)
class _Ledger:
    """What has been recorded so far: drafts, and who is taken on which day."""

    drafts: list[dict[str, object]]
    taken: set[tuple[str, dt.date]]


def make_services(
    rng: random.Random, profiles: Sequence[Profile], *, places: Places, as_of: dt.date
) -> tuple[ServiceRecord, ...]:
    """Make a year of service records that ends on `as_of`.

    A partner has at most one record a day, so that no two intervals of one person can overlap. A unit's crew on a
    working day is paid, and paid time is not volunteering: its records of such days have no hours.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    profiles : sequence of Profile
        Who may serve.
    places : Places
        Where.
    as_of : date
        The last day of the year.

    Returns
    -------
    services : tuple of ServiceRecord
        In the order of their days.
    """
    members = [_Member(each, _word(rng), 0.45 + 0.5 * rng.random()) for each in profiles]
    by_tag = _index(members, places)
    rows = [row for row in read_texts("history") if row["tag"] in by_tag]
    target = round(PER_PARTNER * len(profiles))
    ledger = _Ledger([], set())
    tickets = list(itertools.accumulate(int(row["weight"]) for row in rows))
    for _ in range(20 * len(profiles)):
        if len(ledger.drafts) >= target or not rows:
            break
        row = rows[bisect.bisect(tickets, rng.randrange(tickets[-1]))]
        community = places.draw_community(rng)
        team = _team(rng, by_tag[row["tag"]], community, places)
        if team:
            _run_series(rng, row, community, team, places=places, as_of=as_of, ledger=ledger)
    drafts = sorted(ledger.drafts, key=lambda draft: (draft["date"], draft["order"]))
    return tuple(_record(i, draft) for i, draft in enumerate(drafts))


def make_refusals(
    rng: random.Random, needs: Sequence[Need], profiles: Sequence[Profile], *, start: int, as_of: dt.date
) -> tuple[ServiceRecord, ...]:
    """Make answers to needs that are still open: two volunteers were asked already and said no.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    needs : sequence of Need
        The open needs.
    profiles : sequence of Profile
        Who may have been asked.
    start : int
        Number of records before these.
    as_of : date
        Day of the answers.

    Returns
    -------
    refusals : tuple of ServiceRecord
    """
    asked = [p for p in profiles if isinstance(p.partner, Volunteer) and not p.is_frozen]
    older = [need for need in needs if need.reported_on and need.reported_on < as_of and not need.licences]
    if len(asked) < 10 or len(older) < 10:
        return ()
    return tuple(
        ServiceRecord(
            record_id=f"R-{start + i + 1:04d}",
            partner_id=profile.partner.partner_id,
            need_id=need.need_id,
            activity="上门征询",
            date=as_of,
            community=need.community,
            result=Result.DECLINED,
            recorder="社区值班员",
            note=rng.choice(_DECLINED),
        )
        for i, (profile, need) in enumerate(zip(rng.sample(asked, 2), rng.sample(older, 2), strict=True))
    )


def _word(rng: random.Random) -> float:
    """Return how far somebody keeps their word: most always, some mostly, a few hardly."""
    drawn = rng.random()
    return 0.55 if drawn < 0.05 else 0.85 if drawn < 0.2 else 0.98


def _index(members: Sequence[_Member], places: Places) -> dict[str, dict[str, list[_Member]]]:
    """Return members by kind of activity and by where they live, with ``""`` for everywhere."""
    by_tag: dict[str, dict[str, list[_Member]]] = {}
    for member in members:
        for tag in member.profile.tags:
            of_tag = by_tag.setdefault(tag, {})
            street = places.street_of[member.profile.community]
            for where in (member.profile.community, street, ""):
                of_tag.setdefault(where, []).append(member)
    return by_tag


def _team(
    rng: random.Random, pool: dict[str, list[_Member]], community: str, places: Places
) -> list[tuple[_Member, float]]:
    """Return the regulars of a series, each with the chance to accept: those who live near accept more."""
    size = rng.randint(1, 6)
    team: dict[str, tuple[_Member, float]] = {}
    for _ in range(size):
        where = community if some(rng, 0.72) else places.street_of[community] if some(rng, 0.6) else ""
        nearby = pool.get(where) or pool[""]
        member = rng.choice(nearby)
        home = member.profile.community
        is_street = places.street_of[home] == places.street_of[community]
        accepts = 0.95 if home == community else 0.85 if is_street else 0.66
        team[member.profile.partner.partner_id] = (member, accepts)
    return list(team.values())


def _run_series(
    rng: random.Random, row: Row, community: str, team: list[tuple[_Member, float]], *, places: Places,
    as_of: dt.date, ledger: _Ledger,
) -> None:  # fmt: skip
    """Record the occasions of one series: the same people, place and kind of work, every week, fortnight or month."""
    interval = rng.choice((7, 7, 14, 14, 28))
    occasions = rng.randint(1, 14)
    day = as_of - dt.timedelta(days=rng.randint(0, _YEAR + interval * occasions))
    if row["weekend"] == "y":
        day += dt.timedelta(days=rng.choice((5, 6)) - day.weekday())
    months = {int(month) for month in split(row["months"])} or set(range(1, 13))
    place = draw_public_place(rng, community)
    who = rng.choice(row["who"].split("|"))
    worker = rng.choice(places.grids_of[community]).worker
    for k in range(occasions):
        date = day + dt.timedelta(days=interval * k)
        if as_of - dt.timedelta(days=_YEAR) <= date <= as_of and date.month in months:
            occasion: dict[str, object] = {
                "activity": row["activity"],
                "date": date,
                "community": community,
                "place": place if some(rng, 0.8) else None,
                "beneficiary": who if some(rng, 0.85) else None,
                "content": rng.choice(row["contents"].split("|")),
                "recorder": f"网格员{worker}" if some(rng, 0.9) else "社区值班员",
            }
            hours = float(row["hours"]) + rng.choice((-0.5, 0, 0, 0, 0.5))
            _record_occasion(rng, occasion, team, hours=max(0.5, hours), date=date, ledger=ledger)


def _record_occasion(
    rng: random.Random, occasion: dict[str, object], team: list[tuple[_Member, float]], *, hours: float, date: dt.date,
    ledger: _Ledger,
) -> None:  # fmt: skip
    answers = []
    for member, accepts in team:
        partner = member.profile.partner
        is_new = isinstance(partner, Volunteer) and partner.registered_on is not None and date < partner.registered_on
        if is_new or (partner.partner_id, date) in ledger.taken or not some(rng, 0.85):
            continue
        result = Result.DECLINED
        if some(rng, accepts):
            result = Result.COMPLETED if some(rng, member.keeps_word) else Result.NO_SHOW
        answers.append((member, result))
    came = [m.profile for m, result in answers if result is Result.COMPLETED and not m.profile.is_frozen]
    leader = next((leader_of(profile) for profile in came), None)
    for member, result in answers:
        ledger.taken.add((member.profile.partner.partner_id, date))
        draft = {**occasion, "partner_id": member.profile.partner.partner_id, "result": result, "leader": leader}
        draft |= _outcome(rng, member, result, hours=hours, date=date)
        draft["order"] = len(ledger.drafts)
        ledger.drafts.append(draft)


def _outcome(rng: random.Random, member: _Member, result: Result, *, hours: float, date: dt.date) -> dict[str, object]:
    if result is not Result.COMPLETED:
        reasons = _DECLINED if result is Result.DECLINED else _AWAY
        return {"content": None, "leader": None, "note": rng.choice(reasons) if some(rng, 0.4) else None}
    marks = 5 if some(rng, member.quality) else rng.choice((4, 4, 4, 3, 3, 2))
    outcome: dict[str, object] = {"hours": hours, "satisfaction": marks if some(rng, 0.72) else None}
    if isinstance(member.profile.partner, Unit) and date.weekday() < _WORKING_DAYS:
        outcome |= {"hours": None, "note": "工作时间出队，不计志愿服务时长"}
    return outcome


def _record(index: int, draft: dict[str, object]) -> ServiceRecord:
    draft.pop("order")
    return ServiceRecord(record_id=f"R-{index + 1:04d}", **draft)  # type: ignore[arg-type]  # the keys are its fields
