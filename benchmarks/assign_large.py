"""City-size assignment against SciPy, HiGHS and OR-Tools: time, proof, memory, growth, warm starts.

    python benchmarks/assign_large.py            # everything (about five minutes with all peers)
    python benchmarks/assign_large.py --quick    # 10,000 x 100,000 only

Every measurement runs in a process of its own, so that memory is comparable and libraries that cannot share a process
never meet. Times are CPU seconds; the clock of a peer starts after its model is built, ours includes every check.
Peers that are not installed are left out. OR-Tools is no dependency: `pip install ortools`.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import numpy as np
from compared import note_comparison

INTEGER_SCALE = 10**7  # OR-Tools takes whole costs: seven digits of every weight
SIDE = 600  # partners a district


@dataclass(frozen=True, slots=True)
class Case:
    need: np.ndarray
    partner: np.ndarray
    weight: np.ndarray
    demand: np.ndarray
    capacity: np.ndarray

    @property
    def need_ptr(self):
        return np.searchsorted(self.need, np.arange(self.demand.size + 1))


def make_case(n_needs, n_partners, *, max_capacity=1, degree=32, kind="plain", seed=1):
    """Needs look at 4 x degree partners of their own and the neighbouring districts and keep the best-scored."""
    rng = np.random.default_rng(seed)
    n_districts = max(1, n_partners // SIDE)
    edge_of = np.searchsorted(np.sort(rng.integers(0, n_districts, n_partners)), np.arange(n_districts + 1))
    district = np.sort(rng.integers(0, n_districts, n_needs))
    low, high = edge_of[np.maximum(district - 1, 0)], edge_of[np.minimum(district + 2, n_districts)]
    quality = rng.beta(2, 4, n_partners)
    parts = []
    for start in range(0, n_needs, 10_000):
        stop = min(n_needs, start + 10_000)
        width = (high - low)[start:stop, None]
        seen = low[start:stop, None] + (rng.random((stop - start, 4 * degree)) * width).astype(np.int64)
        score = 0.8 * quality[seen] + 0.2 * rng.random(seen.shape)
        kept = np.argpartition(score, -degree, axis=1)[:, -degree:]
        seen, score = np.take_along_axis(seen, kept, 1), np.take_along_axis(score, kept, 1)
        order = np.argsort(seen, axis=1)
        seen, score = np.take_along_axis(seen, order, 1), np.take_along_axis(score, order, 1)
        first = np.diff(seen, axis=1, prepend=-1) > 0
        parts.append((np.repeat(np.arange(start, stop), first.sum(1)), seen[first], score[first]))
    need, partner, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    demand = rng.integers(1, 7, n_needs)
    capacity = rng.integers(1, max_capacity + 1, n_partners)
    if "scarce" in kind:
        demand = demand * 3
    if "six" in kind:
        demand[:] = 6
    if "ties" in kind:
        weight = np.round(weight, 1)
    if "equal" in kind:
        weight[:] = 0.5
    if "ranking" in kind:
        weight = quality[partner]
    if "shuffled" in kind:
        needs, partners = rng.permutation(n_needs), rng.permutation(n_partners)
        order = np.argsort(needs[need], kind="stable")
        need, partner, weight = needs[need][order], partners[partner][order], weight[order]
        demand, capacity = demand[np.argsort(needs)], capacity[np.argsort(partners)]
    return Case(need, partner, weight, demand, capacity)


def make_random_case(n_needs, n_partners, kind, *, degree=32, seed=1):
    """A graph without districts whose demand takes all of the supply; partners are ranked nearly alike by all needs."""
    rng = np.random.default_rng(seed)
    key = np.unique(np.repeat(np.arange(n_needs), degree) * n_partners + rng.integers(0, n_partners, n_needs * degree))
    need, partner = key // n_partners, key % n_partners
    quality = rng.beta(2, 4, n_partners)
    weight = quality[partner]
    if "noise" in kind:
        weight = weight + (1e-2 if "strong" in kind else 1e-3) * rng.random(need.size)
    if "urgency" in kind:
        weight = weight * (0.5 + rng.random(n_needs))[need]
    if "whole" in kind:
        weight = rng.integers(1, 4, need.size).astype(float)
    demand = np.full(n_needs, n_partners // n_needs)
    return Case(need, partner, weight, demand, np.ones(n_partners, dtype=np.int64))


def measure_ours(case):
    from matching.assign.auction import auction_assign

    first = time.process_time()
    auction_assign([0, 2, 4], [0, 1, 0, 1], [0.9, 0.8, 0.7, 0.1], [1, 1], [1, 1], gap=1e-9)
    loading = time.process_time() - first
    seconds = []
    for _ in range(3):
        start = time.process_time()
        result = auction_assign(case.need_ptr, case.partner, case.weight, case.demand, case.capacity)
        seconds.append(time.process_time() - start)
    return {"seconds": float(np.median(seconds)), "total": result.total, "gap": result.gap, "loading": loading}


def measure_ortools(case):
    from ortools.graph.python import min_cost_flow

    n_needs, n_partners = case.demand.size, case.capacity.size
    source, sink = n_needs + n_partners, n_needs + n_partners + 1
    people = int(case.demand.sum())
    tail = np.concatenate([np.full(n_needs, source), case.need, n_needs + np.arange(n_partners), [source]])
    head = np.concatenate([np.arange(n_needs), n_needs + case.partner, np.full(n_partners, sink), [sink]])
    limit = np.concatenate([case.demand, np.ones(case.need.size, np.int64), case.capacity, [people]])
    cost = np.zeros(tail.size, np.int64)
    cost[n_needs : n_needs + case.need.size] = -np.rint(case.weight * INTEGER_SCALE).astype(np.int64)
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tail, head, limit, cost)
    flow.set_node_supply(source, people)
    flow.set_node_supply(sink, -people)
    start = time.process_time()
    status = flow.solve()
    seconds = time.process_time() - start
    if status != flow.OPTIMAL:
        raise SystemExit(f"OR-Tools ended with {status}")
    chosen = flow.flows(np.arange(n_needs, n_needs + case.need.size)) > 0
    return {"seconds": seconds, "total": float(case.weight[chosen].sum())}


def measure_highs(case):
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    edges, ones = np.arange(case.need.size), np.ones(case.need.size)
    rows = csr_array((ones, (case.need, edges)), (case.demand.size, edges.size))
    columns = csr_array((ones, (case.partner, edges)), (case.capacity.size, edges.size))
    limits = np.concatenate([case.demand, case.capacity])
    matrix = vstack([rows, columns], format="csc")
    start = time.process_time()
    answer = linprog(-case.weight, A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
    return {"seconds": time.process_time() - start, "total": -answer.fun}


def measure_scipy(case):
    """One row a person wanted, and for each a column of its own that stands for nobody."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    ptr = case.need_ptr
    row_need = np.repeat(np.arange(case.demand.size), case.demand)
    lengths = np.diff(ptr)[row_need]
    row = np.repeat(np.arange(row_need.size), lengths)
    inside = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    edge = np.repeat(ptr[row_need], lengths) + inside
    nobody = case.capacity.size + np.arange(row_need.size)
    most = case.weight.max() + 1.0
    cost = np.concatenate([most - case.weight[edge], np.full(row_need.size, most)])
    place = (np.concatenate([row, np.arange(row_need.size)]), np.concatenate([case.partner[edge], nobody]))
    graph = csr_array((cost, place), (row_need.size, case.capacity.size + row_need.size))
    start = time.process_time()
    rows, columns = min_weight_full_bipartite_matching(graph)
    seconds = time.process_time() - start
    return {"seconds": seconds, "total": float(most * rows.size - graph[rows, columns].sum())}


def change_needs(case, rng):
    """Draw new weights and head-counts for 1 % of the needs; return the new case and the rows that changed."""
    touched = rng.random(case.demand.size) < 0.01
    edges = touched[case.need]
    weight, demand = case.weight.copy(), case.demand.copy()
    weight[edges] = np.clip(weight[edges] + 0.1 * rng.standard_normal(int(edges.sum())), 0.0, 1.0)
    demand[touched] = rng.integers(1, 7, int(touched.sum()))
    needs = np.flatnonzero(touched)
    rows = {
        "changed_needs": needs,
        "need_ptr": np.concatenate([[0], np.cumsum(np.diff(case.need_ptr)[needs])]),
        "partner": case.partner[edges],
        "weight": weight[edges],
        "demand_hi": demand[needs],
    }
    return Case(case.need, case.partner, weight, demand, case.capacity), rows


def other_partners(rows):
    """Drop the first edge of every changed row, so that the rows have other partners than before."""
    kept = np.ones(rows["partner"].size, dtype=bool)
    kept[rows["need_ptr"][:-1]] = False
    ptr = rows["need_ptr"] - np.arange(rows["need_ptr"].size)
    return rows | {"need_ptr": ptr, "partner": rows["partner"][kept], "weight": rows["weight"][kept]}


def measure_warm(case):
    """Solve again after 1 % of the needs changed: anew, from earlier prices and choice, and from a kept state."""
    from matching.assign.auction import auction_assign, auction_reassign

    rng = np.random.default_rng(5)
    ptr = case.need_ptr
    first = auction_assign(ptr, case.partner, case.weight, case.demand, case.capacity, keep_state=True)
    new, rows = change_needs(case, rng)
    prices = {"start_partner_price": first.partner_price, "start_chosen": first.chosen}
    whole = (ptr, new.partner, new.weight, new.demand, new.capacity)
    ways = {
        "cold": lambda: auction_assign(*whole),
        "prices, exact": lambda: auction_assign(*whole, **prices),
        "prices, gap 1e-3": lambda: auction_assign(*whole, gap=1e-3, **prices),
        "state, exact": lambda: auction_reassign(first.state, **rows),
        "state, gap 1e-3": lambda: auction_reassign(first.state, **rows, gap=1e-3),
        "state, other partners, gap 1e-3": lambda: auction_reassign(first.state, **other_partners(rows), gap=1e-3),
    }
    answer = {name: measure_way(solve) for name, solve in ways.items()}
    if abs(answer["state, exact"]["total"] - answer["cold"]["total"]) > 1e-9 * answer["cold"]["total"]:
        raise SystemExit("the state led to another optimum")
    seconds, state = [], first.state
    for _ in range(10):
        new, rows = change_needs(new, rng)
        start = time.process_time()
        result = auction_reassign(state, **rows, gap=1e-3)
        seconds.append(time.process_time() - start)
        state = result.state
    answer["state, gap 1e-3, sixth to tenth in a row"] = {"seconds": float(np.median(seconds[5:])), "gap": result.gap}
    answer |= measure_solve(case)
    answer["state"] = {"bytes": first.state.nbytes}
    return answer


def measure_solve(case):
    """The same through `solve`: cold, and ten changes in a row, of which the last five count."""
    from matching.assign import Problem, solve, with_changes

    problem = Problem(case.need, case.partner, case.weight, demand=(0, case.demand), capacity=(0, case.capacity))
    cold = measure_way(lambda: solve(problem))
    solution, rng, seconds = solve(problem, keep=True), np.random.default_rng(5), []
    for _ in range(10):
        case, _ = change_needs(case, rng)
        edges = np.flatnonzero(problem.weight != case.weight)
        start = time.process_time()
        needs = np.arange(case.demand.size)
        problem = with_changes(problem, edges=edges, weight=case.weight[edges], needs=needs, demand=case.demand)
        solution = solve(problem, start=solution, gap=1e-3)
        seconds.append(time.process_time() - start)
    way = {"seconds": float(np.median(seconds[5:])), "gap": solution.gap, "cold": cold["seconds"]}
    return {"with_changes and solve, gap 1e-3, sixth to tenth in a row": way}


def measure_way(solve):
    solve()
    seconds = []
    for _ in range(7):
        start = time.process_time()
        result = solve()
        seconds.append(time.process_time() - start)
    return {"seconds": float(np.median(seconds)), "gap": result.gap, "total": result.total}


MEASURES = {
    "ours": measure_ours,
    "OR-Tools": measure_ortools,
    "HiGHS LP": measure_highs,
    "SciPy": measure_scipy,
    "warm": measure_warm,
}


def run_here(name, n_needs, n_partners, max_capacity, kind):
    if "random" in kind:
        case = make_random_case(n_needs, n_partners, kind)
    else:
        case = make_case(n_needs, n_partners, max_capacity=max_capacity, kind=kind)
    answer = MEASURES[name](case)
    # macOS counts bytes, Linux kilobytes.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    answer["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    answer["edges"] = int(case.need.size)
    print(json.dumps(answer))


def run_apart(name, n_needs, n_partners, max_capacity=1, kind="plain", *, limit=600, environment=None):
    command = [sys.executable, __file__, "--measure", name, str(n_needs), str(n_partners), str(max_capacity), kind]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, check=False, env=os.environ | (environment or {})
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(f"measuring {name} failed")
    return json.loads(done.stdout)


def version_of(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def compare(label, n_needs, n_partners, max_capacity, kind, peers, *, limit=600):
    ours = run_apart("ours", n_needs, n_partners, max_capacity, kind)
    shown = [f"| {label} | {ours['seconds']:.3f} s | {ours['gap']:.0e} | {ours['megabytes']:.0f} MB |"]
    for peer in peers:
        answer = run_apart(peer, n_needs, n_partners, max_capacity, kind, limit=limit)
        if answer is None:
            shown.append(f" {peer} > {limit} s: > {limit / ours['seconds']:.0f}x;")
            continue
        gap = f"gap {ours['gap']:.0e}, memory ours / its {ours['megabytes'] / answer['megabytes']:.2f}"
        note_comparison(label, ours["seconds"], peer, answer["seconds"], remark=gap)
        shown.append(
            f" {peer} {answer['seconds']:.2f} s: **{answer['seconds'] / ours['seconds']:.1f}x**, "
            f"memory ours/peer {ours['megabytes'] / answer['megabytes']:.2f}, "
            f"total {(ours['total'] - answer['total']) / ours['total']:+.0e};"
        )
    print("".join(shown), "|", flush=True)


def print_machine():
    packages = [(name, version_of(name)) for name in ("numpy", "scipy", "numba", "ortools")]
    print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}")
    print(", ".join(f"{name} {version}" for name, version in packages if version), end="\n\n")


def print_compilation():
    with tempfile.TemporaryDirectory() as folder:
        place = {"NUMBA_CACHE_DIR": folder}
        cold = run_apart("ours", 100, 1000, environment=place)
        cached = run_apart("ours", 100, 1000, environment=place)
    print(f"\nCompiling once: {cold['loading']:.1f} s; loading from the cache: {cached['loading']:.2f} s (CPU)")


def print_growth(sizes):
    answers = [run_apart("ours", n, 10 * n) for n in sizes]
    edges, seconds = (np.array([answer[key] for answer in answers]) for key in ("edges", "seconds"))
    exponent = np.polyfit(np.log(edges), np.log(seconds), 1)[0]
    steps = ", ".join(f"{n:,} needs {s:.4f} s" for n, s in zip(sizes, seconds, strict=True))
    print(f"\nGrowth of time in edges: exponent {exponent:.2f} fitted ({steps}), gap at most 1e-12")


def print_warm(n_needs):
    answer = run_apart("warm", n_needs, 10 * n_needs)
    cold, kept = answer["cold"]["seconds"], answer["state"]["bytes"] / 1e6
    print(f"\n1 % of {n_needs:,} needs change; cold {cold:.3f} s; a state takes {kept:.0f} MB\n")
    print("| solved again from | seconds | of cold | gap |\n|---|---|---|---|")
    for name, way in answer.items():
        if isinstance(way, dict) and "seconds" in way and name != "cold":
            work = f"1 % of {n_needs:,} needs change: {name}"
            note_comparison(
                work, way["seconds"], "our own, anew", way.get("cold", cold), remark=f"gap {way['gap']:.0e}"
            )
            print(
                f"| {name} | {way['seconds']:.4f} | {way['seconds'] / way.get('cold', cold):.1%} | {way['gap']:.0e} |"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--warm", action="store_true", help="only what changes of 1 % of the needs take")
    parser.add_argument("--measure", nargs=5, metavar=("WHAT", "NEEDS", "PARTNERS", "CAPACITY", "KIND"))
    asked = parser.parse_args()
    if asked.measure:
        name, n_needs, n_partners, max_capacity, kind = asked.measure
        run_here(name, int(n_needs), int(n_partners), int(max_capacity), kind)
        return
    print_machine()
    if asked.warm:
        print_warm(10_000 if asked.quick else 100_000)
        return
    flow = ["OR-Tools"] if version_of("ortools") else []
    print("| case | ours | gap | peak | peers |\n|---|---|---|---|---|")
    compare("10k x 100k", 10_000, 100_000, 1, "plain", [*flow, "HiGHS LP", "SciPy"])
    kinds = ("six", "scarce", "ties", "equal", "scarce ties", "scarce equal", "ranking", "six ranking", "shuffled")
    for kind in kinds:
        compare(f"10k x 100k {kind}", 10_000, 100_000, 1, kind, flow)
    for kind in ("random", "random noise", "random strong noise", "random urgency", "random whole"):
        compare(f"10k x 30k {kind}, demand = supply", 10_000, 30_000, 1, kind, flow)
    if not asked.quick:
        compare("100k x 1M", 100_000, 1_000_000, 1, "plain", flow)
        compare("100k x 1M capacity 1-3", 100_000, 1_000_000, 3, "plain", flow)
    print_growth((1_000, 3_000, 10_000) if asked.quick else (1_000, 3_000, 10_000, 30_000, 100_000))
    print_warm(10_000 if asked.quick else 100_000)
    print_compilation()


if __name__ == "__main__":
    main()
