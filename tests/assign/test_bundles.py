import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign.bundles import Block, exclusive_sets, near_best


def random_block(rng):
    n = int(rng.integers(1, 9))
    apart = np.triu(rng.random((n, n)) < 0.3, 1)
    apart = apart | apart.T
    overlap = tuple(sum(1 << j for j in range(n) if apart[i, j]) for i in range(n))
    load = tuple(rng.choice([0.5, 1.0, 1.5, 2.0, 3.0], n).tolist())
    capacity = float(rng.choice([2.0, 4.0, 5.5, np.inf]))
    cells = tuple(int(2 * hours) for hours in load) if np.isfinite(capacity) else (0,) * n
    return Block(tuple(range(n)), load, cells, overlap, capacity, int(2 * capacity) if np.isfinite(capacity) else 0)


def fits(block, bundle):
    heavy = sum(block.load[i] for i in bundle) > block.capacity
    return not heavy and not any(block.overlap[i] >> j & 1 for i, j in itertools.combinations(bundle, 2))


def all_bundles(block):
    places = range(len(block.edges))
    subsets = itertools.chain.from_iterable(itertools.combinations(places, k) for k in range(len(block.edges) + 1))
    return [bundle for bundle in subsets if fits(block, bundle)]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_every_bundle_near_the_best_is_listed_and_no_other(seed):
    rng = np.random.default_rng(seed)
    block, slack = random_block(rng), float(rng.random())
    profit = rng.normal(size=len(block.edges)).tolist()
    worth = {bundle: sum(profit[i] for i in bundle) for bundle in all_bundles(block)}
    best = max(worth.values())
    offer = near_best(block, profit, slack)
    assert offer.complete
    assert offer.value == pytest.approx(best, abs=1e-9)
    listed = {tuple(sorted(bundle)) for bundle in offer.bundles}
    assert {bundle for bundle, value in worth.items() if value >= best - slack + 1e-7} <= listed
    assert all(worth[bundle] >= best - slack - 1e-7 for bundle in listed)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_exclusive_sets_cover_exactly_the_pairs_that_exclude_each_other(seed):
    block = random_block(np.random.default_rng(seed))
    covered = {pair for members in exclusive_sets(block) for pair in itertools.combinations(sorted(members), 2)}
    excluded = {pair for pair in itertools.combinations(block.edges, 2) if not fits(block, pair)}
    assert covered == excluded


def test_a_block_too_large_to_search_still_has_a_valid_value():
    n = 60
    block = Block(tuple(range(n)), (1.0,) * n, (1,) * n, (0,) * n, 30.0, 30)
    rng = np.random.default_rng(1)
    offer = near_best(block, (1.0 + 1e-3 * rng.random(n)).tolist(), 0.5)
    assert not offer.complete
    assert offer.value >= 30.0
    assert all(len(bundle) <= 30 for bundle in offer.bundles)
