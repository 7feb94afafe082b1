"""How alike a phrase and a skill are in their characters, for words that no alias foresees."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.affinity.encoder import Encoder, encode_unit, unit_vectors
from matching.affinity.taxonomy import Taxonomy
from matching.affinity.taxonomy_checks import fold_word
from matching.affinity.tfidf import TextVectors

# The frame of a petition, not its matter.
FRAME = re.compile(
    r"关于|咨询|反映|投诉|举报|请求|希望|建议|要求|呼吁|强烈|解决|问题|尽快|领导|书记|市长|县长|您好|你好|尊敬的|有关部门|相关部门|相关|谢谢"
    r"|政府|如何|怎么|什么|为什么|请问|我们|他们|现在|能否|是否|一个|可以|没有|进行|[a-z]\d*[市县区]|指引|监督|协调|服务"
)
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z'+#.]*")
_ENGLISH_FRAME_WORDS = (
    "a an and any are as at be by can could do does for from get have help her his how i in is it know learn like looking love me "
    "my need needs of on or our please some someone somebody teach that the their there they this to us want we who will "
    "with work would you your experience years year good well also people community volunteer offer"
)
_ENGLISH_FRAME = frozenset(_ENGLISH_FRAME_WORDS.split())
# Words that say nothing in a need or an offer, though a skill's name may hold one: after (school), (make) up, coach (driving).
_SAY_NOTHING_WORDS = (
    "about after again all also always another around away back because before being both come coach day down each even every everybody few "
    "first find getting give given go goes going gone had has here if into just keep keeps last lead left let lies lost made make makes making many "
    "may me might more most much must never new next no nobody not nothing now off old once one only other out over own part party "
    "people place point put run runs same say see sees set several she should show since small so some still such take taken takes than "
    "them then these thing things think those three through time today together too tonight two under until up upon use used very was way week "
    "weeks month were what when where which while whole why without word words yet young"
)
_SAYS_NOTHING = re.compile(rf"\b(?:{'|'.join(_SAY_NOTHING_WORDS.split())})\b")
# Phrase against the best single word of a skill, and phrase against all its words together.
WORD_SHARE = 0.5
LATENT_SHARE = 0.3
ENCODER_SHARE = 0.5


def tokens(text: str) -> Iterator[str]:
    """Cut a text into Chinese character n-grams (2 and 3) and stems of English words.

    Parameters
    ----------
    text : str
        Folded.

    Yields
    ------
    token : str

    Examples
    --------
    >>> list(tokens("修灯 lamps"))
    ['修灯', 'lamp']
    """
    for found in _RUN.finditer(FRAME.sub("\n", text)):
        run = found.group()
        if run.isascii():
            if run not in _ENGLISH_FRAME:
                yield stem(run)
        else:
            yield from map("".join, itertools.pairwise(run))
            yield from map("".join, zip(run, run[1:], run[2:], strict=False))


def stem(word: str) -> str:
    """Take the commonest endings off an English word.

    Parameters
    ----------
    word : str
        In lower case.

    Returns
    -------
    stem : str

    Examples
    --------
    >>> [stem(word) for word in ("leaking", "leaks", "repaired", "sing", "glass")]
    ['leak', 'leak', 'repair', 'sing', 'glass']
    """
    for ending in ("ing", "ers", "er", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 - (ending == "s") and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


class SkillLikeness:
    """How alike phrases and skills are.

    Parameters
    ----------
    taxonomy : Taxonomy
        Each skill's document is its name, English name, aliases and family.
    texts : sequence of str, default=()
        The district's own texts. From them it learns which characters say little, and which words go together.
    dimensions : int >= 0, default=0
        Number of latent dimensions to learn from the texts; 0 for none.
    encoder : Encoder, optional
        How much nearer than to the average skill it puts a phrase to a skill is added, by half.

    Raises
    ------
    CallError
        If the encoder returns an array of the wrong shape or with NaN.
    """

    def __init__(
        self, taxonomy: Taxonomy, *, texts: Sequence[str] = (), dimensions: int = 0, encoder: Encoder | None = None
    ) -> None:
        self.documents = [
            "\n".join(
                fold_word(word) for word in (skill.name, skill.name, skill.english or "", *skill.aliases, skill.family)
            )
            for skill in taxonomy.skills
        ]
        words = sorted(taxonomy.words.items(), key=lambda item: item[1])
        places = np.array([place for _, place in words])
        self._first_words = np.searchsorted(places, np.arange(len(taxonomy)))
        self._vectors = TextVectors(tokens)
        self._words = self._vectors.fit_transform([*(word for word, _ in words), *texts])[: len(words)]
        self._skills = self._vectors.transform(self.documents)
        self._latent: Any = None
        if dimensions and texts:
            from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415 - takes longer to load than all the rest

            self._latent = TruncatedSVD(dimensions, random_state=0)
            self._latent.fit(self._vectors.transform([*self.documents, *texts]))
            self._latent_skills = unit_vectors(self._latent.transform(self._skills))
        self._encoder = encoder
        if encoder is not None:
            self._encoded_skills = encode_unit(encoder, self.documents)

    def measure(self, phrases: list[str]) -> NDArray[np.float64]:
        """Return how alike phrases and skills are.

        Parameters
        ----------
        phrases : list of str
            Folded.

        Returns
        -------
        alike : ndarray of shape (n_phrases, n_skills), values in [0, 1]
        """
        vectors = self._vectors.transform(_SAYS_NOTHING.sub(" ", phrase) for phrase in phrases)
        by_word = np.maximum.reduceat((vectors @ self._words.T).toarray(), self._first_words, axis=1)
        alike: NDArray[np.float64] = WORD_SHARE * by_word + (1 - WORD_SHARE) * (vectors @ self._skills.T).toarray()
        if self._latent is not None:
            latent = unit_vectors(self._latent.transform(vectors)) @ self._latent_skills.T
            alike = (1 - LATENT_SHARE) * alike + LATENT_SHARE * np.clip(latent, 0, 1)
        if self._encoder is not None:
            encoded = encode_unit(self._encoder, phrases) @ self._encoded_skills.T
            # Encoders put everything near everything: what counts is how much nearer than the average skill.
            usual = encoded.mean(axis=1, keepdims=True)
            alike = alike + ENCODER_SHARE * np.clip((encoded - usual) / np.maximum(1 - usual, 1e-9), 0, 1)
        return np.clip(alike, 0, 1)
