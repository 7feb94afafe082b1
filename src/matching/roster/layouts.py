"""Finds the tables of a sheet: which row is the header and which register it fits."""

import dataclasses
import difflib
from collections.abc import Sequence
from pathlib import Path

from matching.records import Register
from matching.roster.headers import ColumnMap, all_headers, index_of, map_columns, normal_header
from matching.roster.readings import Broken, Formula
from matching.roster.sources import SourceSheet
from matching.roster.texts import as_text

MOST_TITLE_ROWS = 40
_SURE = 0.75  # a register must beat the next by this many matched headers to be taken without a word


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """A table of a sheet.

    Attributes
    ----------
    register : Register
        What it is read as.
    header_rows : tuple of int
        Numbers of its header rows; none where nothing fits.
    headers : tuple of str
        As typed, by column from 0.
    columns : ColumnMap
        Which field each column holds.
    missing : tuple of str
        Fields without which no row can be loaded and which no column holds.
    rival : Register or None
        Another register that fits as well.
    """

    register: Register
    header_rows: tuple[int, ...]
    headers: tuple[str, ...]
    columns: ColumnMap
    missing: tuple[str, ...]
    rival: Register | None = None


_ENOUGH = 3  # headers that make a row a header whatever stands below


@dataclasses.dataclass(frozen=True, slots=True)
class _Fit:
    score: float
    layout: Layout
    has_title: bool


def find_layout(
    sheet: SourceSheet, numbers: Sequence[int], registers: tuple[Register, ...], *, titles: Sequence[str] = ()
) -> Layout | None:
    """Find the header of a table and the register that it fits.

    Parameters
    ----------
    sheet : SourceSheet
        The sheet.
    numbers : sequence of int
        Rows among which the header is looked for, in order.
    registers : tuple of Register
        What the sheet may be.
    titles : sequence of str
        Title of the sheet, name of the file.

    Returns
    -------
    layout : Layout or None
        None where no row looks like the header of any register. The decision is made by titles and headers
        together, never by a title alone.
    """
    fits: list[tuple[int, list[_Fit]]] = []
    known = all_headers(registers)
    above: list[str] = []
    for position, number in enumerate(numbers[:MOST_TITLE_ROWS]):
        texts = header_texts(sheet, number)
        if any(normal_header(text) in known for text in texts if text) or _has_parts(sheet, number):
            following = numbers[position + 1] if position + 1 < len(numbers) else None
            for rows, headers in _candidates(sheet, number, texts, following):
                tried = (_fit(rows, headers, register, [*titles, *above]) for register in registers)
                ranked = sorted((fit for fit in tried if fit), key=lambda fit: -fit.score)
                if ranked:
                    fits.append((position, ranked))
        above.extend(text for text in texts if text)
    if not fits:
        return None
    best, *rivals = _first_of_best(fits)
    close = [fit for fit in rivals if fit.score > best.score - _SURE and not (fit.layout.missing or best.has_title)]
    return dataclasses.replace(best.layout, rival=close[0].layout.register if close else None)


def _first_of_best(fits: list[tuple[int, list[_Fit]]]) -> list[_Fit]:
    """Return the best fit, or the first sound one where the best is the header of a table further down."""
    at_best, best = max(fits, key=lambda each: each[1][0].score)
    for position, ranked in fits:
        layout = ranked[0].layout
        if position < at_best - 1 and not layout.missing and len(layout.columns.placed) >= _ENOUGH:
            same = [fit for at, fit in fits if at == position]
            return max(same, key=lambda fit: fit[0].score)
    return best


def header_texts(sheet: SourceSheet, number: int) -> list[str]:
    """Return the cells of a row as headers, those of merged cells repeated over their columns.

    Parameters
    ----------
    sheet : SourceSheet
        The sheet.
    number : int
        Number of the row.

    Returns
    -------
    texts : list of str
        Empty text where a cell is empty.
    """
    texts = ["" if _is_no_text(cell) else as_text(cell) for cell in sheet.rows.get(number, ())]
    for top, left, bottom, right in sheet.merges:
        if top <= number <= bottom and right > left:
            source = sheet.rows.get(top, ())
            if left < len(source) and not _is_no_text(source[left]) and right - left < 1000:
                texts.extend([""] * (right + 1 - len(texts)))
                for at in range(left, right + 1):
                    texts[at] = texts[at] or as_text(source[left])
    return texts


def _is_no_text(cell: object) -> bool:
    return cell is None or isinstance(cell, (Broken, Formula, bool))


def _has_parts(sheet: SourceSheet, number: int) -> bool:
    return any(top == number and right > left for top, left, _, right in sheet.merges)


def _candidates(
    sheet: SourceSheet, number: int, texts: list[str], following: int | None
) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    """Return the row as a header, and with the next row under it where merged cells or gaps speak for that."""
    candidates: list[tuple[tuple[int, ...], tuple[str, ...]]] = [((number,), tuple(texts))]
    if following is None or following != number + 1:
        return candidates
    spans = [merge for merge in sheet.merges if merge[0] == number]
    below = header_texts(sheet, following)
    if spans or any(not text and under for text, under in _padded(texts, below)):
        joined = tuple(f"{over}/{under}" if over and under else over or under for over, under in _padded(texts, below))
        candidates.append(((number, following), joined))
    return candidates


def _padded(first: list[str], second: list[str]) -> list[tuple[str, str]]:
    width = max(len(first), len(second))
    return list(zip(first + [""] * (width - len(first)), second + [""] * (width - len(second)), strict=True))


def _normal(header: str, register: Register) -> str:
    """Return the normal header; of a header over another the two together, or whichever the register knows."""
    over, slash, under = header.rpartition("/")
    whole = normal_header(header.replace("/", ""))
    if not slash:
        return whole
    index = index_of(register)
    for candidate in (normal_header(header), whole, normal_header(under), normal_header(over)):
        if index.fields(candidate):
            if candidate == normal_header(over):
                return whole  # the parts of a time keep their roles: 服务时间/开始
            return candidate
    return whole


def _fit(rows: tuple[int, ...], headers: tuple[str, ...], register: Register, titles: Sequence[str]) -> _Fit | None:
    columns = map_columns([_normal(header, register) for header in headers], register)
    found = {placed.column.name for placed in columns.placed}
    if not found:
        return None
    needed = [column for column in register.columns if column.required and column.name != register.key]
    missing = tuple(column.name for column in needed if column.name not in found)
    title, is_exact = _title_score(titles, register)
    if len(found) < 2 and not (is_exact and not missing):
        return None
    if missing and not (is_exact or len(found) >= 3):
        return None
    mapped = sum(len(placed.at) for placed in columns.placed)
    share = len(found) / len(register.columns)
    penalty = 3 * len(missing) + 0.5 * (len(rows) - 1)  # a second header row must earn its place
    score = mapped + title + share + 0.5 * _likeness(headers, register) - penalty
    return _Fit(score, Layout(register, rows, headers, columns, missing), title > 0)


def _names(register: Register) -> tuple[str, ...]:
    return tuple(normal_header(name) for name in (register.sheet, register.english, register.name, *register.aliases))


def _title_score(titles: Sequence[str], register: Register) -> tuple[float, bool]:
    names = _names(register)
    normal = [normal_header(Path(title).stem if "." in title else title) for title in titles]
    if normal and normal[0] in names:
        return 4.0, True
    found = max((len(name) for name in names for title in normal if name in title), default=0)
    return min(found, 6) / 2, any(title in names for title in normal)


def _likeness(headers: tuple[str, ...], register: Register) -> float:
    """Return 1 where a header itself speaks of what the register holds: 企业名称 of 企业名单."""
    pairs = {name[at : at + 2] for name in _names(register) for at in range(len(name) - 1)} - {"名单", "名称"}
    index = index_of(register)
    texts = [normal_header(header) for header in headers[:100]]
    names = [text for text in texts if index.fields(text)]
    return float(any(text[at : at + 2] in pairs for text in names for at in range(len(text) - 1)))


def nearest_register(headers: Sequence[str], registers: tuple[Register, ...]) -> tuple[Register, tuple[str, ...]]:
    """Return the register that a table without one comes nearest to, and what it would need.

    Parameters
    ----------
    headers : sequence of str
        As typed.
    registers : tuple of Register
        What the sheet may be.

    Returns
    -------
    register : Register
        The one with most headers in common, else with the most similar ones.
    missing : tuple of str
        中文 headers of its required columns that the table lacks.
    """
    normal = [normal_header(header) for header in headers if header][:100]

    def likeness(register: Register) -> tuple[float, float]:
        index = index_of(register)
        matched = len({index.fields(header)[0] for header in normal if index.fields(header)})
        known = list(index.exact) + list(index.aliases)
        similar = sum(bool(difflib.get_close_matches(header, known, n=1, cutoff=0.5)) for header in normal)
        return matched, similar / len(index.exact)

    nearest = max(registers, key=likeness)
    found = {field for header in normal for field in index_of(nearest).fields(header)}
    needed = [column for column in nearest.columns if column.required and column.name != nearest.key]
    return nearest, tuple(column.header for column in needed if column.name not in found)


def nearest_column(header: str, register: Register) -> str:
    """Return the 中文 header of the register that is most like another, or empty text.

    Parameters
    ----------
    header : str
        As typed.
    register : Register
        Where to look.

    Returns
    -------
    nearest : str
    """
    index = index_of(register)
    known = {**{alias: fields[0] for alias, fields in index.aliases.items()}, **index.exact}
    close = difflib.get_close_matches(normal_header(header), known, n=1, cutoff=0.6)
    return register.column(known[close[0]]).header if close else ""
