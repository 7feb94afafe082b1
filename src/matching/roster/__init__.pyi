from matching.roster.attendance import read_attendance
from matching.roster.dispatch import read_dispatch
from matching.roster.read import check_strict, read_files, read_training_files
from matching.roster.report import problem_table, summary_lines, write_problems
from matching.roster.sheets import Sheet, write_sheets
from matching.roster.template import write_template
from matching.roster.texts import canonical_text
from matching.roster.write import register_sheet, write_folder, write_workbook

__all__ = [
    "Sheet", "canonical_text", "check_strict", "problem_table", "read_attendance", "read_dispatch", "read_files",
    "read_training_files", "register_sheet", "summary_lines", "write_folder", "write_problems", "write_sheets",
    "write_template", "write_workbook",
]  # fmt: skip
