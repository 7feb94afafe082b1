import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.affinity.network import as_graph, build_network, nearness, settle_walk, walk_from
from matching.affinity.policy import read_policy
from matching.affinity.profiles import read_profiles
from matching.errors import CallError
from matching.samples import make_district

nodes = [("partner", k) for k in range(4)] + [("need", 0), ("skill", 1), ("community", 2)]
edges = st.lists(
    st.tuples(st.sampled_from(nodes), st.sampled_from(nodes), st.floats(0.1, 3.0)).filter(lambda e: e[0] != e[1]),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(edges, st.floats(0.1, 0.9))
def test_the_walk_is_the_personalised_pagerank_of_networkx(ties, restart):
    network = build_network(ties, nodes=nodes)
    share = walk_from(network, [("need", 0)], restart=restart)[:, 0]
    graph = as_graph(network)
    theirs = nx.pagerank(graph, alpha=1 - restart, personalization={("need", 0): 1.0}, tol=1e-13, max_iter=2000)
    assert share.sum() == pytest.approx(1.0, abs=1e-6)
    assert share == pytest.approx([theirs[node] for node in network.nodes], abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(edges, st.floats(0.1, 0.9))
def test_many_walks_are_solved_for_with_the_same_shares(ties, restart):
    network = build_network(ties, nodes=nodes)
    walked = walk_from(network, nodes, restart=restart)
    np.testing.assert_allclose(settle_walk(network, nodes, restart=restart), walked, rtol=0, atol=1e-8)


def test_the_whole_district_gives_the_same_shares_as_networkx():
    sample = make_district(units=8, specialists=8, community_partners=5, volunteers=40, needs=12)
    profiles = read_profiles(sample, as_of=sample.services[-1].date, policy=read_policy())
    from matching.affinity.profiles import _network

    network = _network(profiles.ties, profiles.wanted, profiles.need_places, len(profiles.partners))
    graph = as_graph(network)
    for row in (0, 5, 11):
        theirs = nx.pagerank(graph, alpha=0.7, personalization={("need", row): 1.0}, tol=1e-13, max_iter=2000)
        shares = np.array([theirs["partner", column] for column in range(len(profiles.partners))])
        assert profiles.near[row] == pytest.approx(np.sqrt(shares / shares.max()), abs=1e-4)


def test_who_has_no_ties_is_of_unknown_nearness():
    network = build_network([(("need", 0), ("skill", 1), 1.0), (("skill", 1), ("partner", 0), 1.0)], nodes=nodes)
    near = nearness(network, 1, 3, restart=0.3)
    assert near[0, 0] == 1.0
    assert np.isnan(near[0, 1:]).all()


def test_a_restart_outside_its_range_is_refused():
    with pytest.raises(CallError, match="restart must be in"):
        walk_from(build_network([], nodes=nodes), [("need", 0)], restart=0.0)
