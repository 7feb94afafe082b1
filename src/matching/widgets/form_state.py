"""What an entry form holds and how it moves: values and functions, without a browser and without a store.

A form is in one of three phases. A *draft* may be typed in. Saving turns it into facts whose keys are made from its
token, which was there before anything was saved: however often and from wherever the same draft is saved, the store
finds the same keys and keeps one. A *saved* form can no longer be typed in. A *conflict* is a draft whose token was
used before with other words; it can go on under a new token.
"""

import dataclasses
import enum
from collections.abc import Iterable, Mapping, Sequence

from matching.errors import CallError, UnknownNameError
from matching.records import CellProblem, Record, Register, Severity
from matching.roster.entry import Entry, Picks, Texts, read_entry

ALONE = ""
"""Name of the only row of a form that is no sheet."""


class Phase(enum.StrEnum):
    """Where a form stands."""

    DRAFT = "draft"
    SAVED = "saved"
    CONFLICT = "conflict"


@dataclasses.dataclass(frozen=True, slots=True)
class SheetRow:
    """One prepared row of a sheet: a person of a course.

    Attributes
    ----------
    name : str
        Unique within the sheet; part of the key of the fact.
    title : str
        What people see at the head of the row.
    fixed : mapping of str to str
        Neither shown nor typed.
    texts : mapping of str to str
        What is typed in beforehand.
    """

    name: str
    title: str
    fixed: Texts = dataclasses.field(default_factory=dict)
    texts: Texts = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FormSpec:
    """What a form asks for.

    Attributes
    ----------
    name : str
        Of the form; drafts are kept under it.
    register : Register
        What each row becomes.
    fields : tuple of str
        Asked once: for the record, or for all rows of a sheet.
    row_fields : tuple of str
        Asked in each row of a sheet; empty for a form of one record.
    rows : tuple of SheetRow
        The rows of a sheet.
    fixed : mapping of str to str
        Neither shown nor typed.
    picks : mapping of str to (mapping of str to str)
        For fields that name a row of another register: identifiers and the words people know them by.
    title : str
        Heading; the sheet of the register by default.
    prefix : str
        How the keys of the facts begin.
    """

    name: str
    register: Register
    fields: tuple[str, ...]
    row_fields: tuple[str, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    fixed: Texts = dataclasses.field(default_factory=dict)
    picks: Picks = dataclasses.field(default_factory=dict)
    title: str = ""
    prefix: str = "F"

    def __post_init__(self) -> None:
        known = {column.name for column in self.register.columns} - {self.register.key}
        asked = [*self.fields, *self.row_fields, *self.fixed, *(name for row in self.rows for name in row.fixed)]
        if set(asked) - known:
            raise UnknownNameError(
                f"{self.register.name} has no fields {sorted(set(asked) - known)}. It has: {sorted(known)}"
            )
        if self.row_fields and len({row.name for row in self.rows}) < len(self.rows):
            raise CallError(f"Rows of a sheet have names of their own; got {[row.name for row in self.rows]}.")

    @property
    def is_sheet(self) -> bool:
        """Whether the form has rows."""
        return bool(self.row_fields)


@dataclasses.dataclass(frozen=True, slots=True)
class FormState:
    """What stands in a form.

    Attributes
    ----------
    token : str
        Names this entry before it is saved.
    shared : mapping of str to str
        What is typed once.
    rows : mapping of str to (mapping of str to str)
        What is typed in each row, by its name.
    phase : Phase
        Where the form stands.
    keys : tuple of str
        Of the facts that were saved, or that are in the way.
    was_there : bool
        Whether saving found everything saved already.
    has_tried : bool
        Whether saving was asked for: only then are blank fields pointed out.
    failure : str
        Why the store could not keep it when it was last asked to; empty once somebody types on.
    """

    token: str
    shared: Texts = dataclasses.field(default_factory=dict)
    rows: Mapping[str, Texts] = dataclasses.field(default_factory=dict)
    phase: Phase = Phase.DRAFT
    keys: tuple[str, ...] = ()
    was_there: bool = False
    has_tried: bool = False
    failure: str = ""


def start_form(spec: FormSpec, token: str, *, shared: Texts | None = None) -> FormState:
    """Return an empty form, or one that holds what was prepared.

    Parameters
    ----------
    spec : FormSpec
        What it asks for.
    token : str
        A name that no other entry has.
    shared : mapping of str to str, optional
        What is typed in beforehand.

    Returns
    -------
    state : FormState
    """
    if not token.strip():
        raise CallError(f"A form needs a token that no other entry has; got {token!r}.")
    rows = {row.name: _known(row.texts, spec.row_fields) for row in spec.rows}
    return FormState(token=token, shared=_known(shared or {}, spec.fields), rows=rows)


def type_text(spec: FormSpec, state: FormState, field: str, text: str, *, row: str = ALONE) -> FormState:
    """Return the form after somebody typed in a field.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stood in it.
    field : str
        Name of a field.
    text : str
        What stands there now.
    row : str, optional
        Name of a row of a sheet.

    Returns
    -------
    state : FormState
        The same if the form was saved already.

    Raises
    ------
    UnknownNameError
        If the form asks for no such field or has no such row.
    """
    asked = spec.row_fields if row else spec.fields
    if field not in asked:
        raise UnknownNameError(f"The form {spec.name!r} asks for no field {field!r}. It asks for: {list(asked)}")
    if row and row not in state.rows:
        raise UnknownNameError(f"The form {spec.name!r} has no row {row!r}. It has: {list(state.rows)}")
    if state.phase is Phase.SAVED:
        return state
    if row:
        return dataclasses.replace(state, rows={**state.rows, row: {**state.rows[row], field: text}}, failure="")
    return dataclasses.replace(state, shared={**state.shared, field: text}, failure="")


def take_draft(
    spec: FormSpec, state: FormState, *, token: str, shared: Texts, rows: Mapping[str, Texts] | None = None
) -> FormState:
    """Return the form with a draft that was kept elsewhere: in the browser, over a restart of the kernel.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it now.
    token : str
        Of the draft.
    shared : mapping of str to str
        What was typed once.
    rows : mapping of str to (mapping of str to str), optional
        What was typed in the rows; rows and fields that the form does not have are left out.

    Returns
    -------
    state : FormState
        The same if the draft is of an entry that this form has saved.
    """
    if state.phase is Phase.SAVED and token == state.token:
        return state
    fresh = start_form(spec, token)
    typed = {
        name: {**fresh.rows[name], **_known(texts, spec.row_fields)}
        for name, texts in (rows or {}).items()
        if name in fresh.rows
    }
    return dataclasses.replace(
        fresh,
        shared=_known(shared, spec.fields),
        rows={**fresh.rows, **typed},
        has_tried=state.has_tried and token == state.token,
    )


def ask_to_save(spec: FormSpec, state: FormState) -> tuple[FormState, tuple[Record, ...]]:
    """Return what is to be appended when somebody asks to save.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it.

    Returns
    -------
    state : FormState
        Now pointing out what is missing.
    facts : tuple of Record
        Empty if the form was saved already or something stands in the way.
    """
    tried = dataclasses.replace(state, has_tried=True, failure="")
    if state.phase is not Phase.DRAFT:
        return tried, ()
    entries = read_form(spec, state)
    if not entries or not all(entry.is_sound for entry in entries.values()):
        return tried, ()
    return tried, tuple(entry.record for entry in entries.values() if entry.record is not None)


def mark_saved(state: FormState, *, keys: Iterable[str], was_there: bool = False) -> FormState:
    """Return the form after its facts were appended.

    Parameters
    ----------
    state : FormState
        What stands in it.
    keys : iterable of str
        Of the facts.
    was_there : bool, default=False
        Whether the store had all of them already.

    Returns
    -------
    state : FormState
    """
    return dataclasses.replace(state, phase=Phase.SAVED, keys=tuple(keys), was_there=was_there)


def mark_conflict(state: FormState, *, keys: Iterable[str]) -> FormState:
    """Return the form after the store refused it: an entry of the same token holds other words.

    Parameters
    ----------
    state : FormState
        What stands in it.
    keys : iterable of str
        Of the facts that are there.

    Returns
    -------
    state : FormState
    """
    return dataclasses.replace(state, phase=Phase.CONFLICT, keys=tuple(keys))


def mark_failed(state: FormState, reason: str) -> FormState:
    """Return the form after the store could not be written: still a draft, to be saved again.

    Parameters
    ----------
    state : FormState
        What stands in it.
    reason : str
        Why.

    Returns
    -------
    state : FormState
    """
    return dataclasses.replace(state, failure=reason)


def renew_token(state: FormState, token: str) -> FormState:
    """Return a draft in conflict as a new entry with the same words.

    Parameters
    ----------
    state : FormState
        What stands in it.
    token : str
        A name that no other entry has.

    Returns
    -------
    state : FormState
        The same if it is in no conflict.
    """
    if state.phase is not Phase.CONFLICT:
        return state
    return dataclasses.replace(state, token=token, phase=Phase.DRAFT, keys=())


def read_form(spec: FormSpec, state: FormState) -> dict[str, Entry]:
    """Read what stands in a form, row by row.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it.

    Returns
    -------
    entries : dict of str to Entry
        By name of row. Rows of a sheet in which every field is blank are left out.
    """
    if not spec.is_sheet:
        return {ALONE: _read(spec, state, ALONE, state.shared, 1)}
    return {
        row.name: _read(spec, state, row.name, {**state.shared, **row.fixed, **state.rows[row.name]}, number)
        for number, row in enumerate(spec.rows, start=1)
        if any(text.strip() for text in state.rows[row.name].values())
    }


def key_of_row(spec: FormSpec, state: FormState, row: str) -> str:
    """Return the key of the fact that a row becomes.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it.
    row : str
        Name of a row; empty for the only one.

    Returns
    -------
    key : str
    """
    return "-".join(part for part in (spec.prefix, state.token, row) if part).upper()


def shown_problems(spec: FormSpec, state: FormState) -> dict[tuple[str, str], CellProblem]:
    """Return what is pointed out: the first problem of each field, by row and field.

    Parameters
    ----------
    spec : FormSpec
        What the form asks for.
    state : FormState
        What stands in it.

    Returns
    -------
    problems : dict of (str, str) to CellProblem
        A blank field counts only after saving was asked for. A problem of what is typed once stands under the row "".
    """
    if state.phase is Phase.SAVED:
        return {}
    found: dict[tuple[str, str], CellProblem] = {}
    entries = read_form(spec, state)
    if spec.is_sheet and not entries:
        alone = _read(spec, state, ALONE, state.shared, 1)
        entries = {ALONE: Entry(None, tuple(each for each in alone.problems if each[0] in spec.fields))}
    for row, entry in entries.items():
        for field, problem in entry.problems:
            is_blank = problem.rule == "required_missing"
            if is_blank and not state.has_tried:
                continue
            place = (row if field in spec.row_fields else ALONE, field)
            if place not in found or problem.severity is Severity.ROW_LEFT_OUT:
                found[place] = problem
    return found


def _read(spec: FormSpec, state: FormState, row: str, texts: Texts, number: int) -> Entry:
    return read_entry(
        spec.register, {**spec.fixed, **texts}, key=key_of_row(spec, state, row), row=number, picks=spec.picks
    )


def _known(texts: Texts, fields: Sequence[str]) -> dict[str, str]:
    return {name: str(text) for name, text in texts.items() if name in fields}
