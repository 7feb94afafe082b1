"""The command `matching`: thin, with one-line errors and exit codes fit for scripts.

Exit codes: 0 clean, 1 problems were found and reported, 2 unreadable input or a wrong call.
"""

import importlib.metadata
import os
import sys
from collections.abc import Sequence

from matching.cli.commands import COMMANDS
from matching.cli.parser import make_parser
from matching.errors import (
    ChangedFactError,
    MatchingError,
    MissingBrowserError,
    MissingExtraError,
    ProblemsFoundError,
    StalePlanError,
    StoreError,
    UnknownNameError,
    UnreadableFileError,
)
from matching.labels import label

CLEAN, PROBLEMS, WRONG_CALL = 0, 1, 2
_KINDS: dict[type, str] = {
    StalePlanError: "stale",
    ChangedFactError: "changed_fact",
    StoreError: "store",
    UnreadableFileError: "file",
    ProblemsFoundError: "problems",
    MissingBrowserError: "browser",
    MissingExtraError: "extra",
    UnknownNameError: "name",
    MatchingError: "call",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the command's name; by default what the process was started with.

    Returns
    -------
    code : int
        0 clean, 1 problems were reported, 2 unreadable input or a wrong call.
    """
    _speak_utf8()
    try:
        parser = make_parser(COMMANDS, version=importlib.metadata.version("linli-matching"))
        options = parser.parse_args(arguments)
        code: int = options.run(options)
    except MatchingError as error:
        print(f"matching: {_say(error)}", file=sys.stderr)
        return PROBLEMS if isinstance(error, ProblemsFoundError) else WRONG_CALL
    except BrokenPipeError:
        # `matching check … | head` closes our output early; that is the reader's choice, not a fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except OSError as error:
        print(f"matching: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return WRONG_CALL
    except KeyboardInterrupt:
        print("matching: 已中断 / interrupted", file=sys.stderr)
        return 130
    return code


def _say(error: MatchingError) -> str:
    """Return what went wrong on one line: in Chinese what kind of thing it is and what to do, then the library's own words.

    Texts that are worded for the reader already (they begin in Chinese) stand alone.
    """
    told = " ".join(str(error).split())
    if told and "\u4e00" <= told[0] <= "\u9fff":
        return told
    kind = next(each for each in type(error).__mro__ if each in _KINDS)
    return f"{label(f'cli.failed.{_KINDS[kind]}', language='zh')} / {told}"


def _speak_utf8() -> None:
    """Chinese words must not fail on a Windows console or a pipe that speaks another encoding."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
