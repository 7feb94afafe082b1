"""Why a pair of cadre and mentor fits as it does: parts that add up to the fit."""

import dataclasses

from matching.planning.shown import shown


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PairPart:
    """One part of the fit of a pair.

    Attributes
    ----------
    name : str
        One of `PARTS`.
    words : str
        What people call it.
    value : float in [0, 1]
    weight : float in [0, 1]
    contribution : float
        Value times weight; the contributions add up to the fit.
    evidence : str
        What the value stands on.
    is_unknown : bool
        Whether it stands in for what is not known.
    """

    name: str
    words: str
    value: float
    weight: float
    contribution: float
    evidence: str
    is_unknown: bool


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PairExplanation:
    """Why a pair fits as it does.

    Attributes
    ----------
    cadre_id, mentor_id : str
    score : float in [0, 1]
        The sum of the contributions.
    parts : tuple of PairPart
    blocked : tuple of (rule, words)
        Rules that forbid it; empty for a pair that may be made.
    sentence : str
    """

    cadre_id: str
    mentor_id: str
    score: float
    parts: tuple[PairPart, ...]
    blocked: tuple[tuple[str, str], ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence
