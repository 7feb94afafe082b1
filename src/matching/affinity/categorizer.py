"""Message → category, from few labels: the words of the category tree and of unlabelled messages make up for them."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from matching.affinity.categorizer_calibration import deal_folds, find_temperature, margins_of
from matching.affinity.categorizer_choice import (
    FEW_PENALTY,
    FEW_WEIGHT,
    MANY_LABELS,
    PENALTIES,
    WEIGHTS,
    Settings,
    choose_settings,
)
from matching.affinity.categorizer_features import TextSpace, learn_space
from matching.affinity.categorizer_inputs import read_labels, read_texts
from matching.affinity.categorizer_names import NameLikeness, learn_likeness, name_table, read_tree
from matching.affinity.encoder import Encoder, Remembering, remember
from matching.errors import CallError

# Texts turned into rows at once: bounds the memory, whatever the number of texts.
BLOCK = 2000
# Length of an encoder's vector beside a text's runs, whose length is 1 to 2.
ENCODER_WEIGHT = 1.0


def _blocks(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + BLOCK] for start in range(0, len(texts), BLOCK)]


def _joined(words: csr_matrix, looks: NDArray[np.float64] | None, weight: float) -> csr_matrix:
    return words if looks is None else csr_matrix(hstack([words, csr_matrix(weight * looks)]))


class TextCategorizer(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Sort texts into categories, in Chinese or any language, from few labels or many.

    Runs of one and two characters (Latin script: words), the subject counted twice, are weighed by how rare they are in all texts at
    hand. How like each category's names a text is, is a second kind of evidence that needs no label. One linear support vector
    machine learns from both, so that the names carry what few labels cannot and labels overrule the names where they abound.
    The margins become probabilities by one temperature, found on texts held out.

    Parameters
    ----------
    label_tree : DataFrame, array or list of rows, optional
        Names of the categories and of what belongs to them, level by level, one row a leaf. Categories outside the labels may be
        among them. Catch-all names (其他) are passed over.
    unlabelled : list of str, optional
        Texts to learn the language from. Missing ones are passed over.
    names_weight : float >= 0, optional
        Size of the names' evidence beside that of the words (dimensionless). Left out it is 0.3, and from 1,000 labelled texts on
        whatever does best on texts held out: where labels abound the names may be ballast.
    penalty : float > 0, optional
        `C` of the support vector machine: the higher, the closer it follows the labels. Left out it is found the same way.
    random_state : int, default=0
        Seed of the solver and of the folds that the temperature is found on.
    encoder : Encoder, optional
        Any object with ``encode(list of str) -> array of shape (n, d)``: its vectors, brought to length 1, stand beside the runs.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels learned, sorted.
    temperature_ : float > 0
        What margins are multiplied by before they become probabilities.
    names_weight_, penalty_ : float
        What was learned with.

    Examples
    --------
    >>> tree = [("交通", "公交线路"), ("交通", "出租车"), ("教育", "幼儿园"), ("教育", "教师待遇")]
    >>> texts = ["公交车总是不来", "出租车拒载", "幼儿园太贵", "老师的工资没有发"]
    >>> model = TextCategorizer(label_tree=tree).fit(texts, ["交通", "交通", "教育", "教育"])
    >>> [str(category) for category in model.predict(["公交站太远", "教师待遇低"])]
    ['交通', '教育']
    """

    classes_: NDArray[Any]
    temperature_: float
    names_weight_: float
    penalty_: float

    def __init__(
        self,
        label_tree: object = None,
        unlabelled: Iterable[str] | None = None,
        *,
        names_weight: float | None = None,
        penalty: float | None = None,
        random_state: int = 0,
        encoder: Encoder | None = None,
    ) -> None:
        self.label_tree = label_tree
        self.unlabelled = unlabelled
        self.names_weight = names_weight
        self.penalty = penalty
        self.random_state = random_state
        self.encoder = encoder

    def fit(self, texts: Iterable[str], labels: ArrayLike) -> Self:
        """Learn from labelled texts.

        Parameters
        ----------
        texts : iterable of str, length n_texts
            Subject and body with a line break between, or either alone.
        labels : array-like of shape (n_texts,)
            Their categories: str or int, at least two different ones.

        Returns
        -------
        self : TextCategorizer

        Raises
        ------
        CallError
            If texts or labels are missing or of another kind, their numbers differ, or there is but one label.
        """
        said = read_texts(texts, "texts")
        self.classes_, codes = read_labels(labels, len(said))
        if (self.names_weight is not None and not self.names_weight >= 0) or (
            self.penalty is not None and not self.penalty > 0
        ):
            raise CallError(
                f"names_weight is at least 0 and penalty above 0 · got {self.names_weight!r} and {self.penalty!r} · leave them out."
            )
        rows = read_tree(self.label_tree) if self.label_tree is not None else ()
        table = name_table(rows, self.classes_)
        known = () if self.unlabelled is None else read_texts(self.unlabelled, "unlabelled", skip_missing=True)
        try:
            self._space: TextSpace = learn_space([*said, *known], table.names)
        except ValueError as error:
            raise CallError(
                f"At least one text must hold a word · all {len(said)} texts are blank · check the column they were read from."
            ) from error
        self._encoder: Remembering | None = remember(self.encoder) if self.encoder is not None else None
        words = self._word_rows(said)
        has_names = bool(table.categories) and self.names_weight != 0
        self._likeness: NameLikeness | None = learn_likeness(table, self._space, words) if has_names else None
        folds = deal_folds(codes, np.random.default_rng(self.random_state))
        looks, words = self._looks(words), self._with_encoded(words, said)
        settings = self._choose(words, looks, codes, folds)
        self.names_weight_, self.penalty_ = settings.names_weight, settings.penalty
        features = _joined(words, looks, self.names_weight_)
        self.temperature_ = find_temperature(*self._held_out_margins(features, codes, folds))
        self._machine: LinearSVC = self._new_machine(self.penalty_).fit(features, codes)
        return self

    def predict(self, texts: Iterable[str]) -> NDArray[Any]:
        """Choose the most probable category of each text.

        Parameters
        ----------
        texts : iterable of str, length n_texts
            As for `fit`.

        Returns
        -------
        labels : ndarray of shape (n_texts,)
            Of `classes_`.

        Raises
        ------
        CallError
            If a text is missing or is no text.
        """
        margins = self._margins(texts)
        return np.asarray(self.classes_[margins.argmax(axis=1)])

    def predict_proba(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """State how probable each category is.

        Parameters
        ----------
        texts : iterable of str, length n_texts
            As for `fit`.

        Returns
        -------
        probabilities : ndarray of shape (n_texts, n_classes)
            Rows sum to 1, columns are `classes_`; the largest of a row is the one that `predict` gives.

        Raises
        ------
        CallError
            If a text is missing or is no text.

        References
        ----------
        Guo, Pleiss, Sun, Weinberger (2017): On calibration of modern neural networks, section 4.2, temperature scaling.
        """
        return np.asarray(softmax(self._margins(texts) * self.temperature_, axis=1))

    def decision_function(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Measure how far each text lies on each category's side.

        Parameters
        ----------
        texts : iterable of str, length n_texts
            As for `fit`.

        Returns
        -------
        margins : ndarray of shape (n_texts, n_classes), or (n_texts,) for two categories
            Above 0 where the category claims the text; of two categories the second, as scikit-learn wants it.

        Raises
        ------
        CallError
            If a text is missing or is no text.
        """
        margins = self._margins(texts)
        return margins[:, 1] if len(self.classes_) == 2 else margins

    def _margins(self, texts: Iterable[str]) -> NDArray[np.float64]:
        check_is_fitted(self, "classes_")
        said = read_texts(texts, "texts")
        margins = []
        for block in _blocks(said):
            rows = self._space.message_rows(block)
            features = _joined(self._with_encoded(rows, block), self._looks(rows), self.names_weight_)
            margins.append(margins_of(self._machine, features))
        return np.vstack([np.empty((0, len(self.classes_))), *margins])

    def _word_rows(self, said: Sequence[str]) -> csr_matrix:
        return csr_matrix(vstack([self._space.message_rows(block) for block in _blocks(said)]))

    def _with_encoded(self, rows: csr_matrix, said: Sequence[str]) -> csr_matrix:
        if self._encoder is None:
            return rows
        return csr_matrix(hstack([rows, csr_matrix(ENCODER_WEIGHT * self._encoder.encode(said))]))

    def _looks(self, words: csr_matrix) -> NDArray[np.float64] | None:
        if self._likeness is None:
            return None
        return np.vstack(
            [self._likeness.looks(words[start : start + BLOCK]) for start in range(0, words.shape[0], BLOCK)]
        )

    def _choose(
        self, words: csr_matrix, looks: NDArray[np.float64] | None, codes: NDArray[np.intp], folds: NDArray[np.intp]
    ) -> Settings:
        is_many = len(codes) >= MANY_LABELS
        weights = (self.names_weight,) if self.names_weight is not None else WEIGHTS if is_many else (FEW_WEIGHT,)
        penalties = (self.penalty,) if self.penalty is not None else PENALTIES if is_many else (FEW_PENALTY,)
        return choose_settings(
            lambda weight: _joined(words, looks, weight),
            codes,
            folds,
            self._new_machine,
            weights=weights if looks is not None else weights[:1],
            penalties=penalties,
        )

    def _new_machine(self, penalty: float) -> LinearSVC:
        # A text of one class more or less must not move the others: the rare categories weigh as much as the common ones.
        return LinearSVC(C=penalty, class_weight="balanced", random_state=self.random_state, max_iter=10_000)

    def _held_out_margins(
        self, features: csr_matrix, codes: NDArray[np.intp], folds: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        margins, truth = [np.empty((0, len(self.classes_)))], [np.empty(0, dtype=np.intp)]
        for fold in range(folds.max() + 1):
            machine = self._new_machine(self.penalty_).fit(features[folds != fold], codes[folds != fold])
            margins.append(margins_of(machine, features[folds == fold]))
            truth.append(codes[folds == fold])
        return np.vstack(margins), np.concatenate(truth)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.no_validation = True
        return tags
