"""Files of every format and encoding come in as the same cells; what cannot be read says why in one line."""

import codecs
import datetime as dt
import io
import re
import struct
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from matching.errors import UnreadableFileError
from matching.roster import source_excel
from matching.roster.open_source import open_source
from matching.roster.readings import Broken, Formula
from roster.files import book, excel_moment, old_book

ROWS = [["编号", "姓名"], ["V-001", "周小梅"], ["V-002", '引号"和,逗号\n换行']]
CSV = '编号,姓名\r\nV-001,周小梅\r\nV-002,"引号""和,逗号\n换行"\r\n'


def cells(path):
    return list(open_source(path)[0].rows.values())


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("gb18030", b""),
        ("gbk", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
    ],
)
def test_text_is_read_in_the_encodings_of_offices(tmp_path, encoding, mark):
    path = tmp_path / "名单.csv"
    path.write_bytes(mark + CSV.encode(encoding))
    assert cells(path) == ROWS


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_even_below_a_title(tmp_path, delimiter):
    path = tmp_path / "名单.csv"
    lines = [
        "2024年、灯塔路街道名单",
        delimiter.join(["编号", "姓名", "技能"]),
        delimiter.join(["V-1", "甲", "理发、开车"]),
    ]
    path.write_text("\n".join(lines * 3), encoding="utf-8")
    assert cells(path)[:3] == [["2024年、灯塔路街道名单"], ["编号", "姓名", "技能"], ["V-1", "甲", "理发、开车"]]


def test_apostrophes_that_guard_against_formulas_are_taken_off(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_text("a,b\n'=1+1,'10012345678\n'普通,''x\n", encoding="utf-8")
    assert cells(path) == [["a", "b"], ["=1+1", "10012345678"], ["'普通", "'x"]]


def test_a_missing_quote_is_reported_and_the_rest_is_read(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_text('编号,姓名\nV-1,"甲\nV-2,乙\n', encoding="utf-8")
    sheet = open_source(path)[0]
    assert [oddity.rule for oddity in sheet.oddities] == ["quotes_not_closed"]
    assert sheet.rows[2] == ["V-1", "甲\nV-2,乙\n"]


def test_a_cell_longer_than_any_cell_says_that_a_quote_may_be_missing(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_text('编号,姓名\nV-1,"' + "长\n" * 80_000, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="少了一个引号"):
        open_source(path)


def test_xlsx_cells_keep_their_types(tmp_path):
    def prepare(workbook):
        sheet = workbook.worksheets[0]
        sheet["A2"], sheet["B2"], sheet["C2"] = 41.0, excel_moment(2024, 7, 3), True
        sheet["D2"] = "#N/A"
        sheet["E2"] = "文本"
        sheet["F2"] = 10012345678.0

    path = book(tmp_path / "a.xlsx", {"表": [["a", "b", "c", "d", "e", "f"]]}, prepare=prepare)
    assert open_source(path)[0].rows[2] == [41, excel_moment(2024, 7, 3), True, Broken("#N/A"), "文本", 10012345678]


def test_formulas_are_never_run(tmp_path):
    path = book(tmp_path / "a.xlsx", {"表": [["a", "b"], ["=1+1", '=HYPERLINK("http://example.invalid","点我")']]})
    sheet = open_source(path)[0]
    assert sheet.rows[2] == [Formula("=1+1"), Formula('=HYPERLINK("http://example.invalid","点我")')]


def with_saved_results(path, results):
    """Give the formulas of a workbook the results that Excel would have saved beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for result in results:
                    content = content.replace(b"<v />", f"<v>{result}</v>".encode(), 1).replace(
                        b"<v></v>", f"<v>{result}</v>".encode(), 1
                    )
            target.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def test_the_saved_result_of_a_formula_is_read_and_remembered_as_such(tmp_path):
    path = with_saved_results(book(tmp_path / "a.xlsx", {"表": [["a"], ["=1+1"]]}), [2])
    sheet = open_source(path)[0]
    assert sheet.rows[2] == [2]
    assert sheet.formulas == ((2, 0),)


def test_a_number_too_large_for_the_date_it_is_shown_as_is_broken(tmp_path):
    def prepare(workbook):
        workbook.worksheets[0]["A2"] = 4_105_021_985_031_200
        workbook.worksheets[0]["A2"].number_format = "yyyy-mm-dd"

    path = book(tmp_path / "a.xlsx", {"表": [["身份证号"]]}, prepare=prepare)
    assert open_source(path)[0].rows[2] == [Broken("#VALUE!")]


def test_merged_cells_and_the_epoch_are_known(tmp_path):
    def prepare(workbook):
        workbook.epoch = CALENDAR_MAC_1904
        workbook.worksheets[0].sheet_state = "hidden"
        workbook.create_sheet("另一张")

    path = book(tmp_path / "a.xlsx", {"表": [["标题", None], ["a", "b"]]}, merges=["A1:B1"], prepare=prepare)
    sheet = open_source(path)[0]
    assert (sheet.merges, sheet.is_1904, sheet.is_hidden) == (((1, 0, 1, 1),), True, True)


def test_old_workbooks_are_read_with_dates_numbers_and_merges(tmp_path):
    rows = [["名单", None], ["姓名", "生日"], ["甲", dt.date(1985, 3, 12)], ["乙", 10012345678.0], [None, True]]
    path = old_book(tmp_path / "a.xls", "表", rows, merges=[(0, 0, 0, 1, "名单")])
    sheet = open_source(path)[0]
    assert list(sheet.rows.values()) == [
        ["名单"], ["姓名", "生日"], ["甲", excel_moment(1985, 3, 12)], ["乙", 10012345678.0], [None, True],
    ]  # fmt: skip
    assert sheet.merges == ((1, 0, 1, 1),)


def test_the_content_decides_and_not_the_ending(tmp_path):
    as_xls = book(tmp_path / "a.xls", {"表": [["a"]]})
    as_xlsx = old_book(tmp_path / "b.xlsx", "表", [["b"]])
    as_text = tmp_path / "c.xls"
    as_text.write_bytes("编号\t姓名\nV-1\t甲\n".encode("gbk"))
    assert (cells(as_xls), cells(as_xlsx), cells(as_text)[1]) == ([["a"]], [["b"]], ["V-1", "甲"])
    assert [oddity.rule for oddity in open_source(as_text)[0].oddities] == ["read_as_text"]


def test_a_far_away_cell_costs_nothing(tmp_path):
    def prepare(workbook):
        workbook.worksheets[0].cell(1_048_576, 3).value = "最后一行"

    path = book(tmp_path / "a.xlsx", {"表": [["a"]]}, prepare=prepare)
    assert open_source(path)[0].rows == {1: ["a"], 1_048_576: [None, None, "最后一行"]}


def patched(path, old, new, name="xl/worksheets/sheet1.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == name:
                assert old in content
                content = content.replace(old, new)
            target.writestr(entry, content)
    path.write_bytes(out.getvalue())
    return path


def damaged_files(tmp_path):
    plain = book(tmp_path / "plain.xlsx", {"表": [["a", "b"]] * 50}).read_bytes()
    with_docx = io.BytesIO()
    with zipfile.ZipFile(with_docx, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with_xlsb = io.BytesIO()
    with zipfile.ZipFile(with_xlsb, "w") as archive:
        archive.writestr("xl/workbook.bin", "x")
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    far = book(tmp_path / "far.xlsx", {"表": [["a"]]})
    wide = book(tmp_path / "wide.xlsx", {"表": [["a"]]})
    entity = book(tmp_path / "entity.xlsx", {"表": [["a"]]})
    return {
        "空.xlsx": (b"", "空的"),
        "空白.csv": (b" \r\n ", "空的"),
        "逗号.csv": (b",,,\n,,\n", "没有内容"),
        "截断.xlsx": (plain[: len(plain) // 2], "损坏"),
        "网页.xls": (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        "网页2.xls": (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "网页"),
        "表格.xls": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
        "文档.xlsx": (with_docx.getvalue(), "没有 Excel 工作簿"),
        "二进制.xlsb": (with_xlsb.getvalue(), "xlsb"),
        "加密.xlsx": (encrypted, "密码"),
        "坏.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "损坏"),
        "图片.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "不是 Excel 文件"),
        "远.xlsx": (patched(far, b'r="1"', b'r="999999999"').read_bytes(), "超出"),
        "宽.xlsx": (patched(wide, b'r="A1"', b'r="ZZZ1"').read_bytes(), "超出"),
        "实体.xlsx": (patched(entity, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet').read_bytes(), "损坏"),
    }


def test_what_cannot_be_read_says_why_in_one_line(tmp_path):
    for name, (content, reason) in damaged_files(tmp_path).items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UnreadableFileError, match=reason) as caught:
            open_source(path)
        assert "\n" not in str(caught.value), name
        assert str(caught.value).startswith(name)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source_excel, "MOST_BYTES", 1_000_000)
    path = tmp_path / "炸弹.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 1_000_001)
    assert path.stat().st_size < 10_000
    with pytest.raises(UnreadableFileError, match="太大"):
        open_source(path)


def test_rows_that_take_up_too_many_cells_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source_excel, "MOST_CELLS", 1000)
    path = book(tmp_path / "宽.xlsx", {"表": [[*[None] * 300, "远"]] * 4})
    with pytest.raises(UnreadableFileError, match="超出"):
        open_source(path)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(UnreadableFileError, match="打不开"):
        open_source(tmp_path / "没有.xlsx")


HEADS = [
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x09\x08\x10\x00\x00\x06\x05\x00",
]
IN_ONE_FOLDER = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def opened(path):
    """Return how many sheets a file gives, or the line that says why it gives none."""
    try:
        return len(open_source(path))
    except UnreadableFileError as error:
        return str(error)


@settings(IN_ONE_FOLDER, max_examples=200)
@given(st.sampled_from(HEADS), st.binary(max_size=600), st.sampled_from([".xlsx", ".xls", ".csv"]))
def test_random_bytes_are_read_or_refused_but_never_crash(tmp_path, head, tail, suffix):
    path = tmp_path / f"乱码{suffix}"
    path.write_bytes(head + tail)
    said = opened(path)
    assert said == 1 or (isinstance(said, str) and "\n" not in said)


places = st.floats(0, 1, exclude_max=True)


@settings(IN_ONE_FOLDER, max_examples=150)
@given(
    st.sampled_from([".xlsx", ".xls"]), st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8), places
)
def test_a_workbook_with_flipped_bytes_is_read_or_refused_but_never_crashes(tmp_path, suffix, flips, cut):
    path = tmp_path / f"坏{suffix}"
    rows = [["编号", "姓名"], ["V-1", "甲"], ["V-2", 3.5]]
    (book(path, {"表": rows}) if suffix == ".xlsx" else old_book(path, "表", rows))
    content = bytearray(path.read_bytes())
    for place, byte in flips:
        content[int(place * len(content))] = byte
    path.write_bytes(content[: len(content) - int(cut * len(content) / 20)])
    said = opened(path)
    assert isinstance(said, int) or "\n" not in said


def test_a_number_that_a_workbook_stores_in_scientific_notation_is_exact(tmp_path):
    path = patched(book(tmp_path / "a.xlsx", {"表": [[10012345678]]}), b"<v>10012345678</v>", b"<v>1.0012345678E10</v>")
    assert cells(path) == [[10012345678.0]]


def test_shared_strings_of_excel_are_read_rich_text_and_escapes_included(tmp_path):
    path = book(tmp_path / "a.xlsx", {"表": [["x"]]})
    with zipfile.ZipFile(path) as archive:
        cell = re.search(rb'<c r="A1".*?</c>', archive.read("xl/worksheets/sheet1.xml"))[0]
    entries = "<si><r><t>周</t></r><r><t>小梅</t></r></si><si><t>a_x005F_x0041_b</t></si>".encode()
    patched(path, cell, b'<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>')
    names = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + entries + b"</sst>"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'" /></Types>'
    patched(path, b"</Types>", override, name="[Content_Types].xml")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", names)
    assert cells(path) == [["周小梅", "a_x0041_b"]]


def test_workbooks_with_macros_are_read_without_them(tmp_path):
    path = book(tmp_path / "a.xlsm", {"表": [["a"]]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", struct.pack("<I", 1))
    assert cells(path) == [["a"]]
    assert openpyxl.load_workbook(path).sheetnames == ["表"]
