"""The face of a room: names that are loaded when somebody first asks for one, read from the stub beside the room."""

import ast
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any


def open_face(room: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return what makes a package lazy: its ``__getattr__``, ``__dir__`` and ``__all__``.

    Parameters
    ----------
    room : str
        ``__name__`` of the package.
    file : str
        ``__file__`` of the package. The stub beside it, ``__init__.pyi``, imports each name from where it lives: type checkers
        read it as it stands.

    Returns
    -------
    getattr_, dir_ : callable
    names : list of str
        Sorted.
    """
    tree = ast.parse(Path(file).with_suffix(".pyi").read_text(encoding="utf-8"))
    home = {
        alias.name: node.module or room
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names = sorted(home)

    def getattr_(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {room!r} has no attribute {name!r}; it has {names}")
        return getattr(importlib.import_module(home[name]), name)

    return getattr_, lambda: [*names], names
