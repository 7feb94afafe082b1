import csv
from pathlib import Path

import pytest

from matching.affinity.policy import read_policy
from matching.affinity.weights import FEATURES, read_weights
from matching.errors import CallError, UnknownNameError
from matching.tables import data_path


def overlay(folder: Path, name: str, header: str, *rows: str) -> Path:
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / name).write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return folder


def test_the_weights_cover_every_part_and_sum_to_one():
    weights = read_weights()
    assert tuple(weights) == FEATURES
    assert sum(weights.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(weights.title(name) and weights.title(name, language="en") for name in weights)


def test_a_district_lays_its_own_weights_over_the_packaged_ones(tmp_path):
    folder = overlay(
        tmp_path, "score_weights.csv", "name,weight,unknown,zh,en,source", "place,0.52,0.1,远近,nearness,ours"
    )
    weights = read_weights(overlay=folder)
    assert weights["place"] == pytest.approx(0.52 / 1.4)
    assert sum(weights.values()) == pytest.approx(1.0)
    assert weights.title("place") == "远近"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("place,-1,0.1,a,b,c", "at least 0"),
        ("place,nan,0.1,a,b,c", "at least 0"),
        ("place,x,0.1,a,b,c", "must be numbers"),
        ("place,0.1,1.1,a,b,c", "from 0 to 1"),
        ("luck,0.1,0.1,a,b,c", "no part 'luck'"),
    ],
)
def test_a_bad_weight_is_refused_with_its_row(tmp_path, row, message):
    with pytest.raises(CallError, match=message):
        read_weights(overlay=overlay(tmp_path, "score_weights.csv", "name,weight,unknown,zh,en,source", row))


def test_weights_may_be_replaced_by_name_and_unknown_names_are_refused():
    assert read_weights().replace({"skill": 0})["skill"] == 0
    with pytest.raises(UnknownNameError, match="no part 'luck'"):
        read_weights().replace({"luck": 1})
    with pytest.raises(CallError, match="above 0"):
        read_weights().replace(dict.fromkeys(FEATURES, 0.0))


@pytest.mark.parametrize("value", ["34", "-0.1", "viel", ""])
def test_a_share_that_is_none_is_refused_before_it_blocks_everybody(tmp_path, value):
    folder = overlay(tmp_path, "matching.csv", "name,value,unit,zh,en,source", f"skill_minimum,{value},share,a,b,c")
    with pytest.raises(CallError, match="'skill_minimum' has"):
        read_policy(overlay=folder)


def test_a_policy_that_does_not_exist_is_refused():
    with pytest.raises(UnknownNameError, match="no policy 'luck'"):
        read_policy()["luck"]
    with pytest.raises(UnknownNameError, match="no policy 'luck'"):
        read_policy().replace(luck=1.0)


def test_a_flag_that_is_neither_yes_nor_no_is_refused(tmp_path):
    header = "kind,most_needs,hours,licence_by_claim,insured_unless_stated,has_age,zh,en,source"
    with pytest.raises(CallError, match="must be yes or no"):
        read_policy(overlay=overlay(tmp_path, "kinds.csv", header, "unit,3,24,vielleicht,yes,no,a,b,c"))


@pytest.mark.parametrize("path", sorted(data_path("policies").glob("*.csv")), ids=lambda path: path.name)
def test_every_policy_has_words_in_both_languages_and_a_source(path):
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            assert None not in row
            assert row["zh"].strip()
            assert row["en"].strip()
            assert row["source"].strip()


def test_every_policy_number_is_used_and_described():
    used = "".join(
        path.read_text(encoding="utf-8")
        for room in ("affinity", "planning")
        for path in (Path(__file__).parents[2] / "src" / "matching" / room).glob("*.py")
    )
    described = (data_path("policies") / "README.md").read_text(encoding="utf-8")
    for name in read_policy().numbers:
        assert f'"{name}"' in used or name.startswith("urgency_"), name
        assert f"`{name}`" in described, name
