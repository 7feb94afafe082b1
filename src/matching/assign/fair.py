"""Fairness: raise the worst-served need as high as can be, then the next ones, then the total; and what that costs."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import maximum_flow

from matching.assign.assemble import assemble, worst_served
from matching.assign.deadline import NEVER, Deadline
from matching.assign.elastic import capped, loosen
from matching.assign.fair_large import NODES, ROOT, solve_nearly_fair
from matching.assign.fair_rows import TOLERANCE, levelled, stacked, with_floor
from matching.assign.flow import is_plain
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.maxmin import promised_at_most
from matching.assign.model import CAPACITY, DEMAND, Model, build_model
from matching.assign.parts import row_price, solve_model
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.solution import Solution
from matching.assign.structure import tighten
from matching.assign.total import solve_total

SEARCHED = 600  # columns; what is larger is bounded and searched, not decided by integer programs to the end
TO_THE_END = 20_000  # nodes that an integer program over edges may open up to that size


def solve_fair(problem: Problem, *, depth: int = 1, deadline: Deadline = NEVER, gap: float = 0.0) -> Solution:
    """Raise the worst-served needs one after the other, then the total.

    How well a need is served is the total weight of its chosen edges over the head-count it wants. The sums of the
    1, 2, ..., `depth` worst are raised in turn, each as high as the earlier ones leave it: the leximin order.

    Parameters
    ----------
    problem : Problem
    depth : int, default=1
    deadline : Deadline, optional
    gap : float, default=0
        For the last stage, the total.

    Returns
    -------
    solution : Solution
        Its bound and gap are those of the total once the floor stands; `worst_bound` is that of the floor. Where an integer
        program is not decided within so many nodes, the floor is raised as far as a search that ends gets.

    References
    ----------
    W. Ogryczak and T. Sliwinski, "On solving linear programs with the ordered weighted averaging objective", 2003,
    for the linear form of the sum of the k worst.
    """
    wants = np.flatnonzero(problem.demand[1] > 0)
    if not wants.size:
        return solve_total(problem, deadline=deadline, gap=gap)
    floor = _single_head_floor(problem) if depth == 1 else None
    if floor is not None:
        solution = solve_total(_promised(problem, floor), deadline=deadline, gap=gap)
        if not solution.violations:
            note = f"fair: floor {floor:.6g} by bottleneck matching; {solution.method}"
            worst = worst_served(problem, solution.chosen)
            return replace(solution, worst=worst, worst_bound=worst, method=note)
    quick = _bounded_floor(problem, deadline, gap) if depth == 1 and floor is None else None
    if quick is not None:
        return quick
    stages = min(depth, wants.size)
    plain, x = feasible_model(problem, deadline.share(1 / (stages + 2)))
    is_large = np.count_nonzero(plain.floor < plain.ceiling) > SEARCHED
    limited = replace(deadline, nodes=(ROOT if is_large else TO_THE_END) if deadline.nodes is None else deadline.nodes)
    if x is not None and is_large:
        return solve_nearly_fair(problem, plain, x, np.inf, depth=stages, deadline=deadline, gap=gap)
    model, open_stages, worst_bound = plain, 0, np.inf
    for stage in range(1, stages + 1):
        model, known, most, proved = _raised(problem, model, wants, stage, limited.share(1 / (stages - stage + 2)))
        if stage == 1:
            worst_bound = most
            if x is not None and not proved:
                x = x if known is None else known[: x.size]
                return solve_nearly_fair(problem, plain, x, most, depth=stages, deadline=deadline, gap=gap)
        open_stages += not proved
    found = solve_model(tighten(model), deadline=limited, gap=gap)
    tight = tighten(model)
    prices = tuple(
        row_price(tight, found.dual, kind, size) for kind, size in zip((DEMAND, CAPACITY), problem.shape, strict=True)
    )
    chosen = np.asarray(found.x[: problem.n_edges] > 0.5)
    doubt = f", {open_stages} of these stages not proved in time" if open_stages else ""
    note = f"fair: {stages} worst-served needs raised in turn{doubt}; {found.note}"
    solution = assemble(problem, chosen, found.bound, (prices[0], prices[1]), note)
    return replace(solution, worst_bound=max(worst_bound, solution.worst))


def _bounded_floor(problem: Problem, deadline: Deadline, gap: float) -> Solution | None:
    """Try to reach the bound that counts and flows set to the floor: then it is proved, and the total comes next."""
    found = promised_at_most(problem)
    if found is None:
        return None
    floor, narrowed = found
    if (narrowed.demand[1] <= 1).all():  # one head each: every edge left is worth the floor
        solution = solve_total(narrowed, deadline=deadline, gap=gap)
    else:
        model = tighten(with_floor(build_model(narrowed), problem, floor))
        is_large = np.count_nonzero(model.floor < model.ceiling) > SEARCHED
        if is_large and solve_lp(model, deadline=deadline).x is None:
            return None
        limited = replace(deadline, nodes=NODES) if is_large and deadline.nodes is None else deadline
        answer = solve_model(model, deadline=limited, gap=gap)
        if not answer.feasible:
            return None
        prices = tuple(
            row_price(model, answer.dual, kind, size)
            for kind, size in zip((DEMAND, CAPACITY), problem.shape, strict=True)
        )
        chosen = np.asarray(answer.x[: problem.n_edges] > 0.5)
        solution = assemble(problem, chosen, answer.bound, (prices[0], prices[1]), answer.note)
    if solution.violations:
        return None
    note = f"fair: floor {floor:.6g}, the most that head-counts and a flow allow; {solution.method}"
    worst = worst_served(problem, solution.chosen)
    return replace(solution, worst=worst, worst_bound=max(floor, worst), method=note)


def _single_head_floor(problem: Problem) -> float | None:
    """Find the highest floor where every need wants one head at most: a threshold on the weights."""
    if not is_plain(problem) or problem.demand[1].max(initial=0) > 1:
        return None
    live = (~problem.forbidden & (problem.capacity[1][problem.partner] >= 1)) | problem.pinned
    levels = np.unique(np.append(problem.weight[live], 0.0))
    levels = levels[levels <= problem.weight[problem.pinned].min(initial=np.inf)]
    low, high = -1, levels.size - 1
    while low < high:  # levels[low] can be promised, levels[high + 1] cannot
        middle = (low + high + 1) // 2
        if _can_promise(problem, live, float(levels[middle])):
            low = middle
        else:
            high = middle - 1
    return float(levels[low]) if low >= 0 else None


def _can_promise(problem: Problem, live: BoolArray, floor: float) -> bool:
    """Check by a maximum flow whether every need that must be served can be, on edges of at least a weight."""
    n_needs, n_partners = problem.shape
    held = np.bincount(problem.need[problem.pinned], minlength=n_needs) > 0
    carried = np.bincount(problem.partner[problem.pinned], minlength=n_partners)
    seats = np.minimum(np.floor(problem.capacity[1] + TOLERANCE), float(n_needs)).astype(np.int64) - carried
    if (seats < 0).any():
        return False
    must = ~held & (problem.demand[1] > 0) & ((floor > 0) | (problem.demand[0] > 0) & ~problem.optional)
    edges = np.flatnonzero(live & must[problem.need] & (problem.weight >= floor))
    source, sink = n_needs + n_partners, n_needs + n_partners + 1
    wanted = np.flatnonzero(must)
    rows = np.concatenate([np.full(wanted.size, source), problem.need[edges], n_needs + np.arange(n_partners)])
    columns = np.concatenate([wanted, n_needs + problem.partner[edges], np.full(n_partners, sink)])
    room = np.concatenate([np.ones(wanted.size + edges.size), seats]).astype(np.int32)
    graph = sp.csr_array((room, (rows, columns)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, source, sink).flow_value) == wanted.size


def _promised(problem: Problem, floor: float) -> Problem:
    low = np.where((problem.demand[1] > 0) & (floor > 0), 1, problem.demand[0])
    forbidden = ~problem.pinned & (problem.forbidden | (problem.weight < floor))
    optional = problem.optional & (floor <= 0)
    return replace(problem, demand=(low, problem.demand[1]), forbidden=forbidden, optional=optional)


def feasible_model(problem: Problem, deadline: Deadline) -> tuple[Model, FloatArray | None]:
    """Write the problem as a model that has a point: with the least violation allowed where limits contradict.

    Parameters
    ----------
    problem : Problem
    deadline : Deadline

    Returns
    -------
    model : Model
    x : ndarray of float, shape (n_columns,), or None
        Such a point, if one was found in time.
    """
    model = build_model(problem)
    found = solve_model(tighten(model), deadline=deadline, gap=1.0 - 1e-9)
    if found.feasible:
        return model, found.x
    loose = loosen(model)
    least = solve_mip(loose, deadline=deadline)
    if least.x is None:
        return model, None
    weight = np.concatenate([model.weight, np.zeros(loose.weight.size - model.weight.size)])
    return capped(loose, weight, float(loose.weight @ least.x) - TOLERANCE), least.x


def _raised(
    problem: Problem, model: Model, wants: IntArray, stage: int, deadline: Deadline
) -> tuple[Model, FloatArray | None, float, bool]:
    """Raise the sum of the `stage` worst-served needs and hold it there.

    The second answer is the point that was found, if any, the third a bound, the last whether that is reached.
    """
    staged = levelled(problem, model, wants, stage)
    n_columns = staged.weight.size
    # over edges: a level that all needs share leaves bundles of single partners nothing to say
    found = solve_mip(tighten(staged), deadline=deadline)
    weight = np.concatenate([model.weight, np.zeros(n_columns - model.weight.size)])
    if found.x is None:
        return replace(staged, weight=weight), None, found.bound, False
    reached = float(staged.weight @ found.x)
    held = sp.csr_array(staged.weight[None, :])
    held_model = stacked(staged, held, np.array([reached - TOLERANCE]), np.zeros(1, dtype=np.int64))
    proved = found.bound - reached <= 1e-6 * max(1.0, abs(reached))
    return replace(held_model, weight=weight), found.x, found.bound, proved
