"""Pictures of a district before any matching."""

import re
import xml.etree.ElementTree as ET

import pytest

from matching.records import (
    Community,
    Grid,
    Kind,
    Need,
    NeedStatus,
    Skill,
    SkillClaim,
    Specialist,
    Unit,
    Volunteer,
)  # fmt: skip
from matching.views import district_chart, district_map, list_places, name_families, open_needs, skill_chart
from matching.views.palette import KIND_COLOURS

HOSTILE = '<script>alert("x")</script>'


def grid(at, community, longitude=None, latitude=None):
    return Grid(grid_id=f"G-{at}", street="灯塔路街道", community=community, longitude=longitude, latitude=latitude)


def claims(*names):
    return tuple(SkillClaim(name) for name in names)


@pytest.fixture
def community():
    return Community(
        grids=(grid(1, "光耀路社区", 114.33, 36.07), grid(2, "平原社区", 114.36, 36.09), grid(3, "平原社区")),
        units=(Unit(partner_id="U-1", name="园林站", community="平原社区", skills=claims("修剪树木")),),
        specialists=(
            Specialist(partner_id="S-1", name="老王", community="光耀路社区", skills=claims("水电维修", "修水管")),
        ),
        volunteers=(
            Volunteer(partner_id="V-1", name="小李", community="光耀路社区", skills=claims("水电工")),
            Volunteer(partner_id="V-2", name=HOSTILE, skills=claims("祖传手艺")),
        ),
        needs=(
            Need(need_id="N-1", description="修灯", community="平原社区", skills=claims("水电维修")),
            Need(need_id="N-2", description="早办完了", community="平原社区", status=NeedStatus.DONE),
        ),
    )


def figures(svg):
    return [text for text in re.findall(r"<text[^>]*>([^<]*)<", svg) if text.isdigit()]


def test_places_come_in_the_order_of_the_grids_with_the_unnamed_last(community):
    assert list_places(community) == ["光耀路社区", "平原社区", ""]


def test_needs_that_are_done_are_not_open(community):
    assert [need.need_id for need in open_needs(community)] == ["N-1"]


def test_the_district_chart_counts_partners_by_kind_and_open_needs(community):
    svg = district_chart(community)
    assert figures(svg)[-5:] == ["1", "1", "0", "2", "1"]
    assert svg.count(f'<circle cx="190" cy="85" r="11" fill="{KIND_COLOURS[Kind.UNIT]}"/>') == 1
    assert "3 个社区，4 位合伙人，1 项待匹配需求" in svg


def test_frozen_partners_are_in_no_picture(community):
    frozen = community.replace(units=(Unit(partner_id="U-1", name="园林站", community="平原社区", consent=False),))
    assert "3 位合伙人" in district_chart(frozen)


def test_the_skill_chart_counts_a_partner_once_a_family_and_marks_what_is_lacking(community):
    svg = skill_chart(community)
    assert ">水电维修<" in svg
    assert ">目录之外<" in svg
    assert svg.count(">缺<") == 1  # 平原社区 wants 水电维修 and nobody there offers it
    row = svg.split(">水电维修<")[1].split('text-anchor="end"')[0]
    assert figures(row) == ["2"]


def test_families_come_from_the_districts_own_skills_first(community):
    own = community.replace(
        skills=(Skill(skill_id="S-1", name="水电维修", family="修东西", aliases=("水电工", "水电维修")),)
    )
    offered, asked = name_families(own)
    assert offered["V-1"] == asked["N-1"] == {"修东西"}
    assert offered["U-1"] == name_families(community)[0]["U-1"]  # packaged skills stay beside them
    assert ">修东西<" in skill_chart(own)


def test_families_beyond_what_fits_are_counted(community):
    assert "另有 2 类未画出" in skill_chart(community, most_families=1)


def test_the_map_ties_grids_to_their_community_and_shows_the_open_needs(community):
    svg = district_map(community)
    ET.fromstring(svg)  # noqa: S314 - our own picture
    assert {"光耀路社区", "平原社区"} <= set(re.findall(r">([^<>]+)</text>", svg))
    assert "1 个网格没有坐标" in svg
    assert figures(svg) == ["1"]


def test_the_map_is_true_to_scale(community):
    grids = (grid(1, "甲", 114.0, 36.0), grid(2, "乙", 114.0, 36.01))
    svg = district_map(community.replace(grids=grids))
    ys = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)" r="3"', svg)]
    ends = re.search(r'<line x1="16" y1="504" x2="([\d.]+)"', svg)
    kilometres = float(re.search(r">([\d.]+) 公里<", svg).group(1))
    a_km = (float(ends.group(1)) - 16) / kilometres
    assert abs(ys[0] - ys[1]) / a_km == pytest.approx(1.1132, rel=0.01)
    assert ys[0] > ys[1]  # north is up


def test_names_of_communities_that_lie_close_do_not_cover_each_other(community):
    grids = (*(grid(at, f"第{at}社区", 114.33 + at * 1e-4, 36.07) for at in range(4)), grid(9, "远处", 114.5, 36.2))
    svg = district_map(community.replace(grids=grids, needs=()))
    names = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="13"', svg)
    boxes = [(float(x), float(y)) for x, y in names]
    assert all(abs(ax - bx) > 50 or abs(ay - by) >= 13 for i, (ax, ay) in enumerate(boxes) for bx, by in boxes[:i])


@pytest.mark.parametrize("places", [[(0, 0)], [(114.3, 36.1)] * 3, [(-180, -90), (180, 90)]])
def test_one_point_or_the_whole_world_can_be_drawn(places):
    grids = tuple(grid(at, f"甲{at}", *place) for at, place in enumerate(places))
    ET.fromstring(district_map(Community(grids=grids)))  # noqa: S314 - our own picture


@pytest.mark.parametrize("chart", [district_chart, skill_chart, district_map])
def test_an_empty_district_says_so_and_english_is_there(chart):
    assert "没有可画的数据" in chart(Community())
    assert "nothing to draw" in chart(Community(), language="en")


@pytest.mark.parametrize("chart", [district_chart, skill_chart, district_map])
def test_hostile_names_of_places_are_text(chart, community):
    hostile = community.replace(
        grids=(grid(1, HOSTILE, 114.33, 36.07),), volunteers=(Volunteer(partner_id="V", name="x", community=HOSTILE),)
    )
    svg = chart(hostile)
    ET.fromstring(svg)  # noqa: S314 - our own picture
    assert "<script" not in svg


@pytest.mark.parametrize("chart", [district_chart, skill_chart, district_map])
def test_the_same_district_is_the_same_picture(chart, community):
    assert chart(community) == chart(community)
