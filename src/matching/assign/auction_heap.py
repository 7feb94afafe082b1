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
    key, node : ndarray of shape (n_nodes,)
        The heap.
    seen, settled : ndarray of shape (n_nodes,)
        Nodes labelled, and nodes whose distance is final, in order.
    """

    distance: Floats
    place: Ints32
    link: Ints32
    origin: Ints32
    key: Floats
    node: Ints32
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
        key=np.zeros(n_nodes),
        node=np.zeros(n_nodes, dtype=np.int32),
        seen=np.zeros(n_nodes, dtype=np.int32),
        settled=np.zeros(n_nodes, dtype=np.int32),
    )


@compiled
def push_node(r: Reach, node: int, distance: float, size: int) -> int:
    """Put a node into the heap, or move it up if it is there; return the new size of the heap."""
    at = r.place[node]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        if r.key[above] <= distance:
            break
        r.key[at] = r.key[above]
        r.node[at] = r.node[above]
        r.place[r.node[at]] = at
        at = above
    r.key[at] = distance
    r.node[at] = node
    r.place[node] = at
    return size


@compiled
def pop_node(r: Reach, size: int) -> int:
    """Take the nearest node off a heap of `size` nodes and return it."""
    nearest = r.node[0]
    r.place[nearest] = -1
    size -= 1
    if size == 0:
        return int(nearest)
    distance, node = r.key[size], r.node[size]
    at = 0
    below = 1
    while below < size:
        if below + 1 < size and r.key[below + 1] < r.key[below]:
            below += 1
        if r.key[below] >= distance:
            break
        r.key[at] = r.key[below]
        r.node[at] = r.node[below]
        r.place[r.node[at]] = at
        at = below
        below = 2 * at + 1
    r.key[at] = distance
    r.node[at] = node
    r.place[node] = at
    return int(nearest)


@compiled
def label_node(r: Reach, node: int, distance: float, link: int, origin: int, n_seen: int) -> int:
    """Write a better way to a node; return the number of nodes seen."""
    if r.distance[node] == FAR:
        r.seen[n_seen] = node
        n_seen += 1
    r.distance[node] = distance
    r.link[node] = link
    r.origin[node] = origin
    return n_seen


@compiled
def forget_labels(r: Reach, n_seen: int) -> None:
    """Make the scratch space ready for the next search."""
    for q in range(n_seen):
        r.distance[r.seen[q]] = FAR
        r.place[r.seen[q]] = -1
