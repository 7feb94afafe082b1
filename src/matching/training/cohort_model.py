"""A cohort and what is on offer to it: values from which one plan over all is made."""

import dataclasses
import datetime as dt
import enum
import functools
import math
from collections.abc import Mapping
from pathlib import Path

from matching.errors import CallError, UnknownNameError
from matching.records import Window
from matching.tables import read_table
from matching.training.policy import read_number

_TABLE = "policies/cohort_plan.csv"
PARTS = ("gap", "hours", "fit", "soon")
"""The parts of the value of an offer to a cadre, in the order of the last axis of arrays."""


class OfferKind(enum.StrEnum):
    """What kind of help an offer is."""

    COURSE = "course"
    PLACEMENT = "placement"
    MENTOR = "mentor"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trainee:
    """A cadre of the cohort.

    Attributes
    ----------
    cadre_id, name : str
        Who.
    lacks : mapping of str to (int, int)
        For each competency below what the post requires: the level assessed and the level required.
    hours_short : float
        Training hours still missing in the period.
    busy : tuple of Window
        When nothing can be planned.
    had : frozenset of str
        Offers that were taken already.
    kept_from : mapping of str to str
        Offers that are out of question for this cadre, with the reason.
    """

    cadre_id: str
    name: str
    lacks: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    hours_short: float = 0.0
    busy: tuple[Window, ...] = ()
    had: frozenset[str] = frozenset()
    kept_from: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A course, a placement or a mentor that cadres can be sent to.

    Attributes
    ----------
    offer_id, title : str
        What.
    kind : OfferKind
        Of help.
    leads_to : mapping of str to int
        The level, 1 to 5, up to which each competency can be led.
    who : str
        Teacher, host or mentor.
    hours : float
        Training hours that count.
    seats : int
        Cadres that can be taken.
    least : int
        Cadres below which it does not take place at all; 0 for none.
    cost : float
        Money a head.
    windows : tuple of Window
        When; empty where it goes on all the time.
    until : date or None
        By when it is done.
    fits : mapping of str to float
        How well host or mentor and each cadre fit, in [0, 1].
    """

    offer_id: str
    title: str
    kind: OfferKind
    leads_to: Mapping[str, int] = dataclasses.field(default_factory=dict)
    who: str = ""
    hours: float = 0.0
    seats: int = 1
    least: int = 0
    cost: float = 0.0
    windows: tuple[Window, ...] = ()
    until: dt.date | None = None
    fits: Mapping[str, float] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.seats < 0 or self.hours < 0 or self.cost < 0 or not 0 <= self.least <= max(self.seats, 0):
            raise CallError(
                f"Offer {self.offer_id}: seats, hours and cost must be 0 or more and least at most the seats; got "
                f"{self.seats}, {self.hours}, {self.cost}, {self.least}. Correct the row."
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cohort:
    """Who is to be trained, with what, and how much there is to spend.

    Attributes
    ----------
    trainees : tuple of Trainee
        The cadres.
    offers : tuple of Offer
        What is on offer.
    as_of : date
        The day of the plan; offers that began before are over.
    until : date
        The end of the period that is planned.
    budget : float
        Money for all; ``inf`` for no limit.
    competencies : mapping of str to str
        Names by identifier.
    """

    trainees: tuple[Trainee, ...]
    offers: tuple[Offer, ...]
    as_of: dt.date
    until: dt.date
    budget: float = math.inf
    competencies: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.until < self.as_of:
            raise CallError(f"A period must end after it begins; got {self.as_of} to {self.until}.")
        if not self.budget >= 0:
            raise CallError(f"The budget must be 0 or more; got {self.budget}.")
        for name, ids in (("cadre", self._trainee_ids), ("offer", self._offer_ids)):
            if len(ids) < len(self.trainees if name == "cadre" else self.offers):
                raise CallError(f"Each {name} is there once. Drop the repeated rows.")

    def column(self, offer_id: str) -> int:
        """Return the column of an offer.

        Parameters
        ----------
        offer_id : str
            Which.

        Returns
        -------
        column : int
        """
        if offer_id not in self._offer_ids:
            raise UnknownNameError(
                f"There is no offer {offer_id!r} in this plan. There are: {list(self._offer_ids)[:9]} …"
            )
        return self._offer_ids[offer_id]

    def row(self, cadre_id: str) -> int:
        """Return the row of a cadre.

        Parameters
        ----------
        cadre_id : str
            Who.

        Returns
        -------
        row : int
        """
        if cadre_id not in self._trainee_ids:
            raise UnknownNameError(f"There is no cadre {cadre_id!r} in this plan. Look the ID up in the register.")
        return self._trainee_ids[cadre_id]

    @functools.cached_property
    def _offer_ids(self) -> dict[str, int]:
        return {each.offer_id: at for at, each in enumerate(self.offers)}

    @functools.cached_property
    def _trainee_ids(self) -> dict[str, int]:
        return {each.cadre_id: at for at, each in enumerate(self.trainees)}


@functools.cache
def read_cohort_policy(*, overlay: Path | None = None) -> Mapping[str, float]:
    """Read the limits and weights of a cohort's plan, with a district's own rows laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/cohort_plan.csv``.

    Returns
    -------
    policy : mapping of str to float

    Raises
    ------
    CallError
        If a value is no number of 0 or more, or all weights are 0.
    """
    policy = {row["name"]: read_number(_TABLE, row, "value") for row in read_table(_TABLE, overlay=overlay)}
    if not sum(policy[f"weight_{part}"] for part in PARTS) > 0:
        raise CallError(f"{_TABLE}: at least one weight must be above 0. Correct the table.")
    return policy
