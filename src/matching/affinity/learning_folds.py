"""How good forecasts are: later answers forecast from earlier ones, judged by the Brier score, occasion by occasion."""

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matching.affinity.occasions import Outcomes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Fit = Callable[[Floats, Bools], tuple[float, Floats]]

_FOLDS = 5  # the first is only learned from
_RESAMPLES = 2000
_SEED = 20240731
_SURE = 0.05
_BINS = 10
_LEAST_IN_BIN = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about one forecast: what was forecast on average, and how many of how many were good."""

    forecast: float
    good: int
    answers: int


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Forecasts of later answers from earlier ones.

    Attributes
    ----------
    chance, base, prior : ndarray of float in (0, 1), shape (n,)
        Forecasts of the curve; the share of good answers before; a curve over the tabled score alone.
    is_good : ndarray of bool, shape (n,)
        What became of them.
    occasion : ndarray of int, shape (n,)
        Answers of one number belong together.
    is_new : ndarray of bool, shape (n,)
        Whether the partner had never answered in what was learned from.
    """

    chance: Floats
    base: Floats
    prior: Floats
    is_good: Bools
    occasion: Ints
    is_new: Bools

    @classmethod
    def empty(cls) -> "Forecast":
        """Return the forecasts of nothing.

        Returns
        -------
        forecast : Forecast
        """
        none, no = np.zeros(0), np.zeros(0, dtype=np.bool_)
        return cls(none, none, none, no, np.zeros(0, dtype=np.int64), no)

    @property
    def is_tried(self) -> bool:
        """Whether anything was forecast."""
        return bool(self.chance.size)

    @property
    def brier(self) -> float:
        """Mean squared error of the curve; ``nan`` where nothing was forecast."""
        return _brier(self.chance, self.is_good)

    @property
    def brier_base(self) -> float:
        """Mean squared error of naming the earlier share every time."""
        return _brier(self.base, self.is_good)

    @property
    def brier_prior(self) -> float:
        """Mean squared error of a curve over the tabled score."""
        return _brier(self.prior, self.is_good)

    @property
    def brier_new(self) -> tuple[float, float]:
        """Mean squared errors of the curve and of the share, for partners who were new to what was learned from."""
        return _brier(self.chance[self.is_new], self.is_good[self.is_new]), _brier(
            self.base[self.is_new], self.is_good[self.is_new]
        )

    def bins(self) -> tuple[Bin, ...]:
        """Return the reliability curve: at most ten bins of about as many answers each, at least twenty.

        Returns
        -------
        bins : tuple of Bin
            From the lowest forecast up.
        """
        count = min(_BINS, self.chance.size // _LEAST_IN_BIN)
        parts = np.array_split(np.argsort(self.chance, kind="stable"), count) if count else []
        return tuple(Bin(float(self.chance[p].mean()), int(self.is_good[p].sum()), int(p.size)) for p in parts)


def forecast_forward(outcomes: Outcomes, *, fit: Fit, prior: Floats) -> Forecast:
    """Forecast each stretch of days from all the days before it; occasions are never split.

    Parameters
    ----------
    outcomes : Outcomes
        In the order of their days.
    fit : callable of (values, is_good) giving (intercept, slopes)
        How to learn.
    prior : ndarray of float, shape (n_features,)
        Weights of the table.

    Returns
    -------
    forecast : Forecast
        Of all stretches but the first; empty where an early stretch holds one kind of answer only.
    """
    days = np.unique(outcomes.day)
    edges = [int(days[int(len(days) * k / _FOLDS)]) for k in range(1, _FOLDS)] if days.size >= _FOLDS else []
    parts = []
    for begin, end in zip(edges, [*edges[1:], np.iinfo(np.int64).max], strict=True):
        early, late = outcomes.day < begin, (outcomes.day >= begin) & (outcomes.day < end)
        good = outcomes.is_good[early]
        if good.all() or not good.any():
            return Forecast.empty()
        parts.append(_stretch(outcomes, early, late, fit=fit, prior=prior))
    if not parts:
        return Forecast.empty()
    return Forecast(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in dataclasses.fields(Forecast)
        }
    )


def likely_gain(forecast: Forecast) -> float:
    """Return what the curve gains over the better of its rivals in 95 % of resampled occasions.

    Parameters
    ----------
    forecast : Forecast
        With at least one answer.

    Returns
    -------
    gain : float
        The 5 % quantile of the difference in Brier score, drawn over occasions; above 0 where the curve is surely better.
    """
    error = (forecast.chance - forecast.is_good) ** 2
    names, at = np.unique(forecast.occasion, return_inverse=True)
    sizes = np.bincount(at)
    draws = np.random.default_rng(_SEED).multinomial(names.size, np.full(names.size, 1 / names.size), size=_RESAMPLES)
    weight = draws @ sizes
    gains = []
    for rival in (forecast.base, forecast.prior):
        better = np.bincount(at, weights=(rival - forecast.is_good) ** 2 - error)
        gains.append(float(np.quantile(draws @ better / weight, _SURE)))
    return min(gains)


def _stretch(outcomes: Outcomes, early: Bools, late: Bools, *, fit: Fit, prior: Floats) -> Forecast:
    good = outcomes.is_good[early]
    curves = []
    for values in (outcomes.values, (outcomes.values @ prior)[:, None]):
        intercept, slopes = fit(values[early], good)
        curves.append(1.0 / (1.0 + np.exp(-(intercept + values[late] @ slopes))))
    return Forecast(
        chance=curves[0],
        base=np.full(int(late.sum()), good.mean()),
        prior=curves[1],
        is_good=outcomes.is_good[late],
        occasion=outcomes.occasion[late],
        is_new=~np.isin(outcomes.partner[late], outcomes.partner[early]),
    )


def _brier(chance: Floats, is_good: Bools) -> float:
    return float(((chance - is_good) ** 2).mean()) if chance.size else float("nan")
