"""The best choice of a problem by integer programs written from its rules as they stand, and from nothing of the library.

The order of choices is that of `assign.brute`: three programs in turn find how few pairs must be parted and optional
needs half-served, by how little the other lower limits fall short then, and the highest total among what is left.
"""

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from assign.brute import measured
from matching.assign import Problem


@dataclass
class Rows:
    """Columns with bounds and rows over them, written down one after the other."""

    floor: list = field(default_factory=list)
    ceiling: list = field(default_factory=list)
    whole: list = field(default_factory=list)
    row: list = field(default_factory=list)
    column: list = field(default_factory=list)
    factor: list = field(default_factory=list)
    low: list = field(default_factory=list)
    high: list = field(default_factory=list)

    def new_column(self, ceiling=np.inf, *, floor=0.0, whole=False):
        self.floor.append(floor)
        self.ceiling.append(ceiling)
        self.whole.append(int(whole))
        return len(self.floor) - 1

    def new_row(self, terms, low=-np.inf, high=np.inf):
        for column, factor in terms:
            self.row.append(len(self.low))
            self.column.append(column)
            self.factor.append(float(factor))
        self.low.append(low)
        self.high.append(high)

    def least(self, cost):
        """Return the value of the best point and the point; the value is nan where there is none."""
        matrix = sp.csr_array((self.factor, (self.row, self.column)), shape=(len(self.low), len(self.floor)))
        costs = np.zeros(len(self.floor))
        for column, value in cost:
            costs[column] += value
        for presolve in (True, False):  # HiGHS fails on some models as it presolved them
            found = milp(
                costs,
                constraints=LinearConstraint(matrix, np.array(self.low), np.array(self.high)),
                bounds=Bounds(np.array(self.floor), np.array(self.ceiling)),
                integrality=np.array(self.whole),
                options={"mip_rel_gap": 0.0, "presolve": presolve},
            )
            if found.status == 0:
                break
        return float(found.fun) if found.status == 0 else np.nan


@dataclass(frozen=True)
class Best:
    """What the three programs found."""

    firm: float
    short: float
    total: float


def best_by_milp(problem: Problem) -> Best:
    """Solve the three programs."""
    rows = Rows()
    for pinned, forbidden in zip(problem.pinned, problem.forbidden, strict=True):
        rows.new_column(float(not forbidden), floor=float(pinned), whole=True)
    _upper_limits(problem, rows)
    firm, short = _lower_limits(problem, rows)
    cost = [(edge, -weight) for edge, weight in enumerate(problem.weight)] + _balance(problem, rows)
    # whole numbers but for hours: a millionth of room keeps rounding from closing what is open
    least_firm = rows.least([(column, 1.0) for column in firm]) if firm else 0.0
    rows.new_row([(column, 1.0) for column in firm], high=least_firm + 1e-6)
    least_short = rows.least([(column, 1.0) for column in short]) if short else 0.0
    rows.new_row([(column, 1.0) for column in short], high=least_short + 1e-6)
    return Best(least_firm, least_short, -rows.least(cost))


def _upper_limits(problem, rows):
    def at_most(edges, high, factors=None):
        factors = np.ones(len(edges)) if factors is None else factors
        forced = float(factors[problem.pinned[edges]].sum())
        rows.new_row(zip(edges, factors, strict=True), high=max(high, forced))

    for need in range(problem.shape[0]):
        at_most(np.flatnonzero(problem.need == need), problem.demand[1][need])
    for partner in range(problem.shape[1]):
        edges = np.flatnonzero(problem.partner == partner)
        at_most(edges, problem.capacity[1][partner], problem.load[edges])
    for edges, _, high in problem.groups:
        at_most(edges, high)
    for pairs, near, far in (
        (problem.conflicts, problem.need, problem.partner),
        (problem.apart, problem.partner, problem.need),
    ):
        for a, b in pairs.tolist():
            for end in np.intersect1d(far[near == a], far[near == b]):
                at_most(np.flatnonzero(((near == a) | (near == b)) & (far == end)), 1.0)


def _lower_limits(problem, rows):
    """Add a shortfall to each lower limit; returns the columns of those that weigh more, and of the others."""
    firm, short, flag = [], [], {}
    for need in np.flatnonzero(problem.optional):
        flag[need] = rows.new_column(1.0, whole=True)
        for edge in np.flatnonzero(problem.need == need):
            rows.new_row([(flag[need], 1.0), (edge, -1.0)], low=0.0)

    def at_least(edges, low, factors=None, *, need=None):
        factors = np.ones(len(edges)) if factors is None else factors
        short_by = rows.new_column()
        terms = [*zip(edges, factors, strict=True), (short_by, 1.0)]
        if need in flag:
            rows.new_row([*terms, (flag[need], -float(low))], low=0.0)
            firm.append(short_by)
        else:
            rows.new_row(terms, low=float(low))
            short.append(short_by)

    for need in range(problem.shape[0]):
        at_least(np.flatnonzero(problem.need == need), problem.demand[0][need], need=need)
    for partner in np.flatnonzero(problem.capacity[0] > 0):
        edges = np.flatnonzero(problem.partner == partner)
        at_least(edges, problem.capacity[0][partner], problem.load[edges])
    for edges, low, _ in problem.groups:
        at_least(edges, low)
    for edges, least in problem.teams:
        at_least(edges, least, need=problem.need[edges[0]])
    return firm + _parted(problem, rows), short


def _parted(problem, rows):
    """Add, for each pair who go together and each need, one without the other; returns the columns."""
    columns = []
    for a, b in problem.together.tolist():
        for need in range(problem.shape[0]):
            ends = [np.flatnonzero((problem.need == need) & (problem.partner == p)) for p in (a, b)]
            apart = [rows.new_column(), rows.new_column()]
            terms = [(edge, sign) for edges, sign in zip(ends, (1.0, -1.0), strict=True) for edge in edges]
            rows.new_row([*terms, (apart[0], 1.0), (apart[1], -1.0)], low=0.0, high=0.0)
            columns += apart
    return columns


def _balance(problem, rows):
    """Add the steps of each partner's load; returns their costs."""
    costs = []
    if problem.balance.size:
        last = problem.balance.size - 1
        for partner in range(problem.shape[1]):
            edges = np.flatnonzero(problem.partner == partner)
            steps = [rows.new_column(np.inf if at == last else 1.0) for at in range(last + 1)]
            loads = zip(edges, problem.load[edges], strict=True)
            rows.new_row([*loads, *((step, -1.0) for step in steps)], low=0.0, high=0.0)
            costs += zip(steps, problem.balance, strict=True)
    return costs


def faults_by_milp(problem: Problem, solution) -> list[str]:
    """Tell what is wrong with a solution, by the integer programs."""
    best = best_by_milp(problem)
    got = measured(problem, solution.chosen.astype(int)[None, :])
    broken = got.over[0] + got.firm[0] + got.short[0]
    told = sum(violation.amount for violation in solution.violations)
    near = 1e-6 * max(1.0, float(np.abs(problem.weight).sum()))
    rules = {
        "a pin or a ban is not kept": (problem.pinned & ~solution.chosen | problem.forbidden & solution.chosen).any(),
        "an upper limit is broken further than pins force": not got.open[0],
        f"violations add up to {told}, not {broken}": abs(told - broken) > 1e-6,
        f"total is told as {solution.total}, not {got.total[0]}": abs(solution.total - got.total[0]) > near,
        f"firm {got.firm[0]}, least {best.firm}": abs(got.firm[0] - best.firm) > 1e-5,
        f"short {got.short[0]}, least {best.short}": abs(got.short[0] - best.short) > 1e-5,
        f"total {got.total[0]}, best {best.total}": not abs(got.total[0] - best.total) <= near,
        f"bound {solution.bound}, best {best.total}": not abs(solution.bound - best.total) <= near,
    }
    return [words for words, is_wrong in rules.items() if is_wrong]
