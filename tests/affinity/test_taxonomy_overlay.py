"""A district's own skills lie over the packaged ones: what it says wins, and nothing else is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.affinity import Taxonomy
from matching.affinity.profiles import taxonomy_for
from matching.affinity.taxonomy_overlay import lay_over, replaced
from matching.records import Skill
from matching.tables import read_table


@pytest.fixture(scope="module")
def packaged():
    return Taxonomy.from_rows(read_table("skills.csv")).skills


def skill(number, name, family="其他", **more):
    return Skill(skill_id=number, name=name, family=family, **more)


def test_one_row_of_ones_own_leaves_all_other_skills(packaged):
    taxonomy = taxonomy_for((skill("Z-1", "修伞", aliases=("补伞",)),))
    assert len(taxonomy) == len(packaged) + 1
    assert (taxonomy.find("补伞"), taxonomy.find("水管爆了")) == ("Z-1", "S-0102")
    assert taxonomy.problems == ()


def test_a_row_takes_the_place_of_the_one_with_its_number(packaged):
    own = skill("S-0102", "水管抢修", "水电维修", aliases=("管子崩了",))
    taxonomy = taxonomy_for((own,))
    assert len(taxonomy) == len(packaged)
    assert taxonomy.skills[taxonomy.place("S-0102")] == own
    assert taxonomy.place("S-0102") == [each.skill_id for each in packaged].index("S-0102")
    assert taxonomy.find("水管爆了") is None  # the district's row says which words it wants


def test_a_row_under_another_number_takes_the_place_of_the_one_with_its_name_and_ties_go_to_it():
    taxonomy = taxonomy_for((skill("Z-2", "水管维修", "我们的维修"),))
    assert "S-0102" not in taxonomy
    assert taxonomy.problems == ()
    assert "Z-2" in taxonomy.skill("S-0103").related
    assert taxonomy.similarity("S-0103", "Z-2") == pytest.approx(0.5)


def test_a_word_of_the_districts_is_no_other_skills_any_more():
    taxonomy = taxonomy_for((skill("Z-3", "抢险小队", aliases=("水管爆了",)),))
    assert taxonomy.find("水管爆了") == "Z-3"
    assert "水管爆了" not in taxonomy.skill("S-0102").aliases
    assert taxonomy.problems == ()


def test_a_row_at_fault_replaces_nothing_and_is_told_of():
    broken = Skill(skill_id="S-0102", name="水管维修", family="")
    taxonomy = taxonomy_for((broken,))
    assert taxonomy.skill("S-0102").family == "水电维修"
    assert [problem.rule for problem in taxonomy.problems] == ["incomplete"]


def test_what_is_replaced_is_listed_and_rows_that_say_the_same_are_not(packaged):
    own = (packaged[0], skill("S-0102", "水管抢修"), skill("Z-2", "下水道疏通"), skill("Z-9", "修伞"))
    assert [(old.skill_id, new.skill_id) for old, new in replaced(packaged, own)] == [
        ("S-0102", "S-0102"),
        ("S-0103", "Z-2"),
    ]


@given(st.data())
def test_every_packaged_skill_is_there_or_has_a_successor_and_every_own_row_is_there(packaged, data):
    numbers = st.sampled_from([*(each.skill_id for each in packaged[:12]), "Z-1", "Z-2", "Z-3"])
    names = st.sampled_from([*(each.name for each in packaged[:12]), "修伞", "补锅", "磨剪子"])
    words = st.lists(st.sampled_from(["水管爆了", "补锅", "通下水道", "花洒坏了"]), max_size=2, unique=True)
    drawn = data.draw(
        st.lists(st.tuples(numbers, names, words), max_size=4, unique_by=(lambda x: x[0], lambda x: x[1]))
    )
    own = tuple(skill(number, name, aliases=tuple(words)) for number, name, words in drawn)
    found = lay_over(packaged, own)
    assert set(own) <= set(found)
    heirs = {old.skill_id for old in packaged} - {each.skill_id for each in found}
    assert all(any(row.name == old.name for row in own) for old in packaged if old.skill_id in heirs)
    kept = [each for each in found if each not in own]
    assert not {word for each in kept for word in each.aliases} & {
        word for row in own for word in (row.name, *row.aliases)
    }
    assert {each.skill_id for each in packaged} | {each.skill_id for each in own} >= {each.skill_id for each in found}
