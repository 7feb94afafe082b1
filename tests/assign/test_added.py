from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.brute import measure
from assign.cases import random_problem
from matching.assign import (
    MoreCapacity,
    MoreDemand,
    Newcomer,
    Problem,
    Without,
    added,
    added_value,
    added_values,
    changed_by,
    solve,
    standing,
    values_by_prices,
)
from matching.errors import CallError

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=50, deadline=None, derandomize=True)


def random_changes(problem, rng):
    n_needs, n_partners = problem.shape
    needs = np.flatnonzero(rng.random(n_needs) < 0.7)
    return [
        Newcomer(needs, rng.normal(1.0, 1.0, needs.size), rng.choice([0.5, 1.0, 2.0], needs.size), 2.0),
        MoreCapacity(int(rng.integers(n_partners)), float(rng.choice([0.5, 1.0, 2.0]))),
        MoreDemand(int(rng.integers(n_needs)), int(rng.integers(1, 3))),
        Without(int(rng.integers(n_partners))),
        Newcomer(needs[:1], np.ones(needs[:1].size), 1.0, 1.0),
    ]


def highest(problem):
    """Return the total of the best of all choices; None where none keeps the limits."""
    if not problem.n_edges:
        return None if problem.demand[0][~problem.optional].any() or problem.capacity[0].any() else 0.0
    every = measure(problem)
    best, is_kept = every.order()
    return float(every.total[best]) if is_kept else None


def expected_gain(problem, changed):
    before, after = highest(problem), highest(changed)
    return None if before is None or after is None else after - before


@some
@given(seeds)
def test_what_a_change_adds_is_the_difference_of_the_best_of_all_choices_under_every_limit(seed):
    problem, rng = random_problem(seed, most_edges=7), np.random.default_rng(seed)
    solution = solve(problem)
    asked = random_changes(problem, rng)
    for change, value in zip(asked, added_values(problem, solution, asked), strict=True):
        gain = expected_gain(problem, changed_by(problem, change))
        if gain is None:
            continue
        assert value.gain == pytest.approx(gain, abs=1e-7)
        assert (value.least, value.most) == pytest.approx((gain, gain), abs=1e-7)
        assert value.solution.violations == ()


@some
@given(seeds)
def test_prices_alone_bound_what_every_change_adds_that_keeps_the_limits(seed):
    problem, rng = random_problem(seed, most_edges=7), np.random.default_rng(seed)
    solution = solve(problem)
    asked = random_changes(problem, rng)
    bounds = values_by_prices(problem, solution, asked)
    for change, bound in zip(asked, bounds, strict=True):
        gain = expected_gain(problem, changed_by(problem, change))
        if gain is not None:
            assert gain <= bound + 1e-7


@some
@given(seeds)
def test_who_comes_or_may_do_more_takes_nothing_away_and_who_goes_adds_nothing(seed):
    problem, rng = random_problem(seed, most_edges=7), np.random.default_rng(seed)
    solution = solve(problem)
    if solution.violations:
        return
    asked = random_changes(problem, rng)
    for change, value in zip(asked, added_values(problem, solution, asked), strict=True):
        if isinstance(change, Without):
            assert value.gain <= 1e-9 or value.solution.violations or value.solution.gap or problem.pinned.any()
        else:
            assert value.gain >= -1e-9


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5, 6, 7, 8])
def test_on_districts_of_a_hundred_people_it_is_what_solving_anew_says_and_bundles_that_were_not_listed_are_found(
    seed, monkeypatch
):
    # with nothing but the best bundle of each listed, almost all are missing at first
    monkeypatch.setattr(standing, "REACH", 0.06 if seed % 2 else 0.0)
    rng = np.random.default_rng(seed)
    problem = district(rng)
    solution = solve(problem)
    assert not solution.violations
    asked = [
        *(MoreDemand(int(need)) for need in rng.choice(problem.shape[0], 3, replace=False)),
        *(MoreCapacity(int(who), 1.5) for who in rng.choice(problem.shape[1], 3, replace=False)),
        *(Without(int(who)) for who in rng.choice(problem.partner[solution.chosen], 3, replace=False)),
        *(Newcomer(rng.choice(problem.shape[0], 6, replace=False), rng.random(6) + 0.3, 1.5, 4.0) for _ in range(3)),
    ]
    values = added_values(problem, solution, asked)
    bounds = values_by_prices(problem, solution, asked)
    for change, value, bound in zip(asked, values, bounds, strict=True):
        anew = solve(changed_by(problem, change))
        assert value.gain == pytest.approx(anew.total - solution.total, abs=1e-7)
        assert value.least == pytest.approx(value.most, abs=1e-7)
        assert value.gain <= bound + 1e-9
        assert bound == pytest.approx(value.by_prices, abs=1e-7)
        assert value.solution.method.startswith(("bundles: solved again", "mip", "flow"))
    assert sum("solved again" in value.solution.method for value in values) >= 10


def district(rng):
    n_needs, n_partners = 16, 100
    pairs = np.flatnonzero(rng.random(n_needs * n_partners) < 0.15)
    need, partner = pairs // n_partners, pairs % n_partners
    heads = rng.integers(1, 5, n_needs)
    groups = [(edges, 0, 1) for edges in (rng.choice(pairs.size, 4, replace=False) for _ in range(20))]
    teams = [(np.flatnonzero(need == at)[:6], 1) for at in range(0, n_needs, 3)]
    conflicts = [(a, b) for a in range(n_needs) for b in range(a) if rng.random() < 0.2]
    return Problem(
        need,
        partner,
        rng.beta(2, 4, n_partners)[partner] + 0.2 * rng.random(pairs.size),
        demand=(np.where(heads > 2, 1, 0), heads),
        capacity=(0, rng.choice([3.0, 4.0, 6.0], n_partners)),
        shape=(n_needs, n_partners),
        load=rng.choice([1.0, 1.5, 2.0, 3.0], n_needs)[need],
        conflicts=conflicts,
        groups=groups,
        teams=teams,
        optional=rng.random(n_needs) < 0.4,
        pinned=np.arange(pairs.size) % 97 == 5,
    )


def test_an_answer_does_not_depend_on_what_else_is_asked():
    rng = np.random.default_rng(3)
    problem = district(rng)
    solution = solve(problem)
    asked = [MoreDemand(3), MoreCapacity(7, 2.0), MoreCapacity(7, 0.5), Newcomer([1, 2], [0.9, 0.8], 1.0, 2.0)]
    together = added_values(problem, solution, asked)
    for change, value in zip(asked, together, strict=True):
        (alone,) = added_values(problem, solution, [change])
        assert alone.gain == pytest.approx(value.gain, abs=1e-9)


def test_a_solution_that_left_a_gap_is_brought_to_the_highest_total_first():
    problem = district(np.random.default_rng(4))
    best = solve(problem)
    poor = replace(best, chosen=problem.pinned.copy(), total=best.total - 0.5, gap=0.1)
    (value,) = added_values(problem, poor, [MoreDemand(2)])
    (same,) = added_values(problem, best, [MoreDemand(2)])
    assert value.gain == pytest.approx(same.gain, abs=1e-9)


def test_without_a_solver_that_starts_from_a_basis_the_gains_are_the_same_and_prices_say_nothing(monkeypatch):
    problem = district(np.random.default_rng(5))
    solution = solve(problem)
    asked = [MoreDemand(2), Without(int(problem.partner[solution.chosen][0]))]
    warm = added_values(problem, solution, asked)
    monkeypatch.setattr(standing, "is_available", lambda: False)
    for before, after in zip(warm, added_values(problem, solution, asked), strict=True):
        assert after.gain == pytest.approx(before.gain, abs=1e-7)
        assert after.by_prices == np.inf
    assert (values_by_prices(problem, solution, asked) == np.inf).all()


def test_where_limits_contradict_each_other_the_difference_is_that_of_the_least_violating_choices():
    problem = Problem([0, 1], [0, 0], [1.0, 1.0], demand=(1, 1))
    solution = solve(problem)
    (value,) = added_values(problem, solution, [Newcomer([1], [0.25])])
    assert solution.violations
    assert value.solution.violations == ()
    assert value.gain == pytest.approx(0.25)


def test_whom_others_need_leaves_a_need_short_which_the_answer_shows():
    problem = Problem([0], [0], [-2.0], demand=(1, 1))
    (value,) = added_values(problem, solve(problem), [Without(0)])
    assert value.gain == pytest.approx(2.0)
    assert value.solution.violations[0].rule == "demand_lo"


def test_what_was_pinned_to_somebody_who_goes_is_free_again():
    problem = Problem([0, 0], [0, 1], [1.0, 3.0], pinned=[True, False])
    (value,) = added_values(problem, solve(problem), [Without(0)])
    assert value.gain == pytest.approx(2.0)


def test_newcomers_are_numbered_behind_the_partners_each_with_edges_of_its_own():
    problem = Problem([0, 1], [0, 0], [3.0, 2.0])
    first, second = added_values(problem, solve(problem), [Newcomer([1], [1.0]), Newcomer([0, 1], [9.0, 5.0])])
    assert (first.gain, second.gain) == pytest.approx((1.0, 8.0))
    assert first.solution.chosen.tolist() == [True, False, True]
    assert second.solution.chosen.tolist() == [False, True, True, False]


def test_a_newcomer_who_can_serve_nothing_adds_nothing():
    problem = Problem([0, 1], [0, 0], [3.0, 2.0])
    (value,) = added_values(problem, solve(problem), [Newcomer([], [])])
    assert (value.gain, value.by_prices) == pytest.approx((0.0, 0.0))


def test_changes_that_name_nobody_are_refused():
    problem = Problem([0, 1], [0, 0], [3.0, 2.0])
    solution = solve(problem)
    for change, words in (
        (MoreDemand(5), r"need must be in \[0, 2\)"),
        (MoreCapacity(-1), r"partner must be in \[0, 1\)"),
        (MoreCapacity(0, -1.0), "amount must be not negative"),
        (MoreDemand(0, 0.5), "amount must be whole and not negative"),
        (Without(1), r"partner must be in \[0, 1\)"),
        (Newcomer([0, 1], [1.0]), r"weight must have shape \(2,\)"),
        ("somebody", "a change must be a Newcomer"),
    ):
        with pytest.raises(CallError, match=words):
            added_values(problem, solution, [change])
    with pytest.raises(CallError, match="the solution has 1 edges"):
        added_values(problem, solve(Problem([0], [0], [1.0])), [])
    with pytest.raises(CallError, match="the solution has 1 edges"):
        added_value(problem, solve(Problem([0], [0], [1.0])), problem)
    assert added.check_solution(problem, solution) is None
