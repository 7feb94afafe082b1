"""Where a competency is exercised: the needs that are open and the services that were done, community by community."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.places import fold_place
from matching.affinity.profiles import Profiles
from matching.affinity.taxonomy import Taxonomy
from matching.records import CHINA, Community, Competency, NeedStatus, Result
from matching.records.reversals import standing_facts

Ints = NDArray[np.int64]
_READ = (
    0.6  # confidence from which a skill read from the name of an activity counts: a word of the taxonomy stands there
)
_SHOWN = 3


@dataclasses.dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LiveWork:
    """Work that exercises competencies, by community.

    Attributes
    ----------
    communities : tuple of str
        Rows, as first written.
    competency_ids : tuple of str
        Columns.
    needs, services : ndarray of int, shape (n_communities, n_competencies)
        Open needs, and services done in the days looked at.
    examples : mapping of (community, competency_id) to tuple of str
        Some of the needs, in their own words.
    """

    communities: tuple[str, ...]
    competency_ids: tuple[str, ...]
    needs: Ints
    services: Ints
    examples: Mapping[tuple[str, str], tuple[str, ...]]

    def row(self, community: str | None) -> int | None:
        """Return the row of a community.

        Parameters
        ----------
        community : str or None
            As written anywhere.

        Returns
        -------
        row : int or None
            None where nothing goes on there.
        """
        if not community:
            return None
        folded = fold_place(community)
        return next((at for at, name in enumerate(self.communities) if fold_place(name) == folded), None)


def find_live_work(
    community: Community, profiles: Profiles, competencies: Sequence[Competency], *, as_of: dt.date, days: int = 180
) -> LiveWork:
    """Count where each competency is exercised.

    Parameters
    ----------
    community : Community
        The district.
    profiles : Profiles
        Of the same district: which skills its needs ask for.
    competencies : sequence of Competency
        Each names the skills (or families of skills) that exercise it.
    as_of : date
        Needs whose time is over and services of later days do not count.
    days : int, default=180
        How far back services count.

    Returns
    -------
    work : LiveWork
    """
    exercised = _exercised(competencies, profiles.taxonomy)
    places: dict[str, str] = {}
    found: dict[tuple[str, str, str], int] = {}
    examples: dict[tuple[str, str], list[str]] = {}

    def count(kind: str, place: str | None, skill_ids: set[str], words: str | None) -> None:
        if not place:
            return
        name = places.setdefault(fold_place(place), place)
        for competency_id in {each for skill in skill_ids for each in exercised.get(skill, ())}:
            found[kind, name, competency_id] = found.get((kind, name, competency_id), 0) + 1
            if words:
                examples.setdefault((name, competency_id), []).append(words)

    skills = profiles.taxonomy.skills
    for need, wanted in zip(profiles.needs, profiles.wanted, strict=True):
        over = need.windows and max(window.end for window in need.windows).astimezone(CHINA).date() < as_of
        if need.status in {NeedStatus.DONE, NeedStatus.CANCELLED} or over:
            continue
        count("need", need.community, {skills[each.place].skill_id for each in wanted}, need.description)
    read = _skills_of_activities(community, profiles)
    since = as_of - dt.timedelta(days=days)
    for service in standing_facts(community.services):
        recent = service.date is not None and since < service.date <= as_of
        if recent and service.result is Result.COMPLETED:
            count("service", service.community, read.get(service.activity or "", set()), None)
    return _work(tuple(places.values()), competencies, found, examples)


def _exercised(competencies: Sequence[Competency], taxonomy: Taxonomy) -> dict[str, set[str]]:
    """Return the competencies that each skill exercises; a family stands for all its skills."""
    families: dict[str, list[str]] = {}
    for skill in taxonomy.skills:
        families.setdefault(skill.family, []).append(skill.skill_id)
    exercised: dict[str, set[str]] = {}
    for each in competencies:
        for word in each.skills:
            own = taxonomy.find(word)
            for skill_id in {*families.get(word, ()), *([own] if own else [])}:
                exercised.setdefault(skill_id, set()).add(each.competency_id)
    return exercised


def _skills_of_activities(community: Community, profiles: Profiles) -> dict[str, set[str]]:
    names = sorted({each.activity for each in community.services if each.activity})
    readings = profiles.reader.read_many(names, purpose="need", least=_READ, limit=2)
    return {name: {mention.skill_id for mention in found} for name, found in zip(names, readings, strict=True)}


def _work(
    places: tuple[str, ...],
    competencies: Sequence[Competency],
    found: Mapping[tuple[str, str, str], int],
    examples: Mapping[tuple[str, str], list[str]],
) -> LiveWork:
    ids = tuple(each.competency_id for each in competencies)
    needs, services = (
        np.array([[found.get((kind, place, name), 0) for name in ids] for place in places], dtype=np.int64).reshape(
            len(places), len(ids)
        )
        for kind in ("need", "service")
    )
    shown = {key: tuple(words[:_SHOWN]) for key, words in examples.items()}
    return LiveWork(communities=places, competency_ids=ids, needs=needs, services=services, examples=shown)
