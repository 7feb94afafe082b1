"""Bars: how far each community is covered, and how much each partner is asked to do."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import Kind, show_choice
from matching.views.palette import GHOST, KIND_COLOURS, QUIET, RULE, STATUS_FILLS, Status
from matching.views.svg import draw_box, draw_line, draw_mark, draw_nothing, draw_picture, draw_text, show_number

ROW: Final = 26.0
LABEL, PLOT, FIGURE = 190.0, 410.0, 180.0  # widths of the columns, in pixels
GAP: Final = 10.0
TOP: Final = 34.0
LOAD_TOP: Final = 56.0
MOST_PARTNERS: Final = 20
"""Partners that the picture of the load shows; all of them stand in the table."""


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """How many needs of a place are met, partly met and unmet."""

    place: str
    met: int
    partial: int
    unmet: int

    @property
    def needs(self) -> int:
        """All of them."""
        return self.met + self.partial + self.unmet


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """What one partner is asked to do.

    Attributes
    ----------
    partner_id, name : str
        Who.
    kind : Kind
        Of partner.
    needs : int
        How many needs.
    hours : float
        How long in all.
    most_hours : float or None
        What the partner offered at most; None where nothing was said.
    """

    partner_id: str
    name: str
    kind: Kind
    needs: int
    hours: float
    most_hours: float | None = None


def coverage_chart(rows: Sequence[Coverage], *, language: Language = "zh") -> str:
    """Draw how far each community is covered: one bar a community, its needs met, partly met and unmet.

    Parameters
    ----------
    rows : sequence of Coverage
        In the order in which they are drawn.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str

    Raises
    ------
    CallError
        If a count is negative.
    """
    if any(min(row.met, row.partial, row.unmet) < 0 for row in rows):
        raise CallError(f"Numbers of needs cannot be negative; got {rows!r}. Count again.")
    scale = PLOT / max([row.needs for row in rows], default=1) if any(row.needs for row in rows) else 0.0
    parts = [*_status_legend(language)] if rows else [draw_nothing(language)]
    for at, row in enumerate(rows):
        y = TOP + ROW * at
        parts += [
            draw_text(LABEL, y + 17, row.place, anchor="end", width=LABEL),
            *_segments(row, LABEL + GAP, y, scale),
        ]
        share = f"{row.met} / {row.needs}" + (f" ({row.met / row.needs:.0%})" if row.needs else "")
        parts.append(draw_text(LABEL + GAP + row.needs * scale + GAP, y + 17, share))
    met, needs = sum(row.met for row in rows), sum(row.needs for row in rows)
    return draw_picture(
        LABEL + GAP + PLOT + FIGURE,
        TOP + ROW * max(len(rows), 1) + 6,
        parts,
        title=label("views.coverage.title", language=language),
        summary=label("views.coverage.summary", language=language, places=len(rows), met=met, needs=needs),
    )


def _segments(row: Coverage, x: float, y: float, scale: float) -> Iterator[str]:
    counts: tuple[tuple[Status, int], ...] = (("met", row.met), ("partial", row.partial), ("unmet", row.unmet))
    for status, count in counts:
        if not count:
            continue
        fill, width = STATUS_FILLS[status], count * scale
        yield draw_box(x + 0.5, y + 4.5, width - 2, ROW - 9, fill=fill.inside, edge=fill.edge, dash=fill.dash)
        if width >= 9 * len(str(count)) + 6:
            yield draw_text(x + width / 2, y + 17, count, size=11, anchor="middle", fill=fill.words)
        x += width


def _status_legend(language: Language) -> Iterator[str]:
    x = LABEL + GAP
    for status, fill in STATUS_FILLS.items():
        yield draw_box(x + 0.5, 6.5, 15, 11, fill=fill.inside, edge=fill.edge, dash=fill.dash)
        yield draw_text(x + 22, 16, label(f"views.status.{status}", language=language), size=11)
        x += 110


def load_chart(
    rows: Sequence[Load], *, is_done: bool = False, language: Language = "zh", most_partners: int = MOST_PARTNERS
) -> str:
    """Draw how many hours the busiest partners are asked for, against what they offered.

    Parameters
    ----------
    rows : sequence of Load
        In any order.
    is_done : bool, default=False
        Whether the hours are of work that was done, rather than asked for.
    language : {"zh", "en"}, default="zh"
        Of words.
    most_partners : int, default=20
        Partners shown at most: those with the most hours.

    Returns
    -------
    svg : str
    """
    busiest = sorted(rows, key=lambda row: (-row.hours, -row.needs, row.partner_id))
    shown = busiest[:most_partners]
    longest = max([row.hours for row in shown], default=0.0)
    # an offer far above what is asked would squeeze all bars: the pale box then ends at the edge of the picture
    edge = min(max([longest, *(row.most_hours or 0.0 for row in shown)]), longest * 2) or 1.0
    parts = [draw_nothing(language)]
    if shown:
        parts = [
            *_kind_legend(language),
            *_hour_lines(edge, LOAD_TOP + ROW * len(shown), "unit_done" if is_done else "unit", language),
        ]
    for at, row in enumerate(shown):
        parts += _load_row(row, LOAD_TOP + ROW * at, edge, language)
    height = LOAD_TOP + ROW * max(len(shown), 1) + 6
    if len(rows) > len(shown):
        note = label("views.load.hidden", language=language, count=len(rows) - len(shown))
        parts.append(draw_text(LABEL + GAP, height + 12, note, size=11, fill=QUIET))
        height += 20
    hours = show_number(sum(row.hours for row in rows))
    return draw_picture(
        LABEL + GAP + PLOT + FIGURE,
        height,
        parts,
        title=label("views.load.title", language=language),
        summary=label("views.load.summary", language=language, partners=len(rows), hours=hours, shown=len(shown)),
    )


def _kind_legend(language: Language) -> Iterator[str]:
    for at, kind in enumerate(Kind):
        x = LABEL + GAP + 5 + 124 * at
        yield draw_mark(kind, x, 12)
        yield draw_text(x + 10, 16, show_choice(kind, language=language), size=11)


def _load_row(row: Load, y: float, edge: float, language: Language) -> Iterator[str]:
    x, scale = LABEL + GAP, PLOT / edge
    yield draw_text(LABEL - 18, y + 17, f"{row.name} {row.partner_id}", anchor="end", width=LABEL - 18)
    yield draw_mark(row.kind, LABEL - 4, y + 13, tooltip=show_choice(row.kind, language=language))
    if row.most_hours is not None:
        yield draw_box(x, y + 5, min(row.most_hours, edge) * scale, ROW - 10, fill=GHOST)
    yield draw_box(x, y + 5, row.hours * scale, ROW - 10, fill=KIND_COLOURS[row.kind])
    offered = "" if row.most_hours is None else f" / {show_number(row.most_hours)}"
    figures = label(
        "views.load.figures", language=language, hours=show_number(row.hours), offered=offered, needs=row.needs
    )
    yield draw_text(x + PLOT + 2 * GAP, y + 17, figures, size=11, width=FIGURE - 2 * GAP)


def _hour_lines(edge: float, bottom: float, unit: str, language: Language) -> Iterator[str]:
    for quarter in range(5):
        x = LABEL + GAP + PLOT * quarter / 4
        yield draw_line(x, LOAD_TOP, x, bottom, colour=RULE)
        yield draw_text(x, LOAD_TOP - 8, show_number(edge * quarter / 4), size=10, anchor="middle", fill=QUIET)
    yield draw_text(
        LABEL + GAP + PLOT + 2 * GAP, LOAD_TOP - 8, label(f"views.load.{unit}", language=language), size=10, fill=QUIET
    )
