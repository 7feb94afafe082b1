"""Closed lists, skills and words."""

import pytest

from matching.labels import LANGUAGES
from matching.records import REGISTERS, Kind, Level, Result, SkillClaim, Urgency, register, show_choice
from matching.roster.readings import Setting
from matching.roster.values import read_value

NEEDS, SERVICES = register("needs"), register("services")


def read(raw, column):
    reading = read_value(raw, column, Setting())
    return reading.value, [oddity.rule for oddity in reading.oddities]


CHOICES = sorted({column.choices for each in REGISTERS for column in each.columns if column.choices}, key=str)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choices", CHOICES)
def test_every_member_is_read_from_its_label_and_its_value(choices, language):
    column = next(c for each in REGISTERS for c in each.columns if c.choices is choices)
    for member in choices:
        for text in (show_choice(member, language=language), member.value, f" {member.value.upper()} "):
            value, rules = read(text, column)
            assert (value, rules) == ((member,) if column.is_many else member, [])


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        ("已完成", Result.COMPLETED), ("接受 ", Result.ACCEPTED), ("没来", Result.NO_SHOW), ("婉拒", Result.DECLINED),
        ("完成√", Result.COMPLETED), ("完成。", Result.COMPLETED), ("未到（生病）", Result.NO_SHOW),
    ],
)  # fmt: skip
def test_what_people_write_as_a_result_is_understood(typed, result):
    assert read(typed, SERVICES.column("result")) == (result, [])


def test_a_bare_tick_is_read_with_a_warning():
    assert read("√", SERVICES.column("result")) == (Result.COMPLETED, ["choice_read_as"])


def test_an_unknown_choice_is_reported():
    assert read("再说吧", SERVICES.column("result")) == (None, ["not_a_choice"])
    assert read("特急", NEEDS.column("urgency")) == (Urgency.URGENT, [])


def test_several_choices_are_read_and_unknown_ones_reported():
    column = NEEDS.column("kinds")
    assert read("志愿者、专家", column) == ((Kind.VOLUNTEER, Kind.SPECIALIST), [])
    assert read("机关单位/企业", column) == ((Kind.UNIT, Kind.UNIT), [])
    assert read("志愿者，路人", column) == ((Kind.VOLUNTEER,), ["not_all_choices"])
    assert read("路人", column) == ((), ["not_a_choice"])


@pytest.mark.parametrize(
    ("typed", "claims"),
    [
        ("水电维修（持证）、开车", (SkillClaim("水电维修", Level.LICENSED), SkillClaim("开车"))),
        ("急救(会) 理发[熟练]", (SkillClaim("急救(会) 理发", Level.PRACTISES),)),
        ("急救:有证", (SkillClaim("急救", Level.LICENSED),)),
        ("驾驶（C1、C2）", (SkillClaim("驾驶（C1、C2）"),)),
        ("电工 / 木工（精通）", (SkillClaim("电工"), SkillClaim("木工", Level.PRACTISES))),
        ("（持证）", (SkillClaim("（持证）"),)),
    ],
)
def test_skills_are_read_with_their_levels(typed, claims):
    assert read(typed, NEEDS.column("skills")) == (claims, [])


def test_a_word_for_nothing_is_no_skill():
    assert read("无", NEEDS.column("skills")) == ((), ["word_for_empty"])
