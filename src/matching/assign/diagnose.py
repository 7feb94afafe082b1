"""Why limits cannot all be kept: who competes for whom, found by counting first, by minimum cuts next, by solving last."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import SupportsInt

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, maximum_flow

from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.total import solve_total

GRAIN = 60  # hours are counted in minutes in the flow: demand rounded down, supply up, so that no finding is false


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why the limits contradict each other.

    Attributes
    ----------
    rule : str
        ``"too_few_edges"``, ``"group_too_small"``, ``"team_too_small"``: the lower limit of a need, a group or a team
        asks for more edges than can be chosen. ``"pinned"``: pinned edges break an upper
        limit. ``"competition"``: the needs together ask more of the partners than these have.
        ``"same_time"``: likewise, and the needs overlap in time, so that each partner counts once.
        Any rule of a `Violation`: found only by solving, limits act together.
    needs : tuple of int
        The needs concerned.
    partners : tuple of int
        All partners that could serve what is asked.
    wanted, available : float
        What is asked together and what there is: heads, or hours where loads differ from 1.
    shortfall : float
        wanted - available.
    index : int
        Position of the limit (need, group, team, partner, ...) for the rules about one limit, the need or partner for
        ``"pinned"``; -1 otherwise.
    """

    rule: str
    needs: tuple[int, ...]
    partners: tuple[int, ...]
    wanted: float
    available: float
    shortfall: float
    index: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """A lower limit as a request for heads: which edges can fill it, and how many are wanted."""

    need: int
    edges: IntArray
    wanted: int


def diagnose(problem: Problem) -> tuple[Finding, ...]:
    """Explain why the limits of a problem cannot all be kept.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    findings : tuple of Finding
        Empty when all limits can be kept. A finding of a rule named here is a proof by itself.

    References
    ----------
    P. Hall, "On representatives of subsets", 1935; L. R. Ford and D. R. Fulkerson, *Flows in Networks*, 1962.

    Examples
    --------
    >>> problem = Problem([0, 1, 2], [0, 0, 0], [1.0, 1.0, 1.0], demand=(1, 1))
    >>> diagnose(problem)[0].needs, diagnose(problem)[0].shortfall
    ((0, 1, 2), 2.0)
    """
    findings = [*_pinned_too_much(problem), *_too_few_edges(problem)]
    requests = _requests(problem)
    findings += _competition(problem, requests, problem.capacity[1], "competition")
    listed = {need for finding in findings for need in finding.needs}
    for clique in _same_time(problem, requests):
        if not clique <= listed:
            among = [request for request in requests if request.need in clique]
            findings += _competition(problem, among, None, "same_time")
    return tuple(findings) or tuple(_by_solving(problem))


def _usable(problem: Problem) -> BoolArray:
    return problem.pinned | (~problem.forbidden & (problem.load <= problem.capacity[1][problem.partner] * (1 + 1e-9)))


def _pinned_too_much(problem: Problem) -> Iterator[Finding]:
    pinned = problem.pinned
    heads = np.bincount(problem.need[pinned], minlength=problem.shape[0])
    carried = np.bincount(problem.partner[pinned], weights=problem.load[pinned], minlength=problem.shape[1])
    for need in np.flatnonzero(heads > problem.demand[1]):
        who = problem.partner[pinned & (problem.need == need)]
        yield _finding("pinned", [need], who, heads[need], problem.demand[1][need], need)
    for partner in np.flatnonzero(carried > problem.capacity[1] * (1 + 1e-9)):
        what = problem.need[pinned & (problem.partner == partner)]
        yield _finding("pinned", what, [partner], carried[partner], problem.capacity[1][partner], partner)


def _too_few_edges(problem: Problem) -> Iterator[Finding]:
    usable = _usable(problem)
    eligible = np.bincount(problem.need[usable], minlength=problem.shape[0])
    low = np.where(problem.optional, 0, problem.demand[0])
    for need in np.flatnonzero(low > eligible):
        who = problem.partner[usable & (problem.need == need)]
        yield _finding("too_few_edges", [need], who, low[need], eligible[need], need)
    for at, (edges, least, _) in enumerate(problem.groups):
        yield from _too_small(problem, "group_too_small", at, edges, least)
    for at, (edges, wanted) in enumerate(problem.teams):
        if not problem.optional[problem.need[edges[0]]]:
            yield from _too_small(problem, "team_too_small", at, edges, wanted)


def _too_small(problem: Problem, rule: str, at: int, edges: IntArray, least: float) -> Iterator[Finding]:
    open_ = edges[_usable(problem)[edges]]
    if least > open_.size:
        yield _finding(rule, problem.need[edges], problem.partner[open_], least, open_.size, at)


def _requests(problem: Problem) -> list[_Request]:
    """Turn lower limits into requests that no edge can fill two of at once."""
    usable = _usable(problem)
    parts: dict[int, list[_Request]] = {}
    special = [(edges, int(np.ceil(low))) for edges, low, _ in problem.groups if edges.size and low > 0]
    special += [(edges, least) for edges, least in problem.teams]
    special.sort(key=lambda item: item[0].size - item[1])
    taken = np.zeros(problem.n_edges, dtype=np.bool_)
    for edges, wanted in special:
        needs = np.unique(problem.need[edges])
        if needs.size == 1 and not problem.optional[needs[0]] and not taken[edges].any():
            taken[edges] = True
            request = _Request(int(needs[0]), edges[usable[edges]], wanted)
            parts.setdefault(request.need, []).append(request)
    order = np.argsort(problem.need, kind="stable")
    start = np.searchsorted(problem.need[order], np.arange(problem.shape[0] + 1))
    for need in np.flatnonzero((problem.demand[0] > 0) & ~problem.optional).tolist():
        rest = int(problem.demand[0][need]) - sum(request.wanted for request in parts.get(need, []))
        edges = order[start[need] : start[need + 1]]
        if rest > 0:
            # the whole need's edges, for the heads beyond its special ones
            parts.setdefault(need, []).append(_Request(need, edges[usable[edges]], rest))
    return [request for requests in parts.values() for request in requests]


def _competition(problem: Problem, requests: list[_Request], capacity: FloatArray | None, rule: str) -> list[Finding]:
    """Find sets of requests that together want more than all partners they can turn to have: deficient sets of Hall.

    With `capacity` None each partner counts for one request.
    """
    requests = [request for request in requests if request.edges.size >= request.wanted]
    if not requests:
        return []
    size = np.array([request.edges.size for request in requests])
    owner = np.repeat(np.arange(len(requests)), size)
    edges = np.concatenate([request.edges for request in requests])
    partner = problem.partner[edges]
    wanted = np.array([request.wanted for request in requests], dtype=float)
    if capacity is None:
        unit, supply = np.ones(len(requests)), np.ones(problem.shape[1])
    else:
        unit = np.minimum.reduceat(problem.load[edges], np.cumsum(size) - size)
        supply = np.minimum(capacity, problem.n_edges * float(problem.load.max(initial=1.0)))
    ask, give, arc = _minutes(wanted * unit, up=False), _minutes(supply, up=True), _minutes(unit, up=True)[owner]
    short, cut = _deficient(ask, give, arc, owner, partner)
    out = []
    for part in _parts(short, owner, partner, cut):
        inside = np.isin(owner, part) & cut[owner]
        who = np.unique(partner[inside])
        total, there = float((wanted * unit)[part].sum()), float(supply[who].sum())
        needs = np.unique([requests[at].need for at in part])
        if total > there + 1e-9:
            out.append(_finding(rule, needs, who, total, there, -1))
    return out


def _minutes(hours: FloatArray, *, up: bool) -> IntArray:
    scaled = np.ceil(hours * GRAIN - 1e-6) if up else np.floor(hours * GRAIN + 1e-6)
    return scaled.astype(np.int64)


def _deficient(
    ask: IntArray, give: IntArray, arc: IntArray, owner: IntArray, partner: IntArray
) -> tuple[BoolArray, BoolArray]:
    """Return which requests stay short under a maximum flow, and which lie on the short side of the minimum cut."""
    n_requests, n_partners = ask.size, give.size
    source, sink = n_requests + n_partners, n_requests + n_partners + 1
    rows = np.concatenate([np.full(n_requests, source), owner, n_requests + np.arange(n_partners)])
    columns = np.concatenate([np.arange(n_requests), n_requests + partner, np.full(n_partners, sink)])
    room = np.minimum(np.concatenate([ask, arc, give]), 2**30).astype(np.int32)
    graph = sp.csr_array((room, (rows, columns)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, source, sink).flow
    filled = np.asarray(flow[[source], :].todense()).ravel()[:n_requests]
    short = filled < ask
    residual = sp.csr_array(graph - flow)
    residual.data = np.where(residual.data > 0, 1, 0)
    residual.eliminate_zeros()
    reached = np.zeros(sink + 1, dtype=np.bool_)
    reached[:n_requests] = short
    while True:  # breadth first from the requests that stay short, without going back through the source
        step = reached | (np.asarray(residual.T @ reached.astype(np.int64)) > 0)
        step[[source, sink]] = False
        if (step == reached).all():
            return short, reached[:n_requests]
        reached = step


def _parts(short: BoolArray, owner: IntArray, partner: IntArray, cut: BoolArray) -> Iterator[IntArray]:
    """Split the short side into independent sets of requests."""
    if not short.any():
        return
    n_requests = short.size
    live = cut[owner]
    size = n_requests + int(partner.max()) + 1
    graph = sp.csr_array((np.ones(int(live.sum())), (owner[live], n_requests + partner[live])), shape=(size, size))
    label = connected_components(graph, directed=False)[1][:n_requests]
    for name in np.unique(label[short]):
        yield np.flatnonzero((label == name) & cut)


def _same_time(problem: Problem, requests: list[_Request]) -> list[set[int]]:
    """Cover the overlapping pairs of needs that request somebody with sets that all overlap."""
    asking = {request.need for request in requests}
    near: dict[int, set[int]] = {need: set() for need in asking}
    for a, b in problem.conflicts.tolist():
        if a in asking and b in asking:
            near[a].add(b)
            near[b].add(a)
    left, cliques = {(a, b) for a in near for b in near[a] if a < b}, []
    for a, b in sorted(left):
        if (a, b) not in left:
            continue
        clique, candidates = {a, b}, near[a] & near[b]
        while candidates:
            clique.add(following := min(candidates))
            candidates &= near[following]
        left -= {(c, d) for c in clique for d in clique}
        cliques.append(clique)
    return cliques


def _by_solving(problem: Problem) -> Iterator[Finding]:
    for violation in solve_total(problem, gap=0.01).violations:
        needs, partners = _concerned(problem, violation.rule, violation.index)
        yield _finding(violation.rule, needs, partners, violation.limit, violation.got, violation.index)


def _concerned(problem: Problem, rule: str, index: int) -> tuple[IntArray, IntArray]:
    if rule.startswith("group"):
        edges = problem.groups[index][0]
    elif rule == "team":
        edges = problem.teams[index][0]
    elif rule.startswith("capacity"):
        edges = np.flatnonzero(problem.partner == index)
    elif rule == "conflict":
        return problem.conflicts[index], np.zeros(0, dtype=np.int64)
    elif rule in ("apart", "together"):
        return np.zeros(0, dtype=np.int64), getattr(problem, rule)[index]
    else:
        edges = np.flatnonzero((problem.need == index) & ~problem.forbidden)
    return problem.need[edges], problem.partner[edges]


def _finding(
    rule: str, needs: object, partners: object, wanted: float, available: float, index: SupportsInt
) -> Finding:
    who, what = (tuple(np.unique(np.asarray(ends, dtype=np.int64)).tolist()) for ends in (partners, needs))
    gap = abs(float(wanted) - float(available))
    return Finding(rule, what, who, float(wanted), float(available), gap, int(index))
