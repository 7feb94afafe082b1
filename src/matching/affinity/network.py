"""The district as a network: partners, skills, needs, places and past work side by side; and who is near whom in it."""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

from matching.affinity.companions import Led, households, staff
from matching.affinity.history import History
from matching.affinity.places import UNKNOWN, Places
from matching.affinity.skills_found import FoundSkill, HeldSkills
from matching.affinity.taxonomy import Taxonomy
from matching.errors import CallError
from matching.records import Partner

Floats = NDArray[np.float64]
Node = tuple[str, int]
"""Kind of node and index: ("partner", 3), ("skill", 7), ("need", 0), ("community", 2), ("street", 1), ("grid", 12), ("group", 4).

A group is a household; a unit is a partner, and so is a ("mentor", 2) who is registered as one.
"""
Edge = tuple[Node, Node, float]

_STREET_TIE = 0.5
_SERVED_TIE = 0.5
# A random walk forgets where it began at this rate; what is left after it is below the tolerance.
_TOLERANCE = 1e-9
_FEW = 2_000_000  # nodes times walks up to which walking takes a few hundredths of a second


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Network:
    """An undirected weighted network, as a list of nodes and a sparse matrix.

    Attributes
    ----------
    nodes : tuple of Node
        In the order of the rows of `weights`.
    index : mapping of Node to int
    weights : csr_array of shape (n_nodes, n_nodes)
        Symmetric; several ties between two nodes add up.
    """

    nodes: tuple[Node, ...]
    index: Mapping[Node, int]
    weights: sp.csr_array


def partner_ties(
    partners: Sequence[Partner],
    held: HeldSkills,
    places: Places,
    history: History,
    *,
    taxonomy: Taxonomy,
    mentors: Sequence[Led] = (),
) -> list[Edge]:
    """Return what ties partners to skills, places, employers, households and each other.

    Parameters
    ----------
    partners : sequence of Partner
        The partners.
    held : HeldSkills
        Their skills.
    places : Places
        Where they are.
    history : History
        What they did.
    taxonomy : Taxonomy
        How skills hang together.
    mentors : sequence of (int, Node), default=()
        Cadre and mentor, as `mentors_of` returns them.

    Returns
    -------
    edges : list of (node, node, weight)
    """
    edges: list[Edge] = [
        (("partner", int(owner)), ("skill", int(place)), float(strength))
        for owner, place, strength in zip(held.owner, held.place, held.strength, strict=True)
    ]
    edges += _place_ties("partner", places)
    edges += _street_ties(places)
    edges += [
        (("skill", taxonomy.places[a]), ("skill", taxonomy.places[b]), taxonomy.decay**step)
        for (a, b), (_, step) in taxonomy.links.items()
        if isinstance(a, str) and isinstance(b, str) and a in taxonomy.places and b in taxonomy.places
    ]
    edges += [(("partner", person), ("partner", unit), 1.0) for person, unit in staff(partners)]
    edges += [(("partner", cadre), mentor, 1.0) for cadre, mentor in mentors]
    edges += [
        (("partner", row), ("group", number), 1.0)
        for number, members in enumerate(households(partners))
        for row in members
    ]
    edges += [(("partner", a), ("partner", b), math.log1p(n)) for (a, b), n in history.together.items()]
    edges += [
        (("partner", row), ("community", community), _SERVED_TIE * math.log1p(n))
        for (row, community), n in history.served.items()
    ]
    return edges


def need_ties(wanted: Sequence[Sequence[FoundSkill]], places: Places, *, first: int = 0) -> list[Edge]:
    """Return what ties needs to skills and places.

    Parameters
    ----------
    wanted : sequence of sequence of FoundSkill, length n_needs
        What they ask for.
    places : Places
        Where they are.
    first : int, default=0
        Number of the first of them.

    Returns
    -------
    edges : list of (node, node, weight)
    """
    edges: list[Edge] = [
        (("need", first + row), ("skill", found.place), found.strength)
        for row, skills in enumerate(wanted)
        for found in skills
    ]
    return [*edges, *_place_ties("need", places, first=first), *_street_ties(places)]


def build_network(edges: Sequence[Edge], *, nodes: Sequence[Node] = ()) -> Network:
    """Put ties together into a network.

    Parameters
    ----------
    edges : sequence of (node, node, weight)
        Ties; the same tie named by both sides (a street's) counts once when it is repeated word for word.
    nodes : sequence of Node
        Nodes to have even if nothing is tied to them.

    Returns
    -------
    network : Network
    """
    names: dict[Node, int] = {node: row for row, node in enumerate(dict.fromkeys(nodes))}
    for a, b, _ in edges:
        names.setdefault(a, len(names))
        names.setdefault(b, len(names))
    once = [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]
    row = np.array([names[a] for a, _, _ in once], dtype=np.int64)
    column = np.array([names[b] for _, b, _ in once], dtype=np.int64)
    weight = np.array([w for _, _, w in once], dtype=np.float64)
    half = sp.coo_array((weight, (row, column)), shape=(len(names), len(names)))
    return Network(tuple(names), names, sp.csr_array(half + half.T))


def as_graph(network: Network) -> Any:
    """Return a network as a networkx graph, to show and to analyse.

    Parameters
    ----------
    network : Network
        Up to about 100,000 nodes.

    Returns
    -------
    graph : networkx.Graph
        Nodes are `Node` tuples with ``kind``; edges have ``weight``.
    """
    import networkx as nx  # noqa: PLC0415 - scoring does without it, and starts sooner

    graph: nx.Graph[Node] = nx.Graph()
    graph.add_nodes_from((node, {"kind": node[0]}) for node in network.nodes)
    upper = sp.triu(network.weights, k=1).tocoo()
    graph.add_weighted_edges_from(
        (network.nodes[a], network.nodes[b], float(w)) for a, b, w in zip(upper.row, upper.col, upper.data, strict=True)
    )
    return graph


def walk_from(network: Network, seeds: Sequence[Node], *, restart: float) -> Floats:
    """Return where a random walk that returns to its seed now and then is found, for each seed.

    Parameters
    ----------
    network : Network
        Undirected.
    seeds : sequence of Node, length n_seeds
        Where walks begin and return to.
    restart : float in (0, 1]
        Chance of returning at each step.

    Returns
    -------
    share : ndarray of float, shape (n_nodes, n_seeds)
        Each column sums to 1. The same as ``networkx.pagerank(graph, alpha=1 - restart, personalization={seed: 1})``.

    Raises
    ------
    CallError
        If restart is outside (0, 1].

    References
    ----------
    H. Tong, C. Faloutsos, J.-Y. Pan, "Fast random walk with restart and its applications", ICDM 2006.
    """
    if not 0 < restart <= 1:
        raise CallError(f"restart must be in (0, 1]; got {restart!r}")
    strength = np.asarray(network.weights.sum(axis=1)).ravel()
    is_stuck = strength == 0
    step = sp.csr_array(network.weights.multiply((1 - restart) / np.where(is_stuck, 1.0, strength)[None, :]))
    home = np.zeros((len(network.nodes), len(seeds)))
    home[[network.index[seed] for seed in seeds], np.arange(len(seeds))] = 1.0
    share = home.copy()
    steps = 1 if restart == 1 else math.ceil(math.log(_TOLERANCE) / math.log(1 - restart))
    for _ in range(steps):
        lost = (1 - restart) * share[is_stuck].sum(axis=0)
        share = step @ share + home * (restart + lost)
    return share


def settle_walk(network: Network, seeds: Sequence[Node], *, restart: float) -> Floats:
    """Return what `walk_from` comes to, by solving for it: many seeds at once in a network whose nodes have few ties.

    Parameters
    ----------
    network : Network
        Undirected.
    seeds : sequence of Node, length n_seeds
        Where walks begin and return to.
    restart : float in (0, 1)
        Chance of returning at each step.

    Returns
    -------
    share : ndarray of float, shape (n_nodes, n_seeds)
        Each column sums to 1.
    """
    strength = np.asarray(network.weights.sum(axis=1)).ravel()
    # a node without ties is never come to from elsewhere, and a walk that begins there stays
    step = sp.csc_array(network.weights.multiply((1 - restart) / np.where(strength == 0, 1.0, strength)[None, :]))
    at = np.array([network.index[seed] for seed in seeds], dtype=np.int64)
    first = sp.csc_array(step[:, at])
    ends = np.unique(first.indices)
    solved = splu(sp.csc_array(sp.eye_array(len(network.nodes)) - step), permc_spec="MMD_AT_PLUS_A")
    if ends.size < at.size:
        # many seeds share few neighbours, and a walk is its first step, then the walks from there
        home = np.zeros((len(network.nodes), ends.size))
        home[ends, np.arange(ends.size)] = restart
        share = (first[ends].T @ solved.solve(home).T).T
        share[at, np.arange(at.size)] += np.where(strength[at] > 0, restart, 1.0)
        return np.asarray(share)
    home = np.zeros((len(network.nodes), at.size))
    home[at, np.arange(at.size)] = np.where(strength[at] > 0, restart, 1.0)
    return np.asarray(solved.solve(home))


def nearness(network: Network, n_needs: int, n_partners: int, *, restart: float, first: int = 0) -> Floats:
    """Score how near partners are to needs in the network.

    Parameters
    ----------
    network : Network
        Holding all of the needs and partners.
    n_needs, n_partners : int
        How many there are.
    restart : float in (0, 1]
        Of the random walk.
    first : int, default=0
        Number of the first need.

    Returns
    -------
    nearness : ndarray of float in [0, 1], shape (n_needs, n_partners)
        Square root of the share of the walk, relative to the partner that is nearest to the need; ``nan`` where
        need or partner has no ties.
    """
    if not n_needs or not n_partners:
        return np.zeros((n_needs, n_partners))
    rows = [network.index["partner", row] for row in range(n_partners)]
    seeds = [("need", first + row) for row in range(n_needs)]
    walk = walk_from if len(network.nodes) * n_needs <= _FEW or restart == 1 else settle_walk
    share = walk(network, seeds, restart=restart)[rows].T
    most = share.max(axis=1, keepdims=True)
    near: Floats = np.sqrt(share / np.where(most > 0, most, 1.0))
    tied = np.asarray(network.weights.sum(axis=1)).ravel() > 0
    near[:, ~tied[rows]] = np.nan
    near[~tied[[network.index["need", first + row] for row in range(n_needs)]]] = np.nan
    return near


def _place_ties(kind: str, places: Places, *, first: int = 0) -> Iterator[Edge]:
    for row, (community, grid) in enumerate(zip(places.community, places.grid, strict=True)):
        if community != UNKNOWN:
            yield (kind, first + row), ("community", int(community)), 1.0
        if grid != UNKNOWN:
            yield (kind, first + row), ("grid", int(grid)), 1.0


def _street_ties(places: Places) -> Iterator[Edge]:
    pairs = {(int(c), int(s)) for c, s in zip(places.community, places.street, strict=True) if UNKNOWN not in {c, s}}
    yield from ((("community", community), ("street", street), _STREET_TIE) for community, street in sorted(pairs))
    inside = {(int(g), int(c)) for g, c in zip(places.grid, places.community, strict=True) if UNKNOWN not in {g, c}}
    yield from ((("grid", grid), ("community", community), 1.0) for grid, community in sorted(inside))
