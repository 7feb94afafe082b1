"""Solving over a few pairs of each need first, with a proof over all pairs that are allowed."""

import dataclasses
from collections import defaultdict

import numpy as np

from matching.assign import Solution
from matching.assign.again import MOST_EDGES
from matching.planning.candidates import Candidates
from matching.planning.model import Bools, Floats, Ints, Model
from matching.planning.solving import Choice, choose
from matching.planning.wishes import Wishes, with_change_cost

_MOST_ROUNDS = 8
_WORTH = 1e-9
_SLACK = 1e-9


def choose_among_kept(
    candidates: Candidates, model: Model, wishes: Wishes, *, keep: int, objective: str, fair_depth: int
) -> Choice:
    """Choose among the best pairs of each need, and add pairs whose value is above their price until none is.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    model : Model
        Of all pairs that are allowed.
    wishes : Wishes
        Over the same pairs.
    keep : int
        How many pairs of each need are looked at first.
    objective : {"total", "fair"}
        Of the first step.
    fair_depth : int
        How many of the worst-served needs are raised.

    Returns
    -------
    choice : Choice
        Over all pairs. Bound and gap of each step hold over all pairs that are allowed, not only over those kept.

    Notes
    -----
    Up to `MOST_EDGES` pairs, a district's, all are looked at together: that takes no longer than doing so in rounds, and
    its proof knows of overlaps and groups. Beyond, the bound leaves these out and lies a few per cent higher.
    """
    if model.need.size <= MOST_EDGES:
        return choose(candidates, model, wishes, objective=objective, fair_depth=fair_depth)
    value = with_change_cost(model.value, wishes)
    kept = _best(model, value, keep) | model.locked | wishes.pinned | wishes.kept
    kept[[edge for edges, _ in model.teams for edge in edges.tolist()]] = True
    for _ in range(_MOST_ROUNDS):
        part, theirs = restrict(model, kept), _restrict_wishes(wishes, kept)
        found = choose(candidates, part, theirs, objective=objective, fair_depth=fair_depth)
        worth = np.maximum(_above_price(model, value, found.first), _above_price(model, value, found.second))
        missed = (worth > _WORTH) & ~kept & ~wishes.forbidden
        if not missed.any():
            break
        kept |= missed
    return _over_all(model, value, wishes, kept, found)


def restrict(model: Model, kept: Bools) -> Model:
    """Return a model of some of its pairs.

    Parameters
    ----------
    model : Model
        Of all pairs.
    kept : ndarray of bool, shape (n_edges,)
        Which.

    Returns
    -------
    model : Model
    """
    place = np.cumsum(kept) - 1

    def moved(edges: Ints) -> Ints:
        return place[edges[kept[edges]]]

    groups = ((moved(edges), low, high) for edges, low, high in model.groups)
    teams = ((moved(edges), least) for edges, least in model.teams)
    return dataclasses.replace(
        model,
        need=model.need[kept],
        partner=model.partner[kept],
        value=model.value[kept],
        load=model.load[kept],
        groups=tuple(group for group in groups if group[0].size > group[2]),
        teams=tuple(team for team in teams if team[0].size),
        locked=model.locked[kept],
        edge_of={pair: int(place[edge]) for pair, edge in model.edge_of.items() if kept[edge]},
    )


def bound_over_all(model: Model, value: Floats, wishes: Wishes, step: Solution, *, fixed: Bools, most: Floats) -> float:
    """Return what no choice over all allowed pairs can exceed.

    Parameters
    ----------
    model : Model
        Of all pairs.
    value : ndarray of float, shape (n_edges,)
        Of the pairs in this step.
    wishes : Wishes
        With the pairs that are ruled out.
    step : Solution
        With its prices.
    fixed : ndarray of bool, shape (n_edges,)
        Pairs that are settled before the step.
    most : ndarray of float, shape (n_needs,)
        Most people of each need in the step.

    Returns
    -------
    bound : float

    References
    ----------
    Weak duality: for any prices ``u, v >= 0`` of heads and of capacity, every choice that keeps heads and capacities is
    worth at most ``sum(u * most) + sum(v * capacity) + sum((value - u - load * v)+)``; further rules only lower it.
    """
    heads, capacity = np.maximum(step.need_price, 0.0), np.maximum(step.partner_price, 0.0)
    taken = np.bincount(model.need[fixed], minlength=model.shape[0])
    used = np.bincount(model.partner[fixed], weights=model.load[fixed], minlength=model.shape[1])
    has_room = (taken < most)[model.need] & (used[model.partner] + model.load <= model.capacity[model.partner] + _SLACK)
    open_ = ~fixed & ~wishes.forbidden & has_room & ~_shut_out(model, fixed)
    above = value - heads[model.need] - model.load * capacity[model.partner]
    free = float(heads @ np.maximum(most - taken, 0.0)) + float(capacity @ np.maximum(model.capacity - used, 0.0))
    return float(value[fixed].sum()) + free + float(np.maximum(above, 0.0)[open_].sum())


def _shut_out(model: Model, fixed: Bools) -> Bools:
    """Mark pairs that settled pairs leave no room for: the same partner is elsewhere then, or a group is full."""
    shut = np.zeros(fixed.size, dtype=np.bool_)
    clash = {frozenset(pair) for pair in model.conflicts.tolist()}
    busy: dict[int, list[int]] = defaultdict(list)
    for edge in np.flatnonzero(fixed):
        busy[int(model.partner[edge])].append(int(model.need[edge]))
    for edge in np.flatnonzero(~fixed):
        need = int(model.need[edge])
        shut[edge] = any(frozenset((need, other)) in clash for other in busy.get(int(model.partner[edge]), ()))
    for edges, _, high in model.groups:
        if fixed[edges].sum() >= high:
            shut[edges] = True
    return shut


def _over_all(model: Model, value: Floats, wishes: Wishes, kept: Bools, found: Choice) -> Choice:
    first_chosen, second_chosen = _spread(kept, found.first.chosen), _spread(kept, found.second.chosen)
    pinned = model.locked & ~wishes.forbidden | wishes.pinned
    most = np.maximum(np.bincount(model.need[first_chosen], minlength=model.shape[0]), model.most).astype(float)
    teamed = np.zeros(model.shape[0], dtype=np.bool_)
    teamed[[int(model.need[edges[0]]) for edges, _ in model.teams]] = True
    got = np.bincount(model.need[first_chosen], minlength=model.shape[0])
    first_most = np.where(teamed, most, np.maximum(model.least, got)).astype(float)
    return Choice(
        chosen=second_chosen,
        is_first=first_chosen & second_chosen,
        first=_proved(
            found.first, first_chosen, bound_over_all(model, value, wishes, found.first, fixed=pinned, most=first_most)
        ),
        second=_proved(
            found.second,
            second_chosen,
            bound_over_all(model, value, wishes, found.second, fixed=first_chosen, most=most),
        ),
        bundles=found.bundles,
    )


def _proved(step: Solution, chosen: Bools, bound: float) -> Solution:
    bound = max(bound, float(step.total))
    gap = (bound - float(step.total)) / max(abs(bound), 1e-12)
    method = f"{step.method}; pairs added by price, bound over all allowed pairs"
    return dataclasses.replace(step, chosen=chosen, bound=bound, gap=gap, method=method, row_prices=None)


def _best(model: Model, value: Floats, keep: int) -> Bools:
    """Mark the best pairs of each need."""
    order = np.lexsort((np.arange(value.size), -value, model.need))
    first = np.searchsorted(model.need[order], np.arange(model.shape[0]))
    kept = np.zeros(value.size, dtype=np.bool_)
    kept[order] = np.arange(value.size) - first[model.need[order]] < keep
    return kept


def _above_price(model: Model, value: Floats, step: Solution) -> Floats:
    heads, capacity = np.maximum(step.need_price, 0.0), np.maximum(step.partner_price, 0.0)
    return value - heads[model.need] - model.load * capacity[model.partner]


def _restrict_wishes(wishes: Wishes, kept: Bools) -> Wishes:
    return Wishes(
        pinned=wishes.pinned[kept],
        forbidden=wishes.forbidden[kept],
        kept=wishes.kept[kept],
        extra=wishes.extra[kept],
        change_cost=wishes.change_cost,
    )


def _spread(kept: Bools, chosen: Bools) -> Bools:
    out = np.zeros(kept.size, dtype=np.bool_)
    out[kept] = chosen
    return out
