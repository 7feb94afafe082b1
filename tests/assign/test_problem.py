import numpy as np
import pytest

from matching.assign import Problem
from matching.errors import InvalidProblemError

EDGES = ([0, 1], [0, 1], [1.0, 2.0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"demand": (2, 1)}, "demand needs a finite lo <= hi; entry 0 has lo 2.0 and hi 1.0"),
        ({"demand": (0, 1.5)}, "whole numbers; got 1.5"),
        ({"demand": 3}, "demand must be a pair|needs must be a pair"),
        ({"demand": (0, [1, 2, 3]), "shape": (2, 2)}, "demand limits must have shape"),
        ({"capacity": (0, -1)}, "capacity limits must be >= 0"),
        ({"capacity": (0, np.nan)}, "capacity limits must be >= 0"),
        ({"capacity": (np.inf, np.inf)}, "finite lo"),
        ({"shape": (1, 2)}, "need must be below 1; edge 1 has 1"),
        ({"shape": (-1, 2)}, "shape must not be negative"),
        ({"shape": "no"}, "shape must be"),
        ({"load": [1.0, -1.0]}, "load must not be negative; edge 1"),
        ({"load": [1.0]}, r"load must have shape \(2,\)"),
        ({"pinned": [1, 0]}, "boolean mask"),
        ({"pinned": [True]}, "pinned must have shape"),
        ({"pinned": [True, False], "forbidden": [True, False]}, "both pinned and forbidden; edge 0"),
        ({"conflicts": [[0, 5]]}, "conflicts must hold indices in"),
        ({"conflicts": [[1, 1]]}, "two different entries"),
        ({"conflicts": [[0, 1, 1]]}, "conflicts must have shape"),
        ({"groups": [([0], 2, 1)]}, "group 0 needs a finite lo <= hi"),
        ({"groups": [([0, 0], 0, 1)]}, "name each edge once"),
        ({"groups": [([9], 0, 1)]}, "edge indices below 2; got 9"),
        ({"groups": [([0], 1)]}, "group 0 must be"),
        ({"teams": [([0, 1], 1)]}, "team 0 must lie in one need"),
        ({"teams": [([], 1)]}, "team 0 needs edges"),
        ({"teams": [3]}, "team 0 must be"),
        ({"balance": [2.0, 1.0]}, "not convex"),
        ({"optional": [True]}, "optional must have shape"),
    ],
)
def test_a_malformed_limit_is_refused_with_rule_and_value(options, words):
    with pytest.raises(InvalidProblemError, match=words):
        Problem(*EDGES, **options)


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        (([0], [0, 1], [1.0]), "one length; got 1 and 2"),
        (([0, 0], [0, 0], [1.0, 1.0]), "a pair may occur once; edge 1 repeats need 0, partner 0"),
        (([0], [0], [np.nan]), "weight must be finite; edge 0 has nan"),
        (([0], [0], [np.inf]), "weight must be finite"),
        (([-1], [0], [1.0]), "indices >= 0; got -1"),
        (([0.5], [0], [1.0]), "whole numbers; got 0.5"),
        ((["a"], [0], [1.0]), "need must hold numbers"),
        (([[0]], [0], [1.0]), "one-dimensional"),
        (([[0], [1, 2]], [0], [1.0]), "plain array"),
        (([0], [0], [1.0, 2.0]), r"weight must have shape \(1,\)"),
    ],
)
def test_malformed_edges_are_refused_with_rule_and_value(edges, words):
    with pytest.raises(InvalidProblemError, match=words):
        Problem(*edges)


def test_arrays_are_copied_and_cannot_be_written():
    weight = np.array([1.0, 2.0])
    problem = Problem([0, 1], [0, 1], weight)
    weight[0] = 9.0
    assert problem.weight.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        problem.weight[0] = 3.0


def test_the_shape_comes_from_the_limits_or_else_from_the_edges():
    assert Problem([0], [4], [1.0]).shape == (1, 5)
    assert Problem([0], [0], [1.0], demand=(0, [1, 1, 1])).shape == (3, 1)
    assert Problem([0], [0], [1.0], shape=(7, 8)).shape == (7, 8)
