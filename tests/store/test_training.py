"""The training of cadres is kept in the same store and by the same rules, apart from the district."""

import dataclasses
import datetime as dt

import pytest

from matching.errors import ChangedFactError
from matching.records import (
    CHINA,
    TRAINING_REGISTERS,
    Attendance,
    Cadre,
    Course,
    CourseForm,
    Mentor,
    MentorshipNote,
    MentorshipStep,
    TrainingRecords,
    chain_above,
)
from matching.records.reversals import undo_of
from matching.records.training_columns import COLUMN_NAMES, TrainingColumns
from matching.reports import render_growth_file
from matching.roster import read_training_files, write_folder, write_template, write_workbook
from matching.samples import make_training
from matching.store import open_store
from matching.training.progress import REGISTERS, read_progress

AT = dt.datetime(2024, 7, 1, 9, tzinfo=CHINA)
TRAINING = TrainingRecords(
    cadres=(
        Cadre(person_id="K-01", name="周小苗", reports_to="D-01"),
        Cadre(person_id="K-02", name="李青", reports_to="K-01"),
    ),
    mentors=(Mentor(person_id="D-01", name="王敏", strengths=("群众工作",), most_mentees=2),),
    courses=(
        Course(course_id="T-001", name="居民议事", form=CourseForm.LECTURE, hours=3.0, competencies=("居民议事",)),
    ),
    attendances=(
        Attendance(attendance_id="S-1", course_id="T-001", person_id="K-01", date=dt.date(2024, 3, 12), hours=3.0),
    ),
    mentorship_notes=(
        MentorshipNote(
            note_id="M-1", mentorship_id="P-1", person_id="K-02", mentor_id="D-01", step=MentorshipStep.PROPOSED, at=AT
        ),
    ),
)


def test_what_was_imported_is_loaded_and_the_district_knows_nothing_of_it(tmp_path):
    with open_store(tmp_path / "a.db", create=True) as store:
        before = store.load_community().fingerprint()
        store.import_training(TRAINING, by="某", at=AT)
        assert store.load_training() == TRAINING
        assert store.load_community().fingerprint() == before
        assert store.import_training(TRAINING, by="某", at=AT).batch_id is None


def test_a_store_is_read_as_it_was_before_a_fact_was_recorded(tmp_path):
    with open_store(tmp_path / "a.db", create=True) as store:
        store.import_training(TRAINING, by="某", at=AT)
        more = Attendance(
            attendance_id="S-2", course_id="T-001", person_id="K-02", date=dt.date(2024, 3, 12), hours=3.0
        )
        store.append([more], by="某", at=AT + dt.timedelta(days=1))
        assert store.load_training().attendances == (*TRAINING.attendances, more)


def test_an_attendance_is_never_changed(tmp_path):
    with open_store(tmp_path / "a.db", create=True) as store:
        store.import_training(TRAINING, by="某", at=AT)
        with pytest.raises(ChangedFactError, match="S-1"):
            store.append([dataclasses.replace(TRAINING.attendances[0], hours=9.0)], by="某", at=AT)


@pytest.mark.parametrize("write", [write_workbook, write_folder])
def test_what_is_written_is_read_back_equal(tmp_path, write):
    target = tmp_path / "培训.xlsx" if write is write_workbook else tmp_path / "培训"
    write(TRAINING, target, show_personal=True)
    read = read_training_files(target)
    assert read == TRAINING
    assert [problem for problem in read.problems if problem.severity.value != "note"] == []


def test_the_template_of_training_reads_as_empty(tmp_path):
    write_template(tmp_path / "空表.xlsx", registers=TRAINING_REGISTERS)
    assert read_training_files(tmp_path / "空表.xlsx") == TrainingRecords()


def test_the_chain_of_command_is_walked_to_its_end_and_a_circle_once():
    assert chain_above(TRAINING.people["K-02"], TRAINING.people) == ("K-01", "D-01")
    round_ = {
        "K-1": Cadre(person_id="K-1", name="甲", reports_to="K-2"),
        "K-2": Cadre(person_id="K-2", name="乙", reports_to="K-1"),
    }
    assert chain_above(round_["K-1"], round_) == ("K-2",)


def test_one_persons_facts_give_the_same_growth_file_as_all_facts(tmp_path):
    training = make_training(cadres=40)
    with open_store(tmp_path / "a.db", create=True) as store:
        store.import_training(training, by="某", at=AT)
        for person_id in ("K-01", "K-03", "K-21"):
            one = store.load_training(person_id=person_id)
            assert {each.person_id for each in one.attendances} <= {person_id}
            day = dt.date(2024, 7, 31)
            assert render_growth_file(one, person_id, as_of=day) == render_growth_file(training, person_id, as_of=day)
        nobody = store.load_training(person_id="K-99")
        assert (nobody.cadres, nobody.attendances) == ((), ())


def test_columns_of_a_programme_are_those_of_its_records_and_give_the_same_progress(store):
    training = make_training(cadres=20)
    store.import_training(training, by="某", at=AT)
    wrong, other = training.attendances[3], training.assessments[9]
    moved = dataclasses.replace(training.placement_notes[0], note_id="J-X", date=dt.date(2024, 7, 30), reverses=training.placement_notes[0].note_id)  # fmt: skip
    corrected = dataclasses.replace(wrong, attendance_id="X-1", reverses=wrong.attendance_id, hours=0.5)
    store.append([corrected, undo_of(other, "X-2"), moved], by="某", at=AT + dt.timedelta(days=1))
    columns, records = store.load_training_columns(only=REGISTERS), store.load_training()
    assert columns == TrainingColumns.of(store.load_training(only=(*REGISTERS, *COLUMN_NAMES)))
    assert len(columns.attendances["hours"]) == len(training.attendances) - sum(each.reverses is not None for each in training.attendances)  # fmt: skip
    for day in (dt.date(2024, 7, 31), dt.date(2024, 1, 31)):
        assert read_progress(columns, as_of=day) == read_progress(records, as_of=day)
    before = store.load_training_columns(only=REGISTERS, as_of=store.batches()[0].recorded_at)
    assert len(before.assessments["level"]) == len(columns.assessments["level"]) + 1


def test_the_last_day_of_training_is_found_without_reading_the_records(store):
    assert store.last_training_day(until=dt.date(2024, 7, 31)) is None
    training = make_training(cadres=20)
    store.import_training(training, by="某", at=AT)
    for until in (dt.date(2024, 7, 31), dt.date(2023, 10, 1)):
        days = [each.date for each in (*training.attendances, *training.assessments) if each.date]
        days += [each.at.date() for each in training.mentorship_notes]
        assert store.last_training_day(until=until) == max(day for day in days if day <= until)
