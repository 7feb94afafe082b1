"""Matching at scale against the optimum over every allowed pair, on small cities that go through the large path."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affinity.cities import draw_city, prepare, score_one_by_one
from affinity.test_fused import best_total
from matching.errors import CallError
from matching.planning import at_scale, match_at_scale

SEEDS = st.integers(0, 10_000)


def check_choice(match, city):
    score, allowed = score_one_by_one(*city)
    needs, partners, _ = city
    assert len(set(zip(match.need.tolist(), match.partner.tolist(), strict=True))) == match.need.size
    assert allowed[match.need, match.partner].all()
    assert (np.bincount(match.need, minlength=needs.people.size) <= needs.people).all()
    assert (np.bincount(match.partner, minlength=partners.capacity.size) <= partners.capacity).all()
    np.testing.assert_allclose(match.score, score[match.need, match.partner], atol=1e-6)
    best = best_total(score, allowed, needs.people, partners.capacity)
    assert match.total <= best + 1e-5
    assert match.bound >= best - 1e-5
    assert match.gap == pytest.approx(max(0.0, match.bound - match.total) / max(match.bound, 1e-12))
    return best


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, is_tied=st.booleans(), people=st.integers(1, 12))
def test_rounds_reach_the_optimum_over_all_pairs(seed, is_tied, people):
    city = draw_city(seed, n_needs=20, n_partners=60, most_people=people, is_tied=is_tied)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(at_scale, "SMALL_PAIRS", -1)
        match = match_at_scale(prepare(city), keep=2, gap=1e-3)
    best = check_choice(match, city)
    assert match.gap <= 1e-3
    assert match.total >= (1 - 1e-3) * best - 1e-5


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_a_district_is_solved_exactly(seed):
    city = draw_city(seed)
    match = match_at_scale(prepare(city))
    assert match.total == pytest.approx(check_choice(match, city), abs=1e-5)
    assert match.gap <= 1e-9


def test_few_listed_pairs_look_solved_and_are_not_until_all_pairs_were_looked_at(monkeypatch):
    monkeypatch.setattr(at_scale, "SMALL_PAIRS", -1)
    # No guess of prices: everybody lists the same few partners, as a plain top-k does.
    monkeypatch.setattr(at_scale, "first_prices", lambda pairs: np.zeros(pairs.shape[1]))
    city = draw_city(2, n_needs=60, n_partners=300, n_blocks=1, most_people=6, most_capacity=1)
    match = match_at_scale(prepare(city), keep=4, gap=1e-3)
    first, last = match.rounds[0], match.rounds[-1]
    assert first.kept_gap <= 1e-3
    assert first.total < 0.9 * match.total
    assert first.gap > 0.1
    assert last.gap <= 1e-3
    check_choice(match, city)


def test_prices_say_what_one_more_person_would_be_worth():
    city = draw_city(4)
    match = match_at_scale(prepare(city))
    needs, partners, _ = city
    assert match.need_price.shape == needs.people.shape
    assert match.partner_price.shape == partners.capacity.shape
    full = np.bincount(match.need, minlength=needs.people.size) == needs.people
    np.testing.assert_array_equal(match.need_price[~full], 0.0)


def test_nobody_to_match_is_an_empty_answer(monkeypatch):
    city = draw_city(1, most_capacity=0)
    assert match_at_scale(prepare(city)).need.size == 0
    monkeypatch.setattr(at_scale, "SMALL_PAIRS", -1)
    match = match_at_scale(prepare(city))
    assert (match.need.size, match.total, match.n_allowed) == (0, 0.0, 0)


def test_options_are_checked():
    pairs = prepare(draw_city(1))
    with pytest.raises(CallError, match="gap must be a share between 0 and 1; got 0"):
        match_at_scale(pairs, gap=0)
    with pytest.raises(CallError, match="keep must be a whole number"):
        match_at_scale(pairs, keep=0)
