"""How large a stable matching gets where both sides have ties, against the largest there is and ties broken beforehand.

Usage: python benchmarks/stable_size.py [--cases 300] [--size 6]
"""

import argparse

import numpy as np
from compared import machine_lines

from matching.assign import check_stability, stable_match


def drawn_preferences(rng, accepted, *, ties=0.5):
    """Draw an order of those who are accepted; each is as good as the one before with that chance."""
    order = []
    for each in rng.permutation(accepted).tolist():
        if order and rng.random() < ties:
            order[-1].append(each)
        else:
            order.append([each])
    return order


def largest(needs, partners):
    """Return the size of the largest weakly stable matching, by trying all matchings."""
    best = 0

    def choose(need, taken, chosen):
        nonlocal best
        if need == len(needs):
            size = len(taken)
            if size > best and not check_stability(needs, partners, chosen):
                best = size
            return
        choose(need + 1, taken, [*chosen, -1])
        for partner in (each for tier in needs[need] for each in tier):
            if partner not in taken:
                choose(need + 1, taken | {partner}, [*chosen, partner])

    choose(0, frozenset(), [])
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--size", type=int, default=6)
    asked = parser.parse_args()
    print("\n".join(machine_lines()))
    ours, broken, most = np.zeros((3, asked.cases), int)
    for seed in range(asked.cases):
        rng = np.random.default_rng(seed)
        accepted = rng.random((asked.size, asked.size)) < 0.45
        needs = [drawn_preferences(rng, np.flatnonzero(row)) for row in accepted]
        partners = [drawn_preferences(rng, np.flatnonzero(column)) for column in accepted.T]
        most[seed] = largest(needs, partners)
        ours[seed] = stable_match(needs, partners).size
        in_order = ([[each for tier in line for each in tier] for line in side] for side in (needs, partners))
        broken[seed] = stable_match(*in_order).size
    print(f"largest {most.sum()}, ours {ours.sum()}, ties broken beforehand {broken.sum()}")
    print(
        f"the largest in {(ours == most).mean():.1%} of {asked.cases} cases; at worst {(ours / np.maximum(most, 1)).min():.2f} of it"
    )


if __name__ == "__main__":
    main()
