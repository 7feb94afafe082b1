"""A district as it stood at the end of a month, by what is known."""

from matching.records import CHINA, Community
from matching.service.month import Month


def at_month_end(community: Community, month: Month) -> Community:
    """Leave out what happened after a month.

    Parameters
    ----------
    community : Community
        As it is known.
    month : Month
        The month.

    Returns
    -------
    community : Community
        Without needs that were reported later, services that were done later and decisions that were made later. Rows
        without a date stay; so does a correction that was recorded later, for it says what had been so. Whoever has
        withdrawn consent since is left out of earlier months too.
    """
    last = month.last
    return community.replace(
        needs=tuple(need for need in community.needs if not need.reported_on or need.reported_on <= last),
        services=tuple(each for each in community.services if not each.date or each.date <= last),
        decisions=tuple(each for each in community.decisions if each.at.astimezone(CHINA).date() <= last),
    )
