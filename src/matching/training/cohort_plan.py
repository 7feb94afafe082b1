"""A cohort's plan: what, with whom, by when for each cadre, who comes to each course, and what nobody offers."""

import dataclasses
import functools
import math
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from matching.labels import Language, label
from matching.planning.shown import shown
from matching.records import worded_table
from matching.training.cohort_choice import CohortChoice, Pair, PlanWishes, choose_offers
from matching.training.cohort_model import PARTS, Cohort, OfferKind, read_cohort_policy
from matching.training.cohort_value import OfferValues, levels_led, value_offers

_COLUMN = "training.cohort.column"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OfferPart:
    """One part of the value of an offer to a cadre; contributions add up to the value."""

    name: str
    words: str
    value: float
    weight: float
    contribution: float
    evidence: str


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OfferWhyNot:
    """Why a cadre is not sent to an offer.

    Attributes
    ----------
    cadre_id, offer_id : str
    verdict : str
        ``"chosen"``, ``"blocked"`` (a rule), ``"forbidden"`` (a person), ``"called_off"``, ``"equal"`` or ``"worse"``.
    loss : float or None
        What the best plan found with the pair has less in value.
    others : tuple of str
        Cadres whose plan would change.
    sentence : str
    """

    cadre_id: str
    offer_id: str
    verdict: str
    loss: float | None = None
    others: tuple[str, ...] = ()
    sentence: str = ""

    def __str__(self) -> str:
        return self.sentence


@dataclasses.dataclass(frozen=True, kw_only=True)
class CohortPlan:
    """Who is sent where: a proposal until people agree.

    Attributes
    ----------
    values : OfferValues
        Parts and rules of all pairs.
    wishes : PlanWishes
        Pins and the like.
    choice : CohortChoice
        The pairs, with their proof.
    """

    values: OfferValues
    wishes: PlanWishes
    choice: CohortChoice

    @property
    def cohort(self) -> Cohort:
        """Who and what."""
        return self.values.cohort

    @functools.cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Who is sent where, in the order of the cadres and by when."""
        rows = np.argwhere(self.choice.chosen)
        found = [(row, self.cohort.offers[column].until, column) for row, column in rows]
        found.sort(key=lambda each: (each[0], each[1] is None, each[1] or self.cohort.until, each[2]))
        return tuple(
            (self.cohort.trainees[row].cadre_id, self.cohort.offers[column].offer_id) for row, _, column in found
        )

    def table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return the personal plans: one row a cadre and offer.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        table : DataFrame
        """
        rows = []
        for cadre, offer_id in self.pairs:
            trainee = self.cohort.trainees[self.cohort.row(cadre)]
            offer = self.cohort.offers[self.cohort.column(offer_id)]
            closes = self._closes(cadre, offer_id, language)
            until = "" if offer.until is None else str(offer.until)
            what = label(f"training.cohort.kind.{offer.kind}", language=language)
            rows.append((cadre, trainee.name, what, offer.title, offer.who, until, offer.hours, closes))
        columns = ("cadre_id", "cadre", "kind", "offer", "who", "until", "hours", "closes")
        return worded_table(_COLUMN, columns, rows, language=language)

    def offers_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return one row an offer: who comes, seats left, what it costs.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        table : DataFrame
        """
        rows = []
        for column, offer in enumerate(self.cohort.offers):
            coming = np.flatnonzero(self.choice.chosen[:, column])
            names = "、".join(self.cohort.trainees[row].name for row in coming)
            state = "called_off" if column in self.choice.called_off else "held" if coming.size else "empty"
            said = label(f"training.cohort.state.{state}", language=language)
            kind = label(f"training.cohort.kind.{offer.kind}", language=language)
            rows.append(
                (
                    offer.offer_id,
                    kind,
                    offer.title,
                    int(coming.size),
                    offer.seats,
                    offer.cost * coming.size,
                    said,
                    names,
                )
            )
        return worded_table(
            _COLUMN,
            ("offer_id", "kind", "offer", "coming", "seats", "spent", "state", "names"),
            rows,
            language=language,
        )

    def left_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return what stays open: each competency, how many lack it, how many the plan helps, who is not helped.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers.

        Returns
        -------
        table : DataFrame
            Those with most people left first: courses that should be opened.
        """
        lacking: dict[str, list[int]] = {}
        helped: dict[str, set[int]] = {}
        for row, trainee in enumerate(self.cohort.trainees):
            for name in trainee.lacks:
                lacking.setdefault(name, []).append(row)
            for column in np.flatnonzero(self.choice.chosen[row]):
                for name in levels_led(self.cohort.offers[column], trainee, self.values.policy["step_levels"]):
                    helped.setdefault(name, set()).add(row)
        rows = []
        for name, people in lacking.items():
            left = [row for row in people if row not in helped.get(name, set())]
            offered = sum(name in offer.leads_to for offer in self.cohort.offers)
            who = "、".join(self.cohort.trainees[row].name for row in left)
            rows.append(
                (
                    self.cohort.competencies.get(name, name),
                    len(people),
                    len(people) - len(left),
                    len(left),
                    offered,
                    who,
                )
            )
        rows.sort(key=lambda each: (-each[3], each[0]))
        return worded_table(
            _COLUMN, ("competency", "lacking", "helped", "left", "offered", "names"), rows, language=language
        )

    def explain(self, cadre_id: str, offer_id: str, *, language: Language = "zh") -> tuple[OfferPart, ...]:
        """Say what an offer is worth to a cadre, part by part.

        Parameters
        ----------
        cadre_id, offer_id : str
            The pair.
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        parts : tuple of OfferPart
            Their contributions add up to the value.
        """
        row, column = self.cohort.row(cadre_id), self.cohort.column(offer_id)
        offer, trainee = self.cohort.offers[column], self.cohort.trainees[row]
        said = {
            "gap": self._closes(cadre_id, offer_id, language)
            or label("training.cohort.closes_nothing", language=language),
            "hours": label(
                "training.cohort.hours_words",
                language=language,
                hours=f"{offer.hours:g}",
                short=f"{trainee.hours_short:g}",
            ),
            "fit": label("training.cohort.fit_words", language=language, fit=f"{offer.fits.get(cadre_id, 0):.2f}"),
            "soon": label("training.cohort.soon_words", language=language, until=offer.until or "—"),
        }
        return tuple(
            OfferPart(
                name=name,
                words=label(f"training.cohort.part.{name}", language=language),
                value=float(self.values.shares[row, column, at]),
                weight=float(self.values.weights[at]),
                contribution=float(self.values.shares[row, column, at] * self.values.weights[at]),
                evidence=said[name],
            )
            for at, name in enumerate(PARTS)
        )

    def why_not(self, cadre_id: str, offer_id: str, *, language: Language = "zh") -> OfferWhyNot:
        """Say why a cadre is not sent to an offer.

        Parameters
        ----------
        cadre_id, offer_id : str
            The pair.
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        why_not : OfferWhyNot
        """
        row, column = self.cohort.row(cadre_id), self.cohort.column(offer_id)
        trainee, offer = self.cohort.trainees[row], self.cohort.offers[column]
        words = {"cadre": trainee.name, "offer": offer.title}

        def answer(
            verdict: str, loss: float | None = None, others: tuple[str, ...] = (), **more: object
        ) -> OfferWhyNot:
            said = label(f"training.cohort.why_not.{verdict}", language=language, **words, **more)
            return OfferWhyNot(
                cadre_id=cadre_id, offer_id=offer_id, verdict=verdict, loss=loss, others=others, sentence=said
            )

        if (cadre_id, offer_id) in self.pairs:
            return answer("chosen")
        broken = [rule for rule, mask in self.values.broken.items() if mask[row, column]]
        if broken:
            reasons = [trainee.kept_from.get(offer_id, "")] if broken[0] == "kept_from" else []
            said = [label(f"training.cohort.rule.{rule}", language=language) for rule in broken]
            return answer("blocked", evidence="；".join([*filter(None, reasons), *said]))
        if (cadre_id, offer_id) in self.wishes.forbidden:
            return answer("forbidden", reason=self.wishes.forbidden[cadre_id, offer_id])
        other = self.replan(pin=[(cadre_id, offer_id)])
        loss = self.choice.total - other.choice.total
        moved = tuple(name for name in other.changed_cadres(self) if name != cadre_id)
        verdict = "equal" if abs(loss) < 1e-6 else "worse" if loss > 0 else "better"
        return answer(verdict, loss, moved, price=f"{abs(loss):.3f}", count=len(moved))

    def replan(
        self, *, pin: Iterable[Pair] = (), forbid: Iterable[Pair] = (), reason: str = "", budget: float | None = None
    ) -> "CohortPlan":
        """Return a new plan with some more wishes.

        Parameters
        ----------
        pin, forbid : iterable of (cadre_id, offer_id)
            What must, and what must not, be planned.
        reason : str, optional
            Why something is forbidden.
        budget : float, optional
            Other money.

        Returns
        -------
        plan : CohortPlan
        """
        pinned, forbidden = set(self.wishes.pinned), dict(self.wishes.forbidden)
        for pair in forbid:
            pinned.discard(pair)
            forbidden[pair] = reason
        for pair in pin:
            forbidden.pop(pair, None)
            pinned.add(pair)
        wishes = PlanWishes(pinned=frozenset(pinned), forbidden=forbidden)
        values = self.values
        if budget is not None:
            values = dataclasses.replace(values, cohort=dataclasses.replace(self.cohort, budget=budget))
        return CohortPlan(values=values, wishes=wishes, choice=choose_offers(values, wishes))

    def changed_cadres(self, old: "CohortPlan") -> tuple[str, ...]:
        """Return whose plan differs from that of another plan.

        Parameters
        ----------
        old : CohortPlan
            Of the same cohort.

        Returns
        -------
        cadre_ids : tuple of str
        """
        before, after = set(old.pairs), set(self.pairs)
        touched = {cadre for cadre, _ in before ^ after}
        return tuple(each.cadre_id for each in self.cohort.trainees if each.cadre_id in touched)

    def headline(self, *, language: Language = "zh") -> str:
        """Say in one sentence what is planned and how good it is.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        kinds = [offer.kind for offer in self.cohort.offers]
        counts = {kind.value: int(self.choice.chosen[:, [k is kind for k in kinds]].sum()) for kind in OfferKind}
        money = self.cohort.budget
        return label(
            "training.cohort.headline",
            language=language,
            people=len(self.cohort.trainees),
            served=int(self.choice.chosen.any(axis=1).sum()),
            spent=f"{self.choice.spent:g}",
            budget=label("training.cohort.no_limit", language=language) if math.isinf(money) else f"{money:g}",
            off=len(self.choice.called_off),
            gap=f"{self.choice.gap:.2%}",
            **counts,
        )

    def _closes(self, cadre_id: str, offer_id: str, language: Language) -> str:
        trainee = self.cohort.trainees[self.cohort.row(cadre_id)]
        offer = self.cohort.offers[self.cohort.column(offer_id)]
        led = levels_led(offer, trainee, self.values.policy["step_levels"])
        return label("training.cohort.comma", language=language).join(
            label(
                "training.cohort.closes",
                language=language,
                name=self.cohort.competencies.get(name, name),
                assessed=trainee.lacks[name][0],
                after=f"{trainee.lacks[name][0] + levels:g}",
                required=trainee.lacks[name][1],
            )
            for name, levels in led.items()
        )


def plan_cohort(cohort: Cohort, *, policy: Mapping[str, float] | None = None) -> CohortPlan:
    """Propose one plan over a cohort.

    Parameters
    ----------
    cohort : Cohort
        Who, what, and how much money.
    policy : mapping of str to float, optional
        Limits and weights; the packaged table by default.

    Returns
    -------
    plan : CohortPlan
    """
    values = value_offers(cohort, policy or read_cohort_policy())
    wishes = PlanWishes()
    return CohortPlan(values=values, wishes=wishes, choice=choose_offers(values, wishes))
