"""Text as people type it, brought to one canonical form."""

import re
from typing import Any

SEPARATORS = "、；;，,/|｜／\n"
"""What stands between several values of one cell. Spaces count only where none of these is found."""

# Python's str.isspace misses these invisible marks, which copying from web pages leaves at the ends of cells.
_INVISIBLE = "\ufeff\u200b\u2060"
_ESCAPED_CONTROL = re.compile(r"_x00([01][0-9A-Fa-f]|7[Ff])_")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x00")
_DASHES = re.compile("[‐‑‒–—―－−﹣]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_BRACKETS = {"（": "）", "(": ")", "【": "】", "[": "]", "《": "》", "“": "”"}
_CJK = re.compile("[\u3400-\u9fff]")


def canonical_text(text: str) -> str:
    r"""Return text in the form in which it is kept: what is written to a file and read back is equal to it.

    Parameters
    ----------
    text : str
        Any text, also with control characters or halves of surrogate pairs.

    Returns
    -------
    text : str
        Lines end in a bare newline, tabs are spaces, control characters and their Excel escapes (``_x0000_``) are
        gone, what XML cannot hold is U+FFFD, and there is no space or invisible mark at the ends.

    Examples
    --------
    >>> canonical_text("  楼道灯\r\n又坏了_x000D_ ")
    '楼道灯\n又坏了'
    """
    if _ODD.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        while (plain := _NOT_TEXT.sub("", _ESCAPED_CONTROL.sub(_unescape, text))) != text:
            text = plain
        text = _NOT_XML.sub("\ufffd", text)
    return _strip(text)


def _strip(text: str) -> str:
    stripped = text.strip().strip(_INVISIBLE)
    while stripped != text:
        text, stripped = stripped, stripped.strip().strip(_INVISIBLE)
    return text


def _unescape(found: re.Match[str]) -> str:
    # Excel shows _x000D_ beside the line break itself; either way one break is meant.
    return {0x09: " ", 0x0A: "\n"}.get(int(found[1], 16), "")


def fold(text: str) -> str:
    """Return text with full-width letters, digits and signs made half-width and all dashes made hyphens.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    folded : str

    Examples
    --------
    >>> fold("１３：３０——１５：３０")
    '13:30--15:30'
    """
    return _DASHES.sub("-", text.translate(_FULL_WIDTH))


def as_text(raw: Any) -> str:
    """Return what a cell holds as text, a whole number without its decimal point.

    Parameters
    ----------
    raw : object
        A value as the file gives it.

    Returns
    -------
    text : str
        Canonical.
    """
    if isinstance(raw, str):
        return canonical_text(raw)
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e22:
        return str(int(raw))
    if isinstance(raw, float):
        return f"{raw:.15g}"
    return canonical_text(str(raw))


def canonical_code(text: str) -> str:
    """Return an identifier in the form in which it is compared: half width, upper case, no spaces.

    Parameters
    ----------
    text : str
        As typed.

    Returns
    -------
    code : str

    Examples
    --------
    >>> canonical_code("ｖ — 001 ")
    'V-001'
    """
    text = canonical_text(text)
    while (folded := canonical_text("".join(fold(text).split()).upper())) != text:
        text = folded
    return text


def without_brackets(text: str) -> str:
    """Return text without what stands in brackets.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    text : str
    """
    return re.sub(r"[（(【\[][^（()）【】\[\]]*[)）\]】]", "", text)


def has_chinese(text: str) -> bool:
    """Return whether a text holds a Chinese character.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    found : bool
    """
    return _CJK.search(text) is not None


def split_values(text: str) -> tuple[str, ...]:
    """Split a cell that holds several values.

    Parameters
    ----------
    text : str
        For example ``"水电维修（持证）、开车"``.

    Returns
    -------
    values : tuple of str
        Canonical and not empty. Separators inside brackets do not count; spaces count only where there is no other
        separator and every piece holds a Chinese character, so that ``first aid`` stays whole.

    Examples
    --------
    >>> split_values("电工 / 木工；开车（C1、C2）")
    ('电工', '木工', '开车（C1、C2）')
    >>> split_values("理发 量血压")
    ('理发', '量血压')
    """
    text = canonical_text(text)
    pieces = [piece for each in _split_outside_brackets(text) if (piece := canonical_text(each))]
    if len(pieces) == 1 and not any(sign in _BRACKETS for sign in pieces[0]):
        words = [word for each in pieces[0].split() if (word := canonical_text(each))]
        if all(has_chinese(word) for word in words):
            pieces = words
    return tuple(pieces)


def _split_outside_brackets(text: str) -> list[str]:
    pieces, piece, closing = [], "", ""
    for sign in text:
        if closing:
            closing = "" if sign == closing else closing
            piece += sign
        elif sign in SEPARATORS:
            pieces.append(piece)
            piece = ""
        else:
            closing = _BRACKETS.get(sign, "")
            piece += sign
    if closing:  # a bracket that never closes is no bracket
        return re.split(f"[{re.escape(SEPARATORS)}]", text)
    return [*pieces, piece]
