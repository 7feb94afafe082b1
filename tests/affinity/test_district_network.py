"""Who holds a district together, on a district small enough to see it."""

import datetime as dt

import pytest

import matching as mt
from matching.affinity import circle_table, connector_table, sole_skill_table
from matching.records import Community, Consent, Grid, Need, Result, ServiceRecord, SkillClaim, Volunteer
from matching.records.times import CHINA
from matching.samples import make_district
from matching.views import Presence, presence_chart

AS_OF = dt.date(2024, 7, 31)
PHONE = "1" + "39" + "0" * 8  # put together here, so that no file holds a number that may be somebody's
PLACES = ("甲社区", "乙社区")
SERVED = {"V-1": "甲社区", "V-2": "甲社区", "V-3": "甲社区", "V-4": "乙社区", "V-5": "乙社区"}


def volunteer(number, *skills, place="甲社区"):
    return Volunteer(
        partner_id=f"V-{number}", name=f"人{number}", community=place, skills=tuple(SkillClaim(s) for s in skills)
    )


def service(number, partner, day, place, activity="大扫除"):
    return ServiceRecord(
        record_id=f"R-{number}", partner_id=partner, activity=activity, date=dt.date(2024, 5, day), community=place,
        result=Result.COMPLETED,
    )  # fmt: skip


DISTRICT = Community(
    grids=tuple(Grid(grid_id=f"G-{k}", street="某街道", community=name, name="一") for k, name in enumerate(PLACES)),
    volunteers=(
        volunteer(1, "水管维修", "理发"), volunteer(2, "水管维修"), volunteer(3, "水管维修"),
        volunteer(4, "水管维修", place="乙社区"), volunteer(5, "水管维修", place="乙社区"),
    ),
    needs=(
        Need(need_id="N-1", description="理发", skills=(SkillClaim("理发"),), community="甲社区"),
        Need(need_id="N-2", description="开锁", skills=(SkillClaim("开锁"),), community="甲社区"),
    ),
    services=(
        service(1, "V-1", 1, "甲社区"), service(2, "V-2", 1, "甲社区"),
        service(3, "V-2", 2, "甲社区"), service(4, "V-3", 2, "甲社区"),
        service(5, "V-3", 3, "乙社区"), service(6, "V-4", 3, "乙社区"),
        service(7, "V-4", 4, "乙社区"), service(8, "V-5", 4, "乙社区"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def network():
    return mt.see_network(DISTRICT, as_of=AS_OF)


def test_who_serves_in_both_communities_links_them(network):
    first = network.connectors[0]
    assert (first.name, first.services, first.coworkers) == ("人3", {"乙社区": 1, "甲社区": 1}, 2)


def test_whose_leaving_cuts_a_chain_of_team_mates_is_counted(network):
    cut = {each.name: each.cut_off for each in network.connectors}
    assert cut == {"人1": 0, "人2": 1, "人3": 2, "人4": 1, "人5": 0}


def test_a_skill_of_one_person_and_a_skill_of_nobody_are_found_with_the_needs_that_ask(network):
    found = {each.skill: each for each in network.sole_skills}
    assert (found["理发"].name, found["理发"].need_ids) == ("人1", ("N-1",))
    nobody = next(each for each in network.sole_skills if not each.partner_id)
    assert nobody.need_ids == ("N-2",)
    assert "水管维修" not in found


def test_who_share_a_craft_and_work_side_by_side_are_a_circle(network):
    circle = network.circles[0]
    assert set(circle.partner_ids) == {"V-1", "V-2", "V-3", "V-4", "V-5"}
    assert (circle.services, circle.communities) == (4, ("乙社区", "甲社区"))


def test_who_withdrew_consent_is_in_none_of_it():
    moment = dt.datetime(2024, 7, 1, tzinfo=CHINA)
    gone = Consent(consent_id="K-1", partner_id="V-3", is_given=False, by="某", at=moment)
    network = mt.see_network(DISTRICT.replace(consents=(gone,)), as_of=AS_OF)
    shown = (
        connector_table(network).to_string() + circle_table(network).to_string() + sole_skill_table(network).to_string()
    )
    assert "人3" not in shown
    assert network.connectors


def test_services_after_the_day_do_not_count():
    assert not mt.see_network(DISTRICT, as_of=dt.date(2024, 4, 30)).connectors


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tables_of_a_whole_district_mask_what_they_show(language):
    district = make_district(units=10, specialists=10, community_partners=8, volunteers=80, needs=30)
    person = district.volunteers[0]
    called = district.replace(
        volunteers=(
            Volunteer(
                partner_id=person.partner_id, name=f"张三 {PHONE}", community=person.community, skills=person.skills
            ),
            *district.volunteers[1:],
        )
    )
    network = mt.see_network(called, as_of=AS_OF)
    for table in (connector_table, sole_skill_table, circle_table):
        shown = table(network, top=1000, language=language)
        assert len(shown)
        assert PHONE not in shown.to_string()


def test_the_picture_has_a_disc_for_each_community_served_and_shows_names_as_text(network):
    rows = [Presence(each.name, each.kind, each.services) for each in network.connectors]
    svg = presence_chart([*rows, Presence("<script>x</script>", rows[0].kind, {"<b>": 2})])
    assert svg.count("<circle cx") - len(rows) - 1 == sum(len(row.services) for row in rows) + 1
    assert "<script>" not in svg
    assert "<b>" not in svg
