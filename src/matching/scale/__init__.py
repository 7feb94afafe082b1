"""The array functions of the other rooms, mapped over blocks on Dask: a laptop's cores or a cluster."""

import importlib
from typing import Any

# Loaded when first asked for: Dask is an extra and takes a second.
_HOME = {"top_candidates": "matching.scale.candidates"}
__all__ = ["top_candidates"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'matching.scale' has no attribute {name!r}; it has {__all__}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__]
