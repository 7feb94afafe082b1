"""Texts as sparse rows: what a message says, the subject counted twice, rare words counted more."""

import dataclasses
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

# A Chinese character is an atom, so is a Latin word or a single figure: runs of one and two atoms are the features.
RUN_ATOM = r"[a-z]+|[^\sa-z]"
RUNS = (1, 2)
# A first line longer than this is no subject; of a text in one piece, this much of its start is taken for one.
LEAD = 60
LEAD_OF_ONE_PIECE = 30
# From this many texts on, a run that stands in only one of them is left out: nine in ten are, and none of them says anything.
MANY_TEXTS = 100


def fold(text: str) -> str:
    """Bring a text to one form: half-width, lower case, stripped.

    Parameters
    ----------
    text : str
        As typed.

    Returns
    -------
    folded : str

    Examples
    --------
    >>> fold("  ＡＢ市 路灯坏了 ")
    'ab市 路灯坏了'
    """
    return unicodedata.normalize("NFKC", text).lower().strip()


def lead_of(folded: str) -> str:
    r"""Take the subject of a message: its first line, or its start where it has but one line.

    Parameters
    ----------
    folded : str
        A folded text.

    Returns
    -------
    lead : str
        The whole text where it is short.

    Examples
    --------
    >>> lead_of("路灯坏了\n三天没人修，晚上出门看不见路。")
    '路灯坏了'
    >>> len(lead_of("很" * 200))
    30
    """
    first, newline, _ = folded.partition("\n")
    first = first.strip()
    if newline and len(first) <= LEAD:
        return first
    return folded[:LEAD_OF_ONE_PIECE]


@dataclasses.dataclass(frozen=True, slots=True)
class TextSpace:
    """The vocabulary of a language sample and how rare each of its runs is.

    Attributes
    ----------
    counter : CountVectorizer
        Fitted; yields counts of runs.
    rarity : ndarray of shape (n_runs,), values >= 1
        Smoothed inverse document frequency.
    """

    counter: CountVectorizer
    rarity: NDArray[np.float64]

    def name_rows(self, names: Sequence[str]) -> csr_matrix:
        """Turn names into rows of length 1.

        Parameters
        ----------
        names : sequence of str, length n_names
            Names, or several names in one text.

        Returns
        -------
        rows : csr_matrix of shape (n_names, n_runs)
            A name without any known run is a row of zeros.
        """
        return self._weigh([fold(name) for name in names])

    def message_rows(self, texts: Sequence[str]) -> csr_matrix:
        """Turn messages into rows: the subject's row plus the whole text's row, each of length 1.

        Parameters
        ----------
        texts : sequence of str, length n_texts
            Subject and body with a line break between, or either alone.

        Returns
        -------
        rows : csr_matrix of shape (n_texts, n_runs)
            Of length 0 (an empty text) to 2.
        """
        folded = [fold(text) for text in texts]
        return csr_matrix(self._weigh([lead_of(text) for text in folded]) + self._weigh(folded))

    def _weigh(self, folded: Sequence[str]) -> csr_matrix:
        if not folded:
            return csr_matrix((0, len(self.rarity)))
        counts = self.counter.transform(folded).astype(np.float64)
        counts.data = 1 + np.log(counts.data)
        weighed = csr_matrix(counts)
        weighed.data *= self.rarity[weighed.indices]
        return csr_matrix(normalize(weighed, copy=False))


def learn_space(texts: Sequence[str], names: Sequence[str]) -> TextSpace:
    """Learn the vocabulary from texts, and that of names which the texts may yet use.

    Parameters
    ----------
    texts : sequence of str, length n_texts
        Every text at hand, labelled or not.
    names : sequence of str
        Names of categories; may be empty.

    Returns
    -------
    space : TextSpace

    Raises
    ------
    ValueError
        If no text and no name holds a single atom.

    References
    ----------
    Smoothed idf and logarithmic counts as in Manning, Raghavan, Schütze: Introduction to Information Retrieval, 6.4.
    """
    least = 2 if len(texts) >= MANY_TEXTS else 1
    counter = CountVectorizer(lowercase=False, token_pattern=RUN_ATOM, ngram_range=RUNS, min_df=least, dtype=np.int32)
    counts = csr_matrix(counter.fit_transform([fold(text) for text in [*texts, *names]])[: len(texts)])
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((1 + len(texts)) / (1 + documents)) + 1
    return TextSpace(counter, np.asarray(rarity, dtype=np.float64))
