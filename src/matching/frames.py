"""pandas, loaded when the first table is made: a page that shows none starts a third of a second sooner.

A module that names a table in an annotation needs ``from __future__ import annotations`` beside this.
"""

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    return getattr(importlib.import_module("pandas"), name)
