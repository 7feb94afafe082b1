"""What a write did, as values with words."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from matching.labels import Language, label
from matching.records import Decision, register


class AcceptablePlan(Protocol):
    """What the store asks of a plan that is accepted."""

    @property
    def plan_id(self) -> str:
        """Identifier, the same for the same plan."""
        ...

    @property
    def fingerprint(self) -> str:
        """`Community.fingerprint()` of the data that the plan was made on."""
        ...

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """Who is to serve what: pairs of need and partner."""
        ...

    @property
    def document(self) -> Mapping[str, object]:
        """The whole plan as JSON can hold it."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCount:
    """What an import did to one register.

    Attributes
    ----------
    register : str
        Its name in code.
    new, changed, same, retired : int
        Numbers of rows. A retired row stays in the store and is not current any more.
    """

    register: str
    new: int = 0
    changed: int = 0
    same: int = 0
    retired: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did.

    Attributes
    ----------
    batch_id : int or None
        Number of the batch; None where nothing was written.
    counts : tuple of RegisterCount
        One for each register that was handed in or changed.
    """

    batch_id: int | None
    counts: tuple[RegisterCount, ...]

    def total(self, what: str) -> int:
        """Return one number over all registers.

        Parameters
        ----------
        what : {"new", "changed", "same", "retired"}
            Which number.

        Returns
        -------
        total : int
        """
        return sum(getattr(each, what) for each in self.counts)

    def text(self, *, language: Language = "zh") -> str:
        """Say what was done, one line a register after a first line of totals.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        totals = {what: self.total(what) for what in ("new", "changed", "same", "retired")}
        written = totals["new"] + totals["changed"] + totals["retired"]
        key = "nothing" if self.batch_id is None else "done" if written else "reordered"
        lines = [label(f"store.imported.{key}", language=language, batch=self.batch_id, **totals)]
        for each in self.counts:
            stated = register(each.register)
            numbers = {name: getattr(each, name) for name in totals}
            sheet = stated.sheet if language == "zh" else stated.english
            lines.append(label("store.register.line", language=language, sheet=sheet, **numbers))
        return "\n".join(lines)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AppendSummary:
    """What appending facts did.

    Attributes
    ----------
    batch_id : int or None
        Number of the batch; None where nothing was written.
    added, known : tuple of str
        Keys of the facts that were appended, and of those that were there already with the same content.
    """

    batch_id: int | None
    added: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def text(self, *, language: Language = "zh") -> str:
        """Say what was done.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        key = "nothing" if self.batch_id is None else "done"
        return label(
            f"store.appended.{key}",
            language=language,
            batch=self.batch_id,
            added=len(self.added),
            known=len(self.known),
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSummary:
    """What accepting a plan did.

    Attributes
    ----------
    plan_id : str
        The plan.
    batch_id : int or None
        Number of the batch; None where the plan had been accepted before.
    decisions : tuple of Decision
        One for each pair, whether appended now or before.
    """

    plan_id: str
    batch_id: int | None
    decisions: tuple[Decision, ...]

    @property
    def is_new(self) -> bool:
        """Whether the plan was accepted now rather than before."""
        return self.batch_id is not None

    def text(self, *, language: Language = "zh") -> str:
        """Say what was done.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        key = "done" if self.is_new else "nothing"
        return label(
            f"store.accepted.{key}",
            language=language,
            plan=self.plan_id,
            batch=self.batch_id,
            pairs=len(self.decisions),
        )


class PlanStatus(enum.StrEnum):
    """Where an accepted plan stands."""

    ACCEPTED = "accepted"
    PARTLY_UNDONE = "partly_undone"
    UNDONE = "undone"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """One accepted plan in the list of plans.

    Attributes
    ----------
    plan_id, fingerprint : str
        The plan, and the data that it was made on.
    by, reason : str
        Who accepted it and why; `reason` may be None.
    at : datetime
        When.
    pairs, undone : int
        Pairs that were accepted, and those of them that were undone since.
    """

    plan_id: str
    fingerprint: str
    by: str
    at: dt.datetime
    reason: str | None
    pairs: int
    undone: int

    @property
    def status(self) -> PlanStatus:
        """Where the plan stands."""
        if not self.undone:
            return PlanStatus.ACCEPTED
        return PlanStatus.UNDONE if self.undone == self.pairs else PlanStatus.PARTLY_UNDONE


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """An accepted plan as it was.

    Attributes
    ----------
    entry : PlanEntry
        Who accepted it, when, and where it stands.
    pairs : tuple of (str, str)
        All accepted pairs of need and partner, in the plan's order, undone ones too.
    document : mapping of str to object
        The whole plan, as JSON gives it back.
    """

    entry: PlanEntry
    pairs: tuple[tuple[str, str], ...]
    document: Mapping[str, object]

    @property
    def plan_id(self) -> str:
        """Identifier of the plan."""
        return self.entry.plan_id

    @property
    def fingerprint(self) -> str:
        """`Community.fingerprint()` of the data that the plan was made on."""
        return self.entry.fingerprint


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One write: who, when, what.

    Attributes
    ----------
    batch_id : int
        Its number, in the order of commits.
    recorded_at : datetime
        When it counts as known: the stated moment, or that of the batch before if that is later.
    stated_at : datetime
        The moment that the caller gave.
    by, what, reason : str
        Who wrote, what kind of write it was, and why; `reason` may be None.
    """

    batch_id: int
    recorded_at: dt.datetime
    stated_at: dt.datetime
    by: str
    what: str
    reason: str | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CopySummary:
    """What a backup or a restore copied, and that it was checked.

    Attributes
    ----------
    path : Path
        Of the backup.
    rows : int
        Over all tables.
    digest : str
        SHA-256 of all rows, the same on every database; 64 hexadecimal digits.
    kept_aside : Path or None
        Where a restore put what was there before.
    """

    path: Path
    rows: int
    digest: str
    kept_aside: Path | None = None

    def text(self, *, language: Language = "zh", is_restore: bool = False) -> str:
        """Say what was copied.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.
        is_restore : bool, default=False
            Whether a store was restored rather than backed up.

        Returns
        -------
        words : str
        """
        key = "restored" if is_restore else "done"
        words = label(f"store.backup.{key}", language=language, rows=self.rows, digest=self.digest[:16])
        if self.kept_aside is None:
            return words
        return f"{words}\n{label('store.backup.kept_aside', language=language, path=self.kept_aside)}"
