"""How evenly work is spread."""

import math
from collections.abc import Iterable

from matching.errors import CallError


def gini(values: Iterable[float]) -> float:
    """Return the Gini coefficient of what each has.

    Parameters
    ----------
    values : iterable of float
        Not negative, in any order.

    Returns
    -------
    coefficient : float in [0, 1)
        0 where all have the same, or nobody has anything.

    Raises
    ------
    CallError
        If a value is negative or no number.

    References
    ----------
    Sen, A. (1973). On Economic Inequality. For sorted values x(1) ≤ … ≤ x(n) it is
    (2 Σ i x(i)) / (n Σ x(i)) − (n + 1) / n.

    Examples
    --------
    >>> gini([1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    ordered = sorted(values)
    if any(not value >= 0 or math.isinf(value) for value in ordered):
        raise CallError(f"Shares of work are numbers that are not negative; got {ordered[:3]} … Correct the hours.")
    total, count = math.fsum(ordered), len(ordered)
    if not total:
        return 0.0
    ranked = math.fsum(rank * value for rank, value in enumerate(ordered, start=1))
    return max(2 * ranked / (count * total) - (count + 1) / count, 0.0)


def share_of_busiest(values: Iterable[float], *, share: float) -> float:
    """Return how much of all work the busiest do.

    Parameters
    ----------
    values : iterable of float
        Not negative, in any order.
    share : float in [0, 1]
        Of people who count as the busiest, rounded up to whole people.

    Returns
    -------
    part : float in [0, 1]
        0 where nobody has anything.

    Examples
    --------
    >>> share_of_busiest([1, 1, 1, 1, 6], share=0.2)
    0.6
    """
    ordered = sorted(values, reverse=True)
    total = math.fsum(ordered)
    return math.fsum(ordered[: math.ceil(share * len(ordered))]) / total if total else 0.0
