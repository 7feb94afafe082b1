"""A job that wants several sides (a specialist, a unit's crew, a room) gets all of them or is reported as what it is."""

import dataclasses
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.planning import check_plan, score, solve
from matching.records import Action, Community, Decision, Kind, Level, SkillClaim, Specialist, Unit
from planning.districts import AS_OF, districts, moment, need, volunteer, window
from planning.test_plan import feasible
from planning.test_why_not import whole_plans

MANY = settings(max_examples=70, deadline=None)


@st.composite
def bundled(draw):
    """Draw a district whose needs are rows of one job or two, some of it accepted already."""
    community = draw(districts(most_needs=4, most_partners=5))
    names = [draw(st.sampled_from(["联-1", "联-1", "联-2", None])) for _ in community.needs]
    needs = tuple(dataclasses.replace(n, bundle=b) for n, b in zip(community.needs, names, strict=True))
    people = [p.partner_id for p in (*community.units, *community.specialists, *community.volunteers)]
    accepted = draw(st.lists(st.tuples(st.sampled_from(needs), st.sampled_from(people)), max_size=2))
    decisions = tuple(
        Decision(
            decision_id=f"D-{k}", plan_id="P-1", action=Action.ACCEPT, need_id=n.need_id, partner_id=who, by="张", at=moment()
        )
        for k, (n, who) in enumerate(dict.fromkeys((n, p) for n, p in accepted))
    )  # fmt: skip
    return community.replace(needs=needs, decisions=decisions)


def is_whole(plan, row, edges):
    """Tell from the rules alone whether those at a need are as many as it asks for and bring all it asks for."""
    model, theirs = plan.working.model, [edge for edge in edges if plan.working.model.need[edge] == row]
    people = [int(model.partner[edge]) for edge in theirs]
    return (
        model.least[row] > 0
        and len(theirs) >= model.least[row]
        and all(part.covers[people].any() for part in plan.candidates.parts[row])
    )


def chosen_edges(plan):
    return tuple(plan.working.model.edge_of[pair] for pair in plan.pairs)


@MANY
@given(bundled())
def test_what_is_not_served_as_it_asks_is_reported_as_such(community):
    plan = solve(score(community, as_of=AS_OF))
    edges, reported = chosen_edges(plan), {each.need_id: each for each in plan.unmet}
    assert check_plan(plan, community) == ()
    for row, wish in enumerate(plan.candidates.profiles.needs):
        got = sum(need_id == wish.need_id for need_id, _ in plan.pairs)
        if plan.working.model.least[row] == 0:
            continue
        whole = is_whole(plan, row, edges)
        if not whole:
            assert reported[wish.need_id].status == ("partial" if got else "unmet")
            assert (reported[wish.need_id].got, reported[wish.need_id].reason != "") == (got, True)
        rows = [k for k, n in enumerate(plan.candidates.profiles.needs) if wish.bundle and n.bundle == wish.bundle]
        rows = [k for k in rows if plan.working.model.least[k] > 0]
        if whole and not all(is_whole(plan, k, edges) for k in rows):
            assert reported[wish.need_id].status == "bundle"
        if all(is_whole(plan, k, edges) for k in rows or [row]):
            assert wish.need_id not in reported


@MANY
@given(bundled())
def test_a_job_is_left_incomplete_only_if_no_plan_completes_it_beside_those_that_are_whole(community):
    plan = solve(score(community, as_of=AS_OF))
    model = plan.working.model
    if not 0 < model.need.size <= 9:
        return
    jobs: dict[str, list[int]] = {}
    for row, wish in enumerate(plan.candidates.profiles.needs):
        if wish.bundle and model.least[row] > 0:
            jobs.setdefault(wish.bundle, []).append(row)
    jobs = {name: rows for name, rows in jobs.items() if len(rows) > 1}
    locked = {edge for edge in range(model.need.size) if model.locked[edge]}
    plans = [s for s in whole_plans(plan) if locked <= set(s)]
    done = [rows for rows in jobs.values() if all(is_whole(plan, row, chosen_edges(plan)) for row in rows)]
    for rows in jobs.values():
        if rows in done:
            continue
        wanted = [row for each in (*done, rows) for row in each]
        assert not any(served_in_first(plan, s, wanted) for s in plans)


def served_in_first(plan, edges, rows):
    """Tell whether a plan serves some needs as they ask with no more people than the first step may use."""
    for row in rows:
        theirs = [edge for edge in edges if plan.working.model.need[edge] == row]
        firsts = (s for k in range(1, len(theirs) + 1) for s in itertools.combinations(theirs, k))
        if not any(feasible(plan.working.model, plan.candidates, s, is_first=True) for s in firsts):
            return False
    return True


def test_one_job_is_not_broken_to_complete_another():
    wishes = (
        need(1, "理发", bundle="联-2"),
        need(2, "水管维修", bundle="联-2", windows=(window(14),)),
        need(3, "理发", bundle="联-1"),
        need(4, "老人陪伴", bundle="联-1", windows=(window(14),)),
    )
    people = (volunteer(1, "理发"), volunteer(2, "水管维修"), volunteer(3, "老人陪伴"))
    plan = solve(score(Community(needs=wishes, volunteers=people), as_of=AS_OF))
    status = {each.need_id: each.status for each in plan.unmet}
    assert status in ({"N-001": "unmet", "N-002": "bundle"}, {"N-003": "unmet", "N-004": "bundle"})


def test_a_specialist_a_crew_and_a_loudspeaker_come_together_or_the_lack_is_named():
    gardener = Specialist(
        partner_id="P-001", name="张工", profession="园艺师", community="光耀路社区",
        skills=(SkillClaim("绿化养护", Level.LICENSED),),
    )  # fmt: skip
    crew = Unit(
        partner_id="U-001", name="园林公司", community="光耀路社区", skills=(SkillClaim("绿化养护", None),), staff=8
    )
    with_sound = dataclasses.replace(crew, partner_id="U-002", name="文化馆", equipment=("音响设备",))
    wish = need(
        1, "绿化养护", kinds=(Kind.SPECIALIST, Kind.UNIT), crew=4, people_min=2, people_max=3, resources=("音响",)
    )
    community = Community(needs=(wish,), specialists=(gardener,), units=(crew, with_sound))
    plan = solve(score(community, as_of=AS_OF))
    assert ("N-001", "U-002") in plan.pairs
    assert plan.unmet == ()
    without = solve(score(community.replace(units=(crew,)), as_of=AS_OF))
    assert [(each.status, "音响" in each.reason) for each in without.unmet] == [("partial", True)]
