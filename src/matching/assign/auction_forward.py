"""Shortest chains of changes from needs that miss people: the last ones are placed exactly.

A book that is exact except for needs that miss people is repaired one person at a time, along the cheapest chain
"takes him from her, who takes ..." that ends at a free seat or at a need that gives up what brings it nothing. Prices
and levels move with the chain, so that the book stays exact.

References
----------
Ahuja, R. K., Magnanti, T. L., Orlin, J. B. (1993). Network Flows, section 9.7 (successive shortest paths with
reduced costs).
"""

import numpy as np

from matching.assign.auction_compile import compiled
from matching.assign.auction_heap import forget_labels, pop_node, push_node
from matching.assign.auction_scratch import FAR, Reach
from matching.assign.auction_state import Book, Bytes, Floats, Ints, Ints32, Market


@compiled
def best_unchosen(
    need: int, row_from: Ints, row_to: Ints, partner: Ints32, weight: Floats, price: Floats, chosen: Bytes
) -> float:
    """Return the best margin of a need over its unchosen edges, at least 0."""
    best = 0.0
    for e in range(row_from[need], row_to[need]):
        v = weight[e] - price[partner[e]]
        if v > best and not chosen[e]:
            best = v
    return best


@compiled
def reach_partners(  # noqa: PLR0913, PLR0917 - as best_unchosen
    need: int,
    limit: float,
    state: Ints,
    row_from: Ints,
    row_to: Ints,
    partner: Ints32,
    weight: Floats,
    price: Floats,
    level: Floats,
    chosen: Bytes,
    room: Ints32,
    distance: Floats,
    place: Ints32,
    link: Ints32,
    origin: Ints32,
    keys: Floats,
    nodes: Ints32,
    seen: Ints32,
) -> float:
    """Look from a need at the partners it could take; return the length of the best chain known.

    `state` holds the size of the heap, the number of nodes seen, the end of the best chain and the edges looked at.
    """
    here = distance[need]
    base = here + level[need]
    size, n_seen = state[0], state[1]
    for e in range(row_from[need], row_to[need]):
        j = partner[e]
        x = base - (weight[e] - price[j])
        if x >= limit or chosen[e]:
            continue
        x = max(x, here)
        node = level.size + j
        if x >= distance[node]:
            continue
        if distance[node] == FAR:
            seen[n_seen] = node
            n_seen += 1
        distance[node] = x
        link[node] = e
        origin[node] = need
        if room[j] > 0:
            limit = x
            state[2] = node
        else:
            size = push_node(node, x, size, keys, nodes, place)
    state[0], state[1] = size, n_seen
    state[3] += row_to[need] - row_from[need]
    return limit


@compiled
def reach_holders(  # noqa: PLR0913, PLR0917 - as best_unchosen
    j: int,
    limit: float,
    state: Ints,
    slot_ptr: Ints,
    slot_edge: Ints32,
    slot_need: Ints32,
    weight: Floats,
    price: Floats,
    level: Floats,
    room: Ints32,
    distance: Floats,
    place: Ints32,
    link: Ints32,
    origin: Ints32,
    keys: Floats,
    nodes: Ints32,
    seen: Ints32,
) -> float:
    """Look from a full partner at the needs that could give it up; return the length of the best chain known."""
    node = level.size + j
    here = distance[node]
    for s in range(slot_ptr[j], slot_ptr[j + 1] - room[j]):
        k = slot_need[s]
        x = here + max(0.0, weight[slot_edge[s]] - price[j] - level[k])
        if x >= limit or x >= distance[k]:
            continue
        if distance[k] == FAR:
            seen[state[1]] = k
            state[1] += 1
        distance[k] = x
        link[k] = s
        origin[k] = node
        if x + level[k] < limit:
            limit = x + level[k]
            state[2] = k
        state[0] = push_node(k, x, state[0], keys, nodes, place)
    return limit


@compiled
def shift_forward(m: Market, b: Book, r: Reach, source: int, end: int) -> None:
    """Move people along the chain that a search found from the need `source` to `end`."""
    n_needs = m.demand.size
    if end < n_needs:
        seat = r.link[end]
        b.level[end] = 0.0
        lose = b.slot_edge[seat]
        b.chosen[lose] = 0
        b.missing[end] += 1
        node = n_needs + m.partner[lose]
    else:
        node = end
        j = end - n_needs
        seat = m.slot_ptr[j + 1] - b.room[j]
        b.room[j] -= 1
    b.missing[source] -= 1
    while True:
        edge, need = r.link[node], r.origin[node]
        b.slot_edge[seat] = edge
        b.slot_need[seat] = need
        b.chosen[edge] = 1
        if need == source:
            return
        seat = r.link[need]
        lose = b.slot_edge[seat]
        b.chosen[lose] = 0
        node = n_needs + m.partner[lose]


@compiled
def search_forward(m: Market, b: Book, r: Reach, source: int, state: Ints) -> float:
    """Find one more person for `source`, or prove that nobody is worth it; return by how much the dual excess falls."""
    row_from, row_to, partner, weight, _, slot_ptr = m
    price, level, chosen, missing, room, slot_edge, slot_need, _ = b
    distance, place, link, origin, keys, nodes, seen, settled = r
    before = missing[source] * level[source]
    limit = best_unchosen(source, row_from, row_to, partner, weight, price, chosen)
    level[source] = limit
    if limit <= 0.0:
        return float(before)
    state[0], state[1], state[2] = 0, 1, source
    seen[0] = source
    distance[source] = 0.0
    count, node = 0, source
    while True:
        settled[count] = node
        count += 1
        if node < level.size:
            limit = reach_partners(
                node, limit, state, row_from, row_to, partner, weight, price, level, chosen, room,
                distance, place, link, origin, keys, nodes, seen,
            )  # fmt: skip
        else:
            limit = reach_holders(
                node - level.size, limit, state, slot_ptr, slot_edge, slot_need, weight, price, level, room,
                distance, place, link, origin, keys, nodes, seen,
            )  # fmt: skip
        if state[0] == 0 or keys[0] >= limit:
            break
        node = pop_node(state[0], keys, nodes, place)
        state[0] -= 1
    for q in range(count):
        node = settled[q]
        if node < level.size:
            level[node] = max(0.0, level[node] - (limit - distance[node]))
        else:
            price[node - level.size] += limit - distance[node]
    sold_at = price[state[2] - level.size] if state[2] >= level.size else 0.0
    if state[2] != source:
        shift_forward(m, b, r, source, state[2])
    forget_labels(state[1], seen, distance, place)
    return float(before + sold_at - missing[source] * level[source])


@compiled
def place_missing(
    m: Market, b: Book, r: Reach, needs: Ints, excess: float, enough: float, budget: int
) -> tuple[float, int]:
    """Search for each of `needs` that misses people, until the dual excess is `enough` or `budget` edges were looked at.

    `excess` is how far the dual value of the book lies above the total. Returns the excess left (an upper estimate)
    and the number of edges looked at, which is less than `budget` when all are done.
    """
    state = np.zeros(4, dtype=np.int64)
    for need in needs:
        while b.missing[need] > 0:
            if excess <= enough or state[3] >= budget:
                return excess, state[3]
            people = b.missing[need]
            excess -= search_forward(m, b, r, need, state)
            if b.missing[need] == people:
                break
    return excess, state[3]


@compiled
def settle_levels(m: Market, b: Book) -> None:
    """Set the level of every need to its best margin over unchosen edges."""
    row_from, row_to, partner, weight, demand, _ = m
    price, level, chosen, _, _, _, _, _ = b
    for i in range(demand.size):
        if demand[i] > 0:
            level[i] = best_unchosen(i, row_from, row_to, partner, weight, price, chosen)
