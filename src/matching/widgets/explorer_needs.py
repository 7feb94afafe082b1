"""The needs on the left: one row each, searched, filtered and ordered."""

import collections
import dataclasses
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from matching.labels import Language, label
from matching.planning import Candidates
from matching.planning.standing import Pair
from matching.records import Need, Urgency, show_choice
from matching.views.svg import clean_text
from matching.widgets.explorer_facts import CLOSED, PlanFacts
from matching.widgets.explorer_reviews import Review, reviews_by_need
from matching.widgets.explorer_values import View, Work

_URGENCY = {urgency: rank for rank, urgency in enumerate(Urgency)}
_STATUS = {"unmet": 0, "partial": 1, "met": 2, CLOSED: 3}
_MOST_PEOPLE = 3
TIP = 2000
"""Characters of a text that are sent; nobody reads more in a table."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NeedIndex:
    """The needs of some data, prepared to be searched.

    Attributes
    ----------
    ids, texts, communities : tuple of str, one a need
    skills : tuple of tuple of str, one a need
        Names of the skills that it asks for, stated or read.
    urgencies : tuple of Urgency, one a need
        As the register states; normal where it states none.
    folded : tuple of str, one a need
        What the search looks in.
    names : mapping of str to str
        Folded names by partner.
    reviews : mapping of str to tuple of Review
        What was decided and answered about each need.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    communities: tuple[str, ...]
    skills: tuple[tuple[str, ...], ...]
    urgencies: tuple[Urgency, ...]
    folded: tuple[str, ...]
    names: dict[str, str]
    reviews: Mapping[str, tuple[Review, ...]]


def index_needs(base: Candidates) -> NeedIndex:
    """Prepare needs to be searched.

    Parameters
    ----------
    base : Candidates
        Scored.

    Returns
    -------
    index : NeedIndex
    """
    profiles = base.profiles
    skills = tuple(
        tuple(dict.fromkeys(profiles.taxonomy.skills[each.place].name for each in wanted)) for wanted in profiles.wanted
    )
    texts = tuple(clean_text(need.description, most=TIP) for need in profiles.needs)
    places = tuple(clean_text(need.community or "", most=200) for need in profiles.needs)
    folded = tuple(
        _fold(" ".join((need.need_id, text, place, *own)))
        for need, text, place, own in zip(profiles.needs, texts, places, skills, strict=True)
    )
    return NeedIndex(
        ids=tuple(need.need_id for need in profiles.needs),
        texts=texts,
        communities=places,
        skills=skills,
        urgencies=tuple(need.urgency or Urgency.NORMAL for need in profiles.needs),
        folded=folded,
        names={p.partner_id: _fold(f"{p.partner_id} {clean_text(p.name, most=200)}") for p in profiles.partners},
        reviews=reviews_by_need(base.community),
    )


def asked_about(work: Work) -> frozenset[Pair]:
    """Return the pairs that somebody asked about or ruled out: whoever was excluded is still found by name at the need.

    Parameters
    ----------
    work : Work
        Data and wishes.

    Returns
    -------
    pairs : frozenset of Pair
    """
    asked = {(w.need_id, w.partner_id) for w in work.settings.wishes if w.need_id and w.partner_id}
    return work.base.sides.standing.forbidden | asked


def list_needs(
    index: NeedIndex, facts: PlanFacts, view: View, urgent: frozenset[str], asked: Collection[Pair] = ()
) -> list[int]:
    """Return which needs are listed, in their order.

    Parameters
    ----------
    index : NeedIndex
        Of the data.
    facts : PlanFacts
        Of the plan: whoever is placed at a need is found by name too.
    view : View
        Filters and order.
    urgent : frozenset of str
        Needs that a person declared urgent.
    asked : collection of Pair
        Pairs that somebody asked about: their partners are found by name at their needs, as those are who are placed there.

    Returns
    -------
    rows : list of int
        Indices of needs. Closed needs come last in every order but that of the register.
    """
    words = _fold(view.search).split()
    also: dict[str, list[str]] = collections.defaultdict(list)
    for need_id, partner_id in asked:
        also[need_id].append(partner_id)
    kept = [row for row in range(len(index.ids)) if _passes(index, facts, view, urgent, words, also, row)]
    if view.order == "register":
        return kept
    status = {row: _STATUS[facts.status.get(index.ids[row], CLOSED)] for row in kept}
    rank = {row: 0 if index.ids[row] in urgent else _URGENCY[index.urgencies[row]] for row in kept}
    if view.order == "urgency":
        return sorted(kept, key=lambda row: (status[row] == _STATUS[CLOSED], rank[row], status[row], row))
    return sorted(kept, key=lambda row: (status[row], rank[row], row))


def _passes(
    index: NeedIndex,
    facts: PlanFacts,
    view: View,
    urgent: frozenset[str],
    words: list[str],
    also: Mapping[str, list[str]],
    row: int,
) -> bool:
    need_id = index.ids[row]
    urgency = Urgency.URGENT if need_id in urgent else index.urgencies[row]
    if view.community and index.communities[row] != view.community:
        return False
    if view.skill and view.skill not in index.skills[row]:
        return False
    if view.urgency and urgency != view.urgency:
        return False
    if not words:
        return True
    people = (*facts.placed.get(need_id, ()), *also.get(need_id, ()))
    here = f"{index.folded[row]} {' '.join(index.names.get(who, '') for who in people)}"
    return all(word in here for word in words)


def find_people(index: NeedIndex, facts: PlanFacts, view: View) -> list[str]:
    """Say of the people whose name is searched for what the plan gives them, where no need is listed.

    Parameters
    ----------
    index : NeedIndex
        Of the data.
    facts : PlanFacts
        Of the plan.
    view : View
        With the words searched for.

    Returns
    -------
    said : list of str
        One sentence a person, for three of them at most.
    """
    words = _fold(view.search).split()
    found = [who for who, name in index.names.items() if words and all(word in name for word in words)]
    said = []
    for who in found[:_MOST_PEOPLE]:
        needs = facts.load.get(who, (0, 0.0))[0]
        key = f"widgets.explorer.needs.{'person_elsewhere' if needs else 'person_free'}"
        said.append(
            label(
                key,
                language=view.language,
                who=f"{index.names[who].removeprefix(_fold(who)).strip()} {who}",
                needs=needs,
            )
        )
    return said


def need_rows(base: Candidates, index: NeedIndex, language: Language) -> list[list[Any]]:
    """Return what stands in the rows of needs and does not change with the plan.

    Parameters
    ----------
    base : Candidates
        Scored.
    index : NeedIndex
        Of them.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    rows : list of [need_id, text, community, urgency, urgency in words, people]
    """
    heads = base.sides.heads
    return [
        [
            index.ids[row],
            index.texts[row],
            index.communities[row],
            index.urgencies[row].value,
            show_choice(index.urgencies[row], language=language),
            int(heads.least[row]),
        ]
        for row in range(len(index.ids))
    ]


def need_card(base: Candidates, facts: PlanFacts, index: NeedIndex, view: View) -> dict[str, Any]:
    """Return what is said of the chosen need above its candidates.

    Parameters
    ----------
    base : Candidates
        Scored.
    facts : PlanFacts
        Of the plan.
    index : NeedIndex
        Of the data.
    view : View
        What is chosen.

    Returns
    -------
    card : dict
        Empty where nothing is chosen.
    """
    if not view.need_id:
        return {}
    row, language = base.need_index(view.need_id), view.language
    need, work, heads = base.profiles.needs[row], base.works[row], base.sides.heads
    status = facts.status.get(view.need_id, CLOSED)
    when = str(work.stretch) if work.stretch else label("planning.to_be_agreed", language=language)
    least, most = int(heads.least[row]), int(heads.most[row])
    return {
        "id": view.need_id,
        "text": index.texts[row],
        "facts": [
            index.communities[row],
            clean_text(need.place or "", most=200),
            when,
            label("widgets.explorer.hours", language=language, hours=f"{work.hours:g}"),
            label(
                "widgets.explorer.people", language=language, people=f"{least}–{most}" if most > least else str(least)
            ),
            "、".join(index.skills[row]),
            "、".join(clean_text(each, most=80) for each in need.licences),
        ],
        "urgency": index.urgencies[row].value,
        "status": status,
        "placed": len(facts.placed.get(view.need_id, ())),
        "wanted": least,
        "why": clean_text(facts.why_unmet.get(view.need_id, "")) if status != "met" else "",
    }


def filter_choices(index: NeedIndex, language: Language) -> dict[str, Any]:
    """Return what the needs can be filtered by.

    Parameters
    ----------
    index : NeedIndex
        Of the data.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    choices : dict
        ``communities``, ``skills`` and ``urgencies``, each with the number of its needs.
    """

    def counted(names: Iterable[str]) -> list[list[Any]]:
        return [[name, count] for name, count in sorted(collections.Counter(names).items()) if name]

    urgencies = [each.value for each in index.urgencies]
    return {
        "communities": counted(index.communities),
        "skills": counted(name for own in index.skills for name in own),
        "urgencies": [[u.value, show_choice(u, language=language), urgencies.count(u.value)] for u in Urgency],
    }


def describe_need(need: Need) -> str:
    """Return a need as it is named in a sentence.

    Parameters
    ----------
    need : Need
        Any.

    Returns
    -------
    words : str
        Identifier and the beginning of its text.
    """
    return f"{need.need_id} {clean_text(need.description, most=24)}"


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
