"""A district of head-counts: 100 x 600 on one core, and 300 x 3,000 against networkx and SciPy on the same case.

Usage: python benchmarks/assign_district.py [--networkx] [--fair]
"""

import argparse
import platform
import statistics
import time

import networkx as nx
import numpy as np
import scipy
from assign_cases import head_count_case
from compared import note_comparison
from scipy.optimize import LinearConstraint, linprog, milp

from matching.assign import Problem, diagnose, marginal_values, solve
from matching.assign.highs import solve_lp
from matching.assign.model import build_model


def timed(work, times=9):
    """Return the answer and the median processor time in milliseconds."""
    spent = []
    for _ in range(times):
        begin = time.process_time()
        answer = work()
        spent.append(1e3 * (time.process_time() - begin))
    return answer, statistics.median(spent)


def head_counts(n_needs, n_partners, most_capacity, *, one_each=False):
    need, partner, weight, demand, capacity = head_count_case(n_needs, n_partners, most_capacity=most_capacity)
    return Problem(need, partner, weight, demand=(0, 1 if one_each else demand), capacity=(0, capacity))


def district():
    print("| case | edges | build ms | solve ms | prices ms | diagnose ms | gap | HiGHS LP ms |")
    print("|---|---|---|---|---|---|---|---|")
    for most_capacity in (1, 3):
        print(district_row(most_capacity), flush=True)


def district_row(most_capacity):
    problem, build = timed(lambda: head_counts(100, 600, most_capacity))
    _, drawn = timed(lambda: head_count_case(100, 600, most_capacity=most_capacity))
    solution, ours = timed(lambda: solve(problem))
    _, prices = timed(lambda: marginal_values(problem, solution))
    _, why = timed(lambda: diagnose(problem))
    model = build_model(problem)
    _, lp = timed(lambda: solve_lp(model))
    note_comparison(f"100 x 600, head-counts, capacity 1-{most_capacity}", ours / 1e3, "HiGHS LP", lp / 1e3)
    return (
        f"| 100 x 600, capacity 1-{most_capacity} | {problem.n_edges} | {max(0.0, build - drawn):.1f} | {ours:.1f} "
        f"| {prices:.1f} | {why:.1f} | {solution.gap:.1e} | {lp:.1f} |"
    )


def against_networkx(*, one_each):
    """networkx knows pairs only: a need that wants several people is written as so many places."""
    problem = head_counts(300, 3000, 1, one_each=one_each)
    solution, ours = timed(lambda: solve(problem))
    graph, wanted = nx.Graph(), problem.demand[1]
    for need, partner, weight in zip(
        problem.need.tolist(), problem.partner.tolist(), problem.weight.tolist(), strict=True
    ):
        graph.add_weighted_edges_from((("need", need, at), ("partner", partner), weight) for at in range(wanted[need]))
    matching, theirs = timed(lambda: nx.max_weight_matching(graph), 1)
    total = sum(graph.edges[pair]["weight"] for pair in matching)
    heads = "one-to-one" if one_each else "1-6 a need"
    off = f"totals differ by {abs(total - solution.total):.0e}"
    note_comparison(f"300 x 3,000, {heads}", ours / 1e3, "networkx", theirs / 1e3, remark=off)
    print(
        f"300 x 3,000 {heads}, {problem.n_edges} edges: ours {ours:.1f} ms, "
        f"networkx {theirs:.0f} ms, ratio {theirs / ours:.0f}, totals differ by {abs(total - solution.total):.1e}",
        flush=True,
    )


def fair_against_exact(n=200):
    rng = np.random.default_rng(0)
    need, partner, weight = np.repeat(np.arange(n), n), np.tile(np.arange(n), n), rng.random(n * n)
    problem = Problem(need, partner, weight)
    solution, ours = timed(lambda: solve(problem, objective="fair"), 3)
    model = build_model(problem)
    level = scipy.sparse.csr_array((weight, (need, np.arange(n * n))), shape=(n, n * n))
    rows = scipy.sparse.bmat([[model.matrix, None], [level, -np.ones((n, 1))]], format="csc")
    low = np.concatenate([np.full(model.low.size, -np.inf), np.zeros(n)])
    high = np.concatenate([model.high, np.full(n, np.inf)])
    whole = np.concatenate([np.ones(n * n), [0]])
    cost = np.concatenate([np.zeros(n * n), [-1.0]])
    exact, theirs = timed(
        lambda: milp(cost, constraints=LinearConstraint(rows, low, high), integrality=whole, bounds=(0, 1)), 1
    )
    usable = (weight >= exact.x[-1] - 1e-9).astype(float)
    served = model.matrix[model.kind == 0]
    second = linprog(
        -weight,
        A_ub=model.matrix[model.kind == 1],
        b_ub=np.ones(n),
        A_eq=served,
        b_eq=np.ones(n),
        bounds=np.stack([0 * usable, usable], axis=1),
    )
    off = f"floors differ by {abs(solution.worst - exact.x[-1]):.0e}"
    note_comparison(f"fair, {n} x {n} dense, one head", ours / 1e3, "HiGHS MIP, floor alone", theirs / 1e3, remark=off)
    print(
        f"fair {n} x {n} dense: ours {ours:.0f} ms, floor by HiGHS MILP {theirs:.0f} ms, floors differ by "
        f"{abs(solution.worst - exact.x[-1]):.1e}, totals by {abs(solution.total + second.fun):.1e}"
    )


def fair_with_several_heads(seconds=30.0):
    """Print floors of sparse districts, where no flow bound is met, beside the exact program stopped after some seconds."""
    print("| seats | seed | s | floor | bound | total gap | HiGHS floor | HiGHS bound | HiGHS s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for seats in (1, 3):
        for seed in range(3):
            need, partner, weight, demand, capacity = head_count_case(100, 600, most_capacity=seats, seed=seed)
            problem = Problem(need, partner, weight, demand=(0, demand), capacity=(0, capacity))
            solution, ours = timed(lambda problem=problem: solve(problem, objective="fair"), 1)
            exact, theirs = timed(lambda problem=problem: highest_floor(problem, seconds), 1)
            print(
                f"| 1-{seats} | {seed} | {ours / 1e3:.1f} | {solution.worst:.4f} | {solution.worst_bound:.4f} | {solution.gap:.1e} "
                f"| {0.0 if exact.x is None else exact.x[-1]:.4f} | {-exact.mip_dual_bound:.4f} | {theirs / 1e3:.1f} |",
                flush=True,
            )


def highest_floor(problem, seconds):
    """Ask HiGHS for the highest floor in one program."""
    model, n = build_model(problem), problem.n_edges
    wanted = problem.demand[1]
    level = scipy.sparse.csr_array(
        (problem.weight / wanted[problem.need], (problem.need, np.arange(n))), shape=(wanted.size, n)
    )
    rows = scipy.sparse.bmat([[model.matrix, None], [level, -np.ones((wanted.size, 1))]], format="csc")
    low = np.concatenate([np.full(model.low.size, -np.inf), np.zeros(wanted.size)])
    high = np.concatenate([model.high, np.full(wanted.size, np.inf)])
    whole = np.concatenate([np.ones(n), [0]])
    limits = LinearConstraint(rows, low, high)
    cost = np.concatenate([np.zeros(n), [-1.0]])
    return milp(cost, constraints=limits, integrality=whole, bounds=(0, 1), options={"time_limit": seconds})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networkx", action="store_true", help="takes some minutes")
    parser.add_argument("--fair", action="store_true", help="takes a minute")
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, SciPy {scipy.__version__}, NumPy {np.__version__}, {platform.machine()}"
    )
    district()
    if options.networkx:
        against_networkx(one_each=True)
        against_networkx(one_each=False)
    if options.fair:
        fair_against_exact()
        fair_with_several_heads()


if __name__ == "__main__":
    main()
