"""What past occasions teach: who was asked, how well the pair fitted as it was known the day before, and what became of it."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.policy import Policy
from matching.affinity.profiles import Profiles, read_profiles
from matching.affinity.score import score_pairs
from matching.affinity.weights import FEATURES, Weights
from matching.records import Community, Need, Result, ServiceRecord, Window
from matching.records.reversals import standing_facts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Occasion = tuple[object, ...]

_ANSWERS = frozenset({Result.COMPLETED, Result.NO_SHOW, Result.DECLINED})


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Answers to requests, one a row, in the order of their days.

    Attributes
    ----------
    values : ndarray of float in [0, 1], shape (n, n_features)
        Parts of the score of each pair, as known at the end of the month before.
    is_unknown : ndarray of bool, shape (n, n_features)
    is_good : ndarray of bool, shape (n,)
        Came, and nobody was dissatisfied; to decline, to stay away and to disappoint are not.
    day : ndarray of int, shape (n,)
        Proleptic ordinal of the day.
    occasion : ndarray of int, shape (n,)
        Rows of one number were asked for the same work on the same day.
    partner : ndarray of int, shape (n,)
        Number of the partner; equal for the same person.
    """

    values: Floats
    is_unknown: Bools
    is_good: Bools
    day: Ints
    occasion: Ints
    partner: Ints

    def __len__(self) -> int:
        return int(self.day.size)


def read_outcomes(community: Community, *, as_of: dt.date, policy: Policy, weights: Weights) -> Outcomes:
    """Read what became of past requests, with what was known of each pair before.

    A request is rebuilt from its record: what, where and for whom, which were known when people were asked; what was
    written afterwards (content, leader, hours) is not looked at. Profiles are read anew for each month from the facts up
    to its first day, so that nothing is told by what came later.

    Parameters
    ----------
    community : Community
        Registers and facts.
    as_of : date
        Later services do not count.
    policy : Policy
        Days of history, and what counts as dissatisfied.
    weights : Weights
        For the values that stand in for the unknown.

    Returns
    -------
    outcomes : Outcomes
        Empty where there is no register of services.
    """
    since = as_of - dt.timedelta(days=int(policy["learn_days"]))
    months: dict[dt.date, list[ServiceRecord]] = defaultdict(list)
    for record in standing_facts(community.services):
        if record.date and since < record.date <= as_of and record.result in _ANSWERS:
            months[record.date.replace(day=1)].append(record)
    blocks = [
        _month(community, first, months[first], policy=policy, weights=weights, number=at)
        for at, first in enumerate(sorted(months))
    ]
    return _joined([block for block in blocks if len(block)])


def _month(
    community: Community,
    first: dt.date,
    records: Sequence[ServiceRecord],
    *,
    policy: Policy,
    weights: Weights,
    number: int,
) -> Outcomes:
    """Score the requests of a month on what was known before its first day."""
    known = {partner.partner_id for partner in community.partners}
    asked: dict[Occasion, list[ServiceRecord]] = defaultdict(list)
    for record in records:
        if community.resolve(record.partner_id) in known:
            asked[_occasion(record)].append(record)
    stated = {need.need_id: need for need in community.needs}
    needs = [_request(rows[0], stated, at) for at, rows in enumerate(asked.values())]
    eve = first - dt.timedelta(days=1)
    before = tuple(each for each in community.services if each.date is not None and each.date <= eve)
    profiles = read_profiles(community.replace(needs=tuple(needs), services=before), as_of=eve, policy=policy)
    need = np.array([at for at, rows in enumerate(asked.values()) for _ in rows], dtype=np.int64)
    answers = [record for rows in asked.values() for record in rows]
    partner = np.array([profiles.positions[community.resolve(each.partner_id)] for each in answers], dtype=np.int64)
    windows = [_window(profiles, at, rows[0]) for at, rows in enumerate(asked.values())]
    pairs = score_pairs(profiles, need, partner, windows=windows, weights=weights)
    day = np.array([each.date.toordinal() for each in answers if each.date], dtype=np.int64)
    is_good = np.array([_is_good(each, policy) for each in answers], dtype=np.bool_)
    order = np.argsort(day, kind="stable")
    occasion = need + number * 1_000_000
    return Outcomes(
        pairs.values[order],  # an array, not a table
        pairs.is_unknown[order],
        is_good[order],
        day[order],
        occasion[order],
        partner[order],
    )


def _occasion(record: ServiceRecord) -> Occasion:
    return record.need_id, record.activity, record.date, record.community, record.place, record.beneficiary


def _request(record: ServiceRecord, stated: Mapping[str, Need], number: int) -> Need:
    """Return the need that people were asked about, as far as it was known when they were asked."""
    found = stated.get(record.need_id or "")
    if found is not None:
        return dataclasses.replace(found, need_id=f"{number}")
    return Need(
        need_id=f"{number}",
        description=record.activity or "",
        community=record.community,
        place=record.place,
        beneficiary=record.beneficiary,
    )


def _window(profiles: Profiles, need: int, record: ServiceRecord) -> Window | None:
    """Return the window of the need on the day of the answer, where the need states one."""
    return next((window for window in profiles.needs[need].windows if window.start.date() == record.date), None)


def _is_good(record: ServiceRecord, policy: Policy) -> bool:
    is_disappointing = record.satisfaction is not None and record.satisfaction <= policy["dissatisfied"]
    return record.result is Result.COMPLETED and not is_disappointing


def _joined(blocks: Sequence[Outcomes]) -> Outcomes:
    if not blocks:
        nothing = np.zeros(0, dtype=np.int64)
        table = np.zeros((0, len(FEATURES)))
        return Outcomes(table, table.astype(np.bool_), nothing.astype(np.bool_), nothing, nothing, nothing)
    return Outcomes(
        **{
            field.name: np.concatenate([getattr(block, field.name) for block in blocks])
            for field in dataclasses.fields(Outcomes)
        }
    )
