"""Pictures of a training programme: a cohort against its framework, hours against what is owed, who leads whom."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from matching.errors import CallError
from matching.labels import Language, label
from matching.views.palette import ACCENT, ALARM, GHOST, INK, QUIET, Fill
from matching.views.svg import (
    draw_box,
    draw_line,
    draw_nothing,
    draw_picture,
    draw_text,
    escape_text,
    measure_text,
    show_number,
)

ROW: Final = 22.0
NAME: Final = 120.0
CELL: Final = 64.0
HEAD: Final = 66.0
PLOT: Final = 430.0
GAP_FILLS: Final = (
    Fill("#d9ece7", "#0b6655", "#0b4f42"),
    Fill("#fdf3d8", "#875300", "#5c3900"),
    Fill("#f3c9a5", "#9c3d00", "#5c2400", "4 2"),
    Fill("#ffffff", "#a4262c", "#a4262c", "2 2"),
)
"""No level missing, one, two, three or more: told apart by lightness, edge and the figure, not by hue alone."""

_SHORT, _BEHIND, _MET = "short", "behind", "met"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One cadre against the framework.

    Attributes
    ----------
    name : str
        Who.
    levels, required : tuple of int, length n_competencies
        Assessed, and asked for by the post; 0 where nothing was assessed or is asked for.
    """

    name: str
    levels: tuple[int, ...]
    required: tuple[int, ...]

    @property
    def missing(self) -> int:
        """Levels missing in all."""
        return sum(max(wanted - has, 0) for has, wanted in zip(self.levels, self.required, strict=True))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HoursRow:
    """One cadre's hours against what is owed.

    Attributes
    ----------
    name : str
        Who.
    done, owed, forecast : float
        Credited so far, owed in the period, and at its end at the pace so far.
    """

    name: str
    done: float
    owed: float
    forecast: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """A cadre and a mentor.

    Attributes
    ----------
    cadre, mentor : str
        How people know them; `mentor` is empty for a cadre without one.
    score : float
        How well they fit.
    is_new : bool
        False for a pair there is already.
    """

    cadre: str
    mentor: str
    score: float = 0.0
    is_new: bool = True


def levels_chart(rows: Sequence[LevelRow], competencies: Sequence[str], *, language: Language = "zh") -> str:
    """Draw a cohort against its framework: one row a cadre, one column a competency.

    Parameters
    ----------
    rows : sequence of LevelRow
        In the order in which they are drawn.
    competencies : sequence of str, length n_competencies
        Their names.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
        Each cell says the level assessed and the level asked for.

    Raises
    ------
    CallError
        If a row has another number of levels than there are competencies.
    """
    if any(len(row.levels) != len(competencies) or len(row.required) != len(competencies) for row in rows):
        raise CallError(f"Each row has a level for each of the {len(competencies)} competencies. Fill in 0.")
    lacking = [sum(row.levels[at] < row.required[at] for row in rows) for at in range(len(competencies))]
    parts = [*_gap_legend(language), *_competency_heads(competencies)] if rows else [draw_nothing(language)]
    for number, row in enumerate(rows):
        parts += _level_cells(row, HEAD + ROW * number)
    bottom = HEAD + ROW * len(rows)
    if rows:
        parts.append(
            draw_text(NAME - 8, bottom + 16, label("views.levels.lacking", language=language), anchor="end", bold=True)
        )
        parts += [
            draw_text(
                NAME + CELL * (at + 0.5), bottom + 16, count, anchor="middle", bold=True, fill=ALARM if count else QUIET
            )
            for at, count in enumerate(lacking)
        ]
    worst = max(range(len(lacking)), key=lambda at: lacking[at], default=None)
    summary = label(
        "views.levels.summary", language=language, people=len(rows), behind=sum(row.missing > 0 for row in rows),
        name=competencies[worst] if worst is not None and rows else "—", count=lacking[worst] if worst is not None else 0,
    )  # fmt: skip
    width = max(NAME + CELL * len(competencies) + 90, 620)
    return draw_picture(
        width, bottom + 26, parts, title=label("views.levels.title", language=language), summary=summary
    )


def hours_chart(rows: Sequence[HoursRow], *, day: str, language: Language = "zh") -> str:
    """Draw how far each cadre's hours have come, and where the pace leads.

    Parameters
    ----------
    rows : sequence of HoursRow
        In the order in which they are drawn.
    day : str
        The day that the picture is of.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str

    Raises
    ------
    CallError
        If hours are negative.
    """
    if any(min(row.done, row.owed, row.forecast) < 0 for row in rows):
        raise CallError(f"Hours cannot be negative; got {rows!r}. Count again.")
    edge = max([max(row.owed, min(row.forecast, row.owed * 1.4), row.done) for row in rows], default=0.0) or 1.0
    parts = [*_hours_legend(language)] if rows else [draw_nothing(language)]
    for at, row in enumerate(rows):
        parts += _hours_row(row, 40 + ROW * at, PLOT / edge, language)
    counts = {name: sum(_state(row) == name for row in rows) for name in (_MET, _BEHIND, _SHORT)}
    summary = label("views.hours.summary", language=language, people=len(rows), day=day, **counts)
    height = 40 + ROW * max(len(rows), 1) + 8
    return draw_picture(
        NAME + PLOT + 200, height, parts, title=label("views.hours.title", language=language, day=day), summary=summary
    )


def pairs_chart(lines: Sequence[PairLine], *, language: Language = "zh") -> str:
    """Draw who leads whom: cadres on the left, mentors on the right, cadres of one mentor side by side.

    Parameters
    ----------
    lines : sequence of PairLine
        Pairs, and cadres without a mentor.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    svg : str
    """
    paired = [line for line in lines if line.mentor]
    mentors = list(dict.fromkeys(line.mentor for line in paired))
    order = {name: at for at, name in enumerate(mentors)}
    cadres = list(dict.fromkeys(line.cadre for line in sorted(paired, key=lambda line: order[line.mentor])))
    alone = [line.cadre for line in lines if not line.mentor and line.cadre not in cadres]
    left = {name: 48 + ROW * at for at, name in enumerate([*cadres, *alone])}
    right = _level_with(mentors, paired, left)
    parts = [*_pairs_legend(language)] if lines else [draw_nothing(language)]
    parts += [_pair_curve(line, left[line.cadre], right[line.mentor]) for line in paired]
    for name, y in left.items():
        parts.append(draw_text(150, y, name, anchor="end", width=140, fill=ALARM if name in alone else ""))
        parts.append(_dot(160, y - 4, is_open=name in alone))
    for name, y in right.items():
        led = sum(line.mentor == name for line in paired)
        parts.append(_dot(440, y - 4, is_open=False))
        parts.append(draw_text(450, y, name, width=150, bold=True))
        parts.append(draw_text(610, y, label("views.pairs.led", language=language, count=led), size=11, fill=QUIET))
    height = max([*left.values(), *right.values(), 60]) + 16
    summary = label(
        "views.pairs.summary",
        language=language,
        cadres=len(left),
        mentors=len(mentors),
        pairs=len(paired),
        alone=len(alone),
    )
    return draw_picture(690, height, parts, title=label("views.pairs.title", language=language), summary=summary)


def _gap_legend(language: Language) -> Iterator[str]:
    x = NAME
    for missing, fill in enumerate(GAP_FILLS):
        words = label(f"views.levels.missing_{missing}", language=language)
        yield draw_box(x + 0.5, 6.5, 18, 13, fill=fill.inside, edge=fill.edge, dash=fill.dash)
        yield draw_text(x + 24, 17, words, size=11)
        x += 40 + measure_text(words) * 11


def _competency_heads(competencies: Sequence[str]) -> Iterator[str]:
    """Write names in two lines where they are long."""
    for at, name in enumerate(competencies):
        middle = NAME + CELL * (at + 0.5)
        half = -(-len(name) // 2) if measure_text(name) * 11 > CELL - 6 else len(name)
        first, second = name[:half], name[half:]
        yield draw_text(middle, HEAD - (22 if second else 10), first, size=11, anchor="middle", width=CELL - 2)
        if second:
            yield draw_text(middle, HEAD - 8, second, size=11, anchor="middle", width=CELL - 2)


def _level_cells(row: LevelRow, y: float) -> Iterator[str]:
    yield draw_text(NAME - 8, y + 15, row.name, anchor="end", width=NAME - 12)
    for at, (has, wanted) in enumerate(zip(row.levels, row.required, strict=True)):
        x = NAME + CELL * at
        if not wanted:
            yield draw_text(x + CELL / 2, y + 15, has or "·", anchor="middle", size=11, fill=QUIET)
            continue
        fill = GAP_FILLS[min(max(wanted - has, 0), len(GAP_FILLS) - 1)]
        yield draw_box(x + 2.5, y + 1.5, CELL - 5, ROW - 4, fill=fill.inside, edge=fill.edge, dash=fill.dash)
        yield draw_text(x + CELL / 2, y + 15, f"{has}/{wanted}", anchor="middle", size=11, fill=fill.words)
    yield draw_text(
        NAME + CELL * len(row.levels) + 8, y + 15, f"−{row.missing}" if row.missing else "✓", size=11, fill=QUIET
    )


def _state(row: HoursRow) -> str:
    if row.done >= row.owed:
        return _MET
    return _SHORT if row.forecast < row.owed - 1e-9 else _BEHIND


def _hours_legend(language: Language) -> Iterator[str]:
    x = NAME
    for name in ("done", "forecast", "owed"):
        words = label(f"views.hours.{name}", language=language)
        if name == "done":
            yield draw_box(x, 9, 22, 10, fill=ACCENT)
        elif name == "forecast":
            yield draw_box(x + 0.5, 9.5, 21, 9, fill=GHOST, edge=QUIET, dash="3 2")
        else:
            yield draw_line(x + 11, 6, x + 11, 22, colour=ALARM, width=2)
        yield draw_text(x + 28, 19, words, size=11)
        x += 48 + measure_text(words) * 11


def _hours_row(row: HoursRow, y: float, scale: float, language: Language) -> Iterator[str]:
    yield draw_text(NAME - 8, y + 15, row.name, anchor="end", width=NAME - 12)
    most = PLOT / scale
    if row.forecast > row.done:
        yield draw_box(
            NAME + 0.5, y + 4.5, min(row.forecast, most) * scale, ROW - 9, fill=GHOST, edge=QUIET, dash="3 2"
        )
    yield draw_box(NAME, y + 4, min(row.done, most) * scale, ROW - 8, fill=ACCENT)
    yield draw_line(NAME + row.owed * scale, y + 1, NAME + row.owed * scale, y + ROW - 1, colour=ALARM, width=2)
    state = _state(row)
    words = label(
        f"views.hours.{state}", language=language, done=show_number(row.done), owed=show_number(row.owed),
        short=show_number(max(row.owed - row.forecast, 0)),
    )  # fmt: skip
    yield draw_text(NAME + PLOT + 12, y + 15, words, size=11, fill=ALARM if state == _SHORT else INK, width=186)


def _level_with(mentors: Sequence[str], lines: Sequence[PairLine], left: dict[str, float]) -> dict[str, float]:
    """Put each mentor level with the middle of whom they lead, no two rows touching."""
    right: dict[str, float] = {}
    lowest = 48.0
    for name in mentors:
        led = [left[line.cadre] for line in lines if line.mentor == name]
        right[name] = lowest = max(lowest, sum(led) / len(led))
        lowest += ROW
    return right


def _pairs_legend(language: Language) -> Iterator[str]:
    x = 12.0
    for name, dash in (("new", ""), ("there", "2 4")):
        words = label(f"views.pairs.{name}", language=language)
        yield draw_line(x, 16, x + 28, 16, colour=ACCENT if name == "new" else QUIET, width=1.8, dash=dash)
        yield draw_text(x + 34, 20, words, size=11)
        x += 60 + measure_text(words) * 11
    yield _dot(x + 5, 16, is_open=True)
    yield draw_text(x + 16, 20, label("views.pairs.alone", language=language), size=11)


def _pair_curve(line: PairLine, y1: float, y2: float) -> str:
    start, end = show_number(y1 - 4), show_number(y2 - 4)
    tip = escape_text(f"{line.cadre} – {line.mentor}" + (f" {line.score:.2f}" if line.is_new else ""))
    look = f'stroke="{ACCENT}" stroke-width="1.8"' if line.is_new else f'stroke="{QUIET}" stroke-dasharray="2 4"'
    return f'<path d="M166 {start}C300 {start} 300 {end} 434 {end}" fill="none" {look}><title>{tip}</title></path>'


def _dot(x: float, y: float, *, is_open: bool) -> str:
    look = f'fill="#ffffff" stroke="{ALARM}" stroke-dasharray="3 2"' if is_open else f'fill="{ACCENT}"'
    return f'<circle cx="{show_number(x)}" cy="{show_number(y)}" r="4.5" {look}/>'
