"""Pairing 500 cadres with 500 mentors, beside the methods that mentor matchers use, on the same data.

Usage: python benchmarks/pair_mentors.py [--size 500] [--runs 5]

Peers, written here from their descriptions: *greedy* takes the best pair left until none is; *Hungarian with zeros* gives
a pair that is ruled out the score 0 and assigns everybody (what it then makes of ruled-out pairs is counted, and again after
they are struck out); *Hungarian with a penalty* gives them -1000, which serves as many as can be but knows no seats.
"""

import argparse
import time

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.records import WeeklySlot
from matching.training.pairing import pair_mentors
from matching.training.pairing_people import Mentee, Mentor, People
from matching.training.pairing_policy import read_pairing_policy
from matching.training.pairing_why_not import why_not_pair

PLACES = ("光耀路社区", "新民街社区", "轻机南社区", "花南巷社区", "恒北小区", "恒大绿洲社区", "星光社区", "平原社区")
SKILLS = tuple(f"K-{at:02d}" for at in range(16))


def make_people(size, *, rare=0, seed=1):
    """Cadres in lines of command of seven, mentors who head the lines; `rare` cadres lack what only as many mentors show.

    Those mentors are strong in everything else too, so that everybody would like to have them.
    """
    rng = np.random.default_rng(seed)

    def slots():
        return tuple(WeeklySlot(int(day), 540, 720) for day in rng.choice(5, size=rng.integers(0, 4), replace=False))

    mentees, mentors, bosses = [], [], {}
    for at in range(size):
        lacks = {
            name: (int(rng.integers(0, 3)), int(rng.integers(3, 6))) for name in rng.choice(SKILLS, 4, replace=False)
        }
        if at < rare:
            lacks = {"K-RARE": (0, 4)}
        mentees.append(
            Mentee(cadre_id=f"C-{at}", name=f"学员{at}", community=str(rng.choice(PLACES)), lacks=lacks, free=slots())
        )
        shown = {name: int(rng.integers(2, 6)) for name in rng.choice(SKILLS, 3, replace=False)}
        if at < rare:
            shown = {"K-RARE": 1} | dict.fromkeys(SKILLS, 5)
        mentors.append(
            Mentor(
                mentor_id=f"M-{at}",
                name=f"导师{at}",
                community=str(rng.choice(PLACES)),
                shown=shown,
                free=slots(),
                most=1,
            )
        )
        bosses[f"C-{at}"] = f"C-{at - 1}" if at % 7 else f"M-{at}"
    return People(mentees=tuple(mentees), mentors=tuple(mentors), reports_to=bosses)


def peers(fit):
    """(name, pairs made, ruled-out pairs among them, total of the sound ones, seconds)"""
    score, allowed = fit.score(), fit.allowed

    def report(name, rows, columns, seconds):
        sound = allowed[rows, columns]
        return name, len(rows), int((~sound).sum()), float(score[rows, columns][sound].sum()), seconds

    start = time.process_time()
    order = np.argsort(-np.where(allowed, score, -1), axis=None, kind="stable")
    rows, columns = [], []
    free_row, free_column = np.ones(score.shape[0], bool), np.ones(score.shape[1], bool)
    for row, column in zip(*np.unravel_index(order, score.shape), strict=True):
        if not allowed[row, column]:
            break
        if free_row[row] and free_column[column]:
            rows.append(row)
            columns.append(column)
            free_row[row] = free_column[column] = False
    yield report("greedy", rows, columns, time.process_time() - start)
    for name, value in (("Hungarian with zeros", 0.0), ("Hungarian with a penalty", -1000.0)):
        start = time.process_time()
        rows, columns = linear_sum_assignment(np.where(allowed, score, value), maximize=True)
        yield report(name, rows, columns, time.process_time() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    for must_lead, rare in ((0, 0), (1, 0), (1, asked.size // 4)):
        people = make_people(asked.size, rare=rare)
        policy = read_pairing_policy().replace(must_lead=must_lead)
        print(
            f"{asked.size} cadres, {asked.size} mentors, a mentor must lead in what is lacking: {bool(must_lead)}; rare: {rare}"
        )
        times, pairing = [], None
        for _ in range(asked.runs):
            start = time.process_time()
            pairing = pair_mentors(people, policy=policy)
            times.append(time.process_time() - start)
        share = pairing.fit.allowed.mean()
        print(f"  pairs that may be made: {share:.1%}")
        print(
            f"  {'matching, best total':26} {len(pairing.pairs):4} pairs, 0 ruled out, total {pairing.choice.total:8.3f}, gap {pairing.choice.gap:.1e}, first {times[0]:.3f} s, then {min(times[1:]):.3f} s"
        )
        start = time.process_time()
        stable = pairing.replan(objective="stable")
        print(
            f"  {'matching, stable':26} {len(stable.pairs):4} pairs, 0 ruled out, total {stable.choice.total:8.3f}, blocking {len(stable.choice.blocking)}, {time.process_time() - start:.3f} s"
        )
        start = time.process_time()
        row, column = np.argwhere(pairing.fit.allowed & ~pairing.choice.chosen)[asked.size // 2]
        told = why_not_pair(pairing, people.mentees[row].cadre_id, people.mentors[column].mentor_id)
        print(
            f"  {'why not one pair':26} loss {told.loss:.4f}, {len(told.moves)} move, {time.process_time() - start:.3f} s"
        )
        for name, made, ruled_out, total, seconds in peers(pairing.fit):
            print(
                f"  {name:26} {made:4} pairs, {ruled_out} ruled out, total of the others {total:8.3f}, {seconds:.3f} s"
            )


if __name__ == "__main__":
    main()
