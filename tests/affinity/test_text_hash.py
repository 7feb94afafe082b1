"""Hashed pairs of characters: both ways of counting, what counts as a pair, and errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.affinity import hash_texts, text_hash
from matching.errors import CallError

TEXTS = st.lists(st.text(max_size=90), max_size=12)


def products(queries, items, **options):
    asked, offered = hash_texts(queries, items, **options)
    return (asked @ offered.T).toarray()


@settings(deadline=None, max_examples=60)
@given(queries=TEXTS, items=TEXTS, n_terms=st.sampled_from([1, 7, 2**17]))
def test_compiled_and_plain_counting_give_the_same_rows(queries, items, n_terms):
    plain = hash_texts(queries, items, n_terms=n_terms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_hash, "SMALL_TEXT", -1)
        patch.setattr(text_hash, "_TEXTS_AT_ONCE", 5)
        compiled = hash_texts(queries, items, n_terms=n_terms)
    for one, other in zip(plain, compiled, strict=True):
        assert one.shape == other.shape
        np.testing.assert_array_equal(one.indptr, other.indptr)
        np.testing.assert_array_equal(one.indices, other.indices)
        np.testing.assert_array_equal(one.data, other.data)


@settings(deadline=None, max_examples=40)
@given(items=TEXTS)
def test_rows_are_of_norm_1_or_empty_with_terms_ascending(items):
    asked, _ = hash_texts(items, items)
    norms = np.sqrt(np.asarray(asked.power(2).sum(axis=1)))
    assert ((np.abs(norms - 1.0) < 1e-5) | (norms == 0.0)).all()
    assert all((np.diff(asked.indices[asked.indptr[i] : asked.indptr[i + 1]]) > 0).all() for i in range(len(items)))


def test_texts_that_share_pairs_of_characters_are_alike_and_others_are_not():
    found = products(["修水管"], ["会修水管", "水果修剪", "教书法", "", "  ,。"])
    assert found[0, 0] > 0.5
    np.testing.assert_array_equal(found[0, 1:], 0.0)


def test_capitals_and_full_width_forms_count_as_small_half_width_letters():
    np.testing.assert_allclose(products(["ＡＢＣ１２ help"], ["abc12 HELP"]), 1.0, atol=1e-6)


def test_a_pair_never_spans_a_sign_and_a_character_that_stands_alone_counts():
    np.testing.assert_array_equal(products(["水管"], ["水，管", "水 管"]), 0.0)
    np.testing.assert_allclose(products(["电 水"], ["水、电"]), 1.0, atol=1e-6)


def test_arrays_of_text_are_read_as_lists_are():
    texts = ["修水管", "", "教书法教书法"]
    np.testing.assert_array_equal(products(np.array(texts), np.array(texts)), products(texts, texts))


def test_a_text_that_is_none_is_refused_with_its_number():
    with pytest.raises(CallError, match="item 1 is None"):
        hash_texts(["修"], ["修", None])
    with pytest.raises(CallError, match="list of texts; got str"):
        hash_texts("修水管", ["修"])
    with pytest.raises(CallError, match="n_terms must be a whole number"):
        hash_texts(["修"], ["修"], n_terms=0)
