"""Pages for people who see no code, made from the notebooks: what stands above a tagged cell, and that cell."""

import ast
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import nbformat

SHOWN = frozenset({"explorer", "board"})
_MEET = """from matching.cli.visitor import meet_visitor

was_renewed = meet_visitor(lambda: exec({made!r}, globals()), source=str(SOURCE))"""


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """One page: its file, its title, what it imports and sets, what it makes of the data, and what it shows of that."""

    file: str
    title: str
    setting: str
    made: str
    shown: tuple[str, ...]


def read_pages(folder: Path) -> tuple[Page, ...]:
    """Find the notebooks that have something to show as a page.

    Parameters
    ----------
    folder : Path
        With notebooks. A cell tagged ``explorer`` or ``board`` is shown; the code cells above it set it up.

    Returns
    -------
    pages : tuple of Page
        The explorer first, then by name.
    """
    found = [(path.name, nbformat.read(path, as_version=4)) for path in sorted(folder.glob("*.ipynb"))]
    pages = [(_tags(notebook), _page(name, notebook)) for name, notebook in found if _tags(notebook) & SHOWN]
    return tuple(page for _, page in sorted(pages, key=lambda each: ("explorer" not in each[0], each[1].file)))


def write_pages(pages: Sequence[Page], folder: Path) -> None:
    """Write pages as the notebooks that a server runs.

    Parameters
    ----------
    pages : sequence of Page
        Each links to all.
    folder : Path
        Where to.
    """
    for page in pages:
        notebook = nbformat.v4.new_notebook()
        notebook.metadata = nbformat.from_dict(_metadata(page, pages))
        cells = [page.setting, _MEET.format(made=page.made), *page.shown]
        notebook.cells = [nbformat.v4.new_code_cell(cell, id=f"cell-{number:02d}") for number, cell in enumerate(cells)]
        nbformat.write(notebook, folder / page.file)


def _metadata(page: Page, pages: Sequence[Page]) -> dict[str, object]:
    links = [{"file": each.file, "title": each.title, "here": each is page} for each in pages]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return {"title": page.title, "pages": links, "kernelspec": kernel}


def _page(name: str, notebook: nbformat.NotebookNode) -> Page:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [cell.source for cell in code if SHOWN & _tags_of(cell)]
    first = next(number for number, cell in enumerate(code) if SHOWN & _tags_of(cell))
    setting = [cell.source for cell in code[:first]]
    pieces = [_pieces(source) for source in shown]
    return Page(
        file=name,
        title=_title(notebook, name),
        setting="\n".join(_pieces(source)[0] for source in setting),
        made="\n".join(made for made, _ in pieces),
        shown=tuple(last for _, last in pieces if last),
    )


def _pieces(source: str) -> tuple[str, str]:
    """Cut a cell into what it does and the expression on its last line, which is what it shows."""
    statements = ast.parse(source).body
    last = statements.pop() if statements and isinstance(statements[-1], ast.Expr) else None
    does = [each for each in statements if not isinstance(each, ast.Expr)]
    return "\n".join(map(ast.unparse, does)), ast.unparse(last) if last else ""


def _title(notebook: nbformat.NotebookNode, name: str) -> str:
    text = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    first = text.splitlines()[0] if text else ""
    return first.lstrip("# ").strip() or Path(name).stem


def _tags(notebook: nbformat.NotebookNode) -> set[str]:
    return {tag for cell in notebook.cells if cell.cell_type == "code" for tag in _tags_of(cell)}


def _tags_of(cell: nbformat.NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))
