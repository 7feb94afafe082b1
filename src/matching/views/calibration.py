"""How forecasts came true: what was forecast against what happened, one mark a group of answers."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from matching.errors import CallError
from matching.labels import Language, label
from matching.views.palette import ACCENT, INK, QUIET, RULE
from matching.views.svg import draw_line, draw_nothing, draw_picture, draw_text, show_number

SIDE: Final = 300.0  # of the square, in pixels
LEFT, TOP, BOTTOM, WORDS = 54.0, 16.0, 46.0, 250.0
TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Forecasts:
    """Answers of about one forecast.

    Attributes
    ----------
    forecast : float in [0, 1]
        What was forecast, on average.
    good, answers : int
        How many of how many came true.
    """

    forecast: float
    good: int
    answers: int


def calibration_chart(groups: Sequence[Forecasts], *, language: Language = "zh") -> str:
    """Draw how often forecasts came true: on the diagonal they did just as often as they said.

    Parameters
    ----------
    groups : sequence of Forecasts
        From the lowest forecast up.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
        Each mark has a bar of twice its standard error: few answers, a long bar.

    Raises
    ------
    CallError
        If a group has no answers, or more good ones than answers.
    """
    for each in groups:
        if not 0 <= each.good <= each.answers or not each.answers:
            raise CallError(f"A group needs answers, no more of them good than there are; got {each}.")
    say = {
        name: label(f"views.calibration.{name}", language=language) for name in ("title", "forecast", "happened", "how")
    }
    parts = [*_frame(say), *(_marks(groups) if groups else [draw_nothing(language)])]
    answers = sum(each.answers for each in groups)
    summary = label("views.calibration.summary", language=language, groups=len(groups), answers=answers)
    return draw_picture(LEFT + SIDE + WORDS, TOP + SIDE + BOTTOM, parts, title=say["title"], summary=summary)


def _at(forecast: float, happened: float) -> tuple[float, float]:
    return LEFT + SIDE * forecast, TOP + SIDE * (1 - happened)


def _frame(say: dict[str, str]) -> Iterator[str]:
    for tick in TICKS:
        x, y = _at(tick, tick)
        yield draw_line(LEFT, y, LEFT + SIDE, y, colour=RULE)
        yield draw_text(LEFT - 6, y + 4, f"{tick:.0%}", anchor="end", size=11, fill=QUIET)
        yield draw_text(x, TOP + SIDE + 16, f"{tick:.0%}", anchor="middle", size=11, fill=QUIET)
    yield draw_line(*_at(0, 0), *_at(1, 1), colour=QUIET, dash="3 4")
    yield draw_text(LEFT + SIDE / 2, TOP + SIDE + 36, say["forecast"], anchor="middle", size=12)
    yield draw_text(LEFT + SIDE + 14, TOP + 10, say["happened"], size=12, width=WORDS - 18)
    yield draw_text(LEFT + SIDE + 14, TOP + 30, say["how"], size=11, fill=QUIET, width=WORDS - 18)


def _marks(groups: Sequence[Forecasts]) -> Iterator[str]:
    for each in groups:
        share = each.good / each.answers
        # the Agresti-Coull interval keeps a bar where all or none came true
        middle = (each.good + 2) / (each.answers + 4)
        half = 2 * (middle * (1 - middle) / (each.answers + 4)) ** 0.5
        x, low = _at(each.forecast, max(middle - half, 0.0))
        _, high = _at(each.forecast, min(middle + half, 1.0))
        yield draw_line(x, low, x, high, colour=INK)
        x, y = _at(each.forecast, share)
        tip = f"<title>{each.forecast:.0%} → {each.good}/{each.answers}</title>"
        yield f'<circle cx="{show_number(x)}" cy="{show_number(y)}" r="4.5" fill="{ACCENT}">{tip}</circle>'
