"""The plan that belongs to data and wishes: the same whatever was asked for in between."""

import dataclasses

from matching.affinity.weights import Weights
from matching.planning import Candidates, Plan, solve
from matching.widgets.explorer_values import Settings


def plan_for(base: Candidates, settings: Settings) -> Plan:
    """Make the plan that belongs to data and wishes: the same whatever was asked for in between.

    Parameters
    ----------
    base : Candidates
        Scored with the weights of the table.
    settings : Settings
        What people asked for.

    Returns
    -------
    plan : Plan
        Where there are wishes, the one that changes as little as possible against the plan without them.

    Raises
    ------
    CallError
        If a pin breaks a hard rule or contradicts others.
    """
    plan = solve(candidates_of(base, settings), objective=settings.objective)
    if not settings.wishes:
        return plan
    urgent = [wish.need_id for wish in settings.wishes if wish.action == "urgent" and wish.need_id]
    asked = dataclasses.replace(plan, overrides=settings.wishes)
    return asked.replan(urgent=urgent) if urgent else asked.replan()


def candidates_of(base: Candidates, settings: Settings) -> Candidates:
    """Return candidates scored with the weights as they stand.

    Parameters
    ----------
    base : Candidates
        Scored with the weights of the table.
    settings : Settings
        Where the sliders stand.

    Returns
    -------
    candidates : Candidates
        Sliders leave the values of the unknown alone, so nothing has to be worked out anew.
    """
    if not settings.weights:
        return base
    return dataclasses.replace(base, pairs=dataclasses.replace(base.pairs, weights=weights_of(base, settings)))


def weights_of(base: Candidates, settings: Settings) -> Weights:
    """Return the weights as the sliders stand.

    Parameters
    ----------
    base : Candidates
        Scored with the weights of the table.
    settings : Settings
        Where the sliders stand.

    Returns
    -------
    weights : Weights
    """
    return base.weights.replace(dict(settings.weights)) if settings.weights else base.weights


def fitting(settings: Settings, base: Candidates) -> Settings:
    """Leave out what no longer fits the data.

    Parameters
    ----------
    settings : Settings
        What people asked for.
    base : Candidates
        The data as they are now.

    Returns
    -------
    settings : Settings
        Without wishes about needs and partners that are not there any more, and pins that a rule blocks now.
    """
    needs = {need.need_id for need in base.profiles.needs}
    kept = tuple(
        wish
        for wish in settings.wishes
        if (wish.need_id is None or wish.need_id in needs)
        and (wish.partner_id is None or base.community.resolve(wish.partner_id) in base.profiles.positions)
        and not (wish.action == "pin" and base.blocking_rules(wish.need_id or "", wish.partner_id or ""))
    )
    return dataclasses.replace(settings, wishes=kept)
