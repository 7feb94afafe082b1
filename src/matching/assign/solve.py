"""Who does what: splits a problem, picks a method for each part and returns one answer with its proof."""

import numpy as np

from matching.assign.certificate import dual_bound
from matching.assign.check import check_choice
from matching.assign.elastic import loosen, optimal_face
from matching.assign.flow import flow_bound, flow_prices, is_plain, match, open_part
from matching.assign.highs import solve_lp
from matching.assign.model import CAPACITY, DEMAND, Model, build_model
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.search import Found, solve_search
from matching.assign.solution import Solution, relative_gap
from matching.assign.structure import network_rows, part, split, tighten
from matching.errors import CallError, MatchingError

OBJECTIVES = ("total", "fair")


def solve(
    problem: Problem,
    *,
    objective: str = "total",
    fair_depth: int = 1,
    start: Solution | None = None,
    time_limit: float | None = None,
    gap: float = 0.0,
) -> Solution:
    """Choose the edges of highest total weight that keep every limit.

    Parameters
    ----------
    problem : Problem
    objective : {"total", "fair"}, default="total"
        ``"fair"`` first raises the worst-served need as high as can be, then the next ones.
    fair_depth : int, default=1
        How many of the worst-served needs are raised, one after the other, before the total.
    start : Solution, optional
        A solution of a similar problem (same edges) to start from; it never changes what is optimal.
    time_limit : float, optional
        Seconds for the parts that need a search.
    gap : float, default=0
        Relative gap between total and bound at which a search may stop; 0 asks for the optimum.

    Returns
    -------
    solution : Solution
        With `violations` when not every limit can be kept: then the total violation of lower limits is least, and
        the total is best among such choices.

    Raises
    ------
    CallError
        When an option is not one of those that exist.

    Examples
    --------
    >>> problem = Problem([0, 0, 1], [0, 1, 1], [0.9, 0.5, 0.8])
    >>> solution = solve(problem)
    >>> solution.chosen.tolist(), round(solution.total, 3)
    ([True, False, True], 1.7)
    """
    _check_options(objective, fair_depth, time_limit, gap)
    _check_start(problem, start)
    simple = solve_plain(problem) if is_plain(problem) else None
    if simple is not None:
        return simple
    model = tighten(build_model(problem))
    found = solve_model(model, time_limit=time_limit, gap=gap)
    prices = _price(model, found.dual, DEMAND, problem.shape[0]), _price(model, found.dual, CAPACITY, problem.shape[1])
    return assemble(problem, np.asarray(found.x[: problem.n_edges] > 0.5), found.bound, prices, found.note)


def solve_plain(problem: Problem) -> Solution | None:
    """Solve a problem that only head-counts limit by augmenting paths.

    Parameters
    ----------
    problem : Problem
        For which `is_plain` holds.

    Returns
    -------
    solution : Solution or None
        None when the limits contradict each other or the case is too large.
    """
    plain = open_part(problem)
    matched = None if plain is None else match(plain)
    if plain is None or matched is None:
        return None
    chosen = problem.pinned.copy()
    chosen[plain.edges[matched]] = True
    prices = flow_prices(plain, matched)
    bound = flow_bound(plain, *prices) + float(np.sum(problem.weight[problem.pinned]))
    return assemble(problem, chosen, bound, prices, "flow: only head-counts limit, shortest augmenting paths")


def solve_model(model: Model, *, time_limit: float | None, gap: float) -> Found:
    """Split a model into independent parts, solve each by the method that fits, and put the answers together.

    Parameters
    ----------
    model : Model
        As `tighten` leaves it.
    time_limit : float or None
        Seconds, shared out between the parts that need a search by their size.
    gap : float

    Returns
    -------
    found : Found
    """
    label = split(model)
    free = model.floor < model.ceiling
    hard = _labels_of_rows(model, label, ~network_rows(model))
    flow = free & ~hard[label]
    names = np.unique(label[free & hard[label]])
    jobs = [(flow, solve_flow)] if flow.any() else []
    jobs += [(free & (label == name), solve_search) for name in names]
    x, dual = model.floor.copy(), np.zeros(model.low.size)
    bound, feasible = float(model.weight[~free] @ model.floor[~free]), _fixed_rows_hold(model, free)
    for columns, method in jobs:
        piece, rows = part(model, columns)
        share = None if time_limit is None else time_limit * float(columns.sum() / free.sum())
        found = method(piece, time_limit=share, gap=gap)
        x[columns], dual[rows] = found.x, found.dual
        bound, feasible = bound + found.bound, feasible and found.feasible
    return Found(x, bound, dual, feasible, _note(np.unique(label[flow]).size, names.size))


def solve_flow(model: Model, *, time_limit: float | None = None, gap: float = 0.0) -> Found:
    """Solve a model whose rows form a network: its relaxation has a whole optimum.

    Parameters
    ----------
    model : Model
    time_limit, gap : ignored
        A flow is always solved to the end.

    Returns
    -------
    found : Found
    """
    del time_limit, gap
    first = solve_lp(model)
    if first.x is not None and first.dual is not None:
        return _proved(model, first.x, first.dual, feasible=True)
    loose = loosen(model)
    weight = np.concatenate([model.weight, np.zeros(loose.weight.size - model.weight.size)])
    least = solve_lp(loose)
    if least.dual is None:
        raise _stuck(loose)
    face = optimal_face(loose, least.dual, weight)
    best = solve_lp(face)
    if best.x is None or best.dual is None:
        raise _stuck(face)
    return _proved(face, best.x, best.dual, feasible=False, n_columns=model.weight.size)


def assemble(
    problem: Problem, chosen: BoolArray, bound: float, prices: tuple[FloatArray, FloatArray], method: str
) -> Solution:
    """Measure a choice and put it together with its proof.

    Parameters
    ----------
    problem : Problem
    chosen : ndarray of bool, shape (n_edges,)
    bound : float
    prices : pair of ndarray of float, shapes (n_needs,) and (n_partners,)
    method : str

    Returns
    -------
    solution : Solution
    """
    total = total_of(problem, chosen)
    # what a float64 sum of these weights can be off by is no gap
    noise = 4.0 * float(np.finfo(np.float64).eps) * float(np.sum(np.abs(problem.weight)))
    bound = bound if bound > total + noise else total
    return Solution(
        chosen=chosen,
        total=total,
        bound=bound,
        gap=relative_gap(total, bound),
        worst=worst_served(problem, chosen),
        need_price=prices[0],
        partner_price=prices[1],
        method=method,
        violations=check_choice(problem, chosen),
    )


def total_of(problem: Problem, chosen: BoolArray) -> float:
    """Add up what a choice is worth.

    Parameters
    ----------
    problem : Problem
    chosen : ndarray of bool, shape (n_edges,)

    Returns
    -------
    total : float
        Sum of the chosen weights, less the cost of balance.
    """
    worth = float(np.sum(problem.weight[chosen]))
    if not problem.balance.size:
        return worth
    carried = np.bincount(problem.partner[chosen], weights=problem.load[chosen], minlength=problem.shape[1])
    steps = np.arange(problem.balance.size)
    filled = np.clip(carried[:, None] - steps, 0.0, np.where(steps == steps[-1], np.inf, 1.0))
    return worth - float(np.sum(filled * problem.balance))


def worst_served(problem: Problem, chosen: BoolArray) -> float:
    """Return how well the least served need is served.

    Parameters
    ----------
    problem : Problem
    chosen : ndarray of bool, shape (n_edges,)

    Returns
    -------
    worst : float
        Least total weight of chosen edges / head-count wanted over needs that want somebody; ``nan`` if none does.
    """
    wants = problem.demand[1] > 0
    got = np.bincount(problem.need[chosen], weights=problem.weight[chosen], minlength=problem.shape[0])
    return float(np.min(got[wants] / problem.demand[1][wants])) if wants.any() else float("nan")


def _proved(model: Model, x: FloatArray, dual: FloatArray, *, feasible: bool, n_columns: int | None = None) -> Found:
    return Found(x[:n_columns], dual_bound(model, dual), dual, feasible=feasible, note="flow")


def _stuck(model: Model) -> MatchingError:
    return MatchingError(
        f"a linear program that always has an answer got none ({model.low.size} rows, {model.weight.size} columns). "
        "Scale the weights: their magnitudes may be too far apart for float arithmetic."
    )


def _labels_of_rows(model: Model, label: IntArray, rows: BoolArray) -> BoolArray:
    """Mark the components that a set of rows touches."""
    touched = np.zeros(int(label.max(initial=-1)) + 1, dtype=np.bool_)
    entry = np.repeat(rows, np.diff(model.matrix.indptr))
    touched[label[model.matrix.indices[entry]]] = True
    return touched


def _fixed_rows_hold(model: Model, free: BoolArray) -> bool:
    """Check the rows that no free column can help."""
    stuck = np.asarray(abs(model.matrix) @ free.astype(float)) == 0
    value = np.asarray(model.matrix @ model.floor)
    return bool(((value >= model.low - 1e-9) & (value <= model.high + 1e-9))[stuck].all())


def _price(model: Model, dual: FloatArray, kind: int, size: int) -> FloatArray:
    rows = model.kind == kind
    return np.bincount(model.index[rows], weights=dual[rows], minlength=size).astype(np.float64)


def _note(n_flow: int, n_search: int) -> str:
    parts = []
    if n_flow:
        parts.append(f"flow: {n_flow} component{'s' * (n_flow > 1)}, limits form a network, relaxation is exact")
    if n_search:
        parts.append(f"mip: {n_search} component{'s' * (n_search > 1)} with hours, overlaps, groups or teams")
    return "; ".join(parts) or "nothing to decide: every edge is fixed or there is none"


def _check_start(problem: Problem, start: Solution | None) -> None:
    if start is not None and start.chosen.shape != (problem.n_edges,):
        raise CallError(
            f"start must be over the same edges; got {start.chosen.size} for {problem.n_edges} edges. "
            "Carry the earlier choice over to the new edges first."
        )


def _check_options(objective: str, fair_depth: int, time_limit: float | None, gap: float) -> None:
    if objective not in OBJECTIVES:
        raise CallError(f"objective must be one of {OBJECTIVES}; got {objective!r}. Use 'total' for the highest sum.")
    if fair_depth < 1:
        raise CallError(f"fair_depth must be at least 1; got {fair_depth}. Use 1 to raise the worst-served need only.")
    if time_limit is not None and not time_limit > 0:
        raise CallError(f"time_limit must be positive seconds; got {time_limit}. Use None for no limit.")
    if not 0 <= gap < 1:
        raise CallError(f"gap must be in [0, 1); got {gap}. Use 0.001 for one per mille.")
