"""The highest total: plain problems by their own methods, all others through a model and its parts."""

from dataclasses import replace

import numpy as np

from matching.assign.assemble import assemble
from matching.assign.deadline import NEVER, Deadline
from matching.assign.flow import is_plain
from matching.assign.kept import is_known
from matching.assign.model import CAPACITY, DEMAND, build_model
from matching.assign.parts import row_price, solve_model
from matching.assign.plain import solve_plain
from matching.assign.problem import Problem
from matching.assign.solution import RowPrices, Solution
from matching.assign.structure import tighten


def solve_total(
    problem: Problem,
    *,
    start: Solution | None = None,
    deadline: Deadline = NEVER,
    gap: float = 0.0,
    keep: bool = False,
) -> Solution:
    """Choose the edges of highest total weight that keep every limit.

    Parameters
    ----------
    problem : Problem
    start : Solution, optional
    deadline : Deadline, optional
    gap : float, default=0
    keep : bool, default=False

    Returns
    -------
    solution : Solution
    """
    is_simple = is_known(problem, start) or is_plain(problem)
    simple = solve_plain(problem, gap=gap, start=start, keep=keep) if is_simple else None
    if simple is not None:
        return simple
    model = tighten(build_model(problem))
    found = solve_model(model, deadline=deadline, gap=gap, start=start)
    prices = (
        row_price(model, found.dual, DEMAND, problem.shape[0]),
        row_price(model, found.dual, CAPACITY, problem.shape[1]),
    )
    solution = assemble(
        problem, np.asarray(found.x[: problem.n_edges] > 0.5), found.bound, (prices[0], prices[1]), found.note
    )
    priced = np.flatnonzero(found.dual)
    return replace(solution, row_prices=RowPrices(model.kind[priced], model.index[priced], found.dual[priced]))
