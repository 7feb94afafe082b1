"""Small cities of every shape for the tests of fused scores and of matching at scale."""

import numpy as np
import scipy.sparse as sp

from matching.affinity import FusedWeights, NeedRows, PartnerRows, prepare_pairs

WEIGHTS = FusedWeights(skill=0.35, text=0.25, place=0.15, merit=0.25, unknown=0.4)


def draw_text(rng, n_rows, n_terms=12):
    table = sp.random_array((n_rows, n_terms), density=0.3, rng=rng, format="csr", dtype=np.float32)
    norm = np.sqrt(np.asarray(table.power(2).sum(axis=1)))
    return sp.csr_array(sp.diags_array(1 / np.where(norm > 0, norm, 1.0), dtype=np.float32) @ table)


def draw_city(seed, *, n_needs=12, n_partners=30, n_blocks=4, most_people=4, most_capacity=3, is_tied=False):
    """Rows in no order, some needs that want nobody, some partners without capacity, empty texts, highest bits."""
    rng = np.random.default_rng(seed)
    near = np.round(rng.random((n_blocks, n_blocks)), 2) * (rng.random((n_blocks, n_blocks)) < 0.5)
    np.fill_diagonal(near, 1.0)
    bits = 2 ** rng.integers(0, 64, (6, max(n_needs, n_partners)), dtype=np.uint64)
    shared = {"n": n_needs, "p": n_partners}
    merit = rng.random(shared["p"])
    needs = NeedRows(
        text=draw_text(rng, n_needs), block=rng.integers(0, n_blocks, n_needs),
        people=rng.integers(0, most_people + 1, n_needs), slots=rng.integers(0, 4, n_needs).astype(np.uint64),
        licences=np.where(rng.random(n_needs) < 0.2, 1 << 63, 0).astype(np.uint64),
        skills=np.where(rng.random(n_needs) < 0.8, bits[0, :n_needs] | bits[1, :n_needs], np.uint64(0)),
    )  # fmt: skip
    partners = PartnerRows(
        text=draw_text(rng, n_partners), block=rng.integers(0, n_blocks, n_partners),
        capacity=rng.integers(0, most_capacity + 1, n_partners),
        slots=rng.choice([1, 3, 7, 7], n_partners).astype(np.uint64),
        licences=np.where(rng.random(n_partners) < 0.5, 1 << 63, 0).astype(np.uint64),
        skills=bits[2, :n_partners] | bits[3, :n_partners] | bits[0, rng.integers(0, n_needs, n_partners)],
        merit=np.round(merit, 1) if is_tied else merit,
    )  # fmt: skip
    return needs, partners, sp.csr_array(near)


def score_one_by_one(needs, partners, near, weights=WEIGHTS):
    """Every pair by the definition: (scores, which are allowed), dense."""
    words = needs.text.toarray().astype(float) @ partners.text.toarray().astype(float).T
    near = near.toarray()
    score, allowed = np.zeros(words.shape), np.zeros(words.shape, dtype=bool)
    for i, j in np.ndindex(words.shape):
        asked, can = int(needs.skills[i]), int(partners.skills[j])
        share = (asked & can).bit_count() / asked.bit_count() if asked else weights.unknown
        place = near[needs.block[i], partners.block[j]]
        score[i, j] = weights.skill * share + weights.text * words[i, j] + weights.place * place
        score[i, j] += weights.merit * partners.merit[j]
        has_time = int(needs.slots[i]) & ~int(partners.slots[j]) == 0
        has_licence = int(needs.licences[i]) & ~int(partners.licences[j]) == 0
        allowed[i, j] = place > 0 and has_time and has_licence and partners.capacity[j] > 0 and needs.people[i] > 0
    return score, allowed


def prepare(city):
    return prepare_pairs(*city, weights=WEIGHTS)
