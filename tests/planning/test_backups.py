import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError
from matching.planning import check_plan, score, solve
from matching.planning.drills import _fallen, _free_backups, drill
from matching.planning.flips import list_flips
from matching.planning.shortages import list_shortages
from matching.planning.standbys import bench_of, list_standbys
from matching.records import Community, Licence, Result, ServiceRecord
from planning.districts import AS_OF, districts, need, volunteer, window
from planning.test_why_not import first_worth

FEW = settings(max_examples=40, deadline=None)


def swapped(plan, standby):
    """Put a stand-by in the place of the one who does not come, touching nothing else."""
    pairs = [
        dataclasses.replace(each, partner_id=standby.partner_id)
        if (each.need_id, each.partner_id) == (standby.need_id, standby.for_partner_id)
        else each
        for each in plan.assignments
    ]
    return dataclasses.replace(plan, assignments=tuple(pairs))


@FEW
@given(districts(most_partners=6))
def test_every_standby_keeps_every_hard_rule_after_the_no_show(community):
    plan = solve(score(community, as_of=AS_OF))
    for standby in list_standbys(plan, most=3):
        assert check_plan(swapped(plan, standby), community) == ()
        assert standby.partner_id not in {p for n, p in plan.pairs if n == standby.need_id}


def test_who_is_busy_at_the_time_is_no_standby():
    wishes = (need(1, "理发"), need(2, "理发", windows=(window(10),)))
    plan = solve(score(Community(needs=wishes, volunteers=tuple(volunteer(k, "理发") for k in (1, 2, 3))), as_of=AS_OF))
    third = ({"V-001", "V-002", "V-003"} - {p for _, p in plan.pairs}).pop()
    assert {each.partner_id for each in list_standbys(plan)} == {third}


def naive_fallen(plan, absent):
    """Which needs fall, trying every way to seat the free people."""
    bench = {}
    for each in list_standbys(plan, most=50):
        bench.setdefault(each.need_id, set()).add(each.partner_id)
    heads = plan.candidates.sides.heads
    short = {}
    for row, wish in enumerate(plan.candidates.profiles.needs):
        team = [p for n, p in plan.pairs if n == wish.need_id]
        left = [p for p in team if p not in absent]
        if len(team) >= heads.least[row] > len(left):
            short[wish.need_id] = heads.least[row] - len(left)
    seats = [n for n, k in short.items() for _ in range(k)]
    best = set(seats)
    people = sorted({p for n in short for p in bench.get(n, ())} - set(absent))
    for order in itertools.permutations([*people, *[None] * len(seats)], len(seats)):
        filled = [p is not None and p in bench.get(n, ()) for n, p in zip(seats, order, strict=True)]
        if all(filled):
            best = set()
    return best


def test_a_drill_finds_the_one_on_whom_most_hangs():
    wishes = tuple(need(k, "理发", windows=(window(8 + 3 * k, 2),)) for k in (0, 1, 2))
    star = volunteer(1, "理发", most_needs=3, hours=9.0)
    plan = solve(score(Community(needs=wishes, volunteers=(star,)), as_of=AS_OF))
    found = drill(plan, size=1)
    assert [(each.absent, each.fallen) for each in found] == [(("V-001",), ("N-000", "N-001", "N-002"))]


def test_one_standby_fills_one_place_only():
    wishes = (need(1, "理发"), need(2, "理发"))
    people = tuple(volunteer(k, "理发") for k in (1, 2, 3))
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    assert drill(plan, size=1) == ()
    both = drill(plan, size=2)
    assert len(both) == 1
    assert len(both[0].fallen) == 1
    assert naive_fallen(plan, set(both[0].absent))


@pytest.mark.parametrize("size", [0, 4])
def test_a_drill_of_no_or_too_many_people_is_refused(size):
    plan = solve(score(Community(), as_of=AS_OF))
    with pytest.raises(CallError, match="size must be from 1 to 3"):
        drill(plan, size=size)
    with pytest.raises(CallError, match="most must be at least 1"):
        list_standbys(plan, most=0)


def test_expected_fill_is_the_chance_that_enough_come():
    kept = tuple(
        ServiceRecord(record_id=f"R-{k}", partner_id="V-001", result=Result.NO_SHOW, date=AS_OF) for k in range(5)
    )
    wish = need(1, "理发", people_min=1, people_max=2)
    people = (volunteer(1, "理发"), volunteer(2, "理发"))
    plan = solve(score(Community(needs=(wish,), volunteers=people, services=kept), as_of=AS_OF))
    row = plan.expected_fill.iloc[0]
    assert row["预计到场"] == pytest.approx(4 / 10 + 4 / 5)
    assert row["够人的把握"] == pytest.approx(1 - (1 - 0.4) * (1 - 0.8))


def test_expected_fill_is_what_drawing_many_days_shows():
    draw = np.random.default_rng(3)
    kept = tuple(
        ServiceRecord(
            record_id=f"R-{k}-{n}",
            partner_id=f"V-{k:03d}",
            result=Result.NO_SHOW if draw.random() < k / 10 else Result.COMPLETED,
            date=AS_OF,
            hours=1.0,
        )
        for k in range(1, 10)
        for n in range(draw.integers(0, 12))
    )
    kept = tuple(each if each.result is Result.COMPLETED else dataclasses.replace(each, hours=None) for each in kept)
    wishes = tuple(need(k, "理发", windows=(), people_min=least, people_max=most) for k, (least, most) in enumerate([(1, 2), (2, 4), (4, 4), (6, 8)]))  # fmt: skip
    people = tuple(volunteer(k, "理发", most_needs=3) for k in range(1, 10))
    plan = solve(score(Community(needs=wishes, volunteers=people, services=kept), as_of=AS_OF))
    history, days = plan.candidates.profiles.history, 200_000
    comes = draw.random((days, len(people))) < history.reliability(plan.candidates.policy)
    table = plan.expected_fill.set_index("需求编号")
    assert len({float(each) for each in history.reliability(plan.candidates.policy)}) > 4
    for wish in wishes:
        team = [plan.candidates.partner_index(p) for n, p in plan.pairs if n == wish.need_id]
        heads, row = comes[:, team].sum(axis=1), table.loc[wish.need_id]
        least = wish.people_min
        assert row["预计到场"] == pytest.approx(heads.mean(), abs=5 * heads.std() / days**0.5 + 1e-3)
        assert row["够人的把握"] == pytest.approx((heads >= least).mean(), abs=5 * 0.5 / days**0.5)


def test_shortages_name_the_skill_what_it_would_unlock_and_whom_to_ask_first():
    wishes = (
        need(1, "照明维修"),
        need(2, "照明维修", windows=(window(14),)),
        need(3, "理发"),
    )
    people = (volunteer(1, "照明维修"), volunteer(3, "理发"))
    late = Licence(licence_id="L-1", partner_id="V-001", name="低压电工作业证", valid_until=AS_OF)
    plan = solve(score(Community(needs=wishes, volunteers=people, licences=(late,)), as_of=AS_OF))
    (only,) = list_shortages(plan)
    assert (only.skill, only.licences, only.people_short) == ("照明维修", ("低压电工作业证",), 2)
    assert only.unlocks == ("N-001", "N-002")
    assert only.words == "1 人的低压电工作业证已过期：提醒续证；补 1 人可多办成 2 件（N-001、N-002）"
    assert len(plan.shortages()) == 1


def test_one_more_such_person_does_meet_what_the_shortage_says_he_unlocks():
    wishes = (
        need(1, "照明维修"),
        need(2, "照明维修", windows=(window(9.5),)),
        need(3, "照明维修", windows=(window(15),)),
    )
    held = Licence(licence_id="L-9", partner_id="V-009", name="低压电工作业证")
    base = Community(needs=wishes, volunteers=(volunteer(1, "理发"),))
    (only,) = list_shortages(solve(score(base, as_of=AS_OF)))
    more = base.replace(volunteers=(*base.volunteers, volunteer(9, "照明维修")), licences=(held,))
    plan = solve(score(more, as_of=AS_OF))
    assert len(only.unlocks) == len(plan.pairs) == 2


def test_flips_name_the_weight_and_the_choice_and_ties_are_left_to_people():
    wishes = (need(1, "理发", grid="第一网格"),)
    near = volunteer(1, "理发", grid="第一网格")
    twins = (volunteer(2, "理发"), volunteer(3, "理发"))
    from planning.districts import GRIDS

    plan = solve(score(Community(grids=GRIDS, needs=wishes, volunteers=(near, *twins)), as_of=AS_OF))
    assert list_flips(plan).flips == ()
    assert list_flips(plan).steady == plan.pairs
    tied = solve(score(Community(needs=(need(1, "理发"),), volunteers=twins), as_of=AS_OF))
    (tie,) = list_flips(tied, features=["place"]).ties
    assert {tie.chosen, *tie.others} == {"V-002", "V-003"}
    assert "由您决定" in list_flips(tied, features=["place"]).tie_table()["说明"].iloc[0]


@settings(max_examples=15, deadline=None)
@given(districts())
def test_a_flip_is_worth_what_solving_with_that_weight_gives(community):
    candidates = score(community, as_of=AS_OF)
    plan = solve(candidates)
    found = {(flip.feature, flip.step): flip for flip in list_flips(plan, features=["place", "skill"]).flips}
    for feature, step in itertools.product(("place", "skill"), (0.1, -0.1)):
        again = solve(candidates.reweighted({feature: candidates.weights[feature] * (1 + step)}))
        flip, edge_of = found.get((feature, step)), again.working.model.edge_of
        flipped = {*plan.pairs} if flip is None else {*plan.pairs, *flip.added} - {*flip.dropped}
        worth, best = (first_worth(again, [edge_of[pair] for pair in pairs]) for pairs in (flipped, again.pairs))
        assert worth == pytest.approx(best, abs=1e-5)


def test_a_step_that_is_no_share_is_refused():
    with pytest.raises(CallError, match="step must be between 0 and 1"):
        list_flips(solve(score(Community(), as_of=AS_OF)), step=1.5)


def test_the_price_of_fairness_is_never_negative_and_the_worst_is_never_lowered():
    wishes = (need(1, "理发", grid="第一网格"), need(2, "理发", community="新民街社区"))
    people = (volunteer(1, "理发", grid="第一网格"), volunteer(2, "理发"))
    price = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF)).price_of_fairness()
    assert price.price >= 0
    assert price.fair_worst >= price.worst - 1e-9


@settings(max_examples=40, deadline=None)
@given(districts(), st.integers(1, 3))
def test_a_drill_over_all_subsets_finds_the_worst_that_looking_at_every_one_finds(district, size):
    plan = solve(score(district, as_of=AS_OF))
    bench = bench_of(plan)
    backups = {need: _free_backups(bench, need) for need in bench.team}
    known = {
        absent: _fallen(bench, backups, absent)
        for number in range(size + 1)
        for absent in itertools.combinations(sorted(bench.work), number)
    }
    every = [
        absent
        for absent in known
        if len(absent) == size and known[absent]
        and all(known[part] < known[absent] for part in itertools.combinations(absent, size - 1))
    ]  # fmt: skip
    ids = [partner.partner_id for partner in plan.candidates.profiles.partners]
    expected = [tuple(ids[p] for p in absent) for absent in sorted(every, key=lambda a: (-len(known[a]), a))[:20]]
    assert [each.absent for each in drill(plan, size=size)] == expected
