"""The skill taxonomy as a graph: what is a kind of what, what is near what, and what an unknown word may mean."""

import dataclasses
import functools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matching.affinity.taxonomy_checks import TaxonomyProblem, check_links, fold_word, keep_sound, own_words
from matching.affinity.taxonomy_words import WordIndex
from matching.errors import CallError, UnknownNameError
from matching.records import Level, Skill

# Steps between neighbours: a plumber is closer to the trade he is part of than to a neighbouring trade, and two skills
# that share no more than a family are further apart still (2 × 1.25 steps, over the family).
PART_OF_STEP = 0.5
RELATED_STEP = 1.0
FAMILY_STEP = 1.25

# A skill's number, or ("family", its name).
Node = str | tuple[str, str]

LEVEL_RANK: Mapping[Level, int] = {Level.KNOWS: 1, Level.PRACTISES: 2, Level.LICENSED: 3}
# Credit by how many levels somebody falls short; silence about the level is neither praise nor blame.
SHORTFALL_CREDIT = (1.0, 0.6, 0.3)
UNKNOWN_LEVEL_CREDIT = 0.75


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SkillOffer:
    """A skill that an unknown word may mean.

    Attributes
    ----------
    skill_id, name : str
        The skill.
    similarity : float in (0, 1]
        1 where the word is a name or an alias of the skill.
    matched : str
        The word of the taxonomy that is nearest.
    """

    skill_id: str
    name: str
    similarity: float
    matched: str


def level_credit(held: Level | None, wanted: Level | None) -> float:
    """Say how far a level that is held serves a level that is wanted.

    Parameters
    ----------
    held : Level or None
        None where nobody said.
    wanted : Level or None
        None where any level will do.

    Returns
    -------
    credit : float in (0, 1]

    Examples
    --------
    >>> level_credit(Level.LICENSED, Level.PRACTISES), level_credit(Level.KNOWS, Level.LICENSED)
    (1.0, 0.3)
    >>> level_credit(None, Level.PRACTISES)
    0.75
    """
    if wanted is None:
        return 1.0
    if held is None:
        return UNKNOWN_LEVEL_CREDIT
    return SHORTFALL_CREDIT[max(LEVEL_RANK[wanted] - LEVEL_RANK[held], 0)]


class Taxonomy:
    """Skills, how near they are to each other, and the words that mean them.

    Faults of the table never stop it: see `problems`.

    Parameters
    ----------
    skills : iterable of Skill
        In the order of the table; that order is the axis of `similarities`.
    decay : float in (0, 1), default=0.5
        Credit kept per step along the graph (dimensionless).
    cutoff : float in (0, 1), default=0.1
        A credit below it counts as 0: far skills have nothing to do with each other.

    Raises
    ------
    CallError
        If decay or cutoff are outside (0, 1), or there is no skill at all.

    Examples
    --------
    >>> rows = [
    ...     {"skill_id": "S-1", "name": "水电维修", "family": "维修", "related": "S-3"},
    ...     {"skill_id": "S-2", "name": "水管维修", "family": "维修", "aliases": "水管爆了、修水管", "part_of": "S-1"},
    ...     {"skill_id": "S-3", "name": "木工", "family": "房屋"},
    ... ]
    >>> taxonomy = Taxonomy.from_rows(rows)
    >>> round(taxonomy.similarity("S-1", "S-2"), 3), taxonomy.similarity("S-1", "S-3")
    (0.707, 0.5)
    >>> taxonomy.nearest("修水管的")[0].name
    '水管维修'
    """

    def __init__(self, skills: Iterable[Skill], *, decay: float = 0.5, cutoff: float = 0.1) -> None:
        for name, value in (("decay", decay), ("cutoff", cutoff)):
            if not 0 < value < 1:
                raise CallError(f"{name} must be in (0, 1); got {value!r}")
        self.skills, unsound = keep_sound(skills)
        if not self.skills:
            raise CallError("A taxonomy needs at least one skill with number, name and family; got none.")
        self.decay = decay
        self.cutoff = cutoff
        self.places: Mapping[str, int] = {skill.skill_id: place for place, skill in enumerate(self.skills)}
        self.words, disputed = own_words(self.skills)
        self.problems: tuple[TaxonomyProblem, ...] = (*unsound, *check_links(self.skills), *disputed)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]], *, decay: float = 0.5, cutoff: float = 0.1) -> "Taxonomy":
        """Make a taxonomy from the rows of `skills.csv`.

        Parameters
        ----------
        rows : iterable of mappings from column name to text
            For example ``matching.tables.read_table("skills.csv")``. Several values in a cell are parted by ``、``.
        decay, cutoff : float in (0, 1)
            See the class.

        Returns
        -------
        taxonomy : Taxonomy
        """
        return cls((_skill_of(row) for row in rows), decay=decay, cutoff=cutoff)

    @classmethod
    def from_skills(cls, skills: Iterable[Skill], *, decay: float = 0.5, cutoff: float = 0.1) -> "Taxonomy":
        """Make a taxonomy from records.

        Parameters
        ----------
        skills : iterable of Skill
            For example those of a community.
        decay, cutoff : float in (0, 1)
            See the class.

        Returns
        -------
        taxonomy : Taxonomy
        """
        return cls(skills, decay=decay, cutoff=cutoff)

    def __len__(self) -> int:
        return len(self.skills)

    def __contains__(self, skill_id: object) -> bool:
        return skill_id in self.places

    def __repr__(self) -> str:
        return f"Taxonomy({len(self.skills)} skills, {len(self.words)} words, {len(self.problems)} problems)"

    def with_words(self, accepted: Mapping[str, str]) -> "Taxonomy":
        """Return a taxonomy that knows more words, as a district decided what they mean.

        Parameters
        ----------
        accepted : mapping of str to str
            Number of the skill by word. A word that was an alias of another skill means this one from now on; a number that
            the taxonomy does not hold is passed over.

        Returns
        -------
        taxonomy : Taxonomy
        """
        target = {fold_word(word): skill_id for word, skill_id in accepted.items() if skill_id in self.places}
        if not target:
            return self
        spelled = {fold_word(word): word for word in accepted}
        skills = []
        for skill in self.skills:
            kept = tuple(
                word for word in skill.aliases if target.get(fold_word(word), skill.skill_id) == skill.skill_id
            )
            known = {fold_word(word) for word in kept}
            added = tuple(spelled[w] for w, to in target.items() if to == skill.skill_id and w not in known)
            skills.append(dataclasses.replace(skill, aliases=(*kept, *added)))
        return Taxonomy(skills, decay=self.decay, cutoff=self.cutoff)

    def place(self, skill_id: str) -> int:
        """Return where a skill stands on the axis of `similarities`.

        Parameters
        ----------
        skill_id : str
            For example ``"S-0102"``.

        Returns
        -------
        place : int

        Raises
        ------
        UnknownNameError
            If there is no such skill.
        """
        try:
            return self.places[skill_id]
        except KeyError:
            raise UnknownNameError(
                f"The taxonomy holds no skill {skill_id!r}. It holds {len(self)} from {self.skills[0].skill_id!r} to "
                f"{self.skills[-1].skill_id!r}; look a word up with nearest()."
            ) from None

    def skill(self, skill_id: str) -> Skill:
        """Return a skill by its number.

        Parameters
        ----------
        skill_id : str
            For example ``"S-0102"``.

        Returns
        -------
        skill : Skill

        Raises
        ------
        UnknownNameError
            If there is no such skill.
        """
        return self.skills[self.place(skill_id)]

    @functools.cached_property
    def graph(self) -> Any:
        """The taxonomy as a network, to show and to analyse.

        Returns
        -------
        graph : networkx.Graph
            Nodes are the numbers of skills (``kind="skill"``, ``name``, ``licence``) and ``("family", name)``
            (``kind="family"``); edges carry ``kind`` (``"part_of"``, ``"related"``, ``"family"``) and ``step`` (how many steps
            they count for). Where two skills are linked twice, the shorter link counts.
        """
        import networkx as nx  # noqa: PLC0415 - scoring does without it, and starts sooner

        graph: nx.Graph[Node] = nx.Graph()
        for skill in self.skills:
            graph.add_node(skill.skill_id, kind="skill", name=skill.name, licence=tuple(skill.licence))
            graph.add_node(("family", skill.family), kind="family", name=skill.family)
        for (one, other), (kind, step) in self.links.items():
            graph.add_edge(one, other, kind=kind, step=step)
        return graph

    @functools.cached_property
    def links(self) -> Mapping[tuple[Node, Node], tuple[str, float]]:
        """How skills and families hang together.

        Returns
        -------
        links : mapping of (Node, Node) to (str, float)
            Each link once, with its kind and how many steps it counts for, node by node as in `graph`.
        """
        near: dict[Node, dict[Node, tuple[str, float]]] = {}

        def link(one: Node, other: Node, kind: str, step: float) -> None:
            near.setdefault(one, {})[other] = near.setdefault(other, {})[one] = (kind, step)

        for skill in self.skills:
            link(skill.skill_id, ("family", skill.family), "family", FAMILY_STEP)
        for skill in self.skills:
            for other in skill.related:
                if other in self.places and other != skill.skill_id:
                    link(skill.skill_id, other, "related", RELATED_STEP)
        for skill in self.skills:
            if skill.part_of and skill.part_of in self.places and skill.part_of != skill.skill_id:
                link(skill.skill_id, skill.part_of, "part_of", PART_OF_STEP)
        place = {node: at for at, node in enumerate(near)}
        return {
            (one, other): how for one, ends in near.items() for other, how in ends.items() if place[one] < place[other]
        }

    @functools.cached_property
    def similarities(self) -> NDArray[np.float64]:
        """How near each skill is to each other one: ``decay ** steps`` along the shortest way.

        Returns
        -------
        similarities : read-only ndarray of shape (n_skills, n_skills), values in {0} ∪ [cutoff, 1]
            Symmetric, 1 on the diagonal.
        """
        nodes: dict[Node, int] = {skill.skill_id: place for place, skill in enumerate(self.skills)}
        ends = [(nodes.setdefault(one, len(nodes)), nodes.setdefault(other, len(nodes))) for one, other in self.links]
        rows, columns = np.array(ends, dtype=np.int64).reshape(-1, 2).T
        away = np.array([step for _, step in self.links.values()])
        steps = csr_array((away, (rows, columns)), shape=(len(nodes), len(nodes)))
        limit = math.log(self.cutoff) / math.log(self.decay)
        size = len(self.skills)
        # A hair above the limit, so that a way of exactly that length is not lost to rounding.
        reached = dijkstra(steps, directed=False, indices=np.arange(size), limit=limit * (1 + 1e-12))[:, :size]
        near: NDArray[np.float64] = np.power(self.decay, reached)
        near[~np.isfinite(reached)] = 0.0
        near.setflags(write=False)
        return near

    def similarity(self, one: str, other: str) -> float:
        """Return how near two skills are.

        Parameters
        ----------
        one, other : str
            Numbers of skills.

        Returns
        -------
        similarity : float in [0, 1]
            1 for the same skill, 0 for skills that have nothing to do with each other.

        Raises
        ------
        UnknownNameError
            If there is no such skill.
        """
        return float(self.similarities[self.place(one), self.place(other)])

    def find(self, word: str) -> str | None:
        """Return the skill that a word means exactly.

        Parameters
        ----------
        word : str
            A number, a name, an English name or an alias, in any width and case.

        Returns
        -------
        skill_id : str or None
            None where the word is unknown or two skills claim it.
        """
        if word.strip() in self.places:
            return word.strip()
        place = self.words.get(fold_word(word))
        return None if place is None else self.skills[place].skill_id

    @functools.cached_property
    def _word_index(self) -> WordIndex:
        return WordIndex(self.words)

    def nearest(self, word: str, *, limit: int = 5, least: float = 0.2) -> tuple[SkillOffer, ...]:
        """Offer the skills that an unknown word may mean, by the characters it shares with names and aliases.

        Parameters
        ----------
        word : str
            As written in a roster.
        limit : int >= 1, default=5
            How many skills at most.
        least : float in [0, 1], default=0.2
            Skills less similar than this are not offered.

        Returns
        -------
        offers : tuple of SkillOffer
            Most similar first; empty where nothing is near.

        Raises
        ------
        CallError
            If limit is below 1.
        """
        if limit < 1:
            raise CallError(f"limit must be at least 1; got {limit!r}")
        best = self._word_index.best_by_place(fold_word(word), least=least)
        return tuple(
            SkillOffer(
                skill_id=self.skills[place].skill_id, name=self.skills[place].name, similarity=score, matched=matched
            )
            for place, score, matched in best[:limit]
        )


def _skill_of(row: Mapping[str, str]) -> Skill:
    def values(column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in (row.get(column) or "").split("、") if part.strip())

    def value(column: str) -> str:
        return (row.get(column) or "").strip()

    return Skill(
        skill_id=value("skill_id"),
        name=value("name"),
        family=value("family"),
        english=value("english") or None,
        aliases=values("aliases"),
        related=values("related"),
        part_of=value("part_of") or None,
        licence=values("licence"),
    )
