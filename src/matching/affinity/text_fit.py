"""How alike the words of a need and the words of a partner are: character n-grams, weighted by how rare they are."""

import dataclasses
import unicodedata
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matching.affinity.encoder import Remembering
from matching.affinity.policy import Policy
from matching.affinity.skills_found import partner_words
from matching.affinity.tfidf import TextVectors, character_runs
from matching.errors import CallError
from matching.records import Need, Partner

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Above this share of all pairs of the same needs one product of the two matrices is cheaper than a row by row one.
_DENSE_SHARE = 0.02
# A need is told in its first sentences; a page of boiler-plate behind them says nothing of the work.
_REACH = 400
_MOST_DIGITS = 4
_ENCODED = 1 << 14  # pairs whose vectors are multiplied at once


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TextFit:
    """The words of needs and partners as row-normalised vectors of equal width.

    Attributes
    ----------
    vectorizer : TextVectors or None
        Learnt from the district's own words; None where there are none.
    needs : csr_array of shape (n_needs, n_terms)
    partners : csr_array of shape (n_partners, n_terms)
    encoder : Remembering or None
        A sentence encoder that was plugged in.
    encoded_needs, encoded_partners : ndarray of shape (n_needs or n_partners, n_dimensions)
        Its vectors of length 1; without dimensions where there is none.
    """

    vectorizer: TextVectors | None
    needs: sp.csr_array
    partners: sp.csr_array
    encoder: Remembering | None = None
    encoded_needs: Floats = dataclasses.field(default_factory=lambda: np.zeros((0, 0)))
    encoded_partners: Floats = dataclasses.field(default_factory=lambda: np.zeros((0, 0)))


def fit_text(needs: Sequence[Need], partners: Sequence[Partner], *, encoder: Remembering | None = None) -> TextFit:
    """Learn the district's words and turn both sides into vectors.

    Parameters
    ----------
    needs : sequence of Need
        Their descriptions and the skills that they state.
    partners : sequence of Partner
        Their offers, stated skills, professions and, for organisations, names.
    encoder : Remembering, optional
        A sentence encoder whose likeness is added.

    Returns
    -------
    fit : TextFit
    """
    asked, offered = [_need_text(need) for need in needs], [_partner_text(partner) for partner in partners]
    vectorizer = TextVectors(character_runs(2, 3))
    try:
        rows = vectorizer.fit_transform([*asked, *offered])
    except CallError:  # no text of two characters anywhere: there is no vocabulary to learn
        empty = sp.csr_array((len(asked) + len(offered), 1))
        fit = TextFit(None, empty[: len(asked)], empty[len(asked) :])
    else:
        fit = TextFit(vectorizer, rows[: len(asked)], rows[len(asked) :])
    if encoder is None:
        return fit
    return dataclasses.replace(
        fit, encoder=encoder, encoded_needs=encoder.encode(asked), encoded_partners=encoder.encode(offered)
    )


def add_needs(fit: TextFit, needs: Sequence[Need]) -> TextFit:
    """Return a fit whose needs are others, in the words learnt before.

    Parameters
    ----------
    fit : TextFit
        With its partners.
    needs : sequence of Need
        The new needs.

    Returns
    -------
    fit : TextFit
    """
    asked = [_need_text(need) for need in needs]
    encoded = fit.encoder.encode(asked) if fit.encoder is not None else fit.encoded_needs
    rows = (
        fit.vectorizer.transform(asked)
        if fit.vectorizer is not None
        else sp.csr_array((len(asked), fit.partners.shape[1]))
    )
    return dataclasses.replace(fit, needs=rows, encoded_needs=encoded)


def stack_text(old: TextFit, kept: Sequence[int], fresh: TextFit) -> TextFit:
    """Put some needs of an old fit before those of a fresh one of the same partners.

    Parameters
    ----------
    old : TextFit
        Whose needs come first.
    kept : sequence of int
        Which of them.
    fresh : TextFit
        As `add_needs` returns it.

    Returns
    -------
    fit : TextFit
    """
    rows = np.array(kept, dtype=np.int64)
    encoded = fresh.encoded_needs
    if fresh.encoder is not None:
        parts = [part for part in (old.encoded_needs[rows], encoded) if part.size]
        encoded = np.concatenate(parts) if parts else encoded
    return dataclasses.replace(
        fresh, needs=sp.csr_array(sp.vstack([old.needs[rows], fresh.needs])), encoded_needs=encoded
    )


def text_values(fit: TextFit, need: Ints, partner: Ints, *, policy: Policy) -> tuple[Floats, Bools]:
    """Score how alike the words of each pair are.

    Parameters
    ----------
    fit : TextFit
        Both sides.
    need, partner : ndarray of int, shape (n_pairs,)
        The pairs.
    policy : Policy
        ``text_half``: the cosine that counts half; ``encoder_share``: how much of an encoder's likeness is added.

    Returns
    -------
    values : ndarray of float in [0, 1), shape (n_pairs,)
        ``cosine / (cosine + text_half)``, scaled to 1 at a cosine of 1.
    is_unknown : ndarray of bool, shape (n_pairs,)
        Where either side has no words at all.
    """
    cosine = cosines(fit, need, partner)
    if fit.encoder is not None:
        cosine = np.minimum(cosine + policy["encoder_share"] * _encoded_alike(fit, need, partner), 1.0)
    half = policy["text_half"]
    values = cosine * (1 + half) / (cosine + half) if half > 0 else np.where(cosine > 0, 1.0, 0.0)
    silent_needs, silent_partners = (np.diff(side.indptr) == 0 for side in (fit.needs, fit.partners))
    if fit.encoder is not None:
        silent_needs[:] = False  # whatever words a need has, an encoder has an opinion of them
    return np.minimum(values, 1.0), silent_needs[need] | silent_partners[partner]


def cosines(fit: TextFit, need: Ints, partner: Ints) -> Floats:
    """Return the cosine of each pair.

    Parameters
    ----------
    fit : TextFit
        Both sides.
    need, partner : ndarray of int, shape (n_pairs,)
        The pairs.

    Returns
    -------
    cosine : ndarray of float in [0, 1], shape (n_pairs,)
    """
    first, last = (int(need.min()), int(need.max()) + 1) if need.size else (0, 0)
    n_pairs = (last - first) * fit.partners.shape[0]
    if need.size > _DENSE_SHARE * n_pairs and n_pairs < 20_000_000:
        product = np.asarray((fit.needs[first:last] @ fit.partners.T).todense())
        cosine: Floats = product[need - first, partner]
    else:
        cosine = np.asarray(fit.needs[need].multiply(fit.partners[partner]).sum(axis=1)).ravel()
    return np.clip(cosine, 0.0, 1.0)


def _encoded_alike(fit: TextFit, need: Ints, partner: Ints) -> Floats:
    """Return how much nearer than the average partner an encoder puts each pair: encoders put everything near everything."""
    if not fit.encoded_needs.size or not fit.encoded_partners.size:
        return np.zeros(need.size)
    usual = fit.encoded_needs @ fit.encoded_partners.mean(axis=0)
    near = np.concatenate(
        [
            np.einsum(
                "pd,pd->p",
                fit.encoded_needs[need[at : at + _ENCODED]],
                fit.encoded_partners[partner[at : at + _ENCODED]],
            )
            for at in range(0, need.size, _ENCODED)
        ]
        or [np.zeros(0)]
    )
    alike: Floats = np.clip((near - usual[need]) / np.maximum(1 - usual[need], 1e-9), 0.0, 1.0)
    return alike


def shared_phrases(need: Need, partner: Partner, *, most: int = 3) -> tuple[str, ...]:
    """Return the longest phrases that a need and a partner's words have in common.

    Parameters
    ----------
    need : Need
        Its description and the skills that it states.
    partner : Partner
        The offer, stated skills, profession and, for organisations, the name.
    most : int, default=3
        How many phrases at most.

    Returns
    -------
    phrases : tuple of str
        Of two signs or more and few digits, longest first; none contains another.
    """
    asked, offered = _need_text(need), _partner_text(partner)
    found: dict[str, None] = {}
    start = 0
    while start < len(asked):
        end = start
        while end < len(asked) and asked[end].isalnum() and asked[start : end + 1] in offered:
            end += 1
        # a run of digits may be part of somebody's number, and masking later would not know a part
        if end - start >= 2 and sum(map(str.isdigit, asked[start:end])) < _MOST_DIGITS:
            found[asked[start:end]] = None
        start = max(end, start + 1)
    kept: list[str] = []
    for phrase in sorted(found, key=lambda each: -len(each)):
        if len(kept) < most and not any(phrase in other for other in kept):
            kept.append(phrase)
    return tuple(kept)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:_REACH]).casefold().split())


def _need_text(need: Need) -> str:
    return _fold("。".join([*(claim.name for claim in need.skills), need.description]))


def _partner_text(partner: Partner) -> str:
    return _fold("。".join([*(claim.name for claim in partner.skills), partner_words(partner)]))
