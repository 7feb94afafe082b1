"""What people ask of plans that are empty, have lost needs and partners, or are full of words that nobody meant to be read."""

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from matching.planning import score, solve
from matching.records import Community, Urgency
from planning.districts import AS_OF, GRIDS, districts, need, volunteer


def barbers(*numbers, **fields):
    return tuple(volunteer(k, "理发", **fields) for k in numbers)


def plan_of(wishes, people, as_of=AS_OF, **options):
    return solve(score(Community(grids=GRIDS, needs=tuple(wishes), volunteers=tuple(people)), as_of=as_of), **options)


def open_needs(*numbers, **fields):
    return tuple(need(k, "理发", windows=(), **fields) for k in numbers)


WORDY = dataclasses.replace(volunteer(2, "理发"), name="名" * 2000 + "<b>&\"'")
PLANS = {
    "usual": plan_of(open_needs(1, 2, 3), barbers(1, 2, 3, 4)),
    "fair": plan_of(open_needs(1, 2, 3), barbers(1, 2, 3, 4), objective="fair"),
    "nothing at all": plan_of((), ()),
    "nobody": plan_of(open_needs(1), ()),
    "nothing to do": plan_of((), barbers(1, 2)),
    "others": plan_of(open_needs(3, 8), barbers(4, 9)),
    "a year later": plan_of(open_needs(1, 2), barbers(1, 2), as_of=AS_OF + dt.timedelta(days=400)),
    "wordy": plan_of(open_needs(1, 2, description="说" * 2000, place="地" * 2000), (volunteer(1, "理发"), WORDY)),
    "nameless": plan_of(open_needs(1), (dataclasses.replace(volunteer(1, "理发"), name=""),)),
}
PLANS["otherwise weighted"] = solve(PLANS["usual"].candidates.reweighted({"place": 0.9}))


@pytest.mark.parametrize(("new", "old"), list(itertools.product(PLANS, PLANS)))
def test_any_two_plans_can_be_compared_in_words_that_can_be_read(new, old, tmp_path):
    changes = PLANS[new].changes_from(PLANS[old])
    told = {each.partner_id for each in changes.people}
    before, after = ({pair[1] for pair in PLANS[name].pairs} for name in (old, new))
    assert before ^ after <= told <= before | after
    for language in ("zh", "en"):
        lines = changes.summary(language=language).splitlines()
        assert max(map(len, lines)) < 700
        assert len(changes.table(language=language)) == len(told)
        assert set(changes.details(language=language).iloc[:, 0]) == told
        assert "<b>" not in changes.to_html(language=language)
    assert changes.to_excel(tmp_path / "changes.xlsx").stat().st_size > 0
    back = PLANS[old].changes_from(PLANS[new])
    opposite = {"new": "dropped", "dropped": "new"}
    assert {(c.partner_id, opposite.get(c.kind, c.kind)) for c in back.people} == {
        (c.partner_id, c.kind) for c in changes.people
    }


@pytest.mark.parametrize("name", PLANS)
def test_every_question_has_an_answer_whatever_the_plan(name, tmp_path):
    plan = PLANS[name]
    assert len(plan.flips().ties) <= len(plan.pairs)
    assert len(plan.standbys()) >= 0
    assert all(set(plan.drill(k=k).iloc[:, 1]) <= set(range(1, 9)) for k in (1, 2, 3))
    assert len(plan.expected_fill) == len({need_id for need_id, _ in plan.pairs})
    assert len(plan.shortages()) <= len(plan.unmet)
    assert plan.to_excel(tmp_path / "plan.xlsx").stat().st_size > 0
    again = plan.replan()
    assert (again.plan_id, len(again.changes_from(plan))) == (plan.plan_id, 0)


@pytest.mark.parametrize("name", [name for name, plan in PLANS.items() if plan.pairs])
def test_all_stay_away_and_all_come_back(name):
    plan = PLANS[name]
    everybody = sorted({partner for _, partner in plan.pairs})
    away = plan.replan(absent=everybody, by="王主任", reason="下大雨")
    assert not {partner for _, partner in away.pairs} & {*everybody}
    back = away.replan(pin=plan.pairs, by="王主任", reason="雨停了")
    assert set(back.pairs) == set(plan.pairs)
    assert len(back.changes_from(plan)) == 0
    assert len({plan.plan_id, away.plan_id, back.plan_id}) == 3
    assert {(each.action, each.by) for each in back.overrides} == {("pin", "王主任")}


def test_who_is_equal_is_a_tie_and_hangs_on_no_weight():
    flips = PLANS["usual"].flips()
    assert flips.flips == ()
    assert {tie.need_id: len(tie.others) for tie in flips.ties}.keys() == {"N-001", "N-002", "N-003"}
    assert set(flips.steady) == set(PLANS["usual"].pairs)
    assert len(flips.tie_table()) == 3


def test_nor_does_it_after_a_re_plan_that_told_the_fewest():
    plan = PLANS["usual"].replan(absent=[PLANS["usual"].pairs[0][1]])
    assert plan.flips().flips == ()


@settings(max_examples=25, deadline=None)
@given(districts(most_needs=3))
def test_what_is_said_to_change_with_a_weight_is_better_then_and_was_not_before(community):
    plan = solve(score(community, as_of=AS_OF))
    for flip in plan.flips(features=["place", "skill"]).flips:
        assert set(flip.dropped) <= set(plan.pairs)
        assert not set(flip.added) & set(plan.pairs)
        weight = plan.candidates.weights[flip.feature] * (1 + flip.step)
        moved = solve(plan.candidates.reweighted({flip.feature: weight}))
        model, edge_of = moved.working.model, moved.working.model.edge_of
        gain = sum(model.value[edge_of[p]] for p in flip.added) - sum(model.value[edge_of[p]] for p in flip.dropped)
        first = np.array([edge_of[(a.need_id, a.partner_id)] for a in plan.assignments if not a.is_extra], dtype=int)
        assert gain > 0 or moved.proof.first_total > model.value[first].sum()


def test_a_need_that_becomes_urgent_is_no_reason_to_tell_anybody_else():
    plan = PLANS["usual"]
    new = plan.replan(urgent=["N-001", need(7, "水管维修", windows=(), urgency=Urgency.URGENT)])
    assert len(new.changes_from(plan)) == 0
    assert new.unmet[-1].need_id == "N-007"
