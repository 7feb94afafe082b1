"""Lower limits in large problems, by lifting who falls short: right on small ones too, against all choices and programs."""

from dataclasses import replace

import numpy as np
import pytest

from assign.brute import faults_of
from assign.by_milp import faults_by_milp
from matching.assign import Problem, diagnose, plain, solve


@pytest.fixture
def _every_size_is_large(monkeypatch):
    monkeypatch.setattr(plain, "LARGE", 0)


def heads_only(seed, *, needs, partners, edges):
    """Draw head-counts with lower limits, one problem in three too strict for its people."""
    rng = np.random.default_rng(seed)
    grid = np.sort(rng.permutation(needs * partners)[:edges])
    low = rng.integers(0, 3, needs) * (rng.random(needs) < rng.choice([0.4, 1.0]))
    weight = [
        lambda: rng.random(edges),
        lambda: rng.normal(size=edges),
        lambda: rng.integers(-1, 3, edges).astype(float),
        lambda: np.zeros(edges),
    ][rng.integers(4)]()
    draw = rng.random(edges)
    pinned = draw < rng.choice([0, 0, 1 / edges])
    return Problem(
        grid // partners,
        grid % partners,
        weight,
        demand=(low, low + rng.integers(0, 3, needs) * rng.integers(0, 2)),
        capacity=(0, rng.integers(0, rng.choice([2, 3]), partners)),
        shape=(needs, partners),
        pinned=pinned,
        forbidden=~pinned & (draw > rng.choice([0.9, 1])),
    )


@pytest.mark.usefixtures("_every_size_is_large")
def test_floors_are_met_or_missed_by_least_and_then_the_total_is_best_of_all_choices():
    wrong, lifted = {}, 0
    for seed in range(600):
        rng = np.random.default_rng(seed + 10_000)
        needs, partners = int(rng.integers(1, 5)), int(rng.integers(1, 6))
        problem = heads_only(
            seed, needs=needs, partners=partners, edges=int(rng.integers(1, min(9, needs * partners) + 1))
        )
        solution = solve(problem)
        lifted += solution.method.startswith("auction") and bool(problem.demand[0].any())
        if faults := faults_of(problem, solution):
            wrong[seed] = faults
    assert wrong == {}
    assert lifted > 300


def test_floors_of_small_problems_are_met_or_missed_by_least_without_anything_compiled():
    wrong, missed = {}, 0
    for seed in range(120):
        problem = heads_only(seed, needs=20, partners=30, edges=200)
        solution = solve(problem)
        missed += "cannot all be met, by a cut" in solution.method
        if faults := faults_by_milp(problem, solution):
            wrong[seed] = faults
    assert wrong == {}
    assert missed > 20


@pytest.mark.usefixtures("_every_size_is_large")
def test_floors_of_middling_problems_are_as_an_integer_program_has_them():
    wrong, missed = {}, 0
    for seed in range(60):
        problem = heads_only(seed, needs=20, partners=30, edges=200)
        solution = solve(problem)
        missed += bool(solution.violations)
        if faults := faults_by_milp(problem, solution):
            wrong[seed] = faults
    assert wrong == {}
    assert 10 < missed < 50


@pytest.mark.usefixtures("_every_size_is_large")
def test_prices_of_needs_may_be_negative_and_still_prove_the_total():
    # need 1 must have the only partner, although need 0 would bring more
    problem = Problem([0, 1], [0, 0], [0.9, 0.2], demand=([0, 1], [1, 1]))
    solution = solve(problem)
    assert solution.chosen.tolist() == [False, True]
    assert solution.total == solution.bound == 0.2
    assert solution.need_price[1] < 0


def crowd(needs, *, partners, low, seed=3):
    """Draw needs with 30 edges each, of which a partner's talent is shared by all."""
    rng = np.random.default_rng(seed)
    seen = np.array([np.sort(rng.permutation(partners)[:30]) for _ in range(needs)])
    need, partner = np.repeat(np.arange(needs), 30), seen.ravel()
    weight = 0.8 * rng.beta(2, 4, partners)[partner] + 0.2 * rng.random(need.size)
    most = rng.integers(1, 7, needs)
    return Problem(need, partner, weight, demand=(np.minimum(low, most), most), capacity=(0, 1))


@pytest.mark.parametrize("most", [0, plain.LARGE])
@pytest.mark.parametrize(("partners", "low"), [(360, 1), (600, 2), (360, 2), (260, 1)])
def test_lifts_do_as_well_as_the_linear_program(partners, low, most, monkeypatch):
    problem = crowd(300, partners=partners, low=low)
    with monkeypatch.context() as changed:
        changed.setattr(plain, "fill_floors", lambda *_, **__: None)
        slow = solve(problem)
    monkeypatch.setattr(plain, "LARGE", most)
    quick = solve(problem)
    assert ("lifts" in quick.method or "cut" in quick.method) == (most == 0 or bool(slow.violations))
    assert "lifts" not in slow.method
    assert "cut" not in slow.method
    assert quick.total == pytest.approx(slow.total, abs=1e-7)
    assert sum(v.amount for v in quick.violations) == sum(v.amount for v in slow.violations)
    assert quick.gap <= 1e-9


def test_what_a_large_problem_cannot_have_is_named_and_explained():
    problem = crowd(2_000, partners=1_900, low=1)
    solution = solve(problem)
    assert "cannot all be met, by a cut" in solution.method
    short = sum(violation.amount for violation in solution.violations)
    assert short >= 100  # 2,000 needs must have one of 1,900 partners
    assert {violation.rule for violation in solution.violations} == {"demand_lo"}
    loose = replace(problem, demand=(np.zeros(2_000, int), problem.demand[1]))
    assert solve(loose).total > solution.total
    assert diagnose(problem)[0].rule == "competition"
