"""Notices become rows of the register of needs, beside the words they came from and what to ask."""

import datetime as dt

import openpyxl
import pytest

from matching.affinity import read_notice
from matching.cli import main
from matching.community import read_community
from matching.errors import UnreadableFileError
from matching.planning.notices import needs_from_notice, read_notice_file, write_notice_needs

PHONE = "1" + "38" + "12345678"
CLEAR = "社区义剪\n活动时间：2024年8月3日至8月4日 上午9:00-11:00\n地点：文化广场\n每天3-5人，18-60周岁，电话" + PHONE
VAGUE = "清理河道\n近期上午开展，招募若干名"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "通知.csv"
    body = CLEAR.partition("\n")[2]
    path.write_text(
        f'编号,标题,内容,发布时间\n7,社区义剪,"{body}",2024-07-20\n8,清理河道,"{VAGUE}",\n', encoding="utf-8-sig"
    )
    return path


def test_a_notice_makes_one_need_a_day_and_leaves_open_what_it_does_not_say():
    first, second = needs_from_notice(read_notice(CLEAR), number="7")
    assert [str(first.windows[0]), str(second.windows[0])] == ["2024-08-03 09:00-11:00", "2024-08-04 09:00-11:00"]
    assert (first.need_id, first.people_min, first.people_max, first.minimum_age, first.maximum_age) == (
        "T-7-1",
        3,
        5,
        18,
        60,
    )
    assert first.skills[0].name == "理发"
    (vague,) = needs_from_notice(read_notice(VAGUE), number="8")
    assert (vague.windows, vague.people_min, vague.people_max) == ((), None, None)
    assert "若干名" in vague.note


def test_a_total_for_several_sessions_is_asked_and_not_spread():
    reading = read_notice("执勤\n2024年8月3日至8月9日 8:00-9:00\n活动人数：70")
    assert reading.questions_about("people")[0].rule == "people_each"
    assert {need.people_max for need in needs_from_notice(reading, number="1")} == {None}


def test_a_year_of_days_becomes_one_row_that_is_asked_about():
    reading = read_notice("巡逻\n2024年1月1日至2024年12月30日 每天19:00-21:00，每天4人")
    (need,) = needs_from_notice(reading, number="1")
    assert need.windows == ()
    assert need.people_max == 4


def test_the_workbook_reads_back_as_needs_with_questions_and_evidence(table, tmp_path):
    out = tmp_path / "needs.xlsx"
    assert main(["notices", str(table), "--out", str(out)]) == 1
    community = read_community(out)
    assert [need.need_id for need in community.needs] == ["T-7-1", "T-7-2", "T-8"]
    assert community.needs[0].reported_on == dt.date(2024, 7, 20)
    assert PHONE not in str(community.needs)
    book = openpyxl.load_workbook(out)
    asked = [row for row in book["待确认"].iter_rows(min_row=3, values_only=True) if row[0] == "8"]
    assert {row[2] for row in asked} >= {"日期", "时间", "人数", "地点"}
    words = {row[1]: row[3] for row in book["依据"].iter_rows(min_row=3, values_only=True) if row[0] == "7"}
    assert words["人数"] == "3-5人"


def test_notices_come_as_text_files_too_and_a_table_without_them_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(CLEAR.encode("gb18030"))
    (tmp_path / "b.txt").write_text("Park clean-up\nApril 6, 2024, 10am-2pm", encoding="utf-8")
    notices = read_notice_file(tmp_path)
    assert [notice.number for notice in notices] == ["a", "b"]
    readings = write_notice_needs(notices, tmp_path / "out.xlsx", language="en")
    assert str(readings[1].dates.value[0]) == "2024-04-06"
    other = tmp_path / "other.csv"
    other.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="没有找到通知"):
        read_notice_file(other)
