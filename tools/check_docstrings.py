"""Check the docstring of every public function, class and method against numpydoc's rules (pyproject.toml names them).

Exit code 1 and a line per fault where there is any.
"""

import importlib
import inspect
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from numpydoc.validate import validate

import matching

ROOT = Path(__file__).resolve().parents[1]


# A frozen dataclass documents its fields as Attributes, a record class through column(): not as Parameters.
NOT_OF_CLASSES = {"PR01", "PR02"}


def public_objects() -> Iterator[tuple[str, bool]]:
    """Yield the dotted name of everything public that the package defines, and whether it is a class."""
    for module_info in pkgutil.walk_packages(matching.__path__, "matching."):
        if any(part.startswith("_") for part in module_info.name.split(".")) or ".migrations" in module_info.name:
            continue
        module = importlib.import_module(module_info.name)
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(value) or inspect.isclass(value):
                yield f"{module.__name__}.{name}", inspect.isclass(value)
            if inspect.isclass(value):
                yield from (
                    (f"{module.__name__}.{name}.{method}", False)
                    for method, member in vars(value).items()
                    if not method.startswith("_") and inspect.isfunction(member)
                )


def main() -> int:
    """Print the faults and return the exit code."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checks = set(settings["tool"]["numpydoc_validation"]["checks"])
    faults, seen = [], 0
    for name, is_class in public_objects():
        seen += 1
        wanted = checks - NOT_OF_CLASSES if is_class else checks
        faults += [f"{name}: {code} {text}" for code, text in validate(name)["errors"] if code in wanted]
    print("\n".join(faults))
    print(f"{seen} public objects, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
