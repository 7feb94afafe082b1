"""Which pairs are made: everybody somebody first, then the best fit; or a stable choice."""

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from matching.assign import Problem, Solution, blocking_pairs, solve, stable_match_many
from matching.errors import CallError
from matching.training.pairing_fit import PairFit, PairRule

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Pair = tuple[str, str]

OBJECTIVES = ("total", "stable")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people want of a pairing beyond its rules.

    Attributes
    ----------
    pinned : frozenset of (cadre_id, mentor_id)
        Pairs that are made whatever the fit.
    forbidden : mapping of (cadre_id, mentor_id) to str
        Pairs that are not made, with the reason given.
    absent : frozenset of str
        Mentors and cadres who take no part.
    """

    pinned: frozenset[Pair] = frozenset()
    forbidden: Mapping[Pair, str] = dataclasses.field(default_factory=dict)
    absent: frozenset[str] = frozenset()

    def changed(
        self,
        *,
        pin: Iterable[Pair] = (),
        forbid: Iterable[Pair] = (),
        free: Iterable[Pair] = (),
        absent: Iterable[str] = (),
        reason: str = "",
    ) -> "Wishes":
        """Return the wishes with some more.

        Parameters
        ----------
        pin, forbid, free : iterable of (cadre_id, mentor_id)
            Pairs to be made, not to be made, and about which nothing is wished any more.
        absent : iterable of str
            Who takes no part.
        reason : str, optional
            Why pairs are forbidden.

        Returns
        -------
        wishes : Wishes
            What is said last wins.
        """
        pinned, forbidden = set(self.pinned), dict(self.forbidden)
        for pair in free:
            pinned.discard(pair)
            forbidden.pop(pair, None)
        for pair in forbid:
            pinned.discard(pair)
            forbidden[pair] = reason
        for pair in pin:
            forbidden.pop(pair, None)
            pinned.add(pair)
        return Wishes(pinned=frozenset(pinned), forbidden=forbidden, absent=self.absent | frozenset(absent))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The pairs that are made, with their proof.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_mentees, n_mentors)
    total : float
        Sum of the fit of the pairs.
    bound : float
        No choice of as many pairs has a higher total; ``nan`` for a stable one, which does not aim at a total.
    gap : float
        The part of the bound that the total falls short of; ``nan`` likewise.
    method : str
        How it was found.
    blocking : tuple of (row, column)
        For a stable choice: pairs that would both rather have each other; always empty unless something is pinned.
    """

    chosen: Bools
    total: float
    bound: float
    gap: float
    method: str
    blocking: tuple[tuple[int, int], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """What is left to decide once pins are made."""

    pinned: Bools
    open: Bools
    wanted: Ints
    seats: Ints


def choose_pairs(fit: PairFit, wishes: Wishes, *, objective: str = "total") -> Choice:
    """Choose the pairs.

    Parameters
    ----------
    fit : PairFit
        Of all pairs.
    wishes : Wishes
        Pins and the like.
    objective : {"total", "stable"}, default="total"
        ``"total"``: as many cadres as can be get a mentor, then as many further mentors as are wanted, and among all
        such choices the fit is highest. ``"stable"``: no cadre and mentor who are apart would both rather have each other.

    Returns
    -------
    choice : Choice

    Raises
    ------
    CallError
        If the objective is unknown, or a pin breaks a rule.
    """
    if objective not in OBJECTIVES:
        raise CallError(
            f"objective must be one of {OBJECTIVES}; got {objective!r}. Use 'total' for the best fit in all."
        )
    room = _room(fit, wishes)
    if objective == "stable":
        return _stable(fit, room)
    return _best(fit, room)


def _room(fit: PairFit, wishes: Wishes) -> _Room:
    people = fit.people
    wanted = np.array([each.wanted for each in people.mentees], dtype=np.int64)
    seats = np.array([each.seats for each in people.mentors], dtype=np.int64)
    is_open = fit.allowed.copy()
    pinned = np.zeros_like(is_open)
    for cadre, mentor in wishes.forbidden:
        is_open[people.row(cadre), people.column(mentor)] = False
    for name in wishes.absent:
        _leave_out(fit, name, is_open)
    for cadre, mentor in wishes.pinned:
        row, column = people.row(cadre), people.column(mentor)
        _check_pin(fit, wishes, row, column)
        pinned[row, column] = True
        is_open[row, column] = False
    wanted = np.maximum(wanted - pinned.sum(axis=1), 0)
    left = seats - pinned.sum(axis=0)
    if (left < 0).any():
        mentor_id = people.mentors[int(np.argmin(left))].mentor_id
        raise CallError(f"Mentor {mentor_id} has {seats[np.argmin(left)]} seats and more pins. Let one of the pins go.")
    return _Room(pinned, is_open, wanted, left)


def _leave_out(fit: PairFit, name: str, is_open: Bools) -> None:
    known = False
    for at, mentee in enumerate(fit.people.mentees):
        if mentee.cadre_id == name:
            is_open[at, :], known = False, True
    for at, mentor in enumerate(fit.people.mentors):
        if mentor.mentor_id == name:
            is_open[:, at], known = False, True
    if not known:
        fit.people.column(name)  # says that nobody is called so


def _check_pin(fit: PairFit, wishes: Wishes, row: int, column: int) -> None:
    cadre, mentor = fit.people.mentees[row].cadre_id, fit.people.mentors[column].mentor_id
    broken = [rule for rule in PairRule if fit.broken[rule][row, column]]
    if broken:
        raise CallError(
            f"The pair {cadre}, {mentor} cannot be pinned: it breaks the rule {broken[0].value!r}. Change the policy or the register."
        )
    gone = {cadre, mentor} & wishes.absent
    if gone:
        raise CallError(f"The pair {cadre}, {mentor} cannot be pinned: {min(gone)} takes no part. Let the pin go.")


def _best(fit: PairFit, room: _Room) -> Choice:
    """Serve as many cadres as can be, then fill up, each time with the best fit.

    The fit of a pair is at most 1, so a premium above the number of pairs makes one more pair worth more than any fit.
    """
    score = fit.score()
    need, partner = np.nonzero(room.open & (room.wanted > 0)[:, None])
    premium = float(room.wanted.sum() + 1)
    bare = room.pinned.sum(axis=1) == 0
    none = np.zeros(score.shape[0], dtype=np.int64)

    def fill(demand: tuple[Ints, Ints]) -> Solution:
        capacity = (np.zeros(score.shape[1]), room.seats.astype(np.float64))
        return solve(Problem(need, partner, weight, demand=demand, capacity=capacity, shape=score.shape))

    weight = score[need, partner] + premium
    solution = fill((none, np.minimum(room.wanted, 1) * bare))
    if (room.wanted > np.minimum(room.wanted, 1) * bare).any():
        served: Ints = np.bincount(need[solution.chosen], minlength=score.shape[0])
        solution = fill((served, np.where(bare & (served == 0), 0, room.wanted)))
    chosen = room.pinned.copy()
    chosen[need[solution.chosen], partner[solution.chosen]] = True
    pinned = float(score[room.pinned].sum())
    total = float(score[chosen].sum())
    made = int(solution.chosen.sum())
    # both are sums with the premium in them, which costs digits: what is below a millionth is rounding
    bound = max(total, pinned + float(solution.bound) - premium * made)
    bound = total if bound - total < 1e-6 else bound
    return Choice(chosen, total, bound, (bound - total) / max(abs(bound), 1e-12), solution.method)


def _stable(fit: PairFit, room: _Room) -> Choice:
    ours, theirs = fit.score("cadre_weight"), fit.score("mentor_weight")
    limits = {"allowed": room.open, "wanted": room.wanted, "capacity": room.seats}
    made = stable_match_many(ours, theirs, **limits)
    chosen = made | room.pinned
    total = float(fit.score()[chosen].sum())
    blocking = blocking_pairs(ours, theirs, made, **limits)
    return Choice(chosen, total, float("nan"), float("nan"), "deferred acceptance, cadres proposing", blocking)
