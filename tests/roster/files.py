"""Makes the files that the tests read."""

import datetime as dt

import openpyxl
import xlwt

from matching.records import REGISTERS, Severity, register
from matching.roster import read_files


def excel_moment(*parts):
    """A moment as Excel gives it, without an offset."""
    return dt.datetime(*parts)  # noqa: DTZ001 - Excel knows no offsets


def book(path, sheets, *, merges=(), prepare=None):
    """Write an xlsx file from {title: rows}; `prepare` may change the workbook before it is saved."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for merged in merges:
            sheet.merge_cells(merged)
    if prepare:
        prepare(workbook)
    workbook.save(path)
    return path


def old_book(path, title, rows, *, merges=()):
    """Write an xls file; `merges` are (top, bottom, left, right, value), all from 0."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet(title)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    covered = {
        (r, c) for top, bottom, left, right, _ in merges for r in range(top, bottom + 1) for c in range(left, right + 1)
    }
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None and (at, column) not in covered:
                sheet.write(at, column, value, day) if isinstance(value, dt.date) else sheet.write(at, column, value)
    for top, bottom, left, right, value in merges:
        sheet.write_merge(top, bottom, left, right, value)
    workbook.save(str(path))
    return path


def volunteers(path, rows, *, headers=("编号", "姓名", "联系电话"), title="社区志愿者"):
    """Write a workbook of volunteers and read it."""
    return read_files(book(path / "名单.xlsx", {title: [headers, *rows]}))


def one(path, header, value, *, name="volunteers", others=None):
    """Read one cell of one register: return the value of its field and the rules of the problems at the cell."""
    kept = register(name)
    column = next(c for c in kept.columns if c.header == header)
    filled = {c.header: "某某" for c in kept.columns if c.required} | (others or {}) | {header: value}
    community = read_files(book(path / "one.xlsx", {kept.sheet: [list(filled), list(filled.values())]}))
    rows = community.rows(name)
    letter = openpyxl.utils.get_column_letter(list(filled).index(header) + 1)
    rules = [problem.rule for problem in community.problems if problem.cell == f"{letter}2"]
    return (getattr(rows[0], column.name) if rows else None), rules


def rules_of(community, *, above_note=False):
    """The rules of all problems, as a sorted list."""
    return sorted(p.rule for p in community.problems if not above_note or p.severity is not Severity.NOTE)


def counts(community):
    """How many rows each register holds, empty ones left out."""
    return {each.name: len(community.rows(each.name)) for each in REGISTERS if community.rows(each.name)}
