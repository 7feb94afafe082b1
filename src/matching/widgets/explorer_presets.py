"""Sets of weights with a name, from a table that a district may change."""

import dataclasses
import functools
from collections.abc import Mapping
from pathlib import Path

from matching.affinity.weights import FEATURES, Weights
from matching.errors import CallError, UnknownNameError
from matching.tables import read_table

_TABLE = "policies/weight_presets.csv"


@dataclasses.dataclass(frozen=True, slots=True)
class Preset:
    """Weights with a name.

    Attributes
    ----------
    name, zh, en : str
    weights : tuple of (str, float)
        By part of the score; empty for the weights of the table.
    """

    name: str
    zh: str
    en: str
    weights: tuple[tuple[str, float], ...]


@functools.cache
def read_presets(*, overlay: Path | None = None) -> Mapping[str, Preset]:
    """Read the presets, with a district's own laid over the packaged ones.

    Parameters
    ----------
    overlay : Path, optional
        Folder that holds ``policies/weight_presets.csv``.

    Returns
    -------
    presets : mapping of str to Preset

    Raises
    ------
    CallError
        If a weight is no number from 0 to 1.
    """
    presets = {}
    for row in read_table(_TABLE, overlay=overlay):
        try:
            weights = tuple((name, float(row[name])) for name in FEATURES if row.get(name))
        except ValueError as error:
            raise CallError(f"{_TABLE}: weights of {row['preset']!r} must be numbers; {error}.") from error
        if any(not 0 <= weight <= 1 for _, weight in weights):
            raise CallError(f"{_TABLE}: weights of {row['preset']!r} must be from 0 to 1; got {weights}.")
        presets[row["preset"]] = Preset(row["preset"], row["zh"], row["en"], weights)
    return presets


def weights_of_preset(name: str, table: Weights, *, overlay: Path | None = None) -> tuple[tuple[str, float], ...]:
    """Return where the sliders stand for a preset.

    Parameters
    ----------
    name : str
        Of the preset.
    table : Weights
        The weights of the table.
    overlay : Path, optional
        Folder with a district's own presets.

    Returns
    -------
    weights : tuple of (str, float)
        One for each part of the score.

    Raises
    ------
    UnknownNameError
        If there is no such preset.
    """
    presets = read_presets(overlay=overlay)
    if name not in presets:
        raise UnknownNameError(f"There is no preset {name!r}. There are: {list(presets)}")
    return tuple({**dict(table), **dict(presets[name].weights)}.items())
