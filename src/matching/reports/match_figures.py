"""The figures of a plan as the page shows them: headline, coverage, load, proof, weights, problems."""

import collections
import statistics
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from matching.labels import Language, label
from matching.planning import Plan
from matching.records import Community, show_choice
from matching.reports.match_page import Grid, Heading, Tile
from matching.reports.page import as_it_is
from matching.views import Coverage, Load
from matching.views.palette import Status

_PROVEN = 5e-7
"""A gap below this is shown as none: the solvers themselves round about there."""


def _say(key: str, language: Language, **values: object) -> str:
    return label(f"reports.{key}", language=language, **values)


def _headings(names: Sequence[str], figures: Sequence[str], language: Language) -> tuple[Heading, ...]:
    return tuple(Heading(_say(f"column.{name}", language), name in figures) for name in names)


def headline_tiles(plan: Plan, status: Mapping[str, Status], *, language: Language) -> tuple[Tile, ...]:
    """Return the six figures at the head of the page.

    Parameters
    ----------
    plan : Plan
        Any.
    status : mapping of str to {"met", "partial", "unmet"}
        How far each open need is met.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    tiles : tuple of Tile
    """
    counts = collections.Counter(status.values())
    share = f"{counts['met'] / len(status):.0%}" if status else "–"
    missing = sum(each.missing for each in plan.unmet if each.got)
    partners = {each.partner_id for each in plan.assignments}
    hours = sum(each.hours for each in plan.assignments)
    is_best = plan.proof.gap < _PROVEN

    def tile(name: str, figure: str, note: str = "", **values: object) -> Tile:
        return Tile(_say(f"tile.{name}", language), figure, _say(f"tile.{note or name}_note", language, **values))

    return (
        tile("met", str(counts["met"]), needs=len(status), share=share),
        tile("partial", str(counts["partial"]), missing=missing),
        tile("unmet", str(counts["unmet"])),
        tile("people", str(len(partners)), pairs=len(plan.assignments)),
        tile("hours", f"{hours:g}"),
        tile("gap", show_gap(plan.proof.gap), "gap_best" if is_best else "gap_bound"),
    )


def show_gap(gap: float) -> str:
    """Write a relative gap.

    Parameters
    ----------
    gap : float
        As a share.

    Returns
    -------
    words : str
        In per cent; infinity where no bound is known.
    """
    if gap < _PROVEN:
        return "0%"
    return f"{gap:.2%}" if gap >= 1e-4 else "< 0.01%"


def coverage_grid(rows: Sequence[Coverage], *, language: Language) -> Grid:
    """Return the table beside the picture of coverage.

    Parameters
    ----------
    rows : sequence of Coverage
        By community.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
        The last row is the sum of the others.
    """
    names = ("community", "needs", "met", "partial", "unmet", "share")
    everywhere = Coverage(
        _say("all", language), sum(r.met for r in rows), sum(r.partial for r in rows), sum(r.unmet for r in rows)
    )
    cells = tuple(
        (row.place, row.needs, row.met, row.partial, row.unmet, f"{row.met / row.needs:.0%}" if row.needs else "–")
        for row in (*rows, everywhere)
    )
    return Grid(_headings(names, names[1:], language), cells)


def load_words(rows: Sequence[Load], *, language: Language) -> str:
    """Say how the load is spread.

    Parameters
    ----------
    rows : sequence of Load
        One a partner with work.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    words : str
    """
    hours = [row.hours for row in rows]
    if not hours:
        return _say("load.none", language)
    median, most, total = statistics.median(hours), max(hours), sum(hours)
    figures = {"hours": f"{total:g}", "median": f"{median:g}", "most": f"{most:g}"}
    return _say("load.about", language, partners=len(rows), **figures)


def load_grid(rows: Sequence[Load], *, language: Language) -> Grid:
    """Return the table of the load of every partner.

    Parameters
    ----------
    rows : sequence of Load
        One a partner with work.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
    """
    names = ("partner_id", "partner", "kind", "needs", "hours", "offered")
    cells = tuple(
        (
            row.partner_id,
            row.name,
            show_choice(row.kind, language=language),
            row.needs,
            f"{row.hours:g}",
            "–" if row.most_hours is None else f"{row.most_hours:g}",
        )
        for row in rows
    )
    return Grid(_headings(names, names[3:], language), cells)


def proof_words(plan: Plan, *, language: Language) -> tuple[Markup | str, ...]:
    """Say in plain words how good the plan is and how that is known.

    Parameters
    ----------
    plan : Plan
        Any.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    sentences : tuple of str
    """
    proof = plan.proof
    key = "best" if proof.gap < _PROVEN else "bound"
    figures = {"total": f"{proof.total:.2f}", "bound": f"{proof.bound:.2f}", "gap": show_gap(proof.gap)}
    first = _say(f"proof.{key}", language, **figures)
    steps = _say(f"proof.{proof.objective}", language)
    return first, steps, as_it_is(_say("proof.again", language, fingerprint=plan.fingerprint))


def proof_grid(plan: Plan, *, language: Language) -> Grid:
    """Return the proof as the plan's own table states it, without the weights.

    Parameters
    ----------
    plan : Plan
        Any.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
    """
    table = plan.proof_table(language=language).head(-len(plan.candidates.weights.rows))
    columns = tuple(Heading(str(name), is_figure=False) for name in table.columns)
    # identifiers of our own making: a run of digits in one is no phone
    return Grid(columns, tuple(tuple(as_it_is(str(cell)) for cell in row) for row in table.itertuples(index=False)))


def override_grid(plan: Plan, *, language: Language) -> Grid:
    """Return what people decided and the plan had to keep to.

    Parameters
    ----------
    plan : Plan
        Any.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
        Without rows where nobody decided anything.
    """
    names = ("decision", "need", "partner_id", "by", "why")
    cells = tuple(
        (_say(f"override.{each.action}", language), each.need_id, each.partner_id, each.by, each.reason)
        for each in plan.overrides
    )
    return Grid(_headings(names, (), language), cells)


def weights_grid(plan: Plan, *, language: Language) -> Grid:
    """Return the parts of the score with their weights.

    Parameters
    ----------
    plan : Plan
        Any.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
    """
    weights = plan.candidates.weights
    cells = tuple(
        (weights.title(row.name, language=language), f"{row.weight:.1%}", f"{row.unknown:g}") for row in weights.rows
    )
    names = ("part", "weight", "unknown")
    return Grid(_headings(names, names[1:], language), cells)


def problem_grid(community: Community, *, language: Language) -> Grid:
    """Count the problems of the data by what became of them.

    Parameters
    ----------
    community : Community
        As it was read.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    grid : Grid
        Without rows where nothing was odd.
    """
    counts = collections.Counter(problem.severity for problem in community.problems)
    names = ("severity", "count")
    cells = tuple(
        (label(f"records.severity.{severity}", language=language), count) for severity, count in sorted(counts.items())
    )
    return Grid(_headings(names, ("count",), language), cells)
