"""How well the skills that partners hold cover the skills that needs ask for."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.policy import Policy
from matching.affinity.skills_found import FoundSkill, HeldSkills
from matching.affinity.taxonomy import LEVEL_RANK, Taxonomy, level_credit
from matching.records import Level

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LEVELS: tuple[Level | None, ...] = (None, *sorted(LEVEL_RANK, key=lambda level: LEVEL_RANK[level]))
_CREDIT = np.array([[level_credit(held, wanted) for wanted in _LEVELS] for held in _LEVELS])


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class SkillCover:
    """How well each partner covers each skill, at each level, that some needs ask for.

    Attributes
    ----------
    asked : tuple of tuple of FoundSkill, length n_needs
        What each need asks for.
    column : tuple of ndarray of int, length n_needs
        Columns of `cover`, one for each skill asked for.
    share : tuple of ndarray of float, length n_needs
        What each skill counts for: shares that sum to 1 where all are needed of one person, else the confidence
        relative to the surest reading.
    takes_best : ndarray of bool, shape (n_needs,)
        Whether the best covered skill counts (a team, or readings of which any may be meant) and not the mean.
    cover : ndarray of float in [0, 1], shape (n_partners, n_columns)
        How well each partner covers each (skill, level).
    is_open : ndarray of bool, shape (n_columns,)
        Whether anyone can lend a hand.
    has_skills : ndarray of bool, shape (n_partners,)
        Whether anything is known of what a partner can do.
    """

    asked: tuple[tuple[FoundSkill, ...], ...]
    column: tuple[Ints, ...]
    share: tuple[Floats, ...]
    takes_best: Bools
    cover: Floats
    is_open: Bools
    has_skills: Bools


def cover_skills(
    asked: Sequence[tuple[FoundSkill, ...]],
    is_team: Sequence[bool],
    held: HeldSkills,
    *,
    taxonomy: Taxonomy,
    policy: Policy,
) -> SkillCover:
    """Work out how well each partner covers each skill that is asked for.

    Parameters
    ----------
    asked : sequence of tuple of FoundSkill, length n_needs
        What needs ask for.
    is_team : sequence of bool, length n_needs
        Whether the members cover the skills together.
    held : HeldSkills
        What partners hold.
    taxonomy : Taxonomy
        How near skills are.
    policy : Policy
        The value of skills that are open to anyone.

    Returns
    -------
    cover : SkillCover
    """
    pairs = sorted({(found.place, _rank(found.level)) for row in asked for found in row})
    number = {pair: column for column, pair in enumerate(pairs)}
    cover = _cover(pairs, held, taxonomy)
    is_open = np.array(
        [taxonomy.skills[place].name in policy.open_skills and rank <= 1 for place, rank in pairs], dtype=np.bool_
    )
    cover[:, is_open] = np.maximum(cover[:, is_open], policy["open_value"])
    takes_best = np.array(
        [team or any(not found.is_stated for found in row) for row, team in zip(asked, is_team, strict=True)], np.bool_
    )
    return SkillCover(
        asked=tuple(asked),
        column=tuple(np.array([number[f.place, _rank(f.level)] for f in row], np.int64) for row in asked),
        share=tuple(_shares(row, best=bool(best)) for row, best in zip(asked, takes_best, strict=True)),
        takes_best=takes_best,
        cover=cover,
        is_open=is_open,
        has_skills=np.diff(held.first) > 0,
    )


def skill_values(fit: SkillCover, need: Ints, partner: Ints) -> tuple[Floats, Bools]:
    """Score how well the skills of each pair fit.

    Parameters
    ----------
    fit : SkillCover
        Of the needs and partners.
    need, partner : ndarray of int, shape (n_pairs,)
        The pairs.

    Returns
    -------
    values : ndarray of float in [0, 1], shape (n_pairs,)
    is_unknown : ndarray of bool, shape (n_pairs,)
        Where the need names no skill, or nothing is known of what the partner can do.
    """
    rows = np.unique(need)
    widest = max((fit.column[row].size for row in rows), default=0)
    column = np.zeros((len(fit.column), widest), dtype=np.int64)
    share = np.zeros((len(fit.column), widest))
    for row in rows:
        column[row, : fit.column[row].size], share[row, : fit.share[row].size] = fit.column[row], fit.share[row]
    values = np.zeros(need.size)
    takes_best = fit.takes_best[need]
    for k in range(widest):
        part = fit.cover[partner, column[need, k]] * share[need, k]
        values = np.where(takes_best, np.maximum(values, part), values + part)
    asks, has_open = np.zeros((2, len(fit.column)), dtype=np.bool_)
    for row in rows:
        asks[row], has_open[row] = fit.column[row].size > 0, fit.is_open[fit.column[row]].any()
    is_unknown = ~asks[need] | (~fit.has_skills[partner] & ~has_open[need])
    return np.minimum(values, 1.0), is_unknown


def best_skill(fit: SkillCover, need: int, partner: int) -> int | None:
    """Return which of the skills that a need asks for a partner covers best.

    Parameters
    ----------
    fit : SkillCover
        Of the needs and partners.
    need, partner : int
        Indices.

    Returns
    -------
    position : int or None
        Position in ``fit.asked[need]``; None where the need names no skill.
    """
    columns = fit.column[need]
    if not columns.size:
        return None
    return int(np.argmax(fit.cover[partner, columns] * fit.share[need])) if columns.size > 1 else 0


def best_held(fit: SkillCover, held: HeldSkills, need: int, partner: int, *, taxonomy: Taxonomy) -> FoundSkill | None:
    """Return the skill of a partner that covers a need best.

    Parameters
    ----------
    fit : SkillCover
        Of the needs and partners.
    held : HeldSkills
        What partners hold.
    need, partner : int
        Indices.
    taxonomy : Taxonomy
        How near skills are.

    Returns
    -------
    found : FoundSkill or None
        None where none of them has to do with the need.
    """
    position = best_skill(fit, need, partner)
    entries = range(int(held.first[partner]), int(held.first[partner + 1]))
    if position is None or not entries:
        return None
    wanted = fit.asked[need][position]
    worth = [held_worth(held.found[entry], wanted, taxonomy) for entry in entries]
    highest = max(worth)
    return held.found[entries[worth.index(highest)]] if highest > 0 else None


def held_worth(found: FoundSkill, wanted: FoundSkill, taxonomy: Taxonomy) -> float:
    """Score how well one skill that is held serves one that is wanted.

    Parameters
    ----------
    found, wanted : FoundSkill
        The two.
    taxonomy : Taxonomy
        How near they are.

    Returns
    -------
    worth : float in [0, 1]
    """
    near = float(taxonomy.similarities[found.place, wanted.place])
    return near * found.strength * level_credit(found.level, wanted.level)


def _rank(level: Level | None) -> int:
    return LEVEL_RANK[level] if level else 0


def _shares(row: Sequence[FoundSkill], *, best: bool) -> Floats:
    strength = np.array([found.strength for found in row])
    if not strength.size:
        return strength
    shares: Floats = strength / strength.max() if best else np.full(strength.size, 1.0 / strength.size)
    return shares


def _cover(pairs: Sequence[tuple[int, int]], held: HeldSkills, taxonomy: Taxonomy) -> Floats:
    """Take for each partner and (skill, level) the best of the partner's skills."""
    n_partners = held.first.size - 1
    cover = np.zeros((n_partners, len(pairs)))
    if not pairs or not held.owner.size:
        return cover
    place, rank = np.array(pairs).T
    worth = taxonomy.similarities[np.ix_(held.place, place)] * held.strength[:, None]
    worth = worth * _CREDIT[held.level][:, rank]
    owners = np.flatnonzero(np.diff(held.first) > 0)
    cover[owners] = np.maximum.reduceat(worth, held.first[owners], axis=0)
    return cover
