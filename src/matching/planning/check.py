"""An independent look at a plan: every hard rule again, from the records alone, one pair at a time.

Nothing here is shared with the tables of who is blocked: a slip there must not hide itself here.
"""

import dataclasses
import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from matching.affinity.places import fold_place
from matching.affinity.policy import Policy, read_policy
from matching.affinity.profiles import resolve_needs
from matching.planning.eligibility import birth_of
from matching.planning.licensing import fold_licence, read_licence_names
from matching.planning.proposal import Assignment, Proposal
from matching.planning.resources import brings
from matching.records import (
    CHINA,
    Action,
    Community,
    Kind,
    Need,
    NeedStatus,
    Partner,
    Result,
    Unit,
    Volunteer,
    WeeklySlot,
    Window,
)

_SLACK = 1e-6


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class PlanViolation:
    """One rule that a plan breaks.

    Attributes
    ----------
    rule : str
        Its name.
    need_id, partner_id : str
        Where; empty where the rule is about one side only.
    found : str
        What was found.
    """

    rule: str
    need_id: str
    partner_id: str
    found: str


def check_plan(plan: Proposal, community: Community, *, policy: Policy | None = None) -> tuple[PlanViolation, ...]:
    """Check a plan against every hard rule, from the records alone.

    Parameters
    ----------
    plan : Proposal
        Any.
    community : Community
        The registers and facts that it was made on.
    policy : Policy, optional
        By default the packaged ones.

    Returns
    -------
    violations : tuple of PlanViolation
        Empty where the plan keeps every rule.
    """
    policy = policy or read_policy()
    needs = {need.need_id: need for need in resolve_needs(community, community.needs)}
    partners = {partner.partner_id: partner for partner in community.partners}
    found: list[PlanViolation] = []
    known = []
    for each in plan.assignments:
        if each.need_id not in needs or each.partner_id not in partners:
            found.append(PlanViolation("unknown", each.need_id, each.partner_id, "not in the registers, or frozen"))
        else:
            known.append(each)
    for each in known:
        rules = _pair_rules(each, needs[each.need_id], partners[each.partner_id], community, policy, plan.as_of)
        found += [PlanViolation(rule, each.need_id, each.partner_id, text) for rule, text in rules]
    found += _need_rules(known, needs, partners, community, policy)
    found += _partner_rules(known, needs, partners, policy)
    return tuple(sorted(found))


def _pair_rules(
    pair: Assignment, need: Need, partner: Partner, community: Community, policy: Policy, as_of: dt.date
) -> Iterator[tuple[str, str]]:
    now = as_of if isinstance(as_of, dt.datetime) else dt.datetime.combine(as_of, dt.time(), CHINA)
    day = pair.window.start.astimezone(CHINA).date() if pair.window else now.astimezone(CHINA).date()
    kind = policy.kinds[partner.kind]
    if need.status in {NeedStatus.DONE, NeedStatus.CANCELLED}:
        yield "closed", str(need.status)
    if need.kinds and partner.kind not in need.kinds:
        yield "kind", str(partner.kind)
    yield from _time_rules(pair, need, partner, now)
    for name in () if need.is_team else need.licences:
        vouches = kind.has_licence_by_claim and any(claim.level == "licensed" for claim in partner.skills)
        if not vouches and not _holds(community, partner.partner_id, name, day):
            yield "licence", f"{name} on {day}"
    yield from _age_rules(need, partner, day, policy)
    if need.is_risky and not (
        partner.is_insured is True or (partner.is_insured is None and kind.is_insured_unless_stated)
    ):
        yield "insurance", str(partner.is_insured)
    if need.crew and isinstance(partner, Unit) and partner.staff is not None and partner.staff < need.crew:
        yield "crew", str(partner.staff)
    for block in community.blocks:
        holds = block.until is None or day <= block.until
        where = block.community and need.community and fold_place(block.community) == fold_place(need.community)
        if (
            holds
            and community.resolve(block.partner_id) == partner.partner_id
            and (block.need_id == need.need_id or where)
        ):
            yield "kept_apart", block.block_id
    yield from _answers(need.need_id, partner.partner_id, community)


def _time_rules(pair: Assignment, need: Need, partner: Partner, now: dt.datetime) -> Iterator[tuple[str, str]]:
    window = pair.window
    if need.windows and window is None:
        yield "window", "no time although the need states one"
    if window is None:
        return
    if not any(each.start <= window.start and window.end <= each.end for each in need.windows):
        yield "window", str(window)
    if window.start < now:
        yield "time_over", str(window)
    if abs(window.hours - pair.hours) > 1 / 60 + _SLACK:
        yield "hours", f"{window.hours} and {pair.hours}"
    if partner.available and not _is_free(partner.available, window):
        yield "time", str(window)


def _is_free(slots: Sequence[WeeklySlot], window: Window) -> bool:
    """Look at every minute of the work."""
    moment, end = window.start.astimezone(CHINA), window.end.astimezone(CHINA)
    while moment < end:
        minute = moment.hour * 60 + moment.minute
        if not any(slot.weekday == moment.weekday() and slot.start <= minute < slot.end for slot in slots):
            return False
        moment += dt.timedelta(minutes=1)
    return True


def _holds(community: Community, partner_id: str, name: str, day: dt.date) -> bool:
    names = read_licence_names()
    wanted = {fold_licence(name), *names.get(fold_licence(name), ())}
    return any(
        community.resolve(each.partner_id) == partner_id
        and each.is_valid(day)
        and wanted & {fold_licence(each.name), *names.get(fold_licence(each.name), ())}
        for each in community.licences
    )


def _age_rules(need: Need, partner: Partner, day: dt.date, policy: Policy) -> Iterator[tuple[str, str]]:
    if not policy.kinds[partner.kind].has_age:
        return
    birth = birth_of(partner)
    if birth is None:
        is_adult = partner.kind is Kind.SPECIALIST and (need.minimum_age or 0) <= policy["adult_age"]
        limited = (need.minimum_age is not None and not is_adult) or need.maximum_age is not None
        if limited and policy["unknown_age_blocks"]:
            yield "age", "unknown"
        return
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    if need.minimum_age is not None and age < need.minimum_age:
        yield "age", str(age)
    if need.maximum_age is not None and age > need.maximum_age:
        yield "age", str(age)
    if age < policy["guardian_age"] and not (isinstance(partner, Volunteer) and partner.guardian_consent):
        yield "guardian", str(age)


def _answers(need_id: str, partner_id: str, community: Community) -> Iterator[tuple[str, str]]:
    undone = {each.reverses for each in community.decisions}
    last: Action | None = None
    for decision in sorted(community.decisions, key=lambda each: each.at):
        mine = decision.need_id == need_id and community.resolve(decision.partner_id or "") == partner_id
        if mine and decision.decision_id not in undone and decision.action is not Action.UNDO:
            last = decision.action
    if last is Action.FORBID:
        yield "forbidden", need_id
    reversed_ids = {each.reverses for each in community.services}
    need = community.need(need_id)
    start = min((window.start.date() for window in need.windows), default=None)
    for record in community.services:
        if record.need_id != need_id or community.resolve(record.partner_id) != partner_id:
            continue
        again = need.recurrence not in {None, "once"} and record.date and start and record.date < start
        if record.record_id not in reversed_ids and not again and record.result in {Result.DECLINED, Result.NO_SHOW}:
            yield str(record.result), record.record_id


def _need_rules(
    pairs: Iterable[Assignment],
    needs: dict[str, Need],
    partners: dict[str, Partner],
    community: Community,
    policy: Policy,
) -> Iterator[PlanViolation]:
    served: dict[str, list[Assignment]] = defaultdict(list)
    for pair in pairs:
        served[pair.need_id].append(pair)
    for need_id, team in served.items():
        need = needs[need_id]
        ids = [pair.partner_id for pair in team]
        most = need.people_max or max(need.people_min or 0, int(policy["default_people"]))
        locked = sum(pair.is_locked for pair in team)
        if len(team) > max(most, locked):
            yield PlanViolation("too_many", need_id, "", f"{len(team)} of {most}")
        if len(set(ids)) < len(ids):
            yield PlanViolation("twice", need_id, "", "one partner twice")
        homes = Counter(p.household for p in map(partners.__getitem__, ids) if isinstance(p, Volunteer) and p.household)
        for home, count in homes.items():
            if count > 1:
                yield PlanViolation("household", need_id, "", f"{home}: {count}")
        for resource in need.resources:
            if len(team) == 1 and most == 1 and not brings(partners[ids[0]], resource):
                yield PlanViolation("resources", need_id, ids[0], resource)
        yield from _apart(need_id, team, community)


def _apart(need_id: str, team: Sequence[Assignment], community: Community) -> Iterator[PlanViolation]:
    ids = {pair.partner_id for pair in team}
    day = team[0].window.start.astimezone(CHINA).date() if team[0].window else None
    for block in community.blocks:
        both = {community.resolve(block.partner_id), community.resolve(block.other_partner_id or "")}
        holds = block.until is None or day is None or day <= block.until
        if block.other_partner_id and holds and len(both) == 2 and both <= ids:
            yield PlanViolation("apart", need_id, "", block.block_id)


def _partner_rules(
    pairs: Iterable[Assignment], needs: dict[str, Need], partners: dict[str, Partner], policy: Policy
) -> Iterator[PlanViolation]:
    work: dict[str, list[Assignment]] = defaultdict(list)
    for pair in pairs:
        work[pair.partner_id].append(pair)
    for partner_id, jobs in work.items():
        partner = partners[partner_id]
        kind = policy.kinds[partner.kind]
        most = kind.most_needs if partner.most_needs is None else partner.most_needs
        hours = kind.hours if partner.hours is None else partner.hours
        if len(jobs) > most:
            yield PlanViolation("most_needs", "", partner_id, f"{len(jobs)} of {most}")
        if sum(job.hours for job in jobs) > hours + _SLACK:
            yield PlanViolation("hours", "", partner_id, f"{sum(job.hours for job in jobs)} of {hours}")
        timed = [(job.need_id, job.window) for job in jobs if job.window]
        for (one, early), (other, late) in itertools.combinations(timed, 2):
            if _clash(early, late, needs[one], needs[other], policy):
                yield PlanViolation("overlap", one, partner_id, f"{early} and {late}")


def _clash(first: Window, second: Window, here: Need, there: Need, policy: Policy) -> bool:
    if first.start < second.end and second.start < first.end:
        return True
    if here.place is not None and (here.community, here.place) == (there.community, there.place):
        return False
    same = bool(here.community and there.community) and fold_place(here.community or "") == fold_place(
        there.community or ""
    )
    gap = dt.timedelta(minutes=policy["travel_minutes_near" if same else "travel_minutes_far"])
    early, late = (first, second) if first.start <= second.start else (second, first)
    return late.start < early.end + gap - dt.timedelta(seconds=_SLACK)
