"""The compiled loop that counts hashed pairs of characters, one text after the other."""

import numpy as np
from numpy.typing import NDArray

from matching.affinity.search_compile import compiled
from matching.affinity.search_state import Floats32, Ints, Ints32
from matching.affinity.text_pairs import hash_pair as _hash_pair

hash_pair = compiled(_hash_pair)


@compiled
def count_pairs(
    codes: NDArray[np.uint32], length: Ints, fold: NDArray[np.uint32], n_terms: int
) -> tuple[Ints, Ints32, Floats32]:
    """Return how many terms each text has, the terms, ascending within a text, and how often it has each."""
    size = np.zeros(length.size, np.int64)
    term, count = np.empty(codes.size, np.int32), np.empty(codes.size, np.float32)
    wide, start, first = np.uint64(n_terms), 0, 0
    for nth in range(length.size):
        last = first
        before, run = np.uint64(0), 0
        for at in range(start, start + length[nth]):
            code = np.uint64(codes[at])
            code = np.uint64(fold[codes[at]]) if codes[at] < fold.size else code
            if code == 0:
                if run == 1:
                    last = add_term(term, first, last, np.int32(hash_pair(np.uint64(0), before, wide)))
                run = 0
                continue
            if run:
                last = add_term(term, first, last, np.int32(hash_pair(before, code, wide)))
            before, run = code, run + 1
        if run == 1:
            last = add_term(term, first, last, np.int32(hash_pair(np.uint64(0), before, wide)))
        last = gather_terms(term, count, first, last)
        size[nth] = last - first
        start += length[nth]
        first = last
    return size, term[:first].copy(), count[:first].copy()


@compiled
def add_term(term: Ints32, first: int, last: int, new: np.int32) -> int:
    """Put a term where it belongs among the few of its text; of long texts it is put at the end."""
    at = last
    if last - first < 64:
        while at > first and term[at - 1] > new:
            term[at] = term[at - 1]
            at -= 1
    term[at] = new
    return last + 1


@compiled
def gather_terms(term: Ints32, count: Floats32, first: int, last: int) -> int:
    """Count the terms of one text that are the same; return where its terms now end."""
    if last - first > 64:
        term[first:last] = np.sort(term[first:last])
    end = first
    for at in range(first, last):
        if end > first and term[end - 1] == term[at]:
            count[end - 1] += np.float32(1.0)
        else:
            term[end] = term[at]
            count[end] = np.float32(1.0)
            end += 1
    return end
