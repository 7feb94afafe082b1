"""Which facts still stand: a correction is a new fact that reverses the old one, and may be reversed itself."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from matching.records.columns import Record, key_of

Fact = TypeVar("Fact", bound=Record)


def standing_facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that no standing fact reverses, in the order given.

    Parameters
    ----------
    facts : iterable of Record
        Of one register that has a column ``reverses``.

    Returns
    -------
    standing : tuple of Record
        Reversing a reversal restores what it had undone. Facts that reverse each other in a circle all stand, since none of them
        came first.
    """
    kept = tuple(facts)
    if not kept:
        return ()
    key = key_of(type(kept[0]))
    undone_by: dict[str, list[str]] = defaultdict(list)
    for fact in kept:
        target = getattr(fact, "reverses", None)
        if target and target != getattr(fact, key):
            undone_by[target].append(getattr(fact, key))
    if not undone_by:
        return kept
    known: dict[str, bool] = {}
    for name in undone_by:
        _settle(name, undone_by, known)
    return tuple(fact for fact in kept if known.get(getattr(fact, key), True))


def _settle(name: str, undone_by: dict[str, list[str]], known: dict[str, bool]) -> None:
    """Decide whether a fact stands, and first whether those do that reverse it; without recursion, for chains may be long."""
    waiting: list[Any] = [name]
    on_way = set()
    while waiting:
        at = waiting[-1]
        if at in known:
            waiting.pop()
            continue
        on_way.add(at)
        open_ = [each for each in undone_by.get(at, ()) if each not in known and each not in on_way]
        if open_:
            waiting.extend(open_)
            continue
        known[at] = not any(known.get(each, False) for each in undone_by.get(at, ()))
        waiting.pop()
