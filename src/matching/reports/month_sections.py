"""The sections of a monthly report: each a heading, words, a picture and tables; page and workbook are made of them."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from importlib import metadata

import pandas as pd
from markupsafe import Markup

from matching.errors import UnknownNameError
from matching.labels import Language
from matching.planning import Plan
from matching.records import CHINA, Need, Partner
from matching.reports import month_indicators as indicators
from matching.reports import month_tables as tables
from matching.reports.match_page import Grid, Heading
from matching.reports.month_words import fit_to_show, say_month, show_change
from matching.reports.page import picture, render_part
from matching.service import Month, MonthFigures, MonthPolicy
from matching.views import Coverage, Load, coverage_chart, coverage_of, load_chart

_FIGURE = re.compile(r"[+−±]?\d[\d,./%]*( .*)?|–")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the sections are drawn from: the attributes of a `MonthReport`, and the language."""

    month: Month
    known_at: dt.datetime | None
    fingerprint: str
    policy: MonthPolicy
    months: tuple[MonthFigures, ...]
    plan: Plan
    plan_before: Plan
    partners: Mapping[str, Partner]
    needs: tuple[Need, ...]
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Return words of the monthly report.

        Parameters
        ----------
        key : str
            Below ``reports.month``.
        **values : object
            What the placeholders stand for.

        Returns
        -------
        words : str
        """
        return say_month(key, self.language, **values)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the report.

    Attributes
    ----------
    name : str
        Key of the section.
    title, about : str
        Heading and words.
    chart : Markup
        A picture; empty where there is none.
    tables : tuple of DataFrame
        What page and workbook show; every text is fit to be shown.
    nothing : str
        What stands for a table without rows.
    """

    name: str
    title: str
    about: str
    chart: Markup
    tables: tuple[pd.DataFrame, ...]
    nothing: str

    def __repr__(self) -> str:
        shown = [table.to_string(index=False) if len(table) else self.nothing for table in self.tables]
        return "\n".join([f"【{self.title}】{self.about}", *shown])

    def _repr_html_(self) -> str:
        grids = tuple(to_grid(table) if len(table) else None for table in self.tables)
        return render_part("month_section", section=self, grids=grids)


def to_grid(table: pd.DataFrame) -> Grid:
    """Turn a table into one of a page.

    Parameters
    ----------
    table : DataFrame
        Any.

    Returns
    -------
    grid : Grid
        Columns of numbers are set as figures.
    """
    heads = [Heading(str(name), is_figure=all(_is_figure(value) for value in table[name])) for name in table.columns]
    rows = tuple(tuple(_show(value) for value in row) for row in table.itertuples(index=False, name=None))
    return Grid(tuple(heads), rows)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and _FIGURE.fullmatch(value) is not None)


def _show(value: object) -> object:
    return f"{value:,.10g}" if isinstance(value, int | float) else value


def draw_section(name: str, known: Known) -> Section:
    """Make a section.

    Parameters
    ----------
    name : str
        One of `SECTIONS`.
    known : Known
        What it is drawn from.

    Returns
    -------
    section : Section

    Raises
    ------
    UnknownNameError
        If there is no such section.
    """
    if name not in _DRAWN:
        raise UnknownNameError(f"There is no section {name!r} in a monthly report. There are: {list(SECTIONS)}")
    about, chart, found = _DRAWN[name](known)
    return Section(
        name=name,
        title=known.say(f"{name}.title"),
        about=about,
        chart=chart,
        tables=tuple(fit_to_show(table) for table in found),
        nothing=known.say("nothing"),
    )


_Drawn = tuple[str, Markup, tuple[pd.DataFrame, ...]]
_NO_CHART = Markup()


def _headline(known: Known) -> _Drawn:
    now, before = known.months[:2]
    words = known.say(
        "headline.about",
        month=now.month,
        services=now.services,
        hours=f"{now.hours:g}",
        partners=now.partners,
        more=show_change(now.services - before.services),
        before=before.month,
    )
    rows = indicators.headline_table(
        known.months, (known.plan, known.plan_before), registered=len(known.partners), policy=known.policy,
        language=known.language,
    )  # fmt: skip
    return words, _NO_CHART, (rows,)


def _coverage(known: Known) -> _Drawn:
    elsewhere = known.say("elsewhere")
    rows = [Coverage(r.place or elsewhere, r.met, r.partial, r.unmet) for r in coverage_of(known.plan)]
    chart = picture(coverage_chart(rows, language=known.language)) if rows else _NO_CHART
    table = tables.coverage_table(rows, known.months[0], language=known.language)
    return known.say("coverage.about", day=known.month.last), chart, (table,)


def _response(known: Known) -> _Drawn:
    waiting = tables.waiting_table(known.needs, known.plan, known.month, language=known.language)
    return known.say("response.about", most=tables.MOST_WAITING, day=known.month.last), _NO_CHART, (waiting,)


def _hours(known: Known) -> _Drawn:
    kinds = tables.kind_table(known.months[:2], known.partners, language=known.language)
    return known.say("hours.about"), _NO_CHART, (kinds, indicators.trend_table(known.months, language=known.language))


def _load(known: Known) -> _Drawn:
    now = known.months[0]
    rows = [
        Load(who, known.partners[who].name, known.partners[who].kind, now.services_by_partner[who], hours)
        for who, hours in now.hours_by_partner.items()
        if who in known.partners
    ]
    chart = picture(load_chart(rows, is_done=True, language=known.language)) if rows else _NO_CHART
    table = indicators.fairness_table(
        known.months[:2], registered=len(known.partners), policy=known.policy, language=known.language
    )
    everyone = tables.partner_table(now, known.partners, language=known.language)
    return known.say("load.about", share=f"{known.policy.most_loaded_share:.0%}"), chart, (table, everyone)


def _shortages(known: Known) -> _Drawn:
    table = tables.shortage_table(known.plan.shortages(language=known.language), language=known.language)
    return known.say("shortages.about", day=known.month.last), _NO_CHART, (table,)


def _changes(known: Known) -> _Drawn:
    table = tables.change_table(*known.months[:2], language=known.language)
    return known.say("changes.about", month=known.month, before=known.months[1].month), _NO_CHART, (table,)


def _doubts(known: Known) -> _Drawn:
    table = tables.doubt_table(known.months[0], language=known.language)
    return known.say("doubts.about", hours=f"{known.policy.most_hours_a_day:g}"), _NO_CHART, (table,)


def _source(known: Known) -> _Drawn:
    moment = known.say("source.files") if known.known_at is None else known.known_at.astimezone(CHINA).isoformat()
    facts = {
        "month": str(known.month),
        "known_at": moment,
        "fingerprint": known.fingerprint,
        "plan": f"{known.plan.plan_id} / {known.plan_before.plan_id}",
        "version": metadata.version("linli-matching"),
    }
    return known.say("source.about"), _NO_CHART, (tables.source_table(facts, language=known.language),)


_DRAWN: Mapping[str, Callable[[Known], _Drawn]] = {
    "headline": _headline,
    "coverage": _coverage,
    "response": _response,
    "hours": _hours,
    "load": _load,
    "shortages": _shortages,
    "changes": _changes,
    "doubts": _doubts,
    "source": _source,
}
SECTIONS = tuple(_DRAWN)
"""Sections of a monthly report, in the order in which they are read."""
