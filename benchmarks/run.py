"""Run the benchmarks that need no data from elsewhere, one after the other, and print one table of all comparisons.

    python benchmarks/run.py                         # about half an hour on two cores
    python benchmarks/run.py --quick                 # the small ones, some minutes
    python benchmarks/run.py --only assign_district  # those whose name begins so

Peers (OR-Tools, sparse_dot_topn) are measured where they can be imported; `make bench` puts them beside the project.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from compared import PLACE, comparison_table, machine_lines, read_comparisons

HERE = Path(__file__).parent
QUICK = (
    ("assign_district.py",),
    ("assign_mixed.py",),
    ("assign_added.py", "--seeds", "4"),
    ("assign_large.py", "--quick"),
    ("assign_floors.py", "--alone"),
    ("planning_district.py", "--pairs", "40"),
    ("candidate_search.py",),
    ("pipeline.py", "--quick"),
)
ALL = (
    ("assign_district.py", "--networkx", "--fair"),
    ("assign_mixed.py", "--large"),
    ("assign_mixed.py", "--fair"),
    ("assign_large.py",),
    ("assign_floors.py",),
    ("planning_district.py",),
    ("candidate_search.py", "--city"),
    ("pipeline.py", "--huge"),
    ("pagerank.py",),
    ("pair_mentors.py",),
    ("stable_size.py",),
    ("training_boards.py",),
    ("explorer_latency.py",),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="the beginning of the name of those to run")
    options = parser.parse_args()
    chosen = [each for each in (QUICK if options.quick else ALL) if each[0].startswith(options.only)]
    if not chosen:
        parser.error(f"no benchmark begins with {options.only!r}")
    print("\n".join(machine_lines()), flush=True)
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "rows.jsonl")
        for script, *arguments in chosen:
            print(f"\n== {script} {' '.join(arguments)}", flush=True)
            command = [sys.executable, str(HERE / script), *arguments]
            if subprocess.run(command, check=False, env=os.environ | {PLACE: place}).returncode:
                failed.append(script)
        rows = read_comparisons(place)
    print("\n== All comparisons, seconds of processor time, each pair measured in one run\n")
    print("\n".join([*machine_lines(), "", *comparison_table(rows)]))
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall ran")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
