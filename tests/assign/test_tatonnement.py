import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import Problem, marginal_values, plain, solve
from matching.assign.flow import open_part
from matching.assign.tatonnement import match_likely

seeds = st.integers(0, 2**32 - 1)


def contended(seed, *, n_needs=40, n_partners=160, degree=16, tied=False, mandatory=False, seats=1):
    rng = np.random.default_rng(seed)
    pool = np.argsort(rng.random((n_needs, n_partners)), axis=1)[:, :degree]
    talent = rng.random(n_partners)
    weight = 0.1 + 0.7 * talent[pool] + 0.2 * rng.random(pool.shape)
    weight = np.round(weight, 1) if tied else weight
    heads = rng.integers(1, 6, n_needs)
    low = np.where(rng.random(n_needs) < 0.3, heads, 0) if mandatory else 0
    need = np.repeat(np.arange(n_needs), degree)
    capacity = rng.integers(0 if seats > 1 else 1, seats + 1, n_partners)
    limits = {"demand": (low, heads), "capacity": (0, capacity), "shape": (n_needs, n_partners)}
    return Problem(need, pool.ravel(), weight.ravel(), **limits)


def without_trial(problem):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "match_likely", lambda _: iter(()))
        return solve(problem)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds, st.booleans(), st.booleans(), st.sampled_from([60, 90, 160, 400]), st.sampled_from([1, 1, 2, 3]))
def test_trial_prices_lead_to_the_same_total_and_the_same_lowest_prices(seed, tied, mandatory, n_partners, seats):
    problem = contended(seed, n_partners=n_partners, tied=tied, mandatory=mandatory, seats=seats)
    quick, slow = solve(problem), without_trial(problem)
    assert quick.total == pytest.approx(slow.total, abs=1e-9)
    assert bool(quick.violations) == bool(slow.violations)
    if not slow.violations:
        assert quick.gap <= 1e-12
        assert quick.partner_price == pytest.approx(marginal_values(problem, quick).partner, abs=1e-9)
        assert quick.partner_price == pytest.approx(slow.partner_price, abs=1e-9)


def test_contended_partners_are_matched_among_the_edges_near_trial_prices():
    methods = [solve(contended(seed, seats=1 + seed % 3)).method for seed in range(12)]
    assert sum("trial prices" in method for method in methods) >= 10


def test_partners_who_are_fewer_than_the_heads_asked_for_are_matched_among_likely_edges_too():
    problem = contended(3, n_partners=60)
    assert problem.demand[1].sum() > 60
    assert "trial prices" in solve(problem).method


def test_where_trial_prices_lead_astray_the_last_choice_is_made_at_the_weights_themselves():
    # forced to fill all heads, the first choices would give the one good partner away
    problem = contended(5, n_partners=90)
    *_, last = match_likely(open_part(problem))
    assert problem.weight[open_part(problem).edges][last[0]].sum() == pytest.approx(without_trial(problem).total)


def test_a_choice_that_its_prices_do_not_prove_is_thrown_away():
    problem = contended(1)
    expected = solve(problem).total
    with pytest.MonkeyPatch.context() as patch:
        none = np.zeros(problem.n_edges, dtype=bool)
        patch.setattr(plain, "match_likely", lambda _: iter([(none, none)]))
        assert solve(problem).total == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "problem",
    [
        Problem([0, 1], [0, 0], [1.0, 2.0]),
        Problem(*np.indices((30, 30)).reshape(2, -1), np.ones(900), demand=(1, 3)),
    ],
    ids=["few edges", "between one and three heads"],
)
def test_what_trial_prices_do_not_fit_is_left_to_the_expansion(problem):
    assert not list(match_likely(open_part(problem)))
