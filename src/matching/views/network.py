"""Who serves whom, as two columns: needs on the left, partners by kind on the right, a line for each pair."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import Kind, show_choice
from matching.views.palette import ALARM, INK, KIND_COLOURS, QUIET, STATUS_FILLS, Status
from matching.views.svg import draw_mark, draw_nothing, draw_picture, draw_text, escape_text, show_number

ROW: Final = 19.0
LEFT, LINKS, RIGHT = 370.0, 300.0, 230.0  # widths of the columns, in pixels
TOP: Final = 58.0
SWEEPS: Final = 6
MOST_NEEDS: Final = 60
"""Needs that one picture shows at most; a community with more is read in the table."""


@dataclasses.dataclass(frozen=True, slots=True)
class NeedNode:
    """A need in the left column.

    Attributes
    ----------
    need_id : str
        Identifier.
    words : str
        What is wanted.
    wanted, placed : int
        Heads wanted at least, and heads placed.
    status : {"met", "partial", "unmet"}
        What the plan says of it.
    """

    need_id: str
    words: str
    wanted: int
    placed: int
    status: Status


@dataclasses.dataclass(frozen=True, slots=True)
class PartnerNode:
    """A partner in the right column."""

    partner_id: str
    name: str
    kind: Kind


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A line between a need and a partner: placed, or the strongest that was not.

    Attributes
    ----------
    need_id, partner_id : str
        Its ends.
    score : float in [0, 1]
        How well they fit.
    is_placed : bool
        Whether the plan places this partner at this need.
    """

    need_id: str
    partner_id: str
    score: float
    is_placed: bool


def network_chart(
    needs: Sequence[NeedNode],
    partners: Sequence[PartnerNode],
    links: Sequence[Link],
    *,
    place: str,
    language: Language = "zh",
    most_needs: int = MOST_NEEDS,
) -> str:
    """Draw needs, partners and the lines between them.

    Parameters
    ----------
    needs : sequence of NeedNode
        The left column; those that come first are kept where there are too many.
    partners : sequence of PartnerNode
        The right column; partners without a line are left out.
    links : sequence of Link
        The lines.
    place : str
        The community that the picture is of.
    language : {"zh", "en"}, default="zh"
        Of words.
    most_needs : int, default=60
        Needs shown at most.

    Returns
    -------
    svg : str
        Rows are ordered so that few lines cross.

    Raises
    ------
    CallError
        If a link names a need or a partner that is not given.
    """
    _check_ends(needs, partners, links)
    shown = {need.need_id: need for need in needs[:most_needs]}
    lines = [link for link in links if link.need_id in shown]
    ends = {link.partner_id for link in lines}
    known = {partner.partner_id: partner for partner in partners if partner.partner_id in ends}
    left, right = _order(list(shown), known, lines)
    y_right, heads = _place_partners(right, known)
    bottom = max([*y_right.values(), TOP], default=TOP)
    y_left = _place_needs(left, lines, y_right, max(bottom, TOP + ROW * max(len(left) - 1, 0)))
    height = max([bottom, *y_left.values()]) + ROW
    hidden = len(needs) - len(shown)
    words = {"place": place, "needs": len(shown), "partners": len(known), "pairs": sum(x.is_placed for x in lines)}
    parts = [
        *(_legend(language) if shown else [draw_nothing(language)]),
        *_lines(lines, y_left, y_right, known),
        *_left_column(left, shown, y_left),
        *_right_column(right, known, lines, y_right),
        *_kind_heads(heads, language),
    ]
    if hidden:
        height += ROW
        note = label("views.network.hidden", language=language, count=hidden)
        parts.append(draw_text(LEFT, height - 8, note, anchor="end", fill=QUIET))
    title = label("views.network.title", language=language, **words)
    summary = label("views.network.summary", language=language, **words)
    return draw_picture(LEFT + LINKS + RIGHT, height, parts, title=title, summary=summary)


def _check_ends(needs: Sequence[NeedNode], partners: Sequence[PartnerNode], links: Sequence[Link]) -> None:
    need_ids, partner_ids = {n.need_id for n in needs}, {p.partner_id for p in partners}
    for link in links:
        if link.need_id not in need_ids or link.partner_id not in partner_ids:
            pair = f"{link.need_id!r}–{link.partner_id!r}"
            raise CallError(f"A link needs both of its ends; got {pair}. Hand in the need and the partner as well.")


def _order(needs: list[str], partners: Mapping[str, PartnerNode], links: Sequence[Link]) -> tuple[list[str], list[str]]:
    """Order both columns by the middle of what each row is tied to, a few times over: the barycentre heuristic.

    Partners stay grouped by kind. Placed pairs pull five times as hard as the others, for they are read first.
    """
    kinds = list(Kind)
    tied: dict[str, list[tuple[str, int]]] = {name: [] for name in (*needs, *partners)}
    for link in links:
        pull = 5 if link.is_placed else 1
        tied[link.need_id].append((link.partner_id, pull))
        tied[link.partner_id].append((link.need_id, pull))
    right = sorted(partners, key=lambda name: (kinds.index(partners[name].kind), name))
    left = list(needs)
    for _ in range(SWEEPS):
        at = {name: row for row, name in enumerate(right)}
        left.sort(key=lambda name: (_middle(tied[name], at), name))
        at = {name: row for row, name in enumerate(left)}
        right.sort(key=lambda name: (kinds.index(partners[name].kind), _middle(tied[name], at), name))
    return left, right


def _middle(tied: Sequence[tuple[str, int]], at: Mapping[str, int]) -> float:
    """Return the weighted mean row of what a row is tied to; rows without a tie go last."""
    total = sum(pull for _, pull in tied)
    return sum(at[name] * pull for name, pull in tied) / total if total else float("inf")


def _place_partners(
    right: Sequence[str], partners: Mapping[str, PartnerNode]
) -> tuple[dict[str, float], list[tuple[Kind, float]]]:
    """Give each partner its height, with a row for the name of the kind before each kind."""
    heights: dict[str, float] = {}
    heads: list[tuple[Kind, float]] = []
    y = TOP
    for name in right:
        kind = partners[name].kind
        if not heads or heads[-1][0] is not kind:
            heads.append((kind, y))
            y += ROW
        heights[name] = y
        y += ROW
    return heights, heads


def _place_needs(
    left: Sequence[str], links: Sequence[Link], y_right: Mapping[str, float], bottom: float
) -> dict[str, float]:
    """Put each need level with its partners as far as rows do not touch."""
    ends: dict[str, list[float]] = {name: [] for name in left}
    for link in sorted(links, key=lambda link: (not link.is_placed, -link.score, link.partner_id)):
        if link.is_placed or not ends[link.need_id]:
            ends[link.need_id].append(y_right[link.partner_id])
    heights: dict[str, float] = {}
    lowest = TOP
    for row, name in enumerate(left):
        wanted = sum(ends[name]) / len(ends[name]) if ends[name] else lowest
        room = bottom - ROW * (len(left) - 1 - row)
        heights[name] = lowest = min(max(lowest, wanted), max(room, lowest))
        lowest += ROW
    return heights


def _lines(
    links: Sequence[Link],
    y_left: Mapping[str, float],
    y_right: Mapping[str, float],
    partners: Mapping[str, PartnerNode],
) -> Iterator[str]:
    start, end = show_number(LEFT + 6), show_number(LEFT + LINKS - 12)
    middle = show_number(LEFT + LINKS / 2)
    for link in sorted(links, key=lambda link: (link.is_placed, link.need_id, link.partner_id)):
        y1, y2 = show_number(y_left[link.need_id] - 4), show_number(y_right[link.partner_id] - 4)
        path = f'd="M{start} {y1}C{middle} {y1} {middle} {y2} {end} {y2}" fill="none"'
        tip = f"<title>{escape_text(link.need_id)} – {escape_text(link.partner_id)} {link.score:.2f}</title>"
        if link.is_placed:
            yield f'<path {path} stroke="{KIND_COLOURS[partners[link.partner_id].kind]}" stroke-width="1.8">{tip}</path>'
        else:
            yield f'<path {path} stroke="#8493a1" stroke-dasharray="2 4">{tip}</path>'


def _left_column(left: Sequence[str], needs: Mapping[str, NeedNode], y_left: Mapping[str, float]) -> Iterator[str]:
    for name in left:
        need, y = needs[name], y_left[name]
        fill = STATUS_FILLS[need.status]
        dash = f' stroke-dasharray="{fill.dash}"' if fill.dash else ""
        yield draw_text(LEFT - 44, y, f"{name} {need.words}", anchor="end", width=LEFT - 50)
        count = f"{need.placed}/{need.wanted}"
        yield draw_text(LEFT - 8, y, count, anchor="end", size=11, fill=ALARM if need.status == "unmet" else QUIET)
        yield f'<circle cx="{show_number(LEFT)}" cy="{show_number(y - 4)}" r="4.5" fill="{fill.inside}" stroke="{fill.edge}"{dash}/>'


def _right_column(
    right: Sequence[str],
    partners: Mapping[str, PartnerNode],
    links: Sequence[Link],
    y_right: Mapping[str, float],
) -> Iterator[str]:
    placed = {link.partner_id for link in links if link.is_placed}
    x = LEFT + LINKS
    for name in right:
        partner, y = partners[name], y_right[name]
        yield draw_mark(partner.kind, x - 6, y - 4)
        colour = "" if name in placed else QUIET
        yield draw_text(x + 6, y, f"{partner.name} {name}", width=RIGHT - 10, fill=colour)


def _kind_heads(heads: Sequence[tuple[Kind, float]], language: Language) -> Iterator[str]:
    for kind, y in heads:
        words = show_choice(kind, language=language)
        yield draw_text(LEFT + LINKS - 12, y, words, size=11, bold=True, fill=KIND_COLOURS[kind])


def _legend(language: Language) -> Iterator[str]:
    """Say what circles and lines mean, above the columns."""
    y, x = 18.0, 12.0
    for status, fill in STATUS_FILLS.items():
        dash = f' stroke-dasharray="{fill.dash}"' if fill.dash else ""
        yield f'<circle cx="{show_number(x)}" cy="{y - 4}" r="4.5" fill="{fill.inside}" stroke="{fill.edge}"{dash}/>'
        yield draw_text(x + 10, y, label(f"views.status.{status}", language=language), size=11)
        x += 92
    for is_placed in (True, False):
        line = 'stroke-width="1.8"' if is_placed else 'stroke-dasharray="2 4"'
        colour = INK if is_placed else "#8493a1"
        yield f'<path d="M{show_number(x)} {y - 4}h28" stroke="{colour}" {line}/>'
        words = "placed" if is_placed else "alternative"
        yield draw_text(x + 34, y, label(f"views.network.{words}", language=language), size=11)
        x += 150
