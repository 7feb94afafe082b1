"""All choices of a small problem at once, measured from the rules as they are written down and from nothing of the library.

An answer is right when no choice comes before it in this order: keep every upper limit, except as far as pinned edges
alone break it; break up as few pairs who go together and half-serve optional needs by as little as possible; fall
short of the other lower limits by as little as possible; have the highest total.
"""

from dataclasses import dataclass

import numpy as np

from matching.assign import Problem

EXACT = 1e-9


@dataclass(frozen=True)
class Measured:
    """One entry per choice: `open` keeps the upper limits as far as pins allow; then the three figures of the order."""

    chosen: np.ndarray
    open: np.ndarray
    over: np.ndarray
    firm: np.ndarray
    short: np.ndarray
    total: np.ndarray

    def order(self):
        """Return (violation, total) of the best choice, and whether it keeps every limit."""
        firm = self.firm[self.open].min()
        left = self.open & (self.firm <= firm + EXACT)
        short = self.short[left].min()
        left &= self.short <= short + EXACT
        best = int(np.flatnonzero(left)[np.argmax(self.total[left])])
        return best, bool(self.over[best] + firm + short <= EXACT)


def measure(problem: Problem) -> Measured:
    """Measure every choice that keeps pins and bans."""
    free = np.flatnonzero(~problem.pinned & ~problem.forbidden)
    bits = (np.arange(2**free.size)[:, None] >> np.arange(free.size)) & 1
    x = np.tile(problem.pinned.astype(int), (bits.shape[0], 1))
    x[:, free] = bits
    return measured(problem, x)


def measured(problem: Problem, x: np.ndarray) -> Measured:
    """Measure the choices that the rows of `x` are."""
    pins = problem.pinned.astype(int)[None, :]
    upper = [(rows @ x.T, high, (rows @ pins.T)[:, 0]) for rows, high in _upper(problem)]
    over = np.sum([np.maximum(value - high[:, None], 0).sum(axis=0) for value, high, _ in upper], axis=0)
    kept = np.all(
        [(value <= np.maximum(high, forced)[:, None] + EXACT).all(axis=0) for value, high, forced in upper], axis=0
    )
    heads = _one_hot(problem.need, problem.shape[0]) @ x.T
    carried = _one_hot(problem.partner, problem.shape[1]) * problem.load @ x.T
    low = problem.demand[0][:, None]
    optional = problem.optional[:, None]
    missing = np.maximum(low - heads, 0)
    firm = (missing * (optional & (heads > 0))).sum(axis=0).astype(float)
    short = (missing * ~optional).sum(axis=0) + np.maximum(problem.capacity[0][:, None] - carried, 0).sum(axis=0)
    for edges, least, _ in problem.groups:
        short = short + np.maximum(least - x[:, edges].sum(axis=1), 0)
    for edges, least in problem.teams:
        need = problem.need[edges[0]]
        lacking = np.maximum(least - x[:, edges].sum(axis=1), 0)
        if problem.optional[need]:
            firm = firm + lacking * (heads[need] > 0)
        else:
            short = short + lacking
    for a, b in problem.together.tolist():
        for need in range(problem.shape[0]):
            one, other = (x[:, (problem.need == need) & (problem.partner == p)].sum(axis=1) for p in (a, b))
            firm = firm + np.abs(one - other)
    total = x @ problem.weight - _cost(problem.balance, carried)
    short = np.where(short < EXACT, 0, short)
    return Measured(x.astype(bool), kept, np.where(over < EXACT, 0, over), firm, short, total)


def _one_hot(index, size):
    return (np.arange(size)[:, None] == index[None, :]).astype(float)


def _upper(problem):
    """Yield rows over the edges and how much they may add up to."""
    yield _one_hot(problem.need, problem.shape[0]), problem.demand[1].astype(float)
    yield _one_hot(problem.partner, problem.shape[1]) * problem.load, problem.capacity[1]
    rows, limits = [np.zeros(problem.n_edges)], [1.0]
    for edges, _, high in problem.groups:
        row = np.zeros(problem.n_edges)
        row[edges] = 1
        rows.append(row)
        limits.append(high)
    for pairs, near, far in (
        (problem.conflicts, problem.need, problem.partner),
        (problem.apart, problem.partner, problem.need),
    ):
        for a, b in pairs.tolist():
            for end in np.intersect1d(far[near == a], far[near == b]):
                rows.append(((near == a) | (near == b)) & (far == end))
                limits.append(1.0)
    yield np.array(rows, float), np.array(limits)


def _cost(balance, carried):
    """Price each partner's load: the first unit at the first cost, ..., all further ones at the last."""
    cost = np.zeros(carried.shape[1])
    for step, price in enumerate(balance):
        room = np.inf if step == balance.size - 1 else 1.0
        cost += price * np.clip(carried - step, 0, room).sum(axis=0)
    return cost


def faults_of(problem: Problem, solution) -> list[str]:
    """Tell what is wrong with a solution, by all choices."""
    every = measure(problem)
    best, is_feasible = every.order()
    near = 1e-6 + 1e-8 * abs(every.total[best])
    got = measured(problem, solution.chosen.astype(int)[None, :])
    broken = got.over[0] + got.firm[0] + got.short[0]
    told = sum(violation.amount for violation in solution.violations)
    rules = {
        "a pin or a ban is not kept": (problem.pinned & ~solution.chosen | problem.forbidden & solution.chosen).any(),
        "an upper limit is broken further than pins force": not got.open[0],
        f"feasible is {is_feasible}, violations are {told}": bool(solution.violations) == is_feasible,
        f"violations add up to {told}, not {broken}": abs(told - broken) > near,
        f"total is told as {solution.total}, not {got.total[0]}": abs(solution.total - got.total[0]) > near,
        f"firm {got.firm[0]}, least {every.firm[best]}": got.firm[0] > every.firm[best] + near,
        f"short {got.short[0]}, least {every.short[best]}": got.short[0] > every.short[best] + near,
        f"total {got.total[0]}, best {every.total[best]}": got.total[0] < every.total[best] - near,
        f"bound {solution.bound}, best {every.total[best]}": abs(solution.bound - every.total[best]) > near,
    }
    return [words for words, is_wrong in rules.items() if is_wrong]


def faults_of_fair(problem: Problem, solution) -> list[str]:
    """Tell what is wrong with a fair solution that may be short of the highest floor, by all choices."""
    every = measure(problem)
    best, is_feasible = every.order()
    left = every.open & (every.firm <= every.firm[best] + EXACT) & (every.short <= every.short[best] + EXACT)
    wants = problem.demand[1] > 0
    floors = _floors(problem, every.chosen[left].T)
    highest, worst = floors.max(), _floors(problem, solution.chosen[:, None].astype(int))[0]
    got = measured(problem, solution.chosen.astype(int)[None, :])
    totals = every.total[left][floors >= worst - EXACT]
    near = 1e-6 + 1e-8 * abs(every.total[best])
    is_proved = bool(wants.any()) and "not proved" not in solution.method
    rules = {
        "a pin or a ban is not kept": (problem.pinned & ~solution.chosen | problem.forbidden & solution.chosen).any(),
        "an upper limit is broken further than pins force": not got.open[0],
        f"feasible is {is_feasible}": bool(solution.violations) == is_feasible,
        f"short {got.short[0]}, least {every.short[best]}": got.short[0] > every.short[best] + near,
        f"floor is told as {solution.worst}, not {worst}": wants.any() and abs(solution.worst - worst) > near,
        f"bound of the floor {solution.worst_bound}, best {highest}": wants.any()
        and solution.worst_bound < highest - near,
        f"floor {worst} said to be proved, best {highest}": is_proved and worst < highest - 3 * near,
        f"total {got.total[0]} over all with that floor, {totals.max()}": got.total[0] > totals.max() + near,
        f"bound {solution.bound}, best with that floor {totals.max()}": solution.bound < totals.max() - 1e-5,
    }
    return [words for words, is_wrong in rules.items() if is_wrong]


def _floors(problem: Problem, x: np.ndarray) -> np.ndarray:
    """How well the worst-served need of each choice (a column) is served; ``inf`` where nobody is wanted."""
    wants = problem.demand[1] > 0
    got = _one_hot(problem.need, problem.shape[0]) * problem.weight @ x
    return (got[wants] / problem.demand[1][wants][:, None]).min(axis=0, initial=np.inf)
