import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import Problem, solve
from matching.assign.again import settle, solve_again
from matching.assign.flags import is_link, is_tie, with_broken_links, with_links_gathered
from matching.assign.footing import Change, changed_footing, fresh_footing
from matching.assign.model import build_model
from matching.assign.pins import with_pins_apart
from matching.assign.search import is_feasible

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=80, deadline=None, derandomize=True)


def asking(seed):
    """Make two or three needs that are served as they ask or not at all, hours and a team among their limits."""
    rng = np.random.default_rng(seed)
    need, partner = np.nonzero(rng.random((int(rng.integers(1, 4)), 4)) < 0.7)
    n_needs = int(need.max(initial=0)) + 1
    least = rng.integers(1, 4, n_needs)
    return Problem(
        need,
        partner,
        np.round(rng.random(need.size), 2),
        demand=(least, least + rng.integers(0, 2, n_needs)),
        capacity=(0, rng.integers(1, 5, 4)),
        load=rng.integers(1, 4, need.size),
        shape=(n_needs, 4),
        teams=[(np.flatnonzero(need == need[0])[:2], 1)] if need.size else [],
        optional=np.ones(n_needs, dtype=bool),
    )


def whole_points(model):
    """List the whole points within the limits of a model, one bit a column."""
    points = (np.array(x, dtype=float) for x in itertools.product((0, 1), repeat=model.weight.size))
    return {
        x.tobytes() for x in points if is_feasible(model, x) and (model.floor <= x).all() and (x <= model.ceiling).all()
    }


@some
@given(seeds)
def test_one_row_a_need_leaves_the_same_whole_choices_as_one_an_edge(seed):
    problem, rng = asking(seed), np.random.default_rng(seed)
    if not 0 < problem.n_edges <= 8:
        return
    pinned = rng.random(problem.n_edges) < 0.2
    beside = pinned & (rng.random(problem.n_edges) < 0.5)
    change = Change(pinned=pinned, forbidden=np.zeros(problem.n_edges, dtype=bool), beside=beside)
    one, all_ = (changed_footing(fresh_footing(problem, is_gathered=each), change).model for each in (False, True))
    assert whole_points(one) == whole_points(all_)


@some
@given(seeds)
def test_a_point_is_told_the_single_rows_that_it_breaks_and_no_others(seed):
    problem, rng = asking(seed), np.random.default_rng(seed)
    if not problem.n_edges:
        return
    single = build_model(problem)
    model = with_links_gathered(single)
    assert not is_link(model)[np.diff(model.matrix.indptr) > 2].any()
    x = np.round(rng.random(model.weight.size), 1)
    told = with_broken_links(model, x, is_tie(model))
    more = [] if told is None else told.matrix[model.low.size :].toarray().tolist()
    links = single.matrix[np.flatnonzero(is_link(single))].toarray()
    gathered = {int(np.flatnonzero(row)[-1]) for row in links if (links[:, np.flatnonzero(row)[-1]] != 0).sum() > 1}
    broken = [row.tolist() for row in links if row @ x > 1e-6 and int(np.flatnonzero(row)[-1]) in gathered]
    assert sorted(more) == sorted(broken)


@some
@given(seeds)
def test_what_is_asked_again_has_the_total_of_solving_anew(seed):
    problem, rng = asking(seed), np.random.default_rng(seed)
    settled = settle(problem) if problem.n_edges else None
    if settled is None:
        return
    assert settled.solution.total == pytest.approx(solve(problem).total, abs=1e-9)
    pinned = np.arange(problem.n_edges) == rng.integers(problem.n_edges)
    changed = replace(problem, pinned=pinned)
    known = solve(with_pins_apart(changed))
    again = solve_again(settled.footing, Change(pinned=pinned, forbidden=~pinned & False))
    if not known.violations and again is not None:
        assert again.solution.total == pytest.approx(known.total, abs=1e-9)
