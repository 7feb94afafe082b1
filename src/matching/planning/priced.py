"""Solving over a few pairs of each need first, with a proof over all pairs that are allowed."""

import dataclasses

import numpy as np
import scipy.sparse as sp

from matching.assign import Solution
from matching.assign import solve as solve_problem
from matching.assign.again import MOST_EDGES
from matching.assign.footing import Change
from matching.assign.nearly import Relaxed, relax, settle_nearly
from matching.assign.solution import relative_gap
from matching.planning.candidates import Candidates
from matching.planning.first_step import FirstStep
from matching.planning.model import Bools, Floats, Ints, Model
from matching.planning.solving import Choice, Least, choose, choose_least, further_problem
from matching.planning.wishes import Wishes, with_change_cost

KEEP = 8
"""Pairs of a need that are looked at first where nothing else is asked for."""
GAP = 1e-3
"""How near to the best choice each step comes, relative to the bound."""

_LEFT_OUT = 0.1 * GAP  # what pairs that were left out may add to the bound
_WHOLE = 0.85 * GAP  # what whole pairs may lack to the relaxation

_MOST_ROUNDS = 12
_MOST_CHOICES = 3
_MOST_ADDED = 12  # pairs of a need that are added in one round
_MOST_NODES = 200
_WORTH = 1e-9
_SLACK = 1e-9


def is_large(model: Model) -> bool:
    """Tell whether pairs are too many to be looked at together.

    Parameters
    ----------
    model : Model
        Of all pairs that are allowed.

    Returns
    -------
    is_large : bool
    """
    return model.need.size > MOST_EDGES


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
    Up to `MOST_EDGES` pairs, a district's, all are looked at together and chosen exactly. Beyond, each step is chosen to within
    `GAP` of the relaxation, overlaps, households and teams included. Prices come from the relaxation among the pairs kept;
    whatever else is worth more than its price joins them, until all that is left out could add next to nothing.

    References
    ----------
    G. Dantzig, P. Wolfe, "Decomposition principle for linear programs", Operations Research 8 (1960): columns by price.
    """
    if not is_large(model):
        return choose(candidates, model, wishes, objective=objective, fair_depth=fair_depth)
    pool = _Pool(candidates, model, wishes, keep, objective, fair_depth)
    least, first, kept = _choose_least(pool)
    second = _choose_further(pool, first)
    is_first = second.chosen & _spread(kept, least.step.fills_least(least.solution.chosen))
    return Choice(second.chosen, is_first, first, second, least.broken)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """All pairs that are allowed, and what is asked of them."""

    candidates: Candidates
    model: Model
    wishes: Wishes
    keep: int
    objective: str
    fair_depth: int

    def step(self, kept: Bools) -> FirstStep:
        """Return the first step among some of the pairs."""
        part, theirs = restrict(self.model, kept), _restrict_wishes(self.wishes, kept)
        return FirstStep(self.candidates, part, theirs, self.objective, self.fair_depth, gap=_WHOLE)

    def all_pairs(self) -> FirstStep:
        """Return the first step among all pairs; to be read, not to be solved."""
        return FirstStep(self.candidates, self.model, self.wishes, self.objective, self.fair_depth, gap=_WHOLE)


def _choose_least(pool: _Pool) -> tuple[Least, Solution, Bools]:
    """Choose for the least head-counts; returns the choice, the same over all pairs, and the pairs that were looked at."""
    model, wishes, whole_step = pool.model, pool.wishes, pool.all_pairs()
    value, pinned = whole_step.value, whole_step.pinned
    kept = _best(model, np.where(wishes.forbidden, -np.inf, value), np.maximum(pool.keep, model.most + 2))
    kept |= pinned | wishes.kept
    kept[[edge for edges, _ in model.teams for edge in edges.tolist()]] = True
    _, high, _ = whole_step.demand(frozenset())
    may_be_asked = (high > 0) | ((model.least > 0) & ~model.lacking)
    open_ = ~wishes.forbidden & ~pinned & may_be_asked[model.need]
    for _ in range(_MOST_ROUNDS):
        relaxed = pool.step(kept).relaxed(frozenset(), None)
        above = np.zeros(value.size) if relaxed is None else _above_price(model, value, relaxed, open_ & ~kept)
        if relaxed is None or above.sum() <= _LEFT_OUT * abs(relaxed.bound):
            break
        kept |= _foremost(model, above)
    bound = np.inf
    for _ in range(_MOST_CHOICES):
        looked_at = kept.copy()
        least = choose_least(pool.step(looked_at))
        relaxed = least.step.relaxed(least.forced, least.footing)
        if relaxed is None:  # what was accepted contradicts itself: no price says anything
            bound = float(np.maximum(value[open_ | pinned], 0.0).sum())
            break
        above = _above_price(model, value, relaxed, open_ & ~looked_at)
        bound = relaxed.bound + float(above.sum())
        if above.sum() <= _LEFT_OUT * abs(relaxed.bound):
            break
        kept |= _foremost(model, above)
    return least, _proved(least.solution, _spread(looked_at, least.solution.chosen), bound), looked_at


def _choose_further(pool: _Pool, first: Solution) -> Solution:
    """Add further people to what was chosen for the least head-counts."""
    model, wishes, fixed = pool.model, pool.wishes, first.chosen
    value = with_change_cost(model.value, wishes)
    room = np.maximum(model.most - np.bincount(model.need[fixed], minlength=model.shape[0]), 0)
    open_ = ~fixed & ~wishes.forbidden & (room > 0)[model.need] & ~_shut_out(model, fixed)
    kept = fixed | open_ & (
        wishes.kept | _best(model, np.where(open_, value, -np.inf), np.maximum(pool.keep, room + 2))
    )
    for left in reversed(range(_MOST_ROUNDS)):
        theirs = _restrict_wishes(wishes, kept)
        problem = further_problem(restrict(model, kept), theirs, fixed[kept])
        relaxed = relax(problem, Change())
        if relaxed is None:
            break
        above = _above_price(model, value, relaxed, open_ & ~kept)
        if above.sum() <= _LEFT_OUT * abs(relaxed.bound) or not left:
            break
        kept |= _foremost(model, above)
    settled = settle_nearly(relaxed, gap=_WHOLE) if relaxed else None
    found = settled.solution if settled else solve_problem(problem, gap=_WHOLE, node_limit=_MOST_NODES)
    bound = float(value[fixed | open_].sum()) if relaxed is None else relaxed.bound + float(above.sum())
    return _proved(found, _spread(kept, found.chosen), bound)


def _above_price(model: Model, value: Floats, relaxed: Relaxed, open_: Bools) -> Floats:
    """Return how much each open pair is worth above its price; 0 for all others."""
    above = value - relaxed.head_price[model.need] - model.load * relaxed.load_price[model.partner]
    return np.where(open_, np.maximum(above, 0.0), 0.0)


def _foremost(model: Model, above: Floats) -> Bools:
    """Mark the pairs of each need that are furthest above their price."""
    return _best(model, above, _MOST_ADDED) & (above > _WORTH)


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


def _shut_out(model: Model, fixed: Bools) -> Bools:
    """Mark pairs that settled pairs leave no room for: the partner's time is full or taken, or a group is."""
    n_needs, n_partners = model.shape
    used = np.bincount(model.partner[fixed], weights=model.load[fixed], minlength=n_partners)
    shut: Bools = used[model.partner] + model.load > model.capacity[model.partner] + _SLACK
    both = np.concatenate([model.conflicts, model.conflicts[:, ::-1]])
    clash = sp.csr_array((np.ones(both.shape[0]), both.T), shape=(n_needs, n_needs))
    serves = sp.csr_array((np.ones(int(fixed.sum())), (model.need[fixed], model.partner[fixed])), shape=model.shape)
    busy = sp.coo_array(clash @ serves)
    shut |= np.isin(model.need * n_partners + model.partner, busy.row * n_partners + busy.col)
    if model.groups:
        member = np.concatenate([edges for edges, _, _ in model.groups])
        number = np.repeat(np.arange(len(model.groups)), [edges.size for edges, _, _ in model.groups])
        most = np.array([high for _, _, high in model.groups])
        is_full = np.bincount(number, weights=fixed[member], minlength=most.size) >= most
        shut[member[is_full[number]]] = True
    return shut


def _proved(step: Solution, chosen: Bools, bound: float) -> Solution:
    bound = max(bound, float(step.total))
    gap = relative_gap(float(step.total), bound)
    method = f"{step.method}; pairs added by price, bound over all allowed pairs"
    return dataclasses.replace(step, chosen=chosen, bound=bound, gap=gap, method=method, row_prices=None)


def _best(model: Model, value: Floats, keep: int | Ints) -> Bools:
    """Mark the best pairs of each need: as many of each, or as many as is said for it."""
    order = np.lexsort((np.arange(value.size), -value, model.need))
    first = np.searchsorted(model.need[order], np.arange(model.shape[0]))
    most = np.broadcast_to(keep, model.shape[:1])
    kept = np.zeros(value.size, dtype=np.bool_)
    kept[order] = np.arange(value.size) - first[model.need[order]] < most[model.need[order]]
    return kept


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
