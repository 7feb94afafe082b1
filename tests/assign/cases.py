"""Small random problems with every kind of limit mixed, and the answer by trying everything."""

import itertools
from dataclasses import replace

import numpy as np

from matching.assign import Problem, check_choice
from matching.assign.assemble import total_of

UPPER = ("demand_hi", "capacity_hi", "group_hi", "conflict", "apart", "together")


def some_pairs(rng, size):
    pairs = [(a, b) for a in range(size) for b in range(a) if rng.random() < 0.4]
    return np.array(pairs, int).reshape(-1, 2)


def random_problem(seed, *, mixed=True, most_edges=8):
    rng = np.random.default_rng(seed)
    n_needs, n_partners = rng.integers(1, 5), rng.integers(1, 6)
    pairs = [(a, b) for a in range(n_needs) for b in range(n_partners) if rng.random() < 0.6]
    pairs = [pairs[k] for k in rng.permutation(len(pairs))][:most_edges]
    need, partner = np.array([a for a, _ in pairs], int), np.array([b for _, b in pairs], int)
    m = need.size
    weight = [rng.normal(size=m), rng.integers(-1, 4, m).astype(float), np.zeros(m)][rng.integers(3)]
    low = rng.integers(0, 2, n_needs) * (rng.random() < 0.6)
    seats = rng.choice([0, 1, 2, 3, 2.5], n_partners)
    options = {}
    if mixed:
        options = random_limits(rng, need, n_needs, n_partners)
    draw = rng.random(m)
    return Problem(
        need,
        partner,
        weight,
        demand=(low, low + rng.integers(0, 3, n_needs)),
        capacity=((rng.random(n_partners) < 0.2 * (rng.random() < 0.3)) * np.minimum(seats, 1), seats),
        shape=(n_needs, n_partners),
        pinned=draw < 0.1 * (rng.random() < 0.4),
        forbidden=draw > 0.9,
        **options,
    )


def random_limits(rng, need, n_needs, n_partners):
    m, options = need.size, {}
    if rng.random() < 0.5:
        options["load"] = rng.choice([0.5, 1, 1.5, 2.0, 3], m)
    if rng.random() < 0.4:
        options["conflicts"] = some_pairs(rng, n_needs)
    if rng.random() < 0.3:
        options["apart"] = some_pairs(rng, n_partners)
    if rng.random() < 0.2:
        options["together"] = some_pairs(rng, n_partners)[:1]
    if rng.random() < 0.4 and m:
        low = int(rng.integers(0, 2))
        options["groups"] = [
            (rng.choice(m, rng.integers(1, m + 1), replace=False), low, low + int(rng.integers(0, 3))) for _ in range(2)
        ]
    if rng.random() < 0.4 and m:
        edges = np.flatnonzero(need == need[rng.integers(m)])
        options["teams"] = [(rng.choice(edges, rng.integers(1, edges.size + 1), replace=False), 1)]
    if rng.random() < 0.4:
        options["optional"] = rng.random(n_needs) < 0.5
    if rng.random() < 0.2:
        options["balance"] = np.sort(rng.random(rng.integers(1, 4)))
    return options


def plain_problem(seed, **changes):
    problem = random_problem(seed, mixed=False)
    none = np.zeros(problem.shape[1])
    return replace(problem, capacity=(none, np.floor(problem.capacity[1])), **changes)


def choices(problem):
    free = np.flatnonzero(~problem.pinned & ~problem.forbidden)
    for bits in itertools.product([False, True], repeat=free.size):
        chosen = problem.pinned.copy()
        chosen[free] = bits
        yield chosen


def feasible_choices(problem):
    return [chosen for chosen in choices(problem) if not check_choice(problem, chosen)]


def best_total(problem):
    return max((total_of(problem, chosen) for chosen in feasible_choices(problem)), default=None)


def services(problem, chosen):
    wants = problem.demand[1] > 0
    got = np.bincount(problem.need[chosen], weights=problem.weight[chosen], minlength=problem.shape[0])
    return np.sort(got[wants] / problem.demand[1][wants])
