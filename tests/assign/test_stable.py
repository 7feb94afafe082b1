import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import check_stability, stable_match
from matching.errors import InvalidProblemError


def random_preferences(rng, n_from, n_to, ties):
    lines = []
    for _ in range(n_from):
        left, line = rng.permutation(n_to)[: rng.integers(0, n_to + 1)].tolist(), []
        while left:
            size = 1 if rng.random() > ties else int(rng.integers(1, len(left) + 1))
            line.append(left[:size])
            left = left[size:]
        lines.append(line)
    return lines


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.5, 0.9]))
def test_nobody_would_rather_have_each_other(seed, ties):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 9), rng.integers(1, 7)
    needs, partners = random_preferences(rng, n, m, ties), random_preferences(rng, m, n, ties)
    capacity = rng.integers(0, 4, m)
    assert check_stability(needs, partners, stable_match(needs, partners, capacity).partner_of, capacity) == ()


def rank_of(line, entry):
    return next((at for at, tier in enumerate(line) if entry in tier), None)


def blocking_by_definition(needs, partners, choice, capacity):
    """Both accept each other, the need gains strictly, and the partner has a seat free or gains strictly."""
    held = [[need for need, at in enumerate(choice) if at == partner] for partner in range(len(partners))]
    for need, partner in itertools.product(range(len(needs)), range(len(partners))):
        mine, theirs = rank_of(needs[need], partner), rank_of(partners[partner], need)
        if choice[need] == partner:
            if mine is None or theirs is None or len(held[partner]) > capacity[partner]:
                yield need, partner
        elif mine is not None and theirs is not None:
            gains = choice[need] < 0 or mine < rank_of(needs[need], choice[need])
            room = len(held[partner]) < capacity[partner]
            if gains and (room or any(theirs < rank_of(partners[partner], other) for other in held[partner])):
                yield need, partner


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.5, 0.9]))
def test_the_pairs_listed_are_those_that_block_by_the_definition(seed, ties):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    needs, partners = random_preferences(rng, n, m, ties), random_preferences(rng, m, n, ties)
    capacity = rng.integers(1, 4, m)
    accepted = [
        [-1, *(p for p in range(m) if rank_of(needs[need], p) is not None and rank_of(partners[p], need) is not None)]
        for need in range(n)
    ]
    choice = [int(rng.choice(options)) for options in accepted]
    if all(choice.count(partner) <= capacity[partner] for partner in range(m)):
        expected = tuple(blocking_by_definition(needs, partners, choice, capacity))
        assert check_stability(needs, partners, np.array(choice), capacity) == expected


def test_whoever_has_nobody_blocks_with_the_last_of_a_list_whose_others_refuse():
    needs, partners = [[1, 2, 0], [0]], [[0, 1], [], []]
    assert check_stability(needs, partners, [-1, 0]) == ((0, 0),)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.5, 0.9]))
def test_the_size_is_at_least_two_thirds_of_the_largest(seed, ties):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 6), rng.integers(1, 5)
    needs, partners = random_preferences(rng, n, m, ties), random_preferences(rng, m, n, ties)
    capacity = rng.integers(0, 3, m)
    largest = max(
        sum(partner >= 0 for partner in choice)
        for choice in itertools.product(range(-1, m), repeat=int(n))
        if not check_stability(needs, partners, np.array(choice), capacity)
    )
    assert 3 * stable_match(needs, partners, capacity).size >= 2 * largest


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_without_ties_every_need_has_the_best_partner_any_stable_matching_gives_it(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    needs = [rng.permutation(n).tolist() for _ in range(n)]
    partners = [rng.permutation(n).tolist() for _ in range(n)]
    mine = stable_match(needs, partners).partner_of
    for choice in itertools.permutations(range(n)):
        if not check_stability(needs, partners, np.array(choice)):
            assert all(needs[at].index(mine[at]) <= needs[at].index(choice[at]) for at in range(n))


def test_the_example_of_gale_and_shapley_with_one_stable_marriage():
    # four men A-D and four women a-d, figure of the article of 1962, section 3
    men = [[0, 1, 2, 3], [0, 3, 2, 1], [1, 0, 2, 3], [3, 1, 2, 0]]
    women = [[3, 2, 0, 1], [1, 3, 0, 2], [3, 0, 1, 2], [2, 1, 0, 3]]
    assert stable_match(men, women).partner_of.tolist() == [2, 3, 0, 1]


def test_the_three_by_three_example_gives_each_proposer_the_first_choice():
    men, women = [[0, 1, 2], [1, 2, 0], [2, 0, 1]], [[1, 2, 0], [2, 0, 1], [0, 1, 2]]
    assert stable_match(men, women).partner_of.tolist() == [0, 1, 2]
    assert stable_match(women, men).partner_of.tolist() == [1, 2, 0]


def test_a_second_chance_makes_room_for_both():
    # both want partner 0, who is indifferent; only need 0 accepts partner 1 as well
    assert stable_match([[0, 1], [0]], [[[0, 1]], [0]]).size == 2


def test_a_blocking_pair_is_listed():
    assert check_stability([[0, 1], [0, 1]], [[0, 1], [0, 1]], [1, 0]) == ((0, 0),)


def test_a_partner_with_too_many_needs_is_listed():
    assert check_stability([[0], [0]], [[0, 1]], [0, 0]) == ((0, 0), (1, 0))


def test_a_pair_that_does_not_accept_each_other_is_listed():
    assert check_stability([[]], [[0]], [0]) == ((0, 0),)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[0, 0]], [[0]]), "need 0 names 0 twice"),
        (([[3]], [[0]]), r"need 0 names 3 and only 0..0 exist"),
        (([[0]], [[0]], -1), "capacity must hold whole numbers >= 0"),
        (([[0]], [[0]], [1, 1]), "one number or one per partner"),
        (([[0]], [[0]], 0.5), "capacity must hold whole numbers"),
        ((None, None), "need_preferences must be a list with one list a need, best first; got NoneType"),
        (([None], [[0]]), "need_preferences must be a list with one list a need"),
        (([[float("nan")]], [[0]]), "a preference holds whole numbers.*need 0 names nan"),
        (([["0"]], [[0]]), "need 0 names '0'"),
        (([[[0, None]]], [[0]]), r"need 0 names \[0, None\]"),
    ],
)
def test_malformed_preferences_are_refused(arguments, words):
    with pytest.raises(InvalidProblemError, match=words):
        stable_match(*arguments)


def test_a_malformed_matching_is_refused():
    with pytest.raises(InvalidProblemError, match="partner_of must name a partner below 1"):
        check_stability([[0]], [[0]], [4])
