"""What a plan says, sorted the way the explorer asks: status of needs, who is where, how much each partner does."""

import collections
import dataclasses
from collections.abc import Mapping

from matching.planning import Assignment, Plan
from matching.planning.standing import Pair
from matching.views import status_of

CLOSED = "closed"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PlanFacts:
    """What a plan says.

    Attributes
    ----------
    status : mapping of str to str
        ``"met"``, ``"partial"`` or ``"unmet"`` by open need.
    placed : mapping of str to tuple of str
        Partners by need, best first.
    pairs : mapping of Pair to Assignment
    load : mapping of str to (int, float)
        Needs and hours by partner.
    why_unmet : mapping of str to str
        By need, in Chinese.
    """

    status: Mapping[str, str]
    placed: Mapping[str, tuple[str, ...]]
    pairs: Mapping[Pair, Assignment]
    load: Mapping[str, tuple[int, float]]
    why_unmet: Mapping[str, str]

    def count(self, status: str) -> int:
        """Count needs of a status.

        Parameters
        ----------
        status : str
            One of the three.

        Returns
        -------
        count : int
        """
        return sum(each == status for each in self.status.values())


def read_plan(plan: Plan) -> PlanFacts:
    """Sort what a plan says.

    Parameters
    ----------
    plan : Plan
        Any.

    Returns
    -------
    facts : PlanFacts
    """
    placed: dict[str, list[str]] = collections.defaultdict(list)
    count: collections.Counter[str] = collections.Counter()
    hours: dict[str, float] = collections.defaultdict(float)
    for each in plan.assignments:
        placed[each.need_id].append(each.partner_id)
        count[each.partner_id] += 1
        hours[each.partner_id] += each.hours
    return PlanFacts(
        status=status_of(plan),
        placed={need_id: tuple(partners) for need_id, partners in placed.items()},
        pairs={(each.need_id, each.partner_id): each for each in plan.assignments},
        load={partner_id: (count[partner_id], hours[partner_id]) for partner_id in count},
        why_unmet={each.need_id: each.reason for each in plan.unmet},
    )
