"""A program that writes to a store until it is killed.

Started once, it imports everything and then forks a writer for each line on its input, so that a writer lives within
milliseconds. A writer notes `start` before and `done` after each call in a file that outlives it: what is noted as
done was acknowledged.
"""

import dataclasses
import itertools
import json
import os
import random
import sys

from matching.store import open_store, restore
from store.examples import later, plan_on, service


class Notes:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, *words):
        os.write(self.file, (" ".join(words) + "\n").encode())


def facts_of(name):
    return [service(0, record_id=f"{name}-{part}") for part in range(3)]


def append(store, name):
    store.append(facts_of(name), **later(1))


def accept(store, name):
    community = store.load_community()
    pairs = [(need.need_id, partner.partner_id) for need in community.needs for partner in community.volunteers]
    store.accept(plan_on(store, name, pairs), **later(1))


def import_(store, name):
    community = store.load_community()
    renamed = tuple(dataclasses.replace(each, name=name) for each in community.volunteers)
    store.import_community(community.replace(volunteers=renamed, services=facts_of(name)), **later(1))


WRITES = {"append": append, "accept": accept, "import": import_}


def write_until_killed(url, notes, round_, seed):
    chance, notes = random.Random(seed), Notes(notes)
    with open_store(url) as store:
        for number in itertools.count():
            kind = chance.choice(sorted(WRITES))
            name = f"{kind.upper()}-{round_}-{number}"
            notes.write("start", kind, name)
            WRITES[kind](store, name)
            notes.write("done", kind, name)


def restore_until_killed(url, notes, copy):
    notes = Notes(notes)
    notes.write("start", "restore", "-")
    restore(copy, url, overwrite=True)
    notes.write("done", "restore", "-")


JOBS = {"write": write_until_killed, "restore": restore_until_killed}


def main():
    for line in sys.stdin:
        job, given = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                JOBS[job](*given)
            except BaseException as error:  # noqa: BLE001  # told to the test, which fails
                Notes(given[1]).write("failed", type(error).__name__, "_".join(str(error).split()))
            finally:
                os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
