"""The sample district: sizes, references, privacy, and that it is as mixed as a real one."""

import collections
import datetime as dt
import itertools
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CallError
from matching.records import (
    PARTNER_REGISTERS,
    REGISTERS,
    CellType,
    Kind,
    NeedStatus,
    Urgency,
    find_personal,
    show_value,
)
from matching.samples import make_district
from matching.tables import read_table

AS_OF = dt.date(2024, 7, 31)
DISTRICT = make_district()
PARTNERS = (*DISTRICT.units, *DISTRICT.specialists, *DISTRICT.community_partners, *DISTRICT.volunteers)


def age_of(person, as_of=AS_OF):
    had_birthday = (as_of.month, as_of.day) >= (person.birth_date.month, person.birth_date.day)
    return as_of.year - person.birth_date.year - (not had_birthday)


def dangling(community):
    """Every reference that names nothing: register, column, value."""
    keys = {each.name: {getattr(row, each.key) for row in community.rows(each.name)} for each in REGISTERS}
    keys["partners"] = set().union(*(keys[each.name] for each in PARTNER_REGISTERS))
    for each in REGISTERS:
        for column in each.columns:
            if column.refers_to:
                values = {getattr(row, column.name) for row in community.rows(each.name)} - {None}
                yield from ((each.name, column.name, value) for value in values - keys[column.refers_to])


def unknown_places(community):
    grids = {(grid.community, grid.name) for grid in community.grids}
    places = {grid.community for grid in community.grids}
    for each in (*PARTNER_REGISTERS, *(r for r in REGISTERS if r.name in {"needs", "events", "services", "blocks"})):
        for row in community.rows(each.name):
            if row.community is not None and row.community not in places:
                yield row
            grid = getattr(row, "grid", None)
            if grid is not None and row.community is not None and (row.community, grid) not in grids:
                yield row


def test_the_district_has_the_sizes_of_the_real_one():
    assert [len(DISTRICT.rows(each.name)) for each in PARTNER_REGISTERS] == [52, 48, 39, 408]
    assert len(DISTRICT.needs) == 160
    assert 35 <= len(DISTRICT.grids) <= 45
    assert 1500 <= len(DISTRICT.services) <= 2500
    assert 3 <= len(DISTRICT.blocks) <= 6
    assert len(DISTRICT.events) >= 3
    assert DISTRICT.skills == ()
    assert {grid.street for grid in DISTRICT.grids} == {"灯塔路街道", "恒北街道", "红旗路街道", "曙光路街道", "柏庄镇"}
    assert len({grid.community for grid in DISTRICT.grids}) == 9


def test_the_same_seed_gives_the_same_district_and_another_seed_another():
    assert make_district() == DISTRICT
    assert make_district(seed=1).fingerprint() != DISTRICT.fingerprint()


def test_the_district_does_not_depend_on_the_order_of_sets():
    code = "from matching.samples import make_district; print(make_district().fingerprint())"
    for hash_seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == DISTRICT.fingerprint()


def test_a_register_keeps_its_rows_when_another_grows():
    more = make_district(needs=200)
    assert more.volunteers == DISTRICT.volunteers
    assert more.licences == DISTRICT.licences
    assert more.services[:2000] == DISTRICT.services[:2000]


def test_every_reference_names_a_row():
    assert list(dangling(DISTRICT)) == []
    assert list(unknown_places(DISTRICT)) == []


def test_no_row_breaks_a_rule_of_its_record():
    broken = [(row, b) for each in REGISTERS for row in DISTRICT.rows(each.name) for b in row.breaches()]
    assert broken == []


def test_no_cell_looks_like_a_real_phone_or_id_number():
    for each in REGISTERS:
        for row in DISTRICT.rows(each.name):
            for column in each.columns:
                text = show_value(getattr(row, column.name), column, show_personal=True)
                assert find_personal(text) == (), (each.name, column.name, text)
                assert column.cell_type is not CellType.ID_NUMBER or not text


def test_phones_are_impossible_and_nobody_shares_one():
    phones = [phone for each in REGISTERS for row in DISTRICT.rows(each.name) if (phone := getattr(row, "phone", None))]
    assert all(len(phone) == 11 and phone.isdigit() and phone.startswith("100") for phone in phones)
    assert len(phones) == len(set(phones)) > 500


def test_only_two_pairs_of_people_share_a_name():
    people = [*DISTRICT.specialists, *DISTRICT.volunteers]
    shared = {name: n for name, n in collections.Counter(p.name for p in people).items() if n > 1}
    assert sorted(shared.values()) == [2, 2]
    for name in shared:
        one, other = (p for p in people if p.name == name)
        assert one.phone
        assert other.phone
        assert one.phone != other.phone
        assert one.birth_date != other.birth_date


def test_all_ages_serve_and_children_have_a_guardian():
    ages = [age_of(v) for v in DISTRICT.volunteers if v.birth_date]
    children = [v for v in DISTRICT.volunteers if v.birth_date and age_of(v) < 14]
    assert sum(14 <= age < 18 for age in ages) >= 5
    assert 2 <= len(children) <= 12
    assert sum(v.guardian_consent is True for v in children) >= 2
    assert all(v.guardian_consent is None for v in DISTRICT.volunteers if v.birth_date and age_of(v) >= 14)
    assert sum(age >= 60 for age in ages) >= 0.25 * len(ages)
    assert max(ages) < 90


def test_registers_lack_what_real_ones_lack():
    lacking = collections.Counter(
        name
        for v in DISTRICT.volunteers
        for name in ("skills", "offer", "available", "birth_date", "phone", "occupation", "grid", "hours")
        if not getattr(v, name)
    )
    assert all(0.02 * 408 < lacking[name] < 0.6 * 408 for name in lacking)
    assert len(lacking) == 8
    assert sum(v.consent is False for v in DISTRICT.volunteers) == 6
    assert {v.is_insured for v in DISTRICT.volunteers} == {True, False, None}


def test_some_people_live_together_under_one_address():
    homes = collections.defaultdict(list)
    for v in DISTRICT.volunteers:
        if v.household:
            homes[v.household].append(v)
    shared = [members for members in homes.values() if len(members) > 1]
    assert len(shared) >= 40
    assert all(len({m.address for m in members} - {None}) <= 1 for members in shared)


def test_people_say_what_they_can_do_in_their_own_words():
    known = {row["name"] for row in read_table("skills.csv")}
    claims = [claim.name for v in DISTRICT.volunteers for claim in v.skills]
    offers = [v.offer for v in DISTRICT.volunteers if v.offer]
    assert 0.3 < sum(name not in known for name in claims) / len(claims) < 0.8
    assert len(set(claims)) >= 150
    assert len(set(offers)) >= 120
    languages = {language for p in (*DISTRICT.specialists, *DISTRICT.volunteers) for language in p.languages}
    assert {"普通话", "安阳话", "林州话", "英语", "手语"} <= languages


def test_needs_of_a_small_and_of_a_large_district_rarely_repeat_their_words():
    large = make_district(needs=1000, volunteers=50)
    for needs in (DISTRICT.needs, large.needs):
        assert len({need.description for need in needs}) > 0.95 * len(needs)


def test_half_of_the_needs_leave_the_skill_to_be_read_from_the_words():
    stated = sum(bool(need.skills) for need in DISTRICT.needs)
    assert 0.4 * 160 <= stated <= 0.6 * 160


def test_the_skills_that_needs_state_are_those_of_the_taxonomy():
    rows = read_table("skills.csv")
    known = {row["name"] for row in rows} | {alias for row in rows for alias in row["aliases"].split("、")}
    stated = [claim.name for need in DISTRICT.needs for claim in need.skills]
    assert set(stated) <= known
    offered = [claim.name for p in (*DISTRICT.specialists, *DISTRICT.units) for claim in p.skills]
    assert set(offered) <= known


def test_every_need_lies_in_the_four_weeks_after_the_day():
    windows = [window for need in DISTRICT.needs for window in need.windows]
    assert min(w.start.date() for w in windows) > AS_OF
    assert max(w.end.date() for w in windows) <= AS_OF + dt.timedelta(days=28)
    assert sum(not need.windows for need in DISTRICT.needs) <= 10
    assert any(len(need.windows) > 1 for need in DISTRICT.needs)
    urgent = [need for need in DISTRICT.needs if need.urgency is Urgency.URGENT]
    assert len(urgent) >= 8
    assert all(need.windows[0].start.date() <= AS_OF + dt.timedelta(days=7) for need in urgent)


def test_a_market_wants_nine_stalls_at_the_same_time():
    market = next(event for event in DISTRICT.events if "便民集市" in event.name)
    stalls = [need for need in DISTRICT.needs if need.event_id == market.event_id]
    assert len(stalls) == 9
    assert {need.windows for need in stalls} == {market.windows}
    assert market.expected >= 1000


def test_jobs_of_several_parts_ask_several_kinds_at_one_time():
    parts = collections.defaultdict(list)
    for need in DISTRICT.needs:
        if need.bundle:
            parts[need.bundle].append(need)
    assert len(parts) >= 4
    for needs in parts.values():
        assert len(needs) >= 2
        assert len({need.kinds for need in needs}) > 1
        assert all(a.windows[0].overlaps(b.windows[0]) for a, b in itertools.pairwise(needs))
    assert any({Kind.UNIT} <= set(n.kinds) and n.resources for needs in parts.values() for n in needs)


def test_some_needs_ask_a_licence_that_nobody_holds_on_the_day():
    def holders(need, name):
        day = need.windows[0].start.date()
        return {licence.partner_id for licence in DISTRICT.licences if licence.name == name and licence.is_valid(day)}

    asked = [(need, name) for need in DISTRICT.needs if need.windows for name in need.licences]
    nobody = [name for need, name in asked if not holders(need, name)]
    assert {"电梯作业人员证", "焊接与热切割作业证", "燃气从业人员合格证"} <= set(nobody)
    assert len(nobody) <= len(asked) / 3
    assert any(licence.valid_until is None for licence in DISTRICT.licences)
    expired = [each for each in DISTRICT.licences if each.valid_until and each.valid_until < AS_OF]
    ending = [each for each in DISTRICT.licences if each.valid_until and 0 <= (each.valid_until - AS_OF).days <= 28]
    assert len(expired) >= 6
    assert len(ending) >= 2


def test_the_only_auditor_is_wanted_twice_at_one_time():
    audits = [need for need in DISTRICT.needs if "注册会计师证" in need.licences]
    auditors = [each for each in DISTRICT.licences if each.name == "注册会计师证" and each.is_valid(AS_OF)]
    assert len(audits) == 2
    assert audits[0].windows == audits[1].windows
    assert len(auditors) == 1


def test_nobody_got_a_licence_as_a_child():
    born = {p.partner_id: p.birth_date for p in (*DISTRICT.specialists, *DISTRICT.volunteers)}
    for licence in DISTRICT.licences:
        birth_date = born.get(licence.partner_id)
        if birth_date and licence.valid_from:
            assert (licence.valid_from - birth_date).days >= 18 * 365, licence


def test_a_few_needs_are_closed_and_the_others_open():
    counts = collections.Counter(need.status for need in DISTRICT.needs)
    assert 1 <= counts[NeedStatus.DONE] + counts[NeedStatus.CANCELLED] <= 5
    assert counts[NeedStatus.OPEN] > 120


def test_blocks_hold_no_frozen_person_and_one_has_run_out():
    assert not {block.partner_id for block in DISTRICT.blocks} & DISTRICT.frozen_ids
    assert any(block.until and block.until < AS_OF for block in DISTRICT.blocks)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(),
    sizes=st.tuples(
        st.integers(0, 60), st.integers(0, 60), st.integers(0, 50), st.integers(1, 60), st.integers(0, 170)
    ),
    as_of=st.dates(dt.date(1950, 1, 1), dt.date(2200, 12, 31)),
)
def test_any_seed_size_and_day_give_a_sound_district(seed, sizes, as_of):
    units, specialists, shops, volunteers, needs = sizes
    community = make_district(
        seed=seed, units=units, specialists=specialists, community_partners=shops, volunteers=volunteers, needs=needs,
        as_of=as_of,
    )  # fmt: skip
    assert [len(community.rows(each.name)) for each in PARTNER_REGISTERS] == [units, specialists, shops, volunteers]
    assert len(community.needs) == needs
    assert list(dangling(community)) == []
    assert list(unknown_places(community)) == []
    for each in REGISTERS:
        rows = community.rows(each.name)
        assert len({getattr(row, each.key) for row in rows}) == len(rows)
        assert not any(row.breaches() for row in rows)
    for need in community.needs:
        for window in need.windows:
            assert as_of < window.start.date() <= window.end.date() <= as_of + dt.timedelta(days=28)
    assert all(as_of - dt.timedelta(days=365) <= each.date <= as_of for each in community.services)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"volunteers": 0}, "volunteers must be 1 to 100000; got 0"),
        ({"needs": -1}, "needs must be 0 to 100000; got -1"),
        ({"units": 20_001}, "units must be 0 to 20000; got 20001"),
        ({"as_of": dt.date(1949, 12, 31)}, "as_of must lie in the years 1950 to 2200; got 1949-12-31"),
    ],
)
def test_a_size_out_of_range_is_refused_with_the_range(wrong, message):
    with pytest.raises(CallError, match=message):
        make_district(**wrong)


def test_in_a_town_of_ten_thousand_partners_grids_and_names_of_partner_units_are_their_own():
    town = make_district(volunteers=9_000, units=400, specialists=300, community_partners=300, needs=1_000)
    assert len({grid.community for grid in town.grids}) > 9
    assert len({grid.grid_id for grid in town.grids}) == len(town.grids)
    names = collections.Counter(p.name for p in (*town.units, *town.community_partners))
    assert max(names.values()) == 1
    people = collections.Counter(p.name for p in (*town.specialists, *town.volunteers))
    assert sum(n > 1 for n in people.values()) == 2
