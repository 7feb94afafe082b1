import dataclasses
import datetime as dt
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError
from matching.records import (
    CHINA,
    Action,
    Community,
    Consent,
    Decision,
    Merge,
    Need,
    NeedStatus,
    Result,
    ServiceRecord,
    Unit,
    Volunteer,
)
from matching.service import Month, Rate, at_month_end, count_month, gini, read_month_policy, share_of_busiest

JULY = Month(2024, 7)
POLICY = read_month_policy()
VOLUNTEERS = tuple(Volunteer(partner_id=f"V-{i}", name=f"志愿者{i}") for i in range(1, 5))
PLACES = (None, "平原社区", "星光社区")


def record(number, **changes):
    fields = {
        "record_id": f"R-{number}",
        "partner_id": "V-1",
        "date": dt.date(2024, 7, 10),
        "result": Result.COMPLETED,
        "hours": 2.0,
        "recorder": "网格员小周",
    }
    return ServiceRecord(**fields | changes)


def count(*services, month=JULY, **more):
    return count_month(Community(volunteers=VOLUNTEERS, services=services, **more), month, policy=POLICY)


@st.composite
def records(draw):
    made = []
    for number in range(draw(st.integers(0, 14))):
        result = draw(st.sampled_from(Result))
        made.append(
            record(
                number,
                partner_id=draw(st.sampled_from(["V-1", "V-2", "V-3"])),
                date=draw(st.dates(dt.date(2024, 6, 20), dt.date(2024, 8, 10))),
                result=result,
                hours=draw(st.sampled_from([0.5, 1.0, 3.5])) if result is Result.COMPLETED else None,
                community=draw(st.sampled_from(PLACES)),
                satisfaction=draw(st.none() | st.integers(1, 5)),
            )
        )
    return made


def test_a_month_is_read_as_people_write_it():
    assert Month.read(" 2024-07 ") == JULY
    assert (JULY.first, JULY.last) == (dt.date(2024, 7, 1), dt.date(2024, 7, 31))
    assert Month(2024, 1).before() == Month(2023, 12)
    assert not JULY.holds(None)


@pytest.mark.parametrize("words", ["2024-13", "2024-7", "七月", "2024-07-01", "0000-01", ""])
def test_what_is_no_month_is_refused(words):
    with pytest.raises(CallError, match="A month is written like 2024-07"):
        Month.read(words)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31)))
def test_a_day_lies_in_one_month_and_not_in_its_neighbours(day):
    month = Month(day.year, day.month)
    assert month.holds(day)
    assert not month.before().holds(day)
    assert month.before().last + dt.timedelta(days=1) == month.first


@given(st.lists(st.floats(0, 1e6), max_size=12))
def test_the_gini_coefficient_is_half_the_relative_mean_difference(values):
    total = math.fsum(values)
    differences = math.fsum(abs(a - b) for a, b in itertools.product(values, values))
    expected = differences / (2 * len(values) * total) if total else 0.0
    assert gini(values) == pytest.approx(expected, abs=1e-9)


def test_hours_that_are_no_hours_are_refused():
    with pytest.raises(CallError, match="not negative"):
        gini([1.0, -1.0])
    with pytest.raises(CallError, match="not negative"):
        gini([math.nan])


def test_the_busiest_are_counted_in_whole_people():
    assert share_of_busiest([5, 1, 1, 1, 1, 1], share=0.1) == 0.5
    assert share_of_busiest([], share=0.1) == 0.0


@given(records(), st.randoms(use_true_random=False))
def test_figures_are_the_same_in_every_order_and_places_and_people_add_up_to_them(made, random):
    figures = count(*made)
    random.shuffle(made)
    again = count(*made)
    assert dataclasses.replace(again, places=(), doubts=()) == dataclasses.replace(figures, places=(), doubts=())
    own = [each for each in made if each.result is Result.COMPLETED and JULY.holds(each.date)]
    assert figures.services == len(own) == sum(place.services for place in figures.places)
    assert figures.hours == sum(each.hours for each in own) == sum(place.hours for place in figures.places)
    assert figures.partners == len({each.partner_id for each in own})
    assert sum(figures.services_by_partner.values()) == figures.services


@given(records(), st.data())
def test_reversing_a_reversal_restores_every_figure(made, data):
    if not made:
        return
    target = data.draw(st.sampled_from(made))
    undone = record(100, reverses=target.record_id, date=dt.date(2020, 1, 1), hours=None, result=Result.DECLINED)
    restored = record(101, reverses="R-100", date=dt.date(2020, 1, 1), hours=None, result=Result.DECLINED)
    assert count(*made, undone) == count(*(each for each in made if each is not target))
    assert count(*made, undone, restored) == count(*made)


def test_rates_are_of_those_who_were_asked_expected_and_rated():
    figures = count(
        record(1, satisfaction=5),
        record(2, satisfaction=3),
        record(3, result=Result.DECLINED, hours=None),
        record(4, result=Result.NO_SHOW, hours=None),
        record(5, result=Result.ACCEPTED, hours=None),
    )
    assert figures.accepted == Rate(4, 5)
    assert figures.came == Rate(2, 3)
    assert figures.satisfied == Rate(1, 2)
    assert Rate(0, 0).share is None


def test_hours_that_people_record_for_themselves_do_not_count_and_are_named():
    figures = count(record(1, recorder="志愿者1"), record(2, partner_id="V-2", recorder="志愿者1"))
    assert figures.hours == 2.0
    assert [(each.record_id, each.rule) for each in figures.doubts] == [("R-1", "self_recorded")]


def test_missing_hours_and_days_too_long_are_named_but_not_of_units():
    unit = Unit(partner_id="U-1", name="单位")
    services = (
        record(1, hours=None),
        record(2, hours=7.0),
        record(3, hours=6.0),
        record(4, partner_id="U-1", hours=None),
    )
    figures = count(*services, units=(unit,))
    assert [(each.record_id, each.rule) for each in figures.doubts] == [("R-1", "no_hours"), ("R-3", "long_day")]
    assert figures.services == 4
    assert figures.shares == (13.0,)  # the crew of the unit is paid


def test_people_who_withdrew_do_not_count_and_merged_ones_count_as_one():
    at = dt.datetime(2024, 8, 3, tzinfo=CHINA)
    consent = Consent(consent_id="C-1", partner_id="V-2", is_given=False, by="周", at=at)
    merge = Merge(merge_id="M-1", kept_id="V-1", merged_id="V-3", by="周", at=at)
    services = (record(1), record(2, partner_id="V-2"), record(3, partner_id="V-3"))
    figures = count(*services, consents=(consent,), merges=(merge,))
    assert figures.hours_by_partner == {"V-1": 4.0}
    assert figures.newcomers == 1


def test_needs_are_answered_by_service_or_decision_and_days_run_from_the_report():
    def need(number, **changes):
        fields = {"need_id": f"N-{number}", "description": "修灯", "reported_on": dt.date(2024, 7, 1)}
        return Need(**fields | changes)

    needs = (
        need(1),
        need(2),
        need(3, status=NeedStatus.DONE),
        need(4, status=NeedStatus.CANCELLED),
        need(5),
        need(6, reported_on=dt.date(2024, 6, 30)),
    )
    decision = Decision(
        decision_id="D-1", plan_id="P-1", action=Action.ACCEPT, need_id="N-2", by="周",
        at=dt.datetime(2024, 7, 3, 17, tzinfo=dt.UTC),
    )  # fmt: skip
    figures = count(record(1, need_id="N-1"), record(2, need_id="N-6"), needs=needs, decisions=(decision,))
    assert figures.answered == Rate(3, 4)
    assert figures.done == Rate(2, 4)
    assert figures.days_to_answer == (3, 9)  # 01:00 in China is the day after
    assert sum(place.reported for place in figures.places) == figures.answered.whole


def test_the_end_of_a_month_knows_nothing_of_later_days():
    later = dt.date(2024, 8, 1)
    community = Community(
        needs=(
            Need(need_id="N-1", description="修灯", reported_on=JULY.last),
            Need(need_id="N-2", description="修灯", reported_on=later),
            Need(need_id="N-3", description="修灯"),
        ),
        services=(record(1), record(2, date=later)),
    )
    then = at_month_end(community, JULY)
    assert [each.need_id for each in then.needs] == ["N-1", "N-3"]
    assert [each.record_id for each in then.services] == ["R-1"]


def test_a_district_sets_its_own_numbers_and_slips_are_refused(tmp_path):
    table = tmp_path / "policies" / "month_report.csv"
    table.parent.mkdir()
    head = "name,value,unit,zh,en,source\n"
    table.write_text(head + "satisfied_from,5,score,x,x,x\n", encoding="utf-8")
    assert read_month_policy(overlay=tmp_path).satisfied_from == 5
    other = tmp_path / "other"
    (other / "policies").mkdir(parents=True)
    (other / "policies" / "month_report.csv").write_text(head + "most_loaded_share,10,share,x,x,x\n", encoding="utf-8")
    with pytest.raises(CallError, match="'most_loaded_share' must be a number from 0 to 1"):
        read_month_policy(overlay=other)
    (other / "policies" / "month_report.csv").write_text(head + "satisfied_form,4,score,x,x,x\n", encoding="utf-8")
    slip = other.rename(tmp_path / "slip")  # a table is read once a path
    with pytest.raises(CallError, match="no policies"):
        read_month_policy(overlay=slip)
