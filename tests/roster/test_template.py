"""The template can be filled in and read back, and explains itself."""

import openpyxl
import pytest

from matching.labels import LANGUAGES
from matching.records import REGISTERS, Community, Severity, register
from matching.roster import read_files, write_template
from roster.files import counts


@pytest.fixture(params=LANGUAGES)
def template(request, tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(path, language=request.param)
    return path, request.param


def test_an_empty_template_is_an_empty_community_with_notes_only(template):
    community = read_files(template[0])
    assert community == Community()
    assert {problem.rule for problem in community.problems} == {"help_sheet", "example_row"}
    assert {problem.severity for problem in community.problems} == {Severity.NOTE}


def test_every_register_that_people_fill_in_has_a_sheet_with_all_its_columns(template):
    path, language = template
    book = openpyxl.load_workbook(path)
    for each in REGISTERS:
        title = each.sheet if language == "zh" else each.english
        if each.column(each.key).example:
            headers = [cell.value.rstrip("*") for cell in book[title][1]]
            assert headers == [c.header if language == "zh" else c.english for c in each.columns]
            assert all(cell.comment and cell.comment.text for cell in book[title][1])
        else:
            assert title not in book.sheetnames


def test_choices_and_flags_have_drop_downs(template):
    path, language = template
    sheet = openpyxl.load_workbook(path)["需求清单" if language == "zh" else "Needs"]
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert ('"紧急,较急,一般"' if language == "zh" else '"urgent,soon,normal"') in lists


def test_the_examples_are_sound_when_they_are_no_longer_marked(template):
    path, _ = template
    book = openpyxl.load_workbook(path)
    for each in REGISTERS:
        for title in (each.sheet, each.english):
            if title in book.sheetnames:
                book[title]["A2"] = each.column(each.key).example
    book.save(path)
    community = read_files(path)
    expected = {each.name: 1 for each in REGISTERS if each.column(each.key).example}
    assert counts(community) == expected
    odd = {problem.rule for problem in community.problems if problem.severity is not Severity.NOTE}
    assert odd <= {"unknown_reference", "unknown_community", "same_person_twice"}


def test_a_filled_template_is_read(template):
    path, language = template
    book = openpyxl.load_workbook(path)
    kept = register("volunteers")
    sheet = book[kept.sheet if language == "zh" else kept.english]
    sheet["B3"] = "周小梅"
    book.save(path)
    assert [each.name for each in read_files(path).volunteers] == ["周小梅"]
