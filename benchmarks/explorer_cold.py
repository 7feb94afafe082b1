"""What the cell `mt.explore(make_district())` takes, whole, in a fresh interpreter: CPU seconds of each stage.

Usage: python benchmarks/explorer_cold.py [--runs N]
"""

import argparse
import itertools
import statistics
import subprocess
import sys

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
STAGES = ("interpreter", "district made up", "libraries of the explorer", "explored", "explored again")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = []
    for _ in range(parser.parse_args().runs):
        said = subprocess.run([sys.executable, "-c", CELL], capture_output=True, text=True, check=True).stdout
        at = [0.0, *map(float, said.split())]
        runs.append([later - sooner for sooner, later in itertools.pairwise(at)])
    for name, seconds in zip(STAGES, zip(*runs, strict=True), strict=True):
        print(f"{name}: {statistics.median(seconds):.2f} s CPU")
    whole = [sum(run[1:4]) for run in runs]
    print(f"the cell, whole: median {statistics.median(whole):.2f}, least {min(whole):.2f} s CPU ({len(runs)} times)")


if __name__ == "__main__":
    main()
