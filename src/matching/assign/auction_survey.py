"""One look at all edges: how many each partner has, and how large the weights are."""

import numpy as np

from matching.assign.auction_compile import compiled
from matching.assign.auction_state import Floats, Ints, Ints32, Survey


@compiled
def survey_edges(need_ptr: Ints, partner: Ints32, weight: Floats, n_partners: int) -> Survey:
    """Look at all edges once."""
    degree = np.zeros(n_partners, dtype=np.int64)
    last_need = np.full(n_partners, -1, dtype=np.int32)
    largest, positive, count, twice = 0.0, 0.0, 0, -1
    for i in range(need_ptr.size - 1):
        for e in range(need_ptr[i], need_ptr[i + 1]):
            j = partner[e]
            degree[j] += 1
            if last_need[j] == i:
                twice = e
            last_need[j] = i
            w = weight[e]
            # Written so that a NaN is taken and stays.
            if not abs(w) <= largest:
                largest = abs(w)
            if w > 0.0:
                positive += w
                count += 1
    return Survey(degree, largest, positive / count if count > 0 else 0.0, twice)


@compiled
def lay_seats(capacity: Ints, degree: Ints, price: Floats) -> tuple[Ints, Ints32, bool]:
    """Count the seats of every partner and set the prices that bidding never changes.

    A partner that could serve more needs than it has edges is never full and so has no price: it gets one seat more
    than edges, which tells it from one that is just full. Returns where the seats of each partner start, how many
    there are, and whether a partner with edges is closed.
    """
    slot_ptr = np.zeros(degree.size + 1, dtype=np.int64)
    room = np.zeros(degree.size, dtype=np.int32)
    closed = False
    for j in range(degree.size):
        seats = min(capacity[j], degree[j] + 1) if degree[j] > 0 else 0
        room[j] = seats
        slot_ptr[j + 1] = slot_ptr[j] + seats
        if seats == 0 or seats > degree[j]:
            price[j] = 0.0
            closed = closed or (seats == 0 and degree[j] > 0)
    return slot_ptr, room, closed
