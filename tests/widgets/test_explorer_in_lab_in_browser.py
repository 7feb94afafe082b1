"""The explorer's notebook in JupyterLab, on a store: decide, lose the kernel, go on, accept."""

import datetime as dt
import os
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lab_server import FLAGS, is_outside, open_lab, run_notebook
from matching.records import CHINA
from matching.samples import make_district
from matching.store import open_store
from widgets.pages import settled

pytestmark = pytest.mark.browser

NOTEBOOK = "05_explore_and_decide.ipynb"
NOW = dt.datetime(2024, 7, 31, 9, 0, tzinfo=CHINA)


def write_page(folder, where):
    """A notebook of one cell: the explorer on a store."""
    folder.mkdir()
    cells = [new_markdown_cell("# 本周派单"), new_code_cell(f"import matching as mt\n\nmt.explore({str(where)!r})")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "week.ipynb")


def restart_kernels(page, address, token):
    kernels = f"{address.removesuffix('/lab')}/api/kernels"
    headers = {"Authorization": f"token {token}"}
    found = page.request.get(kernels, headers=headers).json()
    assert found
    for each in found:
        assert page.request.post(f"{kernels}/{each['id']}/restart", headers=headers).ok


def test_decisions_outlive_a_kernel_in_lab_and_nothing_comes_from_a_network(tmp_path):
    from playwright.sync_api import sync_playwright

    where = tmp_path / "邻里.db"
    with open_store(where, create=True) as store:
        store.import_community(make_district(), by="王主任", at=NOW)
    outside = []
    write_page(tmp_path / "笔记本", where)
    with open_lab(tmp_path) as (address, token, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        page.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
        run_notebook(page, address, token, "week.ipynb", heading="本周派单")
        settled(page)
        page.get_by_role("searchbox", name="搜索：").fill("N-045")
        page.wait_for_timeout(600)
        page.locator(".lm-needs .lm-row").first.click()
        settled(page)
        page.get_by_role("button", name="不派此人").click()
        page.get_by_label("理由").press_sequentially("dd 本人有事")  # in Lab "d d" deletes a cell
        page.get_by_label("经办人").fill("王主任")
        page.locator("dialog .lm-main").click()
        settled(page)
        page.get_by_role("button", name="重新计算").click()
        settled(page)
        assert page.get_by_role("tab", selected=True).filter(has_text="调整与变化").count()
        picture = os.environ.get("MATCHING_TEST_PICTURES")
        if picture:
            page.screenshot(path=f"{picture}/explorer_in_lab.png")

        restart_kernels(page, address, token)
        run_notebook(page, address, token, "week.ipynb", heading="本周派单")
        settled(page)
        assert page.locator(".lm-card h3").inner_text().startswith("N-045")
        assert "dd 本人有事" in page.locator(".lm-panel").inner_text()
        page.get_by_role("button", name="采纳…").click()
        page.get_by_label("经办人（必填）").fill("李书记")
        page.locator("dialog .lm-main").click()
        page.locator(".lm-notice", has_text="已采纳方案").wait_for(timeout=20_000)
        browser.close()
    with open_store(where) as store:
        [entry] = store.plans()
        assert entry.by == "李书记"
        assert entry.pairs > 300
    assert outside == []


def test_the_whole_notebook_runs_in_lab_without_an_error(tmp_path):
    from playwright.sync_api import sync_playwright

    with open_lab(tmp_path) as (address, token, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        run_notebook(page, address, token, NOTEBOOK, heading="看方案，定人选")
        assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        browser.close()
