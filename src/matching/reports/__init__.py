"""Results as files that people open, print and pass on."""

from matching.reports.learning_report import render_learning_report, write_learning_report
from matching.reports.match_report import render_match_report, write_match_report
from matching.reports.pdf import find_browser, write_pdf

__all__ = [
    "find_browser",
    "render_learning_report",
    "render_match_report",
    "write_learning_report",
    "write_match_report",
    "write_pdf",
]
