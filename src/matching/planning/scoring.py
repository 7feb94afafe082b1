"""From registers to candidates: both sides read, rules looked up, every allowed pair scored."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from matching.affinity.chance import read_chance
from matching.affinity.encoder import Encoder
from matching.affinity.policy import Policy, read_policy
from matching.affinity.profiles import Profiles, read_profiles, replace_needs, stack_needs
from matching.affinity.score import PairScores, Scorer
from matching.affinity.weights import Weights, read_weights
from matching.errors import CallError
from matching.planning.candidates import Candidates, allowed_pairs
from matching.planning.eligibility import Masks, Sides, birth_of, block_masks
from matching.planning.heads import count_heads
from matching.planning.licensing import read_licence_names, read_licences
from matching.planning.standing import read_standing
from matching.planning.teams import parts_of
from matching.planning.works import Work, chosen_works, day_of, work_options
from matching.records import Community, Need, TrainingRecords


def score(
    community: Community,
    *,
    as_of: dt.date,
    weights: Mapping[str, float] | None = None,
    keep: int | None = None,
    policies: Path | None = None,
    policy: Policy | None = None,
    training: TrainingRecords | None = None,
    encoder: Encoder | None = None,
) -> Candidates:
    """Work out who could do what, how well, and why not.

    Parameters
    ----------
    community : Community
        Registers and facts.
    as_of : date or datetime
        Now: later services do not count, windows before it are over. A datetime must have an offset.
    weights : mapping of str to float, optional
        Weights of some or all parts of the score, laid over the table; all are divided by their sum.
    keep : int, optional
        Partners first considered for a need when solving, for districts too large to consider all at once; pairs whose
        value is above their price are added, and the proof covers all allowed pairs. All at once by default.
    policies : Path, optional
        Folder with a district's own ``policies/*.csv``.
    policy : Policy, optional
        Policies to use instead of those of the tables.
    training : TrainingRecords, optional
        For who has led whom: cadres and mentors who are partners too are near each other in the network.
    encoder : Encoder, optional
        Any object with ``encode(list of str) -> array of shape (n, d)``: its likeness is added where skills are read from text, and to
        the words in common (policy ``encoder_share``). It is asked of each text once a call; with `matching.affinity.Remembering` once
        for all calls.

    Returns
    -------
    candidates : Candidates

    Raises
    ------
    CallError
        If an argument breaks its rule.
    """
    if isinstance(as_of, dt.datetime) and as_of.tzinfo is None:
        raise CallError(f"as_of must have an offset when it is a moment; got {as_of!r}. Use a date, or add +08:00.")
    if keep is not None and keep < 1:
        raise CallError(f"keep must be at least 1; got {keep!r}")
    policy = policy or read_policy(overlay=policies)
    table = read_weights(overlay=policies)
    used = weights if isinstance(weights, Weights) else table.replace(weights) if weights else table
    profiles = read_profiles(community, as_of=day_of(as_of), policy=policy, training=training, encoder=encoder)
    scored = _assess(community, profiles, as_of=as_of, weights=used, overlay=policies, keep=keep)
    return dataclasses.replace(scored, chance=read_chance(policies))


def with_needs(candidates: Candidates, needs: Sequence[Need]) -> Candidates:
    """Return candidates in which some needs are new or changed; the scores of the others stay as they are.

    Parameters
    ----------
    candidates : Candidates
        As scored before.
    needs : sequence of Need
        A need with a known identifier replaces the old one.

    Returns
    -------
    candidates : Candidates
        Of the same partners, the new needs last.
    """
    changed = {need.need_id for need in needs}
    kept = [row for row, need in enumerate(candidates.profiles.needs) if need.need_id not in changed]
    by_id = {need.need_id: need for need in needs}
    rows = tuple(by_id.get(need.need_id, need) for need in candidates.community.needs)
    known = {need.need_id for need in rows}
    community = candidates.community.replace(needs=(*rows, *(n for n in by_id.values() if n.need_id not in known)))
    fresh = _assess(
        community,
        replace_needs(candidates.profiles, community, needs),
        as_of=candidates.as_of,
        weights=candidates.weights,
        overlay=candidates.overlay,
        keep=candidates.keep,
    )
    return _stacked(candidates, kept, fresh)


def _stacked(old: Candidates, kept: Sequence[int], fresh: Candidates) -> Candidates:
    """Put kept rows of old candidates on top of fresh ones."""
    ranges = [np.arange(*old.allowed.first[row : row + 2]) for row in kept]
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *ranges])
    values, is_unknown = (
        np.concatenate([above[rows], below])
        for above, below in (
            (old.pairs.values, fresh.pairs.values),  # an array, not a table
            (old.pairs.is_unknown, fresh.pairs.is_unknown),
        )
    )

    profiles = stack_needs(old.profiles, kept, fresh.profiles)
    standing = fresh.sides.standing
    heads = count_heads(profiles.needs, profiles.partners, standing, policy=profiles.policy)
    works = [dataclasses.replace(old.works[row], need=at) for at, row in enumerate(kept)]
    works += [dataclasses.replace(work, need=len(kept) + work.need) for work in fresh.works]
    masks = np.concatenate([old.masks[kept], fresh.masks])
    return dataclasses.replace(
        fresh,
        urgent=old.urgent,
        chance=old.chance,
        sides=dataclasses.replace(fresh.sides, profiles=profiles, heads=heads),
        works=tuple(works),
        masks=masks,
        allowed=allowed_pairs(masks),
        scorer=Scorer(profiles, tuple(work.window for work in works)),
        parts=(*(old.parts[row] for row in kept), *fresh.parts),
        pairs=PairScores(values, is_unknown.astype(np.bool_), fresh.pairs.weights),
    )


def _assess(
    community: Community,
    profiles: Profiles,
    *,
    as_of: dt.date,
    weights: Weights,
    overlay: Path | None,
    keep: int | None,
) -> Candidates:
    sides = _sides(community, profiles, overlay)
    options = work_options(profiles.needs, as_of=as_of, policy=profiles.policy)
    masks = block_masks(sides, options)
    works = chosen_works(options, _votes(sides, options, masks))
    number = {work: row for row, work in reversed([*enumerate(options)])}
    rows = [number[work] for work in works]
    masks = masks[rows]
    allowed = allowed_pairs(masks)
    scorer = Scorer(profiles, tuple(work.window for work in works))
    pairs = scorer.pairs(allowed.need, allowed.partner, weights=weights)
    parts = tuple(parts_of(sides, work) for work in works)
    return Candidates(community, as_of, sides, works, masks, allowed, pairs, scorer, parts, overlay, keep)


def _sides(community: Community, profiles: Profiles, overlay: Path | None) -> Sides:
    standing = read_standing(community)
    names = read_licence_names(overlay=overlay)
    births = [birth_of(partner) for partner in profiles.partners]
    return Sides(
        community=community,
        profiles=profiles,
        standing=standing,
        heads=count_heads(profiles.needs, profiles.partners, standing, policy=profiles.policy),
        licences=read_licences(community, profiles.positions, names=names),
        licence_names=names,
        births=np.array(births, dtype="datetime64[D]"),
    )


def _votes(sides: Sides, options: Sequence[Work], masks: Masks) -> list[int]:
    """Count who can do each option; those who have already accepted the need weigh more than everybody else."""
    profiles = sides.profiles
    eligible = masks == 0
    votes = eligible.sum(axis=1).tolist()
    locked: dict[str, list[int]] = {}
    for need_id, partner_id in sides.standing.locked:
        if partner_id in profiles.positions:
            locked.setdefault(need_id, []).append(profiles.positions[partner_id])
    for at, work in enumerate(options):
        accepted = locked.get(profiles.needs[work.need].need_id, [])
        votes[at] += len(profiles.partners) * int(eligible[at, accepted].sum())
    return [int(vote) for vote in votes]
