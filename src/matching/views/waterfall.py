"""A waterfall: steps that add up to a total, each beginning where the one before it ended."""

import dataclasses
import functools
import math
from collections.abc import Iterator, Sequence

from matching.errors import CallError
from matching.views.palette import ACCENT, ALARM, GHOST, INK, QUIET, RULE
from matching.views.svg import clean_text, draw_box, draw_line, draw_picture, draw_text, measure_text

ROW = 22
LABEL, PLOT, FIGURE, DETAIL = 84, 250, 96, 330  # widths of the four columns, in pixels
MOST_LABEL, MOST_DETAIL = 180, 480  # what the first and the last may grow to where their words are longer
LETTER, SMALL = 12, 11  # sizes of the letters
GAP = 10
TOLERANCE = 1e-6


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One part of a sum.

    Attributes
    ----------
    label : str
        What it is called.
    amount : float
        What it adds; it may be negative.
    most : float
        What it could have added at best; drawn as a pale box behind.
    detail : str
        Why it is what it is.
    is_known : bool
        False where the part rests on a stand-in because nothing was stated; drawn as an outline.
    """

    label: str
    amount: float
    most: float = 0.0
    detail: str = ""
    is_known: bool = True


def waterfall_chart(
    steps: Sequence[Step], total: float, *, title: str, summary: str, total_label: str, digits: int = 3
) -> str:
    """Draw steps that add up to a total.

    Parameters
    ----------
    steps : sequence of Step
        In the order in which they are drawn.
    total : float
        Their sum.
    title, summary : str
        For those who cannot see the picture.
    total_label : str
        What the sum is called.
    digits : int, default=3
        Decimals of the figures. They are rounded so that the figures shown add up to the total shown.

    Returns
    -------
    svg : str

    Raises
    ------
    CallError
        If the steps do not add up to the total: such a picture would lie.
    """
    reached = sum(step.amount for step in steps)
    if not abs(reached - total) <= TOLERANCE * max(1.0, abs(total)):
        raise CallError(f"The parts of a waterfall must add up to its total; got {reached!r} for {total!r}.")
    lowest, highest = _span(steps, total)
    scale = PLOT / (highest - lowest)
    room = _room([*(step.label for step in steps), total_label], LETTER, LABEL, MOST_LABEL)
    detail = _room([step.detail for step in steps], SMALL, DETAIL, MOST_DETAIL)
    left = room + GAP
    zero = left - lowest * scale
    has_details = any(step.detail for step in steps)
    width = left + PLOT + GAP + FIGURE + (detail if has_details else 0)
    base = ROW * (len(steps) + 1)
    figures = round_to_sum([step.amount for step in steps], total, digits=digits)
    parts = [_axis(lowest, highest, base, left), *_rows(steps, zero, scale, figures, (left, detail))]
    bar = draw_box(min(zero, zero + total * scale), base - ROW + 4, abs(total) * scale, ROW - 8, fill=INK)
    parts += [
        draw_text(room, base - 7, total_label, anchor="end", width=room, bold=True),
        bar,
        draw_text(left + PLOT + GAP, base - 7, f"{total:.{digits}f}", bold=True),
    ]
    return draw_picture(width, base + 18, parts, title=title, summary=summary)


def _room(words: Sequence[str], size: float, least: int, most: int) -> int:
    """Return how many pixels a column needs for its longest words."""
    needed = max((size * measure_text(clean_text(each)) for each in words), default=0.0)
    return min(max(math.ceil(needed), least), most)


def round_to_sum(amounts: Sequence[float], total: float, *, digits: int) -> tuple[str, ...]:
    """Round amounts so that what is shown of them adds up to what is shown of the total.

    Parameters
    ----------
    amounts : sequence of float
        What adds up to the total.
    total : float
        Their sum.
    digits : int
        Decimals.

    Returns
    -------
    figures : tuple of str
        Each less than one unit of the last decimal away from its amount (the method of largest remainders).

    Examples
    --------
    >>> round_to_sum([0.126, 0.126, 0.126], 0.378, digits=2)
    ('0.13', '0.13', '0.12')
    """
    unit = 10**digits
    whole = [math.floor(amount * unit) for amount in amounts]
    missing = round(total * unit) - sum(whole)
    by_remainder = sorted(range(len(amounts)), key=lambda at: whole[at] - amounts[at] * unit)
    for at in by_remainder[: max(missing, 0)]:
        whole[at] += 1
    return tuple(f"{value / unit:.{digits}f}" for value in whole)


def _span(steps: Sequence[Step], total: float) -> tuple[float, float]:
    """Return the lowest and the highest value that any box reaches; 0 and 1 are always on the axis."""
    reached, lowest, highest = 0.0, min(0.0, total), max(1.0, total)
    for step in steps:
        edges = (reached, reached + step.amount, reached + step.most)
        lowest, highest = min(lowest, *edges), max(highest, *edges)
        reached += step.amount
    return lowest, highest


@functools.lru_cache(maxsize=64)
def _axis(lowest: float, highest: float, base: float, left: float) -> str:
    """Draw the lines of the scale; most scores share one, from 0 to 1."""
    parts = []
    for quarter in range(5):
        x = left + PLOT * quarter / 4
        value = lowest + (highest - lowest) * quarter / 4
        parts.append(draw_line(x, 2, x, base, colour=RULE))
        parts.append(draw_text(x, base + 13, f"{value:.2f}", size=10, anchor="middle", fill=QUIET))
    return "".join(parts)


def _rows(
    steps: Sequence[Step], zero: float, scale: float, figures: Sequence[str], widths: tuple[float, float]
) -> Iterator[str]:
    left, detail = widths
    label, after, reached = left - GAP, left + PLOT + GAP, 0.0
    for at, (step, figure) in enumerate(zip(steps, figures, strict=True)):
        top = ROW * at
        start, end = zero + reached * scale, zero + (reached + step.amount) * scale
        yield draw_text(label, top + 15, step.label, anchor="end", width=label)
        if step.most > 0:
            yield draw_box(start, top + 4, step.most * scale, ROW - 8, fill=GHOST)
        colour = ACCENT if step.amount >= 0 else ALARM
        if step.is_known:
            yield draw_box(min(start, end), top + 4, abs(end - start), ROW - 8, fill=colour)
        else:
            yield draw_box(min(start, end), top + 4.5, abs(end - start), ROW - 9, fill=GHOST, edge=colour, dash="2 2")
        yield draw_line(end, top + ROW - 4, end, top + ROW + 4, colour=QUIET)
        digits = len(figure.partition(".")[2])
        shown = figure + (f" / {step.most:.{digits}f}" if step.most > 0 else "")
        yield draw_text(after, top + 15, shown, size=SMALL)
        if step.detail:
            yield draw_text(after + FIGURE, top + 15, step.detail, width=detail, size=SMALL, fill=QUIET)
        reached += step.amount
