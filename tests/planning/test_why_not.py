import dataclasses
import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.planning import score, solve
from matching.planning.assembly import propose, settled_model
from matching.planning.plan import as_plan
from matching.planning.solving import choose
from matching.records import Community, Unit
from matching.samples import make_district
from planning.districts import AS_OF, claims, districts, need, volunteer, window
from planning.test_plan import feasible

FEW = settings(max_examples=25, deadline=None)


@FEW
@given(districts())
def test_every_pair_is_chosen_blocked_or_priced(community):
    plan = solve(score(community, as_of=AS_OF))
    for wish, partner in itertools.product(plan.candidates.profiles.needs, plan.candidates.profiles.partners):
        told = plan.why_not(wish.need_id, partner.partner_id)
        pair = (wish.need_id, partner.partner_id)
        assert (told.verdict == "chosen") == (pair in plan.pairs)
        assert (told.verdict == "blocked") == (pair not in plan.working.model.edge_of)
        assert told.sentence
        if told.verdict in {"worse", "equal"}:
            assert told.loss_first >= -1e-9


@settings(max_examples=120, deadline=None)
@given(districts(most_needs=3))
def test_the_price_of_a_pair_in_the_first_step_is_what_brute_force_finds(community):
    plan = solve(score(community, as_of=AS_OF))
    model = plan.working.model
    if not 0 < model.need.size <= 9 or model.locked.any():
        return
    worth = {s: first_worth(plan, s) for s in whole_plans(plan)}
    best = max(worth.values())
    assert plan.proof.first_total == pytest.approx(best, abs=1e-9)
    for pair, edge in model.edge_of.items():
        told = plan.why_not(*pair)
        if told.verdict in {"worse", "equal"}:
            forced = max(value for s, value in worth.items() if edge in s)
            assert told.loss_first == pytest.approx(best - forced, abs=1e-9)


def whole_plans(plan):
    """List every plan that keeps all rules, whatever it is worth."""
    model = plan.working.model
    subsets = [s for k in range(model.need.size + 1) for s in itertools.combinations(range(model.need.size), k)]
    return [s for s in subsets if feasible(model, plan.candidates, s, is_first=False)]


def first_worth(plan, edges):
    """Return the most that a plan's people are worth for the least head-counts: those at needs that are served as they ask."""
    model, total = plan.working.model, 0.0
    for row in {int(model.need[edge]) for edge in edges}:
        theirs = [edge for edge in edges if model.need[edge] == row]
        firsts = [s for k in range(1, len(theirs) + 1) for s in itertools.combinations(theirs, k)]
        usable = [s for s in firsts if feasible(model, plan.candidates, s, is_first=True)]
        total += max((sum(model.value[e] for e in s) for s in usable), default=0.0) if model.least[row] > 0 else 0.0
    return total


@settings(max_examples=120, deadline=None)
@given(districts(), st.integers(0, 2**32 - 1))
def test_the_price_of_a_pair_is_what_solving_from_scratch_with_it_pinned_gives(community, seed):
    plan = untied(score(community, as_of=AS_OF), seed)
    for pair in plan.working.model.edge_of:
        assert_price_is_that_of_solving_from_scratch(plan, pair)


def test_prices_on_the_sample_are_those_of_solving_from_scratch():
    plan = untied(score(make_district(), as_of=AS_OF), 1)
    others = sorted(set(plan.working.model.edge_of) - set(plan.pairs))
    for pair in random.Random(1).sample(others, 12):
        assert_price_is_that_of_solving_from_scratch(plan, pair)


def untied(candidates, seed):
    """Solve with values that no two choices share, so that there is one best plan only."""
    model = settled_model(candidates)
    noise = np.random.default_rng(seed).uniform(0.0, 1e-3, model.need.size)
    return as_plan(propose(candidates, model=dataclasses.replace(model, value=model.value + noise)))


def assert_price_is_that_of_solving_from_scratch(plan, pair):
    told, model = plan.why_not(*pair), plan.working.model
    if told.verdict not in {"worse", "equal"}:
        return
    pinned = np.zeros(model.need.size, dtype=np.bool_)
    pinned[model.edge_of[pair]] = True
    anew = choose(plan.candidates, model, dataclasses.replace(plan.working.wishes, pinned=pinned))
    loss = model.value[plan.working.choice.chosen].sum() - model.value[anew.chosen].sum()
    assert told.loss == pytest.approx(loss, abs=1e-7)
    before, after = set(plan.pairs), {p for p, e in model.edge_of.items() if anew.chosen[e]}
    assert {each.partner_id for each in told.displaced} == {p for _, p in before ^ after}


def test_a_further_person_takes_nobodys_place():
    near = tuple(volunteer(k, "理发", grid="第一网格") for k in (1, 2))
    people = (*near, volunteer(3, "理发", community="新民街社区"))
    wish = need(1, "理发", grid="第一网格", people_min=2, people_max=3)
    plan = solve(score(Community(needs=(wish,), volunteers=people), as_of=AS_OF)).replan(forbid=[("N-001", "V-003")])
    assert plan.pairs == (("N-001", "V-001"), ("N-001", "V-002"))
    told = plan.why_not("N-001", "V-003")
    assert told.loss_first == pytest.approx(0.0, abs=1e-9)
    assert [each.partner_id for each in told.displaced] == ["V-003"]


def test_who_covers_a_role_lets_somebody_better_be_the_first():
    """Either unit brings the loudspeaker; once one of them is pinned, the volunteer may take the place of the other."""
    units = tuple(
        Unit(
            partner_id=f"U-{k}",
            name=f"某{k}",
            community="光耀路社区",
            skills=claims("理发"),
            equipment=("音响",),
            most_needs=1,
        )
        for k in (1, 2)
    )
    wish = need(1, "老人陪伴", people_min=1, people_max=2, resources=("音响",))
    people = (volunteer(1, "老人陪伴"), volunteer(2, "老人陪伴"))
    plan = solve(score(Community(needs=(wish,), units=units, volunteers=people), as_of=AS_OF))
    first = {s: first_worth(plan, s) for s in whole_plans(plan)}
    for pair, edge in plan.working.model.edge_of.items():
        told = plan.why_not(*pair)
        if told.verdict in {"worse", "equal"}:
            forced = max(value for s, value in first.items() if edge in s)
            assert told.loss_first == pytest.approx(max(first.values()) - forced, abs=1e-9)
        assert_price_is_that_of_solving_from_scratch(plan, pair)


def test_the_sentence_names_the_chain_of_people_who_would_move():
    wishes = (
        need(1, "理发", grid="第一网格"),
        need(2, "理发", community="新民街社区"),
    )
    people = (volunteer(1, "理发", grid="第一网格", name="甲"), volunteer(2, "理发", community="新民街社区", name="乙"))
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    assert set(plan.pairs) == {("N-001", "V-001"), ("N-002", "V-002")}
    told = plan.why_not("N-001", "V-002")
    assert told.verdict == "worse"
    assert [each.partner_id for each in told.displaced] == ["V-002", "V-001"]
    assert "甲 由 N-001 改到 N-002" in str(told)
    scores = plan.candidates.scores
    assert told.loss == pytest.approx(scores[0, 0] + scores[1, 1] - scores[0, 1] - scores[1, 0])


def test_for_whom_a_person_ruled_out_it_is_said_who_did_and_why_before_what_it_would_bring():
    people = (volunteer(1, "理发", name="甲", grid="第一网格"), volunteer(2, "理发", name="乙", community="新民街社区"))
    plan = solve(score(Community(needs=(need(1, "理发", grid="第一网格"),), volunteers=people), as_of=AS_OF))
    without = plan.replan(forbid=[("N-001", "V-001")], by="王主任", reason="本人临时有事")
    told = str(without.why_not("N-001", "V-001"))
    assert told.startswith("甲 不派往 N-001，是人定的（经办：王主任；原因：本人临时有事）。若撤销这条，总值多")
    assert "改动的代价" not in told
    away = plan.replan(absent=["V-001"], by="王主任", reason="住院")
    assert "经办：王主任；原因：住院" in str(away.why_not("N-001", "V-001"))
    english = str(without.why_not("N-001", "V-001", language="en"))
    assert english.startswith("甲 was ruled out for N-001 (by 王主任; reason: 本人临时有事). If that were taken back")


def test_who_only_leaves_one_of_several_needs_is_not_said_to_move_to_nowhere():
    wishes = (need(1, "理发"), need(2, "理发", windows=(window(14),)))
    people = (volunteer(1, "理发", name="甲"), volunteer(2, "老人陪伴", offer="也会一点理发", name="乙"))
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    for row in (1, 2):
        assert "—" not in str(plan.why_not(f"N-00{row}", "V-002"))
        assert f"甲 不再去 N-00{row}" in str(plan.why_not(f"N-00{row}", "V-002"))


def test_equal_partners_are_called_equal():
    people = (volunteer(1, "理发", name="甲"), volunteer(2, "理发", name="乙"))
    plan = solve(score(Community(needs=(need(1, "理发"),), volunteers=people), as_of=AS_OF))
    other = ({"V-001", "V-002"} - {plan.pairs[0][1]}).pop()
    assert plan.why_not("N-001", other).verdict == "equal"
    assert "由您决定" in str(plan.why_not("N-001", other))


def test_a_pair_that_is_in_the_plan_has_no_price():
    plan = solve(score(Community(needs=(need(1, "理发"),), volunteers=(volunteer(1, "理发"),)), as_of=AS_OF))
    told = plan.why_not("N-001", "V-001")
    assert (told.verdict, told.loss) == ("chosen", 0.0)
    assert str(told) == "志愿者1 已安排在 N-001。"


def test_english_words_are_to_be_had():
    people = (volunteer(1, "理发", name="A"), volunteer(2, name="B"))
    wish = need(1, "理发", windows=(window(9),))
    plan = solve(score(Community(needs=(wish,), volunteers=people), as_of=AS_OF))
    assert "cannot serve N-001" in str(plan.why_not("N-001", "V-002", language="en"))
    assert "Score" in str(plan.explain("N-001", "V-001", language="en"))
    assert np.isfinite(plan.explain("N-001", "V-001").total)
