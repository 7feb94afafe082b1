"""What a month came to, as one value: figures of the month and the ones before, and a plan for what is still open."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from matching.community import is_store, read_community
from matching.errors import CallError
from matching.labels import Language
from matching.planning import Plan, score, solve
from matching.records import Community, Need, Partner
from matching.reports.month_sections import SECTIONS, Known, Section, draw_section
from matching.service import Month, MonthFigures, MonthPolicy, at_month_end, count_month, read_month_policy
from matching.store import open_store


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MonthReport:
    """A month of a district.

    Attributes
    ----------
    month : Month
    known_at : datetime or None
        What had been recorded by then counts; None where the source knows only now.
    fingerprint : str
        Of the data.
    policy : MonthPolicy
        What a district has set for itself.
    months : tuple of MonthFigures
        The month's and those of the months before, the latest first; at least two.
    plan, plan_before : Plan
        For what was open at the end of the month, and of the month before.
    partners : mapping of str to Partner
        Who is registered, by identifier.
    needs : tuple of Need
        Reported by the end of the month.
    """

    month: Month
    known_at: dt.datetime | None
    fingerprint: str
    policy: MonthPolicy
    months: tuple[MonthFigures, ...]
    plan: Plan
    plan_before: Plan
    partners: Mapping[str, Partner]
    needs: tuple[Need, ...]

    def __repr__(self) -> str:
        return f"<MonthReport {self.month} {self.fingerprint}>"

    def show(self, name: str, *, language: Language = "zh") -> Section:
        """Return one section of the report.

        Parameters
        ----------
        name : str
            One of `matching.reports.month_sections.SECTIONS`.
        language : {"zh", "en"}, default="zh"
            Of words.

        Returns
        -------
        section : Section
            Shown in a notebook as heading, words, picture and tables.

        Raises
        ------
        UnknownNameError
            If there is no such section.
        """
        known = Known(
            month=self.month,
            known_at=self.known_at,
            fingerprint=self.fingerprint,
            policy=self.policy,
            months=self.months,
            plan=self.plan,
            plan_before=self.plan_before,
            partners=self.partners,
            needs=self.needs,
            language=language,
        )
        return draw_section(name, known)

    def sections(self, *, language: Language = "zh") -> tuple[Section, ...]:
        """Return all sections in the order in which they are read.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of words.

        Returns
        -------
        sections : tuple of Section
        """
        return tuple(self.show(name, language=language) for name in SECTIONS)


def report_month(
    community: Community, month: Month, *, known_at: dt.datetime | None = None, policies: Path | None = None
) -> MonthReport:
    """Count a month and plan for what was open at its end.

    Parameters
    ----------
    community : Community
        As it is known.
    month : Month
        The month.
    known_at : datetime, optional
        When it was known so: stated in the report, and nothing more.
    policies : Path, optional
        Folder with the district's own policy tables.

    Returns
    -------
    report : MonthReport
        A pure function of these.
    """
    policy = read_month_policy(overlay=policies)
    months = [month]
    while len(months) < max(policy.months_shown, 2) and months[-1] > Month(1901, 1):
        months.append(months[-1].before())
    then, earlier = (at_month_end(community, each) for each in months[:2])
    plan, plan_before = (
        solve(score(view, as_of=each.last, policies=policies))
        for view, each in zip((then, earlier), months[:2], strict=True)
    )
    return MonthReport(
        month=month,
        known_at=known_at,
        fingerprint=community.fingerprint(),
        policy=policy,
        months=tuple(count_month(community, each, policy=policy) for each in months),
        plan=plan,
        plan_before=plan_before,
        partners={each.partner_id: each for each in community.partners},
        needs=then.needs,
    )


def read_month_report(
    source: str | Path,
    month: str | Month,
    *,
    known_at: str | dt.datetime | None = None,
    policies: str | Path | None = None,
) -> MonthReport:
    """Read a store, or files, and report a month.

    Parameters
    ----------
    source : str or Path
        A store, or what `matching.community.read_community` reads.
    month : str or Month
        Like ``2024-07``.
    known_at : str or datetime, optional
        For a store: what had been recorded by then counts, written like ``2024-08-01T09:00:00+08:00``. By default all
        that is recorded, and the report states the moment of the last record. Files know only now.
    policies : str or Path, optional
        Folder with the district's own policy tables.

    Returns
    -------
    report : MonthReport

    Raises
    ------
    CallError
        If the store was empty then, or the moment has no offset.
    """
    month = Month.read(month) if isinstance(month, str) else month
    moment = dt.datetime.fromisoformat(known_at) if isinstance(known_at, str) else known_at
    if is_store(source):
        moment = last_moment(source, moment)
    elif moment is not None:
        raise CallError(f"Files know only now; known_at={known_at!r} needs a store. Leave it out, or import the files.")
    community = read_community(source, as_of=moment)
    return report_month(community, month, known_at=moment, policies=Path(policies) if policies else None)


def last_moment(source: str | Path, moment: dt.datetime | None) -> dt.datetime:
    """Return when a store last recorded anything by a moment: what was known then is what was known at the moment.

    Parameters
    ----------
    source : str or Path
        A store.
    moment : datetime or None
        None for now.

    Returns
    -------
    last : datetime

    Raises
    ------
    CallError
        If nothing was recorded by then, or the moment has no offset.
    """
    if moment is not None and moment.utcoffset() is None:
        raise CallError(f"A moment needs an offset, like 2024-08-01T09:00:00+08:00; got {moment.isoformat()}.")
    with open_store(source) as store:
        recorded = [each.recorded_at for each in store.batches() if moment is None or each.recorded_at <= moment]
    if not recorded:
        raise CallError(
            f"{source} held nothing {'yet' if moment is None else f'by {moment.isoformat()}'}. Import first."
        )
    return recorded[-1]
