"""A plan as what the charts take: coverage, load, flow, and the network of each community."""

import collections

import numpy as np

from matching.labels import Language, label
from matching.planning import Plan
from matching.planning.shortfall import read_service
from matching.records import Kind, Need, Urgency
from matching.views.bars import Coverage, Load
from matching.views.network import Link, NeedNode, PartnerNode, network_chart
from matching.views.palette import Status

_STATUS: dict[str, Status] = {"met": "met", "partial": "partial", "bundle": "partial", "unmet": "unmet"}
_URGENCY = {urgency: rank for rank, urgency in enumerate(Urgency)}


def status_of(plan: Plan) -> dict[str, Status]:
    """Return how far each open need is met.

    Parameters
    ----------
    plan : Plan
        Any.

    Returns
    -------
    status : dict of str to {"met", "partial", "unmet"}
        By need; closed needs are left out. A part of a job of several parts that is not complete is partly met.
    """
    working = plan.working
    status = read_service(working.candidates, working.model, working.choice).status
    needs = plan.candidates.profiles.needs
    return {n.need_id: _STATUS[word] for n, word in zip(needs, status, strict=True) if word in _STATUS}


def coverage_of(plan: Plan) -> tuple[Coverage, ...]:
    """Count the needs of each community that are met, partly met and unmet.

    Parameters
    ----------
    plan : Plan
        Any.

    Returns
    -------
    rows : tuple of Coverage
        The figures of ``plan.coverage_table()``, communities in the order of the grids.
    """
    counts: dict[str, collections.Counter[Status]] = collections.defaultdict(collections.Counter)
    status = status_of(plan)
    for need in plan.candidates.profiles.needs:
        if need.need_id in status:
            counts[need.community or ""][status[need.need_id]] += 1
    order = _grid_order(plan)
    return tuple(
        Coverage(place, counts[place]["met"], counts[place]["partial"], counts[place]["unmet"])
        for place in sorted(counts, key=lambda place: (order.get(place, len(order)), not place, place))
    )


def load_of(plan: Plan) -> tuple[Load, ...]:
    """Sum up what each partner is asked to do.

    Parameters
    ----------
    plan : Plan
        Any.

    Returns
    -------
    rows : tuple of Load
        One a partner with work, most hours first. What was offered is what the partner stated; None where nothing was.
    """
    hours: dict[str, float] = collections.defaultdict(float)
    needs: collections.Counter[str] = collections.Counter()
    for each in plan.assignments:
        hours[each.partner_id] += each.hours
        needs[each.partner_id] += 1
    partners = {partner.partner_id: partner for partner in plan.candidates.profiles.partners}
    rows = [
        Load(who, partners[who].name, partners[who].kind, needs[who], total, partners[who].hours)
        for who, total in hours.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.hours, -row.needs, row.partner_id)))


def flow_of(plan: Plan) -> dict[tuple[str, Kind], int]:
    """Count the pairs by community of the need and kind of the partner.

    Parameters
    ----------
    plan : Plan
        Any.

    Returns
    -------
    pairs : dict of (community, kind) to int
    """
    profiles = plan.candidates.profiles
    places = {need.need_id: need.community or "" for need in profiles.needs}
    kinds = {partner.partner_id: partner.kind for partner in profiles.partners}
    return dict(collections.Counter((places[need_id], kinds[partner_id]) for need_id, partner_id in plan.pairs))


def links_of(plan: Plan) -> tuple[Link, ...]:
    """Return a link for each pair of the plan, and for each open need one to the strongest partner not placed at it.

    Parameters
    ----------
    plan : Plan
        Any.

    Returns
    -------
    links : tuple of Link
        Partners whom a hard rule blocks are nobody's alternative.
    """
    candidates = plan.candidates
    needs, partners = candidates.profiles.needs, candidates.profiles.partners
    links = [Link(each.need_id, each.partner_id, each.score, is_placed=True) for each in plan.assignments]
    if not partners:
        return tuple(links)
    rows = {need.need_id: row for row, need in enumerate(needs)}
    columns = {partner.partner_id: column for column, partner in enumerate(partners)}
    scores = np.where(candidates.is_eligible, candidates.allowed_scores, -1.0)
    for need_id, partner_id in plan.pairs:
        scores[rows[need_id], columns[partner_id]] = -1.0
    best = scores.argmax(axis=1)
    status = status_of(plan)
    for row, need in enumerate(needs):
        score = float(scores[row, best[row]])
        if need.need_id in status and score >= 0:
            links.append(Link(need.need_id, partners[int(best[row])].partner_id, score, is_placed=False))
    return tuple(links)


def network_charts(plan: Plan, *, language: Language = "zh") -> dict[str, str]:
    """Draw who serves whom, one picture a community.

    Parameters
    ----------
    plan : Plan
        Any.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    pictures : dict of str to svg
        By community, in the order of the grids; ``""`` is for needs that name none. The most urgent needs are kept
        where a community has too many for a picture.
    """
    status, placed = status_of(plan), collections.Counter(need_id for need_id, _ in plan.pairs)
    least = plan.working.model.least
    own: dict[str, list[tuple[Need, int]]] = collections.defaultdict(list)
    for row, need in enumerate(plan.candidates.profiles.needs):
        if need.need_id in status:
            own[need.community or ""].append((need, int(least[row])))
    links: dict[str, list[Link]] = collections.defaultdict(list)
    where = {need.need_id: place for place, needs in own.items() for need, _ in needs}
    for link in links_of(plan):
        links[where[link.need_id]].append(link)
    partners = {p.partner_id: PartnerNode(p.partner_id, p.name, p.kind) for p in plan.candidates.profiles.partners}
    pictures = {}
    for covered in coverage_of(plan):
        needs = sorted(
            own[covered.place], key=lambda pair: (_URGENCY[pair[0].urgency or Urgency.NORMAL], pair[0].need_id)
        )
        ends = dict.fromkeys(link.partner_id for link in links[covered.place])
        pictures[covered.place] = network_chart(
            [
                NeedNode(need.need_id, need.description, wanted, placed[need.need_id], status[need.need_id])
                for need, wanted in needs
            ],
            [partners[partner_id] for partner_id in ends],
            links[covered.place],
            place=covered.place or label("views.district.elsewhere", language=language),
            language=language,
        )
    return pictures


def _grid_order(plan: Plan) -> dict[str, int]:
    """Rank the communities by the order of the grids."""
    grids = plan.candidates.community.grids
    return {place: rank for rank, place in enumerate(dict.fromkeys(grid.community for grid in grids))}
