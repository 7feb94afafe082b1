"""The figures of a whole cohort, worked out on columns, are those of each person by themselves, worked out on records."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.records import CHINA, Cadre, Placement, PlacementEntry, PlacementNote, TrainingRecords
from matching.records.reversals import undo_of
from matching.records.training_columns import COLUMN_NAMES, TrainingColumns
from matching.samples import make_training
from matching.store import open_store
from matching.training.competence import gaps_of, present_cadres
from matching.training.facts import TrainingFacts
from matching.training.hours import standings_of
from matching.training.policy import read_training_policy
from matching.training.progress import REGISTERS, progress_table, read_progress
from training.programmes import AS_OF, BASE, assessed, attended, course, window

POLICY = read_training_policy()
MARCH = dt.date(2024, 3, 12)
CADRES = (
    Cadre(person_id="K-01", name="周小苗", post_kind="社区工作者", is_party_member=True),
    Cadre(person_id="K-02", name="李青", post_kind="社区工作者", joined_on=dt.date(2024, 2, 15)),
    Cadre(person_id="K-03", name="吴县", post_kind="县处级及以上", is_party_member=True),
    Cadre(person_id="K-04", name="没有规定", post_kind="别的岗位"),
    Cadre(person_id="K-05", name="已走", post_kind="社区工作者", left_on=dt.date(2024, 6, 30)),
)
COURSES = (
    *BASE.courses,
    course(6, MARCH, hours=6.0, windows=(window(MARCH, 8), window(MARCH, 14), window(MARCH + dt.timedelta(1), 9))),
    dataclasses.replace(course(7, dt.date(2023, 12, 30), windows=(window(dt.date(2023, 12, 30)), window(dt.date(2024, 1, 3))), category="政治理论"), hours=None),
    course(8, MARCH, start=9.5, hours=2.0, days=None, category=None),
)  # fmt: skip
DAYS = st.sampled_from([None, dt.date(2023, 12, 30), dt.date(2024, 1, 3), MARCH, MARCH + dt.timedelta(1), dt.date(2024, 5, 6), dt.date(2024, 9, 1)])  # fmt: skip
PEOPLE = st.sampled_from([*(each.person_id for each in CADRES), "K-99"])


def keyed(facts, name):
    return tuple(dataclasses.replace(each, **{name: f"F-{at:02d}"}) for at, each in enumerate(facts))


@st.composite
def with_corrections(draw, facts, key):
    """Some facts are undone, some corrected with other words, some corrections undone again."""
    made = list(facts)
    for fact in list(made):
        what = draw(st.sampled_from(["keep", "keep", "undo", "correct", "undo twice"]))
        name = getattr(fact, key)
        if what == "correct":
            made.append(dataclasses.replace(fact, **{key: f"C{name}", "reverses": name, "note": "更正"}))
        elif what != "keep":
            made.append(undo_of(fact, f"U{name}"))
            if what == "undo twice":
                made.append(undo_of(made[-1], f"V{name}"))
    return tuple(draw(st.permutations(made)))


@st.composite
def programmes(draw):
    rows = draw(st.lists(st.tuples(PEOPLE, DAYS, st.sampled_from([None, 0.0, 1.0, 2.5, 3.0, 7.0]), st.sampled_from([None, 0.5, 2.0])), max_size=12))  # fmt: skip
    ids = st.sampled_from([*(each.course_id for each in COURSES), "T-404"])
    came = keyed([attended(0, draw(ids), who, day, hours, leave_hours=leave) for who, day, hours, leave in rows], "attendance_id")  # fmt: skip
    judged = keyed(
        [
            assessed(0, draw(PEOPLE), draw(st.integers(1, 5)), draw(DAYS), competency_id=draw(st.sampled_from(["C-1", "C-2", "C-404"])), evidence=draw(st.sampled_from([None, "　", "看过"])))
            for _ in range(draw(st.integers(0, 10)))
        ],
        "assessment_id",
    )  # fmt: skip
    placements = tuple(
        Placement(placement_id=f"B-{at}", person_id=draw(PEOPLE), start=draw(DAYS), end=draw(DAYS), hours=draw(st.sampled_from([None, 24.0])))
        for at in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    notes = tuple(
        PlacementNote(note_id=f"J-{at}", placement_id=each.placement_id, entry=draw(st.sampled_from(list(PlacementEntry))), date=draw(DAYS))
        for at, each in enumerate(placements)
    )  # fmt: skip
    return BASE.replace(
        cadres=CADRES, courses=COURSES, placements=placements, placement_notes=notes,
        attendances=draw(with_corrections(came, "attendance_id")), assessments=draw(with_corrections(judged, "assessment_id")),
    )  # fmt: skip


def same(row, facts, cadre):
    """Compare a row of the cohort with the figures of one person by themselves."""
    alone = standings_of(facts, cadre, policy=POLICY)
    assert [each.rule.name for each in row.standings] == [each.rule.name for each in alone]
    for mine, own in zip(row.standings, alone, strict=True):
        assert (mine.done, mine.days_done, mine.owed, mine.forecast) == pytest.approx((own.done, own.days_done, own.owed, own.forecast))  # fmt: skip
        assert (mine.is_met, mine.start, mine.end) == (own.is_met, own.start, own.end)
    assert row.levels_missing == sum(gap.size for gap in gaps_of(facts, cadre))


@settings(max_examples=150, deadline=None)
@given(programmes(), st.sampled_from([AS_OF, MARCH, dt.date(2024, 1, 1), dt.date(2025, 1, 1)]))
def test_a_cohort_at_once_has_the_figures_of_each_person_alone(training, as_of):
    facts = TrainingFacts(training, as_of)
    rows = read_progress(training, as_of=as_of)
    assert [row.cadre for row in rows] == list(present_cadres(facts))
    for row in rows:
        same(row, facts, row.cadre)


def test_the_sample_has_the_same_figures_on_columns_and_on_records():
    training = make_training(cadres=60)
    for as_of in (AS_OF, dt.date(2023, 12, 31)):
        facts = TrainingFacts(training, as_of)
        for row in read_progress(training, as_of=as_of):
            same(row, facts, row.cadre)


@settings(max_examples=25, deadline=None)
@given(programmes())
def test_columns_read_from_a_store_are_those_of_its_records(tmp_path_factory, training):
    with open_store(tmp_path_factory.mktemp("store") / "a.db", create=True) as store:
        store.import_training(training, by="某", at=dt.datetime(2024, 7, 31, 20, tzinfo=CHINA))
        columns = store.load_training_columns(only=REGISTERS)
        records = store.load_training(only=(*REGISTERS, *COLUMN_NAMES))
    assert columns == TrainingColumns.of(records)
    table = progress_table(read_progress(columns, as_of=AS_OF), columns.training)
    assert table.equals(progress_table(read_progress(records, as_of=AS_OF), records))


def test_an_empty_programme_has_no_rows():
    assert read_progress(TrainingRecords(), as_of=AS_OF) == ()
    assert len(read_progress(BASE, as_of=AS_OF)) == 2
