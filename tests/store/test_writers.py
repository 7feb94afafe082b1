"""Several writers at once: nothing is lost, and nobody writes on what another has changed."""

import sqlite3
import threading

import pytest
from sqlalchemy import make_url, text

from matching.errors import StalePlanError, StoreError
from matching.records import Community
from matching.store import open_store
from postgres_server import new_database
from store.examples import WHO, district, later, plan_on, service, volunteer


def run_at_once(*jobs):
    failures, gate = [], threading.Barrier(len(jobs))

    def run(job):
        gate.wait()
        try:
            job()
        except Exception as error:  # noqa: BLE001  # told to the test below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_facts_of_several_writers_are_all_there_in_one_order(store, url):
    def append(writer):
        with open_store(url) as mine:
            for number in range(8):
                mine.append([service(writer * 100 + number), service(writer * 100 + number + 50)], **later(number))

    assert run_at_once(*(lambda writer=writer: append(writer) for writer in range(1, 5))) == []
    facts = [each.record_id for each in store.load_community().services]
    assert sorted(facts) == sorted(
        f"R-{writer * 100 + number + more:04d}" for writer in range(1, 5) for number in range(8) for more in (0, 50)
    )
    assert [each.batch_id for each in store.batches()] == list(range(1, 33))
    moments = [each.recorded_at for each in store.batches()]
    assert moments == sorted(moments)
    assert store.check() == ()


def test_one_store_is_shared_between_threads(store):
    jobs = [lambda n=n: store.append([service(n)], **later(n)) for n in range(6)]
    jobs += [lambda: store.load_community().fingerprint() for _ in range(2)]
    assert run_at_once(*jobs) == []
    assert len(store.load_community().services) == 6


def test_the_same_fact_from_several_writers_is_one_fact(store, url):
    summaries = []

    def append():
        with open_store(url) as mine:
            summaries.append(mine.append([service(1)], **WHO))

    assert run_at_once(append, append, append) == []
    assert sorted(len(each.added) for each in summaries) == [0, 0, 1]
    assert len(store.load_community().services) == 1


def test_changes_of_one_row_by_several_writers_are_all_kept_as_versions(store, url):
    def rename(writer):
        with open_store(url) as mine:
            for number in range(4):
                row = volunteer(1, name=f"{writer}-{number}")
                mine.import_community(Community.of({"volunteers": [row]}), **later(number))

    assert run_at_once(*(lambda writer=writer: rename(writer) for writer in range(3))) == []
    table = store._schema.by_register["volunteers"]
    with store._engine.connect() as connection:
        rows = connection.execute(table.select().order_by(table.c.row_version)).all()
    assert [row.row_version for row in rows] == list(range(1, 13))
    assert {row.name for row in rows} == {f"{writer}-{number}" for writer in range(3) for number in range(4)}
    assert store.load_community().volunteers[0].name == rows[-1].name


def test_of_two_plans_on_the_same_data_one_is_accepted(store, url):
    store.import_community(district(), **WHO)
    plans = [plan_on(store, f"P-{number}", [("N-001", f"V-00{number}")]) for number in range(1, 4)]

    def accept(plan):
        with open_store(url) as mine:
            mine.accept(plan, **later(1))

    failures = run_at_once(*(lambda plan=plan: accept(plan) for plan in plans))
    assert [type(each) for each in failures] == [StalePlanError, StalePlanError]
    assert len(store.plans()) == 1
    assert len(store.accepted_pairs()) == 1


def test_a_reader_sees_one_moment_while_others_write(store, url):
    store.import_community(district(), **WHO)
    seen, stop = [], threading.Event()

    def read():
        with open_store(url) as mine:
            while not stop.is_set():
                community = mine.load_community()
                seen.append((len(community.services) - 2, len(community.decisions)))

    def write():
        try:
            with open_store(url) as mine:
                for number in range(10):
                    mine.accept(plan_on(mine, f"P-{number}", [("N-001", "V-001")]), **later(number))
                    mine.append([service(100 + number)], **later(number))
        finally:
            stop.set()

    assert run_at_once(read, write) == []
    # A decision comes before its service: a reader never sees more services, nor two decisions more.
    assert all(services <= decisions <= services + 1 for services, decisions in seen)


def test_a_writer_that_waits_too_long_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("matching.store.engine.BUSY_SECONDS", 0.2)
    path = tmp_path / "district.db"
    with open_store(path, create=True) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"database is locked. Another program is writing; wait"):
            store.append([service(1)], **WHO)
        assert store.load_community() == Community()  # reading goes on
        other.execute("ROLLBACK")
        other.close()
        assert store.append([service(1)], **WHO).added


@pytest.mark.postgres
def test_a_writer_that_waits_too_long_says_so_on_postgresql(monkeypatch):
    monkeypatch.setattr("matching.store.engine.BUSY_SECONDS", 0.2)
    with new_database() as url, open_store(url, create=True) as store:
        with store._engine.connect() as other:
            other.execute(text("SELECT pg_advisory_xact_lock(hashtext('matching.store ' || current_schema()))"))
            with pytest.raises(StoreError, match=r"lock timeout. Another program is writing; wait"):
                store.append([service(1)], **WHO)
            assert store.load_community() == Community()
        assert store.append([service(1)], **WHO).added


@pytest.mark.postgres
def test_writers_do_not_write_on_an_old_moment_whatever_the_server_takes_as_its_default():
    with new_database() as url:
        plain = make_url(url)
        options = f"{plain.query['options']} -cdefault_transaction_isolation=serializable"
        strict = plain.update_query_dict({"options": options}).render_as_string(hide_password=False)
        with open_store(strict, create=True) as store:

            def append(writer):
                with open_store(strict) as mine:
                    for number in range(10):
                        mine.append([service(writer * 100 + number)], **later(number))

            assert run_at_once(*(lambda writer=writer: append(writer) for writer in range(4))) == []
            assert len(store.load_community().services) == 40
            assert store.check() == ()
