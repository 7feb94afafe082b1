"""Who could stand in: named backups that are feasible after the no-show, and how many are likely to come."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching import frames as pd
from matching.affinity.policy import Policy
from matching.errors import CallError
from matching.labels import Language
from matching.planning.candidates import Candidates
from matching.planning.proposal import Proposal
from matching.planning.tables import frame
from matching.records import Volunteer, mask_text


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StandBy:
    """Somebody who could stand in for one partner at one need.

    Attributes
    ----------
    need_id, for_partner_id, partner_id : str
    rank : int
        1 is the best.
    score : float in [0, 1]
    """

    need_id: str
    for_partner_id: str
    partner_id: str
    rank: int
    score: float


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """A plan as indices, with who is still free for what.

    Attributes
    ----------
    plan : Proposal
    team : mapping of int to list of int
        Partners of each need that is served.
    work : mapping of int to list of int
        Needs of each partner who is assigned.
    clash : frozenset of (int, int)
        Needs that one partner cannot both serve, the smaller index first.
    homes : tuple of (str or None)
        Household of each partner.
    foes : mapping of int to mapping of int to (date or None)
        Who must not serve beside whom, and until when.
    """

    plan: Proposal
    team: Mapping[int, list[int]]
    work: Mapping[int, list[int]]
    clash: frozenset[tuple[int, int]]
    homes: tuple[str | None, ...]
    foes: Mapping[int, Mapping[int, dt.date | None]]

    @property
    def candidates(self) -> Candidates:
        """The candidates that the plan was made of."""
        return self.plan.candidates

    def can_join(self, need: int, partner: int, *, without: int | None = None) -> bool:
        """Tell whether a partner can serve one more need, in a team from which somebody is missing.

        Parameters
        ----------
        need, partner : int
            Indices.
        without : int, optional
            Who is missing.

        Returns
        -------
        able : bool
        """
        rest = [other for other in self.team.get(need, ()) if other != without]
        return self.has_room(need, partner) and self.gets_along(need, partner, rest)

    def has_room(self, need: int, partner: int) -> bool:
        """Tell whether a partner can serve one more need, whoever else serves it.

        Parameters
        ----------
        need, partner : int
            Indices.

        Returns
        -------
        able : bool
        """
        candidates, heads = self.candidates, self.candidates.sides.heads
        if candidates.masks[need, partner] or partner in self.team.get(need, ()):
            return False
        busy = self.work.get(partner, [])
        hours = sum(candidates.works[row].hours for row in busy) + candidates.works[need].hours
        if len(busy) >= heads.most_needs[partner] or hours > heads.hours[partner] + 1e-9:
            return False
        return not any((min(need, row), max(need, row)) in self.clash for row in busy)

    def gets_along(self, need: int, partner: int, rest: Sequence[int]) -> bool:
        """Tell whether a partner may serve beside some others: no two of a household, nobody who must be kept apart.

        Parameters
        ----------
        need, partner : int
            Indices.
        rest : sequence of int
            The others.

        Returns
        -------
        may : bool
        """
        home = self.homes[partner]
        day = self.candidates.works[need].day
        if home and any(self.homes[other] == home for other in rest):
            return False
        foes = self.foes.get(partner, {})
        ends = [foes[other] for other in rest if other in foes]
        return not any(end is None or day <= end for end in ends)

    def covers(self, need: int, partners: Sequence[int]) -> bool:
        """Tell whether some partners bring everything that one of those who serve a need must.

        Parameters
        ----------
        need : int
            Index.
        partners : sequence of int
            Indices.

        Returns
        -------
        whole : bool
        """
        return all(part.covers[list(partners)].any() for part in self.candidates.parts[need])


def list_standbys(plan: Proposal, *, most: int | None = None) -> tuple[StandBy, ...]:
    """Name for every pair of a plan who could stand in.

    Parameters
    ----------
    plan : Proposal
        Any.
    most : int, optional
        How many for each pair; the policy's number by default.

    Returns
    -------
    standbys : tuple of StandBy
        Each is eligible, free at the time beside all other work of the plan, within his hours, and gets along with
        those who are left. One person may be named for several pairs: he can stand in for one no-show at a time.

    Raises
    ------
    CallError
        If `most` is below 1.
    """
    most = int(plan.candidates.policy["standbys"]) if most is None else most
    if most < 1:
        raise CallError(f"most must be at least 1; got {most!r}")
    scores, found = plan.candidates.allowed_scores, []
    for need, absent, able in swaps(plan):
        best = sorted(able, key=lambda partner: (-scores[need, partner], partner))[:most]  # used at once
        found += [
            _standby(plan, need, absent, partner, rank, score=float(scores[need, partner]))
            for rank, partner in enumerate(best, 1)
        ]
    return tuple(found)


def standby_table(plan: Proposal, standbys: Sequence[StandBy], *, language: Language = "zh") -> pd.DataFrame:
    """Return stand-bys as a table.

    Parameters
    ----------
    plan : Proposal
        That they belong to.
    standbys : sequence of StandBy
        As `list_standbys` returns them.
    language : {"zh", "en"}, default="zh"
        Of the headers.

    Returns
    -------
    table : DataFrame
    """
    profiles = plan.candidates.profiles
    needs = {need.need_id: mask_text(need.description) for need in profiles.needs}
    names = {partner.partner_id: mask_text(partner.name) for partner in profiles.partners}
    rows = [
        (each.need_id, needs[each.need_id], names[each.for_partner_id], each.rank, each.partner_id, names[each.partner_id],
         round(each.score, 4))
        for each in standbys
    ]  # fmt: skip
    return frame(("need_id", "need", "for_whom", "rank", "partner_id", "standby", "score"), rows, language)


def expected_fill(plan: Proposal, *, policy: Policy | None = None) -> pd.DataFrame:
    """Return how many people are likely to come, and how likely each need has enough.

    Parameters
    ----------
    plan : Proposal
        Any.
    policy : Policy, optional
        With the prior of keeping a promise; that of the plan by default.

    Returns
    -------
    table : DataFrame
        Need, least head-count, people assigned, people expected, chance of at least the least head-count. Partners are
        taken to come independently, each with his posterior mean (see `matching.affinity.history.History.reliability`).
    """
    candidates, bench = plan.candidates, bench_of(plan)
    comes = candidates.profiles.history.reliability(policy or candidates.policy)
    rows = []
    for need, team in bench.team.items():
        chances = comes[team]
        least = max(int(plan.working.model.least[need]), 1)
        text = mask_text(candidates.profiles.needs[need].description)
        enough = float(_at_least(chances, least))
        rows.append(
            (
                candidates.profiles.needs[need].need_id,
                text,
                least,
                len(team),
                round(float(chances.sum()), 3),
                round(enough, 4),
            )
        )
    return frame(("need_id", "need", "wanted", "got", "expected", "chance"), rows, "zh")


def _at_least(chances: NDArray[np.float64], least: int) -> float:
    """Return the chance that at least so many of some independent people come (Poisson binomial)."""
    share = np.zeros(chances.size + 1)
    share[0] = 1.0
    for chance in chances:
        share[1:] = share[1:] * (1 - chance) + share[:-1] * chance
        share[0] *= 1 - chance
    return float(share[least:].sum()) if least <= chances.size else 0.0


def bench_of(plan: Proposal) -> Bench:
    """Return a plan as indices, with who is still free for what.

    Parameters
    ----------
    plan : Proposal
        Any.

    Returns
    -------
    bench : Bench
    """
    team: dict[int, list[int]] = defaultdict(list)
    work: dict[int, list[int]] = defaultdict(list)
    model = plan.working.model
    for edge in np.flatnonzero(plan.working.choice.chosen):
        team[int(model.need[edge])].append(int(model.partner[edge]))
        work[int(model.partner[edge])].append(int(model.need[edge]))
    clash = frozenset((min(a, b), max(a, b)) for a, b in model.conflicts.tolist())
    partners, foes = plan.candidates.profiles.partners, _foes(plan.candidates)
    homes = tuple(p.household if isinstance(p, Volunteer) else None for p in partners)
    return Bench(plan, dict(team), dict(work), clash, homes, foes)


def _foes(candidates: Candidates) -> dict[int, dict[int, dt.date | None]]:
    """Tell who must not serve beside whom, and until when; the longest of several blocks counts."""
    positions, resolve = candidates.profiles.positions, candidates.community.resolve
    foes: dict[int, dict[int, dt.date | None]] = defaultdict(dict)
    for block in candidates.community.blocks:
        one, other = positions.get(resolve(block.partner_id)), positions.get(resolve(block.other_partner_id or ""))
        if one is None or other is None:
            continue
        for a, b in ((one, other), (other, one)):
            known = foes[a].get(b, block.until)
            foes[a][b] = None if known is None or block.until is None else max(known, block.until)
    return dict(foes)


def _standby(plan: Proposal, need: int, absent: int, partner: int, rank: int, *, score: float) -> StandBy:
    profiles = plan.candidates.profiles
    return StandBy(
        need_id=profiles.needs[need].need_id,
        for_partner_id=profiles.partners[absent].partner_id,
        partner_id=profiles.partners[partner].partner_id,
        rank=rank,
        score=score,
    )


def swaps(plan: Proposal) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield for each pair of a plan who could take its place without touching anything else.

    Parameters
    ----------
    plan : Proposal
        Any.

    Yields
    ------
    need, partner, able : int, int, tuple of int
        The pair, and the partners, as indices.
    """
    bench = bench_of(plan)
    for need, team in bench.team.items():
        eligible = np.flatnonzero(plan.candidates.masks[need] == 0).tolist()
        whole = bench.covers(need, team)
        for chosen in team:
            rest = [other for other in team if other != chosen]
            able = (p for p in eligible if bench.can_join(need, p, without=chosen))
            yield need, chosen, tuple(p for p in able if not whole or bench.covers(need, [*rest, p]))
