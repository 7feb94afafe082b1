"""The whole district, put together from its registers."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping

from matching.errors import CallError
from matching.records import Community, Record
from matching.samples.blocks import make_blocks
from matching.samples.demand import make_needs
from matching.samples.history import make_refusals, make_services
from matching.samples.licensing import make_licences
from matching.samples.names import Names
from matching.samples.organisations import make_community_partners, make_units
from matching.samples.places import Places, make_places
from matching.samples.profile import Profile
from matching.samples.specialists import make_specialists
from matching.samples.texts import stream
from matching.samples.volunteers import make_volunteers

_DAY = dt.date(2024, 7, 31)
_MOST = {"units": 20_000, "specialists": 20_000, "community_partners": 20_000, "volunteers": 100_000, "needs": 100_000}


def make_district(
    *,
    seed: int = 20240731,
    units: int = 52,
    specialists: int = 48,
    community_partners: int = 39,
    volunteers: int = 408,
    needs: int = 160,
    as_of: dt.date = _DAY,
) -> Community:
    """Make an urban district: partners of four kinds, their licences, needs of the next four weeks, a year of history.

    The streets and communities are real places of Anyang, with coordinates good to a kilometre or so; every person,
    organisation and event is invented, and no phone number can be anybody's. A district of more than 2,000 volunteers
    gets further communities whose names say that they are samples.

    Parameters
    ----------
    seed : int, default=20240731
        The same seed and sizes give the same district on every platform.
    units, specialists, community_partners : int in [0, 20000]
        How many of each.
    volunteers : int in [1, 100000], default=408
        How many volunteers.
    needs : int in [0, 100000], default=160
        How many needs. About one in eighteen cannot be filled; events and jobs of several parts come whole or not at all.
    as_of : date, default=2024-07-31
        The day on which the district is looked at: history ends on it, and the needs lie in the four weeks after it.

    Returns
    -------
    community : Community
        With an empty register of skills: the packaged taxonomy is meant.

    Raises
    ------
    CallError
        If a size or the day is out of range.

    Examples
    --------
    >>> community = make_district(volunteers=10, needs=5, units=2, specialists=3, community_partners=1)
    >>> len(community.volunteers), len(community.needs)
    (10, 5)
    """
    sizes = {"units": units, "specialists": specialists, "community_partners": community_partners}
    sizes |= {"volunteers": volunteers, "needs": needs}
    _check(sizes, as_of)
    names = Names()
    places = make_places(stream(seed, "grids"), names, volunteers=volunteers)
    partners = _make_partners(seed, sizes, names, places=places, as_of=as_of)
    profiles = list(itertools.chain.from_iterable(partners.values()))
    wanted, events = make_needs(stream(seed, "needs"), count=needs, places=places, as_of=as_of)
    services = make_services(stream(seed, "services"), profiles, places=places, as_of=as_of)
    refusals = make_refusals(stream(seed, "refusals"), wanted, profiles, start=len(services), as_of=as_of)
    rows: dict[str, Iterable[Record]] = {
        "grids": places.grids,
        **{name: [each.partner for each in made] for name, made in partners.items()},
        "licences": make_licences(stream(seed, "licences"), profiles, as_of=as_of),
        "needs": wanted,
        "events": events,
        "blocks": make_blocks(stream(seed, "blocks"), profiles, wanted, places=places, as_of=as_of),
        "services": services + refusals,
    }
    return Community.of(rows, source=f"make_district(seed={seed})")


def _make_partners(
    seed: int, sizes: Mapping[str, int], names: Names, *, places: Places, as_of: dt.date
) -> dict[str, list[Profile]]:
    """Return the partners of the four kinds by their registers."""
    units = make_units(stream(seed, "units"), names, count=sizes["units"], places=places)
    specialists = make_specialists(
        stream(seed, "specialists"), names, count=sizes["specialists"], places=places, as_of=as_of
    )
    shops = make_community_partners(
        stream(seed, "community_partners"), names, count=sizes["community_partners"], places=places
    )
    volunteers = make_volunteers(
        stream(seed, "volunteers"), names, count=sizes["volunteers"], places=places, units=units, as_of=as_of
    )
    return {"units": units, "specialists": specialists, "community_partners": shops, "volunteers": volunteers}


def _check(sizes: Mapping[str, int], as_of: dt.date) -> None:
    for name, size in sizes.items():
        least = 1 if name == "volunteers" else 0
        if not least <= size <= _MOST[name]:
            raise CallError(f"{name} must be {least} to {_MOST[name]}; got {size}. Choose a size in that range.")
    if not 1950 <= as_of.year <= 2200:
        raise CallError(f"as_of must lie in the years 1950 to 2200; got {as_of}. Choose another day.")
