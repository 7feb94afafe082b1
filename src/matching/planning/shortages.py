"""What is missing: the skills, licences and times that stand between the district and its unmet needs."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence

from matching import frames as pd
from matching.assign.again import MOST_EDGES
from matching.labels import Language, label
from matching.planning.licensing import fold_licence
from matching.planning.model import urgency_weights
from matching.planning.newcomer import Newcomer, Recruiting, Unlocked
from matching.planning.proposal import Proposal, Unmet
from matching.planning.tables import frame, when
from matching.records import mask_text

# What can be done about a shortage, in the order in which it is worth asking.
_REMEDIES = (
    "licence_missing", "licence_expired", "time", "skill_unknown", "insurance", "resources", "crew", "hours_short",
    "no_capacity", "age_unknown", "guardian", "busy", "only", "nobody", "kinds",
)  # fmt: skip
_LACKS = {
    "licence_missing": "licence", "licence_expired": "licence", "time": "time", "resources": "resource",
    "crew": "resource", "nobody": "skill", "kinds": "kind",
}  # fmt: skip
# So many rows are solved again; further ones have the estimate by prices.
_SOLVED_AGAIN = 30


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """One kind of person that is missing.

    Attributes
    ----------
    skill : str
        Name in the taxonomy; the beginning of the need's own words where it names no skill.
    licences : tuple of str
        That such a person must hold.
    people_short : int
        Places that stay empty, up to the least head-counts.
    need_ids : tuple of str
        Needs concerned, urgent ones first.
    times : tuple of str
        When they are.
    unlocks : tuple of str
        Needs that would be met by one more such person who is free at those times and takes on as many needs as the
        policy allows a volunteer: the first step solved again with him, others moving where that helps.
    gain : float
        What he would add to the first step's total, each of his pairs at the mean score of the plan.
    remedies : tuple of (cause, count)
        What stands in the way of those who nearly could: where there are any, they are the first to ask.
    words : str
        What to do, in one sentence.
    lacks : str
        What is lacking most of all: ``"skill"`` (nobody has it), ``"licence"``, ``"time"`` (those who can are not free),
        ``"resource"``, ``"kind"`` (only partners of other kinds can) or ``"people"`` (there are too few).
    is_exact : bool
        Whether `unlocks` and `gain` were solved for; else they come from the prices of heads, which leave contention
        out.
    """

    skill: str
    licences: tuple[str, ...]
    people_short: int
    need_ids: tuple[str, ...]
    times: tuple[str, ...]
    unlocks: tuple[str, ...]
    gain: float
    remedies: tuple[tuple[str, int], ...]
    words: str
    lacks: str = "people"
    is_exact: bool = True


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """One kind of person that some needs lack."""

    newcomer: Newcomer
    skill: str
    unmet: tuple[Unmet, ...]
    rows: tuple[int, ...]
    estimate: float


def list_shortages(plan: Proposal, *, language: Language = "zh") -> tuple[Shortage, ...]:
    """List the kinds of people that are missing.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    shortages : tuple of Shortage
        What one more person would add most first.
    """
    groups: dict[tuple[str, int | None, tuple[str, ...]], list[Unmet]] = defaultdict(list)
    for each in plan.unmet:
        if each.missing and each.causes and each.causes[0][0] not in {"closed", "time_over"}:
            for key in _missing_kinds(plan, each, language):
                groups[key].append(each)
    if not groups:
        return ()
    recruiting = Recruiting(plan)
    kinds = []
    for (skill, place, licences), unmet in groups.items():
        newcomer = Newcomer(place=place, licences=licences)
        rows = recruiting.rows_for(newcomer, [plan.candidates.need_index(each.need_id) for each in unmet])
        kinds.append(_Kind(newcomer, skill, tuple(unmet), rows, recruiting.estimate(rows)))
    kinds.sort(key=lambda each: (-each.estimate, each.skill))
    most = _SOLVED_AGAIN if plan.working.model.need.size <= MOST_EDGES else 0
    unlocked = recruiting.unlocked_by_each([(kind.newcomer, kind.rows) for kind in kinds[:most]]) if most else ()
    found = [
        _shortage(plan, kind, unlocked[at] if at < len(unlocked) else None, language) for at, kind in enumerate(kinds)
    ]
    return tuple(sorted(found, key=lambda each: (-each.gain, -each.people_short, each.skill)))


def shortage_table(shortages: Sequence[Shortage], *, language: Language = "zh") -> pd.DataFrame:
    """Return shortages as a table: the list from which recruiting and training are planned.

    Parameters
    ----------
    shortages : sequence of Shortage
        As `list_shortages` returns them.
    language : {"zh", "en"}, default="zh"
        Of the headers.

    Returns
    -------
    table : DataFrame
    """
    columns = ("skill", "licences", "lacks", "people_short", "need_ids", "when", "unlocks", "gain", "advice")
    rows = [
        (
            each.skill, "、".join(each.licences), label(f"planning.lacks.{each.lacks}", language=language),
            each.people_short, "、".join(each.need_ids), "、".join(each.times), len(each.unlocks), round(each.gain, 3),
            each.words,
        )
        for each in shortages
    ]  # fmt: skip
    return frame(columns, rows, language)


def _missing_kinds(plan: Proposal, unmet: Unmet, language: Language) -> list[tuple[str, int | None, tuple[str, ...]]]:
    """Name the skill that a need lacks; of a team, each skill that nobody suitable brings."""
    candidates = plan.candidates
    row = candidates.need_index(unmet.need_id)
    need, profiles = candidates.profiles.needs[row], candidates.profiles
    stated = need.licences
    asked = profiles.wanted[row]
    if not asked:
        return [(mask_text(need.description)[:12], None, stated)]
    if need.is_team:
        eligible = candidates.is_eligible[row]
        least = candidates.policy["skill_minimum"]
        covered = [(profiles.fit.cover[:, c] >= least) & eligible for c in profiles.fit.column[row]]
        lacking = [found for found, who in zip(asked, covered, strict=True) if not who.any()]
        asked = tuple(lacking) or asked[:1]
    elif not asked[0].is_stated:
        wanted = {fold_licence(name) for name in stated}
        regulated = [f for f in asked if wanted & {fold_licence(n) for n in profiles.taxonomy.skills[f.place].licence}]
        asked = tuple(regulated[:1]) or asked[:1]
    kinds: list[tuple[str, int | None, tuple[str, ...]]] = []
    for found in asked:
        skill = profiles.taxonomy.skills[found.place]
        name = skill.name if language == "zh" else skill.english or skill.name
        kinds.append((name, found.place, stated or tuple(skill.licence[:1])))
    return kinds


def _shortage(plan: Proposal, kind: _Kind, exact: Unlocked | None, language: Language) -> Shortage:
    candidates = plan.candidates
    weights = urgency_weights(candidates)
    rows = {each.need_id: candidates.need_index(each.need_id) for each in kind.unmet}
    ordered = sorted(kind.unmet, key=lambda each: (-weights[rows[each.need_id]], each.missing, each.need_id))
    unlocked = exact or Unlocked((), kind.estimate)
    unlocks = tuple(candidates.profiles.needs[row].need_id for row in unlocked.needs)
    counts: dict[str, int] = defaultdict(int)
    for each in kind.unmet:
        for cause, count in each.causes:
            counts[cause] = max(counts[cause], count)
    remedies = tuple((cause, counts[cause]) for cause in _REMEDIES if cause in counts)
    short, licences = sum(each.missing for each in kind.unmet), kind.newcomer.licences
    first = remedies[0][0] if remedies else "nobody"
    return Shortage(
        skill=kind.skill,
        licences=licences,
        people_short=short,
        need_ids=tuple(each.need_id for each in ordered),
        times=tuple(dict.fromkeys(when(candidates.works[rows[each.need_id]].stretch, language) for each in ordered)),
        unlocks=unlocks,
        gain=unlocked.gain,
        remedies=remedies,
        words=_advice(kind.skill, licences, short, unlocks, remedies, language),
        lacks=_LACKS.get(first, "people"),
        is_exact=exact is not None,
    )


def _advice(
    skill: str,
    licences: Iterable[str],
    short: int,
    unlocks: Sequence[str],
    remedies: Sequence[tuple[str, int]],
    language: Language,
) -> str:
    held = "、".join(licences)
    first = next((cause for cause, count in remedies if cause not in {"busy", "only"} or count), "nobody")
    count = dict(remedies).get(first, 0)
    key = first if first in _REMEDIES else "nobody"
    said = label(
        f"planning.shortage.{key}", language=language, skill=skill, licence=held or "—", count=count, short=short
    )
    if not unlocks:
        return said
    return said + label("planning.shortage.unlocks", language=language, count=len(unlocks), needs="、".join(unlocks))
