"""Where the grids of a district lie and where needs are open: dots at their coordinates, with no map behind them."""

import collections
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from matching.labels import Language, label
from matching.records import Community, Grid
from matching.views.district import open_needs
from matching.views.palette import ACCENT, INK, PAPER, QUIET, RULE
from matching.views.svg import draw_line, draw_nothing, draw_picture, draw_text, measure_text, show_number

WIDTH, HEIGHT, MARGIN = 760.0, 520.0, 70.0
KM_A_DEGREE: Final = 111.32  # of latitude, on a sphere of 6,378 km
LARGEST: Final = 15.0
DOT: Final = 3.0

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def district_map(community: Community, *, language: Language = "zh") -> str:
    """Draw the grids at their coordinates, tied to the middle of their community, with a disc for its open needs.

    Parameters
    ----------
    community : Community
        The district; grids without coordinates are counted below the picture.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
        North is up; a bar shows the scale.
    """
    placed = [grid for grid in community.grids if grid.longitude is not None and grid.latitude is not None]
    title = label("views.map.title", language=language)
    summary = label("views.map.summary", language=language, grids=len(placed))
    if not placed:
        return draw_picture(WIDTH, 40, [draw_nothing(language)], title=title, summary=summary)
    points, pixels_a_km = _project(placed)
    needs = collections.Counter(need.community for need in open_needs(community))
    middles = _middles(placed, points)
    discs = [(point, needs[place]) for place, point in middles.items()]
    parts = [
        *_draw_grids(placed, points, middles),
        *_draw_names(middles, discs),
        *_draw_discs(discs),
        *_scale_bar(pixels_a_km, language),
    ]
    missing = len(community.grids) - len(placed)
    if missing:
        note = label("views.map.unplaced", language=language, count=missing)
        parts.append(draw_text(WIDTH - 12, HEIGHT - 12, note, anchor="end", size=11, fill=QUIET))
    return draw_picture(WIDTH, HEIGHT, parts, title=title, summary=summary)


def _project(grids: Sequence[Grid]) -> tuple[list[Point], float]:
    """Pixels of each grid and pixels a kilometre; true to scale at the middle latitude, which is enough for a town."""
    latitudes = [grid.latitude or 0.0 for grid in grids]
    shrink = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))
    east = [(grid.longitude or 0.0) * KM_A_DEGREE * shrink for grid in grids]
    north = [latitude * KM_A_DEGREE for latitude in latitudes]
    spans = (max(east) - min(east), max(north) - min(north))
    room = (WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)
    scale = min([size / span for size, span in zip(room, spans, strict=True) if span > 1e-6], default=100.0)
    x0 = WIDTH / 2 - (min(east) + max(east)) / 2 * scale
    y0 = HEIGHT / 2 + (min(north) + max(north)) / 2 * scale
    return [(x0 + x * scale, y0 - y * scale) for x, y in zip(east, north, strict=True)], scale


def _middles(grids: Sequence[Grid], points: Sequence[Point]) -> dict[str, Point]:
    own: dict[str, list[Point]] = {}
    for grid, point in zip(grids, points, strict=True):
        own.setdefault(grid.community, []).append(point)
    return {
        place: (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
        for place, points in own.items()
    }


def _draw_grids(grids: Sequence[Grid], points: Sequence[Point], middles: Mapping[str, Point]) -> Iterator[str]:
    for grid, (x, y) in zip(grids, points, strict=True):
        yield draw_line(x, y, *middles[grid.community], colour=RULE)
        yield f'<circle cx="{show_number(x)}" cy="{show_number(y)}" r="{show_number(DOT)}" fill="{QUIET}"/>'


def _draw_discs(discs: Sequence[tuple[Point, int]]) -> Iterator[str]:
    largest = max([count for _, count in discs], default=0)
    for (x, y), count in sorted(discs, key=lambda disc: (-disc[1], disc[0])):
        if count:
            radius = max(LARGEST * math.sqrt(count / largest), 8)
            place = f'cx="{show_number(x)}" cy="{show_number(y)}" r="{show_number(radius)}"'
            yield f'<circle {place} fill="{ACCENT}" stroke="{PAPER}"/>'
            yield draw_text(x, y + 4, count, size=11, anchor="middle", fill=PAPER)


def _draw_names(middles: Mapping[str, Point], discs: Sequence[tuple[Point, int]]) -> Iterator[str]:
    """Write each name at the nearest place beside its disc where nothing is yet, tied to it where that is not next to it."""
    taken: list[Box] = [(x - LARGEST, y - LARGEST, x + LARGEST, y + LARGEST) for (x, y), _ in discs]
    for place, (x, y) in sorted(middles.items(), key=lambda item: (item[1][1], item[0])):
        half = min(measure_text(place), 16) * 13 / 2
        boxes = [(x + dx - half, y + dy - 9, x + dx + half, y + dy + 9) for dx, dy in _places_beside(half)]
        inside = [box for box in boxes if box[0] > 4 and box[2] < WIDTH - 4 and box[1] > 4 and box[3] < HEIGHT - 34]
        box = next((box for box in inside if not any(_touch(box, other) for other in taken)), (inside or boxes)[0])
        taken.append(box)
        near_x, near_y = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
        if math.hypot(near_x - x, near_y - y) > LARGEST + 8:
            yield draw_line(x, y, near_x, near_y, colour=QUIET)
        yield draw_text((box[0] + box[2]) / 2, box[1] + 14, place, size=13, anchor="middle", bold=True, width=220)


def _places_beside(half: float) -> list[Point]:
    """Return where the middle of a name may lie, seen from its disc: beside it, above and below first, then further out."""
    offers = [
        (side * (half + reach), lift)
        for reach in (LARGEST + 4, LARGEST + 30, LARGEST + 60)
        for side in (1, -1)
        for lift in (0.0, -14.0, 14.0, -30.0, 30.0, -48.0, 48.0)
    ]
    offers += [(0.0, lift) for lift in (-LARGEST - 12, LARGEST + 12, -LARGEST - 32, LARGEST + 32)]
    return sorted(offers, key=lambda offer: math.hypot(max(abs(offer[0]) - half, 0.0), offer[1]))


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _scale_bar(pixels_a_km: float, language: Language) -> Iterator[str]:
    """Draw a bar of 1, 2 or 5 times a power of ten kilometres, about an eighth of the width."""
    wanted = WIDTH / 8 / pixels_a_km
    power = 10.0 ** math.floor(math.log10(wanted))
    distance = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    y, end = HEIGHT - 16, 16 + distance * pixels_a_km
    yield draw_line(16, y, end, y, colour=INK, width=2)
    yield draw_text(end + 8, y + 4, label("views.map.scale", language=language, distance=f"{distance:g}"), size=11)
