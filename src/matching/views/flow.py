"""The plan at a glance: which kinds of partner serve which community, as bands."""

from collections.abc import Iterator, Mapping
from typing import Final

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import Kind, show_choice
from matching.views.palette import INK, KIND_COLOURS, QUIET
from matching.views.svg import draw_box, draw_mark, draw_nothing, draw_picture, draw_text, escape_text, show_number

LEFT, BANDS, RIGHT = 200.0, 380.0, 220.0  # widths of the columns, in pixels
TALL: Final = 360.0
SPACE: Final = 12.0
LEAST: Final = 14.0  # a row is never lower than the words beside it
TOP: Final = 20.0


def flow_chart(pairs: Mapping[tuple[str, Kind], int], *, language: Language = "zh") -> str:
    """Draw bands from communities to kinds of partner, as thick as the number of pairs.

    Parameters
    ----------
    pairs : mapping of (str, Kind) to int
        How many partners of a kind serve needs of a community.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str

    Raises
    ------
    CallError
        If a number is negative.
    """
    if any(count < 0 for count in pairs.values()):
        raise CallError(f"Numbers of pairs cannot be negative; got {dict(pairs)!r}. Count again.")
    counted = {ends: count for ends, count in pairs.items() if count}
    places = sorted({place for place, _ in counted}, key=lambda place: (-_sum(counted, place), place))
    kinds = [kind for kind in Kind if _sum(counted, kind)]
    total = sum(counted.values())
    unit = TALL / total if total else 0.0
    left = _stack([(place, _sum(counted, place)) for place in places], unit)
    right = _stack([(kind, _sum(counted, kind)) for kind in kinds], unit)
    height = max([TOP, *(y + size for y, size in [*left.values(), *right.values()])]) + TOP
    parts = [
        *_bands(counted, places, kinds, left, right, unit),
        *_left_ends(counted, places, left),
        *_right_ends(counted, kinds, right, language),
    ] or [draw_nothing(language)]
    return draw_picture(
        LEFT + BANDS + RIGHT,
        height,
        parts,
        title=label("views.flow.title", language=language),
        summary=label("views.flow.summary", language=language, pairs=total, places=len(places)),
    )


def _sum(pairs: Mapping[tuple[str, Kind], int], end: str | Kind) -> int:
    at = 1 if isinstance(end, Kind) else 0
    return sum(count for ends, count in pairs.items() if ends[at] == end)


def _stack(rows: list[tuple[str, int]], unit: float) -> dict[str, tuple[float, float]]:
    """Top and height of each row, one under the other."""
    y, placed = TOP, {}
    for name, count in rows:
        size = max(count * unit, LEAST)
        placed[name] = (y, size)
        y += size + SPACE
    return placed


def _bands(
    pairs: Mapping[tuple[str, Kind], int],
    places: list[str],
    kinds: list[Kind],
    left: Mapping[str, tuple[float, float]],
    right: Mapping[str, tuple[float, float]],
    unit: float,
) -> Iterator[str]:
    used_left, used_right = dict.fromkeys(places, 0.0), dict.fromkeys(kinds, 0.0)
    x1, x2 = LEFT + 10, LEFT + BANDS - 10
    middle = show_number((x1 + x2) / 2)
    for place in places:
        for kind in kinds:
            count = pairs.get((place, kind), 0)
            if not count:
                continue
            thick = count * unit
            y1 = left[place][0] + used_left[place]
            y2 = right[kind][0] + used_right[kind]
            used_left[place] += thick
            used_right[kind] += thick
            ends = [show_number(value) for value in (y1, y2, y2 + thick, y1 + thick)]
            shape = (
                f"M{show_number(x1)} {ends[0]}C{middle} {ends[0]} {middle} {ends[1]} {show_number(x2)} {ends[1]}"
                f"V{ends[2]}C{middle} {ends[2]} {middle} {ends[3]} {show_number(x1)} {ends[3]}z"
            )
            tip = f"<title>{escape_text(place)} – {escape_text(show_choice(kind))} {count}</title>"
            yield f'<path d="{shape}" fill="{KIND_COLOURS[kind]}" fill-opacity="0.35">{tip}</path>'


def _left_ends(
    pairs: Mapping[tuple[str, Kind], int], places: list[str], left: Mapping[str, tuple[float, float]]
) -> Iterator[str]:
    for place in places:
        y, size = left[place]
        yield draw_box(LEFT, y, 10, size, fill=INK)
        yield draw_text(LEFT - 44, y + size / 2 + 4, place, anchor="end", width=LEFT - 50)
        yield draw_text(LEFT - 8, y + size / 2 + 4, _sum(pairs, place), anchor="end", fill=QUIET)


def _right_ends(
    pairs: Mapping[tuple[str, Kind], int],
    kinds: list[Kind],
    right: Mapping[str, tuple[float, float]],
    language: Language,
) -> Iterator[str]:
    for kind in kinds:
        y, size = right[kind]
        yield draw_box(LEFT + BANDS - 10, y, 10, size, fill=KIND_COLOURS[kind])
        yield draw_mark(kind, LEFT + BANDS + 12, y + size / 2)
        words = f"{show_choice(kind, language=language)}  {_sum(pairs, kind)}"
        yield draw_text(LEFT + BANDS + 24, y + size / 2 + 4, words, width=RIGHT - 30)
