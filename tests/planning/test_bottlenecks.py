import dataclasses

import numpy as np
from hypothesis import given, settings

from matching.planning import list_bottlenecks, score, solve
from matching.planning.first_step import FirstStep
from matching.planning.newcomer import Newcomer, Recruiting, whole_needs
from matching.planning.shortages import list_shortages
from matching.records import Community, Licence
from planning.districts import AS_OF, districts, need, volunteer, window
from planning.test_plan import feasible

ELECTRICIAN = Licence(licence_id="L-1", partner_id="V-001", name="低压电工作业证")


def three_for_one():
    wishes = tuple(need(k, "照明维修", windows=(window(8.5 + 0.5 * k),)) for k in (1, 2, 3))
    people = (volunteer(1, "照明维修", most_needs=3, name="张师傅"), volunteer(2, "照明维修"))
    return Community(needs=wishes, volunteers=people, licences=(ELECTRICIAN,))


def test_three_needs_that_compete_for_one_licensed_electrician_on_saturday_morning_are_named():
    plan = solve(score(three_for_one(), as_of=AS_OF))
    (only,) = list_bottlenecks(plan)
    assert (only.need_ids, only.partner_ids) == (("N-001", "N-002", "N-003"), ("V-001",))
    assert (len(only.unmet), only.wanted, only.available, only.is_same_time) == (2, 3, 1, True)
    assert str(only) == (
        "8月3日（周六）上午：3 条需求要 3 人，持低压电工作业证的只有 1 位（张师傅）：N-001、N-002、N-003"
    )
    assert list_bottlenecks(plan, language="en")[0].sentence.startswith("Saturday 8-3 morning: 3 needs want 3")
    assert list(plan.bottlenecks()["原因"]) == [str(only)]
    assert "张师傅" in plan.unmet_table()["原因"].iloc[0]


def test_needs_at_different_times_compete_for_the_places_of_one_person():
    wishes = tuple(need(k, "理发", windows=(window(8 + 3 * k, 2),)) for k in (0, 1, 2))
    plan = solve(score(Community(needs=wishes, volunteers=(volunteer(1, "理发", most_needs=2),)), as_of=AS_OF))
    (only,) = list_bottlenecks(plan)
    assert (only.is_same_time, only.wanted, only.available) == (False, 3, 2)
    assert "合计只能承接 2" in str(only)


def test_where_everything_is_met_or_nobody_can_do_it_nobody_competes():
    met = Community(needs=(need(1, "理发"),), volunteers=(volunteer(1, "理发"),))
    nobody = Community(needs=(need(1, "理发"),), volunteers=(volunteer(1, "法律咨询"),))
    assert list_bottlenecks(solve(score(met, as_of=AS_OF))) == ()
    assert list_bottlenecks(solve(score(nobody, as_of=AS_OF))) == ()


@settings(max_examples=60, deadline=None)
@given(districts(most_needs=4, most_partners=4))
def test_no_choice_at_all_meets_every_need_of_a_bottleneck(community):
    plan = solve(score(community, as_of=AS_OF))
    model = plan.working.model
    if model.need.size > 10 or model.locked.any():
        return
    rows = {wish.need_id: row for row, wish in enumerate(plan.candidates.profiles.needs)}
    subsets = [[e for e in range(model.need.size) if bits >> e & 1] for bits in range(1 << model.need.size)]
    for each in list_bottlenecks(plan):
        assert set(each.unmet) <= set(each.need_ids)
        assert each.wanted > each.available
        asked = {rows[need_id] for need_id in each.need_ids}
        for chosen in subsets:
            if feasible(model, plan.candidates, chosen, is_first=True):
                assert not asked <= {int(model.need[e]) for e in chosen}


def test_one_more_person_counts_after_the_others_have_moved():
    # the newcomer takes the early need, so that the only other barber is free for the urgent late one that overlaps it
    wishes = (need(1, "理发", windows=(window(9),)), need(2, "理发", "老人陪伴", windows=(window(9.5),), is_team=True))
    people = (volunteer(1, "理发", "老人陪伴"),)
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    (first, *_) = list_shortages(plan)
    assert first.is_exact
    assert len(first.unlocks) == 1
    again = Community(needs=wishes, volunteers=(*people, volunteer(9, "理发")))
    assert len({n for n, _ in solve(score(again, as_of=AS_OF)).pairs}) == len({n for n, _ in plan.pairs}) + 1


def test_a_shortage_of_time_is_called_one():
    from matching.records import WeeklySlot

    person = volunteer(1, "理发", available=(WeeklySlot(6, 480, 1080),))
    plan = solve(score(Community(needs=(need(1, "理发"),), volunteers=(person,)), as_of=AS_OF))
    (only,) = list_shortages(plan)
    assert (only.lacks, only.unlocks) == ("time", ("N-001",))
    assert plan.shortages()["主要缺"].iloc[0] == "时间"


@settings(max_examples=50, deadline=None)
@given(districts(most_needs=3, most_partners=4))
def test_what_one_more_person_adds_is_what_brute_force_finds(community):
    plan = solve(score(community, as_of=AS_OF))
    if plan.working.model.locked.any() or not plan.candidates.profiles.wanted[0]:
        return
    newcomer = Newcomer(place=plan.candidates.profiles.wanted[0][0].place, licences=("低压电工作业证",))
    recruiting = Recruiting(plan)
    rows = recruiting.rows_for(newcomer)
    if not rows:
        return
    model, candidates = recruiting._with_people([(newcomer, np.array(rows))])
    if model.need.size > 11:
        return
    found = recruiting.unlocked_by_each([(newcomer, rows)])[0]
    totals = [best_first_step(plan.working.model, plan.candidates), best_first_step(model, candidates, rows=rows)]
    assert abs(found.gain - (totals[1] - totals[0])) < 1e-7


def best_first_step(model, candidates, rows=()):
    """Try every choice of the first step; the newcomer is the last partner."""
    best = 0.0
    n = model.need.size
    heads = candidates.sides.heads
    kind = candidates.policy.kinds["volunteer"]
    partners = (*candidates.profiles.partners, volunteer(99)) if rows else candidates.profiles.partners
    widened = dataclasses.replace(
        candidates,
        sides=dataclasses.replace(
            candidates.sides,
            profiles=dataclasses.replace(candidates.profiles, partners=tuple(partners)),
            heads=dataclasses.replace(
                heads,
                most_needs=np.append(heads.most_needs, kind.most_needs),
                hours=np.append(heads.hours, kind.hours),
            ),
        ),
    )
    for bits in range(1 << n):
        chosen = [e for e in range(n) if bits >> e & 1]
        if feasible(model, widened, chosen, is_first=True):
            best = max(best, sum(float(model.value[e]) for e in chosen))
    return best


def test_the_first_step_of_a_plan_is_what_recruiting_starts_from():
    plan = solve(score(three_for_one(), as_of=AS_OF))
    step = FirstStep(plan.candidates, plan.working.model, plan.working.wishes, "total", 1)
    assert step.solve(frozenset(), None)[0].total == plan.proof.first_total
    assert whole_needs(plan.working.model, plan.working.choice.first.chosen).sum() == 1
