"""`matching serve`: the explorer and the boards as pages, for two people on one store, with nothing from a network."""

import contextlib
import re
import shutil
import subprocess
import sys
import time

import pytest

from lab_server import FLAGS, is_outside
from matching.cli import main
from matching.store import open_store
from matching.tables import data_path
from widgets.axe import find_faults
from widgets.pages import settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("serve") / "邻里.db")
    assert main(["init", path]) == 0
    for name, subject in (("district.xlsx", "district"), ("training.xlsx", "training")):
        arguments = ["import", str(data_path(f"district/{name}")), "--for", subject, "--store", path, "--by", "王主任"]
        assert main(arguments) == 0
    return path


@contextlib.contextmanager
def serving(source, log, *options):
    """Start the command as its user would, and yield the address that it prints."""
    with log.open("w", encoding="utf-8") as out:
        command = [sys.executable, "-m", "matching", "serve", str(source), "--no-browser", *options]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(r"http://\S+", log.read_text(encoding="utf-8"))):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=30)


def exclude_first(page, need, who):
    page.get_by_role("searchbox", name="搜索：").fill(need)
    page.wait_for_timeout(600)
    page.locator(".lm-needs .lm-row").first.click()
    settled(page)
    page.get_by_role("button", name="不派此人").click()
    page.get_by_label("理由").fill("本人有事")
    page.get_by_label("经办人").fill(who)
    page.locator("dialog .lm-main").click()
    settled(page)
    page.get_by_role("button", name="重新计算").click()
    settled(page)


def accept(page, who):
    page.get_by_role("button", name="采纳…").click()
    page.get_by_label("经办人（必填）").fill(who)
    page.locator("dialog .lm-main").click()


def test_two_people_decide_on_one_store_and_neither_overwrites_the_other(store, tmp_path):
    from playwright.sync_api import sync_playwright

    outside = []
    with serving(store, tmp_path / "log") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        pages = []
        for _ in range(2):
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            page.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
            page.goto(address)
            page.locator(".lm-needs .lm-row").first.wait_for(timeout=60_000)
            settled(page)
            assert "token" not in page.url
            pages.append(page)
        first, second = pages
        exclude_first(first, "N-045", "王主任")
        first.reload()
        first.locator(".lm-needs .lm-row").first.wait_for(timeout=60_000)
        settled(first)
        assert first.locator(".lm-card h3").inner_text().startswith("N-045"), "a reload loses nothing"
        accept(first, "李书记")
        first.locator(".lm-notice", has_text="已采纳方案").wait_for(timeout=30_000)
        accept(second, "张书记")
        second.locator(".lm-notice, dialog").filter(has_text="李书记").first.wait_for(timeout=30_000)
        browser.close()
    with open_store(store) as opened:
        assert [entry.by for entry in opened.plans()] == ["李书记"]
    assert outside == []


def test_the_boards_are_pages_too_and_a_stranger_sees_nothing(store, tmp_path):
    from playwright.sync_api import sync_playwright

    with serving(store, tmp_path / "log", "--preheat", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(address)
        page.locator(".lm-needs .lm-row").first.wait_for(timeout=60_000)
        assert find_faults(page) == []
        for number, words in ((1, "培训看板"), (2, "导师结对")):
            page.locator(".bar a").nth(number + 1).click()
            page.get_by_text(words, exact=True).first.wait_for(timeout=60_000)
            assert page.locator("pre", has_text="Traceback").count() == 0
            faults = [
                each for each in find_faults(page) if not each.startswith("heading-order")
            ]  # a notebook's h2 is above
            assert not faults, "\n".join(faults)
        comes_without_a_token(browser.new_context(viewport={"width": 1366, "height": 768}).new_page(), address)
        browser.close()


def comes_without_a_token(page, address):
    """Sees nothing but what to do, in Chinese first, from this server alone; the printed address lets in, pasted whole."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for first in (address.split("?")[0] + "?token=of-yesterday", address.split("/voila")[0] + "/"):
        page.goto(first)
        assert page.locator("h1").inner_text().startswith("这个页面要用带口令的地址打开")
        assert page.locator(".lm-needs, .bar a:not(.home)").count() == 0
    assert "Jupyter" not in page.locator("body").inner_text()
    assert find_faults(page) == []
    page.get_by_label("完整地址").fill("of-yesterday")
    page.get_by_role("button", name="打开").click()
    page.get_by_role("alert").filter(has_text="口令不对").wait_for()
    assert not [url for url in asked if "/voila/static" in url or is_outside(url)], "nothing but the page is asked for"
    page.get_by_label("完整地址").fill(f" {address} ")
    page.get_by_role("button", name="打开").click()
    page.locator(".lm-needs .lm-row").first.wait_for(timeout=60_000)
    assert page.url == address.split("?")[0], "the bare address opens the first page"


def test_a_workbook_is_served_by_a_store_beside_it(tmp_path):
    book = tmp_path / "名册.xlsx"
    shutil.copyfile(data_path("district/district.xlsx"), book)
    with serving(book, tmp_path / "log", "--preheat", "0") as address:
        assert address.startswith("http://127.0.0.1:")
    with open_store(tmp_path / "名册.xlsx.db") as store:
        assert len(store.load_community().needs) == 160
