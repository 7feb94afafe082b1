"""What falls if several people stay away, over all small subsets of those who are assigned."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from matching.errors import CallError
from matching.labels import Language
from matching.planning.proposal import Proposal
from matching.planning.standbys import Bench, bench_of
from matching.planning.tables import frame
from matching.records import mask_text

_LARGEST = 3
Absent = tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What falls if some partners stay away and stand-bys fill in as far as they go.

    Attributes
    ----------
    absent : tuple of str
        Partners who stay away.
    fallen : tuple of str
        Needs that then have fewer people than they need at least, although they had enough.
    """

    absent: tuple[str, ...]
    fallen: tuple[str, ...]


def drill(plan: Proposal, *, size: int = 1, most: int = 20) -> tuple[Drill, ...]:
    """Say which needs fall if some partners stay away, over all subsets of that size of those who are assigned.

    Parameters
    ----------
    plan : Proposal
        Any.
    size : int in [1, 3], default=1
        How many stay away.
    most : int, default=20
        How many subsets are returned at most.

    Returns
    -------
    drills : tuple of Drill
        Those in which most needs fall first; subsets in which nothing falls, or no more than without one of them, are
        left out. Stand-bys fill in, each at one place, need by need; one that cannot be filled up takes nobody from another.

    Raises
    ------
    CallError
        If `size` is outside [1, 3].

    Notes
    -----
    All subsets are covered, and few are looked at. A need that more stand-bys could join than places can fall empty in all never
    falls, whoever else draws on them: by Hall's theorem its places can be filled last. Who serves only such needs, and could stand in
    at no other, changes nothing by staying away, so that a subset with such a person is no worse than without. Subsets are taken
    by how many needs could fall at most; where somebody draws on nothing that the others draw on, what falls without all of them is what falls
    without her and what falls without the others; and the search ends where that is less than what `most` subsets reach already.
    """
    if not 1 <= size <= _LARGEST:
        raise CallError(f"size must be from 1 to {_LARGEST}; got {size!r}")
    bench = bench_of(plan)
    backups = {need: _free_backups(bench, need) for need in bench.team}
    fragile = _fragile(bench, backups, size)
    people = _who_matters(bench, backups, fragile)
    near = _near(bench, backups, fragile, people)
    known: dict[Absent, frozenset[int]] = {(): frozenset()}

    def fallen_of(absent: Absent) -> frozenset[int]:
        alone = next((who for who in absent if near[who].isdisjoint(absent)), None)
        if alone is None or len(absent) == 1:
            return _fallen(bench, backups, absent)
        # whoever draws on nothing that the others draw on changes nothing for them
        return known[(alone,)] | known[tuple(who for who in absent if who != alone)]

    for number in range(1, size):
        for absent in itertools.combinations(people, number):
            known[absent] = fallen_of(absent)
    worst: list[tuple[int, Absent]] = []
    found: dict[Absent, frozenset[int]] = {}
    for bound, subsets in _by_bound(people, size):
        enough = -worst[most - 1][0] if len(worst) >= most else 1
        if bound < enough:
            break  # nothing further can fall as far as those found already
        for absent in subsets:
            fallen = fallen_of(absent)
            # each of them matters: without any one, less would fall
            if len(fallen) >= enough and all(known[part] < fallen for part in itertools.combinations(absent, size - 1)):
                worst.append((-len(fallen), absent))
                found[absent] = fallen
        worst = sorted(worst)[:most]
    return tuple(_named(bench, absent, found[absent]) for _, absent in worst)


def drill_table(plan: Proposal, drills: Sequence[Drill], *, language: Language = "zh") -> pd.DataFrame:
    """Return the outcome of a drill as a table.

    Parameters
    ----------
    plan : Proposal
        That it was made on.
    drills : sequence of Drill
        As `drill` returns them.
    language : {"zh", "en"}, default="zh"
        Of the headers.

    Returns
    -------
    table : DataFrame
    """
    names = {partner.partner_id: mask_text(partner.name) for partner in plan.candidates.profiles.partners}
    rows = [
        ("、".join(f"{names[each]}（{each}）" for each in drill.absent), len(drill.fallen), "、".join(drill.fallen))
        for drill in drills
    ]
    return frame(("absent", "needs", "fallen"), rows, language)


def _free_backups(bench: Bench, need: int) -> tuple[int, ...]:
    eligible = np.flatnonzero(bench.candidates.masks[need] == 0)
    return tuple(int(p) for p in eligible if bench.has_room(need, int(p)))


def _fragile(bench: Bench, backups: Mapping[int, tuple[int, ...]], size: int) -> frozenset[int]:
    """Return the needs that may fall: no more stand-bys surely join them than places can fall empty in all."""
    places = sum(sorted((len(needs) for needs in bench.work.values()), reverse=True)[:size])
    return frozenset(
        need
        for need, team in bench.team.items()
        if bench.candidates.parts[need] or _surely_along(bench, need, backups[need], team) < places + size
    )


def _who_matters(bench: Bench, backups: Mapping[int, tuple[int, ...]], fragile: frozenset[int]) -> dict[int, int]:
    """Return the assigned partners whose absence can make anything fall, and at how many needs at most."""
    able = {partner for need in fragile for partner in backups[need] if partner in bench.work}
    served = {partner: len(fragile.intersection(needs)) for partner, needs in bench.work.items()}
    return {partner: served[partner] for partner in sorted(served) if served[partner] or partner in able}


def _near(
    bench: Bench, backups: Mapping[int, tuple[int, ...]], fragile: frozenset[int], people: Iterable[int]
) -> dict[int, frozenset[int]]:
    """Tell of each partner who else draws on the same: serves the same needs that may fall, or needs with the same stand-bys."""
    draws_on: dict[int, set[tuple[str, int]]] = {}
    drawn_by: dict[tuple[str, int], set[int]] = defaultdict(set)
    for who in people:
        needs = fragile.intersection(bench.work[who])
        draws_on[who] = {("need", need) for need in needs} | {("who", each) for need in needs for each in backups[need]}
        draws_on[who].add(("who", who))  # who stays away stands in nowhere
        for each in draws_on[who]:
            drawn_by[each].add(who)
    return {who: frozenset().union(*(drawn_by[each] for each in draws_on[who])) - {who} for who in draws_on}


def _surely_along(bench: Bench, need: int, backups: Sequence[int], team: Sequence[int]) -> int:
    """Count the stand-bys who get along with the whole team and with each other, whoever of the team stays away."""
    chosen: list[int] = []
    for partner in backups:
        if bench.gets_along(need, partner, [*team, *chosen]):
            chosen.append(partner)
    return len(chosen)


def _fallen(bench: Bench, backups: Mapping[int, tuple[int, ...]], absent: Absent) -> frozenset[int]:
    """Find the needs that fall, when stand-bys fill as many places as they can, each person one place."""
    least, gone = bench.plan.working.model.least, set(absent)
    held: dict[int, int] = {}
    fallen = set()
    for need in sorted({n for partner in absent for n in bench.work[partner]}):
        team = bench.team[need]
        left = [p for p in team if p not in gone]
        is_broken = bench.covers(need, team) and not bench.covers(need, left)
        places = max(int(least[need]) - len(left), 0) if len(team) >= least[need] else 0
        if not (places or is_broken):
            continue
        able = [p for p in backups[need] if p not in gone and bench.gets_along(need, p, left)]
        if is_broken and max(places, 1) == 1:
            able = [p for p in able if bench.covers(need, [*left, p])]
        if not _fill(bench, need, max(places, 1), left, {**backups, need: tuple(able)}, held, is_broken=is_broken):
            fallen.add(need)
    return frozenset(fallen)


def _fill(
    bench: Bench,
    need: int,
    places: int,
    left: Sequence[int],
    backups: Mapping[int, Sequence[int]],
    held: dict[int, int],
    *,
    is_broken: bool,
) -> bool:
    """Fill the places of one need by augmenting paths, or leave everything as it was."""
    before = dict(held)

    def seat(wanting: int, seen: set[int]) -> bool:
        for partner in backups[wanting]:
            if partner in seen:
                continue
            seen.add(partner)
            beside = [p for p, at in held.items() if at == wanting]
            if not bench.gets_along(wanting, partner, beside):
                continue
            if partner not in held or seat(held[partner], seen):
                held[partner] = wanting
                return True
        return False

    whole = all(seat(need, set()) for _ in range(places))
    joined = [*left, *(p for p, at in held.items() if at == need)]
    if whole and not (is_broken and not bench.covers(need, joined)):
        return True
    held.clear()
    held.update(before)
    return False


def _by_bound(needs: Mapping[int, int], size: int) -> Iterator[tuple[int, Iterator[Absent]]]:
    """Yield the subsets of a size by how many needs can fall at most: those that any of them serves, the most first."""
    groups: dict[int, list[int]] = defaultdict(list)
    for who, count in needs.items():
        groups[count].append(who)
    mixes = itertools.combinations_with_replacement(sorted(groups, reverse=True), size)
    for mix in sorted(mixes, key=lambda each: (-sum(each), each)):
        parts = [itertools.combinations(groups[count], len(list(same))) for count, same in itertools.groupby(mix)]
        subsets = (tuple(sorted(itertools.chain.from_iterable(each))) for each in itertools.product(*parts))
        yield sum(mix), subsets


def _named(bench: Bench, absent: Absent, fallen: frozenset[int]) -> Drill:
    profiles = bench.candidates.profiles
    return Drill(
        absent=tuple(profiles.partners[p].partner_id for p in absent),
        fallen=tuple(profiles.needs[n].need_id for n in sorted(fallen)),
    )
