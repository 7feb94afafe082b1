import datetime as dt

import numpy as np
import pytest

from matching.planning import score, solve
from matching.planning.proposal import content_of, plan_id_of
from matching.samples import make_district


@pytest.fixture(scope="module")
def content():
    return content_of(solve(score(make_district(), as_of=dt.date(2026, 9, 1))))


def with_first_score(content, value):
    first, *others = content["assignments"]
    return {**content, "assignments": [{**first, "score": value}, *others]}


def test_a_plan_has_the_same_name_on_a_processor_that_adds_up_in_another_order(content):
    score = content["assignments"][0]["score"]
    for other in (np.nextafter(score, 0.0), np.nextafter(score, 1.0), score + 1e-14):
        assert float(other) != score
        assert plan_id_of(with_first_score(content, float(other))) == plan_id_of(content)


def test_a_plan_with_another_score_has_another_name(content):
    score = content["assignments"][0]["score"]
    assert plan_id_of(with_first_score(content, score + 1e-6)) != plan_id_of(content)
