"""Write docs/reference/data-dictionary.md from the records, so that it cannot say anything else than they do.

Usage: python tools/make_data_dictionary.py [--check]
"""

import argparse
import sys
from pathlib import Path

from matching.records import ALL_REGISTERS, DISPATCH, Column, Register, show_choice

TARGET = Path(__file__).resolve().parents[1] / "docs" / "reference" / "data-dictionary.md"
HEAD = """# 数据字典 · Data dictionary

Made from the records by `make docs`; a test holds it to them. One section a register: one sheet of a workbook, one
table of the store. Personal columns are masked wherever they are shown unless asked for by name.
"""


def values(column: Column) -> str:
    """Say what a column may hold."""
    if column.choices:
        return "、".join(f"{show_choice(each)} (`{each}`)" for each in column.choices)
    bounds = [str(bound) for bound in (column.minimum, column.maximum) if bound is not None]
    said = f"{column.cell_type}{' ' + '–'.join(bounds) if bounds else ''}{' ' + column.unit if column.unit else ''}"
    return f"{said} → `{column.refers_to}`" if column.refers_to else said


def row(column: Column) -> str:
    """One line of a table."""
    marks = "、".join(
        mark
        for applies, mark in ((column.required, "必填 required"), (column.personal != "no", f"{column.personal}"))
        if applies
    )
    notes = " ".join(note for note in (column.help_zh, column.help_en) if note)
    example = f"`{column.example}`" if column.example else ""
    cells = (
        column.header,
        column.english,
        f"`{column.name}`",
        values(column),
        marks,
        "、".join(column.aliases),
        example,
        notes,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def section(register: Register) -> str:
    """One register."""
    summary = (register.record.__doc__ or "").splitlines()[0]
    kind = "事实 fact (append-only)" if register.is_fact else "登记册 register (dated versions)"
    lines = [
        f"\n## {register.sheet} · {register.english} (`{register.name}`)\n",
        f"{summary} {kind}.\n",
        "| 表头 | header | field | values | | 也认 aliases | 例 example | |",
        "|---|---|---|---|---|---|---|---|",
        *map(row, register.columns),
    ]
    return "\n".join(lines)


def main() -> int:
    """Write the dictionary, or say whether it is true."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if the file differs")
    text = HEAD + "\n".join(section(each) for each in (*ALL_REGISTERS, DISPATCH)) + "\n"
    if parser.parse_args().check:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        print("the data dictionary is true" if same else "the data dictionary differs from the records: run make docs")
        return 0 if same else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
