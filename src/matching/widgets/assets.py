"""Scripts and styles of widgets: files of this room put together, so that a widget fetches nothing."""

from importlib import resources

_HERE = resources.files("matching") / "widgets"


def read_assets(name: str, *more: str) -> tuple[str, str]:
    """Return the script and the style of a widget, with the parts that all widgets share before them.

    Parameters
    ----------
    name : str
        Of the files ``<name>.js`` and ``<name>.css``.
    *more : str
        Further scripts that it is made of, put before it.

    Returns
    -------
    script, style : str
        One module that imports nothing; ``parts.js`` and ``parts.css`` come first.
    """
    files = ([*(f"{each}.js" for each in ("parts", *more, name))], ["parts.css", f"{name}.css"])
    script, style = ("\n".join((_HERE / each).read_text(encoding="utf-8") for each in names) for names in files)
    return script, style
