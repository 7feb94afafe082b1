"""The command on skills: list, find, show, check, offer for unknown words, accept and forget."""

import argparse
from collections.abc import Callable

from matching.affinity.profiles import taxonomy_for
from matching.affinity.skill_words import UnknownWord, unknown_words
from matching.affinity.taxonomy import Taxonomy
from matching.affinity.taxonomy_overlay import replaced
from matching.cli.parser import now
from matching.community import read_community
from matching.errors import CallError
from matching.labels import Language, label
from matching.records import Community, accepted_words
from matching.store import open_store
from matching.tables import read_table

ACTIONS = ("list", "find", "show", "check", "unknown", "accept", "forget")
_WORDS_WANTED = {"find": 1, "show": 1, "accept": 2, "forget": 1}


def skills(options: argparse.Namespace) -> int:
    """Run one of the actions on skills.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 clean, 1 if a word or a row of the taxonomy is at fault.
    """
    wanted = _WORDS_WANTED.get(options.action, 0)
    if len(options.words) != wanted:
        raise CallError(
            label("cli.skills.words_wanted", language=options.language, action=options.action, count=wanted)
        )
    if options.action in {"accept", "forget"} and not (options.store and options.by):
        raise CallError(label("cli.skills.needs_store", language=options.language, action=options.action))
    source = options.store or options.input
    if options.action == "unknown" and not source:
        raise CallError(label("cli.skills.needs_input", language=options.language))
    community = read_community(source) if source else Community()
    taxonomy = community_taxonomy(community)
    return _RUN[options.action](options, taxonomy, community)


def community_taxonomy(community: Community) -> Taxonomy:
    """Return the taxonomy of a community, with the words that it has accepted.

    Parameters
    ----------
    community : Community
        As it was read.

    Returns
    -------
    taxonomy : Taxonomy
    """
    return taxonomy_for(community.skills, words=tuple(sorted(accepted_words(community.skill_words).items())))


def unknown_lines(words: tuple[UnknownWord, ...], *, most: int, language: Language) -> list[str]:
    """Say of each unknown word how often it stands and which skills it may mean.

    Parameters
    ----------
    words : tuple of UnknownWord
        The most frequent first.
    most : int
        How many are told.
    language : {"zh", "en"}
        Which words.

    Returns
    -------
    lines : list of str
        Empty where every word is known.
    """
    if not words:
        return []
    lines = [label("cli.skills.unknown", language=language, count=len(words))]
    for each in words[:most]:
        offers = "、".join(f"{offer.name} {offer.skill_id}" for offer in each.offers)
        offers = offers or label("cli.skills.nothing_near", language=language)
        lines.append(label("cli.skills.offer", language=language, word=each.word, count=each.count, offers=offers))
    return lines


def _list(options: argparse.Namespace, taxonomy: Taxonomy, community: Community) -> int:
    del community
    families: dict[str, list[str]] = {}
    for skill in taxonomy.skills:
        if not options.family or options.family in skill.family:
            families.setdefault(skill.family, []).append(f"{skill.skill_id} {skill.name}")
    for family, names in families.items():
        print(f"{family}（{len(names)}）\n  " + "、".join(names))
    return 0 if families else 1


def _find(options: argparse.Namespace, taxonomy: Taxonomy, community: Community) -> int:
    del community
    word = options.words[0]
    offers = taxonomy.nearest(word, limit=8)
    for offer in offers:
        print(f"{offer.skill_id}\t{offer.name}\t{offer.similarity:.2f}\t{offer.matched}")
    if not offers:
        print(label("cli.skills.nothing_near", language=options.language))
    return 0 if offers else 1


def _show(options: argparse.Namespace, taxonomy: Taxonomy, community: Community) -> int:
    del community
    skill = taxonomy.skill(_skill_id(options.words[0], taxonomy, options.language))
    related = [f"{taxonomy.skill(each).name} {each}" for each in skill.related if each in taxonomy]
    above = skill.part_of if skill.part_of and skill.part_of in taxonomy else None
    part_of = f"{taxonomy.skill(above).name} {above}" if above else ""
    rows = {
        "skill": f"{skill.name} {skill.skill_id}", "family": skill.family, "english": skill.english or "",
        "aliases": "、".join(skill.aliases), "related": "、".join(related), "part_of": part_of,
        "licence": "、".join(skill.licence),
    }  # fmt: skip
    for key, value in rows.items():
        if value:
            print(f"{label(f'cli.skills.field.{key}', language=options.language)}\t{value}")
    return 0


def _check(options: argparse.Namespace, taxonomy: Taxonomy, community: Community) -> int:
    print(label("cli.skills.counted", language=options.language, skills=len(taxonomy), words=len(taxonomy.words)))
    for old, new in replaced(Taxonomy.from_rows(read_table("skills.csv")).skills, community.skills):
        words = {"old": f"{old.skill_id} {old.name}", "new": f"{new.skill_id} {new.name}"}
        print(label("cli.skills.replaced", language=options.language, **words))
    for problem in taxonomy.problems:
        print(f"  {problem.explain(language=options.language)}")
    return 1 if taxonomy.problems else 0


def _unknown(options: argparse.Namespace, taxonomy: Taxonomy, community: Community) -> int:
    words = unknown_words(community, taxonomy)
    lines = unknown_lines(words, most=options.most, language=options.language)
    print("\n".join(lines) or label("cli.skills.all_known", language=options.language))
    return 1 if words else 0


def _accept(options: argparse.Namespace, taxonomy: Taxonomy, community: Community) -> int:
    word, skill_word = options.words
    del community
    skill_id = _skill_id(skill_word, taxonomy, options.language)
    named = taxonomy.find(word)
    if named is not None and taxonomy.skill(named).name == word and named != skill_id:
        raise CallError(label("cli.skills.is_a_name", language=options.language, word=word, skill=named))
    with open_store(options.store) as store:
        store.accept_word(word, skill_id, by=options.by, at=now(), reason=options.reason)
    name = taxonomy.skill(skill_id).name
    print(label("cli.skills.accepted", language=options.language, word=word, skill=f"{name} {skill_id}"))
    return 0


def _forget(options: argparse.Namespace, taxonomy: Taxonomy, community: Community) -> int:
    del taxonomy, community
    with open_store(options.store) as store:
        store.forget_word(options.words[0], by=options.by, at=now(), reason=options.reason)
    print(label("cli.skills.forgotten", language=options.language, word=options.words[0]))
    return 0


def _skill_id(word: str, taxonomy: Taxonomy, language: Language) -> str:
    found = taxonomy.find(word)
    if found is None:
        offers = "、".join(f"{each.name} {each.skill_id}" for each in taxonomy.nearest(word, limit=5)) or "-"
        raise CallError(label("cli.skills.no_skill", language=language, word=word, offers=offers))
    return found


_RUN: dict[str, Callable[[argparse.Namespace, Taxonomy, Community], int]] = {
    "list": _list, "find": _find, "show": _show, "check": _check, "unknown": _unknown, "accept": _accept, "forget": _forget,
}  # fmt: skip
