"""A process killed at any moment loses nothing that was acknowledged and leaves no half plan."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matching.store import open_store
from postgres_server import new_database
from store.examples import WHO, district, later, service

HERE = Path(__file__).resolve()
SOURCE = HERE.parents[2] / "src"


class Nursery:
    """The warm process that forks writers."""

    def __init__(self, process):
        self.process = process

    def start(self, job, *given):
        self.process.stdin.write(json.dumps([job, [str(each) for each in given]]) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def wait(self):
        assert self.process.stdout.readline() == "ended\n"


@pytest.fixture
def nursery():
    # One thread only, so that forking is safe.
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{SOURCE}:{HERE.parents[1]}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "store.killed_writer"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **quiet},
    )  # fmt: skip
    yield Nursery(process)
    process.stdin.close()
    process.wait(timeout=20)
    process.stdout.close()


def read_notes(path):
    with contextlib.suppress(FileNotFoundError):
        return [tuple(line.split(" ")) for line in path.read_text().splitlines()]
    return []


def kill_somewhere(nursery, notes, chance, *, longest, job, after):
    """Start a writer, let it come as far as a number of notes, and kill it at a random moment after that."""
    child = nursery.start(*job)
    started = len(read_notes(notes))
    deadline = time.monotonic() + 60
    while len(noted := read_notes(notes)) < started + after:
        assert time.monotonic() < deadline, "the writer did not start"
        assert "failed" not in {each[0] for each in noted}, noted[-1]
        time.sleep(0.001)
    time.sleep(chance.uniform(0, longest))
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    nursery.wait()


def check_writes(store, notes):
    """Everything acknowledged is there, and what was not is there as a whole or not at all."""
    assert store.check() == ()
    community = store.load_community()
    facts = [each.record_id for each in community.services]
    names = {each.name for each in community.volunteers}
    plans = {each.plan_id: each for each in store.plans()}
    decided = {}
    for decision in community.decisions:
        decided.setdefault(decision.plan_id, []).append(decision)
    done = {name for state, _, name in notes if state == "done"}
    imported = [name for state, kind, name in notes if kind == "import" and state == "start" and f"{name}-0" in facts]
    for state, kind, name in notes:
        if state != "start":
            continue
        if kind == "accept":
            assert name in plans or name not in done, f"{name} was acknowledged and is lost"
            wanted = len(community.needs) * len(community.volunteers) if name in plans else 0
            assert len(decided.get(name, [])) == wanted, f"{name} is half a plan"
        else:
            there = sum(f"{name}-{part}" in facts for part in range(3))
            assert there == 3 or (there == 0 and name not in done), f"{name}: {there} of 3 facts are there"
    # The volunteers bear the name of the last import that is there with its facts, all of them.
    assert names == ({imported[-1]} if imported else {each.name for each in district().volunteers})
    return done


def kill_writers(nursery, url, tmp_path, *, rounds, seed):
    chance = random.Random(seed)
    notes = tmp_path / "notes"
    with open_store(url, create=True) as store:
        store.import_community(district(), **WHO)
    interrupted, done = 0, set()
    for number in range(rounds):
        job = ("write", url, notes, number, chance.randrange(10**9))
        kill_somewhere(nursery, notes, chance, longest=0.06, job=job, after=chance.randint(1, 4))
        noted = read_notes(notes)
        interrupted += noted[-1][0] == "start"
        with open_store(url) as store:
            done = check_writes(store, noted)
    assert len(done) >= rounds / 2, "the writers were killed before they could write"
    assert interrupted >= rounds / 3, "the writers were not killed while they wrote"


def test_a_writer_killed_at_any_moment_loses_nothing_on_sqlite(nursery, tmp_path):
    kill_writers(nursery, str(tmp_path / "district.db"), tmp_path, rounds=32, seed=20240731)


@pytest.mark.postgres
def test_a_writer_killed_at_any_moment_loses_nothing_on_postgresql(nursery, tmp_path):
    with new_database() as url:
        kill_writers(nursery, url, tmp_path, rounds=20, seed=20240801)


def test_a_restore_killed_at_any_moment_leaves_the_old_store_or_the_new_one(nursery, url, tmp_path):
    chance, notes, copy = random.Random(7), tmp_path / "notes", tmp_path / "copy.db"
    with open_store(url, create=True) as store:
        store.import_community(district(), **WHO)
        store.backup(copy)
        restored = store.load_community()
    seen = set()
    for number in range(7):
        with open_store(url) as store:
            store.append([service(1_000 + number)], **later(number))
            before = store.load_community()
        kill_somewhere(nursery, notes, chance, longest=0.4, job=("restore", url, notes, copy), after=1)
        with open_store(url) as store:
            assert store.check() == ()
            now = store.load_community()
            assert now in (before, restored)
            seen.add(now == before)
    assert any(seen), "no restore was killed before it was done"
