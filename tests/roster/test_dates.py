"""Dates and moments: one reading or none."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.records import CHINA, register
from matching.roster.dates import serial_date, stated_year_in
from matching.roster.readings import Setting
from matching.roster.values import read_value
from roster.files import excel_moment

DATE, MOMENT = register("needs").column("reported_on"), register("decisions").column("at")
DAY = dt.date(2024, 7, 3)


def read(raw, column=DATE, **setting):
    reading = read_value(raw, column, Setting(**setting))
    return reading.value, [oddity.rule for oddity in reading.oddities]


@pytest.mark.parametrize(
    "typed",
    [
        "2024.7.3", "2024/7/3", "2024-07-03", "20240703", "2024年7月3日", "２０２４－７－３", "2024 年 7 月 3 日", "2024-07-03 00:00:00",
        "2024年7月3日（周三）", "二〇二四年七月三日", "Jul 3, 2024", "3-Jul-2024", DAY, excel_moment(2024, 7, 3), "2024.07.03.".rstrip("."),
        20240703,
    ],
)  # fmt: skip
def test_a_full_date_is_read_however_it_is_written(typed):
    assert read(typed) == (DAY, [])


@pytest.mark.parametrize(
    ("typed", "value", "rules"),
    [
        ("2024年7月3日上午", DAY, ["time_dropped"]),
        ("2024-07-03 10:11:12", DAY, ["time_dropped"]),
        (excel_moment(2024, 7, 3, 9), DAY, ["time_dropped"]),
        (45476, DAY, ["serial_read_as_date"]),
        ("45476", DAY, ["serial_read_as_date"]),
        ("15/7/2024", dt.date(2024, 7, 15), ["date_order_read"]),
        ("3/7/2024", None, ["ambiguous_date"]),
        ("24.7.3", None, ["two_digit_year"]),
        ("7月3日", None, ["date_without_year"]),
        ("7.3", None, ["date_without_year"]),
        ("2024年7月", None, ["date_without_day"]),
        ("1985", None, ["date_without_day"]),
        ("198503", None, ["date_without_day"]),
        ("2024-02-30", None, ["no_such_day"]),
        ("20241301", None, ["no_such_day"]),
        ("农历七月初三", None, ["lunar_date"]),
        ("2024.7.3、2024.7.4", None, ["several_dates"]),
        ("尽快", None, ["not_a_date"]),
        ("长期有效", None, ["open_ended"]),
        ("/", None, ["word_for_empty"]),
        (excel_moment(1900, 1, 5), None, ["destroyed_date"]),
        (3, None, ["not_a_date"]),
        (True, None, ["not_a_date"]),
    ],
)
def test_a_doubtful_date_is_reported(typed, value, rules):
    assert read(typed) == (value, rules)


def test_a_date_without_a_year_takes_the_stated_one():
    assert read("7月3日", year=2024) == (DAY, [])
    assert read("7月3日上午", year=2024, year_source="2024年需求") == (DAY, ["year_assumed"])
    assert read("2月29日", year=2023) == (None, ["no_such_day"])


def test_serials_of_old_mac_workbooks_count_from_1904():
    assert read(45476 - 1462, is_1904=True)[0] == DAY
    assert serial_date(100, is_1904=False) is None


def test_a_year_is_taken_from_titles_only_where_it_is_the_only_one():
    assert stated_year_in(["灯塔路街道2024年7月需求台账"]) == 2024
    assert stated_year_in(["2023年到2024年"]) is None
    assert stated_year_in(["共2024120户", "需求"]) is None


@given(st.dates())
def test_every_date_in_its_written_form_is_read_back(day):
    assert read(day.isoformat()) == (day, [])


@given(st.datetimes(excel_moment(1905, 1, 1), excel_moment(9998, 1, 1)).map(lambda each: each.replace(microsecond=0)))
def test_every_moment_in_its_written_form_is_read_back(moment):
    assert read(f"{moment:%Y-%m-%d %H:%M:%S}".rjust(19, "0"), MOMENT) == (moment.replace(tzinfo=CHINA), [])


@pytest.mark.parametrize(
    ("typed", "value", "rules"),
    [
        ("2024年7月3日 9:05", dt.datetime(2024, 7, 3, 9, 5, tzinfo=CHINA), []),
        ("2024-07-03T01:05:00Z", dt.datetime(2024, 7, 3, 9, 5, tzinfo=CHINA), []),
        ("2024-07-03 10:05:00+09:00", dt.datetime(2024, 7, 3, 9, 5, tzinfo=CHINA), []),
        (excel_moment(2024, 7, 3, 9, 4, 59, 999_990), dt.datetime(2024, 7, 3, 9, 5, tzinfo=CHINA), []),
        ("2024-07-03", dt.datetime(2024, 7, 3, tzinfo=CHINA), ["moment_without_time"]),
        ("2024-07-03 25:00", None, ["no_such_day"]),
        ("刚才", None, ["not_a_moment"]),
        ("7月3日", None, ["date_without_year"]),
    ],
)
def test_a_moment_is_read_in_the_time_of_china(typed, value, rules):
    assert read(typed, MOMENT) == (value, rules)
