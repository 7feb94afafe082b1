from matching.reports.growth_file import render_growth_file, write_growth_file
from matching.reports.learning_report import render_learning_report, write_learning_report
from matching.reports.match_report import render_match_report, write_match_report
from matching.reports.pdf import find_browser, write_pdf
from matching.reports.training_ledger import write_training_ledger

__all__ = [
    "find_browser", "render_growth_file", "render_learning_report", "render_match_report", "write_growth_file",
    "write_learning_report", "write_match_report", "write_pdf", "write_training_ledger",
]  # fmt: skip
