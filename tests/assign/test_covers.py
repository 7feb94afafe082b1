import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import Problem
from matching.assign.again import NoBetter, settle, solve_again, solve_better
from matching.assign.covers import broken_covers
from matching.assign.footing import Change
from matching.assign.model import build_model

LOADS = st.lists(st.integers(0, 8).map(lambda half: half / 2), min_size=1, max_size=9)


def of_one_partner(load, capacity, weight=None):
    n = len(load)
    weights = np.ones(n) if weight is None else weight
    return Problem(np.arange(n), np.zeros(n, dtype=int), weights, demand=(0, 1), capacity=(0, capacity), load=load)


@settings(max_examples=300, deadline=None)
@given(LOADS, st.integers(0, 16), st.lists(st.floats(0, 1), min_size=9, max_size=9))
def test_a_cover_is_broken_by_the_point_and_kept_by_whatever_fits_into_the_hours(load, halves, x):
    capacity, point = halves / 2, np.array(x[: len(load)])
    model = build_model(of_one_partner(load, capacity))
    fitting = [
        set(s)
        for k in range(len(load) + 1)
        for s in itertools.combinations(range(len(load)), k)
        if sum(load[e] for e in s) <= capacity
    ]
    for edges, low, high in broken_covers(model, point):
        assert low == 0.0
        assert point[edges].sum() > high
        assert all(len(s & set(edges.tolist())) <= high for s in fitting)


@settings(max_examples=300, deadline=None)
@given(LOADS, st.integers(1, 16), st.integers(0, 2**32 - 1))
def test_where_a_set_is_broken_one_is_found(load, halves, seed):
    capacity, point = halves / 2, np.random.default_rng(seed).choice([0.0, 0.5, 0.9, 1.0], len(load))
    model = build_model(of_one_partner(load, capacity))
    sets = (s for k in range(2, len(load) + 1) for s in itertools.combinations(range(len(load)), k))
    alone = [e for e in range(len(load)) if load[e] <= capacity]
    is_broken = any(
        sum(load[e] for e in s) > capacity and sum(point[e] for e in s) > len(s) - 1 + 1e-3
        for s in sets
        if set(s) <= set(alone)
    )
    is_split = bool((np.abs(point - np.round(point)) > 0).any())
    if is_broken and is_split:
        assert broken_covers(model, point)


def test_all_that_is_long_enough_joins_a_cover():
    model = build_model(of_one_partner([4.0, 3.0, 3.0, 2.5, 2.5, 1.0, 3.0], 8.0))
    ((edges, _, high),) = broken_covers(model, np.array([1.0, 1.0, 0.3, 0.0, 0.0, 0.0, 0.0]))
    assert edges.tolist() == [0, 1, 2, 3, 6]  # one of 2.5 hours beside three of 3, not two
    assert high == 2.0


def test_hours_that_do_not_fit_together_leave_nothing_to_search():
    # two of four hours fit into eight with nothing else: the relaxation alone would take a fraction of the third
    problem = of_one_partner([4.0, 3.0, 2.0, 2.0], 8.0, np.array([4.4, 3.2, 2.1, 2.0]))
    settled = settle(problem)
    assert settled.solution.total == pytest.approx(8.5)
    assert settled.footing.reach == pytest.approx(0.0, abs=1e-9)
    nothing = np.zeros(4, dtype=bool)
    again = solve_again(settled.footing, Change(pinned=np.arange(4) == 1, forbidden=nothing))
    assert again.solution.total == pytest.approx(7.6)


def test_what_cannot_be_worth_more_or_cannot_be_at_all_is_said_to_be_no_better():
    problem = of_one_partner([4.0, 3.0, 2.0, 2.0], 8.0, np.array([4.4, 3.2, 2.1, 2.0]))
    footing, nothing = settle(problem).footing, np.zeros(4, dtype=bool)
    pinned = Change(pinned=np.arange(4) == 1, forbidden=nothing)
    assert isinstance(solve_better(footing, pinned, above=7.6 + 1e-6), NoBetter)
    assert solve_better(footing, pinned, above=7.6 - 1e-6).solution.total == pytest.approx(7.6)
    too_much = solve_better(footing, Change(pinned=np.arange(4) < 3, forbidden=nothing))
    assert isinstance(too_much, NoBetter)
    assert too_much.bound == -np.inf
    assert solve_again(footing, Change(pinned=np.arange(4) < 3, forbidden=nothing)) is None


def test_needs_that_can_only_turn_to_one_person_are_proved_to_ask_too_much_together():
    problem = Problem([0, 1], [0, 0], [1.0, 2.0], demand=(1, 1), capacity=(0, 1), optional=[True, True])
    footing = settle(
        problem,
        Change(pinned=np.array([False, True]), forbidden=np.array([False, False]), beside=np.array([False, True])),
    ).footing
    ones = np.ones(2, dtype=np.int64)
    both = solve_better(footing, Change(demand=(ones, ones), optional=np.zeros(2, dtype=bool)))
    assert both == NoBetter(-np.inf)
    one = solve_better(footing, Change(demand=(ones, ones), optional=np.array([True, False])))
    assert one.solution.chosen.tolist() == [False, True]
