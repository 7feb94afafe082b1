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


@compiled
def refine_shares(
    edges: tuple[Ints, Ints32, Floats],
    strength: Floats,
    unspent: Floats,
    chosen: Ints,
    walk: tuple[float, float, int],
) -> Floats:
    """Estimate what the unspent share of a symmetric network will bring some nodes, by looking back two steps from each.

    A walk from ``u`` is found at ``v`` as often as one from ``v`` at ``u``, strength for strength. So what node ``v`` still
    gets is its strength times the unspent share per strength that a walk from ``v`` meets: here its first two steps are looked
    up and all further ones meet the mean. Nodes of more than `most` ties count as all nodes do in the mean.
    """
    ptr, node, chance = edges
    restart, mean, most = walk
    onward = 1.0 - restart
    gain = np.zeros(chosen.size)
    for nth in range(chosen.size):
        v = chosen[nth]
        first, second = 0.0, 0.0
        is_hub = ptr[v + 1] - ptr[v] > most
        for at in range(ptr[v], ptr[v + 1] if not is_hub else ptr[v]):
            w = node[at]
            first += chance[at] * unspent[w] / strength[w]
            met = 0.0
            if ptr[w + 1] - ptr[w] > most:
                met = mean
            else:
                for then in range(ptr[w], ptr[w + 1]):
                    met += chance[then] * unspent[node[then]] / strength[node[then]]
            second += chance[at] * met
        if is_hub:
            first, second = mean, mean
        gain[nth] = strength[v] * onward * (restart * first + onward * (restart * second + onward * mean))
    return gain


@compiled
def meet_unspent(
    edges: tuple[Ints, Ints32, Floats],
    strength: Floats,
    unspent: Floats,
    paper: tuple[Floats, Floats, Ints32, NDArray[np.bool_], NDArray[np.bool_]],
    start: int,
    walk: tuple[float, float, float],
) -> tuple[float, int]:
    """Walk back from a node of a symmetric network; return what it will get of the unspent share, and edges walked.

    What the walk back has not spent goes one step further to meet the mean. `paper` is all zeros, before and after.
    """
    restart, mean, limit = walk
    settled, waiting, reached, is_reached, is_waiting = paper
    waiting[start] = 1.0
    reached[0] = start
    is_reached[start] = True
    counts = np.ones(1, np.int64)
    walked = push_shares(
        edges, strength, (settled, waiting), (reached, is_reached, is_waiting), counts, (start, restart, limit)
    )
    met = 0.0
    for nth in range(counts[0]):
        u = reached[nth]
        here = unspent[u] / strength[u]
        met += settled[u] * here + waiting[u] * (restart * here + (1.0 - restart) * mean)
        settled[u] = 0.0
        waiting[u] = 0.0
        is_reached[u] = False
    return strength[start] * met, walked
