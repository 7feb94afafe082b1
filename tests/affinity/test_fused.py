"""Fused scores against the definition, pair by pair; bounds against what a choice can be worth."""

import dataclasses

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from affinity.cities import WEIGHTS, draw_city, prepare, score_one_by_one
from matching.affinity import FusedWeights, fused_scan, prepare_pairs
from matching.affinity.fused_plain import list_all_pairs
from matching.affinity.fused_scan import scan_pairs
from matching.errors import CallError

SEEDS = st.integers(0, 10_000)


def pairs_of(listed, pairs):
    """Scores by the caller's numbers."""
    need = np.repeat(np.arange(listed.need_ptr.size - 1), np.diff(listed.need_ptr))
    keys = zip(pairs.needs.order[need].tolist(), pairs.partners.order[listed.partner].tolist(), strict=True)
    return dict(zip(keys, listed.score.tolist(), strict=True))


def expected_pairs(city):
    score, allowed = score_one_by_one(*city)
    return {(i, j): score[i, j] for i, j in zip(*map(np.ndarray.tolist, np.nonzero(allowed)), strict=True)}


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_whole_tables_and_compiled_loops_score_every_allowed_pair_by_the_definition(seed):
    city = draw_city(seed)
    pairs, expected = prepare(city), expected_pairs(city)
    plain = pairs_of(list_all_pairs(pairs), pairs)
    scan = scan_pairs(pairs, keep=1_000, partner_price=np.zeros(pairs.shape[1]), n_threads=2)
    compiled = pairs_of(scan.best, pairs)
    # A need that wants nobody is looked at and not listed.
    assert plain.keys() == compiled.keys() == expected.keys()
    for pair, score in expected.items():
        assert plain[pair] == pytest.approx(score, abs=1e-6)
        assert compiled[pair] == pytest.approx(score, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, keep=st.integers(1, 6))
def test_the_listed_pairs_are_the_best_above_the_prices(seed, keep):
    city = draw_city(seed, most_people=1)
    pairs, (score, allowed) = prepare(city), score_one_by_one(*city)
    price = np.random.default_rng(seed).random(pairs.shape[1])
    scan = scan_pairs(pairs, keep=keep, partner_price=price[pairs.partners.order])
    found = pairs_of(scan.best, pairs)
    for need in range(score.shape[0]):
        nets = np.sort((score - price)[need, allowed[need]])[::-1]
        got = np.sort([score[pair] - price[pair[1]] for pair in found if pair[0] == need])[::-1]
        wanted = max(keep, int(city[0].people[need]) + 4) if city[0].people[need] else 0
        np.testing.assert_allclose(got, nets[:wanted], atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS, people=st.integers(1, 14), capacity=st.integers(1, 12), n_threads=st.integers(1, 3))
def test_the_bound_holds_for_any_prices(seed, people, capacity, n_threads):
    city = draw_city(seed, n_needs=9, n_partners=12, most_people=people, most_capacity=capacity)
    pairs, (score, allowed) = prepare(city), score_one_by_one(*city)
    rng = np.random.default_rng(seed)
    prices = rng.random(pairs.shape[1]) * rng.random(), rng.random(pairs.shape[0]) * rng.random()
    scan = scan_pairs(pairs, keep=3, partner_price=prices[0], need_price=prices[1], n_threads=n_threads)
    assert scan.bound >= best_total(score, allowed, city[0].people, city[1].capacity) - 1e-9


def best_total(score, allowed, people, capacity):
    """The optimum as a linear programme: head-counts and capacities make its corners whole."""
    from scipy.optimize import linprog

    need, partner = np.nonzero(allowed)
    if not need.size:
        return 0.0
    edge = np.arange(need.size)
    limits = sp.csr_array(
        (np.ones(2 * edge.size), (np.concatenate([need, people.size + partner]), np.concatenate([edge, edge]))),
        shape=(people.size + capacity.size, edge.size),
    )
    most = np.concatenate([people, capacity])
    return -linprog(-score[need, partner], A_ub=limits, b_ub=most, bounds=(0, 1), method="highs").fun


def test_the_result_does_not_depend_on_threads_or_tiles(monkeypatch):
    pairs = prepare(draw_city(5, n_needs=40, n_partners=90))
    prices = {"partner_price": np.full(90, 0.1), "need_price": np.full(40, 0.2)}
    one = scan_pairs(pairs, keep=4, n_threads=1, **prices)
    monkeypatch.setattr(fused_scan, "_NEEDS_A_TILE", 3)
    many = scan_pairs(pairs, keep=4, n_threads=4, **prices)
    assert (one.n_allowed, one.bound) == (many.n_allowed, pytest.approx(many.bound, rel=1e-12))
    for name in ("need_ptr", "partner", "score"):
        np.testing.assert_array_equal(getattr(one.best, name), getattr(many.best, name))


def test_no_needs_or_no_partners_is_no_error():
    needs, partners, near = draw_city(1)
    none = np.zeros(0, dtype=np.int64)
    nobody = dataclasses.replace(
        partners, text=partners.text[:0], block=none, capacity=none, slots=none, licences=none, skills=none, merit=none
    )
    pairs = prepare_pairs(needs, nobody, near)
    assert scan_pairs(pairs, keep=3, partner_price=np.zeros(0)).n_allowed == 0
    assert list_all_pairs(pairs).score.size == 0


@pytest.mark.parametrize(
    ("side", "changes", "words"),
    [
        (0, {"people": np.full(12, -1)}, "people of needs must be whole numbers of at least 0; got -1 at 0"),
        (0, {"block": np.full(12, 9)}, "nearness has 4 blocks of needs; number 0 is in block 9"),
        (0, {"slots": np.zeros(3, dtype=int)}, "slots of needs must be one number for each of 12"),
        (1, {"skills": np.zeros(30)}, "skills of partners must be whole numbers; got float64"),
        (1, {"merit": np.full(30, np.nan)}, r"merit must be one number in \[0, 1\] for each of 30"),
        (1, {"text": sp.csr_array(np.full((30, 12), 3.0))}, "Rows must be of norm 1"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(side, changes, words):
    city = list(draw_city(1))
    city[side] = dataclasses.replace(city[side], **changes)
    with pytest.raises(CallError, match=words):
        prepare_pairs(*city)


def test_nearness_and_weights_are_checked():
    needs, partners, near = draw_city(1)
    with pytest.raises(CallError, match=r"Nearness must be in \[0, 1\]; got 2"):
        prepare_pairs(needs, partners, near * 2)
    with pytest.raises(CallError, match="nearness must be a sparse table"):
        prepare_pairs(needs, partners, near.toarray())
    with pytest.raises(CallError, match="weight of text must be a number of at least 0; got -1"):
        prepare_pairs(needs, partners, near, weights=FusedWeights(text=-1))


def test_blocks_whose_nearness_counts_nothing_may_still_meet():
    needs, partners, near = draw_city(3)
    weights = dataclasses.replace(WEIGHTS, place=0.0)
    pairs = prepare_pairs(needs, partners, near, weights=weights)
    _, allowed = score_one_by_one(needs, partners, near)
    assert list_all_pairs(pairs).score.size == allowed.sum()
    asked = allowed.any(axis=1) & (needs.people > 0)
    scan = scan_pairs(pairs, keep=1_000, partner_price=np.zeros(pairs.shape[1]))
    assert scan.best.score.size == allowed[asked].sum()
