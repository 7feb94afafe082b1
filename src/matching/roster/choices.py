"""Closed lists, skills and lists of words."""

import enum
import functools
import re
from typing import Any

from matching.labels import LANGUAGES
from matching.records import Column, Level, Severity, SkillClaim, show_choice
from matching.roster.readings import Oddity, Reading, Setting, left_empty, warned, words
from matching.roster.texts import as_text, canonical_text, fold, split_values, without_brackets

_LEVEL = re.compile(r"(.*\S)\s*[（(\[【]\s*([^（()）\[\]【】]+?)\s*[)）\]】]", re.DOTALL)
_LEVEL_AFTER = re.compile(r"(.*\S)\s*[:：]\s*(\S+)", re.DOTALL)


def _folded(text: str) -> str:
    return "".join(fold(text).split()).lower()


@functools.cache
def _meanings(choices: type[enum.StrEnum]) -> dict[str, enum.StrEnum]:
    """Return every word for a member: labels first, then the value in code, then what people type."""
    meanings: dict[str, enum.StrEnum] = {}
    for member in choices:
        for language in LANGUAGES:
            meanings[_folded(show_choice(member, language=language))] = member
        meanings[_folded(member.value)] = member
    for member in choices:
        for word in words("choice", choices.__name__, member.value) or ():
            meanings.setdefault(_folded(word), member)
    return meanings


@functools.cache
def _guesses(choices: type[enum.StrEnum]) -> dict[str, enum.StrEnum]:
    return {
        _folded(word): member for member in choices for word in words("guess", choices.__name__, member.value) or ()
    }


def _member(text: str, choices: type[enum.StrEnum]) -> tuple[enum.StrEnum | None, bool]:
    """Return the member that a text names, and whether that was a guess."""
    folded = _folded(text)
    for candidate in (folded, without_brackets(folded), folded.strip("。.!！,，、;；:：√✓")):
        if candidate in _meanings(choices):
            return _meanings(choices)[candidate], False
    return _guesses(choices).get(folded), True


def _options(choices: type[enum.StrEnum]) -> str:
    return "、".join(show_choice(member) for member in choices)


def read_choice(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column with a closed list of values.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column
        What the record says of the field; it has `choices`.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        A member of the list.
    """
    del setting
    choices = _choices_of(column)
    member, is_guess = _member(as_text(raw), choices)
    if member is None:
        return left_empty("not_a_choice", options=_options(choices))
    return warned(member, "choice_read_as", read=show_choice(member)) if is_guess else Reading(member)


def _choices_of(column: Column) -> type[enum.StrEnum]:
    if column.choices is None:
        raise TypeError(f"Column {column.name!r} is a choice without a list of choices.")
    return column.choices


def read_choices(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell that holds several values of a closed list.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column
        What the record says of the field; it has `choices`.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        A tuple of members; words that name none are reported and the others are kept.
    """
    del setting
    choices = _choices_of(column)
    text = as_text(raw)
    if (whole := _member(text, choices))[0] is not None:
        return Reading((whole[0],))
    found = [(piece, _member(piece, choices)[0]) for piece in split_values(text)]
    members = tuple(member for _, member in found if member is not None)
    unknown = [piece for piece, member in found if member is None]
    if not unknown:
        return Reading(members)
    values = {"unknown": "、".join(unknown), "options": _options(choices)}
    if not members:
        return left_empty("not_a_choice", (), **values)
    return Reading(members, (Oddity("not_all_choices", Severity.WARNING, values),))


def read_texts(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell that holds several words.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        A tuple of str.
    """
    del column, setting
    return Reading(split_values(as_text(raw)))


def read_skills(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell that holds skills, each with a level where one was stated.

    Parameters
    ----------
    raw : object
        A value as the file gives it, for example ``"水电维修（持证）、开车"``.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        A tuple of `SkillClaim`.
    """
    del column, setting
    return Reading(tuple(_claim(piece) for piece in split_values(as_text(raw))))


def _claim(text: str) -> SkillClaim:
    for pattern in (_LEVEL, _LEVEL_AFTER):
        if found := pattern.fullmatch(text):
            level = _meanings(Level).get(_folded(found[2]))
            name = canonical_text(found[1])
            if isinstance(level, Level) and name:
                return SkillClaim(name, level)
    return SkillClaim(text)


def read_text(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of free text.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        Canonical text.
    """
    del column, setting
    return Reading(as_text(raw) or None)
