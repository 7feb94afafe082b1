"""Hours: no hour twice, the same in every order of entry, restored by reversal; what is owed, and whether the pace will do."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError
from matching.records import Cadre, Placement, PlacementEntry, PlacementNote
from matching.training.facts import TrainingFacts
from matching.training.hours import courses_to_close, credits_of, hours_by_category, standings_of
from matching.training.hours_terms import period_of
from matching.training.policy import read_training_policy
from training.programmes import AS_OF, BASE, CADRE, attendance_lists, attended, course

POLICY = read_training_policy()
MARCH, MAY = dt.date(2024, 3, 12), dt.date(2024, 5, 6)


def earned(*attendances, as_of=AS_OF, person="K-01", **changes):
    training = BASE.replace(attendances=tuple(attendances), **changes)
    return credits_of(TrainingFacts(training, as_of), person, policy=POLICY)


def total(*attendances, **options):
    return sum(each.hours for each in earned(*attendances, **options))


@settings(max_examples=150, deadline=None)
@given(attendance_lists(), st.randoms(use_true_random=False))
def test_hours_are_the_same_in_every_order_of_entry(attendances, rng):
    shuffled = list(attendances)
    rng.shuffle(shuffled)
    assert earned(*attendances) == earned(*shuffled)


@settings(max_examples=150, deadline=None)
@given(attendance_lists(), attendance_lists())
def test_a_reversal_restores_every_figure(before, mistakes):
    wrong = [
        dataclasses.replace(each, attendance_id=f"W-{number}", note="录错") for number, each in enumerate(mistakes)
    ]
    undone = [
        dataclasses.replace(
            each, attendance_id=f"R-{number}", reverses=each.attendance_id, hours=None, leave_hours=None
        )
        for number, each in enumerate(wrong)
    ]
    with_both = earned(*before, *wrong, *undone)
    assert sum(c.hours for c in with_both) == sum(c.hours for c in earned(*before))
    again = [
        dataclasses.replace(each, attendance_id=f"RR-{number}", reverses=each.attendance_id)
        for number, each in enumerate(undone)
    ]
    assert total(*before, *wrong, *undone, *again) == pytest.approx(total(*before, *wrong))


@settings(max_examples=150, deadline=None)
@given(attendance_lists())
def test_no_course_gives_more_than_it_has_and_no_hour_counts_twice(attendances):
    found = earned(*attendances)
    longest = {each.course_id: each.hours for each in BASE.courses}
    assert all(0 <= each.hours <= longest[each.source_id] + 1e-9 for each in found)
    assert all(each.hours <= each.recorded + 1e-9 for each in found)
    doubled = [dataclasses.replace(each, attendance_id=f"D-{each.attendance_id}") for each in attendances]
    assert total(*attendances, *doubled) == pytest.approx(total(*attendances))


def test_the_same_day_on_two_sheets_counts_once_and_is_named():
    (credit,) = earned(attended(1, "T-001", "K-01", MARCH), attended(2, "T-001", "K-01", MARCH))
    assert (credit.hours, credit.recorded, credit.left_out) == (3.0, 6.0, ("repeated",))


def test_two_courses_at_one_time_share_the_time():
    first, second = earned(attended(1, "T-001", "K-01", MARCH), attended(2, "T-002", "K-01", MARCH))
    assert (first.hours, second.hours) == (3.0, 1.5)
    assert second.left_out == ("overlap",)


@pytest.mark.parametrize(("leave", "hours"), [(1.0, 6.0), (1.01, 0.0)])
def test_leave_above_a_seventh_voids_the_course(leave, hours):
    (credit,) = earned(attended(1, "T-003", "K-01", MAY, 6.0, leave_hours=leave))
    assert credit.hours == hours
    assert credit.left_out == (() if hours else ("leave",))


def test_what_happens_after_the_day_does_not_count_yet():
    assert total(attended(1, "T-003", "K-01", MAY, 7.0), as_of=dt.date(2024, 5, 5)) == 0
    assert total(attended(1, "T-003", "K-01", MAY, 7.0), as_of=MAY) == 7


def test_a_placement_counts_once_it_is_over_and_reviewed():
    placement = Placement(
        placement_id="B-1", person_id="K-01", start=dt.date(2024, 4, 1), end=dt.date(2024, 4, 30), hours=24.0
    )
    note = PlacementNote(
        note_id="J-1", placement_id="B-1", entry=PlacementEntry.HOST_REVIEW, date=dt.date(2024, 5, 2), rating=4
    )
    assert total(placements=(placement,)) == 0
    assert total(placements=(placement,), placement_notes=(note,)) == 24
    assert total(placements=(placement,), placement_notes=(note,), as_of=dt.date(2024, 4, 20)) == 0


def standing(*attendances, cadre=CADRE, as_of=AS_OF, name="worker"):
    facts = TrainingFacts(BASE.replace(attendances=tuple(attendances)), as_of)
    return facts, {each.rule.name: each for each in standings_of(facts, cadre, policy=POLICY)}[name]


def test_the_pace_so_far_tells_what_will_be_missing_at_the_end_of_the_year():
    _, found = standing(attended(1, "T-003", "K-01", MAY, 7.0), as_of=dt.date(2024, 7, 1))
    assert (found.owed, found.done, found.short) == (40, 7, 33)
    assert found.forecast == pytest.approx(7 * 366 / 183)
    assert found.short_at_end == pytest.approx(40 - 14)
    assert found.end == dt.date(2024, 12, 31)


def test_the_earliest_courses_that_close_what_will_be_missing_are_named():
    facts, found = standing(attended(1, "T-003", "K-01", MAY, 7.0), as_of=dt.date(2024, 7, 1))
    assert [each.course_id for each in courses_to_close(facts, found)] == ["T-004", "T-005"]
    facts, enough = standing(*(attended(k, "T-003", "K-01", MAY, 7.0) for k in range(1)), as_of=MAY)
    assert enough.short_at_end < 20
    assert len(courses_to_close(facts, enough)) <= 1


def test_who_joins_in_the_middle_of_a_year_owes_a_part_of_it():
    late = dataclasses.replace(CADRE, joined_on=dt.date(2024, 7, 2))
    _, found = standing(cadre=late)
    assert found.owed == pytest.approx(40 * 183 / 366)


def test_days_do_instead_of_hours_where_the_rule_says_so():
    official = Cadre(person_id="K-01", name="甲", post_kind="乡科级及以下")
    long = course(9, dt.date(2024, 6, 3), hours=30.0, days=12.0)
    facts = TrainingFacts(
        BASE.replace(courses=(long,), attendances=(attended(1, "T-009", "K-01", dt.date(2024, 6, 3), 30.0),)), AS_OF
    )
    (found,) = standings_of(facts, official, policy=POLICY)
    assert (found.done, found.days_done, found.owed) == (30.0, 12.0, 90.0)
    assert found.is_met
    assert found.short == found.short_at_end == 0


def test_a_party_member_owes_what_members_owe_besides_what_the_post_asks():
    member = dataclasses.replace(CADRE, is_party_member=True)
    facts = TrainingFacts(BASE, AS_OF)
    assert {each.rule.name for each in standings_of(facts, member, policy=POLICY)} == {
        "worker",
        "worker_theory",
        "member",
    }


def test_hours_of_another_category_do_not_count_for_a_rule_that_names_one():
    _, found = standing(attended(1, "T-003", "K-01", MAY, 7.0), name="worker_theory")
    assert (found.owed, found.done) == (8, 0)
    assert hours_by_category(earned(attended(1, "T-003", "K-01", MAY, 7.0))) == {"业务能力": 7.0}


def test_a_period_of_five_years_begins_where_the_table_says():
    county = next(rule for rule in POLICY.hours if rule.name == "county")
    assert period_of(county, dt.date(2024, 7, 31)) == (dt.date(2023, 1, 1), dt.date(2027, 12, 31))
    assert period_of(county, dt.date(2028, 1, 1)) == (dt.date(2028, 1, 1), dt.date(2032, 12, 31))
    assert period_of(county, dt.date(2022, 12, 31)) == (dt.date(2018, 1, 1), dt.date(2022, 12, 31))


def test_a_district_may_lay_its_own_hours_over_the_table_and_a_slip_is_refused(tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    head = "name,post_kind,years,first_year,hours,days,category,zh,en,source\n"
    (folder / "training_hours.csv").write_text(head + "worker,社区工作者,1,,60,,,我区,ours,local\n", encoding="utf-8")
    rules = {rule.name: rule.hours for rule in read_training_policy(overlay=tmp_path).hours}
    assert rules["worker"] == 60
    assert rules["township"] == 90
    bad = tmp_path / "bad"
    (bad / "policies").mkdir(parents=True)
    (bad / "policies" / "training_hours.csv").write_text(
        head + "worker,社区工作者,1,,many,,,我,o,l\n", encoding="utf-8"
    )
    with pytest.raises(CallError, match="hours of 'worker' must be a number"):
        read_training_policy(overlay=bad)
