"""Random cities for the benchmarks: needs and partners with texts, places, hours, licences, skills and merit."""

import numpy as np
import scipy.sparse as sp

SIDE = 600  # partners a district
N_SLOTS = 21  # a week of mornings, afternoons and evenings
N_SKILLS = 48
N_LICENCES = 8
# Pairs of characters that nearly everybody writes, and those of one skill.
COMMON = "社区居民服务志愿活动帮助老人孩子家庭时间需要提供小区街道周末长期负责"


def draw_bits(rng, shape, n_bits, *, width):
    """Numbers with up to `width` of `n_bits` bits set."""
    picked = rng.integers(0, n_bits, (shape, width)).astype(np.uint64)
    return np.bitwise_or.reduce(np.uint64(1) << picked, axis=1)


def write_texts(rng, skill, *, length=14):
    """Short texts: half of the words common to all, half of the skill's own words, Zipf within each."""
    alphabet = np.arange(0x4E00, 0x4E00 + 3000)
    common = np.frombuffer(COMMON.encode("utf-32-le"), dtype=np.uint32)
    world = np.random.default_rng(7)
    own = world.choice(alphabet, (N_SKILLS, 60, 2)).astype(np.uint32)
    texts = np.zeros((skill.size, length), dtype=np.uint32)
    for at in range(0, length, 2):
        pair = (60 * rng.random(skill.size) ** 2).astype(np.int64)
        start = (common.size // 2 * rng.random(skill.size) ** 2).astype(np.int64) * 2
        is_own = rng.random(skill.size) < 0.5
        for side in (0, 1):
            texts[:, at + side] = np.where(is_own, own[skill, pair, side], common[start + side])
    # Texts are of different lengths: what is past the end is no character.
    texts[np.arange(length)[None, :] >= rng.integers(6, length + 1, skill.size)[:, None]] = 0
    return texts.view(f"<U{length}").ravel()


def make_city(n_needs, n_partners, *, is_scarce=False, seed=1):
    """Needs see their own and the neighbouring districts of about 600 partners; merit is Beta(2, 4) as scores' quality is.

    Returns need texts, partner texts, and the keyword arguments of NeedRows and PartnerRows without text, and nearness.
    """
    rng = np.random.default_rng(seed)
    n_districts = max(1, n_partners // SIDE)
    partner_block = np.sort(rng.integers(0, n_districts, n_partners))
    need_block = np.sort(rng.integers(0, n_districts, n_needs))
    near = sp.diags_array([0.5, 1.0, 0.5], offsets=[-1, 0, 1], shape=(n_districts, n_districts), format="csr")
    asked, can = rng.integers(0, N_SKILLS, n_needs), rng.integers(0, N_SKILLS, n_partners)
    # A need takes one or two of 21 times of the week, a partner has about two thirds of them free.
    free = (np.uint64(1) << np.uint64(N_SLOTS)) - np.uint64(1) - draw_bits(rng, n_partners, N_SLOTS, width=8)
    regulated = rng.random(n_needs) < 0.2
    licence = np.where(regulated, draw_bits(rng, n_needs, N_LICENCES, width=1), np.uint64(0))
    held = np.where(rng.random(n_partners) < 0.5, draw_bits(rng, n_partners, N_LICENCES, width=2), np.uint64(0))
    people = rng.integers(1, 7, n_needs) * (3 if is_scarce else 1)
    one = np.uint64(1)
    needs = {
        "block": need_block, "people": people, "slots": draw_bits(rng, n_needs, N_SLOTS, width=2), "licences": licence,
        "skills": (one << asked.astype(np.uint64)) | draw_bits(rng, n_needs, N_SKILLS, width=1),
    }  # fmt: skip
    partners = {
        "block": partner_block, "capacity": np.ones(n_partners, dtype=np.int64), "slots": free, "licences": held,
        "skills": (one << can.astype(np.uint64)) | draw_bits(rng, n_partners, N_SKILLS, width=3),
        "merit": rng.beta(2, 4, n_partners).astype(np.float32),
    }  # fmt: skip
    return write_texts(rng, asked), write_texts(rng, can), needs, partners, near
