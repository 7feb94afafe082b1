"""Figures of a network on its matrix: the same as networkx gives on small networks."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.affinity.network import as_graph, build_network
from matching.affinity.network_figures import betweenness, bridge_ties, centrality, cut_nodes
from matching.errors import CallError

NODES = [("partner", k) for k in range(9)]
networks = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.floats(0.1, 3.0)).filter(lambda e: e[0] != e[1]),
    max_size=16,
).map(lambda ties: build_network(ties, nodes=NODES))
PATH = build_network([(NODES[k], NODES[k + 1], 1.0) for k in range(4)])


@settings(max_examples=200, deadline=None)
@given(networks)
def test_betweenness_is_that_of_networkx(network):
    theirs = nx.betweenness_centrality(as_graph(network))
    assert betweenness(network) == pytest.approx([theirs[node] for node in network.nodes])


@settings(max_examples=100, deadline=None)
@given(networks, st.floats(0.05, 0.9))
def test_centrality_is_the_pagerank_of_networkx(network, restart):
    theirs = nx.pagerank(as_graph(network), alpha=1 - restart, tol=1e-13, max_iter=5000)
    ours = centrality(network, restart=restart)
    assert ours.sum() == pytest.approx(1.0)
    assert ours == pytest.approx([theirs[node] for node in network.nodes], abs=1e-7)


@settings(max_examples=200, deadline=None)
@given(networks)
def test_whose_leaving_cuts_off_whom_is_what_taking_them_out_shows(network):
    graph = as_graph(network)
    for node, sizes in zip(network.nodes, cut_nodes(network), strict=True):
        rest = graph.subgraph(nx.node_connected_component(graph, node) - {node})
        parts = sorted((len(part) for part in nx.connected_components(rest)), reverse=True)
        assert sizes.tolist() == parts[1:]
    assert {n for n, sizes in zip(network.nodes, cut_nodes(network), strict=True) if sizes.size} == set(
        nx.articulation_points(graph)
    )


@settings(max_examples=200, deadline=None)
@given(networks)
def test_bridges_are_those_of_networkx(network):
    theirs = {tuple(sorted((network.index[a], network.index[b]))) for a, b in nx.bridges(as_graph(network))}
    assert {tuple(tie) for tie in bridge_ties(network).tolist()} == theirs


def test_the_middle_of_a_path_lies_between_all_others():
    assert betweenness(PATH).tolist() == pytest.approx([0, 0.5, 4 / 6, 0.5, 0])
    assert [sizes.tolist() for sizes in cut_nodes(PATH)] == [[], [1], [2], [1], []]


def test_a_sample_of_sources_estimates_the_whole():
    star = build_network([(NODES[0], NODES[k], 1.0) for k in range(1, 9)])
    some = betweenness(star, sources=np.array([1, 2, 3]))
    assert some[0] == pytest.approx(
        9 / 8, abs=1e-12
    )  # the hub itself was not drawn, so the estimate is a ninth too high
    assert some[1:].max() == 0.0


def test_a_deep_path_needs_no_recursion():
    long = build_network([(("partner", k), ("partner", k + 1), 1.0) for k in range(5000)])
    assert len(bridge_ties(long)) == 5000
    assert cut_nodes(long)[2500].tolist() == [2500]


@pytest.mark.parametrize("empty", [build_network([]), build_network([], nodes=NODES[:2])])
def test_nobody_holds_an_empty_network_together(empty):
    assert betweenness(empty).tolist() == [0.0] * len(empty.nodes)
    assert bridge_ties(empty).shape == (0, 2)
    assert all(not sizes.size for sizes in cut_nodes(empty))
    assert centrality(empty).sum() == pytest.approx(1.0 if empty.nodes else 0.0)


def test_a_restart_outside_its_range_is_refused():
    with pytest.raises(CallError, match="restart must be in"):
        centrality(PATH, restart=0.0)
