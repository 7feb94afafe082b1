"""Why a pair is not made: the rule, the person who forbade it, who is preferred, or the exact loss and who moves."""

import dataclasses

import numpy as np

from matching.labels import Language, label
from matching.planning.shown import shown
from matching.training.pairing import Pairing
from matching.training.pairing_changes import Move

_SAME = 1e-9


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PairWhyNot:
    """Why a pair is not made.

    Attributes
    ----------
    cadre_id, mentor_id : str
    verdict : str
        ``"chosen"``, ``"blocked"`` (a rule), ``"forbidden"`` (a person), ``"preferred"`` (stable: one of the two has what
        it prefers), ``"equal"`` or ``"worse"`` (best total), ``"impossible"`` (pins leave no room).
    loss : float or None
        What the best pairing with the pair has less in total fit.
    pairs_lost : int
        Pairs fewer with the pair.
    moves : tuple of Move
        Whose mentors would change.
    sentence : str
    """

    cadre_id: str
    mentor_id: str
    verdict: str
    loss: float | None = None
    pairs_lost: int = 0
    moves: tuple[Move, ...] = ()
    sentence: str = ""

    def __str__(self) -> str:
        return self.sentence


def why_not_pair(pairing: Pairing, cadre_id: str, mentor_id: str, *, language: Language = "zh") -> PairWhyNot:
    """Say why a pair is not made.

    Parameters
    ----------
    pairing : Pairing
        Any.
    cadre_id, mentor_id : str
        The pair.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    why_not : PairWhyNot
    """
    told = pairing.explain(cadre_id, mentor_id, language=language)
    names = _names(pairing, cadre_id, mentor_id)
    semicolon = label("training.pairing.semicolon", language=language)

    def answer(verdict: str, **values: object) -> PairWhyNot:
        said = label(f"training.pairing.why_not.{verdict}", language=language, **names, **values)
        return PairWhyNot(cadre_id=cadre_id, mentor_id=mentor_id, verdict=verdict, sentence=said)

    if (cadre_id, mentor_id) in pairing.pairs:
        return answer("chosen")
    if told.blocked:
        return answer("blocked", evidence=semicolon.join(words for _, words in told.blocked))
    if (cadre_id, mentor_id) in pairing.wishes.forbidden:
        reason = pairing.wishes.forbidden[cadre_id, mentor_id]
        return answer("forbidden", reason=reason or label("training.pairing.no_reason", language=language))
    if {cadre_id, mentor_id} & pairing.wishes.absent:
        return answer("forbidden", reason=label("training.pairing.takes_no_part", language=language))
    if not _has_room(pairing, cadre_id, mentor_id):
        return answer("impossible")
    if pairing.objective == "stable":
        return answer("preferred", evidence=semicolon.join(_preferred(pairing, cadre_id, mentor_id, language)))
    return _priced(pairing, cadre_id, mentor_id, names, language)


def _priced(pairing: Pairing, cadre_id: str, mentor_id: str, names: dict[str, str], language: Language) -> PairWhyNot:
    """Solve again with the pair pinned and compare."""
    other = pairing.replan(pin=[(cadre_id, mentor_id)])
    changes = other.changes_from(pairing)
    loss = pairing.choice.total - other.choice.total
    lost = len(pairing.pairs) - len(other.pairs)
    verdict = "equal" if abs(loss) <= _SAME and not lost else "fewer" if lost else "worse"
    moves = label("training.pairing.semicolon", language=language).join(
        label(
            "training.pairing.move",
            language=language,
            cadre=move.name,
            before=_mentors(pairing, move.before),
            after=_mentors(pairing, move.after),
        )
        for move in changes.moves
    )
    said = label(
        f"training.pairing.why_not.{verdict}",
        language=language,
        **names,
        loss=f"{abs(loss):.3f}",
        lost=lost,
        moves=moves,
    )
    return PairWhyNot(
        cadre_id=cadre_id, mentor_id=mentor_id, verdict="worse" if lost else verdict, loss=loss, pairs_lost=lost,
        moves=changes.moves, sentence=said,
    )  # fmt: skip


def _has_room(pairing: Pairing, cadre_id: str, mentor_id: str) -> bool:
    """Whether pins leave the mentor a seat and the cadre a wish."""
    row, column = pairing.people.row(cadre_id), pairing.people.column(mentor_id)
    pinned = pairing.wishes.pinned
    taken = sum(mentor == mentor_id for _, mentor in pinned)
    got = sum(cadre == cadre_id for cadre, _ in pinned)
    return taken < pairing.people.mentors[column].seats and got < pairing.people.mentees[row].wanted


def _preferred(pairing: Pairing, cadre_id: str, mentor_id: str, language: Language) -> list[str]:
    """Name which side has what it would rather keep."""
    row, column = pairing.people.row(cadre_id), pairing.people.column(mentor_id)
    chosen, said = pairing.choice.chosen, []
    ours, theirs = pairing.fit.score("cadre_weight"), pairing.fit.score("mentor_weight")
    mine = np.flatnonzero(chosen[row])
    full = mine.size >= pairing.people.mentees[row].wanted
    if full and mine.size and ours[row, mine].min() >= ours[row, column]:
        held = "、".join(pairing.people.mentors[at].name for at in mine)
        said.append(
            label(
                "training.pairing.cadre_prefers", language=language, held=held,
                kept=f"{ours[row, mine].min():.3f}", value=f"{ours[row, column]:.3f}",
            )
        )  # fmt: skip
    led = np.flatnonzero(chosen[:, column])
    is_full = led.size >= pairing.people.mentors[column].seats
    if is_full and led.size and theirs[led, column].min() >= theirs[row, column]:
        held = "、".join(pairing.people.mentees[at].name for at in led)
        said.append(
            label(
                "training.pairing.mentor_prefers", language=language, held=held,
                kept=f"{theirs[led, column].min():.3f}", value=f"{theirs[row, column]:.3f}",
            )
        )  # fmt: skip
    return said or [label("training.pairing.pinned_in_the_way", language=language)]


def _names(pairing: Pairing, cadre_id: str, mentor_id: str) -> dict[str, str]:
    people = pairing.people
    return {
        "cadre": people.mentees[people.row(cadre_id)].name,
        "mentor": people.mentors[people.column(mentor_id)].name,
    }


def _mentors(pairing: Pairing, mentor_ids: tuple[str, ...]) -> str:
    people = pairing.people
    return "、".join(people.mentors[people.column(each)].name for each in mentor_ids) or "—"
