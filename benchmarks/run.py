"""Run the benchmarks that need no data from elsewhere, one after the other, and print their tables.

    python benchmarks/run.py            # about a quarter of an hour on two cores
    python benchmarks/run.py --quick    # the small ones

Peers (OR-Tools, sparse_dot_topn) are measured where they can be imported; `make bench` puts them beside the project.
"""

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
QUICK = (
    ("assign_district.py",),
    ("assign_mixed.py",),
    ("assign_large.py", "--quick"),
    ("planning_district.py", "--pairs", "40"),
    ("candidate_search.py",),
    ("pipeline.py", "--quick"),
)
ALL = (
    ("assign_district.py", "--networkx", "--fair"),
    ("assign_mixed.py", "--large"),
    ("assign_large.py",),
    ("planning_district.py",),
    ("candidate_search.py", "--city"),
    ("pipeline.py", "--huge"),
    ("pagerank.py",),
    ("pair_mentors.py",),
    ("training_boards.py",),
    ("explorer_latency.py",),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = QUICK if parser.parse_args().quick else ALL
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    failed = []
    for script, *options in chosen:
        print(f"\n== {script} {' '.join(options)}", flush=True)
        if subprocess.run([sys.executable, str(HERE / script), *options], check=False).returncode:
            failed.append(script)
    print(f"\nfailed: {failed}" if failed else "\nall ran")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
