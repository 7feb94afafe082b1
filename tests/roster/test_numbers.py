"""Numbers and yes or no as people type them; what was destroyed is reported, never guessed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.records import chinese_number, register
from matching.roster.numbers import exact_digits
from matching.roster.readings import Setting
from matching.roster.values import read_value
from roster.files import excel_moment

HOURS, MOST = register("volunteers").column("hours"), register("volunteers").column("most_needs")
PEOPLE, AGE = register("needs").column("people_max"), register("needs").column("minimum_age")
SATISFACTION, CONSENT = register("services").column("satisfaction"), register("volunteers").column("consent")


def read(raw, column):
    reading = read_value(raw, column, Setting())
    return reading.value, [oddity.rule for oddity in reading.oddities]


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("2小时", 2), ("1.5h", 1.5), ("90分钟", 1.5), ("半小时", 0.5), ("一个半小时", 1.5), ("２个小时", 2), ("2小时30分", 2.5),
        (3, 3), (2.5, 2.5), ("两小时", 2), ("1e1", 10), (dt.time(2, 30), 2.5), (dt.timedelta(hours=26), 26), ("1:30", 1.5),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read_in_hours(typed, hours):
    assert read(typed, HOURS)[0] == pytest.approx(hours)


@pytest.mark.parametrize(
    ("typed", "number", "rules"),
    [
        ("3人", 3, []),
        ("约300", 300, ["approximate_number"]),
        ("20余人", 20, ["approximate_number"]),
        ("1,200", 1200, []),
        ("十二名", 12, []),
        (4.0, 4, []),
        ("3-5", None, ["range_where_one_number"]),
        ("2.5", None, ["not_an_integer"]),
        ("每天8人，共56人", None, ["several_numbers"]),
        ("很多", None, ["not_a_number"]),
        ("1.38E+10", None, ["destroyed_digits"]),
        (1.2345678901234567e16, None, ["destroyed_digits"]),
        ("-1", None, ["out_of_range"]),
        ("20000", None, ["out_of_range"]),
        (excel_moment(1900, 1, 3), None, ["destroyed_number"]),
        (True, None, ["not_a_number"]),
        ("nan", None, ["word_for_empty"]),
        ("9" * 400, None, ["not_a_number"]),
        ("—", None, ["word_for_empty"]),
    ],
)
def test_a_count_is_read_or_reported(typed, number, rules):
    assert read(typed, MOST) == (number, rules)


def test_a_range_fills_both_ends_where_the_record_has_them():
    reading = read_value("3-5人", PEOPLE, Setting())
    assert (reading.value, dict(reading.also)) == (5, {"people_min": 3})
    reading = read_value("18至45周岁", AGE, Setting())
    assert (reading.value, dict(reading.also)) == (18, {"maximum_age": 45})
    assert read("5-3人", PEOPLE) == (None, ["range_where_one_number"])


@pytest.mark.parametrize(
    ("word", "mark"), [("非常满意", 5), ("满意", 4), ("一般", 3), ("不满意", 2), ("5分", 5), ("4星", 4)]
)
def test_words_of_satisfaction_are_marks(word, mark):
    assert read(word, SATISFACTION) == (mark, [])


@pytest.mark.parametrize("typed", ["是", "√", "Y", 1, "已投保", True, " 有 ", "同意"])
def test_yes_is_recognised(typed):
    assert read(typed, CONSENT) == (True, [])


@pytest.mark.parametrize("typed", ["否", "×", "n", 0, "无", "不同意", False])
def test_no_is_recognised(typed):
    assert read(typed, CONSENT) == (False, [])


def test_half_a_yes_is_reported():
    assert read("口头", CONSENT) == (None, ["not_yes_or_no"])
    assert read("是（电话）", CONSENT) == (True, ["flag_read_as"])


@given(st.integers(1, 99))
def test_chinese_numbers_agree_with_their_digits(number):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = ("" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十") + (
        digits[ones] if ones or not tens else ""
    )
    assert chinese_number(text) == number


@given(st.integers(10**10, 10**14))
def test_scientific_notation_is_exact_only_with_all_its_digits(number):
    text = str(number)
    whole = f"{text[0]}.{text[1:]}E+{len(text) - 1}"
    assert exact_digits(whole) == text
    assert exact_digits(f"{text[0]}.{text[1:4]}E+{len(text) - 1}") is None
