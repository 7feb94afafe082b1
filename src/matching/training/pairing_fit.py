"""How well each cadre and each mentor fit: five named parts that sum to the fit, and the rules that forbid a pair."""

import dataclasses
import enum
import functools

import numpy as np
from numpy.typing import NDArray

from matching.affinity.places import Places, locate, place_values, read_places
from matching.affinity.policy import read_policy
from matching.training.pairing_people import PastEnd, People, ancestors
from matching.training.pairing_policy import PairingPolicy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_HALF_HOURS = 7 * 48


class PairRule(enum.StrEnum):
    """Why a pair must not be made, in the order in which reasons are named."""

    SELF = "self"
    CHAIN = "chain"
    TOGETHER = "together"
    PARTED = "parted"
    FULL = "full"
    LEADS_NOTHING = "leads_nothing"


@dataclasses.dataclass(frozen=True, eq=False)
class PairFit:
    """Parts and rules of all pairs.

    Attributes
    ----------
    people : People
        Rows and columns.
    policy : PairingPolicy
        Weights and rules.
    shares : ndarray of float in [0, 1], shape (n_mentees, n_mentors, n_parts)
        Each of `PARTS`.
    is_unknown : ndarray of bool, shape (n_mentees, n_mentors, n_parts)
        Where the value stands in for what is not known.
    broken : mapping of PairRule to ndarray of bool, shape (n_mentees, n_mentors)
        Where each rule forbids the pair.
    shared_hours : ndarray of float, shape (n_mentees, n_mentors)
        Hours a week in which both are free; ``nan`` where one has not said.
    """

    people: People
    policy: PairingPolicy
    shares: Floats
    is_unknown: Bools
    broken: dict[PairRule, Bools]
    shared_hours: Floats

    def score(self, side: str = "weight") -> Floats:
        """Return the fit of all pairs.

        Parameters
        ----------
        side : {"weight", "cadre_weight", "mentor_weight"}, default="weight"
            The total, or as cadres or mentors see it.

        Returns
        -------
        score : ndarray of float in [0, 1], shape (n_mentees, n_mentors)
        """
        return self.shares @ self.policy.weights_of(side)

    @functools.cached_property
    def allowed(self) -> Bools:
        """Pairs that no rule forbids, shape (n_mentees, n_mentors)."""
        allowed = np.ones(self.shares.shape[:2], dtype=np.bool_)
        for mask in self.broken.values():
            allowed &= ~mask
        return allowed


def fit_pairs(people: People, policy: PairingPolicy) -> PairFit:
    """Judge every pair of a cadre and a mentor.

    Parameters
    ----------
    people : People
        Who takes part.
    policy : PairingPolicy
        Weights and rules.

    Returns
    -------
    fit : PairFit
    """
    shared = _shared_hours(people)
    gap, leads = _gap(people)
    values = np.stack(
        [gap, _place(people), np.minimum(shared / policy["hours_weekly"], 1.0) if policy["hours_weekly"] else shared * 0 + 1,
         np.broadcast_to(_load(people), gap.shape), _past(people, policy)],
        axis=2,
    )  # fmt: skip
    is_unknown = np.isnan(values)
    values = np.where(is_unknown, np.array(policy.unknown), values)
    return PairFit(people, policy, values, is_unknown, _broken(people, policy, leads), shared)


def _gap(people: People) -> tuple[Floats, Bools]:
    """Return the share of what each cadre lacks that each mentor can lead to, and whether there is anything."""
    names = sorted({name for each in people.mentees for name in each.lacks})
    at = {name: column for column, name in enumerate(names)}
    assessed, required = (np.zeros((len(people.mentees), len(names))) for _ in range(2))
    for row, mentee in enumerate(people.mentees):
        for name, (level, wanted) in mentee.lacks.items():
            assessed[row, at[name]], required[row, at[name]] = level, wanted
    shown = np.zeros((len(people.mentors), len(names)))
    for row, mentor in enumerate(people.mentors):
        for name in mentor.shown.keys() & at.keys():
            shown[row, at[name]] = mentor.shown[name]
    led = np.zeros((len(people.mentees), len(people.mentors)))
    for column in range(len(names)):
        lead = np.minimum(shown[:, column][None, :], required[:, column][:, None]) - assessed[:, column][:, None]
        led += np.maximum(lead, 0)
    lacking = np.maximum(required - assessed, 0).sum(axis=1)[:, None]
    share: Floats = np.where(lacking > 0, led / np.where(lacking > 0, lacking, 1), np.nan)
    return share, (led > 0) | (lacking == 0)


def _place(people: People) -> Floats:
    homes = [each.community for each in people.mentees]
    seats = [each.community for each in people.mentors]
    book = read_places(people.grids, [*homes, *seats])
    ours, theirs = (locate(book, [(name, None) for name in names]) for names in (homes, seats))
    return _nearness(ours, theirs, (len(homes), len(seats)))


def _nearness(ours: Places, theirs: Places, shape: tuple[int, int]) -> Floats:
    rows, columns = (index.ravel() for index in np.indices(shape))
    values, is_unknown = place_values(ours, theirs, rows, columns, policy=read_policy())
    # a pair within one community meets without a way to go
    same = (ours.community[rows] == theirs.community[columns]) & (ours.community[rows] >= 0)
    near = np.where(same, 1.0, np.where(is_unknown, np.nan, values))
    return near.reshape(shape)


def _shared_hours(people: People) -> Floats:
    """Return the weekly hours in which both are free, counted in half hours."""
    ours, theirs = (np.zeros((len(side), _HALF_HOURS), dtype=np.float32) for side in (people.mentees, people.mentors))
    free = ([each.free for each in people.mentees], [each.free for each in people.mentors])
    for table, side in zip((ours, theirs), free, strict=True):
        for row, slots in enumerate(side):
            for slot in slots:
                first, last = -(-slot.start // 30), slot.end // 30
                table[row, slot.weekday * 48 + first : slot.weekday * 48 + last] = 1
    hours = (ours @ theirs.T).astype(np.float64) / 2
    said = [np.array([bool(slots) for slots in side], dtype=np.bool_) for side in free]
    return np.where(said[0][:, None] & said[1][None, :], hours, np.nan)


def _load(people: People) -> Floats:
    """Return the share of each mentor's seats that is free, shape (1, n_mentors)."""
    return np.array([[each.seats / each.most if each.most else 0.0 for each in people.mentors]]).reshape(1, -1)


def _past(people: People, policy: PairingPolicy) -> Floats:
    past = np.full((len(people.mentees), len(people.mentors)), np.nan)
    for row, column, end in _known_pairs(people):
        past[row, column] = policy["past_kept"] if end is PastEnd.KEPT else policy["past_parted"]
    return past


def _known_pairs(people: People) -> list[tuple[int, int, PastEnd]]:
    rows = {each.cadre_id: at for at, each in enumerate(people.mentees)}
    columns = {each.mentor_id: at for at, each in enumerate(people.mentors)}
    return [
        (rows[cadre], columns[mentor], end)
        for (cadre, mentor), end in people.past.items()
        if cadre in rows and mentor in columns
    ]


def _broken(people: People, policy: PairingPolicy, leads: Bools) -> dict[PairRule, Bools]:
    shape = leads.shape
    cadres = np.array([each.cadre_id for each in people.mentees], dtype=object).reshape(-1, 1)
    mentors = np.array([each.mentor_id for each in people.mentors], dtype=object).reshape(1, -1)
    broken = {rule: np.zeros(shape, dtype=np.bool_) for rule in PairRule}
    broken[PairRule.SELF] |= cadres == mentors
    broken[PairRule.FULL] |= np.array([each.seats == 0 for each in people.mentors], dtype=np.bool_)[None, :]
    if policy["chain_forbidden"]:
        broken[PairRule.CHAIN] |= _chain(people)
    if policy["must_lead"]:
        broken[PairRule.LEADS_NOTHING] |= ~leads
    rows = {each.cadre_id: at for at, each in enumerate(people.mentees)}
    columns = {each.mentor_id: at for at, each in enumerate(people.mentors)}
    for cadre, mentor in people.together:
        if cadre in rows and mentor in columns:
            broken[PairRule.TOGETHER][rows[cadre], columns[mentor]] = True
    if policy["parted_forbidden"]:
        for row, column, end in _known_pairs(people):
            broken[PairRule.PARTED][row, column] |= end is not PastEnd.KEPT
    return broken


def _chain(people: People) -> Bools:
    """Mark pairs of which one reports to the other, over however many steps."""
    chain = np.zeros((len(people.mentees), len(people.mentors)), dtype=np.bool_)
    rows = {each.cadre_id: at for at, each in enumerate(people.mentees)}
    columns = {each.mentor_id: at for at, each in enumerate(people.mentors)}
    for cadre, row in rows.items():
        for above in ancestors(cadre, people.reports_to):
            if above in columns:
                chain[row, columns[above]] = True
    for mentor, column in columns.items():
        for above in ancestors(mentor, people.reports_to):
            if above in rows:
                chain[rows[above], column] = True
    return chain
