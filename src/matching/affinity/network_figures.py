"""Figures of a network on its sparse matrix: who is central, who lies between others, whose leaving would cut it apart.

The same figures as networkx gives (tested on small networks), at sizes where a graph of Python objects is too slow.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matching.affinity.network import Network
from matching.errors import CallError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_BATCH = 64
_TOLERANCE = 1e-12
_MOST_STEPS = 1000


def centrality(network: Network, *, restart: float = 0.15) -> Floats:
    """Return the PageRank of every node: how much of a random stroll through the network is spent at it.

    Parameters
    ----------
    network : Network
        Undirected, weighted.
    restart : float in (0, 1], default=0.15
        Chance of starting anew anywhere at each step.

    Returns
    -------
    share : ndarray of float, shape (n_nodes,)
        Sums to 1; the same as ``networkx.pagerank(graph, alpha=1 - restart)``.

    Raises
    ------
    CallError
        If restart is outside (0, 1].

    References
    ----------
    S. Brin, L. Page, "The anatomy of a large-scale hypertextual web search engine", WWW 1998.
    """
    if not 0 < restart <= 1:
        raise CallError(f"restart must be in (0, 1]; got {restart!r}")
    count = len(network.nodes)
    if not count:
        return np.zeros(0)
    strength = np.asarray(network.weights.sum(axis=1)).ravel()
    is_stuck = strength == 0
    step = sp.csr_array(network.weights.multiply((1 - restart) / np.where(is_stuck, 1.0, strength)[None, :]))
    share = np.full(count, 1.0 / count)
    for _ in range(_MOST_STEPS):
        lost = restart + (1 - restart) * share[is_stuck].sum()
        after = step @ share + lost / count
        if np.abs(after - share).sum() < _TOLERANCE * count:
            return np.asarray(after, dtype=np.float64)
        share = after
    return np.asarray(share, dtype=np.float64)


def betweenness(network: Network, *, sources: Ints | None = None) -> Floats:
    """Return for every node the share of shortest ways between two others that lead through it.

    Parameters
    ----------
    network : Network
        Undirected; weights are not looked at.
    sources : ndarray of int, optional
        Nodes to start from; all by default. A sample gives an estimate at the same ratio of its cost.

    Returns
    -------
    share : ndarray of float in [0, 1], shape (n_nodes,)
        The same as ``networkx.betweenness_centrality(graph)`` where all nodes are sources.

    References
    ----------
    U. Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical Sociology 25 (2001).
    """
    count = len(network.nodes)
    total = np.zeros(count)
    starts = np.arange(count) if sources is None else np.asarray(sources, dtype=np.int64)
    if count <= 2 or not starts.size:
        return total
    ties = network.weights.copy()
    ties.data = np.ones_like(ties.data)
    for at in range(0, starts.size, _BATCH):
        total += _passed_through(ties, starts[at : at + _BATCH])
    return total / ((count - 1) * (count - 2)) * (count / starts.size)


def _passed_through(ties: sp.csr_array, starts: Ints) -> Floats:
    """Add up, over some starts, the share of shortest ways that lead through each node: breadth first, all at once."""
    columns = np.arange(starts.size)
    ways = np.zeros((ties.shape[0], starts.size))
    ways[starts, columns] = 1.0
    is_seen = ways > 0
    levels = [ways.copy()]
    while levels[-1].any():
        reached = ties @ levels[-1]
        reached[is_seen] = 0.0
        is_seen |= reached > 0
        levels.append(reached)
        ways += reached
    depends = np.zeros_like(ways)
    safe = np.where(ways > 0, ways, 1.0)
    for deeper, level in zip(levels[:0:-1], levels[-2::-1], strict=True):
        is_deeper, is_here = deeper > 0, level > 0
        passed = ties @ np.where(is_deeper, (1.0 + depends) / safe, 0.0)
        depends += np.where(is_here, passed * ways, 0.0)
    depends[starts, columns] = 0.0
    return np.asarray(depends.sum(axis=1), dtype=np.float64)


def cut_nodes(network: Network) -> tuple[Ints, ...]:
    """Return for every node how large the groups are that its leaving would cut off.

    Parameters
    ----------
    network : Network
        Undirected.

    Returns
    -------
    groups : tuple of ndarray of int, length n_nodes
        Sizes of the groups that are cut off from the largest that stays, in falling order; empty for a node that can leave
        without cutting anything apart. The nodes with groups are ``networkx.articulation_points(graph)``.

    References
    ----------
    J. Hopcroft, R. Tarjan, "Efficient algorithms for graph manipulation", Communications of the ACM 16 (1973).
    """
    _, _, below = _depth_first(network)
    return below


def bridge_ties(network: Network) -> Ints:
    """Return the ties without which two parts of the network would have no connection.

    Parameters
    ----------
    network : Network
        Undirected.

    Returns
    -------
    ties : ndarray of int, shape (n_ties, 2)
        The smaller node first, in order; the same as ``networkx.bridges(graph)``.
    """
    parent, low, _ = _depth_first(network)
    entered = low[:, 1]
    child = np.flatnonzero((parent >= 0) & (low[:, 0] == entered))
    pairs = np.sort(np.stack([child, parent[child]], axis=1), axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))] if child.size else pairs.reshape(0, 2)


def _depth_first(network: Network) -> tuple[Ints, Ints, tuple[Ints, ...]]:
    """Walk depth first and return parents, (lowest entry reached, own entry), and sizes of groups cut off."""
    first, other = network.weights.indptr.tolist(), network.weights.indices.tolist()
    count = len(network.nodes)
    parent, entered, low, size = [-1] * count, [-1] * count, [0] * count, [1] * count
    cut: list[list[int]] = [[] for _ in range(count)]
    at = list(first[:-1])
    order = 0
    for root in range(count):
        if entered[root] >= 0:
            continue
        entered[root] = low[root] = order
        order += 1
        members, stack = [root], [root]
        while stack:
            node = stack[-1]
            if at[node] < first[node + 1]:
                near = other[at[node]]
                at[node] += 1
                if entered[near] < 0:
                    parent[near], entered[near], low[near] = node, order, order
                    order += 1
                    stack.append(near)
                    members.append(near)
                elif near != parent[node]:
                    low[node] = min(low[node], entered[near])
                continue
            stack.pop()
            above = parent[node]
            if above >= 0:
                low[above] = min(low[above], low[node])
                size[above] += size[node]
                if low[node] >= entered[above]:
                    cut[above].append(size[node])
        _close(cut, members, root)
    sizes = tuple(np.array(sorted(groups, reverse=True), dtype=np.int64) for groups in cut)
    return np.array(parent, dtype=np.int64), np.stack([np.array(low), np.array(entered)], axis=1), sizes


def _close(cut: list[list[int]], members: list[int], root: int) -> None:
    """Turn the groups below each node into the groups that are cut off from the largest that stays."""
    whole = len(members)
    for node in members:
        if not cut[node]:
            continue
        rest = whole - 1 - sum(cut[node])
        groups = [*cut[node], *([rest] if rest and node != root else [])]
        groups.remove(max(groups))
        cut[node] = groups
