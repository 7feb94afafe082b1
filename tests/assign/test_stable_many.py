"""Stable matching with several on both sides."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matching.assign.stable_many import blocking_pairs, stable_match_many
from matching.errors import InvalidProblemError


@st.composite
def games(draw, most=4):
    shape = (draw(st.integers(1, most)), draw(st.integers(1, most)))
    values = arrays(np.float64, shape, elements=st.integers(0, 6).map(float))
    return (
        draw(values), draw(values), draw(arrays(np.bool_, shape)),
        draw(arrays(np.int64, shape[0], elements=st.integers(0, 2))), draw(arrays(np.int64, shape[1], elements=st.integers(0, 2))),
    )  # fmt: skip


@given(games())
def test_the_matching_keeps_every_limit_and_nobody_blocks_it(game):
    ours, theirs, allowed, wanted, capacity = game
    limits = {"allowed": allowed, "wanted": wanted, "capacity": capacity}
    chosen = stable_match_many(ours, theirs, **limits)
    assert not (chosen & ~allowed).any()
    assert (chosen.sum(axis=1) <= wanted).all()
    assert (chosen.sum(axis=0) <= capacity).all()
    assert blocking_pairs(ours, theirs, chosen, **limits) == ()


@given(games(most=3))
def test_without_ties_no_stable_matching_is_better_for_any_need(game):
    _, _, allowed, _, capacity = game
    generator = np.random.default_rng(allowed.sum() + 7 * capacity.sum())
    ours, theirs = (generator.permutation(allowed.size).reshape(allowed.shape).astype(float) for _ in range(2))
    limits = {"allowed": allowed, "wanted": 1, "capacity": capacity}
    chosen = stable_match_many(ours, theirs, **limits)
    mine = np.where(chosen, ours, -1).max(axis=1)
    for pairs in itertools.product(*[[None, *np.flatnonzero(row)] for row in allowed]):
        other = np.zeros_like(chosen)
        for row, column in enumerate(pairs):
            if column is not None:
                other[row, column] = True
        if (other.sum(axis=0) <= capacity).all() and not blocking_pairs(ours, theirs, other, **limits):
            assert (np.where(other, ours, -1).max(axis=1) <= mine).all()


def test_malformed_games_are_refused():
    with pytest.raises(InvalidProblemError, match="one shape"):
        stable_match_many([[1.0]], [[1.0, 2.0]], allowed=[[True]])
    with pytest.raises(InvalidProblemError, match="must be finite"):
        stable_match_many([[np.nan]], [[1.0]], allowed=[[True]])
    with pytest.raises(InvalidProblemError, match="wanted must hold whole numbers"):
        stable_match_many([[1.0]], [[1.0]], allowed=[[True]], wanted=-1)
    with pytest.raises(InvalidProblemError, match="capacity must be one number or one each"):
        stable_match_many([[1.0]], [[1.0]], allowed=[[True]], capacity=[1, 2])
