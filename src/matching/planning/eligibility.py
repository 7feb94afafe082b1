"""Hard rules: who may do which work. Each is a pure function from both sides to a table of who is blocked."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.free_time import free_shares
from matching.affinity.places import fold_place
from matching.affinity.profiles import Profiles
from matching.affinity.skill_fit import skill_values
from matching.planning.heads import HeadCounts
from matching.planning.licensing import (
    LicenceBook,
    Requirement,
    skill_requirements,
    stated_requirements,
    vouching_units,
)
from matching.planning.resources import blocks_for_resources
from matching.planning.standing import Standing
from matching.planning.works import Work
from matching.records import Community, Kind, NeedStatus, Partner, Person, Unit, Volunteer

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Masks = NDArray[np.int64]

RULES = (
    "closed", "time_over", "kind", "forbidden", "declined", "missed", "kept_apart", "skill_unknown", "skill",
    "licence_missing", "licence_expired", "age_unknown", "too_young", "too_old", "guardian", "insurance", "time", "crew",
    "resources", "no_capacity", "hours_short",
)  # fmt: skip
"""The hard rules in the order in which they are named; a pair's first blocking rule is the first of these."""

_SLACK = 1e-9


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Both sides with what the rules look at.

    Attributes
    ----------
    community : Community
    profiles : Profiles
    standing : Standing
    heads : HeadCounts
    licences : LicenceBook
    licence_names : mapping of str to tuple of str
    births : ndarray of datetime64[D], shape (n_partners,)
        ``NaT`` where unknown or where the partner is no person.
    """

    community: Community
    profiles: Profiles
    standing: Standing
    heads: HeadCounts
    licences: LicenceBook
    licence_names: Mapping[str, tuple[str, ...]]
    births: NDArray[np.datetime64]


def birth_of(partner: Partner) -> dt.date | None:
    """Return the birth date of a person, from the ID number where the register has no date.

    Parameters
    ----------
    partner : Partner
        Of any kind.

    Returns
    -------
    birth : date or None
    """
    if not isinstance(partner, Person):
        return None
    if partner.birth_date is not None or not partner.id_number:
        return partner.birth_date
    digits = partner.id_number[6:14]
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def ages_on(births: NDArray[np.datetime64], day: dt.date) -> Floats:
    """Return completed years of age on a day.

    Parameters
    ----------
    births : ndarray of datetime64[D], shape (n,)
        ``NaT`` where unknown.
    day : date
        The day of the work. Who was born on 29 February is a year older on 1 March of common years.

    Returns
    -------
    ages : ndarray of float, shape (n,)
        ``nan`` where unknown.
    """
    known = ~np.isnat(births)
    safe = np.where(known, births, np.datetime64("1970-01-01"))
    months = safe.astype("datetime64[M]")
    year, month = months.astype("datetime64[Y]").astype(int) + 1970, months.astype(int) % 12 + 1
    date = (safe - months).astype(int) + 1
    ages = day.year - year - ((month > day.month) | ((month == day.month) & (date > day.day)))
    return np.where(known, ages.astype(float), np.nan)


def block_masks(sides: Sides, works: Sequence[Work]) -> Masks:
    """Apply all hard rules.

    Parameters
    ----------
    sides : Sides
        Both sides.
    works : sequence of Work, length n_works
        What would be done when.

    Returns
    -------
    masks : ndarray of int, shape (n_works, n_partners)
        Bit ``k`` is set where rule ``RULES[k]`` blocks; 0 where the pair is eligible.
    """
    masks = np.zeros((len(works), len(sides.profiles.partners)), dtype=np.int64)
    for rule, block in _BLOCKS.items():
        masks |= block(sides, works).astype(np.int64) << RULES.index(rule)
    for rules, blocks in _BLOCKS_OF_TWO.items():
        for rule, blocked in zip(rules, blocks(sides, works), strict=True):
            masks |= blocked.astype(np.int64) << RULES.index(rule)
    return masks


def _per_work(values: Sequence[bool]) -> Bools:
    return np.array(values, dtype=np.bool_).reshape(-1, 1)


def _per_partner(values: Sequence[bool]) -> Bools:
    return np.array(values, dtype=np.bool_).reshape(1, -1)


def _closed(sides: Sides, works: Sequence[Work]) -> Bools:
    ended = [need.status in {NeedStatus.DONE, NeedStatus.CANCELLED} for need in sides.profiles.needs]
    return _per_work([ended[work.need] or sides.heads.most[work.need] == 0 for work in works])


def _time_over(_sides: Sides, works: Sequence[Work]) -> Bools:
    return _per_work([work.is_over for work in works])


def _kind(sides: Sides, works: Sequence[Work]) -> Bools:
    kinds = tuple(Kind)
    allowed = np.array(
        [[not need.kinds or kind in need.kinds for kind in kinds] for need in sides.profiles.needs], dtype=np.bool_
    ).reshape(-1, len(kinds))
    of = np.array([kinds.index(partner.kind) for partner in sides.profiles.partners], dtype=np.int64)
    blocked: Bools = ~allowed[[work.need for work in works]][:, of]
    return blocked


def _pairs(sides: Sides, works: Sequence[Work], pairs: frozenset[tuple[str, str]]) -> Bools:
    blocked = np.zeros((len(works), len(sides.profiles.partners)), dtype=np.bool_)
    by_need: dict[str, list[int]] = {}
    for need_id, partner_id in pairs:
        row = sides.profiles.positions.get(partner_id)
        if row is not None:
            by_need.setdefault(need_id, []).append(row)
    for at, work in enumerate(works):
        blocked[at, by_need.get(sides.profiles.needs[work.need].need_id, [])] = True
    return blocked


def _forbidden(sides: Sides, works: Sequence[Work]) -> Bools:
    return _pairs(sides, works, sides.standing.forbidden)


def _declined(sides: Sides, works: Sequence[Work]) -> Bools:
    return _pairs(sides, works, sides.standing.declined)


def _missed(sides: Sides, works: Sequence[Work]) -> Bools:
    return _pairs(sides, works, sides.standing.missed)


def _kept_apart(sides: Sides, works: Sequence[Work]) -> Bools:
    blocked = np.zeros((len(works), len(sides.profiles.partners)), dtype=np.bool_)
    for block in sides.community.blocks:
        row = sides.profiles.positions.get(sides.community.resolve(block.partner_id))
        if row is None:
            continue
        where = fold_place(block.community) if block.community else None
        for at, work in enumerate(works):
            need = sides.profiles.needs[work.need]
            hit = block.need_id == need.need_id or (
                where is not None and need.community is not None and fold_place(need.community) == where
            )
            blocked[at, row] |= hit and (block.until is None or work.day <= block.until)
    return blocked


def _skills(sides: Sides, works: Sequence[Work]) -> tuple[Bools, Bools]:
    """Tell of whom nothing is known that the need asks for, and whose skills do not come near to it."""
    least, partners = sides.profiles.policy["skill_minimum"] - _SLACK, np.arange(len(sides.profiles.partners))
    unknown, lacking = (np.zeros((len(works), partners.size), dtype=np.bool_) for _ in range(2))
    rows: dict[int, list[int]] = {}
    for at, work in enumerate(works):
        rows.setdefault(work.need, []).append(at)
    for need, here in rows.items():
        if sides.profiles.wanted[need]:
            values, is_unknown = skill_values(sides.profiles.fit, np.full(partners.size, need), partners)
            unknown[here], lacking[here] = is_unknown, ~is_unknown & (values < least)
    return unknown, lacking


def _licences(sides: Sides, works: Sequence[Work]) -> tuple[Bools, Bools]:
    """Tell who lacks a licence wholly, and whose is not valid on the day of the work."""
    profiles, n_partners = sides.profiles, len(sides.profiles.partners)
    missing, expired = (np.zeros((len(works), n_partners), dtype=np.bool_) for _ in range(2))
    for at, work in enumerate(works):
        need = profiles.needs[work.need]
        by_skill = skill_requirements(profiles, work.need)
        stated = () if need.is_team else stated_requirements(need, sides.licence_names)
        if not stated and not any(by_skill):
            continue
        vouches = vouching_units(profiles, work.need)
        for wanted, who in _who_must(sides, work.need, stated, by_skill):
            valid, registered = sides.licences.holders(wanted, work.day, n_partners)
            missing[at] |= who & ~registered & ~vouches
            expired[at] |= who & registered & ~valid & ~vouches
    return missing, expired & ~missing


def _who_must(
    sides: Sides, need: int, stated: Sequence[Requirement], by_skill: Sequence[Requirement]
) -> list[tuple[Requirement, Bools]]:
    """Tell which partners each requirement holds for: those who would do that skill, where any of several will do."""
    fit = sides.profiles.fit
    everybody = np.ones(len(sides.profiles.partners), dtype=np.bool_)
    rules: list[tuple[Requirement, Bools]] = [(wanted, everybody) for wanted in stated]
    if fit.column[need].size and any(by_skill):
        best = np.argmax(fit.cover[:, fit.column[need]] * fit.share[need], axis=1)
        for position, wanted in enumerate(by_skill):
            if wanted:
                rules.append((wanted, best == position if fit.takes_best[need] else everybody))
    return rules


def _ages(sides: Sides, works: Sequence[Work]) -> Floats:
    """Return ages on the day of each work, taking a specialist of unknown age for an adult."""
    by_day: dict[dt.date, Floats] = {}
    for work in works:
        if work.day not in by_day:
            by_day[work.day] = ages_on(sides.births, work.day)
    return np.stack([by_day[work.day] for work in works]) if works else np.zeros((0, sides.births.size))


def _limits(sides: Sides, works: Sequence[Work]) -> tuple[Floats, Floats]:
    needs = sides.profiles.needs
    low = [[-np.inf if needs[w.need].minimum_age is None else needs[w.need].minimum_age] for w in works]
    high = [[np.inf if needs[w.need].maximum_age is None else needs[w.need].maximum_age] for w in works]
    return np.array(low, float).reshape(-1, 1), np.array(high, float).reshape(-1, 1)


def _has_age(sides: Sides) -> Bools:
    policy = sides.profiles.policy
    return _per_partner([policy.kinds[partner.kind].has_age for partner in sides.profiles.partners])


def _age_unknown(sides: Sides, works: Sequence[Work]) -> Bools:
    low, high = _limits(sides, works)
    unknown = np.isnan(_ages(sides, works)) & _has_age(sides)
    adults = _per_partner([partner.kind is Kind.SPECIALIST for partner in sides.profiles.partners])
    asked = ((low > -np.inf) & ~(adults & (low <= sides.profiles.policy["adult_age"]))) | (high < np.inf)
    return unknown & asked & bool(sides.profiles.policy["unknown_age_blocks"])


def _too_young(sides: Sides, works: Sequence[Work]) -> Bools:
    return _has_age(sides) & (_ages(sides, works) < _limits(sides, works)[0])


def _too_old(sides: Sides, works: Sequence[Work]) -> Bools:
    return _has_age(sides) & (_ages(sides, works) > _limits(sides, works)[1])


def _guardian(sides: Sides, works: Sequence[Work]) -> Bools:
    lacks = [not (isinstance(p, Volunteer) and p.guardian_consent is True) for p in sides.profiles.partners]
    return (_ages(sides, works) < sides.profiles.policy["guardian_age"]) & _per_partner(lacks)


def _insurance(sides: Sides, works: Sequence[Work]) -> Bools:
    policy = sides.profiles.policy
    lacks = [
        p.is_insured is not True and not (p.is_insured is None and policy.kinds[p.kind].is_insured_unless_stated)
        for p in sides.profiles.partners
    ]
    return _per_work([bool(sides.profiles.needs[work.need].is_risky) for work in works]) & _per_partner(lacks)


def _time(sides: Sides, works: Sequence[Work]) -> Bools:
    shares = free_shares(sides.profiles.free, [work.stretch for work in works])
    return shares < 1 - _SLACK


def _crew(sides: Sides, works: Sequence[Work]) -> Bools:
    staff = np.array(
        [p.staff if isinstance(p, Unit) and p.staff is not None else np.inf for p in sides.profiles.partners]
    )
    crew = np.array([[sides.profiles.needs[work.need].crew or 0] for work in works]).reshape(-1, 1)
    blocked: Bools = staff[None, :] < crew
    return blocked


def _resources(sides: Sides, works: Sequence[Work]) -> Bools:
    partners = sides.profiles.partners
    blocked, asked = np.zeros((len(works), len(partners)), dtype=np.bool_), {}
    for at, work in enumerate(works):
        need = sides.profiles.needs[work.need]
        if need.resources:
            which = need.resources, int(sides.heads.most[work.need]) <= 1
            if which not in asked:
                asked[which] = blocks_for_resources(need, partners, alone=which[1])
            blocked[at] = asked[which]
    return blocked


def _no_capacity(sides: Sides, _works: Sequence[Work]) -> Bools:
    return _per_partner(((sides.heads.most_needs <= 0) | (sides.heads.hours <= 0)).tolist())


def _hours_short(sides: Sides, works: Sequence[Work]) -> Bools:
    hours = np.array([[work.hours] for work in works]).reshape(-1, 1)
    blocked: Bools = (hours > sides.heads.hours[None, :] + _SLACK) & (sides.heads.hours[None, :] > 0)
    return blocked


_BLOCKS: dict[str, Callable[[Sides, Sequence[Work]], Bools]] = {
    "closed": _closed, "time_over": _time_over, "kind": _kind, "forbidden": _forbidden, "declined": _declined,
    "missed": _missed, "kept_apart": _kept_apart, "age_unknown": _age_unknown, "too_young": _too_young, "too_old": _too_old, "guardian": _guardian, "insurance": _insurance, "time": _time,
    "crew": _crew, "resources": _resources, "no_capacity": _no_capacity, "hours_short": _hours_short,
}  # fmt: skip
_BLOCKS_OF_TWO: dict[tuple[str, str], Callable[[Sides, Sequence[Work]], tuple[Bools, Bools]]] = {
    ("skill_unknown", "skill"): _skills, ("licence_missing", "licence_expired"): _licences,
}  # fmt: skip
"""Rules that come out of one look at the pairs."""
