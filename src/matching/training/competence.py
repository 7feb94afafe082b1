"""Levels of competencies: what the post asks for, what was assessed with evidence, and the gap between the two."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.records import Assessment, Cadre, Competency
from matching.training.facts import TrainingFacts

Ints = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LevelHistory:
    """How a person's level in one competency came to be.

    Attributes
    ----------
    level : int in 0..5
        0 where nothing was assessed with evidence.
    steps : tuple of Assessment
        Assessments that count, in the order of days.
    refused : tuple of Assessment
        Assessments that would have raised the level without evidence.
    """

    level: int
    steps: tuple[Assessment, ...]
    refused: tuple[Assessment, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A competency in which somebody is below what the post asks for.

    Attributes
    ----------
    competency_id, name : str
    required, level : int in 0..5
    behaviour : str
        What somebody does who has reached the next level, as the framework says.
    """

    competency_id: str
    name: str
    required: int
    level: int
    behaviour: str

    @property
    def size(self) -> int:
        """Levels missing, at least 1."""
        return self.required - self.level


@dataclasses.dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CompetenceMatrix:
    """A cohort against the framework.

    Attributes
    ----------
    person_ids : tuple of str, length n_people
    competency_ids : tuple of str, length n_competencies
        In the order of the framework; competencies that only group others are left out.
    levels, required : ndarray of int in 0..5, shape (n_people, n_competencies)
        0 where nothing was assessed, and where the post asks for nothing.
    """

    person_ids: tuple[str, ...]
    competency_ids: tuple[str, ...]
    levels: Ints
    required: Ints

    @property
    def gaps(self) -> Ints:
        """Levels missing, at least 0, shape (n_people, n_competencies)."""
        gaps: Ints = np.maximum(self.required - self.levels, 0)
        return gaps


def level_histories(facts: TrainingFacts, person_id: str) -> Mapping[str, LevelHistory]:
    """Return a person's levels by competency. A level rises only with evidence; it may fall without.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    person_id : str
        Of a cadre or a mentor.

    Returns
    -------
    histories : mapping of str to LevelHistory
        Competencies that were assessed.
    """
    levels: dict[str, int] = {}
    steps: dict[str, list[Assessment]] = defaultdict(list)
    refused: dict[str, list[Assessment]] = defaultdict(list)
    for each in facts.assessments.get(person_id, ()):
        name = each.competency_id
        if _is_unproved(each, levels.get(name, 0)):
            refused[name].append(each)
        else:
            levels[name] = each.level
            steps[name].append(each)
    return {
        name: LevelHistory(level=levels.get(name, 0), steps=tuple(steps[name]), refused=tuple(refused[name]))
        for name in dict.fromkeys((*steps, *refused))
    }


def current_levels(facts: TrainingFacts, person_id: str) -> Mapping[str, int]:
    """Return a person's levels alone, for those who need no more of many people.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    person_id : str
        Of a cadre or a mentor.

    Returns
    -------
    levels : mapping of str to int
        The same as those of `level_histories`.
    """
    levels: dict[str, int] = {}
    for each in facts.assessments.get(person_id, ()):
        known = levels.setdefault(each.competency_id, 0)
        if not _is_unproved(each, known):
            levels[each.competency_id] = each.level
    return levels


def _is_unproved(assessment: Assessment, known: int) -> bool:
    """Tell whether an assessment would raise a level without evidence."""
    return assessment.level > known and not (assessment.evidence or "").strip()


def leaf_competencies(competencies: Sequence[Competency]) -> tuple[Competency, ...]:
    """Return the competencies that are assessed: those that do not only group others.

    Parameters
    ----------
    competencies : sequence of Competency
        The framework.

    Returns
    -------
    leaves : tuple of Competency
    """
    groups = {each.part_of for each in competencies if each.part_of}
    return tuple(each for each in competencies if each.competency_id not in groups)


def required_levels(facts: TrainingFacts, cadre: Cadre) -> Mapping[str, int]:
    """Return what the post of a cadre asks for.

    Parameters
    ----------
    facts : TrainingFacts
        With the register of requirements.
    cadre : Cadre
        Who.

    Returns
    -------
    levels : mapping of str to int
        By competency; the highest where several rows name one.
    """
    levels: dict[str, int] = {}
    for each in facts.training.requirements:
        if each.post_kind.strip() == (cadre.post_kind or "").strip():
            levels[each.competency_id] = max(levels.get(each.competency_id, 0), each.level)
    return levels


def gaps_of(facts: TrainingFacts, cadre: Cadre) -> tuple[Gap, ...]:
    """Return the gaps of a cadre, the largest first.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadre : Cadre
        Who.

    Returns
    -------
    gaps : tuple of Gap
    """
    known = {each.competency_id: each for each in facts.training.competencies}
    levels = level_histories(facts, cadre.person_id)
    found = []
    for competency_id, required in required_levels(facts, cadre).items():
        level = levels[competency_id].level if competency_id in levels else 0
        if level < required and competency_id in known:
            each = known[competency_id]
            found.append(
                Gap(
                    competency_id=competency_id,
                    name=each.name,
                    required=required,
                    level=level,
                    behaviour=each.behaviour(level + 1),
                )
            )
    return tuple(sorted(found, key=lambda gap: (-gap.size, gap.competency_id)))


def competence_matrix(facts: TrainingFacts, cadres: Sequence[Cadre] | None = None) -> CompetenceMatrix:
    """Return a cohort against the framework, for its heat map and for planning.

    Parameters
    ----------
    facts : TrainingFacts
        As they stand on a day.
    cadres : sequence of Cadre, optional
        The cohort; by default all who have not left.

    Returns
    -------
    matrix : CompetenceMatrix
    """
    cohort = present_cadres(facts) if cadres is None else tuple(cadres)
    leaves = leaf_competencies(facts.training.competencies)
    column = {each.competency_id: at for at, each in enumerate(leaves)}
    levels = np.zeros((len(cohort), len(leaves)), dtype=np.int64)
    for row, cadre in enumerate(cohort):
        for competency_id, level in current_levels(facts, cadre.person_id).items():
            if competency_id in column:
                levels[row, column[competency_id]] = level
    return CompetenceMatrix(
        person_ids=tuple(each.person_id for each in cohort),
        competency_ids=tuple(each.competency_id for each in leaves),
        levels=levels,
        required=required_matrix(facts, cohort, tuple(column)),
    )


def required_matrix(facts: TrainingFacts, cadres: Sequence[Cadre], competency_ids: Sequence[str]) -> Ints:
    """Return what the posts of a cohort ask for.

    Parameters
    ----------
    facts : TrainingFacts
        With the register of requirements.
    cadres : sequence of Cadre, length n_people
        The cohort.
    competency_ids : sequence of str, length n_competencies
        The framework.

    Returns
    -------
    required : ndarray of int in 0..5, shape (n_people, n_competencies)
        0 where a post asks for nothing.
    """
    column = {name: at for at, name in enumerate(competency_ids)}
    by_kind: dict[str | None, Ints] = {}
    for cadre in cadres:
        if cadre.post_kind not in by_kind:
            row = by_kind[cadre.post_kind] = np.zeros(len(column), dtype=np.int64)
            for competency_id, level in required_levels(facts, cadre).items():
                if competency_id in column:
                    row[column[competency_id]] = level
    made: Ints = np.array([by_kind[cadre.post_kind] for cadre in cadres]).reshape(len(cadres), len(column))
    return made


def present_cadres(facts: TrainingFacts) -> tuple[Cadre, ...]:
    """Return the cadres who have not left by the day.

    Parameters
    ----------
    facts : TrainingFacts
        With the day.

    Returns
    -------
    cadres : tuple of Cadre
        In the order of the register.
    """
    return tuple(each for each in facts.training.cadres if each.left_on is None or each.left_on > facts.as_of)


def names_or_ids(words: Sequence[str], competencies: Sequence[Competency]) -> tuple[str, ...]:
    """Return the competencies that a course or a mentor names, by identifier.

    Parameters
    ----------
    words : sequence of str
        Names or identifiers, as people write them.
    competencies : sequence of Competency
        The framework.

    Returns
    -------
    competency_ids : tuple of str
        Words that name none are left out.
    """
    by_word = {each.name.strip().casefold(): each.competency_id for each in competencies}
    by_word |= {each.competency_id.casefold(): each.competency_id for each in competencies}
    found = (by_word.get(word.strip().casefold()) for word in words)
    return tuple(dict.fromkeys(each for each in found if each is not None))
