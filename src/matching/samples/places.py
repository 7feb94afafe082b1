"""Streets, communities and grids: real places, with coordinates that are only approximate, and invented grid workers."""

import dataclasses
import random

from matching.records import Gender, Grid
from matching.samples.names import Names, impossible_phone

# Street, community, grids, and the middle of the community: good to a kilometre or so, enough to tell near from far.
_COMMUNITIES = (
    ("灯塔路街道", "光耀路社区", 5, 114.361, 36.107),
    ("灯塔路街道", "新民街社区", 5, 114.353, 36.103),
    ("灯塔路街道", "轻机南社区", 4, 114.368, 36.101),
    ("恒北街道", "花南巷社区", 5, 114.345, 36.121),
    ("恒北街道", "恒北小区", 4, 114.352, 36.125),
    ("恒北街道", "恒大绿洲社区", 5, 114.338, 36.129),
    ("红旗路街道", "星光社区", 4, 114.343, 36.098),
    ("曙光路街道", "平原社区", 4, 114.377, 36.115),
    ("柏庄镇", "柏庄镇", 5, 114.372, 36.198),
)
_STREETS = ("灯塔路街道", "恒北街道", "红旗路街道", "曙光路街道")
_ORDINALS = "一二三四五六七八九十"
_PUBLIC = (
    "文化广场",
    "东门",
    "西门凉亭",
    "社区活动室",
    "老年活动中心",
    "中心花园",
    "健身广场",
    "邻里议事亭",
    "车棚旁空地",
    "社区大院",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Where everything happens.

    Attributes
    ----------
    grids : tuple of Grid
        All grids.
    communities : tuple of str
        Their communities, each once.
    street_of : dict of str to str
        The street of each community.
    grids_of : dict of str to tuple of Grid
        The grids of each community.
    tickets : tuple of str
        Communities, each as often as it has grids: a draw from it follows the size of the community.
    """

    grids: tuple[Grid, ...]
    communities: tuple[str, ...]
    street_of: dict[str, str]
    grids_of: dict[str, tuple[Grid, ...]]
    tickets: tuple[str, ...]

    def draw_community(self, rng: random.Random) -> str:
        """Return a community, the larger ones more often.

        Parameters
        ----------
        rng : random.Random
            Stream of random numbers.

        Returns
        -------
        community : str
        """
        return rng.choice(self.tickets)

    def draw_grid(self, rng: random.Random, community: str) -> str | None:
        """Return the name of a grid of a community.

        Parameters
        ----------
        rng : random.Random
            Stream of random numbers.
        community : str
            The community.

        Returns
        -------
        name : str or None
        """
        return rng.choice(self.grids_of[community]).name


def draw_public_place(rng: random.Random, community: str) -> str:
    """Return a place of a community where people meet.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    community : str
        The community.

    Returns
    -------
    place : str
    """
    return f"{community.removesuffix('社区')}{rng.choice(_PUBLIC)}"


def draw_building(rng: random.Random) -> str:
    """Return a building and one of its entrances, as residents name them.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.

    Returns
    -------
    place : str
    """
    return f"{rng.randint(1, 28)}号楼{rng.randint(1, 4)}单元"


def make_places(rng: random.Random, names: Names, *, volunteers: int) -> Places:
    """Make the grids of a district.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    names : Names
        Gives the grid workers their names.
    volunteers : int
        A district of more than 2,000 volunteers gets further communities, invented ones whose names say so.

    Returns
    -------
    places : Places
    """
    rows = list(_COMMUNITIES)
    for number in range(1, max(0, volunteers - 2000) // 250 + 1):
        # The invented communities lie on a lattice that grows with their number, so that far stays far.
        east, north = divmod(number, 20)
        rows.append(
            (_STREETS[number % 4], f"样例{number:03d}社区", 4 + number % 3, 114.2 + 0.01 * east, 35.9 + 0.01 * north)
        )
    phones = iter(range(sum(row[2] for row in rows)))
    grids_of: dict[str, tuple[Grid, ...]] = {}
    for order, (street, community, count, longitude, latitude) in enumerate(rows, start=1):
        grids = []
        for k in range(count):
            gender = Gender.FEMALE if rng.random() < 0.7 else Gender.MALE
            grid = Grid(
                grid_id=f"G-{order:02d}{k + 1:02d}",
                street=street,
                community=community,
                name=f"第{_ORDINALS[k]}网格",
                worker=names.take(rng, gender, rng.randint(1972, 1998)),
                phone=impossible_phone(next(phones)),
                longitude=round(longitude + rng.randint(-40, 40) / 10_000, 4),
                latitude=round(latitude + rng.randint(-30, 30) / 10_000, 4),
                households=rng.randint(210, 480),
            )
            grids.append(grid)
        grids_of[community] = tuple(grids)
    every = tuple(grid for grids in grids_of.values() for grid in grids)
    return Places(every, tuple(grids_of), {row[1]: row[0] for row in rows}, grids_of, tuple(g.community for g in every))
