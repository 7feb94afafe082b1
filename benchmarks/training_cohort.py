"""A large city's programme: the table of a cohort, and one growth file, from a SQLite store.

python benchmarks/training_cohort.py [--cadres 10000] [--runs 3]

Each figure is taken in processes of their own, so that the first is one that nothing was warmed up for. What counts begins when the
library is imported and the store is open: reading, working out, and the table or the page as it is handed over. The last line is
the whole command, with starting Python and importing the library.
"""

import argparse
import datetime as dt
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from matching.records import CHINA
from matching.records.training_columns import COLUMN_NAMES, TrainingColumns
from matching.reports import render_growth_file
from matching.samples import make_training
from matching.store import open_store
from matching.training.progress import REGISTERS, progress_table, read_progress

AS_OF = dt.date(2024, 7, 31)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cadres", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--measure", nargs=2, metavar=("STORE", "PERSON"), help="take one figure of each and stop")
    options = parser.parse_args()
    if options.measure:
        measure(*options.measure)
        return
    training = make_training(cadres=options.cadres, mentors=max(12, options.cadres // 7))
    print(
        f"{len(training.cadres)} cadres, {len(training.attendances)} attendances, {len(training.assessments)} assessments"
    )
    people = [training.cadres[(run * 997) % len(training.cadres)].person_id for run in range(options.runs)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.db"
        with open_store(path, create=True) as store:
            store.import_training(training, by="bench", at=dt.datetime(2024, 7, 31, 20, tzinfo=CHINA))
        check(path, people)
        for person_id in people:
            subprocess.run([sys.executable, __file__, "--measure", path, person_id], check=True)
            command = [sys.executable, "-m", "matching", "growth", path, "--person", person_id, "--out", folder]
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            print(f"  matching growth, the whole command: {time.perf_counter() - started:.2f} s")


def measure(path, person_id):
    """Print seconds by the clock and of the processor, the first time and again."""
    with open_store(path) as store:
        for name, work in (("cohort table", cohort), ("growth file", growth)):
            taken = []
            for _ in range(2):
                clock, processor = time.perf_counter(), time.process_time()
                work(store, person_id)
                taken.append(f"{time.perf_counter() - clock:.3f} s ({time.process_time() - processor:.3f} s CPU)")
            print(f"  {name}: first {taken[0]}, again {taken[1]}")


def cohort(store, _):
    columns = store.load_training_columns(only=REGISTERS)
    return progress_table(read_progress(columns, as_of=AS_OF), columns.training)


def growth(store, person_id):
    return render_growth_file(store.load_training(person_id=person_id), person_id, as_of=AS_OF)


def check(path, people):
    """Compare with what comes of reading every record."""
    with open_store(path) as store:
        loaded = store.load_training()
        if store.load_training_columns(only=REGISTERS) != TrainingColumns.of(
            store.load_training(only=(*REGISTERS, *COLUMN_NAMES))
        ):
            raise SystemExit("the columns differ from the records")
        for person_id in people:
            if growth(store, person_id) != render_growth_file(loaded, person_id, as_of=AS_OF):
                raise SystemExit(f"the growth file of {person_id} differs")


if __name__ == "__main__":
    main()
