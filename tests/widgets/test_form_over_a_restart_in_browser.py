"""JupyterLab's own "Restart kernel": what was saved is there once, and what was only typed comes back."""

import json
import os
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from lab_server import FLAGS, open_lab
from matching.store import open_store

pytestmark = pytest.mark.browser

CODE = """
import datetime as dt
import os
from pathlib import Path
import matching as mt
from matching.records import CHINA
from matching.samples import make_training
from matching.widgets.training_board import TrainingBoard

NOW = dt.datetime(2024, 8, 22, 14, tzinfo=CHINA)
path = Path({store!r})
is_new = not path.exists()
store = mt.open_store(path, create=True)
if is_new:
    store.import_training(make_training(), by="陈", at=NOW - dt.timedelta(days=1))
print(f"process {{os.getpid()}}.")
"""
KERNEL = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
IS_IDLE = (
    "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(e => !e.textContent.includes('*'))"
)


def process_of(page):
    return page.locator(".jp-OutputArea-output", has_text="process ").first.inner_text().strip()


def entries(store):
    with open_store(store) as opened:
        return [each for each in opened.load_training().attendances if each.course_id == "T-034"]


def test_a_restarted_kernel_finds_what_was_saved_once_and_the_draft_as_it_was_typed(tmp_path):
    from playwright.sync_api import sync_playwright

    (tmp_path / "config").mkdir()
    settings = {"LabApp": {"expose_app_in_browser": True}}
    (tmp_path / "config" / "jupyter_lab_config.json").write_text(json.dumps(settings), encoding="utf-8")
    store = tmp_path / "培养.db"
    with open_lab(tmp_path) as (address, token, folder), sync_playwright() as playwright:
        cells = [
            new_code_cell(CODE.format(store=str(store))),
            new_code_cell('TrainingBoard(store, by="陈", now=lambda: NOW)'),
        ]
        nbformat.write(new_notebook(cells=cells, metadata=KERNEL), folder / "restart.ipynb")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        page.goto(f"{address}/tree/restart.ipynb?token={token}")
        page.get_by_text("| 空闲").first.wait_for(timeout=90_000)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        form = page.locator(".lm-form").first
        form.wait_for(timeout=90_000)
        before = process_of(page)

        form.get_by_label("K-05 实到学时").fill("4学时")
        form.get_by_role("button", name="保存").dblclick()
        page.locator(".lm-form[data-phase=saved]").first.wait_for(timeout=30_000)
        form.get_by_role("button", name="再录一条").click()
        page.locator(".lm-form[data-phase=draft]").first.wait_for(timeout=30_000)
        form.get_by_label("K-08 实到学时").fill("3")
        page.wait_for_timeout(800)

        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:restart-run-all'); }")
        page.locator(".jp-Dialog .jp-mod-accept").click(timeout=30_000)
        page.wait_for_function(
            "was => { const now = [...document.querySelectorAll('.jp-OutputArea-output')].find(e => e.textContent.includes('process ')); return now && now.textContent.trim() !== was; }",
            arg=before,
            timeout=90_000,
        )
        page.wait_for_function(IS_IDLE, timeout=120_000)
        form = page.locator(".lm-form").first
        page.wait_for_function(
            "document.querySelector('.lm-form .lm-status')?.textContent.includes('已取回')", timeout=60_000
        )
        assert form.get_by_label("K-08 实到学时").input_value() == "3"
        rows = page.get_by_role("group", name="这门课现有的签到").locator("tbody tr")
        assert [("K-05" in row) for row in rows.all_inner_texts()] == [True]
        assert [(each.person_id, each.hours) for each in entries(store)] == [("K-05", 4.0)]
        if os.environ.get("MATCHING_TEST_PICTURES"):
            page.screenshot(path=f"{os.environ['MATCHING_TEST_PICTURES']}/restarted.png")

        form.get_by_role("button", name="保存").dblclick()
        page.locator(".lm-form[data-phase=saved]").first.wait_for(timeout=30_000)
        browser.close()
    assert [each.person_id for each in entries(store)] == ["K-05", "K-08"]
