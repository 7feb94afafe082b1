import datetime as dt

import pytest

from matching.errors import StoreError, UnknownNameError
from store.examples import AT, WHO, district, later, service, volunteer


@pytest.fixture
def filled(store):
    store.import_community(district(), **WHO)
    return store


def test_a_person_who_withdraws_consent_is_stored_and_frozen(filled):
    summary = filled.withdraw_consent("V-002", reason="搬走", **later(1))
    assert len(summary.added) == 1
    now = filled.load_community()
    assert now.frozen_ids == {"V-002"}
    assert "V-002" in [v.partner_id for v in now.volunteers]
    assert "V-002" not in [p.partner_id for p in now.partners]
    assert now.consents[0].reason == "搬走"
    assert filled.load_community(as_of=AT).frozen_ids == frozenset()


def test_withdrawing_twice_is_one_withdrawal(filled):
    filled.withdraw_consent("V-002", **later(1))
    assert filled.withdraw_consent("V-002", **later(2)).batch_id is None


def test_consent_can_be_given_again(filled):
    assert filled.give_consent("V-002", **later(1)).batch_id is None
    filled.withdraw_consent("V-002", **later(2))
    filled.give_consent("V-002", **later(3))
    filled.withdraw_consent("V-002", **later(4))
    filled.give_consent("V-002", **later(5))
    assert filled.load_community().frozen_ids == frozenset()
    assert len(filled.load_community().consents) == 4


def test_a_withdrawal_outlives_an_import_that_says_otherwise(filled):
    filled.withdraw_consent("V-002", **later(1))
    filled.import_community(district().replace(volunteers=(volunteer(2, consent=True, name="改名"),)), **later(2))
    assert filled.load_community().frozen_ids == {"V-002"}


def test_a_withdrawal_that_an_earlier_moment_would_make_void_is_refused(filled):
    filled.withdraw_consent("V-002", **later(1))
    filled.give_consent("V-002", **later(10))
    with pytest.raises(
        StoreError, match=r"V-002: the last word on consent was recorded for 2024-07-31T09:40:00\+08:00"
    ):
        filled.withdraw_consent("V-002", **later(5))
    assert len(filled.load_community().consents) == 2


def test_unknown_people_are_named(filled):
    with pytest.raises(UnknownNameError, match=r"no partner 'V-999' in the store"):
        filled.withdraw_consent("V-999", **WHO)
    with pytest.raises(UnknownNameError, match=r"no partner 'V-999' in the store"):
        filled.merge("V-001", "V-999", **WHO)


def test_merging_keeps_both_histories(filled):
    filled.append([service(7, partner_id="V-002")], **later(1))
    filled.merge("V-001", "V-002", reason="同一人登记两次", **later(2))
    now = filled.load_community()
    assert now.resolve("V-002") == "V-001"
    assert now.partner("V-002").partner_id == "V-001"
    assert [v.partner_id for v in now.volunteers] == ["V-001", "V-002", "V-003", "V-004"]
    assert {s.partner_id for s in now.services} == {"V-001", "V-002"}
    assert filled.load_community(as_of=later(1)["at"]).resolve("V-002") == "V-002"


def test_merging_twice_is_one_merge(filled):
    filled.merge("V-001", "V-002", **later(1))
    assert filled.merge("V-001", "V-002", **later(2)).batch_id is None


def test_merges_that_make_no_sense_are_refused(filled):
    with pytest.raises(StoreError, match=r"cannot be merged with itself; got V-001 twice"):
        filled.merge("V-001", "V-001", **WHO)
    with pytest.raises(StoreError, match=r"A unit is no person: U-001 is a unit, V-001 a volunteer"):
        filled.merge("U-001", "V-001", **WHO)
    filled.merge("V-001", "V-002", **later(1))
    with pytest.raises(StoreError, match=r"V-002 was merged into V-001 before. Name V-001 instead"):
        filled.merge("V-003", "V-002", **later(2))
    with pytest.raises(StoreError, match=r"V-002 was merged into V-001 before"):
        filled.merge("V-002", "V-001", **later(2))
    filled.merge("V-003", "V-001", **later(3))
    assert filled.load_community().resolve("V-002") == "V-003"


def test_who_withdrew_under_one_number_has_withdrawn_under_both(filled):
    filled.withdraw_consent("V-002", **later(1))
    filled.merge("V-001", "V-002", **later(2))
    now = filled.load_community()
    assert {"V-001", "V-002"} <= now.frozen_ids
    assert not {"V-001", "V-002"} & {p.partner_id for p in now.partners}


def test_consent_under_a_merged_number_counts_for_the_kept_one(filled):
    filled.merge("V-001", "V-002", **later(1))
    filled.withdraw_consent("V-002", **later(2))
    assert filled.load_community().frozen_ids == {"V-001"}


def test_who_asked_to_see_phones_is_kept(filled):
    first = filled.disclose("派单表联系电话", reason="电话通知", **later(1))
    assert filled.disclose("派单表联系电话", reason="电话通知", **later(1)).known == first.added
    filled.disclose("派单表联系电话", reason="电话通知", **later(2))
    shown = filled.load_community().disclosures
    assert [(d.what, d.by, d.at) for d in shown] == [
        ("派单表联系电话", "网格员小周", AT + dt.timedelta(minutes=minutes)) for minutes in (1, 2)
    ]


def test_a_withdrawal_is_kept_as_a_fact_also_where_the_register_froze_the_person_already(filled):
    frozen = district().replace(volunteers=(volunteer(1, consent=False),))
    filled.import_community(frozen, **later(1))
    assert filled.load_community().frozen_ids == {"V-001"}
    assert len(filled.withdraw_consent("V-001", **later(2)).added) == 1
    filled.import_community(district(), **later(3))
    assert filled.load_community().frozen_ids == {"V-001"}


def test_who_gave_consent_once_and_says_no_on_paper_now_is_frozen(filled):
    filled.withdraw_consent("V-001", **later(1))
    filled.give_consent("V-001", **later(9))
    says_no = district().replace(volunteers=(volunteer(1, consent=False), volunteer(2, consent=False)))
    filled.import_community(says_no, **later(5))
    now = filled.load_community()
    assert now.frozen_ids == {"V-001", "V-002"}
    assert [each.is_given for each in now.consents] == [False, True, False]
    filled.give_consent("V-001", **later(10))
    assert filled.import_community(says_no, **later(11)).batch_id is None  # the same paper says nothing new
    assert filled.load_community().frozen_ids == {"V-002"}
    assert filled.check() == ()
