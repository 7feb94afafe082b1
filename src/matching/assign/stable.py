"""Stable matching: nobody who would rather have each other is kept apart, with capacities and ties."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.assign.problem import IntArray
from matching.errors import InvalidProblemError

Preference = Sequence[int | Sequence[int]]
FRESH, PROMOTED, DONE = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class StableMatching:
    """Who goes to whom.

    Attributes
    ----------
    partner_of : ndarray of int, shape (n_needs,)
        The partner of each need; -1 for none.
    size : int
        How many needs have a partner.
    """

    partner_of: IntArray
    size: int


def stable_match(
    need_preferences: Sequence[Preference],
    partner_preferences: Sequence[Preference],
    capacity: npt.ArrayLike = 1,
) -> StableMatching:
    """Match needs to partners so that no pair would rather have each other.

    Each need gets at most one partner, a partner up to its capacity of needs. Without ties this is deferred acceptance
    with needs proposing: the best stable matching for every need. With ties the matching is weakly stable, and a need
    that was turned down by everyone asks once more, now winning ties: the size is at least two thirds of the largest
    there is.

    Parameters
    ----------
    need_preferences : sequence of preferences, length n_needs
        For each need the acceptable partners, best first; partners that are equally good stand in an inner sequence:
        ``[2, [0, 3]]``.
    partner_preferences : sequence of preferences, length n_partners
        For each partner the acceptable needs, likewise. A pair counts only if both accept each other.
    capacity : int or array-like of int, shape (n_partners,), default=1
        How many needs each partner can take.

    Returns
    -------
    matching : StableMatching

    Raises
    ------
    InvalidProblemError
        When a preference names an unknown or a repeated entry, or a capacity is negative.

    References
    ----------
    D. Gale and L. S. Shapley, "College admissions and the stability of marriage", 1962. Z. Kiraly, "Linear time local
    approximation algorithm for maximum stable marriage", 2013.

    Examples
    --------
    >>> stable_match([[0, 1], [0, 1]], [[1, 0], [0, 1]]).partner_of.tolist()
    [1, 0]
    """
    wants, likes, seats = _read(need_preferences, partner_preferences, capacity)
    game = _Game(wants, likes, seats)
    game.play()
    return StableMatching(game.partner_of(), int((game.partner_of() >= 0).sum()))


def check_stability(
    need_preferences: Sequence[Preference],
    partner_preferences: Sequence[Preference],
    partner_of: npt.ArrayLike,
    capacity: npt.ArrayLike = 1,
) -> tuple[tuple[int, int], ...]:
    """List the pairs that would both rather have each other than what they have.

    Parameters
    ----------
    need_preferences, partner_preferences : sequence of preferences
        As for `stable_match`.
    partner_of : array-like of int, shape (n_needs,)
        The partner of each need; -1 for none.
    capacity : int or array-like of int, shape (n_partners,), default=1

    Returns
    -------
    blocking : tuple of (need, partner)
        Pairs in which both strictly gain. A pair that one side does not accept, and every pair of a partner with more
        needs than capacity, is listed too: such a matching is not stable either.

    Raises
    ------
    InvalidProblemError
        When a preference, a capacity or the matching is malformed.
    """
    wants, likes, seats = _read(need_preferences, partner_preferences, capacity)
    matched = np.asarray(partner_of)
    if matched.shape != (len(wants),) or (matched.size and (matched.dtype.kind != "i" or matched.max() >= len(likes))):
        raise InvalidProblemError(
            f"partner_of must name a partner below {len(likes)} or -1 for each of {len(wants)} needs; got {matched!r}."
        )
    held: list[list[int]] = [[] for _ in likes]
    blocking = []
    for need, partner in enumerate(matched.tolist()):
        if partner >= 0:
            held[partner].append(need)
            if partner not in wants[need]:
                blocking.append((need, partner))
    for need, ranks in enumerate(wants):
        # ranks keep their places when pairs that do not accept each other fall out: nobody at all comes after every rank
        mine = ranks.get(int(matched[need]), np.inf)
        for partner, rank in ranks.items():
            worst = max((likes[partner].get(other, np.inf) for other in held[partner]), default=-1)
            if rank < mine and (len(held[partner]) < seats[partner] or likes[partner][need] < worst):
                blocking.append((need, partner))
    over = [(need, partner) for partner, needs in enumerate(held) for need in needs if len(needs) > seats[partner]]
    return tuple(sorted({*blocking, *over}))


def _read(
    need_preferences: Sequence[Preference], partner_preferences: Sequence[Preference], capacity: npt.ArrayLike
) -> tuple[list[dict[int, int]], list[dict[int, int]], list[int]]:
    """Turn preferences into ranks over pairs that accept each other."""
    need_preferences, partner_preferences = _lines("need", need_preferences), _lines("partner", partner_preferences)
    needs = [_ranks("need", at, line, len(partner_preferences)) for at, line in enumerate(need_preferences)]
    partners = [_ranks("partner", at, line, len(need_preferences)) for at, line in enumerate(partner_preferences)]
    try:
        seats = np.broadcast_to(np.asarray(capacity), (len(partners),))
    except ValueError as error:
        raise InvalidProblemError(
            f"capacity must be one number or one per partner ({len(partners)}); got {capacity!r}."
        ) from error
    if seats.size and (seats.dtype.kind not in "iu" or seats.min() < 0):
        raise InvalidProblemError(f"capacity must hold whole numbers >= 0; got {capacity!r}. Use 0 for nobody.")
    wants = [{p: r for p, r in ranks.items() if need in partners[p]} for need, ranks in enumerate(needs)]
    likes = [{n: r for n, r in ranks.items() if partner in needs[n]} for partner, ranks in enumerate(partners)]
    return wants, likes, [int(seat) for seat in seats]


def _lines(side: str, preferences: Any) -> Sequence[Preference]:
    if isinstance(preferences, str) or not isinstance(preferences, Sequence | np.ndarray):
        got = type(preferences).__name__
        raise InvalidProblemError(f"{side}_preferences must be a list with one list a {side}, best first; got {got}.")
    return preferences  # type: ignore[return-value]  # what is in it is looked at line by line


def _tied(side: str, at: int, entry: Any) -> Sequence[int]:
    """Return the entries of one rank: a number alone, or several that are equally good."""
    tied = [entry] if isinstance(entry, int | np.integer) else entry
    is_list = isinstance(tied, Sequence | np.ndarray | set | frozenset) and not isinstance(tied, str)
    if not is_list or not all(isinstance(each, int | np.integer) for each in tied):
        raise InvalidProblemError(
            f"a preference holds whole numbers, or lists of them that are equally good; {side} {at} names {entry!r}."
        )
    return tuple(tied)


def _ranks(side: str, at: int, line: Preference, size: int) -> dict[int, int]:
    ranks: dict[int, int] = {}
    for rank, entry in enumerate(_lines(side, line)):
        for other in _tied(side, at, entry):
            if not 0 <= int(other) < size or int(other) in ranks:
                problem = "twice" if int(other) in ranks else f"and only 0..{size - 1} exist"
                raise InvalidProblemError(
                    f"a preference names each acceptable entry once; {side} {at} names {other} {problem}. Correct the list."
                )
            ranks[int(other)] = rank
    return ranks


class _Game:
    """Deferred acceptance over seats, with a second, promoted round for those turned down by everyone."""

    def __init__(self, wants: list[dict[int, int]], likes: list[dict[int, int]], seats: list[int]) -> None:
        first = np.concatenate([[0], np.cumsum(seats)]).astype(int).tolist()
        self.owner = [partner for partner, count in enumerate(seats) for _ in range(count)]
        # the seats of one partner are tied for a need, as are equally good partners
        self.tiers = [_tiers(ranks, first) for ranks in wants]
        self.likes = likes
        self.open = [[set(tier) for tier in tiers] for tiers in self.tiers]
        self.state = [FRESH] * len(wants)
        self.holder = [-1] * len(self.owner)
        self.touched = [False] * len(self.owner)
        self.seat = [-1] * len(wants)
        self.unsure = [False] * len(wants)

    def play(self) -> None:
        """Let needs propose until each is placed or was turned down twice by all."""
        waiting = list(range(len(self.tiers)))[::-1]
        while waiting:
            need = waiting.pop()
            tier = next((tier for tier in self.open[need] if tier), None)
            if tier is None:
                self.state[need] += 1
                if self.state[need] != DONE:
                    self.open[need] = [set(tier) for tier in self.tiers[need]]
                    waiting.append(need)
                continue
            loser = self._propose(need, tier)
            if loser >= 0:
                waiting.append(loser)

    def _propose(self, need: int, tier: set[int]) -> int:
        """Ask the best seat left, untouched ones first; return who is without a seat afterwards, or -1."""
        untouched = [seat for seat in tier if not self.touched[seat]]
        seat = min(untouched or tier)
        # with another untouched seat as good, whoever asks for this one next may have it: the need can move over
        self.unsure[need] = len(untouched) > 1
        rival = self.holder[seat]
        if rival >= 0 and not self.unsure[rival] and not self._prefers(seat, need, rival):
            self._strike(need, seat)
            return need
        self.touched[seat], self.holder[seat], self.seat[need] = True, need, seat
        if rival >= 0:
            self.seat[rival] = -1
            if not self.unsure[rival]:
                self._strike(rival, seat)
            self.unsure[rival] = False
        return rival

    def _prefers(self, seat: int, need: int, rival: int) -> bool:
        ranks = self.likes[self.owner[seat]]
        return (ranks[need], -self.state[need]) < (ranks[rival], -self.state[rival])

    def _strike(self, need: int, seat: int) -> None:
        for tier in self.open[need]:
            tier.discard(seat)

    def partner_of(self) -> IntArray:
        """Return the partner of each need, -1 for none."""
        return np.array([self.owner[seat] if seat >= 0 else -1 for seat in self.seat], dtype=np.int64)


def _tiers(ranks: dict[int, int], first: list[int]) -> list[list[int]]:
    levels = sorted(set(ranks.values()))
    return [
        [seat for partner, rank in ranks.items() if rank == level for seat in range(first[partner], first[partner + 1])]
        for level in levels
    ]
