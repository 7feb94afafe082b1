"""The categorizer learns from names, from labels and from unlabelled texts, keeps scikit-learn's conventions and refuses bad calls."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.special import log_softmax
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from matching.affinity.categorizer import BLOCK, TextCategorizer
from matching.affinity.categorizer_calibration import FOLDS, deal_folds, find_temperature
from matching.affinity.categorizer_choice import (
    FEW_PENALTY,
    FEW_WEIGHT,
    MANY_LABELS,
    PENALTIES,
    WEIGHTS,
    choose_settings,
)
from matching.affinity.categorizer_features import MANY_TEXTS, fold, lead_of, learn_space
from matching.affinity.categorizer_names import learn_likeness, name_table, read_tree
from matching.errors import CallError

TREE = [
    ("交通", "公交线路", "公交车站"),
    ("交通", "公交线路", "其他"),
    ("交通", "出租车", "拒载"),
    ("交通", "停车管理", "乱停车"),
    ("教育", "幼儿园", "幼儿园收费"),
    ("教育", "教师", "教师工资"),
    ("教育", "招生", "学区划分"),
    ("环境", "噪声", "施工噪声"),
    ("环境", "垃圾", "垃圾焚烧"),
    ("环境", "污水", "河道污染"),
    ("农业", "灌溉", "水渠"),
]
MATTERS = {
    "交通": ["公交车等不来", "出租车又拒载", "路口堵车", "地铁站太远", "小区门口乱停车", "班车停运"],
    "教育": ["幼儿园收费太高", "老师的工资没发", "孩子上不了学", "学校补课", "学区怎么划分", "考试成绩没有公布"],
    "环境": ["工地夜里施工噪声大", "有人焚烧垃圾", "河里都是污水", "工厂排放废气", "油烟熏人", "垃圾没有人清运"],
}
FRAMES = [
    "请问",
    "我们小区",
    "希望领导",
    "昨天晚上",
    "已经很久了",
    "没有人管",
    "请尽快处理",
    "谢谢",
    "多次反映",
    "实在没有办法",
]


def messages(count, seed):
    random = np.random.default_rng(seed)
    labels = random.choice(list(MATTERS), size=count)
    texts = []
    for label in labels:
        matter = random.choice(MATTERS[label], size=2)
        frame = random.choice(FRAMES, size=4)
        texts.append(f"{matter[0]}\n{frame[0]}，{frame[1]}{matter[1]}，{frame[2]}，{frame[3]}。")
    return texts, list(labels)


@pytest.fixture(scope="module")
def model():
    texts, labels = messages(60, seed=1)
    unlabelled, _ = messages(150, seed=2)
    return TextCategorizer(TREE, unlabelled).fit(texts, labels)


def test_unseen_messages_are_sorted_as_they_should_be(model):
    texts, labels = messages(200, seed=3)
    assert np.mean(model.predict(texts) == labels) > 0.97


def test_names_of_the_tree_decide_on_words_that_no_label_has_shown():
    texts = ["公交车站没有灯", "教师工资没有发", "公交车站太远", "教师工资太低"]
    labels = ["交通", "教育", "交通", "教育"]
    asked = ["总有人拒载", "学区怎么划分"]
    without = TextCategorizer().fit(texts, labels)
    with_names = TextCategorizer(TREE).fit(texts, labels)
    assert without.decision_function(asked) == pytest.approx(
        np.repeat(without.decision_function([""]), 2, axis=0), abs=0.4
    )
    assert list(with_names.predict(asked)) == ["交通", "教育"]
    assert with_names.predict_proba(asked).max(axis=1).min() > without.predict_proba(asked).max(axis=1).max()


def test_labels_overrule_the_names_where_they_abound():
    texts = [f"出租车又拒载了，这是第{number}次" for number in range(60)] + [
        f"垃圾焚烧，第{number}次" for number in range(60)
    ]
    model = TextCategorizer(TREE).fit(texts, ["环境"] * 60 + ["交通"] * 60)
    assert list(model.predict(["出租车拒载", "焚烧垃圾"])) == ["环境", "交通"]


def test_unlabelled_texts_teach_which_words_are_mere_frame():
    texts, labels = messages(40, seed=5)
    unlabelled, _ = messages(400, seed=6)
    rarity = {}
    for name, known in (("few", None), ("many", unlabelled)):
        space = TextCategorizer(None, known).fit(texts, labels)._space
        rarity[name] = {run: space.rarity[column] for run, column in space.counter.vocabulary_.items()}
    assert rarity["many"]["。"] == pytest.approx(1.0)
    assert rarity["many"]["地 铁"] > rarity["many"]["请"]
    assert rarity["many"]["地 铁"] != pytest.approx(rarity["few"]["地 铁"])


def test_probabilities_sum_to_one_and_their_largest_is_what_is_predicted(model):
    texts, _ = messages(50, seed=7)
    probabilities = model.predict_proba(texts)
    assert probabilities.shape == (50, 3)
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
    assert list(model.classes_[probabilities.argmax(axis=1)]) == list(model.predict(texts))
    assert list(model.classes_) == sorted(MATTERS)


def test_probabilities_are_near_the_share_that_is_right():
    texts, labels = messages(600, seed=8)
    random = np.random.default_rng(9)
    noisy = [str(random.choice(list(MATTERS))) if random.random() < 0.3 else label for label in labels]
    model = TextCategorizer(TREE).fit(texts[:300], noisy[:300])
    probabilities = model.predict_proba(texts[300:])
    share_right = np.mean(model.predict(texts[300:]) == noisy[300:])
    assert share_right == pytest.approx(0.8, abs=0.06)
    assert probabilities.max(axis=1).mean() == pytest.approx(share_right, abs=0.08)


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=200))
def test_any_text_whatever_gets_probabilities(model, text):
    probabilities = model.predict_proba([text])
    assert np.isfinite(probabilities).all()
    assert probabilities.sum() == pytest.approx(1.0)


@settings(deadline=None, max_examples=30)
@given(order=st.permutations(range(30)))
def test_a_text_is_judged_alike_whatever_stands_beside_it(model, order):
    texts, _ = messages(30, seed=10)
    together = model.decision_function(texts)
    assert model.decision_function([texts[i] for i in order]) == pytest.approx(together[list(order)])


def test_more_texts_than_a_block_are_judged_as_each_alone(model):
    texts, _ = messages(40, seed=11)
    many = (texts * (BLOCK // 40 + 1))[: BLOCK + 7]
    margins = model.decision_function(many)
    assert margins.shape == (BLOCK + 7, 3)
    assert margins[BLOCK:] == pytest.approx(model.decision_function(texts)[BLOCK % 40 : BLOCK % 40 + 7])


def test_no_text_gives_no_row(model):
    assert model.predict([]).shape == (0,)
    assert model.predict_proba([]).shape == (0, 3)


@pytest.mark.parametrize("form", [list, tuple, np.asarray, pd.Series], ids=lambda form: form.__name__)
def test_texts_and_labels_may_come_as_any_column(form):
    texts, labels = messages(30, seed=12)
    expected = TextCategorizer(TREE).fit(texts, labels).decision_function(texts)
    assert TextCategorizer(TREE).fit(form(texts), form(labels)).decision_function(form(texts)) == pytest.approx(
        expected
    )


@pytest.mark.parametrize(
    "form", [pd.DataFrame, lambda rows: [list(row) for row in rows], np.array], ids=["frame", "lists", "array"]
)
def test_the_tree_may_come_as_any_table(form):
    texts, labels = messages(30, seed=13)
    expected = TextCategorizer(TREE).fit(texts, labels).decision_function(texts)
    assert TextCategorizer(form(TREE)).fit(texts, labels).decision_function(texts) == pytest.approx(expected)


def test_whole_numbers_and_two_categories_are_labels_too():
    texts, labels = messages(40, seed=14)
    numbers = [int(label == "教育") for label in labels]
    model = TextCategorizer(TREE).fit(texts, numbers)
    assert model.classes_.tolist() == [0, 1]
    assert model.predict_proba(texts).shape == (40, 2)
    assert np.mean(model.predict(texts) == numbers) > 0.95


def test_english_is_read_word_by_word():
    texts = ["Fix my electric lamp", "lamp is broken", "teach my son maths", "homework tutor wanted"]
    model = TextCategorizer([("repair", "electric lights"), ("school", "homework")])
    model.fit(texts, ["repair", "repair", "school", "school"])
    assert list(model.predict(["The lamp again!", "help with HOMEWORK", "electric", "lights"])) == (
        ["repair", "school", "repair", "repair"]
    )
    assert model.decision_function(["lam"]) == pytest.approx(model.decision_function([""]))


def test_two_categories_have_one_margin_as_scikit_learn_wants_it():
    texts = ["公交车", "出租车", "幼儿园", "教师工资"]
    model = TextCategorizer(TREE).fit(texts, ["交通", "交通", "教育", "教育"])
    margins = model.decision_function(texts)
    assert margins.shape == (4,)
    assert (margins > 0).tolist() == [False, False, True, True]
    assert model.predict_proba(texts).shape == (4, 2)


def test_the_same_call_gives_the_same_model(model):
    texts, labels = messages(60, seed=1)
    again = clone(model).fit(texts, labels)
    assert np.array_equal(again.decision_function(texts), model.decision_function(texts))
    assert again.temperature_ == model.temperature_


def test_a_pickled_model_says_the_same(model):
    texts, _ = messages(10, seed=15)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict_proba(texts), model.predict_proba(texts))  # noqa: S301  its own pickle


def test_settings_are_read_set_and_left_alone_by_fitting():
    unlabelled = ["公交车", "幼儿园"]
    model = TextCategorizer(TREE, unlabelled, penalty=0.5)
    assert set(model.get_params()) == {"label_tree", "unlabelled", "names_weight", "penalty", "random_state", "encoder"}
    assert model.set_params(names_weight=0.1) is model
    texts, labels = messages(30, seed=16)
    assert model.fit(texts, labels) is model
    assert model.get_params()["names_weight"] == 0.1
    assert model.label_tree is TREE
    assert unlabelled == ["公交车", "幼儿园"]


def test_scikit_learn_validates_it_over_folds():
    texts, labels = messages(60, seed=17)
    scores = cross_val_score(TextCategorizer(TREE), texts, labels, cv=3, scoring="f1_macro")
    assert scores.min() > 0.9


def test_an_unfitted_categorizer_says_so():
    with pytest.raises(NotFittedError, match="not fitted"):
        TextCategorizer().predict(["公交车"])


@pytest.mark.parametrize(
    ("texts", "labels", "words"),
    [
        ("公交车", ["交通"], "got one text"),
        (7, ["交通"], "got int"),
        (["公交车", None], ["交通", "教育"], r"texts\[1\] is None"),
        (["公交车", "幼儿园"], ["交通"], "2 texts and labels of shape"),
        (["公交车", "幼儿园"], [["交通"], ["教育"]], "one label a text"),
        (["公交车", "幼儿园"], ["交通", None], r"labels\[1\] is None"),
        (["公交车", "幼儿园"], ["交通", float("nan")], r"labels\[1\] is nan"),
        (["公交车", "幼儿园"], ["交通", 3], "all texts or all whole numbers"),
        (["公交车", "出租车"], ["交通", "交通"], "at least two different labels"),
        ([], [], "at least two different labels"),
        ([" ", "\n"], ["交通", "教育"], "all 2 texts are blank"),
    ],
)
def test_texts_and_labels_that_cannot_be_learned_from_are_refused(texts, labels, words):
    with pytest.raises(CallError, match=words):
        TextCategorizer().fit(texts, labels)


@pytest.mark.parametrize(
    ("settings_", "words"),
    [
        ({"label_tree": "交通"}, "got str"),
        ({"label_tree": 5}, "got int"),
        ({"label_tree": ["交通", "教育"]}, "row 0 is '交通'"),
        ({"unlabelled": ["公交车", 5]}, r"unlabelled\[1\] is 5"),
        ({"names_weight": -1.0}, "got -1.0"),
        ({"names_weight": float("nan")}, "got nan"),
        ({"penalty": 0}, "and 0"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings_, words):
    with pytest.raises(CallError, match=words):
        TextCategorizer(**settings_).fit(["公交车", "幼儿园"], ["交通", "教育"])


def test_missing_cells_are_passed_over_in_the_tree_and_among_the_unlabelled():
    texts, labels = messages(30, seed=18)
    holes = pd.DataFrame([*TREE, ("教育", None, float("nan")), (None, "无主", "无主")])
    expected = TextCategorizer(TREE, ["公交车"]).fit(texts, labels).decision_function(texts)
    found = TextCategorizer(holes, ["公交车", None, float("nan")]).fit(texts, labels).decision_function(texts)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    "tree", [[], [()], [("其他", "其他")], [("", None)]], ids=["empty", "empty row", "catch-all", "blank"]
)
def test_a_tree_without_a_name_is_no_tree(tree):
    texts, labels = messages(30, seed=19)
    expected = TextCategorizer().fit(texts, labels).decision_function(texts)
    assert TextCategorizer(tree).fit(texts, labels).decision_function(texts) == pytest.approx(expected)


def test_the_level_that_holds_the_labels_is_the_level_of_the_categories():
    rows = read_tree(TREE)
    assert name_table(rows, ["交通", "教育"]).categories == ("交通", "教育", "环境", "农业")
    second = name_table(rows, ["出租车", "幼儿园"])
    assert second.categories[:3] == ("公交线路", "出租车", "停车管理")
    assert "交通" not in second.names
    assert "其他" not in second.names
    assert name_table(rows, ["无"]).categories == ("交通", "教育", "环境", "农业")


def test_looks_at_names_are_what_a_plain_loop_finds():
    texts, _ = messages(20, seed=20)
    space = learn_space(texts, [name for row in TREE for name in row])
    rows = space.message_rows(texts)
    table = name_table(read_tree(TREE), ["交通"])
    likeness = learn_likeness(table, space, rows)
    looks = likeness.looks(rows).reshape(20, 3, 4)
    names = space.name_rows(table.names).toarray()
    for text in range(20):
        cosines = names @ rows[[text]].toarray().ravel()
        best = np.asarray([cosines[np.asarray(table.owners) == category].max() for category in range(4)])
        few = np.asarray([np.sort(cosines[np.asarray(table.owners) == category])[-6:].mean() for category in range(4)])
        assert looks[text, 1] * likeness.spread[1] == pytest.approx(best - best.mean())
        assert looks[text, 2] * likeness.spread[2] == pytest.approx(few - few.mean())
    assert looks.std(axis=(0, 2)) == pytest.approx(1.0)
    assert looks.sum(axis=2) == pytest.approx(0.0, abs=1e-9)


def test_the_subject_counts_beside_the_whole_text():
    space = learn_space(["路灯坏了", "水管漏水"], [])
    text = "路灯坏了\n水管漏水" + "，水管漏水" * 30
    lead, whole = space.name_rows(["路灯坏了", text]).toarray()
    assert space.message_rows([text]).toarray()[0] == pytest.approx(lead + whole)


def test_a_long_first_line_is_no_subject():
    body = "今天" * 40
    assert lead_of(fold(f"{body}\n第二段")) == body[:30]
    assert lead_of(fold("  主题 \n正文")) == "主题"


def test_runs_seen_once_are_kept_only_while_texts_are_few():
    few = [f"第{chr(0x4E00 + number)}件" for number in range(MANY_TEXTS - 1)]
    assert "第 丁" in learn_space(few, []).counter.vocabulary_
    assert "第 丁" not in learn_space([*few, "又一件"], []).counter.vocabulary_


@given(codes=st.lists(st.integers(0, 4), min_size=1, max_size=60), seed=st.integers(0, 2**32 - 1))
def test_every_class_is_learned_from_in_every_fold(codes, seed):
    codes = np.unique(codes, return_inverse=True)[1]
    folds = deal_folds(codes, np.random.default_rng(seed))
    for fold_number in range(FOLDS):
        assert set(codes[folds != fold_number]) == set(codes)
    for code in set(codes.tolist()):
        sizes = np.bincount(folds[codes == code] + 1, minlength=FOLDS + 1)
        assert sizes[0] == (1 if np.sum(codes == code) == 1 else 0)
        assert sizes[1:].max() - sizes[1:].min() <= 1


def test_categories_with_one_text_each_leave_the_temperature_alone():
    model = TextCategorizer(TREE).fit(["公交车", "幼儿园"], ["交通", "教育"])
    assert model.temperature_ == 1.0


@settings(deadline=None, max_examples=25)
@given(factor=st.floats(0.2, 8), seed=st.integers(0, 1000))
def test_no_other_temperature_says_the_truth_better(factor, seed):
    random = np.random.default_rng(seed)
    margins = random.normal(size=(200, 3))
    chances = np.exp(log_softmax(factor * margins, axis=1))
    truth = np.asarray([random.choice(3, p=row) for row in chances])

    def loss(temperature):
        return -log_softmax(temperature * margins, axis=1)[np.arange(200), truth].mean()

    found = find_temperature(margins, truth)
    assert loss(found) <= min(loss(other) for other in np.geomspace(0.06, 45, 60)) + 1e-6


def test_rows_without_a_known_run_are_zeros():
    space = learn_space(["路灯坏了"], [])
    assert csr_matrix(space.message_rows(["qqq", ""])).nnz == 0
    assert space.message_rows([]).shape == (0, len(space.rarity))


def many_messages(*, shuffled_names):
    """More texts than `MANY_LABELS`; with `shuffled_names` the labels mean other things than the names of the tree say."""
    texts, labels = messages(MANY_LABELS + 50, seed=21)
    turned = {"交通": "教育", "教育": "环境", "环境": "交通"}
    return texts, [turned[label] for label in labels] if shuffled_names else labels


def test_where_labels_abound_the_names_count_no_more_than_they_help():
    texts, labels = many_messages(shuffled_names=True)
    model = TextCategorizer(TREE).fit(texts, labels)
    assert model.names_weight_ in WEIGHTS
    assert model.penalty_ in PENALTIES
    asked, truth = messages(100, seed=22)
    turned = {"交通": "教育", "教育": "环境", "环境": "交通"}
    assert np.mean(model.predict(asked) == [turned[label] for label in truth]) > 0.97


def test_settings_that_are_given_are_kept_however_many_labels_there_are():
    texts, labels = many_messages(shuffled_names=False)
    model = TextCategorizer(TREE, names_weight=0.2, penalty=0.5).fit(texts, labels)
    assert (model.names_weight_, model.penalty_) == (0.2, 0.5)


def test_few_labels_choose_nothing():
    texts, labels = messages(40, seed=23)
    model = TextCategorizer(TREE).fit(texts, labels)
    assert (model.names_weight_, model.penalty_) == (FEW_WEIGHT, FEW_PENALTY)


@pytest.mark.parametrize(("useful", "chosen"), [("names", 0.3), ("words", 0.0)])
def test_the_evidence_that_says_more_is_chosen(useful, chosen):
    random = np.random.default_rng(0)
    codes = random.integers(3, size=600)
    # each piece of evidence is right four times of five; useless evidence is as loud and right one time of three
    told = np.eye(3)[np.where(random.random(600) < 0.8, codes, random.integers(3, size=600))]
    noise = random.normal(size=(600, 200))

    def features(weight):
        names, words = (told, noise / 10) if useful == "names" else (noise * 10, told)
        return csr_matrix(np.hstack([words, weight * names]))

    settings = choose_settings(
        features,
        codes,
        deal_folds(codes, random),
        lambda penalty: LinearSVC(C=penalty, random_state=0),
        weights=(0.3, 0.0),
        penalties=(0.3,),
    )
    assert settings.names_weight == chosen
    assert settings.penalty == 0.3


def test_a_tie_keeps_the_usual_settings():
    codes = np.tile([0, 1], 100)
    settings = choose_settings(
        lambda _weight: csr_matrix(np.eye(2)[codes]),
        codes,
        deal_folds(codes, np.random.default_rng(0)),
        lambda penalty: LinearSVC(C=penalty, random_state=0),
        weights=(0.3, 0.1, 0.0),
        penalties=(0.3, 1.0),
    )
    assert (settings.names_weight, settings.penalty) == (0.3, 0.3)


def test_labels_that_are_numbers_of_numpy_come_back_as_they_went_in():
    texts, labels = messages(40, seed=24)
    numbers = np.array([list(MATTERS).index(label) for label in labels], dtype=np.int32)
    model = TextCategorizer(TREE).fit(np.array(texts), numbers)
    assert np.issubdtype(model.predict(texts).dtype, np.integer)
    assert model.score(texts, numbers) > 0.95


def test_it_stands_in_a_pipeline_and_a_search_of_settings():
    texts, labels = messages(60, seed=25)
    search = GridSearchCV(
        make_pipeline(TextCategorizer(TREE)), {"textcategorizer__penalty": [0.1, 0.3]}, cv=2, scoring="f1_macro"
    )
    search.fit(texts, labels)
    assert search.best_score_ > 0.9
    assert is_classifier(TextCategorizer())
