"""Which words of the taxonomy look like a given word: character n-grams, weighted by how rare they are."""

from collections.abc import Mapping

import numpy as np

from matching.affinity.tfidf import TextVectors, character_runs


class WordIndex:
    """Names and aliases, searched by the characters they share with a word.

    Parameters
    ----------
    words : mapping from folded word to the place of its skill
        For example `Taxonomy.words`.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._spelled = list(words)
        self._places = np.fromiter(words.values(), dtype=np.intp, count=len(words))
        # One character says little in Chinese but is all that two short words can share, hence 1 to 3.
        self._vectorizer = TextVectors(character_runs(1, 3))
        self._matrix = self._vectorizer.fit_transform(self._spelled)

    def best_by_place(self, word: str, *, least: float) -> tuple[tuple[int, float, str], ...]:
        """Return for each skill the word of it that is nearest.

        Parameters
        ----------
        word : str
            Folded as the words of the index are.
        least : float in [0, 1]
            Lowest cosine that counts.

        Returns
        -------
        best : tuple of (place, cosine, word of the taxonomy)
            Highest cosine first, ties in the order of the table; a word of the index itself has cosine 1.
        """
        if not word:
            return ()
        cosines = np.asarray((self._matrix @ self._vectorizer.transform([word]).T).todense()).ravel()
        if word in self._words:
            cosines[self._spelled.index(word)] = 1.0
        best: dict[int, tuple[float, str]] = {}
        for at in np.flatnonzero((cosines >= least) & (cosines > 0)):
            place, cosine = int(self._places[at]), min(float(cosines[at]), 1.0)
            if cosine > best.get(place, (0.0, ""))[0]:
                best[place] = (cosine, self._spelled[at])
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
        return tuple((place, cosine, spelled) for place, (cosine, spelled) in ranked)
