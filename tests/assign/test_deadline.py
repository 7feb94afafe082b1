import time

import numpy as np
import pytest

from matching.assign import Problem, check_choice, solve
from matching.assign.deadline import NEVER, in_seconds
from matching.assign.greedy import greedy
from matching.assign.model import build_model
from matching.errors import CallError


def crowded(n_needs=120, n_partners=900, *, seed=0, degree=40, n_groups=270, size=40):
    """Optional needs that ask for several people for hours, and many groups of pairs that overlap each other."""
    rng = np.random.default_rng(seed)
    need = np.repeat(np.arange(n_needs), degree)
    partner = np.concatenate([rng.choice(n_partners, degree, replace=False) for _ in range(n_needs)])
    groups = [(rng.choice(need.size, size, replace=False), 0, int(rng.integers(1, 5))) for _ in range(n_groups)]
    return Problem(
        need, partner, rng.random(need.size), demand=(rng.integers(1, 4, n_needs), 4), optional=np.ones(n_needs, bool),
        load=rng.choice([1.0, 1.5, 2.0, 3.0], n_needs)[need], capacity=(0, rng.choice([2.0, 4.0, 6.0], n_partners)),
        groups=groups,
    )  # fmt: skip


@pytest.mark.parametrize("seconds", [0.05, 1.0])
@pytest.mark.parametrize("objective", ["total", "fair"])
def test_a_time_limit_is_kept_with_a_bound_that_holds(seconds, objective):
    problem = crowded()
    begin = time.monotonic()
    solution = solve(problem, time_limit=seconds, objective=objective)
    assert time.monotonic() - begin <= 1.1 * seconds + 3.0  # a busy machine stretches what no clock can cut
    assert "stopped when time ran out" in solution.method
    assert np.isfinite(solution.bound)
    assert solution.total <= solution.bound
    assert not {"demand_hi", "capacity_hi", "group_hi", "optional"} & {each.rule for each in solution.violations}


def test_the_bound_after_a_short_time_is_above_the_optimum():
    problem = crowded(8, 30, degree=6, n_groups=6, size=12)
    hurried, best = solve(problem, time_limit=1e-6), solve(problem)
    assert hurried.bound >= best.total - 1e-9
    assert hurried.total <= best.total + 1e-9
    assert best.gap <= 1e-9


@pytest.mark.parametrize("nodes", [1, 3])
def test_a_limit_of_nodes_gives_the_same_answer_every_time_with_a_bound_that_holds(nodes):
    problem = crowded(20, 90, degree=10, n_groups=30, size=16)
    one, other = solve(problem, node_limit=nodes), solve(problem, node_limit=nodes)
    best = solve(problem)
    assert (one.chosen == other.chosen).all()
    assert (one.bound, one.method) == (other.bound, other.method)
    assert one.total <= best.total + 1e-9 <= one.bound + 2e-9


@pytest.mark.parametrize("nodes", [0, 1.5, "many"])
def test_a_limit_of_nodes_that_is_none_is_refused(nodes):
    with pytest.raises(CallError, match="node_limit must be a whole number of at least 1"):
        solve(crowded(2, 4, degree=2, n_groups=1, size=2), node_limit=nodes)


@pytest.mark.parametrize("seed", range(20))
def test_the_quick_choice_keeps_upper_limits_and_serves_optional_needs_as_they_ask(seed):
    problem = crowded(12, 40, degree=8, seed=seed, n_groups=6, size=12)
    chosen = greedy(build_model(problem))[: problem.n_edges] > 0.5
    assert check_choice(problem, chosen) == ()
    assert chosen.any()


def test_a_deadline_is_shared_out_and_never_means_none():
    assert NEVER.seconds() is None
    assert not NEVER.is_over()
    assert NEVER.share(0.5) == NEVER
    half, whole = (in_seconds(100.0).share(part).seconds() for part in (0.5, 1.0))
    assert half == pytest.approx(50.0, abs=1.0)
    assert whole == pytest.approx(100.0, abs=1.0)
    assert in_seconds(100.0).within(1.0).seconds() <= 1.0
