"""Where things stand: what people have decided, answered and done so far about each need."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping

from matching.records import Action, Community, Decision, Recurrence, Result
from matching.records.reversals import standing_facts

Pair = tuple[str, str]
"""(need_id, partner_id)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """What has been decided, answered and done.

    Attributes
    ----------
    locked : frozenset of Pair
        Accepted, by the organizer or the partner, and neither declined, missed nor done: they stay.
    forbidden : frozenset of Pair
        Ruled out by a person.
    declined : frozenset of Pair
        The partner said no to this need: it is not proposed again (志愿服务条例 art. 25).
    missed : frozenset of Pair
        The partner did not come: somebody else is asked.
    done_by : mapping of str to frozenset of str
        Who has completed each need.
    """

    locked: frozenset[Pair]
    forbidden: frozenset[Pair]
    declined: frozenset[Pair]
    missed: frozenset[Pair]
    done_by: Mapping[str, frozenset[str]]


def standing_decisions(community: Community) -> tuple[Decision, ...]:
    """Return the decisions that have not been undone.

    Parameters
    ----------
    community : Community
        With its decisions.

    Returns
    -------
    decisions : tuple of Decision
        In the order in which they were made.
    """
    undone = {each.reverses for each in community.decisions if each.reverses}
    kept = (d for d in community.decisions if d.decision_id not in undone and d.action is not Action.UNDO)
    return tuple(sorted(kept, key=lambda each: each.at))


def read_standing(community: Community) -> Standing:
    """Read from decisions and service records where each pair stands.

    Parameters
    ----------
    community : Community
        With its facts. All of them count: to see an earlier day, load the community as it was then.

    Returns
    -------
    standing : Standing
    """
    said: dict[Pair, Action] = {}
    for decision in standing_decisions(community):
        if decision.need_id and decision.partner_id:
            said[decision.need_id, community.resolve(decision.partner_id)] = decision.action
    accepted = {pair for pair, action in said.items() if action in {Action.ACCEPT, Action.PIN}}
    answers: dict[Pair, set[Result]] = defaultdict(set)
    since = {need.need_id: min((w.start.date() for w in need.windows), default=None) for need in community.needs}
    repeated = {n.need_id for n in community.needs if n.recurrence not in {None, Recurrence.ONCE}}
    for record in standing_facts(community.services):
        if not record.need_id or record.result is None:
            continue
        start = since.get(record.need_id)
        # last week's round of a weekly need says nothing of this week's
        is_earlier = (
            record.need_id in repeated and start is not None and record.date is not None and record.date < start
        )
        if not is_earlier:
            answers[record.need_id, community.resolve(record.partner_id)].add(record.result)
    accepted |= {pair for pair, results in answers.items() if Result.ACCEPTED in results}
    over = {pair for pair, results in answers.items() if results & {Result.DECLINED, Result.NO_SHOW, Result.COMPLETED}}
    done: dict[str, set[str]] = defaultdict(set)
    for (need_id, partner_id), results in answers.items():
        if Result.COMPLETED in results:
            done[need_id].add(partner_id)
    return Standing(
        locked=frozenset(accepted - over),
        forbidden=frozenset(pair for pair, action in said.items() if action is Action.FORBID),
        declined=frozenset(pair for pair, results in answers.items() if Result.DECLINED in results),
        missed=frozenset(pair for pair, results in answers.items() if Result.NO_SHOW in results),
        done_by={need_id: frozenset(partners) for need_id, partners in done.items()},
    )
