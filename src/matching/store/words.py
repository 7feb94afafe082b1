"""Facts about words: which skill a word of the district means, and that it no longer does."""

import datetime as dt

from matching.errors import UnknownNameError
from matching.records import Community, SkillWord, accepted_words
from matching.store.people import make_id


def word_facts(
    community: Community, word: str, skill_id: str, *, by: str, at: dt.datetime, reason: str | None
) -> list[SkillWord]:
    """Return the fact that a word means a skill.

    Parameters
    ----------
    community : Community
        What is known now.
    word : str
        As people write it.
    skill_id : str
        Number of the skill.
    by : str
        Who decided.
    at : datetime
        When.
    reason : str or None
        Why.

    Returns
    -------
    facts : list of SkillWord
        Empty where it stands so already.
    """
    if accepted_words(community.skill_words).get(word) == skill_id:
        return []
    word_id = make_id("W", word, skill_id, by, at.astimezone(dt.UTC))
    return [SkillWord(word_id=word_id, word=word, skill_id=skill_id, by=by, at=at, reason=reason)]


def forget_facts(community: Community, word: str, *, by: str, at: dt.datetime, reason: str | None) -> list[SkillWord]:
    """Return the facts that take back what was decided on a word; both stay.

    Parameters
    ----------
    community : Community
        What is known now.
    word : str
        As it was accepted.
    by : str
        Who takes it back.
    at : datetime
        When.
    reason : str or None
        Why.

    Returns
    -------
    facts : list of SkillWord
        One for each decision that still holds.

    Raises
    ------
    UnknownNameError
        If nothing was decided on the word.
    """
    done = {each.reverses for each in community.skill_words}
    held = [
        each
        for each in community.skill_words
        if each.word == word and each.reverses is None and each.word_id not in done
    ]
    if not held:
        known = "、".join(accepted_words(community.skill_words)) or "-"
        raise UnknownNameError(
            f"没有认定过“{word}”。 No decision on the word {word!r} holds. 认定过的 / accepted: {known}"
        )
    return [
        SkillWord(
            word_id=make_id("W", each.word_id, by, at.astimezone(dt.UTC)),
            word=word,
            skill_id=each.skill_id,
            by=by,
            at=at,
            reason=reason,
            reverses=each.word_id,
        )
        for each in held
    ]
