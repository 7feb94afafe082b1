"""Small random problems in which every kind of limit may meet every other: ties, losses, hours, pins, contradictions."""

import numpy as np

from matching.assign import Problem


def drawn_problem(seed, *, most_edges=9):
    """Draw a problem; each kind of limit is there in about a third of them."""
    rng = np.random.default_rng(seed)
    n_needs, n_partners = int(rng.integers(1, 5)), int(rng.integers(1, 6))
    grid = rng.permutation(n_needs * n_partners)[: int(rng.integers(1, most_edges + 1))]
    if rng.random() < 0.5:
        grid = np.sort(grid)
    need, partner = grid // n_partners, grid % n_partners
    m = need.size
    weight = [
        lambda: rng.normal(size=m),
        lambda: rng.integers(-1, 4, m).astype(float),
        lambda: rng.random(m),
        lambda: np.zeros(m),
        lambda: rng.normal(size=m) * 10.0 ** rng.integers(-6, 7),
    ][rng.choice(5, p=[0.3, 0.25, 0.25, 0.08, 0.12])]()
    low = rng.integers(0, 4, n_needs) * (rng.random(n_needs) < rng.choice([0, 0.3, 0.9]))
    seats = rng.choice([0, 1, 1, 2, 3, 2.5, 4.25, np.inf], n_partners)
    bottom = np.minimum(rng.choice([0.5, 1, 2, 2.75], n_partners), seats) * (
        rng.random(n_partners) < rng.choice([0, 0, 0.4])
    )
    draw = rng.random(m)
    pinned = draw < rng.choice([0, 0, 0, 0.1, 0.3])
    return Problem(
        need,
        partner,
        weight,
        demand=(low, low + rng.integers(0, 3, n_needs)),
        capacity=(bottom, seats),
        shape=(n_needs, n_partners),
        pinned=pinned,
        forbidden=~pinned & (draw > rng.choice([0.75, 0.95, 1])),
        **_drawn_limits(rng, need, n_needs, n_partners),
    )


def _drawn_limits(rng, need, n_needs, n_partners):
    m, options = need.size, {}
    if rng.random() < 0.5:
        options["load"] = rng.choice(
            [[0.5, 1, 1.5, 2, 3], [0, 1, 1, 2, 2], [0.1, 0.7, 1.3, 2.1, 0.35]][rng.integers(3)], m
        )
    elif rng.random() < 0.3:
        options["load"] = np.full(m, rng.choice([0.5, 1.5, 2.0]))
    if rng.random() < 0.35:
        options["conflicts"] = _pairs(rng, n_needs, 0.4)
    if rng.random() < 0.3:
        options["apart"] = _pairs(rng, n_partners, 0.3)
    if rng.random() < 0.3:
        options["together"] = _pairs(rng, n_partners, 0.2)
    if rng.random() < 0.4:
        options["groups"] = [_group(rng, m) for _ in range(rng.integers(1, 4))]
    if rng.random() < 0.4:
        options["teams"] = [_team(rng, need) for _ in range(rng.integers(1, 3))]
    if rng.random() < 0.4:
        options["optional"] = rng.random(n_needs) < rng.choice([0.3, 1])
    if rng.random() < 0.25:
        options["balance"] = np.sort(rng.random(rng.integers(1, 4)) * rng.choice([0.3, 2]))
    return options


def _pairs(rng, size, share):
    pairs = [(a, b) for a in range(size) for b in range(a) if rng.random() < share]
    return np.array(pairs, int).reshape(-1, 2)


def _group(rng, m):
    low = int(rng.choice([0, 0, 1, 2, 3]))
    return rng.choice(m, rng.integers(1, m + 1), replace=False), low, low + rng.choice([0, 1, 2, np.inf])


def _team(rng, need):
    edges = np.flatnonzero(need == need[rng.integers(need.size)])
    return rng.choice(edges, rng.integers(1, edges.size + 1), replace=False), int(rng.choice([1, 1, 2, 3]))


def middling_problem(seed):
    """Draw a problem of 20 to 260 edges: too many for all choices, few enough for an integer program."""
    rng = np.random.default_rng(seed)
    n_needs, n_partners = int(rng.integers(4, 25)), int(rng.integers(6, 60))
    m = min(n_needs * n_partners, int(rng.integers(20, 260)))
    grid = np.sort(rng.permutation(n_needs * n_partners)[:m])
    need, partner = grid // n_partners, grid % n_partners
    talent = rng.beta(2, 4, n_partners)[partner]
    weight = [
        lambda: rng.random(m),
        lambda: rng.normal(size=m),
        lambda: rng.integers(-1, 5, m).astype(float),
        lambda: np.round(rng.random(m), 1),
        lambda: 0.8 * talent + 0.2 * rng.random(m),
    ][rng.integers(5)]()
    low = rng.integers(0, 3, n_needs) * (rng.random(n_needs) < rng.choice([0, 0.2, 0.6]))
    seats = rng.choice([1.0, 2.0, 3.0, 4.0, 6.0, 8.0], n_partners)
    bottom = np.minimum(rng.choice([1.0, 2.0], n_partners), seats) * (rng.random(n_partners) < rng.choice([0, 0, 0.1]))
    draw = rng.random(m)
    pinned = draw < rng.choice([0, 0, 0.02])
    return Problem(
        need,
        partner,
        weight,
        demand=(low, low + rng.integers(0, 4, n_needs)),
        capacity=(bottom, seats),
        shape=(n_needs, n_partners),
        pinned=pinned,
        forbidden=~pinned & (draw > rng.choice([0.9, 1])),
        **_middling_limits(rng, need, n_needs, n_partners),
    )


def _middling_limits(rng, need, n_needs, n_partners):
    m, options = need.size, {}
    if rng.random() < 0.6:
        hours = rng.choice([1.0, 1.5, 2.0, 3.0, 4.0], n_needs)
        options["load"] = hours[need] if rng.random() < 0.7 else rng.choice([0.5, 1, 1.5, 2, 3], m)
    if rng.random() < 0.5:
        options["conflicts"] = _pairs(rng, n_needs, 0.15)
    if rng.random() < 0.3:
        options["apart"] = _pairs(rng, n_partners, 0.05)
    if rng.random() < 0.25:
        options["together"] = _pairs(rng, n_partners, 0.02)
    if rng.random() < 0.5:
        options["groups"] = [_middling_group(rng, m) for _ in range(rng.integers(1, 12))]
    if rng.random() < 0.4:
        options["teams"] = [_team(rng, need) for _ in range(rng.integers(1, 6))]
    if rng.random() < 0.4:
        options["optional"] = rng.random(n_needs) < rng.choice([0.3, 1])
    if rng.random() < 0.2:
        options["balance"] = np.sort(rng.random(rng.integers(1, 4)) * rng.choice([0.1, 0.5]))
    return options


def _middling_group(rng, m):
    low = int(rng.choice([0, 0, 0, 1]))
    return rng.choice(m, rng.integers(1, min(m, 12) + 1), replace=False), low, low + rng.choice([1, 2, np.inf])
