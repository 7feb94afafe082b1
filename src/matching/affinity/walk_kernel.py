"""The compiled loop of a local random walk: only nodes that hold enough unspent share are ever touched."""

import numpy as np
from numpy.typing import NDArray

from matching.affinity.search_compile import compiled
from matching.affinity.search_state import Floats, Ints, Ints32


@compiled
def push_shares(
    edges: tuple[Ints, Ints32, Floats],
    strength: Floats,
    shares: tuple[Floats, Floats],
    lines: tuple[Ints32, NDArray[np.bool_], NDArray[np.bool_]],
    counts: Ints,
    walk: tuple[int, float, float],
) -> int:
    """Settle unspent shares until each is at most its node's strength times a limit; return edges walked.

    Nodes wait in a ring, first come first served. `counts` holds the number of nodes reached so far, which `reached`
    lists in order.
    """
    ptr, node, chance = edges
    settled, unspent = shares
    reached, is_reached, is_waiting = lines
    seed, restart, limit = walk
    n_nodes = strength.size
    ring = np.empty(n_nodes, np.int32)
    first, waiting, walked = 0, 0, 0
    n_reached = counts[0]
    for nth in range(n_reached):
        u = reached[nth]
        if unspent[u] > limit * strength[u]:
            ring[waiting] = u
            waiting += 1
            is_waiting[u] = True
    while waiting:
        u = ring[first]
        first = first + 1 if first + 1 < n_nodes else 0
        waiting -= 1
        is_waiting[u] = False
        share = unspent[u]
        unspent[u] = 0.0
        settled[u] += restart * share
        onward = (1.0 - restart) * share
        if ptr[u] == ptr[u + 1]:
            # Who cannot go on returns to the seed.
            unspent[seed] += onward
            if not is_waiting[seed] and unspent[seed] > limit * strength[seed]:
                ring[(first + waiting) % n_nodes] = seed
                waiting += 1
                is_waiting[seed] = True
        walked += ptr[u + 1] - ptr[u]
        for at in range(ptr[u], ptr[u + 1]):
            v = node[at]
            left = unspent[v] + onward * chance[at]
            unspent[v] = left
            if not is_waiting[v] and left > limit * strength[v]:
                place = first + waiting
                ring[place if place < n_nodes else place - n_nodes] = v
                waiting += 1
                is_waiting[v] = True
            if not is_reached[v]:
                is_reached[v] = True
                reached[n_reached] = v
                n_reached += 1
    counts[0] = n_reached
    return walked
