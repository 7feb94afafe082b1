"""Problems that only head-counts limit: augmenting paths when small, bidding when large, what was kept when it is known."""

from collections.abc import Callable, Iterator

import numpy as np

from matching.assign.assemble import assemble
from matching.assign.auction import auction_assign
from matching.assign.floors import fill_floors
from matching.assign.flow import Plain, flow_bound, flow_prices, match, open_part
from matching.assign.kept import solve_again, solve_kept
from matching.assign.problem import BoolArray, FloatArray, Problem
from matching.assign.solution import Solution
from matching.assign.tatonnement import match_likely
from matching.errors import MissingExtraError

LARGE = 50_000
MOST_ROUNDS = 200  # of pricing a choice that may turn out not to be the best

Priced = tuple[BoolArray, tuple[FloatArray, FloatArray], float, str]


def solve_plain(
    problem: Problem, *, gap: float = 0.0, start: Solution | None = None, keep: bool = False
) -> Solution | None:
    """Solve a problem that only head-counts limit.

    Parameters
    ----------
    problem : Problem
        For which `is_plain` holds.
    gap : float, default=0
        Relative gap at which bidding may stop; small problems are always solved to the end.
    start : Solution, optional
        Prices and choice to start bidding from, or all that it kept.
    keep : bool, default=False
        Whether the solution keeps what the next one can start from.

    Returns
    -------
    solution : Solution or None
        None when the limits contradict each other or no method here fits. Large problems are answered here too when
        not all lower limits can be met: then as few heads are short as can be.
    """
    again = None if start is None else solve_again(problem, start.kept, gap=gap)
    if again is not None:
        return again
    kept = solve_kept(problem, gap=gap) if keep and problem.n_edges > LARGE else None
    if kept is not None:
        return kept
    plain = open_part(problem)
    if plain is None:
        return None
    for method in _methods(plain, gap, start):
        answer = method()
        if answer is not None:
            matched, prices, bound, note = answer
            chosen = problem.pinned.copy()
            chosen[plain.edges[matched]] = True
            return assemble(problem, chosen, bound + float(np.sum(problem.weight[problem.pinned])), prices, note)
    return None


def _methods(plain: Plain, gap: float, start: Solution | None) -> Iterator[Callable[[], Priced | None]]:
    has_floors = bool(plain.low.any())
    if plain.edges.size > LARGE:
        yield lambda: _filled(plain, _bid, gap) if has_floors else _bid(plain, gap, start)
    yield lambda: _likely(plain)
    yield lambda: _matched(plain)
    if has_floors:
        yield lambda: _filled(plain, _matched_quickly, gap)


def _likely(plain: Plain) -> Priced | None:
    """Match among the likely edges, if the prices then prove that no other edge would have helped."""
    noise = 1e-14 * float(np.sum(np.abs(plain.weight)))
    for matched, likely in match_likely(plain):
        prices = flow_prices(plain, matched, likely=likely, most_rounds=MOST_ROUNDS)
        bound = flow_bound(plain, *prices)
        if bound - float(np.sum(plain.weight[matched])) <= noise:
            note = "flow: only head-counts limit, shortest augmenting paths among the edges near trial prices"
            return matched, prices, bound, note
    return None


def _matched(plain: Plain) -> Priced | None:
    matched = match(plain)
    if matched is None:
        return None
    prices = flow_prices(plain, matched)
    return matched, prices, flow_bound(plain, *prices), "flow: only head-counts limit, shortest augmenting paths"


def _filled(plain: Plain, method: Callable[[Plain, float], Priced | None], gap: float) -> Priced | None:
    """Meet lower limits by a method that knows none."""
    notes: list[str] = []

    def bid(raised: Plain) -> tuple[BoolArray, FloatArray] | None:
        answer = method(raised, gap)
        if answer is None:
            return None
        notes.append(answer[3])
        return answer[0], answer[1][1]

    found = fill_floors(plain, bid, gap=gap)
    if found is None:
        return None
    how = "lower limits cannot all be met, by a cut" if found.shortfall else "lower limits by lifts"
    return found.chosen, (found.need_price, found.partner_price), found.bound, f"{notes[-1]}; {how}"


def _matched_quickly(plain: Plain, _gap: float) -> Priced | None:
    return _likely(plain) or _matched(plain)


def _bid(plain: Plain, gap: float, start: Solution | None = None) -> Priced | None:
    try:
        result = auction_assign(
            np.searchsorted(plain.need, np.arange(plain.high.size + 1)),
            plain.partner,
            plain.weight,
            plain.high,
            plain.capacity,
            gap=gap,
            start_partner_price=None if start is None else np.maximum(start.partner_price, 0.0),
            start_chosen=None if start is None else start.chosen[plain.edges],
        )
    except MissingExtraError:
        return None
    note = f"auction: only head-counts limit, {plain.edges.size} open edges are more than {LARGE}"
    return result.chosen, (result.need_price, result.partner_price), result.bound, note
