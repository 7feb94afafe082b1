"""Shortest chains of changes from partners that ask a price and are free: they are sold or become free of charge.

The mirror image of `matching.assign.auction_forward`: the price of the partner falls until some need takes it, gives
somebody else up for it, who is taken by another need ..., until a chain ends at a need that misses people or at a
partner whose price reaches 0.
"""

import numpy as np

from matching.assign.auction_compile import compiled
from matching.assign.auction_fetch import fetch_column, fetch_row
from matching.assign.auction_heap import forget_labels, pop_node, push_node
from matching.assign.auction_scratch import FAR, Reach
from matching.assign.auction_state import Book, Bytes, Columns, Floats, Ints, Ints32, Market


@compiled
def no_late(ptr: Ints, edge: Ints32, need: Ints32, n_needs: int) -> Columns:
    """Return columns in which no need is stale."""
    none = np.empty(0, dtype=np.int32)
    first = np.full(ptr.size - 1, -1, dtype=np.int32)
    return Columns(ptr, edge, need, np.zeros(n_needs, dtype=np.uint8), first, none, none.copy(), none.copy())


@compiled
def group_by_partner(m: Market, degree: Ints) -> Columns:
    """Group the edges by partner, in the order of needs."""
    row_from, row_to, partner, _, demand, _ = m
    ptr = np.zeros(degree.size + 1, dtype=np.int64)
    free = np.zeros(degree.size, dtype=np.int64)
    for j in range(degree.size):
        free[j] = ptr[j]
        ptr[j + 1] = ptr[j] + degree[j]
    edge = np.empty(partner.size, dtype=np.int32)
    need = np.empty(partner.size, dtype=np.int32)
    for i in range(demand.size):
        for e in range(row_from[i], row_to[i]):
            at = free[partner[e]]
            free[partner[e]] = at + 1
            edge[at] = e
            need[at] = i
    return no_late(ptr, edge, need, demand.size)


@compiled
def reach_takers(  # noqa: PLR0913, PLR0917 - fields of a tuple are counted at every access inside a loop; arrays are not
    j: int,
    limit: float,
    state: Ints,
    partner_ptr: Ints,
    column_edge: Ints32,
    column_need: Ints32,
    stale: Bytes,
    first: Ints32,
    later: Ints32,
    late_edge: Ints32,
    late_need: Ints32,
    row_from: Ints,
    partner: Ints32,
    weight: Floats,
    price: Floats,
    level: Floats,
    chosen: Bytes,
    missing: Ints32,
    distance: Floats,
    place: Ints32,
    link: Ints32,
    origin: Ints32,
    keys: Floats,
    nodes: Ints32,
    seen: Ints32,
) -> float:
    """Look from a partner at the needs that would take it if it were cheaper; return the length of the best chain.

    `state` is as in `matching.assign.auction_forward.reach_partners`.
    """
    node = level.size + j
    here = distance[node]
    q, end, late = partner_ptr[j], partner_ptr[j + 1], first[j]
    while q < end or late >= 0:
        if q < end:
            e, i = column_edge[q], column_need[q]
            q += 1
            is_stale = stale[i] != 0
        else:
            e, i = late_edge[late], late_need[late]
            late = later[late]
            is_stale = False
        x = here + level[i] - (weight[e] - price[j])
        if x >= limit or chosen[e] or is_stale:
            continue
        x = max(x, here)
        if x >= distance[i]:
            continue
        if distance[i] == FAR:
            seen[state[1]] = i
            state[1] += 1
            fetch_row(i, row_from, partner, weight, chosen)
        distance[i] = x
        link[i] = e
        origin[i] = node
        if missing[i] > 0:
            limit = x
            state[2] = i
        else:
            state[0] = push_node(i, x, state[0], keys, nodes, place)
    state[3] += partner_ptr[j + 1] - partner_ptr[j]
    return limit


@compiled
def reach_released(  # noqa: PLR0913, PLR0917 - as reach_takers
    need: int,
    limit: float,
    state: Ints,
    partner_ptr: Ints,
    column_edge: Ints32,
    column_need: Ints32,
    first: Ints32,
    row_from: Ints,
    row_to: Ints,
    partner: Ints32,
    weight: Floats,
    price: Floats,
    level: Floats,
    chosen: Bytes,
    distance: Floats,
    place: Ints32,
    link: Ints32,
    origin: Ints32,
    keys: Floats,
    nodes: Ints32,
    seen: Ints32,
) -> float:
    """Look from a full need at the partners it could give up; return the length of the best chain known."""
    here = distance[need]
    for e in range(row_from[need], row_to[need]):
        if not chosen[e]:
            continue
        j = partner[e]
        node = level.size + j
        x = here + max(0.0, weight[e] - price[j] - level[need])
        if x >= limit or x >= distance[node]:
            continue
        if distance[node] == FAR:
            seen[state[1]] = node
            state[1] += 1
            fetch_column(j, partner_ptr, column_edge, column_need, first)
        distance[node] = x
        link[node] = e
        origin[node] = need
        if x + price[j] < limit:
            limit = x + price[j]
            state[2] = node
        state[0] = push_node(node, x, state[0], keys, nodes, place)
    state[3] += row_to[need] - row_from[need]
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
    """Move people along the chain that a search found from the free partner `source` to `end`."""
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
        b.room[j] += 1
        last = m.slot_ptr[j + 1] - b.room[j]
        b.slot_edge[seat] = b.slot_edge[last]
        b.slot_need[seat] = b.slot_need[last]
    while True:
        edge, node = r.link[need], r.origin[need]
        j = node - n_needs
        b.chosen[edge] = 1
        if j == source:
            seat = m.slot_ptr[j + 1] - b.room[j]
            b.room[j] -= 1
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
def search_backward(m: Market, b: Book, r: Reach, c: Columns, source: int, state: Ints) -> float:
    """Sell a free seat of `source`, or bring its price down to 0; return by how much the dual excess falls."""
    row_from, row_to, partner, weight, _, _ = m
    price, level, chosen, missing, room, _, _, _ = b
    distance, place, link, origin, keys, nodes, seen, settled = r
    partner_ptr, column_edge, column_need, stale, first, later, late_edge, late_need = c
    n_needs = level.size
    before = room[source] * price[source]
    limit = price[source]
    node = n_needs + source
    state[0], state[1], state[2] = 0, 1, node
    seen[0] = node
    distance[node] = 0.0
    count = 0
    while True:
        settled[count] = node
        count += 1
        if node < n_needs:
            limit = reach_released(
                node, limit, state, partner_ptr, column_edge, column_need, first, row_from, row_to, partner, weight,
                price, level, chosen, distance, place, link, origin, keys, nodes, seen,
            )  # fmt: skip
        else:
            limit = reach_takers(
                node - n_needs, limit, state, partner_ptr, column_edge, column_need, stale, first, later, late_edge,
                late_need, row_from, partner, weight, price, level, chosen, missing,
                distance, place, link, origin, keys, nodes, seen,
            )  # fmt: skip
        if state[0] == 0 or keys[0] >= limit:
            break
        node = pop_node(state[0], keys, nodes, place)
        state[0] -= 1
    for q in range(count):
        node = settled[q]
        if node < n_needs:
            level[node] += limit - distance[node]
        else:
            price[node - n_needs] = max(0.0, price[node - n_needs] - (limit - distance[node]))
    if state[2] == n_needs + source:
        price[source] = 0.0
    else:
        shift_backward(m, b, r, source, state[2])
    forget_labels(state[1], seen, distance, place)
    return float(before - room[source] * price[source])


@compiled
def sell_free(
    m: Market, b: Book, r: Reach, c: Columns, partners: Ints, excess: float, enough: float, budget: int
) -> tuple[float, int]:
    """Search for each of `partners` that asks a price and is free, as `place_missing` does for needs."""
    state = np.zeros(4, dtype=np.int64)
    for partner in partners:
        while b.price[partner] > 0.0 and b.room[partner] > 0:
            if excess <= enough or state[3] >= budget:
                return excess, state[3]
            excess -= search_backward(m, b, r, c, partner, state)
    return excess, state[3]
