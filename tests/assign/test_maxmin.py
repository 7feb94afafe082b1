import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import Problem, fair, solve
from matching.assign.maxmin import promised_at_most

seeds = st.integers(0, 2**32 - 1)


def dense(seed, n, seats):
    rng = np.random.default_rng(seed)
    need, partner = np.indices((n, n)).reshape(2, -1)
    return Problem(need, partner, rng.random(n * n), demand=(0, rng.integers(1, 4, n)), capacity=(0, seats))


def by_stages(problem):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair, "promised_at_most", lambda _: None)
        return solve(problem, objective="fair")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seeds, st.integers(2, 7), st.integers(1, 3))
def test_several_heads_a_need_get_the_floor_and_the_total_of_the_exact_stages(seed, n, seats):
    problem = dense(seed, n, seats)
    quick, exact = solve(problem, objective="fair"), by_stages(problem)
    assert quick.worst == pytest.approx(exact.worst, abs=1e-6)
    assert quick.total == pytest.approx(exact.total, abs=1e-6)
    bound = promised_at_most(problem)
    assert bound is None or bound[0] >= exact.worst - 1e-7


def test_scarce_people_and_several_heads_are_fair_without_a_search():
    solution = solve(dense(0, 60, 1), objective="fair")
    assert "the most that head-counts and a flow allow" in solution.method
    assert solution.gap <= 1e-12


def test_the_bound_says_nothing_where_hours_or_pins_count():
    problem = dense(1, 4, 1)
    pinned = np.arange(16) == 3
    assert promised_at_most(Problem(problem.need, problem.partner, problem.weight, load=2.0, capacity=(0, 4))) is None
    assert promised_at_most(Problem(problem.need, problem.partner, problem.weight, pinned=pinned)) is None
