"""A large city's programme: the table of a cohort, and one growth file, from a SQLite store.

python benchmarks/training_cohort.py [--cadres 10000] [--runs 3]
"""

import argparse
import datetime as dt
import tempfile
import time
from pathlib import Path

from matching.records import CHINA
from matching.reports import render_growth_file
from matching.samples import make_training
from matching.store import open_store
from matching.training.progress import REGISTERS, progress_table, read_progress

AS_OF = dt.date(2024, 7, 31)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cadres", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    training = make_training(cadres=options.cadres, mentors=max(12, options.cadres // 7))
    print(
        f"{len(training.cadres)} cadres, {len(training.attendances)} attendances, {len(training.assessments)} assessments"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.db"
        with open_store(path, create=True) as store:
            store.import_training(training, by="bench", at=dt.datetime(2024, 7, 31, 20, tzinfo=CHINA))
        table, growth = [], []
        for run in range(options.runs):
            person_id = training.cadres[(run * 997) % len(training.cadres)].person_id
            with open_store(path) as store:
                started = time.perf_counter()
                cohort = store.load_training(only=REGISTERS)
                progress_table(read_progress(cohort, as_of=AS_OF), cohort)
                table.append(time.perf_counter() - started)
                loaded = store.load_training()
                started = time.perf_counter()
                one = store.load_training(person_id=person_id)
                page = render_growth_file(one, person_id, as_of=AS_OF)
                growth.append(time.perf_counter() - started)
                if page != render_growth_file(loaded, person_id, as_of=AS_OF):
                    raise SystemExit(f"the growth file of {person_id} differs")
    print(f"cohort table: {min(table):.2f}-{max(table):.2f} s; growth file: {min(growth):.3f}-{max(growth):.3f} s")


if __name__ == "__main__":
    main()
