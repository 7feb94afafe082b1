"""Who does what: splits a problem, picks a method for each part and returns one answer with its proof."""

from typing import Any

import numpy as np

from matching.assign.deadline import in_seconds
from matching.assign.fair import solve_fair
from matching.assign.problem import Problem
from matching.assign.solution import Solution
from matching.assign.total import solve_total
from matching.errors import CallError

OBJECTIVES = ("total", "fair")


def solve(
    problem: Problem,
    *,
    objective: str = "total",
    fair_depth: int = 1,
    start: Solution | None = None,
    time_limit: float | None = None,
    node_limit: int | None = None,
    gap: float = 0.0,
    keep: bool = False,
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
        Seconds for the whole call. What is best known by then is returned, with a bound that holds; `method` says what
        was not finished. For the highest total, problems that only head-counts limit are always solved to the end.
        Where the highest floor cannot be proved, ``"fair"`` goes on searching for a higher one until then; without a
        limit it ends by itself.
    node_limit : int, optional
        How many nodes each search by branch and bound may open: a limit that gives the same answer on every machine.
    gap : float, default=0
        Relative gap between total and bound at which a search may stop; 0 asks for the optimum.
    keep : bool, default=False
        In a large problem that only head-counts limit, keep what a later ``solve(changed, start=solution)`` needs to
        read only the needs that changed (`with_changes`); about 40 bytes an edge. Edges must be sorted by need.

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
    _check_start(problem, start)
    _check_options(objective, fair_depth, time_limit, node_limit, gap)
    deadline = in_seconds(time_limit, nodes=node_limit)
    if objective == "fair":
        return solve_fair(problem, depth=fair_depth, deadline=deadline, gap=gap)
    return solve_total(problem, start=start, deadline=deadline, gap=gap, keep=keep)


def _check_start(problem: Any, start: Any) -> None:
    if not isinstance(problem, Problem):
        raise CallError(f"problem must be a Problem; got {type(problem).__name__}. Build one from arrays first.")
    if start is not None and not isinstance(start, Solution):
        raise CallError(f"start must be a Solution; got {type(start).__name__}. Give what solve returned, or None.")
    if start is not None and start.kept is None and start.chosen.shape != (problem.n_edges,):
        raise CallError(
            f"start must be over the same edges; got {start.chosen.size} for {problem.n_edges} edges. "
            "Carry the earlier choice over to the new edges first."
        )


def _check_options(objective: Any, fair_depth: Any, time_limit: Any, node_limit: Any, gap: Any) -> None:
    if objective not in OBJECTIVES:
        raise CallError(f"objective must be one of {OBJECTIVES}; got {objective!r}. Use 'total' for the highest sum.")
    if not isinstance(fair_depth, int | np.integer) or fair_depth < 1:
        raise CallError(
            f"fair_depth must be at least 1 and whole; got {fair_depth!r}. Use 1 to raise the worst-served need only."
        )
    if time_limit is not None and (not isinstance(time_limit, int | float | np.number) or not time_limit > 0):
        raise CallError(f"time_limit must be positive seconds; got {time_limit!r}. Use None for no limit.")
    if node_limit is not None and (not isinstance(node_limit, int | np.integer) or node_limit < 1):
        raise CallError(f"node_limit must be a whole number of at least 1; got {node_limit!r}. Use None for no limit.")
    if not isinstance(gap, int | float | np.number) or not 0 <= gap < 1:
        raise CallError(f"gap must be in [0, 1); got {gap!r}. Use 0.001 for one per mille.")
