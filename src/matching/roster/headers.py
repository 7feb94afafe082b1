"""Which field of a record a header stands for."""

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence

from matching.records import CellType, Column, Register
from matching.roster.readings import word_set
from matching.roster.texts import fold, without_brackets

_REQUIRED_MARK = re.compile(r"[*＊※·•:：。.、_\"'“”]")
_TIMES = frozenset({CellType.WINDOWS, CellType.SLOTS})


@functools.lru_cache(maxsize=20_000)
def normal_header(text: str) -> str:
    r"""Return a header in the form in which headers are compared.

    Parameters
    ----------
    text : str
        As typed.

    Returns
    -------
    header : str
        Half width, lower case, without spaces, line breaks, marks of required columns and what stands in brackets.

    Examples
    --------
    >>> normal_header("联 系\n电话（必填）*")
    '联系电话'
    """
    folded = "".join(fold(text).split()).lower()
    bare = _REQUIRED_MARK.sub("", without_brackets(folded))
    return bare or _REQUIRED_MARK.sub("", folded)


@dataclasses.dataclass(frozen=True, slots=True)
class HeaderIndex:
    """The headers that a record class knows.

    Attributes
    ----------
    exact : mapping of str to str
        Normal header to field: the header itself, in 中文 and English, and the name of the field.
    aliases : mapping of str to tuple of str
        Normal alias to the fields that it may stand for, in the order of declaration.
    times : tuple of str
        Fields that hold times, and may be spread over several columns.
    """

    exact: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]
    times: tuple[str, ...]

    def fields(self, header: str) -> tuple[str, ...]:
        """Return the fields that a normal header may stand for, the surest first.

        Parameters
        ----------
        header : str
            See `normal_header`.

        Returns
        -------
        fields : tuple of str
        """
        sure = (self.exact[header],) if header in self.exact else ()
        return sure + tuple(name for name in self.aliases.get(header, ()) if name not in sure)


@functools.cache
def index_of(register: Register) -> HeaderIndex:
    """Return the headers that a register knows.

    Parameters
    ----------
    register : Register
        Its record class states them.

    Returns
    -------
    index : HeaderIndex
    """
    exact: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    for column in register.columns:
        for header in (column.header, column.english, column.name):
            exact.setdefault(normal_header(header), column.name)
        for alias in column.aliases:
            header = normal_header(alias)
            aliases[header] = (*aliases.get(header, ()), column.name)
    for number in word_set("sheet", "running_number"):  # a running number is not an identity
        exact.pop(number, None)
        aliases.pop(number, None)
    times = tuple(column.name for column in register.columns if column.cell_type in _TIMES)
    return HeaderIndex(exact, aliases, times)


@functools.cache
def all_headers(registers: tuple[Register, ...]) -> frozenset[str]:
    """Return every header that any of some registers knows.

    Parameters
    ----------
    registers : tuple of Register
        Where to look.

    Returns
    -------
    headers : frozenset of str
        Normal.
    """
    known: set[str] = set()
    for each in registers:
        index = index_of(each)
        known |= index.exact.keys() | index.aliases.keys()
    return frozenset(known)


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """A field and the columns of a sheet that it is read from.

    Attributes
    ----------
    column : Column
        What the record says of the field.
    at : tuple of int
        Columns of the sheet from 0; several only for a time that is spread over date, start and end.
    roles : tuple of str
        For several columns what each holds: ``"date"``, ``"start"``, ``"end"`` or ``"whole"``.
    """

    column: Column
    at: tuple[int, ...]
    roles: tuple[str, ...] = ("whole",)


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnMap:
    """How the columns of a sheet were understood."""

    placed: tuple[Placed, ...]
    twice: tuple[tuple[int, str], ...]  # columns that fit a field that another column already has
    unknown: tuple[int, ...]  # columns with a header that no field knows


def _time_role(header: str, index: HeaderIndex) -> tuple[str, str] | None:
    """Return the field and the role of a header such as 服务开始时间, 结束 or 活动日期."""
    for role in ("start", "end", "date"):
        for word in sorted(word_set("sheet", role), key=len, reverse=True):
            if word not in header or (word.isascii() and header != word):
                continue
            rest = header.replace(word, "", 1)
            names = (
                [rest, f"{rest}时间", f"服务{rest}", "时间", "服务时间"]
                if rest in {"", "时间"}
                else [rest, f"{rest}时间"]
            )
            for name in names:
                for field in index.fields(name):
                    if field in index.times:
                        return field, role
    return None


def map_columns(headers: Sequence[str], register: Register) -> ColumnMap:
    """Decide which field each header stands for.

    Parameters
    ----------
    headers : sequence of str
        Normal headers; empty where a column has none.
    register : Register
        What the sheet is read as.

    Returns
    -------
    mapping : ColumnMap
        An exact header wins over an alias, and of two that fit equally the first.
    """
    index = index_of(register)
    taken: dict[str, list[tuple[int, str]]] = {}
    left = {at: header for at, header in enumerate(headers) if header}
    for at, header in list(left.items()):
        field = index.exact.get(header)
        if field and field not in taken:
            taken[field] = [(at, "whole")]
            del left[at]
    for at, header in list(left.items()):
        free = [field for field in index.aliases.get(header, ()) if field not in taken]
        if free:
            taken[free[0]] = [(at, "date" if _is_date_header(header, free[0], index) else "whole")]
            del left[at]
    _add_times(left, taken, index)
    twice = tuple((at, index.fields(header)[0]) for at, header in left.items() if index.fields(header))
    unknown = tuple(at for at, header in left.items() if not index.fields(header))
    placed = tuple(
        Placed(column, tuple(at for at, _ in taken[column.name]), tuple(role for _, role in taken[column.name]))
        for column in register.columns
        if column.name in taken
    )
    return ColumnMap(placed, twice, unknown)


def _is_date_header(header: str, field: str, index: HeaderIndex) -> bool:
    return field in index.times and any(header.endswith(word) for word in word_set("sheet", "date"))


def _add_times(left: dict[int, str], taken: dict[str, list[tuple[int, str]]], index: HeaderIndex) -> None:
    """Join the columns of a time that is spread over date, start and end."""
    for at, header in list(left.items()):
        fields = [field for field in index.fields(header) if field in index.times]
        found = (fields[0], "date" if _is_date_header(header, fields[0], index) else "whole") if fields else None
        found = found or _time_role(header, index)
        if found is None:
            continue
        field, role = found
        roles = {other for _, other in taken.get(field, ())}
        fits = (
            role not in roles
            and not (role == "whole" and roles & {"start", "end"})
            and not (role in {"start", "end"} and "whole" in roles)
        )
        if fits:
            taken.setdefault(field, []).append((at, role))
            del left[at]
