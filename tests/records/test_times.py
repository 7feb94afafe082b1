"""Windows and weekly slots."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError
from matching.records import WeeklySlot, Window, china_moment

DAY = dt.date(2024, 8, 3)
moments = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)).map(  # noqa: DTZ001 - the offset is added next
    lambda moment: china_moment(moment.date(), moment.hour * 60 + moment.minute)
)
windows = st.tuples(moments, moments).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Window(*sorted(pair)))


@given(windows, windows)
def test_overlap_is_symmetric_and_means_shared_time(one, other):
    shared = min(one.end, other.end) - max(one.start, other.start)
    assert one.overlaps(other) == other.overlaps(one) == (shared > dt.timedelta())


def test_windows_that_touch_do_not_overlap():
    assert not Window(china_moment(DAY, 480), china_moment(DAY, 540)).overlaps(
        Window(china_moment(DAY, 540), china_moment(DAY, 600))
    )


def test_a_window_is_written_as_people_write_it():
    assert str(Window(china_moment(DAY, 540), china_moment(DAY, 690))) == "2024-08-03 09:00-11:30"
    assert str(Window(china_moment(DAY, 1200), china_moment(DAY, 1440))) == "2024-08-03 20:00-24:00"
    assert str(Window(china_moment(DAY, 1200), china_moment(DAY, 1500))) == "2024-08-03 20:00-2024-08-04 01:00"


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(CallError, match="must end after it starts"):
        Window(china_moment(DAY, 600), china_moment(DAY, 600))


def test_a_window_without_an_offset_is_refused():
    with pytest.raises(CallError, match="offset"):
        Window(dt.datetime(2024, 8, 3, 9), dt.datetime(2024, 8, 3, 10))  # noqa: DTZ001 - that is what is refused


def test_a_slot_is_written_as_people_write_it():
    assert str(WeeklySlot(5, 540, 720)) == "周六 09:00-12:00"


@pytest.mark.parametrize(("weekday", "start", "end"), [(7, 0, 60), (-1, 0, 60)])
def test_a_slot_on_no_day_of_the_week_is_refused(weekday, start, end):
    with pytest.raises(CallError, match="weekday must be 0"):
        WeeklySlot(weekday, start, end)


@pytest.mark.parametrize(("start", "end"), [(600, 600), (700, 600), (0, 1441), (-1, 60)])
def test_a_slot_outside_the_day_is_refused(start, end):
    with pytest.raises(CallError, match="0 to 1440"):
        WeeklySlot(0, start, end)
