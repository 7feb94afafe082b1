"""Reading needs from prose: what stands there is read with its words, what does not is asked."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affinity.notices import CASES, PUBLISHED
from matching.affinity import read_notice, read_notices
from matching.errors import CallError
from matching.records import Gender


def days(reading):
    return [str(span).split(" ")[0] for span in reading.dates.value]


def found(reading):
    people, ages = reading.people.value, reading.ages.value
    return {
        "dates": days(reading),
        "weekdays": list(reading.weekdays.value),
        "windows": [str(span) for span in reading.windows.value],
        "people": people and (people.least, people.most),
        "per": people.per if people else "",
        "total": people.total if people else None,
        "ages": ages and (ages.least, ages.most),
        "sessions": len(reading.sessions),
    }


@pytest.mark.parametrize(("text", "fields"), CASES, ids=[text.partition("\n")[0] for text, _ in CASES])
def test_what_an_invented_notice_says_is_read(text, fields):
    reading = read_notice(text, published=PUBLISHED)
    asked = {question.field for question in reading.questions}
    expected = {name: value for name, value in fields.items() if name not in {"asked", "sure"}}
    assert {name: found(reading)[name] for name in expected} == expected, reading.questions
    assert fields.get("asked", set()) <= asked
    assert not fields.get("sure", set()) & asked


def test_every_field_carries_the_words_it_came_from():
    text = "植树节招募\n活动时间：２０２４年４月６日（周六）８：３０—１１：３０\n地点：人民公园南门\n需要志愿者１０名，１８－６０周岁，须持有救护员证"
    reading = read_notice(text)
    fields = (
        reading.dates,
        reading.windows,
        reading.people,
        reading.ages,
        reading.place,
        reading.skills,
        reading.licences,
    )
    for field in fields:
        assert field.evidence
        assert all(text[each.start : each.end] == each.words for each in field.evidence)
        assert field.certainty > 0.9 or field is reading.skills
    assert reading.place.value == "人民公园南门"
    assert reading.licences.value == ("救护员证",)
    assert reading.questions == ()


@given(
    st.text(
        alphabet="年月日号点时半至到-—~:：.0123456789上午下晚周六人名岁以满招募报截止 \n，。ａ３㎏apmril", max_size=80
    )
)
def test_no_text_breaks_the_reader_and_every_value_has_words_of_the_text(text):
    reading = read_notice(text, published=PUBLISHED)
    for field in (reading.dates, reading.weekdays, reading.windows, reading.people, reading.ages, reading.place):
        assert all(text[each.start : each.end] == each.words for each in field.evidence)
        if field.value not in (None, ()):
            assert field.evidence
            assert field.certainty > 0
    assert all(question.ask() and question.ask(language="en") for question in reading.questions)


@settings(deadline=None)
@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31)), st.integers(6, 11), st.integers(1, 300))
def test_a_plain_notice_reads_back_whatever_its_day_and_number(day, hour, people):
    notations = (
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%B} {day.day}, {day.year}",
    )
    for written in notations:
        reading = read_notice(f"服务\n时间：{written} {hour}:00-{hour + 1}:30\n人数：{people}人")
        assert [(span.first, span.last) for span in reading.dates.value] == [(day, day)]
        assert [(span.start, span.end) for span in reading.windows.value] == [(hour * 60, hour * 60 + 90)]
        assert reading.people.value.most == people


def test_a_date_without_a_year_is_placed_by_publication_or_asked():
    text = "清扫\n1月5日上午9:00-11:00，5人"
    assert str(read_notice(text, published=dt.date(2023, 12, 20)).dates.value[0]) == "2024-01-05"
    assert str(read_notice(text, stated_year=2025).dates.value[0]) == "2025-01-05"
    unknown = read_notice(text)
    assert unknown.dates.value == ()
    assert [question.rule for question in unknown.questions_about("dates")] == ["year_missing"]


def test_what_was_said_of_others_is_not_asked_of_helpers():
    text = "助餐\n2024年4月2日10:30-12:00\n服务对象：80岁以上老人50名\n地点：老年食堂\n志愿者4名，无需持有健康证"
    reading = read_notice(text)
    assert reading.ages.value is None
    assert reading.people.value.most == 4
    assert reading.licences.value == ()


def test_a_licence_that_is_only_welcome_is_asked_about():
    reading = read_notice("义诊\n2024年4月2日9:00-11:00\n需要5人，持有护士执业证书者优先")
    assert reading.licences.value == ()
    assert [question.rule for question in reading.questions_about("licences")] == ["licence_preferred"]


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("搬运\n限男性3名", Gender.MALE),
        ("探访女童\n仅限女性志愿者", Gender.FEMALE),
        ("清扫\n男女不限", None),
        ("清扫\n女性优先", None),
    ],
)
def test_a_limit_to_one_sex_is_told_from_a_preference(text, gender):
    assert read_notice(text).gender.value == gender


def test_a_wrong_call_says_what_to_do():
    with pytest.raises(CallError, match="A notice is a text"):
        read_notices(["a", None])
    with pytest.raises(CallError, match="one date a notice"):
        read_notices(["a"], published=[])
    with pytest.raises(CallError, match="four digits"):
        read_notice("a", stated_year=24)
