"""Who is to be paired: cadres with what they lack, mentors with what they have shown, and pairs there have been."""

import dataclasses
import enum
import functools
from collections.abc import Mapping

from matching.errors import CallError, UnknownNameError
from matching.records import Grid, WeeklySlot


class PastEnd(enum.StrEnum):
    """How a past pair ended."""

    KEPT = "kept"
    PARTED = "parted"
    DECLINED = "declined"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mentee:
    """A cadre who is to have a mentor.

    Attributes
    ----------
    cadre_id, name : str
        Who.
    community : str or None
        Where.
    lacks : mapping of str to (int, int)
        For each competency below what the post requires: the level assessed and the level required, 1 to 5 (0: none yet).
    free : tuple of WeeklySlot
        When; empty where nothing was said.
    wanted : int
        Mentors wanted beyond those there are.
    """

    cadre_id: str
    name: str
    community: str | None = None
    lacks: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    free: tuple[WeeklySlot, ...] = ()
    wanted: int = 1


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mentor:
    """Somebody who leads cadres.

    Attributes
    ----------
    mentor_id, name : str
        Who.
    community : str or None
        Where.
    shown : mapping of str to int
        The level shown in each competency.
    free : tuple of WeeklySlot
        When; empty where nothing was said.
    most : int
        Cadres led at most.
    carried : int
        Cadres led already.
    """

    mentor_id: str
    name: str
    community: str | None = None
    shown: Mapping[str, int] = dataclasses.field(default_factory=dict)
    free: tuple[WeeklySlot, ...] = ()
    most: int = 1
    carried: int = 0

    @property
    def seats(self) -> int:
        """Cadres who can still be taken."""
        return max(self.most - self.carried, 0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class People:
    """Everybody who takes part in a pairing.

    Attributes
    ----------
    mentees : tuple of Mentee
        Rows of every array.
    mentors : tuple of Mentor
        Columns of every array.
    reports_to : mapping of str to str
        Who reports to whom, by identifier, for everybody in the district.
    past : mapping of (cadre_id, mentor_id) to PastEnd
        How past pairs ended.
    together : frozenset of (cadre_id, mentor_id)
        Pairs that exist now: they are not made again.
    competencies : mapping of str to str
        Names of competencies by identifier.
    grids : tuple of Grid
        Which community lies in which street.
    """

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    reports_to: Mapping[str, str] = dataclasses.field(default_factory=dict)
    past: Mapping[tuple[str, str], PastEnd] = dataclasses.field(default_factory=dict)
    together: frozenset[tuple[str, str]] = frozenset()
    competencies: Mapping[str, str] = dataclasses.field(default_factory=dict)
    grids: tuple[Grid, ...] = ()

    def __post_init__(self) -> None:
        for side, names in (
            ("cadre", [each.cadre_id for each in self.mentees]),
            ("mentor", [each.mentor_id for each in self.mentors]),
        ):
            if len(set(names)) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise CallError(f"Each {side} takes part once; {twice!r} is there twice. Drop one of the rows.")
        if any(each.wanted < 0 for each in self.mentees) or any(
            min(each.most, each.carried) < 0 for each in self.mentors
        ):
            raise CallError("Numbers of mentors wanted and of cadres led must be 0 or more. Correct the rows.")

    def row(self, cadre_id: str) -> int:
        """Return the row of a cadre.

        Parameters
        ----------
        cadre_id : str
            Who.

        Returns
        -------
        row : int

        Raises
        ------
        UnknownNameError
            If there is no such cadre in this pairing.
        """
        if cadre_id not in self._rows:
            raise UnknownNameError(f"There is no cadre {cadre_id!r} in this pairing. Look the ID up in the register.")
        return self._rows[cadre_id]

    def column(self, mentor_id: str) -> int:
        """Return the column of a mentor.

        Parameters
        ----------
        mentor_id : str
            Who.

        Returns
        -------
        column : int

        Raises
        ------
        UnknownNameError
            If there is no such mentor in this pairing.
        """
        if mentor_id not in self._columns:
            raise UnknownNameError(f"There is no mentor {mentor_id!r} in this pairing. Look the ID up in the register.")
        return self._columns[mentor_id]

    @functools.cached_property
    def _rows(self) -> Mapping[str, int]:
        return {each.cadre_id: at for at, each in enumerate(self.mentees)}

    @functools.cached_property
    def _columns(self) -> Mapping[str, int]:
        return {each.mentor_id: at for at, each in enumerate(self.mentors)}


def ancestors(person_id: str, reports_to: Mapping[str, str]) -> tuple[str, ...]:
    """Return everybody above a person, the nearest first.

    Parameters
    ----------
    person_id : str
        Who.
    reports_to : mapping of str to str
        Who reports to whom.

    Returns
    -------
    above : tuple of str
        A circle in the register ends where it closes.

    Examples
    --------
    >>> ancestors("C-1", {"C-1": "C-2", "C-2": "M-1"})
    ('C-2', 'M-1')
    """
    above: dict[str, None] = {}
    each = reports_to.get(person_id)
    while each is not None and each not in above and each != person_id:
        above[each] = None
        each = reports_to.get(each)
    return tuple(above)
