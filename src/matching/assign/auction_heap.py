"""A binary heap of nodes with changeable distances, for shortest paths that look only at a neighbourhood."""

from typing import NamedTuple

import numpy as np

from matching.assign.auction_compile import compiled
from matching.assign.auction_state import Floats, Ints32

FAR = np.inf


class Reach(NamedTuple):
    """Scratch space of the searches; needs are nodes ``0..n_needs - 1``, partners follow.

    Attributes
    ----------
    distance : ndarray of shape (n_nodes,)
        Infinite where a search has not been.
    place : ndarray of shape (n_nodes,)
        Where the node stands in the heap, -1 if it does not.
    link : ndarray of shape (n_nodes,)
        The edge or seat by which the search came.
    origin : ndarray of shape (n_nodes,)
        The node from which the search came.
    keys, nodes : ndarray of shape (n_nodes,)
        The heap.
    seen, settled : ndarray of shape (n_nodes,)
        Nodes labelled, and nodes whose distance is final, in order.
    """

    distance: Floats
    place: Ints32
    link: Ints32
    origin: Ints32
    keys: Floats
    nodes: Ints32
    seen: Ints32
    settled: Ints32


def open_reach(n_nodes: int) -> Reach:
    """Allocate the scratch space of searches over `n_nodes` needs and partners.

    Parameters
    ----------
    n_nodes : int

    Returns
    -------
    reach : Reach
    """
    return Reach(
        distance=np.full(n_nodes, FAR),
        place=np.full(n_nodes, -1, dtype=np.int32),
        link=np.zeros(n_nodes, dtype=np.int32),
        origin=np.zeros(n_nodes, dtype=np.int32),
        keys=np.zeros(n_nodes),
        nodes=np.zeros(n_nodes, dtype=np.int32),
        seen=np.zeros(n_nodes, dtype=np.int32),
        settled=np.zeros(n_nodes, dtype=np.int32),
    )


@compiled
def push_node(node: int, distance: float, size: int, keys: Floats, nodes: Ints32, place: Ints32) -> int:
    """Put a node into the heap, or move it up if it is there; return the new size of the heap."""
    at = place[node]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= distance:
            break
        keys[at] = keys[above]
        nodes[at] = nodes[above]
        place[nodes[at]] = at
        at = above
    keys[at] = distance
    nodes[at] = node
    place[node] = at
    return size


@compiled
def pop_node(size: int, keys: Floats, nodes: Ints32, place: Ints32) -> int:
    """Take the nearest node off a heap of `size` nodes and return it."""
    nearest = nodes[0]
    place[nearest] = -1
    size -= 1
    if size == 0:
        return int(nearest)
    distance, node = keys[size], nodes[size]
    at = 0
    below = 1
    while below < size:
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= distance:
            break
        keys[at] = keys[below]
        nodes[at] = nodes[below]
        place[nodes[at]] = at
        at = below
        below = 2 * at + 1
    keys[at] = distance
    nodes[at] = node
    place[node] = at
    return int(nearest)


@compiled
def forget_labels(n_seen: int, seen: Ints32, distance: Floats, place: Ints32) -> None:
    """Make the scratch space ready for the next search."""
    for q in range(n_seen):
        distance[seen[q]] = FAR
        place[seen[q]] = -1
