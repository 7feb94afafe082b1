import numpy as np
import pytest

from matching.assign import Problem, check_choice, newcomer_values, price_of_fairness, solve, with_newcomer
from matching.errors import CallError, InvalidProblemError

NAN, INF = float("nan"), float("inf")
GOOD = Problem([0, 0, 1], [0, 1, 1], [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"groups": 3}, "groups must be a sequence; got 3"),
        ({"groups": [None]}, "group 0 must be"),
        ({"groups": [([0], NAN, 1)]}, "group 0 needs a finite lo"),
        ({"teams": 5}, "teams must be a sequence; got 5"),
        ({"teams": [([0], 1.5)]}, "least a whole number"),
        ({"teams": [([0], INF)]}, "least a whole number"),
        ({"shape": (1.5, 1)}, "shape must be"),
        ({"shape": (INF, 1)}, "shape must be"),
        ({"demand": (0, NAN)}, "demand limits must be >= 0"),
        ({"capacity": (INF, INF)}, "capacity needs a finite lo"),
        ({"load": [NAN]}, "load must be finite"),
        ({"conflicts": [[0, NAN]]}, "conflicts must hold whole numbers"),
        ({"balance": [NAN]}, "balance must be finite"),
    ],
)
def test_a_malformed_limit_names_the_rule_and_what_was_got(options, words):
    with pytest.raises(InvalidProblemError, match=words):
        Problem([0], [0], [1.0], **options)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: solve(None), "problem must be a Problem; got NoneType"),
        (lambda: solve(GOOD, start=3), "start must be a Solution; got int"),
        (lambda: solve(GOOD, time_limit="a"), "time_limit must be positive seconds; got 'a'"),
        (lambda: solve(GOOD, time_limit=NAN), "time_limit must be positive"),
        (lambda: solve(GOOD, gap=NAN), "gap must be in"),
        (lambda: solve(GOOD, fair_depth=1.5), "fair_depth must be at least 1 and whole; got 1.5"),
        (lambda: price_of_fairness(GOOD, points=NAN), "points must be at least 2; got nan"),
        (lambda: with_newcomer(GOOD, [0, 1], [1.0, 2.0, 3.0]), "weight must have shape"),
        (lambda: newcomer_values(GOOD, solve(GOOD), [0], [0], [NAN]), "weight must be finite; got nan"),
        (lambda: check_choice(GOOD, np.zeros(9, bool)), "chosen must have shape"),
    ],
)
def test_a_malformed_call_says_what_was_got_and_what_to_do(call, words):
    with pytest.raises(CallError, match=words):
        call()


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e30, 1e300])
@pytest.mark.parametrize("load", [None, [0.5, 1.5, 1.0]])
def test_tiny_and_huge_weights_lead_to_the_same_choice(scale, load):
    solution = solve(Problem([0, 0, 1], [0, 1, 1], scale * np.array([1.0, 2.0, 3.0]), load=load))
    assert solution.chosen.tolist() == [True, False, True]
    assert solution.gap == 0.0
