import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.affinity.policy import read_policy
from matching.affinity.profiles import read_profiles, replace_needs, stack_needs
from matching.affinity.score import score_pairs
from matching.affinity.weights import FEATURES, read_weights
from matching.errors import CallError
from matching.records import Community, Level, Result, ServiceRecord, Unit, WeeklySlot
from matching.samples import make_district
from planning.districts import AS_OF, GRIDS, districts, need, volunteer, window


def scored(community, *, windows=None, **numbers):
    profiles = read_profiles(community, as_of=AS_OF, policy=read_policy().replace(**numbers))
    shape = len(profiles.needs), len(profiles.partners)
    rows, columns = np.repeat(np.arange(shape[0]), shape[1]), np.tile(np.arange(shape[1]), shape[0])
    chosen = windows or [each.windows[0] if each.windows else None for each in profiles.needs]
    pairs = score_pairs(profiles, rows, columns, windows=chosen, weights=read_weights())
    return profiles, pairs


def feature(community, name, **options):
    _, pairs = scored(community, **options)
    at = FEATURES.index(name)
    return pairs.values[:, at], pairs.is_unknown[:, at]


@settings(max_examples=60, deadline=None)
@given(districts())
def test_every_part_and_every_score_lies_between_nought_and_one_and_parts_sum_to_it(community):
    _, pairs = scored(community)
    assert np.isfinite(pairs.values).all()
    assert ((pairs.values >= 0) & (pairs.values <= 1)).all()
    assert np.allclose(pairs.points.sum(axis=1), pairs.total, atol=1e-12, rtol=0)
    assert ((pairs.total >= 0) & (pairs.total <= 1)).all()


@settings(max_examples=30, deadline=None)
@given(districts(), st.sampled_from(FEATURES), st.floats(0.0, 3.0))
def test_new_weights_change_the_score_as_the_old_parts_say(community, name, weight):
    _, pairs = scored(community)
    new = read_weights().replace({name: weight})
    again = pairs.reweighted(new)
    assert np.allclose(again.total, np.clip(pairs.values @ new.vector, 0, 1), atol=1e-12)


def test_what_is_unknown_has_a_value_of_its_own_and_is_no_zero():
    blank = volunteer(1, community=None, birth_date=None)
    profiles, pairs = scored(Community(needs=(need(1, "理发"),), volunteers=(blank,)))
    known = {name for k, name in enumerate(FEATURES) if not pairs.is_unknown[0, k]}
    assert known == {"language"}
    assert np.allclose(pairs.values[0], np.where(pairs.is_unknown[0], read_weights().unknown, pairs.values[0]))
    assert pairs.total[0] > 0.3
    assert profiles.languages == (None,)


def test_the_unknown_value_of_reliability_is_the_mean_of_its_prior():
    policy = read_policy()
    good, bad = policy["reliability_good"], policy["reliability_bad"]
    assert read_weights().row("reliability").unknown == pytest.approx(good / (good + bad))


def test_the_same_skill_beats_a_near_one_which_beats_a_far_one():
    people = (volunteer(1, "水管维修"), volunteer(2, "暖气维修"), volunteer(3, "书法教学", "法律咨询"))
    values, _ = feature(Community(needs=(need(1, "水管维修"),), volunteers=people), "skill")
    assert values[0] == 1.0
    assert values[0] > values[1] > values[2]


def test_a_level_below_the_one_wanted_counts_for_less_and_an_unstated_one_in_between():
    from planning.districts import claims

    wish = dataclasses.replace(need(1), skills=claims("理发", level=Level.LICENSED))
    people = tuple(
        dataclasses.replace(volunteer(k), skills=claims("理发", level=level))
        for k, level in enumerate((Level.LICENSED, None, Level.PRACTISES, Level.KNOWS))
    )
    values, _ = feature(Community(needs=(wish,), volunteers=people), "skill")
    assert values[0] == 1.0
    assert values[0] > values[1] > values[2] > values[3] > 0


def test_a_person_asked_for_two_skills_who_has_one_is_worth_half_and_a_team_member_all():
    people = (volunteer(1, "理发"),)
    both = need(1, "理发", "法律咨询")
    alone, _ = feature(Community(needs=(both,), volunteers=people), "skill")
    team, _ = feature(Community(needs=(dataclasses.replace(both, is_team=True),), volunteers=people), "skill")
    assert (alone[0], team[0]) == (0.5, 1.0)


def test_skills_are_read_from_what_people_write_and_denied_ones_are_not():
    wish = need(1, description="家里水管爆了")
    people = (volunteer(1, offer="会修水管，换水龙头"), volunteer(2, offer="不会修水管"))
    values, unknown = feature(Community(needs=(wish,), volunteers=people), "skill")
    assert values[0] > 0.5
    assert values[1] < 0.34
    assert list(unknown) == [False, True]


def test_nearer_is_better():
    people = (
        volunteer(1, grid="第一网格"),
        volunteer(2),
        volunteer(3, community="新民街社区", grid="第一网格"),
        volunteer(4, community="某外地社区"),
        volunteer(5, community=None),
    )
    community = Community(grids=GRIDS, needs=(need(1, grid="第一网格"),), volunteers=people)
    values, unknown = feature(community, "place")
    assert values[0] == 1.0
    assert values[0] > values[1] > values[2] > values[3]
    assert list(unknown) == [False, False, False, False, True]


def test_a_distance_of_the_half_way_length_counts_half():
    # the two grids lie 0.02 degrees of longitude apart: 1.797 km at 36.1 degrees north
    people = (volunteer(1, community="新民街社区", grid="第一网格"),)
    community = Community(grids=GRIDS, needs=(need(1, grid="第一网格"),), volunteers=people)
    values, _ = feature(community, "place", place_half_km=1.797)
    assert values[0] == pytest.approx(0.5, abs=1e-3)


def test_availability_is_the_share_of_the_window_that_is_covered():
    people = (
        volunteer(1, available=(WeeklySlot(5, 540, 720),)),
        volunteer(2, available=(WeeklySlot(5, 540, 600), WeeklySlot(5, 570, 630))),
        volunteer(3, available=(WeeklySlot(4, 540, 720),)),
        volunteer(4),
    )
    values, unknown = feature(Community(needs=(need(1),), volunteers=people), "availability")
    assert list(values[:3]) == [1.0, 0.5, 0.0]
    assert list(unknown) == [False, False, False, True]


def test_a_window_over_midnight_is_cut_at_midnight():
    slots = (WeeklySlot(5, 1320, 1440), WeeklySlot(6, 0, 60))
    wish = need(1, windows=(window(22, 4),))
    values, _ = feature(Community(needs=(wish,), volunteers=(volunteer(1, available=slots),)), "availability")
    assert values[0] == pytest.approx(0.75)


def record(number, partner, result, day, **fields):
    return ServiceRecord(record_id=f"R-{number}", partner_id=partner, result=result, date=day, **fields)


def test_promises_kept_raise_reliability_broken_ones_lower_it_and_no_answer_is_no_promise():
    day = dt.date(2024, 7, 1)
    facts = (
        record(1, "V-001", Result.COMPLETED, day),
        record(2, "V-002", Result.NO_SHOW, day),
        record(3, "V-003", Result.DECLINED, day),
        record(4, "V-004", Result.COMPLETED, day, satisfaction=1),
        record(5, "V-005", Result.COMPLETED, AS_OF + dt.timedelta(days=1)),
        record(6, "V-006", Result.NO_SHOW, day),
        record(7, "V-006", Result.COMPLETED, day, reverses="R-6"),
    )
    people = tuple(volunteer(k) for k in range(1, 7))
    values, unknown = feature(Community(needs=(need(1),), volunteers=people, services=facts), "reliability")
    assert values == pytest.approx([5 / 6, 4 / 6, 0.8, 4.5 / 6, 0.8, 5 / 6])
    assert list(unknown) == [False, False, True, False, True, False]


def test_recent_hours_weigh_and_old_ones_do_not():
    facts = (
        record(1, "V-001", Result.COMPLETED, dt.date(2024, 7, 20), hours=10.0),
        record(2, "V-002", Result.COMPLETED, dt.date(2024, 5, 20), hours=10.0),
    )
    values, _ = feature(Community(needs=(need(1),), volunteers=(volunteer(1), volunteer(2)), services=facts), "load")
    assert list(values) == [0.5, 1.0]


def test_who_has_served_the_community_before_is_known_there():
    day = dt.date(2024, 5, 1)
    facts = tuple(record(k, "V-001", Result.COMPLETED, day, community="光耀路") for k in range(2))
    values, _ = feature(
        Community(needs=(need(1),), volunteers=(volunteer(1), volunteer(2)), services=facts), "continuity"
    )
    assert list(values) == [0.5, 0.0]


def test_languages_count_only_where_they_are_wanted():
    people = (volunteer(1, languages=("安阳话", "普通话")), volunteer(2, languages=("普通话",)), volunteer(3))
    unit = Unit(partner_id="U-1", name="某单位")
    wanted = need(1, languages=("安阳话",))
    values, unknown = feature(Community(units=(unit,), needs=(wanted,), volunteers=people), "language")
    assert list(unknown) == [True, False, False, True]
    assert list(values[1:3]) == [1.0, 0.0]
    values, unknown = feature(Community(needs=(need(1),), volunteers=people), "language")
    assert (list(values), unknown.any()) == ([1.0, 1.0, 1.0], False)


def test_needs_scored_later_beside_old_ones_keep_the_old_scores():
    sample = make_district(units=5, specialists=5, community_partners=3, volunteers=20, needs=8)
    profiles, pairs = scored(sample)
    extra = dataclasses.replace(sample.needs[0], need_id="N-NEW")
    fresh = replace_needs(profiles, sample, (extra,))
    both = stack_needs(profiles, range(8), fresh)
    n = len(profiles.partners)
    again = score_pairs(
        both,
        np.repeat(np.arange(9), n),
        np.tile(np.arange(n), 9),
        windows=[each.windows[0] if each.windows else None for each in both.needs],
        weights=read_weights(),
    )
    assert np.allclose(again.values[: 8 * n], pairs.values, atol=1e-12)
    network = FEATURES.index("network")
    old, new = pairs.values[:n], again.values[8 * n :]
    assert np.allclose(np.delete(new, network, 1), np.delete(old, network, 1), atol=1e-12)


def test_pairs_of_different_length_are_refused():
    profiles, _ = scored(Community(needs=(need(1),), volunteers=(volunteer(1),)))
    with pytest.raises(CallError, match="one length"):
        score_pairs(profiles, np.zeros(2, int), np.zeros(1, int), windows=[None], weights=read_weights())
