import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError
from matching.planning import check_plan, priced, score, solve
from matching.records import Community
from matching.samples import make_district
from planning.districts import AS_OF, districts


@pytest.fixture(scope="module", autouse=True)
def few_pairs_at_first():
    """Let small districts be chosen as large ones are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(priced, "MOST_EDGES", -1)
        yield


def exactly(solved):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(priced, "MOST_EDGES", 50_000)
        return solved()


@settings(max_examples=60, deadline=None)
@given(districts(most_needs=4, most_partners=6), st.integers(1, 3))
def test_the_proof_covers_all_allowed_pairs_although_few_are_looked_at_first(community, keep):
    full = exactly(lambda: solve(score(community, as_of=AS_OF)))
    part = solve(score(community, as_of=AS_OF, keep=keep))
    assert check_plan(part, community) == ()
    assert part.proof.first_total <= full.proof.first_total + 1e-9
    assert part.proof.first_bound >= full.proof.first_total - 1e-9
    assert part.proof.first_total >= full.proof.first_bound - part.proof.gap * abs(part.proof.first_bound) - 1e-9
    if part.proof.first_total == pytest.approx(full.proof.first_total, abs=1e-9) and part.proof.gap == 0:
        assert {each.need_id for each in part.unmet if each.status == "unmet"} == {
            each.need_id for each in full.unmet if each.status == "unmet"
        }


@settings(max_examples=40, deadline=None)
@given(districts(most_needs=4, most_partners=6), st.randoms(use_true_random=False))
def test_a_large_plan_made_again_keeps_to_pins_bans_and_absences_and_every_rule(community, draw):
    plan = solve(score(community, as_of=AS_OF))
    others = sorted(set(plan.working.model.edge_of) - set(plan.pairs))
    if not others or not plan.pairs:
        return
    pin, forbid = draw.choice(others), draw.choice(plan.pairs)
    away = [each for each in {who for _, who in plan.pairs} - {pin[1], forbid[1]} if draw.random() < 0.3]
    try:
        new = plan.replan(pin=[pin], forbid=[forbid], absent=away)
    except CallError:  # the pin does not fit beside what was accepted
        return
    assert check_plan(new, community) == ()
    assert pin in new.pairs
    assert forbid not in new.pairs
    assert not {who for _, who in new.pairs} & set(away)


@pytest.mark.parametrize("keep", [2, 8])
def test_on_the_sample_a_few_pairs_with_prices_come_within_a_thousandth_of_the_optimum_over_all(keep):
    sample = make_district()
    full = exactly(lambda: solve(score(sample, as_of=dt.date(2024, 7, 31))))
    part = solve(score(sample, as_of=dt.date(2024, 7, 31), keep=keep))
    assert check_plan(part, sample) == ()
    assert part.proof.gap <= 1e-3
    assert part.proof.first_bound >= full.proof.first_total - 1e-9
    assert part.proof.first_total >= (1 - 1e-3) * full.proof.first_total
    assert part.proof.total == pytest.approx(full.proof.total, rel=2e-3)


def test_a_district_is_chosen_exactly_and_a_large_one_by_price_without_being_asked():
    sample = make_district()
    candidates = score(sample, as_of=dt.date(2024, 7, 31))
    by_price = solve(candidates)
    assert "bound over all allowed pairs" in by_price.proof.method
    exact = exactly(lambda: solve(candidates))
    assert exact.proof.gap == 0
    assert "bound over all allowed pairs" not in exact.proof.method


def test_why_not_in_a_large_plan_compares_it_with_one_that_changes_little_and_says_so():
    plan = solve(score(make_district(), as_of=dt.date(2024, 7, 31)))
    others = sorted(set(plan.working.model.edge_of) - set(plan.pairs))
    for pair in random.Random(3).sample(others, 4):
        told = plan.why_not(*pair)
        assert told.verdict in {"worse", "equal", "impossible"}
        if told.verdict == "impossible":
            continue
        assert told.sentence.startswith("（大库")
        assert pair[1] in {each.partner_id for each in told.displaced}
        assert len(told.displaced) <= 8
        assert told.loss >= -plan.proof.gap * plan.proof.bound - 1e-6


def test_to_keep_nobody_is_refused():
    with pytest.raises(CallError, match="keep must be at least 1"):
        score(Community(), as_of=AS_OF, keep=0)
