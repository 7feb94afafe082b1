"""What is still unspent in a symmetric network: estimated by looking and by walking back from the nodes it may reach.

A walk from ``u`` is found at ``v`` as often as one from ``v`` at ``u``, strength for strength. So what a node will still get is
its strength times the unspent share per strength that a walk from it meets.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

import numpy as np

from matching.affinity.search_state import Floats, Ints, Ints32
from matching.errors import MissingExtraError

# Nodes beyond the k nearest whose final shares are estimated too.
_BAND = 40
# Ties of a node beyond which all nodes' mean stands for what its neighbours hold.
_MOST_TIES = 2_000
# How much farther from the line than it last moved a node must be, for the walk to have settled.
_CALM = 3.0
# What part of what an estimate adds it may be off by: much, where a node has very many ties.
_DOUBT = 1 / 3
# Nodes in doubt are walked back from: how many at most, their first limit, its fall, and for each tie followed so far, how
# many of them may be followed back.
_MOST_IN_DOUBT = 16
_FIRST_LIMIT = 1e-3
_FALL = 1 / 4
_MOST_WALKED = 2


class Ties(NamedTuple):
    """The ties of a network, as in `WalkGraph`, and the strengths of its nodes."""

    edges: tuple[Ints, Ints32, Floats]
    strength: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """The nodes that may be named and were reached; `unspent` and the estimates `before` are of all nodes."""

    node: Ints
    share: Floats
    unspent: Floats
    before: Floats


class Outlook(NamedTuple):
    """The unspent share of the last round, the line that it drew between the k nearest and the others."""

    left: float
    line: float


def look_back(
    ties: Ties, near: Near, walk: tuple[float, float, int], k: int, last: Outlook
) -> tuple[Ints | None, Outlook]:
    """Estimate what the nearest nodes will still get, and end the walk if none can be expected to change sides.

    A node's estimate moves against the line between the k nearest and the others as the limit falls. The walk has
    settled when each node's distance from the line is more than `_CALM` times its last move. Where a few are nearer than that,
    walks back from those decide, by the same test.

    Parameters
    ----------
    ties : Ties
    near : Near
    walk : (float, float, int)
        Chance of returning, unspent share, and ties followed so far.
    k : int
    last : Outlook

    Returns
    -------
    first : ndarray of int64 or None
        Places of the k nearest in `near`, nearest first; None where the walk has to go on.
    outlook : Outlook
    """
    restart, left, walked = walk
    if near.node.size <= k:
        return None, Outlook(left, np.nan)
    mean = left / ties.strength.sum()
    # Nodes of very many ties hold little so far and get much: who may be among the nearest is told by what the mean would bring.
    likely = near.share + (1.0 - restart) * mean * ties.strength[near.node]
    kept = np.argpartition(-likely, min(near.share.size - 1, k + _BAND))[: k + _BAND]
    node = near.node[kept]
    final = near.share[kept] + load_loops().refine_shares(
        ties.edges, ties.strength, near.unspent, node, (restart, mean, _MOST_TIES)
    )
    order = np.lexsort((node, -final))
    line = float(final[order[k - 1]] + final[order[k]]) / 2
    moved = np.abs((final - near.before[node]) - (line - last.line))
    near.before[node] = final
    # Nothing is known of moves in the first round (nan), and then nobody is calm.
    is_calm = np.abs(final - line) > np.maximum(_CALM * moved, _DOUBT * (final - near.share[kept]))
    if not is_calm.all():
        # As near to the line as the farthest in doubt: so some of both sides are among them.
        far = np.abs(final - line)
        is_calm = far > (1.0 + 1e-9) * far[~is_calm].max()
        doubtful = np.flatnonzero(~is_calm)
        if doubtful.size > _MOST_IN_DOUBT:
            return None, Outlook(left, line)
        settled = near.share[kept[doubtful]] - restart * near.unspent[node[doubtful]]
        n_in = k - int((is_calm & (final > line)).sum())
        closer = _walk_back(ties, node[doubtful], settled, near.unspent, (restart, mean, _MOST_WALKED * walked), n_in)
        if closer is None:
            return None, Outlook(left, line)
        # Who is calm stays on its side of the line; the estimates of the others are exchanged for closer ones.
        is_in = is_calm & (final > line)
        final[doubtful] = closer
        is_in[doubtful[np.lexsort((node[doubtful], -closer))[:n_in]]] = True
        order = np.lexsort((node, -final, ~is_in))
    return kept[order[:k]], Outlook(left, line)


def _walk_back(
    ties: Ties, node: Ints, settled: Floats, unspent: Floats, walk: tuple[float, float, float], n_in: int
) -> Floats | None:
    """Return closer estimates of some nodes' final shares, or None if those do not part the first `n_in` from the others."""
    restart, mean, most_walked = walk
    loops = load_loops()
    n_nodes = ties.strength.size
    # Cleared by each walk and used by the next: memory that was not touched before costs more than the walk.
    flags = np.zeros(n_nodes, dtype=np.bool_), np.zeros(n_nodes, dtype=np.bool_)
    paper = np.zeros(n_nodes), np.zeros(n_nodes), np.zeros(n_nodes, dtype=np.int32), *flags
    final, before, last_line = settled.copy(), np.full(node.size, np.nan), np.nan
    is_open, was_calm = np.ones(node.size, dtype=np.bool_), np.zeros(node.size, dtype=np.bool_)
    limit, walked = _FIRST_LIMIT, 0
    while walked < most_walked:
        for at in np.flatnonzero(is_open).tolist():
            gain, edges = loops.meet_unspent(
                ties.edges, ties.strength, unspent, paper, int(node[at]), (restart, mean, limit)
            )
            final[at] = settled[at] + gain
            walked += edges
        order = np.lexsort((node, -final))
        line = float(final[order[n_in - 1]] + final[order[n_in]]) / 2
        moved = np.abs((final - before) - (line - last_line))
        is_calm = np.abs(final - line) > _CALM * moved
        # Twice in a row: an estimate may stand still once by chance.
        is_open = ~(is_calm & was_calm)
        if not is_open.any():
            return final
        was_calm, before, last_line = is_calm, final.copy(), line
        limit *= _FALL
    return None


def load_loops() -> ModuleType:
    """Return the compiled loops of walks.

    Returns
    -------
    loops : module
        `walk_kernel`.

    Raises
    ------
    MissingExtraError
        If Numba is not installed.
    """
    try:
        # Numba takes seconds to load or compile and is an extra: small networks never come here.
        from matching.affinity import walk_kernel  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "A walk through a network this large is done by compiled loops and Numba is not installed; "
            "install the extra: pip install 'linli-matching[large]'."
        ) from error
    return walk_kernel
