import dataclasses
import datetime as dt
import itertools
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError, UnknownNameError, UnreadableFileError
from matching.labels import labels_under
from matching.planning import SavedPlan, check_plan, score, solve
from matching.planning.explanation import reason_for, reasons_for
from matching.planning.model import build_model
from matching.planning.shortfall import RULES_ORDER, words_of
from matching.planning.works import overlapping
from matching.records import Community, Licence, Urgency, Volunteer, WeeklySlot
from matching.samples import make_district
from planning.districts import AS_OF, districts, need, volunteer, window

FEW = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def sample():
    return make_district()


@pytest.fixture(scope="module")
def plan(sample):
    return solve(score(sample, as_of=AS_OF))


def test_the_plan_of_the_sample_obeys_every_hard_rule(plan, sample):
    assert len(plan.assignments) > 250
    assert check_plan(plan, sample) == ()


def test_the_plan_of_the_sample_is_proved_to_one_per_mille(plan):
    assert 0 <= plan.proof.gap <= 0.001
    assert plan.proof.total <= plan.proof.bound
    assert plan.proof.first_total <= plan.proof.total


@FEW
@given(districts())
def test_every_plan_obeys_every_hard_rule(community):
    assert check_plan(solve(score(community, as_of=AS_OF)), community) == ()


@FEW
@given(districts(), st.sampled_from(["total", "fair"]))
def test_a_fair_plan_obeys_every_hard_rule_too(community, objective):
    assert check_plan(solve(score(community, as_of=AS_OF), objective=objective), community) == ()


@FEW
@given(districts())
def test_parts_of_every_explanation_sum_to_the_score(community):
    candidates = score(community, as_of=AS_OF)
    plan = solve(candidates)
    for wish, partner in itertools.product(candidates.profiles.needs, candidates.profiles.partners):
        told = plan.explain(wish.need_id, partner.partner_id)
        assert sum(part.points for part in told.parts) == pytest.approx(told.total, abs=1e-12)
        assert 0 <= told.total <= 1
        row, column = candidates.need_index(wish.need_id), candidates.partner_index(partner.partner_id)
        assert candidates.pairs_of(row, np.array([column])).total[0] == pytest.approx(told.total, abs=1e-12)
        score_of_allowed = candidates.allowed_scores[row, column]
        assert np.isnan(score_of_allowed) if told.blocked else score_of_allowed == pytest.approx(told.total, abs=1e-12)
        assert candidates.scores[row, column] == pytest.approx(told.total, abs=1e-12)
        assert [rule for rule, _ in told.blocked] == list(candidates.blocking_rules(wish.need_id, partner.partner_id))
        assert all(words for _, words in told.blocked)


def feasible(model, candidates, edges, is_first):
    """Look at one choice from the documented rules alone: heads, capacities, overlaps, households, teams, blocks."""
    by_partner, by_need = {}, {}
    for edge in edges:
        by_partner.setdefault(int(model.partner[edge]), []).append(int(model.need[edge]))
        by_need.setdefault(int(model.need[edge]), []).append(int(model.partner[edge]))
    most = {row: _first_most(model, candidates, row) if is_first else model.most[row] for row in by_need}
    enough = all(
        model.least[row] <= len(people) and _covers(model, row, edges) for row, people in by_need.items() if is_first
    )
    return (
        enough
        and all(len(people) <= most[row] for row, people in by_need.items())
        and all(_partner_can(candidates, partner, rows) for partner, rows in by_partner.items())
        and all(_people_may(candidates, row, people) for row, people in by_need.items())
    )


def _partner_can(candidates, partner, rows):
    heads, needs = candidates.sides.heads, candidates.profiles.needs
    clash = {tuple(pair) for pair in overlapping(candidates.works, needs, policy=candidates.policy).tolist()}
    return (
        len(rows) <= heads.most_needs[partner]
        and sum(candidates.works[row].hours for row in rows) <= heads.hours[partner] + 1e-9
        and not any(tuple(sorted(pair)) in clash for pair in itertools.combinations(rows, 2))
    )


def _people_may(candidates, row, people):
    partners = candidates.profiles.partners
    homes = [partners[p].household for p in people if isinstance(partners[p], Volunteer) and partners[p].household]
    ids = {partners[p].partner_id for p in people}
    for block in candidates.community.blocks:
        pair = {block.partner_id, block.other_partner_id}
        holds = block.until is None or candidates.works[row].day <= block.until
        if None not in pair and len(pair) == 2 and pair <= ids and holds:
            return False
    return len(set(homes)) == len(homes)


def _first_most(model, candidates, row):
    teamed = any(model.need[edges[0]] == row for edges, _ in model.teams) and model.least[row] > 0
    return min(max(model.least[row], len(candidates.parts[row])), model.most[row]) if teamed else model.least[row]


def _covers(model, row, edges):
    return not model.lacking[row] and all(
        len(set(team.tolist()) & set(edges)) >= least for team, least in model.teams if model.need[team[0]] == row
    )


@settings(max_examples=80, deadline=None)
@given(districts(most_needs=3, most_partners=5))
def test_brute_force_finds_no_better_choice_in_either_step(community):
    candidates = score(community, as_of=AS_OF)
    model = build_model(candidates)
    if model.need.size > 11 or model.locked.any():
        return
    plan = solve(candidates)
    subsets = [s for k in range(model.need.size + 1) for s in itertools.combinations(range(model.need.size), k)]
    best = max(sum(model.value[e] for e in s) for s in subsets if feasible(model, candidates, s, is_first=True))
    assert plan.proof.first_total == pytest.approx(best, rel=1e-3, abs=1e-9)
    first = set(np.flatnonzero(plan.working.choice.first.chosen).tolist())
    further = [
        sum(model.value[e] for e in s)
        for s in subsets
        if first <= set(s) and feasible(model, candidates, s, is_first=False)
    ]
    assert plan.proof.total == pytest.approx(max(further), abs=1e-9)


def test_nobody_is_a_third_pair_of_hands_while_another_need_has_none():
    wishes = (need(1, "老人陪伴", people_max=3), need(2, "老人陪伴", people_max=1, community="新民街社区"))
    people = tuple(volunteer(k, "老人陪伴") for k in range(1, 4))
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    got = [pair[0] for pair in plan.pairs]
    assert (got.count("N-001"), got.count("N-002")) == (2, 1)


def test_a_team_takes_no_more_people_in_the_first_step_than_it_has_parts():
    team = need(1, "理发", "老人陪伴", is_team=True, people_min=1, people_max=3)
    alone = need(2, "理发", community="新民街社区")
    people = (volunteer(1, "老人陪伴"), volunteer(2, "理发"), volunteer(3, "理发"))
    plan = solve(score(Community(needs=(team, alone), volunteers=people), as_of=AS_OF))
    got = [pair[0] for pair in plan.pairs]
    assert (got.count("N-001"), got.count("N-002")) == (2, 1)


def test_a_need_that_cannot_reach_its_least_head_count_leaves_people_to_others_and_is_reported():
    wishes = (need(1, "理发", people_min=3, people_max=3), need(2, "理发", people_min=2, people_max=2))
    people = (volunteer(1, "理发"), volunteer(2, "理发"))
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    assert {pair[0] for pair in plan.pairs} == {"N-002"}
    assert [(each.need_id, each.status, each.missing) for each in plan.unmet] == [("N-001", "unmet", 3)]
    assert "2 人合适但已安排到别处" in plan.unmet[0].reason


def test_people_left_over_help_a_need_in_part_and_the_plan_says_so():
    plan = solve(
        score(
            Community(needs=(need(1, "理发", people_min=3, people_max=3),), volunteers=(volunteer(1, "理发"),)),
            as_of=AS_OF,
        )
    )
    assert plan.pairs == (("N-001", "V-001"),)
    assert (plan.unmet[0].status, plan.unmet[0].missing) == ("partial", 2)
    assert plan.unmet[0].reason == "已安排 1 人，还差 2 人：会的只有 1 人"


def test_urgent_needs_come_first():
    wishes = (
        need(1, "理发", grid="第一网格"),
        need(2, "理发", community="新民街社区", urgency=Urgency.URGENT),
    )
    people = (volunteer(1, "理发", grid="第一网格"),)
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    assert plan.pairs == (("N-002", "V-001"),)


def test_of_several_windows_the_one_that_most_people_can_do_is_chosen():
    people = (
        volunteer(1, "理发", available=(WeeklySlot(5, 480, 720),)),
        volunteer(2, "理发", available=(WeeklySlot(5, 780, 1080),)),
        volunteer(3, "理发", available=(WeeklySlot(5, 780, 1080),)),
    )
    wish = need(1, "理发", windows=(window(9), window(14)))
    plan = solve(score(Community(needs=(wish,), volunteers=people), as_of=AS_OF))
    assert str(plan.assignments[0].window) == "2024-08-03 14:00-16:00"


def test_a_licence_counts_on_the_day_of_the_work_not_on_the_day_of_the_plan():
    person = volunteer(1, "照明维修")
    held = Licence(licence_id="L-1", partner_id="V-001", name="低压电工作业证", valid_until=dt.date(2024, 8, 1))
    community = Community(needs=(need(1, "照明维修"),), volunteers=(person,), licences=(held,))
    candidates = score(community, as_of=AS_OF)
    assert candidates.blocking_rules("N-001", "V-001") == ("licence_expired",)
    told = solve(candidates).explain("N-001", "V-001")
    assert told.blocked[0][1] == "低压电工作业证有效期至 2024-08-01，到 2024-08-03 已过期"


def test_three_sided_needs_are_served_whole_or_reported_as_partial():
    wishes = (
        need(1, "理发", bundle="B-1"),
        need(2, "法律咨询", bundle="B-1", licences=("律师执业证",)),
        need(3, "理发"),
    )
    plan = solve(score(Community(needs=wishes, volunteers=(volunteer(1, "理发"), volunteer(2, "理发"))), as_of=AS_OF))
    by_id = {each.need_id: each for each in plan.unmet}
    assert by_id["N-001"].status == "bundle"
    assert "N-002" in by_id["N-001"].reason
    assert by_id["N-002"].status == "unmet"


def test_a_bundle_that_can_be_whole_is_made_whole_even_at_a_cost():
    wishes = (
        need(1, "理发", bundle="B-1", grid="第一网格"),
        need(2, "理发", bundle="B-1", community="新民街社区"),
        need(3, "理发", grid="第一网格"),
    )
    people = (volunteer(1, "理发", grid="第一网格"), volunteer(2, "理发", grid="第一网格"))
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    assert {pair[0] for pair in plan.pairs} == {"N-001", "N-002"}


def test_the_same_content_has_the_same_number_and_another_content_another(plan, sample):
    again = solve(score(sample, as_of=AS_OF))
    assert (again.plan_id, again.document) == (plan.plan_id, plan.document)
    other = solve(score(sample, as_of=AS_OF, weights={"place": 0.3}))
    assert other.plan_id != plan.plan_id


def test_a_plan_read_back_from_its_document_is_the_same_and_a_changed_one_is_refused(plan):
    document = json.loads(json.dumps(plan.document, ensure_ascii=False))
    saved = SavedPlan.from_document(document)
    assert (saved.plan_id, saved.pairs, saved.fingerprint) == (plan.plan_id, plan.pairs, plan.fingerprint)
    document["assignments"].pop()
    with pytest.raises(UnreadableFileError, match="changed after it was written"):
        SavedPlan.from_document(document)
    with pytest.raises(UnreadableFileError, match="no document of a plan"):
        SavedPlan.from_document({"plan_id": "P-1"})


def test_tables_agree_with_the_plan(plan):
    table = plan.table()
    assert list(zip(table["需求编号"], table["合伙人编号"], strict=True)) == list(plan.pairs)
    assert plan.load_table()["需求数"].sum() == len(plan.pairs)
    coverage = plan.coverage_table()
    assert coverage["安排人次"].sum() == len(plan.pairs)
    open_needs = coverage["需求数"].sum()
    assert coverage["满足"].sum() + coverage["部分满足"].sum() + coverage["未满足"].sum() == open_needs
    assert len(plan.unmet_table()) == coverage["部分满足"].sum() + coverage["未满足"].sum()
    assert list(plan.table(language="en").columns)[:2] == ["Need ID", "need"]


def test_every_unmet_need_says_why(plan):
    assert all(each.reason.strip() and each.causes for each in plan.unmet)


def test_an_unknown_objective_or_identifier_is_refused_with_what_exists(plan, sample):
    candidates = plan.candidates
    with pytest.raises(CallError, match="objective must be one of"):
        solve(candidates, objective="best")
    with pytest.raises(CallError, match="fair_depth must be at least 1"):
        solve(candidates, fair_depth=0)
    with pytest.raises(UnknownNameError, match="no need 'N-999'"):
        plan.explain("N-999", plan.pairs[0][1])
    with pytest.raises(UnknownNameError, match="no partner 'V-999'"):
        plan.explain(plan.pairs[0][0], "V-999")
    with pytest.raises(CallError, match="offset"):
        score(sample, as_of=dt.datetime(2024, 7, 31))  # noqa: DTZ001  # what is refused


def test_an_empty_community_has_an_empty_plan_with_every_table():
    plan = solve(score(Community(), as_of=AS_OF))
    assert plan.pairs == ()
    for name in ("table", "unmet_table", "coverage_table", "load_table", "proof_table"):
        assert len(getattr(plan, name)().columns) >= 3


def test_a_frozen_partner_is_never_matched_or_named():
    person = dataclasses.replace(volunteer(1, "理发"), consent=False)
    plan = solve(score(Community(needs=(need(1, "理发"),), volunteers=(person,)), as_of=AS_OF))
    assert plan.pairs == ()
    with pytest.raises(UnknownNameError, match="consent was withdrawn"):
        plan.explain("N-001", "V-001")


def test_reasons_said_together_are_those_said_one_by_one(plan):
    model, edges = plan.working.model, np.arange(0, plan.working.model.need.size, 37)
    need, partner = model.need[edges], model.partner[edges]
    for language in ("zh", "en"):
        together = reasons_for(plan.candidates, need, partner, language=language)
        one_by_one = [
            reason_for(plan.candidates, row, column, language=language)
            for row, column in zip(need.tolist(), partner.tolist(), strict=True)
        ]
        assert together == one_by_one


PEOPLE_CAUSES = [rule for rule in RULES_ORDER if f"what.{rule}" in labels_under("planning.cause")]


@pytest.mark.parametrize(
    ("causes", "is_partial", "zh", "en"),
    [
        ((("time", 1),), False, "会或会相近的只有 1 人，时间不合", "only 1 can do it or something close (not free)"),
        ((("time", 3),), False, "会或会相近的 3 人都时间不合", "3 can do it or something close (all not free)"),
        ((("busy", 2),), False, "2 人合适但已安排到别处", "2 suitable but needed elsewhere"),
        (
            (("crew", 2), ("busy", 1)),
            False,
            "会或会相近的 3 人中，2 家出不了这么多人，1 人合适但已安排到别处",
            "3 can do it or something close (2 unable to send such a crew, 1 suitable but needed elsewhere)",
        ),
        (
            (("time", 4), ("insurance", 3), ("busy", 2), ("too_old", 1), ("missed", 1)),
            True,
            "其余会或会相近的 11 人中，4 人时间不合，3 人没有保险，2 人合适但已安排到别处，另有 2 人因其他原因不合适",
            "11 others can do it or something close (4 not free, 3 not insured, 2 suitable but needed elsewhere, 2 for other reasons)",
        ),
        ((("nobody", 0),), False, "名册里没有人会理发", "nobody on the register can do haircutting"),
        ((("time_over", 5),), False, "时间已过", "the time is over"),
    ],
)
def test_what_keeps_people_from_a_need_reads_as_a_sentence(causes, is_partial, zh, en):
    candidates = score(Community(needs=(need(1, "理发"),), volunteers=(volunteer(1, "理发"),)), as_of=AS_OF)
    assert words_of(candidates, 0, causes, is_partial=is_partial) == zh
    assert words_of(candidates, 0, causes, is_partial=is_partial, language="en") == en


@given(st.lists(st.tuples(st.sampled_from(PEOPLE_CAUSES), st.integers(1, 40)), min_size=1, unique_by=lambda x: x[0]))
def test_the_numbers_of_a_sentence_add_up_and_no_words_stand_twice(causes):
    candidates = score(Community(needs=(need(1, "理发"),), volunteers=(volunteer(1, "理发"),)), as_of=AS_OF)
    for is_partial in (False, True):
        said = words_of(candidates, 0, causes, is_partial=is_partial)
        numbers = [int(each) for each in re.findall(r"\d+", said)]
        assert numbers[0] == sum(n for _, n in causes)
        assert len(numbers) == 1 or numbers[0] == sum(numbers[1:])
        assert "但但" not in said
        assert not said.endswith(("，", "；"))
