"""What the parts and rules of a pair stand on, in words."""

import numpy as np

from matching.labels import Language, label
from matching.training.pairing_fit import PairFit, PairRule
from matching.training.pairing_people import ancestors
from matching.training.pairing_policy import PARTS

_NAMED = 2  # competencies named in one sentence


def part_words(fit: PairFit, row: int, column: int, part: str, *, language: Language = "zh") -> str:
    """Return what a part of the fit of a pair stands on.

    Parameters
    ----------
    fit : PairFit
        Of all pairs.
    row, column : int
        The pair.
    part : str
        One of `PARTS`.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
    """
    if fit.is_unknown[row, column, PARTS.index(part)]:
        return label(f"training.pairing.unknown.{part}", language=language)
    return _SAY[part](fit, row, column, language)


def broken_words(fit: PairFit, row: int, column: int, *, language: Language = "zh") -> tuple[tuple[str, str], ...]:
    """Return the rules that forbid a pair, in words.

    Parameters
    ----------
    fit : PairFit
        Of all pairs.
    row, column : int
        The pair.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    broken : tuple of (rule, words)
    """
    found = []
    for rule in PairRule:
        if fit.broken[rule][row, column]:
            values = {"most": fit.people.mentors[column].most, "path": _chain_words(fit, row, column)}
            found.append((rule.value, label(f"training.pairing.rule.{rule}", language=language, **values)))
    return tuple(found)


def _gap_words(fit: PairFit, row: int, column: int, language: Language) -> str:
    mentee, mentor = fit.people.mentees[row], fit.people.mentors[column]
    leads = []
    for name, (assessed, required) in mentee.lacks.items():
        lead = min(mentor.shown.get(name, 0), required) - assessed
        if lead > 0:
            leads.append((-lead, fit.people.competencies.get(name, name), assessed, required, mentor.shown[name]))
    if not leads:
        return label("training.pairing.leads_nothing", language=language)
    said = [
        label("training.pairing.lead", language=language, name=name, assessed=assessed, required=required, shown=shown)
        for _, name, assessed, required, shown in sorted(leads)[:_NAMED]
    ]
    more = len(leads) - len(said)
    rest = label("training.pairing.leads_more", language=language, count=more) if more else ""
    return label("training.pairing.comma", language=language).join(said) + rest


def _place_words(fit: PairFit, row: int, column: int, language: Language) -> str:
    ours, theirs = fit.people.mentees[row].community, fit.people.mentors[column].community
    name = "same" if fit.shares[row, column, PARTS.index("place")] == 1 else "apart"
    return label(f"training.pairing.place.{name}", language=language, ours=ours or "", theirs=theirs or "")


def _time_words(fit: PairFit, row: int, column: int, language: Language) -> str:
    hours = fit.shared_hours[row, column]
    return label("training.pairing.shared_hours", language=language, hours=f"{np.nan_to_num(hours):g}")


def _load_words(fit: PairFit, row: int, column: int, language: Language) -> str:
    del row
    mentor = fit.people.mentors[column]
    values = {"carried": mentor.carried, "most": mentor.most, "seats": mentor.seats}
    return label("training.pairing.load", language=language, **values)


def _past_words(fit: PairFit, row: int, column: int, language: Language) -> str:
    end = fit.people.past[fit.people.mentees[row].cadre_id, fit.people.mentors[column].mentor_id]
    return label(f"training.pairing.past.{end}", language=language)


_SAY = {
    "gap": _gap_words,
    "place": _place_words,
    "availability": _time_words,
    "load": _load_words,
    "past": _past_words,
}


def _chain_words(fit: PairFit, row: int, column: int) -> str:
    """Name who reports to whom, from one of the two to the other."""
    cadre, mentor = fit.people.mentees[row].cadre_id, fit.people.mentors[column].mentor_id
    for low, high in ((cadre, mentor), (mentor, cadre)):
        above = ancestors(low, fit.people.reports_to)
        if high in above:
            return " → ".join([low, *above[: above.index(high) + 1]])
    return ""
