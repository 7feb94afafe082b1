"""What changes from one plan to another: who is told what, before and after."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from matching.labels import Language, label
from matching.planning.proposal import Proposal, windows_of
from matching.planning.standing import Pair
from matching.planning.tables import frame, when
from matching.records import Window, mask_text


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one partner is told.

    Attributes
    ----------
    partner_id : str
    kind : str
        ``"new"`` (had nothing), ``"dropped"`` (has nothing now), ``"moved"`` or ``"time"`` (same needs, another time).
    before, after : tuple of str
        Needs, in their order.
    """

    partner_id: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The difference between two plans.

    Attributes
    ----------
    old_id, new_id : str
        The plans.
    people : tuple of Change
        One a partner who has to be told something; nobody else has.
    now_met, now_unmet : tuple of str
        Needs that are met now and were not, and the other way round.
    score_before, score_after : float
        Sums of the scores.
    names : tuple of (partner_id, name)
    texts : tuple of (need_id, description)
    times : tuple of (need_id, before, after)
        Times as people read them, for the needs concerned.
    """

    old_id: str
    new_id: str
    people: tuple[Change, ...]
    now_met: tuple[str, ...]
    now_unmet: tuple[str, ...]
    score_before: float
    score_after: float
    names: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    times: tuple[tuple[str, str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.people)

    def __str__(self) -> str:
        return self.summary()

    def table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return the before/after sheet: one row a partner who has to be told something.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        table : DataFrame
        """
        names = dict(self.names)
        rows = [
            (
                each.partner_id,
                names.get(each.partner_id, ""),
                label(f"planning.change.{each.kind}", language=language),
                self._told(each.before, language, at=1),
                self._told(each.after, language, at=2),
            )
            for each in self.people
        ]
        return frame(("partner_id", "partner", "change", "before", "after"), rows, language)

    def summary(self, *, language: Language = "zh") -> str:
        """Say on a few lines what changes.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
            One line in all, then one a partner.
        """
        if not self.people:
            return label("planning.change.none", language=language)
        lines = [
            label(
                "planning.change.headline",
                language=language,
                people=len(self.people),
                met=len(self.now_met),
                unmet=len(self.now_unmet),
                before=f"{self.score_before:.2f}",
                after=f"{self.score_after:.2f}",
            )
        ]
        names = dict(self.names)
        lines += [
            label(
                f"planning.change.line_{each.kind}",
                language=language,
                partner=names.get(each.partner_id) or each.partner_id,
                before=self._told(each.before, language, at=1),
                after=self._told(each.after, language, at=2),
            )
            for each in self.people
        ]
        return "\n".join(lines)

    def _told(self, need_ids: tuple[str, ...], language: Language, *, at: int) -> str:
        texts, times = dict(self.texts), {row[0]: row for row in self.times}
        told = [f"{each} {texts.get(each, '')}（{times[each][at]}）" if each in times else each for each in need_ids]
        return label("planning.semicolon", language=language).join(told) or "—"


def people_changed(before: Mapping[Pair, Window | None], after: Mapping[Pair, Window | None]) -> tuple[Change, ...]:
    """Tell who has to be told something.

    Parameters
    ----------
    before, after : mapping of Pair to Window or None
        When each pair works.

    Returns
    -------
    people : tuple of Change
        One a partner, in the order of their identifiers.
    """
    tasks: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for need_id, partner_id in before:
        tasks[partner_id][0].append(need_id)
    for need_id, partner_id in after:
        tasks[partner_id][1].append(need_id)
    people = []
    for partner_id, (had, has) in sorted(tasks.items()):
        moved = any(before[n, partner_id] != after[n, partner_id] for n in {*had} & {*has})
        if {*had} == {*has} and not moved:
            continue
        kind = "time" if {*had} == {*has} else "new" if not had else "dropped" if not has else "moved"
        people.append(Change(partner_id=partner_id, kind=kind, before=tuple(sorted(had)), after=tuple(sorted(has))))
    return tuple(people)


def changes_between(old: Proposal, new: Proposal) -> Changes:
    """Compare two plans.

    Parameters
    ----------
    old, new : Proposal
        Before and after.

    Returns
    -------
    changes : Changes
        Partners in the order of their identifiers.
    """
    people = people_changed(windows_of(old.assignments), windows_of(new.assignments))
    unmet_before, unmet_after = {each.need_id for each in old.unmet}, {each.need_id for each in new.unmet}
    shared = {n.need_id for n in old.candidates.profiles.needs} & {n.need_id for n in new.candidates.profiles.needs}
    added = {n.need_id for n in new.candidates.profiles.needs} - shared
    texts = {n.need_id: mask_text(n.description)[:24] for p in (old, new) for n in p.candidates.profiles.needs}
    concerned = {need_id for each in people for need_id in (*each.before, *each.after)}
    return Changes(
        old_id=old.plan_id,
        new_id=new.plan_id,
        people=people,
        now_met=tuple(sorted((unmet_before - unmet_after) & shared | {n for n in added if n not in unmet_after})),
        now_unmet=tuple(sorted((unmet_after - unmet_before) & shared)),
        score_before=old.proof.score_total,
        score_after=new.proof.score_total,
        names=tuple((each.partner_id, _name(old, new, each.partner_id)) for each in people),
        texts=tuple(sorted((need_id, texts[need_id]) for need_id in concerned)),
        times=tuple(sorted((need_id, *_times(old, new, need_id)) for need_id in concerned)),
    )


def _name(old: Proposal, new: Proposal, partner_id: str) -> str:
    for plan in (new, old):
        at = plan.candidates.profiles.positions.get(partner_id)
        if at is not None:
            return mask_text(plan.candidates.profiles.partners[at].name)
    return ""


def _times(old: Proposal, new: Proposal, need_id: str) -> tuple[str, str]:
    found = []
    for plan in (old, new):
        rows = [row for row, need in enumerate(plan.candidates.profiles.needs) if need.need_id == need_id]
        found.append(when(plan.candidates.works[rows[0]].stretch, "zh") if rows else "—")
    return found[0], found[1]
