"""Cases whose answers are printed in the literature."""

import itertools

import numpy as np
import pytest

from matching.assign import Problem, check_stability, diagnose, marginal_values, price_of_fairness, solve, stable_match


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


def test_kuhns_four_by_four_of_the_hungarian_method():
    # H. W. Kuhn, "The Hungarian method for the assignment problem", 1955, section 3: ratings that sum to 27
    ratings = [[8, 7, 9, 9], [5, 2, 7, 8], [6, 1, 4, 9], [2, 3, 2, 6]]
    solution = solve(dense(ratings))
    assert solution.total == 27
    assert solution.need_price.sum() + solution.partner_price.sum() == pytest.approx(27)


def test_the_four_by_four_of_burkard_dell_amico_and_martello():
    # "Assignment Problems", 2009, chapter 4, the running example: least cost 17
    cost = [[7, 9, 8, 9], [2, 8, 5, 7], [1, 6, 6, 9], [3, 6, 2, 2]]
    assert solve(dense(-np.array(cost), demand=(1, 1))).total == -17


def test_the_transport_of_power_from_three_plants_to_four_cities():
    # W. L. Winston, "Operations Research", section 7.1 (Hitchcock's problem of 1941): least cost 1,020;
    # each unit of supply is a partner of its own, each city a need that must have exactly its demand
    supply, demand = [35, 50, 40], [45, 20, 30, 30]
    cost = np.array([[8, 6, 10, 9], [9, 12, 13, 7], [14, 9, 16, 5]])
    plant = np.repeat(np.arange(3), supply)
    weight = -cost[plant].T
    solution = solve(dense(weight, demand=(demand, demand)))
    assert not solution.violations
    assert solution.total == -1020
    assert solution.gap == 0


def test_the_generalized_assignment_of_five_agents_and_fifteen_jobs():
    # J. E. Beasley's OR-Library, gap1, first problem (used by Cattrysse and Van Wassenhove, 1992): most profit 336
    profit = [
        [17, 21, 22, 18, 24, 15, 20, 18, 19, 18, 16, 22, 24, 24, 16],
        [23, 16, 21, 16, 17, 16, 19, 25, 18, 21, 17, 15, 25, 17, 24],
        [16, 20, 16, 25, 24, 16, 17, 19, 19, 18, 20, 16, 17, 21, 24],
        [19, 19, 22, 22, 20, 16, 19, 17, 21, 19, 25, 23, 25, 25, 25],
        [18, 19, 15, 15, 21, 25, 16, 16, 23, 15, 22, 17, 19, 22, 24],
    ]
    hours = [
        [8, 15, 14, 23, 8, 16, 8, 25, 9, 17, 25, 15, 10, 8, 24],
        [15, 7, 23, 22, 11, 11, 12, 10, 17, 16, 7, 16, 10, 18, 22],
        [21, 20, 6, 22, 24, 10, 24, 9, 21, 14, 11, 14, 11, 19, 16],
        [20, 11, 8, 14, 9, 5, 6, 19, 19, 7, 6, 6, 13, 9, 18],
        [8, 13, 13, 13, 10, 20, 25, 16, 16, 17, 10, 10, 5, 12, 23],
    ]
    table = np.array(profit, float).T
    problem = dense(table, demand=(1, 1), load=np.array(hours, float).T.ravel(), capacity=(0, [36, 34, 38, 27, 33]))
    solution = solve(problem)
    assert not solution.violations
    assert solution.total == 336
    assert solution.bound == pytest.approx(336)


def test_halls_condition_is_named_where_it_fails():
    # P. Hall, "On representatives of subsets", 1935: four sets with three members among them have no representatives
    sets = [[0, 1], [1, 2], [0, 2], [0, 1, 2], [2, 3, 4]]
    need, partner = np.repeat(np.arange(5), [len(members) for members in sets]), np.concatenate(sets)
    problem = Problem(need, partner, np.ones(need.size), demand=(1, 1))
    (finding,) = diagnose(problem)
    assert (finding.rule, finding.needs, finding.partners) == ("competition", (0, 1, 2, 3), (0, 1, 2))
    assert (finding.wanted, finding.available, finding.shortfall) == (4, 3, 1)
    assert sum(violation.amount for violation in solve(problem).violations) == 1


def test_a_floor_for_the_worst_served_costs_what_the_two_extremes_differ_by():
    # the 2 x 2 by which utilitarian and max-min choices are told apart (Bertsimas, Farias and Trichakis, "The price of
    # fairness", 2011, for the measure): totals 11 with a worst of 1, or 10 with a worst of 4
    curve = price_of_fairness(dense([[10, 6], [4, 1]], demand=(1, 1)), points=2)
    assert [(point.worst, point.total) for point in curve] == [(1, 11), (4, 10)]


def test_the_slowest_station_is_raised_before_the_sum():
    # the aim of D. R. Fulkerson, I. Glicksberg and O. Gross, "A production line assignment problem", 1953: a line is as
    # quick as its slowest station. Here the best sum, 19, leaves one at 3; none can be above 6, and then the sum is 18
    speed = [[10, 6, 5], [6, 3, 2], [5, 5, 6]]
    ways = [[speed[at][to] for at, to in enumerate(order)] for order in itertools.permutations(range(3))]
    assert max((sum(way), min(way)) for way in ways) == (19, 3)
    assert max((min(way), sum(way)) for way in ways) == (6, 18)
    solution = solve(dense(speed, demand=(1, 1)), objective="fair")
    assert (solution.worst, solution.total) == (6, 18)


def test_the_three_by_three_of_gale_and_shapley_has_three_stable_marriages_of_six():
    # "College admissions and the stability of marriage", 1962, example 1
    men, women = [[0, 1, 2], [1, 2, 0], [2, 0, 1]], [[1, 2, 0], [2, 0, 1], [0, 1, 2]]
    stable = [way for way in itertools.permutations(range(3)) if not check_stability(men, women, np.array(way))]
    assert stable == [(0, 1, 2), (1, 2, 0), (2, 0, 1)]


def test_the_four_by_four_of_gale_and_shapley_has_one_stable_marriage_of_twenty_four():
    # the same, example 2
    men = [[0, 1, 2, 3], [0, 3, 2, 1], [1, 0, 2, 3], [3, 1, 2, 0]]
    women = [[3, 2, 0, 1], [1, 3, 0, 2], [3, 0, 1, 2], [2, 1, 0, 3]]
    stable = [way for way in itertools.permutations(range(4)) if not check_stability(men, women, np.array(way))]
    assert stable == [tuple(stable_match(men, women).partner_of.tolist())]


def test_knuths_four_by_four_has_ten_stable_marriages():
    # D. E. Knuth, "Mariages stables", 1976; D. Gusfield and R. W. Irving, "The Stable Marriage Problem", 1989, section 1.3
    men = [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]]
    women = [[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [0, 1, 2, 3]]
    stable = [way for way in itertools.permutations(range(4)) if not check_stability(men, women, np.array(way))]
    assert len(stable) == 10
    assert stable_match(men, women).partner_of.tolist() == [0, 1, 2, 3]


def test_with_ties_stable_matchings_differ_in_size_and_the_larger_one_is_found():
    # D. F. Manlove et al., "Hard variants of stable marriage", 2002: sizes 1 and 2 in the smallest case there is
    residents, hospitals = [[0], [0, 1]], [[[0, 1]], [1]]
    sizes = {
        sum(place >= 0 for place in way)
        for way in itertools.product((-1, 0, 1), repeat=2)
        if not check_stability(residents, hospitals, np.array(way))
    }
    assert sizes == {1, 2}
    assert stable_match(residents, hospitals).size == 2


@pytest.mark.parametrize("seed", range(12))
def test_the_same_posts_stay_open_in_every_stable_matching(seed):
    # A. E. Roth, "On the allocation of residents to rural hospitals", 1986
    rng = np.random.default_rng(seed)
    residents = [rng.permutation(3)[: rng.integers(1, 4)].tolist() for _ in range(5)]
    hospitals = [rng.permutation(5)[: rng.integers(2, 6)].tolist() for _ in range(3)]
    posts = rng.integers(1, 3, 3)
    filled = {
        (tuple(np.bincount(np.array(way)[np.array(way) >= 0], minlength=3).tolist()), tuple(at >= 0 for at in way))
        for way in itertools.product(range(-1, 3), repeat=5)
        if not check_stability(residents, hospitals, np.array(way), posts)
    }
    mine = stable_match(residents, hospitals, posts).partner_of
    assert filled == {(tuple(np.bincount(mine[mine >= 0], minlength=3).tolist()), tuple((mine >= 0).tolist()))}
