"""The auction against exact linear programmes, on its own proofs and on hostile input."""

import sys
from functools import cache
from itertools import combinations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

import matching.assign
from matching.assign import auction_stages
from matching.assign.auction import AuctionResult, auction_assign
from matching.assign.auction_bids import best_two, rank_margins
from matching.assign.auction_compile import compiled
from matching.assign.auction_fetch import fetch_ahead, fetch_row
from matching.errors import InvalidProblemError, MissingExtraError

WEIGHTS = {
    "floats": st.floats(-2.0, 5.0, allow_subnormal=False, width=32),
    "few values": st.sampled_from([-1.0, 0.0, 0.5, 1.0]),
    "one value": st.just(0.5),
    "zeros": st.just(0.0),
    "far apart": st.sampled_from([1e-6, 1e-3, 1.0, 1e3, 1e6]),
}


def edges_of(mask):
    """The edges of a boolean matrix (needs, partners) as need pointers and partners."""
    need, partner = np.nonzero(mask)
    return np.searchsorted(need, np.arange(mask.shape[0] + 1)), partner


def optimum_of(ptr, partner, weight, demand, capacity):
    """The greatest total, by the integer programme of HiGHS."""
    if not weight.size:
        return 0.0
    edges = np.arange(weight.size)
    need = np.repeat(np.arange(demand.size), np.diff(ptr))
    ones = np.ones(weight.size)
    rows = csr_array((ones, (need, edges)), (demand.size, weight.size))
    columns = csr_array((ones, (partner, edges)), (capacity.size, weight.size))
    limits = [LinearConstraint(rows, -np.inf, demand), LinearConstraint(columns, -np.inf, capacity)]
    # HiGHS has absolute tolerances: the oracle needs weights near 1.
    scale = np.abs(weight).max() or 1.0
    answer = milp(-weight / scale, integrality=1, bounds=Bounds(0, 1), constraints=limits, options={"mip_rel_gap": 0.0})
    return -answer.fun * scale


def best_by_trying(ptr, partner, weight, demand, capacity):
    """The greatest total, by trying every choice of every need against the seats that are left."""

    @cache
    def best_from(need, seats):
        if need == demand.size:
            return 0.0
        edges = [e for e in range(ptr[need], ptr[need + 1]) if seats[partner[e]] > 0]
        best = -np.inf
        for people in range(min(int(demand[need]), len(edges)) + 1):
            for group in combinations(edges, people):
                left = list(seats)
                for e in group:
                    left[partner[e]] -= 1
                best = max(best, float(weight[list(group)].sum()) + best_from(need + 1, tuple(left)))
        return best

    return best_from(0, tuple(capacity.tolist()))


def scale_of(weight):
    return max(1e-300, float(np.abs(weight).max(initial=0.0)))


def check_limits(result: AuctionResult, ptr, partner, weight, demand, capacity):
    need = np.repeat(np.arange(demand.size), np.diff(ptr))
    assert (np.bincount(need[result.chosen], minlength=demand.size) <= demand).all()
    assert (np.bincount(partner[result.chosen], minlength=capacity.size) <= capacity).all()
    assert (weight[result.chosen] > 0).all()
    assert result.total == pytest.approx(weight[result.chosen].sum(), rel=1e-12)


def dual_value(price, ptr, partner, weight, demand, capacity):
    """The bound written out: the best margins of every need plus what the seats cost."""
    margin = np.maximum(weight - price[partner], 0.0)
    best = [np.sort(margin[ptr[i] : ptr[i + 1]])[::-1][: demand[i]].sum() for i in range(demand.size)]
    return sum(best) + float(capacity @ price)


@st.composite
def problems(draw, *, most_needs=7, most_partners=8):
    n_needs, n_partners = draw(st.integers(0, most_needs)), draw(st.integers(1, most_partners))
    mask = draw(arrays(bool, (n_needs, n_partners)))
    ptr, partner = edges_of(mask)
    weight = draw(arrays(np.float64, partner.size, elements=WEIGHTS[draw(st.sampled_from(sorted(WEIGHTS)))]))
    demand = draw(arrays(np.int64, n_needs, elements=st.integers(0, 4)))
    capacity = draw(arrays(np.int64, n_partners, elements=st.integers(0, 3)))
    return ptr, partner, weight, demand, capacity


def random_problem(rng, n_needs, n_partners, degree, *, most_demand=4, most_capacity=2):
    mask = rng.random((n_needs, n_partners)) < degree / n_partners
    ptr, partner = edges_of(mask)
    demand, capacity = rng.integers(0, most_demand + 1, n_needs), rng.integers(0, most_capacity + 1, n_partners)
    return ptr, partner, rng.random(partner.size), demand, capacity


@given(problems(most_needs=4, most_partners=5))
@settings(max_examples=1000, deadline=None)
def test_the_choice_is_the_best_of_all_choices(problem):
    result = auction_assign(*problem)
    check_limits(result, *problem)
    assert result.total == pytest.approx(best_by_trying(*problem), rel=1e-12, abs=1e-12 * scale_of(problem[2]))


@given(problems())
@settings(max_examples=1000, deadline=None)
def test_total_and_bound_meet_and_the_bound_is_the_dual_value_of_the_prices(problem):
    ptr, partner, weight, demand, _ = problem
    result = auction_assign(*problem)
    assert (result.partner_price >= 0).all()
    assert (result.need_price >= 0).all()
    scale = scale_of(weight)
    assert result.bound == pytest.approx(dual_value(result.partner_price, *problem), rel=1e-12, abs=1e-12 * scale)
    assert result.total == pytest.approx(result.bound, rel=1e-11, abs=1e-11 * scale)
    reduced = weight - result.partner_price[partner] - np.repeat(result.need_price, np.diff(ptr))
    open_need = np.repeat(demand > 0, np.diff(ptr))
    assert (reduced[result.chosen] >= -1e-9 * scale).all()
    assert (reduced[~result.chosen & open_need] <= 1e-9 * scale).all()


@given(problems(), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-3, 0.2]))
@settings(max_examples=500, deadline=None)
def test_any_earlier_prices_and_choice_lead_to_the_same_total(problem, seed, gap):
    rng = np.random.default_rng(seed)
    price = rng.random(problem[4].size) * rng.choice([0.0, 0.1, 10.0])
    earlier = rng.random(problem[1].size) < rng.random()
    result = auction_assign(*problem, gap=gap, start_partner_price=price, start_chosen=earlier)
    check_limits(result, *problem)
    scale = scale_of(problem[2])
    assert result.bound - result.total <= gap * result.bound + 1e-11 * scale
    assert result.total >= (1 - gap) * auction_assign(*problem).total - 1e-11 * scale


@pytest.mark.parametrize("seed", range(6))
def test_hundreds_of_needs_reach_the_optimum_cold_and_warm(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 150, 120 + 60 * seed, 25, most_demand=6, most_capacity=1 + seed % 3)
    ptr, partner, weight, demand, capacity = problem
    first = auction_assign(*problem)
    assert first.total == pytest.approx(optimum_of(*problem), rel=1e-9)
    changed = weight.copy()
    touched = np.repeat(rng.random(demand.size) < 0.1, np.diff(ptr))
    changed[touched] = rng.random(int(touched.sum()))
    again = (ptr, partner, changed, demand, capacity)
    warm = auction_assign(*again, start_partner_price=first.partner_price, start_chosen=first.chosen)
    check_limits(warm, *again)
    assert warm.total == pytest.approx(optimum_of(*again), rel=1e-9)
    assert warm.edges_looked_at < first.edges_looked_at


@pytest.mark.parametrize("family", ["ties", "one value", "one ranking", "scarce", "heavy tail", "products"])
def test_families_that_start_price_wars_still_end_at_the_optimum(family):
    rng = np.random.default_rng(7)
    ptr, partner, weight, demand, capacity = random_problem(rng, 120, 200, 40, most_demand=5, most_capacity=1)
    quality = rng.random(200)
    urgency = np.repeat(rng.random(120), np.diff(ptr))
    weight = {
        "ties": np.round(weight, 1),
        "one value": np.full(weight.size, 0.5),
        "one ranking": quality[partner],
        "scarce": weight,
        "heavy tail": np.exp(6 * rng.standard_normal(weight.size)),
        "products": urgency * quality[partner],
    }[family]
    demand = demand * 4 if family == "scarce" else demand
    result = auction_assign(ptr, partner, weight, demand, capacity)
    check_limits(result, ptr, partner, weight, demand, capacity)
    assert result.total == pytest.approx(optimum_of(ptr, partner, weight, demand, capacity), rel=1e-9)
    assert result.gap <= 1e-11


def test_dense_one_to_one_equals_the_hungarian_method():
    rng = np.random.default_rng(3)
    weight = rng.random((90, 110))
    rows, columns = linear_sum_assignment(weight, maximize=True)
    ptr, partner = edges_of(np.ones(weight.shape, dtype=bool))
    result = auction_assign(ptr, partner, weight.ravel(), np.ones(90, dtype=int), np.ones(110, dtype=int))
    assert result.total == pytest.approx(weight[rows, columns].sum(), rel=1e-12)
    assert np.array_equal(np.flatnonzero(result.chosen), rows * 110 + columns)


def test_one_need_may_want_more_people_than_a_short_list_holds():
    rng = np.random.default_rng(5)
    weight = rng.random((3, 3000))
    ptr, partner = edges_of(np.ones(weight.shape, dtype=bool))
    demand, capacity = np.array([900, 40, 700]), np.ones(3000, dtype=int)
    problem = (ptr, partner, weight.ravel(), demand, capacity)
    result = auction_assign(*problem)
    check_limits(result, *problem)
    assert result.total == pytest.approx(dual_value(result.partner_price, *problem), rel=1e-12)
    assert result.chosen.sum() == demand.sum()


def test_a_long_chain_of_displacements_is_followed_to_its_end():
    # Need i likes partner i a little more than i + 1; one more person for need 0 moves everybody by one.
    n = 3000
    partner = np.column_stack([np.arange(n), np.arange(1, n + 1)]).ravel()
    weight = np.tile([1.0, 1.0 - 1e-7], n)
    demand = np.ones(n, dtype=int)
    demand[0] = 2
    result = auction_assign(np.arange(0, 2 * n + 1, 2), partner, weight, demand, np.ones(n + 1, dtype=int))
    assert result.chosen.sum() == n + 1
    assert result.total == pytest.approx(1.0 + (1.0 - 1e-7) * n, rel=1e-12)
    assert result.gap <= 1e-12


def test_two_equal_runs_give_equal_arrays():
    problem = random_problem(np.random.default_rng(11), 200, 300, 20)
    first, second = auction_assign(*problem), auction_assign(*problem)
    assert np.array_equal(first.chosen, second.chosen)
    assert np.array_equal(first.partner_price, second.partner_price)
    assert first.edges_looked_at == second.edges_looked_at


def test_a_gap_asked_for_stops_early_and_is_kept():
    problem = random_problem(np.random.default_rng(13), 400, 500, 30, most_demand=3, most_capacity=1)
    exact, quick = auction_assign(*problem), auction_assign(*problem, gap=0.02)
    assert quick.gap <= 0.02
    assert quick.total >= 0.98 * exact.total
    assert quick.edges_looked_at <= exact.edges_looked_at
    assert quick.bound >= exact.total - 1e-9


def test_nothing_to_do_gives_nothing():
    nothing = np.zeros(0, dtype=int)
    result = auction_assign([0], nothing, [], nothing, nothing)
    assert (result.total, result.bound, result.gap, result.chosen.size) == (0.0, 0.0, 0.0, 0)
    lonely = auction_assign([0, 0, 0], nothing, [], [3, 1], [1, 1])
    assert (lonely.total, lonely.chosen.size, lonely.need_price.tolist()) == (0.0, 0, [0.0, 0.0])


def test_worthless_and_harmful_edges_are_never_chosen():
    result = auction_assign([0, 3], [0, 1, 2], [0.0, -1.0, -0.0], [3], [1, 1, 1])
    assert not result.chosen.any()
    assert (result.total, result.bound, result.gap) == (0.0, 0.0, 0.0)


def test_closed_partners_and_needs_stay_out_and_cost_the_bound_nothing():
    result = auction_assign([0, 2, 4], [0, 1, 0, 1], [5.0, 1.0, 4.0, 2.0], [1, 0], [0, 1])
    assert result.chosen.tolist() == [False, True, False, False]
    assert result.bound == pytest.approx(1.0)


def test_the_arrays_given_are_not_changed_and_may_be_read_only():
    problem = random_problem(np.random.default_rng(17), 30, 40, 10)
    copies = [array.copy() for array in problem]
    for array in problem:
        array.flags.writeable = False
    price = np.full(40, 0.5)
    chosen = np.zeros(problem[1].size, dtype=bool)
    chosen.flags.writeable = False
    auction_assign(*problem, start_partner_price=price, start_chosen=chosen)
    assert all(np.array_equal(array, copy) for array, copy in zip(problem, copies, strict=True))
    assert (price == 0.5).all()


def test_huge_and_tiny_weights_are_solved_in_their_own_scale():
    for scale in (1e-300, 1e-9, 1e9, 1e290):
        result = auction_assign([0, 2, 4], [0, 1, 0, 1], np.array([0.9, 0.8, 0.7, 0.1]) * scale, [1, 1], [1, 1])
        assert result.chosen.tolist() == [False, True, True, False]
        assert result.gap <= 1e-12


GOOD = {"need_ptr": [0, 1, 2], "partner": [0, 1], "weight": [1.0, 2.0], "demand_hi": [1, 1], "capacity": [1, 1]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": [1.0, np.nan]}, "finite number; got nan at edge 1"),
        ({"weight": [np.inf, 1.0]}, "finite number; got inf at edge 0"),
        ({"weight": [1e308, 1e308]}, "divide them all by one number"),
        ({"weight": [1.0]}, "2 partners and weights of shape .1,."),
        ({"weight": [[1.0, 2.0]]}, "2 partners and weights of shape .1, 2."),
        ({"partner": [0, 2]}, "below 2.* got 2 at edge 1"),
        ({"partner": [-1, 0]}, "got -1 at edge 0"),
        ({"partner": [0.0, 1.0]}, "partner is a list of whole numbers"),
        ({"need_ptr": [0, 2]}, "one entry more than demand_hi; got 2 and 2"),
        ({"need_ptr": [0, 3, 2]}, "rises from 0 to the number of edges"),
        ({"need_ptr": [1, 1, 2]}, "rises from 0 to the number of edges"),
        ({"demand_hi": [1, -1]}, "demand_hi is at least 0; got -1 at index 1"),
        ({"capacity": [-2, 1]}, "capacity is at least 0; got -2 at index 0"),
        ({"need_ptr": [0, 2, 2], "partner": [1, 1]}, "partner 1 twice in need 0"),
        ({"gap": -0.1}, "gap is a share of at least 0; got -0.1"),
        ({"gap": np.nan}, "gap is a share of at least 0; got nan"),
        ({"start_partner_price": [1.0]}, r"one price for each of 2 partners; got shape \(1,\)"),
        ({"start_partner_price": [1.0, np.nan]}, "got nan for partner 1"),
        ({"start_chosen": [True], "start_partner_price": [0.0, 0.0]}, "one truth value for each of 2 edges"),
        ({"start_chosen": [1, 0], "start_partner_price": [0.0, 0.0]}, "got shape .* of int64"),
    ],
)
def test_a_malformed_call_is_refused_with_the_value_and_the_remedy(change, message):
    with pytest.raises(InvalidProblemError, match=message):
        auction_assign(**(GOOD | change))


def test_without_numba_the_remedy_is_named(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("matching.assign.auction_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(matching.assign, "auction_loops", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'linli-matching\[large\]'"):
        auction_assign([0, 1], [0], [1.0], [1], [1])


def test_where_no_cache_can_be_written_the_loops_are_compiled_for_the_process(monkeypatch):
    compile_for_real = numba.njit

    def refuse_caching(*functions, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compile_for_real(*functions, **options)

    monkeypatch.setattr(numba, "njit", refuse_caching)
    assert compiled(add_one)(41) == 42


def add_one(number):
    return number + 1


@pytest.mark.parametrize("budget", [0, 2000])
@pytest.mark.parametrize("seed", range(4))
def test_chains_that_cost_too_much_are_replaced_by_many_rounds_of_bids(monkeypatch, budget, seed):
    monkeypatch.setattr(auction_stages, "LEAST_BUDGET", budget)
    monkeypatch.setattr(auction_stages, "PLACE_BUDGET", 0)
    rng = np.random.default_rng(seed)
    ptr, partner, _, demand, capacity = random_problem(rng, 300, 500, 20, most_demand=3, most_capacity=2)
    problem = (ptr, partner, rng.random(500)[partner], demand, capacity)
    result = auction_assign(*problem)
    check_limits(result, *problem)
    assert result.bound >= optimum_of(*problem) - 1e-9
    assert result.gap <= 1e-5
    assert result.bound >= dual_value(result.partner_price, *problem) - 1e-9


@pytest.mark.parametrize("budget", [0, 1, 3])
def test_bidding_without_a_budget_leaves_all_to_the_chains_which_reach_the_optimum(monkeypatch, budget):
    monkeypatch.setattr(auction_stages, "ROUND_BUDGET", budget)
    problem = random_problem(np.random.default_rng(budget), 150, 160, 20, most_demand=5)
    result = auction_assign(*problem)
    check_limits(result, *problem)
    assert result.total == pytest.approx(optimum_of(*problem), rel=1e-9)
    assert result.gap <= 1e-11


@pytest.mark.parametrize("seed", range(8))
def test_where_supply_hardly_exceeds_demand_offers_sell_what_bids_leave(monkeypatch, seed):
    monkeypatch.setattr(auction_stages, "LEAST_BUDGET", 0)
    monkeypatch.setattr(auction_stages, "PLACE_BUDGET", 0)
    monkeypatch.setattr(auction_stages, "SELL_BUDGET", 0)
    rng = np.random.default_rng(seed)
    n_needs, n_partners = 200, 600
    partner = np.concatenate([rng.permutation(n_partners)[:12] for _ in range(n_needs)])
    quality = rng.beta(2, 4, n_partners)
    weight = quality[partner] + 1e-3 * rng.random(partner.size)
    arrays = np.arange(0, partner.size + 1, 12), partner, weight, np.full(n_needs, 3), np.ones(n_partners, dtype=int)
    result = auction_assign(*arrays)
    assert result.gap <= 1e-6
    monkeypatch.setattr(auction_stages, "OFFER_BUDGET", 0)
    assert auction_assign(*arrays).gap > 10 * result.gap


@given(st.data(), st.integers(0, 12))
def test_a_need_that_misses_one_finds_what_ranking_all_its_edges_finds(data, n_edges):
    few = st.sampled_from([-1.0, -0.0, 0.0, 0.25, 0.5, 0.75, 1.0])
    weight, price = (data.draw(arrays(np.float64, n_edges, elements=few)) for _ in range(2))
    chosen = data.draw(arrays(np.uint8, n_edges, elements=st.integers(0, 1)))
    partner = np.array(data.draw(st.permutations(range(n_edges))), dtype=np.int32)
    row = np.zeros(1, dtype=np.int64), np.full(1, n_edges), partner, weight, price, chosen
    value, edge = np.zeros(2), np.zeros(2, dtype=np.int64)
    count = rank_margins(0, 2, *row, value, edge)
    assert best_two(0, *row) == (value[1] if count > 1 else 0.0, edge[0] if count else -1)


def test_memory_asked_for_ahead_changes_nothing_even_far_outside_of_an_array():
    @numba.njit
    def ask(array, place):
        fetch_ahead(array, place)
        return array.sum()

    weight = np.arange(3.0)
    assert [ask(weight, place) for place in (0, 2, 3, -1, 10**12, -(10**12))] == [3.0] * 6
    partner, chosen = np.arange(3, dtype=np.int32), np.ones(3, dtype=np.uint8)
    fetch_row(0, np.array([2**40]), partner, weight, chosen)
    assert (weight.tolist(), partner.tolist(), chosen.tolist()) == ([0.0, 1.0, 2.0], [0, 1, 2], [1, 1, 1])
