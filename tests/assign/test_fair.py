from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from assign.cases import feasible_choices, plain_problem, random_problem, services
from matching.assign import Problem, price_of_fairness, solve
from matching.assign.assemble import total_of
from matching.assign.fair_rows import levelled
from matching.assign.highs import solve_mip
from matching.assign.model import build_model
from matching.errors import CallError

seeds = st.integers(0, 2**32 - 1)


def best_ranked(problem, depth):
    ranked = [
        (*np.round(services(problem, chosen)[:depth], 7), total_of(problem, chosen))
        for chosen in feasible_choices(problem)
    ]
    return max(ranked, default=None)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(seeds, st.integers(1, 3))
def test_no_plan_has_better_worst_served_needs_or_as_good_ones_and_a_higher_total(seed, depth):
    problem = random_problem(seed, most_edges=7)
    solution, best = solve(problem, objective="fair", fair_depth=depth), best_ranked(problem, depth)
    assert bool(solution.violations) == (best is None)
    if best is not None:
        mine = (*services(problem, solution.chosen)[:depth], solution.total)
        assert mine == pytest.approx(best, abs=1e-6)
        assert solution.bound == pytest.approx(solution.total, abs=1e-6)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seeds)
def test_one_head_a_need_is_fair_by_a_threshold_on_the_weights(seed):
    start = plain_problem(seed)
    problem = plain_problem(seed, demand=(np.minimum(start.demand[0], 1), np.minimum(start.demand[1], 1)))
    solution, best = solve(problem, objective="fair"), best_ranked(problem, 1)
    assert bool(solution.violations) == (best is None)
    if best is not None:
        assert (*services(problem, solution.chosen)[:1], solution.total) == pytest.approx(best, abs=1e-6)


def test_the_worst_served_need_is_reported_per_head_wanted():
    problem = Problem([0, 0, 1], [0, 1, 2], [0.9, 0.5, 0.8], demand=(0, [2, 1]))
    assert solve(problem).worst == pytest.approx(0.7)


def test_a_dense_case_agrees_with_an_exact_integer_program():
    n, rng = 24, np.random.default_rng(3)
    weight = rng.random(n * n)
    need, partner = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    solution = solve(Problem(need, partner, weight), objective="fair")
    rows = np.zeros((3 * n, n * n + 1))
    rows[need, np.arange(n * n)], rows[n + partner, np.arange(n * n)] = 1, 1
    rows[2 * n + need, np.arange(n * n)], rows[2 * n :, -1] = weight, -1
    limits = LinearConstraint(
        rows, np.r_[np.full(2 * n, -np.inf), np.zeros(n)], np.r_[np.ones(2 * n), np.full(n, np.inf)]
    )
    whole = np.r_[np.ones(n * n), 0]
    first = milp(np.r_[np.zeros(n * n), -1.0], constraints=limits, integrality=whole, bounds=(0, 1))
    floor = first.x[-1]
    limits = LinearConstraint(rows, np.r_[np.full(2 * n, -np.inf), np.zeros(n)], limits.ub)
    second = milp(
        np.r_[-weight, 0.0],
        constraints=[limits, LinearConstraint(np.eye(1, n * n + 1, n * n), floor - 1e-7, np.inf)],
        integrality=whole,
        bounds=(0, 1),
    )
    assert solution.worst == pytest.approx(floor, abs=1e-6)
    assert solution.total == pytest.approx(-second.fun, abs=1e-6)


def test_the_price_of_fairness_falls_as_the_floor_rises():
    rng = np.random.default_rng(5)
    need, partner = np.repeat(np.arange(6), 6), np.tile(np.arange(6), 6)
    problem = Problem(need, partner, rng.random(36) ** 3, demand=(0, 2), capacity=(0, 2))
    curve = price_of_fairness(problem, points=5)
    assert len(curve) == 5
    assert all(a.total >= b.total - 1e-9 for a, b in pairwise(curve))
    assert all(point.worst >= point.floor - 1e-8 for point in curve)
    assert curve[0].total == pytest.approx(solve(problem).total)
    assert curve[-1].worst == pytest.approx(solve(problem, objective="fair").worst)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seeds)
def test_each_point_of_the_price_of_fairness_is_the_best_total_of_all_choices_that_keep_its_floor(seed):
    problem = random_problem(seed, most_edges=7)
    choices = [
        (services(problem, chosen).min(initial=np.inf), total_of(problem, chosen))
        for chosen in feasible_choices(problem)
    ]
    if not choices:
        return
    for point in price_of_fairness(problem, points=4):
        best = max(total for worst, total in choices if worst >= point.floor - 1e-7 or not np.isfinite(worst))
        assert point.total == pytest.approx(best, abs=1e-6)
        assert point.bound == pytest.approx(best, abs=1e-6)
        assert point.worst >= point.floor - 1e-7


def test_the_price_of_fairness_needs_two_points():
    with pytest.raises(CallError, match="points must be at least 2; got 1"):
        price_of_fairness(Problem([0], [0], [1.0]), points=1)


def test_balance_evens_out_the_load_at_its_exact_cost():
    edges = ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [1.0, 0.9, 1.0, 0.9, 1.0, 0.9])
    loose = solve(Problem(*edges, capacity=(0, 3)))
    even = solve(Problem(*edges, capacity=(0, 3), balance=[0.0, 0.3, 0.6]))
    assert loose.chosen.tolist() == [True, False] * 3
    assert even.chosen.sum() == 3
    assert even.chosen[1::2].sum() == 1
    assert even.total == pytest.approx(2.9 - 0.3)


def test_where_nothing_has_to_be_whole_the_optimum_is_its_own_bound():
    problem = Problem([0], [0], [0.5])
    model = levelled(problem, build_model(problem), np.array([0]), 1)
    outcome = solve_mip(replace(model, whole=np.zeros(model.weight.size, dtype=bool)))
    assert outcome.bound == pytest.approx(0.5)


def test_hours_and_groups_of_twenty_needs_are_decided_and_the_floor_is_that_of_an_integer_program():
    # over bundles of work this search did not come to an end
    rng = np.random.default_rng(4)
    need, partner = np.nonzero(rng.random((16, 60)) < 0.2)
    groups = [(np.flatnonzero(need == k)[:3], 0, 1) for k in range(16)]
    problem = Problem(
        need,
        partner,
        rng.random(need.size),
        demand=(0, rng.integers(1, 4, 16)),
        load=rng.choice([1.0, 1.5, 2.0], 16)[need],
        capacity=(0, rng.choice([2.0, 3.0], 60)),
        conflicts=[(0, 1), (2, 3), (4, 5)],
        groups=groups,
        shape=(16, 60),
    )
    solution = solve(problem, objective="fair")
    exact = solve_mip(levelled(problem, build_model(problem), np.arange(16), 1))
    assert not solution.violations
    assert solution.worst == pytest.approx(exact.bound, abs=1e-6)
    assert solution.worst_bound == pytest.approx(solution.worst, abs=1e-6)
    assert solution.gap < 1e-9
