"""The explorer as values: every step from Python, without a browser."""

import datetime as dt

import pytest

from matching.errors import CallError, UnknownNameError
from matching.planning import Override, check_plan, score
from matching.samples import make_district
from matching.widgets import explore
from matching.widgets.explorer_draft import draft_of, take_draft
from matching.widgets.explorer_events import happen
from matching.widgets.explorer_plans import plan_for
from matching.widgets.explorer_state import add_wishes, set_weights, solve_again, start_explorer
from matching.widgets.explorer_values import PAGES, View

AS_OF = dt.date(2024, 7, 31)


@pytest.fixture(scope="module")
def base():
    return score(make_district(), as_of=AS_OF)


@pytest.fixture(scope="module")
def start(base):
    return start_explorer(base)


def exclusion(state, at=0):
    need_id, partner_id = state.work.plan.pairs[at]
    return Override(action="forbid", need_id=need_id, partner_id=partner_id, by="王主任", reason="临时有事")


def test_excluding_somebody_shows_who_takes_over_and_what_it_costs(start):
    asked = add_wishes(start, [exclusion(start)])
    assert asked.work.is_behind
    done = solve_again(asked)
    assert not done.work.is_behind
    assert done.work.plan.overrides == (exclusion(start),)
    assert start.work.plan.pairs[0] not in done.work.plan.pairs
    assert done.work.plan.proof.total <= start.work.plan.proof.total
    assert start.work.plan.pairs[0][1] in {each.partner_id for each in done.work.changes.people}
    assert check_plan(done.work.plan, done.work.base.community) == ()


def test_a_wish_taken_back_gives_the_plan_that_never_knew_it(start):
    wish = exclusion(start)
    done = solve_again(add_wishes(start, [wish]))
    values = {"action": "forbid", "need": wish.need_id, "partner": wish.partner_id}
    back = solve_again(happen(done, "release", values))
    assert back.work.plan.plan_id == start.work.plan.plan_id


def test_undo_goes_back_step_by_step_and_leaves_what_is_looked_at(start):
    state = happen(start, "choose", {"need": "N-001"})
    state = solve_again(add_wishes(set_weights(state, [("place", 0.4)], what="place"), [exclusion(state)]))
    for _ in range(3):
        state = happen(state, "undo", {})
    assert state.work is start.work
    assert state.view.need_id == "N-001"
    assert happen(state, "undo", {}) is state


def test_a_slider_that_is_dragged_is_one_step(start):
    state = start
    for value in (0.2, 0.3, 0.4):
        state = happen(state, "weight", {"part": "place", "value": value})
    assert len(state.past) == 1
    assert dict(state.work.settings.weights)["place"] == 0.4


def test_an_exclusion_without_a_reason_is_refused(start):
    with pytest.raises(CallError, match="say why"):
        add_wishes(start, [Override(action="forbid", need_id="N-001", partner_id="U-010")])


def test_a_pin_that_a_rule_blocks_is_refused_with_its_evidence(base, start):
    need = base.profiles.needs[0].need_id
    blocked = next(p.partner_id for p in base.profiles.partners if base.blocking_rules(need, p.partner_id))
    with pytest.raises(CallError, match="不能定下"):
        happen(start, "wish", {"action": "pin", "need": need, "partner": blocked})


def test_a_newer_wish_takes_the_place_of_what_it_contradicts(start):
    wish = exclusion(start)
    pinned = add_wishes(start, [Override(action="pin", need_id=wish.need_id, partner_id=wish.partner_id)])
    assert add_wishes(pinned, [wish]).work.settings.wishes == (wish,)


@pytest.mark.parametrize(
    ("event", "values", "words"),
    [
        ("choose", {"need": "N-999"}, "N-999"),
        ("look", {"partner": "V-999999"}, "V-999999"),
        ("page", {"page": "<script>"}, "no page"),
        ("preset", {"preset": "magic"}, "no preset"),
        ("weight", {"part": "beauty", "value": 0.5}, "beauty"),
        ("weight", {"part": "skill", "value": 7}, "from 0 to 1"),
        ("weight", {"part": "skill", "value": "0.5"}, "is a number"),
        ("weight", {"part": "skill", "value": float("nan")}, "from 0 to 1"),
        ("filter", {"order": "luck"}, "order must be"),
        ("wish", {"action": "bribe", "need": "N-001", "partner": "U-010"}, "no action"),
        ("release", {"action": "pin", "need": "N-001", "partner": "U-010"}, "to take back"),
        ("speak", {"language": "fr"}, "language must be"),
        ("objective", {"objective": "luck"}, "objective must be"),
        ("explode", {}, "knows no event"),
    ],
)
def test_what_a_browser_sends_is_judged(start, event, values, words):
    with pytest.raises((CallError, UnknownNameError), match=words):
        happen(start, event, values)


def test_a_draft_comes_back_as_it_was(base, start):
    state = add_wishes(set_weights(start, [("place", 0.4)], what="place"), [exclusion(start)])
    state = happen(happen(state, "choose", {"need": "N-017"}), "filter", {"search": "逃生", "order": "register"})
    settings, view = take_draft(base, draft_of(state), View())
    assert settings == state.work.settings
    assert view == state.view


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"weights": 3, "wishes": "x", "view": [1]},
        {"weights": {"skill": "x"}},
        {"weights": {"skill": -1}, "wishes": [{"action": "pin"}, 3, {"action": "forbid", "need_id": "N-999", "partner_id": "U-010"}]},
        {"view": {"need_id": {"a": 1}, "page": 7, "language": "fr", "order": None}},
    ],
)  # fmt: skip
def test_a_damaged_draft_loses_only_what_is_damaged(base, start, document):
    settings, view = take_draft(base, document, View())
    assert settings == start.work.settings
    assert view == View()


def test_the_explorer_says_the_same_from_python_and_as_events(base):
    explorer = explore(base)
    need_id, partner_id = explorer.plan.pairs[0]
    explorer.choose(need_id, partner_id).forbid(need_id, partner_id, reason="临时有事", by="王主任").solve()
    state = start_explorer(base)
    for name, values in (
        ("choose", {"need": need_id}),
        ("look", {"partner": partner_id}),
        ("wish", {"action": "forbid", "need": need_id, "partner": partner_id, "reason": "临时有事", "by": "王主任"}),
        ("solve", {}),
    ):
        state = happen(state, name, values)
    assert explorer.plan.plan_id == state.work.plan.plan_id == plan_for(base, state.work.settings).plan_id
    assert repr(explorer) == str(explorer)
    assert "调整 1 项" in str(explorer)
    assert abs(sum(part.points for part in explorer.explanation.parts) - explorer.explanation.total) < 1e-12


def test_only_sections_that_changed_are_sent(base):
    explorer = explore(base)
    explorer.choose("N-045")
    before = {name: getattr(explorer, name) for name in ("needs", "status", "listed", "words", "proposal", "cards")}
    explorer.set_weight("place", 0.13)
    same = {name for name, section in before.items() if getattr(explorer, name) is section}
    assert same >= {"needs", "status", "listed", "words"}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_with_and_without_a_need(base, page, language):
    explorer = explore(base, language=language).open_page(page)
    assert explorer.page["page"] == page
    assert explorer.choose("N-001").page["page"] == page


def test_a_need_is_found_by_the_name_of_whoever_is_placed(base):
    explorer = explore(base)
    need_id, partner_id = explorer.plan.pairs[5]
    found = explorer.filter(search=base.community.partner(partner_id).name).needs_table()
    assert need_id in set(found["需求编号"])
