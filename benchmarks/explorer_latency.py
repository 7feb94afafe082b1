"""How long an organizer waits: from a slider's move to the changed table, in JupyterLab and headless Chromium.

Measured in the browser itself, from the `input` event to the frame after the score column changed, through JupyterLab's
kernel and its channel. `--large` scores and solves about 10,000 partners against 1,000 needs first and drives the explorer without
a notebook around it: sliders, needs, searching, scrolling, pins and exclusions.

Usage: python benchmarks/explorer_latency.py [--large] [--moves N]
"""

import argparse
import datetime as dt
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import sync_playwright  # noqa: E402

from lab_server import FLAGS, open_lab, run_notebook  # noqa: E402  # the tests' own way to start Lab
from widgets.pages import listening, open_browser, settled, show  # noqa: E402

AS_OF = dt.date(2024, 7, 31)
SOURCE = """import time
started = time.perf_counter()
from matching import explore, read_community
from matching.tables import data_path
imported = time.perf_counter()
explorer = explore(read_community(data_path("district/district.xlsx")))
print(f"IMPORT {imported - started:.2f} CELL {time.perf_counter() - imported:.2f}")"""

# Moves a slider as a hand does and waits for the first frame in which the table stands otherwise.
MEASURE = """async ([selector, values, act]) => {
  const seconds = [];
  for (const value of values) {
    const input = document.querySelector(selector);
    const body = document.querySelector(act.watch);
    const before = body.textContent;
    const done = new Promise((resolve) => {
      const look = new MutationObserver(() => { if (body.textContent !== before) { look.disconnect(); resolve(true); } });
      look.observe(body, { childList: true, subtree: true, characterData: true });
      setTimeout(() => resolve(false), 5000);
    });
    const start = performance.now();
    if (act.kind === "slide") { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); }
    else { document.querySelectorAll(selector)[value].click(); }
    const changed = await done;
    await new Promise(requestAnimationFrame);
    if (changed) seconds.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return seconds;
}"""
TABLE = ".lm-chosen tbody"


def quantile(values, share):
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def report(what, milliseconds):
    print(
        f"{what}: median {quantile(milliseconds, 0.5):.0f} ms, 95 % within {quantile(milliseconds, 0.95):.0f} ms, "
        f"most {max(milliseconds):.0f} ms ({len(milliseconds)} times)"
    )


def slides(page, moves):
    page.get_by_role("tab", name="权重").click()
    settled(page)
    values = [round(0.1 + 0.7 * (k * 7 % 13) / 13 + 0.001 * k, 3) for k in range(moves)]
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    before = busy_seconds(session)
    report(
        "slider to table", page.evaluate(MEASURE, ["input[id$='-w-place']", values, {"kind": "slide", "watch": TABLE}])
    )
    print(
        f"of these, work of the page: {(busy_seconds(session) - before) / moves * 1000:.0f} ms a move, answers of the kernel included"
    )


def busy_seconds(session):
    """What the page's main thread has worked, whatever else ran on the machine."""
    found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return found["ScriptDuration"] + found["LayoutDuration"] + found["RecalcStyleDuration"]


def clicks(page, moves):
    page.get_by_role("tab", name="为什么").click()
    settled(page)
    rows = [k % 8 + (k % 2) for k in range(moves)]
    watch = {"kind": "click", "watch": ".lm-card"}
    report("need to its candidates", page.evaluate(MEASURE, [".lm-needs .lm-row", rows, watch]))


def in_lab(moves):
    """The sample district, through a real kernel."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "笔记本"
        folder.mkdir()
        cells = [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# 测速"},
            {"cell_type": "code", "id": "b", "metadata": {}, "source": SOURCE, "outputs": [], "execution_count": None},
            {
                "cell_type": "code",
                "id": "c",
                "metadata": {},
                "source": "explorer",
                "outputs": [],
                "execution_count": None,
            },
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (folder / "speed.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        with open_lab(Path(scratch)) as (address, token, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            run_notebook(page, address, token, "speed.ipynb", heading="测速")
            page.locator(".lm-explorer .lm-card h3").first.wait_for(timeout=60_000)
            print(
                page.locator(".jp-OutputArea-output", has_text="IMPORT").first.inner_text().strip(), "s in the kernel"
            )
            page.get_by_role("searchbox", name="搜索：").fill("N-045")
            page.wait_for_timeout(800)
            page.locator(".lm-needs .lm-row").first.click()
            settled(page)
            slides(page, moves)
            page.get_by_role("searchbox", name="搜索：").fill("")
            page.wait_for_timeout(800)
            clicks(page, moves)
            browser.close()


TYPED = """async ([words, count]) => {
  const seconds = [], input = document.querySelector(".lm-filters input[type=search]"), shown = document.querySelector(".lm-count");
  for (let k = 0; k < count; k += 1) {
    const before = shown.textContent;
    const done = new Promise((resolve) => {
      const look = new MutationObserver(() => { if (shown.textContent !== before) { look.disconnect(); resolve(true); } });
      look.observe(shown, { childList: true, subtree: true, characterData: true });
      setTimeout(() => resolve(false), 5000);
    });
    const start = performance.now();
    input.value = words[k % words.length];
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const changed = await done;
    await new Promise(requestAnimationFrame);
    if (changed) seconds.push(performance.now() - start);
  }
  return seconds;
}"""

# A frame is drawn after each step of the scroll bar; a row that is seen must be there in it.
SCROLLED = """async ([selector, step, count]) => {
  const seconds = [], box = document.querySelector(selector);
  for (let k = 0; k < count; k += 1) {
    const most = box.scrollHeight - box.clientHeight;
    const start = performance.now();
    box.scrollTop = (box.scrollTop + step) % Math.max(most, 1);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const { left, top, height } = box.getBoundingClientRect();
    const row = document.elementFromPoint(left + 40, top + height / 2)?.closest("tr[data-at]");
    seconds.push(row ? performance.now() - start : 5000);
  }
  return seconds;
}"""

WISHED = """async ([action, count]) => {
  const seconds = [], wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  for (let k = 0; k < count; k += 1) {
    document.querySelectorAll(".lm-chosen tbody .lm-row")[k + 2].click();
    await wait(400);
    const word = { pin: "定下此人", forbid: "不派此人" }[action];
    const press = [...document.querySelectorAll(".lm-panel button")].find((each) => each.textContent.includes(word));
    press.click();
    await wait(50);
    const form = document.querySelector("dialog form");
    form.querySelectorAll("input:not([type=checkbox])").forEach((input) => { input.value = "测试"; input.dispatchEvent(new Event("input", { bubbles: true })); });
    const count0 = document.querySelectorAll(`.lm-m-${action}`).length, start = performance.now();
    form.querySelector(".lm-main").click();
    while (document.querySelectorAll(`.lm-m-${action}`).length === count0 && performance.now() - start < 5000) await wait(4);
    seconds.push(performance.now() - start);
  }
  return seconds;
}"""


def at_large(moves):
    """About 10,000 partners and 1,000 needs, made up: as `mt.explore` opens them."""
    from matching.planning import score, solve
    from matching.samples import make_district
    from matching.widgets.explorer import Explorer
    from matching.widgets.explorer_state import start_explorer

    sizes = {"units": 950, "specialists": 880, "community_partners": 720, "volunteers": 7500, "needs": 1000}
    district = timed("made up", lambda: make_district(**sizes))
    base = timed("scored", lambda: score(district, as_of=AS_OF))
    print(f"{base.masks.shape[0]} needs x {base.masks.shape[1]} partners, {base.allowed.need.size} allowed pairs")
    plan = timed("solved", lambda: solve(base))
    print(f"{len(plan.pairs)} pairs, gap {plan.proof.gap:.2e} over all allowed pairs")
    first = plan.pairs[len(plan.pairs) // 2]
    timed("one pair forbidden, solved again", lambda: plan.replan(forbid=[first]))
    widget = timed("opened", lambda: listening(Explorer)(start_explorer(base, plan=plan)))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB at most", flush=True)
    most = max(range(base.masks.shape[0]), key=lambda row: int(base.is_eligible[row].sum()))
    with open_browser() as page:
        started = time.perf_counter()
        show(page, widget, style="body{--lm-height:768px}")
        settled(page)
        print(
            f"drawn in {time.perf_counter() - started:.1f} s, {page.locator('.lm-needs tbody tr').count()} rows of 1,000"
        )
        clicks(page, moves)
        report("words to the list of needs", page.evaluate(TYPED, [["理发", "N-0", "老人", "", "水管", "N-5"], moves]))
        page.get_by_role("searchbox").fill("")
        page.wait_for_timeout(500)
        report("a step down the needs", page.evaluate(SCROLLED, [".lm-needs .lm-scroll", 700, moves]))
        page.get_by_role("searchbox").fill(base.profiles.needs[most].need_id)
        page.wait_for_timeout(800)
        page.locator(".lm-needs .lm-row").first.click()
        settled(page)
        print("the need with most candidates:", page.locator(".lm-card").inner_text().split("\n")[-1])
        slides(page, moves)
        report("a step down the candidates", page.evaluate(SCROLLED, [".lm-chosen .lm-scroll", 300, moves]))
        page.get_by_role("tab", name="为什么").click()
        settled(page)
        report("pinned to its mark", page.evaluate(WISHED, ["pin", 5]))
        report("excluded to its mark", page.evaluate(WISHED, ["forbid", 5]))


def timed(what, act):
    """Do something and say how long it took, by the processor and by the clock."""
    processor, clock = time.process_time(), time.perf_counter()
    done = act()
    print(f"{what} in {time.process_time() - processor:.1f} s CPU, {time.perf_counter() - clock:.1f} s", flush=True)
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    if options.large:
        at_large(options.moves)
    else:
        in_lab(options.moves)


if __name__ == "__main__":
    main()
