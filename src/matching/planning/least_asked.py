"""What the first step of a plan is asked: head-counts, pins, whole jobs, places that people were told of."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from matching.assign import Problem
from matching.assign.footing import Change
from matching.planning.candidates import Candidates
from matching.planning.model import Bools, Floats, Ints, Model, as_problem
from matching.planning.wishes import Wishes, with_change_cost

_TIE = 1e-7  # far below what weighs in a choice, far above what a solver cannot see


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LeastAsked:
    """What the first step is asked: the least head-counts, each need as it asks or not at all.

    Attributes
    ----------
    candidates : Candidates
    model : Model
    wishes : Wishes
    objective : {"total", "fair"}
    fair_depth : int
    beside : ndarray of bool, shape (n_edges,), optional
        Pinned pairs that are further people: they do not fill the least head-count of their need.
    whole : frozenset of int, default=frozenset()
        Rows of needs that must be served as they ask.
    gap : float, default=0
        How near to the best choice is near enough, relative to it; 0 asks for the best.
    """

    candidates: Candidates
    model: Model
    wishes: Wishes
    objective: str
    fair_depth: int
    beside: Bools | None = None
    whole: frozenset[int] = frozenset()
    gap: float = 0.0

    @property
    def pinned(self) -> Bools:
        """What must be chosen, shape (n_edges,)."""
        return (self.model.locked & ~self.wishes.forbidden) | self.wishes.pinned

    @property
    def bundles(self) -> Mapping[str, Ints]:
        """Needs of each bundle that wants something."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row, need in enumerate(self.candidates.profiles.needs):
            if need.bundle and self.model.least[row] > 0:
                rows[need.bundle].append(row)
        return {name: np.array(needs, dtype=np.int64) for name, needs in rows.items() if len(needs) > 1}

    def can_complete(self, bundle: str) -> bool:
        """Tell whether each need of a bundle has as many people as it asks for, looked at alone.

        Parameters
        ----------
        bundle : str
            Its number.

        Returns
        -------
        can : bool
        """
        rows = self.bundles[bundle]
        usable = np.bincount(self.model.need[~self.wishes.forbidden], minlength=self.model.shape[0])
        return bool((usable[rows] >= self.model.least[rows]).all() and not self.model.lacking[rows].any())

    def demand(self, forced: Iterable[str]) -> tuple[Ints, Ints, Bools]:
        """Return the head-counts of the step.

        Parameters
        ----------
        forced : iterable of str
            Bundles that are served whole.

        Returns
        -------
        low, high : ndarray of int, shape (n_needs,)
        optional : ndarray of bool, shape (n_needs,)
            Needs that are served as they ask or not at all.
        """
        model, wishes = self.model, self.wishes
        pins = np.bincount(model.need[self._counted], minlength=model.shape[0])
        further = wishes.kept & wishes.extra & (True if self.beside is None else ~self.beside)
        kept = np.bincount(model.need[further], minlength=model.shape[0])
        usable = np.bincount(model.need[~wishes.forbidden], minlength=model.shape[0])
        hopeless = model.lacking | (usable < model.least)
        low = np.where(hopeless, 0, model.least)
        high = np.maximum(low, pins)
        high = np.maximum(high, np.minimum(high + kept, model.most))
        # a team may need more heads than the least to bring everything, one for each part and no more
        parts = np.array([len(each) for each in self.candidates.parts], dtype=np.int64)
        whole = np.minimum(np.maximum(model.least, parts), model.most)
        high = np.where(self._teamed() & ~hopeless & (model.least > 0), np.maximum(high, whole), high)
        low, high = self._beside_others(low, high, pins)
        optional = np.ones(model.shape[0], dtype=np.bool_)
        for rows in [*(self.bundles[name] for name in forced), np.array(sorted(self.whole), dtype=np.int64)]:
            low[rows], optional[rows] = np.maximum(model.least[rows], 0), False
        return low, np.maximum(high, low), optional

    def _beside_others(self, low: Ints, high: Ints, counted: Ints) -> tuple[Ints, Ints]:
        """Leave room for those who are beside the least; nobody else comes where that leaves too little."""
        if self.beside is None:
            return low, high
        beside = np.bincount(self.model.need[self.beside], minlength=low.size)
        high = np.where(beside > 0, np.minimum(high, np.maximum(self.model.most - beside, counted)), high)
        is_short = low > high
        return np.where(is_short, 0, low), np.where(is_short, counted, high)

    def may_be_beside(self) -> tuple[int, ...]:
        """List the pinned pairs whose need has places beyond its least head-count, and is not filled by accepted people.

        Returns
        -------
        edges : tuple of int
        """
        model = self.model
        pins = np.bincount(model.need[self.pinned], minlength=model.shape[0])
        has_room = (model.most > np.maximum(model.least, pins - 1)) & (model.least > 0)
        asked = self.wishes.pinned & ~model.locked
        return tuple(np.flatnonzero(asked & has_room[model.need]).tolist())

    @property
    def can_be_whole(self) -> Bools:
        """Needs that may be served as they ask beside those who are further people, each looked at alone, shape (n_needs,)."""
        model = self.model
        usable = np.bincount(model.need[~self.wishes.forbidden | self.pinned], minlength=model.shape[0])
        taken = 0 if self.beside is None else np.bincount(model.need[self.beside], minlength=model.shape[0])
        can: Bools = ~model.lacking & (usable >= model.least) & (model.least > 0) & (model.least + taken <= model.most)
        return can

    @property
    def value(self) -> Floats:
        """What each pair is worth in this step, shape (n_edges,)."""
        value, wishes = with_change_cost(self.model.value, self.wishes), self.wishes
        # a place beyond the least is no claim in this step: only the cost of taking it away again counts
        # ... and of those that cost the same the better ones stay
        return np.where(wishes.kept & wishes.extra, wishes.change_cost + _TIE * self.model.value, value)

    def _change(self, low: Ints, high: Ints, optional: Bools) -> Change:
        return Change(
            weight=self.value,
            demand=(low, high),
            optional=optional,
            pinned=self.pinned,
            forbidden=self.wishes.forbidden & ~self.pinned,
            beside=self.beside,
            groups=self._places_beyond(low),
        )

    def _open(self, low: Ints, high: Ints, optional: Bools) -> Problem:
        """State the step with nothing pinned or ruled out: what it is solved again from."""
        nothing = np.zeros(self.model.need.size, dtype=np.bool_)
        return as_problem(
            self.model,
            value=self.value,
            demand=(low, high),
            pinned=nothing,
            forbidden=nothing,
            optional=optional,
        )

    def _problem(self, low: Ints, high: Ints, optional: Bools, *, keep: Bools | None = None) -> Problem:
        forbidden = self.wishes.forbidden if keep is None else self.wishes.forbidden | ~keep
        return as_problem(
            self.model,
            value=self.value,
            demand=(low, high),
            pinned=self.pinned,
            forbidden=forbidden & ~self.pinned,
            optional=optional,
            more_groups=self._places_beyond(low),
        )

    @property
    def _counted(self) -> Bools:
        return self.pinned if self.beside is None else self.pinned & ~self.beside

    def _teamed(self) -> Bools:
        with_team = np.zeros(self.model.shape[0], dtype=np.bool_)
        with_team[[int(self.model.need[edges[0]]) for edges, _ in self.model.teams]] = True
        return with_team

    def _places_beyond(self, low: Ints) -> list[tuple[Ints, float, float]]:
        """Leave the places beyond the least, where an earlier plan had them, to those who were told so."""
        extra = self.wishes.kept & self.wishes.extra
        rows = np.unique(self.model.need[extra])
        order = np.argsort(self.model.need, kind="stable")
        begin, end = (np.searchsorted(self.model.need[order], rows, side=side) for side in ("left", "right"))
        counted, pinned = self._counted, self.pinned
        groups = []
        for row, first, last in zip(rows.tolist(), begin.tolist(), end.tolist(), strict=True):
            theirs = order[first:last]
            others = theirs[~extra[theirs]]
            filling = int(counted[others].sum())
            further = int(pinned[others].sum()) - filling
            groups.append((others, 0.0, float(max(int(low[row]), filling) + further)))
        return groups
