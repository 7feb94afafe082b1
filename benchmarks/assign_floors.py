"""Lower limits of head-counts: lifts against what decides without them, augmenting paths or a linear program.

Usage: python benchmarks/assign_floors.py [--needs 10000] [--alone]
"""

import argparse
import time

import numpy as np
from assign_cases import head_count_case
from compared import machine_lines, note_comparison

from matching.assign import Problem, plain, solve


def cases(n_needs):
    """Yield name, problem and whether it is quick without lifts: at 10,000 needs the others took over three minutes."""
    for n_partners, words in ((10, "ten partners a need"), (3.6, "2 % more partners than heads"), (3, "15 % fewer")):
        need, partner, weight, heads, seats = head_count_case(n_needs, int(n_partners * n_needs), seed=3)
        for low, asked in ((np.minimum(1, heads), "one head"), (heads // 2, "half the heads"), (heads, "all heads")):
            problem = Problem(need, partner, weight, demand=(low, heads), capacity=(0, seats))
            yield f"{words}; {asked} at least", problem, n_partners > 3 or asked == "one head"
        loss = Problem(need, partner, weight - 0.5, demand=(heads // 2, heads), capacity=(0, seats))
        yield f"{words}; half the heads, most of them at a loss", loss, n_partners > 3


def timed(problem):
    begin = time.process_time()
    solution = solve(problem)
    return solution, time.process_time() - begin


def without_lifts(problem):
    size, fill = plain.LARGE, plain.fill_floors
    plain.LARGE, plain.fill_floors = problem.n_edges, lambda *_, **__: None
    try:
        return timed(problem)
    finally:
        plain.LARGE, plain.fill_floors = size, fill


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--needs", type=int, default=10_000)
    parser.add_argument("--alone", action="store_true", help="never without lifts")
    asked = parser.parse_args()
    print("\n".join(machine_lines()))
    print("| case | edges | heads short | ours s | gap | without lower limits s | without lifts s | totals differ by |")
    print("|---|---|---|---|---|---|---|---|")
    solve(next(cases(2_000))[1])  # compiles
    for name, problem, is_quick in cases(asked.needs):
        ours, seconds = timed(problem)
        _, free = timed(Problem(problem.need, problem.partner, problem.weight, demand=(0, problem.demand[1])))
        short = int(sum(violation.amount for violation in ours.violations))
        row = f"| {name} | {problem.n_edges} | {short} | {seconds:.2f} | {ours.gap:.0e} | {free:.2f} |"
        if asked.alone or not (is_quick or asked.needs <= 1_000):
            print(f"{row} not run | |", flush=True)
            continue
        theirs, took = without_lifts(problem)
        off = abs(ours.total - theirs.total)
        print(f"{row} {took:.2f} | {off:.0e} |", flush=True)
        note_comparison(f"{asked.needs} needs, {name}", seconds, "without lifts", took)


if __name__ == "__main__":
    main()
