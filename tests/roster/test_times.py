"""Windows and weekly slots as people write them; named parts of the day never pass in silence."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.records import register
from matching.roster.readings import Setting
from matching.roster.values import read_value
from roster.files import excel_moment
from roster.strategies import slots, windows

WINDOWS, SLOTS = register("needs").column("windows"), register("volunteers").column("available")


def read(raw, column, year=None, source=""):
    reading = read_value(raw, column, Setting(year, source))
    return [str(value) for value in reading.value], [oddity.rule for oddity in reading.oddities]


@given(st.lists(windows(), min_size=1, max_size=5))
def test_windows_in_their_written_form_are_read_back(values):
    assert read_value("、".join(map(str, values)), WINDOWS, Setting()).value == tuple(values)


@given(st.lists(slots(), min_size=1, max_size=5))
def test_slots_in_their_written_form_are_read_back(values):
    assert read_value("、".join(map(str, values)), SLOTS, Setting()).value == tuple(values)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2024.7.3 9.30--16.30", ["2024-07-03 09:30-16:30"]),
        ("2024年7月3日下午13：30--15：30", ["2024-07-03 13:30-15:30"]),
        ("2024年7月3日上午9点半到11点", ["2024-07-03 09:30-11:00"]),
        ("2024/7/3 14:00~16:00", ["2024-07-03 14:00-16:00"]),
        ("2024-7-3（周三）下午2点-4点一刻", ["2024-07-03 14:00-16:15"]),
        ("2024-07-03 中午11:30到1:30", ["2024-07-03 11:30-13:30"]),
        ("2024-07-03 上午9:00-14:00", ["2024-07-03 09:00-14:00"]),
        ("2024-07-03 晚上7点到12点", ["2024-07-03 19:00-24:00"]),
        ("2024-07-03 2:00-4:00pm", ["2024-07-03 14:00-16:00"]),
        ("2024-07-03 下午三点至五点", ["2024-07-03 15:00-17:00"]),
        ("2024-07-03 22:00-2024-07-04 02:00", ["2024-07-03 22:00-2024-07-04 02:00"]),
        ("2024年7月3日晚上10点到7月4日凌晨2点", ["2024-07-03 22:00-2024-07-04 02:00"]),
        ("20240703 9:00-10:00、11:00-12:00", ["2024-07-03 09:00-10:00", "2024-07-03 11:00-12:00"]),
        ("2022.3.14-2022.3.16 19:00-21:30", [f"2022-03-{day} 19:00-21:30" for day in (14, 15, 16)]),
        ("2024年8月3日-5日 9:00-10:00", [f"2024-08-0{day} 09:00-10:00" for day in (3, 4, 5)]),
        ("2024-08-03 09:00-10:00；2024-08-04 14:00-15:00", ["2024-08-03 09:00-10:00", "2024-08-04 14:00-15:00"]),
        ("2024年8月3日、4日 9:00-10:00,14:00-15:00", [
            "2024-08-03 09:00-10:00", "2024-08-03 14:00-15:00", "2024-08-04 09:00-10:00", "2024-08-04 14:00-15:00",
        ]),
    ],
)  # fmt: skip
def test_a_window_is_read_however_it_is_written(typed, expected):
    assert read(typed, WINDOWS) == (expected, [])


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("下午13：30--15：30", "time_without_date"),
        ("9.30--16.30", "time_without_date"),
        ("8月3日 9:00-11:00", "date_without_year"),
        ("2024-08-03 14:00", "time_without_end"),
        (excel_moment(2024, 8, 3, 14), "time_without_end"),
        ("2024-08-03 16:00-14:00", "time_order"),
        ("2024-08-05-2024-08-03 9:00-10:00", "time_order"),
        ("2024-08-03 2:00-4:00", "time_ambiguous"),
        ("2024-08-03 晚上1点到2点", "time_ambiguous"),
        ("2024-08-03 上午14:00-16:00", "time_contradicts"),
        ("2024-02-30 9:00-10:00", "no_such_day"),
        ("2020-01-01-2024-01-01 9:00-10:00", "too_many_days"),
        ("农历七月初三上午", "lunar_date"),
        ("周六上午", "time_without_date"),
        ("2024-08-03 22:00-2024-08-02 02:00", "time_order"),
        ("2024-08-03、2024-08-04 22:00-2024-08-05 02:00", "not_a_time"),
        ("2024-08-03 下午-上午", "time_order"),
        ("2024-08-03 25:00-26:00", "not_a_time"),
        ("2024-08-03 - 9:00-10:00", "not_a_time"),
        ("2024-08-03 9:00-周六", "time_without_end"),
        ("2024-08-03 24:00-24:00", "time_order"),
        ("待通知", "not_a_time"),
        ("2024-08-03 9:00-11:00 雨天不去", "not_a_time"),
        (45476, "not_a_time"),
        (dt.time(9), "not_a_time"),
        (excel_moment(1900, 1, 1), "destroyed_date"),
    ],
)
def test_a_doubtful_window_is_reported_and_left_empty(typed, rule):
    assert read(typed, WINDOWS) == ([], [rule])


def test_a_named_part_of_the_day_is_read_with_a_warning():
    assert read("2024年7月3日上午", WINDOWS) == (["2024-07-03 08:00-12:00"], ["day_part_read"])
    assert read("2024-08-03", WINDOWS) == (["2024-08-03 08:00-18:00"], ["whole_day_read"])
    assert read(excel_moment(2024, 8, 3), WINDOWS) == (["2024-08-03 08:00-18:00"], ["whole_day_read"])


def test_days_without_a_year_take_the_stated_one():
    days = ["2024-08-03 08:00-12:00", "2024-08-04 08:00-12:00"]
    assert read("8月3日、8月4日 上午", WINDOWS, 2024) == (days, ["day_part_read"])
    assert read("8/3 14:00-16:00", WINDOWS, 2024, "标题") == (["2024-08-03 14:00-16:00"], ["year_assumed"])


def test_a_weekday_that_the_date_contradicts_is_reported():
    assert read("2024-08-03（周五）9:00-11:00", WINDOWS) == (["2024-08-03 09:00-11:00"], ["weekday_differs"])


WEEK = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]


@pytest.mark.parametrize(
    ("typed", "expected", "rules"),
    [
        ("周六上午", ["周六 08:00-12:00"], ["day_part_read"]),
        ("周一至周五晚上", [f"{day} 18:30-21:00" for day in WEEK[:5]], ["day_part_read"]),
        ("周一到五下午2点到5点", [f"{day} 14:00-17:00" for day in WEEK[:5]], []),
        ("周一、三、五 19:00-21:00", [f"{day} 19:00-21:00" for day in WEEK[:5:2]], []),
        ("周二四19:00-21:00", ["周二 19:00-21:00", "周四 19:00-21:00"], []),
        ("每天晚上", [f"{day} 18:30-21:00" for day in WEEK], ["day_part_read"]),
        ("工作日", [f"{day} 08:00-18:00" for day in WEEK[:5]], ["whole_day_read"]),
        ("周末", ["周六 08:00-18:00", "周日 08:00-18:00"], ["whole_day_read"]),
        ("星期天全天", ["周日 08:00-18:00"], ["day_part_read"]),
        ("周六上午、周日下午", ["周六 08:00-12:00", "周日 14:00-18:00"], ["day_part_read", "day_part_read"]),
        ("晚上7点到9点", [f"{day} 19:00-21:00" for day in WEEK], ["every_day_assumed"]),
        ("Sat 2pm-4pm", ["周六 14:00-16:00"], []),
        ("周六9-11", ["周六 09:00-11:00"], []),
        ("除周三外每天", [], ["not_a_time"]),
        ("周日不行", [], ["not_a_time"]),
        ("周六上午至下午", ["周六 08:00-18:00"], ["day_part_read"]),
        ("周五至周一 9:00-10:00", [], ["not_a_time"]),
        ("周末晚上7点-12点", ["周六 19:00-24:00", "周日 19:00-24:00"], []),
        ("周一 12am-1am", ["周一 00:00-01:00"], []),
        ("周一 09:00-24:30", [], ["not_a_time"]),
        ("2024-08-03 9:00-11:00", [], ["date_in_week"]),
        ("2:00-4:00", [], ["time_ambiguous"]),
        ("看情况", [], ["not_a_time"]),
        (8, [], ["not_a_time"]),
    ],
)
def test_a_weekly_slot_is_read_or_reported(typed, expected, rules):
    assert read(typed, SLOTS) == (expected, rules)
