"""Problems too large for all choices, every kind of limit mixed, against integer programs written from the rules alone."""

import numpy as np
import pytest

from assign.brute import measured
from assign.by_milp import best_by_milp, faults_by_milp
from assign.drawn import middling_problem
from matching.assign import search, solve


def wrong_ones(seeds):
    found = {seed: faults_by_milp(problem, solve(problem)) for seed in seeds if (problem := middling_problem(seed))}
    return {seed: faults for seed, faults in found.items() if faults}


@pytest.mark.parametrize("first", range(0, 160, 40))
def test_the_choice_violates_least_and_then_is_the_best_by_an_integer_program(first):
    assert wrong_ones(range(first, first + 40)) == {}


@pytest.mark.parametrize("first", range(500, 620, 40))
def test_bundles_of_work_do_as_well_as_the_integer_program(first, monkeypatch):
    monkeypatch.setattr(search, "SMALL", 0)
    assert wrong_ones(range(first, first + 40)) == {}


def outside_a_gap(seed, gap):
    """Solve a problem to within a gap; tell what of the answer the integer programs contradict."""
    problem = middling_problem(seed)
    if problem is None:
        return []
    best, solution = best_by_milp(problem), solve(problem, gap=gap)
    got = measured(problem, solution.chosen.astype(int)[None, :])
    near = 1e-6 * max(1.0, float(np.abs(problem.weight).sum()))
    rules = {
        "an upper limit is broken further than pins force": not got.open[0],
        f"firm {got.firm[0]}, least {best.firm}": abs(got.firm[0] - best.firm) > 1e-5,
        f"short {got.short[0]}, least {best.short}": abs(got.short[0] - best.short) > 1e-5,
        f"total {solution.total} above the best {best.total}": solution.total > best.total + near,
        f"bound {solution.bound} below the best {best.total}": solution.bound < best.total - near,
        f"gap {solution.gap}": solution.gap > gap + 1e-9,
        f"gap told as {solution.gap}": solution.bound - solution.total > solution.gap * abs(solution.bound) + near,
    }
    return [words for words, is_wrong in rules.items() if is_wrong]


@pytest.mark.parametrize(("first", "gap"), [(2_000, 1e-3), (2_050, 0.01), (2_100, 0.05), (2_150, 0.2)])
def test_within_a_gap_the_bound_is_above_the_best_choice_and_the_total_near_it(first, gap, monkeypatch):
    monkeypatch.setattr(search, "SMALL", 0)
    found = {seed: outside_a_gap(seed, gap) for seed in range(first, first + 50)}
    assert {seed: faults for seed, faults in found.items() if faults} == {}
