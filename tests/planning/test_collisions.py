"""What collides, for all candidates at once: the same as is said of each pair alone."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import UnknownNameError
from matching.planning import list_conflicts, score, solve
from matching.planning.collisions import KINDS, find_collisions
from matching.records import Block
from matching.samples import make_district

AS_OF = dt.date(2024, 7, 31)


def crowded():
    """A small district where several live together, some keep apart, and all have little time."""
    made = make_district(units=3, specialists=4, community_partners=3, volunteers=40, needs=24)
    volunteers = tuple(
        dataclasses.replace(each, household=f"H-{at % 9}") if at % 2 else each
        for at, each in enumerate(made.volunteers)
    )
    ids = [each.partner_id for each in made.partners]
    blocks = tuple(
        Block(block_id=f"B-{at}", partner_id=one, other_partner_id=other, until=AS_OF if at % 3 == 0 else None)
        for at, (one, other) in enumerate(zip(ids, ids[7:], strict=False))
    )
    return solve(score(dataclasses.replace(made, volunteers=volunteers, blocks=blocks), as_of=AS_OF))


PLAN = crowded()
NEEDS = [each.need_id for each in PLAN.candidates.profiles.needs]
PARTNERS = [each.partner_id for each in PLAN.candidates.profiles.partners]


def said_alone(plan, need_id, partner_id):
    kinds = {each.kind for each in list_conflicts(plan, need_id, partner_id)}
    return tuple(kind for kind in KINDS if kind in kinds)


def test_every_kind_of_collision_occurs_and_each_is_as_said_of_the_pair_alone():
    seen = set()
    for need_id in NEEDS:
        found = find_collisions(PLAN, need_id, PARTNERS)
        assert found == {who: kinds for who in PARTNERS if (kinds := said_alone(PLAN, need_id, who))}
        seen |= {kind for kinds in found.values() for kind in kinds}
    assert seen == set(KINDS)


@settings(max_examples=25)
@given(st.sampled_from(NEEDS), st.lists(st.sampled_from(PARTNERS), unique=True), st.sampled_from(PARTNERS))
def test_what_is_said_of_one_does_not_depend_on_who_else_is_asked_about(need_id, others, who):
    alone = find_collisions(PLAN, need_id, [who])
    assert alone.get(who) == find_collisions(PLAN, need_id, [*others, who]).get(who)


def test_nobody_and_nothing_unknown_is_asked_about():
    assert find_collisions(PLAN, NEEDS[0], []) == {}
    with pytest.raises(UnknownNameError, match="N-999"):
        find_collisions(PLAN, "N-999", PARTNERS)
    with pytest.raises(UnknownNameError, match="V-999"):
        find_collisions(PLAN, NEEDS[0], ["V-999"])
