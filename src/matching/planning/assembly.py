"""From candidates to a proposal: solve, then put into words."""

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np

from matching.errors import CallError
from matching.labels import label
from matching.planning.candidates import Candidates
from matching.planning.consistency import keep_consistent
from matching.planning.explanation import reasons_for, role_for
from matching.planning.fewest import with_fewest_told
from matching.planning.first_step import FirstStep
from matching.planning.model import Model, build_model
from matching.planning.priced import KEEP, choose_among_kept, is_large
from matching.planning.proposal import Assignment, Override, Proof, Proposal, Working, content_of, plan_id_of
from matching.planning.shortfall import list_unmet, read_service
from matching.planning.solving import Choice, choose
from matching.planning.standing import Pair
from matching.planning.wishes import Wishes, edges_mask

OBJECTIVES = ("total", "fair")


def propose(
    candidates: Candidates,
    *,
    objective: str = "total",
    fair_depth: int = 1,
    wishes: Wishes | None = None,
    overrides: tuple[Override, ...] = (),
    model: Model | None = None,
    start: Choice | None = None,
    known: Iterable[Assignment] = (),
) -> Proposal:
    """Solve, and say what was found.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    objective : {"total", "fair"}, default="total"
        ``"fair"`` raises the worst-served need first; every need then counts alike, however urgent.
    fair_depth : int, default=1
        How many of the worst-served needs are raised.
    wishes : Wishes, optional
        What people asked for, over the pairs of `model`.
    overrides : tuple of Override
        The same, by whom and why.
    model : Model, optional
        Of these candidates, if it is at hand.
    start : Choice, optional
        An earlier choice over the same pairs.
    known : iterable of Assignment
        Pairs that have been put into words before, with the same candidates.

    Returns
    -------
    proposal : Proposal

    Raises
    ------
    CallError
        If the objective is unknown or `fair_depth` below 1.
    """
    if objective not in OBJECTIVES:
        raise CallError(f"objective must be one of {OBJECTIVES}; got {objective!r}")
    if fair_depth < 1:
        raise CallError(f"fair_depth must be at least 1; got {fair_depth!r}")
    model = model or settled_model(candidates, is_even=objective == "fair")
    wishes = wishes or Wishes.none(model.need.size)
    if candidates.keep is None and not is_large(model):
        choice = choose(candidates, model, wishes, objective=objective, fair_depth=fair_depth, start=start)
    else:
        keep = candidates.keep or KEEP
        choice = choose_among_kept(candidates, model, wishes, keep=keep, objective=objective, fair_depth=fair_depth)
    if wishes.told is not None:
        choice = with_fewest_told(FirstStep(candidates, model, wishes, objective, fair_depth), choice)
    working = Working(
        candidates=candidates, model=model, wishes=wishes, choice=choice, objective=objective, fair_depth=fair_depth
    )
    return put_into_words(working, overrides, known=known)


def settled_model(candidates: Candidates, *, is_even: bool = False) -> Model:
    """Write candidates as a problem in which what was accepted contradicts nothing.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    is_even : bool, default=False
        Whether every need counts alike, however urgent.

    Returns
    -------
    model : Model
        Accepted pairs that do not fit beside others are no longer locked, and named in `Model.clashing`.
    """
    model = build_model(candidates, is_even=is_even)
    if not model.locked.any():
        return model
    locked = sorted((pair, edge) for pair, edge in model.edge_of.items() if model.locked[edge])
    kept, dropped = keep_consistent(model, [edge for _, edge in locked])
    if not dropped:
        return model
    return dataclasses.replace(
        model,
        locked=edges_mask(model, kept),
        clashing=tuple((pair, dropped[edge]) for pair, edge in locked if edge in dropped),
    )


def put_into_words(working: Working, overrides: tuple[Override, ...], *, known: Iterable[Assignment] = ()) -> Proposal:
    """Turn a choice into a proposal.

    Parameters
    ----------
    working : Working
        What was chosen, and from what.
    overrides : tuple of Override
        What people decided.
    known : iterable of Assignment
        Pairs that have been put into words before, with the same candidates.

    Returns
    -------
    proposal : Proposal
    """
    candidates, model, choice = working.candidates, working.model, working.choice
    service = read_service(candidates, model, choice)
    draft = Proposal(
        plan_id="",
        as_of=candidates.as_of,
        fingerprint=candidates.community.fingerprint(),
        assignments=_assignments(candidates, model, choice, {(a.need_id, a.partner_id): a for a in known}),
        unmet=list_unmet(candidates, model, choice, service),
        proof=_proof(working),
        weights=dict(candidates.weights),
        overrides=overrides,
        warnings=_warnings(candidates, model, choice),
        working=working,
    )
    return _with_id(draft)


def _with_id(draft: Proposal) -> Proposal:
    values = {name: getattr(draft, name) for name in Proposal.__dataclass_fields__}
    return Proposal(**{**values, "plan_id": plan_id_of(content_of(draft))})


def _assignments(
    candidates: Candidates, model: Model, choice: Choice, known: Mapping[Pair, Assignment]
) -> tuple[Assignment, ...]:
    need_ids = [each.need_id for each in candidates.profiles.needs]
    partner_ids = [each.partner_id for each in candidates.profiles.partners]
    edges = np.flatnonzero(choice.chosen)
    score = candidates.allowed_scores[model.need[edges], model.partner[edges]]
    keys = zip(model.need[edges].tolist(), (-score).tolist(), model.partner[edges].tolist(), strict=True)
    ranks = sorted(
        range(edges.size), key=[(need, less, partner_ids[column]) for need, less, column in keys].__getitem__
    )
    edges, score = edges[ranks], score[ranks]
    need, partner = model.need[edges], model.partner[edges]
    rows, columns = need.tolist(), partner.tolist()
    before = [known.get((need_ids[row], partner_ids[column])) for row, column in zip(rows, columns, strict=True)]
    fresh = [at for at, each in enumerate(before) if each is None]
    reasons = dict(zip(fresh, reasons_for(candidates, need[fresh], partner[fresh]), strict=True))
    is_extra, is_locked = (~choice.is_first[edges]).tolist(), model.locked[edges].tolist()
    return tuple(
        Assignment(
            need_id=need_ids[row],
            partner_id=partner_ids[column],
            window=candidates.works[row].stretch,
            hours=candidates.works[row].hours,
            score=each_score,
            role=told.role if told else role_for(candidates, row, column),
            reason=told.reason if told else reasons[at],
            is_extra=is_extra[at],
            is_locked=is_locked[at],
        )
        for at, (row, column, each_score, told) in enumerate(zip(rows, columns, score.tolist(), before, strict=True))
    )


def _proof(working: Working) -> Proof:
    candidates, model, choice = working.candidates, working.model, working.choice
    first, second = choice.first, choice.second
    total, least_total = float(model.value[choice.chosen].sum()), float(model.value[choice.is_first].sum())
    asked = (np.bincount(model.need[choice.is_first], minlength=model.shape[0]) > 0) & (model.least > 0)
    got = np.bincount(
        model.need[choice.is_first],
        weights=candidates.allowed_scores[model.need, model.partner][choice.is_first],
        minlength=model.shape[0],
    )
    worst = float((got[asked] / model.least[asked]).min()) if asked.any() else 0.0
    return Proof(
        total=total,
        bound=total + max(float(second.bound) - float(second.total), 0.0),
        gap=max(float(first.gap), float(second.gap)),
        first_total=least_total,
        first_bound=least_total + max(float(first.bound) - float(first.total), 0.0),
        score_total=float(candidates.allowed_scores[model.need, model.partner][choice.chosen].sum()),
        worst=worst,
        method=f"1) {first.method}; 2) {second.method}",
        objective=working.objective,
    )


def _warnings(candidates: Candidates, model: Model, choice: Choice) -> tuple[str, ...]:
    said = []
    for need_id, partner_id in model.broken:
        rules = "、".join(label(f"planning.rule.{rule}") for rule in candidates.blocking_rules(need_id, partner_id))
        said.append(label("planning.warning.broken", need_id=need_id, partner_id=partner_id, rule=rules))
    for (need_id, partner_id), rule in model.clashing:
        words = label(f"planning.clash.{rule}")
        said.append(label("planning.warning.clashing", need_id=need_id, partner_id=partner_id, rule=words))
    found = {violation.rule for violation in (*choice.first.violations, *choice.second.violations)}
    said += [label("planning.warning.clash", rule=rule) for rule in sorted(found)]
    return tuple(said)
