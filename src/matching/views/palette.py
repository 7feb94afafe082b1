"""Colours and marks of all pictures: dark enough to read, and never the only sign of a difference."""

import dataclasses
from typing import Final, Literal

from matching.errors import CallError
from matching.records import Kind

PAPER: Final = "#ffffff"
INK: Final = "#1f2933"
QUIET: Final = "#52606d"
RULE: Final = "#d5dbe1"
GHOST: Final = "#e4e9ee"
ACCENT: Final = "#1d4e89"
ALARM: Final = "#a4262c"

FONTS: Final = "PingFang SC,Microsoft YaHei,Noto Sans CJK SC,Source Han Sans SC,WenQuanYi Micro Hei,sans-serif"
"""Fonts that Windows, macOS and Linux bring; nothing is embedded and nothing is fetched."""

KIND_COLOURS: Final = {
    Kind.UNIT: "#1d4e89",
    Kind.SPECIALIST: "#0b6655",
    Kind.COMMUNITY_PARTNER: "#875300",
    Kind.VOLUNTEER: "#83296a",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Fill:
    """How an area is drawn: inside, edge, dashes of the edge, and words upon it.

    Attributes
    ----------
    inside, edge, words : str
        Colours as ``#rrggbb``.
    dash : str
        Dash pattern of the edge; empty for a solid one.
    """

    inside: str
    edge: str
    words: str
    dash: str = ""


Status = Literal["met", "partial", "unmet"]
STATUS_FILLS: Final[dict[Status, Fill]] = {
    "met": Fill("#0b6655", "#0b6655", "#ffffff"),
    "partial": Fill("#f3dfae", "#875300", "#1f2933"),
    "unmet": Fill("#ffffff", "#a4262c", "#a4262c", "3 2"),
}
"""Three states that differ in lightness and edge too, so that a grey print and a colour-blind eye tell them apart."""


def measure_contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours.

    Parameters
    ----------
    one, other : str
        Colours as ``#rrggbb``.

    Returns
    -------
    ratio : float in [1, 21]
        WCAG 2.2 level AA asks for 4.5 for words and 3 for marks.

    Raises
    ------
    CallError
        If a colour is not of that form.

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance".

    Examples
    --------
    >>> measure_contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) != 6 or not set(digits.lower()) <= set("0123456789abcdef"):
        raise CallError(f"A colour is written #rrggbb; got {colour!r}.")
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
