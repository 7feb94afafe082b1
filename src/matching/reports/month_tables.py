"""The tables of a monthly report."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from matching.labels import Language, label
from matching.planning import Plan
from matching.records import Kind, Need, NeedStatus, Partner, Urgency, show_choice
from matching.reports.page import as_it_is
from matching.service import Month, MonthFigures, MonthPolicy, PlaceFigures, Rate, gini, share_of_busiest
from matching.views import Coverage, coverage_of, status_of
from matching.views.svg import clean_text

MOST_WAITING = 20
"""Needs that the table of those who wait shows."""
_NONE = "–"


def _say(key: str, language: Language, **values: object) -> str:
    return label(f"reports.month.{key}", language=language, **values)


def _table(names: Sequence[str], rows: Sequence[Sequence[object]], language: Language) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[_say(f"column.{name}", language) for name in names])


def fit_to_show(table: pd.DataFrame) -> pd.DataFrame:
    """Make every text of a table fit to be shown: masked, on one line, without marks that turn its direction.

    Parameters
    ----------
    table : DataFrame
        Any.

    Returns
    -------
    table : DataFrame
        Numbers as they were.
    """

    def fit(value: Any) -> Any:
        # the plan's own tables hold NumPy's numbers; an identifier of our own is no phone, whatever its digits
        plain = value.item() if hasattr(value, "item") else value
        return plain if plain is None or isinstance(plain, int | float | Markup) else clean_text(plain)

    return pd.DataFrame(
        [[fit(value) for value in row] for row in table.itertuples(index=False, name=None)], columns=table.columns
    )


def show_change(change: float) -> str:
    """Write how much more or less.

    Parameters
    ----------
    change : float
        The later figure less the earlier.

    Returns
    -------
    words : str
        With its sign.
    """
    rounded = round(change, 3)
    return f"+{rounded:g}" if rounded > 0 else f"−{-rounded:g}" if rounded < 0 else "±0"


def show_rate(rate: Rate, policy: MonthPolicy) -> str:
    """Write a rate with the cases it is of.

    Parameters
    ----------
    rate : Rate
        Any.
    policy : MonthPolicy
        From how many cases on a percentage is written.

    Returns
    -------
    words : str
    """
    if not rate.whole or rate.share is None:
        return _NONE
    cases = f"{rate.part}/{rate.whole}"
    return f"{rate.share:.1%} ({cases})" if rate.whole >= policy.least_for_share else cases


def headline_table(
    months: Sequence[MonthFigures],
    plans: tuple[Plan, Plan],
    *,
    registered: int,
    policy: MonthPolicy,
    language: Language,
) -> pd.DataFrame:
    """Set the figures of the month beside those of the month before.

    Parameters
    ----------
    months : sequence of MonthFigures
        The month's first.
    plans : pair of Plan
        For what was open at the end of each.
    registered : int
        Partners in all.
    policy : MonthPolicy
        From how many cases on a percentage is written.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
        One row an indicator, with how it is counted.
    """
    now, before = months[:2]
    met, met_before = (_met(plan) for plan in plans)
    pairs: list[tuple[str, float | Rate | None, float | Rate | None]] = [
        ("services", now.services, before.services),
        ("hours", now.hours, before.hours),
        ("active", Rate(now.partners, registered), Rate(before.partners, registered)),
        ("newcomers", now.newcomers, before.newcomers),
        ("accepted", now.accepted, before.accepted),
        ("came", now.came, before.came),
        ("satisfied", now.satisfied, before.satisfied),
        ("reported", now.answered.whole, before.answered.whole),
        ("answered", now.answered, before.answered),
        ("done", now.done, before.done),
        ("days", _median(now.days_to_answer), _median(before.days_to_answer)),
        ("met", met, met_before),
        ("gini", _gini(now), _gini(before)),
    ]
    rows = [
        (
            _say(f"indicator.{name}", language),
            _show(first, policy),
            _show(second, policy),
            _change(first, second, policy, language),
            _say(f"how.{name}", language, least=f"{policy.satisfied_from:g}"),
        )
        for name, first, second in pairs
    ]
    return _table(("indicator", "now", "before", "change", "how"), rows, language)


def _met(plan: Plan) -> Rate:
    rows = coverage_of(plan)
    return Rate(sum(row.met for row in rows), sum(row.needs for row in rows))


def _median(days: Sequence[int]) -> float | None:
    return float(statistics.median(days)) if days else None


def _gini(month: MonthFigures) -> float | None:
    return round(gini(month.hours_by_partner.values()), 3) if month.hours_by_partner else None


def _show(value: float | Rate | None, policy: MonthPolicy) -> float | str:
    if isinstance(value, Rate):
        return show_rate(value, policy)
    return _NONE if value is None else value


def _change(first: float | Rate | None, second: float | Rate | None, policy: MonthPolicy, language: Language) -> str:
    if isinstance(first, Rate) and isinstance(second, Rate):
        if min(first.whole, second.whole) < max(policy.least_for_share, 1):
            return _NONE
        points = 100 * (first.part / first.whole - second.part / second.whole)
        return _say("points", language, change=show_change(round(points, 1)))
    if isinstance(first, Rate) or isinstance(second, Rate) or first is None or second is None:
        return _NONE
    return show_change(round(first - second, 3))


def coverage_table(rows: Sequence[Coverage], month: MonthFigures, *, language: Language) -> pd.DataFrame:
    """Set what is open beside what was reported and done, by community.

    Parameters
    ----------
    rows : sequence of Coverage
        Open needs at the end of the month, under the plan; places as they are shown.
    month : MonthFigures
        The month.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
        The last row is the sum.
    """
    open_ = {row.place: row for row in rows}
    own = {each.place or _say("elsewhere", language): each for each in month.places}
    cells: list[list[Any]] = []
    for place in [*own, *(place for place in open_ if place not in own)]:
        covered = open_.get(place, Coverage(place, 0, 0, 0))
        done = own.get(place, PlaceFigures(place=place))
        cells.append([
            place, done.reported, covered.needs, covered.met, covered.partial, covered.unmet, done.services, done.hours, done.partners,
        ])  # fmt: skip
    sums: list[Any] = [sum(row[at] for row in cells) for at in range(1, 8)]
    cells.append([_say("all", language), *sums, month.partners])
    names = ("community", "reported", "open", "met", "partial", "unmet", "services", "hours", "partners")
    return _table(names, cells, language)


def waiting_table(needs: Sequence[Need], plan: Plan, month: Month, *, language: Language) -> pd.DataFrame:
    """List the needs that nobody could be proposed for in full, those who wait longest first.

    Parameters
    ----------
    needs : sequence of Need
        Reported by the end of the month.
    plan : Plan
        For what was open then.
    month : Month
        The month.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
        At most `MOST_WAITING` rows.
    """
    status = status_of(plan)
    urgencies = list(Urgency)
    rows = []
    for need in needs:
        if status.get(need.need_id) not in {"partial", "unmet"} or need.status is NeedStatus.CANCELLED:
            continue
        days = (month.last - need.reported_on).days if need.reported_on else None
        rank = urgencies.index(need.urgency or Urgency.NORMAL)
        rows.append((rank, -(days or 0), need, days))
    rows.sort(key=lambda row: (row[0], row[1], row[2].need_id))
    cells = [
        (
            need.need_id,
            need.community or _say("elsewhere", language),
            need.description,
            show_choice(need.urgency or Urgency.NORMAL, language=language),
            _NONE if days is None else days,
            label(f"reports.status.{status[need.need_id]}", language=language),
        )
        for _, _, need, days in rows[:MOST_WAITING]
    ]
    return _table(("need", "community", "description", "urgency", "waited", "status"), cells, language)


def kind_table(months: Sequence[MonthFigures], partners: Mapping[str, Partner], *, language: Language) -> pd.DataFrame:
    """Sum up services and hours by kind of partner, for the month and the one before.

    Parameters
    ----------
    months : sequence of MonthFigures
        Two; the month's first.
    partners : mapping of str to Partner
        Who is registered.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
        The last row holds partners who are registered no more, where there are any.
    """
    sums: dict[Kind | None, list[float]] = defaultdict(lambda: [0, 0, 0.0, 0.0])
    for at, month in enumerate(months):
        for who, hours in month.hours_by_partner.items():
            kind = partners[who].kind if who in partners else None
            row = sums[kind]
            row[0] += at == 0
            row[1] += month.services_by_partner[who] if at == 0 else 0
            row[2 + at] += hours
    kinds: list[Kind | None] = [*Kind, *([None] if None in sums else [])]
    rows = [
        (
            show_choice(kind, language=language) if kind else _say("gone", language),
            int(sums[kind][0]),
            int(sums[kind][1]),
            sums[kind][2],
            show_change(sums[kind][2] - sums[kind][3]),
        )
        for kind in kinds
    ]
    return _table(("kind", "partners", "services", "hours", "change"), rows, language)


def trend_table(months: Sequence[MonthFigures], *, language: Language) -> pd.DataFrame:
    """Set the last months one below the other, as plain numbers.

    Parameters
    ----------
    months : sequence of MonthFigures
        The latest first.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
    """
    rows = [
        (
            str(each.month), each.services, each.hours, each.partners, each.newcomers, each.accepted.part, each.accepted.whole,
            each.came.part, each.came.whole, each.satisfied.part, each.satisfied.whole,
        )
        for each in months
    ]  # fmt: skip
    names = (
        "month",
        "services",
        "hours",
        "partners",
        "newcomers",
        "accepted",
        "asked",
        "came",
        "expected",
        "satisfied",
        "rated",
    )
    return _table(names, rows, language)


def fairness_table(
    months: Sequence[MonthFigures], *, registered: int, policy: MonthPolicy, language: Language
) -> pd.DataFrame:
    """Say how evenly the hours are spread, for the month and the one before.

    Parameters
    ----------
    months : sequence of MonthFigures
        Two; the month's first.
    registered : int
        Partners in all.
    policy : MonthPolicy
        Who counts as the busiest.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
    """

    def figures(month: MonthFigures) -> dict[str, str]:
        hours = [*month.hours_by_partner.values()]
        if not hours:
            return {}
        return {
            "median": f"{statistics.median(hours):g}",
            "most": f"{max(hours):g}",
            "busiest": f"{share_of_busiest(hours, share=policy.most_loaded_share):.1%}",
            "gini": f"{gini(hours):.3f}",
            "idle": f"{registered - month.partners:g}",
        }

    now, before = (figures(month) for month in months[:2])
    rows = [
        (
            _say(f"fair.{name}", language, share=f"{policy.most_loaded_share:.0%}"),
            now.get(name, _NONE),
            before.get(name, _NONE),
        )
        for name in ("median", "most", "busiest", "gini", "idle")
    ]
    return _table(("indicator", "now", "before"), rows, language)


def shortage_table(table: pd.DataFrame, *, language: Language) -> pd.DataFrame:
    """Keep of the plan's shortages what a leader decides by.

    Parameters
    ----------
    table : DataFrame
        As `matching.planning.Plan.shortages` returns it.
    language : {"zh", "en"}
        Of its columns.

    Returns
    -------
    table : DataFrame
        Without times and scores.
    """
    names = ("skill", "licences", "lacks", "people_short", "need_ids", "unlocks", "advice")
    return table[[label(f"planning.column.{name}", language=language) for name in names]]


def change_table(now: MonthFigures, before: MonthFigures, *, language: Language) -> pd.DataFrame:
    """Set what each community did beside the month before.

    Parameters
    ----------
    now, before : MonthFigures
        Of the month, and of the one before.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
    """
    earlier = {each.place: each for each in before.places}
    later = {each.place: each for each in now.places}
    rows = []
    for place in dict.fromkeys([*later, *earlier]):
        first, second = (each.get(place, PlaceFigures(place=place)) for each in (later, earlier))
        rows.append((
            place or _say("elsewhere", language),
            first.services, second.services, show_change(first.services - second.services),
            first.hours, second.hours, show_change(first.hours - second.hours),
            first.partners, second.partners, show_change(first.partners - second.partners),
        ))  # fmt: skip
    names = ["community"]
    for what in ("services", "hours", "partners"):
        names += [what, f"{what}_before", f"{what}_change"]
    return _table(names, rows, language)


def doubt_table(month: MonthFigures, *, language: Language) -> pd.DataFrame:
    """List the records that somebody should look at again.

    Parameters
    ----------
    month : MonthFigures
        The month.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
    """
    rows = [(each.record_id, _say(f"doubt.{each.rule}", language), each.hours) for each in month.doubts]
    return _table(("record", "doubt", "hours"), rows, language)


def source_table(facts: Mapping[str, str], *, language: Language) -> pd.DataFrame:
    """Say where the figures come from.

    Parameters
    ----------
    facts : mapping of str to str
        By name.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
    """
    rows = [(_say(f"source.{name}", language), as_it_is(value)) for name, value in facts.items()]
    return _table(("fact", "value"), rows, language)
