from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.cases import feasible_choices, plain_problem, random_problem, services
from matching.assign import Problem, check_choice, fair, fair_exchange, fair_large, price_of_fairness, solve
from matching.assign.assemble import total_of
from matching.assign.deadline import NEVER
from matching.assign.fair_exchange import exchanged, is_exchangeable

seeds = st.integers(0, 2**32 - 1)


def several_heads(seed):
    """Draw a small problem of head-counts, among them ties, zeros and negative weights."""
    rng = np.random.default_rng(seed)
    n_needs, n_partners = rng.integers(2, 5), rng.integers(2, 7)
    pairs = rng.permutation(np.argwhere(rng.random((n_needs, n_partners)) < 0.7))[:9]
    m = pairs.shape[0]
    weight = [rng.random(m), rng.normal(0.4, 0.4, m), rng.integers(0, 3, m) / 2.0][rng.integers(3)]
    seats = rng.integers(0, 3, n_partners)
    shape = (int(n_needs), int(n_partners))
    return Problem(*pairs.T, weight, demand=(0, rng.integers(1, 4, n_needs)), capacity=(0, seats), shape=shape)


def some_at_a_time(problem, **options):
    """Solve a small problem as if it were too large for an exact search."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair, "SEARCHED", -1)
        patch.setattr(fair_exchange, "MOVES", 60)
        patch.setattr(fair_large, "ROUNDS", 12)
        patch.setattr(fair, "promised_at_most", lambda _: None)
        patch.setattr(fair, "_single_head_floor", lambda _: None)
        return solve(problem, objective="fair", **options)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seeds, st.integers(1, 3), st.booleans())
def test_searching_some_needs_at_a_time_keeps_every_limit_and_proves_no_more_than_holds(seed, depth, mixed):
    problem = random_problem(seed, most_edges=7) if mixed else several_heads(seed)
    solution, choices = some_at_a_time(problem, fair_depth=depth), feasible_choices(problem)
    assert bool(solution.violations) == (not choices)
    assert not (problem.pinned & ~solution.chosen).any()
    assert not (problem.forbidden & solution.chosen).any()
    if not choices or not (problem.demand[1] > 0).any():
        return
    best = max(services(problem, chosen)[0] for chosen in choices)
    assert solution.worst <= best + 1e-7
    assert solution.worst_bound >= best - 1e-7
    if "not proved" not in solution.method:
        assert solution.worst == pytest.approx(best, abs=2e-6)
    fair_ranks = tuple(services(problem, solution.chosen)[:depth] - 1e-7)
    as_fair = [
        total_of(problem, chosen)
        for chosen in choices
        if (services(problem, chosen)[:depth] >= np.array(fair_ranks)).all()
    ]
    assert solution.total <= max(as_fair) + 1e-6
    if depth == 1:
        assert solution.bound >= max(as_fair) - 1e-5


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seeds)
def test_the_bound_of_the_floor_is_the_floor_where_it_is_proved(seed):
    problem = plain_problem(seed)
    solution = solve(problem, objective="fair")
    if not solution.violations and (problem.demand[1] > 0).any():
        best = max(services(problem, chosen)[0] for chosen in feasible_choices(problem))
        assert solution.worst_bound == pytest.approx(best, abs=1e-6)
        assert solution.worst_bound >= solution.worst


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seeds, st.floats(0.1, 1.0))
def test_passing_partners_on_breaks_no_limit_and_leaves_no_more_missing(seed, floor):
    problem = several_heads(seed)
    assert is_exchangeable(problem)
    begin, aim = solve(problem).chosen, floor * problem.demand[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair_exchange, "MOVES", 200)
        chosen, missing = exchanged(problem, begin, aim, np.random.default_rng(0), deadline=NEVER)
    assert not check_choice(problem, chosen)
    got, before = (
        np.bincount(problem.need[some], weights=problem.weight[some], minlength=problem.shape[0])
        for some in (chosen, begin)
    )
    assert missing == pytest.approx(np.maximum(0.0, aim - got).sum(), abs=1e-9)
    assert missing <= np.maximum(0.0, aim - before).sum() + 1e-9


def scarce_district(seed=0):
    rng = np.random.default_rng(seed)
    need, partner = np.nonzero(rng.random((60, 180)) < 0.1)
    talent = 0.2 + rng.beta(2, 4, 180)
    weight = 0.8 * talent[partner] + 0.2 * rng.random(need.size)
    return Problem(need, partner, weight, demand=(0, rng.integers(1, 7, 60)), capacity=(0, 1), shape=(60, 180))


def test_a_district_too_large_for_an_exact_search_gets_a_floor_near_its_bound_and_the_same_one_again():
    problem = scarce_district()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair_large, "ROUNDS", 15)
        solution, again = (solve(problem, objective="fair") for _ in range(2))
    assert problem.n_edges > fair.SEARCHED
    assert not solution.violations
    assert solution.worst >= 0.99 * solution.worst_bound
    assert solution.gap < 0.02
    assert solution.worst > 1.2 * solve(problem).worst
    assert solution.bound >= solution.total
    assert (solution.chosen == again.chosen).all()
    assert solution.worst_bound == again.worst_bound


def test_a_time_limit_leaves_a_plan_that_keeps_every_limit_and_honest_bounds():
    problem = scarce_district(1)
    solution = solve(problem, objective="fair", fair_depth=2, time_limit=0.05)
    assert not solution.violations
    assert solution.worst <= solution.worst_bound < np.inf
    assert solution.total <= solution.bound < np.inf
    assert "not proved highest: at most" in solution.method


def test_between_the_extremes_of_a_large_district_the_price_of_fairness_is_bounded_too():
    problem = scarce_district(2)
    first, between, last = price_of_fairness(problem, points=3)
    assert first.floor < between.floor < last.floor
    assert between.worst >= between.floor - 1e-7
    assert last.total - 1e-9 <= between.total <= between.bound <= first.bound + 1e-6


def with_hours(seed, hours):
    plain = scarce_district(seed)
    first = np.flatnonzero(plain.need == 0)
    return replace(plain, load=1.0 + plain.need % 2, capacity=(0, hours), groups=[(first, 0, 1)])


def test_hours_and_groups_of_a_large_district_end_with_a_plan_and_a_bound_without_a_time_limit():
    problem = with_hours(3, 2.5)
    solution = solve(problem, objective="fair")
    assert problem.n_edges > fair.SEARCHED
    assert not solution.violations
    assert 0.7 * solution.worst_bound <= solution.worst <= solution.worst_bound < np.inf
    assert solution.total <= solution.bound < np.inf


def test_an_integer_program_over_edges_is_asked_for_the_floor_only_where_needs_hardly_contend(monkeypatch):
    asked, by_edges = [], fair_large._by_edges
    monkeypatch.setattr(fair, "promised_at_most", lambda _: None)
    monkeypatch.setattr(fair_large, "_by_edges", lambda *given: asked.append(given) or by_edges(*given))
    contended = solve(with_hours(3, 2.5), objective="fair")
    assert not asked
    plenty = solve(replace(with_hours(3, 40.0), groups=()), objective="fair")
    assert len(asked) == 1
    assert plenty.worst > contended.worst_bound
    assert "not proved" not in plenty.method


def test_the_highest_total_says_nothing_of_the_highest_floor():
    assert solve(several_heads(0)).worst_bound == np.inf
