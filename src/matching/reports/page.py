"""One self-contained page: words, style and script set into a template, everything that people wrote made inert."""

import base64
import functools
import hashlib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from matching.labels import Language, label
from matching.records import Kind
from matching.views.svg import clean_text, draw_mark


def render_page(name: str, page: object, *, is_live: bool = True, language: Language = "zh") -> str:
    """Set a page into its template, with style and script inline and nothing fetched from anywhere.

    Parameters
    ----------
    name : str
        Of the template and its script, for example ``"match"``.
    page : object
        What the template shows.
    is_live : bool, default=True
        Whether the page has a script of its own.
    language : {"zh", "en"}, default="zh"
        Of the template's own words.

    Returns
    -------
    html : str
        The content policy of the page names the hashes of its own style and script and forbids all else, so that even
        markup that slipped through could neither run nor call out.
    """
    style, script = page_style(), _read(f"{name}.js") if is_live else ""
    return (
        _environment()
        .get_template(f"{name}.html.j2")
        .render(
            page=page,
            say=functools.partial(_say, language),
            marks={kind: Markup(draw_mark(kind, 0, 0)) for kind in Kind},  # noqa: S704 - drawn by us from numbers alone
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
        )
    )


def page_style() -> str:
    """Return the style of all pages.

    Returns
    -------
    css : str
    """
    return _read("match.css")


def policy_hash(text: str) -> str:
    """Return what a content policy calls a style or script that stands in a page.

    Parameters
    ----------
    text : str
        The style or script, to the letter.

    Returns
    -------
    name : str
        For example ``sha256-…``.
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def render_part(name: str, **values: object) -> str:
    """Set a part of a page into its template: no style, no script.

    Parameters
    ----------
    name : str
        Of the template.
    **values : object
        What the template shows.

    Returns
    -------
    html : str
        Every text in it is escaped, cleaned and masked.
    """
    return _environment().get_template(f"{name}.html.j2").render(**values)


def picture(svg: str) -> Markup:
    """Let a picture of `matching.views` through to the page as it is.

    Parameters
    ----------
    svg : str
        A picture; every text in it is escaped already.

    Returns
    -------
    markup : Markup
    """
    return Markup(svg)  # noqa: S704 - views escape every text that they draw


def as_it_is(text: str) -> Markup:
    """Let a text through unmasked, escaped all the same: for an identifier that we made, or a phone asked for by name.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    markup : Markup
    """
    return Markup.escape(text)


def _say(language: Language, key: str, **values: object) -> Markup:
    return Markup.escape(label(f"reports.{key}", language=language, **values))


def _finalize(value: Any) -> Any:
    """Clean and mask every text on its way into the page; markup of our own passes."""
    if value is None:
        return ""
    return clean_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        finalize=_finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shared: Mapping[str, Callable[..., Any]] = {"grid": _grid}
    environment.globals.update(shared)
    return environment


def _grid(table: Any) -> Markup:
    """Set a plain table; its columns say whether they hold figures."""
    return Markup(_environment().get_template("grid.html.j2").render(table=table))  # noqa: S704 - escaped within


def _read(name: str) -> str:
    return (resources.files("matching") / "reports" / "templates" / name).read_text(encoding="utf-8")
