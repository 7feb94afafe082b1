"""Message → right skill among the first three, on messages labelled by hand.

    python benchmarks/skill_reading.py MESSAGES.xlsx [--half development|final] [--misses]

MESSAGES.xlsx is the table of 2,816 public messages (留言编号, 留言主题, 留言详情). The labels in
`benchmarks/data/skill_labels.csv` hold message numbers and skill numbers only, never a text: 120 messages drawn with
seed 20240731, labelled in two passes with one to three acceptable skills each.
"""

import argparse
import csv
import statistics
import time
from pathlib import Path

import pandas as pd

from matching.affinity.skill_reader import SkillReader
from matching.affinity.taxonomy import Taxonomy
from matching.tables import read_table

LABELS = Path(__file__).parent / "data" / "skill_labels.csv"


def read_labels(half):
    with LABELS.open(encoding="utf-8", newline="") as lines:
        return {
            int(row["message"]): set(row["skill_ids"].split("、"))
            for row in csv.DictReader(lines)
            if row["half"] == half
        }


def read_texts(path):
    """One text a message: the subject on a line of its own, then the message."""
    table = pd.read_excel(path, dtype=str).fillna("").drop_duplicates("留言编号")
    subjects, bodies = table["留言主题"].str.strip(), table["留言详情"].str.strip()
    return dict(zip(table["留言编号"].astype(int), subjects + "\n" + bodies, strict=True))


def hit_rates(reader, labels, texts, taxonomy, *, show_misses=False):
    readings = reader.read_many([texts[message] for message in labels], purpose="need", least=0.0)
    firsts = thirds = 0
    for (message, right), mentions in zip(labels.items(), readings, strict=True):
        found = [mention.skill_id for mention in mentions[:3]]
        firsts += bool(right & set(found[:1]))
        thirds += bool(right & set(found))
        if show_misses and not right & set(found):
            names = [taxonomy.skill(skill_id).name for skill_id in sorted(right)]
            print("  missed", message, "wanted", names, "found", [mention.name for mention in mentions[:3]])
    return firsts / len(labels), thirds / len(labels)


def seconds(work, repeats=5):
    took = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return statistics.median(took)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("messages", type=Path)
    parser.add_argument("--half", choices=["development", "final"], default="development")
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    texts, labels = read_texts(arguments.messages), read_labels(arguments.half)
    rows = read_table("skills.csv")
    taxonomy = Taxonomy.from_rows(rows)
    reader = SkillReader(taxonomy)
    print(f"{len(taxonomy)} skills, {len(taxonomy.words)} words, {len(labels)} messages ({arguments.half})")
    first, third = hit_rates(reader, labels, texts, taxonomy, show_misses=arguments.misses)
    print(f"no training: first {first:.3f}, among the first three {third:.3f}")
    fitted = reader.fit([text for message, text in texts.items() if message not in labels])
    first, third = hit_rates(fitted, labels, texts, taxonomy)
    print(f"fitted on the other messages: first {first:.3f}, among the first three {third:.3f}")
    short = [text.split("\n")[0] for text in list(texts.values())[:1000]]
    print(
        f"taxonomy and reader made in {seconds(lambda: SkillReader(Taxonomy.from_rows(rows))):.2f} s of processor time"
    )
    print(f"similarities of all skills in {seconds(lambda: Taxonomy.from_rows(rows).similarities):.3f} s")
    print(f"1,000 subjects read in {seconds(lambda: reader.read_many(short, purpose='need')):.2f} s")


if __name__ == "__main__":
    main()
