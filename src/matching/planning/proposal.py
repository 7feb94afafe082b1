"""A plan as data: who does what and why, what stays undone and why, and the proof. Everything else is worked out from it."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from matching.affinity.weights import FEATURES
from matching.errors import UnreadableFileError
from matching.planning.candidates import Candidates
from matching.planning.model import Model
from matching.planning.solving import Choice
from matching.planning.standing import Pair
from matching.planning.wishes import Wishes
from matching.records import Window

_AGREED = 9  # decimals; processors add up in different orders and differ from the fifteenth on
_VERSION = 1


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One pair of the plan.

    Attributes
    ----------
    need_id, partner_id : str
    window : Window or None
        When the work is done; None where the time is still to be agreed.
    hours : float
    score : float in [0, 1]
    role : str
        The work that this partner does for the need.
    reason : str
        Why, in Chinese.
    is_extra : bool
        Whether the need has its least head-count without this one.
    is_locked : bool
        Whether it had been accepted before.
    """

    need_id: str
    partner_id: str
    window: Window | None
    hours: float
    score: float
    role: str
    reason: str
    is_extra: bool = False
    is_locked: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A need that is not served, or not as it asks.

    Attributes
    ----------
    need_id : str
    wanted, got : int
        Least head-count, and people assigned.
    status : str
        ``"unmet"`` (nobody), ``"partial"`` (too few) or ``"bundle"`` (enough here, but a part of the same job is missing).
    causes : tuple of (rule, count)
        What stands in the way of how many people who could do the work, most frequent first. Besides the hard rules:
        ``"busy"`` (suitable but needed elsewhere), ``"nobody"`` (nobody can do it), ``"kinds"`` (only partners of other
        kinds can), ``"part"`` (a part of the team has nobody), ``"bundle"``.
    reason : str
        The same in Chinese.
    """

    need_id: str
    wanted: int
    got: int
    status: str
    causes: tuple[tuple[str, int], ...]
    reason: str

    @property
    def missing(self) -> int:
        """People still wanted."""
        return max(self.wanted - self.got, 0)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How good the plan is, and how that is known.

    Attributes
    ----------
    total : float
        Scores times the weight of urgency, summed over all pairs.
    bound : float
        No plan that keeps the order of the two steps has more.
    gap : float
        The larger of the relative gaps of the two steps.
    first_total, first_bound : float
        Of the first step: the least head-counts.
    score_total : float
        Sum of the scores alone.
    worst : float
        Score per wanted person of the least served need of those that are served.
    method : str
        How each step was solved.
    objective : str
        ``"total"`` or ``"fair"``.
    """

    total: float
    bound: float
    gap: float
    first_total: float
    first_bound: float
    score_total: float
    worst: float
    method: str
    objective: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's decision that a plan had to keep to.

    Attributes
    ----------
    action : str
        ``"pin"``, ``"forbid"``, ``"urgent"`` or ``"absent"``.
    need_id, partner_id : str or None
    by, reason : str
        Who decided, and why; empty where not stated.
    """

    action: str
    need_id: str | None = None
    partner_id: str | None = None
    by: str = ""
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """What a plan was worked out from; needed to explain and to change it, not to keep it.

    Attributes
    ----------
    candidates : Candidates
    model : Model
    wishes : Wishes
    choice : Choice
    objective : str
    fair_depth : int
    """

    candidates: Candidates
    model: Model
    wishes: Wishes
    choice: Choice
    objective: str
    fair_depth: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Proposal:
    """A proposal of who does what, until a person accepts it.

    Attributes
    ----------
    plan_id : str
        The same for the same content.
    as_of : date or datetime
    fingerprint : str
        Of the community that it was made on.
    assignments : tuple of Assignment
        By need, best score first.
    unmet : tuple of Unmet
    proof : Proof
    weights : mapping of str to float
    overrides : tuple of Override
    warnings : tuple of str
        What a person should look at, in Chinese.
    working : Working
    """

    plan_id: str
    as_of: dt.date
    fingerprint: str
    assignments: tuple[Assignment, ...]
    unmet: tuple[Unmet, ...]
    proof: Proof
    weights: Mapping[str, float]
    overrides: tuple[Override, ...] = ()
    warnings: tuple[str, ...] = ()
    working: Working = dataclasses.field(repr=False, compare=False)

    @property
    def candidates(self) -> Candidates:
        """Who could do what."""
        return self.working.candidates

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The (need_id, partner_id) of all assignments, in their order."""
        return tuple((each.need_id, each.partner_id) for each in self.assignments)

    @property
    def document(self) -> dict[str, Any]:
        """The plan as a document of plain values that JSON can hold; no names, phones or ID numbers."""
        return {"plan_id": self.plan_id, **content_of(self)}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SavedPlan:
    """A plan read back from its document: enough to accept it.

    Attributes
    ----------
    plan_id, fingerprint : str
    pairs : tuple of (need_id, partner_id)
    document : mapping of str to object
    """

    plan_id: str
    fingerprint: str
    pairs: tuple[Pair, ...]
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "SavedPlan":
        """Read a plan's document.

        Parameters
        ----------
        document : mapping of str to object
            As `Proposal.document` wrote it.

        Returns
        -------
        plan : SavedPlan

        Raises
        ------
        UnreadableFileError
            If it is no such document, or was changed since it was written.
        """
        try:
            body = {key: value for key, value in document.items() if key != "plan_id"}
            pairs = tuple((str(row["need_id"]), str(row["partner_id"])) for row in body["assignments"])
            plan = cls(
                plan_id=str(document["plan_id"]),
                fingerprint=str(body["fingerprint"]),
                pairs=pairs,
                document=dict(document),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise UnreadableFileError(f"This is no document of a plan: {error!r} is missing. Write it anew.") from error
        if plan.plan_id != plan_id_of(body):
            raise UnreadableFileError(
                f"The document of plan {plan.plan_id} was changed after it was written. Make the plan again."
            )
        return plan


def content_of(plan: Proposal) -> dict[str, Any]:
    """Return all that makes a plan what it is, as plain values.

    Parameters
    ----------
    plan : Proposal
        Any.

    Returns
    -------
    content : dict
    """
    # needs share few windows: each is written once
    windows = {id(each.window): each.window for each in plan.assignments}
    written = {key: str(window) if window else None for key, window in windows.items()}
    return {
        "version": _VERSION,
        "as_of": plan.as_of.isoformat(),
        "fingerprint": plan.fingerprint,
        "objective": plan.proof.objective,
        "weights": {name: plan.weights[name] for name in FEATURES},
        "assignments": [
            {
                "need_id": each.need_id,
                "partner_id": each.partner_id,
                "window": written[id(each.window)],
                "hours": each.hours,
                "score": each.score,
                "role": each.role,
                "reason": each.reason,
                "is_extra": each.is_extra,
                "is_locked": each.is_locked,
            }
            for each in plan.assignments
        ],
        "unmet": [
            {**dataclasses.asdict(each), "causes": [list(cause) for cause in each.causes]} for each in plan.unmet
        ],
        "proof": dataclasses.asdict(plan.proof),
        "overrides": [dataclasses.asdict(each) for each in plan.overrides],
        "warnings": list(plan.warnings),
    }


def plan_id_of(content: Mapping[str, Any]) -> str:
    """Return the identifier that belongs to a content.

    Parameters
    ----------
    content : mapping of str to object
        As `content_of` returns it.

    Returns
    -------
    plan_id : str
        ``P-`` and ten hexadecimal digits.
    """
    # how it was solved is no part of what it says: a faster solver makes the same plan
    # the last bits of a score are the processor's: they are no part of it either
    said = {key: _rounded(value) for key, value in content.items() if key != "proof"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"P-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:10].upper()}"


def _rounded(value: Any) -> Any:
    """Round all numbers of plain values to what every machine agrees on."""
    if isinstance(value, float):
        return round(value, _AGREED)
    if isinstance(value, Mapping):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value


def dispatch_id_of(plan_id: str, need_id: str, partner_id: str) -> str:
    """Return the identifier of one line of a dispatch sheet.

    Parameters
    ----------
    plan_id, need_id, partner_id : str
        What the line is about.

    Returns
    -------
    dispatch_id : str
        ``D-`` and ten hexadecimal digits; the same for the same line.
    """
    text = f"{plan_id}\x1f{need_id}\x1f{partner_id}"
    return f"D-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:10].upper()}"


def windows_of(assignments: Sequence[Assignment]) -> dict[Pair, Window | None]:
    """Return when each pair works.

    Parameters
    ----------
    assignments : sequence of Assignment
        Of a plan.

    Returns
    -------
    windows : dict of Pair to Window or None
    """
    return {(each.need_id, each.partner_id): each.window for each in assignments}
