"""Who does what, on arrays alone: exact, fair, priced, and honest about what cannot be done.

Give edges (need, partner, weight) and limits as a `Problem`; `solve` returns a `Solution` with its proof.
"""

from matching.assign.check import check_choice
from matching.assign.fair import FairnessPoint, price_of_fairness
from matching.assign.problem import Problem
from matching.assign.solution import Solution, Violation
from matching.assign.solve import solve

__all__ = ["FairnessPoint", "Problem", "Solution", "Violation", "check_choice", "price_of_fairness", "solve"]
