"""Why needs cannot all be met: groups of needs that compete for the same few people, often at the same time."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd

from matching.assign import Finding, diagnose
from matching.labels import Language, label
from matching.planning.candidates import Candidates
from matching.planning.first_step import FirstStep
from matching.planning.model import as_problem
from matching.planning.proposal import Proposal
from matching.planning.shown import shown
from matching.planning.tables import frame
from matching.records import CHINA, Window, mask_text

_MOST_NAMES = 3
_NOON, _EVENING = 12, 18


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """Needs that together ask for more of the same people than there are.

    Attributes
    ----------
    need_ids : tuple of str
        All of them, met or not, in their order.
    unmet : tuple of str
        Those of them that the plan does not serve as they ask.
    partner_ids : tuple of str
        Everybody who could serve any of them.
    wanted, available : float
        What they ask for together, and what those partners have: people where the needs are at the same time, else
        places or hours, whichever binds.
    is_same_time : bool
        Whether they overlap in time, so that nobody can serve two of them.
    sentence : str
        For example “8月3日（周六）上午：3 条需求争 1 位能做「照明维修」且持低压电工作业证的人（张师傅）：N-004、N-009、N-017”.
    """

    need_ids: tuple[str, ...]
    unmet: tuple[str, ...]
    partner_ids: tuple[str, ...]
    wanted: float
    available: float
    is_same_time: bool
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def list_bottlenecks(plan: Proposal, *, language: Language = "zh") -> tuple[Bottleneck, ...]:
    """Find the groups of needs that compete for the same few people.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    bottlenecks : tuple of Bottleneck
        Each holds a need that the plan does not serve as it asks, and is a proof by itself: whatever is done, not all of
        its needs can be met. Those at the same time come first, then the largest shortfall.

    References
    ----------
    P. Hall, "On representatives of subsets", Journal of the London Mathematical Society 10, 1935.
    """
    working = plan.working
    unmet = {each.need_id for each in plan.unmet if each.status in {"unmet", "partial"}}
    rows = [row for row, need in enumerate(working.candidates.profiles.needs) if need.need_id in unmet]
    if not rows:
        return ()
    found = [
        _bottleneck(working.candidates, finding, unmet, language)
        for finding in _findings(plan)
        if finding.rule in {"competition", "same_time"} and set(finding.needs) & set(rows)
    ]
    ordered = sorted(found, key=lambda each: (not each.is_same_time, each.available - each.wanted, each.need_ids))
    kept: dict[frozenset[str], Bottleneck] = {}
    for each in ordered:
        kept.setdefault(frozenset(each.need_ids), each)
    return tuple(kept.values())


def bottleneck_table(bottlenecks: Sequence[Bottleneck], *, language: Language = "zh") -> pd.DataFrame:
    """Return bottlenecks as a table.

    Parameters
    ----------
    bottlenecks : sequence of Bottleneck
        As `list_bottlenecks` returns them.
    language : {"zh", "en"}, default="zh"
        Of the headers.

    Returns
    -------
    table : DataFrame
    """
    rows = [
        (
            "、".join(each.need_ids),
            "、".join(each.unmet),
            len(each.partner_ids),
            each.wanted,
            each.available,
            each.sentence,
        )
        for each in bottlenecks
    ]
    return frame(("need_ids", "unmet", "partners", "wanted_together", "available", "why"), rows, language)


def competing(plan: Proposal, *, language: Language = "zh") -> dict[str, str]:
    """Say of each unmet need with which others it competes for the same few people.

    Parameters
    ----------
    plan : Proposal
        Any.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : dict of str to str
        By need; needs that compete with none are left out.
    """
    words: dict[str, str] = {}
    for each in list_bottlenecks(plan, language=language):
        for need_id in each.unmet:
            words.setdefault(need_id, each.sentence)
    return words


def _findings(plan: Proposal) -> tuple[Finding, ...]:
    """Ask for every need that could be served alone at once, and let counting and minimum cuts say what contradicts."""
    working = plan.working
    step = FirstStep(working.candidates, working.model, working.wishes, "total", 1)
    low, high, _ = step.demand(frozenset())
    problem = as_problem(
        working.model,
        value=working.model.value,
        demand=(low, np.maximum(low, high)),
        pinned=step.pinned,
        forbidden=working.wishes.forbidden & ~step.pinned,
    )
    return diagnose(problem)


def _bottleneck(candidates: Candidates, finding: Finding, unmet: set[str], language: Language) -> Bottleneck:
    needs, partners = candidates.profiles.needs, candidates.profiles.partners
    need_ids = tuple(needs[row].need_id for row in finding.needs)
    names = "、".join(mask_text(partners[at].name) for at in finding.partners[:_MOST_NAMES])
    more = label("planning.and_more", language=language) if len(finding.partners) > _MOST_NAMES else ""
    is_same_time = finding.rule == "same_time"
    said = label(
        f"planning.bottleneck.{finding.rule}",
        language=language,
        when=_when([candidates.works[row].stretch for row in finding.needs], language),
        needs=len(need_ids),
        people=len(finding.partners),
        able=_able(candidates, finding.needs, language),
        names=names + more,
        ids="、".join(need_ids),
        wanted=f"{finding.wanted:g}",
        available=f"{finding.available:g}",
    )
    return Bottleneck(
        need_ids=need_ids,
        unmet=tuple(need_id for need_id in need_ids if need_id in unmet),
        partner_ids=tuple(partners[at].partner_id for at in finding.partners),
        wanted=finding.wanted,
        available=finding.available,
        is_same_time=is_same_time,
        sentence=said,
    )


def _able(candidates: Candidates, rows: Sequence[int], language: Language) -> str:
    """Say what all of some needs ask for: the licences that they share, else the skills, else nothing."""
    profiles = candidates.profiles
    licences = [
        {*profiles.needs[row].licences, *(profiles.taxonomy.skills[f.place].licence[0] for f in profiles.wanted[row][:1]
                                          if profiles.taxonomy.skills[f.place].licence)}
        for row in rows
    ]  # fmt: skip
    shared = set.intersection(*licences)
    if shared:
        return label("planning.bottleneck.licensed", language=language, licences="、".join(sorted(shared)))
    skills = [profiles.taxonomy.skills[f.place] for row in rows for f in profiles.wanted[row][:1]]
    names = dict.fromkeys(s.name if language == "zh" else s.english or s.name for s in skills)
    joined = "、".join(list(names)[:_MOST_NAMES])
    return label("planning.bottleneck.skilled", language=language, skills=joined) if joined else ""


def _when(stretches: Sequence[Window | None], language: Language) -> str:
    """Say when some work is: half a day where all of it is in one, else the days."""
    starts = sorted(stretch.start.astimezone(CHINA) for stretch in stretches if stretch)
    if not starts:
        return label("planning.to_be_agreed", language=language)
    halves = {_half(start.hour) for start in starts}
    days = list(dict.fromkeys(start.date() for start in starts))
    weekday = [label(f"planning.weekday.{day.weekday()}", language=language) for day in days]
    told = [
        label("planning.bottleneck.day", language=language, month=day.month, day=day.day, weekday=name)
        for day, name in zip(days, weekday, strict=True)
    ]  # fmt: skip
    if len(days) > 1:
        return f"{told[0]} – {told[-1]}"
    half = label(f"planning.half.{halves.pop()}", language=language) if len(halves) == 1 else ""
    return told[0] + half


def _half(hour: int) -> str:
    return "morning" if hour < _NOON else "afternoon" if hour < _EVENING else "evening"
