"""The one tree of exceptions that the package raises for bad calls.

Bad *rows* of a file are never exceptions: they come back as values (see `matching.records.problems`).
"""


class MatchingError(Exception):
    """Root of every error that this package raises on purpose."""


class CallError(MatchingError, ValueError):
    """A function was called with arguments that break its stated rules."""


class InvalidProblemError(CallError):
    """The arrays of an assignment problem contradict each other or hold impossible values."""


class UnknownNameError(MatchingError, LookupError):
    """An identifier, a file format or an option is not one of those that exist."""


class MissingExtraError(MatchingError, ImportError):
    """An optional library is needed and is not installed."""


class MissingBrowserError(MatchingError):
    """A PDF is wanted and no browser on the machine can print it."""


class UnreadableFileError(MatchingError):
    """A file cannot be opened or holds nothing that can be read as a register."""


class ProblemsFoundError(MatchingError):
    """Strict reading was asked for and at least one cell breaks a rule."""


class StoreError(MatchingError):
    """The database cannot be opened, migrated, written or restored."""


class ChangedFactError(StoreError):
    """A fact is there already with other content.

    Parameters
    ----------
    message : str
        What was refused and what to do.
    keys : tuple of str
        Of the facts that differ.
    """

    def __init__(self, message: str, *, keys: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.keys = keys


class StalePlanError(StoreError):
    """The plan was made on data that have changed since."""
