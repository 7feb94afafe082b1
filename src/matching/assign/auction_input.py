"""Check the arrays an auction is given; what passes here cannot send a compiled loop out of bounds."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.assign.auction_state import Bytes, Floats, Given, Ints, Ints32, Market, Survey, frozen
from matching.errors import InvalidProblemError

# Edges, seats and nodes are counted in 32 bits to halve the memory.
MOST = 2**31 - 2


def read_arrays(
    need_ptr: ArrayLike, partner: ArrayLike, weight: ArrayLike, demand: ArrayLike, capacity: ArrayLike
) -> Given:
    """Check lengths, signs and indices of the arrays of a problem and freeze them.

    Parameters
    ----------
    need_ptr : array-like of int, shape (n_needs + 1,)
    partner : array-like of int, shape (n_edges,)
    weight : array-like of float, shape (n_edges,)
    demand : array-like of int, shape (n_needs,)
    capacity : array-like of int, shape (n_partners,)

    Returns
    -------
    given : Given
        The values of the weights are still to be checked, see `check_edges`.

    Raises
    ------
    InvalidProblemError
        If they contradict each other or hold impossible values.
    """
    ptr = np.ascontiguousarray(_whole_numbers("need_ptr", need_ptr), dtype=np.int64)
    wanted = _whole_numbers("demand_hi", demand).astype(np.int64, copy=False)
    seats = _whole_numbers("capacity", capacity).astype(np.int64, copy=False)
    ends = _whole_numbers("partner", partner)
    weights = np.ascontiguousarray(weight, dtype=np.float64)
    _check_pointers(ptr, wanted.size, ends.size)
    if weights.shape != ends.shape:
        raise InvalidProblemError(
            f"Each edge has one partner and one weight; got {ends.size} partners and weights of shape {weights.shape}; "
            "give arrays of one length."
        )
    for name, numbers in (("demand_hi", wanted), ("capacity", seats)):
        if numbers.size and numbers.min() < 0:
            at = int(np.argmin(numbers))
            raise InvalidProblemError(f"{name} is at least 0; got {numbers[at]} at index {at}; give 0 to close it.")
    if ends.size and (ends.min() < 0 or ends.max() >= seats.size):
        at = int(np.argmax((ends < 0) | (ends >= seats.size)))
        raise InvalidProblemError(
            f"A partner is an index below {seats.size}, the length of capacity; got {ends[at]} at edge {at}; "
            "correct the edge or lengthen capacity."
        )
    if max(2 * ends.size, wanted.size + seats.size) > MOST:
        raise InvalidProblemError(
            f"At most {MOST // 2} edges and {MOST} needs and partners fit; got {ends.size} edges, {wanted.size} needs, "
            f"{seats.size} partners; split the problem by district."
        )
    compact: Ints32 = np.ascontiguousarray(ends, dtype=np.int32)
    return Given(frozen(ptr), frozen(compact), frozen(weights), wanted, frozen(seats))


def own_arrays(given: Given) -> Given:
    """Copy the arrays, so that whoever gave them may change them later.

    Parameters
    ----------
    given : Given

    Returns
    -------
    owned : Given
    """
    return Given(
        need_ptr=frozen(given.need_ptr.copy()),
        partner=frozen(given.partner.copy()),
        weight=frozen(given.weight.copy()),
        demand=given.demand.copy(),
        capacity=frozen(given.capacity.copy()),
    )


def check_edges(given: Given, survey: Survey, *, numbers: Ints | None = None, n_before: int = 0) -> None:
    """Check that weights are finite, that their sum is, and that no need has a partner twice.

    Parameters
    ----------
    given : Given
    survey : Survey
        What one look at the edges told, with the greatest weight of all edges.
    numbers : ndarray of shape (n_needs,), optional
        The number of the need of each row; rows are numbered from 0 without.
    n_before : int, default=0
        Edges beside those given.

    Raises
    ------
    InvalidProblemError
        If a weight is not finite, they are too large to be added, or an edge stands twice.
    """
    largest, weights = survey.largest, given.weight
    if not np.isfinite(largest):
        at = int(np.argmin(np.isfinite(weights)))
        raise InvalidProblemError(
            f"A weight is a finite number; got {weights[at]} at edge {at}; leave out an edge that must not be chosen."
        )
    if largest > np.finfo(np.float64).max / max(4 * (weights.size + n_before), 1):
        raise InvalidProblemError(
            f"The sum of all weights is a finite number; got weights up to {largest:g}; divide them all by one number."
        )
    if survey.twice >= 0:
        row = int(np.searchsorted(given.need_ptr, survey.twice, side="right")) - 1
        need = row if numbers is None else int(numbers[row])
        raise InvalidProblemError(
            f"A partner stands once in a need; got partner {given.partner[survey.twice]} twice in need {need}; "
            "keep the better of the edges."
        )


def read_prices(start_partner_price: ArrayLike, n_partners: int, largest: float) -> Floats:
    """Check prices to start from; they are cut to what an edge can be worth, 0 to the greatest weight.

    Parameters
    ----------
    start_partner_price : array-like of float, shape (n_partners,)
    n_partners : int
    largest : float
        The greatest weight.

    Returns
    -------
    prices : ndarray of shape (n_partners,)

    Raises
    ------
    InvalidProblemError
        If there is not one finite price a partner.
    """
    prices = np.asarray(start_partner_price, dtype=np.float64)
    if prices.shape != (n_partners,):
        raise InvalidProblemError(
            f"start_partner_price has one price for each of {n_partners} partners; got shape {prices.shape}; "
            "give 0 for a partner that is new."
        )
    if not np.isfinite(prices).all():
        at = int(np.argmin(np.isfinite(prices)))
        raise InvalidProblemError(f"A price is a finite number; got {prices[at]} for partner {at}; give 0 for none.")
    return np.clip(prices, 0.0, largest)


def read_earlier(start_chosen: ArrayLike | None, n_edges: int) -> Bytes | None:
    """Check an earlier choice.

    Parameters
    ----------
    start_chosen : array-like of bool, shape (n_edges,), or None
    n_edges : int

    Returns
    -------
    earlier : ndarray of shape (n_edges,), values 0 or 1, or None

    Raises
    ------
    InvalidProblemError
        If there is not one truth value an edge.
    """
    if start_chosen is None:
        return None
    earlier = np.ascontiguousarray(start_chosen)
    if earlier.shape != (n_edges,) or earlier.dtype != np.bool_:
        raise InvalidProblemError(
            f"start_chosen has one truth value for each of {n_edges} edges; got shape {earlier.shape} of "
            f"{earlier.dtype}; give the earlier choice on the present edges."
        )
    # A copy where the caller's array is read-only would cost memory; the loops only read, but types must agree.
    return earlier.view(np.uint8) if earlier.flags.writeable else earlier.view(np.uint8).copy()


def price_out(market: Market, price: Floats) -> None:
    """Price partners that have edges and no seat out of the market, which costs the bound nothing.

    Parameters
    ----------
    market : Market
    price : ndarray of shape (n_partners,)
        Changed in place.
    """
    edges = np.flatnonzero((np.diff(market.slot_ptr) == 0)[market.partner])
    np.maximum.at(price, market.partner[edges], market.weight[edges])


def _whole_numbers(name: str, values: ArrayLike) -> NDArray[np.integer]:
    numbers = np.asarray(values)
    if numbers.size == 0 and numbers.ndim == 1:
        return np.zeros(0, dtype=np.int64)
    if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer):
        raise InvalidProblemError(
            f"{name} is a list of whole numbers; got {numbers.ndim} dimensions of {numbers.dtype}; "
            "convert it with astype(int)."
        )
    return numbers


def _check_pointers(ptr: Ints, n_needs: int, n_edges: int) -> None:
    if ptr.size != n_needs + 1:
        raise InvalidProblemError(
            f"need_ptr has one entry more than demand_hi; got {ptr.size} and {n_needs}; give one demand a need."
        )
    if ptr[0] != 0 or ptr[-1] != n_edges or (np.diff(ptr) < 0).any():
        raise InvalidProblemError(
            f"need_ptr rises from 0 to the number of edges, {n_edges}; got {ptr[0]} to {ptr[-1]}; "
            "sort the edges by need and count them."
        )
