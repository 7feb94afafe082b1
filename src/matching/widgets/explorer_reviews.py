"""Which pairs somebody has looked at before: accepted, ruled out, declined, done; by whom, when and why."""

import collections
import dataclasses
from collections.abc import Iterable, Mapping

from matching.labels import Language, label
from matching.planning.standing import standing_decisions
from matching.records import CHINA, Action, Community, Result, show_choice
from matching.views.svg import clean_text


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """What somebody decided or answered about a pair.

    Attributes
    ----------
    need_id, partner_id : str
        The pair; the partner as the record is called now. Empty where a decision is about one of them alone.
    on : str
        The day.
    what : Action or Result
    by, reason : str
        Who, and why.
    """

    need_id: str
    partner_id: str
    on: str
    what: Action | Result
    by: str
    reason: str


def list_reviews(community: Community) -> tuple[Review, ...]:
    """Return what was decided and answered about the needs, decisions first.

    Parameters
    ----------
    community : Community
        With its facts.

    Returns
    -------
    reviews : tuple of Review
        Without what was taken back, and without people who withdrew their consent.
    """
    decided = [
        Review(
            each.need_id or "",
            community.resolve(each.partner_id or ""),
            f"{each.at.astimezone(CHINA):%Y-%m-%d}",
            each.action,
            each.by,
            each.reason or "",
        )
        for each in standing_decisions(community)
    ]
    undone = {each.reverses for each in community.services if each.reverses}
    answered = [
        Review(
            each.need_id,
            community.resolve(each.partner_id),
            each.date.isoformat() if each.date else "",
            each.result,
            each.recorder or "",
            each.note or "",
        )
        for each in community.services
        if each.need_id and each.result and each.record_id not in undone
    ]
    return tuple(each for each in (*decided, *answered) if each.partner_id not in community.frozen_ids)


def reviews_by_need(community: Community) -> Mapping[str, tuple[Review, ...]]:
    """Return the reviews of each need.

    Parameters
    ----------
    community : Community
        With its facts.

    Returns
    -------
    reviews : mapping of str to tuple of Review
    """
    found: dict[str, list[Review]] = collections.defaultdict(list)
    for each in list_reviews(community):
        found[each.need_id].append(each)
    return {need_id: tuple(own) for need_id, own in found.items()}


def say_reviews(reviews: Iterable[Review], *, language: Language) -> dict[str, list[str]]:
    """Say who reviewed what, when and why.

    Parameters
    ----------
    reviews : iterable of Review
        Of one need.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    said : dict of str to list of str
        One sentence a review, by partner.
    """
    said: dict[str, list[str]] = collections.defaultdict(list)
    for each in reviews:
        words = label(
            "widgets.explorer.reviewed",
            language=language,
            on=each.on or "—",
            what=show_choice(each.what, language=language),
            by=clean_text(each.by, most=60) or "—",
            reason=clean_text(each.reason, most=120) or "—",
        )
        said[each.partner_id].append(words)
    return dict(said)
