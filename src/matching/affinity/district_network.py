"""Who holds a district together: who links communities and teams, which skill hangs on one person, who works as a circle."""

import dataclasses
import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.companions import Pair, households, pairs_within, staff
from matching.affinity.network import Edge, Network, Node, build_network
from matching.affinity.network_figures import betweenness, cut_nodes
from matching.affinity.places import fold_place
from matching.affinity.policy import Policy, read_policy
from matching.affinity.profiles import Profiles, read_profiles
from matching.records import Community, Kind, TrainingRecords

Ints = NDArray[np.int64]

# Holders of skills at least this near can learn the skill soonest: a part of it, or a related one.
_NEAR_ENOUGH = 0.5
_MOST_NEAR = 3
_LEAST_CIRCLE = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """A partner through whom others are in touch.

    Attributes
    ----------
    partner_id, name : str
    kind : Kind
    betweenness : float in [0, 1]
        Share of the shortest ways between any two partners or communities that lead through this partner.
    services : mapping of str to int
        Services done in each community, most first.
    coworkers : int
        Partners whom this one has worked beside.
    cut_off : int
        Partners who would no longer be in touch with the rest of their team mates if this one left.
    """

    partner_id: str
    name: str
    kind: Kind
    betweenness: float
    services: Mapping[str, int]
    coworkers: int
    cut_off: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SoleSkill:
    """A skill that hangs on one partner, or that nobody has though it is asked for.

    Attributes
    ----------
    skill, family : str
    partner_id, name : str
        The only holder; empty where there is none.
    need_ids : tuple of str
        Needs that ask for it.
    is_regulated : bool
        Whether it wants a licence.
    learners : tuple of str
        Partners who hold the nearest skills and could learn it soonest, by identifier.
    """

    skill: str
    family: str
    partner_id: str
    name: str
    need_ids: tuple[str, ...]
    is_regulated: bool
    learners: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A community of practice: partners who share a craft and have worked side by side.

    Attributes
    ----------
    family : str
        Of skills that all of them hold.
    partner_ids : tuple of str
        Members, those with most team mates first.
    communities : tuple of str
        Where they have served, most often first.
    services : int
        Services that any two of them did together.

    References
    ----------
    E. Wenger, "Communities of Practice: Learning, Meaning, and Identity", Cambridge University Press 1998.
    """

    family: str
    partner_ids: tuple[str, ...]
    communities: tuple[str, ...]
    services: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DistrictNetwork:
    """What a district's network says of who is needed to hold it together.

    Attributes
    ----------
    profiles : Profiles
        What was read of the district.
    contacts : Network
        Partners tied to the communities that they served, and to those whom they worked beside, share a household with, are employed
        by, or led as a mentor.
    ties : mapping of str to int
        How many ties are of each kind: ``"service"``, ``"team"``, ``"household"``, ``"staff"``, ``"mentor"``.
    connectors : tuple of Connector
        All partners with a record of service, those who link most first.
    sole_skills : tuple of SoleSkill
        Those that most needs ask for first.
    circles : tuple of Circle
        The largest first.
    """

    profiles: Profiles
    contacts: Network
    ties: Mapping[str, int]
    connectors: tuple[Connector, ...]
    sole_skills: tuple[SoleSkill, ...]
    circles: tuple[Circle, ...]


def see_network(
    community: Community, *, as_of: dt.date, policy: Policy | None = None, training: TrainingRecords | None = None
) -> DistrictNetwork:
    """Look at who holds a district together.

    Parameters
    ----------
    community : Community
        Registers and facts; who withdrew consent is left out.
    as_of : date
        Later services do not count.
    policy : Policy, optional
        Policies of matching; the packaged ones by default.
    training : TrainingRecords, optional
        For who has led whom; without them mentors tie nobody.

    Returns
    -------
    network : DistrictNetwork
    """
    profiles = read_profiles(community, as_of=as_of, policy=policy or read_policy(), training=training)
    ties = _contacts(profiles)
    contacts = build_network(_added_up(ties.values()))
    return DistrictNetwork(
        profiles=profiles,
        contacts=contacts,
        ties={kind: len(of_kind) for kind, of_kind in ties.items()},
        connectors=_connectors(profiles, contacts),
        sole_skills=_sole_skills(profiles),
        circles=_circles(profiles),
    )


def _contacts(profiles: Profiles) -> dict[str, list[Edge]]:
    served: list[Edge] = [
        (("partner", row), ("community", place), float(times))
        for (row, place), times in sorted(profiles.history.served.items())
    ]
    return {
        "service": served,
        "team": _team_ties(profiles),
        "household": _of_pairs(pairs_within(households(profiles.partners))),
        "staff": _of_pairs(staff(profiles.partners)),
        "mentor": [(("partner", cadre), mentor, 1.0) for cadre, mentor in profiles.mentors],
    }


def _added_up(kinds: Iterable[Sequence[Edge]]) -> list[Edge]:
    """Add up ties of several kinds between the same two, which would else count once where they are equally strong."""
    total: dict[tuple[Node, Node], float] = defaultdict(float)
    for a, b, weight in itertools.chain.from_iterable(kinds):
        total[min(a, b), max(a, b)] += weight
    return [(a, b, weight) for (a, b), weight in total.items()]


def _of_pairs(pairs: Sequence[Pair]) -> list[Edge]:
    return [(("partner", a), ("partner", b), 1.0) for a, b in pairs]


def _team_ties(profiles: Profiles) -> list[Edge]:
    return [(("partner", a), ("partner", b), float(n)) for (a, b), n in sorted(profiles.history.together.items())]


def _connectors(profiles: Profiles, contacts: Network) -> tuple[Connector, ...]:
    between = betweenness(contacts)
    teams = build_network(_team_ties(profiles))
    cut_off = {node[1]: int(sizes.sum()) for node, sizes in zip(teams.nodes, cut_nodes(teams), strict=True)}
    beside = Counter(row for pair in profiles.history.together for row in pair)
    names = _place_names(profiles)
    services: dict[int, Counter[str]] = defaultdict(Counter)
    for (row, place), times in profiles.history.served.items():
        services[row][names[place]] += times
    found = []
    for node, share in zip(contacts.nodes, between.tolist(), strict=True):
        if node[0] == "partner" and (services[node[1]] or beside[node[1]]):
            partner = profiles.partners[node[1]]
            found.append(
                Connector(
                    partner_id=partner.partner_id,
                    name=partner.name,
                    kind=partner.kind,
                    betweenness=share,
                    services=dict(sorted(services[node[1]].items(), key=lambda each: (-each[1], each[0]))),
                    coworkers=beside[node[1]],
                    cut_off=cut_off.get(node[1], 0),
                )
            )
    return tuple(sorted(found, key=lambda each: (-each.betweenness, each.partner_id)))


def _place_names(profiles: Profiles) -> dict[int, str]:
    """Return the communities by their numbers, each as most people write it; the book keeps folded names."""
    stated = [*(each.community for each in profiles.partners), *(each.community for each in profiles.needs)]
    written = Counter(name for name in stated if name)
    names = {number: folded for folded, number in profiles.book.communities.items()}
    for name, _ in sorted(written.items(), key=lambda each: (each[1], each[0])):
        names[profiles.book.communities[fold_place(name)]] = name
    return names


def _sole_skills(profiles: Profiles) -> tuple[SoleSkill, ...]:
    taxonomy, held = profiles.taxonomy, profiles.held
    holders: dict[int, set[int]] = defaultdict(set)
    for owner, place in zip(held.owner.tolist(), held.place.tolist(), strict=True):
        holders[place].add(owner)
    asked: dict[int, list[str]] = defaultdict(list)
    for need, wanted in zip(profiles.needs, profiles.wanted, strict=True):
        for place in dict.fromkeys(each.place for each in wanted if each.is_stated):
            asked[place].append(need.need_id)
    found = []
    for place in sorted({*asked, *holders}):
        if len(holders.get(place, ())) <= 1:
            skill = taxonomy.skills[place]
            only = next(iter(holders.get(place, ())), None)
            found.append(
                SoleSkill(
                    skill=skill.name,
                    family=skill.family,
                    partner_id="" if only is None else profiles.partners[only].partner_id,
                    name="" if only is None else profiles.partners[only].name,
                    need_ids=tuple(asked.get(place, ())),
                    is_regulated=bool(skill.licence),
                    learners=_learners(profiles, place, holders, only),
                )
            )
    return tuple(sorted(found, key=lambda each: (-len(each.need_ids), bool(each.partner_id), each.skill)))


def _learners(profiles: Profiles, place: int, holders: Mapping[int, set[int]], only: int | None) -> tuple[str, ...]:
    """Name people who hold the nearest skills; an organisation does not learn."""
    near = profiles.taxonomy.similarities[place]
    ranked = sorted((int(k) for k in np.flatnonzero(near >= _NEAR_ENOUGH) if k != place), key=lambda k: (-near[k], k))
    people = [
        row
        for other in ranked
        for row in sorted(holders.get(other, ()))
        if row != only and profiles.partners[row].kind in {Kind.SPECIALIST, Kind.VOLUNTEER}
    ]
    return tuple(profiles.partners[row].partner_id for row in list(dict.fromkeys(people))[:_MOST_NEAR])


def _circles(profiles: Profiles) -> tuple[Circle, ...]:
    """Find, family by family, the groups of holders who are tied by having worked side by side."""
    families: dict[str, set[int]] = defaultdict(set)
    for owner, place in zip(profiles.held.owner.tolist(), profiles.held.place.tolist(), strict=True):
        families[profiles.taxonomy.skills[place].family].add(owner)
    names = _place_names(profiles)
    found = []
    for family, owners in sorted(families.items()):
        ties = {pair: n for pair, n in profiles.history.together.items() if owners.issuperset(pair)}
        found += [_circle(profiles, family, members, ties, names) for members in _groups(ties)]
    return tuple(sorted(found, key=lambda each: (-len(each.partner_ids), -each.services, each.family)))


def _groups(ties: Mapping[tuple[int, int], int]) -> list[set[int]]:
    group_of: dict[int, set[int]] = {}
    for a, b in ties:
        joined = group_of.get(a, {a}) | group_of.get(b, {b})
        for row in joined:
            group_of[row] = joined
    distinct = {id(group): group for group in group_of.values()}
    return [group for group in distinct.values() if len(group) >= _LEAST_CIRCLE]


def _circle(
    profiles: Profiles, family: str, members: set[int], ties: Mapping[tuple[int, int], int], names: Mapping[int, str]
) -> Circle:
    inside = {pair: n for pair, n in ties.items() if members.issuperset(pair)}
    degree = Counter(row for pair in inside for row in pair)
    where: Counter[str] = Counter()
    for (row, place), times in profiles.history.served.items():
        if row in members:
            where[names[place]] += times
    order: Sequence[int] = sorted(members, key=lambda row: (-degree[row], row))
    return Circle(
        family=family,
        partner_ids=tuple(profiles.partners[row].partner_id for row in order),
        communities=tuple(name for name, _ in sorted(where.items(), key=lambda each: (-each[1], each[0]))[:3]),
        services=sum(inside.values()),
    )
