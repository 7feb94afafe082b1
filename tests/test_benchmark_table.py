import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def compared(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.delitem(sys.modules, "compared", raising=False)
    import compared

    return compared


def test_what_benchmarks_note_comes_back_in_order_and_the_table_says_where_a_peer_is_quicker(
    compared, tmp_path, monkeypatch
):
    place = tmp_path / "rows.jsonl"
    monkeypatch.setenv(compared.PLACE, str(place))
    compared.note_comparison("small", 0.5, "HiGHS", 1.0, remark="gap 0")
    compared.note_comparison("ranking", 2.0, "OR-Tools", 1.0)
    rows = compared.read_comparisons(place)
    assert [row["work"] for row in rows] == ["small", "ranking"]
    table = compared.comparison_table(rows)
    assert table[2] == "| small | 0.5 | HiGHS | 1 | 2x | ours | gap 0 |"
    assert table[3] == "| ranking | 2 | OR-Tools | 1 | 0.5x | **OR-Tools** |  |"
    assert table[-1] == "2 comparisons; the peer is quicker in 1."


def test_without_a_place_nothing_is_noted(compared, tmp_path, monkeypatch):
    monkeypatch.delenv(compared.PLACE, raising=False)
    compared.note_comparison("small", 0.5, "HiGHS", 1.0)
    assert compared.read_comparisons(tmp_path / "rows.jsonl") == []


def test_the_table_says_on_what_machine_and_with_which_versions_it_was_made(compared):
    lines = compared.machine_lines()
    assert "Python 3." in lines[0]
    assert "scipy " in lines[1]
