"""Finding the words of the taxonomy in a text, with the place where each stands."""

import dataclasses
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

# How much one word says about its skill, by its length: two characters are often part of something else.
WEIGHT_BY_LENGTH = (0.0, 0.0, 1.0, 1.5, 2.0, 2.3)
SHORT = 2
ENGLISH_LETTERS_PER_CHARACTER = 2.5


@dataclasses.dataclass(frozen=True, slots=True)
class Folded:
    """A text in half width and one case, and where each of its characters stood.

    Attributes
    ----------
    text : str
        The folded text.
    origin : tuple of int or None
        For every folded character the place of its original; None where nothing moved.
    length : int
        Number of characters of the original.
    """

    text: str
    origin: tuple[int, ...] | None
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the folded text stands in the original.

        Parameters
        ----------
        start, end : int
            Half-open stretch of the folded text.

        Returns
        -------
        start, end : int
            Half-open stretch of the original.
        """
        if self.origin is None or start >= end:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


def fold_text(text: str) -> Folded:
    """Fold a text to half width and one case, keeping account of the places.

    Parameters
    ----------
    text : str
        As written.

    Returns
    -------
    folded : Folded

    Examples
    --------
    >>> folded = fold_text("㎏级ＡＥＤ")
    >>> folded.text, folded.span(3, 6)
    ('kg级aed', (2, 5))
    """
    if text.isascii():
        return Folded(text.lower(), None, len(text))
    pieces = [_fold_character(character) for character in text]
    if all(len(piece) == 1 for piece in pieces):
        return Folded("".join(pieces), None, len(text))
    origin = tuple(at for at, piece in enumerate(pieces) for _ in piece)
    return Folded("".join(pieces), origin, len(text))


def _fold_character(character: str) -> str:
    if "\u4e00" <= character <= "\u9fff":  # nearly every character of a Chinese text, and folding changes none of them
        return character
    return unicodedata.normalize("NFKC", character).casefold()


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A word of the taxonomy in a folded text.

    Attributes
    ----------
    word : str
        The word.
    place : int
        Place of its skill in the taxonomy.
    start, end : int
        Half-open stretch of the folded text.
    weight : float > 0
        How much the word says about its skill.
    """

    word: str
    place: int
    start: int
    end: int
    weight: float


class WordScanner:
    """Looks for all words of a taxonomy at once.

    Parameters
    ----------
    words : mapping from folded word to the place of its skill
        For example `Taxonomy.words`.
    factors : mapping from word to float, optional
        By how much more or less than its length suggests a word says; 1 where a word is missing.
    """

    def __init__(self, words: Mapping[str, int], *, factors: Mapping[str, float] | None = None) -> None:
        factors = factors or {}
        self._known = {
            word: (place, word_weight(word) * factors.get(word, 1.0)) for word, place in words.items() if len(word) > 1
        }
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for word in self._known:
            lengths[word[:2]].add(len(word))
        self._lengths = {head: tuple(sorted(many, reverse=True)) for head, many in lengths.items()}

    def scan(self, text: str) -> list[Hit]:
        """Find every word that is not inside a longer one that is found too.

        Parameters
        ----------
        text : str
            Folded.

        Returns
        -------
        hits : list of Hit
            In the order of the text.
        """
        hits: list[Hit] = []
        reach = 0
        lengths, known = self._lengths, self._known
        for start in range(len(text) - 1):
            for length in lengths.get(text[start : start + 2], ()):
                end = start + length
                if end <= reach:
                    break  # inside a word found before, and so are all shorter ones
                found = known.get(text[start:end]) if end <= len(text) else None
                if found and _is_whole(text, start, end):
                    # 园林绿化工程师 speaks of 绿化, not of 化工: two characters that a longer word half covers are chance.
                    if length == SHORT and start < reach and hits[-1].end - hits[-1].start > SHORT:
                        break
                    hits.append(Hit(text[start:end], found[0], start, end, found[1]))
                    reach = end
                    break
        return hits

    def count_texts(self, texts: list[str]) -> NDArray[np.int64]:
        """Count in how many texts each word stands.

        Parameters
        ----------
        texts : list of str
            Folded.

        Returns
        -------
        counts : ndarray of shape (n_words,)
            In the order of `words`.
        """
        order = {word: at for at, word in enumerate(self._known)}
        counts = np.zeros(len(order), dtype=np.int64)
        for text in texts:
            for word in {hit.word for hit in self.scan(text)}:
                counts[order[word]] += 1
        return counts

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are looked for.

        Returns
        -------
        words : tuple of str
        """
        return tuple(self._known)


def word_weight(word: str) -> float:
    """Say how much a word of this length tells.

    Parameters
    ----------
    word : str
        Chinese or English.

    Returns
    -------
    weight : float >= 0
    """
    characters = len(word) / ENGLISH_LETTERS_PER_CHARACTER if word.isascii() else len(word)
    return WEIGHT_BY_LENGTH[min(max(round(characters), 2), len(WEIGHT_BY_LENGTH) - 1)]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Refuse an English word inside a longer one ("vet" in "velvet"), but let a plural pass."""
    if start and _is_latin(text[start]) and _is_latin(text[start - 1]):
        return False
    if end == len(text) or not _is_latin(text[end - 1]) or not _is_latin(text[end]):
        return True
    return text[end] == "s" and (end + 1 == len(text) or not _is_latin(text[end + 1]))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
