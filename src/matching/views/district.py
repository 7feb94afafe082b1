"""A district before any matching: who is where, and what each community can do and lacks."""

import collections
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from matching.labels import Language, label
from matching.records import Community, Kind, Need, NeedStatus, Partner, show_choice
from matching.tables import read_table
from matching.views.palette import ALARM, INK, KIND_COLOURS, PAPER, QUIET, RULE
from matching.views.svg import draw_box, draw_line, draw_mark, draw_nothing, draw_picture, draw_text, show_number

ROW: Final = 30.0
LABEL: Final = 150.0
COLUMN: Final = 118.0
TOP: Final = 40.0
LARGEST: Final = 11.0  # radius of the largest disc
CELL, CELL_ROW, SLANT = 78.0, 20.0, 46.0
MOST_FAMILIES: Final = 40
SHADES: Final = ("#ffffff", "#e3ecf6", "#c3d6ec", "#9dbde0")  # words on each of them stay above 4.5 : 1
STEPS: Final = (1, 4, 10)  # partners from which a cell takes the next shade


def district_chart(community: Community, *, language: Language = "zh") -> str:
    """Draw how many partners of each kind and how many open needs each community has.

    Parameters
    ----------
    community : Community
        The district.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
    """
    partners = collections.Counter((p.community or "", p.kind) for p in community.partners)
    needs = collections.Counter(need.community or "" for need in open_needs(community))
    places = list_places(community)
    width = LABEL + COLUMN * (len(Kind) + 1) + 10
    columns = [[partners[place, kind] for place in places] for kind in Kind]
    columns.append([needs[place] for place in places])
    parts = [*_district_heads(language), *_district_rows(places, width, language)]
    for at, (column, colour) in enumerate(zip(columns, [*KIND_COLOURS.values(), INK], strict=True)):
        parts += _discs(column, LABEL + COLUMN * at + 40, colour)
    totals = [sum(column) for column in columns]
    bottom = TOP + ROW * len(places)
    parts.append(draw_text(LABEL, bottom + 20, label("views.district.all", language=language), anchor="end", bold=True))
    parts += [
        draw_text(LABEL + COLUMN * at + 58, bottom + 20, total, bold=True) for at, total in enumerate(totals)
    ]  # fmt: skip
    return draw_picture(
        width,
        bottom + ROW,
        parts if places else [draw_nothing(language)],
        title=label("views.district.title", language=language),
        summary=label(
            "views.district.summary",
            language=language,
            places=len(places),
            partners=sum(totals[:-1]),
            needs=totals[-1],
        ),
    )


def _district_heads(language: Language) -> Iterator[str]:
    for at, kind in enumerate(Kind):
        x = LABEL + COLUMN * at + 20
        yield draw_mark(kind, x, 16)
        yield draw_text(x + 10, 20, show_choice(kind, language=language), size=11, width=COLUMN - 12)
    x = LABEL + COLUMN * len(Kind) + 30
    yield draw_text(x, 20, label("views.district.needs", language=language), size=11, width=COLUMN)


def _district_rows(places: Sequence[str], width: float, language: Language) -> Iterator[str]:
    for at, place in enumerate(places):
        y = TOP + ROW * at
        yield draw_line(0, y, width, y, colour=RULE)
        words = place or label("views.district.elsewhere", language=language)
        yield draw_text(LABEL, y + 20, words, anchor="end", width=LABEL)
    bottom = TOP + ROW * len(places)
    yield draw_line(0, bottom, width, bottom, colour=QUIET)


def _discs(counts: Sequence[int], x: float, colour: str) -> Iterator[str]:
    largest = max(counts, default=0)
    for at, count in enumerate(counts):
        y = TOP + ROW * (at + 0.5)
        if count:
            radius = show_number(max(LARGEST * (count / largest) ** 0.5, 1.5))
            yield f'<circle cx="{show_number(x)}" cy="{show_number(y)}" r="{radius}" fill="{colour}"/>'
        yield draw_text(x + 18, y + 4, count, fill="" if count else QUIET)


def open_needs(community: Community) -> tuple[Need, ...]:
    """Return the needs that are neither done nor cancelled.

    Parameters
    ----------
    community : Community
        The district.

    Returns
    -------
    needs : tuple of Need
        In the order of the sheet.
    """
    closed = {NeedStatus.DONE, NeedStatus.CANCELLED}
    return tuple(need for need in community.needs if need.status not in closed)


def list_places(community: Community) -> list[str]:
    """Return the communities of a district, in the order of its grids, then of its needs and partners.

    Parameters
    ----------
    community : Community
        The district.

    Returns
    -------
    places : list of str
        Those that any grid, partner or open need names; ``""`` at the end where one names none.
    """
    named = [grid.community for grid in community.grids]
    named += [need.community or "" for need in open_needs(community)]
    named += [partner.community or "" for partner in community.partners]
    places = list(dict.fromkeys(named))
    return sorted(places, key=lambda place: not place)


def skill_chart(
    community: Community,
    *,
    families: Mapping[str, str] | None = None,
    language: Language = "zh",
    most_families: int = MOST_FAMILIES,
) -> str:
    """Draw how many partners of each community offer each family of skills, and where nobody offers what is wanted.

    Parameters
    ----------
    community : Community
        The district.
    families : mapping of str to str, optional
        The family of a skill in the words that people wrote; names and aliases of the district's own skills (else of
        the packaged ones) when left out.
    language : {"zh", "en"}, default="zh"
        Of words.
    most_families : int, default=40
        Families drawn at most: those that most partners offer.

    Returns
    -------
    svg : str
    """
    known = read_families(community) if families is None else families
    other = label("views.skills.other", language=language)
    offered = _count_families(community.partners, known, other)
    wanted = _count_families(open_needs(community), known, other)
    totals: collections.Counter[str] = collections.Counter()
    for (_, family), count in (offered + wanted).items():
        totals[family] += count
    ranked = sorted(totals, key=lambda family: (family == other, -totals[family], family))
    shown, places = ranked[:most_families], list_places(community)
    parts = [*_slanted_heads(places, language)]
    for row, family in enumerate(shown):
        y = SLANT + 24 + CELL_ROW * row
        parts.append(draw_text(LABEL, y + 14, family, anchor="end", width=LABEL))
        for at, place in enumerate(places):
            is_wanted = wanted[place, family] > 0
            parts += _skill_cell(
                offered[place, family], LABEL + 10 + CELL * at, y, is_wanted=is_wanted, language=language
            )
    height = SLANT + 24 + CELL_ROW * max(len(shown), 1) + 10
    if len(ranked) > len(shown):
        note = label("views.skills.hidden", language=language, count=len(ranked) - len(shown))
        parts.append(draw_text(LABEL, height + 8, note, anchor="end", size=11, fill=QUIET, width=LABEL))
        height += 16
    return draw_picture(
        LABEL + 10 + CELL * max(len(places), 3) + 10,
        height,
        parts if shown else [draw_nothing(language)],
        title=label("views.skills.title", language=language),
        summary=label("views.skills.summary", language=language, families=len(ranked)),
    )


def read_families(community: Community) -> dict[str, str]:
    """Return the family of each skill, by its name and by each of its aliases.

    Parameters
    ----------
    community : Community
        The district; its own skills where it has any, else those that come with the package.

    Returns
    -------
    families : dict of str to str
        Keys are folded to lower case. A name beats an alias of another skill.
    """
    if community.skills:
        rows = [(skill.name, skill.aliases, skill.family) for skill in community.skills]
    else:
        rows = [(row["name"], tuple(row["aliases"].split("、")), row["family"]) for row in read_table("skills.csv")]
    families = {alias.casefold(): family for _, aliases, family in reversed(rows) for alias in aliases}
    return families | {name.casefold(): family for name, _, family in rows}


def _count_families(
    rows: Sequence[Partner] | Sequence[Need], families: Mapping[str, str], other: str
) -> collections.Counter[tuple[str, str]]:
    """Count rows by community and family; a row that names a family twice counts once."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for row in rows:
        counts.update({(row.community or "", families.get(claim.name.casefold(), other)) for claim in row.skills})
    return counts


def _slanted_heads(places: Sequence[str], language: Language) -> Iterator[str]:
    for at, place in enumerate(places):
        words = place or label("views.district.elsewhere", language=language)
        # every other head stands a line higher, so that long names do not touch
        y = SLANT + (16 if at % 2 else 0)
        yield draw_text(LABEL + 10 + CELL * (at + 0.5), y, words, size=11, anchor="middle", width=CELL * 1.9)


def _skill_cell(count: int, x: float, y: float, *, is_wanted: bool, language: Language) -> Iterator[str]:
    shade = SHADES[sum(count >= step for step in STEPS)]
    yield draw_box(x + 1, y + 1, CELL - 2, CELL_ROW - 2, fill=shade, edge=RULE if shade == PAPER else "")
    if count:
        yield draw_text(x + CELL / 2, y + 14, count, size=11, anchor="middle")
    elif is_wanted:
        words = label("views.skills.lacking", language=language)
        yield draw_box(x + 1.5, y + 1.5, CELL - 3, CELL_ROW - 3, fill=PAPER, edge=ALARM, dash="3 2")
        yield draw_text(x + CELL / 2, y + 14, words, size=11, anchor="middle", fill=ALARM)
