"""Candidate search against dense brute force, on both paths, in chunks and blocks of every size."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import matching.affinity
from matching.affinity import search
from matching.affinity.search import count_products, read_rows, top_candidates
from matching.affinity.search_blocks import read_blocks
from matching.affinity.search_chunks import search_chunks
from matching.errors import CallError, MissingExtraError

# Few values make ties; the small ones are lost in single precision, the negative ones cancel.
WEIGHTS = st.sampled_from([0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 0.3, -1.0, 1e-9, 1e-30])


def normed(table, dtype=np.float64):
    """A sparse table with rows of norm 1, or empty."""
    norm = np.sqrt((table**2).sum(axis=1, keepdims=True))
    return sp.csr_array((table / np.where(norm > 0, norm, 1.0)).astype(dtype))


def best_by_trying(queries, items, k, may_see=None):
    """The oracle: all cosines, terms one after another in double precision, rounded once, sorted."""
    asked, offered = queries.toarray().astype(np.float64), items.toarray().astype(np.float64)
    total = np.zeros((asked.shape[0], offered.shape[0]))
    for term in range(asked.shape[1]):
        total += asked[:, term, None] * offered[None, :, term]
    total = total.astype(np.result_type(queries.dtype, items.dtype))
    if may_see is not None:
        total[~may_see] = 0.0
    expected = np.zeros_like(total)
    for row, scores in enumerate(total):
        best = np.lexsort((np.arange(scores.size), -scores))[:k]
        best = best[scores[best] > 0]
        expected[row, best] = scores[best]
    return expected


def by_loops(queries, items, k, blocks=None, chunk_items=64):
    """The compiled path, whatever the size."""
    blocking = read_blocks(blocks, queries.shape[0], items.shape[0])
    dtype = np.result_type(queries.dtype, items.dtype)
    row, item, score = search_chunks(
        read_rows(queries, "query"),
        read_rows(items, "item"),
        k=k,
        blocking=blocking,
        dtype=dtype,
        chunk_items=chunk_items,
    )
    return sp.csr_array((score.astype(dtype), (row, item)), shape=(queries.shape[0], items.shape[0]))


def by_product(queries, items, k, blocks=None):
    """The small path, itself held to the oracle, whatever the size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "SMALL_WORK", np.inf)
        return top_candidates(queries, items, k=k, blocks=blocks)


def text_rows(n_rows, seed, n_terms=2_000, dtype=np.float32):
    """Rows as of short texts: some words nearly everywhere, most words rare."""
    rng = np.random.default_rng(seed)
    length = rng.integers(0, 25, n_rows)
    row = np.repeat(np.arange(n_rows), length)
    word = (n_terms * rng.random(row.size) ** 4).astype(np.int64)
    table = sp.csr_array((np.ones(row.size), (row, word)), shape=(n_rows, n_terms))
    rarity = 1 + np.log(n_rows / (1 + np.bincount(table.indices, minlength=n_terms)))
    table.data = np.sqrt(table.data) * rarity[table.indices]
    norm = np.sqrt(np.asarray((table**2).sum(axis=1)).ravel())
    table.data /= np.repeat(np.where(norm > 0, norm, 1.0), np.diff(table.indptr))
    return table.astype(dtype)


@st.composite
def tables(draw, *, most_rows=12):
    """Queries and items of one width."""
    n_terms = draw(st.integers(1, 6))
    both = [draw(arrays(np.float64, (draw(st.integers(0, most_rows)), n_terms), elements=WEIGHTS)) for _ in range(2)]
    dtypes = draw(st.sampled_from([(np.float64, np.float64), (np.float32, np.float32), (np.float32, np.float64)]))
    return tuple(normed(table, dtype) for table, dtype in zip(both, dtypes, strict=True))


@st.composite
def block_masks(draw, n_queries, n_items):
    """Blocks with a table of allowed pairs, and the mask of pairs that they mean."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    query = draw(arrays(np.int64, n_queries, elements=st.integers(0, shape[0] - 1)))
    item = draw(arrays(np.int64, n_items, elements=st.integers(0, shape[1] - 1)))
    allowed = draw(arrays(np.bool_, shape))
    form = draw(st.sampled_from([np.asarray, sp.csr_array, sp.csc_array]))
    return (query, item, form(allowed)), allowed[np.ix_(query, item)]


@settings(deadline=None)
@given(tables(), st.integers(1, 15))
def test_small_work_finds_the_best_with_ties_and_empty_rows(pair, k):
    found = top_candidates(*pair, k=k)
    np.testing.assert_array_equal(found.toarray(), best_by_trying(*pair, k))
    assert found.dtype == np.result_type(pair[0].dtype, pair[1].dtype)
    assert found.shape == (pair[0].shape[0], pair[1].shape[0])


@settings(deadline=None, max_examples=200)
@given(tables(most_rows=100), st.integers(1, 15), st.sampled_from([1, 7, 32, 64, 1000]))
def test_compiled_loops_find_the_best_whatever_the_chunks(pair, k, chunk_items):
    if min(pair[0].shape[0], pair[1].shape[0]):
        found = by_loops(*pair, k, chunk_items=chunk_items)
        np.testing.assert_array_equal(found.toarray(), best_by_trying(*pair, k))


@settings(deadline=None)
@given(st.data())
def test_blocks_hide_what_they_do_not_allow_on_both_paths(data):
    pair = data.draw(tables(most_rows=40))
    blocks, may_see = data.draw(block_masks(pair[0].shape[0], pair[1].shape[0]))
    expected = best_by_trying(*pair, 3, may_see)
    np.testing.assert_array_equal(top_candidates(*pair, k=3, blocks=blocks).toarray(), expected)
    if min(may_see.shape):
        for chunk_items in (5, 64):
            np.testing.assert_array_equal(by_loops(*pair, 3, blocks, chunk_items).toarray(), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [1, 10, 200])
def test_leaving_out_frequent_words_changes_nothing(dtype, k):
    queries, items = text_rows(100, 1, dtype=dtype), text_rows(6_000, 2, dtype=dtype)
    expected = by_product(queries, items, k).toarray()
    for chunk_items in (500, 2_048, 32_768):
        np.testing.assert_array_equal(by_loops(queries, items, k, chunk_items=chunk_items).toarray(), expected)


def test_many_small_blocks_are_searched_exactly():
    queries, items, rng = text_rows(300, 3), text_rows(5_000, 4), np.random.default_rng(5)
    query, item = rng.integers(0, 40, 300), rng.integers(0, 70, 5_000)
    allowed = rng.random((40, 70)) < 0.1
    expected = by_product(queries, items, 8, (query, item, allowed)).toarray()
    found = by_loops(queries, items, 8, (query, item, sp.csr_array(allowed)), 700)
    np.testing.assert_array_equal(found.toarray(), expected)


def test_of_a_thousand_equal_items_the_first_are_kept():
    items = normed(np.tile([[1.0, 2.0, 2.0]], (3_000, 1)), np.float32)
    found = by_loops(items[:50], items, 5, chunk_items=512)
    assert found.indices.tolist() == list(range(5)) * 50


def test_a_pass_that_cannot_hold_all_queries_is_made_in_batches(monkeypatch):
    queries, items = text_rows(100, 6), text_rows(500, 7)
    whole = by_loops(queries, items, 4)
    monkeypatch.setattr("matching.affinity.search_chunks.BEST_BYTES", 16 * 4 * 7)
    np.testing.assert_array_equal(by_loops(queries, items, 4).toarray(), whole.toarray())


def test_large_work_takes_the_compiled_path_and_agrees_with_the_small(monkeypatch):
    queries, items = text_rows(150, 8), text_rows(900, 9)
    blocks = (np.arange(150) % 7, np.arange(900) % 7)
    small = [top_candidates(queries, items, k=9), top_candidates(queries, items, k=9, blocks=blocks)]
    monkeypatch.setattr(search, "SMALL_WORK", 0)
    monkeypatch.setattr(search, "search_product", None)
    large = [top_candidates(queries, items, k=9), top_candidates(queries, items, k=9, blocks=blocks)]
    for a, b in zip(small, large, strict=True):
        np.testing.assert_array_equal(a.indptr, b.indptr)
        np.testing.assert_array_equal(a.indices, b.indices)
        np.testing.assert_array_equal(a.data, b.data)


def test_a_very_wide_vocabulary_costs_no_entry_a_word(monkeypatch):
    queries, items = text_rows(40, 10), text_rows(300, 11)
    expected = top_candidates(queries, items, k=5).toarray()
    wide = [
        sp.csr_array((t.data, t.indices.astype(np.int64) * 10**12, t.indptr), (t.shape[0], 2 * 10**15))
        for t in (queries, items)
    ]
    monkeypatch.setattr(search, "SMALL_WORK", 0)
    np.testing.assert_array_equal(top_candidates(*wide, k=5).toarray(), expected)


def test_expected_products_are_counted_as_the_product_makes_them():
    queries, items = text_rows(60, 12), text_rows(80, 13)
    ones = [sp.csr_array((np.ones(t.nnz), t.indices, t.indptr), t.shape) for t in (queries, items)]
    assert count_products(queries, items) == (ones[0] @ ones[1].T).sum()


def test_terms_out_of_order_and_given_twice_are_read_as_one_and_not_changed():
    messy = sp.csr_array((np.array([0.8, 0.3, 0.3]), np.array([2, 0, 0]), np.array([0, 3])), shape=(1, 3))
    found = top_candidates(messy, sp.csr_array(np.eye(3)), k=3)
    np.testing.assert_array_equal(found.toarray(), [[0.6, 0.0, 0.8]])
    assert messy.data.tolist() == [0.8, 0.3, 0.3]


def test_small_work_loads_no_compiler():
    code = (
        "import sys, numpy as np, scipy.sparse as sp\n"
        "from matching.affinity.search import top_candidates\n"
        "top_candidates(sp.eye_array(200, format='csr'), sp.eye_array(200, format='csr'), k=3)\n"
        "print('numba' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_large_work_without_numba_names_the_extra(monkeypatch):
    monkeypatch.setattr(search, "SMALL_WORK", 0)
    monkeypatch.delattr(matching.affinity, "search_kernel", raising=False)
    monkeypatch.setitem(sys.modules, "matching.affinity.search_kernel", None)
    with pytest.raises(MissingExtraError, match=r"linli-matching\[large\]"):
        top_candidates(text_rows(5, 1), text_rows(5, 1), k=1)


EYE = sp.csr_array(np.eye(3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"k": 0}, "k must be a whole number of at least 1; got 0"),
        ({"k": 1.5}, "k must be a whole number"),
        ({"k": True}, "k must be a whole number"),
        ({"queries": np.eye(3)}, "query rows must be a sparse table"),
        ({"items": sp.csr_array(np.eye(4))}, "equal width; got 3 and 4"),
        ({"items": EYE * 2}, "item 0 has norm 2"),
        ({"items": sp.csr_array([[1.0, 0, 0], [0, np.nan, 0]])}, "item 1 has norm nan"),
        ({"items": sp.csr_array([[np.inf, 0, 0]])}, "item 0 has norm inf"),
        ({"queries": EYE * 1j}, "real numbers; got complex128"),
        ({"blocks": ([0, 1, 2],)}, "blocks must be"),
        ({"blocks": [[0, 1, 2], [0, 1, 2]]}, "blocks must be .* got list of 2 parts"),
        ({"blocks": ([0, 1], [0, 1, 2])}, "one block for each query: 3"),
        ({"blocks": ([0, 1, 2], [0.0, 1.0, 2.0])}, "whole numbers; those of the item rows are float64"),
        ({"blocks": ([0, 1, 2], [0, -1, 2])}, "item 1 has -1; give what is unknown a block of its own"),
        ({"blocks": ([0, 1, 2], [0, 1, 2], np.ones((3, 2)))}, "item 2 has block 2 and the table has 2 item blocks"),
        ({"blocks": ([0, 1, 2], [0, 1, 2], np.ones((3, 3, 1)))}, "two dimensions"),
    ],
)
def test_bad_calls_are_refused_with_what_was_got(arguments, message):
    with pytest.raises(CallError, match=message):
        top_candidates(**{"queries": EYE, "items": EYE, "k": 2} | arguments)
