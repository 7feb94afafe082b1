"""Long letters and notices: which of their words say what is wanted."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.affinity.asked_words import SHORT, asked_words, score_of, weigh_topics, without_rooms
from matching.affinity.policy import read_policy
from matching.affinity.profiles import reader_for
from matching.affinity.skill_reader import SkillMention
from matching.affinity.skills_found import find_wanted
from matching.records import Need, NeedStatus

NOTICE = (
    "明德学院青年志愿者协会图书馆志愿活动。招募要求：明德学院在校学生，热心公益，服从安排，按时签到。招募人数：每天6人，共30人。"
    "活动时间：3月14日至3月18日 14:00-16:00。活动地点：明德学院图书馆。活动内容：整理书架，把归还的图书放回原处。注意事项：志愿者须签到签退，"
    "活动结束后由协会统一登记志愿服务时长，有心理疏导经验者优先。"
)
LETTER = (
    "请修补光明路的路面。尊敬的李书记：您好！光明路从菜市场到小学这一段路面沉坑已经半年，下雨一脚泥，路面越压越坏，道路坑坑洼洼。"
    "孩子上小学要从这里走，学校的老师也说过几次。菜市场的摊贩把摊子摆到路上，收电费的人进不来。请尽快把路面修好，谢谢。"
)


def a_need(description, **more):
    return Need(need_id="N-1", description=description, status=NeedStatus.OPEN, **more)


def skills_of(need):
    reader = reader_for(())
    [found] = find_wanted([need], reader.taxonomy, reader, policy=read_policy())
    return [(reader.taxonomy.skills[each.place].name, each.strength) for each in found]


def test_a_short_description_is_read_as_it_stands():
    assert asked_words("志愿者招募：水管爆了").matter == "志愿者招募：水管爆了"


def test_of_a_notice_the_tasks_are_read_and_neither_callers_nor_conditions():
    asked = asked_words(NOTICE)
    assert "整理书架" in asked.matter
    for frame in ("志愿者", "协会", "签到", "学院", "心理疏导"):
        assert frame not in asked.matter
        assert frame not in asked.title


def test_a_notice_is_met_by_whoever_does_its_task():
    names = [name for name, _ in skills_of(a_need(NOTICE))]
    assert names[0] == "图书管理"
    assert not {"志愿者管理", "签到接待", "高校事务咨询", "社团培育", "心理疏导"} & set(names)


def test_a_letter_is_about_what_its_title_says_and_a_topic_in_passing_counts_little():
    found = skills_of(a_need(LETTER))
    assert found[0][0] == "道路修缮协调"
    assert all(strength < 0.8 * found[0][1] for _, strength in found[1:])


def test_a_notice_that_names_no_task_is_read_whole():
    text = "志愿者招募，报名从速。" * 12
    assert asked_words(text).matter.strip()


def mention(skill_id, confidence):
    return SkillMention(skill_id=skill_id, name=skill_id, confidence=confidence, evidence=())


confidences = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6)


@given(confidences, confidences)
def test_weighing_topics_keeps_every_skill_and_orders_them_by_score(whole, title):
    mentions = [mention(f"S-{at}", each) for at, each in enumerate(whole)]
    titled = [mention(f"S-{at}", each) for at, each in enumerate(title)]
    weighed = weigh_topics(mentions, titled)
    total = {
        each.skill_id: score_of(each.confidence)
        + sum(score_of(t.confidence) for t in titled if t.skill_id == each.skill_id)
        for each in mentions
    }
    assert sorted(each.skill_id for each in weighed) == sorted(total)
    assert all(0 < each.confidence <= 1 for each in weighed)
    scores = [total[each.skill_id] for each in weighed]
    assert scores == pytest.approx(sorted(scores, reverse=True), rel=1e-6)
    assert weighed[0].confidence >= max(whole) - 1e-9


def test_a_topic_with_a_third_of_the_score_is_told_from_the_first_however_long_the_letter():
    sure, third = mention("S-1", 1 - 1e-6), mention("S-2", 1 - 1e-2)
    first, second = weigh_topics([sure, third], [])
    assert first.confidence == pytest.approx(sure.confidence)
    assert second.confidence < 0.5


def test_nothing_read_stays_nothing():
    assert weigh_topics([], []) == ()


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("开会得借个能坐八十人的地方", ""),
        ("找间能容纳30人的会议室，最好有空调", "最好有空调"),
        ("借个活动室，还要人教剪纸", "还要人教剪纸"),
        ("想学剪纸", "想学剪纸"),
        ("", ""),
    ],
)
def test_a_room_that_is_wanted_is_no_skill(words, left):
    assert without_rooms(words) == left


def test_a_need_for_a_room_asks_no_skill_where_it_states_what_is_to_be_lent():
    need = a_need("开会得借个能坐八十人的地方", resources=("报告厅",))
    assert skills_of(need) == []
    assert skills_of(dataclasses.replace(need, resources=())) != []


@given(st.text(alphabet="志愿者招募报名活动内容：。\n，修路灯书记您好abc", max_size=3 * SHORT))
def test_a_text_that_says_something_is_never_read_as_blank(text):
    asked = asked_words(text)
    assert bool(asked.matter.strip()) == bool(text.strip())
    assert asked.is_long == (len(text) > SHORT)
