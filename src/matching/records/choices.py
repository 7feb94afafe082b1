"""The closed lists of values. The words of each are `records.choice.<list>.<value>` in the locale."""

import enum


class Kind(enum.StrEnum):
    """Kinds of partner."""

    UNIT = "unit"
    SPECIALIST = "specialist"
    COMMUNITY_PARTNER = "community_partner"
    VOLUNTEER = "volunteer"


class Level(enum.StrEnum):
    """How well a skill is held or wanted, from less to more."""

    KNOWS = "knows"
    PRACTISES = "practises"
    LICENSED = "licensed"


class Urgency(enum.StrEnum):
    """How soon a need wants an answer."""

    URGENT = "urgent"
    SOON = "soon"
    NORMAL = "normal"


class Recurrence(enum.StrEnum):
    """How often a need comes back."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class NeedStatus(enum.StrEnum):
    """Where a need stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Gender(enum.StrEnum):
    """Gender as a register states it."""

    FEMALE = "female"
    MALE = "male"


class Result(enum.StrEnum):
    """What became of one dispatch."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_SHOW = "no_show"
    COMPLETED = "completed"


class Action(enum.StrEnum):
    """What a person decided about a plan."""

    ACCEPT = "accept"
    PIN = "pin"
    FORBID = "forbid"
    UNDO = "undo"


class CourseForm(enum.StrEnum):
    """How a course is held."""

    LECTURE = "lecture"
    VISIT = "visit"
    ON_SITE = "on_site"
    SHADOWING = "shadowing"
    ONLINE = "online"


class PlacementEntry(enum.StrEnum):
    """What an entry of a placement is."""

    LOG = "log"
    HOST_REVIEW = "host_review"


class MentorshipStep(enum.StrEnum):
    """What happened in a mentorship."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    ACTIVATED = "activated"
    GOAL = "goal"
    MEETING = "meeting"
    MID_REVIEW = "mid_review"
    END_REVIEW = "end_review"
    CLOSED = "closed"
    REMATCHED = "rematched"


class OutcomeKind(enum.StrEnum):
    """What became of a cadre."""

    PUBLIC_INSTITUTION = "public_institution"
    PROMOTION = "promotion"
    AWARD = "award"
    OTHER = "other"
