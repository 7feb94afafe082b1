"""The tables that come with the package: skills, policies, the sample district.

They live in `data/` at the root of the repository and are mapped into the wheel. A district may lay its own over them:
a file of the same name in the folder that it hands in wins, row by row, by the first column.
"""

import csv
import functools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from matching.errors import UnknownNameError

Row = Mapping[str, str]


def data_path(name: str) -> Path:
    """Return where a packaged file lies.

    Parameters
    ----------
    name : str
        Path below `data/`, for example ``"skills.csv"``.

    Returns
    -------
    path : Path

    Raises
    ------
    UnknownNameError
        If the package holds no such file.
    """
    installed = Path(str(resources.files("matching"))) / "_data" / name
    checkout = Path(__file__).resolve().parents[2] / "data" / name
    for path in (installed, checkout):
        if path.exists():
            return path
    raise UnknownNameError(f"The package holds no table {name!r}. Looked for {installed} and {checkout}.")


def read_table(name: str, *, overlay: Path | None = None) -> tuple[Row, ...]:
    """Read a packaged CSV table, with a district's own rows laid over it.

    Parameters
    ----------
    name : str
        Path below `data/`, ending in ``.csv``, UTF-8.
    overlay : Path, optional
        Folder with a district's own tables. Its rows replace packaged rows that have the same first column, and the
        others are added at the end.

    Returns
    -------
    rows : tuple of mappings from column name to text

    Raises
    ------
    UnknownNameError
        If the package holds no such table.
    """
    rows = _read(data_path(name))
    if overlay is None or not (overlay / name).is_file():
        return rows
    key = next(iter(rows[0]))
    merged = {row[key]: row for row in rows} | {row[key]: row for row in _read(overlay / name)}
    return tuple(merged.values())


@functools.cache
def _read(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(csv.DictReader(lines))
