"""A binary heap of nodes with changeable distances, for shortest paths that look only at a neighbourhood."""

from matching.assign.auction_compile import compiled
from matching.assign.auction_scratch import FAR
from matching.assign.auction_state import Floats, Ints32


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
