import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.planning import RULES, score
from matching.planning.eligibility import ages_on, birth_of
from matching.records import (
    Action,
    Block,
    Community,
    Decision,
    Event,
    Kind,
    Level,
    Licence,
    NeedStatus,
    Recurrence,
    Result,
    ServiceRecord,
    Specialist,
    Unit,
    WeeklySlot,
)
from planning.districts import AS_OF, SATURDAY, claims, moment, need, volunteer, window


def blocked(wish, person, **registers):
    people = {"units": (person,)} if isinstance(person, Unit) else {"volunteers": (person,)}
    if isinstance(person, Specialist):
        people = {"specialists": (person,)}
    candidates = score(Community(needs=(wish,), **people, **registers), as_of=registers.pop("as_of", AS_OF))
    return candidates.blocking_rules(wish.need_id, person.partner_id)


def forbid():
    return Decision(
        decision_id="D-1",
        plan_id="P-1",
        action=Action.FORBID,
        need_id="N-001",
        partner_id="V-001",
        by="张",
        at=moment(),
    )


def said(result, **fields):
    return ServiceRecord(record_id="R-1", partner_id="V-001", need_id="N-001", result=result, **fields)


def unit(**fields):
    return Unit(partner_id="U-001", name="某单位", skills=claims("理发"), **fields)


BARBER = volunteer(1, "理发")
CASES = [
    (need(1, "理发", status=NeedStatus.DONE), BARBER, {}, "closed"),
    (need(1, "理发", status=NeedStatus.CANCELLED), BARBER, {}, "closed"),
    (need(1, "理发", windows=(window(9, day=dt.date(2024, 7, 30)),)), BARBER, {}, "time_over"),
    (need(1, "理发", kinds=(Kind.UNIT,)), BARBER, {}, "kind"),
    (need(1, "理发"), BARBER, {"decisions": (forbid(),)}, "forbidden"),
    (need(1, "理发"), BARBER, {"services": (said(Result.DECLINED),)}, "declined"),
    (need(1, "理发"), BARBER, {"services": (said(Result.NO_SHOW),)}, "missed"),
    (need(1, "理发"), BARBER, {"blocks": (Block(block_id="X-1", partner_id="V-001", need_id="N-001"),)}, "kept_apart"),
    (
        need(1, "理发"),
        BARBER,
        {"blocks": (Block(block_id="X-1", partner_id="V-001", community="光耀路"),)},
        "kept_apart",
    ),
    (need(1, "理发"), volunteer(1), {}, "skill_unknown"),
    (need(1, "理发"), volunteer(1, "法律咨询"), {}, "skill"),
    (need(1, "理发", licences=("健康证",)), BARBER, {}, "licence_missing"),
    (need(1, "照明维修"), volunteer(1, "照明维修"), {}, "licence_missing"),
    (need(1, "理发", minimum_age=18), volunteer(1, "理发", birth_date=None), {}, "age_unknown"),
    (need(1, "理发", minimum_age=18), volunteer(1, "理发", birth_date=dt.date(2006, 8, 4)), {}, "too_young"),
    (need(1, "理发", maximum_age=65), volunteer(1, "理发", birth_date=dt.date(1958, 8, 3)), {}, "too_old"),
    (need(1, "理发"), volunteer(1, "理发", birth_date=dt.date(2011, 1, 1)), {}, "guardian"),
    (need(1, "理发", is_risky=True), volunteer(1, "理发", is_insured=None), {}, "insurance"),
    (need(1, "理发"), volunteer(1, "理发", available=(WeeklySlot(5, 540, 659),)), {}, "time"),
    (need(1, "理发", crew=5), unit(staff=4), {}, "crew"),
    (need(1, "理发", resources=("音响",)), unit(equipment=("投影仪",)), {}, "resources"),
    (need(1, "理发"), volunteer(1, "理发", most_needs=0), {}, "no_capacity"),
    (need(1, "理发"), volunteer(1, "理发", hours=1.5), {}, "hours_short"),
]


@pytest.mark.parametrize(("wish", "person", "registers", "rule"), CASES)
def test_each_rule_alone_blocks_a_pair_that_nothing_else_blocks(wish, person, registers, rule):
    assert blocked(wish, person, **registers) == (rule,)


def test_every_rule_has_a_case_of_its_own():
    tested = {rule for *_, rule in CASES} | {"licence_expired"}  # the expired licence has its tests below
    assert tested == set(RULES)


ALLOWED = [
    (need(1, "理发"), BARBER, {}),
    (need(1, "理发", kinds=(Kind.VOLUNTEER,)), BARBER, {}),
    (need(1, "理发", minimum_age=18), volunteer(1, "理发", birth_date=dt.date(2006, 8, 3)), {}),
    (need(1, "理发", maximum_age=65), volunteer(1, "理发", birth_date=dt.date(1958, 8, 4)), {}),
    (need(1, "理发"), volunteer(1, "理发", birth_date=dt.date(2011, 1, 1), guardian_consent=True), {}),
    (need(1, "理发"), volunteer(1, "理发", birth_date=dt.date(2010, 8, 3)), {}),
    (need(1, "理发"), volunteer(1, "理发", available=(WeeklySlot(5, 540, 600), WeeklySlot(5, 600, 660))), {}),
    (need(1, "理发", windows=()), volunteer(1, "理发", available=(WeeklySlot(0, 0, 60),)), {}),
    (need(1, "理发", is_risky=True), unit(is_insured=None), {}),
    (need(1, "理发", crew=5), unit(staff=5), {}),
    (need(1, "理发", crew=5), unit(staff=None), {}),
    (need(1, "理发", resources=("音响",)), unit(equipment=("音响设备",)), {}),
    (need(1, "理发", resources=("推子",)), volunteer(1, "理发", offer="自带推子"), {}),
    (need(1, "理发", minimum_age=18), Specialist(partner_id="P-001", name="师傅", skills=claims("理发")), {}),
    (need(1, "老人陪伴"), volunteer(1), {}),
    (need(1, "理发", status=NeedStatus.OPEN), BARBER, {"services": (said(Result.ACCEPTED),)}),
    (
        need(1, "理发"),
        BARBER,
        {"blocks": (Block(block_id="X-1", partner_id="V-001", need_id="N-001", until=dt.date(2024, 8, 2)),)},
    ),
    (
        need(1, "理发", recurrence=Recurrence.WEEKLY),
        BARBER,
        {"services": (said(Result.DECLINED, date=dt.date(2024, 7, 27)),)},
    ),
]


@pytest.mark.parametrize(("wish", "person", "registers"), ALLOWED)
def test_what_just_keeps_the_rules_is_allowed(wish, person, registers):
    assert blocked(wish, person, **registers) == ()


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({"valid_until": SATURDAY}, ()),
        ({"valid_until": dt.date(2024, 8, 2)}, ("licence_expired",)),
        ({"valid_from": dt.date(2024, 8, 4)}, ("licence_expired",)),
        ({"valid_from": SATURDAY, "valid_until": None}, ()),
    ],
)
def test_a_licence_must_be_valid_on_the_day_of_the_work(fields, rules):
    held = Licence(licence_id="L-1", partner_id="V-001", name="低压电工作业证", **fields)
    assert blocked(need(1, "照明维修"), volunteer(1, "照明维修"), licences=(held,)) == rules


def test_everyday_names_of_licences_count():
    held = Licence(licence_id="L-1", partner_id="V-001", name="电工证")
    assert blocked(need(1, "照明维修"), volunteer(1, "照明维修"), licences=(held,)) == ()


def test_to_say_that_one_is_licensed_is_no_licence_for_a_person_but_is_for_a_unit():
    wish = need(1, "照明维修")
    person = dataclasses.replace(BARBER, skills=claims("照明维修", level=Level.LICENSED))
    assert blocked(wish, person) == ("licence_missing",)
    told = score(Community(needs=(wish,), volunteers=(person,)), as_of=AS_OF)
    from matching.planning.explanation import explain_pair

    assert "自称持证" in explain_pair(told, "N-001", "V-001").blocked[0][1]
    firm = Unit(partner_id="U-001", name="供电所", skills=claims("照明维修", level=Level.LICENSED))
    assert blocked(wish, firm) == ()


def test_windows_of_the_day_itself_are_open_and_those_that_have_begun_leave_the_rest():
    wish = need(1, "理发", windows=(window(9, 3, AS_OF),), hours=1.0)
    community = Community(needs=(wish,), volunteers=(BARBER,))
    assert score(community, as_of=AS_OF).blocking_rules("N-001", "V-001") == ()
    at_ten = score(community, as_of=moment(AS_OF, 10))
    assert str(at_ten.works[0].stretch) == "2024-07-31 10:00-11:00"
    assert score(community, as_of=moment(AS_OF, 11)).works[0].is_over is False
    assert score(community, as_of=moment(AS_OF, 12)).blocking_rules("N-001", "V-001") == ("time_over",)


def test_a_need_takes_time_and_place_from_its_event():
    event = Event(event_id="E-1", name="集市", community="新民街社区", place="广场", windows=(window(14),))
    wish = need(1, "理发", windows=(), community=None, event_id="E-1")
    candidates = score(Community(needs=(wish,), volunteers=(BARBER,), events=(event,)), as_of=AS_OF)
    assert candidates.profiles.needs[0].community == "新民街社区"
    assert str(candidates.works[0].stretch) == "2024-08-03 14:00-16:00"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2024, 1, 1)), st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31)))
def test_ages_are_completed_years(birth, day):
    age = ages_on(np.array([birth], dtype="datetime64[D]"), day)[0]
    assert age == day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def test_a_birth_date_is_taken_from_the_id_number_where_the_register_has_none():
    person = dataclasses.replace(BARBER, birth_date=None, id_number="000000199002290000")
    assert birth_of(person) is None
    assert birth_of(dataclasses.replace(person, id_number="000000199003010000")) == dt.date(1990, 3, 1)
    assert np.isnan(ages_on(np.array([None], dtype="datetime64[D]"), AS_OF))[0]
