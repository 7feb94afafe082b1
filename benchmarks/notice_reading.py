"""Date, hours, head-count and age read from notices, against labels made by hand.

    python benchmarks/notice_reading.py NOTICES.csv [--misses]

NOTICES.csv has the columns id, title, startAt, requireText, detail. `benchmarks/data/notice_labels.csv` holds numbers and
values only, never a text; an empty label means that the notice does not state the field, and reading one there is a mistake.
A mistake that a question stands beside is one that an organizer is warned of.
"""

import argparse
import csv
import datetime as dt
import time
from pathlib import Path

from matching.affinity import read_notices

LABELS = Path(__file__).parent / "data" / "notice_labels.csv"


def ends(value):
    return (
        ""
        if value is None
        else f"{'' if value.least is None else value.least}-{'' if value.most is None else value.most}"
    )


def values_of(reading):
    return {
        "dates": ";".join(str(span).split(" ")[0] for span in reading.dates.value),
        "windows": ";".join(str(span) for span in reading.windows.value),
        "people": ends(reading.people.value),
        "ages": ends(reading.ages.value),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notices", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    with options.notices.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with LABELS.open(encoding="utf-8", newline="") as lines:
        labels = {row.pop("id"): row for row in csv.DictReader(lines)}
    texts = [f"{row['title']}\n{row['requireText']}\n{row['detail']}" for row in rows]
    read_notices(texts[:1])  # the taxonomy is read once
    started = time.process_time()
    readings = read_notices(texts, published=[dt.date.fromisoformat(row["startAt"]) for row in rows])
    took = time.process_time() - started
    right = stated = stated_right = silent = 0
    for row, reading in zip(rows, readings, strict=True):
        for field, value in values_of(reading).items():
            label = labels[row["id"]][field]
            stated += bool(label)
            stated_right += bool(label) and value == label
            right += value == label
            if value != label:
                is_asked = bool(reading.questions_about(field))
                silent += not is_asked
                if options.misses:
                    print(
                        f"  {row['id']} {field}: wanted {label!r}, read {value!r}{', asked' if is_asked else ', NOT ASKED'}"
                    )
    total = 4 * len(rows)
    print(f"{right}/{total} fields right ({stated_right}/{stated} of those stated), {silent} wrong without a question")
    print(f"{took / len(rows) * 1000:.1f} ms a notice")


if __name__ == "__main__":
    main()
