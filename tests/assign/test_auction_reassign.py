"""Solving again after a few needs changed, against solving the whole problem anew and against every choice tried."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import auction_exchange, auction_stages
from matching.assign.auction import auction_assign, auction_reassign
from matching.errors import InvalidProblemError

VALUES = {
    "floats": lambda rng, n: rng.random(n) * 3 - 1,
    "few values": lambda rng, n: rng.choice([-1.0, 0.0, 0.5, 1.0], n),
    "one value": lambda _, n: np.full(n, 0.5),
    "zeros": lambda _, n: np.zeros(n),
}


class Book:
    """The rows of a problem as plain lists: what the state must agree with."""

    def __init__(self, rng, n_needs, n_partners, kind):
        self.rng, self.kind = rng, kind
        self.capacity = rng.integers(0, 4, n_partners)
        self.rows = [self.new_row() for _ in range(n_needs)]

    def new_row(self):
        ends = self.rng.permutation(self.capacity.size)[: self.rng.integers(0, self.capacity.size + 1)]
        return ends, VALUES[self.kind](self.rng, ends.size), int(self.rng.integers(0, 4))

    def arrays(self, needs=None):
        rows = [self.rows[i] for i in (range(len(self.rows)) if needs is None else needs)]
        ptr = np.concatenate([[0], np.cumsum([row[0].size for row in rows], dtype=int)])
        partner = np.concatenate([np.zeros(0, dtype=int), *(row[0] for row in rows)])
        weight = np.concatenate([np.zeros(0), *(row[1] for row in rows)])
        return ptr, partner, weight, np.array([row[2] for row in rows], dtype=int)

    def change(self):
        """Change, empty and add rows; return the numbers of the needs."""
        changed = np.flatnonzero(self.rng.random(len(self.rows)) < self.rng.choice([0.0, 0.2, 0.6]))
        for i in changed:
            ends, weights, people = self.rows[i]
            self.rows[i] = {
                0: (ends, VALUES[self.kind](self.rng, ends.size), people),
                1: (ends, weights, int(self.rng.integers(0, 4))),
                2: (ends[:0], weights[:0], people),
                3: self.new_row(),
            }[int(self.rng.integers(0, 4))]
        added = range(len(self.rows), len(self.rows) + int(self.rng.integers(0, 3)))
        self.rows.extend(self.new_row() for _ in added)
        return self.rng.permutation([*changed, *added]).astype(int)

    def rows_of(self, needs):
        ptr, partner, weight, demand = self.arrays(needs)
        return {"changed_needs": needs, "need_ptr": ptr, "partner": partner, "weight": weight, "demand_hi": demand}


def dual_value(price, ptr, partner, weight, demand, capacity):
    """The bound written out: the best margins of every need plus what the seats cost."""
    margin = np.maximum(weight - price[partner], 0.0)
    best = [np.sort(margin[ptr[i] : ptr[i + 1]])[::-1][: demand[i]].sum() for i in range(demand.size)]
    return sum(best) + float(capacity @ price)


def best_by_trying(ptr, partner, weight, demand, capacity):
    """The greatest total, by trying every choice of every need against the seats that are left."""

    def best_from(need, seats):
        if need == demand.size:
            return 0.0
        edges = [e for e in range(ptr[need], ptr[need + 1]) if seats[partner[e]] > 0]
        totals = []
        for people in range(min(int(demand[need]), len(edges)) + 1):
            for group in combinations(edges, people):
                left = list(seats)
                for e in group:
                    left[partner[e]] -= 1
                totals.append(float(weight[list(group)].sum()) + best_from(need + 1, left))
        return max(totals)

    return best_from(0, capacity.tolist())


def check(result, problem, gap):
    """Check limits, and that the proof is the one of the problem as it now stands."""
    ptr, partner, weight, demand, capacity = problem
    need = np.repeat(np.arange(demand.size), np.diff(ptr))
    assert result.chosen.shape == partner.shape
    assert (np.bincount(need[result.chosen], minlength=demand.size) <= demand).all()
    assert (np.bincount(partner[result.chosen], minlength=capacity.size) <= capacity).all()
    assert (weight[result.chosen] > 0).all()
    assert result.total == pytest.approx(weight[result.chosen].sum(), rel=1e-12, abs=1e-12)
    # The levels of a gap that is left open may lie above the best margins: then the bound is only the weaker one.
    written_out = dual_value(result.partner_price, *problem)
    assert result.bound >= written_out - 1e-11
    if gap == 0.0:
        assert result.bound == pytest.approx(written_out, rel=1e-12, abs=1e-11)
    assert result.bound - result.total <= gap * result.bound + 1e-11


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(VALUES)), st.sampled_from([0.0, 0.05]))
@settings(max_examples=300, deadline=None)
def test_after_any_changes_the_choice_is_as_good_as_one_made_anew(seed, kind, gap):
    rng = np.random.default_rng(seed)
    book = Book(rng, int(rng.integers(0, 8)), int(rng.integers(1, 10)), kind)
    state = auction_assign(*book.arrays(), book.capacity, gap=gap, keep_state=True).state
    for _ in range(4):
        result = auction_reassign(state, **book.rows_of(book.change()), gap=gap)
        problem = (*book.arrays(), book.capacity)
        check(result, problem, gap)
        best = auction_assign(*problem).total
        assert result.total <= best + 1e-11
        assert result.bound >= best - 1e-11
        assert result.total >= (1 - gap) * best - 1e-11
        state = result.state


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(VALUES)))
@settings(max_examples=150, deadline=None)
def test_after_changes_the_choice_is_the_best_of_all_choices_and_the_bound_its_total(seed, kind):
    rng = np.random.default_rng(seed)
    book = Book(rng, 3, 4, kind)
    first = auction_assign(*book.arrays(), book.capacity, keep_state=True)
    result = auction_reassign(first.state, **book.rows_of(book.change()))
    best = best_by_trying(*book.arrays(), book.capacity)
    assert result.total == pytest.approx(best, abs=1e-11)
    assert result.bound == pytest.approx(best, abs=1e-11)


def large_problem(seed, n_needs=300, n_partners=700, degree=20):
    rng = np.random.default_rng(seed)
    partner = np.sort(np.argsort(rng.random((n_needs, n_partners)), axis=1)[:, :degree], axis=1).ravel()
    demand, capacity = rng.integers(1, 5, n_needs), rng.integers(1, 3, n_partners)
    return rng, [degree * np.arange(n_needs + 1), partner, rng.random(partner.size), demand, capacity]


@pytest.mark.parametrize("gap", [0.0, 1e-3])
def test_thirty_changes_in_a_row_do_not_drift(gap):
    rng, problem = large_problem(1)
    state = auction_assign(*problem, gap=gap, keep_state=True).state
    ptr, partner, weight, demand, _ = problem
    for _ in range(30):
        needs = np.flatnonzero(rng.random(demand.size) < 0.03)
        edges = np.concatenate([np.arange(ptr[i], ptr[i + 1]) for i in needs] or [np.zeros(0, dtype=int)])
        weight[edges], demand[needs] = rng.random(edges.size), rng.integers(0, 5, needs.size)
        result = auction_reassign(
            state, changed_needs=needs, need_ptr=20 * np.arange(needs.size + 1), partner=partner[edges],
            weight=weight[edges], demand_hi=demand[needs], gap=gap,
        )  # fmt: skip
        state = result.state
        check(result, problem, gap)
    anew = auction_assign(*problem)
    assert result.total >= (1 - gap) * anew.total - 1e-9
    assert result.bound >= anew.total - 1e-9
    assert result.gap <= max(gap, 1e-12)


def test_rows_that_move_about_are_laid_out_anew_before_they_waste_memory():
    rng = np.random.default_rng(3)
    book = Book(rng, 60, 40, "floats")
    state = auction_assign(*book.arrays(), book.capacity, keep_state=True).state
    for _ in range(40):
        result = auction_reassign(state, **book.rows_of(book.change()))
        state = result.state
        assert state.market.partner.size <= result.chosen.size / (1 - auction_exchange.WASTE) + 1
    check(result, (*book.arrays(), book.capacity), 0.0)


def test_a_state_can_be_gone_on_from_twice_and_gives_equal_arrays():
    rng, problem = large_problem(5)
    first = auction_assign(*problem, keep_state=True)
    rows = {"changed_needs": [7, 2], "need_ptr": [0, 2, 3], "partner": [1, 5, 9], "weight": rng.random(3)}
    once, twice = (auction_reassign(first.state, **rows, demand_hi=[2, 1]) for _ in range(2))
    assert np.array_equal(once.chosen, twice.chosen)
    assert np.array_equal(once.partner_price, twice.partner_price)
    assert (once.total, once.bound, once.edges_looked_at) == (twice.total, twice.bound, twice.edges_looked_at)
    assert once.edges_looked_at < first.edges_looked_at
    unchanged = auction_reassign(first.state, changed_needs=[], need_ptr=[0], partner=[], weight=[], demand_hi=[])
    assert np.array_equal(unchanged.chosen, first.chosen)
    assert unchanged.bound == first.bound


def test_a_state_is_read_only_and_does_not_see_later_changes_of_the_arrays_given():
    _, problem = large_problem(9)
    ptr, partner, weight, demand, capacity = (
        np.ascontiguousarray(array, dtype=kind)
        for array, kind in zip(problem, (np.int64, np.int32, np.float64, np.int64, np.int64), strict=True)
    )
    first = auction_assign(ptr, partner, weight, demand, capacity, keep_state=True)
    weight[:], capacity[:], demand[:] = 0.0, 0, 0
    nobody = {"changed_needs": [], "need_ptr": [0], "partner": [], "weight": [], "demand_hi": []}
    assert auction_reassign(first.state, **nobody).total == first.total
    with pytest.raises(ValueError, match="read-only"):
        first.partner_price[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        first.state.book.level[0] = 1.0
    assert 16 * partner.size < first.state.nbytes < 100 * partner.size


def test_a_state_is_kept_only_when_asked_for():
    assert auction_assign([0, 1], [0], [1.0], [1], [1]).state is None


def test_a_partner_gets_seats_when_needs_turn_to_it_and_stays_closed_without_capacity():
    state = auction_assign([0, 1], [0], [1.0], [1], [1, 3, 0], keep_state=True).state
    result = auction_reassign(
        state, changed_needs=[1, 2, 3], need_ptr=[0, 2, 4, 5], partner=[1, 2, 1, 2, 1],
        weight=[0.5, 9.0, 0.5, 9.0, 0.25], demand_hi=[2, 2, 2],
    )  # fmt: skip
    assert result.chosen.tolist() == [True, True, False, True, False, True]
    assert (result.total, result.bound) == (2.25, 2.25)


@pytest.mark.parametrize("seed", range(3))
def test_chains_that_cost_too_much_are_replaced_by_many_rounds_of_bids(monkeypatch, seed):
    rng, problem = large_problem(seed)
    problem[2] = rng.random(700)[problem[1]]
    state = auction_assign(*problem, keep_state=True).state
    monkeypatch.setattr(auction_stages, "LEAST_BUDGET", 0)
    monkeypatch.setattr(auction_stages, "PLACE_BUDGET", 0)
    problem[3][:100] = 4
    result = auction_reassign(
        state, changed_needs=np.arange(100), need_ptr=problem[0][:101], partner=problem[1][:2000],
        weight=problem[2][:2000], demand_hi=problem[3][:100],
    )  # fmt: skip
    check(result, problem, 1e-5)


ROW = {"changed_needs": [1], "need_ptr": [0, 1], "partner": [0], "weight": [1.0], "demand_hi": [1]}
TWO = {"need_ptr": [0, 1, 2], "partner": [0, 0], "weight": [1.0, 2.0], "demand_hi": [1, 1]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"changed_needs": [0, 1]}, r"one whole number for each of 1 rows; got shape \(2,\)"),
        ({"changed_needs": [0.5]}, "of float64; name the need of each row"),
        ({"changed_needs": [-1]}, "index of at least 0; got -1"),
        ({"changed_needs": [3]}, "numbered on from 2; got 1 up to 3"),
        ({"changed_needs": [1, 1], **TWO}, "got need 1 twice"),
        ({"weight": [np.nan]}, "got nan at edge 0"),
        ({"weight": [np.inf]}, "got inf at edge 0"),
        ({"weight": [1e308]}, "divide them all by one number"),
        ({"partner": [2]}, "below 2.* got 2 at edge 0"),
        ({"need_ptr": [0, 2], "partner": [0, 0], "weight": [1.0, 1.0]}, "partner 0 twice in need 1"),
        ({"demand_hi": [-1]}, "demand_hi is at least 0; got -1"),
        ({"gap": -1.0}, "gap is a share of at least 0"),
    ],
)
def test_malformed_rows_are_refused_with_the_value_and_the_remedy(change, message):
    state = auction_assign([0, 1, 2], [0, 1], [1.0, 2.0], [1, 1], [1, 1], keep_state=True).state
    with pytest.raises(InvalidProblemError, match=message):
        auction_reassign(state, **(ROW | change))


@pytest.mark.parametrize("seed", range(8))
def test_offers_after_a_few_needs_turned_to_other_partners_go_by_the_edges_that_they_have_now(monkeypatch, seed):
    for name in ("LEAST_BUDGET", "PLACE_BUDGET", "SELL_BUDGET"):
        monkeypatch.setattr(auction_stages, name, 0)
    rng = np.random.default_rng(seed)
    n_needs, n_partners = 200, 600
    quality = rng.beta(2, 4, n_partners)
    rows = [np.sort(rng.permutation(n_partners)[:12]) for _ in range(n_needs)]
    weights = [quality[row] + 1e-3 * rng.random(row.size) for row in rows]
    capacity = np.ones(n_partners, dtype=int)
    state = auction_assign(*problem_of(rows, weights, 3), capacity, keep_state=True).state
    for _ in range(3):
        needs = rng.permutation(n_needs)[:6]
        for i in needs:
            rows[i] = np.sort(rng.permutation(n_partners)[: rng.integers(3, 10)])
            weights[i] = quality[rows[i]] + 1e-3 * rng.random(rows[i].size)
        ptr, partner, weight, demand = problem_of([rows[i] for i in needs], [weights[i] for i in needs], 3)
        new = {"changed_needs": needs, "need_ptr": ptr, "partner": partner, "weight": weight, "demand_hi": demand}
        result = auction_reassign(state, **new)
        whole = (*problem_of(rows, weights, 3), capacity)
        check(result, whole, 1e-6)
        anew = auction_assign(*whole)
        assert result.total <= anew.bound + 1e-9
        assert anew.total <= result.bound + 1e-9
        state = result.state


def problem_of(rows, weights, people):
    ptr = np.concatenate([[0], np.cumsum([row.size for row in rows])])
    return ptr, np.concatenate(rows), np.concatenate(weights), np.full(len(rows), people)
