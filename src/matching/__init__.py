"""邻里: match partner units, skilled volunteers and community needs, with a proof and a reason for every match."""

import importlib
from typing import Any

_HOME = {
    "MatchingError": "matching.errors",
    "read_community": "matching.community",
    "explore": "matching.widgets",
    "open_store": "matching.store",
    "learn": "matching.planning",
    "score": "matching.planning",
    "see_network": "matching.affinity",
    "solve": "matching.planning",
}
__all__ = ["MatchingError", "explore", "learn", "open_store", "read_community", "score", "see_network", "solve"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'matching' has no attribute {name!r}; it has {__all__}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__]
