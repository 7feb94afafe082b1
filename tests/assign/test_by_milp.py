"""Problems too large for all choices, every kind of limit mixed, against integer programs written from the rules alone."""

import pytest

from assign.by_milp import faults_by_milp
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
