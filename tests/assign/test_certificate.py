import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.cases import best_total, plain_problem, random_problem
from matching.assign import solve
from matching.assign.bundles import find_blocks
from matching.assign.certificate import dual_bound
from matching.assign.columns import lagrangian, make_frame
from matching.assign.flow import flow_bound, match, open_part
from matching.assign.model import build_model
from matching.assign.structure import network_rows, part, tighten


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_any_prices_whatever_give_a_true_bound(seed):
    problem, rng = random_problem(seed, most_edges=7), np.random.default_rng(seed)
    best = best_total(problem)
    model = build_model(problem)
    tight = tighten(model)
    for case in (model, tight):
        bound = dual_bound(case, rng.normal(size=case.low.size))
        assert best is None or bound >= best - 1e-9
    free = tight.floor < tight.ceiling
    piece, _ = part(tight, free)
    blocks, block_of = find_blocks(piece) if free.any() else ((), None)
    if blocks and best is not None:
        frame, held = make_frame(piece, blocks, block_of), float(tight.weight[~free] @ tight.floor[~free])
        assert lagrangian(frame, rng.normal(size=frame.joint.low.size), 0.0)[0] + held >= best - 1e-9


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_any_prices_bound_the_head_count_problem(seed):
    problem, rng = plain_problem(seed), np.random.default_rng(seed)
    best, plain = best_total(problem), open_part(problem)
    if best is None or plain is None:
        return
    pinned = problem.weight[problem.pinned].sum()
    bound = flow_bound(plain, rng.normal(size=plain.high.size), rng.random(plain.capacity.size))
    assert bound + pinned >= best - 1e-9
    matched = match(plain)
    assert matched is not None
    assert plain.weight[matched].sum() + pinned == pytest.approx(best)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_what_is_called_a_network_has_a_whole_optimum(seed):
    problem = random_problem(seed)
    tight = tighten(build_model(problem))
    solution = solve(problem)
    if network_rows(tight).all() and not solution.violations:
        assert "mip" not in solution.method
        assert solution.bound == pytest.approx(solution.total, abs=1e-9)
