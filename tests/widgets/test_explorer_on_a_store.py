"""The explorer on a store: what is accepted, taken back, kept and refused."""

import datetime as dt
import shutil

import pytest

from matching.errors import CallError, StalePlanError
from matching.records import CHINA, Action
from matching.samples import make_district
from matching.store import open_store
from matching.widgets import explore

NOW = dt.datetime(2024, 7, 31, 9, 0, tzinfo=CHINA)
AS_OF = dt.date(2024, 7, 31)


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("filled") / "district.db"
    with open_store(path, create=True) as opened:
        opened.import_community(make_district(), by="王主任", at=NOW)
    return path


@pytest.fixture
def store(tmp_path, filled_file):
    shutil.copyfile(filled_file, tmp_path / "district.db")
    with open_store(tmp_path / "district.db") as opened:
        yield opened


def at_desk(store, by):
    return explore(store, by=by, as_of=AS_OF, now=lambda: NOW)


def test_an_accepted_plan_stays_with_its_exclusions_and_can_be_taken_back_with_them(store):
    explorer = at_desk(store, "王主任")
    need_id, partner_id = explorer.plan.pairs[0]
    explorer.forbid(need_id, partner_id, reason="临时有事").solve()
    accepted = explorer.accept(by="李书记", reason="例会通过")
    assert set(store.accepted_pairs()) == set(accepted.pairs)
    assert set(explorer.plan.pairs) == set(accepted.pairs)
    assert all(each.is_locked for each in explorer.plan.assignments)
    assert explorer.proposal["toAccept"] == 0
    assert (need_id, partner_id) in explorer.state.work.base.sides.standing.forbidden
    assert explorer.state.work.agreed.plan_id == accepted.plan_id
    asked = accepted.overrides
    explorer.undo(by="李书记")
    assert store.accepted_pairs() == ()
    assert explorer.state.work.settings.wishes == asked
    assert explorer.state.work.base.sides.standing.forbidden == frozenset()
    assert {d.action for d in store.load_community().decisions} == {Action.ACCEPT, Action.FORBID, Action.UNDO}
    assert store.check() == ()


def test_two_people_on_one_store_never_overwrite_each_other(store):
    one, other = at_desk(store, "王主任"), at_desk(store, "张副主任")
    need_id, partner_id = one.plan.pairs[0]
    one.forbid(need_id, partner_id, reason="临时有事").solve()
    other.set_weight("place", 0.5)
    one.accept(by="王主任")
    other.solve()
    with pytest.raises(StalePlanError, match=r"decisions: .* new"):
        other.accept(by="张副主任")
    other.refresh()
    assert set(store.accepted_pairs()) <= set(other.plan.pairs)
    assert (need_id, partner_id) not in other.plan.pairs
    assert dict(other.state.work.settings.weights)["place"] == 0.5
    assert at_desk(store, "张副主任").state.work.settings == other.state.work.settings
    assert at_desk(store, "王主任").state.work.settings != other.state.work.settings


def test_unfinished_work_makes_nobodys_plan_a_stale_one(store):
    one, other = at_desk(store, "王主任"), at_desk(store, "张副主任")
    for value in (0.2, 0.3, 0.4):
        other.set_weight("place", value)
    assert one.accept(by="王主任").pairs


def test_what_was_asked_for_comes_back_in_a_new_kernel(store):
    explorer = at_desk(store, "王主任").choose("N-045")
    who = explorer.explanation.partner_id
    explorer.mark_absent(who, reason="生病").mark_urgent("N-142", reason="影响安全").filter(search="扫除")
    again = at_desk(store, "王主任")
    assert again.state.work.settings == explorer.state.work.settings
    assert again.state.view == explorer.state.view
    assert who not in {partner for _, partner in again.plan.pairs}


def test_without_a_store_nothing_is_accepted_and_no_phone_is_shown():
    explorer = explore(make_district(), as_of=AS_OF)
    with pytest.raises(CallError, match="没有连接数据库"):
        explorer.accept(by="王主任")
    with pytest.raises(CallError, match="留记录"):
        explorer._file("xlsx", "王主任")


def test_a_plan_that_is_behind_is_not_accepted_and_nobody_is_not_a_name(store):
    explorer = at_desk(store, "王主任")
    with pytest.raises(CallError, match="经办人"):
        explorer.accept(by=" ")
    explorer.set_weight("place", 0.5)
    with pytest.raises(CallError, match="重新计算"):
        explorer.accept(by="王主任")
    assert store.accepted_pairs() == ()


def test_an_export_is_a_file_with_masked_phones(store, tmp_path):
    explorer = at_desk(store, "王主任")
    page = explorer.export(tmp_path / "报告.html").read_text(encoding="utf-8")
    assert explorer.plan.plan_id in page
    assert "100" + "1" * 8 not in page
    assert explorer.export(tmp_path / "方案.xlsx").stat().st_size > 10_000
    with pytest.raises(CallError, match="'xlsx' or 'html'"):
        explorer.export(tmp_path / "方案.pdf")


def test_a_store_is_opened_by_its_name(filled_file):
    explorer = explore(filled_file, as_of=AS_OF)
    assert explorer.proposal["hasStore"]
    assert not explore(make_district(), as_of=AS_OF).proposal["hasStore"]
    with pytest.raises(CallError, match="language must be one of"):
        explore(make_district(), language="fr")
