import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.errors import StoreError
from matching.records import REGISTERS, Level, SkillClaim, register
from matching.store.cells import decode_rows, encode_document, encode_records
from store.examples import AT, need, records_of, service, volunteer


@pytest.mark.parametrize("home", REGISTERS, ids=lambda each: each.name)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_record_survives_being_encoded_and_decoded(home, data):
    record = data.draw(records_of(home))
    assert decode_rows(home, encode_records(home, [record])) == [record]


HOSTILE = [
    (volunteer(1, name="周\0小梅"), r"volunteers V-001: name holds a NUL character"),
    (volunteer(1, name="周\ud83d"), r"volunteers V-001: name holds half a surrogate pair.*ud83d"),
    (volunteer(1, name=None), r"volunteers V-001: name must be a text; got NoneType"),
    (volunteer(1, name=7), r"name must be a text; got int"),
    (volunteer(1, name=Level.KNOWS), r"name must be a text; got Level"),
    (volunteer(1, partner_id=""), r"partner_id must be an identifier of 1 to 200 characters; got 0"),
    (volunteer(1, partner_id="V" * 201), r"partner_id must be an identifier of 1 to 200 characters; got 201"),
    (volunteer(1, hours=float("nan")), r"hours must be a finite number; got nan"),
    (volunteer(1, hours=float("-inf")), r"hours must be a finite number; got -inf"),
    (volunteer(1, hours=10**400), r"hours must be a finite number"),
    (volunteer(1, hours=True), r"hours must be a number; got bool"),
    (volunteer(1, most_needs=2**63), r"most_needs must be a whole number of at most 63 bits"),
    (volunteer(1, most_needs=True), r"most_needs must be a whole number"),
    (volunteer(1, is_insured=1), r"is_insured must be True or False; got 1"),
    (volunteer(1, birth_date=AT), r"birth_date must be a date"),
    (volunteer(1, gender="女"), r"gender must be one of \['female', 'male'\]; got 女"),
    (volunteer(1, skills=[SkillClaim("修灯")]), r"skills must be a tuple; got list"),
    (volunteer(1, skills=("修灯",)), r"skills must hold skill claims"),
    (volunteer(1, skills=(SkillClaim("\0"),)), r"skills holds a NUL character"),
    (volunteer(1, available=("周六",)), r"available must hold weekly slots"),
    (need(1, windows=("今天",)), r"windows must hold windows"),
]


@pytest.mark.parametrize(("record", "words"), HOSTILE)
def test_a_value_that_a_database_could_not_give_back_is_refused_with_its_place(record, words):
    home = register("needs" if hasattr(record, "need_id") else "volunteers")
    with pytest.raises(StoreError, match=words):
        encode_records(home, [record])


def test_a_moment_outside_the_calendar_of_both_databases_is_refused():
    from matching.records import CHINA, Consent

    consent = Consent(
        consent_id="C-1", partner_id="V-001", is_given=True, by="周", at=dt.datetime(1, 1, 1, tzinfo=CHINA)
    )
    with pytest.raises(StoreError, match=r"consents C-1: at lies outside the years 1 to 9999"):
        encode_records(register("consents"), [consent])


def test_a_naive_moment_is_refused():
    from matching.records import Consent

    consent = Consent(consent_id="C-1", partner_id="V-001", is_given=True, by="周", at=dt.datetime(2024, 1, 1))  # noqa: DTZ001  # what is refused
    with pytest.raises(StoreError, match=r"consents C-1: at must be a moment with an offset"):
        encode_records(register("consents"), [consent])


def test_a_record_of_another_register_is_refused():
    with pytest.raises(StoreError, match=r"volunteers keeps Volunteer; got ServiceRecord"):
        encode_records(register("volunteers"), [service(1)])


def test_a_message_shows_a_hostile_key_in_short_and_in_plain_characters():
    with pytest.raises(StoreError) as caught:
        encode_records(register("volunteers"), [volunteer(1, partner_id="\n\u202e" + "V" * 100, name=None)])
    assert "\n" not in str(caught.value)
    assert "\u202e" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("document", [{"a": float("nan")}, {"a": {1, 2}}, {"a": object()}, {1: "a", "b": 2}])
def test_a_document_that_json_cannot_hold_is_refused(document):
    with pytest.raises(StoreError, match="document must be JSON"):
        encode_document(document)


def test_a_document_that_holds_itself_is_refused():
    document = {}
    document["a"] = document
    with pytest.raises(StoreError, match="document must be JSON"):
        encode_document(document)


def test_equal_documents_give_equal_texts():
    assert encode_document({"甲": 1, "乙": [1.5, None]}) == encode_document({"乙": [1.5, None], "甲": 1})
