"""How much the names of categories count and how closely labels are followed: found on texts held out, where there are many."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

# What is used where nobody set it and labels are too few to find it: the best of the 330 messages of docs/decisions/0030.
FEW_WEIGHT, FEW_PENALTY = 0.3, 0.3
# From this many labelled texts on, held-out texts tell settings apart: a fifth of them is two hundred.
MANY_LABELS = 1000
# Where labels abound the names may be mere ballast, and the labels may be followed more closely or less.
WEIGHTS = (0.3, 0.1, 0.0)
PENALTIES = (0.3, 0.1, 1.0)
# Folds that settings are compared on; a later setting must be better by this much macro-F1 than an earlier one.
CHOICE_FOLDS = 2
MARGIN = 0.002


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What a categorizer learns with.

    Attributes
    ----------
    names_weight : float >= 0
        Size of the names' evidence.
    penalty : float > 0
        `C` of the support vector machine.
    """

    names_weight: float
    penalty: float


def choose_settings(
    features: Callable[[float], csr_matrix],
    codes: Codes,
    folds: NDArray[np.intp],
    machine: Callable[[float], LinearSVC],
    *,
    weights: Sequence[float],
    penalties: Sequence[float],
) -> Settings:
    """Choose the weight of the names, then the penalty, by macro-F1 on texts held out.

    Parameters
    ----------
    features : callable from names_weight to csr_matrix of shape (n_texts, n_features)
        The rows of the texts.
    codes : ndarray of shape (n_texts,)
        Class of each text, from 0.
    folds : ndarray of shape (n_texts,)
        Of `deal_folds`; the first `CHOICE_FOLDS` are held out in turn.
    machine : callable from penalty to LinearSVC
        Not yet fitted.
    weights, penalties : sequence of float, length >= 1
        What there is to choose from, the usual first: it is kept unless another is better by `MARGIN`.

    Returns
    -------
    settings : Settings
    """
    chosen = Settings(weights[0], penalties[0])
    best = -np.inf
    if len(weights) == len(penalties) == 1:
        return chosen
    for weight in weights:
        rows = features(weight)
        found = _macro_f1(rows, codes, folds, machine(penalties[0]))
        if found > best + (MARGIN if np.isfinite(best) else 0.0):
            chosen, best = Settings(weight, penalties[0]), found
    rows = features(chosen.names_weight)
    for penalty in penalties[1:]:
        found = _macro_f1(rows, codes, folds, machine(penalty))
        if found > best + MARGIN:
            chosen, best = Settings(chosen.names_weight, penalty), found
    return chosen


def _macro_f1(rows: csr_matrix, codes: Codes, folds: NDArray[np.intp], machine: LinearSVC) -> float:
    """Fit on all but one fold, for each of the first folds, and pool what is said of them."""
    said = np.full(len(codes), -1, dtype=np.intp)
    for fold in range(CHOICE_FOLDS):
        held_out = folds == fold
        said[held_out] = machine.fit(rows[~held_out], codes[~held_out]).predict(rows[held_out])
    asked = said >= 0
    return float(f1_score(codes[asked], said[asked], average="macro"))
