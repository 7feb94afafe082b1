"""Need → the right partner among the sample's, on needs worded without a word of the partner's own text.

    python benchmarks/right_partner.py [--half development|final|blind] [--misses]
    python benchmarks/right_partner.py --draw

`benchmarks/data/paraphrased_needs.csv` holds what a resident would say who wants a skill. For each, the right partner is the
first of the sample, in the order of the register, who *states* that skill and whose own text (offer, stated skills, profession, name)
shares no run of two characters with the need: the script checks it, and drops a need for which there is none. The need is put into
that partner's community and scored against all partners by `matching.planning.score`. Counted are the place of that one partner,
and whether anybody among the first five states the skill. The development half was seen while aliases were added to the table; the final
half was written after that and scored once before anything else changed.

`benchmarks/data/right_partner_blind.csv` (`--half blind`) names the right partner itself. The partners were drawn first, from every kind,
with the fixed seed below (`--draw` prints them again, each with the stated skill that was drawn and the text they gave). Then, from
that text alone, somebody who had seen neither the table of skills and its aliases nor any score, and of the other halves two rows for
their form, wrote what a resident or a grid worker would say who wants that help. One that was drawn has no need: 在电厂干过 is no skill to ask for.
These needs judge the matching and never mend it: no alias, example or weight may be taken from them, nor one of them be reworded
for its score. Where several state the drawn skill any of them would do as well: then only the second count is fair.
"""

import argparse
import csv
import dataclasses
import datetime as dt
import itertools
import random
from pathlib import Path

import numpy as np

from matching.affinity.profiles import taxonomy_for
from matching.affinity.skills_found import partner_words
from matching.community import read_community
from matching.planning import score
from matching.records import Kind, Need, NeedStatus
from matching.tables import data_path

NEEDS = Path(__file__).parent / "data" / "paraphrased_needs.csv"
BLIND = NEEDS.with_name("right_partner_blind.csv")
BLIND_SEED = 20240731
BLIND_DRAWN = {Kind.UNIT: 22, Kind.COMMUNITY_PARTNER: 18, Kind.SPECIALIST: 30, Kind.VOLUNTEER: 60}
AS_OF = dt.date(2024, 7, 31)


def pairs_of(text):
    return {one + other for one, other in itertools.pairwise(text) if one.isalnum() and other.isalnum()}


def own_text(partner):
    return "。".join([*(claim.name for claim in partner.skills), partner_words(partner)])


def draw_blind(partners):
    """Draw partners of every kind, each with a skill it states that no other drawn one was drawn for."""
    chance, seen, drawn = random.Random(BLIND_SEED), set(), []
    for kind, many in BLIND_DRAWN.items():
        pool = [p for p in partners if p.kind is kind and p.skills and p.community]
        of_kind = []
        for partner in chance.sample(pool, len(pool)):
            names = chance.sample([claim.name for claim in partner.skills], len(partner.skills))
            fresh = next((name for name in names if name not in seen), None)
            if fresh is not None and len(of_kind) < many:
                seen.add(fresh)
                of_kind.append((partner, fresh))
        drawn += of_kind
    return drawn


def asked_skill(taxonomy, name):
    """Name the skill of the table that a stated skill means, or keep its own words where the table knows none."""
    return taxonomy.find(name) or name


def make_need(at, words, right):
    return Need(need_id=f"Q-{at:03d}", description=words, community=right.community, grid=right.grid,
                people_min=1, people_max=1, hours=1.0, reported_on=AS_OF, status=NeedStatus.OPEN)  # fmt: skip


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def place_blind(partners, taxonomy):
    """Take the right partner that each need names, and drop the needs that share a run of characters with its text."""
    by_id = {p.partner_id: p for p in partners}
    placed, dropped = [], []
    for at, row in enumerate(read_rows(BLIND)):
        right = by_id[row["partner_id"]]
        if row["skill"] not in [claim.name for claim in right.skills]:
            raise ValueError(
                f"{BLIND.name}: {right.partner_id} does not state {row['skill']!r}; was the sample made anew?"
            )
        if pairs_of(own_text(right)) & pairs_of(row["need"]):
            dropped.append(row["skill"])
        else:
            placed.append((make_need(at, row["need"], right), right, asked_skill(taxonomy, row["skill"])))
    return placed, dropped


def place_half(partners, taxonomy, states, half):
    """Give each need its right partner, and drop those for which there is none."""
    taken, placed, dropped = set(), [], []
    for at, row in enumerate(row for row in read_rows(NEEDS) if row["half"] == half):
        skill_id = asked_skill(taxonomy, row["skill"])
        holders = [
            p for p in partners if skill_id in states[p.partner_id] and p.partner_id not in taken and p.community
        ]
        right = next((p for p in holders if not pairs_of(own_text(p)) & pairs_of(row["need"])), None)
        if right is None:
            dropped.append(row["skill"])
            continue
        taken.add(right.partner_id)
        placed.append((make_need(at, row["need"], right), right, skill_id))
    return placed, dropped


def name_of(taxonomy, skill_id):
    return taxonomy.skill(skill_id).name if skill_id in taxonomy.places else skill_id


def ranking(candidates, row):
    """Everybody whom no rule blocks, the best first; ties in the order of the register."""
    order = np.argsort(-candidates.scores[row], kind="stable")
    return order[candidates.is_eligible[row][order]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("development", "final", "blind"), default="final")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--draw", action="store_true", help="print whom the blind needs were written for, and stop")
    options = parser.parse_args()
    sample = read_community(data_path("district/district.xlsx"))
    if options.draw:
        for partner, name in draw_blind(sample.partners):
            print(f"{partner.partner_id} {name} | {own_text(partner)}")
        return
    taxonomy = taxonomy_for(sample.skills)
    states = {p.partner_id: {asked_skill(taxonomy, claim.name) for claim in p.skills} for p in sample.partners}
    if options.half == "blind":
        placed, dropped = place_blind(sample.partners, taxonomy)
    else:
        placed, dropped = place_half(sample.partners, taxonomy, states, options.half)
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
            print(f"  {need.description} | {name_of(taxonomy, skill_id)} {right.partner_id} at {places[-1]}, read as "
                  f"{[taxonomy.skill(each).name for each in wanted]}")  # fmt: skip
    place = np.array(places)
    print(f"{len(placed)} needs, {len(ids)} partners; dropped for shared words or want of a holder: {dropped}")
    print(f"that one partner first {np.mean(place == 1):.3f}, among the first five {np.mean(place <= 5):.3f}")
    print(
        f"anybody among the first five states the skill {any_five / len(placed):.3f}; skill read from the need {read_right / len(placed):.3f}"
    )


if __name__ == "__main__":
    main()
