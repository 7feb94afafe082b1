"""Which host a cadre should shadow: where the work is that exercises what the cadre lacks most."""

import dataclasses
from collections.abc import Mapping, Sequence

import pandas as pd

from matching.labels import Language, label
from matching.records import mask_text, worded_table
from matching.training.live_work import LiveWork

HALF = 3.0
"""Open needs (or twice as many services) that make a share of one half."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A secretary whom a cadre can shadow.

    Attributes
    ----------
    host_id, name : str
        Who.
    community : str or None
        Where the work is.
    shown : mapping of str to int
        Levels that the host has shown.
    """

    host_id: str
    name: str
    community: str | None = None
    shown: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HostPart:
    """What a host offers for one competency that is lacking.

    Attributes
    ----------
    competency_id : str
    weight : float in (0, 1]
        Share of the levels lacking.
    needs, services : int
        Open needs there, and services done lately.
    value : float in [0, 1)
        (needs + services / 2) / (that + `HALF`), if the host is a level above; else half of it.
    contribution : float
        Weight times value; contributions add up to the score.
    examples : tuple of str
        Needs in their own words.
    """

    competency_id: str
    weight: float
    needs: int
    services: int
    value: float
    contribution: float
    examples: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HostRank:
    """A host for a cadre, with what the rank stands on."""

    host: Host
    score: float
    parts: tuple[HostPart, ...]


def rank_hosts(lacks: Mapping[str, tuple[int, int]], hosts: Sequence[Host], work: LiveWork) -> tuple[HostRank, ...]:
    """Rank hosts for a cadre by the work there that exercises what is lacking.

    Parameters
    ----------
    lacks : mapping of str to (int, int)
        For each competency lacking: the level assessed and the level required.
    hosts : sequence of Host
        Who could be shadowed.
    work : LiveWork
        Of the district.

    Returns
    -------
    ranks : tuple of HostRank
        The best first; equal ones by identifier.
    """
    total = sum(required - assessed for assessed, required in lacks.values())
    ranks = []
    for host in hosts:
        parts = tuple(_part(name, levels, total, host, work) for name, levels in lacks.items()) if total else ()
        ranks.append(HostRank(host=host, score=sum(part.contribution for part in parts), parts=parts))
    return tuple(sorted(ranks, key=lambda each: (-each.score, each.host.host_id)))


def hosts_table(ranks: Sequence[HostRank], names: Mapping[str, str], *, language: Language = "zh") -> pd.DataFrame:
    """Return ranked hosts as a table.

    Parameters
    ----------
    ranks : sequence of HostRank
        As `rank_hosts` returns them.
    names : mapping of str to str
        Names of competencies.
    language : {"zh", "en"}, default="zh"
        Of headers and words.

    Returns
    -------
    table : DataFrame
    """
    rows = []
    for each in ranks:
        said = [
            label(
                "training.hosting.part", language=language, name=names.get(part.competency_id, part.competency_id),
                needs=part.needs, services=part.services,
            )
            for part in sorted(each.parts, key=lambda part: -part.contribution)
            if part.needs or part.services
        ]  # fmt: skip
        example = next((words for part in each.parts for words in part.examples), "")
        rows.append(
            [
                each.host.host_id,
                each.host.name,
                each.host.community or "",
                f"{each.score:.3f}",
                "；".join(said),
                mask_text(example),
            ]
        )
    columns = ("host_id", "host", "community", "score", "work", "example")
    return worded_table("training.hosting.column", columns, rows, language=language)


def _part(name: str, levels: tuple[int, int], total: int, host: Host, work: LiveWork) -> HostPart:
    assessed, required = levels
    row = work.row(host.community)
    at = work.competency_ids.index(name) if name in work.competency_ids else None
    known = row is not None and at is not None
    needs = int(work.needs[row, at]) if known else 0
    services = int(work.services[row, at]) if known else 0
    amount = needs + services / 2
    value = amount / (amount + HALF)
    if host.shown.get(name, 0) <= assessed:
        value /= 2  # the work is there, but nobody above the cadre to learn it from
    weight = (required - assessed) / total
    place = work.communities[row] if row is not None else ""
    return HostPart(
        competency_id=name, weight=weight, needs=needs, services=services, value=value,
        contribution=weight * value, examples=work.examples.get((place, name), ()),
    )  # fmt: skip
