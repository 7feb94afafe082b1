"""Pairing: nobody is left out where all can be served, no forbidden pair is made, and every number can be checked."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError, UnknownNameError
from matching.records import WeeklySlot
from matching.tables import data_path
from matching.training.pairing import Pairing, pair_mentors
from matching.training.pairing_choice import Wishes
from matching.training.pairing_fit import PairRule, fit_pairs
from matching.training.pairing_people import Mentee, Mentor, PastEnd, People, ancestors
from matching.training.pairing_policy import PARTS, read_pairing_policy
from matching.training.pairing_why_not import why_not_pair

SKILLS = ("群众工作", "应急处置", "项目策划")


@st.composite
def some_people(draw, most=4):
    def levels():
        return {name: draw(st.integers(0, 5)) for name in SKILLS if draw(st.booleans())}

    mentees = tuple(
        Mentee(
            cadre_id=f"C-{at}", name=f"学员{at}", community=draw(st.sampled_from(["光耀路社区", "平原社区", None])),
            lacks={name: (max(level - 2, 0), level) for name, level in levels().items() if level},
            free=tuple(WeeklySlot(day, 540, 660) for day in draw(st.sets(st.integers(0, 3)))), wanted=draw(st.integers(0, 2)),
        )
        for at in range(draw(st.integers(1, most)))
    )  # fmt: skip
    mentors = tuple(
        Mentor(
            mentor_id=f"M-{at}", name=f"导师{at}", community=draw(st.sampled_from(["光耀路社区", "平原社区", None])),
            shown=levels(), free=tuple(WeeklySlot(day, 600, 720) for day in draw(st.sets(st.integers(0, 3)))),
            most=draw(st.integers(0, 2)), carried=draw(st.integers(0, 1)),
        )
        for at in range(draw(st.integers(1, most)))
    )  # fmt: skip
    everybody = [each.cadre_id for each in mentees] + [each.mentor_id for each in mentors]
    bosses = {person: draw(st.sampled_from(everybody)) for person in everybody if draw(st.booleans())}
    ends = {
        (ours.cadre_id, theirs.mentor_id): draw(st.sampled_from(list(PastEnd)))
        for ours in mentees for theirs in mentors if draw(st.integers(0, 5)) == 0
    }  # fmt: skip
    return People(mentees=mentees, mentors=mentors, reports_to=bosses, past=ends)


def is_in_chain(people, cadre, mentor):
    """Follow the register one step at a time, from both ends."""
    for low, high in ((cadre, mentor), (mentor, cadre)):
        at = low
        for _ in range(20):
            at = people.reports_to.get(at)
            if at == high:
                return True
    return False


def best_by_hand(pairing):
    """Try every choice of pairs: served cadres first, then pairs, then fit."""
    fit, people = pairing.fit, pairing.people
    score, best = fit.score(), None
    pairs = [tuple(pair) for pair in np.argwhere(fit.allowed)]
    for size in range(len(pairs) + 1):
        for chosen in itertools.combinations(pairs, size):
            rows, columns = [row for row, _ in chosen], [column for _, column in chosen]
            if any(rows.count(at) > each.wanted for at, each in enumerate(people.mentees)):
                continue
            if any(columns.count(at) > each.seats for at, each in enumerate(people.mentors)):
                continue
            value = (len(set(rows)), size, sum(score[pair] for pair in chosen))
            if best is None or value[:2] > best[:2] or (value[:2] == best[:2] and value[2] > best[2] + 1e-12):
                best = value
    return best


@settings(max_examples=80)
@given(some_people(most=3))
def test_as_many_as_can_be_are_served_and_then_the_fit_is_highest(people):
    pairing = pair_mentors(people)
    served, pairs, total = best_by_hand(pairing)
    got = (len({cadre for cadre, _ in pairing.pairs}), len(pairing.pairs))
    assert got[0] == served
    if all(each.wanted <= 1 for each in people.mentees) or got[0] == sum(each.wanted > 0 for each in people.mentees):
        assert got[1] == pairs
        assert pairing.choice.total == pytest.approx(total)
    assert pairing.choice.gap == 0


@pytest.mark.parametrize("objective", ["total", "stable"])
@given(people=some_people())
def test_capacity_and_chain_of_command_are_never_broken(objective, people):
    pairing = pair_mentors(people, objective=objective)
    for at, mentor in enumerate(people.mentors):
        assert pairing.choice.chosen[:, at].sum() + mentor.carried <= max(mentor.most, mentor.carried)
    for at, mentee in enumerate(people.mentees):
        assert pairing.choice.chosen[at].sum() <= mentee.wanted
    for cadre, mentor in pairing.pairs:
        assert not is_in_chain(people, cadre, mentor)
        assert people.past.get((cadre, mentor), PastEnd.KEPT) is PastEnd.KEPT


@given(some_people())
def test_a_stable_pairing_has_no_pair_who_would_both_rather_have_each_other(people):
    pairing = pair_mentors(people, objective="stable")
    fit, chosen = pairing.fit, pairing.choice.chosen
    ours, theirs = fit.score("cadre_weight"), fit.score("mentor_weight")
    for row, column in np.argwhere(fit.allowed & ~chosen):
        mine, led = np.flatnonzero(chosen[row]), np.flatnonzero(chosen[:, column])
        wanted, seats = people.mentees[row].wanted, people.mentors[column].seats
        cadre_gains = wanted > 0 and (len(mine) < wanted or ours[row, mine].min() < ours[row, column])
        mentor_gains = seats > 0 and (len(led) < seats or theirs[led, column].min() < theirs[row, column])
        assert not (cadre_gains and mentor_gains)
    assert pairing.choice.blocking == ()


@given(some_people())
def test_the_parts_of_every_pair_add_up_to_its_fit(people):
    pairing = pair_mentors(people)
    score = pairing.fit.score()
    for row, mentee in enumerate(people.mentees):
        for column, mentor in enumerate(people.mentors):
            told = pairing.explain(mentee.cadre_id, mentor.mentor_id)
            assert told.score == pytest.approx(score[row, column])
            assert all(0 <= part.value <= 1 and part.evidence for part in told.parts)
            assert bool(told.blocked) is not bool(pairing.fit.allowed[row, column])


@given(some_people(), st.data())
def test_why_not_tells_the_exact_loss_of_forcing_a_pair(people, data):
    pairing = pair_mentors(people)
    cadre = data.draw(st.sampled_from(people.mentees)).cadre_id
    mentor = data.draw(st.sampled_from(people.mentors)).mentor_id
    told = why_not_pair(pairing, cadre, mentor)
    assert told.sentence
    if told.verdict in {"worse", "equal"}:
        forced = pairing.replan(pin=[(cadre, mentor)])
        assert (cadre, mentor) in forced.pairs
        assert told.loss == pytest.approx(pairing.choice.total - forced.choice.total)
        assert told.pairs_lost == len(pairing.pairs) - len(forced.pairs)
        assert {move.cadre_id for move in told.moves} == {move.cadre_id for move in forced.changes_from(pairing).moves}
        assert told.loss >= -1e-9 or told.pairs_lost > 0 or len(set(dict(forced.pairs))) < len(set(dict(pairing.pairs)))
    else:
        assert (told.verdict == "chosen") is ((cadre, mentor) in pairing.pairs)


@given(some_people())
def test_forbidding_a_pair_unmakes_it_and_letting_it_go_brings_the_fit_back(people):
    pairing = pair_mentors(people)
    for pair in pairing.pairs[:1]:
        without = pairing.replan(forbid=[pair], reason="回避")
        assert pair not in without.pairs
        assert why_not_pair(without, *pair).verdict == "forbidden"
        assert "回避" in why_not_pair(without, *pair).sentence
        assert without.replan(free=[pair]).choice.total == pytest.approx(pairing.choice.total)


def three_and_two():
    lacks = {"A": (1, 3)}
    return People(
        mentees=tuple(Mentee(cadre_id=f"C-{at}", name=f"学员{at}", community="平原社区", lacks=lacks) for at in range(3)),
        mentors=(
            Mentor(mentor_id="M-1", name="张导", community="平原社区", shown={"A": 5}, most=2),
            Mentor(mentor_id="M-2", name="李导", community="星光社区", shown={"A": 2}, most=1),
        ),
        reports_to={"C-0": "B-1", "B-1": "M-2"},
        competencies={"A": "群众工作"},
    )  # fmt: skip


def test_one_mentor_may_lead_several():
    pairing = pair_mentors(three_and_two())
    assert pairing.unmatched == ()
    assert [mentor for _, mentor in pairing.pairs].count("M-1") == 2
    assert dict(pairing.pairs)["C-0"] == "M-1"  # M-2 is above C-0 by two steps
    assert list(pairing.load_table(language="en")["more"]) == [2, 1]


def test_one_cadre_may_have_several_mentors_but_only_when_everybody_has_one():
    people = three_and_two()
    wanting = People(
        mentees=tuple(Mentee(cadre_id=each.cadre_id, name=each.name, lacks=each.lacks, wanted=2) for each in people.mentees),
        mentors=(*people.mentors, Mentor(mentor_id="M-3", name="王导", most=2)),
    )  # fmt: skip
    pairing = pair_mentors(wanting)
    got = {each.cadre_id: len(pairing.mentors_of(each.cadre_id)) for each in wanting.mentees}
    assert sorted(got.values()) == [1, 2, 2]


def test_the_reason_is_said_in_words():
    pairing = pair_mentors(three_and_two())
    assert "能带“群众工作”（要求 3 级，本人 1 级，导师 5 级）" in str(pairing.explain("C-0", "M-1"))
    blocked = why_not_pair(pairing, "C-0", "M-2")
    assert blocked.verdict == "blocked"
    assert "C-0 → B-1 → M-2" in blocked.sentence
    english = pairing.explain("C-0", "M-1", language="en")
    assert english.parts[0].evidence == "leads in 群众工作 (required 3, assessed 1, mentor 5)"


def test_who_is_left_without_a_mentor_is_told_why():
    people = three_and_two()
    pairing = pair_mentors(people, wishes=Wishes(absent=frozenset({"M-1"})))
    assert len(pairing.unmatched) == 2
    told = dict(pairing.unmatched_table().iloc[:, [0, 2]].itertuples(index=False, name=None))
    assert "1 位名额" not in told["C-0"]
    assert told == {
        name: "能带的导师有 2 位，名额都给了别人" if name != "C-0" else "能带的导师有 1 位，名额都给了别人"
        for name in told
    }


def test_a_pin_that_breaks_a_rule_is_refused():
    people = three_and_two()
    with pytest.raises(CallError, match="C-0, M-2 cannot be pinned: it breaks the rule 'chain'"):
        pair_mentors(people, wishes=Wishes(pinned=frozenset({("C-0", "M-2")})))
    with pytest.raises(CallError, match="M-2 has 1 seats and more pins"):
        pair_mentors(people, wishes=Wishes(pinned=frozenset({("C-1", "M-2"), ("C-2", "M-2")})))
    with pytest.raises(CallError, match="M-1 takes no part"):
        pair_mentors(people, wishes=Wishes(pinned=frozenset({("C-1", "M-1")}), absent=frozenset({"M-1"})))


def test_bad_calls_are_refused():
    people = three_and_two()
    with pytest.raises(CallError, match="objective must be one of"):
        pair_mentors(people, objective="best")
    with pytest.raises(CallError, match="needs cadres and mentors"):
        pair_mentors(People(mentees=(), mentors=people.mentors))
    with pytest.raises(UnknownNameError, match="no cadre 'C-9'"):
        pair_mentors(people).explain("C-9", "M-1")
    with pytest.raises(UnknownNameError, match="no mentor 'M-9'"):
        pair_mentors(people).replan(absent=["M-9"])
    with pytest.raises(CallError, match="'C-0' is there twice"):
        People(mentees=people.mentees + people.mentees[:1], mentors=people.mentors)


def test_the_chain_may_be_allowed_by_the_policy():
    people = three_and_two()
    policy = read_pairing_policy().replace(chain_forbidden=0)
    assert not fit_pairs(people, policy).broken[PairRule.CHAIN].any()


def test_weights_are_a_table_that_sums_to_one():
    policy = read_pairing_policy()
    for side in ("weight", "cadre_weight", "mentor_weight"):
        assert policy.weights_of(side).sum() == pytest.approx(1)
    only_near = policy.weighted(gap=0, availability=0, load=0, past=0)
    assert dict(zip(PARTS, only_near.weights_of(), strict=True))["place"] == 1
    with pytest.raises(UnknownNameError, match="no parts"):
        policy.weighted(charm=1)


def test_a_circle_in_the_register_ends():
    assert ancestors("A", {"A": "B", "B": "C", "C": "B"}) == ("B", "C")


@given(some_people())
def test_changes_name_exactly_those_whose_mentors_change(people):
    one, other = pair_mentors(people), pair_mentors(people, objective="stable")
    moves = {move.cadre_id for move in other.changes_from(one).moves}
    assert moves == {
        each.cadre_id for each in people.mentees if set(one.mentors_of(each.cadre_id)) != set(other.mentors_of(each.cadre_id))
    }  # fmt: skip
    assert isinstance(one, Pairing)
    assert len(one.changes_from(one)) == 0


def test_every_number_of_the_policy_is_described():
    described = (data_path("policies") / "README.md").read_text(encoding="utf-8")
    for name in read_pairing_policy().numbers:
        assert f"`{name}`" in described, name
