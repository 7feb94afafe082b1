"""The small parts of the generator: shares, times, names, phones."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.records import Gender, WeeklySlot
from matching.samples.names import Names, impossible_phone
from matching.samples.profile import born
from matching.samples.texts import apportion, read_texts
from matching.samples.timing import day_after, draw_window, fixed_window, weekly_slots


@given(st.lists(st.integers(1, 50), min_size=1, max_size=40), st.integers(0, 5000))
def test_apportioned_shares_sum_to_the_whole_and_miss_the_exact_share_by_less_than_one(weights, count):
    times = apportion(weights, count)
    assert sum(times) == count
    for weight, n in zip(weights, times, strict=True):
        assert abs(n - count * weight / sum(weights)) < 1


@given(st.sets(st.integers(0, 10**8 - 1), max_size=200))
def test_different_numbers_have_different_phones(numbers):
    assert len({impossible_phone(number) for number in numbers}) == len(numbers)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2200, 1, 1)), st.integers(0, 6), st.integers(1, 4))
def test_the_nth_weekday_after_a_day_is_that_weekday_in_that_week(as_of, weekday, week):
    day = day_after(as_of, weekday, week)
    assert day.weekday() == weekday
    assert 7 * (week - 1) < (day - as_of).days <= 7 * week


@given(st.dates(dt.date(1950, 1, 1), dt.date(2200, 1, 1)), st.integers(0, 95), st.integers(0, 360))
def test_somebody_born_for_an_age_has_that_age(as_of, age, day):
    birth_date = born(as_of, age, day)
    had_birthday = (as_of.month, as_of.day) >= (birth_date.month, birth_date.day)
    assert as_of.year - birth_date.year - (not had_birthday) == age


def test_a_code_of_time_becomes_weekly_slots_in_the_order_of_the_week():
    assert weekly_slots("sat:am mon:eve") == (WeeklySlot(0, 1110, 1260), WeeklySlot(5, 480, 720))
    assert len(weekly_slots("wd:all")) == 5
    assert weekly_slots("") == ()


def test_a_fixed_window_moves_by_weeks_and_stays_in_the_four():
    as_of = dt.date(2024, 7, 31)
    starts = [fixed_window("sat2@08:30-11:30", as_of, shift=shift).start.date() for shift in range(5)]
    assert [day.day for day in starts] == [10, 17, 24, 3, 10]
    assert fixed_window("sat:am", as_of) is None


ROWS = [row for name in ("needs", "hard_needs", "bundles") for row in read_texts(name)]


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] for row in ROWS])
def test_every_window_of_the_lists_is_long_enough_for_its_work(row):
    rng = random.Random(1)
    for _ in range(12):
        window = draw_window(rng, row["when"], dt.date(2024, 7, 31), hours=float(row["hours"]), weeks=4, shift=0)
        assert window.hours >= float(row["hours"])


def test_a_name_is_given_once_and_is_nobody_whom_all_know():
    names, rng = Names(), random.Random(7)
    known = {row["name"] for row in read_texts("well_known")}
    given_out = [names.take(rng, gender, year) for year in (1950, 1980, 2010) for gender in Gender for _ in range(2500)]
    assert len(set(given_out)) == len(given_out)
    assert not known & set(given_out)


def test_names_do_not_run_out_in_a_city():
    names, rng = Names(), random.Random(7)
    given_out = {names.take(rng, Gender.MALE, 1950) for _ in range(30_000)}
    assert len(given_out) == 30_000


@pytest.mark.parametrize("name", ["units", "specialists", "community_partners", "personas", "needs", "history"])
def test_no_list_of_words_has_a_broken_row(name):
    rows = read_texts(name)
    assert all(None not in row and None not in row.values() for row in rows)


def test_what_is_needed_is_said_in_other_words_than_what_is_offered():
    needs = {row["text"] for row in read_texts("needs")}
    offers = {offer for row in read_texts("personas") for offer in row["offers"].split("|")}
    assert not needs & offers
    assert len(needs) > 120
    assert len(offers) > 120
