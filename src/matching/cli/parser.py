"""The command line: one table of commands, each with help in 中文 and English."""

import argparse
import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, NoReturn

from matching.errors import CallError
from matching.labels import label
from matching.records import CHINA


def both(key: str) -> str:
    """Return the words of a key in both languages.

    Parameters
    ----------
    key : str
        A key of the locale.

    Returns
    -------
    words : str
    """
    return f"{label(key)} / {label(key, language='en')}".replace("%", "%%")


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    """One argument; its help is ``cli.argument.<name>``."""

    name: str
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    key: str = ""

    def add_to(self, parser: argparse.ArgumentParser, positional: Any, optional: Any) -> None:
        """Add the argument to a parser.

        Parameters
        ----------
        parser : ArgumentParser
            Of the command.
        positional, optional : argparse group
            Where the two sorts of arguments go.
        """
        group = optional if self.name.startswith("-") else positional
        name = self.key or self.name.lstrip("-").replace("-", "_")
        group.add_argument(self.name, help=both(f"cli.argument.{name}"), **self.options)
        del parser


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """One command; its help is ``cli.command.<name>``."""

    name: str
    run: Callable[[argparse.Namespace], int]
    arguments: tuple[Argument, ...]


class _OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line, so that scripts can show them."""

    def error(self, message: str) -> NoReturn:
        raise CallError(f"{self.prog}: {message}. {label('cli.see_help')} / {label('cli.see_help', language='en')}")


def make_parser(commands: tuple[Command, ...], *, version: str) -> argparse.ArgumentParser:
    """Build the parser of all commands.

    Parameters
    ----------
    commands : tuple of Command
        In the order in which they are listed.
    version : str
        What ``--version`` prints.

    Returns
    -------
    parser : ArgumentParser
        Its namespace has ``run``, the function of the command.
    """
    parser = _OneLineParser(prog="matching", description=both("cli.description"), add_help=False)
    general = parser.add_argument_group(both("cli.group.options"))
    general.add_argument("-h", "--help", action="help", help=both("cli.argument.help"))
    general.add_argument("--version", action="version", version=version, help=both("cli.argument.version"))
    listed = parser.add_subparsers(
        title=both("cli.group.commands"), metavar="COMMAND", required=True, parser_class=_OneLineParser
    )
    for command in commands:
        words = both(f"cli.command.{command.name}")
        each = listed.add_parser(command.name, help=words, description=words, add_help=False)
        positional = each.add_argument_group(both("cli.group.inputs"))
        optional = each.add_argument_group(both("cli.group.options"))
        for argument in command.arguments:
            argument.add_to(each, positional, optional)
        optional.add_argument("--language", choices=("zh", "en"), default="zh", help=both("cli.argument.language"))
        optional.add_argument("-h", "--help", action="help", help=both("cli.argument.help"))
        each.set_defaults(run=command.run, command=command.name)
    return parser


def a_date(text: str) -> dt.date:
    """Read a date of the command line.

    Parameters
    ----------
    text : str
        ``YYYY-MM-DD``.

    Returns
    -------
    day : date
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2024-07-31") from error


def a_month(text: str) -> str:
    """Read a month of the command line.

    Parameters
    ----------
    text : str
        ``YYYY-MM``.

    Returns
    -------
    month : str
    """
    try:
        dt.date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month like 2024-07") from error
    return text


def a_year(text: str) -> int:
    """Read a year of the command line.

    Parameters
    ----------
    text : str
        Four digits.

    Returns
    -------
    year : int
    """
    if not (text.isdigit() and 1900 <= int(text) <= 2200):
        raise argparse.ArgumentTypeError(f"{text!r} is not a year like 2024")
    return int(text)


def now() -> dt.datetime:
    """Return the time now in China. The command is the only place that looks at a clock.

    Returns
    -------
    moment : datetime
        To the second, with the offset +08:00.
    """
    return dt.datetime.now(CHINA).replace(microsecond=0)
