"""Hours, overlaps, groups, teams and floors together, against HiGHS on the same model in the same run.

Usage: python benchmarks/assign_mixed.py [--large] [--scarce] [--fair [--limit 20]] [--first 0] [--seeds 3] [--alone]
"""

import argparse
import platform
import time
from dataclasses import replace

import numpy as np
import scipy
from assign_cases import mixed_case, scarce, with_teams_and_floors
from compared import note_comparison

from matching.assign import Problem, solve
from matching.assign.highs import solve_mip
from matching.assign.model import build_model

GAP = 1e-3


def timed(work):
    begin = (
        time.process_time()
    )  # on a shared machine the processor's time is the fair measure; all peers run on one core
    answer = work()
    return answer, time.process_time() - begin


def changed(problem, solution, seed):
    """Pin ten chosen edges, forbid ten others, and reward what stays: a re-plan."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(np.flatnonzero(solution.chosen))
    pinned, forbidden = np.zeros((2, problem.n_edges), dtype=bool)
    pinned[chosen[:10]], forbidden[chosen[10:20]] = True, True
    return replace(problem, pinned=pinned, forbidden=forbidden, weight=problem.weight + 0.02 * solution.chosen)


def compare(name, case, seed, *, alone=False):
    problem = Problem(**case)
    solution, ours = timed(lambda: solve(problem, gap=GAP))
    again, replan = timed(lambda: solve(changed(problem, solution, seed), gap=GAP, start=solution))
    row = f"| {name} | {seed} | {problem.n_edges} | {ours:.2f} | {solution.gap:.1e} | {replan:.2f} | {again.gap:.1e} |"
    if not alone:
        model = build_model(problem)
        plain, theirs = timed(lambda: solve_mip(model, gap=GAP))
        peer_gap = (plain.bound - float(model.weight @ plain.x)) / plain.bound
        gaps = f"gap {solution.gap:.0e}, its {peer_gap:.0e}"
        note_comparison(f"{name}, seed {seed}", ours, "HiGHS MIP, same model", theirs, remark=gaps)
        row += f" {theirs:.2f} | {peer_gap:.1e} | {theirs / ours:.1f} |"
    print(row, flush=True)
    return ours, replan


def compare_scarce(seed, *, teams):
    """No peer: limits that contradict each other have no answer for HiGHS to give."""
    case = mixed_case(100, 600, seed=seed)
    problem = Problem(**scarce(with_teams_and_floors(case, seed=seed) if teams else case, seed=seed))
    solution, ours = timed(lambda: solve(problem, gap=GAP))
    short = sum(violation.amount for violation in solution.violations)
    name = "scarce, teams, optional" if teams else "scarce"
    doubt = "not proved" if "not proved" in solution.method or solution.gap > GAP else "proved"
    print(
        f"| {name} | {seed} | {problem.n_edges} | {ours:.2f} | {solution.gap:.1e} | short {short:g}, {doubt} |",
        flush=True,
    )
    return ours, 0.0


def fair(seed, limit):
    """Print how near the worst-served need comes to what is proved possible."""
    problem = Problem(**mixed_case(100, 600, seed=seed))
    solution, spent = timed(lambda: solve(problem, objective="fair", time_limit=limit))
    apart = 1 - solution.worst / solution.worst_bound
    print(
        f"| mixed 100 x 600, fair | {seed} | {spent:.1f} | {solution.worst:.4f} | {solution.worst_bound:.4f} "
        f"| {apart:.2%} | {solution.gap:.2%} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--large", action="store_true", help="two cases of 1,000 x 10,000 as well (HiGHS takes half a minute each)"
    )
    parser.add_argument("--scarce", action="store_true", help="only cases whose limits can hardly be kept, or cannot")
    parser.add_argument("--fair", action="store_true", help="only the worst-served need of the mixed cases")
    parser.add_argument("--limit", type=float, help="seconds for each fair plan, by the clock")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without HiGHS on the whole model")
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, SciPy {scipy.__version__}, NumPy {np.__version__}, {platform.machine()}"
    )
    seeds = range(options.first, options.first + options.seeds)
    if options.fair:
        print("| case | seed | s | floor | bound | apart | total gap |")
        print("|---|---|---|---|---|---|---|")
        for seed in seeds:
            fair(seed, options.limit)
        return
    if options.scarce:
        print("| case | seed | edges | ours s | gap | |")
        print("|---|---|---|---|---|---|")
        for teams in (False, True):
            told("scarce", [compare_scarce(seed, teams=teams) for seed in seeds])
        return
    print("| case | seed | edges | ours s | gap | re-plan s | gap | HiGHS s | gap | ratio |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    told(
        "mixed",
        [compare("mixed 100 x 600", mixed_case(100, 600, seed=seed), seed, alone=options.alone) for seed in seeds],
    )
    cases = ((with_teams_and_floors(mixed_case(100, 600, seed=seed), seed=seed), seed) for seed in seeds)
    told(
        "with teams and floors",
        [compare("mixed 100 x 600, teams, floors", case, seed, alone=options.alone) for case, seed in cases],
    )
    if options.large:
        for seed in (0, 1):
            compare("mixed 1,000 x 10,000", mixed_case(1000, 10_000, seed=seed), seed)


def told(name, spent):
    ours, again = np.array(spent).T
    print(
        f"{name}: median {np.median(ours):.2f} s, most {ours.max():.2f} s; "
        f"re-plan median {np.median(again):.2f} s, most {again.max():.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
