import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.cases import random_problem
from matching.assign import Problem, check_choice, simplex, solve
from matching.assign import footing as footing_module
from matching.assign.again import NoBetter, Unwritten, settle, solve_again, solve_better
from matching.assign.footing import Change
from matching.assign.pins import with_pins_apart

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=120, deadline=None, derandomize=True)


def without_balance(seed, most_edges):
    return replace(random_problem(seed, most_edges=most_edges), balance=None)


@some
@given(seeds)
def test_a_settled_problem_is_solved_to_the_same_total_as_by_every_other_method(seed):
    problem = without_balance(seed, 14)
    known, settled = solve(problem), settle(problem)
    if known.violations:
        assert settled is None
        return
    if settled is not None:
        assert check_choice(problem, settled.solution.chosen) == ()
        assert settled.solution.total == pytest.approx(known.total, abs=1e-7)


@some
@given(seeds)
def test_solving_again_after_pins_bans_new_weights_and_groups_gives_what_solving_anew_gives(seed):
    problem, rng = without_balance(seed, 16), np.random.default_rng(seed)
    settled = settle(problem)
    if settled is None:
        return
    for _ in range(3):
        changed = changed_problem(problem, rng)
        again = solve_again(settled.footing, change_to(problem, changed))
        known = solve(with_pins_apart(changed))
        if known.violations:
            assert again is None
            continue
        if again is None:
            continue
        assert check_choice(with_pins_apart(changed), again.solution.chosen) == ()
        assert again.solution.total == pytest.approx(known.total, abs=1e-7)
        settled = again


@some
@given(seeds, st.floats(0.5, 1.5))
def test_what_is_said_to_be_no_better_is_never_worth_more(seed, share):
    problem, rng = without_balance(seed, 16), np.random.default_rng(seed)
    settled = settle(problem)
    if settled is None:
        return
    changed = changed_problem(problem, rng)
    if (np.bincount(changed.need[changed.pinned], minlength=changed.shape[0]) > changed.demand[1]).any():
        return
    known, above = solve(with_pins_apart(changed)), share * abs(settled.solution.total)
    better = solve_better(settled.footing, change_to(problem, changed), above=above)
    if isinstance(better, NoBetter):
        assert known.violations or known.total <= above + 1e-7
    elif better is not None:
        assert better.solution.total == pytest.approx(known.total, abs=1e-7)


def changed_problem(problem, rng):
    n = problem.n_edges
    pinned = rng.random(n) < 0.15
    size = int(rng.integers(0, n + 1))
    edges = np.sort(rng.choice(n, size=size, replace=False))
    return replace(
        problem,
        weight=problem.weight + rng.choice([0.0, 0.3], n) * rng.normal(size=n),
        pinned=pinned,
        forbidden=~pinned & (rng.random(n) < 0.15),
        groups=(*problem.groups, *([(edges, 0.0, float(rng.integers(1, 4)))] if size else [])),
    )


def change_to(problem, changed):
    return Change(
        weight=changed.weight,
        demand=changed.demand,
        optional=changed.optional,
        pinned=changed.pinned,
        forbidden=changed.forbidden,
        groups=changed.groups[len(problem.groups) :],
    )


def test_a_need_whose_people_are_pinned_may_stop_asking_for_all_or_nobody():
    problem = Problem([0, 0, 1], [0, 1, 1], [1.0, 1.0, 5.0], demand=([2, 1], [2, 1]), optional=[True, True])
    settled = settle(problem)
    assert settled.solution.total == pytest.approx(5.0)
    pinned = np.array([True, False, False])
    change = Change(
        demand=(np.array([1, 1]), np.array([2, 1])),
        optional=np.array([False, True]),
        pinned=pinned,
        forbidden=~pinned & False,
    )
    assert solve_again(settled.footing, change).solution.chosen.tolist() == [True, False, True]


def test_what_contradicts_itself_or_is_empty_is_left_to_others():
    assert settle(Problem([], [], [])) is None
    assert settle(Problem([0, 1], [0, 0], [1.0, 1.0], demand=(1, 1))) is None


@some
@given(seeds)
def test_without_a_simplex_that_starts_from_a_basis_the_answers_are_the_same(seed):
    problem, rng = without_balance(seed, 16), np.random.default_rng(seed)
    changes = [changed_problem(problem, rng) for _ in range(2)]
    totals = []
    for is_warm in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(footing_module, "is_available", lambda is_warm=is_warm: is_warm and simplex.is_available())
            settled = settle(problem)
            if settled is None:
                return
            answers = [solve_again(settled.footing, change_to(problem, changed)) for changed in changes]
        totals.append([None if each is None else each.solution.total for each in answers])
    for warm, cold in zip(*totals, strict=True):
        if warm is not None and cold is not None:
            assert warm == pytest.approx(cold, abs=1e-7)


def test_an_answer_does_not_depend_on_what_was_asked_before():
    problem = without_balance(5, 16)
    settled = settle(problem)
    rng = np.random.default_rng(0)
    changes = [change_to(problem, changed_problem(problem, rng)) for _ in range(6)]
    asked = [solve_again(settled.footing, change) for change in changes]
    for change, before in zip(reversed(changes), reversed(asked), strict=True):
        after = solve_again(settled.footing, change)
        assert (after is None) == (before is None)
        if after is not None:
            assert after.solution.chosen.tolist() == before.solution.chosen.tolist()
            assert after.solution.need_price.tolist() == before.solution.need_price.tolist()


def test_a_kept_simplex_survives_being_copied_to_another_process():
    settled = settle(without_balance(5, 16))
    copied = pickle.loads(pickle.dumps(settled.footing.simplex))  # noqa: S301  # written in the line itself
    assert copied.solve(settled.footing.model).x is not None


@some
@given(seeds)
def test_all_or_nobody_beside_head_counts_alone_is_solved_to_the_same_total_and_again(seed):
    rng = np.random.default_rng(seed)
    need, partner = np.nonzero(rng.random((4, 6)) < 0.6)
    least = rng.integers(0, 4, 4)
    problem = Problem(
        need,
        partner,
        np.round(rng.random(need.size), 2),
        demand=(least, least + rng.integers(0, 2, 4)),
        capacity=(0, rng.integers(1, 3, 6)),
        shape=(4, 6),
        optional=np.ones(4, dtype=bool),
    )
    settled = settle(problem) if need.size else None
    if settled is None:
        return
    assert check_choice(problem, settled.solution.chosen) == ()
    assert settled.solution.total == pytest.approx(solve(problem).total, abs=1e-9)
    forbidden = rng.random(need.size) < 0.3
    again = solve_again(settled.footing, Change(pinned=np.zeros(need.size, dtype=bool), forbidden=forbidden))
    assert again.solution.total == pytest.approx(solve(replace(problem, forbidden=forbidden)).total, abs=1e-9)


def test_what_only_head_counts_limit_is_written_as_rows_when_it_is_asked_again():
    problem = Problem([0, 0, 1], [0, 1, 2], [1.0, 1.0, 5.0], demand=([2, 1], [2, 1]), optional=[True, True])
    settled = settle(problem)
    assert isinstance(settled.footing, Unwritten)
    assert settled.solution.method.startswith("flow")
    # beside one who can come a second one cannot: then it is no flow
    assert not isinstance(settle(replace(problem, forbidden=[False, True, False])).footing, Unwritten)
