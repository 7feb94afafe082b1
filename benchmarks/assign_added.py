"""What one more would add, exactly: a head, some hours, a newcomer, one partner less; each solved again, against solving anew.

Usage: python benchmarks/assign_added.py [--first 0] [--seeds 6] [--each 10]
"""

import argparse
import platform
import time

import numpy as np
import scipy
from assign_cases import mixed_case, with_teams_and_floors

from matching.assign import MoreCapacity, MoreDemand, Newcomer, Problem, Without, changed_by, solve, values_by_prices
from matching.assign.added import added_in_turn


def timed(work):
    begin = time.process_time()
    answer = work()
    return answer, time.process_time() - begin


def questions(problem, solution, each, seed):
    rng = np.random.default_rng(seed)
    n_needs = problem.shape[0]
    hours = np.zeros(n_needs)
    hours[problem.need] = problem.load
    asked = []
    for _ in range(each):
        asked.append(MoreDemand(int(rng.integers(n_needs))))
        asked.append(MoreCapacity(int(rng.choice(problem.partner)), 2.0))
        asked.append(Without(int(rng.choice(problem.partner[solution.chosen]))))
        needs = rng.choice(n_needs, 8, replace=False)
        asked.append(Newcomer(needs, rng.uniform(0.4, 0.9, 8), hours[needs], 6.0))
    return asked


def measure(name, case, seed, each):
    problem = Problem(**case)
    solution, first = timed(lambda: solve(problem, gap=1e-3))
    asked = questions(problem, solution, each, seed)
    bounds, ready = timed(lambda: values_by_prices(problem, solution, asked))
    problems, written = timed(lambda: [changed_by(problem, change) for change in asked])
    # the first question takes what all share; it is asked twice
    answers = added_in_turn(problem, solution, [asked[0], *asked], [problems[0], *problems])
    _, shared = timed(lambda: next(answers))
    found, spent = zip(*(timed(lambda: next(answers)) for _ in asked), strict=True)
    spent = np.array(spent) + written / len(asked)
    anew = [timed(lambda changed=changed: solve(changed)) for changed in problems[:8]]
    differ = sum(abs(one.total - warm.solution.total) > 1e-7 for (one, _), warm in zip(anew, found, strict=False))
    gains, most = np.array([[value.gain, value.most - value.least] for value in found]).T
    # of the bound, the part that any choice of the problem itself is short of
    over = bounds - gains
    differ += np.count_nonzero(gains > np.array([value.by_prices for value in found]) + 1e-9)
    if differ:
        raise SystemExit(f"{differ} answers differ from what solving anew or the prices say: {name}, seed {seed}")
    cold = np.median([seconds for _, seconds in anew])
    print(
        f"| {name} | {seed} | {first:.2f} | {shared:.2f} | {1e3 * np.median(spent):.0f} | {1e3 * np.percentile(spent, 95):.0f} | "
        f"{1e3 * spent.max():.0f} | {np.count_nonzero(most > 1e-9)} of {len(asked)} | {np.median(np.abs(gains)):.3f} | "
        f"{np.median(over):.3f} | {ready:.2f} | {cold:.2f} | {cold / np.median(spent):.0f} |",
        flush=True,
    )
    return spent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--each", type=int, default=10, help="how many questions of each of the four kinds")
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, SciPy {scipy.__version__}, NumPy {np.__version__}, {platform.machine()}"
    )
    print("CPU seconds; of each question milliseconds, the changed problem written and the answer checked in it.")
    print(
        "| case | seed | solve, gap 0.1 % | shared by all | median | 95 % | most | not proved exact | gain | bound by prices "
        "above it | all bounds | solved anew, exactly | ratio |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for name, more in (("mixed 100 x 600", None), ("… teams, floors", with_teams_and_floors)):
        spent = []
        for seed in range(options.first, options.first + options.seeds):
            case = mixed_case(100, 600, seed=seed)
            spent.append(measure(name, case if more is None else more(case, seed=seed), seed, options.each))
        spent = 1e3 * np.concatenate(spent)
        print(
            f"{name}: median {np.median(spent):.0f} ms, 95 % within {np.percentile(spent, 95):.0f}, most {spent.max():.0f}"
        )


if __name__ == "__main__":
    main()
