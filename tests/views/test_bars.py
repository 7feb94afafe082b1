"""Bars of coverage and load, and bands of the flow: lengths are the figures."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError
from matching.records import Kind
from matching.views.bars import PLOT, Coverage, Load, coverage_chart, load_chart
from matching.views.flow import TALL, flow_chart
from matching.views.palette import KIND_COLOURS, STATUS_FILLS

COUNTS = st.integers(0, 40)


def widths(svg, fill):
    return [
        float(w) for w in re.findall(rf'<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="1[67]" fill="{fill}"', svg)
    ]


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), max_size=9))
def test_segments_are_as_long_as_their_counts(counts):
    svg = coverage_chart([Coverage(f"社区{at}", *three) for at, three in enumerate(counts)])
    ET.fromstring(svg)  # noqa: S314 - our own picture
    scale = PLOT / max([sum(three) for three in counts], default=1) if any(map(sum, counts)) else 0
    met = [max(three[0] * scale - 2, 0) for three in counts if three[0]]
    assert widths(svg, STATUS_FILLS["met"].inside) == pytest.approx(met, abs=0.06)


def test_each_community_is_written_with_its_figures():
    svg = coverage_chart([Coverage("光耀路社区", 18, 2, 2), Coverage("空社区", 0, 0, 0)])
    assert "18 / 22 (82%)" in svg
    assert ">0 / 0<" in svg
    assert "2 个社区共 22 项需求，可满足 18 项" in svg


def test_a_negative_count_is_refused():
    with pytest.raises(CallError, match="cannot be negative"):
        coverage_chart([Coverage("x", -1, 0, 0)])


def load(at, hours, most=None):
    return Load(f"V-{at}", f"某{at}", Kind.VOLUNTEER, 1, hours, most)


def test_the_busiest_come_first_and_the_rest_are_counted():
    svg = load_chart([load(at, float(at)) for at in range(1, 31)], most_partners=5)
    assert re.findall(r">某(\d+) ", svg) == ["30", "29", "28", "27", "26"]
    assert "另有 25 位" in svg
    assert "30 位合伙人共 465 小时" in svg


def test_bars_of_load_are_as_long_as_hours():
    svg = load_chart([load(1, 8.0), load(2, 2.0)])
    assert widths(svg, KIND_COLOURS[Kind.VOLUNTEER]) == [PLOT, PLOT / 4]


def test_an_offer_without_end_does_not_squeeze_the_bars():
    svg = load_chart([load(1, 8.0, 1000.0), load(2, 2.0, 4.0)])
    assert widths(svg, KIND_COLOURS[Kind.VOLUNTEER]) == pytest.approx([PLOT / 2, PLOT / 8], abs=0.06)
    assert "8 / 1000 小时" in svg


def test_loads_in_any_order_are_one_picture():
    rows = [load(at, float(at % 3)) for at in range(9)]
    assert load_chart(rows) == load_chart(rows[::-1])


def test_bands_are_as_thick_as_their_pairs_and_stacked_without_overlap():
    svg = flow_chart({("光耀路社区", Kind.UNIT): 3, ("光耀路社区", Kind.VOLUNTEER): 1, ("平原社区", Kind.UNIT): 4})
    bands = re.findall(r'd="M[\d.]+ ([\d.]+)C[\d. ]+V([\d.]+)C[\d. ]+ ([\d.]+)z"', svg)
    thick = sorted(float(bottom) - float(top) for top, _, bottom in bands)
    assert thick == pytest.approx([TALL / 8, TALL * 3 / 8, TALL * 4 / 8], abs=0.11)
    right = sorted((float(y2) for _, y2, _ in bands))
    assert len(set(right)) == 3


def test_a_negative_flow_is_refused():
    with pytest.raises(CallError, match="cannot be negative"):
        flow_chart({("x", Kind.UNIT): -1})


@pytest.mark.parametrize("svg", [coverage_chart([]), load_chart([]), flow_chart({}), flow_chart({("x", Kind.UNIT): 0})])
def test_an_empty_picture_says_that_it_is_empty(svg):
    assert "没有可画的数据" in svg


def test_loads_of_no_hours_are_drawn():
    ET.fromstring(load_chart([load(1, 0.0)]))  # noqa: S314 - our own picture
