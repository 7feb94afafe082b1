"""Pictures of a training programme: the same bytes, readable by ear, inert, and with contrast."""

import xml.etree.ElementTree as ET

import pytest

from matching.errors import CallError
from matching.views import HoursRow, LevelRow, PairLine, hours_chart, levels_chart, measure_contrast, pairs_chart
from matching.views.training_charts import GAP_FILLS

NASTY = '<script>alert("x")</script>\u202e & 李'
LEVELS = (
    LevelRow(name=NASTY, levels=(1, 4, 0), required=(3, 2, 0)),
    LevelRow(name="王", levels=(3, 2, 1), required=(3, 3, 4)),
)
HOURS = (
    HoursRow(name=NASTY, done=10, owed=40, forecast=16),
    HoursRow(name="王", done=41, owed=40, forecast=70),
    HoursRow(name="赵", done=30, owed=40, forecast=50),
)
PAIRS = (
    PairLine(cadre=NASTY, mentor="张导", score=0.5),
    PairLine(cadre="李", mentor="张导", is_new=False),
    PairLine(cadre="赵", mentor=""),
)
DRAWN = {
    "levels": lambda language="zh": levels_chart(LEVELS, ("走访", "调解", "项目申报管理"), language=language),
    "hours": lambda language="zh": hours_chart(HOURS, day="2024-07-31", language=language),
    "pairs": lambda language="zh": pairs_chart(PAIRS, language=language),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_picture_is_sound_inert_and_says_what_it_shows(name, language):
    svg = DRAWN[name](language)
    assert svg == DRAWN[name](language)
    root = ET.fromstring(svg)  # noqa: S314  # made three lines above
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text
    assert root.find(f"{space}desc").text
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert "style=" not in svg


def test_a_cell_says_level_and_requirement_and_the_last_row_counts_who_lacks():
    svg = DRAWN["levels"]()
    assert ">1/3<" in svg
    assert "2 位有短板" in svg
    assert svg.count(">1<") >= 2


def test_hours_say_who_is_done_on_the_way_and_short():
    assert "1 位已完成，1 位照这个进度能完成，1 位到年底会差" in DRAWN["hours"]()
    assert "到期会差 24" in DRAWN["hours"]()


def test_a_cadre_without_a_mentor_is_counted_and_drawn_open():
    assert "1 位干部没有导师" in DRAWN["pairs"]()
    assert 'stroke-dasharray="3 2"' in DRAWN["pairs"]()


def test_words_on_every_fill_can_be_read():
    assert all(measure_contrast(fill.inside, fill.words) >= 4.5 for fill in GAP_FILLS)
    assert all(measure_contrast("#ffffff", fill.edge) >= 3 for fill in GAP_FILLS)


def test_nothing_to_draw_is_said():
    for svg in (levels_chart((), ()), hours_chart((), day="x"), pairs_chart(())):
        assert "没有可画的数据" in svg


def test_impossible_values_are_refused():
    with pytest.raises(CallError, match="a level for each of the 1 competencies"):
        levels_chart(LEVELS, ("x",))
    with pytest.raises(CallError, match="cannot be negative"):
        hours_chart([HoursRow(name="x", done=-1, owed=1, forecast=1)], day="x")
