"""Whatever a trainer records can be corrected by reversal and taken back, and every figure comes out as before."""

import dataclasses
import datetime as dt
import itertools

import pytest

from matching.errors import MatchingError
from matching.records import CHINA, MentorshipStep, PlacementEntry, register
from matching.records.reversals import standing_facts
from matching.reports import render_growth_file
from matching.training.competence import current_levels
from matching.training.facts import TrainingFacts
from matching.training.mentorship_life import State, lives_of
from matching.training.policy import read_training_policy
from matching.widgets.correction_forms import RECORDED, standing_entries
from matching.widgets.records_board import RecordsBoard

NOW = dt.datetime(2024, 8, 22, 14, tzinfo=CHINA)


@pytest.fixture
def store(training_store):
    return training_store


def board_of(store, kind="assessments"):
    numbers = (f"E{number}" for number in itertools.count(1))
    return RecordsBoard(store, by="陈", kind=kind, now=lambda: NOW, tokens=lambda: next(numbers))


def pages(store, *people):
    """Everything that is shown of some cadres, worked out anew from the store."""
    training = store.load_training()
    return [render_growth_file(training, each, as_of=NOW.date()) for each in people]


def key_of(fact):
    return getattr(fact, next(register(name) for name in RECORDED if register(name).record is type(fact)).key)


CHANGES = {
    "attendances": {"hours": "0.5"},
    "assessments": {"level": "5", "evidence": "写错的依据"},
    "placement_notes": {"hours": "7.5", "text": "写错的日志"},
    "course_reviews": {"overall": "1"},
    "outcomes": {"detail": "写错的成果"},
    "mentorship_notes": {"text": "写错的谈话"},
}


@pytest.mark.parametrize("kind", RECORDED)
def test_a_correction_and_a_correction_of_it_leave_the_last_words_alone_standing(store, kind):
    board = board_of(store, kind)
    before = standing_entries(store.load_training(), kind)
    wrong = before[-1]
    form = board.correct(key_of(wrong))
    was = {field: form.state.shared[field] for field in CHANGES[kind]}
    for field, text in CHANGES[kind].items():
        form.type(field, text)
    keys = form.save()
    assert keys == form.save() != ()
    after = standing_entries(store.load_training(), kind)
    assert len(after) == len(before)
    assert [key for key in map(key_of, after) if key not in set(map(key_of, before))] == list(keys)
    again = board.correct(keys[0])
    for field, text in was.items():
        again.type(field, text)
    assert again.save() != ()
    said = [
        dataclasses.replace(each, **{register(kind).key: "", "reverses": None})
        for each in standing_entries(store.load_training(), kind)
    ]
    plain = [dataclasses.replace(each, **{register(kind).key: "", "reverses": None}) for each in before]
    for name in ("recorder", "by"):
        if hasattr(wrong, name):
            said, plain = ([dataclasses.replace(each, **{name: None}) for each in rows] for rows in (said, plain))
    assert sorted(map(repr, said)) == sorted(map(repr, plain))


@pytest.mark.parametrize("kind", RECORDED)
def test_what_is_taken_back_is_as_if_it_had_not_been_and_every_figure_is_restored(store, kind):
    board, people = board_of(store, kind), ("K-01", "K-05", "K-08")
    before = pages(store, *people)
    training = store.load_training()
    copied = (
        next(
            each
            for person in people
            for each in standing_entries(training, kind, about=person)
            if getattr(each, "step", MentorshipStep.MEETING) is MentorshipStep.MEETING
        )
        if kind != "outcomes"
        else training.outcomes[0]
    )
    extra = dataclasses.replace(
        copied,
        **{register(kind).key: "X-EXTRA"},
        **({"at": copied.at + dt.timedelta(minutes=1)} if kind == "mentorship_notes" else {}),
    )
    store.append([extra], by="陈", at=NOW)
    board.choose(kind)
    changed = pages(store, *people)
    assert board.take_back("X-EXTRA")
    assert pages(store, *people) == before
    assert extra not in standing_facts(store.load_training().rows(kind))
    with pytest.raises(MatchingError, match="没有仍有效的记录"):
        board.take_back("X-EXTRA")
    if kind in {"attendances", "mentorship_notes"}:
        assert changed != before


def test_a_new_assessment_is_entered_by_names_and_raises_the_level(store):
    board = board_of(store)
    form = (
        board.form.type("person_id", "K-05")
        .type("competency_id", "C-11")
        .type("level", "5")
        .type("evidence", "带出三个徒弟")
    )
    before = current_levels(TrainingFacts(store.load_training(), NOW.date()), "K-05").get("C-11", 0)
    assert form.save() == form.save() == ("A-E1",)
    assert current_levels(TrainingFacts(store.load_training(), NOW.date()), "K-05")["C-11"] == 5 > before
    board.take_back("A-E1")
    assert current_levels(TrainingFacts(store.load_training(), NOW.date()), "K-05").get("C-11", 0) == before


def test_a_correction_that_changes_nothing_is_not_kept(store):
    board = board_of(store)
    wrong = standing_entries(store.load_training(), "assessments")[-1]
    form = board.correct(key_of(wrong))
    assert form.save() == ()
    assert "没有可更正的" in str(form)
    assert len(store.load_training().assessments) == len(standing_entries(store.load_training(), "assessments"))


def test_a_step_of_a_mentorship_is_not_taken_back_from_under_later_ones(store):
    board = board_of(store, "mentorship_notes")
    lives = lives_of(TrainingFacts(store.load_training(), NOW.date()), policy=read_training_policy())
    life = next(each for each in lives.values() if each.state is State.ACTIVE and each.meetings)
    agreed = next(each for each in life.notes if each.step is MentorshipStep.AGREED)
    with pytest.raises(MatchingError, match="现在是“已提出”"):
        board.take_back(agreed.note_id)
    form = board.correct(agreed.note_id).type("step", "期满评价")
    assert form.save() == ()
    meeting = life.notes[-1]
    if meeting.step is MentorshipStep.MEETING:
        board.take_back(meeting.note_id)
        after = lives_of(TrainingFacts(store.load_training(), NOW.date()), policy=read_training_policy())[
            life.mentorship_id
        ]
        assert after.meetings == life.meetings - 1


def test_a_days_log_is_entered_and_what_the_browser_asks_goes_the_same_way(store):
    board = board_of(store)
    board._top._hear(None, {"do": "kind", "value": "placement_notes"}, None)
    placement = store.load_training().placements[0]
    board.form.type("placement_id", placement.placement_id).type("entry", "跟班日志").type("text", "随书记走访").type(
        "hours", "三"
    )
    (key,) = board.form.save()
    note = next(each for each in store.load_training().placement_notes if each.note_id == key)
    assert (note.entry, note.hours, note.date) == (PlacementEntry.LOG, 3.0, NOW.date())
    for message in ({}, {"do": "kind", "value": "cadres"}, {"do": "entry", "value": "nobody"}, {"do": "correct"}):
        board._top._hear(None, message, None)
    board._top._hear(None, {"do": "entry", "value": key}, None)
    board._top._hear(None, {"do": "take_back"}, None)
    assert key in board.said
    assert "已撤回" in board.said
