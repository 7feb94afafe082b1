"""What stands in the way of a pair *before* anybody is asked: rules, other work, household, what nobody knows yet."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

from matching.affinity.weights import FEATURES
from matching.labels import Language, label
from matching.planning.candidates import Candidates
from matching.planning.evidence import evidence_of
from matching.planning.licensing import skill_requirements, stated_requirements
from matching.planning.proposal import Proposal
from matching.planning.tables import when
from matching.planning.works import overlapping
from matching.records import Licence, Partner, Volunteer, mask_text

_SLACK = 1e-9
_SOON_DAYS = 30


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that somebody should know before asking.

    Attributes
    ----------
    kind : str
        A hard rule, or ``"forbid"``, ``"absent"``, ``"overlap"``, ``"full"``, ``"household"``, ``"apart"``, ``"expiring"``, ``"time_unknown"``.
    is_hard : bool
        Whether the pair cannot be as things stand; otherwise it is to be asked about.
    words : str
        What it is, with its evidence.
    """

    kind: str
    is_hard: bool
    words: str


def list_conflicts(plan: Proposal, need_id: str, partner_id: str, *, language: Language = "zh") -> tuple[Conflict, ...]:
    """List what stands in the way of a pair beside everything else in a plan.

    Parameters
    ----------
    plan : Proposal
        Who does what otherwise.
    need_id, partner_id : str
        The pair, in the plan or not.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    conflicts : tuple of Conflict
        Hard ones first; empty where nothing is known against asking.

    Raises
    ------
    UnknownNameError
        If there is no such need or partner.
    """
    candidates = plan.candidates
    need, partner = candidates.need_index(need_id), candidates.partner_index(partner_id)
    found = [
        Conflict(rule, True, evidence_of(candidates, need, partner, rule, language=language))
        for rule in candidates.blocking_rules(need_id, partner_id)
    ]
    found += _decided(plan, need_id, candidates.profiles.partners[partner].partner_id, language)
    found += _beside(plan, need, partner, language)
    found += _to_ask(candidates, need, partner, language)
    return tuple(sorted(found, key=lambda each: not each.is_hard))


def _decided(plan: Proposal, need_id: str, partner_id: str, language: Language) -> Iterator[Conflict]:
    """Name what people asked of this plan that speaks against the pair."""
    for each in plan.overrides:
        is_about = each.partner_id == partner_id and each.need_id in {None, need_id}
        if is_about and each.action in {"forbid", "absent"}:
            reason, by = mask_text(each.reason or "—"), mask_text(each.by or "—")
            yield _say(each.action, language, is_hard=True, reason=reason, by=by)


def _beside(plan: Proposal, need: int, partner: int, language: Language) -> Iterator[Conflict]:
    """Look at what a partner does elsewhere, and at who else is at the need."""
    candidates = plan.candidates
    rows = {each.need_id: row for row, each in enumerate(candidates.profiles.needs)}
    partners = candidates.profiles.partners
    own_id = partners[partner].partner_id
    elsewhere = [rows[n] for n, p in plan.pairs if p == own_id and rows[n] != need]
    for row in _clashing(candidates, need, elsewhere):
        words = mask_text(candidates.profiles.needs[row].description)[:24]
        yield _say(
            "overlap", language, is_hard=True, need=candidates.profiles.needs[row].need_id, words=words,
            when=when(candidates.works[row].stretch, language),
        )  # fmt: skip
    heads = candidates.sides.heads
    hours = sum(candidates.works[row].hours for row in elsewhere)
    is_full = len(elsewhere) + 1 > heads.most_needs[partner]
    if is_full or hours + candidates.works[need].hours > heads.hours[partner] + _SLACK:
        yield _say(
            "full", language, is_hard=True, count=len(elsewhere), hours=f"{hours:g}",
            most=int(heads.most_needs[partner]), most_hours=f"{heads.hours[partner]:g}",
        )  # fmt: skip
    here = [p for n, p in plan.pairs if rows[n] == need and p != own_id]
    yield from _company(candidates, need, partners[partner], here, language)


def _clashing(candidates: Candidates, need: int, others: list[int]) -> list[int]:
    """Return those of some needs that one partner cannot serve beside another need."""
    pairs = overlapping(
        [candidates.works[row] for row in (need, *others)], candidates.profiles.needs, policy=candidates.policy
    )
    return [row for row in others if any({need, row} == {int(a), int(b)} for a, b in pairs)]


def _company(
    candidates: Candidates, need: int, partner: Partner, here: list[str], language: Language
) -> Iterator[Conflict]:
    """Look for those whom a partner would meet at the need and should not."""
    profiles = candidates.profiles
    others = [profiles.partners[profiles.positions[each]] for each in here]
    home = partner.household if isinstance(partner, Volunteer) else None
    for other in others:
        if home and isinstance(other, Volunteer) and other.household == home:
            yield _say("household", language, is_hard=True, other=mask_text(other.name))
    resolve, day = candidates.community.resolve, candidates.works[need].day
    for block in candidates.community.blocks:
        if not block.other_partner_id or (block.until is not None and day > block.until):
            continue
        pair = {resolve(block.partner_id), resolve(block.other_partner_id)}
        for other in others:
            if pair == {partner.partner_id, other.partner_id}:
                reason = mask_text(block.reason or "—")
                yield _say("apart", language, is_hard=True, other=mask_text(other.name), reason=reason)


def _to_ask(candidates: Candidates, need: int, partner: int, language: Language) -> Iterator[Conflict]:
    has_window = candidates.works[need].window is not None
    if has_window and candidates.pair(need, partner)[1][FEATURES.index("availability")]:
        yield _say("time_unknown", language, is_hard=False)
    day = candidates.works[need].day
    for licence in licences_for(candidates, need, partner):
        until = licence.valid_until
        if licence.is_valid(day) and until is not None and until - day <= dt.timedelta(days=_SOON_DAYS):
            yield _say("expiring", language, is_hard=False, licence=mask_text(licence.name), until=until.isoformat())


def licences_for(candidates: Candidates, need: int, partner: int) -> tuple[Licence, ...]:
    """Return the licences of a partner that a need asks for, or that the law asks for its skills.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    need, partner : int
        Indices of the pair.

    Returns
    -------
    licences : tuple of Licence
        As registered, valid or not.
    """
    sides = candidates.sides
    wanted = (
        *stated_requirements(sides.profiles.needs[need], sides.licence_names),
        *skill_requirements(sides.profiles, need),
    )
    found = [
        licence
        for name in dict.fromkeys(name for each in wanted for name in each)
        for row, licence in sides.licences.held.get(name, ())
        if row == partner
    ]
    return tuple(dict.fromkeys(found))


def _say(kind: str, language: Language, *, is_hard: bool, **values: object) -> Conflict:
    return Conflict(kind, is_hard, label(f"planning.conflict.{kind}", language=language, **values))
