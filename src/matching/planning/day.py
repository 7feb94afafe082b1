"""The day that data speak of."""

import datetime as dt

from matching.records import Community


def default_as_of(community: Community, *, today: dt.date) -> dt.date:
    """Return the day that the data speak of: the last one on which a need was reported or a service done.

    Parameters
    ----------
    community : Community
        As it was read.
    today : date
        Nothing later than this is believed.

    Returns
    -------
    day : date
        `today` where the data name no day.
    """
    days = [service.date for service in community.services if service.date]
    days += [need.reported_on for need in community.needs if need.reported_on]
    return max((day for day in days if day <= today), default=today)
