"""The wall: which room may import which, read from every import form in the source."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "matching"

FLOOR_0 = {"errors", "labels", "workdays", "tables", "faces", "frames"}
BASE = {"errors", "labels"}
WINGS = {"training", "service", "coins", "hotline", "sharing", "events", "safety"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "faces": set(),  # what makes the face of a room lazy
    "frames": set(),  # pandas, loaded with the first table
    "labels": {"errors"},
    "workdays": BASE | {"tables"},
    "tables": {"errors"},
    "records": FLOOR_0,
    "assign": {"errors"},
    "roster": FLOOR_0 | {"records"},
    "store": FLOOR_0 | {"records"},
    "affinity": FLOOR_0 | {"records"},
    "planning": FLOOR_0 | {"records", "roster", "affinity", "assign"},
    **{wing: FLOOR_0 | {"records", "affinity", "assign", "planning"} for wing in WINGS},
    "community": FLOOR_0 | {"records", "roster", "store"},
    "scale": FLOOR_0 | {"affinity", "assign"},
    "samples": FLOOR_0 | {"records"},
    "views": FLOOR_0 | {"records", "planning"} | WINGS,
}
BELOW_THE_TOP = set(MAY_IMPORT)
MAY_IMPORT |= {
    "reports": BELOW_THE_TOP,
    "widgets": BELOW_THE_TOP | {"reports"},  # the explorer offers the report of its plan for download
    "cli": BELOW_THE_TOP | {"widgets", "reports"},
    "__main__": {"cli"},
    "__init__": BELOW_THE_TOP | {"widgets", "reports"},
}

ONLY_IN: dict[str, set[str]] = {
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "ipywidgets": {"widgets"},
    "anywidget": {"widgets"},
    "highspy": {"assign"},
    "ortools": {"assign"},
    "scipy.optimize": {"assign"},
    "dask": {"scale"},
    "distributed": {"scale"},
}


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def module_of(path: Path) -> str:
    parts = ["matching", *path.relative_to(SOURCE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file names, in whatever form: import, from, relative, importlib, __import__, lazy tables.

    The face of a room is lazy: what it brings in stands in the stub beside it.
    """
    stub = path.with_suffix(".pyi")
    if path.suffix == ".py" and stub.is_file():
        yield from imports_of(stub)
    package = module_of(path).split(".") if path.stem == "__init__" else module_of(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno) for name in names)
            # `from package import module` names the module; anything else is taken from the package's own face
            if not all(is_module(name) for name in names):
                yield module, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # A string that spells one of our modules is how importlib, __import__ and lazy tables name it.
            words = node.value.split(":")[0]
            if words.startswith("matching.") and words.replace(".", "").replace("_", "").isalnum() and is_module(words):
                yield words, node.lineno


def is_module(name: str) -> bool:
    if name.split(".", maxsplit=1)[0] != "matching":
        return False
    path = SOURCE.joinpath(*name.split(".")[1:])
    return path.is_dir() or path.with_suffix(".py").is_file()


FILES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_room_imports_only_what_its_floor_allows(path):
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room} is not a room of the house: see the table of rooms in docs/explanation"
    allowed = MAY_IMPORT[room] | {room}
    for module, line in imports_of(path):
        if module.startswith("matching.") and is_module(module):
            target = module.split(".")[1]
            assert target in allowed, f"{path.name}:{line}: {room} may not import {target}"
        assert module != "matching", (
            f"{path.name}:{line}: a room names the room it needs, never the face of the package"
        )


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_library_stays_in_the_room_that_owns_it(path):
    for module, line in imports_of(path):
        for library, rooms in ONLY_IN.items():
            if module == library or module.startswith(f"{library}."):
                assert room_of(path) in rooms, f"{path.name}:{line}: {library} belongs to {sorted(rooms)}"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_import_hides_behind_type_checking(path):
    assert "TYPE_CHECKING" not in path.read_text(encoding="utf-8")


def test_no_modules_import_each_other_in_a_circle():
    graph = {module_of(path): set() for path in FILES}
    for path in FILES:
        for module, _ in imports_of(path):
            name = module if module in graph else module.rpartition(".")[0]
            if name in graph and name not in {module_of(path), "matching"}:
                graph[module_of(path)].add(name)
    done, open_ = set(), []

    def visit(module):
        assert module not in open_, " -> ".join([*open_[open_.index(module) :], module])
        if module not in done:
            open_.append(module)
            # a package's face is loaded before its inside: the inside naming its own face is a circle too
            for target in sorted(graph[module]):
                visit(target)
            open_.pop()
            done.add(module)

    for module in sorted(graph):
        visit(module)


def test_the_face_is_small_and_lazy():
    face = SOURCE / "__init__.py"
    assert len(face.read_text(encoding="utf-8").splitlines()) <= 40
    code = "import sys, matching; print(sorted(m for m in ('pandas', 'sklearn', 'ipywidgets', 'scipy') if m in sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


OPENING = """
import sys
import matching as mt
from matching.samples import make_district
if {explored}:
    mt.explore(make_district())
else:
    mt.explore, mt.score, mt.solve, mt.read_community
heavy = "sklearn networkx matplotlib ortools numba pandas sqlalchemy alembic openpyxl jinja2 nbformat nbconvert dask scipy.stats"
print(sorted(set(heavy.split()) & set(sys.modules)))
"""


@pytest.mark.parametrize("explored", [False, True])
def test_opening_the_explorer_on_a_community_loads_no_library_that_it_does_without(explored):
    code = OPENING.format(explored=explored)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_face_of_each_room_gives_the_names_of_its_stub():
    stubs = sorted(SOURCE.glob("*/__init__.pyi"))
    assert stubs
    for stub in stubs:
        room = importlib.import_module(f"matching.{stub.parent.name}")
        listed = ast.literal_eval(stub.read_text(encoding="utf-8").split("__all__ = ")[1].split("]")[0] + "]")
        assert sorted(listed) == room.__all__ == sorted(dir(room))
        for name in room.__all__:
            assert getattr(room, name) is not None
        with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
            _ = room.nothing


def test_every_name_of_the_face_can_be_had():
    import matching

    for name in matching.__all__:
        assert getattr(matching, name) is not None


EVERY_FORM = """
import importlib
import matching.store
from matching import roster
from . import views
from .affinity import text
importlib.import_module("matching.planning")
__import__("matching.cli")
def late():
    from matching.reports import html
"""


def test_the_wall_sees_every_form_of_import(monkeypatch):
    example = SOURCE / "records" / "unseen_example.py"
    monkeypatch.setattr(Path, "read_text", lambda _path, **_: EVERY_FORM)
    assert {
        "matching.store",
        "matching.roster",
        "matching.records.views",
        "matching.records.affinity",
        "matching.planning",
        "matching.cli",
        "matching.reports",
    } <= {module for module, _ in imports_of(example)}
