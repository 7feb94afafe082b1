"""Which facts stand: by brute force over what reverses what."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.records import Attendance
from matching.records.reversals import standing_facts


def fact(number, reverses=None):
    return Attendance(
        attendance_id=f"S-{number}",
        course_id="T",
        person_id="K",
        reverses=None if reverses is None else f"S-{reverses}",
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 6)), max_size=7))
def test_a_fact_stands_where_no_standing_fact_that_came_later_reverses_it(targets):
    facts = [fact(k, at if at is not None and at < k else None) for k, at in enumerate(targets)]
    stands = {}
    for k in reversed(range(len(facts))):
        stands[k] = not any(stands[j] for j in range(k + 1, len(facts)) if facts[j].reverses == facts[k].attendance_id)
    assert [each.attendance_id for each in standing_facts(facts)] == [f"S-{k}" for k in range(len(facts)) if stands[k]]


def test_a_long_chain_of_corrections_needs_no_recursion():
    facts = [fact(0), *(fact(k, k - 1) for k in range(1, 5001))]
    assert len(standing_facts(facts)) == 2501


def test_facts_that_reverse_themselves_or_each_other_do_not_hang():
    assert len(standing_facts([fact(1, 1)])) == 1
    assert len(standing_facts([fact(1, 2), fact(2, 1)])) in {0, 1, 2}
