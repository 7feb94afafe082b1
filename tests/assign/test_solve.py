from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.cases import best_total, choices, plain_problem, random_problem
from matching.assign import Problem, check_choice, search, solve
from matching.assign.assemble import total_of
from matching.errors import CallError

seeds = st.integers(0, 2**32 - 1)
many = settings(max_examples=250, deadline=None, derandomize=True)


@many
@given(seeds)
def test_the_total_is_the_best_of_all_choices_and_equals_its_bound(seed):
    problem = random_problem(seed)
    solution, best = solve(problem), best_total(problem)
    assert bool(solution.violations) == (best is None)
    if best is not None:
        assert check_choice(problem, solution.chosen) == ()
        assert solution.total == pytest.approx(best, abs=1e-7)
        assert solution.total == pytest.approx(solution.bound, abs=1e-7)


@many
@given(seeds)
def test_bundles_of_work_find_the_same_best_total(seed):
    problem = random_problem(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "SMALL", 0)
        solution = solve(problem)
    best = best_total(problem)
    assert bool(solution.violations) == (best is None)
    if best is not None:
        assert solution.total == pytest.approx(best, abs=1e-7)
        assert solution.total == pytest.approx(solution.bound, abs=1e-7)


@many
@given(seeds)
def test_head_counts_alone_are_solved_without_any_gap(seed):
    problem = plain_problem(seed)
    solution, best = solve(problem), best_total(problem)
    assert bool(solution.violations) == (best is None)
    if best is not None:
        assert solution.total == pytest.approx(best, abs=1e-12)
        assert solution.gap <= 1e-12
        assert solution.method.startswith(("flow", "nothing"))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seeds)
def test_an_infeasible_head_count_problem_falls_short_by_as_little_as_possible(seed):
    problem = plain_problem(seed, pinned=None)
    if best_total(problem) is not None:
        return
    solution = solve(problem)
    ranked = []
    for chosen in choices(problem):
        found = check_choice(problem, chosen)
        if all(violation.rule == "demand_lo" for violation in found):
            ranked.append((sum(violation.amount for violation in found), -total_of(problem, chosen)))
    short, total = min(ranked)
    assert sum(violation.amount for violation in solution.violations) == pytest.approx(short)
    assert solution.total == pytest.approx(-total, abs=1e-7)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(seeds)
def test_a_start_never_changes_what_is_best(seed):
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    before = solve(random_like(problem, rng))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "SMALL", 0)
        cold, warm = solve(problem), solve(problem, start=before)
    assert bool(cold.violations) == bool(warm.violations)
    if not cold.violations:
        assert warm.total == pytest.approx(cold.total, abs=1e-7)
        assert check_choice(problem, warm.chosen) == ()


def random_like(problem, rng):
    names = ("demand", "capacity", "shape", "load", "conflicts", "groups", "teams", "optional", "apart", "together")
    weight = problem.weight + rng.normal(size=problem.n_edges)
    return Problem(problem.need, problem.partner, weight, **{name: getattr(problem, name) for name in names})


def test_the_same_problem_gives_the_same_answer():
    problem = random_problem(7)
    first, second = solve(problem), solve(problem)
    assert (first.chosen == second.chosen).all()
    assert first.bound == second.bound


def test_zero_weights_still_fill_lower_bounds():
    problem = Problem([0, 0, 1, 1], [0, 1, 0, 1], [0.0, 0.0, 0.0, 0.0], demand=(1, 1))
    solution = solve(problem)
    assert solution.chosen.sum() == 2
    assert solution.violations == ()


def test_a_negative_edge_is_chosen_only_to_fill_a_lower_bound():
    assert not solve(Problem([0], [0], [-1.0])).chosen.any()
    assert solve(Problem([0], [0], [-1.0], demand=(1, 1))).chosen.all()


def test_small_differences_beside_large_weights_are_not_lost():
    weight = np.array([1e9, 1e9 + 1e-3, 1e9 + 2e-3, 1e9])
    solution = solve(Problem([0, 0, 1, 1], [0, 1, 0, 1], weight))
    assert solution.chosen.tolist() == [False, True, True, False]


def test_independent_parts_get_the_method_that_fits_each():
    problem = Problem(
        [0, 1, 2, 3], [0, 0, 1, 1], [1.0, 2.0, 1.0, 2.0], capacity=(0, 3), load=[1.0, 1.0, 2.0, 1.5], demand=(0, 1)
    )
    method = solve(problem).method
    assert method.startswith("flow: 2 components")
    assert "mip: 1 component" in method


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (2, 2)])
def test_a_problem_without_edges_has_an_empty_answer(shape):
    solution = solve(Problem([], [], [], shape=shape))
    assert (solution.total, solution.gap, solution.chosen.size) == (0.0, 0.0, 0)


def test_needs_without_edges_are_reported_when_they_ask_for_somebody():
    solution = solve(Problem([], [], [], shape=(2, 1), demand=(1, 1)))
    assert [violation.rule for violation in solution.violations] == ["demand_lo", "demand_lo"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"objective": "best"}, "objective must be one of"),
        ({"fair_depth": 0}, "fair_depth must be at least 1"),
        ({"time_limit": 0}, "time_limit must be positive"),
        ({"gap": 1.0}, "gap must be in"),
    ],
)
def test_an_unknown_option_says_what_exists(options, words):
    with pytest.raises(CallError, match=words):
        solve(Problem([0], [0], [1.0]), **options)


def test_a_start_over_other_edges_is_refused():
    start = solve(Problem([0], [0], [1.0]))
    with pytest.raises(CallError, match="same edges; got 1 for 2"):
        solve(Problem([0, 1], [0, 1], [1.0, 1.0]), start=start)


def test_many_equal_edges_do_not_make_the_search_explode():
    need, partner = np.repeat(np.arange(30), 20), np.tile(np.arange(20), 30)
    conflicts = [(a, a + 1) for a in range(29)]
    problem = Problem(need, partner, np.ones(600), demand=(0, 2), capacity=(0, 5), conflicts=conflicts)
    solution = solve(problem, gap=1e-3)
    assert solution.total == 60
    assert solution.gap <= 1e-3


@many
@given(seeds, st.sampled_from([-40, -300, 40, 200]))
def test_the_unit_of_the_weights_changes_nothing(seed, power):
    problem = random_problem(seed)
    scaled = replace(problem, weight=problem.weight * 2.0**power, balance=problem.balance * 2.0**power)
    plain, other = solve(problem), solve(scaled)
    assert other.total == pytest.approx(plain.total * 2.0**power, rel=1e-9, abs=1e-9 * 2.0**power)
    assert bool(other.violations) == bool(plain.violations)


def test_an_optional_need_is_served_as_it_asks_or_not_at_all_even_where_limits_contradict():
    problem = Problem(
        [0, 0, 1],
        [0, 1, 2],
        [5.0, 5.0, 1.0],
        demand=([2, 2], [2, 2]),
        optional=[True, False],
        teams=[([0], 1)],
        forbidden=[True, False, False],
    )
    solution = solve(problem)
    assert [violation.rule for violation in solution.violations] == ["demand_lo"]
    assert solution.chosen.tolist() == [False, False, True]
