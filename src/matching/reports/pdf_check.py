"""Whether a PDF says what its page says, whichever browser printed it: words, page numbers, fonts, moment."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from matching.errors import UnreadableFileError
from matching.labels import Language, label

_BLOCKS = frozenset({"h1", "h2", "h3", "p", "li", "tr", "caption", "dt", "dd", "text"})
_UNSEEN = frozenset({"style", "script", "title", "desc"})
# Signs that a font draws with one glyph for radical and character, and that Unicode does not call the same by itself.
_RADICALS = str.maketrans(
    "\u2e81\u2e84\u2e87\u2e88\u2e8a\u2e8c\u2e92\u2e93\u2e97\u2e9c\u2e9d\u2ea0\u2ea7\u2ea9\u2eaa\u2eab\u2eac\u2eae\u2eb6\u2ebb"
    "\u2ebc\u2ebd\u2ec1\u2ec4\u2ec5\u2ec6\u2ec9\u2eca\u2ecb\u2ed1\u2ed3\u2ed4\u2ed5\u2ed7\u2ed8\u2ed9\u2eda\u2edb\u2edc\u2edd"
    "\u2ee1\u2ee2\u2ee3\u2ee4\u2ee5\u2ee6\u2ee7\u2ee8\u2ee9\u2eea\u2eec\u2eee\u2ef0",
    "厂乙几刀卜小巳幺心日月民牛王疋目示竹羊聿肉臼虎西见角贝足车長长门阜雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿龙",
)
_ALIKE = str.maketrans("戶\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "户-------")
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def check_pdf(path: Path, page: str, *, made_at: dt.datetime, language: Language = "zh") -> Iterator[str]:
    """Compare a PDF with the page that it was printed from.

    Parameters
    ----------
    path : Path
        Of the PDF.
    page : str
        The page, HTML.
    made_at : datetime
        The moment that the PDF has to state.
    language : {"zh", "en"}, default="zh"
        Of the differences.

    Yields
    ------
    difference : str
        A heading, a paragraph or a row of a table that the PDF lacks; a page whose number is missing or wrong; a font that is
        not in the file, so that another machine would show other characters or none; another moment.

    Raises
    ------
    UnreadableFileError
        If it is no PDF.
    """
    try:
        reader = pypdf.PdfReader(path)
        texts = [_plain(each.extract_text()) for each in reader.pages]
        fonts = sorted(name for each in reader.pages for name in _fonts_outside(each))
        stated = reader.metadata.creation_date if reader.metadata else None
    except (PyPdfError, OSError, ValueError, KeyError) as error:
        raise UnreadableFileError(f"{path} cannot be read as a PDF ({error}). Make the report again.") from error
    words = ""
    for number, text in enumerate(texts, start=1):
        printed = f"{number}/{len(texts)}"
        if not (text.startswith(printed) or text.endswith(printed)):
            yield label("reports.month.check.pdf_page", language=language, number=number, count=len(texts))
        words += text.removeprefix(printed) if text.startswith(printed) else text.removesuffix(printed)
    for said in said_by(page):
        if _plain(said) not in words:
            yield label("reports.month.check.pdf_lacks", language=language, words=said[:80])
    for name in dict.fromkeys(fonts):
        yield label("reports.month.check.pdf_font", language=language, font=name)
    if stated != made_at:
        yield label("reports.month.check.pdf_moment", language=language, was=stated, now=made_at)


def said_by(page: str) -> tuple[str, ...]:
    """Return what a page says: its headings, paragraphs, list items, rows of tables and words in pictures.

    Parameters
    ----------
    page : str
        HTML.

    Returns
    -------
    said : tuple of str
        In order, none empty.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return tuple(each for each in (" ".join(said.split()) for said in reader.said) if each)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        if tag in _BLOCKS:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if not self._unseen and self.said:
            self.said[-1] += data


def _plain(text: str) -> str:
    """Leave out what differs by how a page is broken and by how a glyph is named: a radical is read as its character."""
    named = unicodedata.normalize("NFKC", text.translate(_RADICALS)).translate(_ALIKE)
    return re.sub(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+", "", named)


def _fonts_outside(page: Any) -> Iterator[str]:
    fonts = (page.get("/Resources") or {}).get("/Font") or {}
    for font in (each.get_object() for each in fonts.values()):
        parts = [font, *(each.get_object() for each in font.get("/DescendantFonts", []))]
        files = [each["/FontDescriptor"].get_object() for each in parts if "/FontDescriptor" in each]
        is_drawn = font.get("/Subtype") == "/Type3"  # its shapes stand in the page
        if not is_drawn and not any(name in each for each in files for name in _FILES):
            yield str(font.get("/BaseFont", "?"))
