"""What the cell `mt.explore(make_district())` takes, whole, in a fresh interpreter: CPU seconds of each stage.

Usage: python benchmarks/explorer_cold.py [--runs N] [--kernel]

`--kernel` runs the cell in a fresh kernel, as JupyterLab does, with the library's import in it: IPython is loaded there already. It prints
the cell's CPU seconds and those that passed on its own clock; the latter mean something only where nothing else runs.

One run goes before that is not counted: like a person's second start, all others find Python's compiled files, also where
PYTHONDONTWRITEBYTECODE is set (without them every start compiles some 200 files of source, half a second).
"""

import argparse
import itertools
import os
import statistics
import subprocess
import sys

from jupyter_client.manager import start_new_kernel

CELL = """
import time
at = [time.process_time()]
import matching as mt
from matching.samples import make_district
community = make_district(); at.append(time.process_time())
mt.explore; at.append(time.process_time())
mt.explore(community); at.append(time.process_time())
mt.explore(community); at.append(time.process_time())
print(*at)
"""
KERNEL_CELL = """
import time
began = time.process_time(), time.perf_counter()
import matching as mt
from matching.samples import make_district
community = make_district(); made = time.process_time()
explorer = mt.explore(community)
print(made - began[0], time.process_time() - made, time.perf_counter() - began[1])
"""
STAGES = ("interpreter", "district made up", "libraries of the explorer", "explored", "explored again")


def in_kernels(runs):
    """Run the cell in kernels that have run nothing else."""
    said = []
    for _ in range(runs):
        manager, client = start_new_kernel(kernel_name="python3")
        words = []
        client.execute_interactive(
            KERNEL_CELL, output_hook=lambda message, words=words: words.append(message["content"])
        )
        said.append([float(each) for each in "".join(each.get("text", "") for each in words).split()])
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    names = ("district made up, CPU", "libraries and explorer, CPU", "the whole cell by the clock")
    for name, seconds in zip(names, zip(*said, strict=True), strict=True):
        print(f"{name}: median {statistics.median(seconds):.2f}, least {min(seconds):.2f} s ({runs} kernels)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--kernel", action="store_true")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-c", CELL], capture_output=True, check=True)
    if options.kernel:
        in_kernels(options.runs)
        return
    runs = []
    for _ in range(options.runs):
        said = subprocess.run([sys.executable, "-c", CELL], capture_output=True, text=True, check=True).stdout
        at = [0.0, *map(float, said.split())]
        runs.append([later - sooner for sooner, later in itertools.pairwise(at)])
    for name, seconds in zip(STAGES, zip(*runs, strict=True), strict=True):
        print(f"{name}: {statistics.median(seconds):.2f} s CPU")
    whole = [sum(run[1:4]) for run in runs]
    print(f"the cell, whole: median {statistics.median(whole):.2f}, least {min(whole):.2f} s CPU ({len(runs)} times)")


if __name__ == "__main__":
    main()
