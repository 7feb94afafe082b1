"""From candidates to a plan."""

from matching.planning.assembly import propose
from matching.planning.candidates import Candidates
from matching.planning.plan import Plan, as_plan


def solve(candidates: Candidates, *, objective: str = "total", fair_depth: int = 1) -> Plan:
    """Decide who should do what: a proposal with its proof.

    Parameters
    ----------
    candidates : Candidates
        As `score` returns them.
    objective : {"total", "fair"}, default="total"
        ``"fair"`` raises the worst-served need first; every need then counts alike, however urgent.
    fair_depth : int, default=1
        How many of the worst-served needs are raised.

    Returns
    -------
    plan : Plan

    Raises
    ------
    CallError
        If the objective is unknown or `fair_depth` below 1.
    """
    return as_plan(propose(candidates, objective=objective, fair_depth=fair_depth))
