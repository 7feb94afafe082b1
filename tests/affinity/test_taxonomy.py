"""The taxonomy as a graph: nearness, words, levels, and faults that come back as values."""

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.affinity.taxonomy import LEVEL_RANK, Taxonomy, level_credit
from matching.affinity.taxonomy_checks import count_families, fold_word
from matching.errors import CallError, UnknownNameError
from matching.records import Level, Skill
from matching.tables import read_table


def skill(skill_id, name, family="维修", **more):
    return Skill(skill_id=skill_id, name=name, family=family, **more)


@pytest.fixture(scope="module")
def packaged():
    return Taxonomy.from_rows(read_table("skills.csv"))


@st.composite
def taxonomies(draw):
    """Tables as a careless hand writes them: links to nothing, to oneself, in circles, words claimed twice."""
    size = draw(st.integers(1, 9))
    ids = [f"S-{number}" for number in range(size)]
    link = st.sampled_from([*ids, "S-none"])
    return [
        skill(
            skill_id,
            draw(st.sampled_from(["甲", "乙"])) + skill_id if draw(st.booleans()) else f"技能{skill_id}",
            draw(st.sampled_from(["一", "二"])),
            related=tuple(draw(st.lists(link, max_size=3))),
            part_of=draw(st.none() | link),
            aliases=tuple(draw(st.lists(st.sampled_from(["修灯", "修水管", "Ａ", "a"]), max_size=3))),
        )
        for skill_id in ids
    ]


@given(taxonomies(), st.floats(0.2, 0.9), st.floats(0.01, 0.5))
@settings(max_examples=60, deadline=None)
def test_similarity_is_decay_to_the_length_of_the_shortest_way(skills, decay, cutoff):
    taxonomy = Taxonomy.from_skills(skills, decay=decay, cutoff=cutoff)
    lengths = dict(nx.all_pairs_dijkstra_path_length(taxonomy.graph, weight="step"))
    for one in taxonomy.skills:
        for other in taxonomy.skills:
            near = decay ** lengths[one.skill_id].get(other.skill_id, math.inf)
            if not math.isclose(near, cutoff, rel_tol=1e-9):
                assert taxonomy.similarity(one.skill_id, other.skill_id) == pytest.approx(near if near > cutoff else 0)


@given(taxonomies())
@settings(max_examples=60, deadline=None)
def test_similarity_is_symmetric_whole_with_itself_and_between_nothing_and_one(skills):
    near = Taxonomy.from_skills(skills).similarities
    assert np.array_equal(near, near.T)
    assert np.array_equal(np.diag(near), np.ones(len(near)))
    assert near.min() >= 0
    assert near.max() <= 1


@given(taxonomies())
@settings(max_examples=60, deadline=None)
def test_every_fault_is_a_problem_and_none_is_raised(skills):
    taxonomy = Taxonomy.from_skills(skills)
    ids = {each.skill_id for each in skills}
    found = {(problem.rule, problem.skill_id, problem.value) for problem in taxonomy.problems}
    for each in skills:
        if each.part_of and each.part_of not in ids:
            assert ("unknown_parent", each.skill_id, each.part_of) in found
        for other in each.related:
            assert (("unknown_related", each.skill_id, other) in found) == (other not in ids)
    parents = nx.DiGraph((each.skill_id, each.part_of) for each in skills if each.part_of in ids)
    assert any(problem.rule == "circle" for problem in taxonomy.problems) == (not nx.is_directed_acyclic_graph(parents))
    for problem in taxonomy.problems:
        assert problem.skill_id in problem.explain()
        assert problem.explain(language="en") != problem.explain(language="zh")


def test_a_part_is_nearer_than_a_related_skill_and_that_nearer_than_the_family():
    taxonomy = Taxonomy.from_skills([
        skill("S-1", "水电维修", related=("S-3",)),
        skill("S-2", "水管维修", part_of="S-1"),
        skill("S-3", "木工"),
        skill("S-4", "焊接"),
        skill("S-5", "理发", "生活"),
    ])  # fmt: skip
    part, related, family = (taxonomy.similarity("S-1", other) for other in ("S-2", "S-3", "S-4"))
    assert 1 > part > related > family > 0
    assert taxonomy.similarity("S-1", "S-5") == 0


def test_a_circle_of_parts_is_reported_once_with_its_way():
    taxonomy = Taxonomy.from_skills([
        skill("S-1", "甲", part_of="S-2"), skill("S-2", "乙", part_of="S-3"), skill("S-3", "丙", part_of="S-1"),
    ])  # fmt: skip
    [problem] = taxonomy.problems
    assert (problem.rule, problem.skill_id, problem.value) == ("circle", "S-1", "S-1 → S-2 → S-3 → S-1")


def test_a_word_that_two_skills_claim_means_neither_but_a_name_keeps_its_meaning():
    taxonomy = Taxonomy.from_skills([
        skill("S-1", "水管维修", aliases=("修管子", "管工")), skill("S-2", "木工", aliases=("修管子", "水管维修")),
    ])  # fmt: skip
    assert taxonomy.find("修管子") is None
    assert taxonomy.find("水管维修") == "S-1"
    assert taxonomy.find("管工") == "S-1"
    assert {(problem.skill_id, problem.value) for problem in taxonomy.problems} == {
        ("S-1", "修管子"), ("S-2", "修管子"), ("S-2", "水管维修"),
    }  # fmt: skip


def test_rows_without_number_or_with_one_that_is_taken_are_left_out_and_reported():
    taxonomy = Taxonomy.from_rows([
        {"skill_id": "S-1", "name": "木工", "family": "维修"},
        {"skill_id": "S-1", "name": "焊接", "family": "维修"},
        {"skill_id": "S-2", "name": "木 工", "family": "维修"},
        {"skill_id": "S-3", "name": "木工", "family": "维修"},
        {"skill_id": "", "name": "理发", "family": "生活"},
    ])  # fmt: skip
    assert [each.name for each in taxonomy.skills] == ["木工", "木 工"]
    assert [problem.rule for problem in taxonomy.problems] == ["repeated_number", "repeated_name", "incomplete"]


def test_a_word_is_found_in_any_width_and_case_and_by_number(packaged):
    assert packaged.find("ＡＥＤ") == packaged.find("aed") == packaged.find("急救护理")
    assert packaged.find("Plumber") == packaged.find(" 水管维修 ")
    assert packaged.find("S-0102") == "S-0102"
    assert packaged.find("不存在的本事") is None


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("修灯泡", "照明维修"),
        ("水暖工", "水管维修"),
        ("弹吉他", "西洋乐器"),
        ("plumbing", "水管维修"),
        ("写春联的", "书法"),
        ("心理咨询", "心理疏导"),
        ("做手工", "手工制作教学"),
        ("会拉二胡", "民族乐器"),
    ],
)
def test_an_unknown_word_is_offered_its_nearest_skill_first(packaged, word, name):
    offers = packaged.nearest(word)
    assert offers[0].name == name
    assert packaged.find(offers[0].matched) == offers[0].skill_id
    assert [offer.similarity for offer in offers] == sorted((offer.similarity for offer in offers), reverse=True)


def test_a_word_of_the_table_is_nearest_to_itself(packaged):
    for word, place in list(packaged.words.items())[::97]:
        best = packaged.nearest(word, limit=1)[0]
        assert (best.skill_id, best.similarity) == (packaged.skills[place].skill_id, 1.0)


@given(st.text(max_size=40))
@settings(max_examples=50, deadline=None)
def test_any_text_at_all_gets_an_answer(packaged, word):
    for offer in packaged.nearest(word, least=0.0):
        assert 0 < offer.similarity <= 1
        assert offer.skill_id in packaged


@pytest.mark.parametrize("word", ["", "　", "☃☃☃", "８８"])
def test_nothing_is_offered_for_nothing(packaged, word):
    assert packaged.nearest(word, least=0.5) == ()


def test_the_level_that_is_wanted_or_more_earns_full_credit_and_less_earns_less():
    levels = sorted(LEVEL_RANK, key=LEVEL_RANK.__getitem__)
    assert levels == [Level.KNOWS, Level.PRACTISES, Level.LICENSED]
    for held in levels:
        for wanted in levels:
            assert (level_credit(held, wanted) == 1) == (LEVEL_RANK[held] >= LEVEL_RANK[wanted])
        assert level_credit(held, None) == 1
    assert level_credit(Level.KNOWS, Level.LICENSED) < level_credit(Level.PRACTISES, Level.LICENSED)


def test_silence_about_a_level_is_neither_full_credit_nor_the_least():
    assert level_credit(Level.KNOWS, Level.LICENSED) < level_credit(None, Level.LICENSED) < 1
    assert level_credit(None, None) == 1


def test_the_similarities_cannot_be_written_over(packaged):
    with pytest.raises(ValueError, match="read-only"):
        packaged.similarities[0, 0] = 0.5


def test_a_skill_that_does_not_exist_is_named_in_the_error(packaged):
    with pytest.raises(UnknownNameError, match=r"no skill 'S-9999'.*nearest\(\)"):
        packaged.similarity("S-0101", "S-9999")


@pytest.mark.parametrize("value", [0, 1, -0.5, float("nan")])
def test_decay_and_cutoff_must_lie_between_nothing_and_one(value):
    with pytest.raises(CallError, match=r"decay must be in \(0, 1\)"):
        Taxonomy.from_skills([skill("S-1", "木工")], decay=value)
    with pytest.raises(CallError, match=r"cutoff must be in \(0, 1\)"):
        Taxonomy.from_skills([skill("S-1", "木工")], cutoff=value)


def test_a_taxonomy_of_nothing_and_a_limit_of_nothing_are_refused(packaged):
    with pytest.raises(CallError, match="at least one skill"):
        Taxonomy.from_rows([])
    with pytest.raises(CallError, match="limit must be at least 1; got 0"):
        packaged.nearest("修灯", limit=0)


def test_the_graph_shows_kinds_names_and_licences(packaged):
    node = packaged.graph.nodes["S-0105"]
    assert node == {"kind": "skill", "name": "电路检修", "licence": ("低压电工作业证",)}
    kinds = {data["kind"] for _, _, data in packaged.graph.edges(data=True)}
    assert kinds == {"family", "related", "part_of"}
    assert sum(count_families(packaged.skills).values()) == len(packaged)


@given(st.text(max_size=30))
def test_folding_a_word_twice_changes_nothing_more(word):
    assert fold_word(fold_word(word)) == fold_word(word)
