"""Specialists: a hand-written roll, scarce on purpose, and more of the same professions in larger districts."""

import datetime as dt
import random

from matching.records import Gender, Specialist
from matching.samples.names import Names, impossible_phone
from matching.samples.places import Places, draw_building
from matching.samples.profile import Profile, born, claims_of
from matching.samples.texts import between, read_texts, some, split
from matching.samples.timing import weekly_slots

_PHONES = 2_746_113
_ALWAYS = 24  # the first of the roll are insured and state everything: contested, not unknown


def make_specialists(rng: random.Random, names: Names, *, count: int, places: Places, as_of: dt.date) -> list[Profile]:
    """Make specialists.

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
    as_of : date
        The day on which the district is looked at.

    Returns
    -------
    profiles : list of Profile
    """
    rows = read_texts("specialists")
    profiles = []
    for i in range(count):
        row = rows[i % len(rows)]
        gender = Gender.FEMALE if row["gender"] == "f" else Gender.MALE
        age = between(rng, row["ages"])
        birth_date = born(as_of, age, rng.randint(0, 360))
        community = places.draw_community(rng)
        says_where = some(rng, 0.96)
        stated = 1.0 if i < _ALWAYS else 0.9
        specialist = Specialist(
            partner_id=f"P-{i + 1:03d}",
            name=names.take(rng, gender, birth_date.year),
            community=community if says_where else None,
            grid=places.draw_grid(rng, community) if says_where and some(rng, 0.7) else None,
            phone=impossible_phone(_PHONES + i) if some(rng, 0.96) else None,
            skills=claims_of(split(row["skills"])) if some(rng, stated) else (),
            offer=row["offer"] if some(rng, stated) else None,
            available=weekly_slots(row["when"]) if some(rng, stated) else (),
            hours=float(row["hours"]),
            most_needs=int(row["most"]),
            is_insured=True if i < _ALWAYS or some(rng, 0.6) else rng.choice((False, None)),
            consent=True,
            note=row["note"] or None,
            gender=gender if some(rng, 0.97) else None,
            birth_date=birth_date if some(rng, 0.92) else None,
            address=f"{community}{draw_building(rng)}" if some(rng, 0.4) else None,
            languages=split(row["languages"]) if some(rng, 0.9) else (),
            profession=row["profession"],
            title=row["title"] or None,
        )
        profiles.append(Profile(specialist, community, split(row["tags"]), split(row["licences"])))
    return profiles
