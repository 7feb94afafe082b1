"""Which skills of the taxonomy partners hold and needs ask for: stated ones first, else those read from the text."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.asked_words import asked_words, weigh_topics, without_rooms
from matching.affinity.policy import Policy
from matching.affinity.skill_reader import SkillMention, SkillReader
from matching.affinity.taxonomy import LEVEL_RANK, Taxonomy
from matching.records import CommunityPartner, Kind, Level, Need, Partner, SkillClaim, Specialist, Volunteer

Ints = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class FoundSkill:
    """A skill of the taxonomy that a partner holds or a need asks for.

    Attributes
    ----------
    place : int
        On the axis of the taxonomy.
    strength : float in (0, 1]
        1 where stated; the confidence of the reading otherwise.
    level : Level or None
        None where nobody said.
    words : str
        The words that it was found in.
    is_stated : bool
        False where it was read from free text.
    """

    place: int
    strength: float
    level: Level | None
    words: str
    is_stated: bool


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class HeldSkills:
    """The skills of all partners, one entry a skill, in the order of the partners.

    Attributes
    ----------
    found : tuple of FoundSkill
        The entries.
    owner, place, level : ndarray of int, shape (n_entries,)
        Level is 0 where unknown, else 1 to 3.
    strength : ndarray of float, shape (n_entries,)
    first : ndarray of int, shape (n_partners + 1,)
        Entries of partner ``p`` are ``first[p]:first[p + 1]``.
    """

    found: tuple[FoundSkill, ...]
    owner: Ints
    place: Ints
    level: Ints
    strength: NDArray[np.float64]
    first: Ints


def partner_words(partner: Partner) -> str:
    """Return the free text in which a partner's skills may hide.

    Parameters
    ----------
    partner : Partner
        Of any kind. The name counts where it is that of an organisation: 小周理发店 says what it does.

    Returns
    -------
    words : str
    """
    parts: list[str | None] = [partner.offer]
    if isinstance(partner, Specialist):
        parts += [partner.profession, partner.title]
    elif isinstance(partner, Volunteer):
        parts.append(partner.occupation)
    elif partner.kind is Kind.UNIT:
        parts.append(partner.name)
    elif isinstance(partner, CommunityPartner):
        parts += [partner.name, partner.partner_type]
    return "。".join(part for part in parts if part)


def find_held(partners: Sequence[Partner], taxonomy: Taxonomy, reader: SkillReader, *, policy: Policy) -> HeldSkills:
    """Find the skills that partners hold.

    Parameters
    ----------
    partners : sequence of Partner
        Any kinds.
    taxonomy : Taxonomy
        The skills.
    reader : SkillReader
        Reads free text.
    policy : Policy
        The least confidence that counts.

    Returns
    -------
    held : HeldSkills
    """
    stated = [_stated(partner.skills, taxonomy) for partner in partners]
    loose = ["、".join(words) for _, words in stated]
    texts = [
        "。".join(part for part in (extra, partner_words(p)) if part) for extra, p in zip(loose, partners, strict=True)
    ]
    read = _read(reader, texts, "offer")
    discount = policy["offer_confidence"]
    entries: list[tuple[int, FoundSkill]] = []
    for owner, ((claims, _), mentions) in enumerate(zip(stated, read, strict=True)):
        found = {claim.place: claim for claim in claims}
        for mention in mentions:
            place = taxonomy.place(mention.skill_id)
            if mention.confidence >= policy["mention_minimum"] and place not in found:
                found[place] = _of_mention(place, mention, discount)
        entries += [(owner, each) for each in found.values()]
    return _pack(entries, len(partners))


def find_wanted(
    needs: Sequence[Need], taxonomy: Taxonomy, reader: SkillReader, *, policy: Policy
) -> tuple[tuple[FoundSkill, ...], ...]:
    """Find the skills that needs ask for: those stated, else those read from the description.

    Parameters
    ----------
    needs : sequence of Need
        The needs.
    taxonomy : Taxonomy
        The skills.
    reader : SkillReader
        Reads free text.
    policy : Policy
        The least confidence that counts, and how many readings count at most.

    Returns
    -------
    wanted : tuple of tuple of FoundSkill, length n_needs
        Empty where nothing could be found.
    """
    stated = [_stated(need.skills, taxonomy) for need in needs]
    silent = [row for row, (claims, loose) in enumerate(stated) if loose or not claims]
    texts = ["，".join((*stated[row][1], *(() if stated[row][0] else (_described(needs[row]),)))) for row in silent]
    wanted = [tuple(claims) for claims, _ in stated]
    most = int(policy["mentions_kept"])
    asked = [asked_words(text) for text in texts]
    read = _read(reader, [each.matter for each in asked], "need")
    titled = _read(reader, [each.title for each in asked], "need")
    for row, words, mentions, title in zip(silent, asked, read, titled, strict=True):
        weighed = weigh_topics(mentions, title) if words.is_long else mentions
        surest = max((each.confidence for each in weighed), default=0.0)
        least = max(policy["mention_minimum"], policy["mention_relative"] * surest)
        kept = [each for each in weighed if each.confidence >= least][:most]
        found = [_of_mention(taxonomy.place(each.skill_id), each, 1.0) for each in kept]
        wanted[row] += tuple(each for each in found if each.place not in {claim.place for claim in wanted[row]})
    return tuple(wanted)


def _stated(claims: Iterable[SkillClaim], taxonomy: Taxonomy) -> tuple[list[FoundSkill], list[str]]:
    """Split claims into those that the taxonomy knows by name and the words that have to be read."""
    known: dict[int, FoundSkill] = {}
    loose: list[str] = []
    for claim in claims:
        skill_id = taxonomy.find(claim.name)
        if skill_id is None:
            level = {Level.LICENSED: "（持证）", Level.PRACTISES: "（熟练）", Level.KNOWS: "（了解）"}.get(claim.level)  # type: ignore[arg-type]  # None is no key
            loose.append(claim.name + (level or ""))
            continue
        place = taxonomy.place(skill_id)
        known.setdefault(place, FoundSkill(place, 1.0, claim.level, claim.name, is_stated=True))
    return list(known.values()), loose


def _described(need: Need) -> str:
    return without_rooms(need.description) if need.resources else need.description


def _read(reader: SkillReader, texts: Sequence[str], purpose: str) -> list[tuple[SkillMention, ...]]:
    """Read each different text once."""
    different = [text for text in dict.fromkeys(texts) if text]
    read = dict(zip(different, reader.read_many(different, purpose=purpose), strict=True))  # type: ignore[arg-type]  # both purposes are known
    return [tuple(read.get(text, ())) for text in texts]


def _of_mention(place: int, mention: SkillMention, discount: float) -> FoundSkill:
    words = "、".join(dict.fromkeys(each.words for each in mention.evidence))
    return FoundSkill(place, min(mention.confidence * discount, 1.0), mention.level, words, is_stated=False)


def _pack(entries: Sequence[tuple[int, FoundSkill]], n_partners: int) -> HeldSkills:
    owner = np.array([owner for owner, _ in entries], dtype=np.int64)
    return HeldSkills(
        found=tuple(found for _, found in entries),
        owner=owner,
        place=np.array([found.place for _, found in entries], dtype=np.int64),
        level=np.array([LEVEL_RANK[found.level] if found.level else 0 for _, found in entries], dtype=np.int64),
        strength=np.array([found.strength for _, found in entries]),
        first=np.searchsorted(owner, np.arange(n_partners + 1)),
    )
