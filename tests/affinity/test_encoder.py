"""Any object with encode(list of str) -> array: what it knows is used, what it breaks is said, and it is asked of each text once."""

import dataclasses
import datetime as dt
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from matching.affinity import SkillReader, TextCategorizer
from matching.affinity.encoder import ENCODED_AT_ONCE, Remembering, remember
from matching.affinity.profiles import taxonomy_for
from matching.affinity.weights import FEATURES
from matching.errors import CallError
from matching.planning import score
from matching.planning.scoring import with_needs
from matching.records import Community, Need, NeedStatus, Volunteer

AS_OF = dt.date(2024, 7, 31)


class Knowing:
    """Knows that 铁马 and 坐骑 are the same, and nothing else."""

    def __init__(self):
        self.asked = []

    def encode(self, sentences):
        self.asked += sentences
        return np.array([[1.0, 0.2] if "铁马" in s or "坐骑" in s else [0.2, 1.0] for s in sentences])


def district(need):
    offers = ("喜欢唱戏", "收拾坐骑是一把好手", "能教下棋")
    return Community(
        needs=(Need(need_id="N-1", description=need, people_min=1, people_max=1, hours=1.0, status=NeedStatus.OPEN),),
        volunteers=tuple(
            Volunteer(partner_id=f"V-{at}", name=f"人{at}", offer=words) for at, words in enumerate(offers)
        ),
    )


def text_part(candidates):
    need, partner = (each.ravel() for each in np.indices(candidates.masks.shape))
    values = candidates.scorer.pairs(need, partner, weights=candidates.weights).values
    return values.reshape(*candidates.masks.shape, -1)[..., FEATURES.index("text")]


def test_the_text_part_of_the_score_listens_to_an_encoder():
    plain, knowing = (score(district("铁马不听话了"), as_of=AS_OF, encoder=each) for each in (None, Knowing()))
    assert text_part(plain)[0].tolist() == [0.0, 0.0, 0.0]
    assert text_part(knowing)[0, 1] > 0.5
    assert text_part(knowing)[0, [0, 2]].tolist() == [0.0, 0.0]
    assert knowing.scores[0].argmax() == 1


def test_needs_added_later_are_encoded_too():
    candidates = score(district("想唱歌"), as_of=AS_OF, encoder=Knowing())
    [need] = district("铁马不听话了").needs
    more = with_needs(candidates, [dataclasses.replace(need, need_id="N-2")])
    row = more.need_index("N-2")
    assert text_part(more)[row, 1] > 0.5
    assert text_part(more)[more.need_index("N-1")].tolist() == text_part(candidates)[0].tolist()


def test_an_encoder_that_sees_no_difference_leaves_every_score_as_it_is():
    class Blind:
        def encode(self, sentences):
            return np.ones((len(sentences), 3))

    plain, blind = (score(district("找人下盘棋"), as_of=AS_OF, encoder=each) for each in (None, Blind()))
    assert blind.scores == pytest.approx(plain.scores, abs=1e-12)


def test_each_text_is_encoded_once_however_often_it_is_scored():
    encoder = Knowing()
    remembering = Remembering(encoder)
    first = score(district("铁马不听话了"), as_of=AS_OF, encoder=remembering)
    assert len(encoder.asked) == len(set(encoder.asked)) > 439
    asked = len(encoder.asked)
    again = score(district("铁马不听话了"), as_of=AS_OF, encoder=remembering)
    assert len(encoder.asked) == asked
    assert np.array_equal(first.scores, again.scores)


@given(st.lists(st.text(max_size=4), max_size=30), st.lists(st.text(max_size=4), max_size=30))
def test_remembered_vectors_are_those_of_the_encoder(first, second):
    class Lengths:
        def encode(self, sentences):
            return [[float(len(each)), 1.0] for each in sentences]

    remembering = Remembering(Lengths())
    remembering.encode(first)
    found = remembering.encode(second)
    assert len(found) == len(second)
    for text, vector in zip(second, found, strict=True):
        assert vector == pytest.approx(np.array([len(text), 1.0]) / np.hypot(len(text), 1.0))


def test_many_texts_are_handed_over_in_blocks():
    sizes = []

    class Counting:
        def encode(self, sentences):
            sizes.append(len(sentences))
            return np.ones((len(sentences), 2))

    texts = [str(at) for at in range(ENCODED_AT_ONCE + 3)]
    assert Remembering(Counting()).encode(texts).shape == (ENCODED_AT_ONCE + 3, 2)
    assert sizes == [ENCODED_AT_ONCE, 3]


def test_who_remembers_is_not_wrapped_again():
    remembering = Remembering(Knowing())
    assert remember(remembering) is remembering


@pytest.mark.parametrize("wrong", ["a model", 7, object()])
def test_what_is_no_encoder_is_refused_everywhere(wrong):
    texts, labels = ["公交车", "幼儿园"], ["交通", "教育"]
    with pytest.raises(CallError, match="has a method encode"):
        score(district("找人下盘棋"), as_of=AS_OF, encoder=wrong)
    with pytest.raises(CallError, match="has a method encode"):
        TextCategorizer(encoder=wrong).fit(texts, labels)
    with pytest.raises(CallError, match="has a method encode"):
        SkillReader(taxonomy_for(()), encoder=wrong)


def test_an_encoder_that_changes_its_mind_about_dimensions_is_refused():
    class Growing:
        width = 2

        def encode(self, sentences):
            self.width += 1
            return np.ones((len(sentences), self.width))

    remembering = Remembering(Growing())
    remembering.encode(["灯"])
    with pytest.raises(CallError, match="as many dimensions each time"):
        remembering.encode(["水管"])


TEXTS = ["公交车总是不来", "出租车拒载", "公交站太远", "幼儿园太贵", "老师的工资没有发", "学校补课"]
LABELS = ["交通", "交通", "交通", "教育", "教育", "教育"]


class Topics:
    """Knows which words are of traffic, two of them never seen among the labelled."""

    def encode(self, sentences):
        traffic = ("公交", "出租", "铁马", "坐骑")
        return np.array([[1.0, 0.0] if any(word in s for word in traffic) else [0.0, 1.0] for s in sentences])


def test_a_categorizer_with_an_encoder_sorts_words_that_no_label_has_shown():
    asked = ["铁马停运", "坐骑没有了"]
    without, with_encoder = TextCategorizer().fit(TEXTS, LABELS), TextCategorizer(encoder=Topics()).fit(TEXTS, LABELS)
    assert list(with_encoder.predict(asked)) == ["交通", "交通"]
    traffic = list(with_encoder.classes_).index("交通")
    assert (with_encoder.predict_proba(asked)[:, traffic] > without.predict_proba(asked)[:, traffic] + 0.1).all()
    assert with_encoder.predict_proba(asked).sum(axis=1) == pytest.approx(1.0)


def test_a_categorizer_with_an_encoder_is_cloned_and_pickled():
    model = TextCategorizer(encoder=Topics()).fit(TEXTS, LABELS)
    for again in (clone(model).fit(TEXTS, LABELS), pickle.loads(pickle.dumps(model))):  # noqa: S301  its own pickle
        assert np.array_equal(again.predict_proba(TEXTS), model.predict_proba(TEXTS))


def test_an_encoder_that_returns_nonsense_to_a_categorizer_is_named():
    class Short:
        def encode(self, sentences):
            return np.ones((len(sentences) - 1, 3))

    with pytest.raises(CallError, match=r"shape \(n_sentences, n_dimensions\)"):
        TextCategorizer(encoder=Short()).fit(TEXTS, LABELS)
