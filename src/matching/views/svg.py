"""The few shapes that all pictures are drawn with, as strings.

Only presentation attributes are written: no style sheet and no id, so that many pictures can stand in one page under a
content policy that forbids inline styles. Widths of text are estimated from above and never measured: the same value
gives the same bytes on every machine, whatever its fonts.
"""

import functools
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from matching.errors import CallError
from matching.labels import Language, label
from matching.records import Kind, mask_text
from matching.views.palette import FONTS, INK, KIND_COLOURS, PAPER, QUIET

LONGEST: Final = 2000
"""Characters of a text that a tooltip keeps; nobody reads more there."""

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_PLAIN: Final = re.compile(r"[ -~·—‘’“”…、-】一-鿿！-～]*")  # nothing in here needs a second look
_MANY_DIGITS: Final = re.compile(r"\d(?:\D{0,2}\d){6}")  # fewer digits are neither a phone nor an ID number
_WIDE_LATIN: Final = frozenset("MW@%mw—…")
_MOST_MARKS: Final = 2  # combining marks kept on one letter: more would paint over the lines around it


def clean_text(text: object, *, most: int = LONGEST) -> str:
    r"""Make a text fit to be shown on one line: no control characters, no marks that turn the direction, no phones.

    Parameters
    ----------
    text : object
        Anything; it is turned into text.
    most : int, default=2000
        Characters kept; a longer text ends with ``…``.

    Returns
    -------
    clean : str
        Line breaks and runs of spaces are one space. Letters of every script and emoji stay. What looks like a phone
        or an ID number is masked, after unseen characters that may have split it are gone.

    Examples
    --------
    >>> clean_text("李\u202e四\x00\n五")
    '李四 五'
    """
    words = str(text)
    if len(words) > most * 2:
        # what is cut through here might be a phone that would no longer be known for one
        words = words[: most * 2].rstrip("0123456789Xx- ") + "…"
    return _clean(words, most)


@functools.lru_cache(maxsize=4096)
def _clean(words: str, most: int) -> str:
    if not _PLAIN.fullmatch(words):
        words = "".join(_fit_characters(words))
    kept = " ".join(words.split())
    if _MANY_DIGITS.search(kept):
        kept = mask_text(kept)
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def _fit_characters(words: str) -> Iterable[str]:
    marks = 0
    for character in words:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in {"Zl", "Zp", "Zs"} or character in "\t\n\r\f\v":
            yield " "
        elif marks <= _MOST_MARKS and not _is_unseen(character, category):
            yield character


def _is_unseen(character: str, category: str) -> bool:
    """Whether a character only steers (or has no place in XML); the joiner that holds an emoji together does not."""
    is_no_character = ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return category in {"Cc", "Cs"} or (category == "Cf" and character != "\u200d") or is_no_character


def measure_text(text: str) -> float:
    """Estimate how wide a text is, from above.

    Parameters
    ----------
    text : str
        One line.

    Returns
    -------
    width : float
        In units of the font size (em).

    Examples
    --------
    >>> measure_text("邻里")
    2.0
    """
    return sum(map(_measure_character, text))


@functools.cache
def _measure_character(character: str) -> float:
    if character.isascii():
        if character in _WIDE_LATIN:
            return 0.95
        return 0.7 if character.isupper() else 0.58
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0.0
    return 0.66 if unicodedata.east_asian_width(character) in {"N", "Na", "H"} else 1.0


@functools.lru_cache(maxsize=4096)
def clip_text(text: str, width: float) -> str:
    """Shorten a text so that it fits, ending with ``…`` where something was left out.

    Parameters
    ----------
    text : str
        One line, cleaned.
    width : float
        Room in units of the font size (em).

    Returns
    -------
    clipped : str
        Never cut between a letter and its marks, or inside an emoji.

    Examples
    --------
    >>> clip_text("楼道灯又坏了", 4)
    '楼道灯…'
    """
    used, fits = 0.0, 0
    for at, character in enumerate(text):
        if not _continues(text, at) and used <= width - 1.0:
            fits = at
        used += _measure_character(character)
        if used > width:
            return text[:fits].rstrip() + "…"
    return text


def _continues(text: str, at: int) -> bool:
    """Whether a cut before this character would tear something apart."""
    character = text[at]
    joined = at > 0 and text[at - 1] == "\u200d"
    return joined or character == "\u200d" or unicodedata.category(character) in {"Mn", "Me", "Sk"}


def escape_text(text: object) -> str:
    """Clean a text and make it safe between tags and inside quotes.

    Parameters
    ----------
    text : object
        Anything.

    Returns
    -------
    safe : str

    Examples
    --------
    >>> escape_text("<script>")
    '&lt;script&gt;'
    """
    return clean_text(text).translate(_ESCAPES)


def show_number(value: float) -> str:
    """Write a coordinate with at most one decimal.

    Parameters
    ----------
    value : float
        Any finite number.

    Returns
    -------
    digits : str

    Raises
    ------
    CallError
        If the number is not finite: it has no place in a picture.

    Examples
    --------
    >>> show_number(12.0), show_number(-0.04), show_number(3.14159)
    ('12', '0', '3.1')
    """
    if not math.isfinite(value):
        raise CallError(f"A picture needs finite numbers; got {value!r}. Leave the row out, or fill the value in.")
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def draw_text(
    x: float,
    y: float,
    text: object,
    *,
    width: float | None = None,
    size: float = 12,
    anchor: str = "start",
    fill: str = "",
    bold: bool = False,
) -> str:
    """Draw one line of text, clipped to a width, the whole of it in a tooltip where it was clipped.

    Parameters
    ----------
    x, y : float
        Where the base line starts (or ends, or has its middle), in pixels.
    text : object
        What to write.
    width : float, optional
        Room in pixels.
    size : float, default=12
        Font size in pixels; 12 is inherited from the picture and not written.
    anchor : {"start", "middle", "end"}
        Which part of the text lies at `x`.
    fill : str
        Colour; that of the picture when empty.
    bold : bool
        Whether the text is bold.

    Returns
    -------
    element : str
    """
    whole = clean_text(text)
    shown = whole if width is None else clip_text(whole, width / size)
    attributes = "".join((
        f' font-size="{show_number(size)}"' if size != 12 else "",
        f' text-anchor="{anchor}"' if anchor != "start" else "",
        f' fill="{fill}"' if fill else "",
        ' font-weight="600"' if bold else "",
    ))  # fmt: skip
    tooltip = f"<title>{whole.translate(_ESCAPES)}</title>" if shown != whole else ""
    return f'<text x="{show_number(x)}" y="{show_number(y)}"{attributes}>{tooltip}{shown.translate(_ESCAPES)}</text>'


def draw_box(
    x: float, y: float, width: float, height: float, *, fill: str, edge: str = "", dash: str = "", tooltip: str = ""
) -> str:
    """Draw a rectangle.

    Parameters
    ----------
    x, y, width, height : float
        In pixels; a negative size is none.
    fill : str
        Colour inside.
    edge : str
        Colour of the edge; no edge when empty.
    dash : str
        Dash pattern of the edge.
    tooltip : str
        Words for the pointer.

    Returns
    -------
    element : str
    """
    stroke = f' stroke="{edge}"' + (f' stroke-dasharray="{dash}"' if dash else "") if edge else ""
    place = f'x="{show_number(x)}" y="{show_number(y)}"'
    size = f'width="{show_number(max(width, 0))}" height="{show_number(max(height, 0))}"'
    return _close("rect", f'{place} {size} fill="{fill}"{stroke}', tooltip)


def draw_line(x1: float, y1: float, x2: float, y2: float, *, colour: str, width: float = 1, dash: str = "") -> str:
    """Draw a straight line.

    Parameters
    ----------
    x1, y1, x2, y2 : float
        Ends, in pixels.
    colour : str
        Of the line.
    width : float, default=1
        In pixels.
    dash : str
        Dash pattern.

    Returns
    -------
    element : str
    """
    ends = f'x1="{show_number(x1)}" y1="{show_number(y1)}" x2="{show_number(x2)}" y2="{show_number(y2)}"'
    thick = f' stroke-width="{show_number(width)}"' if width != 1 else ""
    return f'<line {ends} stroke="{colour}"{thick}' + (f' stroke-dasharray="{dash}"' if dash else "") + "/>"


def draw_mark(kind: Kind, x: float, y: float, *, tooltip: str = "") -> str:
    """Draw the mark of a kind of partner: a square, a diamond, a triangle or a disc, each in its colour.

    Parameters
    ----------
    kind : Kind
        Which kind.
    x, y : float
        Middle of the mark, in pixels.
    tooltip : str
        Words for the pointer.

    Returns
    -------
    element : str
    """
    fill = f'fill="{KIND_COLOURS[kind]}"'
    if kind is Kind.VOLUNTEER:
        return _close("circle", f'cx="{show_number(x)}" cy="{show_number(y)}" r="4.5" {fill}', tooltip)
    outline = {
        Kind.UNIT: "m-4.5-4.5h9v9h-9z",
        Kind.SPECIALIST: "m0-5.5 5.5 5.5-5.5 5.5-5.5-5.5z",
        Kind.COMMUNITY_PARTNER: "m0-5 5.2 9h-10.4z",
    }[kind]
    return _close("path", f'd="M{show_number(x)} {show_number(y)}{outline}" {fill}', tooltip)


def draw_nothing(language: Language) -> str:
    """Say that there is nothing to draw, so that an empty picture is not taken for a broken one.

    Parameters
    ----------
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    element : str
    """
    return draw_text(12, 18, label("views.nothing", language=language), fill=QUIET)


def draw_picture(width: float, height: float, parts: Iterable[str], *, title: str, summary: str) -> str:
    """Put parts into a picture that says what it shows to those who cannot see it.

    Parameters
    ----------
    width, height : float
        In pixels; the picture shrinks with its surroundings.
    parts : iterable of str
        Elements, in the order in which they are painted.
    title : str
        What the picture is.
    summary : str
        What it shows, in a sentence or two.

    Returns
    -------
    svg : str
        One ``<svg>`` element on white paper, so that it can be read on a dark page too.
    """
    wide, high = show_number(width), show_number(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'font-family="{FONTS}" font-size="12" fill="{INK}">'
        f"<title>{escape_text(title)}</title><desc>{escape_text(summary)}</desc>"
        f'<rect width="{wide}" height="{high}" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def _close(tag: str, attributes: str, tooltip: str) -> str:
    if not tooltip:
        return f"<{tag} {attributes}/>"
    return f"<{tag} {attributes}><title>{escape_text(tooltip)}</title></{tag}>"
