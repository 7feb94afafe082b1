"""Exchange the rows of a few needs in a book that otherwise stands."""

import numpy as np

from matching.assign.auction_backward import no_late
from matching.assign.auction_compile import compiled
from matching.assign.auction_forward import best_unchosen
from matching.assign.auction_state import Book, Bytes, Columns, Floats, Ints, Ints32, Market


@compiled
def release_needs(m: Market, b: Book, needs: Ints) -> float:
    """Take the seats of every person of `needs` and return what they weighed.

    Prices stay, so that the book stays exact for all others.
    """
    lost = 0.0
    for i in needs:
        for e in range(m.row_from[i], m.row_to[i]):
            if not b.chosen[e]:
                continue
            j = m.partner[e]
            seat = m.slot_ptr[j]
            while b.slot_edge[seat] != e:
                seat += 1
            lost += m.weight[e]
            b.chosen[e] = 0
            b.room[j] += 1
            last = m.slot_ptr[j + 1] - b.room[j]
            b.slot_edge[seat] = b.slot_edge[last]
            b.slot_need[seat] = b.slot_need[last]
    return lost


@compiled
def write_rows(
    needs: Ints, new_ptr: Ints, new_partner: Ints32, new_weight: Floats, row_from: Ints, partner: Ints32, weight: Floats
) -> None:
    """Copy new rows to where the rows of `needs` start."""
    for q in range(needs.size):
        at = row_from[needs[q]]
        for e in range(new_ptr[q], new_ptr[q + 1]):
            partner[at] = new_partner[e]
            weight[at] = new_weight[e]
            at += 1


@compiled
def write_weights(needs: Ints, new_ptr: Ints, new_weight: Floats, row_from: Ints, weight: Floats) -> None:
    """Copy new weights to where the rows of `needs` start."""
    for q in range(needs.size):
        shift = row_from[needs[q]] - new_ptr[q]
        for e in range(new_ptr[q], new_ptr[q + 1]):
            weight[e + shift] = new_weight[e]


@compiled
def are_same_partners(
    needs: Ints, new_ptr: Ints, new_partner: Ints32, row_from: Ints, row_to: Ints, partner: Ints32
) -> bool:
    """Tell whether the rows of `needs` have the partners they had, in the same order."""
    for q in range(needs.size):
        i = needs[q]
        if row_to[i] - row_from[i] != new_ptr[q + 1] - new_ptr[q]:
            return False
        shift = row_from[i] - new_ptr[q]
        for e in range(new_ptr[q], new_ptr[q + 1]):
            if partner[e + shift] != new_partner[e]:
                return False
    return True


@compiled
def count_edges(needs: Ints, row_from: Ints, row_to: Ints, partner: Ints32, degree: Ints, by: int) -> None:
    """Add `by` to the degree of the partner of every edge of `needs`."""
    for i in needs:
        for e in range(row_from[i], row_to[i]):
            degree[partner[e]] += by


@compiled
def open_needs(m: Market, b: Book, needs: Ints) -> None:
    """Let `needs` miss everybody they want, at the level that keeps the book exact."""
    row_from, row_to, partner, weight, demand, _ = m
    price, level, chosen, missing, _, _, _, _ = b
    for i in needs:
        missing[i] = demand[i]
        level[i] = np.inf
        if demand[i] > 0:
            level[i] = best_unchosen(i, row_from, row_to, partner, weight, price, chosen)


@compiled
def widen_seats(
    capacity: Ints, degree: Ints, slot_ptr: Ints, room: Ints32, slot_edge: Ints32, slot_need: Ints32
) -> tuple[Ints, Ints32, Ints32, Ints32]:
    """Give partners that got more edges the seats that `lay_seats` would; nobody loses a seat."""
    new_ptr = np.zeros(slot_ptr.size, dtype=np.int64)
    new_room = room.copy()
    for j in range(degree.size):
        seats = slot_ptr[j + 1] - slot_ptr[j]
        wanted = min(capacity[j], degree[j] + 1) if degree[j] > 0 else 0
        if wanted > seats:
            new_room[j] += wanted - seats
            seats = wanted
        new_ptr[j + 1] = new_ptr[j] + seats
    new_edge = np.zeros(new_ptr[-1], dtype=np.int32)
    new_need = np.zeros(new_ptr[-1], dtype=np.int32)
    for j in range(degree.size):
        shift = new_ptr[j] - slot_ptr[j]
        for s in range(slot_ptr[j], slot_ptr[j + 1] - room[j]):
            new_edge[s + shift] = slot_edge[s]
            new_need[s + shift] = slot_need[s]
    return new_ptr, new_room, new_edge, new_need


@compiled
def merge_columns(m: Market, c: Columns, moved: Bytes, degree: Ints) -> Columns:
    """Regroup only the edges of needs that are marked in `moved`."""
    row_from, row_to, partner, _, demand, _ = m
    old_ptr, old_edge, old_need, _, _, _, _, _ = c
    ptr = np.zeros(degree.size + 1, dtype=np.int64)
    free = np.zeros(degree.size, dtype=np.int64)
    for j in range(degree.size):
        ptr[j + 1] = ptr[j] + degree[j]
    edge = np.empty(ptr[-1], dtype=np.int32)
    need = np.empty(ptr[-1], dtype=np.int32)
    for j in range(degree.size):
        at = ptr[j]
        for q in range(old_ptr[j], old_ptr[j + 1]):
            if not moved[old_need[q]]:
                edge[at] = old_edge[q]
                need[at] = old_need[q]
                at += 1
        free[j] = at
    for i in range(demand.size):
        if not moved[i]:
            continue
        for e in range(row_from[i], row_to[i]):
            at = free[partner[e]]
            free[partner[e]] = at + 1
            edge[at] = e
            need[at] = i
    return no_late(ptr, edge, need, demand.size)


@compiled
def list_late(needs: Ints, m: Market, n_partners: int) -> tuple[Ints32, Ints32, Ints32, Ints32]:
    """List the edges of `needs` by partner: the last four fields of `Columns`."""
    row_from, row_to, partner, _, _, _ = m
    size = 0
    for i in needs:
        size += row_to[i] - row_from[i]
    first = np.full(n_partners, -1, dtype=np.int32)
    later, edge, need = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    at = 0
    for i in needs:
        for e in range(row_from[i], row_to[i]):
            edge[at] = e
            need[at] = i
            later[at] = first[partner[e]]
            first[partner[e]] = at
            at += 1
    return first, later, edge, need


@compiled
def pack_places(row_from: Ints, row_to: Ints, n_places: int) -> tuple[Ints, Ints32]:
    """Count the edges through by need; return the pointers and the new number of every place (-1 for none)."""
    ptr = np.zeros(row_from.size + 1, dtype=np.int64)
    number = np.full(n_places, -1, dtype=np.int32)
    at = 0
    for i in range(row_from.size):
        for e in range(row_from[i], row_to[i]):
            number[e] = at
            at += 1
        ptr[i + 1] = at
    return ptr, number


@compiled
def gather_rows(row_from: Ints, row_to: Ints, chosen: Bytes) -> Bytes:
    """Return the choice on the edges by need, without gaps."""
    count = 0
    for i in range(row_from.size):
        count += row_to[i] - row_from[i]
    packed = np.empty(count, dtype=np.uint8)
    at = 0
    for i in range(row_from.size):
        for e in range(row_from[i], row_to[i]):
            packed[at] = chosen[e]
            at += 1
    return packed
