"""The sample's training programme: the committed workbook, its sizes, and the flaws it is to have."""

import datetime as dt

import pytest

from matching.errors import CallError
from matching.records import find_personal
from matching.roster import read_training_files
from matching.samples import make_district, make_training
from matching.tables import data_path
from matching.training.competence import level_histories
from matching.training.facts import TrainingFacts
from matching.training.hours import credits_of
from matching.training.mentorship_life import State, lives_of
from matching.training.policy import read_training_policy

AS_OF = dt.date(2024, 7, 31)
SAMPLE = make_training(district=make_district())
FACTS = TrainingFacts(SAMPLE, AS_OF)
POLICY = read_training_policy()


def test_the_committed_workbook_is_what_the_generator_makes_and_has_no_odd_cell():
    read = read_training_files(data_path("district/training.xlsx"))
    assert read == SAMPLE
    assert read.problems == ()


def test_its_size_is_that_of_the_programme_it_is_modelled_on():
    assert (len(SAMPLE.cadres), len(SAMPLE.mentors), len(SAMPLE.courses), len(SAMPLE.outcomes)) == (34, 12, 40, 4)
    days = [window.start.date() for course in SAMPLE.courses for window in course.windows]
    assert (max(days) - min(days)).days > 700
    assert sum(day > AS_OF for day in days) > 5, "some courses are still to come"


def test_it_has_the_flaws_of_real_records():
    left_out = {
        why
        for each in SAMPLE.cadres
        for credit in credits_of(FACTS, each.person_id, policy=POLICY)
        for why in credit.left_out
    }
    assert {"leave", "repeated", "not_over"} <= left_out
    assert any(each.reverses for each in SAMPLE.attendances)
    refused = [h for each in SAMPLE.cadres for h in level_histories(FACTS, each.person_id).values() if h.refused]
    assert refused, "some levels were raised without evidence"
    lives = lives_of(FACTS, policy=POLICY).values()
    assert {State.PROPOSED, State.ACTIVE, State.CLOSED, State.REMATCHED} <= {life.state for life in lives}
    assert any(life.overdue(AS_OF) for life in lives)
    assert any(each.left_on for each in SAMPLE.cadres)


def test_nothing_happens_after_the_day_and_references_hold():
    courses = {each.course_id for each in SAMPLE.courses}
    for each in SAMPLE.attendances:
        assert each.date <= AS_OF
        assert each.course_id in courses
        assert each.person_id in SAMPLE.people
    assert all(note.at.date() <= AS_OF for note in SAMPLE.mentorship_notes)


def test_some_cadres_are_volunteers_of_the_district_under_the_same_name():
    people = {each.partner_id: each for each in make_district().volunteers}
    linked = [each for each in SAMPLE.cadres if each.partner_id]
    assert len(linked) > 10
    assert all(people[each.partner_id].name == each.name for each in linked)


def test_a_large_programme_holds_its_courses_often_enough():
    large = make_training(cadres=600, mentors=80)
    assert len(large.courses) == 400
    assert len({each.person_id for each in large.attendances}) > 550


def test_no_phone_can_be_anybodys():
    for each in SAMPLE.people.values():
        assert each.phone is None or each.phone.startswith("100")
        assert not find_personal(" ".join(str(value) for value in (each.name, each.note, each.post)))


def test_a_seed_gives_the_same_programme_and_another_seed_another():
    assert make_training(cadres=20) == make_training(cadres=20)
    assert make_training(cadres=20, seed=7) != make_training(cadres=20)


@pytest.mark.parametrize("sizes", [{"cadres": 0}, {"mentors": 0}, {"cadres": 200_000}])
def test_a_size_out_of_range_is_refused(sizes):
    with pytest.raises(CallError, match="must be 1 to"):
        make_training(**sizes)
