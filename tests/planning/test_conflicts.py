"""What is known before anybody is asked."""

import pytest

from matching.planning import list_conflicts, score, solve
from matching.records import Block, Community, Urgency
from planning.districts import AS_OF, need, volunteer, window


def plan_of(*volunteers, needs, **registers):
    return solve(score(Community(volunteers=volunteers, needs=needs, **registers), as_of=AS_OF))


def kinds(plan, need_id, partner_id):
    return [each.kind for each in list_conflicts(plan, need_id, partner_id)]


CLEANING = "环境卫生清扫"


def test_other_work_at_the_same_time_is_named():
    plan = plan_of(
        volunteer(1, CLEANING),
        needs=(
            need(1, CLEANING, windows=(window(9),), urgency=Urgency.URGENT),
            need(2, CLEANING, windows=(window(10),)),
        ),
    )
    assert plan.pairs == (("N-001", "V-001"),)
    found = [each for each in list_conflicts(plan, "N-002", "V-001") if each.kind == "overlap"]
    assert [each.is_hard for each in found] == [True]
    assert "N-001" in found[0].words


def test_somebody_who_is_full_is_said_to_be():
    needs = tuple(
        need(k, CLEANING, windows=(window(9, day=window(9).start.date().replace(day=k + 3)),)) for k in (1, 2)
    )
    plan = plan_of(volunteer(1, CLEANING, most_needs=1), needs=needs)
    left = ({"N-001", "N-002"} - {n for n, _ in plan.pairs}).pop()
    assert "full" in kinds(plan, left, "V-001")


def test_one_household_and_people_kept_apart_are_named():
    plan = plan_of(
        volunteer(1, CLEANING, household="H-1"),
        volunteer(2, CLEANING, household="H-1"),
        volunteer(3, CLEANING),
        needs=(need(1, CLEANING, people_min=1, people_max=2),),
        blocks=(Block(block_id="X-1", partner_id="V-003", other_partner_id="V-001", reason="邻里纠纷"),),
    )
    placed = {p for _, p in plan.pairs}
    for other in {"V-001", "V-002", "V-003"} - placed:
        assert {"household", "apart"} & set(kinds(plan, "N-001", other))


def test_a_rule_that_blocks_comes_first_and_what_is_to_be_asked_last():
    plan = plan_of(
        volunteer(1, CLEANING, is_insured=False),
        needs=(need(1, CLEANING, windows=(window(9),), is_risky=True),),
    )
    found = list_conflicts(plan, "N-001", "V-001")
    assert [each.kind for each in found] == ["insurance", "time_unknown"]
    assert [each.is_hard for each in found] == [True, False]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_people_decided_is_said_with_who_and_why(language):
    plan = plan_of(volunteer(1, CLEANING), volunteer(2, CLEANING), needs=(need(1, CLEANING),))
    first = plan.pairs[0][1]
    away = plan.replan(forbid=[("N-001", first)], by="王主任", reason="临时有事")
    found = list_conflicts(away, "N-001", first, language=language)
    assert found[0].kind == "forbid"
    assert "王主任" in found[0].words
    assert "临时有事" in found[0].words
    assert "absent" in kinds(plan.replan(absent=[first]), "N-001", first)
