"""Households, the staff of a unit, and mentors tie people whom no service has brought together."""

import datetime as dt

import numpy as np
import pytest

import matching as mt
from matching.affinity.companions import households, mentors_of, pairs_within, staff
from matching.records import (
    Cadre,
    Community,
    Mentor,
    MentorshipNote,
    MentorshipStep,
    Merge,
    Need,
    SkillClaim,
    Specialist,
    TrainingRecords,
    Unit,
    Volunteer,
)
from matching.records.times import CHINA

AS_OF = dt.date(2024, 7, 31)
STEP = MentorshipStep


def volunteer(number, household=None, employer=None, skill="理发"):
    return Volunteer(
        partner_id=f"V-{number}",
        name=f"人{number}",
        household=household,
        employer=employer,
        skills=(SkillClaim(skill),),
    )


def note(number, step, cadre="K-1", mentor="D-1", day=1, reverses=None):
    return MentorshipNote(
        note_id=f"M-{number}", mentorship_id="P-1", person_id=cadre, mentor_id=mentor, step=step,
        at=dt.datetime(2024, 5, day, tzinfo=CHINA), reverses=reverses,
    )  # fmt: skip


COMMUNITY = Community(
    units=(Unit(partner_id="U-1", name="光明 物业"),),
    specialists=(Specialist(partner_id="S-1", name="陈工", employer="光明物业"),),
    volunteers=(volunteer(1, "H-1"), volunteer(2, "h-1 "), volunteer(3, "H-2"), volunteer(4), volunteer(5)),
    needs=(Need(need_id="N-1", description="理发", skills=(SkillClaim("理发"),)),),
)
POSITIONS = {partner.partner_id: row for row, partner in enumerate(COMMUNITY.partners)}


def trained(*notes, mentor_is=None):
    return TrainingRecords(
        cadres=(
            Cadre(person_id="K-1", name="周小苗", partner_id="V-4"),
            Cadre(person_id="K-2", name="吴小禾", partner_id="V-5"),
            Cadre(person_id="K-3", name="郑小树"),
        ),
        mentors=(Mentor(person_id="D-1", name="老书记", partner_id=mentor_is),),
        mentorship_notes=notes,
    )


def led(training, community=COMMUNITY):
    return mentors_of(training, community, POSITIONS, as_of=AS_OF)


def test_a_household_of_one_ties_nobody_and_its_number_may_be_written_carelessly():
    assert households(COMMUNITY.partners) == ((POSITIONS["V-1"], POSITIONS["V-2"]),)


def test_staff_find_their_unit_however_its_name_is_spaced():
    assert staff(COMMUNITY.partners) == ((POSITIONS["S-1"], POSITIONS["U-1"]),)


def test_every_two_of_a_group_are_a_pair():
    assert pairs_within([(3, 1, 2), (5,)]) == ((1, 2), (1, 3), (2, 3))


def test_a_mentor_counts_from_the_day_that_was_agreed_and_after_the_end():
    cadre = POSITIONS["V-4"]
    assert led(trained(note(1, STEP.PROPOSED))) == ()
    assert led(trained(note(1, STEP.AGREED), note(2, STEP.CLOSED))) == ((cadre, ("mentor", 0)),)
    later = trained(note(1, STEP.AGREED, day=20))
    assert mentors_of(later, COMMUNITY, POSITIONS, as_of=dt.date(2024, 5, 19)) == ()


def test_an_entry_that_was_reversed_ties_nobody():
    assert led(trained(note(1, STEP.AGREED), note(2, STEP.AGREED, reverses="M-1"))) == ()


def test_a_cadre_or_mentor_who_is_no_partner_or_not_known_is_left_out():
    assert led(trained(note(1, STEP.AGREED, cadre="K-3"), note(2, STEP.AGREED, mentor="D-9"))) == ()


def test_a_mentor_who_is_a_partner_too_is_that_partner_and_never_tied_to_oneself():
    assert led(trained(note(1, STEP.AGREED), mentor_is="V-1")) == ((POSITIONS["V-4"], ("partner", POSITIONS["V-1"])),)
    assert led(trained(note(1, STEP.AGREED), mentor_is="V-4")) == ()


def test_a_merged_record_is_found_under_the_one_that_was_kept():
    moment = dt.datetime(2024, 6, 1, tzinfo=CHINA)
    merged = COMMUNITY.replace(
        merges=(Merge(merge_id="G-1", kept_id="V-3", merged_id="V-4", by="某", at=moment),),
    )
    assert led(trained(note(1, STEP.AGREED)), merged) == ((POSITIONS["V-3"], ("mentor", 0)),)


def test_two_cadres_of_one_mentor_are_near_each_other_through_the_mentor():
    both = trained(note(1, STEP.AGREED), note(2, STEP.AGREED, cadre="K-2"))
    network = mt.see_network(COMMUNITY, as_of=AS_OF, training=both)
    assert network.ties == {"service": 0, "team": 0, "household": 1, "staff": 1, "mentor": 2}
    at = network.contacts.index
    weights = network.contacts.weights
    assert weights[at["partner", POSITIONS["V-4"]], at["mentor", 0]] == 1.0
    assert weights[at["partner", POSITIONS["V-5"]], at["mentor", 0]] == 1.0
    assert not network.connectors, "who never served links no communities"


@pytest.mark.parametrize("name", ["household", "mentor"])
def test_who_belongs_to_somebody_with_the_skill_is_nearer_to_the_need(name):
    """V-1 cuts hair; whoever is tied to V-1 alone becomes nearer to a need for a haircut than one who is not."""
    people = (
        volunteer(1, "H-1"),
        volunteer(2, "H-1" if name == "household" else None, skill="开锁"),
        volunteer(3, skill="开锁"),
    )
    community = Community(volunteers=people, needs=COMMUNITY.needs)
    training = TrainingRecords(
        cadres=(
            Cadre(person_id="K-1", name="周", partner_id="V-2"),
            Cadre(person_id="K-2", name="吴", partner_id="V-1"),
        ),
        mentors=(Mentor(person_id="D-1", name="老书记"),),
        mentorship_notes=(note(1, STEP.AGREED), note(2, STEP.AGREED, cadre="K-2")) if name == "mentor" else (),
    )
    near = mt.score(community, as_of=AS_OF, training=training).profiles.near[0]
    assert near[1] > near[2]
    alone = mt.score(
        Community(volunteers=(people[0], volunteer(2, skill="开锁"), people[2]), needs=COMMUNITY.needs), as_of=AS_OF
    )
    assert np.isclose(alone.profiles.near[0][1], alone.profiles.near[0][2])
