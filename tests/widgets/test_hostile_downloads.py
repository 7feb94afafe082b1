"""What the explorer offers for download holds the words of a hostile roster as words: no formula, no element, no request."""

import datetime as dt

import openpyxl
import pytest

from matching.planning import score
from matching.samples import make_district
from matching.widgets import explore
from widgets.hostile import hostile
from widgets.pages import open_browser

AS_OF = dt.date(2024, 7, 31)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("downloads")
    explorer = explore(score(hostile(make_district()), as_of=AS_OF))
    return explorer.export(folder / "方案.xlsx"), explorer.export(folder / "报告.html")


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(files):
    book = openpyxl.load_workbook(files[0])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    words = [str(cell.value) for cell in cells]
    assert any("<img src=x onerror=alert(2)>" in each for each in words)
    assert any("cmd|" in each for each in words)


@pytest.mark.browser
def test_the_page_shows_hostile_words_and_asks_for_nothing(files):
    faults = []
    with open_browser() as page:
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("request", lambda request: faults.append(request.url) if not request.url.startswith("file:") else None)
        page.goto(files[1].as_uri())
        page.wait_for_timeout(300)
        assert page.locator("img, iframe, object, embed, textarea").count() == 0
        assert page.locator("[onload], [onerror], [href^='javascript:'], [href*='page.test']").count() == 0
        shown = page.locator("body").inner_text()
        assert "<script>alert(1)</script>" in shown
        assert "<img src=x onerror=alert(2)>" in shown
        assert "👩‍👩‍👧‍👦🔥邻里" in shown
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 1366 * 1.05
    assert faults == []
