"""A field's value as a database keeps it, and back: the same on SQLite and PostgreSQL.

Several values of one cell are kept as JSON text. What one of the two databases could not give back unchanged (NUL
characters, half a surrogate pair, numbers that are none, moments without an offset) is refused with its place.
"""

import datetime as dt
import functools
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from matching.errors import StoreError
from matching.records import CHINA, CellType, Column, Level, Record, Register, SkillClaim, WeeklySlot, Window

CODE_LENGTH = 200
"""Longest identifier, in characters: PostgreSQL indexes no more than about 2,700 bytes."""

_MOST = 2**63 - 1

Convert = Callable[[Any], Any]


class _UnfitError(Exception):
    """A value that cannot be kept; the message says the rule and the value."""


def encode_records(register: Register, records: Iterable[Record]) -> list[tuple[Any, ...]]:
    """Return records as rows of their table.

    Parameters
    ----------
    register : Register
        Whose records they are.
    records : iterable of Record
        The records.

    Returns
    -------
    rows : list of tuple
        Values in the order of `register.columns`.

    Raises
    ------
    StoreError
        If a value cannot be kept, naming register, key and column.
    """
    columns = register.columns
    plan = [(column.name, column.required, _encoder(column)) for column in columns]
    rows = []
    for record in records:
        if type(record) is not register.record:
            raise StoreError(
                f"{register.name} keeps {register.record.__name__}; got {type(record).__name__}. "
                "Put the record into its own register."
            )
        row = []
        for name, required, encode in plan:
            value = getattr(record, name)
            try:
                row.append(encode(value) if value is not None or required else None)
            except _UnfitError as unfit:
                key = show_key(getattr(record, register.key))
                raise StoreError(f"{register.name} {key}: {name} {unfit}. Mend the value and try again.") from None
        rows.append(tuple(row))
    return rows


def decode_rows(register: Register, rows: Iterable[Sequence[Any]]) -> list[Record]:
    """Return rows of a table as records.

    Parameters
    ----------
    register : Register
        Whose table it is.
    rows : iterable of sequence
        Values in the order of `register.columns`.

    Returns
    -------
    records : list of Record
    """
    decoders = [(at, Once(decode)) for at, column in enumerate(register.columns) if (decode := decoder(column))]
    # The slots are filled one by one: a constructor of a frozen class takes three times as long, which a city feels.
    setters = [getattr(register.record, column.name).__set__ for column in register.columns]
    record, new = register.record, object.__new__
    records = []
    for row in rows:
        values = row
        if decoders:
            values = list(row)
            for at, known in decoders:
                if values[at] is not None:
                    values[at] = known[values[at]]
        made = new(record)
        for put, value in zip(setters, values, strict=True):
            put(made, value)
        records.append(made)
    return records


def encode_text(value: Any) -> str:
    """Return a text that both databases give back unchanged.

    Parameters
    ----------
    value : object
        What should be a text.

    Returns
    -------
    text : str

    Raises
    ------
    StoreError
        If it is no text, or holds a NUL character or half a surrogate pair.
    """
    try:
        return _text(value)
    except _UnfitError as unfit:
        raise StoreError(f"A text {unfit}. Mend it and try again.") from None


def encode_key(value: Any) -> str:
    """Return an identifier that both databases can index.

    Parameters
    ----------
    value : object
        What should be an identifier.

    Returns
    -------
    key : str

    Raises
    ------
    StoreError
        If it is empty, too long, or no text that can be kept.
    """
    try:
        return _code(value)
    except _UnfitError as unfit:
        raise StoreError(f"An identifier {unfit}. Mend it and try again.") from None


def encode_document(document: Mapping[str, object]) -> str:
    """Return a document as JSON text in one canonical form.

    Parameters
    ----------
    document : mapping of str to object
        Anything that JSON can hold.

    Returns
    -------
    text : str
        Keys sorted, no needless spaces; equal documents give equal texts.

    Raises
    ------
    StoreError
        If it holds something that JSON cannot.
    """
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"A plan's document must be JSON (texts, finite numbers, lists, mappings): {error}") from error
    return encode_text(text)


def show_key(key: object) -> str:
    """Return a key short enough for a message.

    Parameters
    ----------
    key : object
        An identifier, or whatever stands in its place.

    Returns
    -------
    shown : str
    """
    text = key if isinstance(key, str) and key.isprintable() else ascii(key)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _encoder(column: Column) -> Convert:
    kind = column.cell_type
    if kind in {CellType.CHOICE, CellType.CHOICES}:
        return _choice_encoder(column)
    encoders: dict[CellType, Convert] = {
        CellType.CODE: _code,
        CellType.INTEGER: _integer,
        CellType.DECIMAL: _decimal,
        CellType.FLAG: _flag,
        CellType.DATE: _date,
        CellType.MOMENT: _moment,
        CellType.TEXTS: lambda many: _json([_text(each) for each in _many(many)]),
        CellType.WINDOWS: lambda many: _json([_window(each) for each in _many(many)]),
        CellType.SLOTS: lambda many: _json([_slot(each) for each in _many(many)]),
        CellType.SKILLS: lambda many: _json([_claim(each) for each in _many(many)]),
    }
    return encoders.get(kind, _text)


class Once(dict[Any, Any]):
    """What values are read as, each different one once: a city's facts share days, kinds, people and courses.

    Parameters
    ----------
    read : callable
        Returns something immutable for a value that is not None.
    """

    def __init__(self, read: Convert) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> Any:
        found = self[value] = None if value is None else self._read(value)
        return found


def decoder(column: Column) -> Convert | None:
    """Return what turns a kept value of a column into a value of its record.

    Parameters
    ----------
    column : Column
        The column.

    Returns
    -------
    decode : callable or None
        None where the value is kept as it is.
    """
    kind, choices = column.cell_type, column.choices
    if kind is CellType.CHOICE:
        return choices
    if kind is CellType.CHOICES and choices is not None:
        return lambda text: tuple(choices(each) for each in json.loads(text))
    return _DECODERS.get(kind)


def _choice_encoder(column: Column) -> Convert:
    choices = column.choices
    if choices is None:
        raise StoreError(f"The column {column.name} is a choice and names no list of values.")

    def encode_one(value: Any) -> str:
        if not isinstance(value, choices):
            raise _UnfitError(f"must be one of {[each.value for each in choices]}; got {show_key(value)}")
        text: str = value.value
        return text

    if column.cell_type is CellType.CHOICE:
        return encode_one
    return lambda many: _json([encode_one(each) for each in _many(many)])


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _UnfitError(f"must be a text; got {type(value).__name__}")
    if "\0" in value:
        raise _UnfitError(f"holds a NUL character, which no database text can: {show_key(value)}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise _UnfitError(f"holds half a surrogate pair, which is no character: {show_key(value)}") from error
    return value


def _code(value: Any) -> str:
    text = _text(value)
    if not 1 <= len(text) <= CODE_LENGTH:
        raise _UnfitError(f"must be an identifier of 1 to {CODE_LENGTH} characters; got {len(text)}")
    return text


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_MOST <= value <= _MOST:
        raise _UnfitError(f"must be a whole number of at most 63 bits; got {show_key(value)}")
    return int(value)


def _decimal(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _UnfitError(f"must be a number; got {type(value).__name__}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _UnfitError(f"must be a finite number; got {show_key(value)}")
    return number + 0.0  # a negative zero is a zero: SQLite keeps no other


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError(f"must be True or False; got {show_key(value)}")
    return value


def _date(value: Any) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise _UnfitError(f"must be a date; got {show_key(value)}")
    return value


def _moment(value: Any) -> dt.datetime:
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        raise _UnfitError(f"must be a moment with an offset; got {show_key(value)}")
    try:
        value.astimezone(dt.UTC)
        return value.astimezone(CHINA)
    except OverflowError:
        raise _UnfitError(f"lies outside the years 1 to 9999; got {value.isoformat()}") from None


def _many(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise _UnfitError(f"must be a tuple; got {type(value).__name__}")
    return value


def _window(value: Any) -> list[str]:
    if not isinstance(value, Window):
        raise _UnfitError(f"must hold windows; got {type(value).__name__}")
    return [_moment(value.start).isoformat(), _moment(value.end).isoformat()]


def _slot(value: Any) -> list[int]:
    if not isinstance(value, WeeklySlot):
        raise _UnfitError(f"must hold weekly slots; got {type(value).__name__}")
    return [_integer(value.weekday), _integer(value.start), _integer(value.end)]


def _claim(value: Any) -> list[str | None]:
    if not isinstance(value, SkillClaim) or not isinstance(value.level, Level | None):
        raise _UnfitError(f"must hold skill claims with a level or none; got {type(value).__name__}")
    return [_text(value.name), None if value.level is None else value.level.value]


def _json(many: list[Any]) -> str:
    return json.dumps(many, ensure_ascii=False, separators=(",", ":")) if many else "[]"


def _read_windows(text: str) -> tuple[Window, ...]:
    return tuple(Window(_read_moment(start), _read_moment(end)) for start, end in json.loads(text))


@functools.lru_cache(maxsize=4096)
def _read_moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(CHINA)


def _read_claims(text: str) -> tuple[SkillClaim, ...]:
    return tuple(SkillClaim(name, None if level is None else Level(level)) for name, level in json.loads(text))


_DECODERS: dict[CellType, Convert] = {
    CellType.TEXTS: lambda text: tuple(json.loads(text)),
    CellType.WINDOWS: _read_windows,
    CellType.SLOTS: lambda text: tuple(WeeklySlot(*each) for each in json.loads(text)),
    CellType.SKILLS: _read_claims,
}
