"""The compiled loops that score every pair of some needs and the partners their block may see, and keep what counts.

A few needs of one block are taken at a time. Partners pass by one after the other: the words of a partner are looked up
among those of the needs, so that one line of sums, which stays in the processor's first cache, is all that is written.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.affinity.search_compile import compiled
from matching.affinity.search_state import Floats, Floats32, Ints, Ints32

_NOT_ALLOWED = np.float32(-1e30)


class Rows(NamedTuple):
    """One side in order of its blocks: see `matching.affinity.fused_rows.Side`."""

    ptr: Ints
    term: Ints32
    weight: Floats32
    block_ptr: Ints
    slots: NDArray[np.uint64]
    licences: NDArray[np.uint64]
    skills: NDArray[np.uint64]
    plus: Floats32
    a_skill: Floats32


class Near(NamedTuple):
    """Which blocks of partners a block of needs sees, and what that is worth."""

    ptr: Ints
    block: Ints
    worth: Floats32


class Tops(NamedTuple):
    """For each need the best pairs above a floor, as a heap with the worst on top.

    Places of need ``i`` are ``ptr[i]:ptr[i + 1]``, of which ``size[i]`` are taken.
    """

    ptr: Ints
    size: Ints
    net: Floats32
    score: Floats32
    partner: Ints32


class Seats(NamedTuple):
    """For each partner the greatest surpluses over the needs' prices, as many as it has seats, the least on top."""

    ptr: Ints
    worth: Floats32


class Prices(NamedTuple):
    """What a need's last person must bring, and what a partner's seat costs."""

    floor: Floats32
    need: Floats32
    partner: Floats32


@compiled
def scan_tiles(
    tiles: Ints, sides: tuple[Rows, Rows, Near], prices: Prices, tops: Tops, seats: Seats, n_terms: int
) -> int:
    """Score all pairs of some tiles; return how many are allowed. A tile is (block, first need, last need)."""
    n_allowed = 0
    first_use = np.full(n_terms, -1, np.int32)
    for nth in range(tiles.shape[0]):
        block, low, high = tiles[nth, 0], tiles[nth, 1], tiles[nth, 2]
        n_allowed += scan_tile(block, low, high, sides, prices, tops, seats, first_use)
    return n_allowed


@compiled
def index_needs(needs: Rows, low: int, high: int, first_use: Ints32) -> tuple[Ints32, Ints32, Floats32]:
    """List the needs of a tile by term; `first_use` says where a term's list begins, one more than the last ends."""
    start, stop = needs.ptr[low], needs.ptr[high]
    n_used = 0
    for p in range(start, stop):
        if first_use[needs.term[p]] < 0:
            first_use[needs.term[p]] = n_used
            n_used += 1
    ends = np.zeros(n_used + 1, np.int32)
    for p in range(start, stop):
        ends[first_use[needs.term[p]] + 1] += 1
    for t in range(n_used):
        ends[t + 1] += ends[t]
    who, weight = np.empty(stop - start, np.int32), np.empty(stop - start, np.float32)
    free = ends.copy()
    for i in range(low, high):
        for p in range(needs.ptr[i], needs.ptr[i + 1]):
            at = free[first_use[needs.term[p]]]
            free[first_use[needs.term[p]]] = at + 1
            who[at] = i - low
            weight[at] = needs.weight[p]
    return ends, who, weight


@compiled
def scan_tile(
    block: int,
    low: int,
    high: int,
    sides: tuple[Rows, Rows, Near],
    prices: Prices,
    tops: Tops,
    seats: Seats,
    first_use: Ints32,
) -> int:
    """Score all pairs of one tile; return how many are allowed."""
    needs, partners, near = sides
    lists = index_needs(needs, low, high, first_use)
    wide = high - low
    sums, marks = np.zeros(wide, np.float32), np.zeros(wide, np.float32)
    asked = (needs.slots[low:high], needs.licences[low:high], needs.skills[low:high], needs.a_skill[low:high])
    # A copy: once a list is full, its worst is the floor.
    plus, floor, wanted = needs.plus[low:high], prices.floor[low:high].copy(), prices.need[low:high]
    n_allowed = 0
    for q in range(near.ptr[block], near.ptr[block + 1]):
        for j in range(partners.block_ptr[near.block[q]], partners.block_ptr[near.block[q] + 1]):
            n_seats = seats.ptr[j + 1] - seats.ptr[j]
            if n_seats == 0:
                continue
            for li in range(wide):
                sums[li] = plus[li]
            add_words(partners, j, lists, first_use, sums)
            here = (partners.slots[j], partners.licences[j], partners.skills[j])
            limits = (prices.partner[j], seats.worth[seats.ptr[j]])
            n_ok, is_any = mark_pairs(
                sums, asked, here, near.worth[q] + partners.plus[j], (floor, wanted), limits, marks
            )
            n_allowed += n_ok
            if is_any:
                offer_pairs(low, j, marks, floor, prices, tops, seats)
    for p in range(needs.ptr[low], needs.ptr[high]):
        first_use[needs.term[p]] = -1
    return n_allowed


@compiled
def add_words(
    partners: Rows, j: int, lists: tuple[Ints32, Ints32, Floats32], first_use: Ints32, sums: Floats32
) -> None:
    """Add the products of a partner's words with those of the needs of a tile."""
    ends, who, weight = lists
    for p in range(partners.ptr[j], partners.ptr[j + 1]):
        use = first_use[partners.term[p]]
        if use >= 0:
            for at in range(ends[use], ends[use + 1]):
                sums[who[at]] += weight[at] * partners.weight[p]


@compiled
def count_bits(bits: np.uint64) -> np.uint64:
    """Return how many bits are set."""
    bits -= (bits >> np.uint64(1)) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)


@compiled
def mark_pairs(
    sums: Floats32,
    asked: tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64], Floats32],
    here: tuple[np.uint64, np.uint64, np.uint64],
    plus: np.float32,
    floors: tuple[Floats32, Floats32],
    limits: tuple[np.float32, np.float32],
    marks: Floats32,
) -> tuple[int, bool]:
    """Score one partner for every need of a tile; return how many may have it and whether any is above a floor."""
    slots, licences, skills, a_skill = asked
    no_slots, no_licences, can = ~here[0], ~here[1], here[2]
    floor, wanted = floors
    price, least = limits
    n_allowed, n_above = 0, 0
    for li in range(marks.size):
        lacks = (slots[li] & no_slots) | (licences[li] & no_licences)
        shared = np.float32(np.int32(count_bits(skills[li] & can)))
        score = sums[li] + plus + a_skill[li] * shared
        score = score if lacks == np.uint64(0) else _NOT_ALLOWED
        marks[li] = score
        n_allowed += lacks == np.uint64(0)
        n_above += (score - price > floor[li]) | (score - wanted[li] > least)
    return n_allowed, n_above > 0


@compiled
def offer_pairs(low: int, j: int, marks: Floats32, floor: Floats32, prices: Prices, tops: Tops, seats: Seats) -> None:
    """Offer a partner to the needs of a tile and the needs to the partner."""
    price = prices.partner[j]
    worth = seats.worth[seats.ptr[j] : seats.ptr[j + 1]]
    for li in range(marks.size):
        i, score = low + li, marks[li]
        if score - price > floor[li]:
            floor[li] = offer_partner(tops, i, floor[li], score - price, score, j)
        if score - prices.need[i] > worth[0]:
            sink(worth, score - prices.need[i])


@compiled
def offer_partner(tops: Tops, i: int, floor: np.float32, net: np.float32, score: np.float32, j: int) -> np.float32:
    """Keep a pair that is above the floor of its need; of equals whoever came first. Return the floor from now on."""
    start, most, size = tops.ptr[i], tops.ptr[i + 1] - tops.ptr[i], tops.size[i]
    nets, scores, partner = tops.net[start:], tops.score[start:], tops.partner[start:]
    if size < most:
        at = size
        while at > 0 and nets[(at - 1) >> 1] > net:
            above = (at - 1) >> 1
            nets[at], scores[at], partner[at] = nets[above], scores[above], partner[above]
            at = above
        nets[at], scores[at], partner[at] = net, score, j
        tops.size[i] = size + 1
        return nets[0] if size + 1 == most else floor
    at = 0
    while 2 * at + 1 < most:
        below = 2 * at + 1
        if below + 1 < most and nets[below + 1] < nets[below]:
            below += 1
        if nets[below] >= net:
            break
        nets[at], scores[at], partner[at] = nets[below], scores[below], partner[below]
        at = below
    nets[at], scores[at], partner[at] = net, score, j
    worst: np.float32 = nets[0]
    return worst


@compiled
def sink(worth: Floats32, new: np.float32) -> None:
    """Put a number in the place of the least of a heap."""
    at = 0
    while 2 * at + 1 < worth.size:
        below = 2 * at + 1
        if below + 1 < worth.size and worth[below + 1] < worth[below]:
            below += 1
        if worth[below] >= new:
            break
        worth[at] = worth[below]
        at = below
    worth[at] = new


@compiled
def join_seats(into: Seats, other: Seats) -> None:
    """Gather what two threads found for the same partners."""
    for j in range(into.ptr.size - 1):
        worth = into.worth[into.ptr[j] : into.ptr[j + 1]]
        for at in range(other.ptr[j], other.ptr[j + 1]):
            if other.worth[at] > worth[0]:
                sink(worth, other.worth[at])


@compiled
def bound_needs(tops: Tops, floor: Floats32, people: Ints) -> Floats:
    """Return for each need the most its people can be worth above the partners' prices: no pair is left out.

    Who is not listed is at most the floor, or at most the worst of a full list.
    """
    most = np.zeros(people.size)
    for i in range(people.size):
        start, size = tops.ptr[i], tops.size[i]
        nets = np.sort(tops.net[start : start + size])[::-1]
        rest = nets[size - 1] if size and size == tops.ptr[i + 1] - start else floor[i]
        taken = min(people[i], size)
        total = 0.0
        for nth in range(taken):
            total += max(np.float64(nets[nth]), 0.0)
        most[i] = total + (people[i] - taken) * max(np.float64(rest), 0.0)
    return most


@compiled
def list_tops(tops: Tops) -> tuple[Ints, Ints32, Floats32]:
    """List what the heaps hold by need, partners ascending."""
    ptr = np.zeros(tops.size.size + 1, np.int64)
    for i in range(tops.size.size):
        ptr[i + 1] = ptr[i] + tops.size[i]
    partner, score = np.empty(ptr[-1], np.int32), np.empty(ptr[-1], np.float32)
    for i in range(tops.size.size):
        held = slice(tops.ptr[i], tops.ptr[i] + tops.size[i])
        order = np.argsort(tops.partner[held])
        partner[ptr[i] : ptr[i + 1]] = tops.partner[held][order]
        score[ptr[i] : ptr[i + 1]] = tops.score[held][order]
    return ptr, partner, score


@compiled
def merge_lists(a: tuple[Ints, Ints32, Floats32], b: tuple[Ints, Ints32, Floats32]) -> tuple[Ints, Ints32, Floats32]:
    """Merge two lists by need, partners ascending and each once."""
    n_needs, most = a[0].size - 1, a[1].size + b[1].size
    ptr = np.zeros(n_needs + 1, np.int64)
    partner, score = np.empty(most, np.int32), np.empty(most, np.float32)
    at = 0
    for i in range(n_needs):
        p, q = a[0][i], b[0][i]
        while p < a[0][i + 1] or q < b[0][i + 1]:
            is_a = q == b[0][i + 1] or (p < a[0][i + 1] and a[1][p] <= b[1][q])
            if is_a:
                partner[at], score[at] = a[1][p], a[2][p]
                q += q < b[0][i + 1] and a[1][p] == b[1][q]
                p += 1
            else:
                partner[at], score[at] = b[1][q], b[2][q]
                q += 1
            at += 1
        ptr[i + 1] = at
    return ptr, partner[:at].copy(), score[:at].copy()
