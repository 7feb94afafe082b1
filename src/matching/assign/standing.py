"""A solved problem, ready to be asked what a change would add: its bundles, and the basis at which it ended, are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from matching.assign.asked import Asked, MoreCapacity, MoreDemand, Newcomer, Without, with_newcomers
from matching.assign.branching import EXACT
from matching.assign.bundles import Block, find_blocks, near_best, with_room
from matching.assign.certificate import dual_bound, leaning
from matching.assign.columns import Bundles, Frame, generate, lagrangian, make_frame, taken_bundles
from matching.assign.listing import NOTHING, Changed, Master, best_among, master_of, with_limits
from matching.assign.model import CAPACITY, CONFLICT, DEMAND, Model, build_model
from matching.assign.parts import carried_prices, row_price, scale_of
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.simplex import is_available
from matching.assign.solution import Solution
from matching.assign.structure import fitted

MOST_EDGES = 50_000
REACH = 0.06  # how far below a partner's best the listed bundles may be, relative to the largest weight
LARGEST = 3  # of the weights, as a power of two: `Simplex` multiplies them by a thousand
LEAST = 2e-3  # how far from their price columns are looked at, at least, relative to the largest weight
MOST = 0.5  # and at most
GUESS = 1.2  # a change leaves about as much between relaxation and choice as there was
ROUNDS = 25


class Best(NamedTuple):
    """The best choice of the problem with a change.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_edges,)
        Over the edges of the problem with all newcomers in it.
    bound : float
        No choice is worth more.
    prices : pair of ndarray of float, shapes (n_needs,) and (n_partners,)
        Of the relaxation: heads; hours, where these are not a matter of a partner's own bundles.
    """

    chosen: BoolArray
    bound: float
    prices: tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A solved problem with everybody in it who is asked about, the newcomers kept out.

    Attributes
    ----------
    everybody : Problem
        Newcomers' edges behind the others.
    n_old, n_partners : int
        Edges and partners without newcomers.
    model : Model
        Over the edges that are free, with weights times `scale`.
    columns : ndarray of int, shape (n_columns,)
        Their positions in the model over all edges.
    constant, scale : float
        What pinned edges are worth; the power of two that weights are multiplied by.
    frame : Frame
        Of the problem as it is.
    blocks : tuple of Block
        Newcomers with all that they could do.
    whose : ndarray of int, shape (n_blocks,)
        Partner of each block.
    price : ndarray of float, shape (n_rows of joint,)
        Prices of the problem as it is.
    values : ndarray of float, shape (n_blocks,)
        What the best bundle of each block is worth at these prices.
    master : Master
    left : float
        What the relaxation has more than the best choice, as far as is known.
    """

    everybody: Problem
    n_old: int
    n_partners: int
    model: Model
    columns: IntArray
    constant: float
    scale: float
    frame: Frame
    blocks: tuple[Block, ...]
    whose: IntArray
    price: FloatArray
    values: FloatArray
    master: Master
    left: float


def stand(problem: Problem, solution: Solution, asked: Sequence[Asked]) -> Standing | None:
    """Make a solved problem ready to be asked about changes.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Of that problem.
    asked : sequence of changes
        What will be asked.

    Returns
    -------
    standing : Standing or None
        None where limits contradict each other, the problem is large, or SciPy's HiGHS cannot start from a basis.
    """
    everybody = with_newcomers(problem, [each for each in asked if isinstance(each, Newcomer)])
    if solution.violations or not 0 < everybody.n_edges <= MOST_EDGES or not is_available():
        return None
    model, columns = _free_part(build_model(everybody))
    scale = scale_of(model, LARGEST)
    model = replace(model, weight=model.weight * scale)
    is_new = model.owner >= problem.shape[1]
    blocks, block_of = find_blocks(model, also=model.owner[is_new])
    whose = np.array([model.owner[block.edges[0]] for block in blocks], dtype=np.int64)
    present = tuple(block if who < problem.shape[1] else NOTHING for who, block in zip(whose, blocks, strict=True))
    frame = make_frame(replace(model, ceiling=np.where(is_new, 0.0, model.ceiling)), present, block_of)
    frame = replace(frame, joint=fitted(frame.joint))
    known = np.zeros(model.weight.size)
    chosen = np.append(solution.chosen, np.zeros(everybody.n_edges - problem.n_edges))
    known[: model.n_edges] = chosen[columns[: model.n_edges]]
    start = carried_prices(model, solution, scale)[frame.rows]
    found = generate(frame, start, gap=EXACT, known=taken_bundles(frame, known))
    if found is None:
        return None
    rooms = [_listable(blocks), _listable(_roomier(blocks, whose, asked))]
    relaxed = _relaxed(frame, found.price, rooms)
    if relaxed is None:
        return None
    price, master = relaxed
    profit = _profit(frame.joint, price)
    constant = float(np.sum(everybody.weight[everybody.pinned]))
    return Standing(
        everybody=everybody,
        n_old=problem.n_edges,
        n_partners=problem.shape[1],
        model=model,
        columns=columns,
        constant=constant,
        scale=scale,
        frame=frame,
        blocks=blocks,
        whose=whose,
        price=price,
        values=np.array([near_best(block, profit, 0.0).value for block in blocks]),
        master=master,
        left=max(0.0, lagrangian(frame, price, 0.0)[0] - (solution.total - constant) * scale),
    )


def narrowed(standing: Standing, total: float) -> Standing:
    """Keep in mind a higher total: less is left to look at.

    Parameters
    ----------
    standing : Standing
    total : float
        Of a choice of the problem as it is.

    Returns
    -------
    standing : Standing
    """
    bound = bound_by_prices(standing, Changed(standing.frame.joint, standing.frame.blocks))
    return replace(standing, left=min(standing.left, max(0.0, (bound - total) * standing.scale)))


def _free_part(model: Model) -> tuple[Model, IntArray]:
    """Keep the columns that may be taken or not, pinned ones being counted in the limits, and the rows that they touch."""
    held = np.asarray(model.matrix @ model.floor)
    # who is pinned to one of two needs that overlap is closed for the other: no such pair is left half
    full = ((model.kind == CONFLICT) & (held > 0)).astype(np.float64)
    shut = np.asarray(abs(model.matrix).T @ full) > 0
    columns = np.flatnonzero((model.floor < model.ceiling) & ~shut)
    matrix = model.matrix[:, columns].tocsr()
    size = np.diff(matrix.indptr)
    rows = np.flatnonzero((size > 0) & ~((model.kind == CONFLICT) & (size < 2)))
    cut = replace(
        model,
        weight=model.weight[columns],
        floor=model.floor[columns],
        ceiling=model.ceiling[columns],
        whole=model.whole[columns],
        owner=model.owner[columns],
        matrix=matrix,
        low=model.low - held,
        high=model.high - held,
        n_edges=int(np.count_nonzero(columns < model.n_edges)),
    )
    return cut.rows(rows), columns


def _profit(joint: Model, price: FloatArray) -> list[float]:
    profit: list[float] = (joint.weight - joint.matrix.T @ price).tolist()
    return profit


def _roomier(blocks: Sequence[Block], whose: IntArray, asked: Sequence[Asked]) -> list[Block]:
    """Give more capacity to those of whom that is asked, and nothing to do to the others."""
    most: dict[int, float] = {}
    for each in asked:
        if isinstance(each, MoreCapacity):
            most[each.partner] = max(each.amount, most.get(each.partner, 0.0))
    return [
        with_room(block, most[who]) if who in most else NOTHING
        for block, who in zip(blocks, whose.tolist(), strict=True)
    ]


def _listable(blocks: Sequence[Block]) -> list[tuple[int, Block]]:
    return [(at, block) for at, block in enumerate(blocks) if block is not NOTHING]


def _relaxed(
    frame: Frame, price: FloatArray, rooms: Sequence[Sequence[tuple[int, Block]]]
) -> tuple[FloatArray, Master] | None:
    """Solve the relaxation of the problem as it is, all bundles near their best at its prices being listed."""
    reach = REACH * float(np.abs(frame.model.weight).max(initial=0.0))
    now = Changed(frame.joint, frame.blocks)
    master = master_of(frame, _near(rooms, _profit(frame.joint, leaning(frame.joint, price)), reach))
    for _ in range(ROUNDS):
        vertex = master.simplex.solve(with_limits(master, now), master.basis)
        if vertex is None or vertex.x is None:
            return None
        price = leaning(frame.joint, vertex.dual[: frame.joint.low.size])
        _, best, _ = lagrangian(frame, price, 0.0)
        is_priced = all(bundle in master.bundles for bundle in best)
        near = _near(rooms, _profit(frame.joint, price), reach)
        master = master.widened(frame, near | best, vertex.basis)
        if is_priced:
            return price, master
    return None


def _near(rooms: Sequence[Sequence[tuple[int, Block]]], profit: list[float], reach: float) -> Bundles:
    """List what is near the best of each block."""
    found = {
        tuple(sorted(bundle)): at
        for room in rooms
        for at, block in room
        for bundle in near_best(block, profit, reach).bundles
    }
    found.pop((), None)
    return found


def can_ask(standing: Standing, asked: Asked | None, partner: int) -> bool:
    """Tell whether a change can be put to a standing: what is pinned is counted in all its limits and cannot be let go.

    Parameters
    ----------
    standing : Standing
    asked : change or None
    partner : int
        Whom it is about.

    Returns
    -------
    can : bool
    """
    everybody = standing.everybody
    return not isinstance(asked, Without) or not (everybody.pinned & (everybody.partner == partner)).any()


def changed(standing: Standing, asked: Asked | None, partner: int) -> Changed:
    """Put a change to the limits.

    Parameters
    ----------
    standing : Standing
    asked : change or None
        None for the problem as it is.
    partner : int
        Whom it is about; -1 where it is about a need.

    Returns
    -------
    changed : Changed
    """
    model, frame = standing.model, standing.frame
    low, high, ceiling = model.low.copy(), model.high.copy(), frame.model.ceiling.copy()
    blocks = list(frame.blocks)
    his, row = model.owner == partner, (model.kind == CAPACITY) & (model.index == partner)
    for at in np.flatnonzero(standing.whose == partner).tolist():
        if isinstance(asked, Newcomer):
            blocks[at] = standing.blocks[at]
        elif isinstance(asked, MoreCapacity):
            blocks[at] = with_room(blocks[at], asked.amount)
        elif isinstance(asked, Without):
            blocks[at] = NOTHING
    if isinstance(asked, Newcomer):
        ceiling[his] = model.ceiling[his]
    elif isinstance(asked, MoreCapacity):
        high[row] += asked.amount
    elif isinstance(asked, MoreDemand):
        high[(model.kind == DEMAND) & (model.index == asked.need)] += asked.amount
    elif isinstance(asked, Without):
        low[row], ceiling[his] = np.minimum(low[row], 0.0), 0.0
    is_own = np.isinf(frame.joint.high)
    joint = replace(frame.joint, low=low[frame.rows], high=np.where(is_own, np.inf, high[frame.rows]), ceiling=ceiling)
    return Changed(fitted(joint), tuple(blocks))


def bound_by_prices(standing: Standing, now: Changed) -> float:
    """Bound the problem with a change at the prices that it has without: nothing is solved again.

    Parameters
    ----------
    standing : Standing
    now : Changed

    Returns
    -------
    bound : float
        No choice of the problem with the change is worth more.
    """
    joint, frame = now.joint, standing.frame
    price = leaning(joint, standing.price)
    reduced = joint.weight - joint.matrix.T @ price
    limit = np.where(price > 0, joint.high, np.where(price < 0, joint.low, 0.0))
    kept = np.maximum(reduced[frame.kept], 0.0) * joint.ceiling[frame.kept]
    is_same = bool((price == standing.price).all())
    values, profit = standing.values.copy(), reduced.tolist()
    for at, (block, known) in enumerate(zip(now.blocks, standing.blocks, strict=True)):
        if block is NOTHING:
            values[at] = 0.0
        elif block is not known or not is_same:
            values[at] = near_best(block, profit, 0.0).value
    return _unscaled(standing, float(np.sum(price * limit) + np.sum(kept) + np.sum(values)))


def best_with(standing: Standing, now: Changed) -> Best | None:
    """Solve the problem with a change, from the basis at which it ended without.

    Parameters
    ----------
    standing : Standing
    now : Changed

    Returns
    -------
    best : Best or None
        None where nothing was found: the limits may contradict each other now.

    Notes
    -----
    Whoever takes a bundle that is not listed loses more against the best of his bundles, at the prices of the relaxation, than
    these prices prove above the best choice found among those listed: so no better choice has one.
    """
    wide = replace(standing.frame, blocks=now.blocks)
    frame = replace(wide, joint=now.joint)
    largest = float(np.abs(standing.model.weight).max(initial=0.0))
    master, reach = standing.master, max(GUESS * standing.left, LEAST * largest)
    best, total = None, -np.inf
    for _ in range(ROUNDS):
        model = with_limits(master, now)
        root = master.simplex.solve(model, master.basis) or master.simplex.solve(model)
        if root is None or root.x is None or reach > MOST * largest + standing.left:
            return None
        at_root, price = dual_bound(model, root.dual), root.dual[: now.joint.low.size]
        at_most, near, complete = lagrangian(frame, price, reach)
        firm = EXACT * max(1.0, abs(at_root))
        if at_most > at_root + firm:  # something better was not listed: the relaxation is not solved yet
            master = master.widened(wide, near, root.basis)
            continue
        found = best_among(master, wide, now, near, root, (reach, total))
        if found.x is not None:
            best, total = found.x, float(standing.model.weight @ found.x)
        if best is not None and (not complete or at_most - total <= reach + firm):
            bound = max(found.bound, total) if complete else at_most
            return Best(_chosen(standing, best), _unscaled(standing, bound), _prices(standing, now, price))
        master, reach = replace(master, basis=root.basis), min(4.0 * reach, at_most - total + firm)
    return None


def _chosen(standing: Standing, x: FloatArray) -> BoolArray:
    n = standing.model.n_edges
    chosen = standing.everybody.pinned.copy()
    chosen[standing.columns[:n][x[:n] > 0.5]] = True
    return chosen


def _prices(standing: Standing, now: Changed, scaled: FloatArray) -> tuple[FloatArray, FloatArray]:
    price, shape = scaled / standing.scale, standing.everybody.shape
    heads = row_price(now.joint, price, DEMAND, shape[0])
    return heads, row_price(now.joint, price, CAPACITY, shape[1])[: standing.n_partners]


def _unscaled(standing: Standing, value: float) -> float:
    return value / standing.scale + standing.constant
