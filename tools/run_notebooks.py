"""Run notebooks and write their outputs back, the same bytes every time.

Widget state, execution times and random cell identifiers are left out, so that a notebook changes only when what it
says changes. `--check` writes nothing: it fails where a notebook would come out with other bytes than it has. Where
COVERAGE_PROCESS_START names a configuration, what the kernels run of the package is counted: they are let to end by themselves.

Usage: python tools/run_notebooks.py [--check] notebooks/*.ipynb
"""

import argparse
import difflib
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"
MOST_LINES, MOST_OF_A_LINE = 40, 300
KEPT_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path: Path) -> str:
    """Execute one notebook, in a scratch folder so that two may run at once, and return the text of its file."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="notebook-") as folder:
        NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            store_widget_state=False,
        ).execute()
    notebook.metadata = nbformat.from_dict(KEPT_METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({key: value for key, value in cell.metadata.items() if key == "tags"})
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
    return nbformat.writes(notebook) + "\n"


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


def differences(path: Path, text: str) -> list[str]:
    """Say where a notebook's file and a text differ."""
    was = path.read_text(encoding="utf-8")
    if was == text:
        return []
    lines = difflib.unified_diff(was.splitlines(), text.splitlines(), f"{path}", f"{path}, run again", lineterm="", n=1)
    return [each[:MOST_OF_A_LINE] for each in lines][:MOST_LINES]


def main() -> int:
    """Run the notebooks named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the bytes would change")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    options = parser.parse_args()
    os.environ.setdefault("COVERAGE_FILE", str(Path(".coverage").resolve()))  # a kernel's folder is gone after it
    failed = False
    with ProcessPoolExecutor(options.jobs) as pool:
        for path, text in zip(options.notebooks, pool.map(run, options.notebooks), strict=True):
            if not options.check:
                path.write_text(text, encoding="utf-8", newline="\n")
                continue
            found = differences(path, text)
            print(*found, f"{path}: {'differs' if found else 'the same bytes'}", sep="\n")
            failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
