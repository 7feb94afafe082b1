"""What each part of a score says of one pair, in words."""

from collections.abc import Callable

import numpy as np

from matching.affinity.free_time import free_share_of
from matching.affinity.places import UNKNOWN, distances_km, fold_place
from matching.affinity.profiles import Profiles
from matching.affinity.skill_fit import best_held, best_skill, held_worth
from matching.affinity.text_fit import shared_phrases
from matching.affinity.weights import FEATURES
from matching.errors import UnknownNameError
from matching.labels import Language, label
from matching.records import Window, show_choice


def describe_part(
    profiles: Profiles, need: int, partner: int, *, feature: str, window: Window | None, language: Language = "zh"
) -> str:
    """Say what one part of the score of a pair rests on.

    Parameters
    ----------
    profiles : Profiles
        Both sides.
    need, partner : int
        Indices of the pair.
    feature : str
        One of `FEATURES`.
    window : Window or None
        The window of the need that availability is measured over.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str

    Raises
    ------
    UnknownNameError
        If the score has no such part.
    """
    if feature not in FEATURES:
        raise UnknownNameError(f"The score has no part {feature!r}. It has: {list(FEATURES)}")
    if feature == "availability":
        return _availability(profiles, partner, window, language)
    return _DESCRIBE[feature](profiles, need, partner, language)


def _say(key: str, language: Language, **values: object) -> str:
    return label(f"affinity.part.{key}", language=language, **values)


def _skill(profiles: Profiles, need: int, partner: int, language: Language) -> str:
    position = best_skill(profiles.fit, need, partner)
    if position is None:
        return _say("skill_not_asked", language)
    asked = profiles.fit.asked[need][position]
    name = profiles.taxonomy.skills[asked.place].name
    if language == "en":
        name = profiles.taxonomy.skills[asked.place].english or name
    held = best_held(profiles.fit, profiles.held, need, partner, taxonomy=profiles.taxonomy)
    is_open = bool(profiles.fit.is_open[profiles.fit.column[need][position]])
    if held is not None and is_open and held_worth(held, asked, profiles.taxonomy) < profiles.policy["open_value"]:
        held = None
    if held is None:
        known = "skill_open" if is_open else "skill_none" if profiles.fit.has_skills[partner] else "skill_unknown"
        return _say(known, language, skill=name)
    level = "" if held.level is None else f"（{show_choice(held.level, language=language)}）"
    if held.place == asked.place:
        return _say(
            "skill_same" if held.is_stated else "skill_read", language, skill=name, level=level, words=held.words
        )
    near = profiles.taxonomy.skills[held.place]
    other = near.english or near.name if language == "en" else near.name
    return _say("skill_near", language, skill=name, other=other, level=level)


def _text(profiles: Profiles, need: int, partner: int, language: Language) -> str:
    text = profiles.text
    if not (text.needs[[need]].nnz and text.partners[[partner]].nnz):
        return _say("text_unknown", language)
    kept = shared_phrases(profiles.needs[need], profiles.partners[partner])
    return _say("text_shared", language, words="、".join(kept)) if kept else _say("text_none", language)


def _network(profiles: Profiles, need: int, partner: int, language: Language) -> str:
    near = profiles.near[need, partner]
    if np.isnan(near):
        return _say("network_unknown", language)
    return _say("network_near" if near >= 0.5 else "network_some" if near >= 0.2 else "network_far", language)


def _place(profiles: Profiles, need: int, partner: int, language: Language) -> str:
    ours, theirs = profiles.need_places, profiles.partner_places
    if UNKNOWN in {int(ours.community[need]), int(theirs.community[partner])}:
        return _say("place_unknown", language)
    if ours.grid[need] == theirs.grid[partner] != UNKNOWN:
        return _say("place_grid", language)
    if ours.community[need] == theirs.community[partner]:
        return _say("place_community", language)
    pair = np.array([need]), np.array([partner])
    distance = float(distances_km(ours, theirs, *pair)[0])
    if np.isfinite(distance):
        return _say("place_distance", language, km=f"{distance:.1f}")
    is_same = ours.street[need] == theirs.street[partner] != UNKNOWN
    return _say("place_street" if is_same else "place_elsewhere", language)


def _availability(profiles: Profiles, partner: int, window: Window | None, language: Language) -> str:
    if window is None:
        return _say("time_not_asked", language)
    share = free_share_of(profiles.free, partner, window)
    if np.isnan(share):
        return _say("time_unknown", language)
    return _say("time_all", language) if share >= 1 else _say("time_part", language, share=f"{share:.0%}")


def _reliability(profiles: Profiles, _need: int, partner: int, language: Language) -> str:
    good, bad = profiles.history.good[partner], profiles.history.bad[partner]
    if not good + bad:
        return _say("reliability_unknown", language)
    if not bad:
        return _say("reliability_all", language, times=round(good + bad))
    return _say("reliability_some", language, good=f"{good:g}", times=round(good + bad))


def _load(profiles: Profiles, _need: int, partner: int, language: Language) -> str:
    if not profiles.history.is_kept:
        return _say("load_unknown", language)
    hours, days = profiles.history.recent_hours[partner], int(profiles.policy["recent_days"])
    return _say("load_hours" if hours else "load_none", language, hours=f"{hours:g}", days=days)


def _continuity(profiles: Profiles, need: int, partner: int, language: Language) -> str:
    if not profiles.history.is_kept:
        return _say("continuity_unknown", language)
    community = int(profiles.need_places.community[need])
    who = profiles.needs[need].beneficiary
    if who and profiles.history.served_people.get((partner, community, fold_place(who))):
        return _say("continuity_person", language)
    times = profiles.history.served.get((partner, community), 0)
    return _say("continuity_times", language, times=times) if times else _say("continuity_none", language)


def _language(profiles: Profiles, need: int, partner: int, language: Language) -> str:
    wanted, spoken = profiles.needs[need].languages, profiles.languages[partner]
    if not wanted:
        return _say("language_not_asked", language)
    if spoken is None:
        return _say("language_unknown", language, wanted="、".join(wanted))
    shared = [each for each in wanted if each.strip().casefold() in spoken]
    return _say("language_shared" if shared else "language_none", language, wanted="、".join(shared or wanted))


def _newcomer(profiles: Profiles, _need: int, partner: int, language: Language) -> str:
    times = round(profiles.history.good[partner] + profiles.history.bad[partner])
    return _say("newcomer_known" if times else "newcomer_new", language, times=times)


_DESCRIBE: dict[str, Callable[[Profiles, int, int, Language], str]] = {
    "skill": _skill,
    "text": _text,
    "network": _network,
    "place": _place,
    "reliability": _reliability,
    "load": _load,
    "continuity": _continuity,
    "language": _language,
    "newcomer": _newcomer,
}
