"""Workbooks that are written are safe to open, fit for printing, and the same bytes for the same content."""

import datetime as dt
import zipfile

import numpy as np
import openpyxl
import pytest

from matching.errors import CallError
from matching.records import CHINA, Kind
from matching.roster import Sheet, write_sheets
from matching.roster.open_source import open_source
from matching.roster.sheets import display_width

DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://example.invalid")',
    "#N/A",
    "_x0041_",
]


def written(tmp_path, **options):
    path = tmp_path / "a.xlsx"
    write_sheets(path, [Sheet(**({"title": "表", "headers": ["甲", "乙"], "rows": []} | options))])
    return openpyxl.load_workbook(path).worksheets[0]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_is_never_a_formula(tmp_path, text):
    sheet = written(tmp_path, headers=[text], rows=[[text]], notes=[text])
    for number in (1, 2, 3):
        cell = sheet.cell(number, 1)
        assert cell.data_type == "s"
        assert cell.quotePrefix == text.strip().startswith(("=", "+", "-", "@"))
    rows = open_source(tmp_path / "a.xlsx")[0].rows
    assert rows[3] == [text.strip()]


def test_values_keep_their_types(tmp_path):
    moment = dt.datetime(2024, 7, 3, 9, 30, tzinfo=CHINA)
    row = [1, 2.5, True, dt.date(2024, 7, 3), moment, np.float64(0.5), np.int64(7), Kind.UNIT, None, ""]
    sheet = written(tmp_path, headers=[str(at) for at in range(len(row))], rows=[row])
    values = [cell.value for cell in sheet[2]]
    assert values[:3] == [1, 2.5, True]
    assert values[3].date() == dt.date(2024, 7, 3)
    assert values[4] == moment.replace(tzinfo=None)
    assert values[5:] == [0.5, 7, "unit", None, None]


def test_the_same_content_gives_the_same_bytes(tmp_path):
    contents = []
    for name in ("a.xlsx", "b.xlsx"):
        sheet = Sheet(
            title="表", headers=["甲"], rows=[["=1"]], comments={"甲": "说明"}, dropdowns={"甲": ["一", "二"]}
        )
        write_sheets(tmp_path / name, [sheet])
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_sheet_is_set_up_for_a4_with_page_numbers_and_repeated_headers(tmp_path):
    sheet = written(tmp_path, rows=[["一", "二"]], notes=["标题", "说明"], landscape=True, widths={"甲": 33})
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.column_dimensions["A"].width == 33
    assert sheet["A4"].font.name == "宋体"
    assert sheet["A4"].alignment.wrap_text


def test_columns_are_wide_enough_for_chinese(tmp_path):
    sheet = written(tmp_path, headers=["短", "技能特长"], rows=[["一", "水电维修、开车、做饭、理发"]])
    assert sheet.column_dimensions["B"].width >= display_width("水电维修、开车、做饭、理发")
    assert sheet.column_dimensions["A"].width < 10


def test_number_formats_and_drop_downs_apply_to_their_columns(tmp_path):
    options = [f"很长的选项，第{number}个" for number in range(60)]
    sheet = written(
        tmp_path,
        rows=[[0.5, "a"]],
        number_formats={"甲": "0.00"},
        dropdowns={"乙": options, "甲": ["是", "否"]},
        spare_rows=10,
    )
    assert sheet["A2"].number_format == "0.00"
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules == {"B2:B12": "'下拉选项'!$A$1:$A$60", "A2:A12": '"是,否"'}
    hidden = openpyxl.load_workbook(tmp_path / "a.xlsx")["下拉选项"]
    assert (hidden.sheet_state, hidden["A60"].value) == ("hidden", options[-1])


def test_titles_are_made_fit_for_excel(tmp_path):
    assert written(tmp_path, title="2024/7：方案?" + "长" * 40).title == ("2024_7：方案_" + "长" * 40)[:31]


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path):
    text = written(tmp_path, rows=[["长" * 40_000, ""]])["A2"].value
    assert len(text) < 32_768
    assert text.endswith("…（后略）")


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ([], "at least one sheet"),
        ([Sheet(title="表", headers=["a"], rows=[]), Sheet(title="表", headers=["a"], rows=[])], "Two sheets"),
        ([Sheet(title="表", headers=["a"], rows=[["一", "二"]])], "2 cells for 1 headers"),
        ([Sheet(title="表", headers=["a"], rows=[], dropdowns={"b": ["c"]})], "no header 'b'"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(tmp_path, sheets, reason):
    with pytest.raises(CallError, match=reason):
        write_sheets(tmp_path / "a.xlsx", sheets)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path):
    with pytest.raises(CallError, match="写不进去"):
        write_sheets(tmp_path / "没有" / "a.xlsx", [Sheet(title="表", headers=["a"], rows=[])])
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(CallError, match="写不进去"):
        write_sheets(tmp_path / "a.xlsx", [Sheet(title="表", headers=["a"], rows=[])])
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]
