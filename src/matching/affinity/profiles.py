"""What scoring knows of both sides, read once from a community: skills, words, places, time, history, ties."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.companions import Led, mentors_of
from matching.affinity.encoder import Encoder, remember
from matching.affinity.free_time import FreeTime, read_free_time
from matching.affinity.history import History, read_history
from matching.affinity.network import Edge, Network, Node, build_network, nearness, need_ties, partner_ties
from matching.affinity.places import PlaceBook, Places, locate, read_places
from matching.affinity.policy import Policy
from matching.affinity.skill_fit import SkillCover, cover_skills
from matching.affinity.skill_reader import SkillReader
from matching.affinity.skills_found import FoundSkill, HeldSkills, find_held, find_wanted
from matching.affinity.taxonomy import Taxonomy
from matching.affinity.taxonomy_overlay import lay_over
from matching.affinity.text_fit import TextFit, add_needs, fit_text, stack_text
from matching.records import Community, Need, Partner, Person, Skill, TrainingRecords, accepted_words
from matching.tables import read_table

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Both sides of a district as scoring sees them.

    Attributes
    ----------
    needs : tuple of Need
        What their events say is filled in.
    partners : tuple of Partner
    positions : mapping of str to int
        Index of each partner by identifier.
    policy : Policy
    taxonomy : Taxonomy
    reader : SkillReader
    book : PlaceBook
    wanted : tuple of tuple of FoundSkill, length n_needs
    held : HeldSkills
    fit : SkillCover
    text : TextFit
    need_places, partner_places : Places
    free : FreeTime
    history : History
    ties : tuple of Edge
        What ties partners, skills, places and households.
    mentors : tuple of Led
        Partners who are cadres, and who led them.
    near : ndarray of float, shape (n_needs, n_partners)
        Nearness in the network.
    languages : tuple of (frozenset of str or None), length n_partners
        None where not stated.
    """

    needs: tuple[Need, ...]
    partners: tuple[Partner, ...]
    positions: dict[str, int]
    policy: Policy
    taxonomy: Taxonomy
    reader: SkillReader
    book: PlaceBook
    wanted: tuple[tuple[FoundSkill, ...], ...]
    held: HeldSkills
    fit: SkillCover
    text: TextFit
    need_places: Places
    partner_places: Places
    free: FreeTime
    history: History
    ties: tuple[Edge, ...]
    mentors: tuple[Led, ...]
    near: Floats
    languages: tuple[frozenset[str] | None, ...]


def read_profiles(
    community: Community,
    *,
    as_of: dt.date,
    policy: Policy,
    reader: SkillReader | None = None,
    training: TrainingRecords | None = None,
    encoder: Encoder | None = None,
) -> Profiles:
    """Read from a community all that scoring needs.

    Parameters
    ----------
    community : Community
        Registers and facts.
    as_of : date
        Later services do not count.
    policy : Policy
        Limits, defaults and rates.
    reader : SkillReader, optional
        With a taxonomy of its own; by default the packaged one, or that of the community's skills.
    training : TrainingRecords, optional
        For who has led whom; without them mentors tie nobody.
    encoder : Encoder, optional
        A sentence encoder for skills read from text (unless a reader is given) and for words in common.

    Returns
    -------
    profiles : Profiles
    """
    remembered = remember(encoder) if encoder is not None else None
    if reader is None:
        words = tuple(sorted(accepted_words(community.skill_words).items()))
        reader = (
            reader_for(community.skills, words=words)
            if remembered is None
            else SkillReader(taxonomy_for(community.skills, words=words), encoder=remembered)
        )
    taxonomy, partners = reader.taxonomy, community.partners
    needs = resolve_needs(community, community.needs)
    positions = {partner.partner_id: row for row, partner in enumerate(partners)}
    book = read_places(community.grids, [*(n.community for n in needs), *(p.community for p in partners)])
    held = find_held(partners, taxonomy, reader, policy=policy)
    partner_places = locate(book, [(each.community, each.grid) for each in partners])
    history = read_history(community, book, positions, as_of=as_of, policy=policy)
    mentors = mentors_of(training, community, positions, as_of=as_of) if training else ()
    ties = tuple(partner_ties(partners, held, partner_places, history, taxonomy=taxonomy, mentors=mentors))
    wanted = find_wanted(needs, taxonomy, reader, policy=policy)
    need_places = locate(book, [(each.community, each.grid) for each in needs])
    network = _network(ties, wanted, need_places, len(partners))
    return Profiles(
        needs=needs,
        partners=partners,
        positions=positions,
        policy=policy,
        taxonomy=taxonomy,
        reader=reader,
        book=book,
        wanted=wanted,
        held=held,
        fit=cover_skills(wanted, [bool(n.is_team) for n in needs], held, taxonomy=taxonomy, policy=policy),
        text=fit_text(needs, partners, encoder=remembered),
        need_places=need_places,
        partner_places=partner_places,
        free=read_free_time([each.available for each in partners]),
        history=history,
        ties=ties,
        mentors=mentors,
        near=nearness(network, len(needs), len(partners), restart=policy["restart"]),
        languages=tuple(_languages(each) for each in partners),
    )


def replace_needs(profiles: Profiles, community: Community, needs: Sequence[Need]) -> Profiles:
    """Return profiles of the same partners for other needs, without reading the partners again.

    Parameters
    ----------
    profiles : Profiles
        With their partners.
    community : Community
        For the events of the needs.
    needs : sequence of Need
        The new needs.

    Returns
    -------
    profiles : Profiles
        Words are compared in the vocabulary learnt before; in the network these needs stand by themselves.
    """
    resolved = resolve_needs(community, needs)
    wanted = find_wanted(resolved, profiles.taxonomy, profiles.reader, policy=profiles.policy)
    places = locate(profiles.book, [(each.community, each.grid) for each in resolved])
    network = _network(profiles.ties, wanted, places, len(profiles.partners))
    is_team = [bool(need.is_team) for need in resolved]
    return dataclasses.replace(
        profiles,
        needs=resolved,
        wanted=wanted,
        fit=cover_skills(wanted, is_team, profiles.held, taxonomy=profiles.taxonomy, policy=profiles.policy),
        text=add_needs(profiles.text, resolved),
        need_places=places,
        near=nearness(network, len(resolved), len(profiles.partners), restart=profiles.policy["restart"]),
    )


def stack_needs(old: Profiles, kept: Sequence[int], fresh: Profiles) -> Profiles:
    """Put some needs of old profiles before those of fresh ones of the same partners.

    Parameters
    ----------
    old : Profiles
        Whose needs come first.
    kept : sequence of int
        Which of them.
    fresh : Profiles
        As `replace_needs` returns them.

    Returns
    -------
    profiles : Profiles
    """
    needs = (*(old.needs[row] for row in kept), *fresh.needs)
    wanted = (*(old.wanted[row] for row in kept), *fresh.wanted)
    rows = np.array(kept, dtype=np.int64)
    is_team = [bool(need.is_team) for need in needs]
    places = {
        field.name: np.concatenate([getattr(old.need_places, field.name)[rows], getattr(fresh.need_places, field.name)])
        for field in dataclasses.fields(Places)
    }
    return dataclasses.replace(
        fresh,
        needs=needs,
        wanted=wanted,
        fit=cover_skills(wanted, is_team, fresh.held, taxonomy=fresh.taxonomy, policy=fresh.policy),
        text=stack_text(old.text, kept, fresh.text),
        need_places=Places(**places),
        near=np.concatenate([old.near[rows], fresh.near]),
    )


def resolve_needs(community: Community, needs: Sequence[Need]) -> tuple[Need, ...]:
    """Fill in what needs leave to their event: time, community and place.

    Parameters
    ----------
    community : Community
        With its events.
    needs : sequence of Need
        As stated.

    Returns
    -------
    needs : tuple of Need
    """
    events = {event.event_id: event for event in community.events}
    resolved = []
    for need in needs:
        event = events.get(need.event_id or "")
        if event is not None:
            need = dataclasses.replace(  # noqa: PLW2901  # the same need, completed
                need,
                windows=need.windows or event.windows,
                community=need.community or event.community,
                place=need.place or event.place,
            )
        resolved.append(need)
    return tuple(resolved)


@functools.lru_cache(maxsize=4)
def reader_for(skills: tuple[Skill, ...], *, words: tuple[tuple[str, str], ...] = ()) -> SkillReader:
    """Return a reader of the packaged taxonomy with a district's own skills and words laid over it.

    Parameters
    ----------
    skills : tuple of Skill
        The district's register of skills; may be empty.
    words : tuple of (word, skill_id)
        What the district decided that words mean.

    Returns
    -------
    reader : SkillReader
    """
    return SkillReader(taxonomy_for(skills, words=words))


def taxonomy_for(skills: tuple[Skill, ...], *, words: tuple[tuple[str, str], ...] = ()) -> Taxonomy:
    """Return the packaged taxonomy with a district's own skills laid over it, and the words that it decided on.

    Parameters
    ----------
    skills : tuple of Skill
        The district's register of skills; may be empty.
    words : tuple of (word, skill_id)
        What the district decided that words mean.

    Returns
    -------
    taxonomy : Taxonomy
    """
    packaged = Taxonomy.from_rows(read_table("skills.csv"))
    taxonomy = Taxonomy.from_skills(lay_over(packaged.skills, skills)) if skills else packaged
    return taxonomy.with_words(dict(words))


def _network(ties: Sequence[Edge], wanted: Sequence[Sequence[FoundSkill]], places: Places, n_partners: int) -> Network:
    nodes: list[Node] = [("partner", row) for row in range(n_partners)]
    nodes += [("need", row) for row in range(len(wanted))]
    return build_network([*ties, *need_ties(wanted, places)], nodes=nodes)


def _languages(partner: Partner) -> frozenset[str] | None:
    if not isinstance(partner, Person) or not partner.languages:
        return None
    return frozenset(language.strip().casefold() for language in partner.languages)
