"""Cases whose answers are printed in the literature."""

import numpy as np
import pytest

from matching.assign import Problem, marginal_values, solve


def dense(weight, **options):
    table = np.asarray(weight, float)
    need, partner = np.indices(table.shape).reshape(2, -1)
    return Problem(need, partner, table.ravel(), **options)


def test_four_jobs_of_least_cost():
    # the four-by-four example by which the Hungarian method is usually taught: least cost 13
    cost = [[9, 2, 7, 8], [6, 4, 3, 7], [5, 8, 1, 8], [7, 6, 9, 4]]
    solution = solve(dense(-np.array(cost), demand=(1, 1)))
    assert solution.total == -13
    assert np.flatnonzero(solution.chosen).tolist() == [1, 4, 10, 15]


def test_the_house_market_of_shapley_and_shubik():
    # "The assignment game I", 1971: gains of trade 16
    gains = [[5, 8, 2], [7, 9, 6], [2, 3, 0]]
    problem = dense(gains)
    solution = solve(problem)
    assert solution.total == 16
    values = marginal_values(problem, solution)
    assert values.exact
    assert np.flatnonzero(solution.chosen).tolist() == [1, 5, 6]


def test_the_knapsack_of_martello_and_toth():
    # "Knapsack Problems", 1990, example 2.1: best value 107 within 50, items 1 and 4
    value, size = [70, 20, 39, 37, 7, 5, 10], [31.0, 10, 20, 19, 4, 3, 6]
    problem = Problem(np.arange(7), np.zeros(7, int), value, load=size, capacity=(0, 50))
    solution = solve(problem)
    assert solution.total == 107
    assert np.flatnonzero(solution.chosen).tolist() == [0, 3]


def test_a_schedule_of_weighted_intervals():
    # Kleinberg and Tardos, "Algorithm Design", 2006, figure 6.2: values 2, 4, 4, 7, 2, 1; the best set is worth 8
    begin, end, value = [0, 1, 4, 2, 7, 8], [3, 5, 6, 9, 10, 11], [2, 4, 4, 7, 2, 1]
    overlapping = [(a, b) for a in range(6) for b in range(a) if begin[a] < end[b] and begin[b] < end[a]]
    problem = Problem(np.arange(6), np.zeros(6, int), value, capacity=(0, 6), conflicts=overlapping)
    solution = solve(problem)
    assert solution.total == pytest.approx(8)
    assert np.flatnonzero(solution.chosen).tolist() == [0, 2, 4]


def test_konig_the_largest_matching_is_as_small_as_the_smallest_cover():
    # needs 0-2 see partners 0 and 1 only: Hall's condition fails by one
    problem = Problem([0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1, 2, 3], np.ones(8))
    solution = solve(problem)
    assert solution.total == 3
    assert solution.need_price.sum() + solution.partner_price.sum() == pytest.approx(3)
