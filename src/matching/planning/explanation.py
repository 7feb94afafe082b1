"""Why a pair fits, in parts that sum to its score and in one sentence."""

import dataclasses
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matching.affinity.part_words import describe_part
from matching.affinity.skill_fit import best_skill
from matching.affinity.weights import FEATURES
from matching.labels import Language, label
from matching.planning.candidates import Candidates
from matching.planning.evidence import evidence_of
from matching.planning.shown import shown
from matching.records import mask_text, show_choice

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

# What makes a reason: parts that speak for the pair at least this strongly. Words in common are left to the full
# explanation, since a reason is read aloud.
_SPEAKS = 0.5
_IN_REASONS = (
    "availability",
    "continuity",
    "language",
    "load",
    "place",
    "reliability",
)  # of those worth the same the first is named
_REASONS = [FEATURES.index(name) for name in _IN_REASONS]
_MOST_CLAUSES = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a score.

    Attributes
    ----------
    name : str
        One of `matching.affinity.FEATURES`.
    title : str
        What people read for it.
    value : float in [0, 1]
    weight : float in [0, 1]
    points : float
        ``weight * value``: what the part adds to the score.
    is_unknown : bool
        Whether the value stands in for something that nobody knows.
    words : str
        What the value rests on.
    """

    name: str
    title: str
    value: float
    weight: float
    points: float
    is_unknown: bool
    words: str


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a pair fits.

    Attributes
    ----------
    need_id, partner_id : str
    parts : tuple of Part
        Those that have a weight, in the order of `matching.affinity.FEATURES`; their points sum to `total`.
    total : float in [0, 1]
        The score.
    sentence : str
    blocked : tuple of (rule, words)
        Hard rules that forbid the pair, with their evidence; empty where it is allowed.
    chance : float in (0, 1) or None
        How likely the partner is to accept and do it well; None where the district has learned no curve.
    """

    need_id: str
    partner_id: str
    parts: tuple[Part, ...]
    total: float
    sentence: str
    blocked: tuple[tuple[str, str], ...] = ()
    chance: float | None = None

    def __str__(self) -> str:
        return self.sentence


def explain_pair(candidates: Candidates, need_id: str, partner_id: str, *, language: Language = "zh") -> Explanation:
    """Explain the score of a pair.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    need_id, partner_id : str
        The pair; it need not be part of any plan.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    explanation : Explanation

    Raises
    ------
    UnknownNameError
        If there is no such need or partner.
    """
    need, partner = candidates.need_index(need_id), candidates.partner_index(partner_id)
    values, unknown = candidates.pair(need, partner)
    points, weights = candidates.weights.vector, candidates.weights
    parts = tuple(
        Part(
            name=name,
            title=weights.title(name, language=language),
            value=float(values[k]),
            weight=float(points[k]),
            points=float(points[k] * values[k]),
            is_unknown=bool(unknown[k]),
            words=_words(candidates, need, partner, name, language),
        )
        for k, name in enumerate(FEATURES)
        if points[k] > 0  # a part that a district has set to nothing explains nothing
    )
    rules = candidates.blocking_rules(need_id, partner_id)
    found = candidates.profiles.partners[partner]
    chance = candidates.chance_of(need_id, partner_id)
    total = min(max(sum(part.points for part in parts), 0.0), 1.0)
    return Explanation(
        need_id=candidates.profiles.needs[need].need_id,
        partner_id=found.partner_id,
        parts=parts,
        total=total,
        sentence=label(
            "planning.sentence",
            language=language,
            partner=mask_text(found.name),
            kind=show_choice(found.kind, language=language),
            reason=_join(_clauses(parts), language),
            score=f"{total:.2f}",
        )
        + ("" if chance is None else label("planning.chance", language=language, chance=f"{chance:.0%}")),
        chance=chance,
        blocked=tuple((rule, evidence_of(candidates, need, partner, rule, language=language)) for rule in rules),
    )


def reason_for(candidates: Candidates, need: int, partner: int, *, language: Language = "zh") -> str:
    """Say in one clause or a few why a pair fits.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    need, partner : int
        Indices of the pair.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    reason : str
        The skill first, then what speaks for the pair most, then what has to be asked.
    """
    values, unknown = candidates.pair(need, partner)
    pairs = np.array([need]), np.array([partner])
    return _reasons(candidates, pairs, values[None, :], unknown[None, :], language)[0]


def reasons_for(candidates: Candidates, need: Ints, partner: Ints, *, language: Language = "zh") -> list[str]:
    """Say of several pairs that no rule blocks why each fits.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    need, partner : ndarray of int, shape (n_pairs,)
        Indices of the pairs.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    reasons : list of str
        As `reason_for` says it of each.
    """
    at = candidates.allowed.positions(need, partner)
    scores = candidates.pairs
    return _reasons(candidates, (need, partner), scores.values[at], scores.is_unknown[at], language)


def _reasons(
    candidates: Candidates, pairs: tuple[Ints, Ints], values: Floats, unknown: Bools, language: Language
) -> list[str]:
    """Choose what speaks for each pair most, at most three parts, and say it."""
    need, partner = pairs
    rows = np.unique(need).tolist()
    is_timed, wants_language = np.zeros((2, len(candidates.works)), dtype=np.bool_)
    is_timed[rows] = [candidates.works[row].window is not None for row in rows]
    wants_language[rows] = [bool(candidates.profiles.needs[row].languages) for row in rows]
    speaks = ~unknown[:, _REASONS] & (values[:, _REASONS] >= _SPEAKS)
    speaks[:, _IN_REASONS.index("availability")] &= is_timed[need]
    speaks[:, _IN_REASONS.index("language")] &= wants_language[need]
    points = np.where(speaks, candidates.weights.vector[_REASONS] * values[:, _REASONS], -np.inf)
    order = np.argsort(-points, axis=1, kind="stable")[:, :_MOST_CLAUSES]
    asks = is_timed[need] & unknown[:, FEATURES.index("availability")]
    said = []
    for k, (row, column) in enumerate(zip(need.tolist(), partner.tolist(), strict=True)):
        best = [_IN_REASONS[each] for each in order[k].tolist() if speaks[k, each]]
        chosen = ["skill", *best, *(["availability"] if asks[k] else [])]
        said.append(_join((_words(candidates, row, column, name, language) for name in chosen), language))
    return said


def role_for(candidates: Candidates, need: int, partner: int, *, language: Language = "zh") -> str:
    """Say what a partner does for a need.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    need, partner : int
        Indices of the pair.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    role : str
        The skill that the partner covers best of those asked for; a helper where the need names none.
    """
    position = best_skill(candidates.profiles.fit, need, partner)
    if position is None:
        return label("planning.helper", language=language)
    skill = candidates.profiles.taxonomy.skills[candidates.profiles.wanted[need][position].place]
    return skill.name if language == "zh" else skill.english or skill.name


def _words(candidates: Candidates, need: int, partner: int, feature: str, language: Language) -> str:
    window = candidates.works[need].window
    words = describe_part(candidates.profiles, need, partner, feature=feature, window=window, language=language)
    return mask_text(words)


def _clauses(parts: Iterable[Part]) -> list[str]:
    """Name what speaks for the pair, then what is not known."""
    told = [part for part in parts if not part.is_unknown and (part.value >= _SPEAKS or part.name == "skill")]
    ordered = sorted(told, key=lambda part: (part.name != "skill", -part.points))
    kept = [part.words for part in ordered if part.name in (*_IN_REASONS, "skill") and "language" not in part.name]
    return kept[: _MOST_CLAUSES + 1]


def _join(clauses: Iterable[str], language: Language) -> str:
    return label("planning.semicolon", language=language).join(clause for clause in clauses if clause)
