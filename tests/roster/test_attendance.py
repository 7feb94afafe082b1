"""Attendance sheets as they come back: several names in a cell, ticks of all kinds, the course in the title."""

import datetime as dt

import openpyxl
import pytest

from matching.errors import UnreadableFileError
from matching.records import Cadre, Course, TrainingRecords, Window, china_moment
from matching.roster import read_attendance
from matching.training.attending import attendance_facts

DAY = dt.date(2024, 3, 12)


def session(day, start, hours):
    begin = china_moment(day, start * 60)
    return Window(begin, begin + dt.timedelta(hours=hours))


TRAINING = TrainingRecords(
    cadres=(
        Cadre(person_id="K-01", name="周小苗"),
        Cadre(person_id="K-02", name="李青"),
        Cadre(person_id="K-03", name="王磊"),
        Cadre(person_id="K-04", name="王磊"),
        Cadre(person_id="K-05", name="欧阳博"),
    ),
    courses=(
        Course(course_id="T-001", name="怎样开好居民议事会", hours=3.0, windows=(session(DAY, 9, 3),)),
        Course(
            course_id="T-002",
            name="急救员取证班",
            hours=14.0,
            windows=(session(DAY, 9, 7), session(DAY + dt.timedelta(1), 9, 7)),
        ),
    ),
)


@pytest.fixture
def read(tmp_path):
    def _read(*rows, title="签到表", **options):
        book = openpyxl.Workbook()
        book.active.title = title
        for row in rows:
            book.active.append(list(row))
        book.save(tmp_path / "表.xlsx")
        return read_attendance(tmp_path / "表.xlsx", TRAINING, **options)

    return _read


TITLE = ("《怎样开好居民议事会》签到表    时间：2024年3月12日   地点：街道党校",)


def lines(entries):
    return [(each.person_id, each.date.isoformat(), each.hours, each.leave_hours) for each in entries]


def test_ticks_leave_numbers_and_the_name_itself_are_read(read):
    entries, problems = read(
        TITLE,
        ("序号", "姓名", "签到", "备注"),
        (1, "周小苗", "√", ""),
        (2, " 李 青 ", "请假1小时", "看病"),
        (3, "欧阳博", "欧阳博", None),
    )
    day = DAY.isoformat()
    assert lines(entries) == [("K-01", day, 3.0, 0.0), ("K-02", day, 2.0, 1.0), ("K-05", day, 3.0, 0.0)]
    assert entries[1].note == "看病"
    assert problems == ()


def test_several_names_in_one_cell_and_two_blocks_side_by_side_are_read(read):
    entries, problems = read(
        TITLE, ("姓名", "签到", "姓名", "签到"), ("周小苗、李青", "√", "欧阳博", "×"), ("合计", "2", None, None)
    )
    assert [each.person_id for each in entries] == ["K-01", "K-02"]
    assert problems == ()


def test_who_has_no_mark_was_not_there(read):
    entries, _ = read(TITLE, ("姓名", "签到"), ("周小苗", None), ("李青", "缺席"))
    assert entries == ()


def test_a_list_of_names_without_marks_says_who_came(read):
    entries, _ = read(TITLE, ("姓名", "所属社区"), ("周小苗", "光耀路社区"))
    assert lines(entries) == [("K-01", DAY.isoformat(), 3.0, 0.0)]


def test_a_column_for_each_day_counts_each_day(read):
    entries, problems = read(
        ("急救员取证班签到表（2024年）",),
        ("姓名", "3月12日", "3月13日"),
        ("周小苗", "√", "√"),
        ("李青", "√", "事假"),
    )
    assert lines(entries) == [
        ("K-01", "2024-03-12", 7.0, 0.0), ("K-01", "2024-03-13", 7.0, 0.0),
        ("K-02", "2024-03-12", 7.0, 0.0), ("K-02", "2024-03-13", 0.0, 7.0),
    ]  # fmt: skip
    assert problems == ()


def test_hours_that_are_written_go_before_the_tick(read):
    entries, _ = read(TITLE, ("姓名", "签到", "实到学时", "请假学时"), ("周小苗", "√", "２.5学时", 0.5))
    assert lines(entries) == [("K-01", DAY.isoformat(), 2.5, 0.5)]


def test_names_that_nobody_or_several_have_are_reported_and_not_guessed(read):
    entries, problems = read(TITLE, ("姓名", "签到"), ("周小描", "√"), ("王磊", "√"), ("K-04", "√"))
    assert [each.person_id for each in entries] == ["K-04"]
    assert [(each.rule, each.cell) for each in problems] == [("person_unknown", "A3"), ("ambiguous_name", "A4")]
    assert "周小苗（K-01）" in problems[0].explain()
    assert all(each.explain(language="en") for each in problems)


def test_a_mark_that_means_nothing_is_reported(read):
    entries, problems = read(TITLE, ("姓名", "签到"), ("周小苗", "？？"))
    assert entries == ()
    assert [each.rule for each in problems] == ["mark_not_read"]


def test_a_sheet_that_names_no_course_or_no_day_is_reported_and_can_be_helped(read):
    _, problems = read(("三月培训签到",), ("姓名", "签到"), ("周小苗", "√"))
    assert [each.rule for each in problems] == ["course_not_named"]
    entries, problems = read(("三月培训签到",), ("姓名", "签到"), ("周小苗", "√"), course_id="T-001")
    assert (len(entries), problems) == (1, ())
    _, problems = read(("急救员取证班",), ("姓名", "签到"), ("周小苗", "√"))
    assert [each.rule for each in problems] == ["attendance_date_unknown"]


def test_a_file_without_names_is_one_clear_line(read, tmp_path):
    with pytest.raises(UnreadableFileError, match="没有找到签到表"):
        read(("只有标题",))
    with pytest.raises(UnreadableFileError, match="找不到这个文件"):
        read_attendance(tmp_path / "没有.xlsx", TRAINING)


def test_recording_a_sheet_twice_changes_nothing_and_a_corrected_line_reverses_the_old_one(read):
    rows = (TITLE, ("姓名", "签到"), ("周小苗", "√"), ("李青", "√"))
    entries, _ = read(*rows)
    first, own = attendance_facts(entries, TRAINING, recorder="小陈")
    assert (len(first), own) == (2, ())
    known = TRAINING.replace(attendances=first)
    assert attendance_facts(entries, known, recorder="小陈") == ((), ())
    corrected, _ = read(TITLE, ("姓名", "签到"), ("周小苗", "√"), ("李青", "请假1小时"))
    (change,), _ = attendance_facts(corrected, known, recorder="小陈")
    assert change.reverses == next(each.attendance_id for each in first if each.person_id == "K-02")
    back, _ = attendance_facts(entries, known.replace(attendances=(*first, change)), recorder="小陈")
    assert len(back) == 1
    assert back[0].reverses == change.attendance_id
    assert back[0].attendance_id not in {each.attendance_id for each in (*first, change)}


def test_nobody_records_their_own_hours(read):
    entries, _ = read(TITLE, ("姓名", "签到"), ("周小苗", "√"), ("李青", "√"))
    facts, own = attendance_facts(entries, TRAINING, recorder="周小苗")
    assert [each.person_id for each in facts] == ["K-02"]
    assert [each.person_id for each in own] == ["K-01"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "=1+1", "名" * 2000, "👩‍🌾", "\u202eabc"])
def test_hostile_names_are_only_names_that_nobody_has(read, text):
    _, problems = read(TITLE, ("姓名", "签到"), (f"'{text}" if text.startswith("=") else text, "√"))
    assert {each.rule for each in problems} <= {"person_unlike_any"}


@pytest.mark.parametrize(
    ("said", "hours", "leave"),
    [
        ("3学时", 3, 0),
        ("两学时", 2, 0),
        ("1.5 小时", 1.5, 0),
        ("两个半小时", 2.5, 0),
        ("请假一学时", 2, 1),
        ("９学时", 3, 0),
    ],
)
def test_hours_are_read_with_their_unit_as_in_the_form(read, said, hours, leave):
    entries, problems = read(TITLE, ("姓名", "签到"), ("周小苗", said))
    assert [(each.hours, each.leave_hours) for each in entries] == [(hours, leave)]
    assert problems == ()


def test_a_mark_that_cannot_be_read_is_reported_once_for_the_cell(read):
    _, problems = read(TITLE, ("姓名", "签到"), ("周小苗、李青", "一"))
    assert [each.rule for each in problems] == ["mark_not_read"]
