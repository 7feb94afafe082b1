"""Why a pair is not in the plan: the rule that blocks it, or its exact price and who would be displaced."""

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np

from matching.labels import Language, label
from matching.planning.changes import Change, people_changed
from matching.planning.consistency import keep_consistent
from matching.planning.explanation import explain_pair
from matching.planning.first_step import whole_needs
from matching.planning.model import Bools, Model
from matching.planning.priced import KEEP, choose_among_kept, is_large
from matching.planning.proposal import Proposal, windows_of
from matching.planning.shown import shown
from matching.planning.solving import Choice, choose
from matching.planning.standing import Pair
from matching.planning.wishes import Wishes, edges_mask
from matching.records import mask_text

_SAME = 1e-7


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a pair is not in the plan.

    Attributes
    ----------
    need_id, partner_id : str
    verdict : str
        ``"chosen"`` (it is), ``"blocked"`` (a hard rule), ``"impossible"`` (no plan that keeps what is pinned has it),
        ``"equal"`` (another plan with it is as good) or ``"worse"`` (it costs something).
    blocked : tuple of (rule, evidence)
        The rules, the first to be named first.
    loss : float or None
        What the best plan with the pair has less in total value; None where there is none.
    loss_first : float or None
        The same for the first step alone, the least head-counts, which goes before everything else.
    displaced : tuple of Change
        Who would do something else, in a chain that begins with the pair.
    sentence : str
    """

    need_id: str
    partner_id: str
    verdict: str
    blocked: tuple[tuple[str, str], ...] = ()
    loss: float | None = None
    loss_first: float | None = None
    displaced: tuple[Change, ...] = ()
    sentence: str = ""

    def __str__(self) -> str:
        return self.sentence


def why_not(plan: Proposal, need_id: str, partner_id: str, *, language: Language = "zh") -> WhyNot:
    """Say why a pair is not in the plan.

    Parameters
    ----------
    plan : Proposal
        Any.
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
    told = explain_pair(plan.candidates, need_id, partner_id, language=language)
    need_id, partner_id = told.need_id, told.partner_id
    name = _name(plan, partner_id)
    if (need_id, partner_id) in plan.pairs:
        said = label("planning.why_not.chosen", language=language, partner=name, need=need_id)
        return WhyNot(need_id=need_id, partner_id=partner_id, verdict="chosen", loss=0.0, loss_first=0.0, sentence=said)
    if told.blocked:
        evidence = label("planning.semicolon", language=language).join(words for _, words in told.blocked)
        said = label("planning.why_not.blocked", language=language, partner=name, need=need_id, evidence=evidence)
        return WhyNot(need_id=need_id, partner_id=partner_id, verdict="blocked", blocked=told.blocked, sentence=said)
    return _priced(plan, need_id, partner_id, language)


def _priced(plan: Proposal, need_id: str, partner_id: str, language: Language) -> WhyNot:
    """Solve again with the pair pinned and compare.

    In a large district neither plan is the very best one: what is compared is the plan with one that changes little of it.
    """
    working = plan.working
    edge = working.model.edge_of[need_id, partner_id]
    settled = (working.model.locked & ~working.wishes.forbidden) | working.wishes.pinned
    _, dropped = keep_consistent(working.model, [*np.flatnonzero(settled).tolist(), edge])
    if dropped:
        return _impossible(plan, need_id, partner_id, language)
    wishes = dataclasses.replace(
        working.wishes,
        pinned=working.wishes.pinned | edges_mask(working.model, [edge]),
        forbidden=working.wishes.forbidden & ~edges_mask(working.model, [edge]),
    )
    # who is pinned covers a role of a team for all others: then more may be possible than before
    is_stricter = not working.wishes.forbidden[edge] and not any(edge in team for team, _ in working.model.teams)
    choice = _choice_with(plan, wishes, is_stricter=is_stricter)
    broken = choice.first.violations or not choice.chosen[edge]
    if broken:
        return _impossible(plan, need_id, partner_id, language)
    loss = float(working.model.value[working.choice.chosen].sum() - working.model.value[choice.chosen].sum())
    loss_first = _worth_first(working.model, working.choice) - _worth_first(working.model, choice, edge)
    after = {pair: working.candidates.works[need].stretch for pair, need in _pairs(plan, choice.chosen)}
    displaced = _chain(people_changed(windows_of(plan.assignments), after), need_id, partner_id)
    is_equal = abs(loss) <= _SAME and abs(loss_first) <= _SAME
    return WhyNot(
        need_id=need_id,
        partner_id=partner_id,
        verdict="equal" if is_equal else "worse",
        loss=loss,
        loss_first=loss_first,
        displaced=displaced,
        sentence=_sentence(
            plan, need_id, partner_id, loss, loss_first, displaced, is_equal=is_equal, language=language
        ),
    )


def _choice_with(plan: Proposal, wishes: Wishes, *, is_stricter: bool) -> Choice:
    """Choose again: exactly, or in a large district with as few changes as can be, as a person would who has the plan in hand."""
    working = plan.working
    if not is_large(working.model):
        return choose(
            working.candidates,
            working.model,
            wishes,
            objective=working.objective,
            fair_depth=working.fair_depth,
            start=working.choice,
            is_stricter=is_stricter,
        )
    told = dataclasses.replace(
        wishes,
        kept=working.choice.chosen,
        extra=working.choice.chosen & ~working.choice.is_first,
        change_cost=float(working.candidates.policy["change_cost"]),
    )
    return choose_among_kept(
        working.candidates,
        working.model,
        told,
        keep=working.candidates.keep or KEEP,
        objective=working.objective,
        fair_depth=working.fair_depth,
    )


def _pairs(plan: Proposal, chosen: Bools) -> Iterator[tuple[Pair, int]]:
    """Yield the identifiers of chosen pairs, and the row of each one's need."""
    model, profiles = plan.working.model, plan.candidates.profiles
    for edge in np.flatnonzero(chosen):
        need = int(model.need[edge])
        yield (profiles.needs[need].need_id, profiles.partners[int(model.partner[edge])].partner_id), need


def _impossible(plan: Proposal, need_id: str, partner_id: str, language: Language) -> WhyNot:
    name = _name(plan, partner_id)
    said = label("planning.why_not.impossible", language=language, partner=name, need=need_id)
    return WhyNot(need_id=need_id, partner_id=partner_id, verdict="impossible", sentence=said)


def _worth_first(model: Model, choice: Choice, pinned: int | None = None) -> float:
    """Add up the least head-counts of the needs that are served as they ask: a pair at another need counts later.

    Where a need is served as it asks only because the pinned pair covers a role, that pair is one of its least.
    """
    served = choice.is_first & whole_needs(model, choice.is_first)[model.need]
    worth = float(model.value[served].sum())
    if pinned is None or served[pinned]:
        return worth
    row = model.need[pinned]
    theirs = np.flatnonzero(choice.is_first & (model.need == row) & (np.arange(model.need.size) != pinned))
    if served[theirs].any():
        return worth
    least: list[float] = []
    for others in itertools.combinations(theirs.tolist(), max(int(model.least[row]) - 1, 0)):
        members = [pinned, *others]
        if whole_needs(model, edges_mask(model, members))[row]:
            least.append(float(model.value[members].sum()))
    return worth + max(least, default=0.0)


def _sentence(
    plan: Proposal,
    need_id: str,
    partner_id: str,
    loss: float,
    loss_first: float,
    displaced: tuple[Change, ...],
    *,
    is_equal: bool,
    language: Language,
) -> str:
    moves = [_move(plan, each, language) for each in displaced if each.partner_id != partner_id or each.before]
    price = "equal" if is_equal else "worse" if loss > 0 else "order" if loss_first > 0 else "peace"
    how = label("planning.why_not.large", language=language) if is_large(plan.working.model) else ""
    ruled_out = _ruled_out(plan, need_id, partner_id, language)
    if ruled_out and price == "peace":
        price = "ruled_out_peace"
    return (
        ruled_out
        + how
        + label(
            f"planning.why_not.{price}",
            language=language,
            partner=_name(plan, partner_id),
            need=need_id,
            loss=f"{abs(loss):.3f}",
            first=f"{loss_first:.3f}",
            moves=label("planning.semicolon", language=language).join(moves)
            or label("planning.why_not.nobody", language=language),
        )
    )


def _move(plan: Proposal, move: Change, language: Language) -> str:
    """Say what one person would be told: only what is new, also where other work of theirs stays."""
    before, after = ([n for n in a if n not in b] for a, b in ((move.before, move.after), (move.after, move.before)))
    kind = "time" if not (before or after) else "moved" if before and after else "dropped" if before else "new"
    return label(
        f"planning.why_not.move_{kind}",
        language=language,
        partner=_name(plan, move.partner_id),
        before="、".join(before),
        after="、".join(after),
    )


def _ruled_out(plan: Proposal, need_id: str, partner_id: str, language: Language) -> str:
    """Say who has ruled the pair out and why; empty where nobody has."""
    working = plan.working
    if not working.wishes.forbidden[working.model.edge_of[need_id, partner_id]]:
        return ""
    about = [
        each
        for each in plan.overrides
        if each.partner_id == partner_id and (each.action, each.need_id) in {("forbid", need_id), ("absent", None)}
    ]
    return label(
        "planning.why_not.ruled_out",
        language=language,
        partner=_name(plan, partner_id),
        need=need_id,
        by=mask_text(about[-1].by or "—") if about else "—",
        reason=mask_text(about[-1].reason or "—") if about else "—",
    )


def _chain(people: tuple[Change, ...], need_id: str, partner_id: str) -> tuple[Change, ...]:
    """Order those who are displaced: who gives way at the need, who gives way to them, and so on."""
    by_id = {each.partner_id: each for each in people}
    chain, places = [], [need_id]
    waiting = dict(by_id)
    if partner_id in waiting:
        first = waiting.pop(partner_id)
        chain.append(first)
        places += [n for n in (*first.before, *first.after) if n != need_id]
    while places:
        place = places.pop(0)
        for other in [each for each in waiting.values() if place in {*each.before} ^ {*each.after}]:
            chain.append(waiting.pop(other.partner_id))
            places += [n for n in (*other.before, *other.after) if n != place]
    return (*chain, *waiting.values())


def _name(plan: Proposal, partner_id: str) -> str:
    profiles = plan.candidates.profiles
    return mask_text(profiles.partners[profiles.positions[partner_id]].name)
