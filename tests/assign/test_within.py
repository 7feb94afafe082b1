"""Choices within a sum of money, by brute force: nobody is left out for nothing, and no other choice is better."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import Problem, solve_within


@st.composite
def tasks(draw):
    needs, partners = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    pairs = [pair for pair in itertools.product(range(needs), range(partners)) if draw(st.integers(0, 3))] or [(0, 0)]
    need, partner = (np.array(each) for each in zip(*pairs, strict=True))
    some = [st.integers(-2, 9), st.integers(0, 5)]
    weight, cost = (np.array([draw(each) for _ in pairs], dtype=float) for each in some)
    lows = np.array([draw(st.integers(0, 1)) for _ in range(needs)])
    least = np.array([draw(st.integers(0, 3)) for _ in range(partners)], dtype=float)
    seats = np.array([draw(st.integers(0, 3)) for _ in range(partners)], dtype=float)
    problem = Problem(
        need, partner, weight, demand=(lows, np.full(needs, 3)), capacity=(np.zeros(partners), seats), shape=(needs, partners)
    )  # fmt: skip
    return problem, cost, least, draw(st.sampled_from([0.0, 3.0, 7.0, np.inf]))


def keeps(problem, cost, least, most, chosen):
    comes = np.bincount(problem.partner[chosen], minlength=problem.shape[1])
    few = (comes > 0) & (comes < least)
    return cost[chosen].sum() <= most and not few.any() and (comes <= problem.capacity[1]).all()


def missing(problem, chosen):
    has = np.bincount(problem.need[chosen], minlength=problem.shape[0])
    return int(np.maximum(problem.demand[0] - has, 0).sum())


@settings(max_examples=120, deadline=None)
@given(tasks())
def test_as_few_as_can_be_go_without_and_no_other_choice_is_better(task):
    problem, cost, least, most = task
    found = solve_within(problem, cost=cost, most=most, least=least)
    sets = (np.array(each, dtype=bool) for each in itertools.product([False, True], repeat=problem.n_edges))
    allowed = [chosen for chosen in sets if keeps(problem, cost, least, most, chosen)]
    best = min((missing(problem, chosen), -problem.weight[chosen].sum()) for chosen in allowed)
    assert keeps(problem, cost, least, most, found.chosen)
    assert missing(problem, found.chosen) == best[0]
    assert problem.weight[found.chosen].sum() == pytest.approx(-best[1])
    assert found.bound >= -best[1] - 1e-6
    assert found.price >= 0


def test_what_is_pinned_and_cannot_be_paid_is_proven_impossible():
    problem = Problem([0, 0], [0, 1], [1.0, 1.0], demand=(0, 2), pinned=[True, True])
    assert solve_within(problem, cost=np.array([2.0, 2.0]), most=3.0).is_impossible
    assert not solve_within(problem, cost=np.array([2.0, 1.0]), most=3.0).is_impossible
