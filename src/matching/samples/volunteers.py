"""Volunteers: personas in proportion, in households, in their own words, with what registers lack."""

import dataclasses
import datetime as dt
import functools
import random
from collections.abc import Mapping, Sequence
from typing import Any

from matching.records import Gender, SkillClaim, Volunteer
from matching.samples.households import Home, Households
from matching.samples.names import Names, impossible_phone
from matching.samples.places import Places
from matching.samples.profile import Profile, born, claims_of
from matching.samples.texts import Row, apportion, between, read_texts, some, split
from matching.samples.timing import weekly_slots

_PHONES = 10_457_299
_ADULT = 18
_EMPLOYERS = {
    "企业职工": "企业",
    "机关干部": "机关",
    "中学教师": "中学",
    "幼儿教师": "幼儿园",
    "银行职员": "银行",
    "医院职工": "医院",
    "保安": "物业",
    "环卫工人": "环卫",
    "出租车司机": "车队",
}
_NAMESAKES = 40  # fewer volunteers than this have no namesakes


@dataclasses.dataclass(frozen=True, slots=True)
class _Scene:
    """What all volunteers are drawn from."""

    names: Names
    places: Places
    households: Households
    employers: Mapping[str, Sequence[str]]  # names of units by occupation
    as_of: dt.date


def make_volunteers(
    rng: random.Random, names: Names, *, count: int, places: Places, units: Sequence[Profile], as_of: dt.date
) -> list[Profile]:
    """Make volunteers of all ages.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    names : Names
        Gives them their names.
    count : int
        How many.
    places : Places
        Where they live.
    units : sequence of Profile
        Where some of them work.
    as_of : date
        The day on which the district is looked at.

    Returns
    -------
    profiles : list of Profile
        Two pairs of them are namesakes, where there are enough.
    """
    personas = read_texts("personas")
    times = apportion([int(row["weight"]) for row in personas], count)
    chosen = [row for row, n in zip(personas, times, strict=True) for _ in range(n)]
    rng.shuffle(chosen)
    chosen.sort(key=lambda row: int(row["ages"].split("-")[0]) < _ADULT)  # a child joins a household that exists
    scene = _Scene(names, places, Households(), _employers(units), as_of)
    drafts = [_draft(rng, row, scene) for row in chosen]
    rng.shuffle(drafts)
    for fields, *_ in rng.sample(drafts, len(drafts) * 3 // 200):
        fields["consent"] = False
    _make_namesakes(drafts)
    profiles = []
    for i, (fields, community, tags, licences) in enumerate(drafts):
        phone = impossible_phone(_PHONES + i) if fields.pop("has_phone") else None
        home: Home = fields.pop("home")
        household = home.code if fields.pop("has_household") or home.is_shared else None
        volunteer = Volunteer(partner_id=f"V-{i + 1:03d}", phone=phone, household=household, **fields)
        profiles.append(Profile(volunteer, community, tags, licences))
    return profiles


Draft = tuple[dict[str, Any], str, tuple[str, ...], tuple[str, ...]]


def _employers(units: Sequence[Profile]) -> dict[str, list[str]]:
    """Return the units at which each occupation may work."""
    rows = [(unit.partner.name, f"{unit.sort}{unit.partner.name}") for unit in units]
    return {work: [name for name, words in rows if sort in words] for work, sort in _EMPLOYERS.items()}


def _draft(rng: random.Random, row: Row, scene: _Scene) -> Draft:
    age = between(rng, row["ages"])
    birth_date = born(scene.as_of, age, rng.randint(0, 360))
    gender = Gender.FEMALE if row["gender"] == "f" or (not row["gender"] and some(rng, 0.55)) else Gender.MALE
    community = scene.places.draw_community(rng)
    home = scene.households.settle(rng, community, scene.places, is_child=age < _ADULT)
    says_where = some(rng, 0.97)
    employers = scene.employers.get(row["occupation"])
    skills, tags = _skills(rng, row, age)
    registered_on = scene.as_of - dt.timedelta(days=rng.randint(20, min(1900, max(60, (age - 8) * 365))))
    fields: dict[str, Any] = {
        "name": scene.names.take(rng, gender, birth_date.year, surname=home.surname if some(rng, 0.5) else None),
        "has_phone": some(rng, 0.35 if age < _ADULT else 0.93),
        "community": community if says_where else None,
        "grid": home.grid if says_where and some(rng, 0.75) else None,
        "skills": skills,
        "offer": _offer(rng, row, age) if some(rng, 0.72 if skills else 0.9) else None,
        "available": weekly_slots(rng.choice(row["when"].split("|"))) if some(rng, 0.88) else (),
        "hours": float(rng.choice((2, 3, 4, 4, 6, 6, 8, 10))) if some(rng, 0.7) else None,
        "most_needs": rng.choice((1, 1, 2, 2, 3)) if some(rng, 0.6) else None,
        "is_insured": rng.choice((True, True, True, True, True, False, None)),
        "consent": True if some(rng, 0.85) else None,
        "note": _phrase(rng, "note", age) if some(rng, 0.06) else None,
        "gender": gender if some(rng, 0.97) else None,
        "birth_date": birth_date if age < _ADULT or some(rng, 0.86) else None,
        "address": home.address if some(rng, 0.55) else None,
        "employer": rng.choice(employers) if employers and some(rng, 0.45) else None,
        "home": home,
        "has_household": some(rng, 0.3),
        "languages": split(row["languages"]) if some(rng, 0.7) else (),
        "occupation": row["occupation"] if some(rng, 0.93) else None,
        "volunteer_number": f"ZY-{registered_on:%y}-{rng.randint(0, 999_999):06d}" if some(rng, 0.6) else None,
        "registered_on": registered_on if some(rng, 0.92) else None,
        "guardian_consent": (True if some(rng, 0.8) else None) if age < 14 else None,
    }
    return fields, community, tags, _licences(rng, row)


def _skills(rng: random.Random, row: Row, age: int) -> tuple[tuple[SkillClaim, ...], tuple[str, ...]]:
    """Return what a volunteer claims, and the kinds of activity that go with it."""
    tags = split(row["tags"])
    words = tuple(rng.sample(row["claims"].split("|"), rng.choice((1, 1, 2, 2, 3))))
    if some(rng, 0.3):
        fitting = _fitting("claim", age)
        if fitting:
            extra = rng.choice(fitting)
            words += (extra["words"],) if extra["words"] not in words else ()
            tags += split(extra["tags"])
    return (() if some(rng, 0.1) else claims_of(words)), tuple(dict.fromkeys(tags))


def _offer(rng: random.Random, row: Row, age: int) -> str | None:
    own = rng.choice(row["offers"].split("|"))
    if some(rng, 0.3):
        common = _phrase(rng, "offer", age)
        return common if some(rng, 0.5) else f"{own}；{common}" if common else own
    return own


def _phrase(rng: random.Random, kind: str, age: int) -> str | None:
    fitting = _fitting(kind, age)
    return (rng.choice(fitting)["words"] or None) if fitting else None


@functools.cache
def _fitting(kind: str, age: int) -> tuple[Row, ...]:
    bounds = [(row, row["ages"].split("-")) for row in read_texts("phrases") if row["kind"] == kind]
    return tuple(row for row, (least, most) in bounds if int(least) <= age <= int(most))


def _licences(rng: random.Random, row: Row) -> tuple[str, ...]:
    """Return the licences of one person: each of the persona's with its chance in tenths, in its state."""
    held = []
    for item in split(row["licences"]):
        name, status, tenths = item.split(":")
        if rng.randrange(10) < int(tenths):
            mixed = rng.choice(("valid", "valid", "valid", "expired", "soon"))
            held.append(f"{name}:{mixed if status == 'mixed' else status}")
    return tuple(held)


def _make_namesakes(drafts: list[Draft]) -> None:
    """Give two pairs the same name, as happens in every district: other birth date, community and phone."""
    if len(drafts) < _NAMESAKES:
        return
    pairs = 0
    used: set[int] = set()
    for i, (fields, community, _, _) in enumerate(drafts):
        for j in range(i + 1, len(drafts)):
            other, elsewhere = drafts[j][:2]
            if not {i, j} & used and community != elsewhere and _could_be_namesakes(fields, other):
                other["name"] = fields["name"]
                used |= {i, j}
                pairs += 1
                break
        if pairs == 2:
            return


def _could_be_namesakes(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if not (one["has_phone"] and other["has_phone"] and one["birth_date"] and other["birth_date"]):
        return False
    years = abs((one["birth_date"] - other["birth_date"]).days) / 365
    return one["gender"] is not None and one["gender"] == other["gender"] and 2 < years < 8
