"""A mentorship moves by allowed steps alone, replays to the same state, and says what is overdue."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.labels import LANGUAGES
from matching.records import MentorshipStep
from matching.training.facts import TrainingFacts
from matching.training.mentorship_life import AFTER, State, check_step, lives_of
from matching.training.pairing_records import people_to_pair
from matching.training.policy import read_training_policy
from training.programmes import AS_OF, BASE, step, step_lists

POLICY = read_training_policy()
S = MentorshipStep
DAY, END = dt.date(2024, 1, 10), dt.date(2024, 12, 31)
ALIVE = (
    step(1, S.PROPOSED, DAY),
    step(2, S.AGREED, DAY + dt.timedelta(5)),
    step(3, S.ACTIVATED, DAY + dt.timedelta(10)),
)


def life(*notes, as_of=AS_OF):
    return lives_of(TrainingFacts(BASE.replace(mentorship_notes=notes), as_of), policy=POLICY)["P-1"]


def refusals(note, *notes, **options):
    training = BASE.replace(mentorship_notes=notes)
    return [each.rule for each in check_step(training, note, policy=POLICY, most_default=3, **options)]


@settings(max_examples=200, deadline=None)
@given(step_lists(), st.randoms(use_true_random=False))
def test_a_life_replays_to_the_same_state_in_every_order_of_entry(notes, rng):
    shuffled = list(notes)
    rng.shuffle(shuffled)
    assert life(*notes, as_of=END) == life(*shuffled, as_of=END)


@settings(max_examples=200, deadline=None)
@given(step_lists())
def test_every_entry_either_counts_by_an_allowed_step_or_is_refused_with_a_rule(notes):
    found = life(*notes, as_of=END)
    assert len(found.notes) + len(found.refused) == len(notes)
    state = State.NEW
    for note in found.notes:
        state = AFTER[state, note.step]
    assert state is found.state
    for language in LANGUAGES:
        assert all(each.text(language=language) for each in found.refused)


@settings(max_examples=100, deadline=None)
@given(step_lists())
def test_a_form_that_asks_first_never_records_a_step_that_is_refused(notes):
    kept = []
    for note in notes:
        if not refusals(note, *kept):
            kept.append(note)
    if kept:
        assert life(*kept, as_of=END).refused == ()


def test_the_whole_way_from_proposal_to_close():
    notes = (*ALIVE, step(4, S.MEETING, DAY + dt.timedelta(30)), step(5, S.END_REVIEW, DAY + dt.timedelta(60)))
    assert life(*notes).state is State.REVIEWED
    assert life(*notes, step(6, S.CLOSED, DAY + dt.timedelta(70))).state is State.CLOSED
    assert life(*notes, step(6, S.REMATCHED, DAY + dt.timedelta(70))).state is State.REMATCHED
    assert life(*notes).meetings == 1


def test_closing_without_a_review_is_refused_with_the_rule_in_words():
    (refused,) = life(*ALIVE, step(4, S.CLOSED, DAY + dt.timedelta(20))).refused
    assert refused.rule == "review_wanted"
    assert "先做期满评价" in str(refused)


def test_what_is_overdue_is_named_with_its_day():
    found = life(*ALIVE)
    active = DAY + dt.timedelta(10)
    assert found.state is State.ACTIVE
    assert [(due.what, due.on) for due in found.overdue(AS_OF)] == [
        ("meeting", active + dt.timedelta(31)),
        ("mid_review", active + dt.timedelta(92)),
        ("end_review", active + dt.timedelta(184)),
    ]
    assert life(*ALIVE, as_of=active).overdue(active) == ()


def test_a_proposal_without_an_answer_is_overdue_and_a_declined_one_is_not():
    assert [due.what for due in life(ALIVE[0]).overdue(AS_OF)] == ["answer"]
    assert life(ALIVE[0], step(2, S.DECLINED, DAY + dt.timedelta(3))).due == ()


def test_a_mentor_who_is_full_cannot_agree_to_one_more():
    other = [
        dataclasses.replace(note, note_id=f"X-{k}", mentorship_id="P-2", person_id="K-02")
        for k, note in enumerate(ALIVE)
    ]
    assert refusals(other[1], *ALIVE, other[0]) == ["full"]
    assert refusals(other[1], other[0]) == []


def test_a_pair_inside_one_chain_of_command_is_refused_where_the_policy_forbids_it():
    proposal = step(1, S.PROPOSED, DAY, mentor="K-09")
    assert refusals(proposal) == ["chain"]
    assert refusals(proposal, chain_forbidden=False) == []


@pytest.mark.parametrize(
    ("note", "rule"),
    [
        (step(9, S.MEETING, DAY - dt.timedelta(1)), "earlier"),
        (step(9, S.MEETING, DAY + dt.timedelta(40), mentor="K-09"), "other_pair"),
        (step(9, S.PROPOSED, DAY + dt.timedelta(40)), "order"),
        (step(9, S.MEETING, DAY + dt.timedelta(40), person="K-77"), "unknown_person"),
    ],
)
def test_other_illegal_steps_are_refused_each_with_its_rule(note, rule):
    assert refusals(note, *ALIVE) == [rule]


def test_a_second_mid_review_is_refused():
    first = step(4, S.MID_REVIEW, DAY + dt.timedelta(90))
    assert refusals(step(5, S.MID_REVIEW, DAY + dt.timedelta(95)), *ALIVE, first) == ["repeated"]


def test_a_step_that_was_reversed_is_as_if_it_had_not_been():
    wrong = step(4, S.END_REVIEW, DAY + dt.timedelta(20))
    undo = dataclasses.replace(wrong, note_id="M-0005", step=S.MEETING, reverses="M-0004")
    assert life(*ALIVE, wrong).state is State.REVIEWED
    assert life(*ALIVE, wrong, undo).state is State.ACTIVE


LEFT = DAY + dt.timedelta(days=30)


def gone(*notes, cadre=LEFT, mentor=None):
    cadres = tuple(
        dataclasses.replace(each, left_on=cadre) if each.person_id == "K-01" else each for each in BASE.cadres
    )
    mentors = tuple(
        dataclasses.replace(each, left_on=mentor) if each.person_id == "D-01" else each for each in BASE.mentors
    )
    return BASE.replace(cadres=cadres, mentors=mentors, mentorship_notes=notes)


def life_of(training, day):
    return lives_of(TrainingFacts(training, day), policy=POLICY)["P-1"]


def test_who_has_left_takes_no_place_and_the_mentorship_is_to_be_closed_from_that_day_on():
    training = gone(*ALIVE)
    before, after = life_of(training, LEFT - dt.timedelta(days=1)), life_of(training, LEFT + dt.timedelta(days=1))
    assert (before.takes_a_place, before.is_open, before.left_on) == (True, True, None)
    assert (after.takes_a_place, after.is_open, after.state) == (False, False, State.ACTIVE)
    assert [(due.what, due.on) for due in after.overdue(LEFT + dt.timedelta(days=1))] == [("left", LEFT)]


@pytest.mark.parametrize("who", ["cadre", "mentor"])
@pytest.mark.parametrize("until", [1, 2, 3])
def test_after_one_has_left_the_mentorship_closes_from_every_state_without_a_review(who, until):
    training = gone(*ALIVE[:until], **{"cadre": None, who: LEFT})
    early = step(9, S.CLOSED, LEFT - dt.timedelta(days=1))
    late = step(9, S.CLOSED, LEFT)
    rules = {"policy": POLICY, "most_default": 3}
    assert [each.rule for each in check_step(training, early, **rules)] != []
    assert check_step(training, late, **rules) == ()
    closed = training.replace(mentorship_notes=(*training.mentorship_notes, late))
    assert life_of(closed, LEFT + dt.timedelta(days=1)).state is State.CLOSED
    assert life_of(closed, LEFT + dt.timedelta(days=1)).due == ()


def test_the_place_of_who_has_left_goes_to_the_next():
    next_one = step(9, S.AGREED, LEFT + dt.timedelta(days=2), pair="P-2", person="K-02")
    proposed = step(8, S.PROPOSED, LEFT + dt.timedelta(days=1), pair="P-2", person="K-02")
    rules = {"policy": POLICY, "most_default": 3}
    full = BASE.replace(mentorship_notes=(*ALIVE, proposed))
    assert [each.rule for each in check_step(full, next_one, **rules)] == ["full"]
    assert check_step(gone(*ALIVE, proposed), next_one, **rules) == ()
    people = people_to_pair(TrainingFacts(gone(*ALIVE), LEFT + dt.timedelta(days=1)))
    assert (people.mentors[0].mentor_id, people.mentors[0].carried) == ("D-01", 0)
