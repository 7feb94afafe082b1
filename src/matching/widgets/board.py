"""A board: blocks that Python describes and the browser draws, and what the reader does to them."""

from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any

import anywidget
import pandas as pd
import traitlets

Block = dict[str, Any]
_ASSETS = resources.files("matching") / "widgets"


class Board(anywidget.AnyWidget):
    """A page of blocks.

    Parameters
    ----------
    page : mapping
        ``title``, ``lang`` and ``blocks``.
    act : callable of (name, value, inputs)
        Is told what the reader does.
    """

    _esm = (_ASSETS / "board.js").read_text(encoding="utf-8")
    _css = (_ASSETS / "board.css").read_text(encoding="utf-8")
    page = traitlets.Dict().tag(sync=True)

    def __init__(self, page: Mapping[str, Any], act: Callable[[str, str, Mapping[str, str]], None]) -> None:
        self._act = act
        super().__init__(page=dict(page))
        self.on_msg(self._hear)

    def __repr__(self) -> str:
        return f"Board({self.page['title']})"

    def _hear(self, _: object, message: Mapping[str, Any], __: object) -> None:
        """Pass on what the reader did; what the browser sends is material to judge, never trusted."""
        inputs = message.get("inputs")
        given = {str(name): str(text)[:2000] for name, text in inputs.items()} if isinstance(inputs, Mapping) else {}
        self._act(str(message.get("do", "")), str(message.get("value", "")), given)
        self.send_state("page")  # a button that changed nothing is freed again


def heading(text: str) -> Block:
    """Return a heading.

    Parameters
    ----------
    text : str
        Words.

    Returns
    -------
    block : dict
    """
    return {"kind": "heading", "text": text}


def paragraph(text: str, *, tone: str = "") -> Block:
    """Return a paragraph.

    Parameters
    ----------
    text : str
        Words.
    tone : {"", "quiet", "alarm"}, default=""
        How it is shown.

    Returns
    -------
    block : dict
    """
    return {"kind": "text", "text": text, "tone": tone}


def status(text: str, *, tone: str = "") -> Block:
    """Return a line that is read out when it changes.

    Parameters
    ----------
    text : str
        Words.
    tone : {"", "alarm"}, default=""
        How it is shown.

    Returns
    -------
    block : dict
    """
    return {"kind": "status", "text": text, "tone": tone}


def picture(svg: str, label: str) -> Block:
    """Return a picture.

    Parameters
    ----------
    svg : str
        As `matching.views` makes it: every text in it is inert.
    label : str
        What it is called.

    Returns
    -------
    block : dict
    """
    return {"kind": "svg", "svg": svg, "label": label}


def table(frame: pd.DataFrame, label: str, *, marked: Sequence[int] = ()) -> Block:
    """Return a table.

    Parameters
    ----------
    frame : DataFrame
        Headers and cells.
    label : str
        What it is called.
    marked : sequence of int
        Rows that stand out.

    Returns
    -------
    block : dict
    """
    rows = [
        {"cells": ["" if cell is None else str(cell) for cell in row], "mark": at in marked}
        for at, row in enumerate(frame.itertuples(index=False, name=None))
    ]
    return {"kind": "table", "head": [str(name) for name in frame.columns], "rows": rows, "label": label}


def side_by_side(*blocks: Block) -> Block:
    """Return blocks in one row.

    Parameters
    ----------
    *blocks : dict
        Choices, inputs and buttons.

    Returns
    -------
    block : dict
    """
    return {"kind": "row", "blocks": list(blocks)}


def choice(name: str, label: str, options: Sequence[tuple[str, str]], value: str) -> Block:
    """Return a pick list.

    Parameters
    ----------
    name : str
        What is told when somebody picks.
    label : str
        What it is called.
    options : sequence of (value, words)
        What can be picked.
    value : str
        What is picked.

    Returns
    -------
    block : dict
    """
    return {"kind": "choice", "name": name, "label": label, "options": [list(each) for each in options], "value": value}


def text_input(name: str, label: str, value: str = "") -> Block:
    """Return a field for words that go with the next button.

    Parameters
    ----------
    name : str
        Of the field.
    label : str
        What it is called.
    value : str
        What stands in it.

    Returns
    -------
    block : dict
    """
    return {"kind": "input", "name": name, "label": label, "value": value}


def button(name: str, text: str, *, value: str = "", is_main: bool = False, is_off: bool = False) -> Block:
    """Return a button.

    Parameters
    ----------
    name : str
        What is told when somebody presses it.
    text : str
        What stands on it.
    value : str
        Told with it.
    is_main : bool, default=False
        Whether it is what one mostly wants.
    is_off : bool, default=False
        Whether it cannot be pressed now.

    Returns
    -------
    block : dict
    """
    return {"kind": "button", "name": name, "text": text, "value": value, "main": is_main, "off": is_off}
