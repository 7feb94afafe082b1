"""The hand-written words that a district is made of: CSV files beside this module, read when first asked for."""

import csv
import functools
import random
from collections.abc import Mapping, Sequence
from importlib import resources

Row = Mapping[str, str]


@functools.cache
def read_texts(name: str) -> tuple[Row, ...]:
    """Return the rows of one list of words.

    Parameters
    ----------
    name : str
        Name of the list, for example ``"needs"``.

    Returns
    -------
    rows : tuple of mappings from column name to text
    """
    source = resources.files(__package__) / "texts" / f"{name}.csv"
    return tuple(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


def split(cell: str) -> tuple[str, ...]:
    """Return the several values of one cell.

    Parameters
    ----------
    cell : str
        Values joined by ``、``.

    Returns
    -------
    values : tuple of str
        Empty for an empty cell.
    """
    return tuple(cell.split("、")) if cell else ()


def stream(seed: int, name: str) -> random.Random:
    """Return a stream of random numbers of its own for one register.

    Each register draws from its own stream, so that a change of one leaves the others as they were. Only the integer
    and uniform methods of `random.Random` are used: they are the same on every platform and version of Python.

    Parameters
    ----------
    seed : int
        Of the district.
    name : str
        Of the register.

    Returns
    -------
    stream : random.Random
    """
    return random.Random(f"{seed}:{name}")


def some(rng: random.Random, share: float) -> bool:
    """Return whether a thing of a given share of cases is the case.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    share : float in [0, 1]
        Chance.

    Returns
    -------
    is_so : bool
    """
    return rng.random() < share


def between(rng: random.Random, bounds: str) -> int:
    """Return a whole number between two bounds, both included.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    bounds : str
        For example ``"30-45"``.

    Returns
    -------
    number : int
    """
    least, most = bounds.split("-")
    return rng.randint(int(least), int(most))


def apportion(weights: Sequence[int], count: int) -> list[int]:
    """Return how often each of several things occurs among `count`, in proportion to its weight.

    The rare ones occur as soon as their share is one, which drawing at random would not promise.

    Parameters
    ----------
    weights : sequence of int
        Positive.
    count : int
        How many in all.

    Returns
    -------
    times : list of int, summing to `count`

    Examples
    --------
    >>> apportion([3, 1, 1], 6)
    [4, 1, 1]
    """
    total = sum(weights)
    times = [count * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(count * weights[i] % total), i))
    for i in by_remainder[: count - sum(times)]:
        times[i] += 1
    return times
