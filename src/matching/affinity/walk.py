"""Who is near a need in a large network: a random walk with restart, followed only as far as the answer needs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from matching.affinity.search import check_count
from matching.affinity.search_state import Floats, Ints, Ints32
from matching.affinity.walk_back import Near, Outlook, Ties, load_loops, look_back
from matching.errors import CallError

# Ties up to which whole vectors are multiplied in SciPy before compiled loops are even loaded.
SMALL_TIES = 50_000
# Unspent share below which two partners count as equally near.
FINEST = 1e-13
# The first limit, in shares of the total strength, and by how much it falls from round to round.
_FIRST_LIMIT = 1e-3
_FALL = 1 / 3


@dataclass(frozen=True, slots=True, eq=False)
class WalkGraph:
    """A network ready for walks.

    Attributes
    ----------
    ptr : ndarray of int64, shape (n_nodes + 1,)
        Ties of node ``u`` are ``ptr[u]:ptr[u + 1]``.
    node : ndarray of int32, shape (n_ties,)
    chance : ndarray of float64, shape (n_ties,)
        Of walking this way; the chances of a node sum to 1.
    strength : ndarray of float64, shape (n_nodes,)
        Sum of the weights of a node's ties, in the mean 1; 1 where it has none.
    is_symmetric : bool
        Whether every tie is as strong in both directions: then bounds are much closer.
    """

    ptr: Ints
    node: Ints32
    chance: Floats
    strength: Floats
    is_symmetric: bool


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The nodes where a walk is found most often.

    Attributes
    ----------
    node : ndarray of int64, shape (at most k,)
        Nearest first, as far as the walk can tell; of equals the lower number first.
    share : ndarray of float64
        How much of the time the walk is found there, from below.
    error : ndarray of float64
        By how much `share` may be too small.
    is_proven : bool
        No other node can be nearer than these. False where the walk ended before that was certain, where others are
        equally near up to `FINEST`, or where fewer than k are reached.
    """

    node: Ints
    share: Floats
    error: Floats
    is_proven: bool


def prepare_walk(weights: Any) -> WalkGraph:
    """Turn a table of ties into a network ready for walks.

    Parameters
    ----------
    weights : sparse array of shape (n_nodes, n_nodes)
        At least 0; row ``u`` says how strongly ``u`` is tied to others. Zeros are no ties.

    Returns
    -------
    graph : WalkGraph

    Raises
    ------
    CallError
        If the table is not sparse and square, or a weight is negative or not finite.
    """
    is_sparse: bool = sp.issparse(weights)
    if not is_sparse or weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        got = f"shape {weights.shape}" if is_sparse else type(weights).__name__
        raise CallError(f"A network is a square sparse table, one row and column a node; got {got}.")
    table = sp.csr_array(weights, dtype=np.float64)
    if not table.has_canonical_format:
        table = table.copy()
    table.sum_duplicates()
    if table.data.size and not (table.data.min() >= 0.0 and table.data.max() < np.inf):
        at = int(np.flatnonzero(~((table.data >= 0.0) & (table.data < np.inf)))[0])
        row = int(np.searchsorted(table.indptr, at, side="right") - 1)
        raise CallError(
            f"Ties must be finite and at least 0; the tie from {row} to {table.indices[at]} is {table.data[at]}."
        )
    if table.data.size and table.data.min() == 0.0:
        table = table.copy()
        table.eliminate_zeros()
    turned = sp.csr_array(table.T)
    is_symmetric = (
        np.array_equal(turned.indptr, table.indptr)
        and np.array_equal(turned.indices, table.indices)
        and np.array_equal(turned.data, table.data)
    )
    degree = np.diff(table.indptr)
    strength = np.bincount(np.repeat(np.arange(table.shape[0]), degree), weights=table.data, minlength=table.shape[0])
    chance = table.data / np.repeat(strength, degree)
    tied = degree > 0
    scale = strength[tied].mean() if tied.any() else 1.0
    strength = np.where(tied, strength / scale, 1.0)
    return WalkGraph(
        ptr=table.indptr.astype(np.int64),
        node=table.indices.astype(np.int32),
        chance=chance,
        strength=strength.astype(np.float64),
        is_symmetric=is_symmetric,
    )


def nearest_by_walk(
    graph: WalkGraph,
    seed: int,
    *,
    k: int,
    among: ArrayLike | None = None,
    restart: float = 0.15,
    is_proof_wanted: bool = False,
) -> Nearest:
    """Return the nodes where a walk that returns to its seed now and then is found most often.

    Parameters
    ----------
    graph : WalkGraph
    seed : int
        Where the walk begins and returns to, say a need.
    k : int
        At least 1.
    among : array-like of bool, shape (n_nodes,), optional
        Which nodes may be named, say the partners; by default all but the seed.
    restart : float in (0, 1), default=0.15
        Chance of returning at each step; whoever cannot go on returns too.

    is_proof_wanted : bool, default=False
        Go on until no other node can be nearer; by default the walk ends once the k nearest have settled.

    Returns
    -------
    nearest : Nearest
        The first k of ``networkx.pagerank(graph, alpha=1 - restart, personalization={seed: 1})``; fewer where the
        walk reaches fewer.

    Raises
    ------
    CallError
        If seed, k, restart or among is not what it may be.
    MissingExtraError
        If the network is large and Numba (the extra ``large``) is not installed.

    Notes
    -----
    Shares are pushed along ties only from nodes that hold more unspent share than a limit times their strength, and
    the limit falls from round to round. The k nearest are *proven* when no other can reach them: in a symmetric network
    no node's share is too small by more than the limit times its strength, in any network by more than all unspent
    share. They have *settled* by a test of convergence, as power iteration has one, and no proof. In a symmetric network
    a walk from ``u`` is found at ``v`` as often as one from ``v`` at ``u``, strength for strength: two steps back from each
    candidate estimate what is unspent will bring it, and the walk ends when every candidate is more than three times as far from
    the line between the k nearest and the others as its estimate moved in the last round; where only a few are nearer, walks back
    from those estimate them more closely, to the same end. The order is that of the estimates. In other networks it ends when no other node would reach the k nearest even if what is unspent brought it as
    much, share for share, as what the last round spent.

    References
    ----------
    R. Andersen, F. Chung, K. Lang, "Local graph partitioning using PageRank vectors", FOCS 2006.

    Examples
    --------
    >>> ties = sp.csr_array([[0, 2, 1, 0], [2, 0, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0.0]])
    >>> nearest_by_walk(prepare_walk(ties), 0, k=2).node.tolist()
    [1, 2]
    """
    n_nodes = graph.strength.size
    _check_seed(seed, n_nodes)
    check_count(k, "k")
    if not 0.0 < restart < 1.0:
        raise CallError(f"restart must be between 0 and 1; got {restart!r}.")
    may_name = _read_among(among, int(seed), n_nodes)
    if graph.node.size <= SMALL_TIES:
        settled, unspent = _walk_all(graph, int(seed), restart)
        shares = np.flatnonzero((settled > 0.0) & may_name)
        error = np.full(shares.size, unspent)
        return _rank(shares, settled[shares], error, int(k), unspent)
    return _walk_near(graph, (int(seed), restart), int(k), may_name, is_proof_wanted=is_proof_wanted)


def _check_seed(seed: Any, n_nodes: int) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < n_nodes:
        raise CallError(f"The seed must be a node from 0 to {n_nodes - 1}; got {seed!r}.")


def _read_among(among: ArrayLike | None, seed: int, n_nodes: int) -> NDArray[np.bool_]:
    if among is None:
        mask = np.ones(n_nodes, dtype=np.bool_)
        mask[seed] = False
        return mask
    mask = np.asarray(among)
    if mask.shape != (n_nodes,) or mask.dtype != np.bool_:
        raise CallError(
            f"among must say true or false for each of {n_nodes} nodes; got {mask.dtype} of shape {mask.shape}."
        )
    return mask


def _walk_all(graph: WalkGraph, seed: int, restart: float) -> tuple[Floats, float]:
    """Return all shares by whole steps of the walk, and how much share is still unspent."""
    n_nodes = graph.strength.size
    onward = sp.csr_array(sp.csr_array((graph.chance, graph.node, graph.ptr), shape=(n_nodes, n_nodes)).T)
    is_stuck = np.diff(graph.ptr) == 0
    unspent = np.zeros(n_nodes)
    unspent[seed] = 1.0
    settled = np.zeros(n_nodes)
    left = 1.0
    while left > FINEST:
        settled += restart * unspent
        back = unspent[is_stuck].sum()
        unspent = np.asarray((1.0 - restart) * (onward @ unspent))
        unspent[seed] += (1.0 - restart) * back
        left = float(unspent.sum())
    return settled, left


def _walk_near(
    graph: WalkGraph, walk: tuple[int, float], k: int, may_name: NDArray[np.bool_], *, is_proof_wanted: bool
) -> Nearest:
    """Push shares with a falling limit until the k nearest have settled or are proven."""
    loops = load_loops()
    seed, restart = walk
    n_nodes = graph.strength.size
    settled, unspent, before = np.zeros(n_nodes), np.zeros(n_nodes), np.zeros(n_nodes)
    unspent[seed] = 1.0
    reached, counts = np.zeros(n_nodes, dtype=np.int32), np.ones(1, dtype=np.int64)
    reached[0] = seed
    is_reached, is_waiting = np.zeros(n_nodes, dtype=np.bool_), np.zeros(n_nodes, dtype=np.bool_)
    is_reached[seed] = True
    ties = Ties((graph.ptr, graph.node, graph.chance), graph.strength)
    strongest = float(graph.strength[may_name].max(initial=0.0))
    limit, walked, last = _FIRST_LIMIT, 0, Outlook(1.0, np.nan)
    while True:
        walked += loops.push_shares(
            ties.edges,
            ties.strength,
            (settled, unspent),
            (reached, is_reached, is_waiting),
            counts,
            (seed, restart, limit),
        )
        seen = reached[: counts[0]]
        left = float(unspent[seen].sum())
        named = seen[may_name[seen]].astype(np.int64)
        # Of what waits at a node its part of a restart stays there: it counts, or strong nodes would seem far away.
        share = settled[named] + restart * unspent[named]
        error, unseen = np.full(named.size, left), left
        if graph.is_symmetric:
            error = np.minimum(left, settled[named] + limit * graph.strength[named] - share)
            unseen = min(left, limit * strongest)
        nearest = _rank(named, share, error, k, unseen)
        if nearest.is_proven or left <= FINEST:
            return nearest
        if not is_proof_wanted and graph.is_symmetric:
            first, last = look_back(ties, Near(named, share, unspent, before), (restart, left, walked), k, last)
            if first is not None:
                return Nearest(named[first], share[first], error[first], False)
        elif not is_proof_wanted:
            # What is unspent is expected to bring each node as much, share for share, as what was spent since.
            gain = left / max(last.left - left, FINEST) * (share - before[named])
            if _rank(named, share, gain, k, 0.0).is_proven:
                return nearest
            before[named], last = share, Outlook(left, np.nan)
        limit *= _FALL


def _rank(node: Ints, share: Floats, error: Floats, k: int, unseen: float) -> Nearest:
    """Return the k of the greatest shares, and whether no other can reach them."""
    if node.size > k:
        worst = np.partition(share, node.size - k)[node.size - k]
        kept = np.flatnonzero(share >= worst)
    else:
        kept = np.flatnonzero(share > 0.0)
    order = kept[np.lexsort((node[kept], -share[kept]))][:k]
    is_other = np.ones(node.size, dtype=np.bool_)
    is_other[order] = False
    rival = max(float((share + error)[is_other].max(initial=0.0)), unseen)
    is_proven = order.size == k and bool(share[order[-1]] > rival)
    return Nearest(node[order], share[order], error[order], is_proven)
