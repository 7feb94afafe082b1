"""Words that people see, in 中文 first and English beside it.

Each room keeps its words in `locale/<room>.toml`: one table a key, with `zh` and `en` side by side.
A key is spelled `room.rest.of.key`.
"""

import functools
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any, Literal

from matching.errors import CallError, UnknownNameError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def label(key: str, /, *, language: Language = "zh", **values: object) -> str:
    """Return the words of a key, with values filled in.

    Parameters
    ----------
    key : str
        Room and name, for example ``"records.choice.Kind.unit"``.
    language : {"zh", "en"}, default="zh"
        Which words.
    **values : object
        What the placeholders ``{name}`` of the words stand for.

    Returns
    -------
    words : str

    Raises
    ------
    UnknownNameError
        If there is no such key.
    CallError
        If the language is neither ``"zh"`` nor ``"en"``.

    Examples
    --------
    >>> label("records.choice.Kind.unit")
    '单位合伙人'
    """
    words = _template(key, language)
    return words.format(**values) if values else words


@functools.cache
def _template(key: str, language: Language) -> str:
    if language not in LANGUAGES:
        raise CallError(f"language must be one of {LANGUAGES}; got {language!r}")
    room, _, rest = key.partition(".")
    entry: Any = _words(room)
    for part in rest.split("."):
        entry = entry.get(part) if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or language not in entry:
        raise UnknownNameError(f"There are no words for {key!r}. Add them to locale/{room}.toml as zh and en.")
    words: str = entry[language]
    return words


def labels_under(key: str, /, *, language: Language = "zh") -> dict[str, str]:
    """Return all words below a key, as they are: for a page that fills in its values itself.

    Parameters
    ----------
    key : str
        Room and name of a table.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : dict of str to str
        By the rest of the key, with dots; placeholders are still in them.

    Raises
    ------
    UnknownNameError
        If there is no such table.
    """
    room, _, rest = key.partition(".")
    table: Any = _words(room)
    for part in filter(None, rest.split(".")):
        table = table.get(part) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        raise UnknownNameError(f"There are no words below {key!r}. Add them to locale/{room}.toml as zh and en.")
    return dict(_flat(table, language))


def _flat(table: dict[str, Any], language: Language, before: str = "") -> Iterator[tuple[str, str]]:
    for name, entry in table.items():
        if set(entry) == set(LANGUAGES):
            yield before + name, entry[language]
        else:
            yield from _flat(entry, language, f"{before}{name}.")


@functools.cache
def _words(room: str) -> dict[str, Any]:
    source = resources.files("matching") / "locale" / f"{room}.toml"
    if not source.is_file():
        return {}
    return tomllib.loads(source.read_text(encoding="utf-8"))
