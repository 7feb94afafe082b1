"""The main job for a city, on arrays: candidates by score, a choice, and a proof over every pair that is allowed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from matching.affinity.fused_plain import list_all_pairs
from matching.affinity.fused_rows import FusedPairs
from matching.affinity.fused_scan import PairList, scan_pairs
from matching.affinity.search import check_count
from matching.affinity.search_state import Floats, Ints
from matching.assign import Problem, solve
from matching.assign.auction import AuctionResult, auction_assign
from matching.errors import CallError

# Pairs listed a need at first: enough for prices that are nearly right.
KEEP = 24
# Needs times partners up to which all pairs are listed and solved at once.
SMALL_PAIRS = 200_000
_MOST_ROUNDS = 12
# The choice among the listed pairs is proved this much closer than the choice among all is asked to be.
_CLOSER = 0.25
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class ScaleRound:
    """One choice among the pairs listed so far, and what a look at all pairs said of it.

    Attributes
    ----------
    n_listed : int
        Pairs that the choice was made among.
    total : float
        What it is worth.
    kept_gap : float
        Its gap among the listed pairs: what one would believe without looking at the others.
    gap : float
        Its gap over all allowed pairs.
    """

    n_listed: int
    total: float
    kept_gap: float
    gap: float


@dataclass(frozen=True, slots=True, eq=False)
class ScaleMatch:
    """Who should help whom in a city, with the proof.

    Attributes
    ----------
    need, partner : ndarray of int64, shape (n_chosen,)
        The caller's numbers, by need and then by partner.
    score : ndarray of float64, shape (n_chosen,)
    total : float
        Sum of the scores.
    bound : float
        No choice over all allowed pairs is worth more.
    gap : float
        ``(bound - total) / bound``, at least 0: over all allowed pairs, listed or not. Greater than was asked for only
        where the rounds ran out.
    need_price : ndarray of float64, shape (n_needs,)
        What one more person would be worth, at least 0.
    partner_price : ndarray of float64, shape (n_partners,)
        What one more need that a partner could serve would be worth, at least 0.
    n_allowed : int
        Pairs that blocks, time and licences allow.
    rounds : tuple of ScaleRound
    """

    need: Ints
    partner: Ints
    score: Floats
    total: float
    bound: float
    gap: float
    need_price: Floats
    partner_price: Floats
    n_allowed: int
    rounds: tuple[ScaleRound, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The best choice so far, numbered as the pairs are."""

    need: Ints
    partner: Ints
    score: Floats
    total: float


def match_at_scale(
    pairs: FusedPairs, *, keep: int = KEEP, gap: float = 1e-3, n_threads: int | None = None
) -> ScaleMatch:
    """Choose who helps whom among all allowed pairs of a city, and prove how good the choice is.

    Parameters
    ----------
    pairs : FusedPairs
        From `matching.affinity.prepare_pairs`.
    keep : int, default=KEEP
        Pairs listed a need in each round; the proof does not depend on it.
    gap : float in (0, 1), default=1e-3
        Relative gap over all allowed pairs at which to stop.
    n_threads : int, optional
        By default one a core. The result does not depend on it.

    Returns
    -------
    match : ScaleMatch

    Raises
    ------
    CallError
        If `keep` or `gap` is not what it may be.
    MissingExtraError
        If the pairs are many and Numba (the extra ``large``) is not installed.

    Notes
    -----
    The best pairs of each need, above a guess of what partners cost, are listed and solved by auction. Its prices tell for
    every allowed pair whether it could better the choice: such pairs are listed too, and it is solved again, until the
    bound over all allowed pairs is near enough. So no pair is left out by the search, however scarce partners are.
    Up to `SMALL_PAIRS` all pairs are listed at once and the choice is exact.

    References
    ----------
    G. Dantzig, P. Wolfe, "Decomposition principle for linear programs", Operations Research 8 (1960): columns by price.

    Examples
    --------
    >>> import numpy as np, scipy.sparse as sp
    >>> from matching.affinity import NeedRows, PartnerRows, hash_texts, prepare_pairs
    >>> asked, offered = hash_texts(["修水管", "教书法"], ["会修水管", "书法老师", "理发"])
    >>> needs = NeedRows(text=asked, block=[0, 0], people=[1, 1], slots=[1, 1], licences=[0, 0], skills=[0, 0])
    >>> partners = PartnerRows(
    ...     text=offered, block=[0, 0, 0], capacity=[1, 1, 1], slots=[1, 3, 2], licences=[0, 0, 0],
    ...     skills=[0, 0, 0], merit=[0.5, 0.5, 0.9],
    ... )
    >>> match = match_at_scale(prepare_pairs(needs, partners, sp.eye_array(1, format="csr")))
    >>> match.need.tolist(), match.partner.tolist(), match.n_allowed
    ([0, 1], [0, 1], 4)
    """
    check_count(keep, "keep")
    if not 0.0 < gap < 1.0:
        raise CallError(f"gap must be a share between 0 and 1; got {gap!r}; give 0.001 for one per mille.")
    if pairs.shape[0] * pairs.shape[1] <= SMALL_PAIRS:
        return _match_all(pairs, gap)
    return _match_by_rounds(pairs, gap, {"keep": keep, "n_threads": n_threads})


def first_prices(pairs: FusedPairs) -> Floats:
    """Guess what partners cost: what each brings to any need above the one who is just needed around there.

    Parameters
    ----------
    pairs : FusedPairs

    Returns
    -------
    price : ndarray of float64, shape (n_partners,)
        At least 0. How many rounds are needed depends on it, never what is proved.
    """
    worth, seats, ptr = pairs.partners.plus.astype(np.float64), pairs.partners.most, pairs.partners.block_ptr
    n_blocks = ptr.size - 1
    block = np.repeat(np.arange(n_blocks), np.diff(ptr))
    supply = np.bincount(block, weights=seats, minlength=n_blocks)
    near = pairs.near
    meets = sp.csr_array((np.ones(near.nnz), near.indices, near.indptr), shape=near.shape)
    need_block = np.repeat(np.arange(near.shape[0]), np.diff(pairs.needs.block_ptr))
    wanted = np.bincount(need_block, weights=pairs.needs.most, minlength=near.shape[0])
    asked = supply * np.asarray(meets.T @ (wanted / np.maximum(np.asarray(meets @ supply), 1.0)))
    order = np.lexsort((-worth, block))
    ahead = np.cumsum(seats[order]) - np.concatenate([[0.0], np.cumsum(supply)])[:-1][block]
    last = np.bincount(block, weights=ahead <= asked[block], minlength=n_blocks).astype(np.int64)
    held = np.flatnonzero(np.diff(ptr))
    level = np.zeros(n_blocks)
    level[held] = worth[order][ptr[held] + np.clip(last[held] - 1, 0, None)]
    return np.maximum(worth - level[block], 0.0)


def _match_by_rounds(pairs: FusedPairs, gap: float, options: dict[str, Any]) -> ScaleMatch:
    """List pairs by price, choose among them, and look at all pairs again until the proof is near enough."""
    listed = scan_pairs(pairs, partner_price=first_prices(pairs), **options).best
    best, bound = _taken(listed, np.zeros(listed.score.size, np.bool_)), np.inf
    found: AuctionResult | None = None
    rounds: list[ScaleRound] = []
    while True:
        found = _choose(pairs, listed, _CLOSER * gap, found)
        scan = scan_pairs(pairs, partner_price=found.partner_price, need_price=found.need_price, **options)
        bound = min(bound, scan.bound)
        if found.total > best.total:
            best = _taken(listed, found.chosen)
        rounds.append(ScaleRound(listed.score.size, found.total, found.gap, _gap(bound, found.total)))
        more = listed.merge(scan.best)
        is_stuck = more.score.size == listed.score.size and found.gap <= _CLOSER * gap
        if _gap(bound, best.total) <= gap or is_stuck or len(rounds) == _MOST_ROUNDS:
            prices = (found.need_price, found.partner_price)
            return _answer(pairs, best, bound, prices, scan.n_allowed, tuple(rounds))
        listed = more


def _choose(pairs: FusedPairs, listed: PairList, gap: float, before: AuctionResult | None) -> AuctionResult:
    """Choose among the listed pairs: at the prices before, anew if that does not prove enough, then further from there."""
    edges = listed.need_ptr, listed.partner, listed.score, pairs.needs.most, pairs.partners.most
    if before is None:
        best = auction_assign(*edges, gap=gap)
    else:
        best = auction_assign(*edges, gap=gap, start_partner_price=before.partner_price)
        if best.gap > gap:
            anew = auction_assign(*edges, gap=gap)
            best = anew if anew.gap < best.gap else best
    if best.gap > gap:
        on = auction_assign(*edges, gap=gap, start_partner_price=best.partner_price, start_chosen=best.chosen)
        best = on if on.gap < best.gap else best
    return best


def _taken(listed: PairList, chosen: np.ndarray) -> _Best:
    at = np.flatnonzero(chosen)
    need = np.searchsorted(listed.need_ptr, at, side="right") - 1
    score = listed.score[at].astype(np.float64)
    return _Best(need, listed.partner[at].astype(np.int64), score, float(score.sum()))


def _match_all(pairs: FusedPairs, gap: float) -> ScaleMatch:
    """List all pairs and solve them at once."""
    listed = list_all_pairs(pairs)
    need = np.repeat(np.arange(pairs.shape[0]), np.diff(listed.need_ptr))
    problem = Problem(
        need,
        listed.partner.astype(np.int64),
        listed.score.astype(np.float64),
        demand=(np.zeros_like(pairs.needs.most), pairs.needs.most),
        capacity=(np.zeros(pairs.shape[1]), pairs.partners.most.astype(np.float64)),
        shape=pairs.shape,
    )
    found = solve(problem, gap=_CLOSER * gap)
    best = _taken(listed, found.chosen)
    only = ScaleRound(listed.score.size, best.total, found.gap, _gap(found.bound, best.total))
    return _answer(pairs, best, found.bound, (found.need_price, found.partner_price), listed.score.size, (only,))


def _answer(
    pairs: FusedPairs,
    best: _Best,
    bound: float,
    prices: tuple[Floats, Floats],
    n_allowed: int,
    rounds: tuple[ScaleRound, ...],
) -> ScaleMatch:
    """Return the answer with the caller's numbers."""
    need, partner = pairs.needs.order[best.need], pairs.partners.order[best.partner]
    order = np.lexsort((partner, need))
    sides = zip((pairs.needs, pairs.partners), prices, strict=True)
    need_price, partner_price = (np.maximum(price, 0.0)[np.argsort(side.order)] for side, price in sides)
    return ScaleMatch(
        need=need[order],
        partner=partner[order],
        score=best.score[order],
        total=best.total,
        bound=max(bound, best.total),
        gap=_gap(bound, best.total),
        need_price=need_price,
        partner_price=partner_price,
        n_allowed=n_allowed,
        rounds=rounds,
    )


def _gap(bound: float, total: float) -> float:
    return max(0.0, bound - total) / max(abs(bound), _TINY)
