"""The main job: who may do what, who should, why, why not, and what changes when something does."""

from matching.affinity.weights import read_weights
from matching.planning.candidates import Candidates, score
from matching.planning.changes import Change, Changes
from matching.planning.check import PlanViolation, check_plan
from matching.planning.eligibility import RULES
from matching.planning.explanation import Explanation, Part
from matching.planning.exposure import Exposure, exposure_of, exposure_table
from matching.planning.feedback import Feedback, read_feedback
from matching.planning.learning import Learning, learn
from matching.planning.plan import Plan, solve
from matching.planning.proposal import Assignment, Override, Proof, SavedPlan, Unmet
from matching.planning.shortages import Shortage, list_shortages
from matching.planning.why_not import WhyNot

__all__ = [
    "RULES", "Assignment", "Candidates", "Change", "Changes", "Explanation", "Exposure", "Feedback", "Learning",
    "Override", "Part", "Plan", "PlanViolation", "Proof", "SavedPlan", "Shortage", "Unmet", "WhyNot", "check_plan",
    "exposure_of", "exposure_table", "learn", "list_shortages", "read_feedback", "read_weights", "score", "solve",
]  # fmt: skip
