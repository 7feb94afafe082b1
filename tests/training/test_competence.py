"""Levels rise only with evidence; gaps are what the post asks for less what was shown."""

import dataclasses
import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.training.competence import (
    competence_matrix,
    gaps_of,
    leaf_competencies,
    level_histories,
    names_or_ids,
)
from matching.training.facts import TrainingFacts
from training.programmes import AS_OF, BASE, CADRE, assessed

JUNE = dt.date(2024, 6, 1)


def facts(*assessments, as_of=AS_OF):
    return TrainingFacts(BASE.replace(assessments=tuple(assessments)), as_of)


def test_a_level_does_not_rise_without_evidence_and_the_refused_assessment_is_kept_in_sight():
    history = level_histories(
        facts(assessed(1, "K-01", 2, JUNE), assessed(2, "K-01", 4, JUNE + dt.timedelta(9), evidence=" ")), "K-01"
    )["C-1"]
    assert history.level == 2
    assert [each.assessment_id for each in history.refused] == ["A-0002"]


def test_a_level_may_fall_without_evidence():
    found = facts(assessed(1, "K-01", 4, JUNE), assessed(2, "K-01", 3, JUNE + dt.timedelta(9), evidence=None))
    assert level_histories(found, "K-01")["C-1"].level == 3


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.dates(JUNE, AS_OF)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_levels_are_the_same_in_every_order_of_entry_and_never_above_what_was_shown(rows, rng):
    made = [
        assessed(k, "K-01", level, day, evidence="看过" if has else None) for k, (level, has, day) in enumerate(rows)
    ]
    shuffled = list(made)
    rng.shuffle(shuffled)
    one, other = (level_histories(facts(*each), "K-01") for each in (made, shuffled))
    assert one == other
    shown = max((level for level, has, _ in rows if has), default=0)
    assert (one["C-1"].level if "C-1" in one else 0) <= shown


def test_gaps_name_what_comes_next_and_the_largest_comes_first():
    gaps = gaps_of(facts(assessed(1, "K-01", 1, JUNE)), CADRE)
    assert [(gap.name, gap.required, gap.level, gap.size) for gap in gaps] == [
        ("矛盾调解", 3, 1, 2),
        ("居民议事", 2, 0, 2),
    ]
    assert gaps[0].behaviour == "独立处理"


def test_an_assessment_that_is_reversed_counts_no_more():
    wrong = assessed(1, "K-01", 3, JUNE)
    right = dataclasses.replace(wrong, assessment_id="A-0002", level=2, reverses="A-0001")
    assert level_histories(facts(wrong, right), "K-01")["C-1"].level == 2


def test_the_matrix_holds_the_same_as_the_gaps_person_by_person():
    found = facts(assessed(1, "K-01", 1, JUNE), assessed(2, "K-02", 3, JUNE))
    matrix = competence_matrix(found)
    assert matrix.competency_ids == ("C-1", "C-2"), "a competency that groups others is not assessed"
    assert matrix.levels.tolist() == [[1, 0], [3, 0]]
    for row, cadre in enumerate(BASE.cadres):
        sizes = {gap.competency_id: gap.size for gap in gaps_of(found, cadre)}
        assert [sizes.get(name, 0) for name in matrix.competency_ids] == matrix.gaps[row].tolist()
    assert matrix.gaps.dtype == np.int64


def test_who_has_left_is_not_part_of_the_cohort():
    gone = dataclasses.replace(CADRE, left_on=dt.date(2024, 7, 1))
    training = BASE.replace(cadres=(gone, BASE.cadres[1]))
    assert competence_matrix(TrainingFacts(training, AS_OF)).person_ids == ("K-02",)
    assert competence_matrix(TrainingFacts(training, dt.date(2024, 6, 30))).person_ids == ("K-01", "K-02")


def test_competencies_are_found_by_name_and_by_identifier():
    assert names_or_ids(["居民议事", "c-1", "没有的"], BASE.competencies) == ("C-2", "C-1")
    assert [each.competency_id for each in leaf_competencies(BASE.competencies)] == ["C-1", "C-2"]
