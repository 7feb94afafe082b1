"""A district's own skills laid over the packaged ones, row by row."""

import dataclasses
from collections.abc import Iterable, Sequence

from matching.affinity.taxonomy_checks import fold_word
from matching.records import Skill


def lay_over(packaged: Iterable[Skill], own: Sequence[Skill]) -> tuple[Skill, ...]:
    """Lay a district's skills over others: its rows and its words win, everything else stays.

    Parameters
    ----------
    packaged : iterable of Skill
        What lies below.
    own : sequence of Skill
        The district's register of skills; may be empty. A row replaces the one of the same number, or else the one of the
        same name; what pointed to that one points to the row.

    Returns
    -------
    skills : tuple of Skill
        A replaced row's place is taken by its successor; further rows follow. A name or alias of the district's is no
        alias of another skill any more.
    """
    # a row at fault is no successor; that it is at fault is told where the taxonomy is made
    sound = [skill for skill in own if skill.skill_id and skill.name and skill.family]
    by_number = {skill.skill_id: skill for skill in reversed(sound)}
    by_name = {fold_word(skill.name): skill for skill in reversed(sound)}
    claimed = {fold_word(word): skill.skill_id for skill in sound for word in (skill.name, *skill.aliases)}
    below = list(packaged)
    heir = {skill.skill_id: by_number.get(skill.skill_id) or by_name.get(fold_word(skill.name)) for skill in below}
    number = {old: new.skill_id for old, new in heir.items() if new is not None}
    found: dict[int, Skill] = {}
    for skill in below:
        new = heir[skill.skill_id]
        found.setdefault(id(new or skill), new or _without(skill, claimed, number))
    return (*found.values(), *(skill for skill in own if id(skill) not in found))


def replaced(packaged: Iterable[Skill], own: Sequence[Skill]) -> tuple[tuple[Skill, Skill], ...]:
    """List the packaged skills that a district's rows stand in for with something else.

    Parameters
    ----------
    packaged : iterable of Skill
        What lies below.
    own : sequence of Skill
        The district's register.

    Returns
    -------
    pairs : tuple of (packaged, own)
        Rows that say the same are left out.
    """
    by_number = {skill.skill_id: skill for skill in own}
    by_name = {fold_word(skill.name): skill for skill in own if skill.name}
    pairs = ((skill, by_number.get(skill.skill_id) or by_name.get(fold_word(skill.name))) for skill in packaged)
    return tuple((old, new) for old, new in pairs if new is not None and new != old)


def _without(skill: Skill, claimed: dict[str, str], number: dict[str, str]) -> Skill:
    """Return a packaged skill without the words that are the district's, pointing to its rows."""
    return dataclasses.replace(
        skill,
        aliases=tuple(word for word in skill.aliases if fold_word(word) not in claimed),
        related=tuple(number.get(each, each) for each in skill.related),
        part_of=number.get(skill.part_of, skill.part_of) if skill.part_of else None,
    )
