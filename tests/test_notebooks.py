"""The notebooks are pages for people and tests of what they say: nothing in them may differ from run to run."""

from pathlib import Path

import nbformat
import pytest

from notebook_rules import faults_of

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_every_rule(path):
    assert faults_of(path.read_text(encoding="utf-8")) == []


def good():
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    new = nbformat.v4
    shown = new.new_output("execute_result", data={"text/plain": ["培训看板"]}, execution_count=1)
    said = new.new_output("stream", name="stdout", text="满足 3 条\n")
    notebook.cells = [
        new.new_markdown_cell("# 标题\n*A title*"),
        new.new_code_cell("board = make()\nboard", execution_count=1, outputs=[shown]),
        new.new_code_cell("board.choose('N-1')\nprint(board)", execution_count=2, outputs=[said]),
        new.new_markdown_cell("## 学到了什么\n*What was learned*"),
    ]
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02d}"
    return notebook


def faults(notebook):
    return faults_of(nbformat.writes(notebook) + "\n")


def test_a_good_notebook_has_no_fault():
    assert faults(good()) == []


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ("<Board object at 0x7f85a9417210>", "a memory address"),
        ("6796dca6-7bca-4c4d-91e6-5c7e61a8856b", "a random identifier"),
        ("已写好：/home/wang/结果", "a path of one machine"),
        (r"已写好：C:\Users\wang", "a path of one machine"),
        ("匹配用时 0.9 秒", "how long it took"),
        ("12.3 ms", "how long it took"),
        ("2024-08-01 09:00:00.123456", "the clock"),
    ],
)
def test_an_output_that_differs_from_run_to_run_is_found(shown, fault):
    notebook = good()
    notebook.cells[2].outputs[0].text += shown
    assert any(fault in each for each in faults(notebook))


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("started = dt.datetime.now()", "asks the clock"),
        ("time.perf_counter()", "asks the clock"),
        ("rng = np.random.default_rng()", "draws without a seed"),
        ("interact(f)", "prints from a widget"),
        ("%timeit board", "asks the clock"),
        ("board;", "semicolon"),
        ("\n".join(f"a{k} = {k}" for k in range(13)), "it has 13 lines"),
    ],
)
def test_code_that_no_page_needs_is_found(source, fault):
    notebook = good()
    notebook.cells.insert(3, nbformat.v4.new_code_cell(source, execution_count=3, id="cell-04"))
    notebook.cells[4].id = "cell-05"
    assert any(fault in each for each in faults(notebook))


def test_a_widget_that_no_cell_below_drives_is_found():
    notebook = good()
    notebook.cells[2].source = "print('满足 3 条')"
    assert faults(notebook) == ["cell 2: neither of the two cells below uses board and prints what it shows"]


def test_what_the_tool_would_have_written_otherwise_is_found():
    notebook = good()
    notebook.cells[1].execution_count = 7
    notebook.cells[1].metadata["collapsed"] = True
    notebook.cells[2].id = "e96cc296"
    notebook.metadata["widgets"] = {}
    found = " ".join(faults(notebook))
    for words in ("execution count is 7", "has metadata ['collapsed']", "its id is e96cc296", "not the canonical"):
        assert words in found
    assert "its file is not written" in " ".join(faults_of(nbformat.writes(good())))


@pytest.mark.parametrize(
    ("heading", "fault"), [("## Only English\n*English*", "not in Chinese"), ("## 只有中文", "no English")]
)
def test_a_heading_in_one_language_is_found(heading, fault):
    notebook = good()
    notebook.cells[3].source = f"## 学到了什么\n*What was learned*\n\n{heading}"
    assert any(fault in each for each in faults(notebook))


def test_a_warning_that_was_left_in_is_found():
    notebook = good()
    notebook.cells[2].outputs[0].name = "stderr"
    assert any("an error or a warning" in each for each in faults(notebook))
