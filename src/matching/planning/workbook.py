"""The plan as a workbook: 方案 by need, 派单表 by partner to be signed and filled in, 未满足, 说明."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from matching.errors import CallError
from matching.labels import Language, label
from matching.planning import tables, totals
from matching.planning.bottlenecks import competing
from matching.planning.proposal import Proposal
from matching.records import DISPATCH, Column, Personal, Result, show_choice, show_value
from matching.roster import Sheet, write_sheets

_DISPATCH_WIDTHS = {
    "dispatch_id": 14, "partner_name": 13, "phone": 13, "task": 32, "window": 17, "planned_hours": 9, "community": 12,
    "place": 14, "signature": 13, "result": 8, "hours": 9, "satisfaction": 8, "note": 14,
    "plan_id": 14, "partner_id": 11, "need_id": 10, "reason": 34,
}  # fmt: skip
"""The columns of the dispatch sheet in their order."""
_PRINTED = 13  # what people read, sign and fill in; the identifiers and the reason stand to the right of it, on the screen only
_PLAN_WIDTHS = {
    "need_id": 10, "need": 36, "community": 13, "partner_id": 11, "partner": 16, "kind": 14, "role": 14, "when": 22,
    "hours": 9, "score": 8, "reason": 48,
}  # fmt: skip
_UNMET_WIDTHS = {
    "need_id": 10, "need": 36, "community": 13, "urgency": 10, "status": 11, "wanted": 9, "got": 9, "missing": 7,
    "cause": 18, "why": 52,
}  # fmt: skip
_NOTES_WIDTHS = {"item": 30, "value": 40, "meaning": 70}


def write_plan(
    plan: Proposal, path: Path, *, show_phones: bool = False, asked_by: str | None = None, language: Language = "zh"
) -> Path:
    """Write a plan as a workbook.

    Parameters
    ----------
    plan : Proposal
        Any.
    path : Path
        Of the workbook.
    show_phones : bool, default=False
        Whether phones stand in full on the dispatch sheet.
    asked_by : str, optional
        Who asked to see them; required with `show_phones`, and written on the sheet.
    language : {"zh", "en"}, default="zh"
        Of sheets and headers.

    Returns
    -------
    path : Path

    Raises
    ------
    CallError
        If phones are to be shown and nobody is named.
    """
    if show_phones and not (asked_by or "").strip():
        raise CallError("Phones are shown only to somebody who is named; got asked_by=None. Give asked_by='…'.")
    write_sheets(path, sheets_of(plan, show_phones=show_phones, asked_by=asked_by, language=language))
    return path


def sheets_of(
    plan: Proposal, *, show_phones: bool = False, asked_by: str | None = None, language: Language = "zh"
) -> tuple[Sheet, ...]:
    """Return the sheets of a plan's workbook.

    Parameters
    ----------
    plan : Proposal
        Any.
    show_phones : bool, default=False
        Whether phones stand in full on the dispatch sheet.
    asked_by : str, optional
        Who asked to see them.
    language : {"zh", "en"}, default="zh"
        Of sheets and headers.

    Returns
    -------
    sheets : tuple of Sheet
        方案, 派单表, 未满足, 说明.
    """
    said = totals.summary(plan, language=language).split("\n")
    unmet = tables.unmet_table(plan, competing=competing(plan, language=language), language=language)
    proposal = label("planning.sheet.proposal_note", language=language)
    score = label("planning.column.score", language=language)
    shown = {score: "0.00"}
    return (
        _sheet(
            "plan", tables.plan_table(plan, language=language), [*said[:2], proposal], _PLAN_WIDTHS, language, shown
        ),
        _dispatch_sheet(plan, show_phones=show_phones, asked_by=asked_by, language=language),
        _sheet("unmet", unmet, said[2:], _UNMET_WIDTHS, language),
        _sheet("notes", totals.proof_table(plan, language=language), [proposal], _NOTES_WIDTHS, language),
    )


def _sheet(
    name: str,
    table: pd.DataFrame,
    notes: Sequence[str],
    widths: Mapping[str, float],
    language: Language,
    formats: Mapping[str, str] | None = None,
) -> Sheet:
    return Sheet(
        title=label(f"planning.sheet.{name}", language=language),
        headers=[str(column) for column in table.columns],
        rows=[_plain(row) for row in table.itertuples(index=False, name=None)],
        widths={label(f"planning.column.{key}", language=language): width for key, width in widths.items()},
        notes=list(notes),
        number_formats=dict(formats or {}),
        landscape=True,
    )


def _plain(row: Sequence[object]) -> list[object]:
    """Turn NumPy's numbers into Python's."""
    return [cell.item() if hasattr(cell, "item") else cell for cell in row]


def _dispatch_sheet(plan: Proposal, *, show_phones: bool, asked_by: str | None, language: Language) -> Sheet:
    columns = [DISPATCH.column(name) for name in _DISPATCH_WIDTHS]
    note = (
        label("planning.sheet.shown_note", language=language, by=asked_by)
        if show_phones
        else label("planning.sheet.phones_note", language=language)
    )
    header = {each.name: each.header if language == "zh" else each.english for each in columns}
    return Sheet(
        title=label("planning.sheet.dispatch", language=language),
        headers=list(header.values()),
        rows=[
            [_cell(getattr(row, each.name), each, language) for each in columns]
            for row in tables.dispatch_rows(plan, show_phones=show_phones)
        ],
        widths={header[name]: width for name, width in _DISPATCH_WIDTHS.items()},
        notes=[label("planning.sheet.dispatch_note", language=language), note],
        landscape=True,
        printed=_PRINTED,
        dropdowns={
            header["result"]: [show_choice(result, language=language) for result in Result],
            header["satisfaction"]: ["1", "2", "3", "4", "5"],
        },
    )


def _cell(value: object, column: Column, language: Language) -> object:
    if isinstance(value, float) or value is None:
        return value
    # the phone of a dispatch row is masked already where it should be
    return show_value(value, column, show_personal=column.personal is Personal.PHONE, language=language)
