"""Who collides with what a plan holds already, for all candidates of a need at once: what a list shows before anybody is chosen."""

from collections.abc import Iterable, Mapping, Sequence

from matching.planning.candidates import Candidates
from matching.planning.proposal import Proposal
from matching.planning.works import overlapping
from matching.records import Volunteer

KINDS = ("overlap", "full", "household", "apart")
"""What can collide: another need at that time, the limits of needs and hours, one's household, somebody to be kept away from."""

_SLACK = 1e-9


def find_collisions(plan: Proposal, need_id: str, partner_ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Name what each of some partners collides with at a need, beside everything else in a plan.

    Parameters
    ----------
    plan : Proposal
        Who does what otherwise.
    need_id : str
        The need.
    partner_ids : iterable of str
        Its candidates, in the plan or not.

    Returns
    -------
    kinds : mapping of str to tuple of str
        Of `KINDS`, by partner; partners without any are left out. `matching.planning.list_conflicts` says the same of one pair, in words.

    Raises
    ------
    UnknownNameError
        If there is no such need or partner.
    """
    candidates = plan.candidates
    need = candidates.need_index(need_id)
    rows = {each.need_id: row for row, each in enumerate(candidates.profiles.needs)}
    elsewhere: dict[str, list[int]] = {each: [] for each in partner_ids}
    here = []
    for other_id, partner_id in plan.pairs:
        if rows[other_id] == need:
            here.append(partner_id)
        elif partner_id in elsewhere:
            elsewhere[partner_id].append(rows[other_id])
    clashing = _clashing(candidates, need, {row for own in elsewhere.values() for row in own})
    heads, profiles = candidates.sides.heads, candidates.profiles
    homes, apart = _homes(candidates, here), _kept_apart(candidates, need)
    found = {}
    for partner_id, own in elsewhere.items():
        column = candidates.partner_index(partner_id)
        partner = profiles.partners[column]
        hours = sum(candidates.works[row].hours for row in own) + candidates.works[need].hours
        home = (partner.household or "") if isinstance(partner, Volunteer) else ""
        applies = (
            not clashing.isdisjoint(own),
            len(own) + 1 > heads.most_needs[column] or hours > heads.hours[column] + _SLACK,
            bool(home) and any(other != partner_id for other in homes.get(home, ())),
            any(frozenset((partner_id, other)) in apart for other in here if other != partner_id),
        )
        if any(applies):
            found[partner_id] = tuple(kind for kind, is_so in zip(KINDS, applies, strict=True) if is_so)
    return found


def _clashing(candidates: Candidates, need: int, others: Iterable[int]) -> frozenset[int]:
    """Return those of some needs that one partner cannot serve beside another need."""
    works, policy = candidates.works, candidates.policy
    stretch = works[need].stretch
    if stretch is None:
        return frozenset()
    widest = 60 * max(policy["travel_minutes_near"], policy["travel_minutes_far"])
    start, end = stretch.start.timestamp() - widest, stretch.end.timestamp() + widest
    found = []
    for row in others:
        there = works[row].stretch
        if there is None or there.start.timestamp() > end or there.end.timestamp() < start:
            continue
        if len(overlapping([works[need], works[row]], candidates.profiles.needs, policy=policy)):
            found.append(row)
    return frozenset(found)


def _homes(candidates: Candidates, here: Sequence[str]) -> dict[str, list[str]]:
    """Return whose households are at a need already."""
    homes: dict[str, list[str]] = {}
    for partner_id in here:
        partner = candidates.profiles.partners[candidates.profiles.positions[partner_id]]
        if isinstance(partner, Volunteer) and partner.household:
            homes.setdefault(partner.household, []).append(partner_id)
    return homes


def _kept_apart(candidates: Candidates, need: int) -> frozenset[frozenset[str]]:
    """Return the pairs of people who should not meet on the day of a need."""
    resolve, day = candidates.community.resolve, candidates.works[need].day
    return frozenset(
        frozenset((resolve(block.partner_id), resolve(block.other_partner_id)))
        for block in candidates.community.blocks
        if block.other_partner_id and not (block.until is not None and day > block.until)
    )
