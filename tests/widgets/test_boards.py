"""The trainer's boards on a store: what is entered is kept once, shown at once, corrected by reversal, refused by the rules."""

import datetime as dt
import itertools

import pytest

from matching.errors import MatchingError
from matching.records import CHINA, MentorshipStep
from matching.store import open_store
from matching.training.facts import TrainingFacts
from matching.training.hours import standings_of
from matching.training.policy import read_training_policy
from matching.widgets.pairing_board import PairingBoard, overdue_table, pairing_board
from matching.widgets.programme import SAMPLE_NOW, open_programme
from matching.widgets.training_board import TrainingBoard, entries_of

NOW = dt.datetime(2024, 8, 22, 14, tzinfo=CHINA)


@pytest.fixture
def store(training_store):
    return training_store


def board_of(store):
    numbers = (f"E{number}" for number in itertools.count(1))
    return TrainingBoard(store, by="陈", now=lambda: NOW, tokens=lambda: next(numbers))


def done_by(store, person_id):
    facts = TrainingFacts(store.load_training(), NOW.date())
    return standings_of(facts, facts.training.person(person_id), policy=read_training_policy())[0].done


def test_todays_course_is_open_and_attendance_is_kept_once_and_shown(store):
    board = board_of(store)
    before = done_by(store, "K-05")
    assert board.form.spec.title == "签到：未诉先办工作坊（4 学时）"
    board.form.type("hours", "4", row="K-05").type("hours", "3", row="K-06")
    picture = board._top.page
    assert board.form.save() == board.form.save() == ("S-T-034-E1-K-05", "S-T-034-E1-K-06")
    assert len(entries_of(store.load_training(), "T-034")) == 2
    assert done_by(store, "K-05") == before + 4
    assert board._top.page != picture
    assert "已记入 2 条" in str(board._top.page["blocks"])


def test_a_correction_reverses_and_restores_every_figure(store):
    board = board_of(store)
    before = done_by(store, "K-05")
    board.form.type("hours", "4", row="K-05").save()
    correction = board.correct("S-T-034-E1-K-05")
    assert correction.state.shared["hours"] == "4"
    correction.type("hours", "1").save()
    assert done_by(store, "K-05") == before + 1
    assert [each.reverses for each in entries_of(store.load_training(), "T-034")] == ["S-T-034-E1-K-05"]
    board.correct(correction.state.keys[0]).type("hours", "0").save()
    assert done_by(store, "K-05") == before
    entries = entries_of(store.load_training(), "T-034")
    assert [(each.hours, each.reverses) for each in entries] == [(0, "S-T-034-E1-K-05")]
    assert len([each for each in store.load_training().attendances if each.course_id == "T-034"]) == 4


def test_an_entry_that_was_corrected_cannot_be_corrected_again(store):
    board = board_of(store)
    board.form.type("hours", "4", row="K-05").save()
    board.correct("S-T-034-E1-K-05").type("hours", "1").save()
    with pytest.raises(MatchingError, match="没有仍有效的签到"):
        board.correct("S-T-034-E1-K-05")
    board._do("entry", "S-T-034-E1-K-05", {})
    board._do("correct", "", {})
    assert "没有仍有效的签到" in str(board._top.page["blocks"])


def test_another_course_opens_its_own_sheet(store):
    board = board_of(store)
    board._do("course", "T-033", {})
    assert board.form.spec.title.startswith("签到：热线数据看苗头")
    assert len(board.children) == 4


def test_a_pair_is_forbidden_and_brought_back(store):
    board = PairingBoard(store, by="陈", now=lambda: NOW)
    pair = board.state.pair
    assert pair == board.state.pairing.pairs[0]
    assert "有变" in board.change("forbid", reason="同一小区长大")
    assert pair not in board.state.pairing.pairs
    assert "同一小区长大" in board.look_at(*pair)
    board.undo()
    assert pair in board.state.pairing.pairs
    board.undo()
    assert pair in board.state.pairing.pairs


def test_what_the_browser_asks_goes_the_same_way(store):
    board = PairingBoard(store, by="陈", now=lambda: NOW)
    pair = board.state.pair
    board._top._hear(None, {"do": "forbid", "inputs": {"reason": "x"}}, None)
    assert board.state.pairing.wishes.forbidden == {pair: "x"}
    board._top._hear(None, {"do": "aim", "value": "stable"}, None)
    assert board.state.pairing.objective == "stable"
    before = board.state
    for message in (
        {},
        {"do": "rm -rf"},
        {"do": "mentor", "value": "D-99"},
        {"do": "cadre", "value": "<b>"},
        {"do": "forbid", "inputs": [1]},
    ):
        board._top._hear(None, message, None)
    assert board.state.pairing.objective == before.pairing.objective
    board._top._hear(None, {"do": "undo"}, None)


def test_a_proposal_goes_on_record_once_and_takes_its_seats(store):
    board = PairingBoard(store, by="陈", now=lambda: NOW)
    pairs = board.state.pairing.pairs
    notes = len(store.load_training().mentorship_notes)
    assert f"已记入 {len(pairs)} 条" in board.record(MentorshipStep.PROPOSED)
    assert len(store.load_training().mentorship_notes) == notes + len(pairs)
    assert board.state.pairing.pairs == ()
    assert "已记入 1 条" in board.record(MentorshipStep.AGREED, pairs=pairs[:1])
    refused = board.record(MentorshipStep.MEETING, pairs=pairs[:1])
    assert len(store.load_training().mentorship_notes) == notes + len(pairs) + 1
    assert "谈话" in refused


def test_a_meeting_is_logged_and_no_longer_overdue(store):
    board = PairingBoard(store, by="陈", now=lambda: NOW)
    late = overdue_table(TrainingFacts(store.load_training(), NOW.date()))
    meeting = late[late["该办的事"].str.contains("谈")].iloc[0]["结对编号"]
    board._bottom._hear(None, {"do": "mentorship", "value": meeting}, None)
    assert board.form.type("step", "谈话").type("text", "谈了物业协商").save()
    after = overdue_table(TrainingFacts(store.load_training(), NOW.date()))
    assert len(after[(after["结对编号"] == meeting) & after["该办的事"].str.contains("谈")]) == 0
    assert len(late) == len(after) + 1


def test_a_step_that_the_rules_refuse_is_not_saved_and_says_why(store):
    board = PairingBoard(store, by="陈", now=lambda: NOW)
    notes = len(store.load_training().mentorship_notes)
    assert board.form.type("step", "提出结对").save() == ()
    assert "没有保存" in str(board.form)
    assert len(store.load_training().mentorship_notes) == notes


def test_boards_speak_english_too(store):
    assert "Training board" in str(TrainingBoard(store, by="Chen", now=lambda: NOW, language="en")._top.page)
    assert "Pairing mentors" in str(PairingBoard(store, by="Chen", now=lambda: NOW, language="en")._top.page)


def test_a_store_without_a_programme_shows_what_is_lacking(tmp_path):
    with open_store(tmp_path / "empty.db", create=True) as empty:
        assert TrainingBoard(empty, by="陈", now=lambda: NOW).form is None
        assert "还没有干部或导师" in str(pairing_board(empty, by="陈", now=lambda: NOW).page)


def test_what_is_served_is_opened_and_a_workbook_is_left_alone(tmp_path, monkeypatch):
    sample = open_programme()
    assert (sample.is_sample, sample.now()) == (True, SAMPLE_NOW)
    assert len(sample.store.load_training().cadres) == 34
    sample.store.close()
    open_store(tmp_path / "own.db", create=True).close()
    monkeypatch.setenv("MATCHING_SOURCE", str(tmp_path / "own.db"))
    own = open_programme()
    assert not own.is_sample
    assert own.now().tzinfo is not None
    assert own.store.load_training().cadres == ()
    own.store.close()
