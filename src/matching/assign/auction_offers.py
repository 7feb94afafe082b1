"""Bids and offers with a step on a book that stands: after a round, or after the rows of a few needs changed.

`offer_with_step` is the mirror image of bidding: partners that ask a price and are free lower it, a step below what
they need, and win somebody over. Where supply hardly exceeds demand, prices that were raised for somebody who then
went elsewhere would else stay unsold. `bid_again` is bidding from a book that is complementary to within a step,
which it stays.

References
----------
Bertsekas, D. P., Castanon, D. A. (1992). A forward/reverse auction algorithm for asymmetric assignment problems.
Computational Optimization and Applications 1, 277-297.
"""

import numpy as np

from matching.assign.auction_bids import best_two, least_holder, lose_seat, push_need, rank_margins
from matching.assign.auction_compile import compiled
from matching.assign.auction_fetch import fetch_row
from matching.assign.auction_state import Book, Bytes, Columns, Floats, Ints, Ints32, Market


@compiled
def bid_again(m: Market, b: Book, needs: Ints, step: float, budget: int) -> int:
    """Let `needs` and whoever they outbid bid `step` more than their second best.

    No level falls below the best margin left out, and no chosen margin more than `step` below its level. Returns the
    number of edges looked at.
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
        if want == 1:
            level[i], edge[0] = best_two(i, row_from, row_to, partner, weight, price, chosen)
            found = 1 if edge[0] >= 0 else 0
        else:
            found = rank_margins(i, want + 1, row_from, row_to, partner, weight, price, chosen, value, edge)
            level[i] = value[want] if found > want else 0.0
        for q in range(min(found, want)):
            j = partner[edge[q]]
            first, end = slot_ptr[j], slot_ptr[j + 1]
            if room[j] > 0:
                seat = end - room[j]
                room[j] -= 1
            else:
                # Of one seat it is known who holds it: what he would pay lies far away in memory.
                is_one = end - first == 1
                seat = first if is_one else least_holder(first, end, weight, level, slot_edge, slot_need)[1]
                fetch_row(slot_need[seat], row_from, partner, weight, chosen)
                size = push_need(lose_seat(seat, slot_edge, slot_need, chosen, missing), size, stack, waiting)
            slot_edge[seat] = edge[q]
            slot_need[seat] = i
            chosen[edge[q]] = 1
            missing[i] -= 1
            if room[j] == 0:
                least = least_holder(first, end, weight, level, slot_edge, slot_need)[0]
                price[j] = max(price[j], least + step)
    return looked


@compiled
def weakest_chosen(
    need: int, row_from: Ints, row_to: Ints, partner: Ints32, weight: Floats, price: Floats, chosen: Bytes
) -> tuple[float, int]:
    """Return the least margin of a need over its chosen edges, and the edge."""
    least, edge = np.inf, -1
    for e in range(row_from[need], row_to[need]):
        if chosen[e]:
            v = weight[e] - price[partner[e]]
            if v < least:
                least, edge = v, e
    return least, edge


@compiled
def best_takers(  # noqa: PLR0913, PLR0917 - fields of a tuple are counted at every access inside a loop; arrays are not
    j: int,
    partner_ptr: Ints,
    column_edge: Ints32,
    column_need: Ints32,
    row_from: Ints,
    row_to: Ints,
    partner: Ints32,
    weight: Floats,
    price: Floats,
    chosen: Bytes,
    missing: Ints32,
    profit: Floats,
) -> tuple[float, float, int]:
    """Return the best and second-best price, at least 0, that needs would pay for a partner, and where the best is listed.

    `profit` is what a need has from the weakest of its people, nothing while it misses somebody; NaN is not known yet.
    """
    best, second, at = 0.0, 0.0, -1
    for q in range(partner_ptr[j], partner_ptr[j + 1]):
        e = column_edge[q]
        w = weight[e]
        if w <= second or chosen[e]:
            continue
        i = column_need[q]
        if np.isnan(profit[i]):
            profit[i] = 0.0
            if missing[i] <= 0:
                profit[i] = weakest_chosen(i, row_from, row_to, partner, weight, price, chosen)[0]
        v = w - profit[i]
        if v > best:
            best, second, at = v, best, q
        elif v > second:
            second = v
    return best, second, at


@compiled
def lift_levels(
    j: int,
    partner_ptr: Ints,
    column_edge: Ints32,
    column_need: Ints32,
    weight: Floats,
    price: Floats,
    level: Floats,
    chosen: Bytes,
) -> None:
    """Lift the level of every need to the margin that a partner whose price fell now has for it."""
    asked = price[j]
    for q in range(partner_ptr[j], partner_ptr[j + 1]):
        e = column_edge[q]
        v = weight[e] - asked
        if v > level[column_need[q]] and not chosen[e]:
            level[column_need[q]] = v


@compiled
def win_over(m: Market, b: Book, edge: int, need: int, profit: Floats) -> int:
    """Give a free seat of the partner of `edge` to `need`, in place of its weakest if it is full.

    Returns the partner who was left, or -1.
    """
    row_from, row_to, partner, weight, _, slot_ptr = m
    price, level, chosen, missing, room, slot_edge, slot_need, _ = b
    left = -1
    if missing[need] > 0:
        missing[need] -= 1
    else:
        margin, lose = weakest_chosen(need, row_from, row_to, partner, weight, price, chosen)
        level[need] = max(level[need], margin)
        left = partner[lose]
        seat = slot_ptr[left]
        while slot_edge[seat] != lose:
            seat += 1
        chosen[lose] = 0
        room[left] += 1
        last = slot_ptr[left + 1] - room[left]
        slot_edge[seat], slot_need[seat] = slot_edge[last], slot_need[last]
    j = partner[edge]
    seat = slot_ptr[j + 1] - room[j]
    room[j] -= 1
    chosen[edge] = 1
    slot_edge[seat], slot_need[seat] = edge, need
    profit[need] = np.nan
    return int(left)


@compiled
def offer_with_step(m: Market, b: Book, c: Columns, step: float, budget: int) -> int:
    """Let every free partner that asks a price offer `step` below the second-best offer until all are sold or ask nothing.

    Stops when `budget` edges were looked at; returns the number looked at. `slot_bid` is not kept up and no need may be
    stale in `c`.
    """
    row_from, row_to, partner, weight, demand, slot_ptr = m
    price, level, chosen, missing, room, _, slot_need, _ = b
    partner_ptr, column_edge, column_need, _, _, _, _, _ = c
    profit = np.full(demand.size, np.nan)
    stack, waiting = np.empty(price.size, dtype=np.int32), np.zeros(price.size, dtype=np.uint8)
    size, looked = 0, 0
    for j in range(price.size):
        if price[j] > 0.0 and room[j] > 0:
            stack[size] = j
            waiting[j] = 1
            size += 1
    while size > 0 and looked < budget:
        size -= 1
        j = stack[size]
        waiting[j] = 0
        while price[j] > 0.0 and room[j] > 0 and looked < budget:
            best, second, at = best_takers(
                j,
                partner_ptr,
                column_edge,
                column_need,
                row_from,
                row_to,
                partner,
                weight,
                price,
                chosen,
                missing,
                profit,
            )
            looked += partner_ptr[j + 1] - partner_ptr[j]
            price[j] = max(0.0, min(price[j], second - step)) if best > step else 0.0
            if best > step:
                left = win_over(m, b, column_edge[at], column_need[at], profit)
                looked += 2 * (row_to[column_need[at]] - row_from[column_need[at]])
                if left >= 0 and price[left] > 0.0 and not waiting[left]:
                    stack[size] = left
                    waiting[left] = 1
                    size += 1
            lift_levels(j, partner_ptr, column_edge, column_need, weight, price, level, chosen)
            for s in range(slot_ptr[j], slot_ptr[j + 1] - room[j]):
                profit[slot_need[s]] = np.nan
    return looked


@compiled
def ease_prices(m: Market, b: Book, c: Columns, partners: Ints) -> None:
    """Lower the prices of `partners`, who are free, as far as no need comes to prefer them."""
    _, _, _, weight, _, _ = m
    price, level, chosen, _, _, _, _, _ = b
    partner_ptr, column_edge, column_need, stale, first, later, late_edge, late_need = c
    for j in partners:
        asked = 0.0
        for q in range(partner_ptr[j], partner_ptr[j + 1]):
            i, e = column_need[q], column_edge[q]
            v = weight[e] - level[i]
            if v > asked and not chosen[e] and not stale[i]:
                asked = v
        q = first[j]
        while q >= 0:
            v = weight[late_edge[q]] - level[late_need[q]]
            if v > asked and not chosen[late_edge[q]]:
                asked = v
            q = later[q]
        price[j] = min(price[j], asked)
