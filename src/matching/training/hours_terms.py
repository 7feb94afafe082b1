"""What a rule of training hours asks of a cadre in a period, and where somebody stands who has done so much."""

import dataclasses
import datetime as dt
import functools
import math

from matching.records import Cadre
from matching.training.policy import MEMBER, HoursRule, TrainingPolicy


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HoursStanding:
    """Where one person stands against one rule on a day.

    Attributes
    ----------
    rule : HoursRule
    start, end : date
        The period, both days included.
    owed : float
        学时 owed in it; less for who joined in the middle of it, where the policy says so.
    done : float
        学时 credited so far.
    days_done : float
    forecast : float
        学时 at the end of the period at the pace so far.
    is_met : bool
        Whether hours, or days where they do instead, are enough already.
    """

    rule: HoursRule
    start: dt.date
    end: dt.date
    owed: float
    done: float
    days_done: float
    forecast: float
    is_met: bool

    @property
    def short(self) -> float:
        """学时 missing so far, at least 0."""
        return 0.0 if self.is_met else max(self.owed - self.done, 0.0)

    @property
    def short_at_end(self) -> float:
        """学时 that will be missing at the end of the period at the pace so far, at least 0."""
        return 0.0 if self.is_met else max(self.owed - self.forecast, 0.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What one rule asks of whoever joined on a day.

    Attributes
    ----------
    rule : HoursRule
    start, end : date
        The period, both days included.
    owed : float
        学时; less for who joined in the middle of it, where the policy says so.
    enough_days : float
        Days that do instead; infinite where the rule names none.
    pace : float
        Days there in the period by days so far.
    """

    rule: HoursRule
    start: dt.date
    end: dt.date
    owed: float
    enough_days: float
    pace: float

    def standing(self, done: float, days_done: float) -> HoursStanding:
        """Return where somebody stands who has done so much in the period.

        Parameters
        ----------
        done : float
            学时 credited.
        days_done : float
            Days credited.

        Returns
        -------
        standing : HoursStanding
        """
        return HoursStanding(
            rule=self.rule, start=self.start, end=self.end, owed=self.owed, done=done, days_done=days_done,
            forecast=done * self.pace, is_met=done >= self.owed - 1e-9 or days_done >= self.enough_days - 1e-9,
        )  # fmt: skip


def terms_of(rule: HoursRule, joined_on: dt.date | None, *, as_of: dt.date, policy: TrainingPolicy) -> Terms:
    """Return what a rule asks of whoever joined on a day.

    Parameters
    ----------
    rule : HoursRule
        Hours owed.
    joined_on : date or None
        None where it is not known: then the whole period counts.
    as_of : date
        The day.
    policy : TrainingPolicy
        ``prorate``.

    Returns
    -------
    terms : Terms
    """
    start, end = period_of(rule, as_of)
    begin = max(start, joined_on) if joined_on and joined_on <= end else start
    present = (end - begin).days + 1
    share = present / ((end - start).days + 1) if policy["prorate"] else 1.0
    so_far = min(max((as_of - begin).days + 1, 1), present)
    return Terms(
        rule, start, end, owed=rule.hours * share, pace=present / so_far,
        enough_days=math.inf if rule.days is None else rule.days * share,
    )  # fmt: skip


def period_of(rule: HoursRule, day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the period of a rule that a day lies in.

    Parameters
    ----------
    rule : HoursRule
        With the length of its periods.
    day : date
        Any day.

    Returns
    -------
    start, end : date
        Both included.
    """
    first = day.year if rule.first_year is None else day.year - (day.year - rule.first_year) % rule.years
    return dt.date(first, 1, 1), dt.date(first + rule.years - 1, 12, 31)


def post_kinds(cadre: Cadre) -> frozenset[str]:
    """Return the kinds of post under which rules hold for a cadre: the post's own, and that of party members.

    Parameters
    ----------
    cadre : Cadre
        Who.

    Returns
    -------
    kinds : frozenset of str
    """
    return _kinds((cadre.post_kind or "").strip(), bool(cadre.is_party_member))


@functools.lru_cache(maxsize=1024)
def _kinds(post_kind: str, is_member: bool) -> frozenset[str]:  # noqa: FBT001  # a key of the cache
    return frozenset({post_kind, MEMBER if is_member else ""} - {""})
