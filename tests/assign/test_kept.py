"""Large head-counts solved again from what the solution before kept, against solving the whole problem anew."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matching.assign import Problem, auction_proof, check_choice, plain, solve, with_changes
from matching.assign.assemble import worst_served
from matching.errors import CallError


def city(seed, n_needs=40, n_partners=60):
    rng = np.random.default_rng(seed)
    near = rng.random((n_needs, n_partners)) < 0.2
    need, partner = np.nonzero(near)
    weight = rng.choice([rng.random(need.size), np.round(rng.random(need.size), 1)])
    return Problem(
        need,
        partner,
        weight,
        demand=(0, rng.integers(0, 4, n_needs)),
        capacity=(0, rng.integers(0, 3, n_partners)),
        shape=(n_needs, n_partners),
        forbidden=rng.random(need.size) < 0.1,
    )


@pytest.fixture(autouse=True)
def _large_from_the_first_edge_on(monkeypatch):
    monkeypatch.setattr(plain, "LARGE", 0)


def some_change(rng, problem):
    edges = np.flatnonzero(np.isin(problem.need, rng.permutation(problem.shape[0])[:4]))
    needs = rng.permutation(problem.shape[0])[:3]
    return with_changes(
        problem, edges=edges, weight=rng.random(edges.size), needs=needs, demand=rng.integers(0, 4, needs.size)
    )


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("gap", [0.0, 1e-3, 0.05])
def test_change_after_change_is_solved_as_well_as_anew(seed, gap):
    rng, problem = np.random.default_rng(seed), city(seed)
    solution = solve(problem, keep=True)
    for _ in range(6):
        problem = some_change(rng, problem)
        solution, anew = solve(problem, start=solution, gap=gap), solve(problem)
        assert "needs changed" in solution.method
        assert check_choice(problem, solution.chosen) == ()
        assert solution.violations == ()
        assert anew.total * (1 - gap) - 1e-9 <= solution.total <= anew.total + 1e-9
        assert solution.bound >= anew.total - 1e-9
        assert solution.gap <= gap + 1e-12


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("gap", [0.0, 1e-3])
def test_needs_with_other_partners_are_found_and_read_anew(seed, gap):
    rng, problem = np.random.default_rng(seed), city(seed, 80, 100)
    solution = solve(problem, keep=True)
    for _ in range(8):
        gone = np.isin(problem.need, rng.permutation(80)[:3]) & (rng.random(problem.n_edges) < 0.3)
        left = np.flatnonzero(~gone)
        problem = Problem(
            problem.need[left],
            problem.partner[left],
            problem.weight[left],
            demand=problem.demand,
            capacity=problem.capacity,
            forbidden=problem.forbidden[left],
        )
        solution, anew = solve(problem, start=solution, gap=gap), solve(problem)
        assert "needs changed" in solution.method
        assert solution.total >= anew.total * (1 - gap) - 1e-9
        assert solution.bound >= anew.total - 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_what_a_changed_problem_knows_of_the_one_before_changes_no_answer(seed):
    rng, problem = np.random.default_rng(seed), city(seed)
    knowing = unknowing = solve(problem, keep=True)
    for _ in range(4):
        problem = some_change(rng, some_change(rng, problem)) if rng.random() < 0.5 else some_change(rng, problem)
        knowing, unknowing = solve(problem, start=knowing), solve(replace(problem), start=unknowing)
        assert knowing.method == unknowing.method
        assert knowing.chosen.tolist() == unknowing.chosen.tolist()
        assert (knowing.total, knowing.bound) == (unknowing.total, unknowing.bound)


@pytest.mark.parametrize("seed", range(6))
def test_total_worst_and_limits_are_what_summing_all_anew_says_after_many_changes(seed):
    rng, problem = np.random.default_rng(seed), replace(city(seed), forbidden=None)
    solution = solve(problem, keep=True)
    for _ in range(30):
        problem = some_change(rng, problem)
        solution = solve(problem, start=solution, gap=1e-3)
        assert solution.kept.tally.heads.tolist() == heads_of(problem, solution.chosen).tolist()
        assert solution.worst == pytest.approx(worst_served(problem, solution.chosen), abs=1e-12)
        assert solution.total == pytest.approx(float(problem.weight[solution.chosen].sum()), abs=1e-12)


def heads_of(problem, chosen):
    return np.bincount(problem.need[chosen], minlength=problem.shape[0])


def test_weights_are_kept_where_they_are_and_not_copied():
    problem = replace(city(1), forbidden=None)
    solution = solve(problem, keep=True)
    changed = with_changes(problem, edges=[0, 1], weight=[0.25, 0.75])
    assert np.shares_memory(solve(changed, start=solution).kept.state.market.weight, changed.weight)


def test_a_problem_that_knows_the_one_before_survives_being_copied_to_another_process():
    problem = city(2)
    solution = solve(problem, keep=True)
    changed = with_changes(problem, edges=[0], weight=[0.9])
    copied, kept = pickle.loads(pickle.dumps((changed, solution)))  # noqa: S301  # written in the line itself
    assert solve(copied, start=kept).total == pytest.approx(solve(changed, start=solution).total, abs=1e-12)


def test_searches_one_after_the_other_share_their_memory_and_nothing_else():
    problem = city(4)
    first = solve(problem, keep=True)
    changes = [some_change(np.random.default_rng(seed), problem) for seed in range(6)]
    once = [solve(change, start=first, gap=1e-3) for change in changes]
    again = [solve(change, start=first, gap=1e-3) for change in reversed(changes)][::-1]
    for one, other in zip(once, again, strict=True):
        assert one.chosen.tolist() == other.chosen.tolist()
        assert one.partner_price.tolist() == other.partner_price.tolist()
        assert one.kept.state.scratch is first.kept.state.scratch


def test_an_undo_gives_the_first_answer_again():
    problem = city(3)
    first = solve(problem, keep=True)
    other = solve(some_change(np.random.default_rng(0), problem), start=first, gap=1e-3)
    again = solve(problem, start=other)
    assert again.total == pytest.approx(first.total, abs=1e-12)
    assert again.gap <= 1e-12


@pytest.mark.parametrize(
    "change",
    [
        lambda problem: replace(problem, capacity=(0, problem.capacity[1] + 1)),
        lambda problem: replace(problem, pinned=np.arange(problem.n_edges) == np.flatnonzero(~problem.forbidden)[0]),
        lambda problem: with_changes(problem, edges=np.arange(problem.n_edges), weight=problem.weight[::-1]),
    ],
)
def test_where_what_was_kept_does_not_fit_all_is_solved_anew(change):
    problem = replace(city(5), capacity=(0, np.ones(60)), demand=(0, 2))
    first = solve(problem, keep=True)
    changed = change(problem)
    solution = solve(changed, start=first)
    assert "needs changed" not in solution.method
    assert solution.total == pytest.approx(solve(changed).total, abs=1e-9)


def test_a_changed_problem_leaves_the_old_one_as_it_was():
    problem = city(1)
    weight, demand = problem.weight.copy(), problem.demand[1].copy()
    changed = with_changes(problem, edges=[0], weight=[9.0], needs=[2], demand=[7])
    assert (problem.weight == weight).all()
    assert (problem.demand[1] == demand).all()
    assert changed.weight[0] == 9
    assert changed.demand[1][2] == 7
    assert not changed.weight.flags.writeable
    assert changed.partner is problem.partner


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"edges": [0], "weight": [np.nan]}, "finite numbers"),
        ({"edges": [10**6], "weight": [1.0]}, "positions in"),
        ({"edges": [0, 1], "weight": [1.0]}, "one length"),
        ({"needs": [0], "demand": [-1]}, "whole numbers, none below"),
        ({"needs": [0], "demand": [1.5]}, "whole numbers, none below"),
    ],
)
def test_a_malformed_change_is_refused(change, words):
    with pytest.raises(CallError, match=words):
        with_changes(city(0), **change)


@given(st.data(), st.integers(0, 40))
def test_what_is_counted_on_is_what_counting_all_anew_gives(data, n_edges):
    chosen, before = (data.draw(arrays(np.bool_, n_edges)) for _ in range(2))
    need, partner = (data.draw(arrays(np.int64, n_edges, elements=st.integers(0, 4))) for _ in range(2))
    weight = data.draw(arrays(np.float64, n_edges, elements=st.sampled_from([-1.0, 0.0, 0.25, 2.0])))
    words = (flags[: n_edges // 8 * 8].view(np.int64) for flags in (chosen, before))
    moved = auction_proof.list_moves(chosen, before, *words)
    assert moved.tolist() == np.flatnonzero(chosen != before).tolist()
    heads, carried = (np.bincount(ends[before], minlength=5) for ends in (need, partner))
    got = np.bincount(need[before], weight[before], minlength=5).astype(np.float64)  # whole numbers where nobody is
    carried = carried.astype(np.int32)
    touched = auction_proof.count_moves(moved, chosen, need, partner, weight, heads, carried, got)
    assert touched.tolist() == partner[moved].tolist()
    assert heads.tolist() == np.bincount(need[chosen], minlength=5).tolist()
    assert carried.tolist() == np.bincount(partner[chosen], minlength=5).tolist()
    assert got.tolist() == np.bincount(need[chosen], weight[chosen], minlength=5).tolist()
