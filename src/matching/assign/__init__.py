"""Who does what, on arrays alone: exact, fair, priced, and honest about what cannot be done.

Give edges (need, partner, weight) and limits as a `Problem`; `solve` returns a `Solution` with its proof. Axes are
always (needs, partners).
"""

from matching.assign.check import check_choice
from matching.assign.diagnose import Finding, diagnose
from matching.assign.fair import FairnessPoint, price_of_fairness
from matching.assign.kept import with_changes
from matching.assign.prices import (
    AddedValue,
    MarginalValues,
    added_value,
    marginal_values,
    newcomer_values,
    with_capacity,
    with_newcomer,
)
from matching.assign.problem import Problem
from matching.assign.solution import Solution, Violation
from matching.assign.solve import solve
from matching.assign.stable import StableMatching, check_stability, stable_match
from matching.assign.stable_many import blocking_pairs, stable_match_many
from matching.assign.within import Within, solve_within

__all__ = [
    "AddedValue",
    "FairnessPoint",
    "Finding",
    "MarginalValues",
    "Problem",
    "Solution",
    "StableMatching",
    "Violation",
    "Within",
    "added_value",
    "blocking_pairs",
    "check_choice",
    "check_stability",
    "diagnose",
    "marginal_values",
    "newcomer_values",
    "price_of_fairness",
    "solve",
    "solve_within",
    "stable_match",
    "stable_match_many",
    "with_capacity",
    "with_changes",
    "with_newcomer",
]
