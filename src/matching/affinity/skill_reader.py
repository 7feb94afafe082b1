"""Reading skills from free text, in Chinese and English, with a confidence and the words that caused it."""

import dataclasses
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.encoder import Encoder, remember
from matching.affinity.skill_reader_likeness import SkillLikeness, stem
from matching.affinity.skill_reader_stance import (
    BACKGROUND,
    PURPOSES,
    Purpose,
    continues,
    denies_all,
    is_denied,
    read_level,
    without_background,
)
from matching.affinity.skill_reader_words import Folded, Hit, WordScanner, fold_text
from matching.affinity.skill_sayings import ENGLISH, SayingLikeness, saying_factors, sayings_of, telling_words
from matching.affinity.taxonomy import LEVEL_RANK, Taxonomy
from matching.errors import CallError
from matching.records import Level

# A message says what it is about in its first line; what comes later counts for less and less.
LEAD = 30
FADE = 60
# A phrase that is merely alike says this much at a cosine of 1; below the floor it says nothing.
ALIKE_WEIGHT = 3.0
ALIKE_FLOOR = 0.1
# Characters looked at for likeness: the words of the taxonomy are looked for in the whole text.
ALIKE_REACH = 160
# What the likeness to all that is said around a skill says at a chance of 1; below the floor it says nothing.
SAYING_WEIGHT = 2.0
SAYING_FLOOR = 0.05
# Where a phrase names a skill outright, a mere likeness to another one counts by this factor.
EXPLAINED = 0.5
# The same word again adds little.
REPEAT = 0.3
# What a word still says that stands in every text of the district.
RARITY_FLOOR = 0.3
# Texts read at once: bounds the memory, whatever the number of texts.
BLOCK = 500
_LATIN = re.compile(r"[a-z][a-z'+#]*")
_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")
_PHRASE = re.compile(r"[^，。；！？、,;!?\n\r\t：:（）()【】《》“”\"]+")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Words of a text that speak for a skill.

    Attributes
    ----------
    start, end : int
        Half-open stretch of the text: ``text[start:end]`` is `words`.
    words : str
        As written.
    """

    start: int
    end: int
    words: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SkillMention:
    """A skill that a text offers or wants.

    Attributes
    ----------
    skill_id, name : str
        The skill.
    confidence : float in (0, 1]
        Above about 0.6 a word of the taxonomy stands in the text; below, the text is merely alike.
    evidence : tuple of Evidence
        In the order of the text.
    level : Level or None
        None where the text says nothing of it.
    """

    skill_id: str
    name: str
    confidence: float
    evidence: tuple[Evidence, ...]
    level: Level | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Reading:
    """A text on its way: folded, with its hits sorted by what the text says of them."""

    folded: Folded
    wanted: tuple[Hit, ...]
    denied: tuple[Hit, ...]
    phrases: tuple[tuple[int, int], ...]


class SkillReader:
    """Reads which skills a text offers or wants.

    Two readings are added up: words of the taxonomy that stand in the text, and phrases that are alike to a skill in their
    characters. It works without any training; `fit` lets it learn from a district's own texts.

    Parameters
    ----------
    taxonomy : Taxonomy
        What there is to find.
    texts : sequence of str, default=()
        Texts of the district to learn from which words are commonplace. See `fit`.
    dimensions : int >= 0, default=0
        Latent dimensions to learn from the texts.
    encoder : Encoder, optional
        Any object with ``encode(list of str) -> array of shape (n, d)``; its cosines are blended in.

    Examples
    --------
    >>> from matching.tables import read_table
    >>> reader = SkillReader(Taxonomy.from_rows(read_table("skills.csv")))
    >>> [found.name for found in reader.read("会理发，不会开车", least=0.6)]
    ['理发']
    >>> reader.read("水管爆了，水漫到楼下", purpose="need")[0].evidence[0]
    Evidence(start=0, end=4, words='水管爆了')
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        *,
        texts: Sequence[str] = (),
        dimensions: int = 0,
        encoder: Encoder | None = None,
    ) -> None:
        if dimensions < 0:
            raise CallError(f"dimensions must be at least 0; got {dimensions!r}")
        self.taxonomy = taxonomy
        self._encoder = encoder = remember(encoder) if encoder is not None else None
        folded = [fold_text(text).text for text in texts]
        factors = _learn_factors(taxonomy, folded)
        sayings, english = sayings_of(taxonomy), sayings_of(taxonomy, table=ENGLISH)
        own = _own_words(taxonomy)
        documents = [(*words, *said) for words, said in zip(own, sayings, strict=True)]
        in_english = telling_words(taxonomy, english)
        in_chinese = telling_words(taxonomy, sayings)
        self._telling = in_english | in_chinese
        factors |= saying_factors(in_english, [(*words, *said) for words, said in zip(own, english, strict=True)])
        self._scanner = WordScanner(_with_sayings(taxonomy, in_english), factors=factors)
        self._saying_scanner = WordScanner(
            _with_sayings(taxonomy, self._telling),
            factors=factors | saying_factors(in_chinese, documents),
        )
        self._sayings = SayingLikeness(documents)
        self._likeness = SkillLikeness(taxonomy, texts=folded, dimensions=dimensions, encoder=encoder)

    def fit(self, texts: Iterable[str], *, dimensions: int = 0) -> "SkillReader":
        """Return a reader that has learned from a district's texts; this one stays as it is.

        Parameters
        ----------
        texts : iterable of str
            Needs, offers and tickets; no labels are needed.
        dimensions : int >= 0, default=0
            Latent dimensions to learn; 0 learns only which words are commonplace.

        Returns
        -------
        reader : SkillReader
        """
        return SkillReader(self.taxonomy, texts=tuple(texts), dimensions=dimensions, encoder=self._encoder)

    def read(
        self, text: str, *, purpose: Purpose = "offer", least: float = 0.2, limit: int = 10
    ) -> tuple[SkillMention, ...]:
        """Read one text.

        Parameters
        ----------
        text : str
            In Chinese or English, of any length.
        purpose : {"offer", "need"}, default="offer"
            Whether the text says what somebody can do or what somebody wants: "不会修灯" is no offer but may well be a need.
        least : float in [0, 1], default=0.2
            Lowest confidence that is returned.
        limit : int >= 1, default=10
            How many skills at most.

        Returns
        -------
        mentions : tuple of SkillMention
            Highest confidence first, ties in the order of the taxonomy.

        Raises
        ------
        CallError
            If purpose, least or limit are not as stated.
        """
        return self.read_many([text], purpose=purpose, least=least, limit=limit)[0]

    def read_many(
        self, texts: Iterable[str], *, purpose: Purpose = "offer", least: float = 0.2, limit: int = 10
    ) -> tuple[tuple[SkillMention, ...], ...]:
        """Read many texts at once, which is faster and gives the same as one by one.

        Parameters
        ----------
        texts : iterable of str
            In Chinese or English, of any length.
        purpose : {"offer", "need"}, default="offer"
            See `read`.
        least : float in [0, 1], default=0.2
            See `read`.
        limit : int >= 1, default=10
            See `read`.

        Returns
        -------
        mentions : tuple of tuples of SkillMention
            One for every text, in their order.

        Raises
        ------
        CallError
            If purpose, least or limit are not as stated.
        """
        if purpose not in PURPOSES:
            raise CallError(f"purpose must be one of {PURPOSES}; got {purpose!r}")
        if not 0 <= least <= 1:
            raise CallError(f"least must be in [0, 1]; got {least!r}")
        if limit < 1:
            raise CallError(f"limit must be at least 1; got {limit!r}")
        written = list(texts)
        found: list[tuple[SkillMention, ...]] = []
        for start in range(0, len(written), BLOCK):
            block = written[start : start + BLOCK]
            readings = [self._look(text, purpose) for text in block]
            alike = self._alike(readings)
            said = self._said_around(readings) if purpose == "need" else [np.zeros_like(near) for near in alike]
            found += [
                self._conclude(text, reading, near, around, least=least, limit=limit)
                for text, reading, near, around in zip(block, readings, alike, said, strict=True)
            ]
        return tuple(found)

    def _look(self, text: str, purpose: Purpose) -> _Reading:
        folded = fold_text(text)
        wanted: list[Hit] = []
        denied: list[Hit] = []
        scanner = self._saying_scanner if purpose == "need" else self._scanner
        for hit in scanner.scan(folded.text):
            joined = bool(denied) and continues(folded.text, denied[-1].end, hit.start)
            if joined or is_denied(folded.text, hit.start, hit.end, purpose=purpose):
                denied.append(hit)
            elif purpose == "need" or hit.word not in BACKGROUND:
                wanted += [dataclasses.replace(hit, place=place) for place in self._telling.get(hit.word, (hit.place,))]
        matter = without_background(folded.text, purpose=purpose)
        phrases = tuple(
            (phrase.start(), phrase.end())
            for phrase in _PHRASE.finditer(matter, 0, ALIKE_REACH)
            if phrase.end() - phrase.start() > 1
            and not denies_all(phrase.group(), purpose=purpose)
            and not any(hit.start < phrase.end() and phrase.start() < hit.end for hit in denied)
        )
        return _Reading(folded, tuple(wanted), tuple(denied), phrases)

    def _alike(self, readings: Sequence[_Reading]) -> list[NDArray[np.float64]]:
        """Return for every text how alike its best phrase is to each skill, and which phrase that is."""
        phrases = [reading.folded.text[start:end] for reading in readings for start, end in reading.phrases]
        cosines = self._likeness.measure(phrases) if phrases else np.zeros((0, len(self.taxonomy)))
        alike = []
        at = 0
        for reading in readings:
            mine = cosines[at : at + len(reading.phrases)]
            at += len(reading.phrases)
            mine = np.clip(mine - ALIKE_FLOOR, 0, None)
            for row, (start, end) in enumerate(reading.phrases):
                named = {hit.place for hit in reading.wanted if start <= hit.start < end}
                others = np.ones(len(self.taxonomy))
                if named:
                    others[:] = EXPLAINED
                    others[list(named)] = 1.0
                mine[row] *= others * _fade(start)
            alike.append(mine)
        return alike

    def _said_around(self, readings: Sequence[_Reading]) -> list[NDArray[np.float64]]:
        """Return for every text the chance of each skill by what is said around it, shared out over the phrases."""
        phrases = [reading.folded.text[start:end] for reading in readings for start, end in reading.phrases]
        shared, squares = self._sayings.measure(phrases)
        fades = np.array([fade for reading in readings for fade in _fades_once(reading)])
        first = np.cumsum([0, *(len(reading.phrases) for reading in readings)])
        around = []
        for start, end in itertools.pairwise(first.tolist()):
            mine = shared[start:end] * fades[start:end, None]
            whole = mine.sum(axis=0)[None]
            chance = self._sayings.chances(whole, (squares[start:end] * fades[start:end] ** 2).sum()[None])[0]
            chance[chance < SAYING_FLOOR] = 0.0
            around.append(mine * (chance / np.maximum(whole[0], 1e-12)))
        return around

    def _conclude(
        self,
        text: str,
        reading: _Reading,
        alike: NDArray[np.float64],
        around: NDArray[np.float64],
        *,
        least: float,
        limit: int,
    ) -> tuple[SkillMention, ...]:
        score = ALIKE_WEIGHT * alike.max(axis=0, initial=0.0) + SAYING_WEIGHT * around.sum(axis=0)
        alike = ALIKE_WEIGHT * alike + SAYING_WEIGHT * around
        said: defaultdict[int, list[Hit]] = defaultdict(list)
        counts = Counter(hit.word for hit in reading.wanted)
        for hit in reading.wanted:
            if all(hit.word != other.word for other in said[hit.place]):
                score[hit.place] += hit.weight * _fade(hit.start) * (1 + REPEAT * math.log(counts[hit.word]))
            said[hit.place].append(hit)
        for hit in reading.denied:
            if hit.place not in said:
                score[hit.place] = 0.0
        confidence = -np.expm1(-score)
        places = [int(place) for place in np.argsort(-confidence, kind="stable")[:limit]]
        return tuple(
            self._mention(text, reading, place, float(confidence[place]), said.get(place, []), alike[:, place])
            for place in places
            if confidence[place] > 0 and confidence[place] >= least
        )

    def _mention(
        self,
        text: str,
        reading: _Reading,
        place: int,
        confidence: float,
        hits: Sequence[Hit],
        alike: NDArray[np.float64],
    ) -> SkillMention:
        stretches = [(hit.start, hit.end) for hit in hits]
        if not stretches:
            start, end = reading.phrases[int(alike.argmax())]
            stretches = self._shared(reading.folded.text, start, end, place) or [(start, end)]
        levels = [read_level(reading.folded.text, start, end) for start, end in stretches]
        spans = sorted({reading.folded.span(start, end) for start, end in stretches})
        skill = self.taxonomy.skills[place]
        return SkillMention(
            skill_id=skill.skill_id,
            name=skill.name,
            confidence=confidence,
            evidence=tuple(Evidence(start, end, text[start:end]) for start, end in spans),
            level=max((level for level in levels if level), key=LEVEL_RANK.__getitem__, default=None),
        )

    def _shared(self, text: str, start: int, end: int, place: int) -> list[tuple[int, int]]:
        """Find the stretches of a phrase that a skill's own words hold too: characters of Chinese, words of English."""
        document = self._likeness.documents[place]
        stems = {stem(word) for word in _LATIN.findall(document)}
        shared = [
            (word.start(), word.end()) for word in _LATIN.finditer(text, start, end) if stem(word.group()) in stems
        ]
        for run in _CHINESE.finditer(text, start, end):
            at = run.start()
            while at < run.end() - 1:
                longest = next((stop for stop in range(run.end(), at + 1, -1) if text[at:stop] in document), at)
                if longest > at:
                    shared.append((at, longest))
                at = max(longest, at + 1)
        return shared


def _fades_once(reading: _Reading) -> list[float]:
    """Weigh each phrase by where it stands; one that stood before says nothing new."""
    seen: set[str] = set()
    fades = []
    for start, end in reading.phrases:
        phrase = reading.folded.text[start:end]
        fades.append(0.0 if phrase in seen else _fade(start))
        seen.add(phrase)
    return fades


def _with_sayings(taxonomy: Taxonomy, telling: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    return {**taxonomy.words, **{word: places[0] for word, places in telling.items()}}


def _own_words(taxonomy: Taxonomy) -> list[list[str]]:
    own: list[list[str]] = [[] for _ in taxonomy.skills]
    for word, place in taxonomy.words.items():
        own[place].append(word)
    return own


def _fade(start: int) -> float:
    return FADE / (FADE + max(0, start - LEAD))


def _learn_factors(taxonomy: Taxonomy, texts: Sequence[str]) -> dict[str, float]:
    """Weigh down the words that stand in many texts: where half the town writes of roads, 道路 tells little."""
    if not texts:
        return {}
    scanner = WordScanner(taxonomy.words)
    counts = scanner.count_texts(list(texts))
    rarity = np.log((len(texts) + 1) / (counts + 1)) / math.log(len(texts) + 1)
    return dict(zip(scanner.words, (RARITY_FLOOR + (1 - RARITY_FLOOR) * rarity).tolist(), strict=True))
