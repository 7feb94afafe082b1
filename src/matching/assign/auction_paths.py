"""Shortest chains of changes: the last people are placed, and overpriced partners sold, exactly.

A book that is exact except for needs that miss people and for partners that ask a price and are free is repaired one
unit at a time: along the cheapest chain "takes him from her, who takes ..." that ends at a free seat or at somebody
who gives up what brings nothing. The prices move with the chain, so that the book stays exact.

References
----------
Ahuja, R. K., Magnanti, T. L., Orlin, J. B. (1993). Network Flows, section 9.7 (successive shortest paths with
reduced costs).
"""

from typing import NamedTuple

import numpy as np

from matching.assign.auction_compile import compiled
from matching.assign.auction_heap import Reach, forget_labels, label_node, pop_node, push_node
from matching.assign.auction_state import Book, Ints, Ints32, Market


class Columns(NamedTuple):
    """Edges grouped by partner.

    Attributes
    ----------
    partner_ptr : ndarray of shape (n_partners + 1,)
    edge, need : ndarray of shape (n_edges,)
    """

    partner_ptr: Ints
    edge: Ints32
    need: Ints32


@compiled
def refresh_level(m: Market, b: Book, need: int) -> float:
    """Set the level of a need to its best margin over unchosen edges, at least 0."""
    best = 0.0
    for e in range(m.need_ptr[need], m.need_ptr[need + 1]):
        v = m.weight[e] - b.price[m.partner[e]]
        if v > best and not b.chosen[e]:
            best = v
    b.level[need] = best
    return best


@compiled
def reach_partners(m: Market, b: Book, r: Reach, need: int, limit: float, state: Ints) -> float:
    """Look from a need at the partners it could take; return the length of the best chain known.

    `state` holds heap size, nodes seen and the end of the best chain.
    """
    n_needs = m.demand.size
    partner, weight, price, chosen = m.partner, m.weight, b.price, b.chosen
    distance, slot_ptr, used = r.distance, m.slot_ptr, b.used
    here = distance[need]
    base = here + b.level[need]
    for e in range(m.need_ptr[need], m.need_ptr[need + 1]):
        j = partner[e]
        x = base - (weight[e] - price[j])
        if x >= limit or chosen[e]:
            continue
        x = max(x, here)
        node = n_needs + j
        if x >= limit or x >= distance[node]:
            continue
        state[1] = label_node(r, node, x, e, need, state[1])
        if slot_ptr[j] + used[j] < slot_ptr[j + 1]:
            limit = x
            state[2] = node
        else:
            state[0] = push_node(r, node, x, state[0])
    return limit


@compiled
def reach_holders(m: Market, b: Book, r: Reach, partner: int, limit: float, state: Ints) -> float:
    """Look from a full partner at the needs that could give it up; return the length of the best chain known."""
    node = m.demand.size + partner
    here = r.distance[node]
    price = b.price[partner]
    first = m.slot_ptr[partner]
    for s in range(first, first + b.used[partner]):
        k = b.slot_need[s]
        x = here + max(0.0, m.weight[b.slot_edge[s]] - price - b.level[k])
        if x >= limit or x >= r.distance[k]:
            continue
        state[1] = label_node(r, k, x, s, node, state[1])
        if x + b.level[k] < limit:
            limit = x + b.level[k]
            state[2] = k
        state[0] = push_node(r, k, x, state[0])
    return limit


@compiled
def shift_forward(m: Market, b: Book, r: Reach, source: int, end: int) -> None:
    """Move people along the chain that a forward search found from `source` to `end`."""
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
        seat = m.slot_ptr[j] + b.used[j]
        b.used[j] += 1
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
def search_forward(m: Market, b: Book, r: Reach, source: int, state: Ints) -> bool:
    """Find one more person for `source`, or prove that nobody is worth it; return whether one was found."""
    n_needs = m.demand.size
    limit = refresh_level(m, b, source)
    if limit <= 0.0:
        return False
    state[0], state[1], state[2] = 0, 0, source
    state[1] = label_node(r, source, 0.0, -1, -1, 0)
    settled = 0
    node = source
    while True:
        r.settled[settled] = node
        settled += 1
        if node < n_needs:
            state[3] += m.need_ptr[node + 1] - m.need_ptr[node]
            limit = reach_partners(m, b, r, node, limit, state)
        else:
            state[3] += b.used[node - n_needs]
            limit = reach_holders(m, b, r, node - n_needs, limit, state)
        if state[0] == 0 or r.key[0] >= limit:
            break
        node = pop_node(r, state[0])
        state[0] -= 1
    for q in range(settled):
        node = r.settled[q]
        if node < n_needs:
            b.level[node] = max(0.0, b.level[node] - (limit - r.distance[node]))
        else:
            b.price[node - n_needs] += limit - r.distance[node]
    found = bool(state[2] != source)
    if found:
        shift_forward(m, b, r, source, state[2])
    forget_labels(r, state[1])
    return found


@compiled
def place_missing(m: Market, b: Book, r: Reach, start: int, budget: int) -> tuple[int, int]:
    """Search for every need from `start` on that misses people, until about `budget` edges were looked at.

    Returns the need at which to go on (n_needs when done) and the number of edges looked at.
    """
    state = np.zeros(4, dtype=np.int64)
    for need in range(start, m.demand.size):
        while b.missing[need] > 0:
            if state[3] >= budget:
                return need, state[3]
            if not search_forward(m, b, r, need, state):
                break
    return m.demand.size, state[3]


@compiled
def reach_takers(m: Market, b: Book, r: Reach, c: Columns, partner: int, limit: float, state: Ints) -> float:
    """Look from a partner at the needs that would take it if it were cheaper; return the length of the best chain."""
    node = m.demand.size + partner
    here = r.distance[node]
    price = b.price[partner]
    for q in range(c.partner_ptr[partner], c.partner_ptr[partner + 1]):
        e, i = c.edge[q], c.need[q]
        x = here + b.level[i] - (m.weight[e] - price)
        if x >= limit or b.chosen[e]:
            continue
        x = max(x, here)
        if x >= limit or x >= r.distance[i]:
            continue
        state[1] = label_node(r, i, x, e, node, state[1])
        if b.missing[i] > 0:
            limit = x
            state[2] = i
        else:
            state[0] = push_node(r, i, x, state[0])
    return limit


@compiled
def reach_released(m: Market, b: Book, r: Reach, need: int, limit: float, state: Ints) -> float:
    """Look from a full need at the partners it could give up; return the length of the best chain known."""
    n_needs = m.demand.size
    here = r.distance[need]
    for e in range(m.need_ptr[need], m.need_ptr[need + 1]):
        if not b.chosen[e]:
            continue
        j = m.partner[e]
        node = n_needs + j
        x = here + max(0.0, m.weight[e] - b.price[j] - b.level[need])
        if x >= limit or x >= r.distance[node]:
            continue
        state[1] = label_node(r, node, x, e, need, state[1])
        if x + b.price[j] < limit:
            limit = x + b.price[j]
            state[2] = node
        state[0] = push_node(r, node, x, state[0])
    return limit


@compiled
def seat_of(m: Market, b: Book, edge: int) -> int:
    """Return the seat that a chosen edge holds."""
    seat = m.slot_ptr[m.partner[edge]]
    while b.slot_edge[seat] != edge:
        seat += 1
    return int(seat)


@compiled
def shift_backward(m: Market, b: Book, r: Reach, source: int, end: int) -> None:
    """Move people along the chain that a backward search found from the free partner `source` to `end`."""
    n_needs = m.demand.size
    need = end
    if end < n_needs:
        b.missing[end] -= 1
    else:
        j = end - n_needs
        b.price[j] = 0.0
        lose, need = r.link[end], r.origin[end]
        seat = seat_of(m, b, lose)
        b.chosen[lose] = 0
        b.used[j] -= 1
        last = m.slot_ptr[j] + b.used[j]
        b.slot_edge[seat] = b.slot_edge[last]
        b.slot_need[seat] = b.slot_need[last]
    while True:
        edge, node = r.link[need], r.origin[need]
        j = node - n_needs
        b.chosen[edge] = 1
        if j == source:
            seat = m.slot_ptr[j] + b.used[j]
            b.used[j] += 1
            b.slot_edge[seat] = edge
            b.slot_need[seat] = need
            return
        lose = r.link[node]
        seat = seat_of(m, b, lose)
        b.chosen[lose] = 0
        b.slot_edge[seat] = edge
        b.slot_need[seat] = need
        need = r.origin[node]


@compiled
def search_backward(m: Market, b: Book, r: Reach, c: Columns, source: int, state: Ints) -> bool:
    """Sell a free seat of `source`, or bring its price down to 0; return whether it was sold."""
    n_needs = m.demand.size
    limit = b.price[source]
    state[0], state[1], state[2] = 0, 0, n_needs + source
    state[1] = label_node(r, n_needs + source, 0.0, -1, -1, 0)
    settled = 0
    node = n_needs + source
    while True:
        r.settled[settled] = node
        settled += 1
        if node < n_needs:
            state[3] += m.need_ptr[node + 1] - m.need_ptr[node]
            limit = reach_released(m, b, r, node, limit, state)
        else:
            j = node - n_needs
            state[3] += c.partner_ptr[j + 1] - c.partner_ptr[j]
            limit = reach_takers(m, b, r, c, j, limit, state)
        if state[0] == 0 or r.key[0] >= limit:
            break
        node = pop_node(r, state[0])
        state[0] -= 1
    for q in range(settled):
        node = r.settled[q]
        if node < n_needs:
            b.level[node] += limit - r.distance[node]
        else:
            b.price[node - n_needs] = max(0.0, b.price[node - n_needs] - (limit - r.distance[node]))
    sold = bool(state[2] != n_needs + source)
    if sold:
        shift_backward(m, b, r, source, state[2])
    else:
        b.price[source] = 0.0
    forget_labels(r, state[1])
    return sold


@compiled
def sell_free(m: Market, b: Book, r: Reach, c: Columns, start: int, budget: int) -> tuple[int, int]:
    """Search for every partner from `start` on that asks a price and is free, as `place_missing` does for needs."""
    state = np.zeros(4, dtype=np.int64)
    for partner in range(start, b.price.size):
        while b.price[partner] > 0.0 and m.slot_ptr[partner] + b.used[partner] < m.slot_ptr[partner + 1]:
            if state[3] >= budget:
                return partner, state[3]
            if not search_backward(m, b, r, c, partner, state):
                break
    return b.price.size, state[3]
