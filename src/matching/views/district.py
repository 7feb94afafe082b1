"""A district before any matching: who is where, and what each community can do and lacks."""

import collections
from collections.abc import Iterator, Sequence
from typing import Final

from matching.labels import Language, label
from matching.records import Community, Kind, Need, NeedStatus, show_choice
from matching.views.palette import INK, KIND_COLOURS, QUIET, RULE
from matching.views.svg import draw_line, draw_mark, draw_nothing, draw_picture, draw_text, show_number

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
