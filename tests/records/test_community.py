"""The bundle of registers."""

import datetime as dt

import pytest

from matching.errors import UnknownNameError
from matching.records import (
    CellProblem,
    Community,
    Consent,
    Merge,
    Need,
    Severity,
    SkillClaim,
    Unit,
    Volunteer,
    china_moment,
)

AT = china_moment(dt.date(2024, 1, 1), 540)
ANNA = Volunteer(partner_id="V-1", name="安娜", phone="10000000001", skills=(SkillClaim("电工"),))
BAO = Volunteer(partner_id="V-2", name="宝宝", consent=False)
SCHOOL = Unit(partner_id="U-1", name="第二小学", phone="10000000002")
COMMUNITY = Community(units=(SCHOOL,), volunteers=(ANNA, BAO), needs=(Need(need_id="N-1", description="修灯"),))


def consent(is_given, day):
    return Consent(
        consent_id=f"C-{day}", partner_id="V-1", is_given=is_given, by="周", at=china_moment(dt.date(2024, 1, day), 0)
    )


def test_partners_of_all_kinds_come_in_the_order_of_the_sheets():
    assert [p.partner_id for p in COMMUNITY.partners] == ["U-1", "V-1"]


def test_a_frozen_partner_is_stored_and_never_shown_or_found():
    assert BAO in COMMUNITY.volunteers
    assert BAO not in COMMUNITY.partners
    assert "宝宝" not in COMMUNITY.table("volunteers").to_string()
    with pytest.raises(UnknownNameError, match="consent was withdrawn"):
        COMMUNITY.partner("V-2")


def test_the_latest_word_on_consent_counts_in_whatever_order_it_arrives():
    withdrawn, given = consent(is_given=False, day=5), consent(is_given=True, day=9)
    assert COMMUNITY.replace(consents=(given, withdrawn)).frozen_ids == {"V-2"}
    assert COMMUNITY.replace(consents=(withdrawn,)).frozen_ids == {"V-1", "V-2"}


def test_a_merged_record_reads_as_the_one_that_is_kept():
    merges = (
        Merge(merge_id="M-1", kept_id="V-1", merged_id="V-9", by="周", at=AT),
        Merge(merge_id="M-2", kept_id="V-9", merged_id="V-8", by="周", at=AT),
    )
    community = COMMUNITY.replace(merges=merges)
    assert community.partner("V-8") is ANNA


def test_merges_that_run_in_a_circle_end_all_the_same():
    merges = (
        Merge(merge_id="M-1", kept_id="V-1", merged_id="V-9", by="周", at=AT),
        Merge(merge_id="M-2", kept_id="V-9", merged_id="V-1", by="周", at=AT),
    )
    assert COMMUNITY.replace(merges=merges).resolve("V-1") in {"V-1", "V-9"}


def test_a_table_masks_phones_unless_asked():
    assert "10000000001" not in COMMUNITY.table("volunteers").to_string()
    assert "10000000001" in COMMUNITY.table("volunteers", show_personal=True).to_string()


def test_the_table_of_all_partners_has_the_columns_that_all_kinds_share():
    table = COMMUNITY.table("partners", language="en")
    assert list(table["ID"]) == ["U-1", "V-1"]
    assert "Household" not in table


def test_equal_communities_have_equal_fingerprints_and_where_they_came_from_does_not_count():
    problem = CellProblem(file="a.xlsx", sheet="", cell="", rule="blocks_nothing", value="", severity=Severity.NOTE)
    other = COMMUNITY.replace(problems=(problem,), source="elsewhere")
    assert other == COMMUNITY
    assert other.fingerprint() == COMMUNITY.fingerprint()
    assert COMMUNITY.replace(needs=()).fingerprint() != COMMUNITY.fingerprint()


def test_unknown_registers_and_identifiers_are_refused_by_name():
    with pytest.raises(UnknownNameError, match="voluntears"):
        Community.of({"voluntears": ()})
    with pytest.raises(UnknownNameError, match="'N-7'"):
        COMMUNITY.need("N-7")


def test_a_problem_says_where_what_and_what_to_do_in_both_languages():
    problem = CellProblem(
        file="名册.xlsx", sheet="需求清单", cell="F3", rule="least_above_most", value="3", severity=Severity.WARNING,
        values={"least": 3, "most": 2},
    )  # fmt: skip
    assert (
        problem.explain()
        == "名册.xlsx 需求清单 F3｜下限 3 大于上限 2｜值：3｜已载入，请核对｜请核对两个数，下限应不大于上限"
    )
    assert "Make the least no larger" in problem.explain(language="en")
