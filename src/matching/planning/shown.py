"""What answers a question in words shows these words in a notebook, not the fields they were made from."""

from typing import Any, TypeVar

Answer = TypeVar("Answer")


def shown(answer: type[Answer]) -> type[Answer]:
    """Let values whose ``str`` is an answer for people read as that answer where they are the last line of a cell.

    Parameters
    ----------
    answer : type
        Its ``repr`` still names the fields, for developers.

    Returns
    -------
    answer : type
        The same, with IPython's ``_repr_pretty_``, which is looked for in the class that has the ``repr`` and not above it.
    """
    answer._repr_pretty_ = _say  # type: ignore[attr-defined]  # a hook of IPython's, on whatever type it is given
    return answer


def _say(value: object, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 - IPython's signature
    printer.text(str(value))
