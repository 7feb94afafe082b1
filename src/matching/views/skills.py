"""What each community can do and lacks, as a table of shades: families of skills by communities."""

import collections
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from matching.labels import Language, label
from matching.planning import Candidates
from matching.records import Community, Need, Partner
from matching.tables import read_table
from matching.views.district import list_places, open_needs
from matching.views.palette import ALARM, PAPER, QUIET, RULE
from matching.views.svg import draw_box, draw_nothing, draw_picture, draw_text

LABEL, CELL, ROW, TOP = 150.0, 78.0, 20.0, 70.0
MOST_FAMILIES: Final = 40
SHADES: Final = ("#ffffff", "#e3ecf6", "#c3d6ec", "#9dbde0")  # words on each of them stay above 4.5 : 1
STEPS: Final = (1, 4, 10)  # partners from which a cell takes the next shade

Families = Mapping[str, Collection[str]]
"""Families of skills by the identifier of a partner or a need."""


def skill_chart(
    source: Community | Candidates, *, language: Language = "zh", most_families: int = MOST_FAMILIES
) -> str:
    """Draw how many partners of each community can do what, and where nobody offers what is wanted.

    Parameters
    ----------
    source : Community or Candidates
        Candidates know what planning read from free text too; a community has only the skills that were filled in and
        that are called by a name or an alias of the taxonomy.
    language : {"zh", "en"}, default="zh"
        Of words.
    most_families : int, default=40
        Families drawn at most: those that most partners and needs name.

    Returns
    -------
    svg : str
        A figure counts partners; a partner counts once a family.
    """
    if isinstance(source, Candidates):
        community, (offered, asked) = source.community, read_families(source)
    else:
        community, (offered, asked) = source, name_families(source)
    other = label("views.skills.other", language=language)
    can = _count(community.partners, {p.partner_id: offered.get(p.partner_id, ()) for p in community.partners}, other)
    needs = open_needs(community)
    wanted = _count(needs, {need.need_id: asked.get(need.need_id, ()) for need in needs}, other)
    totals: collections.Counter[str] = collections.Counter()
    for (_, family), count in (can + wanted).items():
        totals[family] += count
    ranked = sorted(totals, key=lambda family: (family == other, -totals[family], family))
    shown, places = ranked[:most_families], list_places(community)
    parts = [*_heads(places, language)]
    for row, family in enumerate(shown):
        parts += _row(family, TOP + ROW * row, places, can, wanted, language)
    height = TOP + ROW * max(len(shown), 1) + 10
    if len(ranked) > len(shown):
        note = label("views.skills.hidden", language=language, count=len(ranked) - len(shown))
        parts.append(draw_text(LABEL, height + 8, note, anchor="end", size=11, fill=QUIET, width=LABEL))
        height += 16
    title = label("views.skills.title", language=language)
    summary = label("views.skills.summary", language=language, families=len(ranked))
    width = LABEL + CELL * (max(len(places), 3) + 0.7)  # room for a long name over the last column
    return draw_picture(width, height, parts if shown else [draw_nothing(language)], title=title, summary=summary)


def name_families(community: Community) -> tuple[Families, Families]:
    """Return the families of the skills that were filled in, found by name or alias.

    Parameters
    ----------
    community : Community
        The district; its own skills where it has any, else those that come with the package.

    Returns
    -------
    offered, asked : mapping of str to frozenset of str
        By partner and by need; ``""`` stands for what the taxonomy does not know.
    """
    known = _names(community)

    def families_of(row: Partner | Need) -> frozenset[str]:
        return frozenset(known.get(claim.name.casefold(), "") for claim in row.skills)

    return (
        {partner.partner_id: families_of(partner) for partner in community.partners},
        {need.need_id: families_of(need) for need in community.needs},
    )


def read_families(candidates: Candidates) -> tuple[Families, Families]:
    """Return the families of the skills that planning found, in what was filled in and in free text.

    Parameters
    ----------
    candidates : Candidates
        As scored.

    Returns
    -------
    offered, asked : mapping of str to frozenset of str
        By partner and by need.
    """
    profiles = candidates.profiles
    family = [skill.family for skill in profiles.taxonomy.skills]
    held, first = profiles.held.place.tolist(), profiles.held.first.tolist()
    ends = itertools.pairwise(first)
    return (
        {
            partner.partner_id: frozenset(family[place] for place in held[start:end])
            for partner, (start, end) in zip(profiles.partners, ends, strict=True)
        },
        {
            need.need_id: frozenset(family[found.place] for found in wanted)
            for need, wanted in zip(profiles.needs, profiles.wanted, strict=True)
        },
    )


def _names(community: Community) -> dict[str, str]:
    """Return the family of each skill by its name and aliases; a name beats an alias, and the district's words beat others."""
    packaged = [(row["name"], tuple(row["aliases"].split("、")), row["family"]) for row in read_table("skills.csv")]
    own = [(skill.name, skill.aliases, skill.family) for skill in community.skills]
    return _by_word(packaged) | _by_word(own)


def _by_word(rows: Sequence[tuple[str, Sequence[str], str]]) -> dict[str, str]:
    aliases = {alias.casefold(): family for _, words, family in reversed(rows) for alias in words}
    return aliases | {name.casefold(): family for name, _, family in rows}


def _count(rows: Sequence[Partner | Need], families: Families, other: str) -> collections.Counter[tuple[str, str]]:
    """Count rows by community and family."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for row, own in zip(rows, families.values(), strict=True):
        counts.update((row.community or "", family or other) for family in own)
    return counts


def _heads(places: Sequence[str], language: Language) -> Iterator[str]:
    for at, place in enumerate(places):
        words = place or label("views.district.elsewhere", language=language)
        # every other head stands a line higher, so that long names do not touch
        y = TOP - (8 if at % 2 else 24)
        yield draw_text(LABEL + 10 + CELL * (at + 0.5), y, words, size=11, anchor="middle", width=CELL * 1.9)


def _row(
    family: str,
    y: float,
    places: Sequence[str],
    can: Mapping[tuple[str, str], int],
    wanted: Mapping[tuple[str, str], int],
    language: Language,
) -> Iterator[str]:
    yield draw_text(LABEL, y + 14, family, anchor="end", width=LABEL)
    for at, place in enumerate(places):
        x, count = LABEL + 10 + CELL * at, can.get((place, family), 0)
        if count:
            shade = SHADES[sum(count >= step for step in STEPS)]
            yield draw_box(x + 1, y + 1, CELL - 2, ROW - 2, fill=shade)
            yield draw_text(x + CELL / 2, y + 14, count, size=11, anchor="middle")
        elif wanted.get((place, family), 0):
            yield draw_box(x + 1.5, y + 1.5, CELL - 3, ROW - 3, fill=PAPER, edge=ALARM, dash="3 2")
            lacking = label("views.skills.lacking", language=language)
            yield draw_text(x + CELL / 2, y + 14, lacking, size=11, anchor="middle", fill=ALARM)
        else:
            yield draw_box(x + 1, y + 1, CELL - 2, ROW - 2, fill=PAPER, edge=RULE)
