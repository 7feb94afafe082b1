"""From the records of a programme to a pairing and a plan: what the register says is what takes part."""

import datetime as dt

import pytest

from matching.records import CHINA, Mentor, MentorshipStep, TrainingRecords
from matching.training.cohort_plan import plan_cohort
from matching.training.cohort_records import cohort_of, read_rules
from matching.training.facts import TrainingFacts
from matching.training.mentorship_life import check_step
from matching.training.pairing import pair_mentors
from matching.training.pairing_people import PastEnd
from matching.training.pairing_records import note_of_pair, people_to_pair, proposal_notes, with_mentors_each
from matching.training.policy import read_training_policy
from training.programmes import AS_OF, BASE, assessed, attended, step

MORE = BASE.replace(
    mentors=(
        Mentor(person_id="D-01", name="王敏", most_mentees=2, strengths=("矛盾调解",), community="平原社区", street="曙光路街道"),
        Mentor(person_id="D-02", name="赵书记", strengths=("C-2", "没有这项"), left_on=None),
        Mentor(person_id="D-03", name="已调走", left_on=dt.date(2024, 1, 1)),
    )
)  # fmt: skip


def people(training, as_of=AS_OF):
    return people_to_pair(TrainingFacts(training, as_of))


def test_gaps_strengths_and_assessed_levels_are_read():
    training = MORE.replace(
        assessments=(assessed(1, "K-01", 2, dt.date(2024, 3, 1)), assessed(2, "D-01", 5, dt.date(2024, 3, 1)))
    )
    found = people(training)
    assert found.mentees[0].lacks == {"C-1": (2, 3), "C-2": (0, 2)}
    assert [each.mentor_id for each in found.mentors] == ["D-01", "D-02"]
    assert found.mentors[0].shown == {"C-1": 5}  # assessed goes before stated
    assert found.mentors[1].shown == {"C-2": 4}
    assert (found.mentors[0].most, found.mentors[1].most) == (2, 3)


def test_open_mentorships_take_a_seat_and_a_wish_and_ended_ones_are_remembered():
    notes = (
        step(1, MentorshipStep.PROPOSED, dt.date(2024, 5, 1)),
        step(2, MentorshipStep.AGREED, dt.date(2024, 5, 2)),
        step(3, MentorshipStep.PROPOSED, dt.date(2024, 5, 1), pair="P-2", person="K-02", mentor="D-02"),
        step(4, MentorshipStep.DECLINED, dt.date(2024, 5, 3), pair="P-2", person="K-02", mentor="D-02"),
    )
    found = people(MORE.replace(mentorship_notes=notes))
    assert [each.wanted for each in found.mentees] == [0, 1]
    assert [each.carried for each in found.mentors] == [1, 0]
    assert found.past == {("K-02", "D-02"): PastEnd.DECLINED}
    assert found.together == {("K-01", "D-01")}
    assert pair_mentors(found).pairs == (("K-02", "D-01"),)


def test_a_proposal_becomes_facts_that_the_rules_accept_and_that_are_kept_once():
    pairing = pair_mentors(people(MORE))
    at = dt.datetime(2024, 7, 31, 9, tzinfo=CHINA)
    notes = proposal_notes(pairing, by="陈", at=at)
    assert notes == proposal_notes(pairing, by="陈", at=at)
    assert {note.step for note in notes} == {MentorshipStep.PROPOSED}
    for note in notes:
        assert check_step(MORE, note, policy=read_training_policy(), most_default=3) == ()
    agreed = note_of_pair(
        pairing.pairs[0],
        MentorshipStep.AGREED,
        by="陈",
        at=at + dt.timedelta(days=1),
        mentorship_id=notes[0].mentorship_id,
    )
    assert check_step(MORE.replace(mentorship_notes=notes), agreed, policy=read_training_policy(), most_default=3) == ()


def test_everybody_may_want_two_mentors():
    pairing = pair_mentors(with_mentors_each(people(MORE), 2))
    assert sorted(pairing.pairs) == [("K-01", "D-01"), ("K-01", "D-02"), ("K-02", "D-01"), ("K-02", "D-02")]


def test_a_programme_becomes_a_cohort_with_what_is_to_come():
    courses = tuple(each for each in BASE.courses)
    training = MORE.replace(courses=courses, attendances=(attended(1, "T-004", "K-02", dt.date(2024, 7, 1)),))
    cohort = cohort_of(TrainingFacts(training, AS_OF), until=dt.date(2024, 12, 31))
    assert [offer.offer_id for offer in cohort.offers] == ["T-004", "T-005", "M:D-01", "M:D-02"]
    assert cohort.trainees[1].had == {"T-004"}
    assert cohort.trainees[0].hours_short == 40
    plan = plan_cohort(cohort)
    assert "已经参加过" in str(plan.why_not("K-02", "T-004"))
    assert "停开" in " ".join(plan.offers_table()["开不开"])  # two people are too few for a course


def test_the_chain_of_command_reaches_into_the_plan():
    training = BASE.replace(mentors=(Mentor(person_id="K-09", name="上级", strengths=("矛盾调解",)),))
    plan = plan_cohort(cohort_of(TrainingFacts(training, AS_OF), until=dt.date(2024, 12, 31)))
    assert "上下级（K-01 → K-09）" in str(plan.why_not("K-01", "M:K-09"))


def test_an_empty_programme_gives_an_empty_cohort():
    cohort = cohort_of(TrainingFacts(TrainingRecords(), AS_OF), until=dt.date(2024, 12, 31), rules=read_rules())
    assert (cohort.trainees, cohort.offers) == ((), ())
    assert plan_cohort(cohort).pairs == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_have_words_in_both_languages(language):
    plan = plan_cohort(cohort_of(TrainingFacts(MORE, AS_OF), until=dt.date(2024, 12, 31)))
    for table in (
        plan.table(language=language),
        plan.offers_table(language=language),
        plan.left_table(language=language),
    ):
        assert len(table)
    assert plan.headline(language=language)


def test_a_districts_own_policies_are_laid_over_the_packaged_ones(tmp_path):
    (tmp_path / "policies").mkdir()
    head = "name,value,unit,zh,en,source\n"
    (tmp_path / "policies" / "cohort_plan.csv").write_text(
        f"{head}course_least,1,people,几个人才开课,people,ours\n", encoding="utf-8"
    )
    (tmp_path / "policies" / "pairing.csv").write_text(
        f"{head}mentors_each,2,people,配几位,mentors,ours\n", encoding="utf-8"
    )
    rules = read_rules(overlay=tmp_path)
    facts = TrainingFacts(MORE, AS_OF)
    cohort = cohort_of(facts, until=dt.date(2024, 12, 31), rules=rules)
    assert {offer.least for offer in cohort.offers if offer.offer_id.startswith("T-")} == {1}
    assert [each.wanted for each in people_to_pair(facts, pairing=rules.pairing).mentees] == [2, 2]
    assert plan_cohort(cohort).choice.called_off == ()
