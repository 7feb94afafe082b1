"""People found by name in the explorer: several away at once, somebody excluded, somebody without work."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CallError
from matching.planning import list_conflicts, score
from matching.planning.collisions import KINDS
from matching.records import CHINA
from matching.samples import make_district
from matching.store import open_store
from matching.widgets import explore
from matching.widgets.explorer_events import happen
from matching.widgets.explorer_needs import asked_about, find_people, index_needs, list_needs
from matching.widgets.explorer_pages import changes_page
from matching.widgets.explorer_people import people_named
from matching.widgets.explorer_state import solve_again, start_explorer
from matching.widgets.explorer_view import Desk, draw_sections, ground_of

AS_OF = dt.date(2024, 7, 31)
BASE = score(make_district(units=5, specialists=6, community_partners=4, volunteers=25, needs=12), as_of=AS_OF)
PEOPLE = BASE.profiles.partners


@pytest.fixture(scope="module")
def start():
    return start_explorer(BASE)


@given(
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=6, unique=True),
    st.sampled_from(["、", "，", ", ", "; ", "；\n"]),
    st.sampled_from(["id", "both"]),
)
def test_everybody_on_the_line_is_found_once_in_its_order(people, between, way):
    said = between.join(each.partner_id.lower() if way == "id" else f"{each.name} {each.partner_id}" for each in people)
    ids = tuple(each.partner_id for each in people)
    assert people_named(BASE, said) == people_named(BASE, f"{said}{between}{ids[0]}") == ids


@pytest.mark.parametrize(
    ("line", "words"), [("", "请写出是谁"), ("、 ，", "请写出是谁"), ("赵钱孙李", "没有“赵钱孙李”")]
)
def test_nobody_is_guessed(start, line, words):
    with pytest.raises(CallError, match=words):
        happen(start, "absent", {"who": line})


def test_a_name_that_two_people_bear_is_asked_about():
    first, second = BASE.community.volunteers[:2]
    twins = (first, dataclasses.replace(second, name=first.name), *BASE.community.volunteers[2:])
    base = score(dataclasses.replace(BASE.community, volunteers=twins), as_of=AS_OF)
    with pytest.raises(CallError, match=f"不止一位.*{second.partner_id}"):
        people_named(base, first.name)


def test_several_who_are_away_are_one_step_to_undo(start):
    away = [who for _, who in start.work.plan.pairs[:4]]
    done = happen(start, "absent", {"who": "、".join(away), "by": "王主任", "reason": "培训"})
    assert {wish.partner_id for wish in done.work.settings.wishes} == set(away)
    assert len(done.past) == 1
    solved = solve_again(done)
    assert not {who for _, who in solved.work.plan.pairs} & set(away)
    assert happen(done, "undo", {}).work is start.work


def test_whoever_is_excluded_is_still_found_at_the_need(start):
    need_id, who = start.work.plan.pairs[0]
    name = PEOPLE[BASE.partner_index(who)].name
    values = {"action": "forbid", "need": need_id, "partner": who, "reason": "本人有事"}
    done = happen(solve_again(happen(start, "wish", values)), "filter", {"search": name})
    index = index_needs(BASE)
    rows = list_needs(index, done.work.facts, done.view, frozenset(), asked_about(done.work))
    assert need_id in {index.ids[row] for row in rows}
    assert need_id not in {index.ids[row] for row in list_needs(index, done.work.facts, done.view, frozenset())}


def test_a_search_for_somebody_without_work_says_so_and_for_nobody_says_nothing(start):
    index, busy = index_needs(BASE), {who for _, who in start.work.plan.pairs}
    idle = next(each for each in PEOPLE if each.partner_id not in busy)
    looked = happen(start, "filter", {"search": idle.partner_id})
    assert list_needs(index, looked.work.facts, looked.view, frozenset()) == []
    assert "没有安排" in find_people(index, looked.work.facts, looked.view)[0]
    assert find_people(index, start.work.facts, happen(start, "filter", {"search": "查无此人"}).view) == []
    assert find_people(index, start.work.facts, start.view) == []


def test_the_page_of_changes_names_who_takes_over_and_what_is_no_longer_met(start):
    for need_id, who in start.work.plan.pairs:
        values = {"action": "forbid", "need": need_id, "partner": who, "reason": "本人有事"}
        done = solve_again(happen(start, "wish", values))
        told = changes_page(done)["told"]
        assert [each[1] for each in told if each[0] == "unmet"] == [*done.work.changes.now_unmet]
        new = set(done.work.plan.pairs) - set(start.work.plan.pairs)
        names = [PEOPLE[BASE.partner_index(p)].name for n, p in done.work.plan.pairs if n == need_id and (n, p) in new]
        over = [each[3] for each in told if each[:2] == ["over", need_id]]
        assert bool(over) == bool(names)
        assert all(name in over[0] for name in names)


def test_every_row_shows_what_the_pair_would_collide_with_before_it_is_chosen(start):
    index = index_needs(BASE)
    seen = set()
    for need_id in index.ids:
        state = happen(start, "choose", {"need": need_id})
        marks = draw_sections(ground_of(state, index, Desk()), {})[0]["marks"]
        for who, (names, *_) in marks.items():
            kinds = {each.kind for each in list_conflicts(state.work.plan, need_id, who)} & set(KINDS)
            assert set(names) & set(KINDS) == (set() if "placed" in names or "extra" in names else kinds)
            seen |= kinds
    assert {"overlap", "full"} <= seen


def test_a_pair_that_was_decided_before_says_by_whom_when_and_why(start, tmp_path):
    at = dt.datetime(2024, 7, 31, 9, tzinfo=CHINA)
    need_id, who = start.work.plan.pairs[0]
    with open_store(tmp_path / "a.db", create=True) as store:
        store.import_community(BASE.community, by="王主任", at=at)
        explorer = explore(store, by="李书记", as_of=AS_OF, now=lambda: at)
        explorer.forbid(need_id, who, reason="居民不愿意", by="李书记").solve()
        explorer.accept(by="李书记")
        explorer.choose(need_id, who).open_page("why")
        names, _, _, said = explorer.marks[who]
        assert "ruled" in names
        for words in (said, explorer.page["reviewed"]):
            assert len(words) == 1
            assert all(part in words[0] for part in ("2024-07-31", "李书记", "居民不愿意"))
        other = explorer.plan.pairs[0]
        explorer.choose(*other).choose(need_id)
        assert who in explorer.marks, "whoever was ruled out is listed though nobody looks at the pair"
        explorer.choose(*other)
        assert "accepted" in explorer.marks[other[1]][0]
        assert "李书记" in explorer.marks[other[1]][3][0]
        explorer.undo(by="李书记")
        assert explorer.marks[other[1]][3] == [], "what was taken back is not said"
