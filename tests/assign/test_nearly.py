from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.cases import random_problem
from assign.drawn import drawn_problem
from matching.assign import Problem, check_choice, solve
from matching.assign.footing import Change
from matching.assign.nearly import relax, settle_nearly
from matching.errors import CallError

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=150, deadline=None, derandomize=True)


def upper_limits_only(seed):
    """A problem whose further edges only head-counts and capacities ask for."""
    problem = drawn_problem(seed, most_edges=14)
    groups = tuple((edges, 0.0, high) for edges, _, high in problem.groups)
    capacity = np.zeros(problem.shape[1]), problem.capacity[1]
    nothing = np.zeros(problem.n_edges, dtype=bool)
    return replace(
        problem,
        groups=groups,
        teams=(),
        together=None,
        balance=None,
        capacity=capacity,
        pinned=nothing,
        forbidden=nothing,
    )


def among(problem, kept):
    """The same problem with some of its edges."""
    place = np.cumsum(kept) - 1
    groups = tuple((place[edges[kept[edges]]], low, high) for edges, low, high in problem.groups)
    return replace(
        problem,
        need=problem.need[kept],
        partner=problem.partner[kept],
        weight=problem.weight[kept],
        load=problem.load[kept],
        pinned=problem.pinned[kept],
        forbidden=problem.forbidden[kept],
        groups=groups,
    )


@some
@given(seeds)
def test_prices_among_some_edges_bound_every_choice_among_all(seed):
    problem, rng = upper_limits_only(seed), np.random.default_rng(seed)
    kept = rng.random(problem.n_edges) < 0.6
    # a limit on a need's edges but for some that are kept holds for those that were left out too
    need, most = int(rng.integers(problem.shape[0])), float(rng.integers(0, 3))
    theirs = (problem.need == need) & ~(kept & (rng.random(problem.n_edges) < 0.3))
    whole = replace(problem, groups=(*problem.groups, (np.flatnonzero(theirs), 0.0, most)))
    inside = (np.cumsum(kept) - 1)[kept & theirs]
    best = solve(whole)
    change = Change(groups=((inside, 0.0, most),) if inside.size else ())
    relaxed = relax(among(problem, kept), change) if kept.any() else None
    if best.violations or relaxed is None:
        return
    left_out = problem.weight - relaxed.head_price[problem.need] - problem.load * relaxed.load_price[problem.partner]
    assert best.total <= relaxed.bound + np.maximum(left_out[~kept], 0.0).sum() + 1e-7


@some
@given(seeds)
def test_what_is_settled_nearly_keeps_every_limit_and_says_how_near_it_is(seed):
    problem = replace(random_problem(seed, most_edges=16), balance=None)
    relaxed, known = relax(problem, Change()), solve(problem)
    if relaxed is None:
        assert known.violations
        return
    settled = settle_nearly(relaxed, gap=1e-3)
    if settled is None:
        return
    found = settled.solution
    assert check_choice(problem, found.chosen) == ()
    assert found.total <= known.total + 1e-7 <= found.bound + 2e-7
    assert found.gap == pytest.approx(max(0.0, found.bound - found.total) / max(abs(found.bound), 1e-12))


def test_a_relaxation_solved_again_after_a_ban_is_that_of_the_problem_with_the_ban():
    problem = Problem([0, 0, 1, 1], [0, 1, 0, 1], [0.9, 0.5, 0.8, 0.1])
    nothing = np.zeros(4, dtype=bool)
    first = relax(problem, Change(pinned=nothing, forbidden=nothing))
    again = relax(None, Change(pinned=nothing, forbidden=np.array([True, False, False, False])), footing=first.footing)
    assert first.bound == pytest.approx(1.3)
    assert again.bound == pytest.approx(1.3)
    once_more = relax(
        None, Change(pinned=nothing, forbidden=np.array([True, False, True, False])), footing=again.footing
    )
    assert once_more.bound == pytest.approx(0.5)


def test_without_a_problem_and_a_footing_nothing_can_be_relaxed():
    with pytest.raises(CallError, match="needs a problem or a footing"):
        relax(None, Change())
