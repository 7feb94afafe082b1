"""Words that people see, in 中文 first and English beside it.

Each room keeps its words in `locale/<room>.toml`: one table a key, with `zh` and `en` side by side.
A key is spelled `room.rest.of.key`.
"""

import functools
import tomllib
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
    if language not in LANGUAGES:
        raise CallError(f"language must be one of {LANGUAGES}; got {language!r}")
    room, _, rest = key.partition(".")
    entry: Any = _words(room)
    for part in rest.split("."):
        entry = entry.get(part) if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or language not in entry:
        raise UnknownNameError(f"There are no words for {key!r}. Add them to locale/{room}.toml as zh and en.")
    words: str = entry[language]
    return words.format(**values) if values else words


@functools.cache
def _words(room: str) -> dict[str, Any]:
    source = resources.files("matching") / "locale" / f"{room}.toml"
    if not source.is_file():
        return {}
    return tomllib.loads(source.read_text(encoding="utf-8"))
