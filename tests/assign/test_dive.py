from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import Problem, columns, search, simplex, solve
from matching.assign.bundles import find_blocks
from matching.assign.columns import generate, lagrangian, make_frame
from matching.assign.dive import dive
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.model import build_model
from matching.assign.search import is_feasible
from matching.assign.simplex import Growing
from matching.assign.structure import part, tighten

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=150, deadline=None, derandomize=True)


def crowded(seed, n_needs=25, n_partners=60, density=0.2):
    """Hours, overlaps and a limit on some people of each need, among more edges than can be tried one by one."""
    rng = np.random.default_rng(seed)
    need, partner = np.nonzero(rng.random((n_needs, n_partners)) < density)
    talent = rng.beta(2, 4, n_partners)
    overlaps = [(a, b) for a in range(n_needs) for b in range(a) if rng.random() < 0.15]
    groups = [(np.flatnonzero((need == n) & (partner % 7 == 0)), 0, 1) for n in range(n_needs)]
    return Problem(
        need,
        partner,
        0.7 * talent[partner] + 0.3 * rng.random(need.size),
        demand=(np.zeros(n_needs, int), rng.integers(1, 6, n_needs)),
        capacity=(0.0, rng.choice([2.0, 4.0, 6.0], n_partners)),
        load=rng.choice([1.0, 1.5, 2.0, 3.0], n_needs)[need],
        conflicts=np.array(overlaps, int).reshape(-1, 2),
        groups=[group for group in groups if group[0].size > 1],
        shape=(n_needs, n_partners),
    )


def model_of(model, columns):
    """Keep some columns and every row."""
    kept = {name: getattr(model, name)[columns] for name in ("weight", "floor", "ceiling", "whole", "owner")}
    return replace(model, matrix=model.matrix[:, columns], **kept)


def relaxed(seed):
    """Return the relaxation over every bundle there is, and the best total by branch and cut over the edges; or None."""
    model = tighten(build_model(crowded(seed, 8, 9, 0.6)))
    piece, _ = part(model, model.floor < model.ceiling)
    blocks, block_of = find_blocks(piece)
    frame = make_frame(piece, blocks, block_of)
    _, every, is_complete = lagrangian(frame, np.zeros(frame.joint.low.size), 1e6)
    assert is_complete
    found = generate(frame, np.zeros(frame.joint.low.size), gap=1e-9, known=every)
    return found, solve_mip(piece).bound


@some
@given(seeds)
def test_a_dive_among_all_bundles_finds_the_best_choice_where_that_is_asked_of_it(seed):
    found, best = relaxed(seed)
    x = dive(found, least=best - 1e-7)
    assert x is not None
    assert is_feasible(found.frame.model, x)
    assert found.frame.model.weight @ x == pytest.approx(best, abs=1e-6)


@some
@given(seeds)
def test_a_dive_says_nothing_where_no_choice_is_worth_what_is_asked(seed):
    found, best = relaxed(seed)
    assert dive(found, least=best + 1e-3) is None


@some
@given(seeds, st.floats(0, 5))
def test_whatever_a_dive_finds_keeps_every_limit_and_is_worth_what_was_asked(seed, less):
    found, best = relaxed(seed)
    x = dive(found, least=best - less - 1e-9)
    assert x is not None
    assert is_feasible(found.frame.model, x)
    assert best + 1e-6 >= found.frame.model.weight @ x >= best - less - 1e-6


@some
@given(seeds)
def test_a_relaxation_that_grows_is_worth_what_it_is_when_solved_anew(seed):
    rng = np.random.default_rng(seed)
    master = relaxed(seed)[0].master
    model = master.model
    first = (rng.random(model.weight.size) < 0.5) | (np.arange(model.weight.size) < master.first_bundle)
    begun, rest = model_of(model, first), np.flatnonzero(~first)
    growing = Growing(begun)
    assert growing.solve().bound == pytest.approx(solve_lp(begun).bound, abs=1e-7)
    growing.add(model.weight[rest], model.matrix.tocsc()[:, rest])
    anew = solve_lp(model)
    assert growing.solve().bound == pytest.approx(anew.bound, abs=1e-7)
    at = np.arange(np.count_nonzero(first))[-1:]
    growing.limit(at, np.ones(1), np.ones(1))
    growing.limit(at, np.zeros(1), np.ones(1))
    assert growing.solve().bound == pytest.approx(anew.bound, abs=1e-7)


@some
@given(seeds)
def test_rows_that_are_added_and_limits_that_are_moved_count_as_if_they_had_been_there(seed):
    model = relaxed(seed)[0].master.model
    half = np.arange(model.low.size) < model.low.size // 2
    growing = Growing(model.rows(half))
    assert growing.solve().bound >= solve_lp(model).bound - 1e-7
    growing.add_rows(model.matrix[~half], model.low[~half], np.full(np.count_nonzero(~half), np.inf))
    growing.limit_rows(np.flatnonzero(~half), model.low[~half], model.high[~half])
    kept = model.rows(np.concatenate([np.flatnonzero(half), np.flatnonzero(~half)]))
    outcome = growing.solve()
    assert growing.n_rows == model.low.size
    assert outcome.bound == pytest.approx(solve_lp(kept).bound, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_without_a_simplex_that_starts_from_a_basis_the_gap_is_proved_as_well(seed, monkeypatch):
    problem = crowded(seed)
    warm = solve(problem, gap=1e-3)
    monkeypatch.setattr(columns, "is_available", lambda: False)
    cold = solve(problem, gap=1e-3)
    exact = solve(problem)
    assert simplex.is_available()
    assert exact.gap <= 1e-9
    for solution in (warm, cold):
        assert solution.gap <= 1e-3
        assert solution.total <= exact.total + 1e-9 <= solution.bound + 2e-9
        assert not solution.violations


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_within_a_gap_is_the_same_every_time(seed):
    problem = crowded(seed)
    first, second = solve(problem, gap=1e-3), solve(problem, gap=1e-3)
    assert first.chosen.tolist() == second.chosen.tolist()
    assert first.bound == second.bound


def test_crowded_cases_are_searched_among_bundles():
    assert crowded(0).n_edges > search.SMALL
