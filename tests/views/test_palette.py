"""Colours can be read, and are never the only sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError
from matching.views.palette import (
    ACCENT,
    ALARM,
    GHOST,
    INK,
    KIND_COLOURS,
    PAPER,
    QUIET,
    STATUS_FILLS,
    measure_contrast,
)
from matching.views.skills import SHADES  # fmt: skip

WORDS = {
    "ink": INK,
    "quiet": QUIET,
    "accent": ACCENT,
    "alarm": ALARM,
    **{kind.value: c for kind, c in KIND_COLOURS.items()},
}
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize("name", WORDS)
def test_every_colour_of_words_meets_aa_on_paper(name):
    assert measure_contrast(WORDS[name], PAPER) >= 4.5


@pytest.mark.parametrize("status", STATUS_FILLS)
def test_figures_inside_a_bar_and_its_edge_can_be_read(status):
    fill = STATUS_FILLS[status]
    assert measure_contrast(fill.words, fill.inside) >= 4.5
    assert measure_contrast(fill.edge, PAPER) >= 3


@pytest.mark.parametrize("shade", SHADES)
def test_figures_on_every_shade_can_be_read(shade):
    assert measure_contrast(INK, shade) >= 4.5


def test_states_differ_in_more_than_hue():
    looks = {
        (fill.inside == PAPER, bool(fill.dash), measure_contrast(fill.inside, PAPER) > 3)
        for fill in STATUS_FILLS.values()
    }
    assert len(looks) == len(STATUS_FILLS)


def test_a_bar_stands_out_from_the_pale_box_behind_it():
    assert all(measure_contrast(colour, GHOST) >= 3 for colour in [ACCENT, *KIND_COLOURS.values()])


@given(COLOURS, COLOURS)
def test_contrast_is_symmetric_and_between_1_and_21(one, other):
    assert measure_contrast(one, other) == measure_contrast(other, one)
    assert 1 <= measure_contrast(one, other) <= 21


def test_contrast_agrees_with_a_published_value():
    assert measure_contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # the lightest grey of AA


@pytest.mark.parametrize("colour", ["red", "#fff", "#gggggg", ""])
def test_a_colour_of_another_form_is_refused(colour):
    with pytest.raises(CallError, match="#rrggbb"):
        measure_contrast(colour, "#ffffff")
