"""Small made-up districts for the tests of planning: every rule has something to bite on."""

import datetime as dt

from hypothesis import strategies as st

from matching.records import (
    CHINA,
    Block,
    Community,
    Grid,
    Kind,
    Level,
    Licence,
    Need,
    Result,
    ServiceRecord,
    SkillClaim,
    Specialist,
    Unit,
    Urgency,
    Volunteer,
    WeeklySlot,
    Window,
    china_moment,
)

AS_OF = dt.date(2024, 7, 31)
SATURDAY = dt.date(2024, 8, 3)
GRIDS = tuple(
    Grid(
        grid_id=f"G-{k}",
        street="灯塔路街道",
        community=name,
        name="第一网格",
        longitude=114.30 + 0.02 * k,
        latitude=36.10,
    )
    for k, name in enumerate(("光耀路社区", "新民街社区"))
)


def window(start_hour: float, hours: float = 3, day: dt.date = SATURDAY) -> Window:
    start = china_moment(day, int(start_hour * 60))
    return Window(start, start + dt.timedelta(hours=hours))


def claims(*names: str, level: Level | None = None) -> tuple[SkillClaim, ...]:
    return tuple(SkillClaim(name, level) for name in names)


def volunteer(number: int, *skills: str, **fields) -> Volunteer:
    values = {
        "name": f"志愿者{number}",
        "community": "光耀路社区",
        "birth_date": dt.date(1980, 1, 1),
        "is_insured": True,
    }
    return Volunteer(partner_id=f"V-{number:03d}", skills=claims(*skills), **{**values, **fields})


def need(number: int, *skills: str, **fields) -> Need:
    values = {
        "description": "请人帮忙",
        "community": "光耀路社区",
        "windows": (window(9),),
        "hours": 2.0,
        "people_max": 1,
    }
    return Need(need_id=f"N-{number:03d}", skills=claims(*skills), **{**values, **fields})


def moment(day: dt.date = AS_OF, hour: int = 12) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


def mostly(usual, *rare):
    """Draw the usual value four times out of five, so that a pair is not blocked by one rule or another each time."""
    return st.integers(0, 4).flatmap(lambda k: st.sampled_from(rare) if k == 4 else st.just(usual))


_windows = st.sampled_from(
    [(window(9),), (window(10),), (window(14),), (window(9), window(14)), (window(9, 1.5),), (), (window(9, 3, AS_OF),)]
)
_slots = mostly(
    (), (WeeklySlot(5, 540, 720),), (WeeklySlot(5, 480, 600), WeeklySlot(5, 600, 1080)), (WeeklySlot(6, 480, 1080),)
)
_wanted = st.sampled_from([("理发",), ("理发",), ("老人陪伴",), ("理发", "老人陪伴"), ("水管维修",), ()])
_held = st.sampled_from([("理发",), ("理发", "老人陪伴"), ("理发", "水管维修"), ("法律咨询",), ()])
_place = st.sampled_from([("光耀路社区", "第一网格"), ("光耀路社区", None), ("新民街社区", "第一网格"), (None, None)])


@st.composite
def needs(draw, number: int) -> Need:
    community, grid = draw(_place)
    most = draw(st.integers(1, 3))
    return Need(
        need_id=f"N-{number}",
        description=draw(st.sampled_from(["想理个发", "请人帮忙", "家里水管爆了"])),
        community=community,
        grid=grid,
        skills=claims(*draw(_wanted), level=draw(mostly(None, Level.PRACTISES))),
        is_team=draw(st.sampled_from([None, None, True])),
        kinds=draw(mostly((), (Kind.VOLUNTEER,), (Kind.UNIT, Kind.VOLUNTEER))),
        people_max=most,
        people_min=draw(st.sampled_from([None, 1, most, most, 0])),
        crew=draw(mostly(None, 4)),
        windows=draw(_windows),
        hours=draw(st.sampled_from([1.0, 1.5, None])),
        urgency=draw(st.sampled_from([None, Urgency.URGENT])),
        licences=draw(mostly((), ("低压电工作业证",))),
        minimum_age=draw(mostly(None, 16, 18)),
        maximum_age=draw(mostly(None, 70)),
        is_risky=draw(mostly(None, True)),
        resources=draw(st.sampled_from([(), (), ("音响",)])),
        beneficiary=draw(st.sampled_from([None, "独居老人"])),
    )


@st.composite
def partners(draw, number: int):
    community, grid = draw(_place)
    shared = {
        "name": f"某{number}",
        "community": community,
        "grid": grid,
        "skills": claims(*draw(_held), level=draw(st.sampled_from([None, Level.KNOWS, Level.LICENSED]))),
        "offer": draw(st.sampled_from([None, "会修水管，不会开车", "能陪老人说话"])),
        "available": draw(_slots),
        "hours": draw(mostly(None, 1.0, 2.5, 0.0)),
        "most_needs": draw(st.sampled_from([None, 1, 2, 3])),
        "is_insured": draw(st.sampled_from([None, True, False])),
        "consent": draw(mostly(None, False)),
    }
    kind = draw(st.sampled_from([Volunteer, Volunteer, Volunteer, Specialist, Unit]))
    if kind is Unit:
        staff = draw(st.sampled_from([None, 2, 8]))
        return Unit(
            partner_id=f"U-{number}", staff=staff, equipment=draw(st.sampled_from([(), ("音响设备",)])), **shared
        )
    births = (None, dt.date(1950, 8, 3), dt.date(2007, 8, 3), dt.date(2012, 1, 1))
    shared["birth_date"] = draw(mostly(dt.date(1990, 5, 1), *births))
    if kind is Specialist:
        return Specialist(partner_id=f"P-{number}", profession="理发师", **shared)
    return Volunteer(
        partner_id=f"V-{number}",
        household=draw(st.sampled_from([None, "H-1"])),
        guardian_consent=draw(st.sampled_from([None, True])),
        **shared,
    )


@st.composite
def districts(draw, most_needs: int = 4, most_partners: int = 5) -> Community:
    wanted = tuple(draw(needs(k)) for k in range(draw(st.integers(1, most_needs))))
    people = [draw(partners(k)) for k in range(draw(st.integers(2, most_partners)))]
    licences = tuple(
        Licence(
            licence_id=f"L-{k}",
            partner_id=each.partner_id,
            name="低压电工作业证",
            valid_until=draw(st.sampled_from([None, SATURDAY, AS_OF])),
        )
        for k, each in enumerate(people)
        if draw(st.booleans())
    )
    blocks = tuple(draw(_blocks(wanted, people))) if wanted and people else ()
    services = tuple(draw(_services(wanted, people))) if wanted and people else ()
    return Community(
        grids=GRIDS,
        units=tuple(p for p in people if isinstance(p, Unit)),
        specialists=tuple(p for p in people if isinstance(p, Specialist)),
        volunteers=tuple(p for p in people if isinstance(p, Volunteer)),
        licences=licences,
        needs=wanted,
        blocks=blocks,
        services=services,
    )


@st.composite
def _blocks(draw, wanted, people):
    one, other = draw(st.sampled_from(people)), draw(st.sampled_from(people))
    until = draw(st.sampled_from([None, SATURDAY, AS_OF]))
    return draw(
        st.sampled_from(
            [
                [],
                [Block(block_id="X-1", partner_id=one.partner_id, need_id=wanted[0].need_id, until=until)],
                [Block(block_id="X-1", partner_id=one.partner_id, other_partner_id=other.partner_id, until=until)],
                [Block(block_id="X-1", partner_id=one.partner_id, community="光耀路", until=until)],
            ]
        )
    )


@st.composite
def _services(draw, wanted, people):
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(wanted), st.sampled_from(people), st.sampled_from(list(Result)), st.booleans()),
            max_size=2,
        )
    )
    return [
        ServiceRecord(
            record_id=f"R-{k}",
            partner_id=person.partner_id,
            need_id=wish.need_id if same else None,
            result=result,
            date=AS_OF - dt.timedelta(days=3),
            community="光耀路社区",
            hours=1.0 if result is Result.COMPLETED else None,
        )
        for k, (wish, person, result, same) in enumerate(rows)
    ]
