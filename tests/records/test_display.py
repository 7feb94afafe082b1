"""Values as people read them."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from matching.records import DISPATCH, Level, SkillClaim, china_moment, find_personal, register, show_value

PARTNER_ID = register("volunteers").column("partner_id")
NOTE = register("volunteers").column("note")


@given(st.text("0123456789ABCDEF", min_size=10, max_size=10))
def test_an_identifier_made_of_digits_by_chance_is_shown_whole(digits):
    assert show_value(f"D-{digits}", DISPATCH.column("dispatch_id")) == f"D-{digits}"


def test_an_identifier_that_is_somebodys_number_is_masked():
    phone = "1" + "3900001234"
    assert find_personal(show_value(phone, PARTNER_ID)) == ()
    assert show_value(phone, PARTNER_ID, show_personal=True) == phone


def test_a_number_in_a_remark_is_masked():
    assert show_value("请打1" + "3900001234", NOTE) == "请打139****1234"


def test_values_have_one_canonical_form():
    volunteers, services = register("volunteers"), register("services")
    claims = (SkillClaim("电工", Level.LICENSED), SkillClaim("开车"))
    assert show_value(claims, volunteers.column("skills")) == "电工（持证）、开车"
    assert show_value(True, volunteers.column("is_insured")) == "是"
    assert show_value(2.5, services.column("hours")) == "2.5"
    assert show_value(2.0, services.column("hours"), language="en") == "2"
    assert show_value(dt.date(2024, 7, 3), services.column("date")) == "2024-07-03"
    at = china_moment(dt.date(2024, 7, 3), 90)
    assert show_value(at, register("decisions").column("at")) == "2024-07-03 01:30:00"
    assert show_value(None, NOTE) == ""


@given(st.floats(0, 1000))
def test_a_decimal_reads_back_as_the_same_number(hours):
    assert float(show_value(hours, register("volunteers").column("hours"))) == hours
