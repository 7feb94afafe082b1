"""Need → the right partner among the sample's, on needs worded without a word of the partner's own text.

    python benchmarks/right_partner.py [--half development|final] [--misses]

`benchmarks/data/paraphrased_needs.csv` holds what a resident would say who wants a skill. For each, the right partner is the
first of the sample, in the order of the register, who *states* that skill and whose own text (offer, stated skills, profession, name)
shares no run of two characters with the need: the script checks it, and drops a need for which there is none. The need is put into
that partner's community and scored against all partners by `matching.planning.score`. Counted are the place of that one partner,
and whether anybody among the first five states the skill. The development half was seen while aliases were added to the table; the final
half was written after that and scored once before anything else changed.
"""

import argparse
import csv
import dataclasses
import datetime as dt
import itertools
from pathlib import Path

import numpy as np

from matching.affinity.profiles import taxonomy_for
from matching.affinity.skills_found import partner_words
from matching.community import read_community
from matching.planning import score
from matching.records import Need, NeedStatus
from matching.tables import data_path

NEEDS = Path(__file__).parent / "data" / "paraphrased_needs.csv"
AS_OF = dt.date(2024, 7, 31)


def pairs_of(text):
    return {one + other for one, other in itertools.pairwise(text) if one.isalnum() and other.isalnum()}


def own_text(partner):
    return "。".join([*(claim.name for claim in partner.skills), partner_words(partner)])


def place_needs(partners, taxonomy, half):
    """Give each need its right partner, and drop those for which there is none."""
    states = {p.partner_id: {taxonomy.find(claim.name) for claim in p.skills} for p in partners}
    taken, placed, dropped = set(), [], []
    with NEEDS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["half"] == half]
    for at, row in enumerate(rows):
        skill_id = taxonomy.find(row["skill"])
        holders = [
            p for p in partners if skill_id in states[p.partner_id] and p.partner_id not in taken and p.community
        ]
        right = next((p for p in holders if not pairs_of(own_text(p)) & pairs_of(row["need"])), None)
        if right is None:
            dropped.append(row["skill"])
            continue
        taken.add(right.partner_id)
        need = Need(need_id=f"Q-{at:03d}", description=row["need"], community=right.community, grid=right.grid,
                    people_min=1, people_max=1, hours=1.0, reported_on=AS_OF, status=NeedStatus.OPEN)  # fmt: skip
        placed.append((need, right, skill_id))
    return placed, dropped, states


def ranking(candidates, row):
    """Everybody whom no rule blocks, the best first; ties in the order of the register."""
    order = np.argsort(-candidates.scores[row], kind="stable")
    return order[candidates.is_eligible[row][order]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("development", "final"), default="final")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    sample = read_community(data_path("district/district.xlsx"))
    taxonomy = taxonomy_for(sample.skills)
    placed, dropped, states = place_needs(sample.partners, taxonomy, options.half)
    needs = tuple(dataclasses.replace(need) for need, _, _ in placed)
    candidates = score(sample.replace(needs=needs, events=(), blocks=()), as_of=AS_OF)
    ids = np.array([p.partner_id for p in candidates.profiles.partners])
    places, any_five, read_right = [], 0, 0
    for row, (need, right, skill_id) in enumerate(placed):
        ranked = ids[ranking(candidates, row)]
        at = np.flatnonzero(ranked == right.partner_id)
        places.append(int(at[0]) + 1 if at.size else len(ids))
        any_five += any(skill_id in states[each] for each in ranked[:5])
        wanted = [taxonomy.skills[each.place].skill_id for each in candidates.profiles.wanted[row]]
        read_right += skill_id in wanted
        if options.misses and places[-1] > 5:
            print(f"  {need.description} | {taxonomy.skill(skill_id).name} {right.partner_id} at {places[-1]}, read as "
                  f"{[taxonomy.skill(each).name for each in wanted]}")  # fmt: skip
    place = np.array(places)
    print(f"{len(placed)} needs, {len(ids)} partners; dropped for shared words or want of a holder: {dropped}")
    print(f"that one partner first {np.mean(place == 1):.3f}, among the first five {np.mean(place <= 5):.3f}")
    print(
        f"anybody among the first five states the skill {any_five / len(placed):.3f}; skill read from the need {read_right / len(placed):.3f}"
    )


if __name__ == "__main__":
    main()
