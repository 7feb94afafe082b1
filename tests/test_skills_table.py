"""What the packaged skill table promises to everything that is built on it."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from matching.affinity.taxonomy import Taxonomy
from matching.affinity.taxonomy_checks import fold_word
from matching.tables import data_path, read_table

COLUMNS = ["skill_id", "name", "family", "english", "aliases", "related", "part_of", "licence"]
GOES_ON = (
    "水电维修 园林绿化 中医诊疗 法律咨询 理发 吹糖人 电影放映 应急送水 工具借用指导 入户安全检查 垃圾分类指导 课后托管 "
    "老人陪伴 手语翻译 党建宣讲 协商议事主持 矛盾纠纷调解 会计记账 网络直播 图书管理 健身操教学 加装电梯协商"
)
LABELS = Path(__file__).resolve().parents[1] / "benchmarks" / "data" / "skill_labels.csv"


@pytest.fixture(scope="module")
def rows():
    return read_table("skills.csv")


def parts(cell):
    return [part for part in cell.split("、") if part]


def test_the_columns_are_the_ones_that_the_dictionary_describes(rows):
    assert list(rows[0]) == COLUMNS
    dictionary = data_path("skills.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in dictionary for column in COLUMNS)


def test_the_file_is_plain_utf8_with_unix_line_ends():
    content = data_path("skills.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    content.decode("utf-8")


def test_there_are_at_least_340_skills_in_at_least_20_families(rows):
    assert len(rows) >= 340
    assert len({row["family"] for row in rows}) >= 20


def test_numbers_carry_the_number_of_their_family(rows):
    families = list(dict.fromkeys(row["family"] for row in rows))
    for row in rows:
        assert re.fullmatch(r"S-\d{4}", row["skill_id"])
        assert int(row["skill_id"][2:4]) == families.index(row["family"]) + 1


def test_no_cell_that_must_be_filled_is_empty_or_has_outer_blanks(rows):
    for row in rows:
        assert all(row[column] for column in ("skill_id", "name", "family", "english", "aliases")), row
        assert all(cell == cell.strip() for cell in row.values()), row


def test_every_skill_has_at_least_three_aliases_and_nearly_all_have_four(rows):
    counts = [len(parts(row["aliases"])) for row in rows]
    assert min(counts) >= 3
    assert sum(count < 4 for count in counts) <= 5


def test_no_word_means_two_skills(rows):
    owners = defaultdict(set)
    for row in rows:
        for word in (row["name"], row["english"], *parts(row["aliases"])):
            owners[fold_word(word)].add(row["skill_id"])
    assert {word: ids for word, ids in owners.items() if len(ids) > 1} == {}


def test_no_skill_repeats_a_word_of_its_own(rows):
    for row in rows:
        words = [fold_word(word) for word in (row["name"], row["english"], *parts(row["aliases"]))]
        assert len(words) == len(set(words)), row["skill_id"]


def test_aliases_are_long_enough_to_be_told_from_chance(rows):
    short = [(row["skill_id"], word) for row in rows for word in parts(row["aliases"]) if len(word) < 2]
    assert short == []


def test_every_link_leads_to_a_skill_and_no_part_of_runs_in_a_circle(rows):
    assert Taxonomy.from_rows(rows).problems == ()


def test_a_part_belongs_to_the_same_family_as_its_whole(rows):
    family = {row["skill_id"]: row["family"] for row in rows}
    odd = [row["skill_id"] for row in rows if row["part_of"] and family[row["part_of"]] != row["family"]]
    # 养老诈骗防范 is part of 反诈宣传, which the patrols own.
    assert odd == ["S-0809"]


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("电路检修", "低压电工作业证"),
        ("法律咨询", "律师执业证"),
        ("全科诊疗咨询", "医师执业证"),
        ("护理照护", "护士执业证"),
        ("烹饪", "健康证"),
        ("汽车驾驶", "驾驶证"),
        ("学科培训授课", "教师资格证"),
        ("焊接", "焊接与热切割作业证"),
        ("理发", ""),
        ("书法", ""),
    ],
)
def test_regulated_work_names_its_licence_and_free_work_names_none(rows, name, licence):
    [row] = [row for row in rows if row["name"] == name]
    assert (licence in parts(row["licence"])) if licence else row["licence"] == ""


@pytest.mark.parametrize(
    "word",
    GOES_ON.split(),
)
def test_what_goes_on_in_the_district_is_in_the_table(rows, word):
    assert word in {row["name"] for row in rows}


def test_the_table_holds_nothing_that_looks_like_a_phone_or_an_id_number():
    assert re.findall(r"\d{7,}", data_path("skills.csv").read_text(encoding="utf-8")) == []


def test_the_labels_for_measuring_name_skills_that_exist_and_hold_no_text(rows):
    known = {row["skill_id"] for row in rows}
    with LABELS.open(encoding="utf-8", newline="") as lines:
        labels = list(csv.DictReader(lines))
    assert [sum(label["half"] == half for label in labels) for half in ("development", "final")] == [60, 60]
    assert len({label["message"] for label in labels}) == 120
    for label in labels:
        assert label["message"].isdigit()
        assert 1 <= len(parts(label["skill_ids"])) <= 3
        assert set(parts(label["skill_ids"])) <= known
