"""The main job: who may do what, who should, why, why not, and what changes when something does."""

from matching.planning.candidates import Candidates, score
from matching.planning.feedback import Feedback, read_feedback

__all__ = ["Candidates", "Feedback", "read_feedback", "score"]
