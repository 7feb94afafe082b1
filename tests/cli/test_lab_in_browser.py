"""The notebook, opened and run in JupyterLab as an organizer does it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run")  # fmt: skip
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture
def lab(tmp_path):
    """JupyterLab as `matching lab` starts it, on a port that the system chooses."""
    folder = tmp_path / "笔记本"
    settings = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "run",
        "JUPYTER_DATA_DIR": "data",
        "HOME": "home",
    }
    environment = os.environ | {name: str(tmp_path / part) for name, part in settings.items()}
    command = [sys.executable, "-m", "matching", "lab", str(folder), "--no-browser", "--port", "0"]
    log = tmp_path / "lab.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        yield wait_for_address(log, process), folder
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def wait_for_address(log, process):
    for _ in range(240):
        found = re.search(r"(http://127\.0\.0\.1:\d+/lab)\?token=(\w+)", log.read_text(errors="replace"))
        if found:
            return found[1], found[2]
        assert process.poll() is None, log.read_text(errors="replace")
        time.sleep(0.25)
    raise AssertionError(log.read_text(errors="replace"))


def test_the_first_notebook_runs_in_lab_in_chinese_with_nothing_from_a_network(lab):
    from playwright.sync_api import sync_playwright

    (address, token), folder = lab
    outside = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        page.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
        page.goto(f"{address}/tree/01_match_the_district.ipynb?token={token}")
        page.locator("h1", has_text="给全区的需求配人").first.wait_for(timeout=90_000)
        assert page.get_by_role("menuitem", name="运行").count()
        page.get_by_role("menuitem", name="运行").click()
        page.get_by_text("运行所有单元格", exact=True).click()
        page.wait_for_function(
            "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(e => !e.textContent.includes('*'))",
            timeout=120_000,
        )
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


def is_outside(url):
    return not url.startswith(("http://127.0.0.1", "data:", "blob:", "ws://127.0.0.1"))


def outputs(path):
    """What the notebook says, as text."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        ["".join(each["text"]) for each in cell["outputs"] if "text" in each] for cell in cells if "outputs" in cell
    ]
