"""What a record class says of each of its fields: header, type, range, and whether it is personal.

One declaration drives import, validation, store tables, entry forms, templates and the data dictionary.
"""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from matching.errors import UnknownNameError


class CellType(enum.StrEnum):
    """The type of a column, and with it the Python type of the field."""

    CODE = "code"  # str: an identifier, folded to half width and upper case
    TEXT = "text"  # str
    TEXTS = "texts"  # tuple of str: several values in one cell
    INTEGER = "integer"  # int
    DECIMAL = "decimal"  # float
    FLAG = "flag"  # bool
    DATE = "date"  # datetime.date
    MOMENT = "moment"  # datetime.datetime with the offset of China
    WINDOWS = "windows"  # tuple of Window
    SLOTS = "slots"  # tuple of WeeklySlot
    SKILLS = "skills"  # tuple of SkillClaim
    CHOICE = "choice"  # a member of an enumeration
    CHOICES = "choices"  # tuple of members of an enumeration
    PHONE = "phone"  # str of digits, plus and hyphen
    ID_NUMBER = "id_number"  # str of 18 characters


class Personal(enum.StrEnum):
    """How a personal value is masked wherever it is shown."""

    NO = "no"
    NAME = "name"  # shown: who is who must be seen to be decided
    PHONE = "phone"
    ID_NUMBER = "id_number"
    ADDRESS = "address"


MANY = frozenset({CellType.TEXTS, CellType.WINDOWS, CellType.SLOTS, CellType.SKILLS, CellType.CHOICES})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of a record as its file, form, table and dictionary know it."""

    name: str
    header: str
    english: str
    cell_type: CellType
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: type[enum.StrEnum] | None = None
    minimum: float | None = None
    maximum: float | None = None
    personal: Personal = Personal.NO
    unit: str = ""
    example: str = ""
    help_zh: str = ""
    help_en: str = ""
    refers_to: str = ""  # register whose key this value must be

    @property
    def is_many(self) -> bool:
        """Whether a cell holds several values."""
        return self.cell_type in MANY


def column(
    header: str, english: str, cell_type: CellType = CellType.TEXT, /, *, key: bool = False, **options: Any
) -> Any:
    """Declare a field of a record.

    Parameters
    ----------
    header : str
        The 中文 header that is written, and the first one that is recognised.
    english : str
        The English header.
    cell_type : CellType, default=CellType.TEXT
        What the field holds.
    key : bool, default=False
        Whether the field identifies the record within its register; a key is required.
    **options : Any
        The other attributes of `Column`.

    Returns
    -------
    field : dataclasses.Field
        With ``None`` (or an empty tuple, for a column of several values) as its default.
    """
    stated = {"header": header, "english": english, "cell_type": cell_type, **options}
    if key:
        stated["required"] = True
    empty: Any = () if cell_type in MANY else None
    return dataclasses.field(default=empty, metadata={"column": stated, "key": key})


@dataclasses.dataclass(frozen=True, slots=True)
class Breach:
    """One rule of one row that the row breaks.

    Attributes
    ----------
    field : str
        The field to mend.
    rule : str
        Name of the rule; its words are ``records.rule.<rule>`` in the locale.
    values : mapping of str to object
        What the words of the rule are filled with.
    """

    field: str
    rule: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


class Record:
    """Base of all records: a frozen dataclass whose fields are made by `column`."""

    __slots__ = ()

    def breaches(self) -> tuple[Breach, ...]:
        """Return the rules that this row breaks beyond those of single cells.

        Returns
        -------
        breaches : tuple of Breach
            Empty where the row is sound.
        """
        return ()


@dataclasses.dataclass(frozen=True, slots=True)
class Register:
    """A named list of records of one class: one sheet of a workbook, one table of the store.

    Attributes
    ----------
    name : str
        In code and in the store, for example ``"volunteers"``.
    sheet : str
        中文 title of the sheet.
    english : str
        English title of the sheet.
    record : type of Record
        The class of the rows.
    aliases : tuple of str
        Other titles under which offices keep this sheet.
    is_fact : bool
        Whether rows are facts, which are appended and never changed.
    """

    name: str
    sheet: str
    english: str
    record: type[Record]
    aliases: tuple[str, ...] = ()
    is_fact: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order in which they are written."""
        return columns_of(self.record)

    @property
    def key(self) -> str:
        """Name of the field that identifies a row."""
        return key_of(self.record)

    def column(self, name: str) -> Column:
        """Return one column by the name of its field.

        Parameters
        ----------
        name : str
            Name of the field.

        Returns
        -------
        column : Column

        Raises
        ------
        UnknownNameError
            If the record has no such field.
        """
        for each in self.columns:
            if each.name == name:
                return each
        raise UnknownNameError(f"{self.name} has no column {name!r}. It has: {[c.name for c in self.columns]}")


_COLUMNS: dict[type[Record], tuple[Column, ...]] = {}
_KEYS: dict[type[Record], str] = {}


def columns_of(record: type[Record]) -> tuple[Column, ...]:
    """Return the columns of a record class.

    Parameters
    ----------
    record : type of Record
        A frozen dataclass whose fields were made by `column`.

    Returns
    -------
    columns : tuple of Column
        In the order of declaration, the fields of the base classes first.
    """
    if record not in _COLUMNS:
        fields = dataclasses.fields(record)  # type: ignore[arg-type]  # every Record subclass is a dataclass
        _COLUMNS[record] = tuple(Column(name=f.name, **f.metadata["column"]) for f in fields)
    return _COLUMNS[record]


def key_of(record: type[Record]) -> str:
    """Return the name of the field that identifies a record.

    Parameters
    ----------
    record : type of Record
        A record class.

    Returns
    -------
    name : str
    """
    if record not in _KEYS:
        fields = dataclasses.fields(record)  # type: ignore[arg-type]  # every Record subclass is a dataclass
        _KEYS[record] = next(f.name for f in fields if f.metadata["key"])
    return _KEYS[record]
