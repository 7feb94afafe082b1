"""Where needs and partners are, and how near they are to each other."""

import dataclasses
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.policy import Policy
from matching.records import Grid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

UNKNOWN = -1
_EARTH_KM = 6371.0
_SUFFIXES = ("社区居委会", "居委会", "社区")


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PlaceBook:
    """The communities, streets and grids of a district, numbered.

    Attributes
    ----------
    communities, streets, grids : mapping from folded name to number
        A grid is named by (community number, folded grid name), and by (-1, folded grid ID).
    street_of : mapping from community number to street number
    spots : mapping from grid number, and from (-2 - community number), to (longitude, latitude)
        A community lies in the middle of its grids.
    """

    communities: Mapping[str, int]
    streets: Mapping[str, int]
    grids: Mapping[tuple[int, str], int]
    street_of: Mapping[int, int]
    spots: Mapping[int, tuple[float, float]]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where each of some needs or partners is; ``-1`` and ``nan`` where unknown.

    Attributes
    ----------
    community, street, grid : ndarray of int, shape (n,)
    longitude, latitude : ndarray of float, shape (n,)
    """

    community: Ints
    street: Ints
    grid: Ints
    longitude: Floats
    latitude: Floats


def fold_place(name: str) -> str:
    """Return the name of a community as it is compared: half width, without spaces and the word 社区.

    Parameters
    ----------
    name : str
        As written.

    Returns
    -------
    folded : str

    Examples
    --------
    >>> fold_place(" 光耀路 社区") == fold_place("光耀路")
    True
    """
    folded = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    for suffix in _SUFFIXES:
        if folded.endswith(suffix) and len(folded) > len(suffix):
            return folded.removesuffix(suffix)
    return folded


def read_places(grids: Iterable[Grid], names: Iterable[str | None]) -> PlaceBook:
    """Give numbers to the places of a district.

    Parameters
    ----------
    grids : iterable of Grid
        The register.
    names : iterable of str or None
        Names of communities used elsewhere; those that the register lacks get a number too.

    Returns
    -------
    book : PlaceBook
    """
    communities: dict[str, int] = {}
    streets: dict[str, int] = {}
    numbers: dict[tuple[int, str], int] = {}
    street_of: dict[int, int] = {}
    spots: dict[int, tuple[float, float]] = {}
    inside: dict[int, list[tuple[float, float]]] = {}
    for number, grid in enumerate(grids):
        community = communities.setdefault(fold_place(grid.community), len(communities))
        street_of[community] = streets.setdefault(fold_place(grid.street), len(streets))
        numbers[-1, fold_place(grid.grid_id)] = number
        if grid.name:
            numbers[community, fold_place(grid.name)] = number
        if grid.longitude is not None and grid.latitude is not None:
            spots[number] = (grid.longitude, grid.latitude)
            inside.setdefault(community, []).append(spots[number])
    for community, points in inside.items():
        longitude, latitude = np.mean(points, axis=0)
        spots[-2 - community] = (float(longitude), float(latitude))
    for name in names:
        if name:
            communities.setdefault(fold_place(name), len(communities))
    return PlaceBook(communities, streets, numbers, street_of, spots)


def locate(book: PlaceBook, where: Sequence[tuple[str | None, str | None]]) -> Places:
    """Find the numbers of stated places.

    Parameters
    ----------
    book : PlaceBook
        The numbers.
    where : sequence of (community, grid), length n
        As written; None where not stated.

    Returns
    -------
    places : Places
    """
    rows = [_locate_one(book, community, grid) for community, grid in where]
    table = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    community, street, grid = table[:3].astype(np.int64)
    return Places(community, street, grid, longitude=table[3], latitude=table[4])


def _locate_one(book: PlaceBook, community: str | None, grid: str | None) -> tuple[int, int, int, float, float]:
    at = book.communities.get(fold_place(community), UNKNOWN) if community else UNKNOWN
    patch = UNKNOWN
    if grid:
        folded = fold_place(grid)
        patch = book.grids.get((at, folded), UNKNOWN) if at != UNKNOWN else UNKNOWN
        patch = patch if patch != UNKNOWN else book.grids.get((-1, folded), UNKNOWN)
    longitude, latitude = book.spots.get(patch, book.spots.get(-2 - at, (np.nan, np.nan)))
    return at, book.street_of.get(at, UNKNOWN), patch, longitude, latitude


def distances_km(needs: Places, partners: Places, need: Ints, partner: Ints) -> Floats:
    """Return the distance of each pair as the crow flies.

    Parameters
    ----------
    needs, partners : Places
        Both sides.
    need, partner : ndarray of int, shape (n_pairs,)
        The pairs.

    Returns
    -------
    distance_km : ndarray of float, shape (n_pairs,)
        ``nan`` where either end has no coordinates.

    References
    ----------
    Equirectangular approximation, good to a per mille within a district.
    """
    east = np.radians(partners.longitude)[partner] - np.radians(needs.longitude)[need]
    north = np.radians(partners.latitude)[partner] - np.radians(needs.latitude)[need]
    middle = np.cos(np.radians(needs.latitude))[need]
    distance: Floats = _EARTH_KM * np.hypot(east * middle, north)
    return distance


def place_values(needs: Places, partners: Places, need: Ints, partner: Ints, *, policy: Policy) -> tuple[Floats, Bools]:
    """Score how near each pair is.

    The same grid is 1. Elsewhere the distance counts where coordinates are known, halving every
    ``place_half_km``, and at least the value of the street or district otherwise; without coordinates the same community,
    the same street and anywhere else have values of their own.

    Parameters
    ----------
    needs, partners : Places
        Both sides.
    need, partner : ndarray of int, shape (n_pairs,)
        The pairs.
    policy : Policy
        Values and distances.

    Returns
    -------
    values : ndarray of float in [0, 1], shape (n_pairs,)
    is_unknown : ndarray of bool, shape (n_pairs,)
        Where the community of either end is not known.
    """
    same = {
        name: (getattr(needs, name)[need] == getattr(partners, name)[partner]) & (getattr(needs, name)[need] != UNKNOWN)
        for name in ("community", "street", "grid")
    }
    named = np.where(same["street"], policy["place_same_street"], policy["place_elsewhere"])
    named = np.where(same["community"], policy["place_same_community"], named)
    distance = distances_km(needs, partners, need, partner)
    # two places known only by their community are not at the same spot although they share its middle
    rough = same["community"] & ((needs.grid[need] == UNKNOWN) | (partners.grid[partner] == UNKNOWN))
    by_distance = 0.5 ** (distance / policy["place_half_km"])
    values = np.where(np.isfinite(distance) & ~rough, by_distance, named)
    values = np.where(same["grid"], 1.0, values)
    is_unknown = (needs.community[need] == UNKNOWN) | (partners.community[partner] == UNKNOWN)
    return values, is_unknown
