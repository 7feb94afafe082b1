"""Who lives with whom."""

import dataclasses
import random

from matching.samples.names import draw_surname
from matching.samples.places import Places, draw_building
from matching.samples.texts import some

_LARGEST = 4


@dataclasses.dataclass(slots=True)
class Home:
    """One household while the district is being made.

    Attributes
    ----------
    code : str
        Household number.
    surname : str
        That many of the family share.
    grid : str or None
        Grid in which it lies.
    address : str
        As a register states it.
    size : int
        Volunteers who live there so far.
    """

    code: str
    surname: str
    grid: str | None
    address: str
    size: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether somebody lived there before the last one came."""
        return self.size > 1


class Households:
    """Settles people one after another, some of them with others of the same community."""

    def __init__(self) -> None:
        self._open: dict[str, list[Home]] = {}
        self._count = 0

    def settle(self, rng: random.Random, community: str, places: Places, *, is_child: bool) -> Home:
        """Return the home of the next person.

        Parameters
        ----------
        rng : random.Random
            Stream of random numbers.
        community : str
            Where the person lives.
        places : Places
            The district.
        is_child : bool
            A child joins a household if there is any.

        Returns
        -------
        home : Home
        """
        homes = self._open.setdefault(community, [])
        if homes and some(rng, 1.0 if is_child else 0.25):
            # The homes opened last still have room; looking only at them keeps a large district fast.
            home = homes[-1 - rng.randrange(min(len(homes), 12))]
        else:
            self._count += 1
            address = f"{community}{draw_building(rng)}{rng.randint(1, 6)}0{rng.randint(1, 4)}"
            home = Home(f"H-{self._count:04d}", draw_surname(rng), places.draw_grid(rng, community), address)
            homes.append(home)
        home.size += 1
        if home.size >= _LARGEST:
            homes.remove(home)
        return home
