"""What outcomes teach, on one page: how good the forecasts are, what becomes of the weights, and who is seen."""

import dataclasses
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from matching.affinity.weights import FEATURES, Weights
from matching.labels import Language, label
from matching.planning import Learning, exposure_table
from matching.reports.match_page import Grid, Heading
from matching.reports.page import picture, render_page
from matching.views import Forecasts, calibration_chart


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LearningPage:
    """Everything that the page shows, in the order in which it is read."""

    lang: str
    day: str
    lines: tuple[str, ...]
    curve: Markup
    newcomers: str
    weights: Grid
    before: Grid
    after: Grid


def render_learning_report(learning: Learning, *, tabled: Weights, language: Language = "zh") -> str:
    """Set what was learned into a page.

    Parameters
    ----------
    learning : Learning
        As `matching.planning.learn` returns it.
    tabled : Weights
        Those of the table, to compare with.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    html : str
        Self-contained.
    """
    forecast = learning.learned.forecast
    groups = [Forecasts(each.forecast, each.good, each.answers) for each in forecast.bins()]
    own, base = forecast.brier_new
    count = int(forecast.is_new.sum())
    values = {"count": count, "own": f"{own:.4f}", "base": f"{base:.4f}"}
    page = LearningPage(
        lang="zh-CN" if language == "zh" else "en",
        day=learning.as_of.isoformat(),
        lines=tuple(learning.summary(language=language).splitlines()),
        curve=picture(calibration_chart(groups, language=language)),
        newcomers=label("reports.learning.newcomers", language=language, **values) if count else "",
        weights=_weights_grid(learning, tabled, language),
        before=_grid(exposure_table(learning.before, language=language)),
        after=_grid(exposure_table(learning.after, language=language)),
    )
    return render_page("learning", page, is_live=False, language=language)


def write_learning_report(learning: Learning, path: str | Path, *, tabled: Weights, language: Language = "zh") -> Path:
    """Write the page.

    Parameters
    ----------
    learning : Learning
        As `matching.planning.learn` returns it.
    path : str or Path
        Of the file.
    tabled : Weights
        Those of the table.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    path : Path
    """
    path = Path(path)
    path.write_text(render_learning_report(learning, tabled=tabled, language=language), encoding="utf-8")
    return path


def _weights_grid(learning: Learning, tabled: Weights, language: Language) -> Grid:
    found = learning.learned
    slopes = dict(zip(FEATURES, found.chance.slopes, strict=True)) if found.chance else {}
    say = [
        label(f"reports.learning.{name}", language=language)
        for name in ("part", "tabled", "learned", "slope", "speaks")
    ]
    yes, no, newcomer = (label(f"reports.learning.{name}", language=language) for name in ("yes", "no", "by_policy"))
    rows = tuple(
        (
            tabled.title(name, language=language),
            f"{tabled[name]:.1%}",
            f"{found.weights[name]:.1%}",
            f"{slopes[name]:.2f}" if name in slopes else "—",
            newcomer if name == "newcomer" else yes if name in found.taught else no,
        )
        for name in FEATURES
    )
    return Grid((Heading(say[0]), *(Heading(words, is_figure=True) for words in say[1:4]), Heading(say[4])), rows)


def _grid(table: pd.DataFrame) -> Grid:
    heads = tuple(Heading(str(name), is_figure=at > 0) for at, name in enumerate(table.columns))
    return Grid(heads, tuple(tuple(row) for row in table.itertuples(index=False, name=None)))
