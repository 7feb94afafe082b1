"""Reading skills from residents' words: what is named, what is merely alike, what is denied, and how well it is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affinity.offers import LEVELS
from affinity.offers import OFFERS as HOSTILE
from matching.affinity.skill_reader import SkillReader
from matching.affinity.skill_reader_likeness import stem
from matching.affinity.skill_reader_words import WordScanner, fold_text
from matching.affinity.taxonomy import Taxonomy
from matching.errors import CallError
from matching.records import Level
from matching.tables import read_table

# Invented sentences of residents who want something, and the skill that helps them.
NEEDS = """
水管爆了，水漫到楼下 | 水管维修
楼道灯又坏了，老人晚上不敢下楼 | 照明维修
楼道的灯不亮好几天了 | 照明维修
孩子放学没人管，想找个地方写作业 | 课后托管
下水道堵了，臭水往上冒 | 下水道疏通
马桶一直漏水 | 马桶卫浴维修
家里老跳闸 | 电路检修
空调一点都不凉了 | 空调清洗维修
单元门的门禁刷不开 | 门禁对讲维修
房顶下雨就漏 | 防水补漏
窗户关不严，冬天漏风 | 门窗维修
小区的树把阳光全挡住了 | 树木修剪
草都长到膝盖高了 | 草坪修剪
垃圾桶满了没人收 | 垃圾清运
楼道里堆满纸箱子 | 楼道堆物清理
家里蟑螂特别多 | 虫害消杀
老人一个人在家没人说话 | 倾听陪伴
独居老人需要有人经常上门看看 | 老人陪伴
我妈瘫痪在床，没人帮着洗澡 | 居家照料
老人中午做不了饭 | 助餐送餐
不会用智能手机，想学视频通话 | 智能手机教学
妈妈不会挂号，想有人陪着去医院 | 陪诊就医
想请人帮忙量量血压 | 血压血糖测量
颈椎疼，想按摩按摩 | 推拿按摩
孩子沉迷手机，一说就吵 | 青少年心理辅导
最近睡不着觉，心情不好 | 心理疏导
邻居半夜放音乐太吵 | 噪音扰民调解
楼上装修把我家天花板泡了，不肯赔 | 漏水纠纷调解
老板拖欠工资三个月 | 劳动维权咨询
想立遗嘱，不知道怎么写 | 婚姻继承咨询
物业费涨了，服务却越来越差 | 物业收费纠纷调解
想成立业委会没人懂 | 业委会组建指导
电动车在楼道里充电太危险 | 飞线充电劝导
消防通道被车堵死了 | 消防通道疏通
学校门口早上堵得走不动 | 护学岗
车没地方停 | 停车秩序疏导
接到陌生电话说我中奖，是不是诈骗 | 反诈宣传
没人会修灯 | 照明维修
主管道停水，居民没水喝 | 应急送水
演出缺个主持人 | 主持
市集想请人吹糖人 | 吹糖人
给社区写春联 | 书法
流浪猫越来越多，要绝育 | 流浪动物救助
狗咬人没人管 | 养犬管理劝导
低保怎么申请 | 低保救助咨询
孩子户口怎么上 | 户籍咨询
异地住院怎么报销 | 医保政策咨询
残疾证到期了怎么换 | 残疾证办理咨询
老楼想装电梯，一楼不同意 | 加装电梯协商
来了听障的居民，没人懂手语 | 手语翻译
My kitchen tap is leaking | 水管维修
Need a math tutor for my son | 数学辅导
Looking for someone to teach yoga to seniors | 瑜伽
The street park is full of litter, we need a clean-up | 环境卫生清扫
"""
OFFERS = """
退休电工，有低压电工证，干了30年 | 电路检修
会理发，每周可以来两次 | 理发
擅长写毛笔字 | 书法
我会拉二胡 | 民族乐器
律师，可以解答法律问题 | 法律咨询
护士，会打针换药 | 护理照护
有驾照，能接送老人看病 | 接送老人就医
会修电脑装系统 | 电脑维修
教过初中数学 | 数学辅导
会跳广场舞也会打太极 | 太极拳
摄影爱好者，能拍照修图 | 摄影
做饭好吃，能做几十人的大锅饭 | 大锅饭烹饪
心理咨询师 | 心理疏导
有力气，能搬东西 | 搬运
手工编织、剪纸 | 剪纸
园林绿化工程师，带一支12人的修剪队 | 园林绿化
会一点日语 | 小语种翻译
I can cut hair and sew clothes | 理发
licensed electrician with ten years of experience | 电路检修
Retired teacher, can tutor kids in math | 数学辅导
"""


def table(text):
    return [tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines()]


@pytest.fixture(scope="module")
def taxonomy():
    return Taxonomy.from_rows(read_table("skills.csv"))


@pytest.fixture(scope="module")
def reader(taxonomy):
    return SkillReader(taxonomy)


def names(mentions, least=0.0):
    return [mention.name for mention in mentions if mention.confidence >= least]


@pytest.mark.parametrize(("text", "name"), table(NEEDS))
def test_what_residents_want_is_among_the_first_three(reader, text, name):
    assert name in names(reader.read(text, purpose="need"))[:3]


@pytest.mark.parametrize(("text", "name"), table(OFFERS))
def test_what_partners_offer_is_among_the_first_three(reader, text, name):
    assert name in names(reader.read(text, purpose="offer"))[:3]


def test_nine_in_ten_of_the_sentences_are_right_at_the_first_skill(reader):
    right = [
        names(reader.read(text, purpose=purpose))[:1] == [name]
        for purpose, sentences in (("need", NEEDS), ("offer", OFFERS))
        for text, name in table(sentences)
    ]
    assert np.mean(right) >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "不会开车",
        "没有电工证",
        "不会开车、理发",
        "没有驾照",
        "没学过唱歌跳舞",
        "我不太会修电脑",
        "从来没做过饭",
        "会计没做过",
        "暂时不能做搬运",
        "除了开车别的都会",
        "不会用手机",
        "想学摄影",
        "正在学书法",
        "开车不行，理发不会",
        "cannot drive",
        "I don't know how to cook",
        "no plumbing experience",
        "want to learn yoga",
    ],
)
def test_what_somebody_cannot_do_or_only_wants_to_learn_is_no_offer(reader, text):
    assert reader.read(text, purpose="offer") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不会开车，会理发", ["理发"]),
        ("会理发，开车不会", ["理发"]),
        ("不是不会开车", ["汽车驾驶"]),
        ("不怕脏，会修水管", ["水管维修"]),
        ("接送老人没有问题", ["接送老人就医"]),
        ("无护士证，能陪聊", ["倾听陪伴"]),
        ("没有电工证，但会修灯", ["照明维修"]),
        ("I cannot drive but I can cook", ["烹饪"]),
    ],
)
def test_a_denial_holds_for_what_it_denies_and_no_further(reader, text, expected):
    assert names(reader.read(text, purpose="offer"), least=0.7) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("没人会修灯", "照明维修"),
        ("我不会开车，想找人接送老人", "接送老人就医"),
        ("不会用手机", "智能手机教学"),
        ("想学摄影", "摄影"),
        ("nobody here can cook", "烹饪"),
    ],
)
def test_what_nobody_can_do_is_what_a_need_wants(reader, text, name):
    assert name in names(reader.read(text, purpose="need"))[:3]


@pytest.mark.parametrize("text", ["不需要搬家了", "不用修空调", "no need for a plumber"])
def test_what_is_not_wanted_is_no_need(reader, text):
    assert names(reader.read(text, purpose="need"), least=0.5) == []


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("持护士执业证", "护理照护", Level.LICENSED),
        ("有低压电工证", "电路检修", Level.LICENSED),
        ("二级心理咨询师", "心理疏导", Level.LICENSED),
        ("licensed electrician", "电路检修", Level.LICENSED),
        ("从事木工20年", "木工维修", Level.PRACTISES),
        ("擅长理发", "理发", Level.PRACTISES),
        ("懂一点手语", "手语翻译", Level.KNOWS),
        ("摄影爱好者", "摄影", Level.KNOWS),
        ("a little yoga", "瑜伽", Level.KNOWS),
        ("会理发", "理发", None),
        ("会理发、略懂摄影", "理发", None),
    ],
)
def test_a_level_is_read_where_it_is_stated_and_only_there(reader, text, name, level):
    [mention] = [mention for mention in reader.read(text) if mention.name == name]
    assert mention.level == level


def test_who_somebody_is_is_not_what_they_offer(reader):
    text = "退休党员，高中学历，双休日有空，原在物业公司上班，会理发"
    assert names(reader.read(text, purpose="offer"), least=0.5) == ["理发"]


def test_the_evidence_is_the_words_of_the_text_as_written(reader):
    text = "本人有Ｃ１驾照；会拉二胡"
    for mention in reader.read(text):
        assert mention.evidence
        for evidence in mention.evidence:
            assert text[evidence.start : evidence.end] == evidence.words
    best = {mention.name: [evidence.words for evidence in mention.evidence] for mention in reader.read(text)}
    assert best["汽车驾驶"] == ["Ｃ１驾照"]
    assert best["民族乐器"] == ["二胡"]


def test_the_longest_word_wins_over_the_words_inside_it(reader):
    [best, *_] = reader.read("消防通道", purpose="need")
    assert best.name == "消防通道疏通"
    hits = WordScanner(reader.taxonomy.words).scan("消防通道")
    assert [hit.word for hit in hits] == ["消防通道"]


def test_an_english_word_inside_another_is_not_found_but_its_plural_is():
    scanner = WordScanner({"vet": 0, "plumber": 1})
    assert scanner.scan("velvet veto") == []
    assert [hit.word for hit in scanner.scan("a vet, two plumbers")] == ["vet", "plumber"]


WORDS = st.lists(st.text("水管修电ab ", min_size=2, max_size=4), min_size=1, max_size=6, unique=True)


@given(WORDS, st.text("水管修电", max_size=25))
@settings(max_examples=150, deadline=None)
def test_the_scanner_finds_what_a_search_for_every_word_finds(words, text):
    hits = WordScanner({word: place for place, word in enumerate(words)}).scan(text)
    everywhere = {
        (start, start + len(word)) for word in words for start in range(len(text)) if text.startswith(word, start)
    }
    found = {(hit.start, hit.end) for hit in hits}
    assert found <= everywhere
    for start, end in everywhere - found:
        # Left out only inside a longer word, or as two characters that a longer word half covers.
        inside = any(a <= start and end <= b for a, b in found)
        assert inside or (end - start == 2 and any(a < start < b and b - a > 2 for a, b in found))


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_a_folded_text_knows_where_each_character_stood(text):
    folded = fold_text(text)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert folded.text[at] in fold_text(text[start:end]).text


@given(
    st.lists(
        st.text(max_size=50) | st.text("不会没有修水管电工开车、，理发 abc\n", max_size=50), min_size=1, max_size=4
    )
)
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_alike_alone_and_among_others(reader, texts):
    together = reader.read_many(texts, least=0.0)
    for text, mentions in zip(texts, together, strict=True):
        alone = reader.read(text, least=0.0)
        assert [mention.skill_id for mention in alone] == [mention.skill_id for mention in mentions]
        assert [mention.evidence for mention in alone] == [mention.evidence for mention in mentions]
        confidences = [mention.confidence for mention in mentions]
        assert all(0 < confidence <= 1 for confidence in confidences)
        assert confidences == sorted(confidences, reverse=True)
        assert all(text[e.start : e.end] == e.words for mention in mentions for e in mention.evidence)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "。。。", "１３", "🙂" * 50, "\x00", "啊" * 20000, "-" * 20000])
def test_text_without_any_skill_is_read_as_none(reader, text):
    assert names(reader.read(text), least=0.5) == []


def test_a_very_long_text_is_read_to_its_end(reader):
    text = "很久以前的事情说来话长。" * 3000 + "其实我会拉二胡"
    assert names(reader.read(text, least=0.0, limit=3))[0] == "民族乐器"


def test_the_subject_of_a_message_outweighs_what_it_mentions_by_the_way(reader):
    text = "请求增加公交班次\n" + "早上送孩子的时候总要等很久，" * 8 + "旁边的学校和医院也都说过，路灯也不亮。"
    assert names(reader.read(text, purpose="need"))[0] == "公交线路建议"


class Blind:
    """An encoder that sees no difference."""

    def encode(self, sentences):
        return np.ones((len(sentences), 3))


class Knowing:
    """An encoder that knows one word that no taxonomy has."""

    def encode(self, sentences):
        return np.array([[1.0, 0.0] if "钻木取火" in s or "森林防火" in s else [0.0, 1.0] for s in sentences])


def test_an_encoder_that_knows_more_is_listened_to(taxonomy, reader):
    assert "森林防火" not in names(reader.read("钻木取火", purpose="need", least=0.0))
    [best, *_] = SkillReader(taxonomy, encoder=Knowing()).read("钻木取火", purpose="need")
    assert best.name == "森林防火"
    assert [evidence.words for evidence in best.evidence] == ["钻木取火"]


def test_an_encoder_that_knows_nothing_leaves_the_first_skill_as_it_is(taxonomy, reader):
    blind = SkillReader(taxonomy, encoder=Blind())
    for text, _ in table(NEEDS)[:10]:
        assert names(blind.read(text, purpose="need"))[0] == names(reader.read(text, purpose="need"))[0]


def test_an_encoder_of_the_wrong_shape_is_refused(taxonomy):
    class Flat:
        def encode(self, sentences):
            return np.ones(len(sentences))

    with pytest.raises(CallError, match=r"shape \(n_sentences, n_dimensions\)"):
        SkillReader(taxonomy, encoder=Flat())


def test_fitting_weighs_down_what_everybody_writes_and_leaves_the_first_reader_alone(reader):
    texts = [f"第{number}号：道路两旁的灯" for number in range(40)]
    fitted = reader.fit(texts)
    before, after = (
        {mention.name: mention.confidence for mention in each.read("道路、二胡", purpose="need")}
        for each in (reader, fitted)
    )
    assert after["道路修缮协调"] / after["民族乐器"] < before["道路修缮协调"] / before["民族乐器"]
    again = {mention.name: mention.confidence for mention in reader.read("道路、二胡", purpose="need")}
    assert again == before


def test_latent_dimensions_join_words_that_stand_together_in_the_texts(taxonomy):
    texts = ["咕嘟响了，水管爆了", "又咕嘟响，水管漏水", "咕嘟响，修水管", "唱歌跳舞", "跳舞晚会"] * 4
    plain = SkillReader(taxonomy).read("咕嘟响", purpose="need", least=0.0)
    fitted = SkillReader(taxonomy).fit(texts, dimensions=8).read("咕嘟响", purpose="need", least=0.0)
    assert "水管维修" not in names(plain)[:1]
    assert "水管维修" in names(fitted)[:3]


def test_two_readers_of_the_same_texts_read_the_same(taxonomy):
    texts = [text for text, _ in table(NEEDS)]
    one, other = (SkillReader(taxonomy).fit(texts, dimensions=5).read_many(texts, purpose="need") for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"purpose": "wish"}, "purpose must be one of"),
        ({"least": 1.5}, r"least must be in \[0, 1\]; got 1.5"),
        ({"limit": 0}, "limit must be at least 1; got 0"),
    ],
)
def test_wrong_calls_say_what_is_right(reader, options, message):
    with pytest.raises(CallError, match=message):
        reader.read("会理发", **options)


def test_a_negative_number_of_dimensions_is_refused(taxonomy):
    with pytest.raises(CallError, match="dimensions must be at least 0; got -1"):
        SkillReader(taxonomy, dimensions=-1)


def test_english_endings_do_not_part_what_belongs_together():
    assert stem("leaking") == stem("leaks") == stem("leaked") == "leak"
    assert stem("glass") == "glass"


@pytest.mark.parametrize(("text", "offered", "refused"), HOSTILE, ids=[text for text, _, _ in HOSTILE])
def test_a_hostile_offer_is_read_for_what_it_says(reader, text, offered, refused):
    found = {mention.name for mention in reader.read(text, least=0.3)}
    assert set(offered.split()) <= found
    assert not set(refused.split()) & found


@pytest.mark.parametrize(("text", "name", "level"), LEVELS, ids=[text for text, _, _ in LEVELS])
def test_the_level_of_an_offer_is_what_was_said_of_it(reader, text, name, level):
    levels = {mention.name: mention.level and mention.level.value for mention in reader.read(text, least=0.3)}
    assert levels[name] == level


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        (lambda n: [["words"]] * n, "array of numbers"),
        (lambda n: np.full((n, 2), np.nan), "finite numbers; sentence 0"),
        (lambda n: np.ones((n + 1, 2)), r"returned shape"),
        (lambda n: np.ones((n, 0)), r"returned shape"),
    ],
)
def test_an_encoder_that_breaks_its_promise_is_told_how(taxonomy, answer, match):
    class Broken:
        def encode(self, sentences):
            return answer(len(sentences))

    with pytest.raises(CallError, match=match):
        SkillReader(taxonomy, encoder=Broken())
