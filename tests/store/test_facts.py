import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import StoreError
from matching.records import Decision, Merge
from matching.store.facts import check_merges
from store.examples import AT, WHO, district, later, need, service


def test_facts_are_appended_once_and_the_second_time_says_so(store):
    store.import_community(district(), **WHO)
    first = store.append([service(7), service(8), service(7)], **later(1))
    assert first.added == ("R-0007", "R-0008")
    again = store.append([service(8), service(9)], **later(2))
    assert (again.added, again.known) == (("R-0009",), ("R-0008",))
    nothing = store.append([service(7)], **later(3))
    assert nothing.batch_id is None
    assert "没有重复写入" in nothing.text()
    assert "Appended 1 as batch 3; 1 were there already." in again.text(language="en")
    assert [s.record_id for s in store.load_community().services] == ["R-0001", "R-0002", "R-0007", "R-0008", "R-0009"]
    assert len(store.batches()) == 3


def test_the_same_key_with_other_content_is_refused_and_nothing_is_written(store):
    store.append([service(7)], **WHO)
    with pytest.raises(StoreError, match=r"1 of them differ from what is kept: R-0007 \(R-0007 in hours, note\)"):
        store.append([service(8), service(7, hours=9.0, note="改")], **later(1))
    assert [s.record_id for s in store.load_community().services] == ["R-0007"]


def test_two_different_facts_with_one_key_in_one_call_are_refused(store):
    with pytest.raises(StoreError, match=r"services: two rows have the key R-0007"):
        store.append([service(7), service(7, hours=9.0)], **WHO)


def test_a_correction_leaves_the_old_fact_in_place(store):
    store.append([service(1)], **WHO)
    store.append([service(2, reverses="R-0001", hours=2.0)], **later(1))
    assert store.load_community().services == (service(1), service(2, reverses="R-0001", hours=2.0))


def test_facts_of_several_kinds_go_into_one_batch(store):
    decision = Decision(decision_id="D-1", plan_id="P-0", action="pin", by="周", at=AT)
    with pytest.raises(StoreError, match=r"action must be one of \['accept', 'pin', 'forbid', 'undo'\]; got pin"):
        store.append([decision], **WHO)
    from matching.records import Action

    decision = Decision(decision_id="D-1", plan_id="P-0", action=Action.PIN, by="周", at=AT)
    summary = store.append([decision, service(1)], **WHO)
    assert set(summary.added) == {"D-1", "R-0001"}
    assert len(store.batches()) == 1


def test_only_facts_are_appended(store):
    with pytest.raises(StoreError, match=r"Facts are .*ServiceRecord.*; got Need"):
        store.append([need(1)], **WHO)


def test_more_facts_than_a_question_can_hold_are_told_apart(store):
    many = [service(number) for number in range(1_200)]
    store.append(many, **WHO)
    summary = store.append([*many, service(5_000)], **later(1))
    assert (len(summary.known), summary.added) == (1_200, ("R-5000",))


def merges_of(pairs):
    return [
        Merge(merge_id=f"M-{n}", kept_id=kept, merged_id=merged, by="周", at=AT)
        for n, (kept, merged) in enumerate(pairs)
    ]


def runs_in_a_circle(pairs):
    into = {merged: kept for kept, merged in pairs}
    for start in into:
        each, steps = start, 0
        while each in into and steps <= len(into):
            each, steps = into[each], steps + 1
        if steps > len(into):
            return True
    return False


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")), max_size=6, unique_by=lambda pair: pair[1])
)
def test_merges_are_refused_exactly_when_they_run_in_a_circle(pairs):
    if runs_in_a_circle(pairs):
        with pytest.raises(StoreError, match=r"run in a circle: .* → "):
            check_merges(merges_of(pairs))
    else:
        check_merges(merges_of(pairs))


def test_a_long_chain_of_merges_is_checked_in_no_time():
    check_merges(merges_of([(f"V-{n}", f"V-{n + 1}") for n in range(20_000)]))


def test_one_record_merged_into_two_is_refused(store):
    with pytest.raises(StoreError, match=r"C is merged into A already; got B"):
        store.append(merges_of([("A", "C"), ("B", "C")]), **WHO)
    assert store.load_community().merges == ()
