"""Why a need is not served: who could do the work, and what stands in the way of how many."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.labels import Language, label
from matching.planning.candidates import Candidates
from matching.planning.eligibility import RULES
from matching.planning.model import Model
from matching.planning.proposal import Unmet
from matching.planning.solving import Choice
from matching.records import NeedStatus, mask_text, show_choice

_MOST_CAUSES = 3
# Who is no candidate at all: the others could do the work, and it is worth saying what keeps them from it.
_UNABLE = sum(1 << RULES.index(rule) for rule in ("skill", "skill_unknown"))
_KIND = 1 << RULES.index("kind")
_WHOLE_NEED = frozenset({"closed", "time_over"})
_WHOLE_SENTENCES = frozenset({"nobody", "kinds", "only", "part", "bundle", *_WHOLE_NEED})


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """How far each need is served.

    Attributes
    ----------
    got : ndarray of int, shape (n_needs,)
        People assigned.
    status : tuple of str
        ``"met"``, ``"partial"``, ``"unmet"``, ``"bundle"`` or ``"closed"``.
    """

    got: NDArray[np.int64]
    status: tuple[str, ...]


def read_service(candidates: Candidates, model: Model, choice: Choice) -> Service:
    """Tell how far each need is served.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    model : Model
        With the pairs.
    choice : Choice
        Those that were chosen.

    Returns
    -------
    service : Service
    """
    got = np.bincount(model.need[choice.chosen], minlength=model.shape[0])
    covered = _covered(candidates, model, choice)
    status = []
    for row, need in enumerate(candidates.profiles.needs):
        if model.most[row] == 0 or need.status in {NeedStatus.DONE, NeedStatus.CANCELLED}:
            status.append("closed")
        elif got[row] >= model.least[row] and (covered[row] or not got[row]):
            is_short = got[row] == 0 and model.least[row] > 0
            status.append("unmet" if is_short else "bundle" if need.bundle in choice.bundles else "met")
        else:
            status.append("partial" if got[row] else "unmet")
    return Service(got, tuple(status))


def _covered(candidates: Candidates, model: Model, choice: Choice) -> list[bool]:
    """Tell of each need whether those chosen bring everything that one of them must."""
    people: dict[int, list[int]] = defaultdict(list)
    for edge in np.flatnonzero(choice.chosen):
        people[int(model.need[edge])].append(int(model.partner[edge]))
    return [
        all(part.covers[people[row]].any() for part in candidates.parts[row]) if people[row] else True
        for row in range(model.shape[0])
    ]


def list_unmet(
    candidates: Candidates, model: Model, choice: Choice, service: Service, *, language: Language = "zh"
) -> tuple[Unmet, ...]:
    """List the needs that are not served, or not as they ask, with what stands in the way.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    model : Model
        With the pairs.
    choice : Choice
        Those that were chosen.
    service : Service
        As `read_service` returns it.
    language : {"zh", "en"}, default="zh"
        Of the reasons.

    Returns
    -------
    unmet : tuple of Unmet
        In the order of the needs.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for row, need in enumerate(candidates.profiles.needs):
        if need.bundle:
            members[need.bundle].append(row)
    chosen = {(int(model.need[e]), int(model.partner[e])) for e in np.flatnonzero(choice.chosen)}
    found = []
    for row, status in enumerate(service.status):
        if status in {"met", "closed"}:
            continue
        causes = (("bundle", 1),) if status == "bundle" else causes_of(candidates, row, chosen)
        need = candidates.profiles.needs[row]
        wanted, got = int(model.least[row]), int(service.got[row])
        reason = _bundle_reason(candidates, model, service, members, row, language) if status == "bundle" else ""
        reason = reason or words_of(candidates, row, causes, is_partial=status == "partial", language=language)
        if status == "partial":
            head = label("planning.cause.partial", language=language, got=got, missing=max(wanted - got, 0))
            reason = head + reason
        found.append(Unmet(need_id=need.need_id, wanted=wanted, got=got, status=status, causes=causes, reason=reason))
    return tuple(found)


def causes_of(candidates: Candidates, row: int, chosen: set[tuple[int, int]]) -> tuple[tuple[str, int], ...]:
    """Count what stands in the way of those who could do the work of a need.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    row : int
        Index of the need.
    chosen : set of (need, partner)
        Pairs of the plan, by index.

    Returns
    -------
    causes : tuple of (cause, count)
        Most frequent first.
    """
    masks = candidates.masks[row]
    able = (masks & _UNABLE) == 0
    if not able.any():
        return (("nobody", 0),)
    right_kind = able & ((masks & _KIND) == 0)
    if not right_kind.any():
        return (("kinds", int(able.sum())),)
    counts: Counter[str] = Counter()
    for column in np.flatnonzero(right_kind):
        mask = int(masks[column])
        if mask == 0:
            counts["busy"] += (row, int(column)) not in chosen
            continue
        first = RULES[(mask & -mask).bit_length() - 1]
        counts[first] += 1
    eligible = candidates.is_eligible[row]
    lacking = [part.name for part in candidates.parts[row] if not (part.covers & eligible).any()]
    if lacking and not +counts:
        return (("part", len(lacking)),)
    if not +counts:
        return (("only", int(right_kind.sum())),)
    for rule in _WHOLE_NEED:
        if counts[rule]:
            return ((rule, counts[rule]),)
    causes = sorted(((rule, n) for rule, n in counts.items() if n), key=lambda pair: (-pair[1], RULES_ORDER[pair[0]]))
    return ((("part", len(lacking)),) if lacking else ()) + tuple(causes)


RULES_ORDER: Mapping[str, int] = {
    rule: at for at, rule in enumerate((*RULES, "busy", "only", "nobody", "kinds", "part", "bundle"))
}
"""Order in which causes of equal count are named."""


def words_of(
    candidates: Candidates,
    row: int,
    causes: Sequence[tuple[str, int]],
    *,
    is_partial: bool = False,
    language: Language = "zh",
) -> str:
    """Say what stands in the way.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    row : int
        Index of the need.
    causes : sequence of (cause, count)
        As `causes_of` returns them.
    is_partial : bool, default=False
        Whether others have been assigned, who are not counted among the causes.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
        For example “会或会相近的 11 人中，8 人时间不合，3 人证照过期”.
    """
    profiles, need = candidates.profiles, candidates.profiles.needs[row]
    skills = [profiles.taxonomy.skills[found.place] for found in profiles.wanted[row]]
    names = "、".join(skill.name if language == "zh" else skill.english or skill.name for skill in skills)
    allowed = "、".join(show_choice(kind, language=language) for kind in need.kinds)
    parts = [p.name for p in candidates.parts[row] if not (p.covers & candidates.is_eligible[row]).any()]
    values = {"skills": names or mask_text(need.description)[:20], "allowed": allowed, "part": "、".join(parts)}
    said = [
        label(f"planning.cause.{cause}", language=language, count=count, **values)
        for cause, count in causes
        if cause in _WHOLE_SENTENCES
    ]
    people = [(cause, count) for cause, count in causes if cause not in _WHOLE_SENTENCES]
    if people:
        said.append(_what_keeps(people, "further" if is_partial else "able" if names else "", language))
    return label("planning.semicolon", language=language).join(said)


def _what_keeps(people: Sequence[tuple[str, int]], whose: str, language: Language) -> str:
    """Say what keeps how many people from the work; `whose` is empty where it asks for no skill, and they are just people."""

    def what(cause: str) -> str:
        return label(f"planning.cause.what.{cause}", language=language)

    def counted(cause: str, count: int) -> str:
        key = "counted_units" if cause == "crew" else "counted"
        return label(f"planning.cause.{key}", language=language, count=count, what=what(cause))

    able, (first, count) = sum(n for _, n in people), people[0]
    if len(people) == 1 and (first == "busy" or not whose):
        return counted(first, count)
    if len(people) == 1:
        form = "one" if count == 1 else "alike"
        return label(f"planning.cause.{whose}.{form}", language=language, count=count, what=what(first))
    told = [counted(cause, n) for cause, n in people[:_MOST_CAUSES]]
    rest = sum(n for _, n in people[_MOST_CAUSES:])
    if rest:
        told.append(label("planning.cause.others", language=language, count=rest))
    joined = label("planning.cause.comma", language=language).join(told)
    return label(f"planning.cause.{whose}.mixed", language=language, count=able, told=joined) if whose else joined


def _bundle_reason(
    candidates: Candidates,
    model: Model,
    service: Service,
    members: Mapping[str, list[int]],
    row: int,
    language: Language,
) -> str:
    bundle = candidates.profiles.needs[row].bundle or ""
    lacking = [
        f"{candidates.profiles.needs[other].need_id} {mask_text(candidates.profiles.needs[other].description)[:16]}"
        for other in members[bundle]
        if service.got[other] < model.least[other]
    ]
    return label("planning.cause.bundle", language=language, bundle=bundle, others="、".join(lacking))
