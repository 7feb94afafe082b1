"""Who is nearest to one need in a network of 1,000,000 nodes and 10,000,000 ties: a local walk against all of it.

    python benchmarks/pagerank.py                        # three kinds of network, six needs each
    python benchmarks/pagerank.py --nodes 100000

The reference is power iteration over whole vectors in SciPy, eighty steps: what is left after them is below 3e-6 of what
was spread, and far less in effect. Times are CPU seconds of one core, after the network is prepared and with the
compiler's cache warm. "agrees" counts the needs for which the same 32 partners were found, "proven" those for which a
proof came with them.
"""

import argparse
import time

import numpy as np
import scipy.sparse as sp

from matching.affinity.walk import nearest_by_walk, prepare_walk

K, RESTART, STEPS = 32, 0.15, 80


def tie_near(rng, n_nodes, n_ties):
    """Everybody is tied to those who live nearby."""
    a = rng.integers(0, n_nodes, n_ties)
    return a, (a + np.rint(rng.standard_normal(n_ties) * 300).astype(np.int64)) % n_nodes


def tie_anybody(rng, n_nodes, n_ties):
    """No neighbourhoods at all: the hardest to tell who is near."""
    return rng.integers(0, n_nodes, n_ties), rng.integers(0, n_nodes, n_ties)


def tie_with_hubs(rng, n_nodes, n_ties):
    """Half of the ties go near, half to a few that everybody knows."""
    a = rng.integers(0, n_nodes, n_ties)
    hub = (n_nodes * rng.random(n_ties) ** 3).astype(np.int64)
    return a, np.where(rng.random(n_ties) < 0.5, hub, (a + rng.integers(1, 200, n_ties)) % n_nodes)


KINDS = {"near": tie_near, "anybody": tie_anybody, "hubs": tie_with_hubs}


def make_network(kind, n_nodes, n_ties, seed=1):
    rng = np.random.default_rng(seed)
    a, b = KINDS[kind](rng, n_nodes, n_ties)
    weight = np.where(a == b, 0.0, rng.random(n_ties) + 0.1)
    half = sp.csr_array((weight, (a, b)), shape=(n_nodes, n_nodes))
    half.eliminate_zeros()
    return sp.csr_array(half + half.T)


def converge(graph, seeds):
    n_nodes = graph.strength.size
    onward = sp.csr_array(sp.csr_array((graph.chance, graph.node, graph.ptr), shape=(n_nodes, n_nodes)).T)
    home = np.zeros((n_nodes, seeds.size))
    home[seeds, np.arange(seeds.size)] = 1.0
    share = home
    for _ in range(STEPS):
        share = (1 - RESTART) * (onward @ share) + RESTART * home
    return share


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--needs", type=int, default=6)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    given = parser.parse_args()
    for kind in given.kinds:
        start = time.process_time()
        graph = prepare_walk(make_network(kind, given.nodes, 10 * given.nodes))
        prepared = time.process_time() - start
        rng = np.random.default_rng(9)
        seeds = rng.integers(0, given.nodes, given.needs)
        is_partner = rng.random(given.nodes) < 0.7
        nearest_by_walk(graph, 0, k=1, among=is_partner)
        share = np.where(is_partner[:, None], converge(graph, seeds), 0.0)
        spent, agrees, proven = [], 0, 0
        for column, seed in enumerate(seeds.tolist()):
            start = time.process_time()
            found = nearest_by_walk(graph, seed, k=K, among=is_partner, restart=RESTART)
            spent.append(time.process_time() - start)
            best = np.lexsort((np.arange(given.nodes), -share[:, column]))[:K]
            agrees += set(best.tolist()) == set(found.node.tolist())
            proven += found.is_proven
        print(
            f"{kind}: made and prepared in {prepared:.1f} s; a walk {np.median(spent):.3f} s (median), {max(spent):.3f} s "
            f"(longest); agrees {agrees}/{given.needs}, proven {proven}/{given.needs}",
            flush=True,
        )


if __name__ == "__main__":
    main()
