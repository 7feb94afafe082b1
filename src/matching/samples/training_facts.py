"""What happened in the sample's training programme: attendance, forms, logs, assessments, mentorships, outcomes."""

import dataclasses
import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence

from matching.records import (
    CHINA,
    Assessment,
    Attendance,
    Cadre,
    Course,
    CourseForm,
    CourseReview,
    Mentor,
    MentorshipNote,
    MentorshipStep,
    Outcome,
    OutcomeKind,
    Placement,
    PlacementEntry,
    PlacementNote,
    Record,
)
from matching.samples.texts import read_texts, some

_RECORDER = "街道组织办"
_EVIDENCE = (
    "独立办结两件反复诉求",
    "带教书记现场考察",
    "主持了一次楼栋议事会",
    "组织演练并复盘",
    "调处记录三份",
    "走访台账和回访录音",
)
_COMMENTS = ("希望多讲案例", "时间再长一点就好了", "老师讲得实在", "内容和社区工作贴得紧", "")
_LOGS = (
    "随书记走访三户独居老人",
    "旁听物业协商会，做记录",
    "跟着处理一件漏水纠纷",
    "整理热线工单，打了六个回访电话",
    "参加消防通道清理",
    "学习怎样开楼栋会",
)
_GOALS = ("学会主持居民议事会", "独立调处一起邻里纠纷", "带起一支十人的志愿队", "把热线工单办到居民满意")


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """Whom and what the facts are about.

    Attributes
    ----------
    cadres : sequence of Cadre
    mentors : sequence of Mentor
    courses : sequence of Course
    placements : sequence of Placement
    as_of : date
        Nothing happens later.
    """

    cadres: Sequence[Cadre]
    mentors: Sequence[Mentor]
    courses: Sequence[Course]
    placements: Sequence[Placement]
    as_of: dt.date


def make_facts(rng: random.Random, drawn: Drawn) -> Mapping[str, Sequence[Record]]:
    """Make the facts of a training programme.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    drawn : Drawn
        Whom and what they are about.

    Returns
    -------
    facts : mapping of str to sequence of Record
        By name of register.
    """
    keen = {each.person_id: 0.45 + 0.5 * rng.random() for each in drawn.cadres}
    attendances = _attendances(rng, drawn, keen)
    return {
        "attendances": attendances,
        "course_reviews": _course_reviews(rng, attendances),
        "placement_notes": _placement_notes(rng, drawn),
        "mentorship_notes": _mentorships(rng, drawn),
        "assessments": _assessments(rng, drawn, keen),
        "outcomes": _outcomes(drawn),
    }


def _day_of(course: Course) -> dt.date:
    return course.windows[0].start.date()


def _attendances(rng: random.Random, drawn: Drawn, keen: Mapping[str, float]) -> list[Attendance]:
    rows: list[dict[str, object]] = []
    runs = -(-len(drawn.courses) // len(read_texts("courses")))
    for number, course in enumerate(drawn.courses):
        day = _day_of(course)
        if day > drawn.as_of:
            continue
        run = number // len(read_texts("courses"))
        able = [each for each in drawn.cadres[run::runs] if _was_there(each, day)]
        came = [each for each in able if some(rng, keen[each.person_id] * 0.62)]
        for cadre in came[: course.seats]:
            rows += _sessions(rng, course, cadre)
    made = [_attendance(number, row) for number, row in enumerate(rows, start=1)]
    return [*made, *_flaws(made)]


def _was_there(cadre: Cadre, day: dt.date) -> bool:
    return (cadre.joined_on is None or cadre.joined_on <= day) and (cadre.left_on is None or day < cadre.left_on)


def _sessions(rng: random.Random, course: Course, cadre: Cadre) -> Iterator[dict[str, object]]:
    """Yield one row a day: most stay, some take leave for an hour, a few for half of the course."""
    by_day: dict[dt.date, float] = {}
    for window in course.windows:
        by_day[window.start.date()] = by_day.get(window.start.date(), 0.0) + window.hours
    share = (course.hours or 0.0) / sum(by_day.values())
    long_leave = some(rng, 0.03)
    for day, length in by_day.items():
        hours = length * share
        leave = round(hours / 2, 1) if long_leave else 0.5 if some(rng, 0.06) else 0.0
        yield {
            "course_id": course.course_id,
            "person_id": cadre.person_id,
            "date": day,
            "hours": round(hours - leave, 1),
            "leave_hours": leave or None,
            "evidence": "网络学院记录" if course.form is CourseForm.ONLINE else f"签到表 {day.month} 月 {day.day} 日",
            "recorder": _RECORDER,
        }


def _attendance(number: int, row: dict[str, object]) -> Attendance:
    return Attendance(attendance_id=f"S-{number:05d}", **row)  # type: ignore[arg-type]  # the keys are its fields


def _flaws(made: Sequence[Attendance]) -> Iterator[Attendance]:
    """Yield what goes wrong in an office: a sheet handed in twice, and a mistake that is reversed afterwards."""
    number = len(made)
    if len(made) < 8:
        return
    last = made[-1].course_id
    for row in [each for each in made if each.course_id == last][:3]:
        number += 1
        yield dataclasses.replace(row, attendance_id=f"S-{number:05d}", evidence="签到表（补交）")
    wrong = dataclasses.replace(made[5], attendance_id=f"S-{number + 1:05d}", hours=30.0, evidence="手工录入")
    yield wrong
    yield dataclasses.replace(
        wrong, attendance_id=f"S-{number + 2:05d}", hours=None, leave_hours=None, reverses=wrong.attendance_id,
        note="多打了一个 0，冲正",
    )  # fmt: skip


def _course_reviews(rng: random.Random, attendances: Sequence[Attendance]) -> list[CourseReview]:
    made: list[CourseReview] = []
    seen: set[tuple[str, str]] = set()
    for each in attendances:
        pair = each.course_id, each.person_id
        if pair in seen or not each.hours or not some(rng, 0.45):
            continue
        seen.add(pair)
        mood = rng.choice((3, 4, 4, 5, 5, 5))
        made.append(
            CourseReview(
                review_id=f"F-{len(made) + 1:04d}",
                course_id=each.course_id,
                person_id=each.person_id if some(rng, 0.7) else None,
                date=each.date,
                overall=mood,
                content=min(5, max(1, mood + rng.choice((-1, 0, 0)))),
                teaching=min(5, max(1, mood + rng.choice((0, 0, 1)))),
                use=min(5, max(1, mood + rng.choice((-1, 0, 1)))) if some(rng, 0.85) else None,
                comment=rng.choice(_COMMENTS) or None,
            )
        )
    return made


def _placement_notes(rng: random.Random, drawn: Drawn) -> list[PlacementNote]:
    made: list[PlacementNote] = []
    names = {each.person_id: each.name for each in (*drawn.cadres, *drawn.mentors)}

    def add(placement: Placement, entry: PlacementEntry, day: dt.date, **fields: object) -> None:
        made.append(
            PlacementNote(
                note_id=f"J-{len(made) + 1:04d}",
                placement_id=placement.placement_id,
                entry=entry,
                date=day,
                **fields,  # type: ignore[arg-type]
            )
        )

    for placement in drawn.placements:
        if placement.start is None or placement.end is None:
            continue
        for k in range(0, (placement.end - placement.start).days, 4):
            day = placement.start + dt.timedelta(days=k)
            if day <= drawn.as_of and some(rng, 0.8):
                add(
                    placement, PlacementEntry.LOG, day, text=rng.choice(_LOGS), hours=rng.choice((3.0, 4.0, 6.0)),
                    author=names[placement.person_id],
                )  # fmt: skip
        review = placement.end + dt.timedelta(days=2)
        if review <= drawn.as_of and some(rng, 0.85):
            add(
                placement, PlacementEntry.HOST_REVIEW, review, text="踏实肯学，和居民说得上话", rating=rng.choice((3, 4, 4, 5)),
                author=names.get(placement.host_id or ""),
            )  # fmt: skip
    return made


def _mentorships(rng: random.Random, drawn: Drawn) -> list[MentorshipNote]:
    made: list[MentorshipNote] = []
    room = {each.person_id: each.most_mentees if each.most_mentees is not None else 3 for each in drawn.mentors}
    for number, cadre in enumerate(drawn.cadres):
        able = [m for m in drawn.mentors if room[m.person_id] > 0 and m.person_id != cadre.reports_to]
        if not able or number % 5 == 4:
            continue
        mentor = rng.choice(able)
        room[mentor.person_id] -= 1
        begun = drawn.as_of - dt.timedelta(days=rng.choice((230, 160, 110, 60, 20, 8)))
        story = _story(rng, begun, drawn.as_of)
        if story[-1][0] in {MentorshipStep.CLOSED, MentorshipStep.REMATCHED, MentorshipStep.DECLINED}:
            room[mentor.person_id] += 1
        pair = f"P-{len({each.mentorship_id for each in made}) + 1:02d}"
        for what, day, fields in story:
            made.append(
                MentorshipNote(
                    note_id=f"M-{len(made) + 1:04d}",
                    mentorship_id=pair,
                    person_id=cadre.person_id,
                    mentor_id=mentor.person_id,
                    step=what,
                    at=dt.datetime.combine(day, dt.time(9 + len(made) % 8), CHINA),
                    by=_RECORDER,
                    **fields,  # type: ignore[arg-type]  # the keys are its fields
                )
            )
    return made


Event = tuple[MentorshipStep, dt.date, dict[str, object]]


def _story(rng: random.Random, begun: dt.date, as_of: dt.date) -> list[Event]:
    """Return the steps of one mentorship up to a day; some stop answering, and are overdue."""

    def after(days: int) -> dt.date:
        return begun + dt.timedelta(days=days)

    lively = some(rng, 0.7)
    steps: list[Event] = [(MentorshipStep.PROPOSED, begun, {})]
    if some(rng, 0.06):
        steps.append((MentorshipStep.DECLINED, after(4), {"text": "本人工作太忙"}))
        return [each for each in steps if each[1] <= as_of]
    if some(rng, 0.92):
        steps.append((MentorshipStep.AGREED, after(5), {}))
        steps.append((MentorshipStep.GOAL, after(6), {"text": rng.choice(_GOALS), "due_on": after(150)}))
        steps.append((MentorshipStep.ACTIVATED, after(9), {}))
        meetings = range(30, 185, 28) if lively else range(40, 60, 28)
        steps += [(MentorshipStep.MEETING, after(day), {"text": "谈近况，看台账"}) for day in meetings]
        if lively:
            steps.append(
                (MentorshipStep.MID_REVIEW, after(100), {"rating": rng.choice((3, 4, 4, 5)), "text": "有进步"})
            )
            steps.append(
                (MentorshipStep.END_REVIEW, after(192), {"rating": rng.choice((3, 4, 5, 5)), "text": "达到目标"})
            )
            end = MentorshipStep.CLOSED if some(rng, 0.8) else MentorshipStep.REMATCHED
            steps.append((end, after(200), {}))
    return sorted((each for each in steps if each[1] <= as_of), key=lambda each: each[1])


def _assessments(rng: random.Random, drawn: Drawn, keen: Mapping[str, float]) -> list[Assessment]:
    leaves = [row for row in read_texts("competencies") if row["part_of"]]
    by_name = {row["name"]: row["id"] for row in leaves}
    made: list[Assessment] = []

    def add(person_id: str, competency_id: str, level: int, day: dt.date, evidence: str | None, assessor: str) -> None:
        made.append(
            Assessment(
                assessment_id=f"A-{len(made) + 1:04d}", person_id=person_id, competency_id=competency_id, level=level,
                date=day, evidence=evidence, assessor=assessor,
            )
        )  # fmt: skip

    for mentor in drawn.mentors:
        for name in mentor.strengths[:3]:
            add(
                mentor.person_id,
                by_name[name],
                rng.choice((4, 5)),
                drawn.as_of - dt.timedelta(days=500),
                "区级考评",
                "区委组织部",
            )
    for cadre in drawn.cadres:
        start = max(drawn.as_of - dt.timedelta(days=640), (cadre.joined_on or drawn.as_of) + dt.timedelta(days=30))
        for row in leaves:
            level = rng.choice((1, 1, 2, 2, 3))
            if start <= drawn.as_of and some(rng, 0.85):
                add(cadre.person_id, row["id"], level, start, "入职摸底", "街道组织办")
            later = drawn.as_of - dt.timedelta(days=rng.choice((300, 200, 90, 45)))
            if later > start and some(rng, keen[cadre.person_id] * 0.6):
                evidence = rng.choice(_EVIDENCE) if some(rng, 0.9) else None
                add(cadre.person_id, row["id"], min(level + 1, 5), later, evidence, "带教书记")
    return made


def _outcomes(drawn: Drawn) -> list[Outcome]:
    """Return four outcomes, as the real programme had: secretaries who passed the exam into a public institution among them."""
    stories = (
        (OutcomeKind.PUBLIC_INSTITUTION, 260, "考入区社区事务服务中心", "录用公示"),
        (OutcomeKind.PUBLIC_INSTITUTION, 130, "考入街道党群服务中心", "录用公示"),
        (OutcomeKind.PROMOTION, 75, "任社区党委副书记", "任职文件"),
        (OutcomeKind.AWARD, 30, "市级优秀社区工作者", "表彰决定"),
    )
    chosen = [each for at, each in enumerate(drawn.cadres) if at % 9 == 2][: len(stories)]
    return [
        Outcome(
            outcome_id=f"O-{number:02d}",
            person_id=cadre.person_id,
            kind=kind,
            date=drawn.as_of - dt.timedelta(days=ago),
            detail=detail,
            evidence=evidence,
            recorder=_RECORDER,
        )
        for number, (cadre, (kind, ago, detail, evidence)) in enumerate(zip(chosen, stories, strict=False), start=1)
    ]
