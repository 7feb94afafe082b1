import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError
from matching.planning import check_plan, priced, score, solve
from matching.records import Community
from matching.samples import make_district
from planning.districts import AS_OF, districts


@settings(max_examples=60, deadline=None)
@given(districts(most_needs=4, most_partners=6), st.integers(1, 3))
def test_the_proof_covers_all_allowed_pairs_although_few_are_looked_at_first(community, keep):
    full = solve(score(community, as_of=AS_OF))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(priced, "MOST_EDGES", -1)
        part = solve(score(community, as_of=AS_OF, keep=keep))
    assert check_plan(part, community) == ()
    assert part.proof.first_total <= full.proof.first_total + 1e-9
    assert part.proof.first_bound >= full.proof.first_total - 1e-9


@pytest.mark.parametrize("most_edges", [-1, 50_000])
def test_on_the_sample_a_few_pairs_with_prices_find_the_optimum_over_all(monkeypatch, most_edges):
    sample = make_district()
    full = solve(score(sample, as_of=dt.date(2024, 7, 31)))
    monkeypatch.setattr(priced, "MOST_EDGES", most_edges)
    part = solve(score(sample, as_of=dt.date(2024, 7, 31), keep=8))
    assert part.proof.total == pytest.approx(full.proof.total, rel=1e-3)
    assert part.proof.first_total == pytest.approx(full.proof.first_total, rel=1e-3)
    # In rounds the bound leaves overlaps and groups out.
    assert part.proof.gap <= (1e-3 if most_edges > 0 else 0.05)


def test_to_keep_nobody_is_refused():
    with pytest.raises(CallError, match="keep must be at least 1"):
        score(Community(), as_of=AS_OF, keep=0)
