"""The rules of one row."""

import datetime as dt

import pytest

from matching.records import Block, Licence, Merge, Need, Result, ServiceRecord, Volunteer, Window, china_moment

MORNING = Window(china_moment(dt.date(2024, 8, 3), 540), china_moment(dt.date(2024, 8, 3), 660))


def rules(record):
    return [breach.rule for breach in record.breaches()]


def test_a_sound_need_breaks_no_rule():
    assert rules(Need(need_id="N-1", description="修灯", people_min=1, people_max=2, windows=(MORNING,), hours=2)) == []


def test_a_need_whose_least_is_above_its_most_is_named():
    assert rules(Need(need_id="N-1", description="修灯", people_min=3, people_max=2)) == ["least_above_most"]


def test_an_age_range_turned_round_is_named():
    assert rules(Need(need_id="N-1", description="修灯", minimum_age=60, maximum_age=18)) == ["least_above_most"]


def test_hours_that_fit_no_window_are_named():
    assert rules(Need(need_id="N-1", description="修灯", windows=(MORNING,), hours=2.5)) == ["longer_than_window"]


def test_a_licence_that_ends_before_it_starts_is_named():
    licence = Licence(
        licence_id="L-1",
        partner_id="P-1",
        name="电工证",
        valid_from=dt.date(2024, 1, 2),
        valid_until=dt.date(2024, 1, 1),
    )
    assert rules(licence) == ["ends_before_it_starts"]


@pytest.mark.parametrize(
    ("day", "valid"),
    [("2023-12-31", False), ("2024-01-01", True), ("2024-12-31", True), ("2025-01-01", False)],
)
def test_a_licence_is_valid_from_its_first_to_its_last_day(day, valid):
    licence = Licence(
        licence_id="L-1",
        partner_id="P-1",
        name="电工证",
        valid_from=dt.date(2024, 1, 1),
        valid_until=dt.date(2024, 12, 31),
    )
    assert licence.is_valid(dt.date.fromisoformat(day)) is valid


def test_a_licence_without_dates_is_for_life():
    assert Licence(licence_id="L-1", partner_id="P-1", name="电工证").is_valid(dt.date(2050, 1, 1))


def test_a_block_that_blocks_nothing_is_named():
    assert rules(Block(block_id="X-1", partner_id="V-1")) == ["blocks_nothing"]
    assert rules(Block(block_id="X-1", partner_id="V-1", community="平原社区")) == []


@pytest.mark.parametrize("result", [Result.DECLINED, Result.NO_SHOW])
def test_hours_without_service_are_named(result):
    assert rules(ServiceRecord(record_id="R-1", partner_id="V-1", result=result, hours=2)) == ["hours_without_service"]


def test_a_record_cannot_be_merged_with_itself():
    merge = Merge(merge_id="M-1", kept_id="V-1", merged_id="V-1", by="周", at=china_moment(dt.date(2024, 1, 1), 0))
    assert rules(merge) == ["merged_with_itself"]


def test_a_birth_date_must_agree_with_the_id_number():
    person = Volunteer(
        partner_id="V-1", name="周", birth_date=dt.date(1990, 1, 2), id_number="000000" + "19900101" + "0000"
    )
    assert rules(person) == ["birth_date_differs_from_id_number"]
