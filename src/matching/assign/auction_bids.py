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
from matching.assign.auction_state import Book, Bytes, Floats, Ints, Ints32, Market

# Above this many, insertion into a sorted list costs more than sorting all margins.
INSERTION_LIMIT = 24


@compiled
def rank_margins(m: Market, b: Book, need: int, keep: int, value: Floats, edge: Ints) -> int:
    """Write the best positive margins over unchosen edges into `value`, `edge`, best first; return how many."""
    first, last = m.need_ptr[need], m.need_ptr[need + 1]
    if keep > INSERTION_LIMIT:
        return _rank_many(m, b, need, keep, value, edge)
    partner, weight, price, chosen = m.partner, m.weight, b.price, b.chosen
    count, floor = 0, 0.0
    for e in range(first, last):
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
def _rank_many(m: Market, b: Book, need: int, keep: int, value: Floats, edge: Ints) -> int:
    first, last = m.need_ptr[need], m.need_ptr[need + 1]
    margins = np.empty(last - first)
    edges = np.empty(last - first, dtype=np.int64)
    count = 0
    for e in range(first, last):
        v = m.weight[e] - b.price[m.partner[e]]
        if v > 0.0 and not b.chosen[e]:
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
def take_seat(b: Book, seat: int, edge: int, need: int) -> None:
    """Give a seat to an edge of `need`."""
    b.slot_edge[seat] = edge
    b.slot_need[seat] = need
    b.chosen[edge] = 1
    b.missing[need] -= 1


@compiled
def lose_seat(b: Book, seat: int) -> int:
    """Take a seat from the edge that holds it; return the need that lost somebody."""
    need = b.slot_need[seat]
    b.chosen[b.slot_edge[seat]] = 0
    b.missing[need] += 1
    return int(need)


@compiled
def bid_with_step(m: Market, b: Book, step: float, budget: int) -> int:
    """Let every need bid `step` more than its second best until all are content or `budget` edges were looked at.

    Prices only rise; a partner with a free seat keeps its price. Returns the number of edges looked at.
    """
    n_needs = m.demand.size
    widest = m.demand.max() + 1 if n_needs else 1
    value, edge = np.empty(widest), np.empty(widest, dtype=np.int64)
    stack, waiting = np.empty(n_needs, dtype=np.int32), np.zeros(n_needs, dtype=np.uint8)
    size = fill_stack(b.missing, stack, waiting)
    looked = 0
    while size > 0 and looked < budget:
        size -= 1
        i = stack[size]
        waiting[i] = 0
        want = b.missing[i]
        looked += m.need_ptr[i + 1] - m.need_ptr[i]
        count = rank_margins(m, b, i, want + 1, value, edge)
        other = value[want] if count > want else 0.0
        for q in range(min(count, want)):
            e = edge[q]
            j = m.partner[e]
            first, end = m.slot_ptr[j], m.slot_ptr[j + 1]
            seat = first + b.used[j]
            if seat < end:
                b.used[j] += 1
            else:
                seat = first + np.argmin(b.slot_bid[first:end])
                loser = lose_seat(b, seat)
                if not waiting[loser]:
                    waiting[loser] = 1
                    stack[size] = loser
                    size += 1
            take_seat(b, seat, e, i)
            b.slot_bid[seat] = m.weight[e] - other + step
            if first + b.used[j] == end:
                b.price[j] = np.min(b.slot_bid[first:end])
    return looked


@compiled
def content_level(m: Market, b: Book, want: int, count: int, step: float, value: Floats, edge: Ints) -> float:
    """Return the margin above which a need takes: raised to any full partner that it could outbid by `step` at most."""
    level = value[want] if count > want else 0.0
    for q in range(min(count, want) - 1, -1, -1):
        j = m.partner[edge[q]]
        if m.slot_ptr[j] + b.used[j] == m.slot_ptr[j + 1] and value[q] - level <= step:
            level = max(level, value[q])
    return level


@compiled
def lowest_bid(m: Market, b: Book, first: int, end: int) -> tuple[float, int]:
    """Return the least that the holders of a partner's seats would pay, and the seat."""
    least, seat = np.inf, first
    for s in range(first, end):
        bid = m.weight[b.slot_edge[s]] - b.level[b.slot_need[s]]
        if bid < least:
            least, seat = bid, s
    return least, seat


@compiled
def bid_exactly(m: Market, b: Book, step: float, budget: int) -> int:
    """Let needs bid no more than their second best, where that is more than `step` above the price.

    Keeps the book exact (see `Book.level`); whoever gains `step` or less by bidding stays short and is left to the
    searches. Returns the number of edges looked at.
    """
    n_needs = m.demand.size
    widest = m.demand.max() + 1 if n_needs else 1
    value, edge = np.empty(widest), np.empty(widest, dtype=np.int64)
    stack, waiting = np.empty(n_needs, dtype=np.int32), np.zeros(n_needs, dtype=np.uint8)
    size = fill_stack(b.missing, stack, waiting)
    looked = 0
    while size > 0 and looked < budget:
        size -= 1
        i = stack[size]
        waiting[i] = 0
        want = b.missing[i]
        looked += m.need_ptr[i + 1] - m.need_ptr[i]
        count = rank_margins(m, b, i, want + 1, value, edge)
        level = content_level(m, b, want, count, step, value, edge)
        b.level[i] = level
        outbid = False
        for q in range(min(count, want)):
            e = edge[q]
            j = m.partner[e]
            first, end = m.slot_ptr[j], m.slot_ptr[j + 1]
            seat = first + b.used[j]
            if value[q] < level:
                break
            if seat < end:
                b.used[j] += 1
            elif value[q] <= level:
                break
            else:
                least, seat = lowest_bid(m, b, first, end)
                if m.weight[e] - level <= least:
                    b.price[j] = m.weight[e] - level
                    outbid = True
                    continue
                loser = lose_seat(b, seat)
                if not waiting[loser]:
                    waiting[loser] = 1
                    stack[size] = loser
                    size += 1
            take_seat(b, seat, e, i)
            if first + b.used[j] == end:
                b.price[j] = max(b.price[j], lowest_bid(m, b, first, end)[0])
        if outbid and not waiting[i]:
            waiting[i] = 1
            stack[size] = i
            size += 1
    return looked
