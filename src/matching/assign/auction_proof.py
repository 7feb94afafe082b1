"""Start from an earlier choice, and prove how good a choice is."""

import numpy as np

from matching.assign.auction_bids import rank_margins
from matching.assign.auction_compile import compiled
from matching.assign.auction_paths import Columns, refresh_level
from matching.assign.auction_state import Book, Bytes, Floats, Market

# Margins that differ by less than this share of the largest weight are equal: prices carry rounding of many sums.
ROUNDING = 1e-12


@compiled
def seat_earlier(m: Market, b: Book, earlier: Bytes, tolerance: float) -> int:
    """Seat the earlier choice as far as limits and the prices of the book let it stand; return how many are seated.

    Afterwards the book is exact, except that needs may miss people and that partners may ask a price and be free.
    """
    for i in range(m.demand.size):
        for e in range(m.need_ptr[i], m.need_ptr[i + 1]):
            j = m.partner[e]
            seat = m.slot_ptr[j] + b.used[j]
            if earlier[e] and m.weight[e] > 0.0 and b.missing[i] > 0 and seat < m.slot_ptr[j + 1]:
                b.used[j] += 1
                b.slot_edge[seat] = e
                b.slot_need[seat] = i
                b.chosen[e] = 1
                b.missing[i] -= 1
    seated = 0
    for i in range(m.demand.size):
        if m.demand[i] == 0:
            continue
        level = refresh_level(m, b, i)
        for e in range(m.need_ptr[i], m.need_ptr[i + 1]):
            if b.chosen[e]:
                if m.weight[e] - b.price[m.partner[e]] < level - tolerance:
                    b.chosen[e] = 0
                    b.missing[i] += 1
                else:
                    seated += 1
    _close_gaps(m, b)
    return seated


@compiled
def _close_gaps(m: Market, b: Book) -> None:
    for j in range(b.price.size):
        first = m.slot_ptr[j]
        kept = first
        for s in range(first, first + b.used[j]):
            if b.chosen[b.slot_edge[s]]:
                b.slot_edge[kept] = b.slot_edge[s]
                b.slot_need[kept] = b.slot_need[s]
                kept += 1
        b.used[j] = kept - first


@compiled
def prove_total(m: Market, b: Book, need_price: Floats) -> tuple[float, float]:
    """Return the total of the choice and the dual bound of the prices; write what one more person is worth to a need.

    Sums are compensated (Kahan), because a million terms would cost the digits that the proof is about.
    """
    widest = m.demand.max() + 1 if m.demand.size else 1
    value, edge = np.empty(widest), np.empty(widest, dtype=np.int64)
    hidden = np.zeros_like(b.chosen)
    everything = Book(b.price, b.level, hidden, b.missing, b.used, b.slot_edge, b.slot_need, b.slot_bid)
    total, total_rest, bound, bound_rest = 0.0, 0.0, 0.0, 0.0
    for i in range(m.demand.size):
        want = m.demand[i]
        count = rank_margins(m, everything, i, want + 1, value, edge)
        need_price[i] = value[want] if count > want else 0.0
        row = 0.0
        for q in range(min(count, want)):
            row += value[q]
        bound, bound_rest = _add(bound, bound_rest, row)
        row = 0.0
        for e in range(m.need_ptr[i], m.need_ptr[i + 1]):
            if b.chosen[e]:
                row += m.weight[e]
        total, total_rest = _add(total, total_rest, row)
    for j in range(b.price.size):
        seats = m.slot_ptr[j + 1] - m.slot_ptr[j]
        if seats > 0:
            bound, bound_rest = _add(bound, bound_rest, seats * b.price[j])
    return total, bound


@compiled
def _add(total: float, rest: float, term: float) -> tuple[float, float]:
    # Not compiled with fast-math, so the compiler keeps the correction.
    term -= rest
    new = total + term
    return new, (new - total) - term


@compiled
def group_by_partner(m: Market, n_partners: int) -> Columns:
    """Group the edges by partner, in the order of needs."""
    ptr = np.zeros(n_partners + 1, dtype=np.int64)
    for e in range(m.partner.size):
        ptr[m.partner[e] + 1] += 1
    for j in range(n_partners):
        ptr[j + 1] += ptr[j]
    free = ptr[:-1].copy()
    edge = np.empty(m.partner.size, dtype=np.int32)
    need = np.empty(m.partner.size, dtype=np.int32)
    for i in range(m.demand.size):
        for e in range(m.need_ptr[i], m.need_ptr[i + 1]):
            at = free[m.partner[e]]
            free[m.partner[e]] += 1
            edge[at] = e
            need[at] = i
    return Columns(ptr, edge, need)
