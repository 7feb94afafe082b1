"""Hold re-plans of small made-up districts against every plan there is: none worth as much may tell fewer people something new.

Usage: python benchmarks/replan_audit.py [--first 0] [--count 1000]
"""

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from matching.planning import score, solve
from planning.districts import AS_OF
from planning.test_fewest import MOST_PAIRS, assert_nothing_as_good_tells_fewer, of_many_alternatives, replanned


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    chosen = parser.parse_args()
    told: Counter[int] = Counter()
    for seed in range(chosen.first, chosen.first + chosen.count):
        plan, draw = solve(score(of_many_alternatives(seed), as_of=AS_OF)), random.Random(seed).choice
        while (
            plan.pairs and plan.working.model.need.size <= MOST_PAIRS and told.total() < (seed - chosen.first + 1) * 2
        ):
            new = replanned(draw, plan)
            if new is None:
                break
            assert_nothing_as_good_tells_fewer(plan, new)
            told[len(new.changes_from(plan))] += 1
            plan = new
    print(f"{told.total()} re-plans, none beaten; people told: {dict(sorted(told.items()))}")


if __name__ == "__main__":
    main()
