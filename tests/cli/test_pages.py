"""Pages made from the notebooks, and what a page does before its visitor comes."""

import datetime as dt

import nbformat
import pytest

from matching.cli.lab import notebooks_folder
from matching.cli.pages import read_pages, write_pages
from matching.cli.visitor import meet_visitor
from matching.records import CHINA, Volunteer
from matching.records.community import Community
from matching.store import open_store

AT = dt.datetime(2024, 7, 31, 9, tzinfo=CHINA)
DAY = dt.date(2024, 7, 31)


def test_the_explorer_comes_first_and_the_boards_follow():
    pages = read_pages(notebooks_folder())
    assert [page.file for page in pages] == [
        "05_explore_and_decide.ipynb", "03_track_cadre_training.ipynb", "04_pair_mentors.ipynb",
    ]  # fmt: skip
    assert all(page.shown for page in pages)
    assert pages[0].title == "看方案，定人选"


def test_a_page_shows_what_its_cells_show_and_links_to_all(tmp_path):
    pages = read_pages(notebooks_folder())
    write_pages(pages, tmp_path)
    for page in pages:
        notebook = nbformat.read(tmp_path / page.file, as_version=4)
        nbformat.validate(notebook)
        assert [link["here"] for link in notebook.metadata["pages"]].count(True) == 1
        assert notebook.cells[-1].source == page.shown[-1]
        assert "meet_visitor" in notebook.cells[1].source
        for cell in notebook.cells:
            compile(cell.source, page.file, "exec")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "a.db"
    with open_store(path, create=True) as store:
        store.import_community(Community(volunteers=(Volunteer(partner_id="V-1", name="甲"),)), by="某", at=AT)
    return path


def visit(source, *, between=lambda: None, days=(DAY, DAY)):
    made, today = [], iter(days)
    again = meet_visitor(lambda: made.append(1), source=str(source), wait=between, today=lambda: next(today))
    return len(made), again


def test_what_was_read_ahead_is_used_where_nothing_changed(source):
    assert visit(source) == (1, False)


def test_a_write_before_the_visitor_came_is_read(source):
    def write():
        with open_store(source) as store:
            store.import_community(Community(volunteers=(Volunteer(partner_id="V-2", name="乙"),)), by="某", at=AT)

    assert visit(source, between=write) == (2, True)


def test_a_page_made_yesterday_is_made_again_today(source):
    assert visit(source, days=(DAY, DAY + dt.timedelta(1))) == (2, True)


def test_a_source_of_which_nothing_is_known_is_always_read_again(tmp_path):
    assert visit(tmp_path / "名册.xlsx", days=(DAY, DAY)) == (2, True)


def test_a_kernel_started_for_its_visitor_reads_once(source, monkeypatch):
    monkeypatch.delenv("VOILA_PREHEAT", raising=False)
    made = []
    assert meet_visitor(lambda: made.append(1), source=str(source)) is False
    assert made == [1]


def test_what_goes_wrong_ahead_of_the_visit_is_tried_again_when_somebody_can_read_it(source):
    tries = []

    def fail():
        tries.append(1)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        meet_visitor(fail, source=str(source), wait=lambda: None, today=lambda: DAY)
    assert len(tries) == 2
