"""The indicators of a monthly report: the month beside the one before, the last months, and how evenly work is spread."""

import statistics
from collections.abc import Sequence

import pandas as pd

from matching.labels import Language
from matching.planning import Plan
from matching.reports.month_words import NOTHING, make_table, say_month, show_change, show_rate
from matching.service import MonthFigures, MonthPolicy, Rate, gini, share_of_busiest
from matching.views import coverage_of


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
            say_month(f"indicator.{name}", language),
            _show(first, policy),
            _show(second, policy),
            _change(first, second, policy, language),
            say_month(f"how.{name}", language, least=f"{policy.satisfied_from:g}"),
        )
        for name, first, second in pairs
    ]
    return make_table(("indicator", "now", "before", "change", "how"), rows, language)


def _met(plan: Plan) -> Rate:
    rows = coverage_of(plan)
    return Rate(sum(row.met for row in rows), sum(row.needs for row in rows))


def _median(days: Sequence[int]) -> float | None:
    return float(statistics.median(days)) if days else None


def _gini(month: MonthFigures) -> float | None:
    return round(gini(month.shares), 3) if month.shares else None


def _show(value: float | Rate | None, policy: MonthPolicy) -> float | str:
    if isinstance(value, Rate):
        return show_rate(value, policy)
    return NOTHING if value is None else value


def _change(first: float | Rate | None, second: float | Rate | None, policy: MonthPolicy, language: Language) -> str:
    if isinstance(first, Rate) and isinstance(second, Rate):
        if min(first.whole, second.whole) < max(policy.least_for_share, 1):
            return NOTHING
        points = 100 * (first.part / first.whole - second.part / second.whole)
        return say_month("points", language, change=show_change(round(points, 1)))
    if isinstance(first, Rate) or isinstance(second, Rate) or first is None or second is None:
        return NOTHING
    return show_change(round(first - second, 3))


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
    return make_table(names, rows, language)


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
        hours = month.shares
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
            say_month(f"fair.{name}", language, share=f"{policy.most_loaded_share:.0%}"),
            now.get(name, NOTHING),
            before.get(name, NOTHING),
        )
        for name in ("median", "most", "busiest", "gini", "idle")
    ]
    return make_table(("indicator", "now", "before"), rows, language)
