"""What a district may set for itself about pairing: limits, rules and weights, read from tables."""

import dataclasses
import functools
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.errors import CallError, UnknownNameError
from matching.labels import Language
from matching.tables import read_table
from matching.training.policy import read_number

PARTS = ("gap", "place", "availability", "load", "past")
"""The parts of the fit, in the order of the last axis of every array of parts."""

SIDES = ("weight", "cadre_weight", "mentor_weight")
_NUMBERS = "policies/pairing.csv"
_WEIGHTS = "policies/pairing_weights.csv"


@dataclasses.dataclass(frozen=True, slots=True)
class PairingPolicy:
    """Limits, rules and weights of pairing.

    Attributes
    ----------
    numbers : mapping of str to float
        The rows of ``pairing.csv``.
    weights : mapping of str to tuple of float
        For ``weight``, ``cadre_weight`` and ``mentor_weight``: the weights of `PARTS`, summing to one.
    unknown : tuple of float
        What stands in for each of `PARTS` where nothing is known.
    words : mapping of str to (str, str)
        中文 and English of each of `PARTS`.
    """

    numbers: Mapping[str, float]
    weights: Mapping[str, tuple[float, ...]]
    unknown: tuple[float, ...]
    words: Mapping[str, tuple[str, str]]

    def __getitem__(self, name: str) -> float:
        if name not in self.numbers:
            raise UnknownNameError(f"There is no policy of pairing {name!r}. There are: {sorted(self.numbers)}")
        return self.numbers[name]

    def replace(self, **numbers: float) -> "PairingPolicy":
        """Return the policies with some numbers changed.

        Parameters
        ----------
        **numbers : float
            New values by name.

        Returns
        -------
        policy : PairingPolicy
        """
        for name in numbers:
            self[name]
        return dataclasses.replace(self, numbers={**self.numbers, **numbers})

    def weighted(self, **weights: float) -> "PairingPolicy":
        """Return the policies with other weights of the total.

        Parameters
        ----------
        **weights : float
            New weights by part; all are divided by their sum.

        Returns
        -------
        policy : PairingPolicy
        """
        unknown = set(weights) - set(PARTS)
        if unknown:
            raise UnknownNameError(f"There are no parts {sorted(unknown)}. There are: {list(PARTS)}")
        old = dict(zip(PARTS, self.weights["weight"], strict=True))
        return dataclasses.replace(self, weights={**self.weights, "weight": _shares("weight", {**old, **weights})})

    def weights_of(self, side: str = "weight") -> NDArray[np.float64]:
        """Return the weights of one side as an array.

        Parameters
        ----------
        side : {"weight", "cadre_weight", "mentor_weight"}, default="weight"
            Of the total, or as cadres or mentors see it.

        Returns
        -------
        weights : ndarray of float, shape (n_parts,)
        """
        return np.array(self.weights[side])

    def name(self, part: str, *, language: Language = "zh") -> str:
        """Return the words of a part.

        Parameters
        ----------
        part : str
            One of `PARTS`.
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return self.words[part][0 if language == "zh" else 1]


@functools.cache
def read_pairing_policy(*, overlay: Path | None = None) -> PairingPolicy:
    """Read the tables, with a district's own rows laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/pairing.csv`` and ``policies/pairing_weights.csv``.

    Returns
    -------
    policy : PairingPolicy

    Raises
    ------
    CallError
        If a value is no number or out of range, or a part is missing.
    """
    numbers = {row["name"]: read_number(_NUMBERS, row, "value") for row in read_table(_NUMBERS, overlay=overlay)}
    rows = {row["name"]: row for row in read_table(_WEIGHTS, overlay=overlay)}
    if set(rows) != set(PARTS):
        raise CallError(f"{_WEIGHTS} must have the rows {list(PARTS)}; it has {list(rows)}. Correct the table.")
    return PairingPolicy(
        numbers,
        {side: _shares(side, {part: read_number(_WEIGHTS, rows[part], side) for part in PARTS}) for side in SIDES},
        tuple(read_number(_WEIGHTS, rows[part], "unknown", most=1) for part in PARTS),
        {part: (rows[part]["zh"], rows[part]["en"]) for part in PARTS},
    )


def _shares(side: str, weights: Mapping[str, float]) -> tuple[float, ...]:
    total = math.fsum(weights.values())
    if any(not 0 <= weight < math.inf for weight in weights.values()) or not total > 0:
        raise CallError(f"{side}: weights must be 0 or more and not all 0; got {dict(weights)}. Correct them.")
    return tuple(weights[part] / total for part in PARTS)
