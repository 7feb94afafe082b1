"""Small training programmes for tests: random ones, and builders of single facts."""

import datetime as dt

from hypothesis import strategies as st

from matching.records import (
    CHINA,
    Assessment,
    Attendance,
    Cadre,
    Competency,
    Course,
    Mentor,
    MentorshipNote,
    MentorshipStep,
    Requirement,
    TrainingRecords,
    Window,
    china_moment,
)

AS_OF = dt.date(2024, 7, 31)


def window(day, start=9, hours=3.0):
    begin = china_moment(day, int(start * 60))
    return Window(begin, begin + dt.timedelta(hours=hours))


def course(number, day, *, hours=3.0, start=9, **fields):
    values = {"windows": (window(day, start, hours),), "hours": hours, "days": 0.5, "category": "业务能力"}
    return Course(course_id=f"T-{number:03d}", name=f"课{number}", **{**values, **fields})


def attended(number, course_id, person_id, day, hours=3.0, **fields):
    return Attendance(
        attendance_id=f"S-{number:04d}", course_id=course_id, person_id=person_id, date=day, hours=hours, **fields
    )


def assessed(number, person_id, level, day, *, competency_id="C-1", evidence="现场看过", **fields):
    return Assessment(
        assessment_id=f"A-{number:04d}", person_id=person_id, competency_id=competency_id, level=level, date=day,
        evidence=evidence, **fields,
    )  # fmt: skip


def step(number, what, day, *, pair="P-1", person="K-01", mentor="D-01", **fields):
    at = dt.datetime.combine(day, dt.time(9), CHINA)
    return MentorshipNote(
        note_id=f"M-{number:04d}", mentorship_id=pair, person_id=person, mentor_id=mentor, step=what, at=at, **fields
    )


CADRE = Cadre(person_id="K-01", name="周小苗", post_kind="社区工作者", is_party_member=False, reports_to="K-09")
BASE = TrainingRecords(
    cadres=(CADRE, Cadre(person_id="K-02", name="李青", post_kind="社区工作者")),
    mentors=(Mentor(person_id="D-01", name="王敏", most_mentees=1), Mentor(person_id="K-09", name="上级")),
    competencies=(
        Competency(competency_id="C-0", name="群众工作"),
        Competency(competency_id="C-1", name="矛盾调解", part_of="C-0", level_1="跟着上门", level_2="独立处理"),
        Competency(competency_id="C-2", name="居民议事", part_of="C-0"),
    ),
    requirements=(
        Requirement(requirement_id="Q-1", post_kind="社区工作者", competency_id="C-1", level=3),
        Requirement(requirement_id="Q-2", post_kind="社区工作者", competency_id="C-2", level=2),
    ),
    courses=(
        course(1, dt.date(2024, 3, 12)),
        course(2, dt.date(2024, 3, 12), start=10.5),  # half of it at the time of the first
        course(3, dt.date(2024, 5, 6), hours=7.0),
        course(4, dt.date(2024, 10, 9), hours=20.0),
        course(5, dt.date(2024, 11, 6), hours=30.0),
    ),
)

_DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
_COURSES = st.sampled_from(["T-001", "T-002", "T-003"])


@st.composite
def attendance_lists(draw):
    count = draw(st.integers(0, 8))
    made = []
    for number in range(count):
        course_id = draw(_COURSES)
        day = next(each for each in BASE.courses if each.course_id == course_id).windows[0].start.date()
        made.append(
            attended(
                number,
                course_id,
                draw(st.sampled_from(["K-01", "K-02"])),
                draw(st.sampled_from([day, day + dt.timedelta(days=1)])),
                draw(st.sampled_from([0.0, 1.0, 2.5, 3.0, 7.0])),
                leave_hours=draw(st.sampled_from([None, 0.0, 0.5, 2.0])),
            )
        )
    return made


@st.composite
def step_lists(draw):
    count = draw(st.integers(1, 10))
    days = sorted(draw(st.lists(_DAYS, min_size=count, max_size=count)))
    return [step(number, draw(st.sampled_from(list(MentorshipStep))), day) for number, day in enumerate(days)]
