"""A calendar month as a value."""

import calendar
import dataclasses
import datetime as dt
import re

from matching.errors import CallError

_WORDS = re.compile(r"(\d{4})-(\d{2})")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month.

    Attributes
    ----------
    year : int
        From 1901 to 9998.
    number : int
        From 1 to 12.

    Raises
    ------
    CallError
        If there is no such month.

    Examples
    --------
    >>> str(Month.read("2024-01").before()), Month(2024, 2).last
    ('2023-12', datetime.date(2024, 2, 29))
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1901 <= self.year <= 9998 and 1 <= self.number <= 12):
            raise CallError(f"A month is written like 2024-07; got year {self.year}, month {self.number}.")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def read(cls, words: str) -> "Month":
        """Read a month.

        Parameters
        ----------
        words : str
            Like ``2024-07``.

        Returns
        -------
        month : Month

        Raises
        ------
        CallError
            If it is written otherwise.
        """
        found = _WORDS.fullmatch(words.strip())
        if found is None:
            raise CallError(f"A month is written like 2024-07; got {words!r}.")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        """The last day."""
        return dt.date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def before(self) -> "Month":
        """Return the month before.

        Returns
        -------
        month : Month
        """
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    def holds(self, day: dt.date | None) -> bool:
        """Return whether a day lies in the month.

        Parameters
        ----------
        day : date or None
            None lies in no month.

        Returns
        -------
        held : bool
        """
        return day is not None and self.first <= day <= self.last
