"""Which of several pairs that must all be kept can be kept together: what was accepted, what a person pins."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from matching.planning.model import Model

_SLACK = 1e-9


def keep_consistent(model: Model, edges: Sequence[int]) -> tuple[tuple[int, ...], dict[int, str]]:
    """Go through pairs in their order and keep each that fits beside those kept before.

    Parameters
    ----------
    model : Model
        With the limits.
    edges : sequence of int
        Pairs, the most binding first.

    Returns
    -------
    kept : tuple of int
        Together they break no rule.
    dropped : dict of int to str
        The others, with the rule: ``"most"`` (the need has its people), ``"overlap"``, ``"capacity"`` or ``"together"``
        (one household, or two who are kept apart).
    """
    if not len(edges):
        return (), {}
    clash = {frozenset(pair) for pair in model.conflicts.tolist()}
    groups = _groups_of(model, edges)
    people: Counter[int] = Counter()
    in_group: Counter[int] = Counter()
    load: dict[int, float] = defaultdict(float)
    busy: dict[int, list[int]] = defaultdict(list)
    kept: list[int] = []
    dropped: dict[int, str] = {}
    for edge in dict.fromkeys(edges):
        need, partner = int(model.need[edge]), int(model.partner[edge])
        if people[need] >= model.most[need]:
            dropped[edge] = "most"
        elif any(frozenset((need, other)) in clash for other in busy[partner]):
            dropped[edge] = "overlap"
        elif load[partner] + model.load[edge] > model.capacity[partner] + _SLACK:
            dropped[edge] = "capacity"
        elif any(in_group[number] >= model.groups[number][2] for number in groups[edge]):
            dropped[edge] = "together"
        else:
            kept.append(edge)
            people[need] += 1
            load[partner] += float(model.load[edge])
            busy[partner].append(need)
            in_group.update(groups[edge])
    return tuple(kept), dropped


def _groups_of(model: Model, edges: Sequence[int]) -> dict[int, list[int]]:
    """List the groups of each of some pairs."""
    groups: dict[int, list[int]] = defaultdict(list)
    if model.groups:
        member = np.concatenate([members for members, _, _ in model.groups])
        number = np.repeat(np.arange(len(model.groups)), [members.size for members, _, _ in model.groups])
        found = np.isin(member, edges)
        for edge, group in zip(member[found].tolist(), number[found].tolist(), strict=True):
            groups[edge].append(group)
    return groups
