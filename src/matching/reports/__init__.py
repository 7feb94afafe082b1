"""Results as files that people open, print and pass on."""

from matching.reports.learning_report import render_learning_report, write_learning_report
from matching.reports.match_report import render_match_report, write_match_report

__all__ = ["render_learning_report", "render_match_report", "write_learning_report", "write_match_report"]
