"""What is wrong with a skill taxonomy, as values: a district adds rows of its own, and a bad one must not stop the day."""

import dataclasses
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from matching.labels import Language, label
from matching.records import Skill


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TaxonomyProblem:
    """One fault of a taxonomy and what was done about it.

    Attributes
    ----------
    skill_id : str
        The skill whose row is at fault.
    rule : str
        Name of the rule; its words are ``affinity.taxonomy.rule.<rule>`` and ``affinity.taxonomy.remedy.<rule>``.
    value : str
        What was found.
    """

    skill_id: str
    rule: str
    value: str

    def explain(self, *, language: Language = "zh") -> str:
        """Say on one line: the skill, the rule, the value, what to do.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str

        Examples
        --------
        >>> TaxonomyProblem(skill_id="S-0102", rule="unknown_parent", value="S-9999").explain(language="en")
        'S-0102 | the skill it is part of does not exist | S-9999 | correct the number or add that skill'
        """
        return label(
            "affinity.taxonomy.problem",
            language=language,
            skill=self.skill_id,
            rule=label(f"affinity.taxonomy.rule.{self.rule}", language=language),
            value=self.value,
            remedy=label(f"affinity.taxonomy.remedy.{self.rule}", language=language),
        )


def fold_word(word: str) -> str:
    """Return a word as the taxonomy compares it: half width, one case, no outer blanks.

    Parameters
    ----------
    word : str
        As written.

    Returns
    -------
    folded : str

    Examples
    --------
    >>> fold_word("　ＡＥＤ ")
    'aed'
    """
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


def keep_sound(skills: Iterable[Skill]) -> tuple[tuple[Skill, ...], tuple[TaxonomyProblem, ...]]:
    """Leave out the skills that have no number or name, or one that an earlier skill has.

    Parameters
    ----------
    skills : iterable of Skill
        In the order of the table.

    Returns
    -------
    kept : tuple of Skill
    problems : tuple of TaxonomyProblem
    """
    kept: list[Skill] = []
    problems: list[TaxonomyProblem] = []
    ids: set[str] = set()
    names: set[str] = set()
    for skill in skills:
        name = fold_word(skill.name or "")
        if not skill.skill_id or not name or not skill.family:
            problems.append(TaxonomyProblem(skill_id=skill.skill_id or "", rule="incomplete", value=skill.name or ""))
        elif skill.skill_id in ids:
            problems.append(TaxonomyProblem(skill_id=skill.skill_id, rule="repeated_number", value=skill.name))
        elif name in names:
            problems.append(TaxonomyProblem(skill_id=skill.skill_id, rule="repeated_name", value=skill.name))
        else:
            ids.add(skill.skill_id)
            names.add(name)
            kept.append(skill)
    return tuple(kept), tuple(problems)


def check_links(skills: Sequence[Skill]) -> tuple[TaxonomyProblem, ...]:
    """Report links to skills that do not exist, links to oneself, and circles of part-of.

    Parameters
    ----------
    skills : sequence of Skill
        With numbers that differ.

    Returns
    -------
    problems : tuple of TaxonomyProblem
        A circle is reported once, at its first skill in the order of the table.
    """
    known = {skill.skill_id for skill in skills}
    problems = []
    for skill in skills:
        if skill.part_of and skill.part_of not in known:
            problems.append(TaxonomyProblem(skill_id=skill.skill_id, rule="unknown_parent", value=skill.part_of))
        for other in skill.related:
            if other not in known:
                problems.append(TaxonomyProblem(skill_id=skill.skill_id, rule="unknown_related", value=other))
            elif other == skill.skill_id:
                problems.append(TaxonomyProblem(skill_id=skill.skill_id, rule="related_to_itself", value=other))
    order = {skill.skill_id: place for place, skill in enumerate(skills)}
    parents = {skill.skill_id: skill.part_of for skill in skills if skill.part_of in known}
    for circle in _circles(parents):
        first = min(range(len(circle)), key=lambda place: order[circle[place]])
        turned = [*circle[first:], *circle[:first], circle[first]]
        problems.append(TaxonomyProblem(skill_id=turned[0], rule="circle", value=" → ".join(turned)))
    return tuple(problems)


def _circles(parents: Mapping[str, str | None]) -> Iterator[list[str]]:
    """Yield the circles in what has one parent each: follow the parents until one comes again."""
    seen: set[str] = set()
    for start in parents:
        way: list[str] = []
        at: str | None = start
        while at is not None and at in parents and at not in seen:
            seen.add(at)
            way.append(at)
            at = parents[at]
        if at in way:
            yield way[way.index(at) :]


def own_words(skills: Sequence[Skill]) -> tuple[Mapping[str, int], tuple[TaxonomyProblem, ...]]:
    """Tell which word means which skill, leaving out the words that two skills claim.

    Parameters
    ----------
    skills : sequence of Skill
        With names that differ.

    Returns
    -------
    words : mapping from folded word to the place of its skill
        A name always means its own skill; an English name or an alias only where no other skill has it.
    problems : tuple of TaxonomyProblem
        One for every skill that claims a word in dispute.
    """
    names = {fold_word(skill.name): place for place, skill in enumerate(skills)}
    claims: defaultdict[str, set[int]] = defaultdict(set)
    for place, skill in enumerate(skills):
        for word in (skill.english or "", *skill.aliases):
            if folded := fold_word(word):
                claims[folded].add(place)
    words = dict(names)
    problems = []
    for word, places in claims.items():
        rivals = places | ({names[word]} if word in names else set())
        if len(rivals) == 1:
            words[word] = next(iter(rivals))
        else:
            problems += [
                TaxonomyProblem(skill_id=skills[place].skill_id, rule="disputed_word", value=word)
                for place in sorted(places - ({names[word]} if word in names else set()))
            ]
    return words, tuple(problems)


def count_families(skills: Iterable[Skill]) -> Mapping[str, int]:
    """Count the skills of each family.

    Parameters
    ----------
    skills : iterable of Skill
        The skills.

    Returns
    -------
    counts : mapping from family to number of skills, in order of first appearance
    """
    return Counter(skill.family for skill in skills)
