"""Who does what, on arrays alone: exact, fair, priced, and honest about what cannot be done.

Give edges (need, partner, weight) and limits as a `Problem`; `solve` returns a `Solution` with its proof. Axes are
always (needs, partners).
"""

from matching.assign.added import AddedValue, added_value, added_values, values_by_prices
from matching.assign.asked import MoreCapacity, MoreDemand, Newcomer, Without, changed_by, with_capacity, with_newcomer
from matching.assign.check import check_choice
from matching.assign.diagnose import Finding, diagnose
from matching.assign.fair_curve import FairnessPoint, price_of_fairness
from matching.assign.kept import with_changes
from matching.assign.prices import MarginalValues, marginal_values, newcomer_values
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
    "MoreCapacity",
    "MoreDemand",
    "Newcomer",
    "Problem",
    "Solution",
    "StableMatching",
    "Violation",
    "Within",
    "Without",
    "added_value",
    "added_values",
    "blocking_pairs",
    "changed_by",
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
    "values_by_prices",
    "with_capacity",
    "with_changes",
    "with_newcomer",
]
