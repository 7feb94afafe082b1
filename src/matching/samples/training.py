"""A training programme for the sample district: young cadres, mentors in workshops, courses, and the flaws of real records."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence

from matching.errors import CallError
from matching.records import (
    Cadre,
    Community,
    Competency,
    Course,
    CourseForm,
    Gender,
    Mentor,
    Placement,
    Requirement,
    Result,
    TrainingRecords,
    Volunteer,
    WeeklySlot,
    Window,
    china_moment,
)
from matching.samples.names import Names, impossible_phone
from matching.samples.places import Places, make_places
from matching.samples.texts import read_texts, some, split, stream
from matching.samples.training_facts import Drawn, make_facts

_DAY = dt.date(2024, 7, 31)
_POSTS = ("社区工作者", "网格长", "社区党委副书记", "居委会副主任", "党群服务中心专干")
_A_RUN = 60  # cadres for whom each course is held once
_SLOTS = (WeeklySlot(2, 14 * 60, 17 * 60), WeeklySlot(4, 9 * 60, 11 * 60), WeeklySlot(1, 15 * 60, 17 * 60))


def make_training(
    *,
    seed: int = 20240731,
    cadres: int = 34,
    mentors: int = 12,
    as_of: dt.date = _DAY,
    district: Community | None = None,
) -> TrainingRecords:
    """Make the records of a training programme: two years of courses, placements, mentorships, assessments, outcomes.

    They have the flaws of real ones: a sheet handed in twice, two courses at one time, a mistake that was reversed, leave that
    voids a course, levels without evidence, forms that few filled in, somebody who left, mentorships that are overdue.

    Parameters
    ----------
    seed : int, default=20240731
        The same seed and sizes give the same records on every platform.
    cadres : int in [1, 100000], default=34
        Young cadres.
    mentors : int in [1, 10000], default=12
        Mentors, each with a workshop.
    as_of : date, default=2024-07-31
        The day on which the programme is looked at; some courses are still to come.
    district : Community, optional
        Some of its young volunteers are cadres too, so that their service before and after a course can be seen.

    Returns
    -------
    training : TrainingRecords

    Raises
    ------
    CallError
        If a size is out of range.

    Examples
    --------
    >>> training = make_training(cadres=3, mentors=1)
    >>> len(training.cadres), len(training.courses)
    (3, 40)
    """
    for name, size, most in (("cadres", cadres, 100_000), ("mentors", mentors, 10_000)):
        if not 1 <= size <= most:
            raise CallError(f"{name} must be 1 to {most}; got {size}. Choose a size in that range.")
    names = Names()
    places = make_places(stream(seed, "grids"), names, volunteers=408)
    led = _make_mentors(stream(seed, "mentors"), names, count=mentors, places=places)
    known = _young_volunteers(district, most=cadres // 2, as_of=as_of)
    young = _make_cadres(
        stream(seed, "cadres"), names, count=cadres, mentors=led, places=places, as_of=as_of, volunteers=known
    )
    courses = _make_courses(as_of, runs=-(-cadres // _A_RUN))
    placements = _make_placements(stream(seed, "placements"), young, led, as_of=as_of)
    drawn = Drawn(cadres=young, mentors=led, courses=courses, placements=placements, as_of=as_of)
    return TrainingRecords.of(
        {
            "cadres": young,
            "mentors": led,
            "competencies": _make_competencies(),
            "requirements": _make_requirements(),
            "courses": courses,
            "placements": placements,
            **make_facts(stream(seed, "training_facts"), drawn),
        },
        source=f"make_training(seed={seed})",
    )


def _make_mentors(rng: random.Random, names: Names, *, count: int, places: Places) -> tuple[Mentor, ...]:
    leaves = [row for row in read_texts("competencies") if row["part_of"]]
    made = []
    for number in range(count):
        community = places.communities[number % len(places.communities)]
        gender = Gender.FEMALE if some(rng, 0.5) else Gender.MALE
        made.append(
            Mentor(
                person_id=f"D-{number + 1:02d}",
                name=names.take(rng, gender, rng.randint(1968, 1982)),
                gender=gender,
                post="社区党委书记",
                community=community,
                street=places.street_of[community],
                phone=impossible_phone(700_000 + number),
                available=(rng.choice(_SLOTS),) if some(rng, 0.8) else (),
                workshop=f"{community}书记工作室",
                strengths=tuple(row["name"] for row in rng.sample(leaves, 4)),
                most_mentees=rng.choice((2, 3, 3, 4)) if some(rng, 0.8) else None,
            )
        )
    return tuple(made)


def _make_cadres(
    rng: random.Random,
    names: Names,
    *,
    count: int,
    mentors: Sequence[Mentor],
    places: Places,
    as_of: dt.date,
    volunteers: Sequence[Volunteer],
) -> tuple[Cadre, ...]:
    made = []
    for number in range(count):
        community = places.draw_community(rng)
        gender = Gender.FEMALE if some(rng, 0.62) else Gender.MALE
        birth = dt.date(rng.randint(1988, 2000), rng.randint(1, 12), rng.randint(1, 28))
        name = names.take(rng, gender, birth.year)
        partner_id = None
        if number < len(volunteers) and volunteers[number].community and volunteers[number].birth_date:
            same = volunteers[number]
            name, partner_id, gender = same.name, same.partner_id, same.gender or gender
            community, birth = same.community or community, same.birth_date or birth
        chief = next((each.person_id for each in mentors if each.community == community), None)
        made.append(
            Cadre(
                person_id=f"K-{number + 1:02d}",
                name=name,
                gender=gender,
                post=rng.choice(_POSTS),
                community=community,
                street=places.street_of[community],
                reports_to=chief,
                phone=impossible_phone(800_000 + number) if some(rng, 0.9) else None,
                available=(rng.choice(_SLOTS),) if some(rng, 0.6) else (),
                birth_date=birth,
                post_kind="基层党组织书记" if number % 17 == 3 else "社区工作者",
                grade=None,
                is_party_member=some(rng, 0.55) if some(rng, 0.95) else None,
                joined_on=as_of - dt.timedelta(days=rng.randint(120, 2200)),
                partner_id=partner_id,
                left_on=as_of - dt.timedelta(days=40) if number % 34 == 20 else None,
                note="借调到街道" if number % 34 == 20 else None,
            )
        )
    return tuple(made)


def _young_volunteers(district: Community | None, *, most: int, as_of: dt.date) -> tuple[Volunteer, ...]:
    """Return volunteers of a cadre's age who have served, those who served most first."""
    if district is None:
        return ()
    times = Counter(each.partner_id for each in district.services if each.result is Result.COMPLETED)
    able = [
        each
        for each in district.volunteers
        if each.birth_date and 24 <= as_of.year - each.birth_date.year <= 36 and times[each.partner_id]
        and each.partner_id not in district.frozen_ids
    ]  # fmt: skip
    return tuple(sorted(able, key=lambda each: (-times[each.partner_id], each.partner_id))[:most])


def _make_competencies() -> tuple[Competency, ...]:
    return tuple(
        Competency(
            competency_id=row["id"],
            name=row["name"],
            part_of=row["part_of"] or None,
            description=row["description"] or None,
            level_1=row["level_1"] or None,
            level_2=row["level_2"] or None,
            level_3=row["level_3"] or None,
            level_4=row["level_4"] or None,
            level_5=row["level_5"] or None,
            skills=split(row["skills"]),
        )
        for row in read_texts("competencies")
    )


def _make_requirements() -> tuple[Requirement, ...]:
    wanted = [
        (kind, row["id"], int(row[column]))
        for kind, column in (("社区工作者", "worker"), ("基层党组织书记", "secretary"))
        for row in read_texts("competencies")
        if row[column]
    ]
    return tuple(
        Requirement(requirement_id=f"Q-{number:02d}", post_kind=kind, competency_id=competency_id, level=level)
        for number, (kind, competency_id, level) in enumerate(wanted, start=1)
    )


def _make_courses(as_of: dt.date, *, runs: int) -> tuple[Course, ...]:
    """Return the courses, each held as often as the programme is large."""
    rows = sorted(read_texts("courses"), key=lambda row: (int(row["offset"]), row["name"]))
    return tuple(
        Course(
            course_id=f"T-{run * len(rows) + number:03d}",
            name=row["name"],
            form=CourseForm(row["form"]),
            category=row["category"],
            windows=_sessions(as_of + dt.timedelta(days=int(row["offset"])), float(row["hours"]), row["form"]),
            hours=float(row["hours"]),
            days=float(row["days"]) if row["days"] else None,
            place=row["place"],
            teacher=row["teacher"],
            organiser="区委组织部" if row["category"] == "政治理论" else "优秀社区书记工作室",
            competencies=split(row["competencies"]),
            reaches=int(row["reaches"]),
            seats=int(row["seats"]),
            cost=float(row["cost"]),
            skills=split(row["skills"]),
            licence=row["licence"] or None,
        )
        for run in range(runs)
        for number, row in enumerate(rows, start=1)
    )


def _sessions(day: dt.date, hours: float, form: str) -> tuple[Window, ...]:
    """Return the sessions of a course: half days from nine and from two, on workdays; an online class has none."""
    if form == CourseForm.ONLINE:
        return (Window(china_moment(day, 8 * 60), china_moment(day, 22 * 60)),)
    sessions, left = [], hours
    while left > 0:
        if day.weekday() >= 5:
            day += dt.timedelta(days=7 - day.weekday())
        for start in (9 * 60, 14 * 60):
            if left > 0:
                length = min(left, 4.0 if start == 9 * 60 else 3.0)
                sessions.append(Window(china_moment(day, start), china_moment(day, start + int(length * 60))))
                left -= length
        day += dt.timedelta(days=1)
    return tuple(sessions)


def _make_placements(
    rng: random.Random, cadres: Sequence[Cadre], mentors: Sequence[Mentor], *, as_of: dt.date
) -> tuple[Placement, ...]:
    made: list[Placement] = []
    for number, cadre in enumerate(cadres):
        hosts = [each for each in mentors if each.community != cadre.community]
        if not hosts or number % 3:
            continue
        host = rng.choice(hosts)
        start = as_of - dt.timedelta(days=rng.choice((400, 250, 120, 10)))
        made.append(
            Placement(
                placement_id=f"B-{len(made) + 1:02d}",
                person_id=cadre.person_id,
                host_id=host.person_id,
                workshop=host.workshop,
                community=host.community,
                start=start,
                end=start + dt.timedelta(days=rng.choice((13, 27))),
                hours=rng.choice((16.0, 24.0)),
                competencies=host.strengths[:2],
            )
        )
    return tuple(made)
