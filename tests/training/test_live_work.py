"""Placements by live work, and training that unlocks needs: counted from the district, solved again for the number."""

import datetime as dt

import pytest

from matching.affinity.policy import read_policy
from matching.affinity.profiles import read_profiles
from matching.planning import score, solve
from matching.records import (
    CHINA,
    Community,
    Competency,
    Course,
    Need,
    NeedStatus,
    Result,
    ServiceRecord,
    SkillClaim,
    Window,
)
from matching.training.hosting import HALF, Host, hosts_table, rank_hosts
from matching.training.live_work import find_live_work
from matching.training.unlocking import Gain, unlock_needs, wish_training, wishes_table, with_gains

AS_OF = dt.date(2024, 7, 31)
COMPETENCIES = (
    Competency(competency_id="C-1", name="矛盾调解", skills=("矛盾调解", "物业纠纷调解")),
    Competency(competency_id="C-2", name="应急处置", skills=("电梯故障协助",)),
)


def need(number, community, skill, **fields):
    start = dt.datetime(2024, 8, 3, 9, tzinfo=CHINA)
    values = {
        "windows": (Window(start, start + dt.timedelta(hours=2)),),
        "hours": 2.0,
        "people_min": 1,
        "people_max": 1,
    }
    return Need(
        need_id=f"N-{number}",
        description=f"{skill}一件",
        community=community,
        skills=(SkillClaim(skill),),
        **{**values, **fields},
    )


def service(number, community, activity, day, result=Result.COMPLETED, **fields):
    return ServiceRecord(
        record_id=f"R-{number}",
        partner_id="V-1",
        activity=activity,
        date=day,
        community=community,
        result=result,
        hours=1.0,
        **fields,
    )


DISTRICT = Community(
    needs=(
        need(1, "平原社区", "电梯故障协助"), need(2, "平原", "电梯故障协助"), need(3, "星光社区", "电梯故障协助", status=NeedStatus.DONE),
    ),
    services=(
        service(1, "星光社区", "电梯故障协助", dt.date(2024, 7, 1)), service(2, "星光社区", "电梯故障协助", dt.date(2023, 1, 1)),
        service(3, "星光社区", "电梯故障协助", dt.date(2024, 7, 2)), service(4, "星光社区", "x", dt.date(2024, 7, 2), reverses="R-3"),
        service(5, "星光社区", "电梯故障协助", dt.date(2024, 7, 3), result=Result.NO_SHOW),
    ),
)  # fmt: skip


def work():
    profiles = read_profiles(DISTRICT, as_of=AS_OF, policy=read_policy())
    return find_live_work(DISTRICT, profiles, COMPETENCIES, as_of=AS_OF)


def test_open_needs_and_recent_standing_services_are_counted_by_community():
    found = work()
    assert found.needs[found.row("平原社区")].tolist() == [0, 2]
    assert found.services[found.row("星光社区")].tolist() == [0, 1]
    assert found.examples["平原社区", "C-2"] == ("电梯故障协助一件", "电梯故障协助一件")
    assert found.row("没有的社区") is None
    assert found.row(None) is None


def test_a_host_ranks_by_the_work_that_exercises_what_is_lacking_most():
    hosts = (
        Host(host_id="D-1", name="王", community="星光社区", shown={"C-2": 4}),
        Host(host_id="D-2", name="李", community="平原社区", shown={"C-2": 4}),
    )
    ranks = rank_hosts({"C-1": (2, 3), "C-2": (1, 4)}, hosts, work())
    assert [each.host.host_id for each in ranks] == ["D-2", "D-1"]
    assert ranks[0].score == pytest.approx(0.75 * 2 / (2 + HALF))
    assert ranks[0].score == pytest.approx(sum(part.contribution for part in ranks[0].parts))
    table = hosts_table(ranks, {"C-2": "应急处置"})
    assert table.loc[0, "那里的活"] == "应急处置：现有需求 2 件、近期服务 0 次"


def test_work_without_anybody_to_learn_from_counts_half():
    able, unable = (
        Host(host_id=name, name=name, community="平原社区", shown={"C-2": level})
        for name, level in (("D-1", 4), ("D-2", 1))
    )
    one, other = rank_hosts({"C-2": (1, 3)}, (able, unable), work())
    assert one.score == pytest.approx(2 * other.score)


def test_nothing_lacking_ranks_nobody_higher():
    assert [each.score for each in rank_hosts({}, (Host(host_id="D", name="x"),), work())] == [0]


@pytest.fixture(scope="module")
def plan():
    return solve(score(DISTRICT, as_of=AS_OF))


def test_what_is_short_becomes_a_course_and_a_course_in_the_register_is_named(plan):
    course = Course(course_id="T-1", name="电梯困人处置取证班", licence="电梯作业人员证", skills=("电梯故障协助",))
    wishes = wish_training(plan, [course])
    assert [(each.shortage.skill, each.courses) for each in wishes] == [("电梯故障协助", (course,))]
    assert wishes_table(wish_training(plan, [])).iloc[0, -1] == "没有现成课程，建议开班"


def test_a_trainee_who_gains_the_licence_is_a_candidate_at_once_and_the_plan_is_solved_again(plan):
    shortage = wish_training(plan, [])[0].shortage
    gain = Gain(
        person_id="K-01",
        name="周小苗",
        skills=(shortage.skill,),
        licences=shortage.licences,
        birth_date=dt.date(1995, 1, 1),
    )
    unlocked = unlock_needs(plan, [gain])
    assert unlocked.candidates == (("K-01", "N-1"), ("K-01", "N-2"))
    assert (unlocked.met_before, unlocked.met_after) == (0, 1)  # both are at the same time
    assert unlocked.now_met in {("N-1",), ("N-2",)}
    assert unlocked.value_after > unlocked.value_before
    assert "马上成为 2 件需求的人选" in str(unlocked)
    assert DISTRICT.specialists == ()


def test_a_licence_that_comes_too_late_unlocks_nothing(plan):
    shortage = wish_training(plan, [])[0].shortage
    gain = Gain(
        person_id="K-01",
        name="周小苗",
        skills=(shortage.skill,),
        licences=shortage.licences,
        birth_date=dt.date(1995, 1, 1),
    )
    late = unlock_needs(plan, [gain], valid_from=dt.date(2025, 1, 1))
    assert late.met_after == 0


def test_a_partner_who_is_registered_already_learns_on_the_same_row():
    gain = Gain(person_id="K-01", name="周", skills=("焊接",))
    once = with_gains(DISTRICT, [gain], valid_from=AS_OF)
    twice = with_gains(once, [gain, Gain(person_id="K-01", name="周", skills=("理发",))], valid_from=AS_OF)
    assert [claim.name for claim in twice.volunteers[0].skills] == ["焊接", "理发"]
