"""A partner together with what the generator knows of it and no register says."""

import dataclasses
import datetime as dt

from matching.records import CommunityPartner, Level, Person, SkillClaim, Specialist, Unit, Volunteer

_LEVELS = {"了解": Level.KNOWS, "熟练": Level.PRACTISES, "持证": Level.LICENSED}


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """A partner and what is behind it.

    Attributes
    ----------
    partner : Unit, Specialist, CommunityPartner or Volunteer
        The record.
    community : str
        Where the partner really is, also where the register does not say.
    tags : tuple of str
        Kinds of activity that the partner takes part in.
    licences : tuple of str
        ``"name:status"`` of each licence held.
    sort : str
        Sort of unit, also where the register does not say.
    """

    partner: Unit | Specialist | CommunityPartner | Volunteer
    community: str
    tags: tuple[str, ...]
    licences: tuple[str, ...] = ()
    sort: str = ""

    @property
    def is_frozen(self) -> bool:
        """Whether the partner withdrew consent."""
        return self.partner.consent is False


def claims_of(words: tuple[str, ...]) -> tuple[SkillClaim, ...]:
    """Return skill claims from words with an optional level in brackets.

    Parameters
    ----------
    words : tuple of str
        For example ``("水管维修（熟练）", "修锁")``.

    Returns
    -------
    claims : tuple of SkillClaim

    Examples
    --------
    >>> claims_of(("修锁",))
    (SkillClaim(name='修锁', level=None),)
    """
    claims = []
    for word in words:
        name, _, level = word.removesuffix("）").partition("（")
        claims.append(SkillClaim(name, _LEVELS[level] if level else None))
    return tuple(claims)


def born(as_of: dt.date, age: int, day: int) -> dt.date:
    """Return the birth date of somebody who is `age` years old.

    Parameters
    ----------
    as_of : date
        The day on which the age counts.
    age : int
        In years.
    day : int in [0, 360]
        Days since the birthday.

    Returns
    -------
    birth_date : date
    """
    return as_of - dt.timedelta(days=(age * 1461 + 3) // 4 + day)


def leader_of(profile: Profile) -> str | None:
    """Return who speaks for a partner: the person, or the contact of an organisation.

    Parameters
    ----------
    profile : Profile
        A profile.

    Returns
    -------
    name : str or None
    """
    partner = profile.partner
    return partner.name if isinstance(partner, Person) else partner.contact
