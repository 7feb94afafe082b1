"""Learning from outcomes: what the data support is learned, nothing else, and nothing is told by what came later."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from matching.affinity.chance import Chance, read_chance, write_chance
from matching.affinity.learning import fit_slopes, learn_from, with_trust
from matching.affinity.learning_folds import forecast_forward, likely_gain
from matching.affinity.occasions import Outcomes, read_outcomes
from matching.affinity.policy import read_policy
from matching.affinity.weights import FEATURES, read_weights, write_weights
from matching.errors import CallError
from matching.records import Community, Grid, Result, ServiceRecord, Volunteer

POLICY, TABLED = read_policy(), read_weights()
AS_OF = dt.date(2024, 7, 31)


def outcomes_of(rows, slopes, *, seed=0, intercept=0.0):
    """Make answers whose log-odds are known: `slopes` by name of a part."""
    rng = np.random.default_rng(seed)
    values = rng.random((rows, len(FEATURES)))
    vector = np.array([slopes.get(name, 0.0) for name in FEATURES])
    chance = 1 / (1 + np.exp(-(intercept + values @ vector)))
    day = np.sort(rng.integers(738000, 738365, rows))
    return Outcomes(
        values,
        np.zeros(values.shape, dtype=bool),
        rng.random(rows) < chance,
        day,
        np.arange(rows) // 3,
        rng.integers(0, 80, rows),
    )


def test_a_true_cause_is_found_and_its_part_weighs_more():
    learned = learn_from(outcomes_of(3000, {"place": 3.0}, intercept=-1.0), weights=TABLED, policy=POLICY)
    assert learned.reason == "supported"
    slopes = dict(zip(FEATURES, learned.chance.slopes, strict=True))
    assert slopes["place"] == pytest.approx(3.0, abs=0.5)
    assert learned.weights["place"] > 2 * TABLED["place"]
    assert learned.weights["skill"] == pytest.approx(TABLED["skill"] * (1 - learned.weights["newcomer"]))
    assert sum(learned.weights.values()) == pytest.approx(1.0)


def test_answers_that_hang_on_nothing_teach_nothing_and_it_is_said():
    learned = learn_from(outcomes_of(1500, {}, intercept=1.0), weights=TABLED, policy=POLICY)
    assert (learned.reason, learned.chance, learned.weights) == ("no_gain", None, TABLED)


def test_too_few_bad_answers_teach_nothing_and_it_is_said():
    learned = learn_from(outcomes_of(400, {"place": 3.0}, intercept=3.0), weights=TABLED, policy=POLICY)
    assert learned.n_bad < POLICY["learn_least"]
    assert (learned.reason, learned.weights) == ("too_few", TABLED)


def test_a_district_without_services_teaches_nothing():
    outcomes = read_outcomes(Community(), as_of=AS_OF, policy=POLICY, weights=TABLED)
    assert len(outcomes) == 0
    assert learn_from(outcomes, weights=TABLED, policy=POLICY).reason == "too_few"


def test_the_forecasts_are_as_good_as_the_truth_allows_and_true_to_their_word():
    outcomes = outcomes_of(6000, {"place": 3.0, "reliability": 2.0}, intercept=-2.0)
    learned = learn_from(outcomes, weights=TABLED, policy=POLICY)
    vector = np.array([{"place": 3.0, "reliability": 2.0}.get(name, 0.0) for name in FEATURES])
    truth = 1 / (1 + np.exp(-(-2.0 + outcomes.values @ vector)))
    assert learned.chance.of(outcomes.values) == pytest.approx(truth, abs=0.08)
    for each in learned.forecast.bins():
        assert each.good / each.answers == pytest.approx(each.forecast, abs=0.06)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(-3, 3), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_no_part_ever_counts_against_a_person(seed, slopes):
    outcomes = outcomes_of(300, dict(zip(FEATURES, slopes, strict=True)), seed=seed)
    if outcomes.is_good.all() or not outcomes.is_good.any():
        return
    _, fitted = fit_slopes(outcomes.values, outcomes.is_good)
    assert (fitted >= 0).all()


def test_answers_are_forecast_from_earlier_days_alone():
    outcomes = outcomes_of(600, {"place": 3.0})
    seen = []

    def spy(values, is_good):
        seen.append(values)
        return fit_slopes(values, is_good)

    forecast = forecast_forward(outcomes, fit=spy, prior=TABLED.vector)
    boundary = [len(each) for each in seen[::2]]
    days = outcomes.day
    assert boundary == sorted(boundary)
    for size in boundary:
        assert days[size - 1] < days[size], "a day stands on one side of every boundary"
    assert forecast.chance.size == len(outcomes) - boundary[0]
    assert forecast.brier == pytest.approx(brier_score_loss(forecast.is_good, forecast.chance))
    assert likely_gain(forecast) < forecast.brier_base - forecast.brier


def test_the_chance_of_what_follows_does_not_change_what_was_known_before():
    """A record of June must not move the values of a request in May, whatever became of it."""
    grid = Grid(grid_id="G-1", street="甲街道", community="甲社区", name="一")
    people = tuple(Volunteer(partner_id=f"V-{k}", name=f"人{k}", community="甲社区") for k in range(3))

    def service(number, partner, day, result=Result.COMPLETED):
        return ServiceRecord(
            record_id=f"R-{number}", partner_id=partner, activity="大扫除", date=day, community="甲社区", result=result
        )

    may = [service(1, "V-0", dt.date(2024, 5, 2)), service(2, "V-1", dt.date(2024, 5, 20), Result.DECLINED)]
    june = [service(3, "V-0", dt.date(2024, 6, 3), Result.NO_SHOW), service(4, "V-1", dt.date(2024, 6, 9))]
    first = Community(grids=(grid,), volunteers=people, services=tuple(may))
    both = first.replace(services=(*may, *june))
    short = read_outcomes(first, as_of=AS_OF, policy=POLICY, weights=TABLED)
    long = read_outcomes(both, as_of=AS_OF, policy=POLICY, weights=TABLED)
    assert long.values[:2] == pytest.approx(short.values)
    assert long.is_good.tolist() == [True, False, False, True]
    at = FEATURES.index("reliability")
    assert long.is_unknown[:, at].tolist() == [True, True, False, True], "June knows of May, and May of nothing"
    assert long.occasion[2] != long.occasion[0]


def test_what_was_written_after_the_service_is_not_looked_at():
    grid = Grid(grid_id="G-1", street="甲街道", community="甲社区", name="一")
    people = (Volunteer(partner_id="V-0", name="人", community="甲社区", note="会修水管"),)
    record = ServiceRecord(
        record_id="R-1", partner_id="V-0", activity="入户", date=dt.date(2024, 5, 2), community="甲社区",
        result=Result.COMPLETED, hours=2, content=None,
    )  # fmt: skip
    told = dataclasses.replace(record, content="修水管", leader="人", hours=3, note="修好了水管")
    values = [
        read_outcomes(
            Community(grids=(grid,), volunteers=people, services=(each,)), as_of=AS_OF, policy=POLICY, weights=TABLED
        ).values
        for each in (record, told)
    ]
    assert values[0] == pytest.approx(values[1])


def test_trust_mixes_learned_and_tabled_weights():
    learned = learn_from(outcomes_of(3000, {"place": 3.0}, intercept=-1.0), weights=TABLED, policy=POLICY)
    none = with_trust(learned, 0.0, weights=TABLED, policy=POLICY)
    half = with_trust(learned, 0.5, weights=TABLED, policy=POLICY)
    full = with_trust(learned, 1.0, weights=TABLED, policy=POLICY)
    assert none.weights.vector == pytest.approx(TABLED.vector)
    assert none.weights["place"] < half.weights["place"] < full.weights["place"]
    assert full.weights["newcomer"] == pytest.approx(POLICY["exploration_share"])


def test_what_was_learned_is_read_back_as_it_was_written(tmp_path):
    chance = Chance(-1.25, tuple(float(k) for k in range(len(FEATURES))), 300, 0.15, 0.17)
    write_chance(chance, tmp_path)
    assert read_chance(tmp_path) == chance
    assert read_chance(None) is None
    weights = TABLED.replace({"place": 0.5})
    write_weights(weights, tmp_path)
    assert read_weights(overlay=tmp_path).vector == pytest.approx(weights.vector, abs=1e-6)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"intercept": "x"}'])
def test_a_damaged_curve_is_refused_and_not_guessed(tmp_path, text):
    write_chance(Chance(0.0, (0.0,) * len(FEATURES), 1, 0.1, 0.1), tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(CallError, match="damaged"):
        read_chance(tmp_path)


def test_a_curve_that_speaks_against_people_is_refused(tmp_path):
    path = write_chance(Chance(0.0, (0.5,) * len(FEATURES), 1, 0.1, 0.1), tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("0.5", "-0.5", 1), encoding="utf-8")
    with pytest.raises(CallError, match="damaged"):
        read_chance(tmp_path)
