"""What people ask of a plan: solve, explain, why not, re-plan, shortages, flips, stand-bys, drill; in processor time.

Usage: python benchmarks/planning_district.py [--pairs 200] [--seeds 20240731 7 8] [--flow-seeds 1 2]

Districts are those of `matching.samples.make_district` (hours, overlaps, households, teams) and one of flow structure:
100 needs, 600 volunteers, about 3,000 pairs, no times, no hours.
"""

import argparse
import datetime as dt
import os
import platform
import random
import time

import numpy as np

from matching.planning import list_shortages, score, solve
from matching.records import Community, Level, Need, SkillClaim, Volunteer
from matching.samples import make_district

AS_OF = dt.date(2024, 7, 31)
COMMUNITIES = ("光耀路社区", "新民街社区", "轻机南社区", "花南巷社区", "恒北小区", "星光社区")


def flow_district(seed: int = 1, *, needs: int = 100, people: int = 600) -> Community:
    """Make a district in which only head-counts limit: two skills a person, no times, no hours, no households."""
    draw = random.Random(seed)
    skills = _unlike_skills(40)
    wanted = tuple(
        Need(
            need_id=f"N-{k:03d}",
            description="请人帮忙",
            community=draw.choice(COMMUNITIES),
            skills=(SkillClaim(skills[k % len(skills)], None),),
            people_min=draw.randint(1, 2),
            people_max=draw.randint(2, 6),
            hours=1.0,
        )
        for k in range(needs)
    )
    levels = (None, Level.KNOWS, Level.PRACTISES)
    helpers = tuple(
        Volunteer(
            partner_id=f"V-{k:03d}",
            name=f"志愿者{k}",
            community=draw.choice(COMMUNITIES),
            birth_date=dt.date(1980, 1, 1),
            skills=tuple(SkillClaim(name, draw.choice(levels)) for name in draw.sample(skills, 2)),
            most_needs=draw.randint(1, 3),
            hours=40.0,
            is_insured=True,
        )
        for k in range(people)
    )
    return Community(needs=wanted, volunteers=helpers)


def _unlike_skills(count: int) -> list[str]:
    """Choose skills of the taxonomy that ask for something, of which none stands in for another."""
    profiles = score(Community(), as_of=AS_OF).profiles
    taxonomy, least = profiles.taxonomy, profiles.policy["skill_minimum"]
    kept: list[int] = []
    for place, skill in enumerate(taxonomy.skills):
        near = taxonomy.similarities[place, kept] if kept else np.zeros(0)
        if skill.name in profiles.policy.open_skills:
            continue
        if not skill.licence and not (near >= least).any() and len(kept) < count:
            kept.append(place)
    return [taxonomy.skills[place].name for place in kept]


def timed(work, *args, **options):
    """Return the answer and the processor time in milliseconds."""
    begin = time.process_time()
    answer = work(*args, **options)
    return answer, 1e3 * (time.process_time() - begin)


def spread(times: list[float]) -> str:
    p50, p95 = np.percentile(times, [50, 95])
    return f"p50 {p50:.1f}, p95 {p95:.1f}, most {max(times):.1f}"


def measure(name: str, community: Community, pairs: int) -> None:
    candidates, scored = timed(score, community, as_of=AS_OF)
    plan, solved = timed(solve, candidates)
    model = plan.working.model
    print(f"\n### {name}: {len(community.needs)} needs, {model.shape[1]} partners, {model.need.size} pairs\n")
    print("| work | ms |\n|---|---|")
    rows = [("score", f"{scored:.0f}"), ("solve", f"{solved:.0f}, gap {plan.proof.gap:.1g}")]
    draw = random.Random(0)
    others = sorted(set(model.edge_of) - set(plan.pairs))
    asked = draw.sample(others, min(pairs, len(others)))
    rows.append(("explain", spread([timed(plan.explain, *pair)[1] for pair in asked])))
    rows.append((f"why_not, {len(asked)} pairs", spread([timed(plan.why_not, *pair)[1] for pair in asked])))
    people = draw.sample(sorted({partner for _, partner in plan.pairs}), 40)
    rows.append(("replan, one absent, 40 times", spread([timed(plan.replan, absent=[each])[1] for each in people])))
    pins = asked[:40]
    rows.append((f"replan, one pinned, {len(pins)} times", spread([_pinned(plan, pair) for pair in pins])))
    kept = draw.sample(plan.pairs, 40)
    rows.append(("replan, one forbidden, 40 times", spread([timed(plan.replan, forbid=[pair])[1] for pair in kept])))
    needs = draw.sample([need.need_id for need in community.needs], 20)
    named = [need_id for need_id in needs if need_id in {need for need, _ in plan.pairs}]
    rows.append(("replan, one urgent", spread([timed(plan.replan, urgent=[each])[1] for each in named])))
    new, spent = timed(plan.replan, absent=people[:3])
    rows.append((f"replan, three absent ({len(new.changes_from(plan))} people told)", f"{spent:.1f}"))
    found, spent = timed(list_shortages, plan)
    rows.append((f"shortages, {len(found)} rows", f"{spent:.0f}"))
    flips, spent = timed(plan.flips)
    rows.append((f"flips, {len(flips.flips)} that change something, {len(flips.ties)} ties", f"{spent:.0f}"))
    rows.append(("standbys", f"{timed(plan.standbys)[1]:.0f}"))
    rows += [(f"drill, {k} stay away", f"{timed(plan.drill, k=k)[1]:.0f}") for k in (1, 2, 3)]
    for what, spent_words in rows:
        print(f"| {what} | {spent_words} |", flush=True)


def _pinned(plan, pair) -> float:
    begin = time.process_time()
    plan.replan(pin=[pair])
    return 1e3 * (time.process_time() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="*", default=[20240731, 7])
    parser.add_argument("--flow-seeds", type=int, nargs="*", default=[1, 2])
    chosen = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for seed in chosen.flow_seeds:
        measure(f"flow structure, seed {seed}", flow_district(seed), chosen.pairs)
    for seed in chosen.seeds:
        measure(f"district, seed {seed}", make_district(seed=seed), chosen.pairs)


if __name__ == "__main__":
    main()
