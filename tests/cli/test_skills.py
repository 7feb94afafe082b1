"""The taxonomy at the command line, and words that a district decided on."""

import dataclasses
import datetime as dt

import pytest

from matching.affinity.policy import read_policy
from matching.affinity.profiles import read_profiles
from matching.cli import main
from matching.community import read_community
from matching.records import Community, Skill, SkillClaim, SkillWord, accepted_words, china_moment
from matching.roster import write_workbook
from matching.samples import make_district

WHO = ("--by", "王主任")
ODD = "捯饬水管子"


@pytest.fixture
def roster(tmp_path):
    district = make_district(units=4, specialists=4, community_partners=3, volunteers=20, needs=5)
    path = tmp_path / "名册.xlsx"
    first = dataclasses.replace(district.volunteers[0], skills=(SkillClaim(ODD),), offer=None, occupation=None)
    write_workbook(district.replace(volunteers=(first, *district.volunteers[1:])), path, show_personal=True)
    return path


def test_skills_are_listed_found_and_shown(capsys):
    assert main(["skills", "list", "--family", "水电维修"]) == 0
    assert "S-0102 水管维修" in capsys.readouterr().out
    assert main(["skills"]) == 0
    assert "S-0801" in capsys.readouterr().out
    assert main(["skills", "find", "修水管的师傅"]) == 0
    assert capsys.readouterr().out.startswith("S-0102\t水管维修")
    assert main(["skills", "show", "修水管"]) == 0
    shown = capsys.readouterr().out
    assert "水电维修 S-0101" in shown
    assert "下水道疏通 S-0103" in shown
    assert main(["skills", "check"]) == 0
    assert main(["skills", "find", "qqqq"]) == 1


def test_a_wrong_call_is_one_line_that_says_what_is_wanted(capsys):
    assert main(["skills", "show", "没有这个技能呀"]) == 2
    assert "没有技能" in capsys.readouterr().err
    assert main(["skills", "accept", "跑腿儿"]) == 2
    assert "2 个词" in capsys.readouterr().err
    assert main(["skills", "accept", "跑腿儿", "代买代办"]) == 2
    assert "--store" in capsys.readouterr().err
    assert main(["skills", "unknown"]) == 2


def test_check_offers_an_unknown_word_its_nearest_skills(roster, capsys):
    main(["check", str(roster)])
    out = capsys.readouterr().out
    assert ODD in out
    assert "水管维修 S-0102" in out


def test_an_accepted_word_is_remembered_by_later_imports_and_can_be_taken_back(roster, tmp_path, capsys):
    store, exported = str(tmp_path / "邻里.db"), tmp_path / "导出.xlsx"
    assert main(["init", store]) == 0
    main(["import", str(roster), "--store", store, *WHO])
    assert main(["skills", "unknown", "--store", store]) == 1
    assert ODD in capsys.readouterr().out
    assert main(["skills", "accept", ODD, "水管维修", "--store", store, *WHO, "--reason", "老周这么说"]) == 0
    assert main(["skills", "accept", ODD, "水管维修", "--store", store, *WHO]) == 0
    main(["import", str(roster), "--store", store, *WHO])
    capsys.readouterr()
    main(["skills", "unknown", "--store", store])
    assert ODD not in capsys.readouterr().out
    main(["export", str(exported), "--store", store])
    for source in (store, exported):
        community = read_community(source)
        assert [(each.word, each.skill_id, each.by) for each in community.skill_words] == [(ODD, "S-0102", "王主任")]
        profiles = read_profiles(community, as_of=community.needs[0].reported_on, policy=read_policy())
        owner = profiles.positions[community.volunteers[0].partner_id]
        held = profiles.held.found[profiles.held.first[owner]]
        assert (profiles.taxonomy.skills[held.place].name, held.is_stated) == ("水管维修", True)
    assert main(["skills", "forget", ODD, "--store", store, *WHO]) == 0
    community = read_community(store)
    assert len(community.skill_words) == 2
    assert accepted_words(community.skill_words) == {}
    assert main(["skills", "forget", ODD, "--store", store, *WHO]) == 2


def test_the_name_of_a_skill_cannot_be_made_to_mean_another(tmp_path):
    store = str(tmp_path / "a.db")
    main(["init", store])
    assert main(["skills", "accept", "理发", "水管维修", "--store", store, *WHO]) == 2
    assert main(["skills", "accept", "爆管", "理发", "--store", store, *WHO]) == 0
    assert main(["skills", "find", "爆管", "--input", store]) == 0


def test_a_community_without_decisions_on_words_keeps_its_fingerprint():
    at = china_moment(dt.date(2024, 7, 31), 600)
    word = SkillWord(word_id="W-1", word="跑腿儿", skill_id="S-0804", by="王主任", at=at)
    assert Community(skill_words=(word,)).fingerprint() != Community().fingerprint()


def test_check_lists_the_packaged_skills_that_a_rosters_own_rows_stand_in_for(tmp_path, capsys):
    own = (
        Skill(skill_id="S-0102", name="水管抢修", family="水电维修", aliases=("管子崩了",)),
        Skill(skill_id="Z-1", name="修伞", family="生活服务"),
    )
    path = tmp_path / "名册.xlsx"
    write_workbook(make_district(units=1, specialists=1, volunteers=2, needs=1).replace(skills=own), path)
    assert main(["skills", "check", "--input", str(path)]) == 0
    assert "您的 S-0102 水管抢修 代替了自带的 S-0102 水管维修" in capsys.readouterr().out
    assert main(["skills", "find", "补漏水", "--input", str(path)]) == 0
    assert "S-0207" in capsys.readouterr().out
