"""A pairing of cadres and mentors: a proposal with its proof, its reasons, and the difference to another."""

import dataclasses
import functools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import worded_table
from matching.training.pairing_changes import PAIRING_COLUMN, Move, PairingChanges
from matching.training.pairing_choice import Choice, Pair, Wishes, choose_pairs
from matching.training.pairing_explanation import PairExplanation, PairPart
from matching.training.pairing_fit import PairFit, fit_pairs
from matching.training.pairing_people import People
from matching.training.pairing_policy import PARTS, PairingPolicy, read_pairing_policy
from matching.training.pairing_words import broken_words, part_words


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pairing:
    """Who leads whom: a proposal until people agree.

    Attributes
    ----------
    fit : PairFit
        Parts and rules of all pairs.
    wishes : Wishes
        Pins and the like.
    objective : {"total", "stable"}
    choice : Choice
        The pairs, with their proof.
    """

    fit: PairFit
    wishes: Wishes
    objective: str
    choice: Choice

    @property
    def people(self) -> People:
        """Who takes part."""
        return self.fit.people

    @functools.cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs made, in the order of the cadres."""
        return tuple(
            (self.people.mentees[row].cadre_id, self.people.mentors[column].mentor_id)
            for row, column in np.argwhere(self.choice.chosen)
        )

    @functools.cached_property
    def unmatched(self) -> tuple[str, ...]:
        """Cadres who want a mentor and get none."""
        got = self.choice.chosen.sum(axis=1) > 0
        return tuple(
            each.cadre_id
            for each, has in zip(self.people.mentees, got, strict=True)
            if each.wanted and not has and each.cadre_id not in self.wishes.absent
        )

    def mentors_of(self, cadre_id: str) -> tuple[str, ...]:
        """Return the mentors that a cadre gets.

        Parameters
        ----------
        cadre_id : str
            Who.

        Returns
        -------
        mentor_ids : tuple of str
        """
        row = self.people.row(cadre_id)
        return tuple(self.people.mentors[column].mentor_id for column in np.flatnonzero(self.choice.chosen[row]))

    def table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return one row a pair.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        table : DataFrame
        """
        rows = []
        for cadre, mentor in self.pairs:
            row, column = self.people.row(cadre), self.people.column(mentor)
            ours, theirs = self.people.mentees[row], self.people.mentors[column]
            told = self.explain(cadre, mentor, language=language)
            rows.append((cadre, ours.name, mentor, theirs.name, f"{told.score:.3f}", told.sentence))
        return worded_table(
            PAIRING_COLUMN, ("cadre_id", "cadre", "mentor_id", "mentor", "fit", "why"), rows, language=language
        )

    def unmatched_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return one row a cadre who gets no mentor, with what stands in the way.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        table : DataFrame
        """
        rows = []
        for cadre in self.unmatched:
            row = self.people.row(cadre)
            counts = {rule: int(mask[row].sum()) for rule, mask in self.fit.broken.items() if mask[row].any()}
            could = int(self.fit.allowed[row].sum())
            said = label("training.pairing.seats_taken", language=language, count=could) if could else "；".join(
                label(f"training.pairing.count.{rule}", language=language, count=count) for rule, count in counts.items()
            )  # fmt: skip
            rows.append((cadre, self.people.mentees[row].name, said))
        return worded_table(PAIRING_COLUMN, ("cadre_id", "cadre", "why"), rows, language=language)

    def load_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return one row a mentor: led already, led more, led at most.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers.

        Returns
        -------
        table : DataFrame
        """
        more = self.choice.chosen.sum(axis=0)
        rows = [
            (each.mentor_id, each.name, each.carried, int(count), each.most)
            for each, count in zip(self.people.mentors, more, strict=True)
        ]
        return worded_table(PAIRING_COLUMN, ("mentor_id", "mentor", "carried", "more", "most"), rows, language=language)

    def explain(self, cadre_id: str, mentor_id: str, *, language: Language = "zh") -> PairExplanation:
        """Say why a pair fits as it does, whether it is made or not.

        Parameters
        ----------
        cadre_id, mentor_id : str
            The pair.
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        explanation : PairExplanation
            Its parts add up to its score.
        """
        row, column = self.people.row(cadre_id), self.people.column(mentor_id)
        weights = self.fit.policy.weights_of()
        parts = tuple(
            PairPart(
                name=name,
                words=self.fit.policy.name(name, language=language),
                value=float(self.fit.shares[row, column, at]),
                weight=float(weights[at]),
                contribution=float(self.fit.shares[row, column, at] * weights[at]),
                evidence=part_words(self.fit, row, column, name, language=language),
                is_unknown=bool(self.fit.is_unknown[row, column, at]),
            )
            for at, name in enumerate(PARTS)
        )
        best = sorted(parts, key=lambda part: (part.is_unknown, -part.contribution))[:2]
        sentence = label("training.pairing.comma", language=language).join(part.evidence for part in best)
        blocked = broken_words(self.fit, row, column, language=language)
        score = float(sum(part.contribution for part in parts))
        return PairExplanation(
            cadre_id=cadre_id, mentor_id=mentor_id, score=score, parts=parts, blocked=blocked, sentence=sentence
        )

    def replan(
        self,
        *,
        pin: Iterable[Pair] = (),
        forbid: Iterable[Pair] = (),
        free: Iterable[Pair] = (),
        absent: Iterable[str] = (),
        reason: str = "",
        objective: str | None = None,
    ) -> "Pairing":
        """Return a new pairing with some more wishes.

        Parameters
        ----------
        pin, forbid, free : iterable of (cadre_id, mentor_id)
            Pairs to be made, not to be made, and about which nothing is wished any more.
        absent : iterable of str
            Mentors and cadres who take no part.
        reason : str, optional
            Why pairs are forbidden: shown to whoever asks why not.
        objective : {"total", "stable"}, optional
            Another aim.

        Returns
        -------
        pairing : Pairing
        """
        wishes = self.wishes.changed(pin=pin, forbid=forbid, free=free, absent=absent, reason=reason)
        aim = objective or self.objective
        return Pairing(fit=self.fit, wishes=wishes, objective=aim, choice=choose_pairs(self.fit, wishes, objective=aim))

    def changes_from(self, old: "Pairing") -> PairingChanges:
        """Return what changes from another pairing to this one.

        Parameters
        ----------
        old : Pairing
            Of the same people, or of those there were.

        Returns
        -------
        changes : PairingChanges
        """
        before, after = _by_cadre(old), _by_cadre(self)
        names = {each.cadre_id: each.name for each in (*old.people.mentees, *self.people.mentees)}
        moves = tuple(
            Move(cadre_id=cadre, name=name, before=before.get(cadre, ()), after=after.get(cadre, ()))
            for cadre, name in names.items()
            if before.get(cadre, ()) != after.get(cadre, ())
        )
        mentors = {each.mentor_id: each.name for each in (*old.people.mentors, *self.people.mentors)}
        return PairingChanges(
            moves=moves, pairs_before=len(old.pairs), pairs_after=len(self.pairs),
            total_before=old.choice.total, total_after=self.choice.total, names=mentors,
        )  # fmt: skip

    def headline(self, *, language: Language = "zh") -> str:
        """Say in one sentence what is proposed and how good it is.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        wanting = sum(1 for each in self.people.mentees if each.wanted and each.cadre_id not in self.wishes.absent)
        return label(
            f"training.pairing.headline_{self.objective}",
            language=language,
            wanting=wanting,
            served=wanting - len(self.unmatched),
            pairs=len(self.pairs),
            mentors=int(self.choice.chosen.any(axis=0).sum()),
            total=f"{self.choice.total:.2f}",
            gap=f"{self.choice.gap:.2%}",
            blocking=len(self.choice.blocking),
        )


def pair_mentors(
    people: People,
    *,
    policy: PairingPolicy | None = None,
    objective: str = "total",
    wishes: Wishes | None = None,
) -> Pairing:
    """Propose who leads whom.

    Parameters
    ----------
    people : People
        Who takes part.
    policy : PairingPolicy, optional
        Weights and rules; the packaged tables by default.
    objective : {"total", "stable"}, default="total"
        As for `choose_pairs`.
    wishes : Wishes, optional
        Pins and the like.

    Returns
    -------
    pairing : Pairing

    Raises
    ------
    CallError
        If nobody takes part, the objective is unknown, or a pin breaks a rule.
    """
    if not people.mentees or not people.mentors:
        raise CallError(
            f"A pairing needs cadres and mentors; got {len(people.mentees)} and {len(people.mentors)}. Add them to the registers."
        )
    fit = fit_pairs(people, policy or read_pairing_policy())
    wishes = wishes or Wishes()
    return Pairing(fit=fit, wishes=wishes, objective=objective, choice=choose_pairs(fit, wishes, objective=objective))


def _by_cadre(pairing: Pairing) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for cadre, mentor in pairing.pairs:
        found[cadre] = (*found.get(cadre, ()), mentor)
    return found
