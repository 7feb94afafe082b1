"""How long a visitor of `matching serve` waits for the first useful paint, in headless Chromium.

Useful is what one can work with: for the explorer the first row of the needs and of the candidates with a person's name, for a
board its first table with rows or its picture; the skeleton and the heading do not count. Measured by the browser's own clock from the start of the
navigation to the frame after it stood there. Warm: a kernel was started ahead and has read the data; cold: the kernel starts with the visit.

Usage: python benchmarks/page_latency.py [STORE] [--visits N]
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from lab_server import FLAGS  # noqa: E402

PAGES = {
    "explorer": "05_explore_and_decide",
    "training board": "03_track_cadre_training",
    "pairing board": "04_pair_mentors",
}
WATCH = """
window.painted = {};
const note = (name) => { if (!(name in painted)) requestAnimationFrame(() => { painted[name] ??= performance.now(); }); };
const look = () => {
  if (document.querySelector("#waiting .skeleton")) note("skeleton");
  const rows = (selector) => [...document.querySelectorAll(selector)].some((each) => each.offsetParent && each.textContent.trim().length > 3);
  if (rows(".lm-needs .lm-row") && rows(".lm-chosen tbody tr")) note("useful");
  if (rows(".lm-desk tbody tr") || rows(".lm-desk .lm-picture")) note("useful");
};
new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
"""


def make_store(folder):
    path = folder / "邻里.db"
    run = [sys.executable, "-m", "matching"]
    subprocess.run([*run, "init", str(path)], check=True, stdout=subprocess.DEVNULL)
    for name, subject in (("district.xlsx", "district"), ("training.xlsx", "training")):
        book = str(ROOT / "data" / "district" / name)
        command = [*run, "import", book, "--for", subject, "--store", str(path), "--by", "测速"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def visits(store, page, *, preheat, count, settle):
    """Seconds to the skeleton and to the useful paint of each visit."""
    with tempfile.NamedTemporaryFile("w+") as log:
        command = [sys.executable, "-m", "matching", "serve", str(store), "--no-browser", "--preheat", str(preheat)]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not (found := re.search(r"(http://[^/]+)/\S+(\?token=\S+)", Path(log.name).read_text())):
                time.sleep(0.2)
            address = f"{found[1]}/voila/render/{page}.ipynb{found[2]}"
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
                for _ in range(count):
                    time.sleep(settle)
                    yield visit(browser, address)
                browser.close()
        finally:
            process.terminate()
            process.wait(timeout=60)


def visit(browser, address):
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.add_init_script(WATCH)
    page.goto(address, wait_until="commit")
    page.wait_for_function("window.painted?.useful", timeout=120_000)
    painted = page.evaluate("painted")
    page.close(run_before_unload=True)
    return painted["skeleton"] / 1000, painted["useful"] / 1000


def report(what, times):
    skeleton, useful = zip(*times, strict=True)
    print(
        f"{what}: skeleton {statistics.median(skeleton):.1f} s, useful median {statistics.median(useful):.1f} s, "
        f"most {max(useful):.1f} s ({len(times)} visits)",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", nargs="?", type=Path)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument(
        "--settle", type=float, default=20, help="seconds before a visit, for the warm kernel to be ready"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or make_store(Path(folder))
        for name, page in PAGES.items():
            report(f"{name}, cold", list(visits(store, page, preheat=0, count=options.visits, settle=1)))
        warm = visits(store, PAGES["explorer"], preheat=1, count=options.visits, settle=options.settle)
        report("explorer, warm", list(warm))


if __name__ == "__main__":
    main()
