"""Pairs that must be kept apart, with the reasons that offices note."""

import datetime as dt
import random
from collections.abc import Sequence

from matching.records import Block, Need, Volunteer
from matching.samples.places import Places
from matching.samples.profile import Profile

_FEWEST = 20


def make_blocks(
    rng: random.Random, profiles: Sequence[Profile], needs: Sequence[Need], *, places: Places, as_of: dt.date
) -> tuple[Block, ...]:
    """Make the register of blocks.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    profiles : sequence of Profile
        All partners.
    needs : sequence of Need
        All needs.
    places : Places
        The district.
    as_of : date
        The day on which the district is looked at.

    Returns
    -------
    blocks : tuple of Block
        Five of them, one run out; none in a district of fewer than twenty volunteers.
    """
    known = [p.partner.partner_id for p in profiles if isinstance(p.partner, Volunteer) and not p.is_frozen]
    if len(known) < _FEWEST or not needs:
        return ()
    one, other, third, fourth, fifth, sixth, seventh = rng.sample(known, 7)
    later, past = as_of + dt.timedelta(days=153), as_of - dt.timedelta(days=30)
    by = "社区党委"
    rows = [
        {"partner_id": one, "other_partner_id": other, "until": later, "reason": "邻里纠纷未了", "decided_by": by},
        {
            "partner_id": third,
            "community": places.draw_community(rng),
            "reason": "曾与该社区居民起争执",
            "decided_by": by,
        },
        {"partner_id": fourth, "need_id": rng.choice(needs).need_id, "reason": "与当事人是亲属，主动回避"},
        {"partner_id": fifth, "other_partner_id": sixth, "until": past, "reason": "搭档不合", "decided_by": "网格员"},
        {
            "partner_id": seventh,
            "community": places.draw_community(rng),
            "until": later,
            "reason": "本人要求不去该社区",
        },
    ]
    return tuple(Block(block_id=f"X-{i + 1:02d}", **row) for i, row in enumerate(rows))  # type: ignore[arg-type]  # its fields
