"""Needs and partners of a city as arrays: what is hard as bits, what is weighed as numbers, words as hashed rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from matching.affinity.search import check_widths, read_rows
from matching.affinity.search_state import Floats32, Ints
from matching.errors import CallError

Bits = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NeedRows:
    """What is asked for, one entry a need.

    Attributes
    ----------
    text : sparse array of shape (n_needs, n_terms)
        Rows of norm 1, or empty, say from `hash_texts`.
    block : array-like of int, shape (n_needs,)
        Where it is: a row of the table of nearness.
    people : array-like of int, shape (n_needs,)
        How many are wanted, at least 0.
    slots, licences : array-like of int, shape (n_needs,)
        Up to 64 bits: every time slot that it takes, every licence that it requires. A partner must have all of them.
    skills : array-like of int, shape (n_needs,)
        Up to 64 bits: the skills that it names. A partner is worth more the more of them it has.
    """

    text: Any
    block: ArrayLike
    people: ArrayLike
    slots: ArrayLike
    licences: ArrayLike
    skills: ArrayLike


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PartnerRows:
    """What is offered, one entry a partner.

    Attributes
    ----------
    text : sparse array of shape (n_partners, n_terms)
        Rows of norm 1, or empty.
    block : array-like of int, shape (n_partners,)
        Where it is: a column of the table of nearness.
    capacity : array-like of int, shape (n_partners,)
        Needs it may serve, at least 0.
    slots, licences, skills : array-like of int, shape (n_partners,)
        Up to 64 bits: when it is free, what licences are valid, what it can do.
    merit : array-like of float in [0, 1], shape (n_partners,)
        What speaks for it whatever the need: reliability, a light load.
    """

    text: Any
    block: ArrayLike
    capacity: ArrayLike
    slots: ArrayLike
    licences: ArrayLike
    skills: ArrayLike
    merit: ArrayLike


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedWeights:
    """How much each feature counts; at least 0.

    Attributes
    ----------
    skill : float
        Of the share of the skills named that the partner has; `unknown` stands for it where none is named.
    text : float
        Of the cosine of the words.
    place : float
        Of the nearness of the two blocks.
    merit : float
        Of what speaks for the partner itself.
    unknown : float in [0, 1]
    """

    skill: float = 0.35
    text: float = 0.25
    place: float = 0.15
    merit: float = 0.25
    unknown: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side, checked, ordered by block.

    Attributes
    ----------
    order : ndarray of int64, shape (n,)
        The caller's number of each row.
    text : csr_array of float32
        On the side of the needs times the weight of words.
    block_ptr : ndarray of int64, shape (n_blocks + 1,)
        Where each block begins.
    most : ndarray of int64, shape (n,)
        People wanted, or capacity.
    slots, licences, skills : ndarray of uint64, shape (n,)
    plus : ndarray of float32, shape (n,)
        What every pair of this row has: the weighed merit of a partner; of a need the part of skills where it names none.
    a_skill : ndarray of float32, shape (n,)
        What one shared skill is worth to a need; 0 for partners.
    """

    order: Ints
    text: sp.csr_array
    block_ptr: Ints
    most: Ints
    slots: Bits
    licences: Bits
    skills: Bits
    plus: Floats32
    a_skill: Floats32


@dataclass(frozen=True, slots=True, eq=False)
class FusedPairs:
    """All pairs that blocks let see each other, not listed but ready to be scored.

    Attributes
    ----------
    needs, partners : Side
    near : csr_array of float32, shape (n_need_blocks, n_partner_blocks)
        Weighed nearness; what is not stored may not meet.
    largest : float
        No pair is worth more.
    """

    needs: Side
    partners: Side
    near: sp.csr_array
    largest: float

    @property
    def shape(self) -> tuple[int, int]:
        """Needs and partners."""
        return self.needs.most.size, self.partners.most.size

    @property
    def n_seen(self) -> int:
        """Pairs whose blocks may meet."""
        wide = np.repeat(np.diff(self.needs.block_ptr), np.diff(self.near.indptr))
        return int(wide @ np.diff(self.partners.block_ptr)[self.near.indices])


def prepare_pairs(
    needs: NeedRows, partners: PartnerRows, nearness: Any, *, weights: FusedWeights | None = None
) -> FusedPairs:
    """Check the arrays of needs and partners and put both sides in order of their blocks.

    Parameters
    ----------
    needs : NeedRows
    partners : PartnerRows
    nearness : sparse array of shape (n_need_blocks, n_partner_blocks), values in [0, 1]
        How near two blocks are; blocks without an entry may not meet. An entry of 0 counts as none.
    weights : FusedWeights, optional

    Returns
    -------
    pairs : FusedPairs

    Raises
    ------
    CallError
        If lengths differ, a number is not what it may be, or a row of text is not of norm 1.
    """
    weights = weights or FusedWeights()
    _check_weights(weights)
    near = _read_nearness(nearness, weights.place)
    asked, offered = read_rows(needs.text, "need"), read_rows(partners.text, "partner")
    check_widths(asked, offered)
    skills = _read_bits(needs.skills, asked.shape[0], "skills of needs")
    named = np.bitwise_count(skills).astype(np.float32)
    a_skill = np.where(named > 0, np.float32(weights.skill) / np.maximum(named, 1), 0).astype(np.float32)
    merit = np.asarray(partners.merit, dtype=np.float32)
    if merit.shape != (offered.shape[0],) or not ((merit >= 0) & (merit <= 1)).all():
        raise CallError(f"merit must be one number in [0, 1] for each of {offered.shape[0]} partners.")
    unnamed = np.where(named > 0, 0, np.float32(weights.skill * weights.unknown)).astype(np.float32)
    asked = asked.astype(np.float32) * np.float32(weights.text)
    return FusedPairs(
        needs=_order_side(needs, asked, (needs.people, "people"), unnamed, a_skill, near.shape[0], "needs"),
        partners=_order_side(
            partners, offered.astype(np.float32, copy=False), (partners.capacity, "capacity"),
            np.float32(weights.merit) * merit, np.zeros(merit.size, np.float32), near.shape[1], "partners",
        ),
        near=near,
        largest=1.01 * (weights.skill + weights.text + weights.place + weights.merit),
    )  # fmt: skip


def _check_weights(weights: FusedWeights) -> None:
    for name in ("skill", "text", "place", "merit", "unknown"):
        value = getattr(weights, name)
        if not (0.0 <= value < np.inf) or (name == "unknown" and value > 1.0):
            raise CallError(f"The weight of {name} must be a number of at least 0; got {value!r}.")


def _read_nearness(nearness: Any, weight: float) -> sp.csr_array:
    is_sparse: bool = sp.issparse(nearness)
    if not is_sparse or nearness.ndim != 2:
        raise CallError(f"nearness must be a sparse table of blocks by blocks; got {type(nearness).__name__}.")
    near = sp.csr_array(nearness, dtype=np.float32, copy=True)
    near.sum_duplicates()
    near.eliminate_zeros()
    if near.data.size and not ((near.data >= 0) & (near.data <= 1)).all():
        at = int(np.flatnonzero(~((near.data >= 0) & (near.data <= 1)))[0])
        raise CallError(f"Nearness must be in [0, 1]; got {near.data[at]:g}.")
    near.data *= np.float32(weight)
    return near


def _order_side(
    rows: NeedRows | PartnerRows,
    text: sp.csr_array,
    most: tuple[ArrayLike, str],
    plus: Floats32,
    a_skill: Floats32,
    n_blocks: int,
    kind: str,
) -> Side:
    size = text.shape[0]
    block = _read_whole(rows.block, size, f"block of {kind}")
    if size and block.max() >= n_blocks:
        at = int(block.argmax())
        raise CallError(f"The table of nearness has {n_blocks} blocks of {kind}; number {at} is in block {block[at]}.")
    order = np.argsort(block, kind="stable")
    is_ordered = bool((np.diff(block) >= 0).all())

    def moved(values: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(values if is_ordered else values[order])

    return Side(
        order=order,
        text=text if is_ordered else text[order],
        block_ptr=np.searchsorted(block[order], np.arange(n_blocks + 1)).astype(np.int64),
        most=moved(_read_whole(most[0], size, f"{most[1]} of {kind}")),
        slots=moved(_read_bits(rows.slots, size, f"slots of {kind}")),
        licences=moved(_read_bits(rows.licences, size, f"licences of {kind}")),
        skills=moved(_read_bits(rows.skills, size, f"skills of {kind}")),
        plus=moved(plus),
        a_skill=moved(a_skill),
    )


def _read_whole(values: ArrayLike, size: int, name: str) -> Ints:
    numbers = _read_integers(values, size, name)
    if size and numbers.min() < 0:
        at = int(numbers.argmin())
        raise CallError(f"The {name} must be whole numbers of at least 0; got {numbers[at]} at {at}.")
    return numbers.astype(np.int64, copy=False)


def _read_bits(values: ArrayLike, size: int, name: str) -> Bits:
    # The highest of the 64 bits makes a signed number negative: as a set of bits it is welcome.
    return _read_integers(values, size, name).astype(np.uint64, copy=False)


def _read_integers(values: ArrayLike, size: int, name: str) -> NDArray[Any]:
    numbers = np.asarray(values)
    if numbers.shape != (size,):
        raise CallError(f"The {name} must be one number for each of {size}; got shape {numbers.shape}.")
    if size and numbers.dtype.kind not in "iu":
        raise CallError(f"The {name} must be whole numbers; got {numbers.dtype}.")
    return numbers
