"""JupyterLab as `matching lab` starts it, on a port that the system chooses."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run")  # fmt: skip


@contextlib.contextmanager
def open_lab(tmp_path, **settings):
    """A server with folders of its own; gives its address, its token and the folder of notebooks."""
    folder = tmp_path / "笔记本"
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "run", "JUPYTER_DATA_DIR": "data", "HOME": "home"}
    environment = os.environ | {name: str(tmp_path / part) for name, part in own.items()} | settings
    command = [sys.executable, "-m", "matching", "lab", str(folder), "--no-browser", "--port", "0"]
    log = tmp_path / "lab.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        address, token = wait_for_address(log, process)
        yield address, token, folder
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


def is_outside(url):
    return not url.startswith(("http://127.0.0.1", "data:", "blob:", "ws://127.0.0.1"))


def run_notebook(page, address, token, name, *, heading):
    """Open a notebook, wait until its kernel is idle, and run all of it."""
    page.goto(f"{address}/tree/{name}?token={token}")
    page.locator("h1", has_text=heading).first.wait_for(timeout=90_000)
    page.get_by_text("| 空闲").first.wait_for(timeout=90_000)
    page.get_by_role("menuitem", name="运行").click()
    page.get_by_text("运行所有单元格", exact=True).click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(e => !e.textContent.includes('*'))",
        timeout=120_000,
    )
