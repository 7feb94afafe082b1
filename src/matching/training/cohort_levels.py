"""Levels of a whole cohort at once, on arrays: the same as `training.competence` gives person by person."""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.records import Cadre
from matching.records.training_columns import Columns
from matching.training.cohort_hours import number_values, ordinals

Ints = NDArray[np.int64]


def cohort_levels(
    assessments: Columns, cadres: Sequence[Cadre], competency_ids: Sequence[str], *, as_of: dt.date
) -> Ints:
    """Return the level of each cadre in each competency.

    Parameters
    ----------
    assessments : mapping of str to tuple
        Of `TrainingColumns`.
    cadres : sequence of Cadre, length n_people
        The cohort.
    competency_ids : sequence of str, length n_competencies
        The framework.
    as_of : date
        Later assessments do not count.

    Returns
    -------
    levels : ndarray of int in 0..5, shape (n_people, n_competencies)
        0 where nothing was assessed with evidence. A level rises only with evidence; it may fall without.

    Notes
    -----
    In the order of days an assessment with evidence sets the level, and one without can only lower it. The level is therefore
    that of the last one with evidence, or the lowest of those after it.
    """
    row_of = {cadre.person_id: row for row, cadre in enumerate(cadres)}
    column_of = {name: at for at, name in enumerate(competency_ids)}
    levels = np.zeros((len(cadres), len(competency_ids)), dtype=np.int64)
    cell, kept = _cells(assessments, row_of, column_of, as_of)
    if not len(cell):
        return levels
    order = _in_order(assessments, cell, kept)
    cell, kept = cell[order], kept[order]
    level = np.fromiter(assessments["level"], dtype=np.int64, count=len(assessments["level"]))[kept]
    proved = _proved(assessments["evidence"])[kept]

    at = np.arange(len(cell))
    first = np.flatnonzero(np.append(True, cell[1:] != cell[:-1]))
    begins = np.repeat(first, np.diff(np.append(first, len(cell))))
    # where the last proved one of the cell stands; before its first entry where there is none, and the level is 0
    last = np.maximum.reduceat(np.where(proved, at, begins - 1), first)
    counts = at >= np.repeat(last, np.diff(np.append(first, len(cell))))
    lowest = np.minimum.reduceat(np.where(counts, level, 5), first)
    levels.ravel()[cell[first]] = np.where(last < first, 0, lowest)
    return levels


def _cells(
    assessments: Columns, row_of: Mapping[str, int], column_of: Mapping[str, int], as_of: dt.date
) -> tuple[Ints, Ints]:
    """Return for each assessment that counts its cell in the table of levels, and where it stands among the facts."""
    row, column = (
        number_values(assessments["person_id"], row_of),
        number_values(assessments["competency_id"], column_of),
    )
    kept = np.flatnonzero((row >= 0) & (column >= 0) & (ordinals(assessments["date"]) <= as_of.toordinal()))
    return row[kept] * max(len(column_of), 1) + column[kept], kept


def _in_order(assessments: Columns, cell: Ints, kept: Ints) -> Ints:
    """Order by cell and day; several of one day by identifier, of which there are few."""
    day = ordinals(assessments["date"])[kept]
    order = np.lexsort((day, cell))
    tied = (cell[order][1:] == cell[order][:-1]) & (day[order][1:] == day[order][:-1])
    if not tied.any():
        return order
    among = np.union1d(order[1:][tied], order[:-1][tied])
    names = assessments["assessment_id"]
    rank = np.zeros(len(cell), dtype=np.int64)
    rank[sorted(among.tolist(), key=lambda at: names[kept[at]])] = np.arange(len(among))
    return np.lexsort((rank, day, cell))


def _proved(evidence: tuple[str | None, ...]) -> NDArray[np.bool_]:
    known = {words: bool(words and words.strip()) for words in set(evidence)}
    return np.fromiter(map(known.__getitem__, evidence), dtype=bool, count=len(evidence))
