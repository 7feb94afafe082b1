"""The candidates of the chosen need: ranked by the weights as they stand, with what is known of each."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.affinity.part_words import describe_part
from matching.labels import Language, label
from matching.planning import Candidates, licences_for
from matching.planning.collisions import find_collisions
from matching.planning.evidence import evidence_of
from matching.planning.explanation import reason_for
from matching.planning.standing import Pair, Standing
from matching.records import show_choice
from matching.views.svg import clean_text
from matching.widgets.explorer_facts import PlanFacts
from matching.widgets.explorer_plans import weights_of
from matching.widgets.explorer_values import View, Work

MOST = 100
"""Candidates that are sent; whoever is placed, asked about, looked at or was decided about before is always among them."""

_MOST_BLOCKED = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Ranking:
    """Who could do the chosen need, the best first.

    Attributes
    ----------
    columns : tuple of int
        Partners, as columns of the candidates.
    scores : tuple of float
    eligible, blocked : int
        How many partners no rule blocks, and how many one does.
    """

    columns: tuple[int, ...]
    scores: tuple[float, ...]
    eligible: int
    blocked: int


def rank_candidates(work: Work, view: View, facts: PlanFacts) -> Ranking:
    """Rank the partners of the chosen need by the weights as they stand, without solving.

    Parameters
    ----------
    work : Work
        Data and weights.
    view : View
        What is chosen.
    facts : PlanFacts
        Of the plan.

    Returns
    -------
    ranking : Ranking
        Partners of one score in the order of their identifiers. Where nobody may do it, those who come nearest.
    """
    base = work.base
    if not view.need_id or not base.profiles.partners:
        return Ranking((), (), 0, 0)
    need, n_partners = base.need_index(view.need_id), base.masks.shape[1]
    is_eligible = base.masks[need] == 0
    shows_blocked = view.with_blocked or not is_eligible.any()
    shown = np.arange(n_partners) if shows_blocked else np.flatnonzero(is_eligible)
    vector = weights_of(base, work.settings).vector
    scores = np.full(n_partners, np.nan)
    scores[shown] = np.clip(base.pairs_of(need, shown).values @ vector, 0.0, 1.0)
    columns = _best(scores, np.flatnonzero(is_eligible), MOST)
    wanted = [*facts.placed.get(view.need_id, ()), *([view.partner_id] if view.partner_id else [])]
    wanted += [w.partner_id for w in work.settings.wishes if w.partner_id and w.need_id in {None, view.need_id}]
    wanted += sorted(partner_id for need_id, partner_id in _reviewed(base.sides.standing) if need_id == view.need_id)
    positions = base.profiles.positions
    extra = [positions[each] for each in wanted if each in positions and positions[each] not in set(columns)]
    if shows_blocked:
        extra += _best(scores, np.flatnonzero(~is_eligible), _MOST_BLOCKED)
    missing = np.array([column for column in extra if np.isnan(scores[column])], dtype=np.int64)
    if missing.size:
        scores[missing] = np.clip(base.pairs_of(need, missing).values @ vector, 0.0, 1.0)
    partners = base.profiles.partners
    everyone = sorted(
        dict.fromkeys([*columns, *extra]), key=lambda c: (not is_eligible[c], -scores[c], partners[c].partner_id)
    )
    eligible = int(is_eligible.sum())
    return Ranking(tuple(everyone), tuple(float(scores[c]) for c in everyone), eligible, n_partners - eligible)


def _reviewed(standing: Standing) -> frozenset[Pair]:
    """Return the pairs that somebody said no to: they are barred, and shown all the same, so that it can be seen by whom and why."""
    return standing.forbidden | standing.declined | standing.missed


def _best(scores: NDArray[np.float64], columns: NDArray[np.int64], most: int) -> list[int]:
    if columns.size > most:
        columns = columns[np.argpartition(-scores[columns], most - 1)[:most]]
    found: list[int] = columns[np.argsort(-scores[columns], kind="stable")].tolist()
    return found


def candidate_card(base: Candidates, need: int, column: int, language: Language) -> dict[str, Any]:
    """Return what stands in the row of a candidate and changes neither with weights nor with the plan.

    Parameters
    ----------
    base : Candidates
        Scored.
    need, column : int
        Indices of the pair.
    language : {"zh", "en"}
        Of words.

    Returns
    -------
    card : dict
    """
    partner, work = base.profiles.partners[column], base.works[need]
    values, unknown = base.pair(need, column)
    rules = base.blocking_rules(base.profiles.needs[need].need_id, partner.partner_id)
    licences = [
        label(
            f"widgets.explorer.licence_{'valid' if each.is_valid(work.day) else 'over'}",
            language=language,
            name=clean_text(each.name, most=40),
            until=each.valid_until.isoformat() if each.valid_until else "—",
        )
        for each in licences_for(base, need, column)
    ]
    heads = base.sides.heads
    return {
        "id": partner.partner_id,
        "name": clean_text(partner.name, most=200),
        "kind": partner.kind.value,
        "kindWords": show_choice(partner.kind, language=language),
        "values": [round(float(v), 4) for v in values],
        "unknown": [bool(v) for v in unknown],
        "reason": clean_text(reason_for(base, need, column, language=language)),
        "place": describe_part(base.profiles, need, column, feature="place", window=work.window, language=language),
        "licence": "、".join(licences),
        "blocked": "；".join(clean_text(evidence_of(base, need, column, rule, language=language)) for rule in rules),
        "most": [int(heads.most_needs[column]), round(float(heads.hours[column]), 2)],
    }


def marks_of(work: Work, facts: PlanFacts, need_id: str, partner_ids: list[str]) -> dict[str, Any]:
    """Return what the plan, wishes and facts say of each candidate of a need.

    Parameters
    ----------
    work : Work
        Data and wishes.
    facts : PlanFacts
        Of the plan.
    need_id : str
        The chosen need.
    partner_ids : list of str
        Its candidates.

    Returns
    -------
    marks : dict of str to (list of str, int, float)
        Marks, and needs and hours in the plan. Marks are ``"placed"``, ``"extra"``, ``"pin"``, ``"forbid"``,
        ``"absent"``, what was reviewed before: ``"accepted"``, ``"declined"``, ``"missed"``, ``"done"``, ``"ruled"``,
        and, of those who are not placed, what they collide with in the plan: `matching.planning.collisions.KINDS`.
    """
    standing = work.base.sides.standing
    wished = {(w.action, w.need_id, w.partner_id) for w in work.settings.wishes}
    asked = [who for who in partner_ids if (need_id, who) not in facts.pairs]
    collisions = find_collisions(work.plan, need_id, asked) if need_id else {}
    marks = {}
    for who in partner_ids:
        pair = (need_id, who)
        placed = facts.pairs.get(pair)
        said = (
            ("placed", placed is not None and not placed.is_extra),
            ("extra", placed is not None and placed.is_extra),
            ("pin", ("pin", need_id, who) in wished),
            ("forbid", ("forbid", need_id, who) in wished),
            ("absent", ("absent", None, who) in wished),
            ("accepted", pair in standing.locked),
            ("declined", pair in standing.declined),
            ("missed", pair in standing.missed),
            ("done", who in standing.done_by.get(need_id, frozenset())),
            ("ruled", pair in standing.forbidden),
        )
        needs, hours = facts.load.get(who, (0, 0.0))
        names = [name for name, applies in said if applies]
        marks[who] = [[*names, *collisions.get(who, ())], needs, round(hours, 2)]
    return marks
