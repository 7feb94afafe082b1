"""The packaged tables and what a district lays over them."""

import tomllib
from pathlib import Path

import pytest

from matching.errors import UnknownNameError
from matching.tables import data_path, read_table


def test_a_packaged_table_is_found_from_a_checkout():
    assert data_path("skills.csv").is_file()


def test_a_table_that_does_not_exist_is_refused_with_where_it_was_looked_for():
    with pytest.raises(UnknownNameError, match=r"no_such\.csv"):
        data_path("no_such.csv")


def test_a_districts_own_rows_replace_and_extend_the_packaged_ones(tmp_path):
    first = read_table("skills.csv")[0]
    header = ",".join(first)
    own = f"{header}\n{first['skill_id']},自家的说法,{first['family']},,,,,\nS-9999,放风筝,文体,,,,,\n"
    (tmp_path / "skills.csv").write_text(own, encoding="utf-8-sig")
    rows = {row["skill_id"]: row for row in read_table("skills.csv", overlay=tmp_path)}
    assert rows[first["skill_id"]]["name"] == "自家的说法"
    assert rows["S-9999"]["name"] == "放风筝"
    assert len(rows) == len(read_table("skills.csv")) + 1


def test_without_a_table_of_its_own_a_district_gets_the_packaged_one(tmp_path):
    assert read_table("skills.csv", overlay=tmp_path) == read_table("skills.csv")


def test_every_table_of_the_data_folder_is_packed_into_the_wheel():
    root = Path(__file__).resolve().parents[1]
    build = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    packed = set(build["targets"]["wheel"]["force-include"])
    tables = [each.relative_to(root) for kind in ("*.csv", "*.xlsx") for each in (root / "data").rglob(kind)]
    assert len(tables) > 10
    assert [str(each) for each in tables if not packed & {str(up) for up in (each, *each.parents)}] == []
