import datetime as dt

import pytest

from matching.errors import StalePlanError, StoreError, UnknownNameError
from matching.records import Action
from matching.store import PlanStatus
from store.examples import AT, WHO, Plan, district, later, need, plan_on, service, volunteer


@pytest.fixture
def filled(store):
    store.import_community(district(), **WHO)
    return store


def test_accepting_a_plan_appends_a_decision_for_each_pair(filled):
    plan = plan_on(filled, 分数=0.1 + 0.2, 理由=["会修灯", None, True])
    summary = filled.accept(plan, by="李主任", at=later(1)["at"], reason="本周")
    assert summary.is_new
    decisions = filled.load_community().decisions
    assert decisions == summary.decisions
    assert [(d.need_id, d.partner_id) for d in decisions] == list(plan.pairs)
    assert {(d.action, d.by, d.at, d.reason, d.plan_id) for d in decisions} == {
        (Action.ACCEPT, "李主任", later(1)["at"], "本周", "P-1")
    }
    assert filled.accepted_pairs() == plan.pairs
    assert filled.accepted_pairs(as_of=AT) == ()
    kept = filled.load_plan("P-1")
    assert (kept.plan_id, kept.document, kept.pairs, kept.fingerprint) == (
        plan.plan_id,
        plan.document,
        plan.pairs,
        plan.fingerprint,
    )
    assert kept.entry == filled.plans()[0]
    assert (kept.entry.by, kept.entry.at, kept.entry.pairs, kept.entry.status) == (
        "李主任",
        later(1)["at"],
        2,
        PlanStatus.ACCEPTED,
    )
    assert filled.check() == ()


def test_accepting_the_same_plan_twice_is_one_acceptance(filled):
    plan = plan_on(filled)
    filled.accept(plan, **later(1))
    again = filled.accept(plan, **later(2))
    assert not again.is_new
    assert len(again.decisions) == 2
    assert "没有重复写入" in again.text()
    assert len(filled.batches()) == 2
    filled.append([service(77)], **later(3))
    assert not filled.accept(plan, **later(4)).is_new


def test_another_plan_of_the_same_name_is_refused(filled):
    plan = plan_on(filled)
    filled.accept(plan, **later(1))
    with pytest.raises(StoreError, match=r"Plan P-1 was accepted before with other content"):
        filled.accept(plan_on(filled, pairs=[("N-003", "V-003")]), **later(2))


def test_a_plan_on_data_that_have_changed_is_refused_with_what_differs(filled):
    plan = plan_on(filled)
    filled.append([service(8), service(9)], **later(1))
    filled.import_community(district().replace(needs=(need(1, people_max=9), need(2), need(9))), **later(2))
    filled.import_community(district(volunteers=3), retire_missing=True, **later(3))
    with pytest.raises(StalePlanError) as caught:
        filled.accept(plan, **later(4))
    words = str(caught.value)
    assert "Since batch 1" in words
    assert "volunteers: 1 gone" in words
    assert "services: 2 new" in words
    assert "Make the plan again" in words
    assert filled.load_community().decisions == ()
    assert filled.plans() == ()


def test_a_plan_on_rows_in_another_order_says_so(filled):
    plan = plan_on(filled)
    filled.import_community(district().replace(volunteers=district().volunteers[::-1]), **later(1))
    with pytest.raises(StalePlanError, match=r"volunteers: in another order"):
        filled.accept(plan, **later(2))


def test_a_plan_on_data_that_were_never_in_the_store_is_refused(filled):
    with pytest.raises(StalePlanError, match=r"never held those data lately: import them first"):
        filled.accept(Plan("P-1", "0" * 16, (), {}), **later(1))


def test_a_plan_is_accepted_on_what_another_program_wrote_meanwhile_only_if_it_knew_it(filled, url):
    from matching.store import open_store

    plan = plan_on(filled)
    with open_store(url) as other:
        other.append([service(9)], **later(1))
    with pytest.raises(StalePlanError, match=r"services: 1 new"):
        filled.accept(plan, **later(2))
    assert filled.accept(plan_on(filled), **later(3)).is_new


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("N-001", "V-001"), ("N-001", "V-001")], r"N-001 × V-001: the pair comes twice"),
        ([("N-999", "V-001")], r"N-999 × V-001: there is no such need"),
        ([("N-001", "V-999")], r"N-001 × V-999: the partner is unknown, frozen or merged"),
        ([("N-001", "V-004")], r"N-001 × V-004: the partner is unknown, frozen or merged"),
    ],
)
def test_a_plan_whose_pairs_do_not_fit_the_store_is_refused(filled, pairs, words):
    filled.withdraw_consent("V-004", **later(1))
    with pytest.raises(StoreError, match=words):
        filled.accept(plan_on(filled, pairs=pairs), **later(2))
    assert filled.plans() == ()


def test_undoing_a_plan_appends_decisions_that_reverse_the_old_ones(filled):
    accepted = filled.accept(plan_on(filled), **later(1)).decisions
    summary = filled.undo("P-1", by="李主任", at=later(2)["at"], reason="下雨")
    assert len(summary.added) == 2
    decisions = filled.load_community().decisions
    assert decisions[:2] == accepted
    assert [(d.action, d.reverses, d.reason) for d in decisions[2:]] == [
        (Action.UNDO, each.decision_id, "下雨") for each in accepted
    ]
    assert filled.accepted_pairs() == ()
    assert filled.accepted_pairs(as_of=later(1)["at"]) == (("N-001", "V-001"), ("N-002", "V-002"))
    assert filled.plans()[0].status is PlanStatus.UNDONE
    assert filled.check() == ()


def test_undoing_twice_is_one_undoing(filled):
    filled.accept(plan_on(filled), **later(1))
    filled.undo("P-1", pairs=[("N-002", "V-002")], **later(2))
    assert filled.accepted_pairs() == (("N-001", "V-001"),)
    assert filled.plans()[0].status is PlanStatus.PARTLY_UNDONE
    rest = filled.undo("P-1", **later(3))
    assert (len(rest.added), len(rest.known)) == (1, 1)
    nothing = filled.undo("P-1", **later(4))
    assert (nothing.batch_id, len(nothing.known)) == (None, 2)


def test_a_plan_that_was_undone_is_not_accepted_again_without_being_made_again(filled):
    plan = plan_on(filled)
    filled.accept(plan, **later(1))
    filled.undo("P-1", **later(2))
    with pytest.raises(StalePlanError, match=r"P-1 was accepted and undone since"):
        filled.accept(plan, **later(3))
    assert filled.accept(plan_on(filled, "P-2"), **later(4)).is_new
    assert filled.accepted_pairs() == plan.pairs


def test_unknown_plans_and_pairs_are_named(filled):
    with pytest.raises(UnknownNameError, match=r"No plan 'P-9' was accepted"):
        filled.undo("P-9", **WHO)
    with pytest.raises(UnknownNameError, match=r"No plan 'P-9' was accepted"):
        filled.load_plan("P-9")
    filled.accept(plan_on(filled), **later(1))
    with pytest.raises(UnknownNameError, match=r"Plan 'P-1' holds no pair \('N-003', 'V-001'\)"):
        filled.undo("P-1", pairs=[("N-003", "V-001")], **later(2))


def test_a_plan_without_pairs_is_kept_all_the_same(filled):
    assert filled.accept(plan_on(filled, pairs=()), **later(1)).is_new
    assert filled.plans()[0].status is PlanStatus.ACCEPTED
    assert filled.undo("P-1", **later(2)).batch_id is None


def test_a_plan_whose_document_cannot_be_kept_leaves_nothing_behind(filled):
    with pytest.raises(StoreError, match=r"document must be JSON"):
        filled.accept(plan_on(filled, 分数=float("nan")), **later(1))
    with pytest.raises(StoreError, match=r"half a surrogate pair"):
        filled.accept(plan_on(filled, 备注="\ud800"), **later(1))
    assert filled.load_community() == district()
    assert len(filled.batches()) == 1


def test_a_large_document_and_many_pairs_are_kept(filled):
    filled.import_community(district(volunteers=300, needs=200, services=2), **later(1))
    pairs = [(f"N-{n % 200 + 1:03d}", f"V-{n + 1:03d}") for n in range(300)]
    plan = plan_on(filled, pairs=pairs, 文=["长" * 100_000], 深={str(n): n for n in range(2_000)})
    filled.accept(plan, **later(2))
    assert filled.load_plan("P-1").document == plan.document
    assert filled.load_plan("P-1").pairs == plan.pairs


def test_the_moment_of_a_decision_keeps_its_microseconds_whatever_its_offset(filled):
    at = dt.datetime(2024, 8, 1, 3, 4, 5, 678_901, dt.timezone(dt.timedelta(hours=-5)))
    filled.accept(plan_on(filled), by="周", at=at)
    kept = filled.load_community().decisions[0].at
    assert kept == at
    assert kept.utcoffset() == dt.timedelta(hours=8)
    assert filled.plans()[0].at == at


def test_half_a_plan_is_found(filled):
    from sqlalchemy import text

    with filled._engine.begin() as connection:
        connection.execute(
            text("INSERT INTO batches SELECT 2, recorded_at, stated_at, recorded_by, 'accept', NULL FROM batches")
        )
        connection.execute(text("INSERT INTO plans VALUES (1, 2, 'P-7', 'x', 3, '{}')"))
    assert filled.check() == ("Plan P-7: 0 of 3 decisions are there",)


def test_a_volunteer_under_two_names_is_planned_once_merged(filled):
    filled.merge("V-001", "V-002", **later(1))
    with pytest.raises(StoreError, match=r"N-002 × V-002: the partner is unknown, frozen or merged"):
        filled.accept(plan_on(filled), **later(2))
    assert volunteer(1).partner_id == filled.load_community().resolve("V-002")


@pytest.mark.parametrize("plan_id", ["", "P" * 201, "P\0", None])
def test_a_plan_has_a_name_that_can_be_kept(filled, plan_id):
    with pytest.raises(StoreError, match=r"An identifier (must be|holds)"):
        filled.accept(plan_on(filled, plan_id), **later(1))
    assert filled.plans() == ()
