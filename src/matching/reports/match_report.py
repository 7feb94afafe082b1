"""The report of a plan: one HTML file that opens anywhere, offline, and can do nothing outside itself."""

import datetime as dt
from importlib import metadata
from pathlib import Path

from markupsafe import Markup

from matching.errors import CallError
from matching.labels import Language, label
from matching.planning import Plan
from matching.records import CHINA, Community
from matching.reports.match_figures import (
    coverage_grid,
    headline_tiles,
    load_grid,
    load_words,
    override_grid,
    problem_grid,
    proof_grid,
    proof_words,
    weights_grid,
)
from matching.reports.match_needs import bottleneck_grid, need_blocks, unmet_grid
from matching.reports.match_page import MatchPage, Panel
from matching.reports.page import as_it_is, picture, render_page
from matching.views import (
    Coverage,
    coverage_chart,
    coverage_of,
    flow_chart,
    flow_of,
    load_chart,
    load_of,
    network_charts,
    status_of,
)


def write_match_report(
    plan: Plan, community: Community, path: str | Path, *, language: Language = "zh", show_phones: bool = False
) -> Path:
    """Write the report of a plan as one self-contained HTML file.

    Parameters
    ----------
    plan : Plan
        What to report on.
    community : Community
        The community that the plan was made on, with the problems of its data.
    path : str or Path
        Where to write; a file that is there is replaced, whole or not at all.
    language : {"zh", "en"}, default="zh"
        Of the page.
    show_phones : bool, default=False
        Whether the phones of proposed partners stand in full. Whoever asks should record a `Disclosure`.

    Returns
    -------
    path : Path

    Raises
    ------
    CallError
        If the plan was made on another community.
    """
    path = Path(path)
    html = render_match_report(plan, community, language=language, show_phones=show_phones)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    draft.write_text(html, encoding="utf-8", newline="\n")
    draft.replace(path)
    return path


def render_match_report(
    plan: Plan, community: Community, *, language: Language = "zh", show_phones: bool = False
) -> str:
    """Return the report of a plan as HTML.

    Parameters
    ----------
    plan : Plan
        What to report on.
    community : Community
        The community that the plan was made on, with the problems of its data.
    language : {"zh", "en"}, default="zh"
        Of the page.
    show_phones : bool, default=False
        Whether the phones of proposed partners stand in full.

    Returns
    -------
    html : str
        The same for the same plan and community.

    Raises
    ------
    CallError
        If the plan was made on another community.
    """
    if community.fingerprint() != plan.fingerprint:
        raise CallError(
            f"A report needs the community that its plan was made on; plan {plan.plan_id} was made on "
            f"{plan.fingerprint}, got {community.fingerprint()}. Make the plan again, or hand in the old community."
        )
    return render_page("match", _page(plan, community, language, show_phones=show_phones), language=language)


def _page(plan: Plan, community: Community, language: Language, *, show_phones: bool) -> MatchPage:
    status, load = status_of(plan), load_of(plan)
    elsewhere = label("views.district.elsewhere", language=language)
    coverage = tuple(Coverage(row.place or elsewhere, row.met, row.partial, row.unmet) for row in coverage_of(plan))
    problems = problem_grid(community, language=language)
    day = _day(plan.as_of)
    return MatchPage(
        lang="zh-CN" if language == "zh" else "en",
        day=day,
        facts=(
            label("reports.as_of", language=language, day=day),
            as_it_is(label("reports.plan", language=language, plan=plan.plan_id)),
            label("reports.size", language=language, needs=len(status), partners=len(community.partners)),
        ),
        warnings=plan.warnings,
        tiles=headline_tiles(plan, status, language=language),
        places=tuple(row.place for row in coverage),
        needs=need_blocks(plan, status, show_phones=show_phones, language=language),
        unmet=unmet_grid(plan, language=language),
        bottlenecks=bottleneck_grid(plan, language=language),
        flow=_flow(plan, language),
        panels=_panels(plan, language),
        coverage=picture(coverage_chart(coverage, language=language)),
        coverage_table=coverage_grid(coverage, language=language),
        load=picture(load_chart(load, language=language)),
        load_words=load_words(load, language=language),
        load_table=load_grid(load, language=language),
        proof_words=proof_words(plan, language=language),
        proof_table=proof_grid(plan, language=language),
        overrides=override_grid(plan, language=language),
        weights_table=weights_grid(plan, language=language),
        problem_words=label(
            "reports.data.some" if problems.rows else "reports.data.none",
            language=language,
            count=len(community.problems),
        ),
        problem_table=problems,
        show_phones=show_phones,
        footer=label("reports.privacy.footer", language=language, version=metadata.version("linli-matching")),
    )


def _flow(plan: Plan, language: Language) -> Markup:
    elsewhere = label("views.district.elsewhere", language=language)
    pairs = {(place or elsewhere, kind): count for (place, kind), count in flow_of(plan).items()}
    return picture(flow_chart(pairs, language=language))


def _panels(plan: Plan, language: Language) -> tuple[Panel, ...]:
    pairs: dict[str, int] = {}
    for (place, _), count in flow_of(plan).items():
        pairs[place] = pairs.get(place, 0) + count
    needs = {row.place: row.needs for row in coverage_of(plan)}
    return tuple(
        Panel(
            words=place or label("views.district.elsewhere", language=language),
            note=label("reports.network.panel", language=language, needs=needs[place], pairs=pairs.get(place, 0)),
            picture=picture(svg),
        )
        for place, svg in network_charts(plan, language=language).items()
    )


def _day(as_of: dt.date) -> str:
    """Write a day, or a moment in the time of China."""
    return f"{as_of.astimezone(CHINA):%Y-%m-%d %H:%M}" if isinstance(as_of, dt.datetime) else as_of.isoformat()
