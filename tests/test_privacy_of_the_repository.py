"""Nothing that is committed holds what looks like a real phone or ID number."""

import contextlib
import json
from pathlib import Path

import openpyxl
import pytest

from matching.records import find_personal

ROOT = Path(__file__).resolve().parents[1]
TEXT = {
    ".ipynb",
    ".csv",
    ".md",
    ".html",
    ".toml",
    ".txt",
    ".json",
    ".j2",
    ".js",
    ".css",
    ".svg",
    ".py",
    ".bat",
    ".yaml",
}
FOLDERS = ("data", "docs", "notebooks", "src", "benchmarks", "tools")
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and not {".ipynb_checkpoints", "results", "__pycache__"} & set(path.parts)
)


def texts_of(path):
    if path.suffix == ".xlsx":
        with contextlib.closing(openpyxl.load_workbook(path, read_only=True)) as book:
            for sheet in book:
                for row in sheet.iter_rows(values_only=True):
                    yield from (str(value) for value in row if value is not None)
    elif path.suffix == ".ipynb":
        # as people see it, not as JSON escapes it
        yield json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
    elif path.suffix in TEXT:
        yield path.read_text(encoding="utf-8")


def test_there_is_something_to_scan():
    suffixes = {path.suffix for path in FILES}
    assert {".xlsx", ".ipynb", ".csv", ".md", ".py"} <= suffixes


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_committed_file_holds_no_phone_and_no_id_number(path):
    assert [number for text in texts_of(path) for number in find_personal(text)] == []


def test_the_scan_finds_a_number_wherever_it_hides(tmp_path):
    phone = "1" + "38" + "00001234"
    book = openpyxl.Workbook()
    book.worksheets[0]["B2"] = f"电话{phone}"
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.ipynb").write_text(
        json.dumps({"cells": [{"outputs": [{"text": [f"电话{phone}"]}]}]}), encoding="utf-8"
    )
    (tmp_path / "c.md").write_text(f"请打{phone[:3]}-{phone[3:7]}-{phone[7:]}", encoding="utf-8")
    for name in ("a.xlsx", "b.ipynb", "c.md"):
        assert [number for text in texts_of(tmp_path / name) for number in find_personal(text)], name
