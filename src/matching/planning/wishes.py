"""What people have asked for beyond the data, and what keeping to it is worth."""

import dataclasses
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matching.planning.model import Bools, Floats, Model

_LEAST_WORTH = 0.1


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """What people have asked for beyond the data.

    Attributes
    ----------
    pinned, forbidden : ndarray of bool, shape (n_edges,)
    kept : ndarray of bool, shape (n_edges,)
        Pairs of an earlier plan that people have been told of.
    extra : ndarray of bool, shape (n_edges,)
        Those of them that were beyond the least head-count.
    change_cost : float
        What telling one person something new costs: each kept pair that is dropped and each new pair. A change is
        never so dear that a place stays empty: a new pair keeps at least a tenth of its value.
    told : ndarray of bool, shape (n_partners,), optional
        Partners who are told something new whatever is chosen: they had a pair that is no longer allowed or is now at
        another time.
    """

    pinned: Bools
    forbidden: Bools
    kept: Bools
    extra: Bools
    change_cost: float = 0.0
    told: Bools | None = None

    @classmethod
    def none(cls, n_edges: int) -> "Wishes":
        """Return no wishes at all.

        Parameters
        ----------
        n_edges : int
            Number of pairs.

        Returns
        -------
        wishes : Wishes
        """
        nothing = np.zeros(n_edges, dtype=np.bool_)
        return cls(nothing, nothing, nothing, nothing)


def with_change_cost(value: Floats, wishes: Wishes) -> Floats:
    """Return what pairs are worth when telling people something new has its price.

    Parameters
    ----------
    value : ndarray of float, shape (n_edges,)
        Of the pairs alone.
    wishes : Wishes
        With the pairs that people have been told of.

    Returns
    -------
    value : ndarray of float, shape (n_edges,)
        ``value + cost`` for kept pairs, ``max(value - cost, value / 10)`` for new ones.
    """
    cost = wishes.change_cost
    if not cost:
        return value
    return np.where(wishes.kept, value + cost, np.maximum(value - cost, _LEAST_WORTH * value))


def edges_mask(model: Model, edges: Iterable[int]) -> NDArray[np.bool_]:
    """Return a mask over the pairs.

    Parameters
    ----------
    model : Model
        With its pairs.
    edges : iterable of int
        Positions.

    Returns
    -------
    mask : ndarray of bool, shape (n_edges,)
    """
    mask = np.zeros(model.need.size, dtype=np.bool_)
    mask[list(edges)] = True
    return mask
