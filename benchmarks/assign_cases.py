"""Random districts for the benchmarks: partners contended for by needs nearby, with hours, overlaps, households and leaders."""

import numpy as np


def head_count_case(n_needs, n_partners, *, degree=32, most_capacity=1, seed=0):
    """Needs see partners of their own and the neighbouring districts of about 600 and keep the best `degree` of a draw.

    Returns need, partner, weight, demand (1-6 a need), capacity (1..most_capacity a partner).
    """
    rng = np.random.default_rng(seed)
    n_districts = max(1, n_partners // 600)
    border = np.searchsorted(np.sort(rng.integers(0, n_districts, n_partners)), np.arange(n_districts + 1))
    home = np.sort(rng.integers(0, n_districts, n_needs))
    talent = rng.beta(2, 4, n_partners)
    first, last = border[np.maximum(home - 1, 0)], border[np.minimum(home + 2, n_districts)]
    parts = []
    for begin in range(0, n_needs, 20_000):
        rows = slice(begin, min(n_needs, begin + 20_000))
        width = (last - first)[rows, None]
        seen = (first[rows, None] + rng.random((width.size, 4 * degree)) * width).astype(np.int64)
        score = 0.8 * talent[seen] + 0.2 * rng.random(seen.shape)
        kept = np.argpartition(-score, degree, axis=1)[:, :degree]
        seen, score = np.take_along_axis(seen, kept, 1), np.take_along_axis(score, kept, 1)
        order = np.argsort(seen, axis=1)
        seen, score = np.take_along_axis(seen, order, 1), np.take_along_axis(score, order, 1)
        fresh = np.concatenate([np.ones((seen.shape[0], 1), bool), np.diff(seen, axis=1) != 0], axis=1)
        owner = np.repeat(np.arange(rows.start, rows.stop), fresh.sum(axis=1))
        parts.append((owner, seen[fresh], score[fresh]))
    need, partner, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return need, partner, weight, rng.integers(1, 7, n_needs), rng.integers(1, most_capacity + 1, n_partners)


def mixed_case(n_needs, n_partners, *, degree=32, seed=0):
    """Add hours, overlapping needs, one person per household and a leader for larger needs; returns Problem's arguments."""
    rng = np.random.default_rng(seed)
    need, partner, weight, people, _ = head_count_case(n_needs, n_partners, degree=degree, seed=seed)
    hours = rng.choice([1.0, 1.5, 2.0, 3.0, 4.0], n_needs)
    begin = rng.choice(np.arange(8, 20, 0.5), n_needs) + 24 * rng.integers(0, 7, n_needs)
    leads = rng.random(n_partners) < 0.2
    household = rng.integers(0, max(1, int(n_partners * 0.7)), n_partners)
    groups = []
    pointer = np.searchsorted(need, np.arange(n_needs + 1))
    for at in range(n_needs):
        edges = np.arange(pointer[at], pointer[at + 1])
        led = edges[leads[partner[edges]]]
        if led.size >= 4 and people[at] >= 3:
            groups.append((led, 1, led.size))
        homes, counts = np.unique(household[partner[edges]], return_counts=True)
        groups += [(edges[household[partner[edges]] == one], 0, 1) for one in homes[counts > 1]]
    return {
        "need": need,
        "partner": partner,
        "weight": weight,
        "load": hours[need],
        "demand": (np.zeros(n_needs, int), people),
        "capacity": (np.zeros(n_partners), np.where(leads, 8.0, rng.choice([2.0, 4.0, 6.0, 8.0], n_partners))),
        "conflicts": overlaps(begin, hours),
        "groups": groups,
    }


def overlaps(begin, hours):
    """List the pairs of needs that overlap in time."""
    order = np.argsort(begin, kind="stable")
    ends = np.searchsorted(begin[order], (begin + hours)[order], side="left")
    pairs = [(order[i], order[j]) for i in range(order.size) for j in range(i + 1, ends[i])]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def with_teams_and_floors(case, *, seed=0):
    """Add what the mixed case lacks: a team in every third need, floors under the demand, some optional needs."""
    rng = np.random.default_rng(seed)
    need, people = case["need"], case["demand"][1]
    pointer = np.searchsorted(need, np.arange(people.size + 1))
    teams = []
    for at in range(0, people.size, 3):
        edges = np.arange(pointer[at], pointer[at + 1])
        skilled = edges[rng.random(edges.size) < 0.4]
        if skilled.size >= 3 and people[at] >= 2:
            teams.append((skilled, 1))
    floor = np.where(people >= 4, 1, 0)
    return case | {"teams": teams, "demand": (floor, people), "optional": rng.random(people.size) < 0.3}


def scarce(case, *, seed=0, away=0.55):
    """Send many of the people away and ask a floor of up to 3 heads of every need: some limits cannot be kept then."""
    rng = np.random.default_rng(seed)
    people = case["demand"][1]
    is_away = rng.random(case["capacity"][1].size) < away
    floor = np.minimum(people, rng.integers(0, 4, people.size))
    return case | {"forbidden": is_away[case["partner"]], "demand": (floor, people)}
