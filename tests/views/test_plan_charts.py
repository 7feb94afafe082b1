"""A plan as pictures: the figures are those of the plan's own tables."""

import collections
import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest

from matching.planning import score, solve
from matching.records import Community
from matching.samples import make_district
from matching.views import (
    coverage_of,
    explanation_chart,
    flow_of,
    links_of,
    load_of,
    network_charts,
    read_families,
    skill_chart,
    status_of,
)
from matching.views.waterfall import PLOT

DAY = dt.date(2024, 7, 31)


@pytest.fixture(scope="module")
def plan():
    district = make_district(units=12, specialists=14, community_partners=8, volunteers=60, needs=50)
    return solve(score(district, as_of=DAY))


def test_coverage_has_the_figures_of_the_plans_own_table(plan):
    table = plan.coverage_table(language="en")
    assert table["unmet"].sum() > 0  # a sample without trouble would show little
    expected = {row.community: (row.met, row.partial, row.unmet) for row in table.itertuples()}
    assert {row.place: (row.met, row.partial, row.unmet) for row in coverage_of(plan)} == expected


def test_load_has_the_figures_of_the_plans_own_table(plan):
    table = plan.load_table(language="en")
    expected = dict(zip(table["Partner ID"], zip(table["needs"], table["hours"], strict=True), strict=True))
    assert {row.partner_id: (row.needs, pytest.approx(row.hours)) for row in load_of(plan)} == expected
    hours = [row.hours for row in load_of(plan)]
    assert hours == sorted(hours, reverse=True)


def test_the_flow_counts_every_pair_once(plan):
    assert sum(flow_of(plan).values()) == len(plan.pairs)


def test_needs_that_lack_people_are_those_of_the_plan(plan):
    lacking = {need_id for need_id, status in status_of(plan).items() if status != "met"}
    assert lacking == {each.need_id for each in plan.unmet}


def test_links_are_the_pairs_and_one_best_allowed_alternative_a_need(plan):
    links = links_of(plan)
    assert {(link.need_id, link.partner_id) for link in links if link.is_placed} == set(plan.pairs)
    scores, candidates = plan.candidates.scores, plan.candidates
    others = [link for link in links if not link.is_placed]
    assert max(collections.Counter(link.need_id for link in others).values()) == 1
    for link in others:
        row = candidates.need_index(link.need_id)
        taken = {partner for need, partner in plan.pairs if need == link.need_id}
        partners = candidates.profiles.partners
        allowed = [
            scores[row, column]
            for column, partner in enumerate(partners)
            if candidates.is_eligible[row, column] and partner.partner_id not in taken
        ]
        assert link.score == pytest.approx(max(allowed))
        assert candidates.blocking_rules(link.need_id, link.partner_id) == ()


def test_every_pair_is_drawn_in_the_network_of_its_community(plan):
    pictures = network_charts(plan)
    drawn = sum(svg.count('stroke-width="1.8">') for svg in pictures.values())
    assert drawn == len(plan.pairs)
    assert set(pictures) == {row.place for row in coverage_of(plan)}
    for svg in pictures.values():
        ET.fromstring(svg)  # noqa: S314 - our own picture


def test_the_explanation_is_drawn_part_by_part_up_to_the_score(plan):
    for need_id, partner_id in plan.pairs[:10]:
        explanation = plan.explain(need_id, partner_id)
        svg = explanation_chart(explanation)
        assert all(f">{part.title}<" in svg for part in explanation.parts)
        total = float(re.findall(r'<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="14" fill="#1f2933"', svg)[-1])
        assert total == pytest.approx(explanation.total * PLOT, abs=0.06)
        assert svg.count("stroke-dasharray") == sum(part.is_unknown for part in explanation.parts)


def test_families_read_by_planning_include_what_was_only_written_in_words(plan):
    offered, asked = read_families(plan.candidates)
    silent = [need for need in plan.candidates.profiles.needs if not need.skills]
    assert any(asked[need.need_id] for need in silent)
    assert set(offered) == {partner.partner_id for partner in plan.candidates.profiles.partners}
    ET.fromstring(skill_chart(plan.candidates))  # noqa: S314 - our own picture


def test_a_plan_of_nothing_has_no_rows():
    empty = solve(score(Community(), as_of=DAY))
    assert coverage_of(empty) == load_of(empty) == links_of(empty) == ()
    assert network_charts(empty) == flow_of(empty) == {}


def test_pictures_of_a_plan_are_the_same_every_time(plan):
    assert network_charts(plan) == network_charts(plan)
