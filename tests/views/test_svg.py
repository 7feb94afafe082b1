"""Text in pictures: inert, on one line, clipped without tearing, masked."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError
from matching.records import Kind
from matching.views.svg import (
    LONGEST,
    clean_text,
    clip_text,
    draw_box,
    draw_mark,
    draw_picture,
    draw_text,
    escape_text,
    measure_text,
    show_number,
)  # fmt: skip

SVG = "{http://www.w3.org/2000/svg}"
ANYTHING = st.text(st.characters(), max_size=60)


def parse(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own picture


@given(ANYTHING)
def test_whatever_is_written_the_picture_is_well_formed_and_holds_no_foreign_element(text):
    root = parse(draw_picture(100, 20, [draw_text(0, 10, text, width=40)], title=text, summary=text))
    assert {element.tag for element in root.iter()} <= {SVG + tag for tag in ("svg", "title", "desc", "rect", "text")}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "]]>", "&lt;b&gt;", "' onload='x"]
)
def test_markup_in_a_name_is_shown_as_text(text):
    root = parse(draw_picture(100, 20, [draw_text(0, 10, text)], title="x", summary="y"))
    assert root.find(f"{SVG}text").text == text


@given(ANYTHING)
def test_clean_text_has_no_character_that_steers_or_breaks_a_line(text):
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029\ud800-\udfff\ufffe\uffff]",
        clean_text(text),
    )


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)


def test_arabic_and_emoji_and_rare_characters_stay():
    for text in ("محمد", "👨‍👩‍👧 一家", "𠮷野家", "é"):
        assert clean_text(text) == text


def test_towers_of_combining_marks_are_cut_down():
    assert clean_text("灯" + "\u0301" * 500) == "灯" + "\u0301" * 2


@pytest.mark.parametrize("split", ["", "\u200b", "\u202e", "\x00"])
def test_a_phone_is_masked_even_where_unseen_characters_split_it(split):
    phone = "138" + split + "0000" + "1234"
    assert clean_text(f"电话{phone}找老王") == "电话138****1234找老王"


def test_a_text_beyond_all_measure_is_cut():
    assert len(clean_text("长" * 1_000_000)) == LONGEST
    assert clean_text("长" * 1_000_000).endswith("…")


def test_the_whole_of_a_clipped_name_stands_in_its_tooltip():
    name = "安阳市" * 500
    element = parse(draw_text(0, 0, name, width=60))
    assert element.find("title").text == name
    assert element.find("title").tail == "安阳市安…"


def test_a_name_that_fits_has_no_tooltip():
    assert "<title>" not in draw_text(0, 0, "老王", width=60)


@given(ANYTHING.map(clean_text), st.floats(1, 40))
def test_what_is_clipped_fits_the_room_and_begins_as_the_whole_did(text, width):
    shown = clip_text(text, width)
    assert measure_text(shown) <= max(width, 1.0) + 1e-9
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_clipping_never_tears_an_emoji_or_a_letter_from_its_mark():
    family = "👨‍👩‍👧"
    for width in (1, 1.5, 2, 2.5, 3, 3.5):
        shown = clip_text("老" + family + "一家人住在这里", width).removesuffix("…")
        assert shown in {"", "老", "老" + family} or shown.startswith("老" + family)
    assert clip_text("e\u0301" * 9, 2.0).removesuffix("…").endswith("\u0301")


def test_a_number_is_written_with_at_most_one_decimal():
    assert [show_number(value) for value in (0, 1.25, -0.01, 1e6, 99.96)] == ["0", "1.2", "0", "1000000", "100"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(CallError, match="finite numbers"):
        show_number(value)


def test_a_box_of_negative_size_is_none():
    assert 'width="0"' in draw_box(0, 0, -3, 2, fill="#000000")


def test_each_kind_has_a_shape_of_its_own():
    shapes = {re.sub(r'fill="[^"]*"', "", draw_mark(kind, 0, 0)) for kind in Kind}
    assert len(shapes) == len(Kind)


def test_a_picture_tells_its_name_and_content_to_those_who_cannot_see_it():
    root = parse(draw_picture(10, 10, [], title="负担", summary="三位合伙人"))
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.find(f"{SVG}desc").text == "三位合伙人"


def test_escaping_covers_quotes():
    assert escape_text("\"'<>&") == "&quot;&#39;&lt;&gt;&amp;"
