"""What stands on the board of mentors, as a value: each change makes another, and undo is the one before."""

import dataclasses

from matching.labels import Language, label
from matching.training.pairing import Pairing
from matching.training.pairing_choice import OBJECTIVES, Pair

_BACK = 50


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PairingState:
    """What stands on the board.

    Attributes
    ----------
    pairing : Pairing
        The proposal.
    pair : (cadre_id, mentor_id)
        The pair that is looked at.
    earlier : tuple of Pairing
        Proposals before, the latest last.
    said : str
        What was done last, in words.
    is_refused : bool
        Whether it was not done.
    """

    pairing: Pairing
    pair: Pair
    earlier: tuple[Pairing, ...] = ()
    said: str = ""
    is_refused: bool = False


def look_at(state: PairingState, *, cadre: str = "", mentor: str = "") -> PairingState:
    """Return the board with another pair looked at.

    Parameters
    ----------
    state : PairingState
        The board.
    cadre, mentor : str, optional
        Who; with a cadre alone, the mentor that is proposed.

    Returns
    -------
    state : PairingState
    """
    cadre = cadre or state.pair[0]
    proposed = state.pairing.mentors_of(cadre)
    mentor = mentor or (proposed[0] if proposed else state.pair[1])
    state.pairing.people.column(mentor)
    return dataclasses.replace(state, pair=(cadre, mentor), said="", is_refused=False)


def change(state: PairingState, what: str, *, reason: str = "", language: Language = "zh") -> PairingState:
    """Return the board after a wish about the pair looked at, or another aim.

    Parameters
    ----------
    state : PairingState
        The board.
    what : str
        ``"forbid"``, ``"pin"``, ``"free"``, ``"total"`` or ``"stable"``.
    reason : str, optional
        Why a pair is forbidden.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    state : PairingState
        With what changed, in words.
    """
    old = state.pairing
    if what in OBJECTIVES:
        new = old.replan(objective=what)
    elif what in {"forbid", "pin", "free"}:
        new = old.replan(**{what: [state.pair]}, reason=reason)  # type: ignore[arg-type]  # one of three keywords
    else:
        return state
    said = new.changes_from(old).summary(language=language)
    return dataclasses.replace(state, pairing=new, earlier=(*state.earlier, old)[-_BACK:], said=said, is_refused=False)


def step_back(state: PairingState, *, language: Language = "zh") -> PairingState:
    """Return the board before the last change.

    Parameters
    ----------
    state : PairingState
        The board.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    state : PairingState
        The same where nothing was changed.
    """
    if not state.earlier:
        return state
    said = label("widgets.pairing.undone", language=language)
    return dataclasses.replace(
        state, pairing=state.earlier[-1], earlier=state.earlier[:-1], said=said, is_refused=False
    )
