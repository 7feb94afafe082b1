"""The trainer's board as a web page: attendance is entered, kept once, found after a reload; a draft outlives the kernel."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from matching.store import open_store
from widgets.pages import FLAGS

pytestmark = pytest.mark.browser

PAGE = """
import datetime as dt
from pathlib import Path
import matching as mt
from matching.records import CHINA
from matching.samples import make_training
from matching.widgets.{module} import {board}

NOW = dt.datetime(2024, 8, 22, 14, tzinfo=CHINA)
path = Path({store!r})
is_new = not path.exists()
store = mt.open_store(path, create=True)
if is_new:
    store.import_training(make_training(), by="陈", at=NOW - dt.timedelta(days=1))
{board}(store, by="陈", now=lambda: NOW)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A folder of two pages, as a server shows them: each visit has a kernel of its own."""
    folder = tmp_path_factory.mktemp("pages")
    store = folder / "培养.db"
    for name, module, board in (
        ("training", "training_board", "TrainingBoard"),
        ("pairing", "pairing_board", "PairingBoard"),
    ):
        code = PAGE.format(module=module, board=board, store=str(store))
        nbformat.write(new_notebook(cells=[new_code_cell(code)]), folder / f"{name}.ipynb")
    log = folder / "voila.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "voila", str(folder), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, start_new_session=True, env=os.environ | {"HOME": str(folder)}
        )
    try:
        wait_for(log, process)
        yield f"http://127.0.0.1:{port}/voila/render", store
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(log, process):
    for _ in range(240):
        if "is running at" in log.read_text(errors="replace"):
            return
        assert process.poll() is None, log.read_text(errors="replace")
        time.sleep(0.25)
    raise AssertionError(log.read_text(errors="replace"))


@pytest.fixture(scope="module")
def context():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser.new_context(viewport={"width": 1366, "height": 900}, locale="zh-CN")
        browser.close()


def open_page(context, address, what):
    page = context.new_page()
    page.goto(address, timeout=120_000)
    page.locator(what).first.wait_for(timeout=120_000)
    page.wait_for_timeout(800)
    return page


def picture(page, name):
    folder = os.environ.get("MATCHING_TEST_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def entries(store):
    with open_store(store) as opened:
        return [each for each in opened.load_training().attendances if each.course_id == "T-034"]


def test_attendance_is_entered_with_a_double_click_and_found_once_after_a_reload(served, context):
    address, store = served
    page = open_page(context, f"{address}/training.ipynb", ".lm-form")
    form = page.locator(".lm-form")
    cell = form.get_by_label("K-05 实到学时")
    cell.fill("4学时")
    cell.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith("实到学时")
    form.get_by_role("button", name="保存").dblclick()
    page.locator(".lm-form[data-phase=saved]").wait_for(timeout=30_000)
    assert "已保存 1 条" in form.locator(".lm-status").inner_text()
    picture(page, "attendance-saved")
    page.reload()
    page.locator(".lm-table", has_text="S-T-034").first.wait_for(timeout=120_000)
    row = page.get_by_role("group", name="这门课现有的签到").locator("tbody tr")
    assert row.count() == 1
    assert "K-05" in row.inner_text()
    assert len(entries(store)) == 1
    page.close()


def test_a_draft_outlives_the_kernel_and_is_then_kept_once(served, context):
    address, store = served
    before = len(entries(store))
    page = open_page(context, f"{address}/training.ipynb", ".lm-form")
    page.locator(".lm-form").get_by_label("K-08 实到学时").fill("3")
    page.locator(".lm-form").get_by_label("K-08 备注").fill("<img src=x onerror=alert(1)>")
    page.wait_for_timeout(600)
    page.reload()  # a visit is a kernel: the one that was typed to is gone
    page.locator(".lm-form").first.wait_for(timeout=120_000)
    form = page.locator(".lm-form")
    page.wait_for_function(
        "document.querySelector('.lm-form .lm-status').textContent.includes('已取回')", timeout=30_000
    )
    assert form.get_by_label("K-08 实到学时").input_value() == "3"
    picture(page, "draft-is-back")
    form.get_by_role("button", name="保存").click()
    page.locator(".lm-form[data-phase=saved]").wait_for(timeout=30_000)
    assert len(entries(store)) == before + 1
    assert entries(store)[-1].note == "<img src=x onerror=alert(1)>"
    page.close()


def test_what_cannot_be_read_is_named_and_gets_the_focus(served, context):
    address, store = served
    before = len(entries(store))
    page = open_page(context, f"{address}/training.ipynb", ".lm-form")
    form = page.locator(".lm-form")
    form.get_by_label("K-09 实到学时").fill("很久")
    form.get_by_role("button", name="保存").click()
    page.wait_for_function("document.activeElement.getAttribute('aria-invalid') === 'true'", timeout=30_000)
    assert "读不出数" in page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby').split(' ')[0]).textContent"
    )
    picture(page, "attendance-fault")
    form.get_by_role("button", name="清空").click()
    page.wait_for_function("!document.querySelector('.lm-form [aria-invalid=true]')", timeout=30_000)
    assert len(entries(store)) == before
    page.close()


def test_every_control_has_a_name(served, context):
    page = open_page(context, f"{served[0]}/training.ipynb", ".lm-form")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('.lm-form input, .lm-form select, .lm-form textarea, .lm-desk select, .lm-desk input, button')]
            .filter(each => !(each.labels && each.labels.length) && !each.getAttribute('aria-label') && !each.textContent.trim())
            .map(each => each.outerHTML.slice(0, 120))"""
    )
    assert nameless == []
    assert page.locator("svg[role=img] > title").count() >= 2
    page.close()


def test_a_pair_is_forbidden_on_the_page_and_put_on_record_once(served, context):
    address, store = served
    page = open_page(context, f"{address}/pairing.ipynb", ".lm-desk button")
    page.get_by_label("理由（不结对时填）").fill("回避")
    page.get_by_role("button", name="不要这一对").click()
    page.locator(".lm-desk .lm-status", has_text="有变").wait_for(timeout=30_000)
    picture(page, "pairing-changed")
    page.get_by_role("button", name="撤销上一步").click()
    page.locator(".lm-desk .lm-status", has_text="已撤销").wait_for(timeout=30_000)
    page.get_by_role("button", name="把方案记入台账").dblclick()
    page.locator(".lm-desk .lm-status", has_text="已记入").wait_for(timeout=30_000)
    with open_store(store) as opened:
        notes = [note for note in opened.load_training().mentorship_notes if note.by == "陈"]
    assert notes
    assert len({(note.person_id, note.mentor_id) for note in notes}) == len(notes)
    page.close()
