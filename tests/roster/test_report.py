"""Problems as a table, a workbook and a few lines."""

import openpyxl
import pytest

from matching.errors import CallError
from matching.labels import LANGUAGES
from matching.records import CellProblem, Severity
from matching.roster import problem_table, summary_lines, write_problems


def problem(rule, severity, cell="B2", value="甲", **values):
    return CellProblem(
        file="a.xlsx", sheet="志愿者", cell=cell, rule=rule, value=value, severity=severity, values=values
    )


PROBLEMS = [
    problem("not_a_date", Severity.CELL_LEFT_EMPTY, "C2", "=1+1"),
    problem("not_a_date", Severity.CELL_LEFT_EMPTY, "C3"),
    problem("required_missing", Severity.ROW_LEFT_OUT, header="姓名"),
    problem("phone_form", Severity.WARNING, count=10),
    *[problem("word_for_empty", Severity.NOTE, f"D{number}") for number in range(2, 9)],
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_row_for_each_problem_with_its_place_and_its_remedy(language):
    table = problem_table(PROBLEMS, language=language)
    assert table.shape == (len(PROBLEMS), 7)
    assert table.iloc[0, :3].tolist() == ["a.xlsx", "志愿者", "C2"]
    assert table.iloc[0, 6] == PROBLEMS[0].explain_remedy(language=language)
    assert problem_table([], language=language).shape == (0, 7)


def test_the_workbook_holds_the_same_rows_as_text(tmp_path):
    write_problems(PROBLEMS, tmp_path / "问题.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "问题.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    header = next(at for at, row in enumerate(rows) if row[0] == "文件")
    assert len(rows) - header - 1 == len(PROBLEMS)
    assert rows[header + 1][4] == "=1+1"
    assert sheet.cell(header + 2, 5).data_type == "s"


def test_the_summary_puts_the_gravest_and_most_frequent_first():
    lines = summary_lines(PROBLEMS)
    assert lines[0].startswith("共 11 条：本行未载入 1，")
    assert [line.split(" ")[0] for line in lines[1:]] == ["1", "2", "1", "7"]
    assert "姓名" in lines[1]
    assert "a.xlsx 志愿者 C2" in lines[2]


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_the_summary_keeps_to_its_length_and_says_what_it_hides(most):
    lines = summary_lines(PROBLEMS, most=most)
    assert len(lines) <= most + 1
    shown = sum(int(line.split(" ")[0]) for line in lines[1:most])
    hidden = 11 - shown
    assert (f"{hidden} 条" in lines[-1]) == (hidden > 0)


def test_no_problems_are_one_line_and_a_length_of_nothing_is_refused():
    assert len(summary_lines([])) == 1
    with pytest.raises(CallError, match="most must be 1"):
        summary_lines(PROBLEMS, most=0)
