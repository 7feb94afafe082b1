"""Text, identifiers and cells of several values keep one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.roster.texts import canonical_code, canonical_text, fold, split_values, without_brackets
from roster.strategies import texts


@given(texts)
def test_canonical_text_is_already_canonical(text):
    once = canonical_text(text)
    assert canonical_text(once) == once
    once.encode("utf-8")
    assert not set(once) & {chr(code) for code in range(32) if code != 10}


@given(st.lists(st.sampled_from(["_x00", "0D_", "_x0001_", "_", "x005F_", "\x01", "a"]), max_size=8).map("".join))
def test_no_escape_of_a_control_character_survives_another(text):
    once = canonical_text(text)
    assert canonical_text(once) == once


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\r\n 一\r二 \t", "一\n二"),
        ("\ufeff张三\u200b", "张三"),
        ("a_x000D_\nb", "a\nb"),
        ("\ud800", "\ufffd"),
        ("\u202e右到左", "\u202e右到左"),
        ("\x00=1", "=1"),
    ],
)
def test_text_loses_only_what_cannot_be_seen(typed, kept):
    assert canonical_text(typed) == kept


@given(texts)
def test_a_canonical_code_is_already_canonical(text):
    assert canonical_code(canonical_code(text)) == canonical_code(text)


def test_a_code_is_folded_to_half_width_upper_case_without_spaces():
    assert canonical_code("ｖ－ 00１\n") == "V-001"


@given(texts)
def test_splitting_what_was_joined_gives_the_same_values(text):
    values = split_values(text)
    assert split_values("、".join(values)) == values
    assert all(value == canonical_text(value) and value for value in values)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("电工 / 木工", ("电工", "木工")),
        ("理发；量血压;开车，做饭,唱歌\n跳舞", ("理发", "量血压", "开车", "做饭", "唱歌", "跳舞")),
        ("理发 量血压　开车", ("理发", "量血压", "开车")),
        ("first aid", ("first aid",)),
        ("驾驶（C1、C2）、急救", ("驾驶（C1、C2）", "急救")),
        ("没合上（的括号、也分开", ("没合上（的括号", "也分开")),
        ("、，；", ()),
    ],
)
def test_a_cell_of_several_values_is_split_the_way_people_write(cell, values):
    assert split_values(cell) == values


def test_full_width_signs_and_all_dashes_are_folded():
    assert fold("１３：３０—１５～Ａ") == "13:30-15~A"
    assert without_brackets("满意度（1-5）[必填]") == "满意度"
