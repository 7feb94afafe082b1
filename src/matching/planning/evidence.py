"""The evidence for a hard rule: what was asked, what was found, in words."""

from collections.abc import Callable

import numpy as np

from matching.affinity.places import fold_place
from matching.affinity.weights import FEATURES
from matching.labels import Language, label
from matching.planning.candidates import Candidates
from matching.planning.eligibility import ages_on
from matching.planning.licensing import claims_licence, fold_licence, skill_requirements, stated_requirements
from matching.planning.resources import brings
from matching.records import Unit, mask_text, show_choice

Values = dict[str, object]


def evidence_of(candidates: Candidates, need: int, partner: int, rule: str, *, language: Language = "zh") -> str:
    """Say why a rule blocks a pair.

    Parameters
    ----------
    candidates : Candidates
        Scored.
    need, partner : int
        Indices of the pair.
    rule : str
        One of `matching.planning.RULES` that blocks the pair.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
    """
    found = _VALUES.get(rule)
    values = found(candidates, need, partner, language) if found else {}
    key = values.pop("key", rule)
    return mask_text(label(f"planning.evidence.{key}", language=language, **values))


def _kind(candidates: Candidates, need: int, partner: int, language: Language) -> Values:
    allowed = "、".join(show_choice(kind, language=language) for kind in candidates.profiles.needs[need].kinds)
    return {"kind": show_choice(candidates.profiles.partners[partner].kind, language=language), "allowed": allowed}


def _time_over(candidates: Candidates, need: int, _partner: int, _language: Language) -> Values:
    return {"window": candidates.works[need].window, "as_of": candidates.as_of}


def _closed(candidates: Candidates, need: int, _partner: int, language: Language) -> Values:
    status = candidates.profiles.needs[need].status
    if status is not None and status != "open":
        return {"status": show_choice(status, language=language)}
    done = candidates.sides.standing.done_by.get(candidates.profiles.needs[need].need_id, ())
    return {"key": "closed_done", "done": len(done)}


def _kept_apart(candidates: Candidates, need: int, partner: int, _language: Language) -> Values:
    asked, held = candidates.profiles.needs[need], candidates.profiles.partners[partner]
    where = fold_place(asked.community) if asked.community else None
    for block in candidates.community.blocks:
        if candidates.community.resolve(block.partner_id) != held.partner_id:
            continue
        if block.need_id == asked.need_id or (block.community and fold_place(block.community) == where):
            return {"reason": block.reason or "—", "block": block.block_id}
    return {"reason": "—", "block": "—"}


def _asked_skills(candidates: Candidates, need: int, language: Language) -> str:
    skills = [candidates.profiles.taxonomy.skills[found.place] for found in candidates.profiles.wanted[need]]
    return "、".join(skill.name if language == "zh" else skill.english or skill.name for skill in skills)


def _skill(candidates: Candidates, need: int, partner: int, language: Language) -> Values:
    held = candidates.profiles.held
    entries = held.found[int(held.first[partner]) : int(held.first[partner + 1])]
    names = dict.fromkeys(candidates.profiles.taxonomy.skills[found.place].name for found in entries)
    value = candidates.pair(need, partner)[0][FEATURES.index("skill")]
    return {
        "skills": _asked_skills(candidates, need, language),
        "held": "、".join(list(names)[:5]) or "—",
        "value": f"{value:.2f}",
        "least": f"{candidates.policy['skill_minimum']:.2f}",
    }


def _licence(candidates: Candidates, need: int, partner: int, _language: Language) -> Values:
    """Name the licence that is lacking, and what the register holds of it."""
    sides, asked = candidates.sides, candidates.profiles.needs[need]
    day, n_partners = candidates.works[need].day, len(candidates.profiles.partners)
    wanted = [*stated_requirements(asked, sides.licence_names), *skill_requirements(candidates.profiles, need)]
    for requirement in wanted:
        valid, registered = sides.licences.holders(requirement, day, n_partners)
        if requirement and not valid[partner]:
            names = "／".join(dict.fromkeys(_proper(candidates, need, name) for name in requirement))
            if not registered[partner]:
                key = "licence_claimed" if claims_licence(candidates.profiles, partner) else "licence_missing"
                return {"key": key, "licence": names}
            held = [each for name in requirement for row, each in sides.licences.held.get(name, ()) if row == partner]
            last = max(held, key=lambda each: (each.valid_until is not None, str(each.valid_until)))
            is_early = last.valid_from is not None and last.valid_from > day
            until = last.valid_from if is_early else last.valid_until
            return {
                "key": "licence_early" if is_early else "licence_expired",
                "licence": last.name,
                "until": until,
                "day": day,
            }
    return {"key": "licence_missing", "licence": "、".join(asked.licences) or "—"}


def _proper(candidates: Candidates, need: int, folded: str) -> str:
    """Return a licence's name as the need or the taxonomy writes it."""
    written = [*candidates.profiles.needs[need].licences]
    for found in candidates.profiles.wanted[need]:
        written += candidates.profiles.taxonomy.skills[found.place].licence
    return next((name for name in written if fold_licence(name) == folded), folded)


def _age(candidates: Candidates, need: int, partner: int, _language: Language) -> Values:
    asked, work = candidates.profiles.needs[need], candidates.works[need]
    age = ages_on(candidates.sides.births[[partner]], work.day)[0]
    return {
        "age": "—" if np.isnan(age) else int(age),
        "day": work.day,
        "minimum": asked.minimum_age if asked.minimum_age is not None else "—",
        "maximum": asked.maximum_age if asked.maximum_age is not None else "—",
        "guardian_age": int(candidates.policy["guardian_age"]),
    }


def _time(candidates: Candidates, need: int, partner: int, _language: Language) -> Values:
    slots = candidates.profiles.partners[partner].available
    return {"stretch": candidates.works[need].stretch, "slots": "、".join(str(slot) for slot in slots)}


def _crew(candidates: Candidates, need: int, partner: int, _language: Language) -> Values:
    unit = candidates.profiles.partners[partner]
    return {"crew": candidates.profiles.needs[need].crew, "staff": unit.staff if isinstance(unit, Unit) else "—"}


def _resources(candidates: Candidates, need: int, partner: int, _language: Language) -> Values:
    held = candidates.profiles.partners[partner]
    lacking = [name for name in candidates.profiles.needs[need].resources if not brings(held, name)]
    return {"lacking": "、".join(lacking)}


def _hours(candidates: Candidates, need: int, partner: int, _language: Language) -> Values:
    return {"hours": f"{candidates.works[need].hours:g}", "most": f"{candidates.sides.heads.hours[partner]:g}"}


_VALUES: dict[str, Callable[[Candidates, int, int, Language], Values]] = {
    "kind": _kind, "time_over": _time_over, "closed": _closed, "kept_apart": _kept_apart, "skill": _skill,
    "skill_unknown": _skill, "licence_missing": _licence, "licence_expired": _licence, "age_unknown": _age,
    "too_young": _age, "too_old": _age, "guardian": _age, "time": _time, "crew": _crew, "resources": _resources,
    "hours_short": _hours,
}  # fmt: skip
