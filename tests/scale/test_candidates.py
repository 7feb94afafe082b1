"""Search over processes: the same bits as in one process, also when a worker is killed."""

import mmap
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import distributed
import numpy as np
import pytest
import scipy.sparse as sp

import matching.affinity.search as search_here
import matching.scale
from matching.errors import CallError, MissingExtraError
from matching.scale import shelf


def text_rows(n_rows, seed, n_terms=3_000, dtype=np.float32):
    """Rows as of short texts: some words nearly everywhere, most words rare."""
    rng = np.random.default_rng(seed)
    row = np.repeat(np.arange(n_rows), rng.integers(0, 25, n_rows))
    word = (n_terms * rng.random(row.size) ** 3).astype(np.int64)
    table = sp.csr_array((rng.random(row.size) + 0.5, (row, word)), shape=(n_rows, n_terms))
    norm = np.sqrt(np.asarray((table**2).sum(axis=1)).ravel())
    table.data /= np.repeat(np.where(norm > 0, norm, 1.0), np.diff(table.indptr))
    return table.astype(dtype)


def assert_same_bits(a, b):
    for part in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(a, part), getattr(b, part))
    assert a.dtype == b.dtype
    assert a.shape == b.shape


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    ) as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster) as client:
        yield client


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tasks_of_any_size_give_the_same_bits(client, dtype):
    queries, items = text_rows(500, 1, dtype=dtype), text_rows(4_000, 2, dtype=dtype)
    alone = search_here.top_candidates(queries, items, k=7)
    for needs_a_task in (90, 10_000):
        assert_same_bits(
            matching.scale.top_candidates(queries, items, k=7, client=client, needs_a_task=needs_a_task), alone
        )


def test_blocks_reach_every_task(client, tmp_path):
    queries, items, rng = text_rows(400, 3), text_rows(3_000, 4), np.random.default_rng(5)
    blocks = rng.integers(0, 9, 400), rng.integers(0, 5, 3_000), rng.random((9, 5)) < 0.4
    alone = search_here.top_candidates(queries, items, k=5, blocks=blocks)
    spread = matching.scale.top_candidates(
        queries, items, k=5, blocks=blocks, client=client, folder=tmp_path, needs_a_task=70
    )
    assert_same_bits(spread, alone)
    assert not list(tmp_path.iterdir())


def kill_when_busy(client, folder):
    """Kill one worker once some tasks are done and some are not; return its process number and how many were left."""
    process = min(client.run(os.getpid).values())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        states = list(client.run_on_scheduler(lambda dask_scheduler: [t.state for t in dask_scheduler.tasks.values()]))
        done, left = states.count("memory"), len(states) - states.count("memory")
        if done and left >= 2:
            os.kill(process, signal.SIGKILL)
            return process, left
        time.sleep(0.005)
    pytest.fail(f"tasks never were half-way in {folder}")


def test_the_answer_is_the_same_when_a_worker_is_killed_half_way(cluster, client, tmp_path):
    queries, items = text_rows(2_000, 6), text_rows(10_000, 7)
    alone = search_here.top_candidates(queries, items, k=10)
    with ThreadPoolExecutor(1) as pool, distributed.Client(cluster) as watcher:
        answer = pool.submit(
            matching.scale.top_candidates, queries, items, k=10, client=client, folder=tmp_path, needs_a_task=50
        )
        killed, left = kill_when_busy(watcher, tmp_path)
        assert_same_bits(answer.result(timeout=120), alone)
        assert left >= 2
        watcher.wait_for_workers(2, timeout=60)
        assert killed not in watcher.run(os.getpid).values()


def test_without_a_client_processes_of_this_machine_are_used_and_ended():
    queries, items = text_rows(60, 8), text_rows(200, 9)
    assert_same_bits(
        matching.scale.top_candidates(queries, items, k=3), search_here.top_candidates(queries, items, k=3)
    )


def test_no_queries_give_an_empty_table():
    found = matching.scale.top_candidates(sp.csr_array((0, 3)), sp.csr_array(np.eye(3)), k=2)
    assert found.shape == (0, 3)


def test_a_table_on_the_shelf_is_mapped_not_read(tmp_path):
    table = text_rows(50, 10)
    table.indices, table.indptr = table.indices.astype(np.int64), table.indptr.astype(np.int64)
    shelf.put_table(table, tmp_path, "items")
    mapped = shelf.map_table(tmp_path, "items")
    np.testing.assert_array_equal(mapped.toarray(), table.toarray())
    assert not mapped.data.flags.writeable
    for values in (mapped.data, mapped.indices, mapped.indptr):
        base = values
        while isinstance(base, np.ndarray):
            base = base.base
        assert isinstance(base, mmap.mmap)


def test_bad_calls_are_refused_before_any_worker_is_asked():
    eye = sp.csr_array(np.eye(3))
    with pytest.raises(CallError, match="k must be a whole number of at least 1; got 0"):
        matching.scale.top_candidates(eye, eye, k=0)
    with pytest.raises(CallError, match="needs_a_task must be a whole number of at least 1; got -1"):
        matching.scale.top_candidates(eye, eye, k=1, needs_a_task=-1)
    with pytest.raises(CallError, match="equal width"):
        matching.scale.top_candidates(eye, sp.csr_array(np.eye(4)), k=1)


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"linli-matching\[scale\]"):
        matching.scale.top_candidates(sp.csr_array(np.eye(3)), sp.csr_array(np.eye(3)), k=1)


def test_a_name_that_does_not_exist_is_refused():
    with pytest.raises(AttributeError, match="it has"):
        _ = matching.scale.nothing
