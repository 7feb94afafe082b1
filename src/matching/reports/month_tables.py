"""The tables of a monthly report by community, kind of partner, need and record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matching.labels import Language, label
from matching.planning import Plan
from matching.records import Kind, Need, NeedStatus, Partner, Urgency, show_choice
from matching.reports.month_words import NOTHING, make_table, say_month, show_change
from matching.reports.page import as_it_is
from matching.service import Month, MonthFigures, PlaceFigures
from matching.views import Coverage, status_of

MOST_WAITING = 20
"""Needs that the table of those who wait shows."""


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
    own = {each.place or say_month("elsewhere", language): each for each in month.places}
    cells: list[list[Any]] = []
    for place in [*own, *(place for place in open_ if place not in own)]:
        covered = open_.get(place, Coverage(place, 0, 0, 0))
        done = own.get(place, PlaceFigures(place=place))
        cells.append([
            place, done.reported, covered.needs, covered.met, covered.partial, covered.unmet, done.services, done.hours, done.partners,
        ])  # fmt: skip
    sums: list[Any] = [sum(row[at] for row in cells) for at in range(1, 8)]
    cells.append([say_month("all", language), *sums, month.partners])
    names = ("community", "reported", "open", "met", "partial", "unmet", "services", "hours", "partners")
    return make_table(names, cells, language)


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
            need.community or say_month("elsewhere", language),
            need.description,
            show_choice(need.urgency or Urgency.NORMAL, language=language),
            NOTHING if days is None else days,
            label(f"reports.status.{status[need.need_id]}", language=language),
        )
        for _, _, need, days in rows[:MOST_WAITING]
    ]
    return make_table(("need", "community", "description", "urgency", "waited", "status"), cells, language)


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
            show_choice(kind, language=language) if kind else say_month("gone", language),
            int(sums[kind][0]),
            int(sums[kind][1]),
            sums[kind][2],
            show_change(sums[kind][2] - sums[kind][3]),
        )
        for kind in kinds
    ]
    return make_table(("kind", "partners", "services", "hours", "change"), rows, language)


def partner_table(month: MonthFigures, partners: Mapping[str, Partner], *, language: Language) -> pd.DataFrame:
    """List who served, those with the most hours first.

    Parameters
    ----------
    month : MonthFigures
        The month.
    partners : mapping of str to Partner
        Who is registered.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    table : DataFrame
    """
    hours, services = month.hours_by_partner, month.services_by_partner
    rows = []
    for who in sorted(hours, key=lambda who: (-hours[who], -services[who], who)):
        partner = partners.get(who)
        name = partner.name if partner else say_month("gone", language)
        kind = show_choice(partner.kind, language=language) if partner else NOTHING
        rows.append((who, name, kind, services[who], hours[who]))
    return make_table(("partner_id", "partner", "kind", "services", "hours"), rows, language)


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
            place or say_month("elsewhere", language),
            first.services, second.services, show_change(first.services - second.services),
            first.hours, second.hours, show_change(first.hours - second.hours),
            first.partners, second.partners, show_change(first.partners - second.partners),
        ))  # fmt: skip
    names = ["community"]
    for what in ("services", "hours", "partners"):
        names += [what, f"{what}_before", f"{what}_change"]
    return make_table(names, rows, language)


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
    rows = [(each.record_id, say_month(f"doubt.{each.rule}", language), each.hours) for each in month.doubts]
    return make_table(("record", "doubt", "hours"), rows, language)


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
    rows = [(say_month(f"source.{name}", language), as_it_is(value)) for name, value in facts.items()]
    return make_table(("fact", "value"), rows, language)
