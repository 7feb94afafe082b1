import datetime as dt
import shutil

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from matching.errors import CallError, StoreError
from matching.records import Community, register
from matching.store import open_store
from postgres_server import new_database
from store.examples import AT, WHO, communities, district, later, need, rows_of, service, volunteer

# Each example opens a store on disk: a failing one is shown as it was found, since making it smaller takes minutes.
PROPERTY = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=18,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@pytest.fixture
def fresh(empty_file, tmp_path):
    """Makes as many empty stores as a property wants: by copying one, which is quicker than creating each."""
    opened = []

    def make():
        path = tmp_path / f"{len(opened)}.db"
        shutil.copyfile(empty_file, path)
        opened.append(open_store(path))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@PROPERTY
@given(community=communities())
def test_what_is_loaded_equals_what_was_imported(fresh, community):
    store = fresh()
    summary = store.import_community(community, **WHO)
    loaded = store.load_community()
    assert loaded == community
    assert loaded.fingerprint() == community.fingerprint()
    assert summary.total("new") == sum(
        len(community.rows(each)) for each in community.__dataclass_fields__ if each not in {"problems", "source"}
    )
    assert store.import_community(community, **WHO).batch_id is None
    assert store.check() == ()


@pytest.mark.postgres
@settings(PROPERTY, max_examples=10)
@given(community=communities())
def test_what_is_loaded_equals_what_was_imported_on_postgresql(community):
    with new_database() as url, open_store(url, create=True) as store:
        store.import_community(community, **WHO)
        loaded = store.load_community()
        assert loaded == community
        assert loaded.fingerprint() == community.fingerprint()
        assert store.import_community(community, **WHO).batch_id is None


@PROPERTY
@given(
    steps=st.lists(
        st.tuples(rows_of(register("blocks"), most=4), st.booleans(), st.integers(-3, 3)), min_size=1, max_size=5
    )
)
def test_every_earlier_state_can_be_read_back(fresh, steps):
    store = fresh()
    held, clock, remembered = {}, AT, []
    for rows, retire, minutes in steps:
        at = clock + dt.timedelta(minutes=minutes)
        keys = {row.block_id: row for row in rows}
        if retire and rows:
            held = {key: row for key, row in held.items() if key in keys}
        held |= keys
        summary = store.import_community(Community.of({"blocks": rows}), by="周", at=at, retire_missing=retire)
        if summary.batch_id is not None:
            clock = max(clock, at)  # a clock that lags writes nothing into the past
        now = store.load_community()
        assert {row.block_id: row for row in now.blocks} == held
        assert [row.block_id for row in now.blocks if row.block_id in keys] == list(keys)
        remembered = [each for each in remembered if each[0] < clock]
        remembered.append((clock, now))
    for moment, community in remembered:
        assert store.load_community(as_of=moment) == community
    assert store.load_community(as_of=AT - dt.timedelta(days=1)) == Community()
    assert store.check() == ()


def test_a_second_import_counts_what_is_new_changed_and_the_same(store):
    store.import_community(district(), **WHO)
    changed = district().replace(volunteers=(volunteer(1, name="改名"), volunteer(2), volunteer(9)), needs=())
    summary = store.import_community(changed, **later(1))
    counts = {each.register: each for each in summary.counts}
    assert (counts["volunteers"].new, counts["volunteers"].changed, counts["volunteers"].same) == (1, 1, 1)
    assert summary.total("retired") == 0
    now = store.load_community()
    assert {v.partner_id: v.name for v in now.volunteers}["V-001"] == "改名"
    assert len(now.volunteers) == 5
    assert now.needs == district().needs
    assert "新增 1，更新 1" in summary.text()
    assert "Volunteers: 1 new, 1 changed, 1 the same, 0 retired" in summary.text(language="en")


def test_rows_that_are_missing_are_retired_only_when_asked_and_only_in_registers_that_are_there(store):
    store.import_community(district(), **WHO)
    fewer = Community.of({"volunteers": [volunteer(2)], "services": [service(1)]})
    assert store.import_community(fewer, **later(1)).batch_id is None
    summary = store.import_community(fewer, retire_missing=True, **later(2))
    assert summary.total("retired") == 3
    now = store.load_community()
    assert [v.partner_id for v in now.volunteers] == ["V-002"]
    assert now.needs == district().needs
    assert now.services == district().services
    assert store.load_community(as_of=later(1)["at"]) == district()


def test_a_retired_row_comes_back_when_it_is_handed_in_again(store):
    store.import_community(district(), **WHO)
    store.import_community(Community.of({"needs": [need(1)]}), retire_missing=True, **later(1))
    summary = store.import_community(district(), **later(2))
    assert summary.total("new") == 2
    assert store.load_community() == district()


def test_another_order_is_given_back_without_new_versions(store):
    community = district()
    store.import_community(community, **WHO)
    turned = community.replace(volunteers=community.volunteers[::-1], services=community.services[::-1])
    summary = store.import_community(turned, **later(1))
    assert (summary.total("new"), summary.total("changed")) == (0, 0)
    assert "新的顺序" in summary.text()
    assert store.load_community() == turned
    assert store.load_community().fingerprint() == turned.fingerprint()
    assert store.load_community(as_of=AT) == community
    store.append([service(9)], **later(2))
    assert [s.record_id for s in store.load_community().services] == ["R-0002", "R-0001", "R-0009"]


def test_a_fact_that_was_edited_in_the_file_refuses_the_whole_import(store):
    store.import_community(district(), **WHO)
    edited = district().replace(services=(service(1, hours=8.0),), volunteers=(volunteer(1, name="改名"),))
    with pytest.raises(StoreError, match=r"services: facts are never changed.*R-0001 \(R-0001 in hours\).*reverses"):
        store.import_community(edited, **later(1))
    assert store.load_community() == district()
    assert len(store.batches()) == 1


def test_two_rows_with_one_key_are_refused(store):
    twice = Community.of({"volunteers": [volunteer(1), volunteer(2), volunteer(1, name="另一人")]})
    with pytest.raises(StoreError, match=r"volunteers: two rows have the key V-001 \(编号\)"):
        store.import_community(twice, **WHO)
    assert store.load_community() == Community()
    assert store.batches() == ()


HOSTILE = [
    "'; DROP TABLE volunteers; --",
    '"',
    "%s %(x)s :name ?",
    "=cmd|' /C calc'!A0",
    "\u202e\ufeff\uffff",
    "长" * 100_000,
    "a" * 100_000,
    "",
]


def test_hostile_values_come_back_as_they_were(store):
    rows = [volunteer(number, name=value, skills=(), note=value) for number, value in enumerate(HOSTILE)]
    keys = [volunteer(100 + number, partner_id=value) for number, value in enumerate(HOSTILE) if 0 < len(value) <= 200]
    community = Community.of({"volunteers": [*rows, *keys]})
    store.import_community(community, **WHO)
    assert store.load_community() == community
    assert store.check() == ()


@pytest.mark.parametrize(("value", "words"), [("周\0", "NUL"), ("周\ud800", "half a surrogate pair")])
def test_a_value_that_cannot_be_kept_is_refused_and_nothing_is_written(store, value, words):
    community = district().replace(needs=(need(1), need(2, note=value)))
    with pytest.raises(StoreError, match=rf"needs N-002: note holds .*{words}|needs N-002: note holds {words}"):
        store.import_community(community, **WHO)
    assert store.load_community() == Community()


@pytest.mark.parametrize("by", ["", "  "])
def test_a_write_names_who(store, by):
    with pytest.raises(CallError, match=r"names who wrote it"):
        store.import_community(district(), by=by, at=AT)


def test_a_write_and_a_reading_name_a_moment_with_an_offset(store):
    naive = dt.datetime(2024, 7, 31)  # noqa: DTZ001  # what is refused
    with pytest.raises(CallError, match=r"at must be a datetime with an offset"):
        store.import_community(district(), by="周", at=naive)
    with pytest.raises(CallError, match=r"as_of must be a datetime with an offset"):
        store.load_community(as_of=naive)
    with pytest.raises(CallError, match=r"within the years 1 to 9999"):
        store.load_community(as_of=dt.datetime.max.replace(tzinfo=dt.timezone(dt.timedelta(hours=-8))))
    with pytest.raises(CallError, match=r"within the years 1 to 9999"):
        store.import_community(district(), by="周", at=dt.datetime.max.replace(tzinfo=dt.UTC))


def test_who_writes_is_a_text_that_can_be_kept(store):
    with pytest.raises(StoreError, match=r"NUL"):
        store.import_community(district(), by="周\0", at=AT)


def test_batches_say_who_wrote_when_and_never_run_backwards(store):
    store.import_community(district(), by="甲", at=AT)
    store.append([service(5)], by="乙", at=AT - dt.timedelta(hours=1))
    first, second = store.batches()
    assert (first.by, second.by) == ("甲", "乙")
    assert second.stated_at == AT - dt.timedelta(hours=1)
    assert second.recorded_at == AT
    assert second.recorded_at.utcoffset() == dt.timedelta(hours=8)
    assert len(store.load_community(as_of=AT).services) == 3


def test_progress_is_told_after_each_register(store):
    told = []
    store.import_community(district(), progress=lambda *each: told.append(each), **WHO)
    assert [done for done, _, _ in told] == list(range(1, len(told) + 1))
    assert {total for _, total, _ in told} == {len(told)}
    assert told[4][2] == "社区志愿者"


def test_a_loaded_community_names_the_store_and_never_a_password(store):
    store.import_community(district(), **WHO)
    assert store.load_community().source == store.address
    assert "district" in store.address or "matching" in store.address
