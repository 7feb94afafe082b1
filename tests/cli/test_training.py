"""The trainer's commands: a workbook in, attendance recorded once, ledger and growth files out."""

import unicodedata

import openpyxl
import pytest
from pypdf import PdfReader

from matching.cli import main
from matching.roster import read_training_files
from matching.store import open_store
from matching.tables import data_path

AS_OF = ["--as-of", "2024-07-31"]
SAMPLE = str(data_path("district/training.xlsx"))


@pytest.fixture
def store(tmp_path):
    path = str(tmp_path / "邻里.db")
    assert main(["init", path]) == 0
    assert main(["import", SAMPLE, "--for", "training", "--store", path, "--by", "组织办"]) == 0
    return path


@pytest.fixture
def sheet(tmp_path):
    book = openpyxl.Workbook()
    training = read_training_files(SAMPLE)
    course = training.courses[30]
    book.active.append([f"{course.name}签到表 {course.windows[0].start:%Y年%m月%d日}"])
    book.active.append(["姓名", "签到"])
    for cadre in training.cadres[:3]:
        book.active.append([cadre.name, "√"])
    book.save(tmp_path / "签到.xlsx")
    return tmp_path / "签到.xlsx"


def test_a_sheet_is_recorded_once_however_often_it_is_read(store, sheet, capsys):
    arguments = ["attend", str(sheet), "--store", store, "--by", "小陈"]
    with open_store(store) as opened:
        before = len(opened.load_training().attendances)
    assert main(arguments) == 0
    assert main(arguments) == 0
    with open_store(store) as opened:
        assert len(opened.load_training().attendances) == before + 3
    assert "新记 3 条" in capsys.readouterr().out


def test_strict_attendance_with_an_unknown_name_records_nothing(store, sheet, capsys):
    book = openpyxl.load_workbook(sheet)
    book.active.append(["没有这个人", "√"])
    book.save(sheet)
    with open_store(store) as opened:
        before = len(opened.load_training().attendances)
    assert main(["attend", str(sheet), "--store", store, "--by", "小陈", "--strict"]) == 1
    with open_store(store) as opened:
        assert len(opened.load_training().attendances) == before
    assert "没有这个人" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_ledger_has_a_sheet_for_each_subject(store, tmp_path, language):
    out = tmp_path / "台账.xlsx"
    assert main(["ledger", store, "--out", str(out), "--language", language, *AS_OF]) == 0
    book = openpyxl.load_workbook(out)
    assert len(book.sheetnames) == 9
    assert all(book[name].max_row > 3 for name in book.sheetnames)


def test_the_ledger_of_a_workbook_equals_that_of_the_store_it_was_imported_into(store, tmp_path):
    def cells(path):
        book = openpyxl.load_workbook(path)
        return [
            [c.value for c in row] for name in book.sheetnames if name != "培训效果" for row in book[name].iter_rows()
        ]

    assert main(["ledger", store, "--out", str(tmp_path / "a.xlsx"), *AS_OF]) == 0
    assert main(["ledger", SAMPLE, "--out", str(tmp_path / "b.xlsx"), *AS_OF]) == 0
    assert cells(tmp_path / "a.xlsx") == cells(tmp_path / "b.xlsx")


def test_growth_files_are_one_page_each_with_the_phone_masked(store, tmp_path):
    assert main(["growth", store, "--out", str(tmp_path / "档案"), "--person", "K-03", *AS_OF]) == 0
    text = (tmp_path / "档案" / "K-03.html").read_text(encoding="utf-8")
    phone = next(each.phone for each in read_training_files(SAMPLE).cadres if each.person_id == "K-03")
    assert phone not in text
    assert "学时达标" in text
    assert "http" not in text.replace("http-equiv", "")
    assert [path.name for path in (tmp_path / "档案").iterdir()] == ["K-03.html"]


def test_an_unknown_person_is_one_line_and_exit_code_2(store, tmp_path, capsys):
    assert main(["growth", store, "--out", str(tmp_path / "档案"), "--person", "K-99", *AS_OF]) == 2
    assert "K-99" in capsys.readouterr().err


def test_training_records_are_checked_exported_and_given_a_template(store, tmp_path):
    assert main(["check", SAMPLE, "--for", "training"]) == 0
    assert main(["template", str(tmp_path / "空表.xlsx"), "--for", "training"]) == 0
    assert main(["check", str(tmp_path / "空表.xlsx"), "--for", "training"]) == 0
    assert (
        main(
            ["export", str(tmp_path / "全.xlsx"), "--store", store, "--for", "training", "--show-phones", "--by", "我"]
        )
        == 0
    )
    assert read_training_files(tmp_path / "全.xlsx") == read_training_files(SAMPLE)


@pytest.mark.browser
def test_a_growth_file_prints_on_one_page_with_chinese_letters(store, tmp_path):
    arguments = ["growth", store, "--out", str(tmp_path / "档案"), "--person", "K-03", "--pdf", *AS_OF]
    assert main(arguments) == 0
    reader = PdfReader(tmp_path / "档案" / "K-03.pdf")
    assert len(reader.pages) == 1
    # a PDF may write 人 with the sign of the radical, which looks the same
    name = next(each.name for each in read_training_files(SAMPLE).cadres if each.person_id == "K-03")
    assert name in unicodedata.normalize("NFKC", reader.pages[0].extract_text())
