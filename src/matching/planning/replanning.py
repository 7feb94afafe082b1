"""A new plan from an old one: what people asked for is kept to, and as few people as possible are told something new."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from matching.errors import CallError
from matching.labels import label
from matching.planning.assembly import propose, settled_model
from matching.planning.candidates import Candidates
from matching.planning.consistency import keep_consistent
from matching.planning.evidence import evidence_of
from matching.planning.model import Bools, Model, revalued
from matching.planning.proposal import Assignment, Override, Proposal
from matching.planning.scoring import with_needs
from matching.planning.standing import Pair
from matching.planning.wishes import Wishes, edges_mask
from matching.records import Need, Urgency

_PER_PAIR = frozenset({"pin", "forbid"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a new plan.

    Attributes
    ----------
    pin, forbid : tuple of Pair
        Pairs that must, and that must not, be part of it.
    urgent : tuple of str or Need
        Needs that come first now; a `Need` may be new.
    absent : tuple of str
        Partners who cannot come at all.
    change_cost : float or None
        What telling one person something new costs, in score; the policy's number where None.
    by, reason : str
        Who decided, and why.
    """

    pin: tuple[Pair, ...] = ()
    forbid: tuple[Pair, ...] = ()
    urgent: tuple[str | Need, ...] = ()
    absent: tuple[str, ...] = ()
    change_cost: float | None = None
    by: str = ""
    reason: str = ""


def replan(plan: Proposal, request: Request) -> Proposal:
    """Make a new plan from an old one.

    Parameters
    ----------
    plan : Proposal
        The old one. What people decided about it still holds, unless the request says the opposite.
    request : Request
        What is asked.

    Returns
    -------
    plan : Proposal
        Of the highest value less the cost of changes, with every override and who made it.

    Raises
    ------
    CallError
        If a pinned pair breaks a hard rule, or a pair is both pinned and forbidden.
    UnknownNameError
        If a need or a partner is unknown.
    """
    cost = plan.candidates.policy["change_cost"] if request.change_cost is None else request.change_cost
    if not cost >= 0 or np.isinf(cost):
        raise CallError(f"change_cost must be a number of at least 0; got {request.change_cost!r}")
    candidates = _with_urgent(plan.candidates, request.urgent)
    overrides = _overrides(plan.overrides, request, candidates)
    model = _model(plan, candidates)
    wishes = _wishes(plan, candidates, model, overrides, cost)
    same = model.edge_of is plan.working.model.edge_of
    return propose(
        candidates,
        objective=plan.working.objective,
        fair_depth=plan.working.fair_depth,
        wishes=wishes,
        overrides=overrides,
        model=model,
        start=plan.working.choice if same else None,
        known=plan.assignments if same else (),
    )


def _model(plan: Proposal, candidates: Candidates) -> Model:
    """Return the old plan's problem where nothing but urgency is new, else a new one."""
    old, is_even = plan.working, plan.working.objective == "fair"
    if candidates.community is not old.candidates.community:
        return settled_model(candidates, is_even=is_even)
    return old.model if candidates.urgent == old.candidates.urgent else revalued(old.model, candidates, is_even=is_even)


def _with_urgent(candidates: Candidates, urgent: Sequence[str | Need]) -> Candidates:
    records = [each for each in urgent if isinstance(each, Need)]
    named = [each.need_id if isinstance(each, Need) else each for each in urgent]
    if records:
        candidates = with_needs(candidates, records)
    for need_id in named:
        candidates.need_index(need_id)
    asked = {each.need_id for each in records if each.urgency in {None, Urgency.URGENT}}
    known = {each for each in named if each not in {record.need_id for record in records}}
    urgent_now = candidates.urgent | asked | known
    return candidates if urgent_now == candidates.urgent else dataclasses.replace(candidates, urgent=urgent_now)


def _overrides(old: Iterable[Override], request: Request, candidates: Candidates) -> tuple[Override, ...]:
    new = [
        *(("pin", *_known(candidates, pair)) for pair in request.pin),
        *(("forbid", *_known(candidates, pair)) for pair in request.forbid),
        *(("urgent", each.need_id if isinstance(each, Need) else each, None) for each in request.urgent),
        *(("absent", None, _partner_id(candidates, each)) for each in request.absent),
    ]
    both = {(n, p) for action, n, p in new if action == "pin"} & {(n, p) for action, n, p in new if action == "forbid"}
    if both:
        raise CallError(
            f"A pair cannot be both pinned and forbidden; got {sorted(map(str, both))}. Drop one of the two."
        )
    away = {p for action, _, p in new if action == "absent"}
    clash = [(n, p) for action, n, p in new if action == "pin" and p in away]
    if clash:
        raise CallError(f"An absent partner cannot be pinned; got {clash}. Drop one of the two.")
    said = {(n, p) for action, n, p in new if action in _PER_PAIR}
    kept = [
        each
        for each in old
        if not (each.action in _PER_PAIR and (each.need_id, each.partner_id) in said)
        and not (each.action == "pin" and each.partner_id in away)
        and not (each.action == "absent" and each.partner_id in {p for action, _, p in new if action == "pin"})
    ]
    made = [
        Override(action=action, need_id=need_id, partner_id=partner_id, by=request.by, reason=request.reason)
        for action, need_id, partner_id in new
    ]
    return tuple(dict.fromkeys([*kept, *made]))


def _known(candidates: Candidates, pair: Pair) -> Pair:
    need_id, partner_id = pair
    return candidates.profiles.needs[candidates.need_index(need_id)].need_id, _partner_id(candidates, partner_id)


def _partner_id(candidates: Candidates, partner_id: str) -> str:
    return candidates.profiles.partners[candidates.partner_index(partner_id)].partner_id


def _wishes(plan: Proposal, candidates: Candidates, model: Model, overrides: Sequence[Override], cost: float) -> Wishes:
    pins = [(o.need_id or "", o.partner_id or "") for o in overrides if o.action == "pin"]
    for pair in pins:
        if pair not in model.edge_of:
            raise CallError(_refusal(candidates, pair))
    bans = {(o.need_id or "", o.partner_id or "") for o in overrides if o.action == "forbid"}
    away = {o.partner_id for o in overrides if o.action == "absent"}
    forbidden = [model.edge_of[pair] for pair in bans if pair in model.edge_of]
    forbidden += [edge for pair, edge in model.edge_of.items() if pair[1] in away] if away else []
    _check_pins(model, [model.edge_of[pair] for pair in pins], forbidden)
    # who helps a need that lacked people is one of those it asks for as soon as they are enough
    usable = np.bincount(model.need[~edges_mask(model, forbidden)], minlength=model.shape[0])
    short = {each.need_id for each in plan.unmet if each.status == "partial"}
    helping = np.array([need.need_id in short for need in candidates.profiles.needs], dtype=np.bool_)
    helping &= ~model.lacking & (usable >= model.least)
    told = [(each, model.edge_of.get((each.need_id, each.partner_id))) for each in plan.assignments]
    return Wishes(
        pinned=edges_mask(model, [model.edge_of[pair] for pair in pins]),
        forbidden=edges_mask(model, forbidden),
        kept=edges_mask(model, [edge for _, edge in told if edge is not None]),
        extra=edges_mask(model, [edge for each, edge in told if edge is not None and each.is_extra])
        & ~helping[model.need],
        change_cost=cost,
        told=_told_anyway(candidates, told),
    )


def _told_anyway(candidates: Candidates, told: Sequence[tuple[Assignment, int | None]]) -> Bools:
    """Mark the partners whose pairs cannot stay what they were told: no longer allowed, or at another time."""
    found = np.zeros(len(candidates.profiles.partners), dtype=np.bool_)
    rows = {need.need_id: row for row, need in enumerate(candidates.profiles.needs)}
    for each, edge in told:
        if edge is None or candidates.works[rows[each.need_id]].stretch != each.window:
            at = candidates.profiles.positions.get(each.partner_id)
            found[[] if at is None else [at]] = True
    return found


def _check_pins(model: Model, pins: Sequence[int], forbidden: Sequence[int]) -> None:
    """Refuse pins that do not fit beside accepted work or beside each other."""
    settled = [edge for edge in np.flatnonzero(model.locked).tolist() if edge not in set(forbidden)]
    _, dropped = keep_consistent(model, [*settled, *pins])
    if dropped:
        pair_of = {edge: pair for pair, edge in model.edge_of.items()}
        named = "; ".join(
            f"{'/'.join(pair_of[edge])}: {label(f'planning.clash.{rule}')}" for edge, rule in dropped.items()
        )
        raise CallError(f"Pinned pairs must fit beside accepted work and each other; got {named}. Drop one of them.")


def _refusal(candidates: Candidates, pair: Pair) -> str:
    need, partner = candidates.need_index(pair[0]), candidates.partner_index(pair[1])
    rules = candidates.blocking_rules(*pair)
    evidence = "; ".join(evidence_of(candidates, need, partner, rule) for rule in rules)
    return f"A pinned pair must keep the hard rules; {pair[0]} with {pair[1]} does not: {evidence}. Correct the register first."
