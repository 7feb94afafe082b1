"""Which facts stand: by brute force over what reverses what."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.records import Attendance
from matching.records.reversals import standing_facts, undo_of


def fact(number, reverses=None):
    return Attendance(
        attendance_id=f"S-{number}",
        course_id="T",
        person_id="K",
        reverses=None if reverses is None else f"S-{reverses}",
        note=f"第{number}次",
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


def test_a_fact_that_repeats_what_it_reverses_word_for_word_only_undoes_it():
    wrong, other = fact(1), fact(2)
    undone = undo_of(wrong, "S-3")
    assert standing_facts([wrong, other, undone]) == (other,)
    assert standing_facts([wrong, other, undone, undo_of(undone, "S-4")]) == (wrong, other)
    corrected = fact(5, 1)
    assert standing_facts([wrong, corrected]) == (corrected,)
    assert standing_facts([wrong, corrected, undo_of(corrected, "S-6")]) == (wrong,)
