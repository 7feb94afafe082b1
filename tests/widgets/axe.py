"""Faults of contrast, names and roles, as axe-core finds them on a page."""

import functools
import subprocess
from pathlib import Path

VERSION = "4.10.3"
ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def axe_source():
    """The script of one exact version; put below build/ the first time, without a lock file."""
    folder = ROOT / "build" / "axe"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists() or f'"version": "{VERSION}"' not in (script.parent / "package.json").read_text():
        folder.mkdir(parents=True, exist_ok=True)
        flags = ["--silent", "--no-package-lock", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run(["npm", "install", *flags, f"axe-core@{VERSION}"], check=True)
    return script.read_text(encoding="utf-8")


def find_faults(page, *, within="document"):
    """Rules that are broken, each with the elements that break it."""
    page.evaluate(axe_source())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(
        "([within, tags]) => axe.run(within === 'document' ? document : document.querySelector(within), { runOnly: tags })",
        [within, rules],
    )
    return [
        f"{fault['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
