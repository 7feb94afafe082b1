"""Work that does not fit into a partner's hours together: limits that whole choices keep and the relaxation does not know."""

import numpy as np

from matching.assign.model import CAPACITY, Model
from matching.assign.problem import FloatArray, Group, IntArray

_BROKEN = 1e-6
_FIT = 1e-9
MOST_PIECES = 14  # of a partner's work that are looked at together, the most nearly chosen first


def broken_covers(model: Model, x: FloatArray) -> list[Group]:
    """List sets of edges of a partner that are too many for the hours, though a point takes too much of them.

    Of edges whose loads together exceed the capacity at least one is left out. Other edges join them as long as the smallest of all, as
    many as there were at first, still exceed it.

    Parameters
    ----------
    model : Model
        Only the loads and capacities of partners are read: whatever else changes, what is found stays true.
    x : ndarray of float, shape (n_columns,)
        A point of the relaxation.

    Returns
    -------
    groups : list of (edges, 0, hi)
        At most one for each partner who is split, the one that is broken most.

    References
    ----------
    E. Balas, "Facets of the knapsack polytope", Mathematical Programming 8 (1975): extended covers.
    """
    edges = x[: model.n_edges]
    split = np.flatnonzero(np.abs(edges - np.round(edges)) > _BROKEN)
    rows = np.flatnonzero((model.kind == CAPACITY) & np.isin(model.index, model.owner[split]))
    found = (_cover(model, int(row), x) for row in rows)
    return [group for group in found if group is not None]


def _cover(model: Model, row: int, x: FloatArray) -> Group | None:
    """Find the set of a partner's edges that is broken most, none of which could be missed."""
    begin, end = model.matrix.indptr[row], model.matrix.indptr[row + 1]
    columns, load, high = model.matrix.indices[begin:end], model.matrix.data[begin:end], float(model.high[row])
    limit = high + _FIT * max(1.0, abs(high))
    if (load < 0).any() or (load > limit).all():
        return None
    taken = np.flatnonzero((x[columns] > _BROKEN) & (load > 0) & (load <= limit))
    taken = taken[np.argsort(-x[columns[taken]], kind="stable")][:MOST_PIECES]
    left_out = 1.0 - np.minimum(x[columns[taken]], 1.0)
    known = _least_left_out(load[taken].tolist(), left_out.tolist(), limit)
    if known is None:
        return None
    members = _needed(load[taken], left_out, known, limit)
    inside = _widened(load, taken[members], limit)
    return np.sort(columns[inside]).astype(np.int64), 0.0, float(members.size - 1)


def _least_left_out(load: list[float], left_out: list[float], limit: float) -> list[int] | None:
    """Find pieces that do not fit together and of which least is left out; None where a whole piece is of each such set."""
    rest = [sum(load[at:]) for at in range(len(load) + 1)]
    best, least = None, 1.0 - _BROKEN

    def look(at: int, members: list[int], carried: float, missed: float) -> None:
        nonlocal best, least
        if carried > limit:
            best, least = members, missed
            return
        if at == len(load) or carried + rest[at] <= limit:
            return
        if missed + left_out[at] < least:
            look(at + 1, [*members, at], carried + load[at], missed + left_out[at])
        look(at + 1, members, carried, missed)

    look(0, [], 0.0, 0.0)
    return best


def _widened(load: FloatArray, members: IntArray, limit: float) -> IntArray:
    """Add further pieces, the longest first, as long as no more of all of them fit than of the members."""
    kept, smallest = members.tolist(), sorted(load[members].tolist())
    for each in np.argsort(-load, kind="stable").tolist():
        if each in kept:
            continue
        smallest_with = sorted([*smallest, float(load[each])])[: members.size]
        if sum(smallest_with) <= limit:
            break
        kept, smallest = [*kept, each], smallest_with
    return np.array(kept, dtype=np.int64)


def _needed(load: FloatArray, left_out: FloatArray, known: list[int], limit: float) -> IntArray:
    """Drop pieces, those that are left out most first, that the others exceed the limit without."""
    kept = sorted(known, key=lambda at: -left_out[at])
    for each in list(kept):
        others = [at for at in kept if at != each]
        if float(load[others].sum()) > limit:
            kept = others
    return np.array(kept, dtype=np.int64)
