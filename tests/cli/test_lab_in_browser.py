"""The notebook, opened and run in JupyterLab as an organizer does it."""

import json
import os
import shutil
from pathlib import Path

import pytest

from lab_server import FLAGS, is_outside, open_lab, run_notebook

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def test_the_first_notebook_runs_in_lab_in_chinese_with_nothing_from_a_network(tmp_path):
    from playwright.sync_api import sync_playwright

    outside = []
    with open_lab(tmp_path) as (address, token, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        page.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
        run_notebook(page, address, token, "01_match_the_district.ipynb", heading="给全区的需求配人")
        page.get_by_text("条待办需求里").first.scroll_into_view_if_needed()
        picture = os.environ.get("MATCHING_TEST_PICTURES")
        if picture:
            page.screenshot(path=f"{picture}/lab.png")
        errors = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count()
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1500)
        browser.close()
    assert errors == 0
    assert outside == []
    assert (folder / "results" / "方案.xlsx").is_file()
    assert outputs(folder / "01_match_the_district.ipynb") == outputs(NOTEBOOKS / "01_match_the_district.ipynb")


def outputs(path):
    """What the notebook says, as text."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        ["".join(each["text"]) for each in cell["outputs"] if "text" in each] for cell in cells if "outputs" in cell
    ]
