"""A dispatch sheet that came back filled in by hand."""

import openpyxl
import pytest

from matching.errors import UnreadableFileError
from matching.records import DISPATCH, Result, Severity, show_value
from matching.roster import Sheet, read_dispatch, write_sheets
from roster.files import book

HEADERS = [column.header for column in DISPATCH.columns]
PRINTED = {
    "派单编号": "D-1", "方案编号": "P-3F9A", "合伙人编号": "V-1", "姓名": "甲", "联系电话": "100****5678", "需求编号": "N-1",
    "任务": "修楼道灯", "时间": "2024-08-03 09:00-11:00", "预计时长": 2, "社区": "光耀路社区",
}  # fmt: skip


def returned(tmp_path, *rows, extra=()):
    """Write a dispatch sheet as it is printed, with what was filled in, and read it back."""
    printed = [[(PRINTED | row).get(header) for header in HEADERS] for row in rows]
    sheets = [
        Sheet(
            title="方案", headers=["需求编号", "合伙人编号", "合伙人", "社区", "时间", "得分"], rows=[["N-1", "V-1"]]
        ),
        Sheet(
            title="派单表", headers=HEADERS, rows=printed, notes=["灯塔路街道派单表", "请填写结果、实际工时、满意度"]
        ),
        *extra,
    ]
    write_sheets(tmp_path / "派单.xlsx", sheets)
    return read_dispatch(tmp_path / "派单.xlsx")


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        ("已完成", Result.COMPLETED),
        ("√", Result.COMPLETED),
        ("接受 ", Result.ACCEPTED),
        ("没来", Result.NO_SHOW),
        ("拒绝", Result.DECLINED),
        (None, None),
    ],
)
def test_what_people_write_as_the_result_is_understood(tmp_path, typed, result):
    rows, _ = returned(tmp_path, {"结果": typed})
    assert [row.result for row in rows] == [result]


@pytest.mark.parametrize(
    ("hours", "satisfaction", "expected"),
    [
        ("2小时", "5分", (2, 5)),
        ("2h", "满意", (2, 4)),
        (1.5, "非常满意", (1.5, 5)),
        ("90分钟", "一般", (1.5, 3)),
        ("两小时", "不满意", (2, 2)),
    ],
)
def test_hours_and_satisfaction_are_read_as_people_write_them(tmp_path, hours, satisfaction, expected):
    (row,), problems = returned(tmp_path, {"结果": "完成", "实际工时": hours, "满意度": satisfaction})
    assert (row.hours, row.satisfaction) == expected
    assert all(problem.severity is Severity.NOTE for problem in problems)


def test_what_was_printed_is_read_back_and_masked_phones_are_one_note(tmp_path):
    rows, problems = returned(tmp_path, {}, {"派单编号": "D-2", "需求编号": "N-2"})
    assert [show_value(rows[0].window, DISPATCH.column("window"))] == ["2024-08-03 09:00-11:00"]
    assert [row.phone for row in rows] == [None, None]
    assert [problem.rule for problem in problems].count("masked_value") == 1
    assert {problem.severity for problem in problems} == {Severity.NOTE}


def test_what_cannot_be_read_is_reported_at_its_cell(tmp_path):
    (row,), problems = returned(tmp_path, {"结果": "改天", "实际工时": "很久", "满意度": "9"})
    assert (row.result, row.hours, row.satisfaction) == (None, None, None)
    odd = {problem.rule for problem in problems if problem.severity is Severity.CELL_LEFT_EMPTY}
    assert odd == {"not_a_choice", "not_a_number", "out_of_range"}
    assert all(problem.cell.endswith("4") for problem in problems if problem.rule in odd)


def test_a_row_whose_identifiers_were_removed_is_left_out(tmp_path):
    rows, problems = returned(tmp_path, {"需求编号": None, "结果": "完成"})
    assert rows == ()
    assert "required_missing" in {problem.rule for problem in problems}


def test_the_same_row_twice_counts_once(tmp_path):
    rows, problems = returned(tmp_path, {"结果": "完成"}, {"结果": "完成"})
    assert len(rows) == 1
    assert "same_row_twice" in {problem.rule for problem in problems}


def test_a_sheet_that_excel_has_saved_again_is_read_alike(tmp_path):
    first, _ = returned(tmp_path, {"结果": "完成", "备注": "=谢谢"})
    path = tmp_path / "派单.xlsx"
    workbook = openpyxl.load_workbook(path)
    workbook.save(path)
    assert first[0].note == "=谢谢"
    assert read_dispatch(path)[0][0].result is Result.COMPLETED


def test_a_file_without_a_dispatch_sheet_is_refused(tmp_path):
    path = book(tmp_path / "a.xlsx", {"值班": [["日期", "值班人员"], ["1", "2"]]})
    with pytest.raises(UnreadableFileError, match="没有找到派单表"):
        read_dispatch(path)
    with pytest.raises(UnreadableFileError, match="找不到"):
        read_dispatch(tmp_path)
