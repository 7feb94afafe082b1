import itertools

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from assign.cases import feasible_choices, random_problem, services
from matching.assign import Problem, fair_build, fair_whole, solve
from matching.assign.assemble import total_of
from matching.assign.deadline import NEVER, in_seconds
from matching.assign.fair_alone import best_alone
from matching.assign.fair_bound import bounded_by_sets
from matching.assign.fair_build import build_program
from matching.assign.fair_dive import dive_for_sets
from matching.assign.fair_ranked import ranked_edges
from matching.assign.fair_rows import with_floor
from matching.assign.fair_sets import cheapest_sets
from matching.assign.fair_whole import FAILURES, FLOOR_WAYS, raised_by_sets, total_by_sets
from matching.assign.model import build_model
from matching.assign.search import is_feasible
from matching.assign.structure import tighten

seeds = st.integers(0, 2**32 - 1)


def wanting(seed, *, mixed=True):
    """Draw a small problem in which somebody is wanted and which has a plan."""
    problem = random_problem(seed, mixed=mixed, most_edges=7)
    assume((problem.demand[1] > 0).any() and feasible_choices(problem))
    return problem, tighten(build_model(problem))


def abundant(seed, *, mixed):
    """Draw a small problem in which most needs can have somebody, with hours, overlaps and groups where `mixed`."""
    rng = np.random.default_rng(seed)
    pairs = np.array([(0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (2, 3), (0, 3), (1, 3), (2, 0)])
    pairs = pairs[: 5 + rng.integers(5)]
    m = pairs.shape[0]
    weight = rng.choice([rng.uniform(0.1, 1.0, m), rng.integers(1, 4, m) / 4.0])
    rules = {}
    if mixed:
        first = np.flatnonzero(pairs[:, 0] == 0)
        rules = {
            "load": rng.choice([1.0, 1.5, 2.0], 3)[pairs[:, 0]],
            "conflicts": [(0, 1)] if rng.random() < 0.5 else [],
            "groups": [(first, *rng.choice([(0, 1), (1, 3)]))],
        }
    return Problem(*pairs.T, weight, demand=(0, rng.integers(1, 4, 3)), capacity=(0, rng.integers(1, 4, 4)), **rules)


def best_floor(problem):
    return max(services(problem, chosen)[0] for chosen in feasible_choices(problem))


def prices_to_start_from(program, seed):
    return np.random.default_rng(seed).normal(0.5, 0.5, program.model.low.size)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(seeds, st.floats(-0.2, 1.2), st.integers(1, 3), st.booleans())
def test_the_cheapest_set_listed_for_a_need_is_the_cheapest_of_all_that_keep_its_rules(seed, floor, each, mixed):
    problem, model = wanting(seed, mixed=mixed)
    ranked = ranked_edges(problem, model)
    assume(ranked is not None)
    rng = np.random.default_rng(seed)
    cost = rng.normal(0.3, 0.5, model.weight.size)
    limit = np.full(ranked.need.size, rng.choice([0.3, 9.0]))
    found = cheapest_sets(ranked, cost, floor, limit, each=each)
    for row in range(ranked.need.size):
        costs = sorted(some for some in set_costs(ranked, row, cost, floor) if some < limit[row])
        listed = found.cost[found.row == row]
        assert listed.size <= each
        assert listed.size > 0 or not costs
        assert listed.min(initial=np.inf) == pytest.approx(costs[0] if costs else np.inf)
        assert all(np.isclose(costs, some, atol=1e-9).any() for some in listed.tolist())
        assert found.least[row] == pytest.approx(costs[0] if costs else limit[row])


def set_costs(ranked, row, cost, floor):
    """Cost every set of a need that reaches a floor and keeps the rules of the need, by trying them all."""
    there = np.flatnonzero(ranked.edge[row] >= 0)
    for size in range(int(ranked.most[row]) + 1):
        for some in map(list, itertools.combinations(there.tolist(), size)):
            kept = ranked.rule[row][:, some].sum(axis=1)
            keeps = (kept >= ranked.low[row] - 1e-9) & (kept <= ranked.high[row] + 1e-9)
            worth = ranked.weight[row, some].sum() + ranked.sure[row]
            if keeps.all() and worth >= floor * ranked.wanted[row] - 1e-12 * abs(floor * ranked.wanted[row]):
                yield float(cost[ranked.edge[row, some]].sum())


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seeds, st.booleans())
def test_no_plan_has_a_higher_floor_than_sets_in_fractions_reach(seed, mixed):
    problem, model = wanting(seed, mixed=mixed)
    best, program = best_floor(problem), build_program(problem, model)
    assert best_alone(problem, model, deadline=NEVER) >= best - 1e-7
    if program is not None:
        bound, _ = bounded_by_sets(program, max(best, 0.0) + 0.4, prices_to_start_from(program, seed), deadline=NEVER)
        assert bound >= best - 1e-7


def test_sets_in_fractions_refute_a_floor_that_splitting_people_would_reach():
    # two needs want two heads each of three people worth 1: in halves each could have 0.75, whole sets reach 0.5
    problem = Problem([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, np.ones(6), demand=(0, 2), capacity=(0, 1))
    program = build_program(problem, tighten(build_model(problem)))
    bound, prices = bounded_by_sets(program, 0.75, np.ones(3), deadline=NEVER)
    assert 0.5 <= bound < 0.51
    assert prices is not None


def test_what_a_need_could_have_alone_heeds_the_rules_that_speak_of_it_alone():
    # the two best are one household: with one of them and the third, need 0 has (0.9 + 0.4) / 2
    problem = Problem([0, 0, 0], [0, 1, 2], [0.9, 0.8, 0.4], demand=(0, 2), groups=[([0, 1], 0, 1)])
    assert best_alone(problem, tighten(build_model(problem)), deadline=NEVER) == pytest.approx(0.65)
    # all are one household: then the group says all there is to say, and the head-count nothing
    problem = Problem([0, 0, 0], [0, 1, 2], [0.9, 0.8, 0.4], demand=(0, 2), groups=[([0, 1, 2], 0, 1)])
    assert best_alone(problem, tighten(build_model(problem)), deadline=NEVER) == pytest.approx(0.45)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seeds, st.booleans())
def test_what_is_dived_for_keeps_every_limit_and_lies_below_the_bound(seed, mixed):
    problem = abundant(seed, mixed=mixed)
    model = tighten(build_model(problem))
    assume(feasible_choices(problem))
    best, program = best_floor(problem), build_program(problem, model)
    most, prices = bounded_by_sets(program, best + 0.3, prices_to_start_from(program, seed), deadline=NEVER)
    x = raised_by_sets(program, model, most, prices, deadline=NEVER)
    if x is None:
        return
    event(f"found, mixed: {mixed}")
    assert is_feasible(model, x)
    chosen = x[: problem.n_edges] > 0.5
    floor = services(problem, chosen)[0]
    assert 0 < floor <= best + 1e-7
    bound, better = total_by_sets(
        program, tighten(with_floor(model, problem, floor)), floor, x, gap=0.0, deadline=NEVER
    )
    totals = [
        total_of(problem, some) for some in feasible_choices(problem) if services(problem, some)[0] >= floor - 1e-9
    ]
    assert bound >= max(totals) - 1e-6
    assert float(model.weight @ better) >= float(model.weight @ x) - 1e-9
    assert float(model.weight @ better) <= max(totals) + 1e-6


def scarce_needs(n=12, seed=3):
    rng = np.random.default_rng(seed)
    need, partner = np.nonzero(rng.random((n, 2 * n)) < 0.4)
    return Problem(need, partner, rng.random(need.size), demand=(0, rng.integers(1, 4, n)), shape=(n, 2 * n))


def test_dives_reach_a_floor_near_the_bound_that_branch_and_bound_finds_too():
    problem = scarce_needs()
    model = tighten(build_model(problem))
    program, exact = build_program(problem, model), solve(problem, objective="fair")
    most, prices = bounded_by_sets(program, 1.0, np.ones(program.model.low.size), deadline=NEVER)
    x = raised_by_sets(program, model, most, prices, deadline=NEVER)
    floor = services(problem, x[: problem.n_edges] > 0.5)[0]
    assert exact.worst - 1e-7 <= most <= 1.05 * exact.worst
    assert 0.95 * exact.worst <= floor <= exact.worst + 1e-7


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seeds, st.booleans(), st.floats(0.3, 1.0))
def test_whichever_way_a_dive_goes_what_it_finds_keeps_every_limit_and_reaches_the_floor(seed, mixed, share):
    problem = abundant(seed, mixed=mixed)
    model = tighten(build_model(problem))
    assume(feasible_choices(problem))
    floor, program = share * best_floor(problem), build_program(problem, model)
    assume(floor > 0)
    for way in FLOOR_WAYS:
        cheap = -model.weight
        x = dive_for_sets(program, floor, cheap, 10.0, deadline=NEVER, full=way.full, rounds=way.rounds)
        if x is not None:
            event(f"found, mixed: {mixed}")
            assert is_feasible(model, x)
            assert services(problem, x[: problem.n_edges] > 0.5)[0] >= floor - 1e-7


class Dives:
    """Stands in for dives: none finds anything after so many, which end a tenth below what was asked; notes what that was."""

    def __init__(self, finding):
        self.finding, self.asked = finding, []

    def __call__(self, program, floor, profit, penalty, **options):
        self.asked.append((floor, options.get("full"), options.get("rounds"), profit))
        found = len(self.asked) <= self.finding
        return dive_for_sets(program, 0.9 * floor, profit, penalty, **options) if found else None


def raised_with(dives, deadline=NEVER):
    problem = scarce_needs()
    model = tighten(build_model(problem))
    program = build_program(problem, model)
    most, prices = bounded_by_sets(program, 1.0, np.ones(program.model.low.size), deadline=NEVER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair_whole, "dive_for_sets", dives)
        return most, raised_by_sets(program, model, most, prices, deadline=deadline)


def test_after_a_dive_that_found_nothing_another_way_or_another_floor_is_tried():
    dives = Dives(finding=1)
    most, x = raised_with(dives)
    assert x is not None
    failed = dives.asked[1:]
    assert len(failed) == FAILURES
    tried = [(floor, full, rounds, profit.tobytes()) for floor, full, rounds, profit in failed]
    assert len(set(tried)) == FAILURES
    assert all(0.8 * most < floor < most for floor, *_ in failed)


def test_while_nothing_was_found_lower_and_lower_floors_are_dived_for():
    dives = Dives(finding=0)
    _, x = raised_with(dives)
    floors = [floor for floor, *_ in dives.asked]
    assert x is None
    assert floors == sorted(floors, reverse=True)
    assert floors[-1] < 0.95 * floors[0]


def test_who_sets_a_time_limit_has_it_used_until_nothing_is_left_to_win():
    dives = Dives(finding=2)  # the first of them is the coarse one
    raised_with(dives, in_seconds(0.5))
    assert len(dives.asked) > 2 + FAILURES


def test_without_a_solver_that_stays_warm_there_is_no_program_over_sets():
    problem = scarce_needs()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair_build, "is_available", lambda: False)
        assert build_program(problem, tighten(build_model(problem))) is None
