"""The notebook of the monthly report, run with other parameters and set into one page."""

import datetime as dt
import html
import os
import warnings
from collections.abc import Sequence
from importlib import metadata, resources
from pathlib import Path

import nbformat
import papermill
from nbconvert import TemplateExporter

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import CHINA
from matching.reports.month_report import MonthReport
from matching.reports.month_sections import Section
from matching.reports.page import page_style, policy_hash
from matching.service import Month

NOTEBOOK = "06_report_the_month.ipynb"


def run_month_notebook(
    source: str | Path,
    month: Month,
    *,
    known_at: dt.datetime | None,
    policies: Path | None = None,
    language: Language = "zh",
) -> nbformat.NotebookNode:
    """Run the notebook of the monthly report in a kernel of its own.

    Parameters
    ----------
    source : str or Path
        A store or files.
    month : Month
        The month.
    known_at : datetime or None
        For a store: what had been recorded by then counts.
    policies : Path, optional
        Folder with the district's own policy tables.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    notebook : NotebookNode
        With its outputs.

    Raises
    ------
    CallError
        If a cell of the notebook fails.
    """
    parameters = {
        "SOURCE": str(source) if "://" in str(source) else str(Path(source).resolve()),
        "MONTH": str(month),
        "KNOWN_AT": known_at.isoformat() if known_at else None,
        "POLICIES": str(policies.resolve()) if policies else None,
        "LANGUAGE": language,
    }
    os.environ.setdefault("PYTHONHASHSEED", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the machinery: what the notebook itself warns of is in its outputs
        try:
            done: nbformat.NotebookNode = papermill.execute_notebook(
                str(notebook_path()), None, parameters, kernel_name="python3", progress_bar=False, log_output=False,
                extra_arguments=["--log-level=50"],
            )  # fmt: skip
        except papermill.PapermillExecutionError as error:
            raise CallError(f"The notebook {NOTEBOOK} stopped: {error.ename}: {error.evalue}") from error
    return done


def notebook_path() -> Path:
    """Return where the notebook lies.

    Returns
    -------
    path : Path

    Raises
    ------
    CallError
        If it is not there.
    """
    installed = Path(str(resources.files("matching"))) / "_notebooks" / NOTEBOOK
    checkout = Path(__file__).resolve().parents[3] / "notebooks" / NOTEBOOK
    for path in (installed, checkout):
        if path.exists():
            return path
    raise CallError(
        f"The package holds no notebook {NOTEBOOK}. Looked for {installed} and {checkout}. Install it again."
    )


def render_month_page(
    notebook: nbformat.NotebookNode, report: MonthReport, sections: Sequence[Section], *, language: Language = "zh"
) -> str:
    """Set the outputs of the notebook into one self-contained page.

    Parameters
    ----------
    notebook : NotebookNode
        As `run_month_notebook` returns it.
    report : MonthReport
        What it shows.
    sections : sequence of Section
        Of the report, in the language of the notebook.
    language : {"zh", "en"}, default="zh"
        Of words.

    Returns
    -------
    page : str
        Its content policy names the hash of its own style and forbids all else.

    Raises
    ------
    CallError
        If the notebook shows something else than the report: the data changed meanwhile, or the notebook was changed.
    """
    # not nbconvert's exporter for HTML: it parses and writes every table anew, which changes what was checked
    exporter = TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="month", template_file="index.html.j2", extra_template_basedirs=[str(_templates())]
    )
    page, _ = exporter.from_notebook_node(notebook, resources={"page": _page_words(report, sections, language)})
    missing = [each.title for each in sections if each._repr_html_() not in page]
    if missing:
        raise CallError(
            f"The notebook and the figures of {report.month} differ in {missing}: the data changed meanwhile, or the notebook "
            "was changed. Make the report again."
        )
    return str(page)


def _page_words(report: MonthReport, sections: Sequence[Section], language: Language) -> dict[str, object]:
    def say(key: str, **values: object) -> str:
        return html.escape(label(f"reports.{key}", language=language, **values))

    style = page_style()
    known_at = report.known_at.astimezone(CHINA) if report.known_at else None
    facts = (
        say("month.facts", month=report.month, known_at=f"{known_at:%Y-%m-%d %H:%M:%S}")
        if known_at
        else say("month.facts_files", month=report.month)
    )
    return {
        "lang": "zh-CN" if language == "zh" else "en",
        "title": f"{say('month.title')} {report.month}",
        "facts": facts,
        "contents": say("contents"),
        "links": [(each.name, html.escape(each.title)) for each in sections],
        "footer": say("month.footer", version=metadata.version("linli-matching")),
        "style": style,
        "style_hash": policy_hash(style),
    }


def _templates() -> Path:
    return Path(str(resources.files("matching"))) / "reports" / "templates"
