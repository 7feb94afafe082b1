"""Who is where: one row a partner, one column a community, a disc for the services done there."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import Kind
from matching.views.palette import KIND_COLOURS, QUIET, RULE
from matching.views.svg import draw_line, draw_mark, draw_nothing, draw_picture, draw_text, show_number

LABEL, COLUMN, ROW, TOP, NOTE = 190.0, 66.0, 26.0, 70.0, 170.0
LARGEST: Final = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Presence:
    """Where one partner has served.

    Attributes
    ----------
    name : str
        Who.
    kind : Kind
        Of partner.
    services : mapping of str to int
        Services by community.
    note : str
        A few words at the end of the row.
    """

    name: str
    kind: Kind
    services: Mapping[str, int]
    note: str = ""


def presence_chart(rows: Sequence[Presence], *, language: Language = "zh") -> str:
    """Draw where partners have served: those who tie communities together have discs in many columns.

    Parameters
    ----------
    rows : sequence of Presence
        In the order in which they are drawn.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
        Discs are as large in area as the services are many.

    Raises
    ------
    CallError
        If a number of services is negative.
    """
    if any(times < 0 for row in rows for times in row.services.values()):
        raise CallError(f"Numbers of services cannot be negative; got {rows!r}. Count again.")
    places = sorted({place for row in rows for place in row.services})
    most = max((times for row in rows for times in row.services.values()), default=1) or 1
    width = LABEL + COLUMN * max(len(places), 1) + NOTE
    parts = [*_heads(places), *(line for at, row in enumerate(rows) for line in _row(row, at, places, most, width))]
    return draw_picture(
        width,
        TOP + ROW * max(len(rows), 1) + 8,
        parts if rows else [draw_nothing(language)],
        title=label("views.presence.title", language=language),
        summary=label("views.presence.summary", language=language, partners=len(rows), places=len(places)),
    )


def _heads(places: Sequence[str]) -> Iterator[str]:
    for at, place in enumerate(places):
        x, y = LABEL + COLUMN * (at + 0.5) - 8, TOP - 12
        # names of communities are longer than a column is wide
        yield f'<g transform="rotate(-35 {show_number(x)} {show_number(y)})">{draw_text(x, y, place, size=11, width=88)}</g>'


def _row(row: Presence, at: int, places: Sequence[str], most: int, width: float) -> Iterator[str]:
    y = TOP + ROW * at
    yield draw_line(0, y, width, y, colour=RULE)
    yield draw_mark(row.kind, 10, y + ROW / 2)
    yield draw_text(22, y + 18, row.name, width=LABEL - 28)
    for column, place in enumerate(places):
        times = row.services.get(place, 0)
        if times:
            x, radius = LABEL + COLUMN * (column + 0.5), max(LARGEST * (times / most) ** 0.5, 2.0)
            circle = f'cx="{show_number(x - 10)}" cy="{show_number(y + ROW / 2)}" r="{show_number(radius)}"'
            yield f'<circle {circle} fill="{KIND_COLOURS[row.kind]}"/>'
            yield draw_text(x + 4, y + 18, times, size=11)
    if row.note:
        yield draw_text(width - NOTE + 10, y + 18, row.note, size=11, fill=QUIET, width=NOTE - 14)
