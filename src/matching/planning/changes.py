"""What changes from one plan to another: who is told what, before and after."""

from __future__ import annotations

import dataclasses
import html
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from matching import frames as pd
from matching import roster
from matching.labels import Language, label
from matching.planning.proposal import Override, Proposal, windows_of
from matching.planning.shown import shown
from matching.planning.standing import Pair
from matching.planning.tables import frame, when
from matching.records import Window, mask_text

_MOST_SIGNS = 40
_WIDTHS = {
    "partner_id": 11, "partner": 16, "change": 9, "need_id": 10, "need": 30, "time_before": 23, "place_before": 22,
    "time_after": 23, "place_after": 22,
}  # fmt: skip


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


@shown
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
    places : tuple of (need_id, before, after)
        Communities and places, likewise.
    decided : tuple of Override
        What people decided between the two plans, with who and why.
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
    places: tuple[tuple[str, str, str], ...] = ()
    decided: tuple[Override, ...] = ()

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

    def details(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return the sheet to tell people by: grouped by partner, one row a need, with old and new time and place.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        table : DataFrame
        """
        names, texts = dict(self.names), dict(self.texts)
        times, places = ({need_id: (was, now) for need_id, was, now in each} for each in (self.times, self.places))
        rows = []
        for each in self.people:
            for need_id in sorted({*each.before, *each.after}, key=lambda n: (n in each.after, n)):
                had, has = need_id in each.before, need_id in each.after
                when_, where = times.get(need_id, ("—", "—")), places.get(need_id, ("—", "—"))
                kind = ("time" if when_[0] != when_[1] else "same") if had and has else "new" if has else "dropped"
                rows.append(
                    (
                        each.partner_id, names.get(each.partner_id, ""), label(f"planning.change.{kind}", language=language),
                        need_id, texts.get(need_id, ""), when_[0] if had else "—", where[0] if had else "—",
                        when_[1] if has else "—", where[1] if has else "—",
                    )
                )  # fmt: skip
        columns = (
            "partner_id", "partner", "change", "need_id", "need", "time_before", "place_before", "time_after",
            "place_after",
        )  # fmt: skip
        return frame(columns, rows, language)

    def to_excel(self, path: str | Path, *, language: Language = "zh") -> Path:
        """Write the before/after sheet as a workbook of one sheet.

        Parameters
        ----------
        path : str or Path
            Of the workbook, ending in ``.xlsx``.
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        path : Path
        """
        table = self.details(language=language)
        sheet = roster.Sheet(
            title=label("planning.sheet.changes", language=language),
            headers=[str(column) for column in table.columns],
            rows=[list(row) for row in table.itertuples(index=False, name=None)],
            widths={label(f"planning.column.{name}", language=language): width for name, width in _WIDTHS.items()},
            notes=[*self._heading(language), label("planning.sheet.proposal_note", language=language)],
            landscape=True,
        )
        path = Path(path)
        roster.write_sheets(path, [sheet])
        return path

    def to_html(self, *, language: Language = "zh") -> str:
        """Return the before/after sheet as a piece of a page: what was decided, then a table grouped by partner.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        html : str
            Without scripts or styles of its own; all text is escaped.
        """
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in self._heading(language))
        if not self.people:
            return lines
        table = self.details(language=language)
        head = "".join(f'<th scope="col">{html.escape(str(column))}</th>' for column in table.columns)
        body, before = "", None
        for row in table.itertuples(index=False, name=None):
            cells = "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row[2:])
            if row[0] != before:
                span, before = int((table.iloc[:, 0] == row[0]).sum()), row[0]
                named = "".join(
                    f'<th scope="rowgroup" rowspan="{span}">{html.escape(str(cell))}</th>' for cell in row[:2]
                )
                cells = named + cells
            body += f"<tr>{cells}</tr>"
        return f"{lines}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _repr_html_(self) -> str:
        return self.to_html()

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
        lines = self._heading(language)
        names = dict(self.names)
        lines += [
            label(
                f"planning.change.line_{each.kind}",
                language=language,
                partner=shortened(names.get(each.partner_id) or "") or each.partner_id,
                before=self._told(each.before, language, at=1),
                after=self._told(each.after, language, at=2),
            )
            for each in self.people
        ]
        return "\n".join(lines)

    def _heading(self, language: Language) -> list[str]:
        """Say what was decided, by whom and why, and what it comes to."""
        names = dict(self.names)
        said = [_decision(each, names, language) for each in self.decided]
        if not self.people:
            return [*said, label("planning.change.none", language=language)]
        headline = label(
            "planning.change.headline",
            language=language,
            people=len(self.people),
            met=len(self.now_met),
            unmet=len(self.now_unmet),
            before=f"{self.score_before:.2f}",
            after=f"{self.score_after:.2f}",
        )
        return [headline, *said]

    def _told(self, need_ids: tuple[str, ...], language: Language, *, at: int) -> str:
        texts, times = dict(self.texts), {row[0]: row for row in self.times}
        places = {row[0]: row[at] for row in self.places}
        told = [
            f"{each} {texts.get(each, '')}（{'，'.join(filter(None, (times[each][at], shortened(places.get(each, '')))))}）"
            if each in times
            else each
            for each in need_ids
        ]
        return label("planning.semicolon", language=language).join(told) or "—"


def shortened(words: str) -> str:
    """Keep a line readable whatever somebody put into a cell; the sheet has all of it.

    Parameters
    ----------
    words : str

    Returns
    -------
    short : str
        The first of them, with an ellipsis where there are more.
    """
    return words if len(words) <= _MOST_SIGNS else f"{words[:_MOST_SIGNS]}…"


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
    decided = tuple(each for each in new.overrides if each not in old.overrides)
    named = {each.partner_id for each in people} | {each.partner_id for each in decided if each.partner_id}
    concerned = {need_id for each in people for need_id in (*each.before, *each.after)}
    return Changes(
        old_id=old.plan_id,
        new_id=new.plan_id,
        people=people,
        now_met=tuple(sorted((unmet_before - unmet_after) & shared | {n for n in added if n not in unmet_after})),
        now_unmet=tuple(sorted((unmet_after - unmet_before) & shared)),
        score_before=old.proof.score_total,
        score_after=new.proof.score_total,
        names=tuple((each, _name(old, new, each)) for each in sorted(named)),
        texts=tuple(sorted((need_id, texts[need_id]) for need_id in concerned)),
        times=tuple(sorted((need_id, *_told(old, new, need_id, _time)) for need_id in concerned)),
        places=tuple(sorted((need_id, *_told(old, new, need_id, _place)) for need_id in concerned)),
        decided=decided,
    )


def _decision(override: Override, names: Mapping[str, str], language: Language) -> str:
    partner_id = override.partner_id or ""
    return label(
        f"planning.change.decided_{override.action}",
        language=language,
        need=override.need_id or "",
        partner=shortened(names.get(partner_id) or "") or partner_id,
        by=shortened(override.by) or label("planning.change.somebody", language=language),
        reason=override.reason or "—",
    )


def _name(old: Proposal, new: Proposal, partner_id: str) -> str:
    for plan in (new, old):
        at = plan.candidates.profiles.positions.get(partner_id)
        if at is not None:
            return mask_text(plan.candidates.profiles.partners[at].name)
    return ""


def _told(old: Proposal, new: Proposal, need_id: str, words: Callable[[Proposal, int], str]) -> tuple[str, str]:
    found = []
    for plan in (old, new):
        rows = [row for row, need in enumerate(plan.candidates.profiles.needs) if need.need_id == need_id]
        found.append(words(plan, rows[0]) if rows else "—")
    return found[0], found[1]


def _time(plan: Proposal, row: int) -> str:
    return when(plan.candidates.works[row].stretch, "zh")


def _place(plan: Proposal, row: int) -> str:
    need = plan.candidates.profiles.needs[row]
    return mask_text(" ".join(filter(None, (need.community, need.place))))
