"""The explorer in a real browser: every step by mouse and by keyboard, on a store, with nothing lost."""

import datetime as dt
import io
import re
import time

import openpyxl
import pytest

from matching.planning import score
from matching.records import CHINA, Action
from matching.samples import make_district
from matching.store import open_store
from matching.widgets.explorer import Explorer, explore
from matching.widgets.explorer_state import start_explorer
from widgets.axe import find_faults
from widgets.hostile import hostile
from widgets.pages import listening, open_browser, settled, show

pytestmark = pytest.mark.browser

AS_OF = dt.date(2024, 7, 31)
NOW = dt.datetime(2024, 7, 31, 9, 0, tzinfo=CHINA)
NEED = "N-045"


@pytest.fixture(scope="module")
def base():
    return score(make_district(), as_of=AS_OF)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "district.db", create=True) as opened:
        opened.import_community(make_district(), by="王主任", at=NOW)
        yield opened


def on_store(store):
    """A new kernel: everything it knows comes from the store."""
    explorer = explore(store, as_of=AS_OF, now=lambda: NOW)
    return listening(Explorer)(explorer.state, store=store, now=lambda: NOW, as_of=AS_OF)


def start(page, widget):
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if "page.test" not in request.url else None)
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    show(page, widget, style="body{--lm-height:768px}")
    settled(page)
    return faults


def choose(page, need):
    page.get_by_role("searchbox").fill(need)
    page.wait_for_timeout(200)
    settled(page)
    page.locator(".lm-needs .lm-row").first.click()
    settled(page)


def press(page, name, *, exact=False):
    page.get_by_role("button", name=name, exact=exact).click()
    settled(page)


def exclude(page, who="王主任"):
    page.get_by_role("button", name="不派此人").click()
    page.get_by_label("理由").fill("本人临时有事")
    page.get_by_label("经办人").fill(who)
    press(page, "不派", exact=True)


def first_candidate(page):
    return page.locator(".lm-chosen tbody tr").first.get_attribute("data-id")


def ask_for_changes(page, widget):
    """Move a slider and back, exclude who is placed, fix who is first, and solve."""
    page.get_by_role("tab", name="权重").click()
    settled(page)
    page.get_by_role("slider", name="距离远近").focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert dict(widget.state.work.settings.weights)["place"] == pytest.approx(0.42)
    press(page, "标准")
    assert widget.state.work.settings.weights == ()
    page.get_by_role("tab", name="为什么").click()
    settled(page)
    placed = widget.state.view.partner_id
    exclude(page)
    page.locator(".lm-chosen tbody .lm-row").first.click()
    settled(page)
    pinned = widget.state.view.partner_id
    page.get_by_role("button", name="定下此人").click()
    page.get_by_role("button", name="居民点名").click()
    press(page, "定下", exact=True)
    press(page, "重新计算")
    return placed, pinned


def test_a_week_of_decisions_survives_a_new_kernel_and_a_reload(store):
    widget = on_store(store)
    with open_browser() as page:
        faults = start(page, widget)
        choose(page, NEED)
        placed, pinned = ask_for_changes(page, widget)
        assert (NEED, placed) not in widget.plan.pairs
        assert (NEED, pinned) in widget.plan.pairs
        assert page.get_by_role("tab", selected=True).inner_text().startswith("调整与变化")
        asked = widget.state.work.settings

        again = on_store(store)  # the page is loaded anew, and so is the kernel
        fresh = page.context.new_page()
        faults += start(fresh, again)
        assert again.state.work.settings == asked
        assert again.plan.plan_id == widget.plan.plan_id
        assert fresh.locator(".lm-card").inner_text().startswith(NEED)

        accept(fresh, "李书记")
        assert "已采纳方案" in fresh.locator(".lm-notice").inner_text()
        assert "已采纳" in fresh.locator(".lm-chosen .lm-m-accepted").first.locator("..").get_attribute("title")
        made = store.load_community().decisions
        assert {d.by for d in made if d.action is Action.ACCEPT} == {"李书记"}
        forbidden = [(d.need_id, d.partner_id, d.by) for d in made if d.action is Action.FORBID]
        assert forbidden == [(NEED, placed, "王主任")]
        assert store.load_plan(widget.plan.plan_id).document["overrides"]

        fresh.get_by_role("button", name="撤销").click()
        press(fresh, "撤销采纳")
        assert store.accepted_pairs() == ()
        assert again.state.work.settings == asked
        assert store.check() == ()
    assert faults == []


def accept(page, who):
    page.get_by_role("button", name="采纳…").click()
    page.get_by_label("经办人（必填）").fill(who)
    press(page, "采纳", exact=True)


def test_a_plan_on_old_data_is_refused_and_made_again_on_the_new(store):
    widget = on_store(store)
    with open_browser() as page:
        faults = start(page, widget)
        community = store.load_community()
        gone = widget.plan.pairs[0][1]
        store.withdraw_consent(gone, by="张副主任", at=NOW)
        accept(page, "李书记")
        said = page.locator(".lm-notice").inner_text()
        assert "没有采纳" in said
        assert "张副主任" in said
        assert store.accepted_pairs() == ()
        press(page, "按新数据重新计算")
        assert gone not in {partner for _, partner in widget.plan.pairs}
        assert gone in {each.partner_id for each in widget.changes.people}
        accept(page, "李书记")
        assert len(store.accepted_pairs()) == len(widget.plan.pairs) > 0
        assert len(community.partners) == len(store.load_community().partners) + 1
    assert faults == []


def test_what_is_downloaded_is_the_plan_with_phones_masked_unless_somebody_is_named(store):
    widget = on_store(store)
    plan_id, files = widget.plan.plan_id, {}
    with open_browser() as page:
        faults = start(page, widget)
        for who, formats in (("", ("Excel", "网页")), ("王主任", ("Excel",))):
            page.get_by_role("button", name="导出…").click()
            for each in formats:
                page.get_by_label(each).check()
            page.get_by_label("查看人").fill(who)
            for each in formats:
                if each == formats[0]:
                    with page.expect_download() as first:
                        page.get_by_role("button", name="下载").click()
                    files[who, each] = first.value.path().read_bytes()
            settled(page)
    assert faults == []
    masked, shown = (sheet_text(files[who, "Excel"]) for who in ("", "王主任"))
    assert plan_id in masked
    assert not re.search(r"100\d{8}", masked)
    assert re.search(r"100\d{8}", shown)
    assert [each.by for each in store.load_community().disclosures][-1] == "王主任"


def sheet_text(content):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_everything_can_be_done_by_keyboard_alone(store):
    widget = on_store(store)
    with open_browser() as page:
        faults = start(page, widget)
        tab_to(page, ".lm-needs .lm-row")
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        settled(page)
        assert widget.state.view.need_id == page.locator(".lm-needs [aria-current=true] b").inner_text()
        page.keyboard.press("Home")
        for _ in range(12):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        settled(page)
        need = widget.state.view.need_id
        tab_to(page, ".lm-chosen .lm-row")
        page.keyboard.press("Enter")
        settled(page)
        who = widget.state.view.partner_id
        tab_to(page, ".lm-tabs [role=tab]")
        page.keyboard.press("ArrowRight")
        settled(page)
        assert widget.state.view.page == "network"
        page.keyboard.press("ArrowLeft")
        settled(page)
        tab_to(page, ".lm-panel button", name="不派此人")
        page.keyboard.press("Enter")
        page.keyboard.type("另有任务")
        page.keyboard.press("Enter")
        settled(page)
        assert [(w.action, w.need_id, w.partner_id, w.reason) for w in widget.state.work.settings.wishes] == [
            ("forbid", need, who, "另有任务")
        ]
        tab_to(page, ".lm-acts button", name="重新计算")
        page.keyboard.press("Enter")
        settled(page)
        assert (need, who) not in widget.plan.pairs
        tab_to(page, ".lm-acts button", name="撤销")
        page.keyboard.press("Enter")
        settled(page)
        assert widget.is_behind
        unguarded = page.evaluate(
            "() => [...document.querySelectorAll('.lm-explorer :is(button, input, select, [tabindex])')].filter((e) => !e.hasAttribute('data-lm-suppress-shortcuts')).map((e) => e.outerHTML.slice(0, 90))"
        )
        assert unguarded == []
    assert faults == []


def tab_to(page, selector, *, name=""):
    """Press Tab until something is focused, as somebody without a mouse does."""
    for _ in range(140):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "([selector, name]) => { const e = document.activeElement; return !!e && e.matches(selector) && (e.textContent + (e.getAttribute('aria-label') || '')).includes(name); }",
            [selector, name],
        )
        if found:
            return
    raise AssertionError(f"Tab never came to {selector} {name}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_fault_of_contrast_names_or_roles_is_found_on_any_page(base, language):
    widget = listening(Explorer)(start_explorer(base, language=language))
    with open_browser() as page:
        faults = start(page, widget)
        found = []
        for need in ("N-142", NEED):
            widget_choose(page, need)
            for tab in range(7):
                page.locator(".lm-tabs [role=tab]").nth(tab).click()
                settled(page)
                found += find_faults(page, within=".lm-explorer")
        page.locator(".lm-acts button").nth(3).click()
        found += find_faults(page, within=".lm-explorer")
        assert page.evaluate(
            "() => document.documentElement.scrollWidth <= 1366 && document.documentElement.scrollHeight <= 768"
        )
    assert found == []
    assert faults == []


def widget_choose(page, need):
    page.get_by_role("searchbox").fill(need)
    page.wait_for_timeout(200)
    settled(page)
    page.locator(".lm-needs .lm-row").first.click()
    settled(page)


def test_hostile_words_in_every_field_are_shown_as_words_everywhere():
    district = hostile(make_district())
    widget = listening(Explorer)(start_explorer(score(district, as_of=AS_OF)))
    with open_browser() as page:
        faults = start(page, widget)
        shown = page.locator(".lm-explorer")
        for row in range(6):
            page.locator(".lm-needs .lm-row").nth(row).click()
            settled(page)
            for tab in (0, 1, 3, 4, 5, 6):
                page.locator(".lm-tabs [role=tab]").nth(tab).click()
                settled(page)
        assert page.locator(".lm-explorer :is(script, img, iframe, textarea)").count() == 0
        assert page.locator(".lm-explorer [onload], .lm-explorer [onerror]").count() == 0
        assert "<script>" in shown.inner_text() or "<img" in shown.inner_text()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 1366
        page.locator(".lm-tabs [role=tab]").first.click()
        settled(page)
        page.get_by_role("button", name="导出…").click()
        page.get_by_label("Excel").check()
        with page.expect_download() as download:
            page.get_by_role("button", name="下载").click()
        assert "<img src=x onerror=alert(2)>" in sheet_text(download.value.path().read_bytes())
    assert faults == []


def test_a_moving_slider_ranks_in_the_browser_as_the_kernel_does(base):
    widget = listening(Explorer)(start_explorer(base))
    with open_browser() as page:
        faults = start(page, widget)
        choose(page, "N-137")
        page.get_by_role("tab", name="权重").click()
        settled(page)
        read = "() => [...document.querySelectorAll('.lm-chosen tbody tr')].map((r) => [r.dataset.id, r.querySelector('.lm-figure').textContent])"
        for part, value in (("place", 0.9), ("load", 0.7), ("skill", 0.05)):
            slide = f"(() => {{ const i = document.querySelector(\"input[id$='-w-{part}']\"); i.value = {value}; i.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
            at_once = page.evaluate(f"() => {{ {slide}; return ({read})(); }}")
            settled(page)
            answered = page.evaluate(read)
            assert len(answered) > 1
            figures = {who: float(figure) for who, figure in answered}
            assert {who: float(figure) for who, figure in at_once} == pytest.approx(figures, abs=0.0011)
            assert at_once[0][0] == answered[0][0]
    assert faults == []


def test_only_rows_that_can_be_seen_are_drawn_and_more_as_one_scrolls(base):
    widget = listening(Explorer)(start_explorer(base))
    with open_browser() as page:
        faults = start(page, widget)
        choose(page, NEED)
        page.get_by_role("searchbox").fill("")
        page.wait_for_timeout(200)
        settled(page)
        needs, candidates = page.locator(".lm-needs tbody tr"), page.locator(".lm-chosen tbody tr")
        known, ranked = len(widget.listed["rows"]), len(widget.ranking["order"])
        assert known > 150
        assert needs.count() < 40
        assert ranked >= 100
        assert candidates.count() == 24
        page.locator(".lm-needs .lm-scroll").evaluate("e => { e.scrollTop = 1e6; }")
        for _ in range(8):
            page.locator(".lm-chosen .lm-scroll").evaluate("e => { e.scrollTop = 1e6; }")
            page.wait_for_timeout(60)
        assert needs.count() < 40
        assert page.locator(f".lm-needs tbody tr[data-at='{known - 1}']").count() == 1
        assert candidates.count() == ranked
        assert candidates.last.get_attribute("data-id") == widget.ranking["order"][-1]
    assert faults == []


def test_a_district_too_large_to_be_solved_to_the_end_scrolls_filters_ranks_and_is_solved_again_with_a_pin():
    district = make_district(units=180, specialists=160, community_partners=120, volunteers=2400, needs=420)
    widget = listening(Explorer)(start_explorer(score(district, as_of=AS_OF)))
    plan = widget.plan
    assert "bound over all allowed pairs" in plan.proof.method
    assert plan.proof.gap <= 2e-3
    base = widget.state.work.base
    with open_browser() as page:
        faults = start(page, widget)
        needs = page.locator(".lm-needs tbody tr")
        assert needs.count() < 40
        page.locator(".lm-needs .lm-scroll").evaluate("e => { e.scrollTop = 1e6; }")
        page.wait_for_timeout(60)
        assert needs.count() < 40
        assert page.locator(".lm-needs tbody tr[data-at='419']").count() == 1
        page.get_by_label("按技能筛选", exact=True).select_option(index=3)
        settled(page)
        shown = len(widget.listed["rows"])
        assert 0 < shown < 420
        assert page.locator(".lm-count").inner_text().startswith(f"显示 {shown} 条，共 420 条")
        page.get_by_label("按技能筛选", exact=True).select_option("")
        busiest = int(base.is_eligible.sum(axis=1).argmax())
        choose(page, base.profiles.needs[busiest].need_id)
        assert len(widget.cards) < 150
        others = [who for who in widget.ranking["order"] if (widget.state.view.need_id, who) not in plan.pairs]
        page.locator(f".lm-chosen tr[data-id='{others[0]}'] .lm-row").click()
        settled(page)
        page.get_by_role("button", name="定下此人").click()
        press(page, "定下", exact=True)
        assert page.locator(f".lm-chosen tr[data-id='{others[0]}'] .lm-m-pin").count() == 1
        press(page, "重新计算", exact=True)
        assert (widget.state.view.need_id, others[0]) in widget.plan.pairs
        assert widget.plan.proof.gap <= 2e-3
    assert faults == []


def test_what_takes_long_counts_its_seconds_and_the_button_says_how_long_it_took(base):
    widget = listening(Explorer)(start_explorer(base))
    act = widget._act

    def slowly(name, values):
        time.sleep(2.4 if name == "solve" else 0)
        act(name, values)

    widget._act = slowly
    with open_browser() as page:
        faults = start(page, widget)
        page.evaluate("""() => {
          window.said = [];
          const words = document.querySelector(".lm-working");
          new MutationObserver(() => window.said.push(words.textContent)).observe(words, { childList: true, characterData: true, subtree: true });
        }""")
        choose(page, NEED)
        assert page.evaluate("window.said") == []
        press(page, "重新计算", exact=True)
        page.wait_for_timeout(1200)
        said = page.evaluate("window.said")
        assert said[:2] == ["重新计算，已用 1 秒…", "重新计算，已用 2 秒…"]
        assert said[-1] == ""
        choose(page, "N-046")
        press(page, "重新计算", exact=True)
        title = page.get_by_role("button", name="重新计算", exact=True).get_attribute("title")
        assert re.search(r"上次用了约 \d+ 秒", title)
    assert faults == []
