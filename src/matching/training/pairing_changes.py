"""The difference between two pairings of cadres and mentors: who is told what."""

import dataclasses
from collections.abc import Mapping

import pandas as pd

from matching.labels import Language, label
from matching.planning.shown import shown
from matching.records import worded_table

PAIRING_COLUMN = "training.pairing.column"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What one cadre is told when a pairing changes."""

    cadre_id: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PairingChanges:
    """The difference between two pairings.

    Attributes
    ----------
    moves : tuple of Move
        One a cadre whose mentors change; nobody else has to be told anything.
    pairs_before, pairs_after : int
        Pairs made.
    total_before, total_after : float
        Sums of the fit.
    names : mapping of str to str
        Of mentors.
    """

    moves: tuple[Move, ...]
    pairs_before: int
    pairs_after: int
    total_before: float
    total_after: float
    names: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.moves)

    def table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return one row a cadre whose mentors change.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers.

        Returns
        -------
        table : DataFrame
        """
        rows = [(m.cadre_id, m.name, self._shown(m.before), self._shown(m.after)) for m in self.moves]
        return worded_table(PAIRING_COLUMN, ("cadre_id", "cadre", "before", "after"), rows, language=language)

    def summary(self, *, language: Language = "zh") -> str:
        """Say in one sentence what changes.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        name = "changes" if self.moves else "no_changes"
        return label(
            f"training.pairing.{name}",
            language=language,
            count=len(self.moves),
            before=self.pairs_before,
            after=self.pairs_after,
            total_before=f"{self.total_before:.2f}",
            total_after=f"{self.total_after:.2f}",
        )

    def __str__(self) -> str:
        return self.summary()

    def _shown(self, mentors: tuple[str, ...]) -> str:
        return "、".join(f"{self.names.get(each, '')} {each}".strip() for each in mentors) or "—"
