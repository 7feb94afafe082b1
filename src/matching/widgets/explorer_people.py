"""People as somebody writes them down in one line: names or identifiers, one after the other."""

import re

from matching.errors import CallError
from matching.labels import Language, label
from matching.planning import Candidates
from matching.views.svg import clean_text

_BETWEEN = re.compile(r"[、，,；;\n\t]+")
_SHOWN = 5


def people_named(base: Candidates, text: str, *, language: Language = "zh") -> tuple[str, ...]:
    """Find the partners that a line of names or identifiers means.

    Parameters
    ----------
    base : Candidates
        Scored.
    text : str
        Names or identifiers between commas, 、, semicolons or new lines; a name and its identifier may stand together.
    language : {"zh", "en"}
        Of what is said where somebody is not found.

    Returns
    -------
    ids : tuple of str
        In the order in which they are named, each once.

    Raises
    ------
    CallError
        If nobody is named, a name is not on the register, or several people bear it: nothing is guessed.
    """
    partners = base.profiles.partners
    ids = {each.partner_id.casefold(): each.partner_id for each in partners}

    def resolved(word: str) -> str:
        """Return an identifier, also of a record that was merged into another."""
        return ids.get(word.casefold(), base.community.resolve(word)).casefold()

    bearing: dict[str, list[str]] = {}
    for each in partners:
        bearing.setdefault(_plain(each.name), []).append(each.partner_id)
    found: list[str] = []
    wrong: list[str] = []
    for part in filter(None, (each.strip() for each in _BETWEEN.split(text))):
        whole = _plain(part)
        own = bearing.get(whole, []) or [ids[each] for each in map(resolved, part.split()) if each in ids][:1]
        if len(own) == 1:
            found.append(own[0])
            continue
        key = "several" if own else "nobody"
        who = "、".join(own[:_SHOWN])
        wrong.append(
            label(f"widgets.explorer.refused.{key}", language=language, name=clean_text(part, most=60), who=who)
        )
    if wrong:
        raise CallError(label("planning.semicolon", language=language).join(wrong[:_SHOWN]))
    if not found:
        raise CallError(label("widgets.explorer.refused.no_people", language=language))
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
