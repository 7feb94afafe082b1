"""Candidates written as an assignment problem: edges, head-counts, capacities, overlaps, households, teams."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.assign import Problem
from matching.planning.candidates import Candidates
from matching.planning.standing import Pair
from matching.planning.teams import TeamPart
from matching.planning.works import overlapping
from matching.records import Urgency, Volunteer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Group = tuple[Ints, float, float]

_SLACK = 1e-9


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What stays the same whichever step of planning is solved.

    Attributes
    ----------
    need, partner : ndarray of int, shape (n_edges,)
        The eligible pairs, need by need.
    value : ndarray of float, shape (n_edges,)
        Score times the weight of the need's urgency.
    load : ndarray of float, shape (n_edges,)
        What the pair takes from the partner's capacity, in the unit that binds this partner: needs or hours.
    capacity : ndarray of float, shape (n_partners,)
    least, most : ndarray of int, shape (n_needs,)
        Head-counts.
    conflicts : ndarray of int, shape (m, 2)
        Needs that overlap in time.
    groups : tuple of (edges, lo, hi)
        One of a household to a need; one of two who are kept apart; most needs of a partner whose hours bind too.
    teams : tuple of (edges, least)
        Skills, licences and equipment that the members must cover between them.
    lacking : ndarray of bool, shape (n_needs,)
        Whether a part of what the members must cover is covered by no eligible partner.
    locked : ndarray of bool, shape (n_edges,)
        Accepted before.
    broken : tuple of Pair
        Accepted before, but a rule blocks them now.
    clashing : tuple of (Pair, rule)
        Accepted before, but contradicting other accepted pairs; see `matching.planning.consistency`.
    edge_of : mapping of Pair to int
        Position of each pair by identifiers.
    """

    need: Ints
    partner: Ints
    value: Floats
    load: Floats
    capacity: Floats
    least: Ints
    most: Ints
    conflicts: Ints
    groups: tuple[Group, ...]
    teams: tuple[tuple[Ints, int], ...]
    lacking: Bools
    locked: Bools
    broken: tuple[Pair, ...]
    edge_of: Mapping[Pair, int]
    clashing: tuple[tuple[Pair, str], ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Number of needs and of partners."""
        return self.least.size, self.capacity.size


def build_model(candidates: Candidates, *, is_even: bool = False) -> Model:
    """Write candidates as an assignment problem.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    is_even : bool, default=False
        Whether every need counts alike, however urgent.

    Returns
    -------
    model : Model
    """
    need, partner = candidates.allowed.need, candidates.allowed.partner
    heads = candidates.sides.heads
    needs, partners = candidates.profiles.needs, candidates.profiles.partners
    hours = np.array([work.hours for work in candidates.works])[need] if need.size else np.zeros(0)
    load, capacity, count_groups = capacities_of(partner, hours, heads.most_needs, heads.hours)
    need_ids, partner_ids = [each.need_id for each in needs], [each.partner_id for each in partners]
    pairs = zip(map(need_ids.__getitem__, need.tolist()), map(partner_ids.__getitem__, partner.tolist()), strict=True)
    edge_of = {pair: edge for edge, pair in enumerate(pairs)}
    accepted = [pair for pair in candidates.sides.standing.locked if pair[1] in candidates.profiles.positions]
    locked = np.zeros(need.size, dtype=np.bool_)
    locked[[edge_of[pair] for pair in accepted if pair in edge_of]] = True
    known = {each.need_id for each in needs}
    teams, lacking = teams_of(candidates.parts, need, partner)
    return Model(
        need=need,
        partner=partner,
        value=_values(candidates, is_even=is_even),
        load=load,
        capacity=capacity,
        least=heads.least,
        most=heads.most,
        conflicts=overlapping(candidates.works, needs, policy=candidates.policy),
        groups=(*_household_groups(candidates, need, partner), *_apart_groups(candidates, edge_of), *count_groups),
        teams=teams,
        lacking=lacking,
        locked=locked,
        broken=tuple(sorted(pair for pair in accepted if pair not in edge_of and pair[0] in known)),
        edge_of=edge_of,
    )


def revalued(model: Model, candidates: Candidates, *, is_even: bool = False) -> Model:
    """Return a model with the values of other weights or another urgency, all else being as it was.

    Parameters
    ----------
    model : Model
        Of candidates who differ in nothing but weights and urgency.
    candidates : Candidates
        With the new ones.
    is_even : bool, default=False
        Whether every need counts alike, however urgent.

    Returns
    -------
    model : Model
    """
    return dataclasses.replace(model, value=_values(candidates, is_even=is_even))


def _values(candidates: Candidates, *, is_even: bool) -> Floats:
    return candidates.pairs.total * (1.0 if is_even else urgency_weights(candidates)[candidates.allowed.need])


def urgency_weights(candidates: Candidates) -> Floats:
    """Return what the urgency of each need multiplies its scores by.

    Parameters
    ----------
    candidates : Candidates
        With the policy.

    Returns
    -------
    weights : ndarray of float, shape (n_needs,)
        A need that states nothing is a normal one.
    """
    policy = candidates.policy
    of = {urgency: policy[f"urgency_{urgency}"] for urgency in Urgency}
    return np.array(
        [
            of[Urgency.URGENT if need.need_id in candidates.urgent else need.urgency or Urgency.NORMAL]
            for need in candidates.profiles.needs
        ]
    )


def as_problem(
    model: Model,
    *,
    value: Floats,
    demand: tuple[Ints, Ints],
    pinned: Bools,
    forbidden: Bools,
    optional: Bools | None = None,
    with_teams: bool = True,
    more_groups: Sequence[Group] = (),
) -> Problem:
    """Put a step of planning to the solver.

    Parameters
    ----------
    model : Model
        What stays the same.
    value : ndarray of float, shape (n_edges,)
        What each pair is worth in this step.
    demand : pair of ndarray of int, shape (n_needs,)
        Head-counts of this step.
    pinned, forbidden : ndarray of bool, shape (n_edges,)
        What must, and must not, be chosen.
    optional : ndarray of bool, shape (n_needs,), optional
        Needs that are served as they ask or not at all.
    with_teams : bool, default=True
        Whether members must cover skills and equipment between them.
    more_groups : sequence of (edges, lo, hi)
        Further limits of this step.

    Returns
    -------
    problem : Problem
    """
    served = np.zeros(model.shape[0], dtype=np.bool_) if optional is None else optional
    return Problem(
        model.need,
        model.partner,
        value,
        demand=demand,
        capacity=(np.zeros(model.shape[1]), model.capacity),
        shape=model.shape,
        load=model.load,
        conflicts=model.conflicts,
        pinned=pinned,
        forbidden=forbidden,
        groups=(*model.groups, *more_groups),
        teams=model.teams if with_teams else (),
        optional=served,
    )


def capacities_of(partner: Ints, hours: Floats, most_needs: Ints, limit: Floats) -> tuple[Floats, Floats, list[Group]]:
    """Count each partner's work in the unit that binds: needs, or hours, or hours with a group for the number of needs.

    A partner who can never run out of hours within the number of needs leaves a plain flow problem, which is solved
    at once; hours in general do not.

    Parameters
    ----------
    partner : ndarray of int, shape (n_edges,)
    hours : ndarray of float, shape (n_edges,)
        How long the work of each pair takes.
    most_needs : ndarray of int, shape (n_partners,)
    limit : ndarray of float, shape (n_partners,)
        Hours of each partner.

    Returns
    -------
    load : ndarray of float, shape (n_edges,)
    capacity : ndarray of float, shape (n_partners,)
    groups : list of (edges, lo, hi)
    """
    load, capacity, groups = np.ones(partner.size), most_needs.astype(np.float64), []
    order = np.lexsort((-hours, partner))
    owner = partner[order]
    rank = np.arange(owner.size) - np.searchsorted(owner, np.arange(most_needs.size))[owner]
    longest = order[rank < most_needs[owner]]
    at_most = np.bincount(partner[longest], weights=hours[longest], minlength=most_needs.size)
    first = np.searchsorted(owner, np.arange(most_needs.size + 1))
    for row in np.flatnonzero(at_most > limit + _SLACK).tolist():
        edges, most = np.sort(order[first[row] : first[row + 1]]), int(most_needs[row])
        sizes = np.sort(hours[edges])
        load[edges], capacity[row] = hours[edges], limit[row]
        if most < edges.size and sizes[: most + 1].sum() <= limit[row] + _SLACK:
            groups.append((edges, 0.0, float(most)))
    return load, capacity, groups


def _household_groups(candidates: Candidates, need: Ints, partner: Ints) -> list[Group]:
    """Allow one person per household to a need: a family should not carry a duty alone, nor stand in for each other."""
    names = [p.household if isinstance(p, Volunteer) else None for p in candidates.profiles.partners]
    number = {name: at for at, name in enumerate(dict.fromkeys(filter(None, names)))}
    home = np.array([number[name] if name else -1 for name in names], dtype=np.int64)
    inside = np.flatnonzero((home[partner] >= 0) & (candidates.sides.heads.most[need] > 1))
    _, group, size = np.unique(
        need[inside] * len(number) + home[partner[inside]], return_inverse=True, return_counts=True
    )
    several = np.flatnonzero(size[group] > 1)
    order = several[np.argsort(group[several], kind="stable")]
    found = np.split(inside[order], np.flatnonzero(np.diff(group[order])) + 1) if order.size else []
    return [(edges, 0.0, 1.0) for edges in sorted(found, key=lambda edges: int(edges[0]))]


def _apart_groups(candidates: Candidates, edge_of: Mapping[Pair, int]) -> list[Group]:
    """Keep two partners from serving the same need while their block lasts."""
    resolve, groups = candidates.community.resolve, []
    for block in candidates.community.blocks:
        if not block.other_partner_id:
            continue
        pair = resolve(block.partner_id), resolve(block.other_partner_id)
        for need, work in zip(candidates.profiles.needs, candidates.works, strict=True):
            edges = [edge_of[need.need_id, each] for each in pair if (need.need_id, each) in edge_of]
            if len(edges) == 2 and edges[0] != edges[1] and (block.until is None or work.day <= block.until):
                groups.append((np.array(sorted(edges), dtype=np.int64), 0.0, 1.0))
    return groups


def teams_of(
    parts: Sequence[Sequence[TeamPart]], need: Ints, partner: Ints
) -> tuple[tuple[tuple[Ints, int], ...], Bools]:
    """List the teams, and which needs have a part that nobody covers.

    Parameters
    ----------
    parts : sequence of sequence of TeamPart, one a need
        What the members must bring between them.
    need, partner : ndarray of int, shape (n_edges,)
        The pairs.

    Returns
    -------
    teams : tuple of (edges, least)
    lacking : ndarray of bool, shape (n_needs,)
    """
    teams, lacking = [], np.zeros(len(parts), dtype=np.bool_)
    for row in np.flatnonzero([len(each) > 0 for each in parts]).tolist():
        edges = np.flatnonzero(need == row)
        for part in parts[row]:
            members = edges[part.covers[partner[edges]]]
            lacking[row] |= not members.size
            if 0 < members.size < edges.size:
                teams.append((members, 1))
    return tuple(teams), lacking
