"""The committed workbook is the sample district, as an office would keep it."""

import openpyxl
import pytest

from matching.records import REGISTERS, Severity, find_personal
from matching.roster import read_files, write_workbook
from matching.samples import make_district
from matching.tables import data_path

WORKBOOK = data_path("district/district.xlsx")


@pytest.fixture(scope="module")
def read():
    return read_files(WORKBOOK)


def test_the_committed_workbook_is_the_district_that_the_generator_makes(read):
    made = make_district()
    for each in REGISTERS:
        assert read.rows(each.name) == made.rows(each.name), f"{each.name}: run make district and commit"
    assert read == made


def test_nothing_in_the_workbook_needs_mending(read):
    assert [problem.explain() for problem in read.problems if problem.severity is not Severity.NOTE] == []


def test_the_workbook_has_one_sheet_a_register_and_no_real_number():
    book = openpyxl.load_workbook(WORKBOOK, read_only=True)
    made = make_district()
    assert {each.sheet for each in REGISTERS if made.rows(each.name)} <= set(book.sheetnames)
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    book.close()
    assert len(cells) > 20_000
    assert [cell for cell in cells if find_personal(cell)] == []


def test_the_same_district_is_written_as_the_same_bytes(tmp_path):
    small = make_district(volunteers=12, needs=20, units=5, specialists=5, community_partners=5)
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(small, tmp_path / name, show_personal=True)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_districts_survive_being_written_and_read_too(tmp_path, seed):
    made = make_district(seed=seed, volunteers=120, needs=90, units=30, specialists=60, community_partners=45)
    path = tmp_path / "district.xlsx"
    write_workbook(made, path, show_personal=True)
    again = read_files(path)
    assert again == made
    assert [problem.explain() for problem in again.problems if problem.severity is not Severity.NOTE] == []
