"""What a notebook must be, to be a page for people and a test of what it says: each fault as a sentence."""

import ast
import re

import nbformat

CJK = r"[\u4e00-\u9fff]"
NEVER_SHOWN = {
    "a memory address": re.compile(r"\b0x[0-9a-f]{6,}"),
    "a random identifier": re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    "a path of one machine": re.compile(r"(?<![\w./<])/(?:home|root|tmp|usr|var|mnt|opt|work|Users|private)/|\b[A-Z]:\\\\?\w"),
    "how long it took": re.compile(r"Wall time|CPU times|\d+(?:\.\d+)? ?(?:ms|µs|us|seconds)\b|(?:用时|耗时) ?\d|\d\.\d+ 秒"),
    "the clock": re.compile(r"\b\d{1,2}:\d{2}:\d{2}\.\d{3,}"),
}  # fmt: skip
NEVER_WRITTEN = {
    "asks the clock": re.compile(r"\btime\.(?:time|perf_counter|process_time|monotonic)\(|\.(?:now|today|utcnow)\(|%%?time"),
    "draws without a seed": re.compile(r"default_rng\(\)|\brandom\.(?:random|choice|shuffle|sample|randint)\(|uuid\.?uuid"),
    "prints from a widget": re.compile(r"\bOutput\(|\binteract(?:ive)?\(|\bclear_output\("),
}  # fmt: skip
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
MOST_LINES = 12
WIDGET = "application/vnd.jupyter.widget-view+json"


def faults_of(text):
    """Return what is wrong with a notebook, given the text of its file."""
    notebook = nbformat.reads(text, as_version=4)
    faults = [] if nbformat.writes(notebook) + "\n" == text else ["its file is not written as the tool writes it"]
    if notebook.metadata != METADATA:
        faults.append("its metadata are not the canonical ones")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if magic := [cell.source for cell in code if re.search(r"^\s*[!%]", cell.source, re.MULTILINE)]:
        return [*faults, f"it runs a command that no Python is: {magic[0][:40]!r}, asks the clock or the machine"]
    for number, cell in enumerate(notebook.cells, start=1):
        own = [*form_faults(cell, number)]
        own += code_faults(cell, code.index(cell) + 1) if cell.cell_type == "code" else heading_faults(cell.source)
        faults += [f"cell {number}: {each}" for each in own]
    faults += [f"cell {notebook.cells.index(cell) + 1}: {each}" for cell, each in widget_faults(code)]
    if not notebook.cells or not notebook.cells[0].source.startswith("# "):
        faults.append("it does not begin with its title")
    last = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"][-1:]
    if not last or not last[0].startswith(("## 学到了什么", "## 记下的")):
        faults.append("it does not end with what was learned or decided")
    return faults


def form_faults(cell, number):
    if cell.id != f"cell-{number:02d}":
        yield f"its id is {cell.id}"
    if set(cell.metadata) - {"tags"}:
        yield f"it has metadata {sorted(set(cell.metadata) - {'tags'})}"


def heading_faults(source):
    lines = source.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("#"):
            if not re.search(CJK, line):
                yield f"the heading {line!r} is not in Chinese"
            if not re.fullmatch(r"\*[A-Za-z][^*]*\*", "".join(lines[at + 1 : at + 2])):
                yield f"the heading {line!r} has no English beside it"


def code_faults(cell, count):
    if cell.execution_count != count:
        yield f"its execution count is {cell.execution_count}, not {count}"
    lines = [line for line in cell.source.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        yield f"it has {len(lines)} lines"
    if cell.source.rstrip().endswith(";"):
        yield "it hides what it shows behind a semicolon"
    yield from (f"it {name}" for name, pattern in NEVER_WRITTEN.items() if pattern.search(cell.source))
    for output in cell.outputs:
        yield from output_faults(output, count)


def output_faults(output, count):
    if output.output_type == "error" or output.get("name") == "stderr":
        yield "it shows an error or a warning"
    if output.get("execution_count", count) != count:
        yield f"its output's count is {output.execution_count}"
    if output.get("metadata"):
        yield "its output has metadata"
    if WIDGET in output.get("data", {}):
        yield "its output names a model of a kernel that is gone"
    shown = "\n".join([output.get("text", ""), *map(str, output.get("data", {}).values())])
    for name, pattern in NEVER_SHOWN.items():
        if found := pattern.search(shown):
            yield f"it shows {name}: {found[0]}"


def widget_faults(code):
    """A widget's picture is compared by nobody: a cell below must drive it and print what it then shows."""
    for at, cell in enumerate(code):
        name = widget_of(cell)
        if name and not any(drives(each, name) for each in code[at + 1 : at + 3]):
            yield cell, f"neither of the two cells below uses {name} and prints what it shows"


def widget_of(cell):
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    statements = ast.parse(cell.source).body
    is_named = bool(statements) and isinstance(statements[-1], ast.Expr) and isinstance(statements[-1].value, ast.Name)
    return statements[-1].value.id if is_named and results and set(results[-1].data) == {"text/plain"} else ""


def drives(cell, name):
    used = {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
    return name in used and any(output.get("name") == "stdout" for output in cell.outputs)
