"""The compiled loops of candidate search: an inverted index, sums in single precision that only filter, exact scores.

For each query the sums of products over a chunk of items are gathered from the index in float32. Only items whose sum,
rounding included, can still reach the k best are scored exactly: in float64, term by ascending term, and rounded once to
the type of the result. So the result depends neither on chunks nor on the order of work.
"""

import numpy as np
from numpy.typing import NDArray

from matching.affinity.search_compile import compiled
from matching.affinity.search_state import LINE, Asked, Bench, Best, Chunk, Floats, Ints

# Half a unit in the last place of float32, twice over: the weights' own rounding and that of products and sums.
_ROUNDING = 1.2e-7
_ROUNDINGS_BESIDE = 8
# Norms are rounded up by more than their own error.
_UP = 1.000001
# Heavy terms are left out of the sums while their part of the query is at most this multiple of the score to beat.
# Their greatest possible addition is far smaller, for it is multiplied by the item's own part on heavy terms.
_LEFT_OUT = 4.0


@compiled
def index_chunk(chunk: Chunk, bench: Bench, is_heavy: NDArray[np.bool_]) -> None:
    """Fill the inverted index and the norms of a chunk from its rows."""
    bench.seen[: chunk.number.size] = -1
    post_ptr = chunk.post_ptr
    post_ptr[:] = 0
    for p in range(chunk.term.size):
        post_ptr[chunk.term[p] + 1] += 1
    for t in range(post_ptr.size - 1):
        post_ptr[t + 1] += post_ptr[t]
    chunk.line_norm[:] = 0.0
    for i in range(chunk.number.size):
        square = 0.0
        for p in range(chunk.ptr[i], chunk.ptr[i + 1]):
            t = chunk.term[p]
            at = post_ptr[t]
            post_ptr[t] = at + 1
            chunk.post_item[at] = i
            chunk.post_weight[at] = chunk.weight[p]
            if is_heavy[t]:
                square += np.float64(chunk.weight[p]) ** 2
        norm = np.float32(np.sqrt(square) * _UP)
        chunk.heavy_norm[i] = norm
        chunk.line_norm[i // LINE] = max(chunk.line_norm[i // LINE], norm)
    for t in range(post_ptr.size - 1, 0, -1):
        post_ptr[t] = post_ptr[t - 1]
    post_ptr[0] = 0


@compiled
def search_chunk(chunk: Chunk, asked: Asked, best: Best, bench: Bench, is_heavy: NDArray[np.bool_]) -> int:
    """Offer the items of a chunk to every chosen query; return how many pairs were scored exactly."""
    scored = 0
    k = best.score.shape[1]
    for nth in range(asked.chosen.size):
        query = asked.chosen[nth]
        low, high = asked.ptr[query], asked.ptr[query + 1]
        error = np.float32((high - low + _ROUNDINGS_BESIDE) * _ROUNDING)
        is_full = best.size[query] == k
        floor = np.float32(best.score[query, 0]) - error if is_full else np.float32(0.0)
        left_out = gather_sums(chunk, asked, query, floor, bench, is_heavy)
        allowed = asked.allowed[asked.rule[nth]]
        if not is_full:
            hide_segments(chunk, allowed, bench)
        n_lines = find_peaks(chunk.number.size, bench)
        if not is_full and n_lines >= k:
            # At least k items, one a line, reach the k-th of the peaks.
            place = n_lines - k
            floor = np.partition(bench.peaks[:n_lines], place)[place : place + 1].view(np.float32)[0] - error - error
        if floor > error:
            n_found = find_items(chunk, allowed, floor, left_out, bench)
        else:
            # Rounding could hide items this near to zero, or there are too few: whatever shares a term is scored.
            n_found = find_sharing(chunk, asked, query, allowed, bench)
        wipe_sums(n_lines, bench)
        if n_found:
            for p in range(low, high):
                bench.spread[asked.term[p]] = asked.weight[p]
            score_found(chunk, n_found, query, best, bench)
            for p in range(low, high):
                bench.spread[asked.term[p]] = 0.0
        scored += n_found
    return scored


@compiled
def gather_sums(
    chunk: Chunk, asked: Asked, query: int, floor: np.float32, bench: Bench, is_heavy: NDArray[np.bool_]
) -> float:
    """Add up products with the items of a chunk; return the norm of the part of the query that was left out."""
    sums, post_ptr = bench.sums.ravel(), chunk.post_ptr
    post_item, post_weight = chunk.post_item, chunk.post_weight
    most = (_LEFT_OUT * floor) ** 2
    left_out = 0.0
    for p in range(asked.ptr[query], asked.ptr[query + 1]):
        t = asked.term[p]
        square = asked.weight[p] ** 2
        if is_heavy[t] and left_out + square <= most:
            left_out += square
            continue
        weight = np.float32(asked.weight[p])
        for at in range(post_ptr[t], post_ptr[t + 1]):
            sums[post_item[at]] += weight * post_weight[at]
    norm: float = np.sqrt(left_out) * _UP
    return norm


@compiled
def hide_segments(chunk: Chunk, allowed: NDArray[np.bool_], bench: Bench) -> None:
    """Forget the sums of items in blocks that the query may not see."""
    if allowed.size > 1:
        sums = bench.sums.ravel()
        for s in range(allowed.size):
            if not allowed[s]:
                sums[chunk.segment_ptr[s] : chunk.segment_ptr[s + 1]] = np.float32(0.0)


@compiled
def find_peaks(n_items: int, bench: Bench) -> int:
    """Find the greatest sum of each line, at least 0; return the number of lines."""
    bits, peaks = bench.bits, bench.peaks
    n_lines = (n_items + LINE - 1) // LINE
    for line in range(n_lines):
        # A row whose length the compiler does not know: else it takes many lines at once, with scattered reads.
        row = bits[line]
        peak = np.int32(0)
        for j in range(row.size):
            peak = max(peak, row[j])
        peaks[line] = peak
    return n_lines


@compiled
def wipe_sums(n_lines: int, bench: Bench) -> None:
    """Set the sums back to 0."""
    sums = bench.sums
    for line in range(n_lines):
        for j in range(LINE):
            sums[line, j] = np.float32(0.0)


@compiled
def find_items(chunk: Chunk, allowed: NDArray[np.bool_], floor: np.float32, left_out: float, bench: Bench) -> int:
    """List the items whose sums can reach the floor; return how many there are."""
    sums, found, peaks = bench.sums, bench.found, bench.peaks.view(np.float32)
    heavy_norm, line_norm, segment = chunk.heavy_norm, chunk.line_norm, chunk.segment
    rest = np.float32(left_out)
    n_items, n_found = chunk.number.size, 0
    for line in range(line_norm.size):
        if peaks[line] + rest * line_norm[line] >= floor:
            for j in range(min(LINE, n_items - line * LINE)):
                i = line * LINE + j
                if sums[line, j] + rest * heavy_norm[i] >= floor and allowed[segment[i]]:
                    found[n_found] = i
                    n_found += 1
    return n_found


@compiled
def find_sharing(chunk: Chunk, asked: Asked, query: int, allowed: NDArray[np.bool_], bench: Bench) -> int:
    """List the items that share a term with the query; return how many there are."""
    seen, found, n_found = bench.seen, bench.found, 0
    for p in range(asked.ptr[query], asked.ptr[query + 1]):
        t = asked.term[p]
        for at in range(chunk.post_ptr[t], chunk.post_ptr[t + 1]):
            i = chunk.post_item[at]
            if seen[i] != query and allowed[chunk.segment[i]]:
                seen[i] = query
                found[n_found] = i
                n_found += 1
    return n_found


@compiled
def score_found(chunk: Chunk, n_found: int, query: int, best: Best, bench: Bench) -> None:
    """Score the items found exactly and keep the best."""
    ptr, term, weight, number = chunk.ptr, chunk.term, chunk.weight, chunk.number
    spread, found, rounded = bench.spread, bench.found, bench.rounded
    scores, items = best.score[query], best.item[query]
    k, size = scores.size, best.size[query]
    for nth in range(n_found):
        i = found[nth]
        score = 0.0
        for p in range(ptr[i], ptr[i + 1]):
            score += spread[term[p]] * np.float64(weight[p])
        rounded[0] = score
        score = np.float64(rounded[0])
        if score > 0.0 and size < k:
            add_pair(scores, items, size, score, number[i])
            size += 1
        elif score > 0.0 and (score > scores[0] or (score == scores[0] and number[i] < items[0])):
            replace_worst(scores, items, score, number[i])
    best.size[query] = size


@compiled
def add_pair(scores: Floats, items: Ints, size: int, score: float, item: int) -> None:
    """Add a pair to a heap: the worst on top, of equals the one with the higher number."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if scores[above] < score or (scores[above] == score and items[above] > item):
            break
        scores[at], items[at] = scores[above], items[above]
        at = above
    scores[at], items[at] = score, item


@compiled
def replace_worst(scores: Floats, items: Ints, score: float, item: int) -> None:
    """Put a pair in the place of the worst of a full heap."""
    at, k = 0, scores.size
    while 2 * at + 1 < k:
        below = 2 * at + 1
        right = below + 1
        if right < k and (
            scores[right] < scores[below] or (scores[right] == scores[below] and items[right] > items[below])
        ):
            below = right
        if score < scores[below] or (score == scores[below] and item > items[below]):
            break
        scores[at], items[at] = scores[below], items[below]
        at = below
    scores[at], items[at] = score, item
