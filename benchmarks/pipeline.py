"""The whole way from texts to a proved choice: hashing, blocks, fused scores, assignment, proof over all allowed pairs.

    python benchmarks/pipeline.py                # district, 10,000 x 100,000, 100,000 x 1,000,000, and both scarce
    python benchmarks/pipeline.py --quick        # district and 10,000 x 100,000
    python benchmarks/pipeline.py --huge         # 1,000,000 x 10,000,000 as well: needs 8 GiB

Cities are those of `city_cases.py`: needs of 1-6 people (scarce: 3-18, more than there are partners) see about 1,800
partners of their own and the neighbouring districts, of whom time and licences allow some two fifths. Every size runs in a
process of its own; the clock starts at the texts, with the compiler's cache warm, and ends at the proof. Memory is the
peak of the process, city and texts included. "top 32" is the choice among each need's 32 best pairs only: what one would
believe of it, and what it is really worth.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from city_cases import make_city

SIZES = {
    "district": (100, 600, False),
    "town": (10_000, 100_000, False),
    "town, scarce": (10_000, 100_000, True),
    "city": (100_000, 1_000_000, False),
    "city, scarce": (100_000, 1_000_000, True),
    "huge": (1_000_000, 10_000_000, False),
}


def match_city(city):
    from matching.affinity import NeedRows, PartnerRows, hash_texts, prepare_pairs
    from matching.planning import match_at_scale

    asked, offered, needs, partners, near = city
    clock, cpu = time.perf_counter(), time.process_time()
    need_text, partner_text = hash_texts(asked, offered)
    words = time.process_time() - cpu
    pairs = prepare_pairs(NeedRows(text=need_text, **needs), PartnerRows(text=partner_text, **partners), near)
    match = match_at_scale(pairs)
    spent = {"wall": time.perf_counter() - clock, "cpu": time.process_time() - cpu, "text": words}
    return pairs, match, spent


def choose_among_top(pairs, keep=32):
    """Solve over the best pairs of each need by score alone, and never look at the others."""
    from matching.affinity.fused_scan import scan_pairs
    from matching.assign.auction import auction_assign

    listed = scan_pairs(pairs, keep=keep, partner_price=np.zeros(pairs.shape[1])).best
    limits = pairs.needs.most, pairs.partners.most
    return auction_assign(listed.need_ptr, listed.partner, listed.score, *limits, gap=1e-4)


def run_here(name):
    n_needs, n_partners, is_scarce = SIZES[name]
    # Load and, the first time on a machine, compile.
    for size in ((30, 100), (100, 3_000)):
        match_city(make_city(*size, seed=2))
    city = make_city(n_needs, n_partners, is_scarce=is_scarce)
    pairs, match, spent = match_city(city)
    peak = int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 2**20
    rounds = [(one.n_listed, round(one.total / match.total, 4), one.gap) for one in match.rounds]
    answer = spent | {"peak": peak, "gap": match.gap, "allowed": match.n_allowed, "rounds": rounds}
    answer["filled"] = match.need.size / max(int(city[2]["people"].sum()), 1)
    if name in {"town", "town, scarce", "city", "city, scarce"}:
        top = choose_among_top(pairs)
        answer["top"] = {"gap": top.gap, "below": 1 - top.total / match.total, "over all": 1 - top.total / match.bound}
        answer["top"]["filled"] = int(top.chosen.sum()) / int(city[2]["people"].sum())
    print(json.dumps(answer))


def run_apart(name):
    done = subprocess.run([sys.executable, __file__, "--measure", name], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(f"measuring {name} failed")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--huge", action="store_true")
    parser.add_argument("--only", nargs="+", choices=SIZES)
    parser.add_argument("--measure", choices=SIZES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        run_here(given.measure)
        return
    names = given.only or [name for name in SIZES if name != "huge" or given.huge]
    names = ["district", "town"] if given.quick else names
    print("| city | wall | CPU | of it texts | peak | gap over all | allowed pairs | places filled | rounds |")
    print("|---|---|---|---|---|---|---|---|---|")
    answers = {}
    for name in names:
        one = answers[name] = run_apart(name)
        n_needs, n_partners, _ = SIZES[name]
        print(
            f"| {name}, {n_needs:,} x {n_partners:,} | {one['wall']:.2f} s | {one['cpu']:.2f} s | {one['text']:.2f} s "
            f"| {one['peak']:.2f} GiB | {one['gap']:.1e} | {one['allowed']:,} | {one['filled']:.1%} | {one['rounds']} |",
            flush=True,
        )
        if "top" in one:
            top = one["top"]
            print(
                f"  top 32 only: seems solved to {top['gap']:.0e}, is {top['below']:.1%} below this choice, "
                f"places filled {top['filled']:.1%}",
                flush=True,
            )
    sizes = [name for name in ("town", "city", "huge") if name in answers]
    if len(sizes) > 1:
        allowed, cpu = ([answers[name][key] for name in sizes] for key in ("allowed", "cpu"))
        print(f"\nGrowth of CPU time in allowed pairs: exponent {np.polyfit(np.log(allowed), np.log(cpu), 1)[0]:.2f}")


if __name__ == "__main__":
    main()
