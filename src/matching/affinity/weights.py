"""The weights of the parts of the score: a table that a district may change, always summing to one."""

import csv
import dataclasses
import functools
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.errors import CallError, UnknownNameError
from matching.labels import Language
from matching.tables import read_table

FEATURES = (
    "skill", "text", "network", "place", "availability", "reliability", "load", "continuity", "language", "newcomer",
)  # fmt: skip
"""The parts of the score, in the order of the columns of every feature array."""

_TABLE = "policies/score_weights.csv"


@dataclasses.dataclass(frozen=True, slots=True)
class FeatureWeight:
    """What one part of the score counts for.

    Attributes
    ----------
    name : str
        One of `FEATURES`.
    weight : float in [0, 1]
        Share of the score.
    unknown : float in [0, 1]
        Value that stands in where nothing is known.
    zh, en : str
        What people read.
    """

    name: str
    weight: float
    unknown: float
    zh: str
    en: str


class Weights(Mapping[str, float]):
    """The weights of the parts of the score, summing to one.

    Parameters
    ----------
    rows : iterable of FeatureWeight
        One for each of `FEATURES`; weights are divided by their sum.

    Raises
    ------
    CallError
        If a weight is negative or not finite, or all are zero, or an unknown value is outside [0, 1].
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Mapping[str, FeatureWeight]) -> None:
        total = math.fsum(_checked(row).weight for row in rows.values())
        if not total > 0:
            raise CallError(f"At least one weight must be above 0; got {[row.weight for row in rows.values()]}.")
        ordered = (rows[name] for name in FEATURES)
        self.rows = tuple(dataclasses.replace(row, weight=row.weight / total) for row in ordered)

    def __getitem__(self, name: str) -> float:
        return self.row(name).weight

    def __iter__(self) -> Iterator[str]:
        return iter(FEATURES)

    def __len__(self) -> int:
        return len(FEATURES)

    def __hash__(self) -> int:
        return hash(self.rows)

    def __eq__(self, other: object) -> bool:
        return self.rows == other.rows if isinstance(other, Weights) else NotImplemented

    def __repr__(self) -> str:
        return f"Weights({', '.join(f'{row.name}={row.weight:.4g}' for row in self.rows)})"

    def row(self, name: str) -> FeatureWeight:
        """Return all that is said of one part.

        Parameters
        ----------
        name : str
            One of `FEATURES`.

        Returns
        -------
        row : FeatureWeight

        Raises
        ------
        UnknownNameError
            If there is no such part.
        """
        if name not in FEATURES:
            raise UnknownNameError(f"The score has no part {name!r}. It has: {list(FEATURES)}")
        return self.rows[FEATURES.index(name)]

    @property
    def vector(self) -> NDArray[np.float64]:
        """The weights, in the order of `FEATURES`."""
        return np.array([row.weight for row in self.rows])

    @property
    def unknown(self) -> NDArray[np.float64]:
        """The values that stand in for what is unknown, in the order of `FEATURES`."""
        return np.array([row.unknown for row in self.rows])

    def title(self, name: str, *, language: Language = "zh") -> str:
        """Return what people read for one part.

        Parameters
        ----------
        name : str
            One of `FEATURES`.
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        row = self.row(name)
        return row.zh if language == "zh" else row.en

    def replace(self, weights: Mapping[str, float]) -> "Weights":
        """Return these weights with some set anew; all are then divided by their new sum.

        Parameters
        ----------
        weights : mapping of str to float
            New weights by name.

        Returns
        -------
        weights : Weights

        Raises
        ------
        UnknownNameError
            If the score has no part of a name.
        CallError
            If a weight is negative or not finite, or all are zero.

        Examples
        --------
        >>> heavier = read_weights().replace({"place": 0.62})
        >>> round(heavier["place"], 3), round(heavier["skill"], 3)
        (0.413, 0.267)
        """
        rows = {row.name: row for row in self.rows}
        for name, weight in weights.items():
            rows[name] = dataclasses.replace(self.row(name), weight=weight)
        return Weights(rows)


@functools.cache
def read_weights(*, overlay: Path | None = None) -> Weights:
    """Read the weights of the score, with a district's own rows laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/score_weights.csv``.

    Returns
    -------
    weights : Weights

    Raises
    ------
    CallError
        If the table breaks a rule.
    """
    rows: dict[str, FeatureWeight] = {}
    for row in read_table(_TABLE, overlay=overlay):
        name = row["name"]
        if name not in FEATURES:
            raise CallError(f"{_TABLE}: the score has no part {name!r}; it has {list(FEATURES)}. Correct the table.")
        try:
            rows[name] = FeatureWeight(name, float(row["weight"]), float(row["unknown"]), row["zh"], row["en"])
        except (TypeError, ValueError) as error:
            raise CallError(f"{_TABLE}: weight and unknown of {name!r} must be numbers; {error}.") from error
    return Weights(rows)


def write_weights(weights: Weights, folder: Path) -> Path:
    """Write weights as a district's own table, which `read_weights` lays over the packaged one.

    Parameters
    ----------
    weights : Weights
        Of the parts of the score.
    folder : Path
        To hold ``policies/score_weights.csv``; made where it is not there.

    Returns
    -------
    path : Path
        Of the table.
    """
    path = folder / _TABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("name", "weight", "unknown", "zh", "en", "source"))
        rows.writerows((r.name, f"{r.weight:.6f}", f"{r.unknown:g}", r.zh, r.en, "learned") for r in weights.rows)
    return path


def _checked(row: FeatureWeight) -> FeatureWeight:
    if not (math.isfinite(row.weight) and row.weight >= 0):
        raise CallError(f"The weight of {row.name!r} must be a number of at least 0; got {row.weight!r}.")
    if not 0 <= row.unknown <= 1:
        raise CallError(f"The unknown value of {row.name!r} must be from 0 to 1; got {row.unknown!r}.")
    return row
