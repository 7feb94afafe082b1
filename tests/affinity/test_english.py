"""English needs, offers and notices: nothing assumes Chinese."""

import datetime as dt

import numpy as np
import pytest

from matching.affinity import read_notice
from matching.affinity.profiles import reader_for
from matching.affinity.skill_sayings import ENGLISH, packaged_sayings
from matching.planning import score
from matching.records import Community, Level, Need, NeedStatus, Volunteer

OFFERS = {
    "plumber": "Plumber for thirty years, still glad to look at pipes and taps",
    "driver": "I have a car and can drive patients to medical visits",
    "tutor": "College student, I tutor math and reading after school",
    "gardener": "Gardening, pruning and planting; I bring my own tools",
    "translator": "Bilingual, Spanish and English, can interpret at events",
    "no driver": "I can't drive but I can cook for a crowd",
}
REQUESTS = {
    "The sink is leaking and there is water on the floor": "plumber",
    "Need a ride to the doctor on Tuesday, no family nearby": "driver",
    "My daughter is failing algebra and needs a tutor": "tutor",
    "Volunteers wanted to weed the flower beds in front of the school": "gardener",
    "We need translators who speak Spanish for a health fair": "translator",
}


@pytest.fixture(scope="module")
def reader():
    return reader_for(())


@pytest.fixture(scope="module")
def candidates():
    needs = tuple(
        Need(need_id=f"N-{at}", description=words, people_min=1, people_max=1, hours=1.0, status=NeedStatus.OPEN)
        for at, words in enumerate(REQUESTS)
    )
    volunteers = tuple(
        Volunteer(partner_id=f"V-{at}", name=name, offer=words) for at, (name, words) in enumerate(OFFERS.items())
    )
    return score(Community(needs=needs, volunteers=volunteers), as_of=dt.date(2024, 7, 31))


def test_each_english_request_finds_the_offer_that_answers_it(candidates):
    best = candidates.scores.argmax(axis=1)
    assert [list(OFFERS)[at] for at in best] == list(REQUESTS.values())


def test_who_cannot_drive_is_no_driver_and_cooks_all_the_same(candidates, reader):
    ride = list(REQUESTS).index("Need a ride to the doctor on Tuesday, no family nearby")
    offers = list(OFFERS)
    assert candidates.scores[ride, offers.index("no driver")] < candidates.scores[ride, offers.index("driver")]
    found = [mention.name for mention in reader.read(OFFERS["no driver"])]
    assert "汽车驾驶" not in found
    assert {"烹饪", "大锅饭烹饪"} & set(found)


@pytest.mark.parametrize(
    ("offer", "skill", "level"),
    [
        ("licensed electrician", "电路检修", Level.LICENSED),
        ("twenty years of gardening, experienced", "园林绿化", Level.PRACTISES),
        ("a little Spanish", "小语种翻译", Level.KNOWS),
    ],
)
def test_levels_are_read_from_english(reader, offer, skill, level):
    [mention] = [mention for mention in reader.read(offer) if mention.name == skill]
    assert mention.level is level


@pytest.mark.parametrize(
    "offer", ["no experience with plumbing", "I want to learn yoga", "I used to cut hair but no longer do"]
)
def test_what_is_denied_wished_for_or_over_in_english_is_no_offer(reader, offer):
    assert reader.read(offer, least=0.6) == ()


def test_english_words_of_a_need_are_cited_where_they_stand(reader):
    need = "Could somebody carry my Sofa upstairs?"
    [first, *_] = reader.read(need, purpose="need")
    assert first.name == "搬运"
    assert all(need[each.start : each.end] == each.words for each in first.evidence)


def test_a_common_word_names_no_skill(reader):
    assert reader.read("We will be there after the party and coach them", purpose="need", least=0.3) == ()


def test_every_row_of_the_english_sayings_belongs_to_a_skill_of_that_name(reader):
    for skill_id, (name, words) in packaged_sayings(ENGLISH).items():
        assert reader.taxonomy.skill(skill_id).name == name
        assert len(words) == len(set(words)) > 0
        assert all(word == word.strip().lower() and word.isascii() for word in words)


def test_english_sayings_leave_chinese_readings_as_they_are(reader):
    for need in ("水管爆了，水漫到楼下", "晚上黑咕隆咚，全靠手电照着走"):
        assert all(not word.words.isascii() for each in reader.read(need, purpose="need") for word in each.evidence)


def test_an_english_notice_gives_day_hours_number_age_and_skill():
    reading = read_notice(
        "Garden Clean-up\nWhen: Saturday, June 14, 2025, 9:00 am - 12:30 pm\nWhere: Riverside Garden, 120 Elm Street\n"
        "Volunteers needed: 15\nWho can volunteer: ages 16 and up\nWhat you'll do: weed the beds, rake leaves and prune bushes.\n"
        "Register by June 10.",
        published=dt.date(2025, 6, 1),
    )
    assert [(span.first, span.last) for span in reading.dates.value] == [(dt.date(2025, 6, 14), dt.date(2025, 6, 14))]
    assert [(span.start, span.end) for span in reading.windows.value] == [(540, 750)]
    assert (reading.people.value.least, reading.people.value.most) == (15, 15)
    assert (reading.ages.value.least, reading.ages.value.most) == (16, None)
    assert "园林绿化" in [mention.name for mention in reading.skills.value]


def test_scores_of_english_pairs_are_finite_shares(candidates):
    assert np.isfinite(candidates.scores).all()
    assert ((candidates.scores >= 0) & (candidates.scores <= 1)).all()
