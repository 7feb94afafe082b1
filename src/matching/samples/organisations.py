"""Units and community partners: the hand-written ones first, and numbered ones of the same sorts in larger districts."""

import random
from typing import Any

from matching.records import CommunityPartner, Gender, Unit
from matching.samples.names import Names, impossible_phone
from matching.samples.places import Places, draw_building
from matching.samples.profile import Profile, claims_of
from matching.samples.texts import Row, read_texts, some, split
from matching.samples.timing import weekly_slots

_UNIT_PHONES = 1_318_027
_SHOP_PHONES = 3_905_771
_UNIT_NOTES = ("需提前三天联系", "大党委成员单位", "月底不派人", "用场地先填申请单")


def make_units(rng: random.Random, names: Names, *, count: int, places: Places) -> list[Profile]:
    """Make partner units.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    names : Names
        Gives the contacts their names.
    count : int
        How many.
    places : Places
        Where they are.

    Returns
    -------
    profiles : list of Profile
    """
    rows = read_texts("units")
    profiles = []
    for i in range(count):
        row, cycle = rows[i % len(rows)], i // len(rows)
        name, community = _name_and_community(rng, row, cycle, places)
        unit = Unit(
            **_shared(rng, row, community, places, names),
            partner_id=f"U-{i + 1:03d}",
            name=name,
            phone=impossible_phone(_UNIT_PHONES + i) if some(rng, 0.94) else None,
            unit_type=row["type"] if some(rng, 0.96) else None,
            staff=max(3, int(row["staff"]) + (rng.randint(-3, 6) if cycle else 0)),
            rooms=split(row["rooms"]),
            equipment=split(row["equipment"]),
            is_insured=_maybe(rng, yes=0.75, no=0.05),
            note=rng.choice(_UNIT_NOTES) if some(rng, 0.15) else None,
        )
        profiles.append(Profile(unit, community, split(row["tags"]), split(row["licences"]), sort=row["type"]))
    return profiles


def make_community_partners(rng: random.Random, names: Names, *, count: int, places: Places) -> list[Profile]:
    """Make community partners: shops, groups and residents.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    names : Names
        Gives the contacts their names.
    count : int
        How many.
    places : Places
        Where they are.

    Returns
    -------
    profiles : list of Profile
    """
    rows = read_texts("community_partners")
    profiles = []
    for i in range(count):
        row, cycle = rows[i % len(rows)], i // len(rows)
        name, community = _name_and_community(rng, row, cycle, places)
        partner = CommunityPartner(
            **_shared(rng, row, community, places, names),
            partner_id=f"C-{i + 1:03d}",
            name=name,
            phone=impossible_phone(_SHOP_PHONES + i) if some(rng, 0.9) else None,
            partner_type=row["type"],
            address=f"{community.removesuffix('社区')}{draw_building(rng)}底商" if some(rng, 0.6) else None,
            hours=float(rng.choice((3, 4, 6, 8))) if some(rng, 0.6) else None,
            is_insured=_maybe(rng, yes=0.5, no=0.2),
        )
        profiles.append(Profile(partner, community, split(row["tags"]), split(row["licences"])))
    return profiles


def _name_and_community(rng: random.Random, row: Row, cycle: int, places: Places) -> tuple[str, str]:
    if cycle == 0:
        return row["name"], row["community"]
    community = places.draw_community(rng)
    return f"{community.removesuffix('社区')}第{cycle + 1}{row['tail']}", community


def _shared(rng: random.Random, row: Row, community: str, places: Places, names: Names) -> dict[str, Any]:
    gender = Gender.FEMALE if some(rng, 0.5) else Gender.MALE
    return {
        "community": community,
        "grid": places.draw_grid(rng, community) if some(rng, 0.7) else None,
        "contact": names.take(rng, gender, rng.randint(1965, 1996)) if some(rng, 0.95) else None,
        "skills": claims_of(split(row["skills"])) if some(rng, 0.93) else (),
        "offer": row["offer"] if some(rng, 0.9) else None,
        "available": weekly_slots(row["when"]) if some(rng, 0.85) else (),
        "most_needs": int(row["most"]),
        "consent": True if some(rng, 0.9) else None,
    }


def _maybe(rng: random.Random, *, yes: float, no: float) -> bool | None:
    drawn = rng.random()
    return True if drawn < yes else False if drawn < yes + no else None
