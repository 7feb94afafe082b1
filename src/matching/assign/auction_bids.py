"""Bidding: needs take their best partners and raise the price of those they take from others.

References
----------
Bertsekas, D. P. (1992). Auction algorithms for network flow problems: a tutorial introduction. Computational
Optimization and Applications 1, 7-66. (`bid_with_step`: a need that bids is almost happy, within one step.)
Jonker, R., Volgenant, A. (1987). A shortest augmenting path algorithm for dense and sparse linear assignment
problems. Computing 38, 325-340. (`bid_exactly`: their augmenting row reduction, here for many people and seats.)
"""

import numpy as np

from matching.assign.auction_compile import compiled
from matching.assign.auction_forward import best_unchosen
from matching.assign.auction_state import Book, Bytes, Floats, Ints, Ints32, Market

# Above this many, insertion into a sorted list costs more than sorting all margins.
INSERTION_LIMIT = 24


@compiled
def rank_margins(  # noqa: PLR0913, PLR0917 - fields of a tuple are counted at every access inside a loop; arrays are not
    need: int,
    keep: int,
    row_from: Ints,
    row_to: Ints,
    partner: Ints32,
    weight: Floats,
    price: Floats,
    chosen: Bytes,
    value: Floats,
    edge: Ints,
) -> int:
    """Write the best positive margins over unchosen edges into `value`, `edge`, best first; return how many."""
    if keep > INSERTION_LIMIT:
        return _rank_many(need, keep, row_from, row_to, partner, weight, price, chosen, value, edge)
    count, floor = 0, 0.0
    for e in range(row_from[need], row_to[need]):
        v = weight[e] - price[partner[e]]
        if v <= floor or chosen[e]:
            continue
        count = min(count + 1, keep)
        q = count - 1
        while q > 0 and value[q - 1] < v:
            value[q] = value[q - 1]
            edge[q] = edge[q - 1]
            q -= 1
        value[q] = v
        edge[q] = e
        if count == keep:
            floor = value[keep - 1]
    return count


@compiled
def _rank_many(  # noqa: PLR0913, PLR0917 - as rank_margins
    need: int,
    keep: int,
    row_from: Ints,
    row_to: Ints,
    partner: Ints32,
    weight: Floats,
    price: Floats,
    chosen: Bytes,
    value: Floats,
    edge: Ints,
) -> int:
    first, last = row_from[need], row_to[need]
    margins = np.empty(last - first)
    edges = np.empty(last - first, dtype=np.int64)
    count = 0
    for e in range(first, last):
        v = weight[e] - price[partner[e]]
        if v > 0.0 and not chosen[e]:
            margins[count] = -v
            edges[count] = e
            count += 1
    order = np.argsort(margins[:count])
    count = min(count, keep)
    for q in range(count):
        value[q] = -margins[order[q]]
        edge[q] = edges[order[q]]
    return count


@compiled
def best_two(
    need: int, row_from: Ints, row_to: Ints, partner: Ints32, weight: Floats, price: Floats, chosen: Bytes
) -> tuple[float, int]:
    """Return the second-best positive margin over unchosen edges (else 0) and the edge of the best (else -1).

    The same as `rank_margins` for a need that misses one, without branches that nobody can foresee.
    """
    best, second, edge = 0.0, 0.0, -1
    for e in range(row_from[need], row_to[need]):
        margin = weight[e] - price[partner[e]]
        v = 0.0 if chosen[e] else margin
        is_better = v > best
        second = max(second, min(v, best))
        edge = e if is_better else edge
        best = v if is_better else best
    return second, edge


@compiled
def fill_stack(missing: Ints32, stack: Ints32, waiting: Bytes) -> int:
    """Stack the needs that miss people; the stack keeps work local, so that it stays in the cache."""
    size = 0
    for i in range(missing.size):
        if missing[i] > 0:
            stack[size] = i
            waiting[i] = 1
            size += 1
    return size


@compiled
def push_need(need: int, size: int, stack: Ints32, waiting: Bytes) -> int:
    """Put a need on the stack unless it waits there; return the new size."""
    if waiting[need]:
        return size
    waiting[need] = 1
    stack[size] = need
    return size + 1


@compiled
def lose_seat(seat: int, slot_edge: Ints32, slot_need: Ints32, chosen: Bytes, missing: Ints32) -> int:
    """Take a seat from the edge that holds it; return the need that lost somebody."""
    need = slot_need[seat]
    chosen[slot_edge[seat]] = 0
    missing[need] += 1
    return int(need)


@compiled
def bid_with_step(m: Market, b: Book, step: float, budget: int) -> int:
    """Let every need bid `step` more than its second best until all are content or `budget` edges were looked at.

    Prices only rise; a partner with a free seat keeps its price. Returns the number of edges looked at.
    """
    row_from, row_to, partner, weight, _, slot_ptr = m
    price, _, chosen, missing, room, slot_edge, slot_need, slot_bid = b
    widest = missing.max() + 1 if missing.size else 1
    value, edge = np.empty(widest), np.empty(widest, dtype=np.int64)
    stack, waiting = np.empty(missing.size, dtype=np.int32), np.zeros(missing.size, dtype=np.uint8)
    size = fill_stack(missing, stack, waiting)
    looked = 0
    while size > 0 and looked < budget:
        size -= 1
        i = stack[size]
        waiting[i] = 0
        want = missing[i]
        looked += row_to[i] - row_from[i]
        count = rank_margins(i, want + 1, row_from, row_to, partner, weight, price, chosen, value, edge)
        other = value[want] if count > want else 0.0
        for q in range(min(count, want)):
            e = edge[q]
            j = partner[e]
            first, end = slot_ptr[j], slot_ptr[j + 1]
            if room[j] > 0:
                seat = end - room[j]
                room[j] -= 1
            else:
                seat = least_bid(first, end, slot_bid)
                loser = lose_seat(seat, slot_edge, slot_need, chosen, missing)
                size = push_need(loser, size, stack, waiting)
            slot_edge[seat] = e
            slot_need[seat] = i
            slot_bid[seat] = weight[e] - other + step
            chosen[e] = 1
            missing[i] -= 1
            if room[j] == 0:
                price[j] = slot_bid[least_bid(first, end, slot_bid)]
    return looked


@compiled
def least_bid(first: int, end: int, slot_bid: Floats) -> int:
    """Return the seat with the lowest bid."""
    seat = first
    for s in range(first + 1, end):
        if slot_bid[s] < slot_bid[seat]:
            seat = s
    return seat


@compiled
def raise_level(want: int, count: int, step: float, partner: Ints32, room: Ints32, value: Floats, edge: Ints) -> float:
    """Return the margin above which a need takes: raised to any full partner that it could outbid by `step` at most."""
    level = value[want] if count > want else 0.0
    for q in range(min(count, want) - 1, -1, -1):
        if room[partner[edge[q]]] == 0 and value[q] - level <= step:
            level = max(level, value[q])
    return level


@compiled
def least_holder(
    first: int, end: int, weight: Floats, level: Floats, slot_edge: Ints32, slot_need: Ints32
) -> tuple[float, int]:
    """Return the least that the holders of a partner's seats would pay, and the seat."""
    least, seat = np.inf, first
    for s in range(first, end):
        bid = weight[slot_edge[s]] - level[slot_need[s]]
        if bid < least:
            least, seat = bid, s
    return least, seat


@compiled
def bid_exactly(m: Market, b: Book, needs: Ints, step: float, budget: int) -> int:
    """Let `needs` and whoever they outbid bid no more than their second best, where that is more than `step` above the price.

    Keeps the book exact (see `Book.level`); whoever gains `step` or less by bidding stays short and is left to the
    searches. Returns the number of edges looked at.
    """
    row_from, row_to, partner, weight, _, slot_ptr = m
    price, level, chosen, missing, room, slot_edge, slot_need, _ = b
    widest = m.demand.max() + 1 if missing.size else 1
    value, edge = np.empty(widest), np.empty(widest, dtype=np.int64)
    stack, waiting = np.empty(missing.size, dtype=np.int32), np.zeros(missing.size, dtype=np.uint8)
    size = 0
    for need in needs:
        size = push_need(need, size, stack, waiting)
    looked = 0
    while size > 0 and looked < budget:
        size -= 1
        i = stack[size]
        waiting[i] = 0
        want = missing[i]
        looked += row_to[i] - row_from[i]
        count = rank_margins(i, want + 1, row_from, row_to, partner, weight, price, chosen, value, edge)
        level[i] = raise_level(want, count, step, partner, room, value, edge)
        for q in range(min(count, want)):
            e = edge[q]
            j = partner[e]
            first, end = slot_ptr[j], slot_ptr[j + 1]
            if value[q] < level[i] or (value[q] == level[i] and room[j] == 0):
                break
            if room[j] > 0:
                seat = end - room[j]
                room[j] -= 1
            else:
                least, seat = least_holder(first, end, weight, level, slot_edge, slot_need)
                if weight[e] - level[i] <= least:
                    # The holder would pay as much: the price rises to this bid, and the need looks again.
                    price[j] = weight[e] - level[i]
                    size = push_need(i, size, stack, waiting)
                    continue
                loser = lose_seat(seat, slot_edge, slot_need, chosen, missing)
                size = push_need(loser, size, stack, waiting)
            slot_edge[seat] = e
            slot_need[seat] = i
            chosen[e] = 1
            missing[i] -= 1
            if room[j] == 0:
                price[j] = max(price[j], least_holder(first, end, weight, level, slot_edge, slot_need)[0])
    for q in range(size):
        # Out of budget: whoever still waits may have seen prices fall since its level was set.
        level[stack[q]] = best_unchosen(stack[q], row_from, row_to, partner, weight, price, chosen)
    return looked
