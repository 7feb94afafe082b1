"""Run notebooks and write their outputs back, the same bytes every time.

Widget state, execution times and random cell identifiers are left out, so that a notebook changes only when what it
says changes.

Usage: python tools/run_notebooks.py notebooks/*.ipynb
"""

import argparse
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path: Path) -> None:
    """Execute one notebook in place."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": path.parent}},
        store_widget_state=False,
    ).execute()
    notebook.metadata = nbformat.from_dict(KEPT_METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({key: value for key, value in cell.metadata.items() if key == "tags"})
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
    nbformat.write(notebook, path)


def merge_streams(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join text that arrived in pieces: how it was cut depends on how fast the machine was."""
    merged: list[nbformat.NotebookNode] = []
    for output in outputs:
        output.get("metadata", {}).clear()
        output.get("data", {}).pop(WIDGET, None)  # names a model of the kernel that ran; the words beside it stay
        last = merged[-1] if merged else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def main() -> int:
    """Run the notebooks named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    os.environ.setdefault("PYTHONHASHSEED", "0")
    for path in parser.parse_args().notebooks:
        print(f"running {path}")
        run(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
