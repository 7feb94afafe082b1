"""Licences in dates: for life, valid, about to end, expired."""

import datetime as dt
import random
from collections.abc import Iterable

from matching.records import Licence, Person
from matching.samples.profile import Profile
from matching.samples.texts import read_texts, some

_YEAR = 365
_AHEAD = 40  # a licence that is valid stays so beyond the four weeks of the needs


def make_licences(rng: random.Random, profiles: Iterable[Profile], *, as_of: dt.date) -> tuple[Licence, ...]:
    """Make the register of licences.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    profiles : iterable of Profile
        Whose licences.
    as_of : date
        The day on which the district is looked at.

    Returns
    -------
    licences : tuple of Licence
        In the order of their holders.
    """
    kinds = {row["name"]: row for row in read_texts("licences")}
    licences: list[Licence] = []
    for profile in profiles:
        for held in profile.licences:
            name, status = held.split(":")
            kind = kinds[name]
            valid_from, valid_until = _dates(rng, profile, status, years=int(kind["years"]), as_of=as_of)
            serial = len(licences) + 1
            number = f"{kind['code']}-{valid_from.year}-{rng.randint(0, 99_999):05d}" if some(rng, 0.85) else None
            licence = Licence(
                licence_id=f"L-{serial:03d}",
                partner_id=profile.partner.partner_id,
                name=name,
                number=number,
                valid_from=valid_from if some(rng, 0.9) else None,
                valid_until=valid_until,
                issuer=kind["issuer"] if some(rng, 0.8) else None,
            )
            licences.append(licence)
    return tuple(licences)


def _dates(
    rng: random.Random, profile: Profile, status: str, *, years: int, as_of: dt.date
) -> tuple[dt.date, dt.date | None]:
    """Return from when and until when a licence in a given state holds."""
    term = (years or 10) * _YEAR
    birth_date = profile.partner.birth_date if isinstance(profile.partner, Person) else None
    grown = (as_of - birth_date).days - 19 * _YEAR if birth_date else 20 * _YEAR
    if status == "life":
        return as_of - dt.timedelta(days=rng.randint(60, max(90, min(grown, 25 * _YEAR)))), None
    if status == "expired":
        until = as_of - dt.timedelta(days=rng.randint(10, 300))
    elif status == "soon":
        until = as_of + dt.timedelta(days=rng.randint(6, 20))
    else:
        until = as_of + dt.timedelta(days=rng.randint(max(_AHEAD, term - max(grown, 60)), term - 30))
    return until - dt.timedelta(days=term), until
