"""A waterfall adds up, to the eye and in its figures."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError
from matching.views.waterfall import PLOT, Step, round_to_sum, waterfall_chart

AMOUNTS = st.lists(st.floats(-1, 1), min_size=1, max_size=12)


def draw(steps, total=None, **options):
    total = sum(step.amount for step in steps) if total is None else total
    return waterfall_chart(steps, total, title="得分", summary="几部分相加", total_label="合计", **options)


def boxes(svg):
    found = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+" fill="(#\w+)"', svg)
    return [(float(x), float(y), float(width), fill) for x, y, width, fill in found]


@given(AMOUNTS)
def test_figures_shown_add_up_to_the_total_shown(amounts):
    total = sum(amounts)
    figures = round_to_sum(amounts, total, digits=3)
    assert sum(map(Decimal, figures)) == Decimal(f"{round(total * 1000) / 1000:.3f}")
    assert all(abs(float(figure) - amount) < 0.001 + 1e-12 for figure, amount in zip(figures, amounts, strict=True))


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=5))
def test_each_bar_begins_where_the_one_before_it_ended(amounts):
    bars = boxes(draw([Step(f"第{at}", amount) for at, amount in enumerate(amounts)]))
    steps, total = bars[:-1], bars[-1]
    reached = steps[0][0]
    for x, _, width, _ in steps:
        assert x == pytest.approx(reached, abs=0.6)
        reached = x + width
    assert total[2] == pytest.approx(sum(amounts) * PLOT, abs=0.2)


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(CallError, match="must add up"):
        draw([Step("技能", 0.3)], total=0.4)


def test_a_part_that_is_no_number_is_refused():
    with pytest.raises(CallError, match="must add up"):
        draw([Step("技能", float("nan"))])


def test_a_part_that_takes_away_is_drawn_backwards():
    bars = boxes(draw([Step("技能", 0.5), Step("太远", -0.2)]))
    assert bars[1][0] + bars[1][2] == pytest.approx(bars[0][0] + bars[0][2], abs=0.2)


def test_an_unknown_part_is_drawn_as_a_dashed_outline():
    assert draw([Step("时间", 0.1)]).count("stroke-dasharray") == 0
    assert draw([Step("时间", 0.1, is_known=False)]).count("stroke-dasharray") == 1


def test_what_could_have_been_stands_beside_what_is():
    assert "0.100 / 0.350" in draw([Step("技能", 0.1, most=0.35)])


def test_without_details_the_picture_is_narrow():
    wide = float(re.search(r'width="(\d+)"', draw([Step("技能", 0.1, detail="会修灯")])).group(1))
    assert float(re.search(r'width="(\d+)"', draw([Step("技能", 0.1)])).group(1)) < wide


def test_labels_and_details_have_room_for_words_in_english_and_long_ones_are_cut():
    longest = "network proximity", "can do traditional Chinese medicine consultation (licensed)"
    svg = draw([Step("skill", 0.5, detail="short"), Step(longest[0], 0.2, detail=longest[1])])
    assert all(f">{each}</text>" in svg for each in longest)
    cut = draw([Step("x" * 200, 0.5, detail="y" * 400)])
    assert cut.count("…") == 2
    assert cut.count("<title>") == 3  # of the picture and of both texts


def test_short_labels_leave_the_columns_as_they_are():
    assert 'viewBox="0 0 450 ' in draw([Step("技能", 0.5)])
