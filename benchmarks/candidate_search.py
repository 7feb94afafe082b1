"""Candidate search against sparse_dot_topn and scikit-learn: time, exactness, memory.

    python benchmarks/candidate_search.py                 # 10,000 needs x 100,000 partners
    python benchmarks/candidate_search.py --city          # 100,000 x 1,000,000 as well, peers on a sample of the needs

Rows are like short texts: 10-40 words of two topics and of common words, Zipf within each, weighed as TF-IDF. Every
measurement runs in a process of its own; times are CPU seconds of one core and include all preparation (ours: checks and
index; sparse_dot_topn: turning the items). The compiler's cache is warm. Peers that are not installed are left out:
`pip install sparse_dot_topn`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from compared import note_comparison

K = 32
SIZES = {"town": (10_000, 100_000, {"sparse_dot_topn": 10_000, "scikit-learn": 1_000}),
         "city": (100_000, 1_000_000, {"sparse_dot_topn": 2_000, "scikit-learn": 100})}  # fmt: skip


def draw_ranks(rng, n_ranks, exponent, size):
    heights = np.cumsum(np.arange(1, n_ranks + 1) ** -exponent)
    return np.searchsorted(heights, heights[-1] * rng.random(size))


def make_rows(n_rows, seed, *, n_terms=30_000, n_topics=300, n_topic_words=1_200):
    """TF-IDF rows of norm 1; the same topics and words for every seed."""
    world, rng = np.random.default_rng(7), np.random.default_rng(seed)
    first = world.integers(0, n_terms, n_topics)
    common, word_of = world.permutation(n_terms), world.permutation(n_terms)
    length = rng.integers(10, 41, n_rows)
    row = np.repeat(np.arange(n_rows), length)
    topics = draw_ranks(rng, n_topics, 0.5, (2, n_rows))
    kind = rng.random(row.size)
    topic = np.where(kind < 0.55, topics[0, row], topics[1, row])
    word = word_of[(first[topic] + draw_ranks(rng, n_topic_words, 0.9, row.size)) % n_terms]
    word = np.where(kind < 0.8, word, common[draw_ranks(rng, n_terms, 1.0, row.size)])
    table = sp.csr_array((np.ones(row.size, dtype=np.float32), (row, word)), shape=(n_rows, n_terms))
    table.sum_duplicates()
    rarity = 1 + np.log((1 + n_rows) / (1 + np.bincount(table.indices, minlength=n_terms)))
    weight = (1 + np.log(table.data)) * rarity[table.indices]
    norm = np.sqrt(np.add.reduceat(weight**2, table.indptr[:-1]))
    table.data = (weight / np.repeat(norm, np.diff(table.indptr))).astype(np.float32)
    return table


def search_ours(queries, items):
    from matching.affinity.search import top_candidates

    top_candidates(queries[:100], items[:50_000], k=K)
    start = time.process_time()
    found = top_candidates(queries, items, k=K)
    return found, time.process_time() - start


def search_peer(queries, items):
    from sparse_dot_topn import sp_matmul_topn

    a, b = sp.csr_matrix(queries), sp.csr_matrix(items)
    start = time.process_time()
    found = sp_matmul_topn(a, b.T.tocsr(), top_n=K)
    return found, time.process_time() - start


def search_neighbours(queries, items):
    from sklearn.neighbors import NearestNeighbors

    start = time.process_time()
    index = NearestNeighbors(n_neighbors=K, metric="cosine", algorithm="brute", n_jobs=1).fit(items)
    distance, item = index.kneighbors(queries)
    spent = time.process_time() - start
    ptr = np.arange(queries.shape[0] + 1) * K
    return sp.csr_array((1 - distance.ravel(), item.ravel(), ptr), shape=(queries.shape[0], items.shape[0])), spent


ROUTES = {"linli": search_ours, "sparse_dot_topn": search_peer, "scikit-learn": search_neighbours}


def worst_difference(queries, items, found):
    """How far the k scores of each query are from those of the full product, at most, and whether any is missing."""
    exact = sp.csr_array(queries.astype(np.float64) @ items.astype(np.float64).T)
    worst = 0.0
    for row in range(queries.shape[0]):
        best = np.sort(exact.data[exact.indptr[row] : exact.indptr[row + 1]])[::-1][:K]
        got = np.sort(found.data[found.indptr[row] : found.indptr[row + 1]])[::-1]
        worst = max(worst, np.abs(best - got).max(initial=0.0)) if best.size == got.size else np.inf
    return worst


def run_route(route, folder, n_queries):
    queries, items = sp.load_npz(folder / "queries.npz")[:n_queries], sp.load_npz(folder / "items.npz")
    # Peak memory, tables included, before anything is checked.
    found, spent = ROUTES[route](queries, items)
    # Not getrusage: its peak outlives the start of a program, so a child would report its parent's.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 2**20
    off = worst_difference(queries[:50], items, found)
    print(json.dumps({"seconds": spent, "queries": n_queries, "peak_gib": peak, "worst_difference": float(off)}))


def measure(route, folder, n_queries):
    command = [sys.executable, __file__, "--route", route, "--folder", str(folder), "--queries", str(n_queries)]
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | one_core)
    if result.returncode:
        return result.stderr.strip().splitlines()[-1]
    return json.loads(result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--city", action="store_true")
    parser.add_argument("--route", choices=ROUTES)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--queries", type=int)
    given = parser.parse_args()
    if given.route:
        run_route(given.route, given.folder, given.queries)
        return
    for size in ["town", "city"] if given.city else ["town"]:
        n_queries, n_items, samples = SIZES[size]
        with tempfile.TemporaryDirectory() as place:
            for name, n_rows, seed in (("queries", n_queries, 1), ("items", n_items, 2)):
                sp.save_npz(Path(place) / f"{name}.npz", make_rows(n_rows, seed), compressed=False)
            ours = measure("linli", place, n_queries)
            print(f"{size}: {n_queries:,} x {n_items:,}, k={K}\n  linli {ours}", flush=True)
            for route, sample in samples.items():
                peer = measure(route, place, sample)
                print(f"  {route} {peer}")
                if isinstance(peer, dict):
                    ratio = (peer["seconds"] / sample) / (ours["seconds"] / n_queries)
                    work = f"top {K} of {n_items:,}, a need"
                    mine, its = ours["seconds"] / n_queries, peer["seconds"] / sample
                    note_comparison(work, mine, route, its, remark=f"{sample:,} needs")
                    print(f"  {route} takes {ratio:.1f} times as long a need", flush=True)


if __name__ == "__main__":
    main()
