"""What a trainer waits for on the sample programme: boards, saving, one plan over the cohort, what a training unlocks.

Usage: python benchmarks/training_boards.py      (CPU seconds of this process; the second of two runs)
"""

import datetime as dt
import tempfile
import time
from pathlib import Path

import matching as mt
from matching.affinity.policy import read_policy
from matching.affinity.profiles import read_profiles
from matching.records import CHINA
from matching.roster import read_training_files
from matching.tables import data_path
from matching.training.cohort_plan import plan_cohort
from matching.training.cohort_records import cohort_of
from matching.training.facts import TrainingFacts
from matching.training.live_work import find_live_work
from matching.training.unlocking import Gain, unlock_needs, wish_training
from matching.widgets.pairing_board import PairingBoard
from matching.widgets.training_board import TrainingBoard

NOW = dt.datetime(2024, 8, 22, 14, tzinfo=CHINA)
DAY = dt.date(2024, 7, 31)


def measured(name, act):
    seconds = []
    for _ in range(2):
        start = time.process_time()
        result = act()
        seconds.append(time.process_time() - start)
    print(f"{name:48} {seconds[1]:.3f} s (first {seconds[0]:.3f} s)", flush=True)
    return result


def main():
    training = read_training_files(data_path("district/training.xlsx"))
    store = mt.open_store(Path(tempfile.mkdtemp()) / "t.db", create=True)
    store.import_training(training, by="x", at=NOW - dt.timedelta(days=1))
    board = measured("open the trainer's board", lambda: TrainingBoard(store, by="x", now=lambda: NOW))
    measured("save two rows of attendance, redraw the board", lambda: _attend(board))
    pairing = measured("open the board of mentors", lambda: PairingBoard(store, by="x", now=lambda: NOW))
    measured("forbid a pair, pair again, redraw", lambda: pairing.change("forbid"))
    community = mt.read_community(data_path("district/district.xlsx"))
    profiles = read_profiles(community, as_of=DAY, policy=read_policy())
    work = measured(
        "where each competency is exercised",
        lambda: find_live_work(community, profiles, training.competencies, as_of=DAY),
    )
    facts = TrainingFacts(training, NOW.date())
    for budget in (float("inf"), 6000.0, 3000.0):
        plan = measured(
            f"one plan over the cohort, {budget:g} yuan",
            lambda budget=budget: plan_cohort(cohort_of(facts, until=dt.date(2024, 12, 31), budget=budget, work=work)),
        )
        print(f"  {len(plan.pairs)} pairs, gap {plan.choice.gap:.2%}, spent {plan.choice.spent:g}")
    district = mt.solve(mt.score(community, as_of=DAY))
    first = wish_training(district, training.courses)[0].shortage
    gain = Gain(
        person_id="K-05", name="x", skills=(first.skill,), licences=first.licences, birth_date=dt.date(1995, 1, 1)
    )
    unlocked = measured("what a training unlocks: score and solve again", lambda: unlock_needs(district, [gain]))
    print(f"  candidate for {len(unlocked.candidates)} needs, met {unlocked.met_before} → {unlocked.met_after}")


def _attend(board):
    board.form.again().type("hours", "4", row="K-05").type("hours", "4", row="K-06")
    return board.form.save()


if __name__ == "__main__":
    main()
