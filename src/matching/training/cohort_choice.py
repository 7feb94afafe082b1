"""One plan over the cohort: seats, dates and money, solved together by `matching.assign`."""

import dataclasses
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from matching.assign import Problem, Solution, solve, solve_within
from matching.errors import CallError
from matching.training.cohort_model import OfferKind
from matching.training.cohort_value import OfferValues, levels_led

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Group = tuple[Ints, float, float]
Pair = tuple[str, str]

_ROUNDS = 24
_ROUNDING = 1e-6
_NODES = 2_000  # that a search may open: a limit in seconds would give other plans on a busy machine
_GAP = 5e-4  # proved within a second for a cohort of thirty; nobody would see the difference
_LIMITS = {OfferKind.COURSE: "courses_most", OfferKind.PLACEMENT: "placements_most", OfferKind.MENTOR: "mentors_most"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlanWishes:
    """What people want of a cohort's plan.

    Attributes
    ----------
    pinned : frozenset of (cadre_id, offer_id)
        To be planned whatever the value.
    forbidden : mapping of (cadre_id, offer_id) to str
        Not to be planned, with the reason given.
    """

    pinned: frozenset[Pair] = frozenset()
    forbidden: Mapping[Pair, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class CohortChoice:
    """Who is sent where, with the proof.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_trainees, n_offers)
    total, bound, gap : float
        Value, what no plan of as many served cadres can exceed, and how far the one may be from the other.
    spent : float
        Money.
    price : float
        Value that one more unit of money would add, where money is short; else 0.
    called_off : tuple of int
        Columns of offers that too few would come to.
    method : str
        How it was found.
    """

    chosen: Bools
    total: float
    bound: float
    gap: float
    spent: float
    price: float
    called_off: tuple[int, ...]
    method: str


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """The arrays that all solves share; `open_` marks the edges whose offers take place."""

    values: OfferValues
    rows: Ints
    columns: Ints
    value: Floats
    cost: Floats
    pinned: Bools
    groups: tuple[Group, ...]
    open_: Bools


def choose_offers(values: OfferValues, wishes: PlanWishes) -> CohortChoice:
    """Choose who is sent where.

    As many cadres as can be are given something, then the value is highest. Without money that binds and courses that too few
    would come to this is a network; else a mixed-integer program of the same limits, in which a course takes place with enough
    people or not at all, stops at a proved gap. Should it find nothing in its time, the emptiest course is called off and all is
    solved again, and money has one price for all.

    Parameters
    ----------
    values : OfferValues
        Of all pairs.
    wishes : PlanWishes
        Pins and the like.

    Returns
    -------
    choice : CohortChoice

    Raises
    ------
    CallError
        If a pin breaks a rule, or pins cannot be had together.
    """
    task = _task(values, wishes)
    free = _solve(task, 0.0)
    budget = values.cohort.budget
    if _spent(task, free.chosen) <= budget and _weakest(task, free.chosen) is None:
        return _choice(task, free.chosen, free.bound, method=free.method)
    found = solve_within(
        _problem(task, task.value), cost=task.cost, most=budget, least=_least(task), gap=_GAP,
        node_limit=_NODES,
    )  # fmt: skip
    if found.is_impossible:
        raise CallError(
            f"What is pinned costs more than the budget of {budget:g}, or cannot be had together. Let a pin go or raise the budget."
        )
    if found.chosen is not None:
        return _choice(
            task, found.chosen, found.bound, price=found.price, free=free, method="milp: budget and least numbers"
        )
    return _by_price(task, free)


def _choice(
    task: _Task, edges: Bools, bound: float, *, price: float = 0.0, free: Solution | None = None, method: str
) -> CohortChoice:
    shape = task.values.shares.shape[:2]
    chosen = np.zeros(shape, dtype=np.bool_)
    chosen[task.rows[edges], task.columns[edges]] = True
    total = float(task.value[edges].sum())
    bound = total if bound - total < _ROUNDING else bound
    wanted = set() if free is None else set(task.columns[free.chosen].tolist())
    off = tuple(sorted(each for each in wanted - set(task.columns[edges].tolist()) if _least(task)[each] > 1))
    gap = (bound - total) / max(abs(bound), 1e-12)
    return CohortChoice(chosen, total, bound, gap, _spent(task, edges), price, off, method)


def _by_price(task: _Task, free: Solution) -> CohortChoice:
    """Choose by one price of money for all, and call off the emptiest course until all that are left have enough people."""
    solution, bound, price = _paid(task)
    for _ in range(int(task.values.policy["rounds_most"])):
        weak = _weakest(task, solution.chosen)
        if weak is None:
            break
        task = dataclasses.replace(task, open_=task.open_ & (task.columns != weak))
        solution, _, price = _paid(task)
    return _choice(task, solution.chosen, bound, price=price, free=free, method=solution.method)


def _least(task: _Task) -> Floats:
    """Return the number with which each offer takes place; what is pinned takes place anyway."""
    least = np.array([float(offer.least) for offer in task.values.cohort.offers])
    least[task.columns[task.pinned]] = 0
    return least


def _task(values: OfferValues, wishes: PlanWishes) -> _Task:
    cohort = values.cohort
    allowed = values.allowed()
    pinned = np.zeros_like(allowed)
    for cadre, offer in wishes.forbidden:
        allowed[cohort.row(cadre), cohort.column(offer)] = False
    for cadre, offer in wishes.pinned:
        row, column = cohort.row(cadre), cohort.column(offer)
        rule = next((rule for rule, mask in values.broken.items() if mask[row, column]), None)
        if rule is not None:
            raise CallError(f"{cadre} cannot be pinned to {offer}: it breaks the rule {rule.value!r}.")
        pinned[row, column] = allowed[row, column] = True
    rows, columns = (axis.astype(np.int64) for axis in np.nonzero(allowed))
    cost = np.array([offer.cost for offer in cohort.offers])[columns]
    return _Task(
        values, rows, columns, values.score()[rows, columns], cost, pinned[rows, columns],
        tuple(_groups(values, rows, columns)), np.ones(rows.size, dtype=np.bool_),
    )  # fmt: skip


def _groups(values: OfferValues, rows: Ints, columns: Ints) -> Iterator[Group]:
    """Limits that hold for each cadre: few of each kind, few courses for one competency, one thing at a time.

    Courses are counted under the competency that they serve the cadre best in, so that limits nest and the problem
    stays a network; dates that clash are the only rows across.
    """
    offers, policy = values.cohort.offers, values.policy
    for row, trainee in enumerate(values.cohort.trainees):
        mine = np.flatnonzero(rows == row)
        for kind in OfferKind:
            some = np.array([e for e in mine if offers[columns[e]].kind is kind], dtype=np.int64)
            if some.size > policy[_LIMITS[kind]]:
                yield some, 0, policy[_LIMITS[kind]]
            if kind is not OfferKind.COURSE:
                continue
            for name, edges in _by_competency(values, row, some, columns).items():
                most = min(policy["competency_most"], trainee.lacks[name][1] - trainee.lacks[name][0])
                if len(edges) > most:
                    yield np.array(edges, dtype=np.int64), 0, most
            yield from _clashes(values, some, columns)


def _by_competency(values: OfferValues, row: int, edges: Ints, columns: Ints) -> dict[str, list[int]]:
    trainee, step = values.cohort.trainees[row], values.policy["step_levels"]
    found: dict[str, list[int]] = {}
    for edge in edges:
        led = levels_led(values.cohort.offers[columns[edge]], trainee, step)
        if led:
            best = min(led, key=lambda name: (-led[name], trainee.lacks[name][0] - trainee.lacks[name][1], name))
            found.setdefault(best, []).append(int(edge))
    return found


def _clashes(values: OfferValues, edges: Ints, columns: Ints) -> Iterator[Group]:
    """Courses of one cadre that are going on at the moment at which one of them begins."""
    offers = values.cohort.offers
    seen: set[tuple[int, ...]] = set()
    for edge in edges:
        for window in offers[columns[edge]].windows:
            now = tuple(
                int(other)
                for other in edges
                if any(each.start <= window.start < each.end for each in offers[columns[other]].windows)
            )
            if len(now) > 1 and now not in seen:
                seen.add(now)
                yield np.array(now, dtype=np.int64), 0, 1


def _problem(task: _Task, weight: Floats) -> Problem:
    offers = task.values.cohort.offers
    shape = task.values.shares.shape
    can = np.bincount(task.rows[task.open_], minlength=shape[0])
    seats = np.array([offer.seats for offer in offers], dtype=np.float64)
    return Problem(
        task.rows, task.columns, weight,
        demand=(np.minimum(can, 1), can), capacity=(np.zeros(shape[1]), seats), shape=(shape[0], shape[1]),
        pinned=task.pinned & task.open_, forbidden=~task.open_, groups=task.groups,
    )  # fmt: skip


def _solve(task: _Task, price: float) -> Solution:
    solution = solve(_problem(task, task.value - price * task.cost), node_limit=_NODES)
    hard = [each for each in solution.violations if each.rule != "demand_lo"]
    if hard:
        raise CallError(
            f"What is pinned cannot be had together ({hard[0].rule}: {hard[0].got:g} of {hard[0].limit:g}). Let a pin go."
        )
    return solution


def _paid(task: _Task) -> tuple[Solution, float, float]:
    """Return the best choice that the budget pays for, a bound, and the price of money."""
    budget = task.values.cohort.budget
    free = _solve(task, 0.0)
    if _spent(task, free.chosen) <= budget:
        return free, free.bound, 0.0
    low, high = 0.0, _dearest(task)
    best = _solve(task, high)
    if _spent(task, best.chosen) > budget:
        raise CallError(
            f"What is pinned, and one thing for everybody, costs {_spent(task, best.chosen):g}; the budget is {budget:g}. Let a pin go or raise the budget."
        )
    bound = min(free.bound, best.bound + high * budget)
    for _ in range(_ROUNDS):
        price = (low + high) / 2
        solution = _solve(task, price)
        bound = min(bound, solution.bound + price * budget)
        if _spent(task, solution.chosen) > budget:
            low = price
            continue
        high = price
        if task.value[solution.chosen].sum() > task.value[best.chosen].sum():
            best = solution
        if bound - task.value[best.chosen].sum() < _ROUNDING:
            break
    return best, bound, high


def _spent(task: _Task, edges: Bools) -> float:
    return float(task.cost[edges].sum())


def _dearest(task: _Task) -> float:
    """Return a price of money at which only what has to be bought is bought."""
    return 2 * float(task.value.max() + 1) / float(task.cost[task.cost > 0].min())


def _weakest(task: _Task, edges: Bools) -> int | None:
    """Return the offer that falls shortest of the number at which it takes place; pinned ones take place anyway."""
    offers = task.values.cohort.offers
    coming = np.bincount(task.columns[edges], minlength=len(offers))
    held = set(task.columns[task.pinned].tolist())
    short = [
        (coming[at] / offer.least, at)
        for at, offer in enumerate(offers)
        if 0 < coming[at] < offer.least and at not in held
    ]
    return min(short)[1] if short else None
