"""Vectors of texts: scikit-learn's numbers, without loading it."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.affinity.tfidf import TextVectors, character_runs
from matching.errors import CallError

TEXTS = st.lists(st.text(alphabet="修路灯水管 \n\tab", max_size=12), min_size=1, max_size=8)


@given(learnt=TEXTS, others=TEXTS, least=st.integers(1, 2))
def test_vectors_are_those_of_scikit_learn(learnt, others, least):
    peer = TfidfVectorizer(analyzer="char", ngram_range=(least, 3), sublinear_tf=True, lowercase=False)
    own = TextVectors(character_runs(least, 3))
    clean = [" ".join(text.split()) for text in learnt]
    try:
        expected = peer.fit_transform(clean)
    except ValueError:
        with pytest.raises(CallError, match="no token"):
            own.fit_transform(learnt)
        return
    np.testing.assert_allclose(own.fit_transform(learnt).toarray(), expected.toarray(), rtol=0, atol=1e-15)
    again = own.transform(others)
    assert again.shape == (len(others), expected.shape[1])
    known = peer.transform([" ".join(text.split()) for text in others])
    np.testing.assert_allclose(again.toarray(), known.toarray(), rtol=0, atol=1e-15)


def test_a_text_of_nothing_learnt_is_an_empty_row():
    vectors = TextVectors(str.split).fit(["修 灯", "修 水管"])
    rows = vectors.transform(["唱歌", "修 灯 唱歌"])
    assert np.diff(rows.indptr).tolist() == [0, 2]
    assert np.sqrt((rows.toarray() ** 2).sum(axis=1)).tolist() == pytest.approx([0.0, 1.0])


def test_vectors_go_to_another_process_as_they_are():
    vectors = TextVectors(character_runs(2, 3)).fit(["修路灯", "修水管"])
    again = pickle.loads(pickle.dumps(vectors))  # noqa: S301  # our own bytes
    assert (again.transform(["路灯"]) != vectors.transform(["路灯"])).nnz == 0
