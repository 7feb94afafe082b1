"""From margins to probabilities: folds dealt by class, and one temperature found on the texts held out."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import log_softmax
from sklearn.svm import LinearSVC

FOLDS = 5
# Between "margins mean next to nothing" and "margins are certain"; the bounds hold where every held-out text is right.
COLDEST, HOTTEST = 0.05, 50.0
# Each round narrows the search to a tenth: after six the factor is known to five figures.
STEPS, ROUNDS = 21, 6


def margins_of(machine: LinearSVC, features: csr_matrix) -> NDArray[np.float64]:
    """Margins of a fitted machine, one column a class for two classes too.

    Parameters
    ----------
    machine : LinearSVC
        Fitted.
    features : csr_matrix of shape (n_texts, n_features)
        Rows of texts.

    Returns
    -------
    margins : ndarray of shape (n_texts, n_classes)
    """
    margins = np.asarray(machine.decision_function(features))
    return margins if margins.ndim == 2 else np.column_stack([-margins, margins])


def deal_folds(codes: NDArray[np.intp], random: np.random.Generator) -> NDArray[np.intp]:
    """Deal the texts of each class over the folds in turn, so that no class is ever missing from what is learned.

    Parameters
    ----------
    codes : ndarray of shape (n_texts,)
        Class of each text, from 0.
    random : Generator
        Shuffles the texts of a class.

    Returns
    -------
    folds : ndarray of shape (n_texts,), values in -1 ... FOLDS - 1
        -1 for the only text of its class, which is never held out.
    """
    folds = np.full(len(codes), -1, dtype=np.intp)
    for code in np.unique(codes):
        members = np.flatnonzero(codes == code)
        if len(members) > 1:
            folds[random.permutation(members)] = np.arange(len(members)) % FOLDS
    return folds


def find_temperature(margins: NDArray[np.float64], truth: NDArray[np.intp]) -> float:
    """Find the factor that makes ``softmax(factor * margins)`` say the truth best.

    Parameters
    ----------
    margins : ndarray of shape (n_texts, n_classes)
        Of texts that the machine had not seen.
    truth : ndarray of shape (n_texts,)
        Their columns.

    Returns
    -------
    factor : float in [COLDEST, HOTTEST]
        1 where there is no text to find it on. It never changes which class is the most probable.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017): On calibration of modern neural networks, section 4.2 (the inverse of their T).
    """
    if not len(truth):
        return 1.0

    exponents = np.linspace(np.log(COLDEST), np.log(HOTTEST), STEPS)
    # The loss is convex in the factor: the lowest point of a grid encloses the best, and a finer grid there finds it.
    for _ in range(ROUNDS):
        lowest = int(np.argmin([_loss(margins, truth, float(np.exp(exponent))) for exponent in exponents]))
        exponents = np.linspace(exponents[max(lowest - 1, 0)], exponents[min(lowest + 1, STEPS - 1)], STEPS)
    return float(np.exp(exponents[STEPS // 2]))


def _loss(margins: NDArray[np.float64], truth: NDArray[np.intp], factor: float) -> float:
    said = log_softmax(factor * margins, axis=1)
    return -float(said[np.arange(len(truth)), truth].mean())
