"""When to stop searching: one moment for all the steps of a call, so that a limit in seconds is one for the whole.

Where the caller sets none, a long search is bounded by what it opens and not by the clock: the same input gives the same answer.
"""

import time
from dataclasses import dataclass, replace
from math import inf, isfinite


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which no new step begins.

    Attributes
    ----------
    at : float
        By the clock that only counts seconds (`time.monotonic`); ``inf`` is never. It decides how long is searched, and
        nothing else.
    nodes : int, optional
        How many nodes a search by branch and bound may open; by default as many as it takes.
    """

    at: float = inf
    nodes: int | None = None

    def seconds(self) -> float | None:
        """Return what is left, not negative; None without a limit.

        Returns
        -------
        seconds : float or None
        """
        return max(0.0, self.at - time.monotonic()) if isfinite(self.at) else None

    def is_over(self) -> bool:
        """Tell whether the moment has passed.

        Returns
        -------
        is_over : bool
        """
        return isfinite(self.at) and time.monotonic() >= self.at

    def share(self, part: float) -> "Deadline":
        """Return an earlier deadline, after a part of the time that is left.

        Parameters
        ----------
        part : float in [0, 1]

        Returns
        -------
        deadline : Deadline
        """
        left = self.seconds()
        return self if left is None else replace(self, at=self.at - (1.0 - part) * left)

    def within(self, seconds: float) -> "Deadline":
        """Return the earlier of this deadline and one some seconds from now.

        Parameters
        ----------
        seconds : float

        Returns
        -------
        deadline : Deadline
        """
        return replace(self, at=min(self.at, time.monotonic() + seconds))


NEVER = Deadline()


def in_seconds(limit: float | None, *, nodes: int | None = None) -> Deadline:
    """Return the deadline some seconds from now.

    Parameters
    ----------
    limit : float or None
        None for never.
    nodes : int, optional
        How many nodes a search may open.

    Returns
    -------
    deadline : Deadline
    """
    begin = NEVER if nodes is None else Deadline(nodes=nodes)
    return begin if limit is None else begin.within(limit)
