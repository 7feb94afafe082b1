"""What residents say around a skill: the packaged table, and the reading by it."""

import csv
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.affinity import SkillReader
from matching.affinity.skill_sayings import (
    MOST_OWNERS,
    SAYING_FACTOR,
    SayingLikeness,
    packaged_sayings,
    saying_factors,
    sayings_of,
    telling_words,
)
from matching.affinity.taxonomy import Taxonomy
from matching.tables import data_path, read_table


@pytest.fixture(scope="module")
def taxonomy():
    return Taxonomy.from_rows(read_table("skills.csv"))


@pytest.fixture(scope="module")
def reader(taxonomy):
    return SkillReader(taxonomy)


def test_every_skill_has_sayings_under_its_own_name_and_none_repeats_an_alias(taxonomy):
    packaged = packaged_sayings()
    assert [skill.skill_id for skill in taxonomy.skills] == list(packaged)
    for skill, said in zip(taxonomy.skills, sayings_of(taxonomy), strict=True):
        assert packaged[skill.skill_id][0] == skill.name
        assert len(said) >= 7, skill.name
        assert len(said) == len(set(said)), skill.name
        assert not set(said) & {skill.name, *skill.aliases}, skill.name


def test_the_table_is_plain_utf8_without_numbers_of_people():
    content = data_path("sayings.csv").read_bytes()
    assert b"\r" not in content
    rows = list(csv.reader(content.decode("utf-8").splitlines()))
    assert all(len(row) == 3 and all(cell == cell.strip() for cell in row) for row in rows)


def test_a_skill_that_a_district_gave_a_packaged_number_inherits_no_sayings():
    own = Taxonomy.from_rows([{"skill_id": "S-1414", "name": "养蜂", "family": "乡村服务"}])
    assert sayings_of(own) == ((),)
    assert SkillReader(own).read("想摆一盘车马炮", purpose="need") == ()


def test_no_saying_that_is_looked_for_belongs_to_many_skills_or_is_a_word_of_the_taxonomy(taxonomy):
    telling = telling_words(taxonomy, sayings_of(taxonomy))
    assert all(1 <= len(places) <= MOST_OWNERS and len(word) > 1 for word, places in telling.items())
    assert not telling.keys() & taxonomy.words.keys()


@pytest.mark.parametrize(
    ("need", "skill"),
    [
        ("头发盖住眼睛了，人又出不了门", "理发"),
        ("小区门口路面沉坑，车一过就颠", "道路修缮协调"),
        ("晚上黑咕隆咚，全靠手电照着走", "照明维修"),
        ("裤腿长了一截，想改短些", "缝纫改衣"),
        ("两根弦的琴落了灰，想找人指点", "民族乐器"),
    ],
)
def test_a_need_that_names_no_skill_is_read_by_what_is_said_around_it(reader, need, skill):
    found = reader.read(need, purpose="need")
    assert skill in [mention.name for mention in found[:3]]
    [mention] = [mention for mention in found if mention.name == skill]
    assert mention.evidence
    assert all(need[each.start : each.end] == each.words for each in mention.evidence)


def test_an_offer_is_read_by_the_words_of_the_taxonomy_alone(reader):
    assert "棋类" not in [mention.name for mention in reader.read("家里有一副车马炮", purpose="offer")]


def test_a_phrase_that_is_repeated_says_no_more_than_once(reader):
    once = reader.read("请求增加公交班次。早上送孩子的时候总要等很久", purpose="need")
    often = reader.read("请求增加公交班次。" + "早上送孩子的时候总要等很久，" * 6, purpose="need")
    assert often[0].name == once[0].name == "公交线路建议"


@given(
    st.lists(st.lists(st.text(alphabet="甲乙丙", min_size=1, max_size=4), max_size=4), min_size=1, max_size=5),
    st.lists(st.text(alphabet="甲乙丙", min_size=2, max_size=3), min_size=1, max_size=4, unique=True),
)
def test_a_saying_counts_by_the_number_of_skills_in_whose_words_it_stands(documents, sayings):
    factors = saying_factors(dict.fromkeys(sayings, (0,)), documents)
    for word in sayings:
        speakers = sum(any(word in said for said in words) for words in documents)
        assert factors[word] == SAYING_FACTOR / max(1, speakers)


words = st.lists(st.text(alphabet="甲乙丙丁戊己庚辛", min_size=1, max_size=4), min_size=1, max_size=4)


@given(
    st.lists(words, min_size=2, max_size=5),
    st.lists(st.text(alphabet="甲乙丙丁戊己庚辛x", max_size=6), min_size=1, max_size=4),
)
def test_chances_are_those_of_dense_cosines(documents, phrases):
    like = SayingLikeness(documents)
    shared, squares = like.measure(phrases)
    assert shared.shape == (len(phrases), len(documents))
    assert (shared <= np.sqrt(squares)[:, None] + 1e-9).all()
    chances = like.chances(shared, squares)
    total = chances.sum(axis=1)
    assert np.all(np.isclose(total, 1) | (total == 0))
    assert np.array_equal(total > 0, shared.max(axis=1) > 0)
    for row in np.flatnonzero(total):
        assert chances[row].argmax() == shared[row].argmax()


def test_what_is_read_does_not_depend_on_the_order_of_sets():
    code = (
        "from matching.affinity.skill_sayings import SayingLikeness, packaged_sayings\n"
        "like = SayingLikeness([words for _, words in packaged_sayings().values()])\n"
        "shared, squares = like.measure(['厨房地上全是水', '想摆一盘棋', '老人出不了门'])\n"
        "print(like.chances(shared, squares).tobytes().hex())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2", "3")
    }
    assert len(found) == 1
