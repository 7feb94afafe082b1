"""Scripts and styles of widgets: files of this room put together, so that a widget fetches nothing."""

from importlib import resources

_HERE = resources.files("matching") / "widgets"


def read_assets(name: str) -> tuple[str, str]:
    """Return the script and the style of a widget, with the parts that all widgets share before them.

    Parameters
    ----------
    name : str
        Of the files ``<name>.js`` and ``<name>.css``.

    Returns
    -------
    script, style : str
        One module that imports nothing; ``parts.js`` and ``parts.css`` come first.
    """
    script, style = (
        "\n".join((_HERE / f"{each}.{ending}").read_text(encoding="utf-8") for each in ("parts", name))
        for ending in ("js", "css")
    )
    return script, style
