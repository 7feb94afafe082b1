"""Walks with restart against networkx's PageRank, locally and as a whole."""

import sys

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import matching.affinity
from matching.affinity import walk, walk_back
from matching.affinity.walk import FINEST, nearest_by_walk, prepare_walk
from matching.errors import CallError, MissingExtraError


def random_ties(n_nodes, n_ties, seed, *, is_symmetric=True):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n_nodes, n_ties), rng.integers(0, n_nodes, n_ties)
    ties = sp.csr_array((rng.random(n_ties) + 0.1, (a, b)), shape=(n_nodes, n_nodes))
    return sp.csr_array(ties + ties.T) if is_symmetric else ties


def pagerank(ties, seed, restart):
    """Every node's share as networkx finds it."""
    graph = nx.from_scipy_sparse_array(ties, create_using=nx.DiGraph)
    shares = nx.pagerank(graph, alpha=1 - restart, personalization={seed: 1}, tol=1e-15, max_iter=2_000)
    return np.array([shares[node] for node in range(ties.shape[0])])


@pytest.fixture(params=["whole", "local"])
def path(request, monkeypatch):
    """Both ways of walking, whatever the size of the network."""
    monkeypatch.setattr(walk, "SMALL_TIES", 10**9 if request.param == "whole" else -1)
    return request.param


@pytest.mark.usefixtures("path")
@pytest.mark.parametrize("is_symmetric", [True, False])
@pytest.mark.parametrize("restart", [0.05, 0.15, 0.6])
def test_shares_lie_within_their_errors_of_networkx(restart, is_symmetric):
    for seed in range(5):
        ties = random_ties(60, 90, seed, is_symmetric=is_symmetric)
        expected = pagerank(ties, seed, restart)
        nearest = nearest_by_walk(prepare_walk(ties), seed, k=8, restart=restart, is_proof_wanted=True)
        others = np.delete(expected, seed)
        assert (nearest.share <= expected[nearest.node] + 1e-12).all()
        assert (nearest.share + nearest.error >= expected[nearest.node] - 1e-12).all()
        best = np.sort(others)[::-1][:8]
        n_found = nearest.node.size
        np.testing.assert_allclose(np.sort(expected[nearest.node])[::-1], best[:n_found], atol=1e-12)
        assert (best[n_found:] < 1e-12).all()


@pytest.mark.usefixtures("path")
def test_what_is_proven_is_the_set_that_networkx_finds():
    proven = 0
    for seed in range(10):
        ties = random_ties(300, 900, seed)
        nearest = nearest_by_walk(prepare_walk(ties), seed, k=10, is_proof_wanted=True)
        expected = pagerank(ties, seed, 0.15)
        expected[seed] = 0.0
        if nearest.is_proven:
            proven += 1
            assert set(nearest.node) == set(np.argsort(-expected)[:10])
    assert proven >= 8


def test_a_walk_that_has_settled_finds_what_a_proven_one_finds(monkeypatch):
    monkeypatch.setattr(walk, "SMALL_TIES", -1)
    graph = prepare_walk(random_ties(5_000, 50_000, 3))
    for seed in range(0, 5_000, 250):
        settled = nearest_by_walk(graph, seed, k=16)
        proven = nearest_by_walk(graph, seed, k=16, is_proof_wanted=True)
        assert proven.is_proven
        assert set(settled.node) == set(proven.node)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 60), st.booleans(), st.integers(1, 12))
def test_both_ways_of_walking_agree(seed, n_ties, is_symmetric, k):
    graph = prepare_walk(random_ties(12, n_ties, seed, is_symmetric=is_symmetric))
    whole = nearest_by_walk(graph, 0, k=k)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "SMALL_TIES", -1)
        local = nearest_by_walk(graph, 0, k=k, is_proof_wanted=True)
    assert whole.node.size == local.node.size
    if whole.is_proven and local.is_proven:
        assert set(whole.node) == set(local.node)
    truth = dict(zip(whole.node.tolist(), whole.share.tolist(), strict=True))
    for node, share, error in zip(local.node.tolist(), local.share, local.error, strict=True):
        if node in truth:
            assert share - 1e-11 <= truth[node] <= share + error + 1e-11


@pytest.mark.usefixtures("path")
def test_only_those_who_may_be_named_are_named():
    among = np.zeros(300, dtype=bool)
    among[::3] = True
    nearest = nearest_by_walk(prepare_walk(random_ties(300, 900, 1)), 0, k=20, among=among)
    assert nearest.node.size == 20
    assert (nearest.node % 3 == 0).all()


@pytest.mark.usefixtures("path")
def test_a_seed_without_ties_reaches_nobody():
    nearest = nearest_by_walk(prepare_walk(sp.csr_array((4, 4))), 2, k=3)
    assert nearest.node.size == 0
    assert not nearest.is_proven


@pytest.mark.usefixtures("path")
def test_equals_come_by_number_and_count_as_unproven():
    star = sp.csr_array((np.ones(10), (np.zeros(10, int), np.arange(1, 11))), shape=(11, 11))
    nearest = nearest_by_walk(prepare_walk(star + star.T), 0, k=4, is_proof_wanted=True)
    assert nearest.node.tolist() == [1, 2, 3, 4]
    assert not nearest.is_proven
    np.testing.assert_allclose(nearest.share, nearest.share[0], atol=10 * FINEST)


def test_a_large_network_without_numba_names_the_extra(monkeypatch):
    monkeypatch.setattr(walk, "SMALL_TIES", -1)
    monkeypatch.delattr(matching.affinity, "walk_kernel", raising=False)
    monkeypatch.setitem(sys.modules, "matching.affinity.walk_kernel", None)
    with pytest.raises(MissingExtraError, match=r"linli-matching\[large\]"):
        nearest_by_walk(prepare_walk(random_ties(5, 5, 1)), 0, k=1)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.eye(3), "square sparse table, one row and column a node; got ndarray"),
        (sp.csr_array((2, 3)), r"got shape \(2, 3\)"),
        (sp.csr_array([[0, -1.0], [1, 0]]), "the tie from 0 to 1 is -1"),
        (sp.csr_array([[0, 1.0], [np.nan, 0]]), "the tie from 1 to 0 is nan"),
    ],
)
def test_what_is_no_network_is_refused(weights, message):
    with pytest.raises(CallError, match=message):
        prepare_walk(weights)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": 9}, "node from 0 to 8; got 9"),
        ({"seed": -1}, "node from 0 to 8; got -1"),
        ({"k": 0}, "k must be a whole number of at least 1; got 0"),
        ({"restart": 0.0}, "restart must be between 0 and 1; got 0"),
        ({"restart": 1.0}, "restart must be between 0 and 1"),
        ({"among": [0, 1]}, "for each of 9 nodes; got int64"),
    ],
)
def test_bad_calls_are_refused(arguments, message):
    graph = prepare_walk(random_ties(9, 20, 1))
    with pytest.raises(CallError, match=message):
        nearest_by_walk(graph, **{"seed": 0, "k": 2} | arguments)


def test_the_table_given_is_not_changed():
    ties = sp.csr_array((np.array([1.0, 0.0, 2.0]), np.array([1, 0, 0]), np.array([0, 2, 3])), shape=(2, 2))
    prepare_walk(ties)
    assert ties.data.tolist() == [1.0, 0.0, 2.0]
    assert ties.indices.tolist() == [1, 0, 0]


@pytest.mark.parametrize("most_ties", [0, 5, 10**9])
def test_looking_back_two_steps_is_what_the_matrices_say(most_ties):
    loops = walk_back.load_loops()
    graph = prepare_walk(random_ties(40, 90, 3))
    rng = np.random.default_rng(3)
    unspent, restart, mean = rng.random(40), 0.15, 0.7
    step = sp.csr_array((graph.chance, graph.node, graph.ptr), shape=(40, 40)).toarray()
    held = unspent / graph.strength
    is_hub = np.diff(graph.ptr) > most_ties
    tied = np.diff(graph.ptr) > 0
    first = np.where(is_hub, mean, step @ held)
    second = np.where(is_hub, mean, step @ np.where(is_hub, mean, step @ held))
    expected = (
        graph.strength * (1 - restart) * (restart * first + (1 - restart) * (restart * second + (1 - restart) * mean))
    )
    ties = graph.ptr, graph.node, graph.chance
    found = loops.refine_shares(ties, graph.strength, unspent, np.arange(40), (restart, mean, most_ties))
    np.testing.assert_allclose(found[tied], expected[tied], rtol=1e-12)


def test_a_walk_back_meets_what_the_unspent_share_will_bring_and_leaves_its_paper_clean():
    graph = prepare_walk(random_ties(40, 90, 3))
    rng = np.random.default_rng(3)
    unspent, restart = rng.random(40), 0.15
    paper = np.zeros(40), np.zeros(40), np.zeros(40, dtype=np.int32), np.zeros(40, dtype=bool), np.zeros(40, dtype=bool)
    edges = graph.ptr, graph.node, graph.chance
    for start in range(40):
        # What is at ``u`` is found at `start` as often as a walk of its own from ``u`` is.
        expected = sum(unspent[u] * walk._walk_all(graph, u, restart)[0][start] for u in range(40))
        found, walked = walk_back.load_loops().meet_unspent(
            edges, graph.strength, unspent, paper, start, (restart, 0.0, 1e-12)
        )
        assert found == pytest.approx(expected, rel=1e-6)
        assert walked > 0 or graph.ptr[start] == graph.ptr[start + 1]
        assert not any(part.any() for part in (paper[0], paper[1], paper[3], paper[4]))


@pytest.mark.parametrize("hubs", [0.0, 0.5])
def test_a_settled_walk_through_a_symmetric_network_names_the_nodes_that_power_iteration_names(monkeypatch, hubs):
    monkeypatch.setattr(walk, "SMALL_TIES", -1)
    rng = np.random.default_rng(8)
    a = rng.integers(0, 4_000, 40_000)
    b = np.where(
        rng.random(a.size) < hubs, (4_000 * rng.random(a.size) ** 3).astype(int), rng.integers(0, 4_000, a.size)
    )
    ties = sp.csr_array((np.where(a == b, 0.0, rng.random(a.size) + 0.1), (a, b)), shape=(4_000, 4_000))
    ties.eliminate_zeros()
    graph = prepare_walk(sp.csr_array(ties + ties.T))
    for seed in range(12):
        settled, _ = walk._walk_all(graph, seed, 0.15)
        settled[seed] = 0.0
        best = np.argsort(-settled, kind="stable")[:32]
        found = nearest_by_walk(graph, seed, k=32)
        assert set(found.node.tolist()) == set(best.tolist())
        assert (found.share <= settled[found.node] + 1e-12).all()
        assert (found.share + found.error >= settled[found.node] - 1e-12).all()
