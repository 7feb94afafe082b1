from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.cases import plain_problem
from matching.assign import (
    Problem,
    added_value,
    marginal_values,
    newcomer_values,
    solve,
    with_capacity,
    with_newcomer,
)
from matching.errors import CallError

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=200, deadline=None, derandomize=True)


@some
@given(seeds)
def test_prices_equal_the_differences_that_solving_again_shows(seed):
    problem = plain_problem(seed)
    solution = solve(problem)
    values = marginal_values(problem, solution)
    if not values.exact:
        return
    for partner in range(problem.shape[1]):
        gain = added_value(problem, solution, with_capacity(problem, partner)).gain
        assert values.partner[partner] == pytest.approx(gain, abs=1e-9)
    for need in range(problem.shape[0]):
        high = problem.demand[1].copy()
        high[need] += 1
        gain = added_value(problem, solution, replace(problem, demand=(problem.demand[0], high))).gain
        assert values.need[need] == pytest.approx(gain, abs=1e-9)


@some
@given(seeds)
def test_what_a_newcomer_adds_is_known_without_solving_again(seed):
    problem, rng = plain_problem(seed), np.random.default_rng(seed)
    solution = solve(problem)
    if solution.violations:
        return
    need = np.flatnonzero(rng.random(problem.shape[0]) < 0.7)
    weight = rng.normal(size=need.size)
    value = newcomer_values(problem, solution, np.zeros(need.size, int), need, weight)
    gain = added_value(problem, solution, with_newcomer(problem, need, weight)).gain
    assert (value[0] if need.size else 0.0) == pytest.approx(gain, abs=1e-9)


def test_a_partner_without_any_hours_is_priced_by_the_edge_the_first_one_opens():
    problem = Problem([0, 1], [0, 1], [3.0, 2.0], capacity=(0, [0.0, 1.0]), conflicts=[[0, 1]], apart=[[0, 1]])
    solution = solve(problem)
    values = marginal_values(problem, solution)
    assert not values.exact
    assert values.partner[0] == pytest.approx(added_value(problem, solution, with_capacity(problem, 0)).gain)


def test_more_hours_are_worth_what_they_unlock():
    problem = Problem([0, 1], [0, 0], [3.0, 2.0], load=[2.0, 1.5], capacity=(0, 2))
    value = added_value(problem, solve(problem), with_capacity(problem, 0, 1.5))
    assert (value.gain, value.least, value.most) == pytest.approx((2.0, 2.0, 2.0))


def test_a_newcomer_has_edges_and_capacity_of_their_own():
    problem = Problem([0, 1], [0, 0], [3.0, 2.0])
    changed = with_newcomer(problem, [0, 1], [1.0, 5.0], capacity=2)
    assert changed.shape == (2, 2)
    assert solve(changed).total == pytest.approx(8.0)


def test_a_solution_of_another_problem_is_refused():
    solution = solve(Problem([0], [0], [1.0]))
    with pytest.raises(CallError, match="the solution has 1 edges"):
        marginal_values(Problem([0, 1], [0, 1], [1.0, 1.0]), solution)
    with pytest.raises(CallError, match="partner must be in"):
        with_capacity(Problem([0], [0], [1.0]), 5)
    with pytest.raises(CallError, match="one length"):
        newcomer_values(Problem([0], [0], [1.0]), solution, [0], [0, 0], [1.0])
    with pytest.raises(CallError, match="needs must be in"):
        newcomer_values(Problem([0], [0], [1.0]), solution, [0], [4], [1.0])
