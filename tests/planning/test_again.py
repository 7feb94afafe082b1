"""What is solved from old prices is what solving anew gives, on districts large enough to have prices."""

import dataclasses
import random
from itertools import pairwise

import pytest

from matching.errors import CallError, UnknownNameError
from matching.planning import check_plan, first_step, score, solve
from matching.planning import solving as steps
from matching.planning.wishes import edges_mask
from matching.samples import make_district
from planning.districts import AS_OF


@pytest.fixture(scope="module", params=[3, 4])
def plan(request):
    return solve(score(small(request.param), as_of=AS_OF))


def small(seed):
    return make_district(seed=seed, needs=45, volunteers=90, units=15, specialists=15, community_partners=10)


def chain_of_plans(plan, seed, length=6):
    draw, plans = random.Random(seed), [plan]
    others, people = sorted(set(plan.working.model.edge_of) - set(plan.pairs)), sorted({p for _, p in plan.pairs})
    while len(plans) <= length:
        requests = (
            {"pin": [draw.choice(others)]},
            {"forbid": draw.sample(plan.pairs, 2)},
            {"absent": draw.sample(people, 2)},
            {"urgent": [draw.choice(plan.pairs)[0]]},
        )
        try:
            plans.append(plans[-1].replan(**draw.choice(requests)))
        except CallError:
            continue
    return plans[1:]


def solved_anew(plan, monkeypatch):
    """Solve both steps of a plan without the prices of any other."""
    working = plan.working
    with monkeypatch.context() as patch:
        for module in (steps, first_step):
            patch.setattr(module, "settle", lambda *_args, **_options: None)
            patch.setattr(module, "solve_again", lambda *_args: None)
        return steps.choose(working.candidates, working.model, working.wishes)


def test_every_plan_of_a_chain_is_as_good_as_one_solved_anew(plan, monkeypatch):
    for each in (plan, *chain_of_plans(plan, 1)):
        anew = solved_anew(each, monkeypatch)
        assert each.working.choice.first.total == pytest.approx(anew.first.total, abs=1e-6)
        assert each.proof.gap == 0.0
        assert check_plan(each, plan.candidates.community) == ()


def test_the_price_of_a_pair_is_the_difference_of_two_plans_solved_anew(plan, monkeypatch):
    model, draw = plan.working.model, random.Random(2)
    for pair in draw.sample(sorted(set(model.edge_of) - set(plan.pairs)), 12):
        told = plan.why_not(*pair)
        if told.verdict == "impossible":
            continue
        pinned = edges_mask(model, [model.edge_of[pair]])
        with monkeypatch.context() as patch:
            for module in (steps, first_step):
                patch.setattr(module, "settle", lambda *_args, **_options: None)
            wishes = dataclasses.replace(plan.working.wishes, pinned=pinned)
            anew = steps.choose(plan.candidates, model, wishes)
        first = anew.is_first & first_step.whole_needs(model, anew.is_first)[model.need]
        assert told.loss_first == pytest.approx(plan.proof.first_total - model.value[first].sum(), abs=1e-6)


def test_going_back_and_forth_costs_nothing(plan):
    absent = plan.pairs[0][1]
    away = plan.replan(absent=[absent])
    back = away.replan(pin=[pair for pair in plan.pairs if pair[1] == absent], change_cost=0.0)
    assert back.proof.first_total == pytest.approx(plan.proof.first_total, abs=1e-6)


def test_plans_are_the_same_every_time(plan):
    one, other = chain_of_plans(plan, 5, length=3), chain_of_plans(plan, 5, length=3)
    assert [each.plan_id for each in one] == [each.plan_id for each in other]
    assert all(a.plan_id != b.plan_id for a, b in pairwise(one))


def test_an_identifier_that_is_nearly_right_is_answered_with_what_may_be_meant(plan):
    need_id, partner_id = plan.pairs[0]
    with pytest.raises(UnknownNameError, match=f"Did you mean .*{partner_id}"):
        plan.why_not(need_id, partner_id.lower().replace("-", "—"))
    with pytest.raises(UnknownNameError, match=f"Did you mean .*{need_id}"):
        plan.explain(need_id.replace("-", ""), partner_id)
    with pytest.raises(UnknownNameError, match=r"no partner '张三'\. Look the ID up"):
        plan.why_not(need_id, "张三")
