"""The report in a real browser, opened from a file: it finds, filters, orders and unfolds, and asks nobody for anything."""

import datetime as dt
import shutil

import pytest

from matching.planning import score, solve
from matching.reports import write_match_report
from matching.samples import make_district

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def plan():
    return solve(score(make_district(), as_of=dt.date(2024, 7, 31)))


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def file(plan, tmp_path_factory):
    return write_match_report(plan, plan.candidates.community, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture
def opened(browser, file):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    page = context.new_page()
    page.seen = {"requests": [], "messages": []}
    page.on("request", lambda request: page.seen["requests"].append(request.url))
    page.on("console", lambda message: page.seen["messages"].append(message.text))
    page.on("pageerror", lambda error: page.seen["messages"].append(str(error)))
    page.goto(file.as_uri())
    yield page
    context.close()


def shown(page):
    return page.locator(".matches tbody:visible").count()


def test_opening_it_asks_nobody_and_breaks_no_rule_of_its_policy(opened, file):
    assert [url for url in opened.seen["requests"] if not url.startswith("data:")] == [file.as_uri()]
    assert opened.seen["messages"] == []


def test_search_and_filters_leave_what_fits(opened, plan):
    coverage = plan.coverage_table(language="en").set_index("community")
    assert shown(opened) == coverage["needs"].sum()
    opened.select_option("[name=place]", "平原社区")
    assert shown(opened) == coverage.loc["平原社区", "needs"]
    opened.select_option("[name=status]", "met")
    assert shown(opened) == coverage.loc["平原社区", "met"]
    assert opened.locator(".controls output").inner_text() == f"显示 {coverage.loc['平原社区', 'met']} 项需求"
    opened.select_option("[name=place]", "")
    opened.select_option("[name=status]", "")
    need_id, partner_id = plan.pairs[0]
    opened.fill("[name=search]", f"{partner_id.lower()}  {need_id}")
    assert shown(opened) == 1


def test_the_most_urgent_can_come_first(opened):
    opened.select_option("[name=order]", "urgency")
    ranks = opened.eval_on_selector_all(".matches tbody", "rows => rows.map(row => +row.dataset.urgency)")
    assert ranks == sorted(ranks)
    opened.select_option("[name=order]", "score")
    scores = opened.eval_on_selector_all(".matches tbody", "rows => rows.map(row => +row.dataset.score)")
    assert scores == sorted(scores, reverse=True)


def test_the_parts_of_a_score_unfold_with_the_keyboard(opened):
    first = opened.locator(".why summary").first
    first.focus()
    assert not opened.locator(".why svg").first.is_visible()
    opened.keyboard.press("Enter")
    picture = opened.locator(".why svg").first
    assert picture.is_visible()
    assert "得分" in picture.locator("desc").text_content()


@pytest.mark.parametrize("width", [1366, 768])
def test_no_picture_or_table_runs_out_of_the_page(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_words_in_pictures_stay_inside_and_never_touch(opened):
    opened.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    faults = opened.evaluate(
        """() => [...document.querySelectorAll('svg[role=img]')].flatMap(svg => {
            const frame = svg.viewBox.baseVal;
            const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBBox()]);
            const outside = boxes.filter(([, a]) => a.x < -0.5 || a.x + a.width > frame.width + 0.5);
            const touching = boxes.filter(([, a], at) => boxes.slice(0, at).some(([, b]) =>
                Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1 &&
                Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 5));
            return [...outside, ...touching].map(([words]) => words);
        })"""
    )
    assert faults == []


def test_printing_opens_the_networks_and_leaves_the_controls_out(opened):
    opened.emulate_media(media="print")
    assert not opened.locator(".controls").is_visible()
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    panels = opened.locator(".panel:not(.more)")
    assert panels.count() > 1
    assert opened.locator(".panel:not(.more)[open]").count() == panels.count()
    assert len(opened.pdf(format="A4")) > 50_000


def test_without_a_script_everything_can_be_read(browser, file, plan):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".matches tr.line").count() == len(plan.pairs)
    assert not page.locator(".controls").is_visible()
    context.close()
