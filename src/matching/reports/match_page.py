"""What the page of a plan shows, as plain values: counted once, from the plan alone."""

import dataclasses

from markupsafe import Markup

from matching.records import Kind
from matching.views.palette import Status


@dataclasses.dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the head of the page."""

    words: str
    figure: str
    note: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One partner proposed for one need."""

    partner_id: str
    name: str
    kind: Kind
    kind_words: str
    role: str
    phone: Markup | str
    is_locked: bool
    when: str
    hours: str
    score: str
    reason: str
    chart: Markup


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NeedBlock:
    """One need, and who is proposed for it."""

    need_id: str
    words: str
    community: str
    urgency: str
    urgency_words: str
    urgency_rank: int
    status: Status
    facts: tuple[str, ...]
    best: str
    lines: tuple[Line, ...]
    missing: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The network of one community."""

    words: str
    note: str
    picture: Markup


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """A column of a plain table."""

    words: str
    is_figure: bool = False
    is_short: bool = False  # a few words that should not be broken into a tower of letters


@dataclasses.dataclass(frozen=True, slots=True)
class Grid:
    """A plain table."""

    columns: tuple[Heading, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MatchPage:
    """Everything that the page of a plan shows, in the order in which it is read."""

    lang: str
    day: str
    facts: tuple[Markup | str, ...]
    warnings: tuple[str, ...]
    tiles: tuple[Tile, ...]
    places: tuple[str, ...]
    needs: tuple[NeedBlock, ...]
    unmet: Grid
    bottlenecks: Grid
    flow: Markup
    panels: tuple[Panel, ...]
    coverage: Markup
    coverage_table: Grid
    load: Markup
    load_words: str
    load_table: Grid
    proof_words: tuple[Markup | str, ...]
    proof_table: Grid
    overrides: Grid
    weights_table: Grid
    problem_words: str
    problem_table: Grid
    show_phones: bool
    footer: str
