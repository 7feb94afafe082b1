"""Start from an earlier choice, and prove how good a choice is."""

import numpy as np
from numpy.typing import NDArray

from matching.assign.auction_compile import compiled
from matching.assign.auction_fetch import fetch_ahead
from matching.assign.auction_forward import best_unchosen
from matching.assign.auction_state import Book, Bytes, Floats, Ints, Ints32, Market

# Margins that differ by less than this share of the largest weight are equal: prices carry rounding of many sums.
ROUNDING = 1e-12
# Seats are few enough in a block that a plain sum over it loses nothing that matters.
BLOCK = 64
# Edges between the one that is counted and the one whose memory is asked for.
AHEAD = 16


@compiled
def seat_earlier(m: Market, b: Book, earlier: Bytes, tolerance: float) -> int:
    """Seat the earlier choice as far as limits and the prices of the book let it stand; return how many are seated.

    Afterwards the book is exact, except that needs may miss people and that partners may ask a price and be free.
    """
    row_from, row_to, partner, weight, demand, slot_ptr = m
    price, level, chosen, missing, room, slot_edge, slot_need, _ = b
    seated = 0
    for i in range(demand.size):
        if demand[i] == 0:
            continue
        best, worst = 0.0, np.inf
        for e in range(row_from[i], row_to[i]):
            j = partner[e]
            margin = weight[e] - price[j]
            if earlier[e] and weight[e] > 0.0 and missing[i] > 0 and room[j] > 0:
                slot_edge[slot_ptr[j + 1] - room[j]] = e
                slot_need[slot_ptr[j + 1] - room[j]] = i
                room[j] -= 1
                chosen[e] = 1
                missing[i] -= 1
                worst = min(worst, margin)
                seated += 1
            elif margin > best:
                best = margin
        level[i] = best
        if worst < best - tolerance:
            seated -= _drop_worse(i, best - tolerance, m, b)
    return seated


@compiled
def _drop_worse(need: int, least: float, m: Market, b: Book) -> int:
    """Take the seats of chosen edges whose margin is below `least`; the seat was taken last, so it is easy to free."""
    lost = 0
    for e in range(m.row_from[need], m.row_to[need]):
        if not b.chosen[e] or m.weight[e] - b.price[m.partner[e]] >= least:
            continue
        j = m.partner[e]
        b.room[j] += 1
        b.chosen[e] = 0
        b.missing[need] += 1
        lost += 1
    return lost


@compiled
def weigh_total(m: Market, b: Book) -> float:
    """Return the total of the choice, from the seats."""
    total = 0.0
    for j in range(b.room.size):
        for s in range(m.slot_ptr[j], m.slot_ptr[j + 1] - b.room[j]):
            total += m.weight[b.slot_edge[s]]
    return total


@compiled
def weigh_rows(needs: Ints, need_ptr: Ints, weight: Floats, chosen: NDArray[np.bool_], got: Floats) -> None:
    """Write down what the chosen edges of some needs weigh together."""
    for i in needs:
        worth = 0.0
        for e in range(need_ptr[i], need_ptr[i + 1]):
            if chosen[e]:
                worth += weight[e]
        got[i] = worth


@compiled
def list_moves(now: NDArray[np.bool_], before: NDArray[np.bool_], now_words: Ints, before_words: Ints) -> Ints:
    """Return the edges that are chosen in one of two choices only; eight of them make a word, as far as words go."""
    count = 0
    for word in range(now_words.size):
        count += now_words[word] != before_words[word]
    moved = np.empty(8 * count + now.size - 8 * now_words.size, dtype=np.int64)
    count = 0
    for word in range(now_words.size):
        if now_words[word] == before_words[word]:
            continue
        for e in range(8 * word, 8 * word + 8):
            if now[e] != before[e]:
                moved[count] = e
                count += 1
    for e in range(8 * now_words.size, now.size):
        if now[e] != before[e]:
            moved[count] = e
            count += 1
    return moved[:count].copy()


@compiled
def count_moves(
    moved: Ints,
    chosen: NDArray[np.bool_],
    need: Ints,
    partner: Ints,
    weight: Floats,
    heads: Ints,
    carried: Ints32,
    got: Floats,
) -> Ints:
    """Count on what needs and partners have, at the edges that are chosen otherwise; return the partners of these edges."""
    partners = np.empty(moved.size, dtype=np.int64)
    for q in range(moved.size):
        ahead = moved[min(q + AHEAD, moved.size - 1)]
        fetch_ahead(need, ahead)
        fetch_ahead(partner, ahead)
        fetch_ahead(weight, ahead)
        e = moved[q]
        i, j = need[e], partner[e]
        partners[q] = j
        step = 1 if chosen[e] else -1
        heads[i] += step
        carried[j] += step
        got[i] += step * weight[e]
    return partners


@compiled
def weigh_excess(level: Floats, missing: Ints32, price: Floats, room: Ints32) -> float:
    """Return how far the dual value of an exact book lies above its total: what is missing and what is unsold."""
    excess = 0.0
    for i in range(missing.size):
        if missing[i] > 0:
            excess += missing[i] * level[i]
    # Branches that nobody can foresee and one long sum cost three times the reading: four sums without branches.
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = room.size - room.size % 4
    for j in range(0, whole, 4):
        a += room[j] * price[j]
        b += room[j + 1] * price[j + 1]
        c += room[j + 2] * price[j + 2]
        d += room[j + 3] * price[j + 3]
    for j in range(whole, room.size):
        a += room[j] * price[j]
    return excess + (a + b) + (c + d)


@compiled
def find_free(price: Floats, room: Ints32) -> Ints:
    """Return the partners that ask a price and are free."""
    free = np.empty(price.size, dtype=np.int64)
    count = 0
    for j in range(price.size):
        free[count] = j
        count += (price[j] > 0.0) & (room[j] > 0)
    return free[:count].copy()


@compiled
def prove_total(m: Market, b: Book, need_price: Floats) -> tuple[float, float]:
    """Return the total of the choice and the dual value of the book; write the price of one more person of each need.

    The dual value bounds every total whatever the prices and levels are:
    ``sum demand * level + sum seats * price + sum (weight - price - level)^+``. Sums are compensated (Kahan), because
    a million terms would cost the digits that the proof is about.
    """
    row_from, row_to, partner, weight, demand, slot_ptr = m
    price, level, chosen, _, _, _, _, _ = b
    total, total_rest, bound, bound_rest = 0.0, 0.0, 0.0, 0.0
    for i in range(demand.size):
        if demand[i] == 0:
            need_price[i] = best_unchosen(i, row_from, row_to, partner, weight, price, chosen)
            continue
        floor = level[i]
        need_price[i] = floor
        kept, surplus = 0.0, demand[i] * floor
        for e in range(row_from[i], row_to[i]):
            # Without branches, which here nobody can foresee.
            surplus += max(0.0, weight[e] - price[partner[e]] - floor)
            kept += weight[e] * chosen[e]
        total, total_rest = _add(total, total_rest, kept)
        bound, bound_rest = _add(bound, bound_rest, surplus)
    for first in range(0, price.size, BLOCK):
        cost = 0.0
        for j in range(first, min(first + BLOCK, price.size)):
            cost += (slot_ptr[j + 1] - slot_ptr[j]) * price[j]
        bound, bound_rest = _add(bound, bound_rest, cost)
    return total, bound


@compiled
def _add(total: float, rest: float, term: float) -> tuple[float, float]:
    # Not compiled with fast-math, so the compiler keeps the correction.
    term -= rest
    new = total + term
    return new, (new - total) - term
