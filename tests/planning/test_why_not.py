import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from matching.planning import score, solve
from matching.records import Community
from planning.districts import AS_OF, districts, need, volunteer, window
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


@settings(max_examples=40, deadline=None)
@given(districts(most_needs=3))
def test_the_price_of_a_pair_in_the_first_step_is_what_brute_force_finds(community):
    plan = solve(score(community, as_of=AS_OF))
    model = plan.working.model
    if model.need.size > 9 or model.locked.any():
        return
    subsets = [s for k in range(model.need.size + 1) for s in itertools.combinations(range(model.need.size), k)]
    usable = [s for s in subsets if feasible(model, plan.candidates, s, is_first=True)]
    best = max(sum(model.value[e] for e in s) for s in usable)
    for pair, edge in model.edge_of.items():
        row = int(model.need[edge])
        told = plan.why_not(*pair)
        # a pin makes a need of several soft: whoever is pinned comes, even if the others cannot be found
        if told.verdict not in {"worse", "equal"} or model.least[row] != 1 or plan.candidates.parts[row]:
            continue
        forced = max(sum(model.value[e] for e in s) for s in usable if edge in s)
        assert told.loss_first == pytest.approx(best - forced, abs=1e-9)


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
