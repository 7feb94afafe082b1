"""The chance that a person will accept and do it well: a logistic curve over the parts of the score, kept in a file."""

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.affinity.weights import FEATURES
from matching.errors import CallError

Floats = NDArray[np.float64]

_FILE = "policies/chance.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Chance:
    """A logistic curve over the parts of the score, no part of which speaks against a person.

    Attributes
    ----------
    intercept : float
        Log-odds where all parts are zero.
    slopes : tuple of float, length n_features
        Log-odds that each part adds between 0 and 1, in the order of `FEATURES`; none is negative.
    n_outcomes : int
        Answers it was learned from.
    brier, brier_base : float
        Mean squared error on later answers, and that of naming the earlier share every time.
    """

    intercept: float
    slopes: tuple[float, ...]
    n_outcomes: int
    brier: float
    brier_base: float

    def of(self, values: Floats) -> Floats:
        """Return the chance of pairs.

        Parameters
        ----------
        values : ndarray of float in [0, 1], shape (n_pairs, n_features)
            Parts of the score.

        Returns
        -------
        chance : ndarray of float in (0, 1), shape (n_pairs,)
        """
        chance: Floats = 1.0 / (1.0 + np.exp(-(self.intercept + values @ np.array(self.slopes))))
        return chance


def write_chance(chance: Chance, folder: Path) -> Path:
    """Keep a curve in a folder of a district's own policies.

    Parameters
    ----------
    chance : Chance
        What was learned.
    folder : Path
        Holding ``policies/``, which is made where it is not there.

    Returns
    -------
    path : Path
        Of the file.
    """
    path = folder / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = dataclasses.asdict(chance) | {"slopes": dict(zip(FEATURES, chance.slopes, strict=True))}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_chance(folder: Path | None) -> Chance | None:
    """Read the curve that a district keeps.

    Parameters
    ----------
    folder : Path or None
        Of the district's own policies.

    Returns
    -------
    chance : Chance or None
        None where none was learned.

    Raises
    ------
    CallError
        If the file is damaged.
    """
    path = folder / _FILE if folder is not None else None
    if path is None or not path.is_file():
        return None
    try:
        return _checked(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise CallError(f"{_FILE} is damaged ({error!r}). Learn again, or delete it to do without.") from error


def _checked(kept: Mapping[str, Any]) -> Chance:
    chance = Chance(
        intercept=float(kept["intercept"]),
        slopes=tuple(float(kept["slopes"][name]) for name in FEATURES),
        n_outcomes=int(kept["n_outcomes"]),
        brier=float(kept["brier"]),
        brier_base=float(kept["brier_base"]),
    )
    if not (math.isfinite(chance.intercept) and all(math.isfinite(s) and s >= 0 for s in chance.slopes)):
        raise ValueError(f"a slope is negative or no number: {chance.slopes}")
    return chance
