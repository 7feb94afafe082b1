"""What the documents show at a Python prompt is what happens."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
SHOWN = sorted(page for page in DOCS.rglob("*.md") if "\n>>> " in page.read_text(encoding="utf-8"))


def test_some_page_shows_examples():
    assert DOCS / "how-to" / "use-the-engine.md" in SHOWN


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_the_examples_of_a_page_run_as_shown(page):
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").failed == 0
