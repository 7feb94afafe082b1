"""Judge `solve` on very many random problems with all kinds of limits mixed, and list where it is wrong.

Usage: python benchmarks/assign_audit.py [--cases 20000] [--first 0] [--path plain|bundles|warm|fair] [--size small|middling]

Small problems (up to 9 edges) are judged by all their choices, middling ones (20 to 260) by integer programs for HiGHS
that are written from the rules alone.
``bundles`` sends every problem that is no network through the search among bundles, whatever its size; ``warm`` starts
each from the solution of the same problem with other weights; ``fair`` (small only) sends each through the search for a
high floor that larger problems take. Ends with 1 if anything is wrong.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from assign.brute import faults_of, faults_of_fair
from assign.by_milp import faults_by_milp
from assign.drawn import drawn_problem, middling_problem
from matching.assign import fair, search, solve
from matching.errors import MatchingError

JUDGES = {"small": (drawn_problem, faults_of), "middling": (middling_problem, faults_by_milp)}


def solved(problem, path, seed):
    if path == "fair":
        return solve(problem, objective="fair")
    if path != "warm":
        return solve(problem)
    other = np.random.default_rng(seed + 1).normal(size=problem.n_edges)
    return solve(problem, start=solve(replace(problem, weight=problem.weight + other)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--path", choices=["plain", "bundles", "warm", "fair"], default="plain")
    parser.add_argument("--size", choices=list(JUDGES), default="small")
    options = parser.parse_args()
    draw, judge = JUDGES[options.size]
    if options.path == "fair":
        draw, judge = drawn_problem, faults_of_fair
        fair.SEARCHED, fair.ROOT = -1, 0
        fair.promised_at_most = fair._single_head_floor = lambda _: None  # noqa: SLF001  # the quick ways are left out
    elif options.path != "plain":
        search.SMALL = 0
    kinds, wrong, begin = Counter(), 0, time.process_time()
    for seed in range(options.first, options.first + options.cases):
        problem = draw(seed)
        try:
            solution = solved(problem, options.path, seed)
        except (MatchingError, ValueError, ArithmeticError, LookupError) as error:
            faults = [f"{type(error).__name__}: {error}"]
        else:
            faults = judge(problem, solution)
            kinds["infeasible" if solution.violations else "feasible"] += 1
        if faults:
            wrong += 1
            print(f"seed {seed}: {'; '.join(faults)}", flush=True)
    print(
        f"{options.cases} {options.size} cases from {options.first}, path {options.path}: {wrong} wrong; {dict(kinds)}; "
        f"{time.process_time() - begin:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
