from matching.affinity.weights import read_weights
from matching.planning.at_scale import ScaleMatch, ScaleRound, match_at_scale
from matching.planning.bottlenecks import Bottleneck, list_bottlenecks
from matching.planning.candidates import Candidates
from matching.planning.changes import Change, Changes
from matching.planning.check import PlanViolation, check_plan
from matching.planning.conflicts import Conflict, licences_for, list_conflicts
from matching.planning.day import default_as_of
from matching.planning.eligibility import RULES
from matching.planning.explanation import Explanation, Part
from matching.planning.exposure import Exposure, exposure_of, exposure_table
from matching.planning.feedback import Feedback, read_feedback
from matching.planning.learning import Learning, learn
from matching.planning.making import solve
from matching.planning.plan import Plan
from matching.planning.proposal import Assignment, Override, Proof, SavedPlan, Unmet
from matching.planning.scoring import score
from matching.planning.shortages import Shortage, list_shortages
from matching.planning.why_not import WhyNot

__all__ = [
    "RULES", "Assignment", "Bottleneck", "Candidates", "Change", "Changes", "Conflict", "Explanation", "Exposure",
    "Feedback", "Learning", "Override", "Part", "Plan", "PlanViolation", "Proof", "SavedPlan", "ScaleMatch", "ScaleRound", "Shortage", "Unmet",
    "WhyNot", "check_plan", "default_as_of", "exposure_of", "exposure_table", "learn", "licences_for",
    "list_bottlenecks", "list_conflicts", "list_shortages", "match_at_scale", "read_feedback", "read_weights", "score", "solve",
]  # fmt: skip
