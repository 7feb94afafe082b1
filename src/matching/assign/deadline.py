"""When to stop searching: one moment for all the steps of a call, so that a limit in seconds is one for the whole."""

import time
from dataclasses import dataclass
from math import inf, isfinite


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which no new step begins.

    Attributes
    ----------
    at : float
        By the clock that only counts seconds (`time.monotonic`); ``inf`` is never. It decides how long is searched, and
        nothing else.
    """

    at: float = inf

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
        return self if left is None else Deadline(self.at - (1.0 - part) * left)

    def within(self, seconds: float) -> "Deadline":
        """Return the earlier of this deadline and one some seconds from now.

        Parameters
        ----------
        seconds : float

        Returns
        -------
        deadline : Deadline
        """
        return Deadline(min(self.at, time.monotonic() + seconds))


NEVER = Deadline()


def in_seconds(limit: float | None) -> Deadline:
    """Return the deadline some seconds from now.

    Parameters
    ----------
    limit : float or None
        None for never.

    Returns
    -------
    deadline : Deadline
    """
    return NEVER if limit is None else NEVER.within(limit)
