"""Message → first-level category: how often the categorizer is right on messages it has not seen.

    python benchmarks/text_categories.py FOLDER [--only folds|locked|forms|parts|tokens|curve|many|scale]

FOLDER holds label_tree_517.xlsx, labelled_sample_495.xlsx and messages_and_replies_2816.xlsx (public messages, none of
them shipped). Near-duplicates never straddle a split. Settings were chosen on two thirds of the labelled messages
("development"); the other third was looked at once, when nothing was left to choose.
"""

import argparse
import dataclasses
import importlib
import re
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, classification_report, f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC

from matching.affinity.categorizer import TextCategorizer

LOCK_SEED = 20261122
ALIKE = 0.45


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    subjects: np.ndarray
    bodies: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    tree: pd.DataFrame
    unlabelled: list[str]
    answers: list[str]

    @property
    def texts(self):
        return self.subjects + "\n" + self.bodies


def read_sample(folder):
    labelled = pd.read_excel(folder / "labelled_sample_495.xlsx", dtype=str).fillna("")
    other = pd.read_excel(folder / "messages_and_replies_2816.xlsx", dtype=str).fillna("")
    subjects, bodies = (labelled[name].str.strip().to_numpy(object) for name in ("留言主题", "留言详情"))
    grams = TfidfVectorizer(analyzer="char", ngram_range=(3, 4), sublinear_tf=True)
    rows = grams.fit_transform(["".join(text.split()) for text in subjects + bodies])
    _, groups = connected_components((rows @ rows.T) > ALIKE, directed=False)
    return Sample(
        subjects,
        bodies,
        labelled["一级分类"].to_numpy(object),
        groups,
        pd.read_excel(folder / "label_tree_517.xlsx", dtype=str),
        (other["留言主题"].str.strip() + "\n" + other["留言详情"].str.strip()).tolist(),
        other["答复意见"].tolist(),
    )


def locked_split(sample):
    splitter = StratifiedGroupKFold(3, shuffle=True, random_state=LOCK_SEED)
    return next(splitter.split(sample.texts, sample.labels, sample.groups))


def plain_machine():
    return make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True), LinearSVC())


def macro_f1(truth, said):
    return f1_score(truth, said, average="macro")


def held_out(make, sample, members, *, folds=5, seed=0, asked=None):
    """Labels said of each member by a model that saw neither it nor anything nearly the same."""
    said = np.empty(len(members), dtype=object)
    asked = sample.texts if asked is None else asked
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for train, test in splitter.split(members, sample.labels[members], sample.groups[members]):
        model = make().fit(sample.texts[members[train]], sample.labels[members[train]])
        said[test] = model.predict(asked[members[test]])
    return said


def show(title, make, sample, members, *, repeats=3, folds=5, asked=None):
    truth = sample.labels[members]
    figures = [
        macro_f1(truth, held_out(make, sample, members, folds=folds, seed=seed, asked=asked)) for seed in range(repeats)
    ]
    print(f"{title:55s} {np.mean(figures):.3f}  ({min(figures):.3f} to {max(figures):.3f})", flush=True)


def makers(sample):
    def both(**settings):
        return lambda: TextCategorizer(sample.tree, sample.unlabelled, **settings)

    return both


def compare_parts(sample):
    development, _ = locked_split(sample)
    both = makers(sample)
    print(f"development messages only ({len(development)}), 5 folds, macro-F1 (mean, range of the repeats)")
    show("plain character SVM", plain_machine, sample, development)
    show("neither names nor unlabelled", TextCategorizer, sample, development)
    show("unlabelled only", lambda: TextCategorizer(None, sample.unlabelled), sample, development)
    show("names only", lambda: TextCategorizer(sample.tree), sample, development)
    show("both", both(), sample, development)
    for weight in (0.1, 0.2, 0.4, 0.6):
        show(f"both, names_weight {weight}", both(names_weight=weight), sample, development)
    for penalty in (0.1, 1.0):
        show(f"both, penalty {penalty}", both(penalty=penalty), sample, development)


def compare_forms(sample):
    development, _ = locked_split(sample)
    make = makers(sample)()
    print("learned from subject + line break + body, asked with")
    forms = {
        "the same": sample.texts,
        "the body only": sample.bodies,
        "the subject only": sample.subjects,
        "subject and body in one piece": sample.subjects + sample.bodies,
    }
    for title, asked in forms.items():
        show(title, make, sample, development, repeats=1, asked=asked)


def fold_figures(sample):
    everyone = np.arange(len(sample.labels))
    print("all 495 labelled messages, macro-F1 (mean, range of the repeats)")
    show("5 folds (learned from 396)", makers(sample)(), sample, everyone, repeats=5)
    show("10 folds (learned from 445)", makers(sample)(), sample, everyone, repeats=3, folds=10)
    show("plain character SVM, 10 folds", plain_machine, sample, everyone, repeats=3, folds=10)
    for size in (7, 14, 35):
        show_few(sample, size)


def show_few(sample, size):
    figures = []
    for seed in range(5):
        random = np.random.default_rng(seed)
        train = np.concatenate(
            [
                random.choice(np.flatnonzero(sample.labels == label), size // 7, replace=False)
                for label in np.unique(sample.labels)
            ]
        )
        test = np.flatnonzero(~np.isin(sample.groups, sample.groups[train]))
        model = TextCategorizer(sample.tree, sample.unlabelled).fit(sample.texts[train], sample.labels[train])
        figures.append(macro_f1(sample.labels[test], model.predict(sample.texts[test])))
    print(
        f"{f'learned from {size}, asked of the others':55s} {np.mean(figures):.3f}  ({min(figures):.3f} to {max(figures):.3f})"
    )


def locked_figure(sample):
    train, test = locked_split(sample)
    start = time.process_time()
    model = TextCategorizer(sample.tree, sample.unlabelled).fit(sample.texts[train], sample.labels[train])
    took = time.process_time() - start
    probabilities = model.predict_proba(sample.texts[test])
    said, truth = model.classes_[probabilities.argmax(axis=1)], sample.labels[test]
    right = probabilities[np.arange(len(test)), np.searchsorted(model.classes_, truth)]
    plain = plain_machine().fit(sample.texts[train], sample.labels[train]).predict(sample.texts[test])
    print(f"locked third: learned from {len(train)} in {took:.1f} s of processor time, asked of {len(test)}")
    print(classification_report(truth, said, digits=3))
    print(f"macro-F1 {macro_f1(truth, said):.3f}, plain character SVM {macro_f1(truth, plain):.3f}")
    draws = [np.random.default_rng(seed).integers(len(test), size=len(test)) for seed in range(1000)]
    low, high = np.percentile([macro_f1(truth[draw], said[draw]) for draw in draws], [2.5, 97.5])
    print(f"95 % bootstrap interval {low:.3f} to {high:.3f}")
    print(
        f"probability of the said {probabilities.max(axis=1).mean():.3f}, share right {accuracy_score(truth, said):.3f}, "
        f"log loss {-np.log(right).mean():.3f}"
    )


def word_cutters():
    """The tokenizers that are installed, each as a function from a text to its words; none belongs to the project."""
    cutters = {}
    for name in ("jieba", "rjieba", "pkuseg"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed: left out")
            continue
        cutters[name] = (
            module.pkuseg().cut if name == "pkuseg" else getattr(module, "lcut" if name == "jieba" else "cut")
        )
    return cutters


def compare_tokens(sample):
    """Words of each tokenizer that is installed against runs of characters, in one plain machine."""
    development, _ = locked_split(sample)
    makes = {
        f"characters {low} to {high}": {"analyzer": "char", "ngram_range": (low, high)}
        for low, high in ((1, 2), (1, 3), (2, 4))
    }
    runs = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).build_analyzer()
    for name, cut in word_cutters().items():
        start = time.process_time()
        words = {text: [word for word in cut(text) if word.strip()] for text in sample.texts}
        print(f"{name}: {1000 * (time.process_time() - start) / len(words):.2f} ms a message")
        makes[f"words of {name}"] = {"analyzer": words.__getitem__}
        makes[f"words of {name} and characters 1 to 2"] = {
            "analyzer": lambda text, words=words: [*runs(text), *("w " + word for word in words[text])]
        }
    for title, settings in makes.items():

        def make(settings=settings):
            return make_pipeline(
                TfidfVectorizer(sublinear_tf=True, **settings), LinearSVC(C=0.3, class_weight="balanced")
            )

        show(title, make, sample, development)


def rich_machine(penalty):
    """A tuned linear machine on runs of one to four characters and on words, if jieba is installed."""
    parts = [("runs", TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2))]
    try:
        import jieba
    except ImportError:
        pass
    else:
        parts.append(("words", TfidfVectorizer(analyzer=jieba.lcut, sublinear_tf=True, min_df=2)))
    return make_pipeline(FeatureUnion(parts), LinearSVC(C=penalty, class_weight="balanced"))


def learning_curve(sample):
    """Ever more labels against the same held-out fold: ours, and a plain machine tuned on the figure itself."""
    sizes = (50, 100, 200, 300, 396)
    makes = {
        "names and unlabelled": makers(sample)(),
        "neither": TextCategorizer,
        **{f"runs 1 to 4 and words, C {c}": (lambda c=c: rich_machine(c)) for c in (0.3, 1.0, 3.0)},
    }
    print("learned from".ljust(40), *sizes)
    for title, make in makes.items():
        figures = {size: [] for size in sizes}
        for seed in range(2):
            splitter = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
            said = {size: np.empty(len(sample.labels), dtype=object) for size in sizes}
            for train, test in splitter.split(sample.texts, sample.labels, sample.groups):
                order = np.random.default_rng(seed).permutation(train)
                for size in sizes:
                    chosen = order[:size]
                    said[size][test] = (
                        make().fit(sample.texts[chosen], sample.labels[chosen]).predict(sample.texts[test])
                    )
            for size in sizes:
                figures[size].append(macro_f1(sample.labels, said[size]))
        print(title.ljust(40), *(f"{np.mean(figures[size]):.3f}" for size in sizes), flush=True)


# Departments that answer for a category. A message whose answer names those of one category only gets it as a stand-in label,
# which nobody read off the message: noisy, but of another hand than the names of the tree.
DEPARTMENTS = {
    "城乡建设": r"住建局|住房和城乡建设|城管(?:局|执法)|城市管理(?:局|和|行政)|房产局|房管局|规划局|园林局|住保局|水务局",
    "环境保护": r"环保局|环境保护局|生态环境局",
    "交通运输": r"交通运输局|交通局|交警|运管|轨道集团|轨道公司|公路局|公交公司|交通运输委|交通管理局",
    "教育文体": r"教育局|教体局|文体局|文旅广体|文体广",
    "劳动和社会保障": r"人社局|人力资源(?:和|与)社会|社保局|劳动监察|医保局|医疗保障局|养老保险",
    "商贸旅游": r"商务局|旅游局|市场监督|工商局|食药监|食品药品监督|质监局|旅游外事|市场监管",
    "卫生计生": r"卫计|卫健|卫生健康|卫生局|疾控|计生局|卫生和计划",
}


def answered_by(answer):
    named = [label for label, words in DEPARTMENTS.items() if re.search(words, answer[:400])]
    return named[0] if len(named) == 1 else None


def compare_many(sample):
    """More labels than 495: those of the department that answered, beside and instead of the labels by hand."""
    stand_in = np.array([answered_by(answer) for answer in sample.answers], dtype=object)
    chosen = np.flatnonzero(stand_in != None)  # noqa: E711  element by element
    others, named = np.array(sample.unlabelled, dtype=object)[chosen], stand_in[chosen]
    n_others = len(others)
    print(
        f"{len(sample.labels)} messages labelled by hand, {n_others} by the department that answered; 5 folds, macro-F1"
    )
    fixed = {"names_weight": 0.3, "penalty": 0.3}
    makes = {
        "names and penalty found": lambda: TextCategorizer(sample.tree, sample.unlabelled),
        "fixed at 0.3 and 0.3": lambda: TextCategorizer(sample.tree, sample.unlabelled, **fixed),
        "neither names nor unlabelled": lambda: TextCategorizer(penalty=0.3),
        "plain character SVM": plain_machine,
    }
    for title, make in makes.items():
        figures = []
        said = {name: np.empty(len(sample.labels), dtype=object) for name in ("by hand", "by both")}
        said_others = np.empty(n_others, dtype=object)
        parts = np.random.default_rng(0).permutation(n_others) % 5
        splitter = StratifiedGroupKFold(5, shuffle=True, random_state=0)
        for part, (train, test) in enumerate(splitter.split(sample.texts, sample.labels, sample.groups)):
            texts, labels = sample.texts[train], sample.labels[train]
            said["by hand"][test] = make().fit(texts, labels).predict(sample.texts[test])
            both = make().fit(np.concatenate([texts, others]), np.concatenate([labels, named]))
            said["by both"][test] = both.predict(sample.texts[test])
            kept = parts != part
            model = make().fit(
                np.concatenate([sample.texts, others[kept]]), np.concatenate([sample.labels, named[kept]])
            )
            said_others[~kept] = model.predict(others[~kept])
            if isinstance(model, TextCategorizer):
                figures.append(f"{model.names_weight_}/{model.penalty_}")
        print(
            f"{title:32s} asked of labels by hand, learned by hand {macro_f1(sample.labels, said['by hand']):.3f}, "
            f"by both {macro_f1(sample.labels, said['by both']):.3f}; asked of departments, learned by both "
            f"{macro_f1(named, said_others):.3f}  {' '.join(figures)}",
            flush=True,
        )


def time_scale(sample):
    """Fit on as many texts as the large case has: the messages at hand, drawn again with a third of their characters gone."""
    random = np.random.default_rng(0)
    small = TextCategorizer(sample.tree, sample.unlabelled).fit(sample.texts, sample.labels)
    texts = np.asarray([*sample.texts, *sample.unlabelled], dtype=object)
    labels = np.concatenate([sample.labels, small.predict(sample.unlabelled)])
    drawn = random.integers(len(texts), size=9000)
    thinned = ["".join(np.asarray(list(text))[random.random(len(text)) > 0.3]) for text in texts[drawn]]
    wrong = random.random(len(drawn)) < 0.08
    labels = np.where(wrong, random.choice(small.classes_, size=len(drawn)), labels[drawn])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    model = TextCategorizer(sample.tree, sample.unlabelled).fit(thinned, labels)
    middle = time.process_time()
    model.predict_proba(thinned[:1000])
    print(f"fit on 9,000 texts of {np.mean([len(t) for t in thinned]):.0f} characters, one label in twelve wrong: "
          f"{middle - start:.1f} s of processor time, names {model.names_weight_}, penalty {model.penalty_}")  # fmt: skip
    print(f"1,000 texts read in {time.process_time() - middle:.2f} s")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"most memory of the process {after / 1024:.0f} MiB, of it {before / 1024:.0f} before")


PARTS = {
    "parts": compare_parts,
    "tokens": compare_tokens,
    "forms": compare_forms,
    "curve": learning_curve,
    "many": compare_many,
    "scale": time_scale,
    "folds": fold_figures,
    "locked": locked_figure,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=PARTS)
    arguments = parser.parse_args()
    sample = read_sample(arguments.folder)
    for name, work in PARTS.items():
        if arguments.only in (None, name):
            print(f"\n== {name}")
            work(sample)


if __name__ == "__main__":
    main()
