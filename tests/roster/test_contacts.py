"""Phones and ID numbers come through exactly or are reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.ric import calc_check_digit

from matching.records import register
from matching.roster.readings import Setting
from matching.roster.values import read_value
from roster.files import excel_moment

PHONE, ID_NUMBER = register("volunteers").column("phone"), register("volunteers").column("id_number")
# Invented numbers: no region of China has the code 000000, and no phone begins with 100.
INVENTED = "00000019850312001"


def read(raw, column):
    reading = read_value(raw, column, Setting())
    return reading.value, [oddity.rule for oddity in reading.oddities]


@pytest.mark.parametrize(
    "typed",
    [
        "10012345678", 10012345678, 10012345678.0, "10012345678.0", "1.0012345678E+10", "１００１２３４５６７８", "100 1234 5678",
        "100-1234-5678", "+86 100 1234 5678", "8610012345678", "'10012345678", "\t10012345678", "0086-10012345678",
    ],
)  # fmt: skip
def test_a_mobile_number_is_one_number_however_it_is_typed(typed):
    assert read(typed, PHONE) == ("10012345678", [])


@pytest.mark.parametrize(
    ("typed", "kept", "rules"),
    [
        ("0372-5551234", "0372-5551234", []),
        ("(0372)5551234", "0372-5551234", []),
        ("0372-5551234转801", "0372-5551234-801", []),
        ("5551234", "5551234", []),
        ("12345", "12345", []),
        ("1.0E+10", None, ["destroyed_digits"]),
        ("1.00E+10", None, ["destroyed_digits"]),
        (1.0012345678e16, None, ["destroyed_digits"]),
        ("100****5678", None, ["masked_value"]),
        ("10012345678/10087654321", "10012345678", ["several_phones"]),
        ("10012345678（女儿）", "10012345678", ["words_beside_phone"]),
        ("1001234567", "1001234567", ["phone_form"]),
        ("问门卫", None, ["not_a_phone"]),
        ("无", None, ["word_for_empty"]),
        ("########", None, ["destroyed_error"]),
        ("#N/A", None, ["destroyed_error"]),
        (excel_moment(2024, 1, 1), None, ["destroyed_number"]),
    ],
)
def test_other_phones_are_kept_with_a_warning_or_reported(typed, kept, rules):
    assert read(typed, PHONE) == (kept, rules)


@given(st.integers(10**9, 10**15 - 1))
def test_a_number_up_to_fifteen_digits_is_exact_as_a_float(number):
    value, _ = read(float(number), PHONE)
    assert value is None or value.replace("-", "") == str(number)


@given(st.integers(10**15, 10**18 - 1))
def test_a_number_past_fifteen_digits_is_never_kept(number):
    for raw in (number, float(number), f"{float(number):.5E}"):
        value, rules = read(raw, ID_NUMBER)
        assert value is None
        assert rules == ["destroyed_digits"]


def test_an_id_number_is_kept_and_its_check_digit_questioned():
    assert read(f"{INVENTED}X", ID_NUMBER) == (f"{INVENTED}X", ["id_number_check"])
    assert read(f"{INVENTED}x ", ID_NUMBER)[0] == f"{INVENTED}X"
    assert read("000000850312001", ID_NUMBER) == ("000000850312001", [])
    assert read("E00000001", ID_NUMBER) == ("E00000001", ["id_number_form"])


def test_a_valid_id_number_is_kept_without_a_word():
    nobody = "11010519000101000"  # born in 1900, the number nought of the day
    stated = nobody + calc_check_digit(nobody)
    assert read(stated, ID_NUMBER) == (stated, [])


@pytest.mark.parametrize("typed", [f"{INVENTED[:15]}000", "1.00105E+17", 100105194912310020, f"{INVENTED[:15]}000.0"])
def test_an_id_number_whose_last_digits_excel_zeroed_is_reported(typed):
    assert read(typed, ID_NUMBER) == (None, ["destroyed_digits"])


def test_a_masked_id_number_is_not_stored():
    assert read("000***********001X", ID_NUMBER) == (None, ["masked_value"])
