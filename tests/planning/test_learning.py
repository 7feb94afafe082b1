"""Learned weights in the plan: who is seen is measured, and nobody is buried for the sake of a better forecast."""

import dataclasses

import numpy as np
import pytest

from matching.affinity.weights import read_weights
from matching.planning import exposure_of, exposure_table, learn, score, solve
from matching.planning.exposure import largest_loss
from matching.reports import render_learning_report
from matching.samples import make_district

SAMPLE = make_district(units=12, specialists=16, community_partners=10, volunteers=170, needs=40)
AS_OF = max(service.date for service in SAMPLE.services)


@pytest.fixture(scope="module")
def learning():
    return learn(SAMPLE, as_of=AS_OF)


@pytest.fixture(scope="module")
def candidates():
    return score(SAMPLE, as_of=AS_OF)


def test_the_exposure_of_groups_that_share_everybody_adds_up_to_one(candidates):
    found = {each.group: each for each in exposure_of(candidates)}
    for names in (("newcomer", "regular"),):
        assert sum(found[name].exposure for name in names) == pytest.approx(1.0)
        assert sum(found[name].fair_share for name in names) == pytest.approx(1.0)
    assert sum(found[n].exposure for n in ("same_community", "same_street", "elsewhere")) <= 1.0 + 1e-9


def test_exposure_is_the_attention_of_a_reader_who_starts_at_the_top(candidates):
    history = candidates.profiles.history
    is_new = history.good + history.bad == 0
    shares = []
    for row in range(candidates.masks.shape[0]):
        able = np.flatnonzero(candidates.is_eligible[row])
        if able.size:
            ranked = able[np.argsort(-candidates.scores[row, able], kind="stable")]
            drawn = 1 / np.log2(np.arange(len(ranked)) + 2)
            shares.append(drawn[is_new[ranked]].sum() / drawn.sum())
    found = {each.group: each for each in exposure_of(candidates)}
    assert found["newcomer"].exposure == pytest.approx(np.mean(shares))


def test_only_weights_that_favour_newcomers_show_them_more(candidates):
    before = exposure_of(candidates)
    after = exposure_of(candidates.reweighted({"newcomer": 0.5}))
    seen = {each.group: each.exposure for each in after}
    assert seen["newcomer"] > {each.group: each.exposure for each in before}["newcomer"]
    assert largest_loss(before, before) == 0.0
    assert largest_loss(after, before) > 0.0


def test_learning_takes_no_more_exposure_from_anybody_than_the_policy_allows(learning):
    assert largest_loss(learning.before, learning.after) <= 0.10


def test_weights_that_would_bury_newcomers_are_held_back(tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    rows = "exploration_share,0,share,a,b,c\nexposure_gap_most,0,share,a,b,c\nlearn_half,1,services,a,b,c\n"
    (folder / "matching.csv").write_text("name,value,unit,zh,en,source\n" + rows, encoding="utf-8")
    strict = learn(SAMPLE, as_of=AS_OF, policies=tmp_path)
    if strict.learned.is_supported:
        assert largest_loss(strict.before, strict.after) == 0.0


def test_what_was_learned_is_used_by_the_next_matching(learning, tmp_path):
    if not learning.learned.is_supported:
        pytest.fail(f"the sample must support learning; got {learning.summary(language='en')}")
    learning.write(tmp_path)
    candidates = score(SAMPLE, as_of=AS_OF, policies=tmp_path)
    assert candidates.weights.vector == pytest.approx(learning.learned.weights.vector, abs=1e-6)
    plan = solve(candidates)
    pair = plan.assignments[0]
    told = plan.explain(pair.need_id, pair.partner_id)
    assert 0 < told.chance < 1
    assert f"{told.chance:.0%}" in told.sentence
    assert sum(part.points for part in told.parts) == pytest.approx(told.total)
    assert "newcomer" in {part.name for part in told.parts}


def test_without_learning_there_is_no_chance_and_no_part_without_weight(candidates):
    need = candidates.profiles.needs[0].need_id
    partner = candidates.profiles.partners[0].partner_id
    assert candidates.chance_of(need, partner) is None
    told = solve(candidates).explain(need, partner)
    assert told.chance is None
    assert "newcomer" not in {part.name for part in told.parts}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_shows_the_curve_the_weights_and_who_is_seen(learning, language):
    page = render_learning_report(learning, tabled=read_weights(), language=language)
    assert "<svg" in page
    assert page.count("<table") == 3
    assert f"{learning.learned.forecast.brier:.4f}" in page
    assert len(exposure_table(learning.after, language=language)) == len(learning.after)


def test_a_report_of_nothing_learned_says_so():
    few = SAMPLE.replace(services=SAMPLE.services[:20])
    learning = learn(few, as_of=AS_OF)
    assert not learning.learned.is_supported
    assert "沿用政策表" in learning.summary()
    assert "沿用政策表" in render_learning_report(learning, tabled=read_weights())
    assert dataclasses.replace(learning).learned.weights == read_weights()
