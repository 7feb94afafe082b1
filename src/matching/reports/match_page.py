"""What the page of a plan shows, as plain values: counted once, from the plan and the registers alone."""

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


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One partner proposed for one need."""

    partner_id: str
    name: str
    kind: Kind
    kind_words: str
    when: str
    hours: str
    score: str
    reason: str
    chart: Markup
    phone: Markup | str = ""


@dataclasses.dataclass(frozen=True, slots=True)
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
    missing: str = ""
    missing_reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class UnmetRow:
    """One need that lacks people."""

    need_id: str
    community: str
    words: str
    missing: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
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


@dataclasses.dataclass(frozen=True, slots=True)
class Grid:
    """A plain table."""

    columns: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MatchPage:
    """Everything that the page of a plan shows, in the order in which it is read."""

    lang: str
    day: str
    facts: tuple[Markup | str, ...]
    tiles: tuple[Tile, ...]
    places: tuple[str, ...]
    needs: tuple[NeedBlock, ...]
    unmet: tuple[UnmetRow, ...]
    flow: Markup
    panels: tuple[Panel, ...]
    coverage: Markup
    coverage_table: Grid
    load: Markup
    load_words: str
    load_table: Grid
    proof_words: tuple[Markup | str, ...]
    proof_table: Grid
    weights_table: Grid
    problem_words: str
    problem_table: Grid | None
    show_phones: bool
    footer: str
