"""Match the sample's partners with needs that other people wrote, and count how it went.

Usage: python benchmarks/real_inputs.py --activities NOTICES.csv --messages MESSAGES.xlsx --out DIR

NOTICES.csv has the columns id, title, detail; MESSAGES.xlsx has 留言编号, 留言主题, 留言详情. Writes one workbook of the
sample's partners and the built needs for each source, then runs `matching match` on it.
"""

import argparse
import csv
import datetime as dt
import random
from pathlib import Path

import openpyxl

from matching.cli import main as matching
from matching.community import read_community
from matching.records import Community, Need, NeedStatus
from matching.roster import write_workbook
from matching.tables import data_path

AS_OF = dt.date(2024, 7, 31)


def need(number: str, title: str, detail: str) -> Need:
    return Need(
        need_id=f"N-{number}",
        description=f"{title.strip()}。{' '.join(detail.split())}"[:1500],
        people_min=1,
        people_max=2,
        hours=2.0,
        reported_on=AS_OF,
        status=NeedStatus.OPEN,
    )


def notices(path: Path) -> tuple[Need, ...]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(need(row["id"], row["title"], row["detail"]) for row in csv.DictReader(lines))


def messages(path: Path, *, count: int, seed: int) -> tuple[Need, ...]:
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    at = {name: rows[0].index(name) for name in ("留言编号", "留言主题", "留言详情")}
    chosen = random.Random(seed).sample(rows[1:], count)
    return tuple(need(str(r[at["留言编号"]]), str(r[at["留言主题"]]), str(r[at["留言详情"]])) for r in chosen)


def run(name: str, sample: Community, needs: tuple[Need, ...], out: Path) -> None:
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    community = sample.replace(needs=needs, events=(), blocks=(), services=tuple(s for s in sample.services if s.date))
    write_workbook(community, folder / "input.xlsx", show_personal=True)
    print(f"== {name}: {len(needs)} needs")
    code = matching(["match", str(folder / "input.xlsx"), "--out", str(folder), "--as-of", AS_OF.isoformat()])
    print(f"exit code {code}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=Path, required=True)
    parser.add_argument("--messages", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sample = read_community(data_path("district/district.xlsx"))
    run("activities", sample, notices(options.activities), options.out)
    run("messages", sample, messages(options.messages, count=200, seed=options.seed), options.out)


if __name__ == "__main__":
    main()
