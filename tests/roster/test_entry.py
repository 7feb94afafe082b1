"""One row typed by hand: the rules of files, and nothing loads until every filled cell can be read."""

import datetime as dt

import pytest

from matching.errors import UnknownNameError
from matching.records import Result, Severity, register
from matching.roster.entry import read_entry

SERVICES = register("services")
PEOPLE = {"V-001": "王芳 V-001", "V-002": "李娜 V-002", "V-003": "王芳 V-003"}
SOUND = {"partner_id": "V-002", "result": "完成", "date": "2024年7月3日", "hours": "两小时"}


def rules(entry):
    return [(field, problem.rule) for field, problem in entry.problems]


def test_a_typed_row_is_read_as_the_same_row_of_a_file():
    entry = read_entry(SERVICES, SOUND, key="R-1", picks={"partner_id": PEOPLE})
    assert entry.record.date == dt.date(2024, 7, 3)
    assert entry.record.hours == 2
    assert entry.record.result is Result.COMPLETED
    assert entry.record.record_id == "R-1"
    assert entry.is_sound


def test_what_cannot_be_read_stands_in_the_way_instead_of_being_left_empty():
    entry = read_entry(SERVICES, SOUND | {"hours": "很久"}, key="R-1")
    assert entry.record is None
    ((field, problem),) = entry.problems
    assert (field, problem.severity) == ("hours", Severity.ROW_LEFT_OUT)


def test_a_blank_required_field_is_named():
    assert rules(read_entry(SERVICES, {"partner_id": "V-001", "result": "  "}, key="R-1")) == [
        ("result", "required_missing")
    ]


def test_a_rule_of_the_row_warns_and_does_not_stand_in_the_way():
    entry = read_entry(SERVICES, SOUND | {"result": "拒绝"}, key="R-1")
    assert entry.is_sound
    assert rules(entry) == [("hours", "hours_without_service")]


@pytest.mark.parametrize("typed", ["V-002", "ｖ-002", "李娜", "李娜 V-002"])
def test_somebody_is_named_by_identifier_or_by_a_name_that_is_theirs_alone(typed):
    entry = read_entry(SERVICES, SOUND | {"partner_id": typed}, key="R-1", picks={"partner_id": PEOPLE})
    assert entry.record.partner_id == "V-002"


def test_a_name_of_two_people_is_asked_back():
    entry = read_entry(SERVICES, SOUND | {"partner_id": "王芳"}, key="R-1", picks={"partner_id": PEOPLE})
    assert rules(entry) == [("partner_id", "ambiguous_name")]
    assert "V-001、V-003" in entry.problems[0][1].explain_rule()


def test_an_unknown_identifier_names_the_nearest():
    entry = read_entry(SERVICES, SOUND | {"partner_id": "V-02"}, key="R-1", picks={"partner_id": PEOPLE})
    assert rules(entry) == [("partner_id", "unknown_reference")]
    assert "V-002 李娜" in entry.problems[0][1].explain_rule()


def test_a_text_for_a_column_that_is_not_there_is_refused():
    with pytest.raises(UnknownNameError, match="no column 'colour'"):
        read_entry(SERVICES, {"colour": "red"}, key="R-1")
