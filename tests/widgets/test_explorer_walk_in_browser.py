"""What a new organizer does first, in a real browser: search a name, see conflicts before asking, exclude, see who takes over, print."""

import datetime as dt
import io

import openpyxl
import pytest

from matching.records import CHINA
from matching.samples import make_district
from matching.store import open_store
from matching.widgets.explorer import Explorer, explore
from widgets.axe import find_faults
from widgets.pages import listening, open_browser, settled, show

pytestmark = pytest.mark.browser

AS_OF = dt.date(2024, 7, 31)
NOW = dt.datetime(2024, 7, 31, 9, 0, tzinfo=CHINA)
NEED, WHO, NAME = "N-150", "P-045", "李利玺"


@pytest.fixture
def widget(tmp_path):
    with open_store(tmp_path / "district.db", create=True) as store:
        store.import_community(make_district(), by="王主任", at=NOW)
        explorer = explore(store, as_of=AS_OF, now=lambda: NOW)
        yield listening(Explorer)(explorer.state, store=store, now=lambda: NOW, as_of=AS_OF)


def search(page, words):
    page.get_by_role("searchbox").fill(words)
    page.wait_for_timeout(250)
    settled(page)


def confirm(page):
    page.locator("dialog .lm-main").click()
    settled(page)


def test_somebody_is_found_explained_excluded_replaced_and_the_sheet_is_printed(widget):
    with open_browser() as page:
        show(page, widget, style="body{--lm-height:768px}")
        settled(page)
        search(page, NAME)
        page.locator(".lm-needs .lm-row").first.click()
        settled(page)
        assert widget.state.view.need_id == NEED
        marks = page.locator(f".lm-chosen tbody tr:not([data-id='{WHO}']) .lm-m-full")
        assert marks.count() > 0, "conflicts stand in the rows before anybody is chosen"
        assert "已排满" in marks.first.locator("..").get_attribute("title")

        page.get_by_role("button", name="不派此人").click()
        page.locator("dialog .lm-main").click()
        missing = page.get_by_label("理由").evaluate("each => each.validationMessage")
        assert missing == "这一格要填", "in our own words, whatever the browser speaks"
        page.get_by_role("button", name="本人临时有事").click()
        page.get_by_label("经办人").fill("王主任")
        confirm(page)
        page.get_by_role("button", name="重新计算").click()
        settled(page)
        told = page.locator(".lm-told").inner_text()
        assert f"接手，原来是 {NAME}" in told
        assert all(need_id in told for need_id in widget.changes.now_unmet)
        assert page.locator(".lm-needs .lm-row").first.inner_text().startswith(NEED), "still found by his name"
        assert find_faults(page, within=".lm-explorer") == []

        page.get_by_role("button", name="采纳…").click()
        page.get_by_label("经办人（必填）").fill("李书记")
        confirm(page)
        page.locator(".lm-notice").get_by_role("button", name="导出…").click()
        page.get_by_label("Excel").uncheck()
        page.locator("dialog .lm-main").click()
        assert page.locator("dialog[open]").count() == 1, "nothing ticked is nothing to download"
        page.get_by_label("Excel").check()
        with page.expect_download() as download:
            page.locator("dialog .lm-main").click()
        sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))["派单表"]
        assert NAME not in {cell.value for row in sheet.iter_rows() for cell in row}
        settled(page)
        page.get_by_role("tab", name="为什么").click()
        page.locator(f".lm-chosen tr[data-id='{WHO}'] .lm-row").click()
        settled(page)
        assert "王主任" in page.locator(".lm-reviewed").inner_text()
        assert "本人临时有事" in page.locator(".lm-reviewed").inner_text()


def test_an_empty_list_says_why_and_several_are_away_in_one_step(widget):
    idle = next(p for p in widget.state.work.base.profiles.partners if p.partner_id not in widget.state.work.facts.load)
    away = [who for _, who in widget.plan.pairs[:3]]
    with open_browser() as page:
        show(page, widget, style="body{--lm-height:768px}")
        settled(page)
        search(page, idle.partner_id)
        assert "没有安排" in page.locator(".lm-hint").inner_text()
        page.get_by_role("button", name="清除筛选").click()
        settled(page)
        assert page.locator(".lm-needs .lm-row").count() > 5
        page.get_by_role("tab", name="调整与变化").click()
        settled(page)
        page.get_by_role("button", name="登记多人请假").click()
        page.get_by_label("姓名或编号").fill("查无此人")
        confirm(page)
        assert "没有“查无此人”" in page.locator(".lm-notice").inner_text()
        page.get_by_role("button", name="登记多人请假").click()
        page.get_by_label("姓名或编号").fill("、".join(away))
        confirm(page)
        assert page.locator(".lm-wishes li").count() == len(set(away))
        page.get_by_role("button", name="撤销").click()
        settled(page)
        assert page.locator(".lm-wishes li").count() == 0
        assert find_faults(page, within=".lm-explorer") == []
