"""All allowed pairs of a district, scored at once: whole tables, where there is nothing to gain from compiled loops."""

import numpy as np

from matching.affinity.fused_rows import FusedPairs
from matching.affinity.fused_scan import PairList


def list_all_pairs(pairs: FusedPairs) -> PairList:
    """List every allowed pair with its score.

    Parameters
    ----------
    pairs : FusedPairs
        Few enough for tables of (n_needs, n_partners).

    Returns
    -------
    listed : PairList
        Partners without capacity are left out.
    """
    needs, partners = pairs.needs, pairs.partners
    blocks = [np.repeat(np.arange(side.block_ptr.size - 1), np.diff(side.block_ptr)) for side in (needs, partners)]
    # Blocks that may meet, also where nearness counts nothing.
    meets = np.zeros(pairs.near.shape, dtype=np.bool_)
    meets[np.repeat(np.arange(meets.shape[0]), np.diff(pairs.near.indptr)), pairs.near.indices] = True
    lacks = (needs.slots[:, None] & ~partners.slots) | (needs.licences[:, None] & ~partners.licences)
    allowed = meets[np.ix_(*blocks)] & (lacks == 0) & (partners.most > 0) & (needs.most > 0)[:, None]
    shared = np.bitwise_count(needs.skills[:, None] & partners.skills).astype(np.float32)
    score = (needs.text @ partners.text.T).toarray() + needs.plus[:, None]
    score = score + (pairs.near.toarray()[np.ix_(*blocks)] + partners.plus) + needs.a_skill[:, None] * shared
    need, partner = np.nonzero(allowed)
    ptr = np.searchsorted(need, np.arange(needs.most.size + 1)).astype(np.int64)
    return PairList(ptr, partner.astype(np.int32), score[need, partner].astype(np.float32))
