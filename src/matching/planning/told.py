"""Who is told something new whatever is chosen, and who else could be part of telling fewer: bounds before any search."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matching.planning.first_step import FirstStep
from matching.planning.model import Bools, Floats, Group, Ints, Model
from matching.planning.solving import Choice
from matching.planning.wishes import Wishes

_SLACK = 1e-7  # relative


class Quality(NamedTuple):
    """What a plan is worth, without the cost of changes.

    Attributes
    ----------
    first : float
        Of the people who fill the least head-counts of needs that are served as they ask.
    total : float
        Of all pairs.
    """

    first: float
    total: float


class Heads(NamedTuple):
    """What needs ask for in both steps.

    Attributes
    ----------
    least, whole, most : ndarray of int, shape (n_needs,)
        People who are first: so many at least where the need is served as it asks, and so many at most; people in all.
    is_hopeless : ndarray of bool, shape (n_needs,)
        Cannot be served as they ask, or ask for nobody.
    is_firm : ndarray of bool, shape (n_needs,)
        Of a bundle that is whole and stays so.
    is_teamed : ndarray of bool, shape (n_needs,)
    """

    least: Ints
    whole: Ints
    most: Ints
    is_hopeless: Bools
    is_firm: Bools
    is_teamed: Bools


def heads_of(step: FirstStep, choice: Choice) -> Heads:
    """Read what needs ask for.

    Parameters
    ----------
    step : FirstStep
    choice : Choice
        With the bundles that are not whole.

    Returns
    -------
    heads : Heads
    """
    model, wishes = step.model, step.wishes
    pins = np.bincount(model.need[step.pinned], minlength=model.shape[0])
    usable = np.bincount(model.need[~wishes.forbidden | step.pinned], minlength=model.shape[0])
    is_teamed = np.zeros(model.shape[0], dtype=np.bool_)
    is_teamed[[int(model.need[edges[0]]) for edges, _ in model.teams]] = True
    parts = np.array([len(each) for each in step.candidates.parts], dtype=np.int64)
    whole = np.where(is_teamed, np.minimum(np.maximum(model.least, parts), model.most), model.least)
    is_firm = np.zeros(model.shape[0], dtype=np.bool_)
    for name, rows in step.bundles.items():
        is_firm[rows] = name not in choice.bundles
    is_hopeless = model.lacking | (usable < model.least) | (model.least == 0)
    return Heads(model.least, whole, np.maximum(model.most, pins), is_hopeless, is_firm, is_teamed)


def told_before(model: Model, wishes: Wishes) -> Bools:
    """Tell whose pairs cannot stay what they were.

    Parameters
    ----------
    model : Model
    wishes : Wishes

    Returns
    -------
    told : ndarray of bool, shape (n_partners,)
    """
    return np.zeros(model.shape[1], dtype=np.bool_) if wishes.told is None else wishes.told.copy()


def told_anyway(model: Model, wishes: Wishes) -> Bools:
    """Tell who is told something new whatever is chosen.

    Parameters
    ----------
    model : Model
        With what has been accepted.
    wishes : Wishes
        With what people asked for.

    Returns
    -------
    told : ndarray of bool, shape (n_partners,)
    """
    pinned = (model.locked & ~wishes.forbidden) | wishes.pinned
    told = told_before(model, wishes)
    told[model.partner[(pinned & ~wishes.kept) | (wishes.kept & wishes.forbidden & ~pinned)]] = True
    return told


def firsts(model: Model, heads: Heads, chosen: Bools) -> Bools:
    """Mark the best of each need that has enough people: they fill its least head-count.

    Parameters
    ----------
    model : Model
    heads : Heads
    chosen : ndarray of bool, shape (n_edges,)
        Pairs of needs that are no teams.

    Returns
    -------
    first : ndarray of bool, shape (n_edges,)
    """
    marked = np.zeros(chosen.size, dtype=np.bool_)
    got = np.bincount(model.need[chosen], minlength=model.shape[0])
    is_whole = (got >= heads.least) & ~heads.is_hopeless
    edges = np.flatnonzero(chosen & is_whole[model.need])
    best = edges[np.lexsort((-model.value[edges], model.need[edges]))]
    marked[best[_rank(model.need[best], model.shape[0]) < heads.least[model.need[best]]]] = True
    return marked


def _rank(owner: Ints, count: int) -> Ints:
    """Count through the entries of each owner, which stand together."""
    return np.arange(owner.size) - np.searchsorted(owner, np.arange(count))[owner]


def limits_on(groups: Sequence[Group], mask: Bools) -> list[Group]:
    """List the groups that some pairs belong to.

    Parameters
    ----------
    groups : sequence of (edges, lo, hi)
    mask : ndarray of bool, shape (n_edges,)

    Returns
    -------
    groups : list of (edges, lo, hi)
    """
    if not groups:
        return []
    number = np.repeat(np.arange(len(groups)), [members.size for members, _, _ in groups])
    return [groups[k] for k in np.unique(number[mask[np.concatenate([each for each, _, _ in groups])]]).tolist()]


class _Gains(NamedTuple):
    """What each partner could add at most to a sum over the pairs, and what the sum is without those who are free."""

    base: float
    alone: Floats


def who_may_matter(step: FirstStep, heads: Heads, quality: Quality, free: Bools, most: int) -> tuple[Bools, bool]:
    """Tell who could be one of at most so many people, besides those who are free, whose changes reach a quality.

    Everybody else stands where he was. Where one person may change, he leaves his places and takes some of those that are open then, and
    those who are free take what he leaves: few could add what is lacking, most often nobody. Where more may, no bound is known that
    rules out many.

    Parameters
    ----------
    step : FirstStep
    heads : Heads
    quality : Quality
        To be reached.
    free : ndarray of bool, shape (n_partners,)
        Partners who are told something new whatever is chosen.
    most : int
        How many others may change.

    Returns
    -------
    may : ndarray of bool, shape (n_partners,)
        Nobody else can be one of them.
    is_possible : bool
        False where it is proved that there are no such people.
    """
    model, everybody = step.model, np.ones(free.size, dtype=np.bool_)
    if most > 1:
        return everybody, True
    stays = step.wishes.kept & ~free[model.partner]
    pins = np.bincount(model.need[step.pinned & free[model.partner]], minlength=model.shape[0])
    room = heads.most - np.bincount(model.need[stays], minlength=model.shape[0]) - pins
    first, total = (
        _gains(step, room, stays, free, values, leaves=leaves)
        for values, leaves in ((_added(model, heads, stays), False), (model.value, True))
    )
    lacks = np.array(
        [
            quality.first - float(_most_first(model, heads, stays)) - first.base,
            quality.total - float(model.value[stays].sum()) - total.base,
        ]
    ) - _SLACK * max(1.0, abs(quality.total))  # fmt: skip
    overfull = room < 0
    if most == 0:
        return ~everybody, bool((lacks <= 0).all() and not overfull.any())
    may = ~free & (first.alone >= lacks[0]) & (total.alone >= lacks[1])
    if overfull.any():
        leaving = np.bincount(model.partner[stays & overfull[model.need]], minlength=model.shape[1])
        may &= leaving >= -int(room[overfull].sum())
    return may, bool(may.any() or ((lacks <= 0).all() and not overfull.any()))


def _added(model: Model, heads: Heads, stays: Bools) -> Floats:
    """Return what each pair can add at most to the least head-counts: its own value, and that of those whom it makes enough."""
    got = np.bincount(model.need[stays], minlength=model.shape[0])
    there = np.bincount(model.need[stays], weights=model.value[stays], minlength=model.shape[0])
    waiting = np.where((got < heads.least) | heads.is_teamed, there, 0.0)
    return np.where(heads.is_hopeless[model.need], 0.0, model.value + waiting[model.need])


def _most_first(model: Model, heads: Heads, stays: Bools) -> float:
    plain = firsts(model, heads, stays & ~heads.is_teamed[model.need])
    return float(model.value[plain | (stays & (heads.is_teamed & ~heads.is_hopeless)[model.need])].sum())


def _gains(step: FirstStep, room: Ints, stays: Bools, free: Bools, values: Floats, *, leaves: bool) -> _Gains:
    """Bound what partners can add at open places and at those that each leaves himself."""
    model = step.model
    usable = (~step.wishes.forbidden | step.pinned) & (values > 0)
    is_open = usable & ((room[model.need] > 0) | step.pinned | (stays if leaves else False))
    added = _best(model, is_open, values)
    base = float(added[free].sum())
    had = np.bincount(model.partner[stays], weights=values[stays], minlength=model.shape[1])
    others = np.zeros(model.shape[0])
    theirs = np.flatnonzero(usable & free[model.partner])
    np.maximum.at(others, model.need[theirs], values[theirs])
    after = np.bincount(model.partner[stays], weights=others[model.need[stays]], minlength=model.shape[1])
    return _Gains(base, np.maximum(added - had * leaves + after, 0.0))


def _best(model: Model, mask: Bools, values: Floats) -> Floats:
    """Sum the best pairs of each partner, as many as his capacity has room for."""
    lightest = np.full(model.shape[1], np.inf)
    np.minimum.at(lightest, model.partner, model.load)
    count = np.floor((model.capacity + 1e-9) / np.where(lightest > 0, lightest, 1e-9))
    edges = np.flatnonzero(mask)
    best = edges[np.lexsort((-values[edges], model.partner[edges]))]
    owner = model.partner[best]
    taken = best[_rank(owner, model.shape[1]) < count[owner]]
    return np.bincount(model.partner[taken], weights=values[taken], minlength=model.shape[1]).astype(np.float64)
