"""Words of a district that the taxonomy does not know, each with the skills that it may mean."""

import dataclasses
from collections import Counter

from matching.affinity.taxonomy import SkillOffer, Taxonomy
from matching.records import Community


@dataclasses.dataclass(frozen=True, slots=True)
class UnknownWord:
    """A skill as somebody wrote it that no word of the taxonomy equals.

    Attributes
    ----------
    word : str
        As written.
    count : int
        In how many rows it stands.
    offers : tuple of SkillOffer
        The nearest skills, most similar first; may be empty.
    """

    word: str
    count: int
    offers: tuple[SkillOffer, ...]


def unknown_words(community: Community, taxonomy: Taxonomy, *, most: int = 3) -> tuple[UnknownWord, ...]:
    """Find the stated skills that the taxonomy does not know by name or alias.

    Parameters
    ----------
    community : Community
        Its partners and needs.
    taxonomy : Taxonomy
        With the words that the district has accepted.
    most : int >= 1, default=3
        How many skills are offered for a word at most.

    Returns
    -------
    unknown : tuple of UnknownWord
        The most frequent first, then in the order of the registers.
    """
    stated = [each.skills for each in community.partners] + [each.skills for each in community.needs]
    counts = Counter(name for claims in stated for name in dict.fromkeys(claim.name for claim in claims))
    return tuple(
        UnknownWord(word, count, taxonomy.nearest(word, limit=most))
        for word, count in counts.most_common()
        if taxonomy.find(word) is None
    )
