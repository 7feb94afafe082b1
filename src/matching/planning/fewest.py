"""The last step of a re-plan: of all plans that are worth as much, one that tells as few people as can be something new."""

import dataclasses

import numpy as np

from matching.assign import Problem
from matching.assign.fewest import fewest_changed
from matching.planning.first_step import FirstStep, whole_needs
from matching.planning.model import Bools, Group, Ints, Model
from matching.planning.solving import Choice
from matching.planning.told import Heads, Quality, firsts, heads_of, limits_on, told_anyway, told_before, who_may_matter
from matching.planning.wishes import Wishes

NODES = 200
"""How many nodes the search opens at most; the plan stays as it is where that is not enough for a proof."""

MOST_PEOPLE = 60
"""How many people are searched among at most; where more may matter, only among those who are told anyway: nothing is proved then."""


def with_fewest_told(step: FirstStep, choice: Choice) -> Choice:
    """Change a choice where a plan that is worth as much tells fewer people something new.

    Whoever has other pairs than before, or the same ones at another time, is told. A plan is worth as much if its people for the
    least head-counts are, and all its pairs together are.

    Parameters
    ----------
    step : FirstStep
        With what people asked for and the pairs that they have been told of.
    choice : Choice
        Of both steps.

    Returns
    -------
    choice : Choice
        With `is_fewest` where it is proved that no plan worth as much tells fewer.
    """
    model, wishes = step.model, step.wishes
    if choice.first.violations or choice.second.violations or step.objective != "total":
        return choice
    free = told_anyway(model, wishes)
    told = people_told(model, wishes, choice.chosen)
    fewer = int((told & ~free).sum()) - 1
    if fewer < 0:
        return dataclasses.replace(choice, is_fewest=True)
    heads = heads_of(step, choice)
    quality = _quality(model, heads, choice)
    may, is_possible = who_may_matter(step, heads, quality, free, fewer)
    if not is_possible:
        return dataclasses.replace(choice, is_fewest=True)
    is_all = int(may.sum()) <= MOST_PEOPLE
    may = (may if is_all else told) | free
    found, is_proved = _search(step, heads, quality, free, may, fewer)
    if found is None:
        return dataclasses.replace(choice, is_fewest=is_proved and is_all)
    chosen, is_first = found
    return dataclasses.replace(choice, chosen=chosen, is_first=is_first, is_fewest=is_proved and is_all)


def people_told(model: Model, wishes: Wishes, chosen: Bools) -> Bools:
    """Tell who has to be told something new.

    Parameters
    ----------
    model : Model
        With the pairs.
    wishes : Wishes
        With those that people have been told of.
    chosen : ndarray of bool, shape (n_edges,)
        The new plan.

    Returns
    -------
    told : ndarray of bool, shape (n_partners,)
    """
    told = told_before(model, wishes)
    told[model.partner[chosen != wishes.kept]] = True
    return told


def _quality(model: Model, heads: Heads, choice: Choice) -> Quality:
    """Value a choice; of a need that is no team, the best of its people count as those who fill its least head-count."""
    first = choice.is_first & whole_needs(model, choice.is_first)[model.need] & heads.is_teamed[model.need]
    first |= firsts(model, heads, choice.chosen & ~heads.is_teamed[model.need])
    return Quality(float(model.value[first].sum()), float(model.value[choice.chosen].sum()))


def _search(
    step: FirstStep, heads: Heads, quality: Quality, free: Bools, may: Bools, most: int
) -> tuple[tuple[Bools, Bools] | None, bool]:
    """Look for a plan that is worth as much and changes nobody but some of those who may be changed."""
    model, wishes = step.model, step.wishes
    usable = may[model.partner] & ~(wishes.forbidden & ~step.pinned)
    touched = heads.is_teamed.copy()
    touched[model.need[usable]] = True
    touched[model.need[wishes.kept & may[model.partner]]] = True
    edges = np.flatnonzero(usable | (wishes.kept & touched[model.need] & ~may[model.partner]))
    rest = wishes.kept & ~touched[model.need]
    is_first = firsts(model, heads, rest)
    fixed = Quality(float(model.value[is_first].sum()), float(model.value[rest].sum()))
    problem, pair, is_copy = _problem(step, heads, edges, may)
    values = model.value[edges][pair]
    found = fewest_changed(
        problem,
        pair=pair,
        kept=wishes.kept[edges],
        may=may,
        free=free,
        quality=[(np.where(is_copy, 0.0, values), quality.first - fixed.first), (values, quality.total - fixed.total)],
        most=most,
        nodes=NODES,
    )
    if found.chosen is None:
        return None, found.is_proved
    chosen = rest.copy()
    chosen[edges[pair[found.chosen]]] = True
    is_first[edges[pair[found.chosen & ~is_copy]]] = True
    return (chosen, is_first), found.is_proved


def _problem(step: FirstStep, heads: Heads, edges: Ints, may: Bools) -> tuple[Problem, Ints, Bools]:
    """State both steps at once: each pair may be one of the first people of its need, or a further one."""
    model = step.model
    need, partner, n_needs = model.need[edges], model.partner[edges], model.shape[0]
    is_first = ~heads.is_hopeless[need]
    alone = (heads.least == 1) & (heads.most == 1) & ~heads.is_hopeless & ~heads.is_teamed
    is_further = ~alone[need] | step.pinned[edges]
    one, other = np.flatnonzero(is_first), np.flatnonzero(is_further)
    pair = np.concatenate([one, other])
    is_copy = np.arange(pair.size) >= one.size
    copies, at = _copies(pair, edges.size), np.full(model.need.size, -1, dtype=np.int64)
    at[edges] = np.arange(edges.size)
    moving = may[model.partner]
    nobody = np.zeros(n_needs, dtype=np.int64)
    low = np.where(heads.is_hopeless, 0, heads.least)
    two_sided = (np.bincount(need[one], minlength=n_needs) > 0) & (np.bincount(need[other], minlength=n_needs) > 0)
    groups: list[Group] = [
        (np.sort(np.concatenate([copies[k] for k in at[members[at[members] >= 0]].tolist()])), lo, hi)
        for members, lo, hi in limits_on(model.groups, (at >= 0) & moving)
    ]
    groups += [
        (np.flatnonzero(need[pair] == row), 0.0, float(heads.most[row])) for row in np.flatnonzero(two_sided).tolist()
    ]
    groups += [(copies[k], 1.0, 1.0) for k in np.flatnonzero(step.pinned[edges]).tolist()]
    teams = [
        (
            np.array(
                [c for k in at[members[at[members] >= 0]].tolist() for c in copies[k] if not is_copy[c]], dtype=np.int64
            ),
            least,
        )
        for members, least in model.teams
    ]
    busy = np.zeros(n_needs, dtype=np.bool_)
    busy[model.need[edges[moving[edges]]]] = True
    conflicts = model.conflicts[busy[model.conflicts].all(axis=1)] if model.conflicts.size else model.conflicts
    problem = Problem(
        np.where(is_copy, need[pair] + n_needs, need[pair]),
        partner[pair],
        np.zeros(pair.size),
        demand=(np.concatenate([low, nobody]), np.concatenate([np.maximum(heads.whole, low), heads.most])),
        capacity=(np.zeros(model.shape[1]), np.where(may, model.capacity, np.inf)),
        shape=(2 * n_needs, model.shape[1]),
        load=model.load[edges][pair],
        conflicts=_both(conflicts, n_needs),
        groups=tuple(groups),
        teams=tuple((members, least) for members, least in teams if members.size),
        optional=np.concatenate([~heads.is_firm | heads.is_hopeless, np.zeros(n_needs, dtype=np.bool_)]),
    )
    return problem, pair, is_copy


def _copies(pair: Ints, count: int) -> list[Ints]:
    """List the edges of each pair."""
    order = np.argsort(pair, kind="stable")
    return np.split(order, np.searchsorted(pair[order], np.arange(1, count)))


def _both(conflicts: Ints, n_needs: int) -> Ints:
    """Let needs that overlap do so for first and for further people alike."""
    if not conflicts.size:
        return conflicts
    one, other = conflicts[:, 0], conflicts[:, 1]
    return np.concatenate([np.stack([one + a, other + b], axis=1) for a in (0, n_needs) for b in (0, n_needs)])
