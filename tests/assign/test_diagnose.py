import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assign.cases import feasible_choices, random_problem
from matching.assign import Problem, diagnose


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_there_is_a_finding_exactly_when_no_plan_keeps_the_limits(seed):
    problem = random_problem(seed)
    assert bool(diagnose(problem)) == (not feasible_choices(problem))


def test_needs_that_compete_for_one_partner_are_named_together():
    problem = Problem([0, 1, 2, 3], [0, 0, 0, 1], np.ones(4), demand=(1, 1))
    (finding,) = diagnose(problem)
    assert (finding.rule, finding.needs, finding.partners) == ("competition", (0, 1, 2), (0,))
    assert (finding.wanted, finding.available, finding.shortfall) == (3.0, 1.0, 2.0)


def test_independent_shortages_are_separate_findings():
    problem = Problem([0, 1, 2, 3], [0, 0, 1, 1], np.ones(4), demand=(1, 1))
    assert {finding.needs for finding in diagnose(problem)} == {(0, 1), (2, 3)}


def test_a_skill_that_three_teams_want_at_once_is_found():
    need = np.repeat([0, 1, 2], 3)
    partner = np.tile([0, 1, 2], 3)
    electrician = [([3 * n], 1) for n in range(3)]
    problem = Problem(
        need, partner, np.ones(9), demand=(0, 2), capacity=(0, 3), teams=electrician, conflicts=[[0, 1], [0, 2], [1, 2]]
    )
    (finding,) = diagnose(problem)
    assert (finding.rule, finding.needs, finding.partners) == ("same_time", (0, 1, 2), (0,))
    assert finding.shortfall == 2.0


def test_hours_that_do_not_suffice_are_counted_in_hours():
    problem = Problem([0, 1], [0, 0], np.ones(2), demand=(1, 1), load=[3.0, 2.0], capacity=(0, 4))
    (finding,) = diagnose(problem)
    assert (finding.rule, finding.wanted, finding.available) == ("competition", 5.0, 4.0)


def test_counting_comes_first():
    problem = Problem([0, 1], [0, 1], np.ones(2), demand=([3, 0], 3), groups=[([0, 1], 3, 3)])
    assert [(f.rule, f.needs, f.shortfall) for f in diagnose(problem)] == [
        ("too_few_edges", (0,), 2.0),
        ("group_too_small", (0, 1), 1.0),
    ]


def test_pins_that_break_a_limit_are_named():
    problem = Problem([0, 1], [0, 0], np.ones(2), pinned=[True, True])
    (finding,) = diagnose(problem)
    assert (finding.rule, finding.needs, finding.partners, finding.shortfall) == ("pinned", (0, 1), (0,), 1.0)


def test_what_only_solving_can_show_is_still_explained():
    problem = Problem([0, 0], [0, 1], np.ones(2), demand=(2, 2), apart=[[0, 1]])
    assert [(finding.rule, finding.needs) for finding in diagnose(problem)] == [("demand_lo", (0,))]
