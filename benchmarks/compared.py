"""One table of all comparisons: each benchmark notes its ratios here, `run.py` prints them together at the end."""

import importlib.metadata
import json
import os
import platform
from pathlib import Path

PLACE = "BENCH_TABLE"  # a file of one JSON row a line; without it nothing is noted
PACKAGES = ("numpy", "scipy", "numba", "networkx", "scikit-learn", "ortools", "sparse-dot-topn")


def note_comparison(work, ours, peer, theirs, *, remark=""):
    """Note what one piece of work took us and a peer in the same run, in seconds of processor time."""
    place = os.environ.get(PLACE)
    if place:
        row = {"work": work, "ours": ours, "peer": peer, "theirs": theirs, "remark": remark}
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def read_comparisons(place):
    """Return the rows that benchmarks noted, in the order of their runs."""
    path = Path(place)
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def machine_lines():
    """Say on what machine and with which versions the table was made; peers that are not there are named."""
    found, absent = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            absent.append(name)
    lines = [
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        ", ".join(found),
    ]
    return [*lines, "not installed and left out: " + ", ".join(absent)] if absent else lines


def comparison_table(rows):
    """Write the rows as one table; where the peer is quicker it says so."""
    lines = ["| work | ours s | peer | its s | its time / ours | quicker | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        ratio = row["theirs"] / max(row["ours"], 1e-9)
        quicker = "ours" if ratio >= 1 else f"**{row['peer']}**"
        lines.append(
            f"| {row['work']} | {row['ours']:.4g} | {row['peer']} | {row['theirs']:.4g} | {ratio:.3g}x | {quicker} "
            f"| {row['remark']} |"
        )
    lost = sum(row["theirs"] < row["ours"] for row in rows)
    return [*lines, "", f"{len(rows)} comparisons; the peer is quicker in {lost}."]
