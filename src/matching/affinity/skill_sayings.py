"""What residents say around a skill without naming it: tell-tale words, and how like a text is to all of them together."""

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.affinity.skill_reader_likeness import FRAME, stem
from matching.affinity.taxonomy import Taxonomy
from matching.affinity.taxonomy_checks import fold_word
from matching.tables import read_table

Floats = NDArray[np.float64]

# English names of work and words around it; they are looked for in offers as well as in needs.
ENGLISH = "sayings_english.csv"
# A saying hints where a word of the taxonomy names.
SAYING_FACTOR = 0.8
# A saying that belongs to more skills than this tells none of them.
MOST_OWNERS = 3
# Cosines to chances, found on sayings that were held out: docs/decisions/0175.
SHARPNESS = 50.0
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z'+#.]*")


@functools.cache
def packaged_sayings(table: str = "sayings.csv") -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Read the packaged sayings.

    Parameters
    ----------
    table : str, default="sayings.csv"
        The Chinese ones, or `ENGLISH`.

    Returns
    -------
    sayings : mapping from number of the skill to its name and its sayings
    """
    return {
        row["skill_id"]: (row["name"], tuple(word for word in row["sayings"].split("、") if word))
        for row in read_table(table)
    }


def sayings_of(taxonomy: Taxonomy, *, table: str = "sayings.csv") -> tuple[tuple[str, ...], ...]:
    """Return the packaged sayings of each skill of a taxonomy.

    Parameters
    ----------
    taxonomy : Taxonomy
        A district's own skill under a packaged number keeps the sayings only where it keeps the name too.
    table : str, default="sayings.csv"
        As for `packaged_sayings`.

    Returns
    -------
    sayings : tuple of tuple of str, length n_skills
    """
    packaged = packaged_sayings(table)
    found = []
    for skill in taxonomy.skills:
        name, words = packaged.get(skill.skill_id, ("", ()))
        found.append(tuple(fold_word(word) for word in words) if name == skill.name else ())
    return tuple(found)


def telling_words(taxonomy: Taxonomy, sayings: Sequence[Iterable[str]]) -> dict[str, tuple[int, ...]]:
    """Return the sayings that point to few skills and are no words of the taxonomy.

    Parameters
    ----------
    taxonomy : Taxonomy
        Its own words mean what it says.
    sayings : sequence of iterables of str, length n_skills
        What is said around each skill.

    Returns
    -------
    words : dict from saying to the places of its skills
        At most `MOST_OWNERS`, in the order of the taxonomy: what is said around more skills tells none of them.
    """
    owners: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for place, words in enumerate(sayings):
        for word in words:
            owners[word][place] = None
    return {
        word: tuple(places)
        for word, places in owners.items()
        if len(word) > 1 and len(places) <= MOST_OWNERS and word not in taxonomy.words
    }


def saying_factors(telling: Mapping[str, Sequence[int]], documents: Sequence[Sequence[str]]) -> dict[str, float]:
    """Say how much each telling word counts for each of its skills: the less, the more skills speak in it.

    Parameters
    ----------
    telling : mapping from saying to the places of its skills
        Of `telling_words`.
    documents : sequence of sequence of str, length n_skills
        Names, aliases and sayings of each skill, folded.

    Returns
    -------
    factors : dict from saying to float in (0, SAYING_FACTOR]
        `SAYING_FACTOR` by the number of skills among whose words it stands, alone or inside a longer one: 物业 stands in the words of a
        dozen skills and tells little, 车马炮 in those of one.
    """
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for word in telling:
        lengths[word[:2]].add(len(word))
    speakers = Counter(
        stretch
        for words in documents
        for stretch in {
            word[start : start + length]
            for word in words
            for start in range(len(word) - 1)
            for length in lengths.get(word[start : start + 2], ())
        }
    )
    return {word: SAYING_FACTOR / max(len(places), speakers[word]) for word, places in telling.items()}


class SayingLikeness:
    """How like a text is to all that is said around each skill, in single characters and pairs.

    Parameters
    ----------
    documents : sequence of sequence of str, length n_skills
        Names, aliases and sayings of each skill, folded.

    Examples
    --------
    >>> like = SayingLikeness([["下棋", "车马炮"], ["理发", "剪头"]])
    >>> like.chances(like.measure(["摆一盘车马炮"])[0]).round(2)
    array([[1., 0.]])
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        counts = [Counter(token for word in words for token in dict.fromkeys(_tokens(word))) for words in documents]
        spread = Counter(token for count in counts for token in count)
        self._column = {token: at for at, token in enumerate(spread)}
        self._rarity = np.log(len(documents) / np.fromiter(spread.values(), dtype=np.float64, count=len(spread)))
        column = np.fromiter((self._column[token] for count in counts for token in count), dtype=np.int64)
        said = np.fromiter((n for count in counts for n in count.values()), dtype=np.float64)
        first = np.cumsum([0, *(len(count) for count in counts)])
        weights = csr_array(
            ((1 + np.log(said)) * self._rarity[column], column, first), shape=(len(documents), len(spread))
        )
        length = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1))).ravel()
        self._skills = csr_array(weights.multiply(1 / np.maximum(length, 1e-12)[:, None]))

    def measure(self, phrases: Sequence[str]) -> tuple[Floats, Floats]:
        """Return how much of each phrase each skill shares, and how much there is to share.

        Parameters
        ----------
        phrases : sequence of str
            Folded.

        Returns
        -------
        shared : ndarray of shape (n_phrases, n_skills)
            Cosine times length: sums over the phrases of a text add up.
        squares : ndarray of shape (n_phrases,)
            Squared length of each phrase.
        """
        columns = [
            [self._column[token] for token in dict.fromkeys(_tokens(phrase)) if token in self._column]
            for phrase in phrases
        ]
        flat = np.fromiter(itertools.chain.from_iterable(columns), dtype=np.int64)
        first = np.cumsum([0, *map(len, columns)])
        rows = csr_array((self._rarity[flat], flat, first), shape=(len(phrases), len(self._column)))
        squares: Floats = np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel()
        return np.asarray((rows @ self._skills.T).toarray()), squares

    def chances(self, shared: Floats, squares: Floats | None = None) -> Floats:
        """Turn what texts share with the skills into a chance for each skill.

        Parameters
        ----------
        shared : ndarray of shape (n_texts, n_skills)
            Cosine times length.
        squares : ndarray of shape (n_texts,), optional
            Squared length of each text; by default that of its largest share.

        Returns
        -------
        chances : ndarray of shape (n_texts, n_skills)
            Rows sum to 1, or are 0 where nothing is shared.
        """
        length = np.sqrt(squares) if squares is not None else shared.max(axis=1, initial=0.0)
        cosine = shared / np.maximum(length, 1e-12)[:, None]
        raised = np.exp(SHARPNESS * (cosine - cosine.max(axis=1, keepdims=True, initial=0.0)))
        chances: Floats = raised / raised.sum(axis=1, keepdims=True)
        chances[~(shared.max(axis=1, initial=0.0) > 0)] = 0.0
        return chances


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for found in _RUN.finditer(FRAME.sub("\n", text)):
        run = found.group()
        if run.isascii():
            tokens.append(stem(run))
        else:
            tokens += run
            tokens += map("".join, itertools.pairwise(run))
    return tokens
