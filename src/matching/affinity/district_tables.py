"""What a district's network says, as tables for people."""

from collections.abc import Sequence

import pandas as pd

from matching.affinity.district_network import DistrictNetwork
from matching.labels import Language, label
from matching.records import mask_text, show_choice

_MOST_NAMES = 6


def connector_table(network: DistrictNetwork, *, top: int = 12, language: Language = "zh") -> pd.DataFrame:
    """Return who links communities and teams.

    Parameters
    ----------
    network : DistrictNetwork
        As `see_network` returns it.
    top : int, default=12
        How many rows at most.
    language : {"zh", "en"}, default="zh"
        Of headers and choices.

    Returns
    -------
    table : DataFrame
        Those through whom most shortest ways lead first.
    """
    rows = [
        (
            each.partner_id,
            mask_text(each.name),
            show_choice(each.kind, language=language),
            round(each.betweenness, 4),
            "、".join(_say("times", language, place=mask_text(p), times=n) for p, n in each.services.items()),
            each.coworkers,
            each.cut_off,
        )
        for each in network.connectors[:top]
    ]
    return _table(rows, ("partner_id", "name", "kind", "between", "communities", "coworkers", "cut_off"), language)


def sole_skill_table(network: DistrictNetwork, *, top: int = 20, language: Language = "zh") -> pd.DataFrame:
    """Return which skills hang on one person, or on nobody.

    Parameters
    ----------
    network : DistrictNetwork
        As `see_network` returns it.
    top : int, default=20
        How many rows at most.
    language : {"zh", "en"}, default="zh"
        Of headers and choices.

    Returns
    -------
    table : DataFrame
        Those that most needs ask for first; whom to ask to learn it in the last column.
    """
    rows = [
        (
            each.skill,
            each.family,
            mask_text(f"{each.name} {each.partner_id}") if each.partner_id else _say("nobody", language),
            len(each.need_ids),
            _say("yes" if each.is_regulated else "no", language),
            _names(network, each.learners),
        )
        for each in network.sole_skills[:top]
    ]
    return _table(rows, ("skill", "family", "holder", "needs", "regulated", "learners"), language)


def circle_table(network: DistrictNetwork, *, top: int = 10, language: Language = "zh") -> pd.DataFrame:
    """Return who works as a circle: one craft, side by side.

    Parameters
    ----------
    network : DistrictNetwork
        As `see_network` returns it.
    top : int, default=10
        How many rows at most.
    language : {"zh", "en"}, default="zh"
        Of the headers.

    Returns
    -------
    table : DataFrame
        The largest circles first.
    """
    rows = [
        (
            each.family,
            len(each.partner_ids),
            _names(network, each.partner_ids[:_MOST_NAMES]),
            "、".join(mask_text(place) for place in each.communities),
            each.services,
        )
        for each in network.circles[:top]
    ]
    return _table(rows, ("family", "members", "who", "communities", "services"), language)


def _say(key: str, language: Language, **values: object) -> str:
    return label(f"affinity.network.{key}", language=language, **values)


def _names(network: DistrictNetwork, partner_ids: tuple[str, ...]) -> str:
    profiles = network.profiles
    return "、".join(mask_text(profiles.partners[profiles.positions[each]].name) for each in partner_ids)


def _table(rows: Sequence[tuple[object, ...]], columns: tuple[str, ...], language: Language) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[_say(name, language) for name in columns])
