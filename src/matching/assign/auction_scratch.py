"""Scratch space of the searches for shortest chains, kept from one solution to the next."""

from typing import NamedTuple

import numpy as np

from matching.assign.auction_state import Floats, Ints32

FAR = np.inf


class Reach(NamedTuple):
    """Scratch space of the searches; needs are nodes ``0..n_needs - 1``, partners follow.

    Attributes
    ----------
    distance : ndarray of shape (n_nodes,)
        Infinite where a search has not been.
    place : ndarray of shape (n_nodes,)
        Where the node stands in the heap, -1 if it does not.
    link : ndarray of shape (n_nodes,)
        The edge or seat by which the search came.
    origin : ndarray of shape (n_nodes,)
        The node from which the search came.
    keys, nodes : ndarray of shape (n_nodes,)
        The heap.
    seen, settled : ndarray of shape (n_nodes,)
        Nodes labelled, and nodes whose distance is final, in order.
    """

    distance: Floats
    place: Ints32
    link: Ints32
    origin: Ints32
    keys: Floats
    nodes: Ints32
    seen: Ints32
    settled: Ints32


def open_reach(n_nodes: int) -> Reach:
    """Allocate the scratch space of searches over `n_nodes` needs and partners.

    Parameters
    ----------
    n_nodes : int

    Returns
    -------
    reach : Reach
    """
    return Reach(
        distance=np.full(n_nodes, FAR),
        place=np.full(n_nodes, -1, dtype=np.int32),
        link=np.zeros(n_nodes, dtype=np.int32),
        origin=np.zeros(n_nodes, dtype=np.int32),
        keys=np.zeros(n_nodes),
        nodes=np.zeros(n_nodes, dtype=np.int32),
        seen=np.zeros(n_nodes, dtype=np.int32),
        settled=np.zeros(n_nodes, dtype=np.int32),
    )


class Scratch:
    """Scratch space that is kept for the next search over as many nodes, and lent to one at a time.

    What is lent comes back as clean as it was, so that nothing depends on who had it before.
    """

    def __init__(self) -> None:
        self._spare: list[Reach] = []

    def __reduce__(self) -> tuple[type["Scratch"], tuple[()]]:
        return Scratch, ()

    @property
    def nbytes(self) -> int:
        """Memory of what is kept, in bytes."""
        return sum(array.nbytes for reach in self._spare for array in reach)

    def lend(self, n_nodes: int) -> Reach:
        """Return scratch space for `n_nodes` needs and partners, new where there is none to spare.

        Parameters
        ----------
        n_nodes : int

        Returns
        -------
        reach : Reach
        """
        try:
            reach = self._spare.pop()
        except IndexError:
            return open_reach(n_nodes)
        return reach if reach.distance.size == n_nodes else open_reach(n_nodes)

    def take_back(self, reach: Reach) -> None:
        """Keep scratch space whose searches came to their end.

        Parameters
        ----------
        reach : Reach
        """
        if not self._spare:
            self._spare.append(reach)
