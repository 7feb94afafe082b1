"""The plan: a proposal with everything that people ask of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from matching import frames as pd
from matching.labels import Language
from matching.planning import tables, totals
from matching.planning.changes import Changes, changes_between
from matching.planning.explanation import Explanation, explain_pair
from matching.planning.fairness import FairnessPrice, price_of_fairness
from matching.planning.flips import Flips, list_flips
from matching.planning.proposal import Proposal
from matching.planning.replanning import Request, replan
from matching.planning.shortages import list_shortages, shortage_table
from matching.planning.standing import Pair
from matching.planning.why_not import WhyNot, why_not
from matching.records import DispatchRow, Need


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan(Proposal):
    """Who should do what: a proposal with its proof, until a person accepts it.

    A plan is a value: pin, forbid or change something and you get a new plan.
    """

    def __repr__(self) -> str:
        return f"Plan({self.plan_id}, {len(self.assignments)} assignments, {len(self.unmet)} unmet, gap {self.proof.gap:.2g})"

    def summary(self, *, language: Language = "zh") -> str:
        """Say on a few lines what the plan does.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        return totals.summary(self, language=language)

    def table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return who does what, when and why.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and choices.

        Returns
        -------
        table : DataFrame
            One row a pair: need, partner, role, when, hours, score, reason.
        """
        return tables.plan_table(self, language=language)

    def unmet_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return what is not served, or not as it asks, and why.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and choices.

        Returns
        -------
        table : DataFrame
        """
        from matching.planning.bottlenecks import competing

        return tables.unmet_table(self, competing=competing(self, language=language), language=language)

    def coverage_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return how far each community's needs are met.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of the headers.

        Returns
        -------
        table : DataFrame
        """
        return tables.coverage_table(self, language=language)

    def load_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return how much each partner does.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and choices.

        Returns
        -------
        table : DataFrame
        """
        return tables.load_table(self, language=language)

    def proof_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return the proof and the weights in plain words.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        table : DataFrame
        """
        return totals.proof_table(self, language=language)

    def dispatch_rows(self, *, show_phones: bool = False) -> tuple[DispatchRow, ...]:
        """Return the lines of the dispatch sheet, by partner.

        Parameters
        ----------
        show_phones : bool, default=False
            Whether phones stand in full.

        Returns
        -------
        rows : tuple of DispatchRow
        """
        return tables.dispatch_rows(self, show_phones=show_phones)

    def explain(self, need_id: str, partner_id: str, *, language: Language = "zh") -> Explanation:
        """Explain the score of a pair, in the plan or not.

        Parameters
        ----------
        need_id, partner_id : str
            The pair.
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        explanation : Explanation
            Parts that sum to the score.

        Raises
        ------
        UnknownNameError
            If there is no such need or partner.
        """
        return explain_pair(self.candidates, need_id, partner_id, language=language)

    def why_not(self, need_id: str, partner_id: str, *, language: Language = "zh") -> WhyNot:
        """Say why a pair is not in the plan: the rule that blocks it, or its exact price and who would be displaced.

        Parameters
        ----------
        need_id, partner_id : str
            The pair.
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        why_not : WhyNot

        Raises
        ------
        UnknownNameError
            If there is no such need or partner.
        """
        return why_not(self, need_id, partner_id, language=language)

    def replan(
        self,
        *,
        pin: Iterable[Pair] = (),
        forbid: Iterable[Pair] = (),
        urgent: Iterable[str | Need] = (),
        absent: Iterable[str] = (),
        change_cost: float | None = None,
        by: str = "",
        reason: str = "",
    ) -> Plan:
        """Return a new plan that keeps to what people ask and tells as few people as possible something new.

        What was accepted stays. To undo, go back to the old plan or ask for the opposite: either is another plan.

        Parameters
        ----------
        pin, forbid : iterable of (need_id, partner_id)
            Pairs that must, and that must not, be part of it.
        urgent : iterable of str or Need
            Needs that come first now; a `Need` may be new.
        absent : iterable of str
            Partners who cannot come at all.
        change_cost : float, optional
            What telling one person something new costs, in score; the policy's number by default.
        by, reason : str
            Who decided, and why; they stay with the plan.

        Returns
        -------
        plan : Plan

        Raises
        ------
        CallError
            If a pinned pair breaks a hard rule, or a request contradicts itself.
        UnknownNameError
            If a need or a partner is unknown.
        """
        request = Request(
            pin=tuple(pin),
            forbid=tuple(forbid),
            urgent=tuple(urgent),
            absent=tuple(absent),
            change_cost=change_cost,
            by=by,
            reason=reason,
        )
        return as_plan(replan(self, request))

    def changes_from(self, old: Proposal) -> Changes:
        """Return what changes from another plan to this one: who is told what.

        Parameters
        ----------
        old : Plan
            The plan before.

        Returns
        -------
        changes : Changes
        """
        return changes_between(old, self)

    def shortages(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return the skills that are missing and what one more person would unlock.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        table : DataFrame
            The list from which recruiting and training are planned, most useful first.
        """
        return shortage_table(list_shortages(self, language=language), language=language)

    def bottlenecks(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return which needs compete for the same few people, so that whatever is done not all of them can be met.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        table : DataFrame
        """
        from matching.planning.bottlenecks import bottleneck_table, list_bottlenecks

        return bottleneck_table(list_bottlenecks(self, language=language), language=language)

    def flips(
        self, *, features: Iterable[str] | None = None, step: float | None = None, language: Language = "zh"
    ) -> Flips:
        """Return the choices that change if a weight moves a little, and those that are as good as equal.

        Parameters
        ----------
        features : iterable of str, optional
            Parts of the score whose weights are moved; all by default.
        step : float in (0, 1), optional
            How far, relative to the weight; 10 % by default.
        language : {"zh", "en"}, default="zh"
            Of the titles of the weights.

        Returns
        -------
        flips : Flips
        """
        return list_flips(self, features=features, step=step, language=language)

    def standbys(self, *, most: int | None = None, language: Language = "zh") -> pd.DataFrame:
        """Return for every pair who could stand in, feasible after the no-show.

        Parameters
        ----------
        most : int, optional
            How many for each pair; the policy's number by default.
        language : {"zh", "en"}, default="zh"
            Of the headers.

        Returns
        -------
        table : DataFrame
        """
        from matching.planning.standbys import list_standbys, standby_table

        return standby_table(self, list_standbys(self, most=most), language=language)

    def drill(self, *, k: int = 1, most: int = 20, language: Language = "zh") -> pd.DataFrame:
        """Return which needs fall if ``k`` partners stay away, the worst first.

        Parameters
        ----------
        k : int in [1, 3], default=1
            How many stay away; stand-bys fill in as far as they go.
        most : int, default=20
            How many rows at most.
        language : {"zh", "en"}, default="zh"
            Of the headers.

        Returns
        -------
        table : DataFrame
        """
        from matching.planning.drills import drill, drill_table

        return drill_table(self, drill(self, size=k, most=most), language=language)

    @property
    def expected_fill(self) -> pd.DataFrame:
        """How many people are likely to come to each need, and how likely they are enough."""
        from matching.planning.standbys import expected_fill

        return expected_fill(self)

    def price_of_fairness(self) -> FairnessPrice:
        """Return what it would cost in total to serve the worst-served need as well as can be.

        Returns
        -------
        price : FairnessPrice
        """
        return price_of_fairness(self)

    def to_excel(
        self, path: str | Path, *, show_phones: bool = False, asked_by: str | None = None, language: Language = "zh"
    ) -> Path:
        """Write the plan as a workbook: 方案, 派单表, 未满足, 说明.

        Parameters
        ----------
        path : str or Path
            Of the workbook, ending in ``.xlsx``.
        show_phones : bool, default=False
            Whether phones stand in full on the dispatch sheet.
        asked_by : str, optional
            Who asked to see them; required with `show_phones`, and written on the sheet.
        language : {"zh", "en"}, default="zh"
            Of sheets and headers.

        Returns
        -------
        path : Path

        Raises
        ------
        CallError
            If phones are to be shown and nobody is named.
        """
        from matching.planning.workbook import write_plan

        return write_plan(self, Path(path), show_phones=show_phones, asked_by=asked_by, language=language)


def as_plan(proposal: Proposal) -> Plan:
    """Return a proposal as a plan.

    Parameters
    ----------
    proposal : Proposal
        The data.

    Returns
    -------
    plan : Plan
    """
    return Plan(**{field.name: getattr(proposal, field.name) for field in dataclasses.fields(proposal)})
