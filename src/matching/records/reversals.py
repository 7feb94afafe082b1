"""Which facts still stand: a correction is a new fact that reverses the old one, and may be reversed itself."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from matching.records.columns import Record, columns_of, key_of

Fact = TypeVar("Fact", bound=Record)


def standing_facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that count, in the order given.

    Parameters
    ----------
    facts : iterable of Record
        Of one register that has a column ``reverses``.

    Returns
    -------
    standing : tuple of Record
        Those that no standing fact reverses, without those that only undo another. Reversing a reversal restores what it had
        undone. Facts that reverse each other in a circle all stand, since none of them came first.
    """
    kept = tuple(facts)
    gone = silent_keys(kept)
    if not gone:
        return kept
    key = key_of(type(kept[0]))
    return tuple(fact for fact in kept if getattr(fact, key) not in gone)


def silent_keys(facts: Iterable[Record]) -> frozenset[str]:
    """Return the keys of the facts that count for nothing: those that are reversed, and those that only undo another.

    Parameters
    ----------
    facts : iterable of Record
        Of one register that has a column ``reverses``. Facts that reverse nothing and are reversed by none may be left out.

    Returns
    -------
    keys : frozenset of str
    """
    kept = tuple(facts)
    reversing = [fact for fact in kept if getattr(fact, "reverses", None)]
    if not reversing:
        return frozenset()
    key = key_of(type(kept[0]))
    undone_by: dict[str, list[str]] = defaultdict(list)
    for fact in reversing:
        if getattr(fact, "reverses") != getattr(fact, key):  # noqa: B009  # a column that not every record has
            undone_by[getattr(fact, "reverses")].append(getattr(fact, key))  # noqa: B009
    stands: dict[str, bool] = {}
    for name in undone_by:
        _settle(name, undone_by, stands)
    by_key = {getattr(fact, key): fact for fact in kept}
    silent = {name for name, is_standing in stands.items() if not is_standing}
    return frozenset(silent | {getattr(fact, key) for fact in reversing if _only_undoes(fact, by_key)})


def undo_of(fact: Fact, key: str) -> Fact:
    """Return the fact that undoes another and says nothing of its own, as a reversing entry in a ledger does.

    Parameters
    ----------
    fact : Record
        Of a register that has a column ``reverses``.
    key : str
        Of the new fact.

    Returns
    -------
    undo : Record
        The same words under a key of its own, naming what it reverses. Who undid it and when is in the batch of the store.
    """
    own = key_of(type(fact))
    undone: Fact = dataclasses.replace(fact, **{own: key, "reverses": getattr(fact, own)})  # type: ignore[type-var]  # every Record is a dataclass
    return undone


def _only_undoes(fact: Record, by_key: dict[str, Record]) -> bool:
    """Tell whether a fact repeats what it reverses word for word: a correction would have changed something."""
    target = by_key.get(getattr(fact, "reverses"))  # noqa: B009
    if target is None or target is fact:
        return False
    own = {key_of(type(fact)), "reverses"}
    names = (column.name for column in columns_of(type(fact)) if column.name not in own)
    return all(getattr(fact, name) == getattr(target, name) for name in names)


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
